//! The fifteen most dangerous mistakes of a program like this one: docs/security/mistakes.md names the test that catches
//! each, as far as the product has the part; here are those that belong to no room, and the check of the page itself.

use sea_orm::{ConnectionTrait, DbBackend};
use serde_json::json;
use std::path::Path;
use tend_app::platform::{JobRequest, QueueError, claim, enqueue, fail, finish, renew, sql};
use tend_testkit::{World, each_store};

#[tokio::test]
async fn mistake_3_a_job_is_rescued_by_its_lease_and_never_when_it_is_finished() {
    each_store(async |world| {
        let app = &world.app;
        let tx = app.begin().await.expect("a transaction");
        let job = JobRequest { queue: "drill", kind: "drill", dedup_key: "drill".into(), payload: json!({}) };
        enqueue(app, &tx, job).await.expect("a job");
        tx.commit().await.expect("committed");
        let first = claim(app, "drill").await.expect("a claim").expect("the job");
        assert!(claim(app, "drill").await.expect("a claim").is_none(), "while the lease runs nobody else has it");
        world.set_clock("2026-11-23", 10 * 60);
        let second = claim(app, "drill").await.expect("a claim").expect("the worker is taken for dead");
        assert!(second.fence > first.fence);
        // The first one was only slow: whatever it writes now is refused.
        let (db, now) = (app.db().writer(), app.now());
        assert!(matches!(renew(db, &first, now).await, Err(QueueError::Fenced(_))));
        assert!(matches!(finish(db, &first, now).await, Err(QueueError::Fenced(_))));
        assert!(matches!(fail(db, &first, "too slow", now).await, Err(QueueError::Fenced(_))));
        finish(db, &second, now).await.expect("the one who holds it finishes it");
        assert!(matches!(fail(db, &second, "late", now).await, Err(QueueError::Fenced(_))), "finished is finished");
        world.set_clock("2026-11-30", 10 * 60);
        assert!(claim(app, "drill").await.expect("a claim").is_none(), "nothing that is finished is rescued");
    })
    .await;
}

#[tokio::test]
async fn mistake_8_what_is_acknowledged_is_on_the_disk_first() {
    let world = World::on_sqlite().await;
    for (pragma, wanted) in [("PRAGMA synchronous", 2), ("PRAGMA foreign_keys", 1)] {
        let found: i32 = sql(pragma).value(world.app.db().writer()).await.expect("a setting");
        assert_eq!(found, wanted, "{pragma}: 2 is FULL, each commit waits for the disk");
    }
    let journal: String = sql("PRAGMA journal_mode").value(world.app.db().writer()).await.expect("a setting");
    assert_eq!(journal, "wal");
}

/// PostgreSQL may be told to acknowledge before the log is on the disk (`synchronous_commit = off`); our connections wait.
#[tokio::test]
async fn mistake_8_a_server_that_acknowledges_too_early_is_made_to_wait() {
    each_store(async |world| {
        let db = world.app.db();
        if db.backend() != DbBackend::Postgres {
            return;
        }
        let name: String = sql("SELECT current_database()").value(db.writer()).await.expect("a name");
        let early = format!("ALTER DATABASE \"{name}\" SET synchronous_commit = off");
        db.writer().execute_unprepared(&early).await.expect("a setting");
        let anew = world.reopened(|_| ()).await;
        for connection in [anew.db().writer(), anew.db().read()] {
            let found: String =
                sql("SELECT current_setting('synchronous_commit')").value(connection).await.expect("a setting");
            assert_eq!(found, "on");
        }
    })
    .await;
}

#[test]
fn every_mistake_of_the_list_has_its_test_or_waits_for_its_part() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page = std::fs::read_to_string(root.join("docs/security/mistakes.md")).expect("the page");
    let sources = ["crates", "xtask/src"].iter().map(|folder| text_below(&root.join(folder))).collect::<String>();
    let rows: Vec<&str> =
        page.lines().filter(|line| line.starts_with("| ") && line.as_bytes()[2].is_ascii_digit()).collect();
    assert_eq!(rows.len(), 15);
    for (place, row) in rows.iter().enumerate() {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        assert_eq!(cells[1], (place + 1).to_string());
        let named: Vec<&str> = cells[3].split('`').skip(1).step_by(2).collect();
        assert!(!named.is_empty() || cells[4].starts_with("waits for"), "{row}");
        for name in named {
            assert!(sources.contains(&format!("fn {name}(")), "there is no test {name}: {row}");
        }
    }
}

fn text_below(folder: &Path) -> String {
    let mut text = String::new();
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            text.push_str(&text_below(&path));
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            text.push_str(&std::fs::read_to_string(&path).unwrap_or_default());
        }
    }
    text
}
