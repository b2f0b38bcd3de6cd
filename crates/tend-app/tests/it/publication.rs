//! Versions of plans that are published for a day to come: what runs until then, how they are taken back.

use crate::plan::{answer, install, plan, run};
use serde_json::{Value, json};
use tend_testkit::{Client, World, each_store};

/// A firm on 23 November with a plan that speaks to everybody of gold, drafted anew for everybody.
async fn with_draft(world: &mut World) -> (Client, String) {
    world.welcome_all().await;
    let gold = plan("care", "tier == 'gold'", "channels = [\"phone\", \"wechat\", \"sms\"]\n[limits]\ncap_30d = 30");
    install(world, &[("plans/care.toml".into(), gold.clone())]).await;
    let hq = world.sign_in("hq").await;
    let list = hq.get("/api/plans").await.body;
    let at = format!("/api/plans/{}", list["items"][0]["id"].as_str().expect("an id"));
    drafted(&hq, &at, &gold.replace("tier == 'gold'", "name == 'nobody at all'")).await;
    (hq, at)
}

async fn drafted(hq: &Client, at: &str, text: &str) {
    let kept = hq.put(&format!("{at}/draft"), json!({ "text": text })).await;
    assert_eq!((kept.status, &kept.body["problems"]), (200, &json!([])), "{}", kept.body);
}

async fn publish(hq: &Client, at: &str, from: &str) -> Value {
    let answer = hq.post(&format!("{at}/publication"), json!({ "reason": "新年起", "from": from })).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.body
}

#[tokio::test]
async fn a_version_for_a_day_to_come_waits_while_the_one_before_runs() {
    each_store(async |mut world| {
        let (hq, at) = with_draft(&mut world).await;
        let zhao = world.customer("zhao_q");
        let stale = [("if-match", "\"1\"")];
        let body = json!({ "reason": "新年起", "from": "2026-11-25" });
        let unseen = hq.send_with("POST", &format!("{at}/publication"), &stale, body).await;
        assert_eq!((unseen.status, &unseen.body["code"]), (412, &json!("version_stale")), "{}", unseen.body);
        let page = publish(&hq, &at, "2026-11-25").await;
        assert_eq!(
            (&page["published"], &page["waiting"], &page["state"]),
            (&json!(1), &json!({ "version": 2, "from": "2026-11-25" }), &json!("published"))
        );
        let states: Vec<&Value> = page["versions"].as_array().expect("versions").iter().map(|v| &v["state"]).collect();
        assert_eq!(states, ["waiting", "in_force"]);
        assert!(page["text"].as_str().expect("a text").contains("nobody at all"), "what will run is shown");
        assert!(run(&world).await["new"].as_u64() > Some(0), "the version before goes on");
        assert_ne!(answer(&hq, zhao, "2026-11-24", "care").await["decided"], "not_due");
        assert_eq!(
            answer(&hq, zhao, "2026-11-25", "care").await["decided"],
            "not_due",
            "the version of that day answers"
        );
        let rehearsed = hq.post("/api/plans/rehearsal", json!({ "days": 4 })).await.body;
        let touches: Vec<u64> =
            rehearsed["touches"].as_array().expect("days").iter().filter_map(Value::as_u64).collect();
        assert!(touches[1] > 0 && touches[2..] == [0, 0], "each day by its own version: {touches:?}");
        world.set_clock("2026-11-25", 600);
        let hq = world.sign_in("hq").await;
        assert_eq!(run(&world).await["new"], 0);
        let page = hq.get(&at).await.body;
        assert_eq!((&page["published"], &page["waiting"]), (&json!(2), &Value::Null));
        assert_eq!(
            answer(&hq, zhao, "2026-11-23", "care").await["unlike"],
            Value::Null,
            "a past day by its own version"
        );
        assert_eq!(answer(&hq, zhao, "2026-11-23", "care").await["decided"], "due");
    })
    .await;
}

#[tokio::test]
async fn a_waiting_version_is_taken_back_and_its_number_is_not_used_again() {
    each_store(async |mut world| {
        let (hq, at) = with_draft(&mut world).await;
        let here = format!("{at}/publication");
        for wrong in ["2026-11-22", "2028-01-01"] {
            let refused = hq.post(&here, json!({ "reason": "x", "from": wrong })).await;
            assert_eq!((refused.status, &refused.body["code"]), (422, &json!("field_invalid")), "{wrong}");
        }
        assert_eq!(hq.delete(&here).await.body["code"], "nothing_waits");
        let page = publish(&hq, &at, "2026-12-01").await;
        drafted(&hq, &at, &format!("# more\n{}", page["text"].as_str().expect("a text"))).await;
        let refused = hq.post(&here, json!({ "reason": "x" })).await;
        assert_eq!((refused.status, &refused.body["code"]), (409, &json!("version_waits")), "{}", refused.body);
        let page = hq.delete(&here).await;
        assert_eq!((page.status, &page.body["waiting"]), (200, &Value::Null), "{}", page.body);
        assert!(page.body["text"].as_str().expect("a text").starts_with("# more"), "a later draft stays");
        assert_eq!(page.body["versions"][0]["state"], "withdrawn");
        assert_eq!(answer(&hq, world.customer("zhao_q"), "2026-12-02", "care").await["decided"], "due");
        let again = publish(&hq, &at, "2026-11-24").await;
        assert_eq!(again["waiting"]["version"], 3);
        let back = hq.delete(&here).await.body;
        assert_eq!((&back["has_draft"], &back["published"]), (&json!(true), &json!(1)), "its text is the draft again");
    })
    .await;
}

#[tokio::test]
async fn a_plan_whose_first_version_waits_does_not_run_before_its_day() {
    each_store(async |mut world| {
        world.welcome_all().await;
        let hq = world.sign_in("hq").await;
        let text = plan("care", "tier == 'gold'", "channels = [\"phone\", \"wechat\", \"sms\"]");
        let made = hq.post("/api/plans", json!({ "text": text })).await;
        let at = format!("/api/plans/{}", made.body["id"].as_str().expect("an id"));
        let page = publish(&hq, &at, "2026-11-25").await;
        assert_eq!((&page["state"], &page["published"]), (&json!("waiting"), &Value::Null));
        assert_eq!(run(&world).await["plans"], 0);
        let rehearsed = hq.post("/api/plans/rehearsal", json!({ "days": 3 })).await.body;
        let touches: Vec<u64> =
            rehearsed["touches"].as_array().expect("days").iter().filter_map(Value::as_u64).collect();
        assert!(touches[..2] == [0, 0] && touches[2] > 0, "{touches:?}");
        world.set_clock("2026-11-25", 600);
        assert!(run(&world).await["new"].as_u64() > Some(0));
    })
    .await;
}
