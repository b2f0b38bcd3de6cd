//! Outcomes, and the whole walk: head office → channel → maintainer → head office.

use crate::work::{make, renewal};
use serde_json::{Value, json};
use tend_app::org;
use tend_app::platform::sql;
use tend_app::work::{BatchHandOut, PersonTarget, TouchFilter, Turn, Which, hand_out_batch, hand_out_touches};
use tend_rules::base::*;
use tend_rules::work::{Rule, State};
use tend_testkit::{Client, World, each_store};

async fn her_first(wang: &Client) -> String {
    let day = wang.get("/api/my-day").await;
    day.body["items"][0]["id"].as_str().unwrap_or_else(|| panic!("a work order: {}", day.body)).to_owned()
}

/// Wang has a renewal call to 李秀英 on her list.
async fn renewal_of_li(world: &mut World) -> (Client, CustomerId, String) {
    let li = world.welcome("li").await;
    make(world, vec![renewal(world, li, "nanshan", Some("wang"))]).await;
    let wang = world.sign_in("wang").await;
    let id = her_first(&wang).await;
    (wang, li, id)
}

async fn spent(world: &World, customer: CustomerId) -> i64 {
    sql("SELECT COUNT(*) FROM attention_spent WHERE bucket = $1 AND customer_id = $2")
        .bind(customer.bucket())
        .bind(customer)
        .value(world.app.read())
        .await
        .expect("a count")
}

#[tokio::test]
async fn an_outcome_is_recorded_once_however_often_it_is_sent() {
    each_store(async |mut world| {
        let (wang, li, id) = renewal_of_li(&mut world).await;
        let path = format!("/api/touches/{id}/outcome");
        let body = json!({ "code": "done", "note": "月底前缴费", "facts": { "occupation": "退休教师" } });
        let first = wang.send("POST", &path, Some("once"), None, Some(&body)).await;
        let again = wang.send("POST", &path, Some("once"), None, Some(&body)).await;
        assert_eq!((first.status, again.status), (201, 201), "{}", first.body);
        assert_eq!(first.body, again.body);
        assert_eq!(first.body["touch"]["state"], "done");
        assert_eq!(spent(&world, li).await, 1);
        let other_key = wang.post(&path, body).await;
        assert_eq!((other_key.status, other_key.body["code"].as_str()), (409, Some("touch_closed")));
        assert_eq!(spent(&world, li).await, 1);

        let page = wang.get(&format!("/api/touches/{id}")).await.body;
        assert_eq!(page["history"][0]["note"], "月底前缴费");
        assert_eq!(page["touch"]["customer"]["last_contact"], "2026-11-23");
        assert_eq!(page["outcome_codes"][0]["key"], 1);
        assert_eq!(wang.get("/api/my-day").await.body["counts"], json!({ "today": 0, "overdue": 0, "done": 1 }));
        let customer = wang.get(&format!("/api/customers/{li}/timeline")).await.body.to_string();
        assert!(customer.contains("退休教师") && customer.contains("outcome_recorded"), "{customer}");
        let stored = sql("SELECT payload FROM journal_fact WHERE kind = 'outcome_recorded'")
            .value::<String>(world.app.read())
            .await
            .expect("a fact");
        assert!(!stored.contains("月底前缴费"), "a note stands sealed in the journal");
    })
    .await;
}

#[tokio::test]
async fn what_is_tried_again_comes_back_and_what_is_done_may_go_on() {
    each_store(async |mut world| {
        let (wang, li, id) = renewal_of_li(&mut world).await;
        let path = format!("/api/touches/{id}/outcome");
        for (body, code) in [
            (json!({ "code": "declined" }), "note_needed"),
            (json!({ "code": "nonsense" }), "outcome_code_unknown"),
            (json!({ "code": "later", "next_day": "2026-11-22" }), "next_step_past"),
        ] {
            let refused = wang.post(&path, body).await;
            assert_eq!((refused.status, refused.body["code"].as_str()), (422, Some(code)));
        }
        let taken = wang.post(&path, json!({ "code": "done", "next_day": "2026-11-23", "next_minute": 1200 })).await;
        assert_eq!((taken.status, &taken.body["code"]), (409, &json!("next_step_taken")), "{}", taken.body);
        assert_eq!(her_first(&wang).await, id, "nothing was recorded");
        let missed = wang.post(&path, json!({ "code": "no_answer" })).await;
        assert_eq!(missed.body["touch"]["state"], "accepted");
        assert_eq!(spent(&world, li).await, 0, "nobody was reached");
        assert_eq!(wang.get("/api/my-day").await.body["items"], json!([]));
        world.set_clock("2026-11-24", 9 * 60 + 1);
        let wang = world.sign_in("wang").await;
        assert_eq!(her_first(&wang).await, id);
        let done = wang.post(&path, json!({ "code": "done", "next_day": "2026-12-10", "next_minute": 600 })).await;
        let next = done.body["follow_up"].as_str().expect("a follow-up").to_owned();
        let listed = wang.get("/api/touches?state=assigned").await.body;
        assert_eq!(listed["items"][0]["id"], next);
        assert_eq!(
            (&listed["items"][0]["due_day"], &listed["items"][0]["at"]),
            (&json!("2026-12-10"), &json!("10:00"))
        );
    })
    .await;
}

#[tokio::test]
async fn an_outcome_that_is_told_later_counts_for_the_day_on_which_it_happened() {
    each_store(async |mut world| {
        let (_, _, id) = renewal_of_li(&mut world).await;
        world.set_clock("2026-11-24", 9 * 60);
        let wang = world.sign_in("wang").await;
        let path = format!("/api/touches/{id}/outcome");
        let at = |happened: &str| json!({ "code": "done", "happened_at": happened });
        let old = wang.post(&path, at("2026-11-21T00:59:59Z")).await;
        assert_eq!((old.status, &old.body["code"]), (422, &json!("field_invalid")), "{}", old.body);
        assert_eq!(wang.post(&path, at("2026-11-23T08:00:00Z")).await.status, 201);
        let page = wang.get(&format!("/api/touches/{id}")).await.body;
        assert_eq!(page["touch"]["customer"]["last_contact"], "2026-11-23");
    })
    .await;
}

#[tokio::test]
async fn an_outcome_is_taken_back_within_ten_seconds_and_leaves_nothing() {
    each_store(async |mut world| {
        let (wang, li, id) = renewal_of_li(&mut world).await;
        let path = format!("/api/touches/{id}/outcome");
        assert_eq!(wang.delete(&path).await.body["code"], "nothing_to_take_back");
        wang.post(&path, json!({ "code": "done", "next_day": "2026-12-10" })).await;
        let back = wang.delete(&path).await;
        assert_eq!((back.status, &back.body["state"]), (200, &json!("assigned")), "{}", back.body);
        assert_eq!(back.body["customer"]["last_contact"], Value::Null);
        assert_eq!(spent(&world, li).await, 0);
        assert_eq!(wang.get("/api/touches?state=withdrawn").await.body["about"], 1, "the follow-up vanished");
        assert_eq!(wang.delete(&path).await.body["code"], "nothing_to_take_back");

        let again = wang.post(&path, json!({ "code": "done", "next_day": "2026-12-10" })).await;
        assert_eq!(again.status, 201, "{}", again.body);
        let next = again.body["follow_up"].as_str().unwrap_or_else(|| panic!("a next step again: {}", again.body));
        assert_eq!(wang.get(&format!("/api/touches/{next}")).await.body["touch"]["state"], "assigned");
        let now = world.app.now();
        world.app.clock().set(now.plus_seconds(11));
        assert_eq!(wang.delete(&path).await.body["code"], "take_back_too_late");
    })
    .await;
}

#[tokio::test]
async fn an_outcome_that_is_taken_back_leaves_the_contact_of_somebody_else() {
    each_store(async |mut world| {
        let (wang, li, id) = renewal_of_li(&mut world).await;
        let body = json!({ "title": "投诉回访", "channel": "phone", "due": "2026-11-23" });
        let spec = world.sign_in("lead_sz").await;
        let other = spec.post(&format!("/api/customers/{li}/touches"), body).await.body["id"].clone();
        let other = format!("/api/touches/{}/outcome", other.as_str().expect("a second work order"));
        let path = format!("/api/touches/{id}/outcome");
        let last =
            async || wang.get(&format!("/api/touches/{id}")).await.body["touch"]["customer"]["last_contact"].clone();
        // Nobody was reached: what it takes back is not the contact of the other.
        assert_eq!(wang.post(&path, json!({ "code": "no_answer" })).await.status, 201);
        assert_eq!(spec.post(&other, json!({ "code": "done" })).await.status, 201);
        assert_eq!(wang.delete(&path).await.status, 200);
        assert_eq!(last().await, "2026-11-23");
        assert_eq!(spec.delete(&other).await.status, 200);
        assert_eq!(last().await, Value::Null);
        // Both reached her the same day: the day stands while one of them does.
        assert_eq!(wang.post(&path, json!({ "code": "done" })).await.status, 201);
        assert_eq!(spec.post(&other, json!({ "code": "done" })).await.status, 201);
        assert_eq!(wang.delete(&path).await.status, 200);
        assert_eq!(last().await, "2026-11-23");
    })
    .await;
}

#[tokio::test]
async fn only_the_person_on_whose_list_it_is_records_an_outcome() {
    each_store(async |mut world| {
        let (_, _, id) = renewal_of_li(&mut world).await;
        let body = json!({ "code": "done" });
        let path = format!("/api/touches/{id}/outcome");
        assert_eq!(world.sign_in("zhao").await.post(&path, body.clone()).await.status, 404);
        assert_eq!(world.sign_in("lead_sh").await.post(&path, body.clone()).await.status, 404);
        let lead = world.sign_in("lead_sz").await.post(&path, body.clone()).await;
        assert_eq!((lead.status, lead.body["code"].as_str()), (409, Some("touch_taken")));
        assert_eq!(world.sign_in("qa").await.post(&path, body).await.status, 403);
    })
    .await;
}

/// A batch that was imported with these customers, as intake leaves it.
pub async fn imported_batch(world: &World, customers: &[CustomerId]) -> BatchId {
    let (app, id) = (&world.app, BatchId(world.app.new_free_id()));
    let tx = app.begin().await.expect("a transaction");
    sql("INSERT INTO batch (id, name, target, business_type, reason, state, file_name, file_sha256, mapping, unit_id,
           created_by, created_at_ms)
         VALUES ($1, '十二月续保', 'customers', 'renewal', '车险到期', 'imported', 'a.csv', '', '{}', $2, $3, 0)")
    .bind(id)
    .bind(world.unit("hq"))
    .bind(world.staff("hq"))
    .run(&*tx)
    .await
    .expect("a batch");
    for (place, customer) in customers.iter().enumerate() {
        sql("INSERT INTO batch_entry (bucket, batch_id, row_number, customer_id, deed)
             VALUES ($1, $2, $3, $4, 'duplicate')")
        .bind(customer.bucket())
        .bind(id)
        .bind(place as i64)
        .bind(*customer)
        .run(&*tx)
        .await
        .expect("an entry");
    }
    tx.commit().await.expect("committed");
    id
}

#[tokio::test]
async fn a_batch_walks_from_head_office_to_the_maintainer_and_back() {
    each_store(async |mut world| {
        world.welcome_all().await;
        let customers: Vec<CustomerId> = tend_testkit::CUSTOMERS.iter().map(|key| world.customer(key)).collect();
        let batch = imported_batch(&world, &customers).await;
        let (hq, lead, wang) = (world.sign_in("hq").await, world.sign_in("lead_sz").await, world.sign_in("wang").await);

        let hand_out = format!("/api/batches/{batch}/hand-out");
        assert_eq!(lead.post(&hand_out, json!({ "rule": "even" })).await.status, 404, "head office's batch");
        let over = hq.post(&hand_out, json!({ "rule": "owner", "not_after": "2026-11-22" })).await;
        assert_eq!(over.body["code"], "last_day_over");
        let handed = hq.post(&hand_out, json!({ "rule": "owner", "not_after": "2026-11-30" })).await;
        assert_eq!((handed.status, &handed.body["total"]), (201, &json!(8)), "{}", handed.body);
        assert_eq!(handed.body["given"][world.unit("shenzhen").to_string()], 6);
        assert_eq!(hq.post(&hand_out, json!({ "rule": "even" })).await.body["total"], 0, "nothing twice");

        let filter = json!({ "filter": { "batch": batch }, "rule": "owner" });
        assert_eq!(lead.post("/api/touches/hand-out", filter).await.body["total"], 5);
        let id = her_first(&wang).await;
        assert_eq!(wang.post(&format!("/api/touches/{id}/claim"), json!({})).await.body["state"], "accepted");
        let outcome = format!("/api/touches/{id}/outcome");
        assert_eq!(wang.post(&outcome, json!({ "code": "done" })).await.status, 201);

        let sample = json!({ "batch_id": batch, "percent": 10, "seed": 7 });
        assert_eq!(lead.post("/api/verifications/sample", sample.clone()).await.status, 403);
        let drawn = hq.post("/api/verifications/sample", sample).await;
        assert_eq!(drawn.body[0]["id"], id, "at least one: {}", drawn.body);
        let verification = format!("/api/touches/{id}/verification");
        let silent = hq.post(&verification, json!({ "verdict": "returned" })).await;
        assert_eq!(silent.body["code"], "return_reason_missing");
        let returned = hq.post(&verification, json!({ "verdict": "returned", "reason": "没有确认车牌" })).await;
        assert_eq!(returned.body["state"], "returned");

        let mine = wang.get("/api/my-day").await.body;
        let back = mine["items"].as_array().expect("items").iter().find(|touch| touch["id"] == *id);
        assert_eq!(back.expect("it is on her list again")["return_reason"], "没有确认车牌");
        assert_eq!(wang.post(&outcome, json!({ "code": "done", "note": "已确认" })).await.status, 201);
        let verified = hq.post(&verification, json!({ "verdict": "accepted" })).await;
        assert_eq!((verified.status, &verified.body["state"]), (201, &json!("verified")));
        let twice = hq.post(&verification, json!({ "verdict": "accepted" })).await;
        assert_eq!(twice.body["code"], "touch_judged");
    })
    .await;
}

#[tokio::test]
async fn work_of_a_batch_that_was_taken_back_is_withdrawn() {
    each_store(async |mut world| {
        let customers = [world.welcome("li").await, world.welcome("sun").await];
        let batch = imported_batch(&world, &customers).await;
        let hq = world.sign_in("hq").await;
        let handed = hq.post(&format!("/api/batches/{batch}/hand-out"), json!({ "rule": "owner" })).await;
        assert_eq!(handed.body["total"], 2, "{}", handed.body);
        assert_eq!(tend_app::work::expire(&world.app).await.expect("closed"), 0, "the batch stands");
        let turn = async |word: &str| {
            let tx = world.app.begin().await.expect("a transaction");
            let turned = sql("UPDATE batch SET state = $1 WHERE id = $2").bind(word).bind(batch);
            assert_eq!(turned.run(&*tx).await.expect("turned"), 1);
            tx.commit().await.expect("committed");
        };
        turn("undoing").await;
        let lead = world.sign_in("lead_sh").await;
        let one = lead.get("/api/touches?state=planned").await.body["items"][0]["id"].clone();
        let claim = format!("/api/touches/{}/claim", one.as_str().expect("one"));
        assert_eq!(
            lead.post(&claim, json!({})).await.body["code"],
            "touch_changed",
            "nobody begins what is taken back"
        );
        turn("undone").await;
        assert_eq!(tend_app::work::expire(&world.app).await.expect("closed"), 2);
        assert_eq!(tend_app::work::expire(&world.app).await.expect("closed"), 0);
        assert_eq!(hq.get("/api/touches?state=withdrawn").await.body["about"], 2);
        assert_eq!(hq.get("/api/touches?state=open").await.body["items"], json!([]));
    })
    .await;
}

/// One call takes only so many; the next goes on behind them, past those who get none, and misses nobody.
#[tokio::test]
async fn a_large_batch_is_handed_out_in_turns() {
    each_store(async |mut world| {
        world.welcome_all().await;
        let customers = tend_testkit::CUSTOMERS.map(|key| world.customer(key));
        let batch = imported_batch(&world, &customers).await;
        let hq = org::acting(&world.app, world.staff("hq")).await.expect("staff").expect("head office");
        let turn = async |behind: Option<String>| {
            let tx = world.app.begin().await.expect("a transaction");
            let how = BatchHandOut::ByRule { rule: Rule::Owner, among: Vec::new() };
            let turn = Turn { behind: behind.as_deref(), at_once: 3 };
            let handed = hand_out_batch(&world.app, &tx, &hq, batch, (how, None), turn).await.expect("handed out");
            tx.commit().await.expect("committed");
            (handed.total() + handed.left.values().sum::<i64>(), handed.next)
        };
        let (mut met, mut next) = (0, None);
        for expected in [3, 3, 2] {
            let (many, then) = turn(next).await;
            assert_eq!(many, expected);
            (met, next) = (met + many, then);
        }
        assert_eq!((met, next), (8, None));
        let client = world.sign_in("hq").await;
        let made = client.get(&format!("/api/touches?batch={batch}")).await.body["about"].as_i64();
        assert_eq!(made, Some(8), "nobody is left out");

        // The same with the work orders of a filter.
        let filter = TouchFilter { states: vec![State::Planned], batch: Some(batch), ..TouchFilter::default() };
        let (mut given, mut next) = (0, None::<String>);
        for expected in [3, 3, 2] {
            let tx = world.app.begin().await.expect("a transaction");
            let which = Which::Filter(&filter, Turn { behind: next.as_deref(), at_once: 3 });
            let target = PersonTarget::Unit(world.unit("pudong"));
            let handed = hand_out_touches(&world.app, &tx, &hq, which, target).await.expect("handed out");
            tx.commit().await.expect("committed");
            assert_eq!(handed.total(), expected);
            (given, next) = (given + handed.total(), handed.next);
        }
        assert_eq!((given, next), (8, None));
    })
    .await;
}

#[tokio::test]
async fn a_batch_is_handed_out_to_nobody_who_refused_its_purpose() {
    each_store(async |mut world| {
        let (li, wu) = (world.welcome("li").await, world.welcome("wu").await);
        let batch = imported_batch(&world, &[li, wu]).await;
        let hq = world.sign_in("hq").await;
        let refuse =
            |channel: &str| (channel.to_owned(), json!({ "state": "refused", "purpose": "contract", "proof": "来电" }));
        for (id, (channel, said)) in [(li, refuse("phone")), (wu, refuse("phone")), (wu, refuse("visit"))] {
            let answer = hq.put(&format!("/api/customers/{id}/consents/{channel}"), said).await;
            assert_eq!(answer.status, 204, "{}", answer.body);
        }
        let handed = hq.post(&format!("/api/batches/{batch}/hand-out"), json!({ "rule": "owner" })).await.body;
        assert_eq!((&handed["total"], &handed["left"]["refused"]), (&json!(1), &json!(1)), "{handed}");
        let made = hq.get("/api/touches?state=open").await.body;
        let items = made["items"].as_array().unwrap_or_else(|| panic!("{made}"));
        assert_eq!((items.len(), &items[0]["channel"]), (1, &json!("wechat")), "the first way that is open: {made}");
    })
    .await;
}
