//! Two transactions about one customer at once: what is said, merged or handed over in the first is never undone or missed
//! by the second. The first holds the customer and lets the second run into it; on SQLite, which has one writer, the second
//! waits at its beginning, with whatever it read before.

use crate::contact::imported_batch;
use crate::merge::{again, version};
use crate::trace::{Sale, held, install};
use crate::work::{make, renewal};
use serde_json::{Value, json};
use std::time::Duration;
use tend_app::customer::{MergeOrder, Said, erase, one_for_change, set_consent};
use tend_app::platform::{Tx, sql};
use tend_app::trace::{NewEvidence, supply};
use tend_app::{org, work};
use tend_rules::base::*;
use tend_rules::customer::{Consent, EVERY_PURPOSE};
use tend_rules::journal::Doer;
use tend_rules::org::Scope;
use tend_rules::trace::EvidenceKind;
use tend_testkit::{Client, World, each_store};

const DOER: Doer = Doer::Program("test");

/// Long enough for the other side to run into what is held here.
const A_WHILE: Duration = Duration::from_millis(400);

/// A customer refuses calls; not committed yet.
async fn refuses_calls(world: &World, id: CustomerId) -> Tx {
    refuses(world, id, Channel::Phone).await
}

async fn refuses(world: &World, id: CustomerId, channel: Channel) -> Tx {
    let tx = world.app.begin().await.expect("a transaction");
    let said = Said::of(channel, Consent::Refused, "来电");
    set_consent(&world.app, &tx, DOER, &Scope::Firm, id, said).await.expect("a refusal");
    tx
}

async fn commit_after_a_while(tx: Tx) {
    tokio::time::sleep(A_WHILE).await;
    tx.commit().await.expect("committed");
}

/// What stands about calls for every purpose.
async fn calls(client: &Client, id: CustomerId) -> Value {
    stands(client, id, "phone").await
}

async fn stands(client: &Client, id: CustomerId, channel: &str) -> Value {
    let page = client.get(&format!("/api/customers/{id}/consents")).await.body;
    let now = page["now"].as_array().unwrap_or_else(|| panic!("{page}")).clone();
    let found = now.into_iter().find(|one| one["channel"] == channel && one["purpose"] == "every");
    found.map_or(Value::Null, |one| one["state"].clone())
}

#[tokio::test]
async fn a_hand_over_and_a_new_household_overwrite_no_refusal() {
    each_store(async |mut world| {
        let (li, zhao) = (world.welcome("li").await, world.welcome("zhao_q").await);
        let (lead, wang) = (world.sign_in("lead_sz").await, world.sign_in("wang").await);
        let tx = refuses_calls(&world, zhao).await;
        let path = format!("/api/customers/{zhao}/household");
        let (made, ()) = tokio::join!(wang.post(&path, json!({ "members": [li, li] })), commit_after_a_while(tx));
        assert_eq!(made.status, 201, "{}", made.body);
        assert_eq!(calls(&lead, zhao).await, "refused");

        let tx = refuses_calls(&world, li).await;
        let path = format!("/api/customers/{li}/keeper");
        let to = json!({ "owner_id": world.staff("chen") });
        let (moved, ()) = tokio::join!(lead.put(&path, to), commit_after_a_while(tx));
        assert_eq!(moved.status, 204, "{}", moved.body);
        assert_eq!(calls(&lead, li).await, "refused");
        let page = lead.get(&format!("/api/customers/{li}")).await.body;
        assert_eq!(page["owner"]["id"], json!(world.staff("chen")));
    })
    .await;
}

#[tokio::test]
async fn what_is_written_about_a_record_that_is_being_merged_goes_nowhere_and_says_where_to_go_on() {
    each_store(async |mut world| {
        let (li, zhao) = (world.welcome("li").await, world.welcome("zhao_q").await);
        let other = again(&world, Bucket::of(li.bucket().number() as u64 + 3), |_| {}).await;
        let (wang, lead, qa) = (world.sign_in("wang").await, world.sign_in("lead_sz").await, world.sign_in("qa").await);
        let (seen, other_seen) = (version(&wang, li).await, version(&wang, other).await);
        let who = org::acting(&world.app, world.staff("wang")).await.expect("staff").expect("wang");
        let tx = world.app.begin().await.expect("a transaction");
        let order = MergeOrder { kept: (li, seen), other: (other, other_seen), take: None, reason: "" };
        tend_app::customer::merge(&world.app, &tx, &who, order).await.expect("merged");

        let path = |what: &str| format!("/api/customers/{other}/{what}");
        let amount = json!({ "amount": { "minor": 100, "currency": "CNY" } });
        let (agreement, payment, note, relation, keeper, hold, ()) = tokio::join!(
            async { wang.post(&path("agreements"), json!({ "kind": "policy" })).await },
            async { wang.post(&path("payments"), amount).await },
            async { wang.post(&path("notes"), json!({ "text": "喜欢上午来电" })).await },
            async { wang.post(&path("relations"), json!({ "other_id": zhao, "kind": "spouse" })).await },
            async { lead.put(&path("keeper"), json!({ "owner_id": world.staff("chen") })).await },
            async { qa.post(&path("holds"), json!({ "reason": "诉讼 2026-9" })).await },
            commit_after_a_while(tx)
        );
        for (what, answer) in [
            ("agreement", agreement),
            ("payment", payment),
            ("note", note),
            ("relation", relation),
            ("keeper", keeper),
            ("hold", hold),
        ] {
            assert_eq!((answer.status, &answer.body["code"]), (410, &json!("customer_merged")), "{what}");
        }
        for table in ["agreement", "payment", "legal_hold", "relation"] {
            let left = sql(&format!("SELECT COUNT(*) FROM {table} WHERE bucket = $1 AND customer_id = $2"));
            let left = left.bind(other.bucket()).bind(other).value::<i64>(world.app.read()).await.expect("a count");
            assert_eq!(left, 0, "{table}");
        }
        let back = sql("SELECT COUNT(*) FROM customer WHERE bucket = $1 AND id = $2").bind(other.bucket()).bind(other);
        assert_eq!(back.value::<i64>(world.app.read()).await.expect("a count"), 0, "it is not back on file");
    })
    .await;
}

#[tokio::test]
async fn work_that_is_made_beside_a_refusal_heeds_it() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let batch = imported_batch(&world, &[li]).await;
        let hq = world.sign_in("hq").await;
        let tx = refuses_calls(&world, li).await;
        let path = format!("/api/batches/{batch}/hand-out");
        let (handed, ()) = tokio::join!(hq.post(&path, json!({ "rule": "owner" })), commit_after_a_while(tx));
        assert_eq!(handed.body["total"], 1, "{}", handed.body);
        let made = hq.get("/api/touches?state=open").await.body;
        assert_eq!(made["items"][0]["channel"], "wechat", "no call any more: {made}");
    })
    .await;
}

#[tokio::test]
async fn an_outcome_and_a_refusal_at_once_wait_for_each_other_and_not_in_a_ring() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        make(&world, vec![renewal(&world, li, "nanshan", Some("wang"))]).await;
        let wang = world.sign_in("wang").await;
        let day = wang.get("/api/my-day").await.body;
        let path = format!("/api/touches/{}/outcome", day["items"][0]["id"].as_str().expect("a work order"));
        let tx = refuses_calls(&world, li).await;
        let (told, ended) = tokio::join!(wang.post(&path, json!({ "code": "done" })), async {
            tokio::time::sleep(A_WHILE).await;
            let ended = work::withdraw_refused(&world.app, &tx, DOER, li, (Channel::Phone, EVERY_PURPOSE)).await;
            let ended = ended.expect("nobody waits for us");
            tx.commit().await.expect("committed");
            ended
        });
        assert_eq!((ended, told.status, &told.body["code"]), (1, 409, &json!("touch_closed")), "{}", told.body);
    })
    .await;
}

#[tokio::test]
async fn a_file_and_its_undo_overwrite_no_refusal() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let lead = world.sign_in("lead_sz").await;
        let file = "姓名,手机,职业\n李秀英,13800001234,合唱团指挥\n";
        let tx = refuses_calls(&world, li).await;
        let (report, ()) = tokio::join!(crate::intake::import(&world, "beside", file), commit_after_a_while(tx));
        assert_eq!((report.created, report.updated), (0, 1), "{report:?}");
        assert_eq!(calls(&lead, li).await, "refused");
        let page = lead.get(&format!("/api/customers/{li}")).await.body.to_string();
        assert!(page.contains("合唱团指挥"), "{page}");

        let tx = refuses(&world, li, Channel::Sms).await;
        let (gone, ()) = tokio::join!(tend_app::customer::undo(&world.app, report.batch), commit_after_a_while(tx));
        gone.expect("taken back");
        assert_eq!((calls(&lead, li).await, stands(&lead, li, "sms").await), ("refused".into(), "refused".into()));
        let page = lead.get(&format!("/api/customers/{li}")).await.body.to_string();
        assert!(!page.contains("合唱团指挥"), "{page}");
    })
    .await;
}

#[tokio::test]
async fn an_order_of_a_record_that_is_being_merged_goes_to_the_one_that_stays() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let other = again(&world, Bucket::of(li.bucket().number() as u64 + 3), |draft| {
            draft.file.outside_id = Some("OLD-77".into());
        })
        .await;
        let wang = world.sign_in("wang").await;
        let (seen, other_seen) = (version(&wang, li).await, version(&wang, other).await);
        let who = org::acting(&world.app, world.staff("wang")).await.expect("staff").expect("wang");
        let tx = world.app.begin().await.expect("a transaction");
        let order = MergeOrder { kept: (li, seen), other: (other, other_seen), take: None, reason: "" };
        tend_app::customer::merge(&world.app, &tx, &who, order).await.expect("merged");

        let lines = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n\
            9001,A,LAMP,2,2025-12-01 08:26,3.00,OLD-77,China\n";
        let (report, ()) = tokio::join!(crate::intake::import(&world, "orders", lines), commit_after_a_while(tx));
        assert_eq!((report.accepted, report.created), (1, 0), "{report:?}");
        let files = tend_app::customer::care_files_of(&world.app, &Scope::Firm, &[li]).await.expect("files");
        assert_eq!(files[0].orders.iter().map(|order| order.number.as_str()).collect::<Vec<_>>(), ["9001"]);
    })
    .await;
}

#[tokio::test]
async fn taking_a_batch_back_beside_something_that_happens_leaves_whom_it_happens_to() {
    each_store(async |world| {
        let file = "客户号,姓名,手机\nM-1,马一,13711110001\nM-2,马二,13711110002\n";
        let report = crate::intake::import(&world, "beside", file).await;
        let ma = tend_app::customer::find(&world.app, "M-1").await.expect("found").remove(0).id;
        let tx = refuses_calls(&world, ma).await;
        let (gone, ()) = tokio::join!(tend_app::customer::undo(&world.app, report.batch), commit_after_a_while(tx));
        gone.expect("taken back");
        let left = async |number: &str| tend_app::customer::find(&world.app, number).await.expect("found").len();
        assert_eq!((left("M-1").await, left("M-2").await), (1, 0));
    })
    .await;
}

#[tokio::test]
async fn evidence_that_is_given_beside_an_erasure_is_not_left_behind() {
    each_store(async |mut world| {
        install(&world).await;
        let li = world.welcome("li").await;
        let life = held(&world, li, "policy").await;
        let sale = Sale::open(&world, li, "life_strict_sale", Some(&life)).await;
        let app = &world.app;
        let who = org::acting(app, world.staff("qa")).await.expect("staff").expect("qa");
        let remark = "[Date] 2026-11-23 [By] visit [Points] seen [Promised] none [Next] none".to_owned();
        let (step, refers_to) = ("second_look".to_owned(), String::new());
        let kind = EvidenceKind::Note;
        let new = NewEvidence { step, kind, refers_to, remark, happened_at: None, corrects: None, file: None };
        let tx = app.begin().await.expect("a transaction");
        supply(app, &tx, &who, sale.id.parse().expect("a trace's id"), new).await.expect("given");
        let erased = async {
            let tx = app.begin().await.expect("a transaction");
            one_for_change(&tx, &Scope::Firm, li).await.expect("she is on file");
            tend_app::trace::erase(&tx, li).await.expect("her sales are erased");
            tend_app::customer::erase(app, &tx, DOER, &Scope::Firm, li).await.expect("she is erased");
            tx.commit().await.expect("committed");
        };
        tokio::join!(erased, commit_after_a_while(tx));
        for table in ["trace", "trace_turn", "trace_evidence"] {
            let left = sql(&format!("SELECT COUNT(*) FROM {table}"));
            assert_eq!(left.value::<i64>(app.read()).await.expect("a count"), 0, "{table}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_verdict_waits_for_whoever_holds_the_customer_and_holds_no_work_order_meanwhile() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        make(&world, vec![renewal(&world, li, "nanshan", Some("wang"))]).await;
        let (wang, hq) = (world.sign_in("wang").await, world.sign_in("hq").await);
        let touch = wang.get("/api/my-day").await.body["items"][0]["id"].as_str().expect("a touch").to_owned();
        let done = wang.post(&format!("/api/touches/{touch}/outcome"), json!({ "code": "done" })).await;
        assert_eq!(done.status, 201, "{}", done.body);

        let held = refuses_calls(&world, li).await;
        let path = format!("/api/touches/{touch}/verification");
        let mut verdict = std::pin::pin!(hq.post(&path, json!({ "verdict": "accepted" })));
        assert!(tokio::time::timeout(A_WHILE, &mut verdict).await.is_err(), "it waits for the customer");
        if world.app.db().backend() == sea_orm::DbBackend::Postgres {
            let free = sql("SELECT id FROM touch WHERE bucket = $1 AND customer_id = $2 FOR UPDATE NOWAIT");
            let free = free.bind(li.bucket()).bind(li).all(&*held, |row| row.get::<TouchId>("id")).await;
            assert_eq!(free.expect("whoever holds the customer takes her work orders").len(), 1);
        }
        held.commit().await.expect("committed");
        let given = verdict.await;
        assert_eq!((given.status, &given.body["state"]), (201, &json!("verified")), "{}", given.body);
    })
    .await;
}

#[tokio::test]
async fn of_the_last_two_who_go_at_once_the_household_goes_with_the_second() {
    each_store(async |mut world| {
        let (li, zhao) = (world.welcome("li").await, world.welcome("zhao_q").await);
        let wang = world.sign_in("wang").await;
        let home = json!({ "name": "张家", "members": [zhao] });
        let made = wang.post(&format!("/api/customers/{li}/household"), home).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let tx = world.app.begin().await.expect("a transaction");
        erase(&world.app, &tx, DOER, &Scope::Firm, zhao).await.expect("an erasure");
        let path = format!("/api/customers/{li}/household");
        let (left, ()) = tokio::join!(wang.delete(&path), commit_after_a_while(tx));
        assert_eq!(left.status, 204, "{}", left.body);
        let homes = sql("SELECT COUNT(*) FROM household").value::<i64>(world.app.read()).await.expect("a count");
        assert_eq!(homes, 0, "its name is not left behind");
    })
    .await;
}
