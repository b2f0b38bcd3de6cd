//! The customer file: created, found, read, changed, sealed.

use serde_json::json;
use tend_app::customer::{care_files, heads, masked_phones, one};
use tend_rules::base::{Bucket, StaffId};
use tend_rules::org::Scope;
use tend_testkit::each_store;

#[tokio::test]
async fn a_new_customer_is_on_file_with_everything_she_holds() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let wang = Scope::Own(world.staff("wang"));
        let file = one(&world.app, &wang, li).await.expect("王芳 reads her customer");
        assert_eq!(
            (file.name.as_str(), file.tier.as_str(), file.age_on(world.app.today())),
            ("李秀英", "gold", Some(58))
        );
        let all = care_files(&world.app, Bucket::of(0), Bucket::of(1023)).await.expect("all files");
        assert_eq!(all.len(), 1);
        let held: Vec<_> = all[0].agreements.iter().map(|a| (a.product.as_str(), a.is_paid())).collect();
        assert_eq!(held, [("康宁终身", false), ("车险", false)]);
        let phones = masked_phones(&world.app, &[li]).await.expect("phones");
        assert_eq!(phones[&li], "138****1234");
    })
    .await;
}

#[tokio::test]
async fn a_colleague_of_another_branch_does_not_find_her() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        for (scope, seen) in [
            (Scope::Own(world.staff("liu")), 0),
            (Scope::Subtree(world.unit("shanghai")), 0),
            (Scope::Nothing, 0),
            (Scope::Subtree(world.unit("shenzhen")), 1),
        ] {
            let found = heads(&world.app, &scope, &[li]).await.expect("heads");
            assert_eq!(found.len(), seen, "{scope:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_fact_is_changed_in_place_and_the_story_tells_what_stood_before() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let wang = world.sign_in("wang").await;
        let path = format!("/api/customers/{li}");
        let page = wang.get(&path).await;
        assert_eq!(page.etag.as_deref(), Some("\"1\""));
        assert_eq!(page.body["ask_next"][0], "mail");
        assert_eq!(page.body["contact_points"][0]["masked"], "深圳市南山区***");
        assert!(!page.body.to_string().contains("00001234"), "{}", page.body);

        let facts = json!({ "facts": { "occupation": "校长", "mail": "Xiuying@Example.com", "phone": ["13800001234", "13811112222"] } });
        let changed = wang.patch(&path, 1, facts.clone()).await;
        assert_eq!((changed.status, &changed.body["version"]), (200, &json!(2)), "{}", changed.body);
        assert_eq!(wang.patch(&path, 1, facts.clone()).await.body["code"], "version_stale");
        let same = wang.patch(&path, 2, facts).await;
        assert_eq!(same.body["version"], 2, "the same again changes nothing: {}", same.body);
        let unfit = wang.patch(&path, 2, json!({ "facts": { "phone": "12" } })).await;
        assert_eq!((unfit.status, unfit.body["code"].as_str()), (422, Some("phone_unfit")));
        let unknown = wang.patch(&path, 2, json!({ "facts": { "shoe_size": 38 } })).await;
        assert_eq!(unknown.body["code"], "fact_unknown");

        assert_eq!(wang.get("/api/search?q=13811112222").await.body[0]["title"], "李秀英");
        let story = wang.get(&format!("{path}/timeline?kind=customer.fact_changed")).await;
        let details: Vec<_> = story.body["items"].as_array().expect("items").iter().map(|i| i["detail"].as_str().unwrap_or("")).collect();
        assert!(details.contains(&"occupation: 教师 → 校长"), "{details:?}");
        assert!(details.contains(&"mail: – → x***@example.com"), "{details:?}");
    })
    .await;
}

#[tokio::test]
async fn facts_of_the_firm_are_typed_and_usable_at_once() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let hq = world.sign_in("hq").await;
        let new = json!({ "key": "pets", "type": "int", "title_zh": "宠物数", "title_en": "Pets" });
        assert_eq!(hq.post("/api/facts", new.clone()).await.status, 201);
        assert_eq!(hq.post("/api/facts", new).await.body["code"], "key_taken");
        let reserved = json!({ "key": "labels", "type": "int", "title_zh": "x", "title_en": "x" });
        assert_eq!(hq.post("/api/facts", reserved).await.body["code"], "key_taken");
        let path = format!("/api/customers/{li}");
        let wrong = hq.patch(&path, 1, json!({ "facts": { "pets": "two" } })).await;
        assert_eq!(wrong.body["params"]["expected"], "a whole number");
        let right = hq.patch(&path, 1, json!({ "facts": { "pets": 2 } })).await;
        let facts = right.body["facts"].as_array().expect("facts").clone();
        let pets = facts.iter().find(|fact| fact["key"] == "pets").expect("the new fact");
        assert_eq!((&pets["value"], &pets["origin"], &pets["source"]), (&json!(2), &json!("firm"), &json!("desk")));
    })
    .await;
}

#[tokio::test]
async fn a_new_customer_is_given_only_within_the_makers_part_of_the_firm() {
    each_store(async |world| {
        let (lead, admin) = (world.sign_in("lead_sz").await, world.sign_in("admin").await);
        let gone = format!("/api/staff/{}/departure", world.staff("zhao"));
        assert_eq!(admin.post(&gone, json!({ "left_on": "2026-11-23" })).await.status, 201);
        let nobody = StaffId(uuid::Uuid::from_u128(7));
        for (owner, unit, code) in [
            (Some(world.staff("liu")), None, "staff_not_found"),
            (Some(world.staff("zhao")), None, "staff_not_found"),
            (Some(world.staff("boss")), None, "staff_not_found"),
            (Some(nobody), None, "staff_not_found"),
            (None, Some(world.unit("shanghai")), "unit_not_found"),
            (None, Some(world.unit("hq")), "unit_not_found"),
        ] {
            let body = json!({ "facts": { "name": "新客" }, "owner_id": owner, "unit_id": unit });
            let refused = lead.post("/api/customers", body).await;
            assert_eq!((refused.status, &refused.body["code"]), (404, &json!(code)), "{owner:?} {unit:?}");
        }
        let (owner, unit) = (world.staff("chen"), world.unit("futian"));
        let body = json!({ "facts": { "name": "新客" }, "owner_id": owner, "unit_id": unit });
        let made = lead.post("/api/customers", body).await;
        assert_eq!(
            (&made.body["owner"]["id"], &made.body["unit"]["id"]),
            (&json!(owner), &json!(unit)),
            "{}",
            made.body
        );
    })
    .await;
}

#[tokio::test]
async fn a_refusal_is_lifted_only_by_the_customer_with_proof() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let wang = world.sign_in("wang").await;
        let sms = format!("/api/customers/{li}/consents/sms");
        assert_eq!(wang.put(&sms, json!({ "state": "refused" })).await.status, 204);
        let state = async |channel: usize| {
            wang.get(&format!("/api/customers/{li}")).await.body["consents"][channel]["state"].clone()
        };
        assert_eq!((state(1).await, state(2).await), (json!("refused"), json!("given")));
        assert_eq!(wang.put(&sms, json!({ "state": "given" })).await.status, 422, "no proof");
        // Whoever gets the number inherits the refusal of the number.
        let body = json!({ "facts": { "name": "李小妹", "phone": "13800001234" } });
        let sister = wang.post("/api/customers", body).await;
        assert_eq!(sister.body["consents"][1]["state"], "refused", "{}", sister.body);
        assert_eq!(wang.put(&sms, json!({ "state": "given", "proof": "签字表 2026-11-23" })).await.status, 204);
        assert_eq!(state(1).await, json!("given"));
    })
    .await;
}

#[tokio::test]
async fn a_phone_typed_by_hand_is_a_number_and_nothing_else() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let wang = world.sign_in("wang").await;
        let path = format!("/api/customers/{li}");
        for wrong in ["13955501234x", "13955501234(妈妈)", "手机13955501234", "139 5550 123"] {
            let made = wang.post("/api/customers", json!({ "facts": { "name": "新客", "phone": wrong } })).await;
            assert_eq!((made.status, &made.body["code"]), (422, &json!("phone_unfit")), "{wrong}: {}", made.body);
            assert!(
                made.body["next"].as_str().is_some_and(|next| next.contains("Correct the number")),
                "{}",
                made.body
            );
            let changed = wang.patch(&path, 1, json!({ "facts": { "phone": ["13800001234", wrong] } })).await;
            assert_eq!((changed.status, &changed.body["code"]), (422, &json!("phone_unfit")), "{wrong}");
        }
        let found = wang.get("/api/customers?q=13955501234").await.body;
        assert_eq!(found["items"], json!([]), "nothing was kept of it");
        let made =
            wang.post("/api/customers", json!({ "facts": { "name": "新客", "phone": " 139 5550-1234 " } })).await;
        assert_eq!(made.status, 201, "{}", made.body);
        assert_eq!(made.body["contact_points"][0]["masked"], "139****1234");
    })
    .await;
}

#[tokio::test]
async fn a_hidden_field_opens_with_a_reason_and_the_ledger_shows_it() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let wang = world.sign_in("wang").await;
        let path = format!("/api/customers/{li}");
        let page = wang.get(&path).await;
        let points = page.body["contact_points"].as_array().expect("points").clone();
        let phone = points.iter().find(|p| p["masked"] == "138****1234").expect("her phone")["id"].clone();
        let unmasking = format!("{path}/unmasking");
        let silent = wang.post(&unmasking, json!({ "contact_point_id": phone })).await;
        assert_eq!(silent.body["code"], "reason_missing");
        let opened = wang.post(&unmasking, json!({ "contact_point_id": phone, "reason": "客户要求回电" })).await;
        assert_eq!(opened.body["value"], "+8613800001234");
        let qa = world.sign_in("qa").await;
        assert_eq!(qa.post(&unmasking, json!({ "contact_point_id": phone, "reason": "看看" })).await.status, 403);
        let story = qa.get(&format!("{path}/timeline?kind=customer.unmasked")).await;
        assert_eq!(story.body["items"][0]["detail"], "phone: 客户要求回电");
        wang.get(&path).await;
        let seen = qa.get(&format!("{path}/timeline?kind=customer.seen")).await;
        assert_eq!(seen.body["items"].as_array().map(Vec::len), Some(1), "one reader, one hour, one fact");
    })
    .await;
}

#[tokio::test]
async fn notes_labels_and_relations_stand_on_the_page() {
    each_store(async |mut world| {
        let (li, chen) = (world.welcome("li").await, world.welcome("chen_m").await);
        let sun = world.welcome("sun").await;
        let (hq, wang) = (world.sign_in("hq").await, world.sign_in("wang").await);
        let label =
            json!({ "key": "has_children", "family": "family", "title_zh": "有孩子", "title_en": "Has children" });
        assert_eq!(hq.post("/api/labels", label).await.status, 201);
        let reserved = json!({ "key": "vip", "title_zh": "贵宾", "title_en": "VIP", "set_by": "channel_lead" });
        assert_eq!(hq.post("/api/labels", reserved).await.status, 201);
        let path = format!("/api/customers/{li}");
        assert_eq!(
            wang.put(&format!("{path}/labels/has_children"), json!({ "remark": "儿子 3 岁" })).await.status,
            204
        );
        assert_eq!(wang.put(&format!("{path}/labels/vip"), json!({})).await.body["code"], "label_reserved");
        assert_eq!(wang.post(&format!("{path}/notes"), json!({ "text": "周末方便" })).await.status, 201);
        let daughter = json!({ "other_id": chen, "kind": "child" });
        assert_eq!(wang.post(&format!("{path}/relations"), daughter).await.status, 201);
        let stranger = json!({ "other_id": sun, "kind": "child" });
        assert_eq!(wang.post(&format!("{path}/relations"), stranger).await.status, 404);

        let page = wang.get(&path).await.body;
        assert_eq!(
            (&page["labels"][0]["title"], &page["labels"][0]["remark"]),
            (&json!("Has children"), &json!("儿子 3 岁"))
        );
        assert_eq!((&page["relations"][0]["kind"], &page["relations"][0]["name"]), (&json!("child"), &json!("陈梅香")));
        let other = wang.get(&format!("/api/customers/{chen}")).await.body;
        assert_eq!(other["relations"][0]["kind"], "parent");
        let some = wang.get(&format!("{path}/timeline?kind=contact,customer.note_written,customer.seen")).await.body;
        let kinds: Vec<&str> =
            some["items"].as_array().expect("items").iter().filter_map(|one| one["kind"].as_str()).collect();
        assert!(
            kinds.contains(&"note_written") && kinds.iter().all(|kind| ["note_written", "seen"].contains(kind)),
            "{kinds:?}"
        );
        let notes = wang.get(&format!("{path}/timeline?kind=customer.note_written")).await;
        assert_eq!(notes.body["items"][0]["detail"], "周末方便");
        assert_eq!(wang.get("/api/customers?label=has_children").await.body["about"], 1);
        assert_eq!(wang.delete(&format!("{path}/labels/has_children")).await.status, 204);
        assert_eq!(wang.get("/api/customers?label=has_children").await.body["about"], 0);
    })
    .await;
}

#[tokio::test]
async fn a_payment_settles_what_was_due_and_a_lead_gives_the_customer_to_another() {
    each_store(async |mut world| {
        let (li, chen) = (world.welcome("li").await, world.welcome("chen_m").await);
        let (wang, lead) = (world.sign_in("wang").await, world.sign_in("lead_sz").await);
        let path = format!("/api/customers/{li}");
        let page = wang.get(&path).await.body;
        assert_eq!(page["next_due"]["day"], "2026-11-30", "{page}");
        let policy = page["agreements"][0]["id"].clone();
        let paid = json!({ "agreement_id": policy, "amount": { "minor": 1240000, "currency": "CNY" } });
        assert_eq!(wang.post(&format!("{path}/payments"), paid.clone()).await.status, 201);
        let page = wang.get(&path).await.body;
        assert_eq!((&page["next_due"]["day"], &page["payments"][0]["kind"]), (&json!("2027-02-10"), &json!("policy")));
        for wrong in [0, -1, 100_000_000_001, i64::MAX] {
            let strange = json!({ "agreement_id": policy, "amount": { "minor": wrong, "currency": "CNY" } });
            let refused = wang.post(&format!("{path}/payments"), strange).await;
            assert_eq!((refused.status, &refused.body["params"]["field"]), (422, &json!("amount")), "{wrong}");
            assert_eq!(refused.body["params"]["rule"], "0.01 to 1,000,000,000.00", "as people type it: {wrong}");
        }
        let dollars = json!({ "agreement_id": policy, "amount": { "minor": 1_240_000, "currency": "HKD" } });
        let refused = wang.post(&format!("{path}/payments"), dollars).await;
        assert_eq!((refused.status, &refused.body["params"]["field"]), (422, &json!("amount")), "{}", refused.body);
        assert_eq!(refused.body["params"]["rule"], "an amount in yuan (CNY)", "no other currency is read as yuan");
        assert_eq!(wang.get(&path).await.body["payments"], page["payments"]);
        let foreign = wang.post(&format!("/api/customers/{chen}/payments"), paid).await;
        assert_eq!(foreign.status, 404, "an agreement of somebody else");

        let family = json!({ "name": "李家", "members": [chen] });
        assert_eq!(wang.post(&format!("{path}/household"), family).await.status, 201);
        assert_eq!(wang.get(&path).await.body["household"]["members"].as_array().map(Vec::len), Some(2));

        let keeper = format!("{path}/keeper");
        let zhao = json!({ "owner_id": world.staff("zhao") });
        assert_eq!(wang.put(&keeper, zhao.clone()).await.status, 403);
        assert_eq!(lead.put(&keeper, json!({ "owner_id": world.staff("liu") })).await.status, 404, "another channel");
        assert_eq!(lead.put(&keeper, zhao).await.status, 204);
        assert_eq!(wang.get(&path).await.status, 404);
        assert_eq!(world.sign_in("zhao").await.get(&path).await.body["owner"]["name"], "赵强");
    })
    .await;
}

#[tokio::test]
async fn an_agreement_is_added_by_hand_put_right_and_taken_back_while_it_is_new() {
    each_store(async |mut world| {
        let (li, chen) = (world.welcome("li").await, world.welcome("chen_m").await);
        let (wang, zhao) = (world.sign_in("wang").await, world.sign_in("zhao").await);
        let path = format!("/api/customers/{li}/agreements");
        let loan = |end: &str| json!({ "kind": "loan", "number": "L-1", "start": "2026-11-01", "end": end });
        let backwards = wang.post(&path, loan("2026-10-31")).await;
        assert_eq!((backwards.status, &backwards.body["params"]["field"]), (422, &json!("end")));
        for wrong in [-1, i64::MAX] {
            let strange = json!({ "kind": "loan", "premium": { "minor": wrong, "currency": "CNY" } });
            assert_eq!(wang.post(&path, strange).await.status, 422);
        }
        assert_eq!(zhao.post(&path, loan("2027-10-31")).await.status, 404, "somebody else's customer");
        let made = wang.post(&path, loan("2027-10-31")).await;
        assert_eq!((made.status, &made.body["version"]), (201, &json!(1)), "{}", made.body);

        let one = format!("{path}/{}", made.body["id"].as_str().expect("an id"));
        let ended =
            json!({ "kind": "loan", "number": "L-2", "status": "ended", "start": "2026-11-01", "end": "2027-01-31" });
        let put = async |version: Option<i64>| {
            wang.send("PUT", &one, Some(&format!("put-agreement-{version:?}")), version, Some(&ended)).await
        };
        assert_eq!(put(None).await.status, 428);
        let right = put(Some(1)).await;
        assert_eq!((right.status, &right.body["version"], &right.body["status"]), (200, &json!(2), &json!("ended")));
        assert_eq!(wang.get("/api/search?q=L-1").await.body, json!([]), "the number that was mistyped finds nobody");
        assert_eq!(
            wang.send("PUT", &one, Some("put-agreement-again"), Some(1), Some(&ended)).await.body["code"],
            "version_stale"
        );
        let foreign = one.replace(&li.to_string(), &chen.to_string());
        assert_eq!(wang.delete(&foreign).await.status, 404, "an agreement of another customer");
        assert_eq!(wang.delete(&one).await.status, 204);
        let page = wang.get(&format!("/api/customers/{li}")).await.body;
        let numbers = page["agreements"].as_array().expect("agreements").iter().map(|held| &held["number"]);
        assert!(!numbers.into_iter().any(|number| number == "L-2"), "{page}");

        // What somebody paid for, or what was there for a while, ends and stays.
        let paid = wang.post(&path, loan("2027-10-31")).await.body["id"].clone();
        let payment = json!({ "agreement_id": paid, "amount": { "minor": 100, "currency": "CNY" } });
        assert_eq!(wang.post(&format!("/api/customers/{li}/payments"), payment).await.status, 201);
        let stays = wang.delete(&format!("{path}/{}", paid.as_str().expect("an id"))).await;
        assert_eq!((stays.status, &stays.body["code"]), (409, &json!("agreement_stays")));
        let old = wang.post(&path, loan("2027-10-31")).await.body["id"].clone();
        world.set_clock("2026-11-23", 9 * 60 + 11);
        assert_eq!(wang.delete(&format!("{path}/{}", old.as_str().expect("an id"))).await.status, 409);
    })
    .await;
}

#[tokio::test]
async fn a_household_is_joined_left_and_never_changed_for_another_behind_ones_back() {
    each_store(async |mut world| {
        let (li, chen) = (world.welcome("li").await, world.welcome("chen_m").await);
        let (zhao, other) = (world.welcome("zhao_q").await, world.welcome("zhou").await);
        let sun = world.welcome("sun").await;
        let lead = world.sign_in("lead_sz").await;
        let path = |id| format!("/api/customers/{id}/household");
        let home = async |id| lead.get(&format!("/api/customers/{id}")).await.body["household"].clone();
        let join =
            async |id, name: &str, member| lead.post(&path(id), json!({ "name": name, "members": [member] })).await;
        assert_eq!(join(li, "李家", sun).await.status, 404, "a customer of another channel");
        assert_eq!(join(li, "李家", chen).await.status, 201);
        assert_eq!(
            (&home(li).await["name"], home(chen).await["members"].as_array().map(Vec::len)),
            (&json!("李家"), Some(2))
        );
        let version = lead.get(&format!("/api/customers/{li}")).await.body["version"].clone();
        assert_eq!(join(li, "", chen).await.status, 201, "a second time");
        assert_eq!(lead.get(&format!("/api/customers/{li}")).await.body["version"], version, "changes nothing");

        assert_eq!(join(zhao, "赵家", other).await.status, 201);
        let torn = join(li, "", zhao).await;
        assert_eq!((torn.status, &torn.body["code"]), (409, &json!("households_differ")));
        assert_eq!(lead.delete(&path(zhao)).await.status, 204);
        assert_eq!(lead.delete(&path(zhao)).await.status, 404, "nobody leaves twice");
        assert_eq!(home(zhao).await, json!(null));
        // 赵家 has one member left: who is alone there may come over.
        assert_eq!(join(li, "", other).await.status, 201);
        assert_eq!(join(li, "", zhao).await.status, 201);
        assert_eq!(home(li).await["members"].as_array().map(Vec::len), Some(4));
        let told = lead.get(&format!("/api/customers/{zhao}/timeline?kind=customer.household_left")).await.body;
        assert_eq!(told["items"][0]["title"], "Left the household");
    })
    .await;
}
