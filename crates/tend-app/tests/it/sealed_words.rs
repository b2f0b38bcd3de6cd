//! Words that people type beside labels, results, bulk edits and exports, and into cells of files: sealed where they
//! stand, read as they were written, also after a merge, an undo, a rotation of keys, and where an earlier version kept
//! them in plain.

use crate::intake::upload;
use crate::merge::{again, version};
use crate::work::{make, renewal};
use serde_json::{Value, json};
use tend_app::customer::{find, seal_plain_remarks, seal_plain_repairs, work_one};
use tend_app::intake::retire_uploads;
use tend_app::platform::{Retire, sql};
use tend_app::rotation::Mode;
use tend_app::work::seal_plain_words;
use tend_rules::base::{Bucket, CustomerId};
use tend_testkit::{Client, World, each_store};

async fn define(hq: &Client, key: &str) {
    let label = json!({ "key": key, "title_zh": "贵宾", "title_en": "VIP" });
    assert_eq!(hq.post("/api/labels", label).await.status, 201);
}

async fn remark(client: &Client, customer: CustomerId) -> Value {
    client.get(&format!("/api/customers/{customer}")).await.body["labels"][0]["remark"].clone()
}

/// Every value of a column.
async fn column(world: &World, table: &str, column: &str) -> Vec<String> {
    let all = sql(&format!("SELECT {column} AS words FROM {table} WHERE {column} <> ''"));
    all.all(world.app.read(), |row| row.get("words")).await.expect("a column")
}

async fn put_in_plain(world: &World, table: &str, column: &str, words: &str) {
    let set = sql(&format!("UPDATE {table} SET {column} = $1 WHERE {column} <> ''")).bind(words);
    assert!(set.run(world.app.db().writer()).await.expect("written") > 0, "{table}.{column}");
}

#[tokio::test]
async fn a_remark_beside_a_label_goes_along_with_a_merge_and_through_a_rotation() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let (lead, hq) = (world.sign_in("lead_sz").await, world.sign_in("hq").await);
        define(&hq, "vip").await;
        let other = again(&world, Bucket::of(li.bucket().number() as u64 + 3), |_| ()).await;
        let words = json!({ "remark": "儿子电话 13912340000" });
        assert_eq!(lead.put(&format!("/api/customers/{other}/labels/vip"), words).await.status, 204);
        assert!(column(&world, "customer_label", "remark").await[0].starts_with("sealed:"));

        let (seen, theirs) = (version(&lead, li).await, version(&lead, other).await);
        let body = json!({ "other_id": other, "other_version": theirs, "take": [], "reason": "" });
        let merged = lead.send("POST", &format!("/api/customers/{li}/merges"), None, Some(seen), Some(&body)).await;
        assert!(merged.status < 300, "{}", merged.body);
        assert_eq!(remark(&lead, li).await, "儿子电话 13912340000");
        let kept = column(&world, "customer_label", "remark").await;
        assert_ne!(kept[0], kept.get(1).cloned().unwrap_or_default(), "each under its own key");

        crate::rotation::to_the_end(&world.app, Mode::Customers).await;
        let fresh = column(&world, "customer_label", "remark").await;
        assert!(fresh.iter().all(|cell| !kept.contains(cell)), "sealed anew: {fresh:?}");
        assert_eq!(remark(&lead, li).await, "儿子电话 13912340000");

        let body = json!({ "merged_id": other, "reason": "两个人" });
        let seen = version(&lead, li).await;
        let split = lead.send("POST", &format!("/api/customers/{li}/splits"), None, Some(seen), Some(&body)).await;
        assert!(split.status < 300, "{}", split.body);
        assert_eq!(remark(&lead, other).await, "儿子电话 13912340000");

        put_in_plain(&world, "customer_label", "remark", "如从前").await;
        assert_eq!(remark(&lead, other).await, "如从前", "what an earlier version kept is read");
        assert_eq!(seal_plain_remarks(&world.app).await.expect("sealed"), 1);
        assert_eq!(seal_plain_remarks(&world.app).await.expect("sealed"), 0, "once");
        assert!(column(&world, "customer_label", "remark").await[0].starts_with("sealed:"));
        assert_eq!(remark(&lead, other).await, "如从前");
    })
    .await;
}

#[tokio::test]
async fn why_a_result_was_sent_back_is_read_by_whoever_sees_the_work_and_stands_nowhere_in_plain() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        make(&world, vec![renewal(&world, li, "nanshan", Some("wang"))]).await;
        let (wang, hq) = (world.sign_in("wang").await, world.sign_in("hq").await);
        let id = wang.get("/api/touches").await.body["items"][0]["id"].as_str().expect("a touch").to_owned();
        let path = format!("/api/touches/{id}");
        assert_eq!(wang.post(&format!("{path}/outcome"), json!({ "code": "done", "note": "好" })).await.status, 201);
        let back = json!({ "verdict": "returned", "reason": "她母亲接的电话" });
        let judged = hq.post(&format!("{path}/verification"), back).await;
        assert_eq!(judged.body["return_reason"], "她母亲接的电话");
        let shown = async || wang.get(&path).await.body["touch"]["return_reason"].clone();
        assert_eq!(shown().await, "她母亲接的电话");
        let dossier = tend_app::work::told_of(&world.app, li).await.expect("told");
        assert_eq!(dossier[0]["return_reason"], "她母亲接的电话");
        for (table, name) in [("touch", "return_reason"), ("touch_verification", "reason")] {
            assert!(column(&world, table, name).await[0].starts_with("sealed:"), "{table}.{name}");
            put_in_plain(&world, table, name, "如从前").await;
        }
        assert_eq!(shown().await, "如从前");
        assert_eq!(seal_plain_words(&world.app).await.expect("sealed"), 2);
        assert_eq!(seal_plain_words(&world.app).await.expect("sealed"), 0, "once");
        assert_eq!(shown().await, "如从前");
    })
    .await;
}

#[tokio::test]
async fn what_was_searched_for_and_said_for_an_export_or_a_bulk_edit_is_sealed() {
    each_store(async |mut world| {
        world.welcome_all().await;
        let (hq, qa) = (world.sign_in("hq").await, world.sign_in("qa").await);
        define(&hq, "vip").await;
        let who = json!({ "filters": { "q": "13800001234" } });
        let body = json!({ "who": who, "columns": ["name"], "format": "csv", "reason": "寄给 13800001234" });
        let asked = hq.post("/api/exports", body).await;
        assert!(asked.status < 300, "{}", asked.body);
        let begun = hq.post("/api/bulk-edits", json!({ "who": who, "deed": { "kind": "label_on", "label": "vip" } }));
        let begun = begun.await.body;
        assert!(begun["id"].is_string(), "{begun}");
        for (table, name) in [("customer_export", "whom"), ("customer_export", "reason"), ("bulk_edit", "whom")] {
            assert!(column(&world, table, name).await[0].starts_with("sealed:"), "{table}.{name}");
        }
        let told = column(&world, "journal_fact", "payload").await.join("\n");
        assert!(!told.contains("13800001234"), "the journal does not tell a number that was searched for");
        let seen = qa.get(&format!("/api/exports/{}", asked.body["id"].as_str().expect("an id"))).await.body;
        assert_eq!(seen["reason"], "寄给 13800001234", "whoever decides reads it: {seen}");
    })
    .await;
}

/// What is kept of repairs of files, whoever keeps it.
async fn kept_of_files(world: &World) -> String {
    let mut kept = String::new();
    for (table, name) in [("job", "payload"), ("batch", "options"), ("batch", "repairs"), ("upload", "check_result")] {
        kept += &column(world, table, name).await.join("\n");
    }
    kept
}

#[tokio::test]
async fn what_is_put_into_cells_of_a_file_is_sealed_in_the_queue_and_beside_the_batch() {
    each_store(async |world| {
        let hq = world.sign_in("hq").await;
        let file = upload(&hq, "名单.csv", "姓名,手机\n马一,12\n马二,12\n".as_bytes()).await;
        let id = file["id"].as_str().expect("an id");
        let edits = json!([{ "row": 2, "heading": "手机", "text": "13711110001" }]);
        let fix = json!({ "code": "phone_too_short", "heading": "手机", "deed": { "set_value": "13711110002" } });
        let mapping = json!({ "columns": file["suggested_mapping"]["columns"] });
        let mut order = json!({ "mapping": mapping, "as": "customers", "edits": edits, "fixes": [fix] });
        let begun = hq.post(&format!("/api/uploads/{id}/check"), order.clone()).await;
        assert_eq!(begun.status, 202, "{}", begun.body);
        while work_one(&world.app).await.expect("a check") {}
        let check = &begun.body["check"]["id"];
        (order["upload_id"], order["name"], order["check"]) = (json!(id), json!("十一月"), check.clone());
        let batch = hq.post("/api/batches", order).await;
        assert_eq!(batch.status, 202, "the check is known again by its mark: {}", batch.body);
        while work_one(&world.app).await.expect("an import") {}
        for phone in ["13711110001", "13711110002"] {
            assert_eq!(find(&world.app, phone).await.expect("found").len(), 1, "{phone} was put in");
        }
        assert!(!kept_of_files(&world).await.contains("1371111"), "nowhere in plain");
        let found: Value = serde_json::from_str(&column(&world, "upload", "check_result").await[0]).expect("findings");
        assert_eq!(found["of"].as_str().map(str::len), Some(16), "keyed, so that nobody tries numbers: {found}");

        // As an earlier version kept it.
        let repairs = json!({ "fixes": [], "edits": edits });
        let options = json!({ "on_duplicate": "merge", "repairs": repairs, "rows_total": 2 }).to_string();
        put_in_plain(&world, "batch", "options", &options).await;
        put_in_plain(&world, "batch", "repairs", "").await;
        let payload = json!({ "upload": id, "check": check, "mapping": {}, "repairs": repairs }).to_string();
        let job = sql("UPDATE job SET payload = $1 WHERE kind = 'check'").bind(payload);
        assert_eq!(job.run(world.app.db().writer()).await.expect("written"), 1);
        assert!(kept_of_files(&world).await.contains("13711110001"));
        assert_eq!(seal_plain_repairs(&world.app).await.expect("sealed"), 2);
        assert_eq!(seal_plain_repairs(&world.app).await.expect("sealed"), 0, "once");
        assert!(!kept_of_files(&world).await.contains("1371111"));
        assert!(column(&world, "batch", "repairs").await[0].starts_with("sealed:"));

        let (soon, today) = (world.app.now().plus_seconds(1), world.app.today());
        let gone = retire_uploads(&world.app, world.app.db().writer(), Retire::Delete, soon, today).await;
        assert_eq!(gone.expect("an end"), 1);
        assert_eq!(column(&world, "batch", "repairs").await, Vec::<String>::new(), "they go with the file");
    })
    .await;
}
