//! What other rooms keep of a customer follows a merge and comes back with a split: consents by purpose, legal holds,
//! requests, traces of sales; and what a refusal that comes in by a merge or a file ends at once.

use crate::intake::import;
use crate::merge::{again, merge, open_touches, split, version};
use crate::trace::{Sale, held, install};
use crate::work::{make, renewal};
use serde_json::{Value, json};
use tend_app::journal::ledger::{audit, seal_now};
use tend_app::platform::sql;
use tend_rules::base::*;
use tend_rules::trace::proof::{check_evidence_file, verdict_of};
use tend_testkit::{Client, World, each_store};

async fn say(client: &Client, id: CustomerId, channel: &str, body: Value) {
    let answer = client.put(&format!("/api/customers/{id}/consents/{channel}"), body).await;
    assert_eq!(answer.status, 204, "{}", answer.body);
}

/// What holds for a purpose over a channel; empty where nothing was said about it alone.
async fn stance(client: &Client, id: CustomerId, channel: &str, purpose: &str) -> String {
    let page = client.get(&format!("/api/customers/{id}/consents")).await.body;
    let now = page["now"].as_array().unwrap_or_else(|| panic!("{page}")).clone();
    let found = now.iter().find(|one| one["channel"] == channel && one["purpose"] == purpose);
    found.map_or(String::new(), |one| one["state"].as_str().expect("a state").to_owned())
}

async fn count(world: &World, table: &str) -> i64 {
    sql(&format!("SELECT COUNT(*) FROM {table}")).value(world.app.read()).await.expect("a count")
}

#[tokio::test]
async fn of_two_records_the_stricter_word_about_a_purpose_holds_and_a_split_keeps_refusals() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let other = again(&world, Bucket::of(li.bucket().number() as u64 + 3), |_| {}).await;
        let lead = world.sign_in("lead_sz").await;
        let given = |purpose: &str| json!({ "state": "given", "purpose": purpose, "proof": "表单", "how": "form" });
        say(&lead, li, "sms", given("care")).await;
        say(&lead, li, "mail", given("marketing")).await;
        say(&lead, other, "sms", given("marketing")).await;
        say(&lead, other, "mail", json!({ "state": "refused", "purpose": "marketing", "proof": "来电" })).await;
        assert_eq!(merge(&lead, li, other, json!([])).await.status, 201);
        for (channel, purpose, holds) in [
            ("sms", "care", "given"),
            ("sms", "marketing", "given"),
            ("sms", "every", "unknown"),
            ("mail", "marketing", "refused"),
        ] {
            assert_eq!(stance(&lead, li, channel, purpose).await, holds, "{channel} {purpose}");
        }
        say(&lead, li, "sms", json!({ "state": "refused", "purpose": "care", "proof": "来电" })).await;
        assert_eq!(split(&lead, li, other).await.status, 201);
        for (id, channel, purpose, holds) in [
            (li, "sms", "marketing", ""),
            (li, "sms", "care", "refused"),
            (li, "mail", "marketing", "refused"),
            (other, "sms", "marketing", "given"),
            (other, "sms", "care", "refused"),
            (other, "mail", "marketing", "refused"),
        ] {
            assert_eq!(stance(&lead, id, channel, purpose).await, holds, "{id} {channel} {purpose}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_hold_on_either_record_holds_both_and_requests_go_along() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let other = again(&world, Bucket::of(li.bucket().number() as u64 + 3), |_| {}).await;
        let (qa, lead) = (world.sign_in("qa").await, world.sign_in("lead_sz").await);
        let hold = qa.post(&format!("/api/customers/{other}/holds"), json!({ "reason": "诉讼 2026-9" })).await;
        assert_eq!(hold.status, 201, "{}", hold.body);
        let asked = json!({ "kind": "copy", "received": "2026-11-20", "note": "要一份副本" });
        let asked = qa.post(&format!("/api/customers/{other}/rights-requests"), asked).await;
        assert_eq!(asked.status, 201, "{}", asked.body);
        assert_eq!(merge(&lead, li, other, json!([])).await.status, 201);

        let erase = async |id: CustomerId| {
            qa.post(&format!("/api/customers/{id}/erasure"), json!({ "reason": "书面请求" })).await.body["code"].clone()
        };
        assert_eq!(erase(li).await, "legal_hold");
        let gone = qa.post(&format!("/api/customers/{other}/erasure"), json!({ "reason": "书面请求" })).await;
        assert_eq!((gone.status, &gone.body["code"]), (410, &json!("customer_merged")));
        assert_eq!(gone.body["params"]["into"], json!(li), "the old id says where to go on");
        let holds = qa.get("/api/holds").await.body;
        assert_eq!((&holds[0]["customer_id"], &holds[0]["reason"]), (&json!(li), &json!("诉讼 2026-9")), "{holds}");
        let requests = qa.get("/api/rights-requests").await.body;
        assert_eq!(
            (&requests[0]["customer_id"], &requests[0]["note"]),
            (&json!(li), &json!("要一份副本")),
            "{requests}"
        );
        // What is held meanwhile holds both.
        world.app.clock().set(world.app.now().plus_seconds(60));
        let meanwhile = qa.post(&format!("/api/customers/{li}/holds"), json!({ "reason": "审计" })).await;
        assert_eq!(meanwhile.status, 201, "{}", meanwhile.body);
        assert_eq!(split(&lead, li, other).await.status, 201);
        let holds = qa.get("/api/holds").await.body;
        let mut of: Vec<(String, String)> = holds
            .as_array()
            .expect("holds")
            .iter()
            .map(|hold| {
                (
                    hold["customer_id"].as_str().expect("an id").to_owned(),
                    hold["reason"].as_str().expect("a reason").to_owned(),
                )
            })
            .collect();
        of.sort();
        let mut wanted = vec![
            (li.to_string(), "审计".to_owned()),
            (other.to_string(), "审计".to_owned()),
            (other.to_string(), "诉讼 2026-9".to_owned()),
        ];
        wanted.sort();
        assert_eq!(of, wanted);
        assert_eq!(qa.get("/api/rights-requests").await.body[0]["customer_id"], json!(other));
    })
    .await;
}

#[tokio::test]
async fn a_sale_goes_on_and_stays_proved_under_the_record_that_stays() {
    each_store(async |mut world| {
        install(&world).await;
        let li = world.welcome("li").await;
        let kept = again(&world, Bucket::of(li.bucket().number() as u64 + 3), |_| {}).await;
        let car = held(&world, li, "vehicle_cover").await;
        let mut sale = Sale::open(&world, li, "car_renewal_quote", Some(&car)).await;
        sale.show_all(&world).await;
        let steps = sale.page().await["steps"].clone();
        let wang = world.sign_in("wang").await;
        assert_eq!(merge(&wang, kept, li, json!([])).await.status, 201);

        let page = sale.page().await;
        assert_eq!((&page["customer"]["id"], &page["steps"]), (&json!(kept), &steps), "as shown before: {page}");
        for list in [format!("/api/customers/{kept}/traces"), "/api/traces?state=open".to_owned()] {
            let found = wang.get(&list).await.body;
            let items = [&found["items"], &found["traces"]].into_iter().find_map(|list| list.as_array());
            let items = items.unwrap_or_else(|| panic!("{found}"));
            assert_eq!((items.len(), &items[0]["customer"]["id"]), (1, &json!(kept)), "{list}");
        }
        let liu = world.sign_in("liu").await;
        assert_eq!(liu.get(&format!("/api/traces/{}", sale.id)).await.status, 404, "another branch does not find it");
        // A contact recorded since then lies in the journal of the record that stays, and is proved too.
        let called = steps.as_array().expect("steps").iter().find(|step| step["accepts"][0]["kind"] == "contact");
        sale.customer = kept;
        let given = sale.show(&world, called.expect("a step that a call shows")).await;
        assert_eq!(given.status, 201, "{}", given.body);
        let told = sql("SELECT id FROM journal_fact WHERE customer_id = $1 AND room = 'contact'").bind(kept);
        let told: Vec<FactId> = told.all(world.app.read(), |row| row.get(0)).await.expect("facts");
        let closed = sale.close().await;
        assert_eq!(closed.status, 201, "{}", closed.body);
        let out = sale.quality.post(&format!("/api/traces/{}/export", sale.id), json!({ "reason": "监管检查" })).await;
        assert_eq!(out.status, 200, "{}", out.body);
        let checked = check_evidence_file(&out.bytes, Some(world.app.keys().signer().id()));
        assert!(verdict_of(&checked), "{:?}", checked.faults);
        let account = checked.account.expect("an account");
        assert_eq!((account.customer, account.others.as_slice()), (li, [kept].as_slice()));
        assert!(!told.is_empty() && told.iter().all(|fact| account.entries.contains(fact)), "{told:?}");

        let qa = world.sign_in("qa").await;
        let erased = qa.post(&format!("/api/customers/{kept}/erasure"), json!({ "reason": "书面请求" })).await;
        assert_eq!(
            (erased.status, &erased.body["code"]),
            (409, &json!("sale_kept_by_law")),
            "the law keeps the sale: {}",
            erased.body
        );

        assert_eq!(split(&wang, kept, li).await.status, 201);
        let page = sale.page().await;
        assert_eq!((&page["customer"]["id"], &page["agreement"]["id"]), (&json!(li), &json!(car)));
        let left = wang.get(&format!("/api/customers/{kept}/traces")).await.body;
        assert!(!left.to_string().contains(&sale.id), "{left}");
    })
    .await;
}

#[tokio::test]
async fn a_refusal_that_comes_in_by_a_file_or_a_merge_ends_what_is_queued_at_once() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let wang = world.sign_in("wang").await;
        make(&world, vec![renewal(&world, li, "nanshan", Some("wang"))]).await;
        let silent = again(&world, Bucket::of(li.bucket().number() as u64 + 3), |draft| {
            draft.points[0].1 = "+8613900005555".into();
            draft.file.refused = ChannelSet::NONE.with(Channel::Phone);
        })
        .await;
        assert_eq!(open_touches(&wang).await.len(), 1);
        assert_eq!(merge(&wang, li, silent, json!([])).await.status, 201);
        assert_eq!(open_touches(&wang).await, [], "the merge brought a refusal");

        let zhao = world.welcome("zhao_q").await;
        make(&world, vec![renewal(&world, zhao, "nanshan", Some("wang"))]).await;
        assert_eq!(open_touches(&wang).await.len(), 1);
        let report = import(&world, "refuse", "姓名,手机,拒绝来电\n赵志强,13900002345,是\n").await;
        assert_eq!(report.duplicates, 1, "{report:?}");
        assert_eq!(open_touches(&wang).await, [], "the file brought a refusal");
    })
    .await;
}

#[tokio::test]
async fn an_erasure_takes_every_record_that_was_merged_in() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let other =
            again(&world, Bucket::of(li.bucket().number() as u64 + 3), |draft| draft.note = Some("不为人知".into()))
                .await;
        let (wang, qa) = (world.sign_in("wang").await, world.sign_in("qa").await);
        assert_eq!(merge(&wang, li, other, json!([])).await.status, 201);
        let copy = qa.get(&format!("/api/customers/{li}/copy")).await;
        assert_eq!(copy.status, 200, "{}", copy.body);
        assert!(version(&wang, li).await > 0);
        let erased = qa.post(&format!("/api/customers/{li}/erasure"), json!({ "reason": "书面请求" })).await;
        assert_eq!(erased.body["state"], "erased", "{}", erased.body);
        for table in ["customer", "merged_customer", "merge_part", "customer_key", "contact_point", "customer_consent"]
        {
            assert_eq!(count(&world, table).await, 0, "{table}");
        }
        assert_eq!(qa.get(&format!("/api/customers/{other}")).await.status, 404);
        seal_now(&world.app).await.expect("sealed");
        assert_eq!(audit(world.app.db(), None, None).await.expect("an audit").faults.found, 0);
    })
    .await;
}

#[tokio::test]
async fn the_next_file_finds_a_merged_customer_by_either_number() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let old = |draft: &mut tend_app::customer::Draft| draft.file.outside_id = Some("OLD-77".into());
        let other = again(&world, Bucket::of(li.bucket().number() as u64 + 3), old).await;
        let wang = world.sign_in("wang").await;
        assert_eq!(merge(&wang, li, other, json!([])).await.status, 201);
        let number = async |id: CustomerId| -> String {
            let held = sql("SELECT outside_id FROM customer WHERE bucket = $1 AND id = $2").bind(id.bucket()).bind(id);
            held.value(world.app.read()).await.expect("a number")
        };
        let file = "客户号,姓名,手机,职业\nOLD-77,李秀英,13899990001,画家\nC-li,李秀英,13899990002,画家\n";
        let report = import(&world, "next month", file).await;
        assert_eq!((report.created, report.duplicates), (0, 2), "{report:?}");
        assert_eq!(count(&world, "customer").await, 1);
        assert_eq!(number(li).await, "C-li", "the number in use stays");

        assert_eq!(split(&wang, li, other).await.status, 201);
        let report = import(&world, "the month after", "客户号,姓名,手机\nOLD-77,李秀英,13899990003\n").await;
        assert_eq!((report.created, report.duplicates), (0, 1), "{report:?}");
        assert_eq!((number(li).await.as_str(), number(other).await.as_str()), ("C-li", "OLD-77"));
    })
    .await;
}
