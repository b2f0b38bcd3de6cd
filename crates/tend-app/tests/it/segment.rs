//! Segments: live counts over the present file, problems with their place, saved ones, the customers list.

use serde_json::json;
use tend_testkit::each_store;

fn address(path: &str, key: &str, expression: &str) -> String {
    let coded: String = expression.bytes().map(|byte| format!("%{byte:02X}")).collect();
    format!("{path}?{key}={coded}")
}

#[tokio::test]
async fn a_count_speaks_of_the_present_file_within_scope() {
    each_store(async |mut world| {
        world.welcome_all().await;
        let (wang, hq) = (world.sign_in("wang").await, world.sign_in("hq").await);
        for (who, expression, count) in [
            (&wang, "tier == 'gold'", 2),
            (&hq, "tier == 'gold'", 2),
            (&hq, "orphan", 1),
            (&wang, "orphan", 0),
            (&hq, "agreements.exists(a, a.kind == 'policy' && a.due == today + days(7) && !a.paid)", 1),
            (&hq, "age >= 58 && birthday_calendar == 'solar'", 1),
            // Only who neither agreed nor is served under a contract may not be called.
            (&hq, "!('phone' in consents)", 1),
            (&hq, "'wechat' in consents", 2),
        ] {
            let answer = who.get(&address("/api/customers/count", "segment", expression)).await;
            assert_eq!(answer.body["count"], count, "{expression}: {}", answer.body);
        }
        let li = world.customer("li").to_string();
        let page = hq.get(&format!("/api/customers/{li}")).await;
        let version = page.body["version"].as_i64().expect("a version");
        let changed =
            hq.patch(&format!("/api/customers/{li}"), version, json!({ "facts": { "tier": "silver" } })).await;
        assert_eq!(changed.status, 200, "{}", changed.body);
        let answer = hq.get(&address("/api/customers/count", "segment", "tier == 'gold'")).await;
        assert_eq!((&answer.body["count"], &answer.body["sample"][0]["name"]), (&json!(1), &json!("赵志强")));
        let list = hq.get(&address("/api/customers", "segment", "tier == 'gold'")).await;
        assert_eq!(list.body["items"][0]["name"], "赵志强", "{}", list.body);
        let page = hq.get(&(address("/api/segments/matching", "expression", "true") + "&limit=3")).await;
        assert_eq!((page.body["items"].as_array().map(Vec::len), &page.body["about"]), (Some(3), &json!(8)));
        let next = page.body["next"].as_str().expect("a cursor");
        let rest = hq.get(&(address("/api/segments/matching", "expression", "true") + "&limit=9&cursor=" + next)).await;
        assert_eq!(rest.body["items"].as_array().map(Vec::len), Some(5));
    })
    .await;
}

#[tokio::test]
async fn a_slip_is_told_with_its_place_and_what_was_meant() {
    each_store(async |world| {
        let hq = world.sign_in("hq").await;
        let checked = hq.post("/api/segments/check", json!({ "expression": "tier == 'gold' &&\n  teir == 'x'" })).await;
        let problem = &checked.body["problems"][0];
        assert_eq!(
            (&problem["line"], &problem["column"], &problem["suggestion"]),
            (&json!(2), &json!(3), &json!("tier"))
        );
        let refused = hq.get(&address("/api/customers/count", "segment", "teir")).await;
        assert_eq!((refused.status, refused.body["code"].as_str()), (422, Some("expression_not_understood")));
        let fine = hq.post("/api/segments/check", json!({ "expression": "age > 3" })).await;
        assert_eq!(fine.body["problems"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn a_segment_is_kept_shared_changed_and_deleted_by_its_owner_only() {
    each_store(async |world| {
        let (wang, zhao) = (world.sign_in("wang").await, world.sign_in("zhao").await);
        let body = json!({ "name": "金卡", "expression": "tier == 'gold'", "shared": true });
        let kept = wang.post("/api/segments", body.clone()).await;
        assert_eq!(kept.status, 201, "{}", kept.body);
        let at = format!("/api/segments/{}", kept.body["id"].as_str().expect("an id"));
        let seen = zhao.get("/api/segments").await;
        assert_eq!(seen.body["items"][0]["name"], "金卡");
        assert_eq!(zhao.patch(&at, 1, body.clone()).await.status, 404);
        assert_eq!(zhao.delete(&at).await.status, 404);
        let own = json!({ "name": "我的金卡", "expression": "tier == 'gold'", "shared": false });
        assert_eq!(wang.patch(&at, 1, own.clone()).await.body["version"], 2);
        assert_eq!(wang.patch(&at, 1, own).await.status, 412);
        assert_eq!(zhao.get("/api/segments").await.body["items"], json!([]));
        let bad = json!({ "name": "坏", "expression": "tier ==" });
        assert_eq!(wang.post("/api/segments", bad).await.status, 422);
        assert_eq!(wang.delete(&at).await.status, 204);
    })
    .await;
}
