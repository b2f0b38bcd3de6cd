//! Rights that are taken away while a stream of news is being opened, or falls behind: nothing of them is heard any more.

use serde_json::json;
use std::time::{Duration, Instant};
use tend_app::App;
use tend_app::platform::{LiveEvent, LiveScope};
use tend_rules::base::UnitId;
use tend_testkit::{Client, World, each_store};

async fn tell(app: &App, unit: UnitId, kinds: impl Iterator<Item = String>) {
    let tx = app.begin().await.expect("a transaction");
    for kind in kinds {
        let scope = LiveScope { unit_id: Some(unit), ..LiveScope::default() };
        tx.tell(LiveEvent { seq: 0, room: "touch", kind, id: None, customer_id: None, scope });
    }
    tx.commit().await.expect("committed");
}

async fn move_lead(admin: &Client, world: &World, to: &str) {
    let path = format!("/api/staff/{}", world.staff("lead_sz"));
    let version = admin.get(&path).await.body["version"].as_i64().expect("a version");
    let moved = admin.patch(&path, version, json!({ "unit_id": world.unit(to) })).await;
    assert_eq!(moved.status, 200, "{}", moved.body);
}

#[tokio::test]
async fn rights_that_change_while_a_stream_is_opened_are_those_of_the_stream() {
    each_store(async |world| {
        let admin = world.sign_in("admin").await;
        for steps in 0..24 {
            let reader = world.sign_in("lead_sz").await;
            let mut opening = Box::pin(reader.listen("/api/events"));
            let mut opened = None;
            for _ in 0..steps {
                if let std::task::Poll::Ready(line) = futures::poll!(opening.as_mut()) {
                    opened = Some(line);
                    break;
                }
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            let was_open = opened.is_some();
            move_lead(&admin, &world, "shanghai").await;
            let mut line = match opened {
                Some(line) => line,
                None => opening.await,
            };
            tell(&world.app, world.unit("nanshan"), ["late".to_owned()].into_iter()).await;
            tell(&world.app, world.unit("pudong"), ["last".to_owned()].into_iter()).await;
            while let Some(heard) = line.next_within(Duration::from_secs(5)).await {
                assert_ne!(heard.data["kind"], "late", "after {steps} steps it was opened with the former rights");
                if heard.data["kind"] == "last" {
                    break;
                }
            }
            if was_open {
                break;
            }
            move_lead(&admin, &world, "shenzhen").await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_stream_that_fell_behind_ends_if_the_rights_changed_meanwhile() {
    let world = World::on_sqlite().await;
    let admin = world.sign_in("admin").await;
    let mut line = world.sign_in("lead_sz").await.listen("/api/events").await;
    assert_eq!(line.next().await.name, "hello");
    move_lead(&admin, &world, "shanghai").await;
    // More than the line holds; two hundred of one transaction are still told one by one.
    for _ in 0..25 {
        tell(&world.app, world.unit("nanshan"), (0..200).map(|number| format!("kind_{number}"))).await;
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let since = Instant::now();
    assert!(line.next_within(Duration::from_secs(5)).await.is_none(), "nothing of the former part of the firm");
    assert!(since.elapsed() < Duration::from_secs(2), "it ends, and does not only fall silent");
}
