//! A file is checked again while it is being checked: the last one asked for counts, and an import begins only with the
//! findings that were seen.

use crate::intake::upload;
use serde_json::{Value, json};
use tend_app::customer::work_one;
use tend_testkit::{Client, each_store};

const FILE: &str = "姓名,手机\n马一,13711110001\n马二,12\n";

/// Asks for a check; answers its id.
async fn check(hq: &Client, upload: &str, body: &Value) -> String {
    let begun = hq.post(&format!("/api/uploads/{upload}/check"), body.clone()).await;
    assert_eq!(begun.status, 202, "{}", begun.body);
    begun.body["check"]["id"].as_str().unwrap_or_else(|| panic!("{}", begun.body)).to_owned()
}

#[tokio::test]
async fn the_check_that_was_asked_for_last_is_the_one_that_is_kept() {
    each_store(async |world| {
        let hq = world.sign_in("hq").await;
        let kept = upload(&hq, "名单.csv", FILE.as_bytes()).await;
        let id = kept["id"].as_str().expect("an id");
        let mapping = json!({ "columns": kept["suggested_mapping"]["columns"] });
        let first = json!({ "mapping": mapping, "as": "customers" });
        let fix = json!({ "code": "phone_too_short", "heading": "手机", "deed": "skip_row" });
        let second = json!({ "mapping": mapping, "as": "customers", "fixes": [fix] });
        let overtaken = check(&hq, id, &first).await;
        let last = check(&hq, id, &second).await;
        let path = format!("/api/uploads/{id}/check");

        // Both were asked for in one moment: either may be taken first.
        while work_one(&world.app).await.expect("a check") {}
        let found = hq.get(&path).await.body;
        assert_eq!((&found["id"], &found["state"]), (&json!(last), &json!("done")), "{found}");
        assert_eq!(found["rejected"], 1, "the fix of the second was heeded: {found}");

        let order = |check: &str, of: &Value| {
            let mut order = of.clone();
            order["upload_id"] = json!(id);
            order["name"] = json!("十一月");
            order["check"] = json!(check);
            order
        };
        for (seen, of, what) in [(&overtaken, &second, "an earlier check"), (&last, &first, "other fixes")] {
            let refused = hq.post("/api/batches", order(seen, of)).await;
            assert_eq!((refused.status, &refused.body["code"]), (409, &json!("check_overtaken")), "{what}");
        }
        let begun = hq.post("/api/batches", order(&last, &second)).await;
        assert_eq!(begun.status, 202, "{}", begun.body);

        while work_one(&world.app).await.expect("the import") {}
        let batch = format!("/api/batches/{}", begun.body["id"].as_str().expect("an id"));
        assert_eq!(hq.get(&batch).await.body["rejected"], 1, "a row that is skipped is not in");
        let english = world.sign_in("hq").await.in_language("en");
        for (reader, words) in [(hq.in_language("zh"), "按选择跳过：手机"), (english, "skipped by choice: 手机")]
        {
            let errors = reader.get(&format!("{batch}/error-file")).await;
            let text = String::from_utf8_lossy(&errors.bytes).into_owned();
            assert_eq!(text.trim().lines().count(), 2, "the heading and the row: {text}");
            assert!(text.contains("马二") && text.contains(words), "{text}");
        }
    })
    .await;
}

#[tokio::test]
async fn two_checks_at_once_leave_the_findings_of_one() {
    each_store(async |world| {
        let hq = world.sign_in("hq").await;
        let rows: String = (0..6_000).map(|row| format!("顾客{row},12\n")).collect();
        let kept = upload(&hq, "名单.csv", format!("姓名,手机\n{rows}").as_bytes()).await;
        let id = kept["id"].as_str().expect("an id");
        let columns = kept["suggested_mapping"]["columns"].clone();
        let mut names = columns.clone();
        names[1]["target"] = json!("ignore");
        check(&hq, id, &json!({ "mapping": { "columns": columns }, "as": "customers" })).await;
        let (first, last) = tokio::join!(work_one(&world.app), async {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            let last = check(&hq, id, &json!({ "mapping": { "columns": names }, "as": "customers" })).await;
            work_one(&world.app).await.expect("the second");
            last
        });
        first.expect("the first");
        let found = hq.get(&format!("/api/uploads/{id}/check")).await.body;
        assert_eq!((&found["id"], &found["state"]), (&json!(last), &json!("done")), "{found}");
        assert_eq!(found["problems_by_kind"], json!([]), "nothing of the phones is left: {found}");
    })
    .await;
}
