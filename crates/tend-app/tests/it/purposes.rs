//! Consent is asked by purpose when a plan decides, not only when the night writes: who refused one purpose leaves the day
//! to the others.

use crate::plan::{answer, plan, run};
use serde_json::{Value, json};
use tend_app::plan::install_files;
use tend_app::platform::sql;
use tend_rules::base::*;
use tend_rules::journal::Doer;
use tend_testkit::{Client, World, each_store};

const PLAYBOOK: &str = r#"
key = "purposes"
title = { zh = "用途", en = "Purposes" }
description = { zh = "示例", en = "An example" }
"#;
const TODAY: &str = "2026-11-23";

fn outcomes() -> String {
    let one = |kind: &str| {
        format!(
            "[[outcome]]\nbusiness_type = \"{kind}\"\ncode = \"talked\"\n\
             title = {{ zh = \"已沟通\", en = \"Talked\" }}\nreached = true\nresult = \"done\"\n"
        )
    };
    ["campaign", "service", "greeting"].map(one).concat()
}

fn plan_for(kind: &str, key: &str, who: &str, more: &str) -> String {
    plan(key, who, more).replace("business_type = \"care\"", &format!("business_type = \"{kind}\""))
}

fn offer() -> String {
    plan_for("campaign", "offer", "tier == 'gold'", "channels = [\"phone\"]\n[limits]\npriority = 90")
}

/// Sales and service by phone to the same people; news and greetings by short message to another one.
async fn install(world: &World) {
    let service = plan_for("service", "service", "tier == 'gold'", "channels = [\"phone\"]\n[limits]\npriority = 40");
    let to_liu = "name == '刘洋洋'";
    let news = plan_for("campaign", "news", to_liu, "channels = [\"sms\"]\n[limits]\npriority = 30");
    let greet = plan_for("greeting", "greet", to_liu, "channels = [\"sms\"]\n[limits]\npriority = 20");
    let (outcomes, offer) = (outcomes(), offer());
    let files = [
        ("playbook.toml", PLAYBOOK),
        ("outcomes.toml", outcomes.as_str()),
        ("plans/offer.toml", offer.as_str()),
        ("plans/service.toml", service.as_str()),
        ("plans/news.toml", news.as_str()),
        ("plans/greet.toml", greet.as_str()),
    ];
    let tx = world.app.begin().await.expect("a transaction");
    let installed = install_files(&world.app, &tx, Doer::Program("test"), files).await;
    installed.unwrap_or_else(|error| panic!("{error:?}"));
    tx.commit().await.expect("committed");
}

async fn say(client: &Client, id: CustomerId, channel: &str, state: &str, purpose: &str) {
    let said = json!({ "state": state, "purpose": purpose, "proof": "签字表 7", "how": "form" });
    let answer = client.put(&format!("/api/customers/{id}/consents/{channel}"), said).await;
    assert_eq!(answer.status, 204, "{}", answer.body);
}

/// The plans that touched a customer.
async fn touched_by(world: &World, id: CustomerId) -> Vec<String> {
    sql("SELECT plan_key FROM touch WHERE bucket = $1 AND customer_id = $2 ORDER BY plan_key")
        .bind(id.bucket())
        .bind(id)
        .all(world.app.read(), |row| row.get("plan_key"))
        .await
        .expect("touches")
}

async fn decided(who: &Client, id: CustomerId, day: &str, plan: &str) -> (Value, Value) {
    let answer = answer(who, id, day, plan).await;
    (answer["decided"].clone(), answer["code"].clone())
}

#[tokio::test]
async fn a_plan_whose_purpose_the_customer_refused_takes_no_day_from_the_others() {
    each_store(async |mut world| {
        let (li, zhao, liu) = (world.welcome("li").await, world.welcome("zhao_q").await, world.welcome("liu_y").await);
        install(&world).await;
        let hq = world.sign_in("hq").await;
        say(&hq, li, "phone", "refused", "marketing").await;
        say(&hq, liu, "sms", "given", "care").await;
        let withheld = (json!("withheld"), json!("no_consent"));
        let due = (json!("due"), json!("chosen"));
        assert_eq!(decided(&hq, li, TODAY, "offer").await, withheld, "before the night");
        assert_eq!(decided(&hq, li, TODAY, "service").await, due);
        let rehearsed = hq.post("/api/plans/rehearsal", json!({ "days": 1, "text": offer() })).await.body;
        assert_eq!(rehearsed["of_plan"], json!([1]), "{rehearsed}");

        let report = run(&world).await;
        let counts = ["no_consent", "already_touched_today"].map(|reason| report["withheld"][reason].clone());
        assert_eq!((&report["new"], counts), (&json!(3), [json!(2), json!(1)]), "{report}");
        assert_eq!(touched_by(&world, li).await, ["service"]);
        assert_eq!(touched_by(&world, zhao).await, ["offer"]);
        assert_eq!(touched_by(&world, liu).await, ["greet"]);
        for (customer, plan, said) in [
            (li, "offer", &withheld),
            (li, "service", &due),
            (zhao, "offer", &due),
            (liu, "news", &withheld),
            (liu, "greet", &due),
        ] {
            assert_eq!(decided(&hq, customer, TODAY, plan).await, *said, "{customer} {plan}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_said_about_a_purpose_counts_from_the_next_decision_on_and_no_earlier() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        install(&world).await;
        let hq = world.sign_in("hq").await;
        say(&hq, li, "phone", "refused", "marketing").await;
        run(&world).await;
        world.set_clock("2026-11-24", 600);
        let hq = world.sign_in("hq").await;
        say(&hq, li, "phone", "given", "marketing").await;
        assert_eq!(decided(&hq, li, "2026-11-24", "offer").await.0, "due");
        world.set_clock("2026-11-25", 540);
        let hq = world.sign_in("hq").await;
        say(&hq, li, "phone", "refused", "marketing").await;
        assert_eq!(decided(&hq, li, "2026-11-25", "offer").await.1, "no_consent");
        assert_eq!(decided(&hq, li, "2026-11-24", "offer").await.0, "due", "as it was known on that evening");

        run(&world).await;
        assert_eq!(touched_by(&world, li).await, ["service"]);
        say(&hq, li, "phone", "given", "marketing").await;
        let report = run(&world).await;
        assert_eq!(touched_by(&world, li).await, ["offer", "service"], "{report}");
    })
    .await;
}
