//! Notices: told to the one whom they concern, once, in the reader's language, and read on every screen at once.

use crate::work::{make, renewal};
use serde_json::{Value, json};
use tend_app::work::warn_of_last_hours;
use tend_testkit::{Client, World, each_store};

async fn notices(client: &Client) -> Value {
    client.get("/api/notices").await.body
}

fn titles(list: &Value) -> Vec<String> {
    let items = list["items"].as_array().expect("items").iter();
    items.map(|notice| notice["title"].as_str().unwrap_or("").to_owned()).collect()
}

#[tokio::test]
async fn who_is_named_in_a_note_is_told_if_the_customer_may_be_seen() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let lead = world.sign_in("lead_sz").await;
        let note = json!({ "text": "请 @王芳 和 @上海负责人 看一下，@深圳负责人 知悉" });
        assert_eq!(lead.post(&format!("/api/customers/{li}/notes"), note).await.status, 201);
        let wang = world.sign_in("wang").await;
        let told = notices(&wang.clone().in_language("zh")).await;
        assert_eq!(titles(&told), ["深圳负责人 在备注里提到了您"]);
        assert_eq!(told["unread"], 1);
        assert_eq!(titles(&notices(&wang).await), ["深圳负责人 named you in a note"]);
        let link = &told["items"][0]["link"];
        assert_eq!((&link["kind"], &link["id"]), (&json!("customer"), &json!(li.to_string())));
        assert!(!told.to_string().contains("看一下"), "the note itself stays sealed: {told}");
        for other in ["lead_sh", "lead_sz", "zhao"] {
            assert_eq!(notices(&world.sign_in(other).await).await["unread"], 0, "{other} is not told");
        }
    })
    .await;
}

#[tokio::test]
async fn a_notice_read_in_one_window_is_read_in_every_window() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let (lead, wang) = (world.sign_in("lead_sz").await, world.sign_in("wang").await);
        let mut line = wang.listen("/api/events").await;
        line.next().await;
        lead.post(&format!("/api/customers/{li}/notes"), json!({ "text": "@王芳 1" })).await;
        let heard = line.next().await;
        assert_eq!((heard.name.as_str(), heard.data["kind"].as_str()), ("notice", Some("new")));
        let heard = line.next().await;
        assert_eq!((heard.name.as_str(), heard.data["kind"].as_str()), ("customer", Some("noted")), "the note itself");
        let id = notices(&wang).await["items"][0]["id"].as_str().expect("an id").to_owned();
        assert_eq!(wang.put(&format!("/api/notices/{id}/read"), json!({})).await.status, 204);
        let heard = line.next().await;
        assert_eq!((heard.name.as_str(), heard.data["kind"].as_str()), ("notice", Some("read")));
        assert_eq!(wang.get("/api/notices/unread").await.body["unread"], 0);
        assert_eq!(wang.get("/api/notices?unread=true").await.body["items"], json!([]));
        assert_eq!(lead.put(&format!("/api/notices/{id}/read"), json!({})).await.status, 404);
        assert_eq!(wang.delete(&format!("/api/notices/{id}/read")).await.status, 204);
        assert_eq!(wang.put("/api/notices/read", json!({})).await.status, 204);
        assert_eq!(wang.get("/api/notices/unread").await.body["unread"], 0);
    })
    .await;
}

#[tokio::test]
async fn notices_come_in_pages() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let (lead, wang) = (world.sign_in("lead_sz").await, world.sign_in("wang").await);
        for number in 0..3 {
            world.set_clock("2026-11-23", 600 + number);
            lead.post(&format!("/api/customers/{li}/notes"), json!({ "text": "@王芳" })).await;
        }
        let first = wang.get("/api/notices?limit=2").await.body;
        assert_eq!((titles(&first).len(), &first["unread"]), (2, &json!(3)));
        let next = first["next"].as_str().expect("a next page");
        let second = wang.get(&format!("/api/notices?limit=2&cursor={next}")).await.body;
        assert_eq!((titles(&second).len(), &second["next"]), (1, &Value::Null));
    })
    .await;
}

#[tokio::test]
async fn a_returned_result_is_told_with_its_reason() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        make(&world, vec![renewal(&world, li, "nanshan", Some("wang"))]).await;
        let (wang, hq) = (world.sign_in("wang").await, world.sign_in("hq").await);
        let touch = wang.get("/api/touches").await.body["items"][0]["id"].as_str().expect("a touch").to_owned();
        wang.post(&format!("/api/touches/{touch}/claim"), json!({})).await;
        let codes = wang.get(&format!("/api/touches/{touch}")).await.body["outcome_codes"].clone();
        let done = codes.as_array().expect("codes").iter().find(|code| code["result"] == "done").expect("a code");
        let outcome = json!({ "code": done["code"], "note": "已联系" });
        let recorded = wang.post(&format!("/api/touches/{touch}/outcome"), outcome).await;
        assert_eq!(recorded.status, 201, "{}", recorded.body);
        let verdict = json!({ "verdict": "returned", "reason": "没有录音" });
        assert_eq!(hq.post(&format!("/api/touches/{touch}/verification"), verdict).await.status, 201);
        let told = notices(&wang.in_language("zh")).await;
        assert_eq!(titles(&told), ["结果被退回：续期提醒 T-7 · 李秀英"]);
        assert_eq!(told["items"][0]["detail"], "总部运营要求补正，原因见工单。");
        assert_eq!(told["items"][0]["link"]["id"], json!(touch));
    })
    .await;
}

#[tokio::test]
async fn work_that_ends_today_is_told_once_an_hour_before_the_days_end() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let mut last = renewal(&world, li, "nanshan", Some("wang"));
        last.not_after = last.due;
        make(&world, vec![last]).await;
        assert_eq!(warn_of_last_hours(&world.app).await.expect("looked"), 0, "not in the morning");
        world.set_clock("2026-11-23", 17 * 60 + 1);
        for _ in 0..2 {
            assert_eq!(warn_of_last_hours(&world.app).await.expect("looked"), 1);
        }
        let wang = world.sign_in("wang").await;
        assert_eq!(titles(&notices(&wang).await), ["1 work orders end today"]);
    })
    .await;
}

#[tokio::test]
async fn colleagues_of_the_channel_are_offered_for_naming() {
    each_store(async |world: World| {
        let wang = world.sign_in("wang").await;
        let found = wang.get("/api/colleagues?q=%E9%99%88").await.body;
        assert_eq!((&found[0]["name"], &found[0]["unit_name"]), (&json!("陈梅"), &json!("福田团队")));
        assert_eq!(wang.get("/api/colleagues?q=liu").await.body, json!([]), "another channel's people are not offered");
        assert_eq!(wang.get("/api/colleagues").await.body[0]["name"], "赵强", "one's own unit comes first");
    })
    .await;
}
