//! "Why?" of a day that is past: answered from what was known then, never from what was learnt since.

use crate::plan::{answer, install, plan, run, usual};
use serde_json::{Value, json};
use tend_app::customer::{self, ImportRequest, OnDuplicate};
use tend_app::journal;
use tend_app::platform::sql;
use tend_rules::base::*;
use tend_rules::journal::{Doer, Fact};
use tend_testkit::{Client, World, each_store};

const NIGHT: &str = "2026-11-23";

/// A night on 23 November over the usual plans and some that ask one thing each; then it is the day after.
async fn night_over(world: &mut World, asks: &[(&str, &str)]) {
    let mut plans = usual();
    for (key, who) in asks {
        plans.push((format!("plans/{key}.toml"), plan(key, who, "channels = [\"wechat\"]")));
    }
    install(world, &plans).await;
    run(world).await;
    world.set_clock("2026-11-24", 600);
}

async fn page(who: &Client, customer: CustomerId, day: &str) -> Value {
    who.get(&format!("/api/customers/{customer}/why?day={day}")).await.body
}

/// What was learnt since, as `key`, or `key?` where nothing tells what stood before.
fn learnt(page: &Value) -> Vec<String> {
    let mark = |one: &Value| if one["is_told"] == true { "" } else { "?" };
    let items = page["learnt_later"].as_array().expect("a list").iter();
    items.map(|one| format!("{}{}", one["key"].as_str().expect("a key"), mark(one))).collect()
}

/// Whether the plan's condition held on the day, and how that fits the decision of its night.
async fn held(who: &Client, customer: CustomerId, day: &str, plan: &str) -> (bool, Value) {
    let answer = answer(who, customer, day, plan).await;
    (answer["decided"] != "not_due", answer["unlike"].clone())
}

#[tokio::test]
async fn a_past_day_is_answered_from_what_was_known_then() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let asks = [("gold", "tier == 'gold'"), ("tea", "'tea_lover' in labels"), ("cups", "cups >= 3")];
        night_over(&mut world, &asks).await;
        let wang = world.sign_in("wang").await;
        let path = format!("/api/customers/{li}");
        let version = wang.get(&path).await.body["version"].as_i64().expect("a version");
        let changed = wang.patch(&path, version, json!({ "facts": { "tier": "ordinary", "cups": 5 } })).await;
        assert_eq!(changed.status, 200, "{}", changed.body);
        let put = wang.put(&format!("{path}/labels/tea_lover"), json!({ "remark": "" })).await;
        assert!(put.status < 300, "{}", put.body);
        world.set_clock("2026-11-25", 540);
        let wang = world.sign_in("wang").await;
        for (key, then, now) in [("gold", true, false), ("tea", false, true), ("cups", false, true)] {
            assert_eq!(held(&wang, li, NIGHT, key).await, (then, Value::Null), "{key} then");
            assert_eq!(held(&wang, li, "2026-11-25", key).await, (now, Value::Null), "{key} now");
        }
        let quiet_day = page(&wang, li, "2026-11-24").await;
        assert_eq!(quiet_day["basis"], "past_facts", "no night ran, the facts of its evening answer");
        assert!(held(&wang, li, "2026-11-24", "cups").await.0);
        let then = page(&wang, li, NIGHT).await;
        assert_eq!(
            (learnt(&then), &then["is_certain"]),
            (vec!["cups".into(), "labels".into(), "tier".into()], &json!(true))
        );
        assert_eq!(page(&wang, li, "2026-11-20").await["basis"], "nothing", "not on file yet");
    })
    .await;
}

#[tokio::test]
async fn payments_consents_and_batches_that_came_later_are_taken_back() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let asks = [
            ("teacher", "occupation == '教师'"),
            ("dear", "agreements.exists(a, a.premium > yuan(12500))"),
            ("unpaid", "agreements.exists(a, a.kind == 'policy' && !a.paid)"),
            ("call", "'phone' in consents"),
        ];
        night_over(&mut world, &asks).await;
        let (wang, hq) = (world.sign_in("wang").await, world.sign_in("hq").await);
        let consent = json!({ "state": "refused", "purpose": "care", "proof": "电话里说的" });
        let said = hq.put(&format!("/api/customers/{li}/consents/phone"), consent).await;
        assert!(said.status < 300, "{}", said.body);
        let said = hq.put(&format!("/api/customers/{li}/consents/phone"), json!({ "state": "refused" })).await;
        assert!(said.status < 300, "{}", said.body);
        let held_now = wang.get(&format!("/api/customers/{li}")).await.body;
        let policy = held_now["agreements"].as_array().expect("agreements").iter().find(|a| a["kind"] == "policy");
        let payment = json!({ "agreement_id": policy.expect("a policy")["id"], "amount": { "minor": 1_240_000, "currency": "CNY" } });
        let paid = wang.post(&format!("/api/customers/{li}/payments"), payment).await;
        assert_eq!(paid.status, 201, "{}", paid.body);
        let text = "姓名,手机,职业,标签,保单号,保费\n李秀英,+86 13800001234,退休教师,爱茶,P-2019-0001,12800\n";
        let report = import(&world, text).await;
        assert_eq!(report.updated, 1, "{report:?}");
        world.set_clock("2026-11-25", 540);
        let wang = world.sign_in("wang").await;
        for (key, then, now) in [("teacher", true, false), ("dear", false, true), ("unpaid", true, false)] {
            assert_eq!(held(&wang, li, NIGHT, key).await, (then, Value::Null), "{key} then");
            assert_eq!(held(&wang, li, "2026-11-25", key).await, (now, Value::Null), "{key} now");
        }
        let call = held(&wang, li, NIGHT, "call").await;
        assert_eq!(call.1, Value::Null, "what was said later about the channel is taken back");
        assert!(!held(&wang, li, "2026-11-25", "call").await.0);
        assert_eq!(answer(&wang, li, NIGHT, "renewal").await["decided"], "due");
        let then = page(&wang, li, NIGHT).await;
        let expected = ["agreements", "consents", "import", "occupation", "payments"].map(String::from).to_vec();
        assert_eq!((learnt(&then), &then["is_certain"]), (expected, &json!(true)), "{then}");
    })
    .await;
}

async fn import(world: &World, text: &str) -> customer::ImportReport {
    let path = world.folder().join("later.csv");
    std::fs::write(&path, text).expect("a file");
    let request = ImportRequest {
        file: path,
        name: "later".into(),
        business_type: "renewal".into(),
        reason: "test".into(),
        mapping: None,
        kind: None,
        on_duplicate: OnDuplicate::Merge,
        unit_id: None,
        by: None,
        chunk_rows: customer::CHUNK_ROWS,
    };
    customer::import(&world.app, request, |_| ()).await.expect("the import")
}

#[tokio::test]
async fn what_the_journal_does_not_tell_is_called_uncertain() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        night_over(&mut world, &[]).await;
        let older = [
            ("consent_set", json!({ "channel": "phone", "purpose": "marketing", "from": "unknown", "to": "given" })),
            ("agreement_put", json!({ "agreement": AgreementId(world.app.new_id(li.bucket())), "kind": "policy" })),
            ("merged", json!({})),
        ];
        let facts = older.map(|(kind, payload)| Fact::about(li, "customer", kind, payload)).to_vec();
        let tx = world.app.begin().await.expect("a transaction");
        journal::append_all(&world.app, &tx, Doer::Program("test"), facts).await.expect("told");
        tx.commit().await.expect("committed");
        world.set_clock("2026-11-25", 540);
        let wang = world.sign_in("wang").await;
        let then = page(&wang, li, NIGHT).await;
        let expected = ["agreements?", "consents?", "record?"].map(String::from).to_vec();
        assert_eq!((learnt(&then), &then["is_certain"]), (expected, &json!(false)), "{then}");
        assert_eq!(answer(&wang, li, NIGHT, "renewal").await["decided"], "due", "its night's decision holds");
    })
    .await;
}

#[tokio::test]
async fn of_somebody_erased_no_day_is_answered() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        night_over(&mut world, &[]).await;
        let (wang, qa) = (world.sign_in("wang").await, world.sign_in("qa").await);
        assert_eq!(answer(&wang, li, NIGHT, "renewal").await["decided"], "due");
        let erased = qa.post(&format!("/api/customers/{li}/erasure"), json!({ "reason": "书面请求" })).await;
        assert_eq!(erased.body["state"], "erased", "{}", erased.body);
        for day in [NIGHT, "2026-11-24", "2026-12-01"] {
            let gone = wang.get(&format!("/api/customers/{li}/why?day={day}")).await;
            assert_eq!(gone.status, 404, "{day}: {}", gone.body);
        }
        let kept = sql("SELECT COUNT(*) FROM journal_fact WHERE customer_id = $1").bind(li);
        assert!(kept.value::<i64>(world.app.read()).await.expect("a count") > 0, "the journal still counts its facts");
    })
    .await;
}
