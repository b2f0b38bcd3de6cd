//! While the disk is full people read and sign in, changes are refused with the reason, and open screens are told.

use serde_json::json;
use std::time::Duration;
use tend_app::platform::{BackupSeen, Standing, Writes};
use tend_testkit::{World, each_store};

#[tokio::test]
async fn a_full_disk_refuses_changes_and_nothing_else() {
    each_store(async |world| {
        let hq = world.sign_in("hq").await;
        let mut line = hq.listen("/api/events").await;
        assert_eq!(line.next().await.data["gap"], false);
        let standing = world.app.kept::<Standing>();
        standing.set_writes(Writes::DiskFull);
        let told = line.next_within(Duration::from_secs(1)).await.expect("open screens are told at once");
        assert_eq!(told.data["writes"], "disk_full");
        let mut late = hq.listen("/api/events").await;
        assert_eq!(late.next().await.data["gap"], false);
        assert_eq!(late.next().await.data["writes"], "disk_full", "who comes later learns it too");

        assert_eq!(hq.get("/api/customers").await.status, 200, "reading goes on");
        assert_eq!(hq.get("/api/health").await.body["writes"], "disk_full");
        let again = world.sign_in("wang").await;
        assert_eq!(again.get("/api/me").await.status, 200, "signing in goes on");
        let refused = hq.post("/api/plans", json!({})).await;
        assert_eq!((refused.status, refused.body["code"].as_str()), (507, Some("disk_full")), "{}", refused.body);
        assert!(refused.body["next"].as_str().is_some_and(|next| !next.is_empty()), "it says what to do");

        standing.set_writes(Writes::Open);
        assert_eq!(line.next_within(Duration::from_secs(1)).await.expect("told again").data["writes"], "open");
        let taken = hq.post("/api/plans", json!({})).await;
        assert_ne!(taken.status, 507);
    })
    .await;
}

#[tokio::test]
async fn health_tells_how_far_the_backup_is() {
    let world = World::on_sqlite().await;
    let client = world.client();
    assert!(client.get("/api/health").await.body["backup"].is_null(), "none is kept");
    let standing = world.app.kept::<Standing>();
    let now = world.app.now().millis().unsigned_abs();
    let seen = BackupSeen { whole_at_ms: now - 1_000, snapshot_at_ms: now - 60_000, error: None };
    standing.set_backup(seen.clone());
    let backup = client.get("/api/health").await.body["backup"].clone();
    assert_eq!(backup, json!({ "behind_seconds": 1, "snapshot_seconds": 60, "ok": true }));
    standing.set_backup(BackupSeen { whole_at_ms: now - 60_000, ..seen });
    assert_eq!(client.get("/api/health").await.body["backup"]["ok"], false, "a minute behind is not well");
}
