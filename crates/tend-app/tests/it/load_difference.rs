//! What publishing a text would change in each person's load over the first days.

use crate::plan::{install, plan, usual};
use serde_json::{Value, json};
use std::time::Duration;
use tend_testkit::each_store;

const EVERYONE: &str = "name != '' && name != 'nobody'";
const NOBODY: &str = "name == 'nobody at all'";
const BY_PHONE: &str = "channels = [\"phone\", \"wechat\", \"sms\"]";

fn sum(load: &Value) -> u64 {
    load.as_array().expect("days").iter().filter_map(Value::as_u64).sum()
}

#[tokio::test]
async fn publishing_is_compared_with_what_runs_today_person_by_person() {
    each_store(async |mut world| {
        world.welcome_all().await;
        install(&world, &usual()).await;
        let hq = world.sign_in("hq").await;
        let mut line = world.sign_in("hq").await.listen("/api/events").await;
        line.next().await;
        let compare = async |text: &str| {
            let answer = hq.post("/api/plans/load-difference", json!({ "text": text, "days": 3 })).await;
            assert_eq!(answer.status, 200, "{}", answer.body);
            answer.body
        };
        let touches = hq.get("/api/touches?limit=1").await.body["about"].clone();
        let everyone = plan("everyone", EVERYONE, BY_PHONE);

        let more = compare(&everyone).await;
        let people = more["people"].as_array().expect("people");
        assert!(!people.is_empty(), "{more}");
        assert_eq!(more["people_more"], json!(people.len()), "{more}");
        assert_eq!((&more["people_less"], &more["people_shifted"]), (&json!(0), &json!(0)), "{more}");
        for person in people {
            assert_eq!(person["after"].as_array().map(Vec::len), Some(3), "{person}");
            assert!(sum(&person["after"]) > sum(&person["before"]), "{person}");
        }
        let rehearsed = async |body: Value| hq.post("/api/plans/rehearsal", body).await.body["touches"].clone();
        assert_eq!(more["before"], rehearsed(json!({ "days": 3 })).await);
        assert_eq!(more["after"], rehearsed(json!({ "days": 3, "text": everyone })).await);

        let made = hq.post("/api/plans", json!({ "text": everyone })).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let place = format!("/api/plans/{}/publication", made.body["id"].as_str().expect("an id"));
        let published = hq.post(&place, json!({ "reason": "everybody hears from us" })).await;
        assert_eq!(published.status, 201, "{}", published.body);
        let same = compare(&everyone).await;
        assert_eq!((&same["people"], &same["before"]), (&json!([]), &same["after"]), "{same}");
        assert_eq!(same["before"], more["after"]);
        let less = compare(&plan("everyone", NOBODY, BY_PHONE)).await;
        assert_eq!((&less["people_more"], &less["people_less"]), (&json!(0), &more["people_more"]), "{less}");
        assert_eq!(less["after"], more["before"]);

        let wrong = hq.post("/api/plans/load-difference", json!({ "text": "key = 1" })).await;
        assert_eq!((wrong.status, &wrong.body["code"]), (422, &json!("plan_faulty")));
        assert_eq!(hq.get("/api/touches?limit=1").await.body["about"], touches, "nothing is written");
        let told = async {
            loop {
                let heard = line.next_within(Duration::from_secs(20)).await.expect("how far it is");
                if heard.data["kind"] == "compared" && heard.data["id"] == "6/6" {
                    return;
                }
            }
        };
        told.await;
    })
    .await;
}
