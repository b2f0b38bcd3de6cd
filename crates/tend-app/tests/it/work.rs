//! Work orders: made once, taken by one, handed out fairly, expired by the clock, checked by head office.

use serde_json::{Value, json};
use tend_app::work::{Attention, Both, Cause, NewTouch, create_touches};
use tend_rules::base::*;
use tend_rules::journal::Doer;
use tend_testkit::{World, each_store};

pub const PLAN: PlanId = PlanId(uuid::Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0400));

/// A renewal call for a customer of the cast, due today, on the owner's list or waiting in the unit.
pub fn renewal(world: &World, customer: CustomerId, unit: &str, owner: Option<&str>) -> NewTouch {
    let today = world.app.today();
    NewTouch {
        customer,
        cause: Cause::Plan { id: PLAN, key: "renewal_t7".into() },
        subject: customer.0,
        due: today,
        not_after: today + 5,
        at_minute: None,
        business_type: "renewal".into(),
        title: Both { zh: "续期提醒 T-7".into(), en: "Renewal reminder".into() },
        reason: Both { zh: "保单将于 11 月 30 日到期".into(), en: "Due on 30 November".into() },
        script_key: "renewal".into(),
        template_keys: vec!["renewal_t7_sms".into()],
        attention: Attention::Counts,
        channel: Channel::Phone,
        priority: 80,
        worth_minor: 62_000,
        unit: world.unit(unit),
        owner: owner.map(|login| world.staff(login)),
    }
}

/// Writes touches as the night does.
pub async fn make(world: &World, touches: Vec<NewTouch>) -> usize {
    let tx = world.app.begin().await.expect("a transaction");
    let new = create_touches(&world.app, &tx, Doer::Program("plan"), touches).await.expect("touches");
    tx.commit().await.expect("committed");
    new
}

fn ids(list: &Value) -> Vec<String> {
    let items = list.get("items").unwrap_or(list).as_array().expect("a list");
    items.iter().map(|touch| touch["id"].as_str().expect("an id").to_owned()).collect()
}

#[tokio::test]
async fn a_second_night_changes_nothing() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let first = renewal(&world, li, "nanshan", Some("wang"));
        let tomorrow = NewTouch { due: first.due + 1, ..first.clone() };
        assert_eq!(make(&world, vec![first.clone(), first.clone()]).await, 1);
        assert_eq!(make(&world, vec![first, tomorrow]).await, 1);
        let wang = world.sign_in("wang").await;
        assert_eq!(ids(&wang.get("/api/touches").await.body).len(), 2);
    })
    .await;
}

#[tokio::test]
async fn my_day_comes_in_the_order_of_the_desk() {
    each_store(async |mut world| {
        let (li, zhao, chen) =
            (world.welcome("li").await, world.welcome("zhao_q").await, world.welcome("chen_m").await);
        let plain = renewal(&world, li, "nanshan", Some("wang"));
        let dear = NewTouch { worth_minor: 900_000, customer: zhao, subject: zhao.0, ..plain.clone() };
        let fixed = NewTouch { at_minute: Some(570), customer: chen, subject: chen.0, ..plain.clone() };
        let overdue = NewTouch { due: plain.due - 2, worth_minor: 1, ..plain.clone() };
        let later = NewTouch { due: plain.due + 1, ..plain.clone() };
        make(&world, vec![plain, dear, fixed, overdue, later]).await;
        let wang = world.sign_in("wang").await.in_language("zh");
        let day = wang.get("/api/my-day").await;
        let shown: Vec<(&str, bool, &Value)> = day.body["items"]
            .as_array()
            .expect("items")
            .iter()
            .map(|t| (t["customer"]["name"].as_str().unwrap_or(""), t["overdue"] == true, &t["at"]))
            .collect();
        let (none, half_past_nine) = (Value::Null, json!("09:30"));
        assert_eq!(
            shown,
            [
                ("李秀英", true, &none),
                ("陈梅香", false, &half_past_nine),
                ("赵志强", false, &none),
                ("李秀英", false, &none)
            ]
        );
        assert_eq!(day.body["counts"], json!({ "today": 3, "overdue": 1, "done": 0 }));
        assert_eq!(day.body["items"][0]["title"], "续期提醒 T-7");
        assert_eq!(world.sign_in("zhao").await.get("/api/my-day").await.body["items"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn one_takes_it_and_the_other_learns_who_did() {
    each_store(async |mut world| {
        let liu = world.welcome("liu_y").await;
        make(&world, vec![renewal(&world, liu, "nanshan", None)]).await;
        let (zhao, spec) = (world.sign_in("zhao").await, world.sign_in("spec").await);
        let waiting = zhao.get("/api/touches?state=planned").await;
        let id = ids(&waiting.body).pop().expect("what waits for the own customer is seen");
        let path = format!("/api/touches/{id}/claim");
        let stranger = world.sign_in("wang").await.post(&path, json!({})).await;
        assert_eq!(stranger.status, 404, "another maintainer's customer: {}", stranger.body);

        let taken = spec.post(&path, json!({})).await;
        assert_eq!((taken.status, &taken.body["state"]), (200, &json!("accepted")), "{}", taken.body);
        let late = zhao.post(&path, json!({})).await;
        assert_eq!((late.status, late.body["code"].as_str()), (409, Some("touch_taken")));
        assert_eq!(late.body["params"]["owner"], "专员");
        assert_eq!(spec.post(&path, json!({})).await.status, 200, "taking it twice changes nothing");

        let back = spec.delete(&path).await;
        assert_eq!((back.status, &back.body["state"]), (200, &json!("planned")));
        assert_eq!(zhao.post(&path, json!({})).await.status, 200);
        assert_eq!(ids(&zhao.get("/api/my-day").await.body), [id]);
    })
    .await;
}

#[tokio::test]
async fn what_is_laid_aside_comes_back_but_never_after_its_last_day() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        make(&world, vec![renewal(&world, li, "nanshan", Some("wang"))]).await;
        let wang = world.sign_in("wang").await;
        let id = ids(&wang.get("/api/my-day").await.body).pop().expect("one");
        let path = format!("/api/touches/{id}/snooze");
        for unfit in ["2026-11-22T01:00:00Z", "2026-11-28T16:30:00Z"] {
            let refused = wang.post(&path, json!({ "until": unfit })).await;
            assert_eq!(refused.body["code"], "snooze_unfit", "{unfit}");
        }
        assert_eq!(wang.post(&path, json!({ "until": "2026-11-25T01:00:00Z" })).await.status, 200);
        assert!(ids(&wang.get("/api/my-day").await.body).is_empty());
        world.set_clock("2026-11-25", 8 * 60);
        let wang = world.sign_in("wang").await;
        assert_eq!(ids(&wang.get("/api/my-day").await.body), [id]);
    })
    .await;
}

#[tokio::test]
async fn what_was_laid_aside_is_taken_up_again_and_told_once() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        make(&world, vec![renewal(&world, li, "nanshan", Some("wang"))]).await;
        let (wang, zhao) = (world.sign_in("wang").await, world.sign_in("zhao").await);
        let mut line = wang.listen("/api/events").await;
        line.next().await;
        let id = ids(&wang.get("/api/my-day").await.body).pop().expect("one");
        let path = format!("/api/touches/{id}/snooze");
        let untouched = wang.delete(&path).await;
        assert_eq!((untouched.status, &untouched.body["version"]), (200, &json!(1)), "nothing to take up");
        assert_eq!(wang.post(&path, json!({ "until": "2026-11-25T01:00:00Z" })).await.status, 200);
        assert!(ids(&wang.get("/api/my-day").await.body).is_empty());
        assert_eq!(line.next().await.data["kind"], "snoozed");
        assert_eq!(zhao.delete(&path).await.status, 404, "another person's list");

        let back = wang.delete(&path).await;
        assert_eq!((back.status, &back.body["snoozed_until"]), (200, &Value::Null), "{}", back.body);
        assert_eq!((&back.body["state"], &back.body["version"]), (&json!("assigned"), &json!(3)));
        assert_eq!(ids(&wang.get("/api/my-day").await.body), std::slice::from_ref(&id));
        assert_eq!(line.next().await.data["kind"], "taken_up");
        assert_eq!(wang.delete(&path).await.body["version"], 3, "a second time changes nothing");
        let story = tend_app::journal::story(&world.app, li, None, 10).await.expect("a story");
        assert_eq!(story.iter().filter(|fact| fact.kind == "taken_up").count(), 1);
        assert_eq!(wang.post(&format!("/api/touches/{id}/outcome"), json!({ "code": "done" })).await.status, 201);
        assert_eq!(wang.delete(&path).await.body["code"], "touch_closed");
    })
    .await;
}

#[tokio::test]
async fn a_person_asks_for_work_by_hand_once_a_day() {
    each_store(async |mut world| {
        let (li, zhou, sun) = (world.welcome("li").await, world.welcome("zhou").await, world.welcome("sun").await);
        let body =
            json!({ "title": " 送保单原件 ", "reason": "客户来电要求", "channel": "visit", "due": "2026-11-24" });
        let wang = world.sign_in("wang").await.in_language("zh");
        let path = format!("/api/customers/{li}/touches");
        let made = wang.post(&path, body.clone()).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let shown = |key: &str| made.body[key].as_str().unwrap_or_default().to_owned();
        assert_eq!([shown("title"), shown("state"), shown("not_after")], ["送保单原件", "assigned", "2026-12-01"]);
        assert!(made.body["batch"].is_null() && made.body["plan_key"].is_null());
        assert_eq!(made.body["owner"]["name"], "王芳");
        // It opens as any other, with the codes that end it.
        let page = wang.get(&format!("/api/touches/{}", shown("id"))).await;
        assert!(page.body["outcome_codes"].as_array().is_some_and(|codes| !codes.is_empty()), "{}", page.body);
        assert_eq!(wang.post(&path, body.clone()).await.body["code"], "touch_asked_before");
        // Withdrawn by a refusal that is lifted again, it can be asked for anew.
        let consent = format!("/api/customers/{li}/consents/visit");
        for state in ["refused", "given"] {
            let said = wang
                .put(&consent, json!({ "state": state, "purpose": "care", "proof": "来电", "how": "customer_call" }))
                .await;
            assert_eq!(said.status, 204, "{}", said.body);
        }
        assert_eq!(wang.get("/api/touches?state=withdrawn").await.body["about"], 1);
        assert_eq!(wang.post(&path, body.clone()).await.status, 201);
        assert_eq!(wang.post(&path, body.clone()).await.body["code"], "touch_asked_before");

        let with = |key: &str, value: Value| {
            let mut changed = body.clone();
            changed[key] = value;
            changed
        };
        for (key, value, code) in [
            ("due", json!("2026-11-22"), "last_day_over"),
            ("due", json!("2028-01-01"), "field_invalid"),
            ("title", json!("  "), "field_invalid"),
            ("staff_id", json!(world.staff("zhao")), "not_permitted"),
        ] {
            assert_eq!(wang.post(&path, with(key, value)).await.body["code"], code, "{key}");
        }
        assert_eq!(wang.post(&format!("/api/customers/{sun}/touches"), body.clone()).await.status, 404);
        // Who refused calls is not called because somebody thought of it.
        let lead = world.sign_in("lead_sz").await;
        let path = format!("/api/customers/{zhou}/touches");
        let mut call = with("channel", json!("phone"));
        assert_eq!(lead.post(&path, call.clone()).await.body["code"], "not_to_be_contacted");
        call["channel"] = json!("visit");
        call["staff_id"] = json!(world.staff("chen"));
        let given = lead.post(&path, call).await;
        assert_eq!(
            (given.status, given.body["owner"]["id"].as_str()),
            (201, Some(world.staff("chen").to_string().as_str())),
            "{}",
            given.body
        );
    })
    .await;
}

#[tokio::test]
async fn the_clock_closes_what_is_too_late() {
    each_store(async |mut world| {
        let (li, zhao) = (world.welcome("li").await, world.welcome("zhao_q").await);
        let short = NewTouch { not_after: world.app.today(), ..renewal(&world, li, "nanshan", Some("wang")) };
        make(&world, vec![short, renewal(&world, zhao, "nanshan", Some("wang"))]).await;
        assert_eq!(tend_app::work::expire(&world.app).await.expect("expired"), 0, "the last day itself still counts");
        world.set_clock("2026-11-24", 9 * 60);
        let wang = world.sign_in("wang").await;
        let listed = wang.get(&format!("/api/touches?customer={li}")).await.body;
        let id = ids(&listed).pop().expect("the one that is over");
        let late = wang.post(&format!("/api/touches/{id}/claim"), json!({})).await;
        assert_eq!(
            (late.status, late.body["code"].as_str()),
            (409, Some("touch_closed")),
            "before the clock closes it"
        );
        assert_eq!(tend_app::work::expire(&world.app).await.expect("expired"), 1);
        assert_eq!(tend_app::work::expire(&world.app).await.expect("expired"), 0);
        let expired = wang.get("/api/touches?state=expired").await;
        let id = ids(&expired.body).pop().expect("the expired one");
        assert_eq!(expired.body["items"][0]["customer"]["name"], "李秀英");
        let late = wang.post(&format!("/api/touches/{id}/claim"), json!({})).await;
        assert_eq!((late.status, late.body["code"].as_str()), (409, Some("touch_closed")));
        let story = tend_app::journal::story(&world.app, li, None, 10).await.expect("a story");
        assert_eq!(story[0].kind, "expired");
    })
    .await;
}

/// The manager reads reports and the administrator keeps the people: neither opens a work order.
#[tokio::test]
async fn nobody_is_given_work_or_customers_whose_role_does_none() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        make(&world, vec![renewal(&world, li, "nanshan", None)]).await;
        let hq = world.sign_in("hq").await;
        let waiting = hq.get("/api/touches?state=planned").await.body["items"][0].clone();
        for login in ["boss", "admin", "qa"] {
            let person = world.staff(login);
            let handed =
                hq.post("/api/touches/hand-out", json!({ "touch_ids": [waiting["id"]], "staff_id": person })).await;
            assert_eq!(handed.body["code"], "staff_not_found", "{login}: {}", handed.body);
            let wish = json!({ "touch_id": waiting["id"], "version": waiting["version"], "staff_id": person });
            let moved = hq.post("/api/board/moves", json!({ "moves": [wish] })).await.body;
            assert_eq!(moved["refused"][0]["code"], "staff_not_found", "{login}: {moved}");
            let body = json!({ "title": "回访", "channel": "phone", "due": "2026-11-24", "staff_id": person });
            let asked = hq.post(&format!("/api/customers/{li}/touches"), body).await;
            assert_eq!(asked.body["code"], "staff_not_found", "{login}: {}", asked.body);
            let deed = json!({ "kind": "entrust", "to": [person] });
            let given = hq.post("/api/bulk-edits/preview", json!({ "who": { "ids": [li] }, "deed": deed })).await;
            assert_eq!(given.body["code"], "staff_not_found", "{login}: {}", given.body);
            let kept = hq.put(&format!("/api/customers/{li}/keeper"), json!({ "owner_id": person })).await;
            assert_eq!(kept.body["code"], "staff_not_found", "{login}: {}", kept.body);
        }
        let lead = json!({ "touch_ids": [waiting["id"]], "staff_id": world.staff("lead_sz") });
        assert_eq!(hq.post("/api/touches/hand-out", lead).await.body["total"], 1, "a lead works too");
    })
    .await;
}

#[tokio::test]
async fn a_lead_hands_out_and_levels_the_day() {
    each_store(async |mut world| {
        let people = [world.welcome("li").await, world.welcome("zhao_q").await, world.welcome("liu_y").await];
        let wu = world.welcome("wu").await;
        let mut touches: Vec<NewTouch> = people.iter().map(|c| renewal(&world, *c, "shenzhen", None)).collect();
        touches.push(renewal(&world, wu, "shenzhen", None));
        make(&world, touches).await;
        let lead = world.sign_in("lead_sz").await;
        assert_eq!(
            world.sign_in("lead_sh").await.get("/api/touches").await.body["items"],
            json!([]),
            "the other channel sees nothing"
        );

        let by_owner = json!({ "filter": { "state": "planned" }, "rule": "owner" });
        let handed = lead.post("/api/touches/hand-out", by_owner).await;
        assert_eq!(handed.status, 201, "{}", handed.body);
        assert_eq!(handed.body["total"], 3);
        assert_eq!(handed.body["left"], json!({ "owner_absent": 1 }));
        let orphan = ids(&lead.get("/api/touches?state=planned").await.body);
        let to_liu = json!({ "touch_ids": orphan, "staff_id": world.staff("liu") });
        assert_eq!(lead.post("/api/touches/hand-out", to_liu).await.status, 404, "not a person of this channel");
        let to_wang = json!({ "touch_ids": orphan, "staff_id": world.staff("wang") });
        assert_eq!(lead.post("/api/touches/hand-out", to_wang).await.body["total"], 1);

        let load = |body: &Value, login: &str| {
            let id = json!(world.staff(login));
            body.as_array().expect("people").iter().find(|p| p["staff_id"] == id).expect("the person")["load"].clone()
        };
        let before = lead.get("/api/board/load").await.body;
        assert_eq!([load(&before, "wang"), load(&before, "zhao"), load(&before, "chen")], [3, 1, 0]);
        let unit = world.unit("shenzhen");
        let dry = lead.post("/api/board/balance", json!({ "unit_id": unit, "dry_run": true })).await;
        assert_eq!(lead.get("/api/board/load").await.body, before, "a dry run moves nothing");
        let real = lead.post("/api/board/balance", json!({ "unit_id": unit, "dry_run": false })).await;
        // The version is the one to send for a dry run, the new one after a real run.
        let moves = |body: &Value| -> Vec<Value> {
            let each = body.as_array().expect("moves").iter();
            each.map(|m| json!([m["touch_id"], m["from"], m["to"]])).collect()
        };
        assert_eq!(moves(&dry.body), moves(&real.body));
        let after = lead.get("/api/board/load").await.body;
        let mut loads: Vec<i64> =
            ["wang", "zhao", "chen", "spec"].iter().filter_map(|l| load(&after, l).as_i64()).collect();
        loads.sort_unstable();
        assert_eq!(loads, [1, 1, 1, 1]);
        let board = lead.get("/api/board?group=person").await.body;
        assert_eq!(board.as_array().map(Vec::len), Some(4));
    })
    .await;
}

/// Who draws again wants others, and those who came last have the same chance as the first.
#[tokio::test]
async fn a_sample_is_drawn_by_lot_among_those_not_drawn_before() {
    each_store(async |mut world| {
        let customers = [world.welcome("li").await, world.welcome("zhao_q").await, world.welcome("chen_m").await];
        let due = |days: i32| move |touch: NewTouch| NewTouch { due: touch.due - days, ..touch };
        let all = customers
            .iter()
            .flat_map(|id| [0, 1, 2, 3].map(|days| due(days)(renewal(&world, *id, "nanshan", Some("wang")))));
        assert_eq!(make(&world, all.collect()).await, 12);
        let wang = world.sign_in("wang").await;
        for id in ids(&wang.get("/api/touches").await.body) {
            assert_eq!(wang.post(&format!("/api/touches/{id}/outcome"), json!({ "code": "done" })).await.status, 201);
        }
        let hq = world.sign_in("hq").await;
        let mut drawn = Vec::new();
        for expected in [6, 3, 2, 1, 0] {
            let some = hq.post("/api/verifications/sample", json!({ "percent": 50, "seed": 7 })).await;
            assert_eq!((some.status, ids(&some.body).len()), (201, expected), "{}", some.body);
            drawn.extend(ids(&some.body));
        }
        drawn.sort();
        drawn.dedup();
        assert_eq!(drawn.len(), 12, "each once");
    })
    .await;
}

#[tokio::test]
async fn the_day_before_counts_what_was_done_on_it() {
    each_store(async |mut world| {
        let [li, zhao] = [world.welcome("li").await, world.welcome("zhao_q").await];
        make(&world, [li, zhao].map(|id| renewal(&world, id, "nanshan", Some("wang"))).into()).await;
        for day in ["2026-11-23", "2026-11-24"] {
            world.set_clock(day, 9 * 60);
            let wang = world.sign_in("wang").await;
            let id = ids(&wang.get("/api/my-day").await.body).pop().expect("one");
            assert_eq!(wang.post(&format!("/api/touches/{id}/outcome"), json!({ "code": "done" })).await.status, 201);
        }
        let wang = world.sign_in("wang").await;
        for (day, done) in [("2026-11-22", 0), ("2026-11-23", 1), ("2026-11-24", 1)] {
            let counts = wang.get(&format!("/api/my-day?day={day}")).await.body["counts"].clone();
            assert_eq!(counts["done"], done, "{day}: {counts}");
        }
    })
    .await;
}
