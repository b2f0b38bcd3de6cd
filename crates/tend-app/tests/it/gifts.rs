//! The catalogue of gifts, and the plans that name them.

use crate::plan::{install, plan, usual};
use serde_json::{Value, json};
use tend_testkit::{Client, each_store};

fn tea(cost: i64, per_month: Value) -> Value {
    json!({ "key": "spring_tea", "title": { "zh": "春茶", "en": "Spring tea" }, "kind": "goods", "cost_minor": cost, "per_month": per_month })
}

async fn listed(client: &Client) -> Value {
    client.get("/api/gifts").await.body[0].clone()
}

fn care(gift: &str) -> String {
    let more = format!("gift = \"{gift}\"\nchannels = [\"phone\", \"wechat\", \"sms\"]\n[limits]\ncap_30d = 30");
    plan("care", "tier == 'gold'", &more)
}

#[tokio::test]
async fn a_plan_names_a_gift_by_its_code_and_what_it_costs_is_rehearsed() {
    each_store(async |mut world| {
        world.welcome_all().await;
        install(&world, &usual()).await;
        let hq = world.sign_in("hq").await;
        assert_eq!(hq.post("/api/gifts", tea(6800, json!(3))).await.status, 204);
        let told = hq.post("/api/plans/check", json!({ "text": care("spring_te") })).await.body["problems"].clone();
        assert_eq!(
            (&told[0]["code"], &told[0]["line"], &told[0]["suggestion"]),
            (&json!("no_such_gift"), &json!(6), &json!("spring_tea")),
            "{told}"
        );
        let made = hq.post("/api/plans", json!({ "text": care("spring_te") })).await;
        let at = format!("/api/plans/{}", made.body["id"].as_str().expect("an id"));
        let refused = hq.post(&format!("{at}/publication"), json!({ "reason": "x" })).await;
        assert_eq!((refused.status, &refused.body["code"]), (422, &json!("plan_faulty")), "{}", refused.body);
        let rehearsed = hq.post("/api/plans/rehearsal", json!({ "days": 4, "text": care("spring_tea") })).await.body;
        let days = |of: &str| rehearsed[of].as_array().expect("days").iter().filter_map(Value::as_i64).sum::<i64>();
        assert_eq!(days("of_plan"), 3, "as many as there are gifts: {rehearsed}");
        assert!(rehearsed["withheld"]["gifts_gone"].as_i64() > Some(0), "{rehearsed}");
        assert_eq!(days("cost_minor"), days("of_plan") * 6800);
        let gift = &rehearsed["gifts"][0];
        assert_eq!((&gift["title_en"], &gift["count"]), (&json!("Spring tea"), &json!(days("of_plan"))));
        assert!(gift["short_on"].is_string(), "more than three are wanted: {gift}");
    })
    .await;
}

#[tokio::test]
async fn a_gift_is_changed_by_version_and_stays_while_a_published_plan_names_it() {
    each_store(async |mut world| {
        world.welcome_all().await;
        let hq = world.sign_in("hq").await;
        assert_eq!(hq.post("/api/gifts", tea(-1, Value::Null)).await.body["code"], "field_invalid");
        assert_eq!(hq.post("/api/gifts", tea(6800, Value::Null)).await.status, 204);
        assert_eq!(hq.post("/api/gifts", tea(6800, Value::Null)).await.body["code"], "key_taken");
        assert_eq!(hq.patch("/api/gifts/spring_tea", 1, tea(7200, json!(20))).await.status, 204);
        assert_eq!(hq.patch("/api/gifts/spring_tea", 1, tea(7300, json!(20))).await.status, 412);
        assert_eq!(hq.patch("/api/gifts/nothing", 1, tea(7300, json!(20))).await.body["code"], "gift_unknown");
        let made = hq.post("/api/plans", json!({ "text": care("spring_tea") })).await;
        let at = format!("/api/plans/{}", made.body["id"].as_str().expect("an id"));
        let published = hq.post(&format!("{at}/publication"), json!({ "reason": "x" })).await;
        assert_eq!(published.status, 201, "{}", published.body);
        crate::plan::run(&world).await;
        let touch = hq.get("/api/touches?limit=1").await.body["items"][0]["id"].as_str().expect("a touch").to_owned();
        let page = hq.clone().in_language("zh").get(&format!("/api/touches/{touch}")).await.body;
        assert_eq!(page["gift"], "春茶", "who does the work sees what goes with it: {page}");
        let gift = listed(&hq).await;
        assert_eq!((&gift["cost_minor"], &gift["per_month"]), (&json!(7200), &json!(20)));
        assert_eq!(gift["plans"].as_array().map(Vec::len), Some(1));
        assert!(gift["this_month"].as_i64() > Some(0), "{gift}");
        let here = "/api/gifts/spring_tea/retirement";
        assert_eq!(hq.post(here, json!({})).await.body["code"], "text_in_use");
        let gone = care("spring_tea").replace("gift = \"spring_tea\"\n", "");
        hq.put(&format!("{at}/draft"), json!({ "text": gone })).await;
        hq.post(&format!("{at}/publication"), json!({ "reason": "x" })).await;
        assert_eq!(hq.post(here, json!({})).await.status, 204);
        assert!(listed(&hq).await["retired_at"].is_string());
        let told = hq.post("/api/plans/check", json!({ "text": care("spring_tea") })).await.body["problems"].clone();
        assert_eq!(told[0]["code"], "no_such_gift", "{told}");
        assert_eq!(hq.delete(here).await.status, 204);
        assert!(listed(&hq).await["retired_at"].is_null());
    })
    .await;
}
