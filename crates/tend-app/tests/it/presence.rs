//! Who is here: colleagues see each other on a customer, and the lead sees the team.

use serde_json::{Value, json};
use tend_app::org::here::say_who_is_here;
use tend_app::org::presence::forget_silent;
use tend_rules::base::CustomerId;
use tend_testkit::{Client, each_store};

async fn open(client: &Client, tab: &str, on: Option<CustomerId>, editing: bool) -> Value {
    let body = json!({ "tab": tab, "on": on.map(|id| id.to_string()), "editing": editing });
    let said = client.put("/api/presence", body).await;
    assert_eq!(said.status, 200, "{}", said.body);
    said.body
}

async fn names(client: &Client, on: CustomerId) -> Vec<String> {
    let seen = client.get(&format!("/api/presence?on={on}")).await.body;
    let others = seen["others"].as_array().expect("others").iter();
    others.map(|other| format!("{} {}", other["staff"]["name"].as_str().unwrap_or(""), other["editing"])).collect()
}

#[tokio::test]
async fn two_who_open_one_customer_see_each_other() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let (wang, lead) = (world.sign_in("wang").await, world.sign_in("lead_sz").await);
        let mut line = lead.listen("/api/events").await;
        line.next().await;
        assert_eq!(open(&lead, "a", Some(li), false).await["others"], json!([]));
        let heard = line.next().await;
        assert_eq!((heard.data["room"].as_str(), heard.data["kind"].as_str()), (Some("presence"), Some("here")));
        assert_eq!(open(&wang, "b", Some(li), true).await["others"][0]["staff"]["name"], "深圳负责人");
        loop {
            let heard = line.next().await.data;
            if heard["kind"] == "here" && heard["id"] == json!(li.to_string()) {
                break;
            }
        }
        assert_eq!(names(&lead, li).await, ["王芳 true"]);
        open(&wang, "b", None, false).await;
        assert!(names(&lead, li).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_tab_that_falls_silent_or_whose_stream_ends_is_forgotten() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let (wang, lead) = (world.sign_in("wang").await, world.sign_in("lead_sz").await);
        open(&wang, "b", Some(li), false).await;
        assert_eq!(names(&lead, li).await.len(), 1);
        world.set_clock("2026-11-23", 9 * 60 + 2);
        assert!(names(&lead, li).await.is_empty(), "two minutes of silence");
        let mut news = lead.listen("/api/events").await;
        news.next().await;
        assert_eq!(forget_silent(&world.app).await.expect("forgotten"), 1);
        // Of a server that was killed nobody else tells: whoever looks at the team looks again.
        let kinds = [news.next().await, news.next().await].map(|heard| heard.data["kind"].clone());
        assert_eq!(kinds, [json!("gone"), json!("state")]);
        let mut line = wang.listen("/api/events?tab=c").await;
        line.next().await;
        open(&wang, "c", Some(li), false).await;
        assert_eq!(names(&lead, li).await.len(), 1);
        drop(line);
        for _ in 0..50 {
            if names(&lead, li).await.is_empty() {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("the tab is forgotten within a second of its stream's end");
    })
    .await;
}

#[tokio::test]
async fn who_may_not_see_the_customer_learns_nothing() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        open(&world.sign_in("wang").await, "b", Some(li), false).await;
        let liu = world.sign_in("liu").await;
        assert_eq!(liu.get(&format!("/api/presence?on={li}")).await.status, 404);
        let refused = liu.put("/api/presence", json!({ "tab": "x", "on": li.to_string() })).await;
        assert_eq!(refused.status, 404);
        assert_eq!(liu.get("/api/presence?on=nothing").await.status, 422);
        let admin = world.sign_in("admin").await;
        assert_eq!(admin.get(&format!("/api/presence?on={li}")).await.status, 403);
    })
    .await;
}

#[tokio::test]
async fn the_lead_sees_who_is_here_on_what_and_idle() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let (wang, lead) = (world.sign_in("wang").await, world.sign_in("lead_sz").await);
        assert_eq!(wang.get("/api/me/presence").await.body["state"], "ready");
        assert_eq!(wang.put("/api/me/presence", json!({ "state": "busy" })).await.body["state"], "busy");
        open(&wang, "b", Some(li), false).await;
        world.set_clock("2026-11-23", 9 * 60 + 25);
        open(&wang, "b", Some(li), false).await;
        let team = lead.get("/api/board/team").await.body;
        let of = |name: &str| {
            let found = team.as_array().expect("a team").iter().find(|mate| mate["name"] == name);
            found.unwrap_or_else(|| panic!("{name} is in {team}")).clone()
        };
        let wang = of("王芳");
        assert_eq!((&wang["state"], &wang["on"]), (&json!("busy"), &json!(li.to_string())));
        assert_eq!(wang["idle_minutes"], 25);
        assert_eq!((&of("赵强")["state"], &of("赵强")["idle_minutes"]), (&json!("offline"), &Value::Null));
        assert!(team.as_array().expect("a team").iter().all(|mate| mate["name"] != "刘洋"), "another channel's");
    })
    .await;
}

/// What the team strip says of somebody.
async fn state_of(lead: &Client, name: &str) -> String {
    let team = lead.get("/api/board/team").await.body;
    let found = team.as_array().expect("a team").iter().find(|mate| mate["name"] == name);
    found.and_then(|mate| mate["state"].as_str()).unwrap_or_else(|| panic!("{name} is in {team}")).to_owned()
}

/// Waits until the program noticed that a stream ended, and wrote it.
async fn eventually_written(world: &tend_testkit::World, changes: usize) {
    for _ in 0..100 {
        if say_who_is_here(&world.app).await.expect("written") == changes {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("{changes} changes were not written");
}

#[tokio::test]
async fn whoever_has_the_desk_open_is_here_whatever_the_page() {
    each_store(async |world| {
        let (wang, lead) = (world.sign_in("wang").await, world.sign_in("lead_sz").await);
        // A program that listens is nobody's tab.
        let mut program = wang.listen("/api/events").await;
        program.next().await;
        assert_eq!(say_who_is_here(&world.app).await.expect("written"), 0);
        let (mut first, mut second) = (wang.listen("/api/events?tab=a").await, wang.listen("/api/events?tab=b").await);
        first.next().await;
        second.next().await;
        assert_eq!(state_of(&lead, "王芳").await, "offline", "nothing is written for each stream");
        assert_eq!(say_who_is_here(&world.app).await.expect("written"), 1, "two tabs are one person");
        assert_eq!(state_of(&lead, "王芳").await, "ready");

        // Renewed before it would fall silent, and only then.
        world.set_clock("2026-11-23", 9 * 60 + 1);
        assert_eq!(say_who_is_here(&world.app).await.expect("renewed"), 0);
        world.set_clock("2026-11-23", 9 * 60 + 2);
        assert_eq!(state_of(&lead, "王芳").await, "ready");

        // One that was held up, and whose rows another server forgot, writes them anew.
        world.set_clock("2026-11-23", 9 * 60 + 5);
        assert_eq!(forget_silent(&world.app).await.expect("forgotten"), 1);
        assert_eq!(say_who_is_here(&world.app).await.expect("missed"), 0);
        assert_eq!(say_who_is_here(&world.app).await.expect("written"), 1);
        assert_eq!(state_of(&lead, "王芳").await, "ready");

        drop(first);
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        assert_eq!(say_who_is_here(&world.app).await.expect("written"), 0, "the second tab is open still");
        drop(second);
        eventually_written(&world, 1).await;
        assert_eq!(state_of(&lead, "王芳").await, "offline");
    })
    .await;
}
