//! What is left of somebody who was erased: no word of a hold, no place in an export, nothing in the journals of others.
//! And when exports are over.

use crate::erased::{erase, file_of};
use crate::merge::{again, merge, split};
use serde_json::json;
use tend_app::journal::ledger::{audit, seal_now};
use tend_app::platform::sql;
use tend_app::rights;
use tend_app::work::expire_exports;
use tend_rules::base::{Bucket, CustomerId};
use tend_testkit::{World, each_store};

async fn number(world: &World, question: &str) -> i64 {
    sql(question).value(world.app.read()).await.expect("a number")
}

#[tokio::test]
async fn with_a_customer_go_the_words_of_the_holds() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let qa = world.sign_in("qa").await;
        let path = format!("/api/customers/{li}/holds");
        let placed = qa.post(&path, json!({ "reason": "诉讼 2026-17" })).await;
        assert_eq!(placed.status, 201, "{}", placed.body);
        let release = format!("/api/holds/{}/release", placed.body["id"].as_str().expect("an id"));
        assert_eq!(qa.post(&release, json!({ "reason": "已结案" })).await.status, 204);
        // One that ended by itself was never released.
        let over = json!({ "reason": "协查", "from": "2026-11-01", "until": "2026-11-02" });
        assert_eq!(qa.post(&path, over).await.status, 201);
        erase(&world, li).await;
        let told = "SELECT COUNT(*) FROM legal_hold WHERE LENGTH(reason_cell) > 0 OR release_cell IS NOT NULL";
        assert_eq!(number(&world, told).await, 0, "no word is left");
        assert_eq!(number(&world, "SELECT COUNT(*) FROM legal_hold").await, 2, "that they were stays");
        assert_eq!(qa.get("/api/holds").await.status, 200, "the list of holds is read");
    })
    .await;
}

#[tokio::test]
async fn that_a_customer_stood_in_exports_is_forgotten() {
    each_store(async |mut world| {
        let (li, zhao) = (world.welcome("li").await, world.welcome("zhao_q").await);
        let hq = world.sign_in("hq").await;
        let (hers, both) = (file_of(&world, &hq, &[li]).await, file_of(&world, &hq, &[li, zhao]).await);
        erase(&world, li).await;
        let rows = sql("SELECT customer_id FROM customer_export_row");
        let rows: Vec<CustomerId> = rows.all(world.app.read(), |row| row.get(0)).await.expect("rows");
        assert_eq!(rows, [zhao]);
        assert_eq!(number(&world, "SELECT COUNT(*) FROM customer_export WHERE whom = ''").await, 1, "hers alone");
        for path in [&hers, &both] {
            assert_eq!(hq.get(path).await.status, 200, "that there was an export is read");
        }
    })
    .await;
}

#[tokio::test]
async fn an_export_is_over_three_years_after_its_file() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        world.set_clock("2024-02-29", 10 * 60);
        file_of(&world, &world.sign_in("hq").await, &[li]).await;
        world.set_clock("2024-03-08", 10 * 60);
        assert_eq!(expire_exports(&world.app).await.expect("an end"), 1);
        let due = async || -> i64 {
            let found = rights::due(&world.app).await.expect("a look");
            found.iter().find(|due| due.record == "export").map_or(0, |due| due.count)
        };
        world.set_clock("2027-03-06", 23 * 60);
        assert_eq!(due().await, 0, "its file was over on 7 March");
        world.set_clock("2027-03-07", 1);
        assert!(due().await > 0);
        rights::carry_out(&world.app).await.expect("a run");
        for table in ["customer_export", "customer_export_row"] {
            assert_eq!(number(&world, &format!("SELECT COUNT(*) FROM {table}")).await, 0, "{table}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_a_wrong_merge_told_of_the_other_goes_from_the_journal_of_the_one_who_stays() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let other = again(&world, Bucket::of(li.bucket().number() as u64 + 3), |draft| {
            draft.file.occupation = "合唱团指挥".into();
        })
        .await;
        let hq = world.sign_in("hq").await;
        assert_eq!(merge(&hq, li, other, json!(["occupation"])).await.status, 201);
        assert!(split(&hq, li, other).await.status < 300);
        seal_now(&world.app).await.expect("a seal");
        let told = "SELECT COUNT(*) FROM journal_fact WHERE payload LIKE '%合唱团指挥%'";
        assert!(number(&world, told).await > 0, "the merge tells what it took over");
        erase(&world, other).await;
        assert_eq!(number(&world, told).await, 0);
        let said = sql("SELECT COUNT(*) FROM journal_fact WHERE customer_id = $1 AND kind = 'forgotten'").bind(li);
        assert_eq!(said.value::<i64>(world.app.read()).await.expect("a count"), 1, "and it is said that it went");
        seal_now(&world.app).await.expect("a seal");
        let audit = audit(world.app.db(), None, None).await.expect("an audit");
        assert!(audit.faults.found == 0 && audit.erased > 0, "{audit:?}");
        let story = hq.get(&format!("/api/customers/{li}/timeline")).await;
        assert_eq!(story.status, 200, "{}", story.body);
    })
    .await;
}

#[tokio::test]
async fn what_came_into_others_by_the_second_of_two_wrong_merges_goes_too() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let near = |step: u64| Bucket::of(li.bucket().number() as u64 + step);
        let between = again(&world, near(3), |_| ()).await;
        let other = again(&world, near(5), |draft| draft.file.occupation = "合唱团指挥".into()).await;
        // Each a minute after the one before.
        let minute = |minute: u16| world.set_clock("2026-11-24", 9 * 60 + minute);
        minute(0);
        let hq = world.sign_in("hq").await;
        let take = || json!(["occupation"]);
        minute(1);
        assert_eq!(merge(&hq, between, other, take()).await.status, 201);
        minute(2);
        assert!(split(&hq, between, other).await.status < 300);
        minute(3);
        assert_eq!(merge(&hq, between, other, take()).await.status, 201);
        minute(4);
        assert_eq!(merge(&hq, li, between, take()).await.status, 201, "along with the other");
        minute(5);
        assert!(split(&hq, li, between).await.status < 300);
        minute(6);
        assert!(split(&hq, between, other).await.status < 300);
        let told = "SELECT COUNT(*) FROM journal_fact WHERE payload LIKE '%合唱团指挥%'";
        assert!(number(&world, told).await >= 3, "each merge tells what it took over");
        erase(&world, other).await;
        assert_eq!(number(&world, told).await, 0);
    })
    .await;
}
