//! News for open screens: numbered across restarts and server processes, caught up, heard by those concerned.

use crate::work::{make, renewal};
use std::time::Duration;
use tend_app::App;
use tend_app::platform::{Keyring, LiveEvent, LiveScope};
use tend_rules::base::*;
use tend_testkit::{Client, PASSWORD, World, each_store};

/// Another server process on the same database.
async fn another_process(world: &World) -> App {
    let (config, clock) = (world.app.config().clone(), world.app.clock().clone());
    App::open(config, Keyring::of([42; 32]), clock).await.expect("a second process")
}

/// Tells one piece of news of a unit.
async fn tell(app: &App, unit: UnitId, kind: &str) {
    let tx = app.begin().await.expect("a transaction");
    let scope = LiveScope { unit_id: Some(unit), ..LiveScope::default() };
    tx.tell(LiveEvent { seq: 0, room: "touch", kind: kind.into(), id: Some("tch_1".into()), customer_id: None, scope });
    tx.commit().await.expect("committed");
}

async fn lead(world: &World) -> Client {
    world.sign_in("lead_sz").await
}

#[tokio::test]
async fn news_are_heard_within_the_second_from_every_process() {
    each_store(async |world| {
        let other = another_process(&world).await;
        let mut line = lead(&world).await.listen("/api/events").await;
        assert_eq!(line.next().await.data["gap"], false);
        tell(&world.app, world.unit("nanshan"), "first").await;
        tell(&other, world.unit("nanshan"), "second").await;
        let patience = Duration::from_secs(1);
        let first = line.next_within(patience).await.expect("the first within a second");
        let second = line.next_within(patience).await.expect("the second within a second");
        assert_eq!((&first.data["kind"], &second.data["kind"]), (&"first".into(), &"second".into()));
        assert!(first.seq < second.seq, "numbers grow in the order of commits");
    })
    .await;
}

#[tokio::test]
async fn who_was_away_catches_up_after_a_restart() {
    each_store(async |world| {
        let client = lead(&world).await;
        let mut line = client.listen("/api/events").await;
        assert_eq!(line.next().await.data["gap"], false);
        tell(&world.app, world.unit("nanshan"), "seen").await;
        let seen = line.next().await.seq.expect("a number");
        drop(line);
        tell(&world.app, world.unit("futian"), "missed").await;
        // A process that begins afresh knows the numbers of the one before.
        let restarted = another_process(&world).await;
        let mut back = world.client_at(&restarted);
        back.sign_in("lead_sz", PASSWORD).await;
        let mut line = back.listen(&format!("/api/events?after={seen}")).await;
        assert_eq!(line.next().await.data["gap"], false);
        let missed = line.next().await;
        assert_eq!((missed.data["kind"].as_str(), missed.seq), (Some("missed"), Some(seen + 1)));
        tell(&restarted, world.unit("futian"), "new").await;
        assert_eq!(line.next().await.data["kind"], "new", "nothing comes twice");
    })
    .await;
}

#[tokio::test]
async fn who_missed_many_gets_them_all_in_their_order() {
    each_store(async |world| {
        let client = lead(&world).await;
        let mut line = client.listen("/api/events").await;
        let seen = line.next().await.data["seq"].as_u64().expect("a number");
        drop(line);
        // More than one portion.
        for number in 0..120 {
            tell(&world.app, world.unit("nanshan"), &format!("kind_{number}")).await;
        }
        let mut line = client.listen(&format!("/api/events?after={seen}")).await;
        assert_eq!(line.next().await.data["seq"], seen + 120);
        for number in 0..120 {
            let heard = line.next().await;
            assert_eq!((heard.seq, &heard.data["kind"]), (Some(seen + 1 + number), &format!("kind_{number}").into()));
        }
        tell(&world.app, world.unit("nanshan"), "new").await;
        assert_eq!(line.next().await.data["kind"], "new");
    })
    .await;
}

#[tokio::test]
async fn an_unknown_number_demands_a_fresh_read() {
    each_store(async |world| {
        let mut line = lead(&world).await.listen("/api/events?after=9999").await;
        let hello = line.next().await;
        assert_eq!((&hello.name[..], &hello.data["gap"]), ("hello", &true.into()));
        tell(&world.app, world.unit("nanshan"), "afterwards").await;
        assert_eq!(line.next().await.data["kind"], "afterwards");
    })
    .await;
}

#[tokio::test]
async fn news_are_heard_by_those_concerned_only() {
    each_store(async |world| {
        let mut sz = world.sign_in("lead_sz").await.listen("/api/events").await;
        let mut sh = world.sign_in("lead_sh").await.listen("/api/events").await;
        let mut wang = world.sign_in("wang").await.listen("/api/events").await;
        for line in [&mut sz, &mut sh, &mut wang] {
            line.next().await;
        }
        tell(&world.app, world.unit("nanshan"), "in_nanshan").await;
        tell(&world.app, world.unit("pudong"), "in_pudong").await;
        let tx = world.app.begin().await.expect("a transaction");
        let event = LiveEvent {
            seq: 0,
            room: "notice",
            kind: "to_wang".into(),
            id: None,
            customer_id: None,
            scope: LiveScope::default(),
        };
        tx.tell_person(world.staff("wang"), event);
        tx.commit().await.expect("committed");
        assert_eq!(sz.next().await.data["kind"], "in_nanshan");
        assert_eq!(sh.next().await.data["kind"], "in_pudong");
        assert_eq!(wang.next().await.data["kind"], "to_wang");
        for line in [&mut sz, &mut sh] {
            assert!(line.next_within(Duration::from_millis(600)).await.is_none(), "what is personal stays so");
        }
    })
    .await;
}

#[tokio::test]
async fn news_of_a_change_that_was_rolled_back_are_never_told() {
    each_store(async |world| {
        let mut line = lead(&world).await.listen("/api/events").await;
        line.next().await;
        let tx = world.app.begin().await.expect("a transaction");
        let scope = LiveScope { unit_id: Some(world.unit("nanshan")), ..LiveScope::default() };
        tx.tell(LiveEvent { seq: 0, room: "touch", kind: "never".into(), id: None, customer_id: None, scope });
        tx.roll_back().await.expect("rolled back");
        tell(&world.app, world.unit("nanshan"), "kept").await;
        assert_eq!(line.next().await.data["kind"], "kept");
    })
    .await;
}

#[tokio::test]
async fn a_thousand_of_a_kind_are_told_as_many() {
    each_store(async |world| {
        let mut line = lead(&world).await.listen("/api/events").await;
        line.next().await;
        let tx = world.app.begin().await.expect("a transaction");
        for number in 0..1_000 {
            let scope = LiveScope { unit_id: Some(world.unit("nanshan")), ..LiveScope::default() };
            let (id, kind) = (Some(format!("cus_{number}")), "entrusted".into());
            tx.tell(LiveEvent { seq: 0, room: "customer", kind, id, customer_id: None, scope });
        }
        tx.commit().await.expect("committed");
        let heard = line.next().await;
        assert_eq!((heard.data["kind"].as_str(), heard.data["id"].as_str()), (Some("entrusted"), None));
        assert!(line.next_within(Duration::from_millis(600)).await.is_none());
    })
    .await;
}

#[tokio::test]
async fn a_claim_shows_on_the_leads_board_within_the_second() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        make(&world, vec![renewal(&world, li, "nanshan", Some("wang"))]).await;
        let (wang, mut line) = (world.sign_in("wang").await, lead(&world).await.listen("/api/events").await);
        line.next().await;
        let touch = wang.get("/api/touches").await.body["items"][0]["id"].as_str().expect("a touch").to_owned();
        wang.post(&format!("/api/touches/{touch}/claim"), serde_json::json!({})).await;
        let heard = line.next_within(Duration::from_secs(1)).await.expect("heard within a second");
        assert_eq!((heard.name.as_str(), heard.data["id"].as_str()), ("touch", Some(touch.as_str())));
    })
    .await;
}

#[tokio::test]
async fn a_note_shows_on_a_colleagues_open_page_within_the_second() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let (wang, mut line) = (world.sign_in("wang").await, lead(&world).await.listen("/api/events").await);
        line.next().await;
        wang.post(&format!("/api/customers/{li}/notes"), serde_json::json!({ "text": "周末方便" })).await;
        let heard = line.next_within(Duration::from_secs(1)).await.expect("heard within a second");
        let told = (heard.name.as_str(), heard.data["kind"].as_str(), heard.data["customer_id"].as_str());
        assert_eq!(told, ("customer", Some("noted"), Some(li.to_string().as_str())));
        assert!(!heard.data.to_string().contains("周末"), "news name, they do not tell what was written");
    })
    .await;
}
