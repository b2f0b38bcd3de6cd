//! The rights of customers and their sales: a copy tells of them, the law keeps them through an erasure, and then they go.

use super::evidence_file::sold;
use super::seller::{Sale, count_of};
use serde_json::json;
use std::io::Read;
use tend_app::platform::sql;
use tend_app::rights::carry_out;
use tend_rules::base::CustomerId;
use tend_testkit::each_store;

#[tokio::test]
async fn a_copy_tells_of_sales_with_their_remarks() {
    each_store(async |mut world| {
        sold(&mut world).await;
        let (li, qa) = (world.customer("li"), world.sign_in("qa").await);
        let copy = qa.get(&format!("/api/customers/{li}/copy")).await;
        assert_eq!(copy.status, 200, "{}", copy.body);
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(copy.bytes)).expect("a zip");
        let mut text = String::new();
        zip.by_name("customer.json").expect("the data").read_to_string(&mut text).expect("text");
        let told: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let sale = &told["sales"][0];
        assert_eq!((&sale["process"], &sale["state"]), (&json!("car_renewal_quote"), &json!("sold")), "{sale}");
        assert_eq!(sale["evidence"].as_array().map(Vec::len), Some(7));
        assert!(text.contains("报价 <1>.pdf"), "files by their names");
        for (page, title) in [("customer.zh.html", "销售过程"), ("customer.en.html", "Sales, step by step")] {
            let mut shown = String::new();
            zip.by_name(page).expect("the page").read_to_string(&mut shown).expect("text");
            assert!(shown.contains(title) && shown.contains("报价 &lt;1&gt;.pdf"), "{page} tells of sales too");
        }
    })
    .await;
}

#[tokio::test]
async fn the_law_keeps_a_sale_through_an_erasure_and_then_it_goes_with_its_files() {
    each_store(async |mut world| {
        let sale = sold(&mut world).await;
        let (li, qa) = (world.customer("li"), world.sign_in("qa").await);
        // The contract ended on 2026-09-04; how long it ran is not known, so that it counts as a long one.
        sql("UPDATE agreement SET start_day = NULL, end_day = 20700")
            .run(world.app.db().writer())
            .await
            .expect("an end");
        let ask = json!({ "reason": "书面请求" });
        let refused = qa.post(&format!("/api/customers/{li}/erasure"), ask.clone()).await;
        assert_eq!((refused.status, &refused.body["code"]), (409, &json!("sale_kept_by_law")), "{}", refused.body);
        assert_eq!(refused.body["params"]["until"], "2036-09-04");
        assert_eq!(qa.get(&format!("/api/traces/{}", sale.id)).await.status, 200, "it is all there");

        world.set_clock("2036-09-04", 600);
        let qa = world.sign_in("qa").await;
        let erased = qa.post(&format!("/api/customers/{li}/erasure"), ask).await;
        assert!(erased.status < 300, "{}", erased.body);
        for table in ["trace", "trace_turn", "trace_evidence"] {
            assert_eq!(count_of(&world, table).await, 0, "{table}");
        }
        assert_eq!(qa.get(&format!("/api/traces/{}", sale.id)).await.status, 404);
        let evidence = world.folder().join("evidence");
        assert!(std::fs::read_dir(&evidence).expect("a folder").count() > 0, "unreadable, and still on the disk");
        for file in std::fs::read_dir(&evidence).expect("a folder") {
            // As if a day had gone by: a file that is arriving has no row either.
            let file = std::fs::File::options().write(true).open(file.expect("a file").path()).expect("a file");
            let yesterday = std::time::SystemTime::now() - std::time::Duration::from_secs(100_000);
            file.set_modified(yesterday).expect("an age");
        }
        carry_out(&world.app).await.expect("the day's deletions");
        assert_eq!(std::fs::read_dir(&evidence).expect("a folder").count(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_sale_without_a_contract_is_kept_from_the_firms_own_day() {
    each_store(async |mut world| {
        // Seven in the morning in Shanghai is the evening before in UTC.
        world.set_clock("2026-11-24", 7 * 60);
        let (li, hq) = (world.welcome("li").await, world.sign_in("hq").await);
        assert_eq!(hq.post("/api/processes", json!({ "text": super::TEA })).await.status, 201);
        let sale = Sale::open(&world, li, "tea", None).await;
        sale.give(&sale.by, json!({ "step": "ask", "kind": "note", "remark": "asked" })).await;
        assert_eq!(sale.close().await.status, 201);
        let qa = world.sign_in("qa").await;
        let refused = qa.post(&format!("/api/customers/{li}/erasure"), json!({ "reason": "书面请求" })).await;
        assert_eq!(refused.body["code"], "sale_kept_by_law", "{}", refused.body);
        assert_eq!(refused.body["params"]["until"], "2036-11-24");
    })
    .await;
}

#[tokio::test]
async fn a_sale_that_is_opened_again_or_given_up_after_all_is_kept_through_an_erasure() {
    each_store(async |mut world| {
        let (li, chen) = (world.welcome("li").await, world.welcome("chen_m").await);
        let (hq, qa) = (world.sign_in("hq").await, world.sign_in("qa").await);
        assert_eq!(hq.post("/api/processes", json!({ "text": super::TEA })).await.status, 201);
        let erase = async |customer: CustomerId| {
            qa.post(&format!("/api/customers/{customer}/erasure"), json!({ "reason": "书面请求" })).await
        };
        // Compliance opens again; the seller gives up.
        let turn = async |sale: &Sale, what: &str| {
            let client = if what == "reopening" { &qa } else { &sale.by };
            let body = json!({ "verdict": "abandoned", "reason": "不买了" });
            let body = if what == "reopening" { json!({ "reason": "扫描件错了" }) } else { body };
            let done = client.post(&format!("/api/traces/{}/{what}", sale.id), body).await;
            assert_eq!(done.status, 201, "{what}: {}", done.body);
        };

        let sale = Sale::open(&world, li, "tea", None).await;
        sale.give(&sale.by, json!({ "step": "ask", "kind": "note", "remark": "asked" })).await;
        assert_eq!(sale.close().await.status, 201);
        for what in ["reopening", "closure"] {
            turn(&sale, what).await;
            let refused = erase(li).await;
            assert_eq!((refused.status, &refused.body["code"]), (409, &json!("sale_kept_by_law")), "{}", refused.body);
            assert_eq!(refused.body["params"]["until"], "2036-11-23", "counted from the sale");
        }

        let never = Sale::open(&world, chen, "tea", None).await;
        for what in ["closure", "reopening", "closure"] {
            turn(&never, what).await;
        }
        let erased = erase(chen).await;
        assert!(erased.status < 300, "what was never sold keeps nobody: {}", erased.body);
    })
    .await;
}
