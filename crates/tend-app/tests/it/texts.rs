//! Scripts, templates and the working calendar as the firm writes them.

use serde_json::{Value, json};
use tend_app::plan::install_playbook;
use tend_rules::journal::Doer;
use tend_testkit::{Client, World, each_store};

async fn install(world: &World) {
    let tx = world.app.begin().await.expect("a transaction");
    install_playbook(&world.app, &tx, Doer::Program("test"), "insurance").await.expect("a playbook");
    tx.commit().await.expect("installed");
}

async fn one(client: &Client, list: &str, key: &str) -> Value {
    let all = client.get(list).await.body;
    let found = all.as_array().unwrap_or_else(|| panic!("{all}")).iter().find(|one| one["key"] == key).cloned();
    found.unwrap_or_else(|| panic!("{key} of {list}"))
}

fn wording(zh: &str, en: &str) -> Value {
    json!({ "key": "winter_sms", "channel": "sms", "wordings": [{ "zh": zh, "en": en }] })
}

#[tokio::test]
async fn a_template_is_written_checked_changed_and_remembered() {
    each_store(async |world| {
        let hq = world.sign_in("hq").await;
        let bad = wording("{customer.honorific}，\n{birthdya}快乐", "Happy {birthday}");
        let told = hq.post("/api/templates/check", bad.clone()).await.body;
        assert_eq!(
            (&told[0]["place"], &told[0]["line"], &told[0]["column"], &told[0]["suggestion"]),
            (&json!("wordings.0.zh"), &json!(2), &json!(2), &json!("birthday")),
            "{told}"
        );
        let refused = hq.post("/api/templates", bad).await;
        assert_eq!((refused.status, &refused.body["code"]), (422, &json!("text_faulty")), "{}", refused.body);
        let good = wording("{customer.honorific}，天冷添衣。", "Keep warm, {customer.honorific}.");
        assert_eq!(hq.post("/api/templates", good.clone()).await.status, 204);
        assert_eq!(hq.post("/api/templates", good).await.body["code"], "key_taken");
        let row = one(&hq, "/api/templates", "winter_sms").await;
        assert_eq!((&row["playbook"], &row["version"], &row["edited"]), (&json!(""), &json!(1), &json!(true)));
        let warmer = wording("{customer.honorific}，注意保暖。", "Stay warm, {customer.honorific}.");
        assert_eq!(hq.patch("/api/templates/winter_sms", 1, warmer.clone()).await.status, 204);
        let late = hq.patch("/api/templates/winter_sms", 1, warmer).await;
        assert_eq!((late.status, &late.body["code"]), (412, &json!("version_stale")), "two people at one text");
        let told = hq.get("/api/templates/winter_sms/history").await.body;
        let deeds: Vec<&Value> = told.as_array().expect("a history").iter().map(|turn| &turn["deed"]).collect();
        assert_eq!(deeds, ["changed", "added"]);
        assert_eq!(
            (&told[1]["body"][0]["zh"], &told[0]["version"]),
            (&json!("{customer.honorific}，天冷添衣。"), &json!(2))
        );
        assert!(!told[0]["by"].as_str().expect("a name").is_empty());
        assert_eq!(hq.post("/api/templates/winter_sms/retirement", json!({})).await.status, 204);
        assert!(one(&hq, "/api/templates", "winter_sms").await["retired_at"].is_string());
        assert_eq!(hq.delete("/api/templates/winter_sms/retirement").await.status, 204);
        assert!(one(&hq, "/api/templates", "winter_sms").await["retired_at"].is_null());
    })
    .await;
}

#[tokio::test]
async fn what_the_firm_edited_is_left_alone_by_its_playbook_and_what_a_plan_uses_stays() {
    each_store(async |world| {
        install(&world).await;
        let hq = world.sign_in("hq").await;
        let script = one(&hq, "/api/scripts", "birthday").await;
        assert!(!script["plans"].as_array().expect("plans").is_empty(), "the plans that use it: {script}");
        let mut body = json!({ "key": "birthday" });
        for part in ["title", "stages", "questions"] {
            body[part] = script[part].clone();
        }
        body["stages"][0]["body"]["zh"] = json!("{customer.honorific}，生日快乐！");
        let version = script["version"].as_i64().expect("a version");
        let changed = hq.patch("/api/scripts/birthday", version, body).await;
        assert_eq!(changed.status, 204, "{}", changed.body);
        install(&world).await;
        let script = one(&hq, "/api/scripts", "birthday").await;
        assert_eq!(script["stages"][0]["body"]["zh"], "{customer.honorific}，生日快乐！", "an update leaves it alone");
        assert_eq!(script["edited"], json!(true));
        let refused = hq.post("/api/scripts/birthday/retirement", json!({})).await;
        assert_eq!((refused.status, &refused.body["code"]), (409, &json!("text_in_use")), "{}", refused.body);
    })
    .await;
}

#[tokio::test]
async fn a_day_of_the_firm_goes_before_that_of_the_state_in_every_condition() {
    each_store(async |mut world| {
        world.welcome("li").await;
        let hq = world.sign_in("hq").await;
        let counted = async |day: &str| {
            let asked = format!("/api/customers/count?segment=workday(date(\"{day}\"))").replace('"', "%22");
            hq.get(&asked).await.body["count"].clone()
        };
        assert_eq!((counted("2026-12-24").await, counted("2026-12-26").await), (json!(1), json!(0)));
        let off = json!({ "worked": "off", "title": "公司周年" });
        assert_eq!(hq.put("/api/working-days/2026-12-24", off).await.status, 204);
        assert_eq!(hq.put("/api/working-days/2026-12-26", json!({ "worked": "work" })).await.status, 204);
        assert_eq!((counted("2026-12-24").await, counted("2026-12-26").await), (json!(0), json!(1)));
        let days = hq.get("/api/working-days?year=2026").await.body;
        let days = days.as_array().expect("days");
        let own: Vec<&Value> = days.iter().filter(|one| one["origin"] == "firm").collect();
        assert_eq!((own.len(), &own[0]["title"], &own[1]["worked"]), (2, &json!("公司周年"), &json!("work")));
        assert!(
            days.iter().any(|one| one["day"] == "2026-10-01" && one["worked"] == "off" && one["origin"] == "state")
        );
        assert_eq!(hq.delete("/api/working-days/2026-12-24").await.status, 204);
        assert_eq!(counted("2026-12-24").await, 1, "that of the state holds again");
        assert_eq!(
            hq.put("/api/working-days/1999-12-24", json!({ "worked": "off" })).await.body["code"],
            "field_invalid"
        );
    })
    .await;
}
