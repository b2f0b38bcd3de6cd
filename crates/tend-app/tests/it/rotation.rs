//! Keys are replaced while another program serves: nobody who reads notices, and a kill loses nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use tend_app::App;
use tend_app::customer::{Draft, create_many, masked_phones, write_note};
use tend_app::platform::{KeyError, Keyring, OpenError, sql};
use tend_app::rotation::{self, Mode, RotationError};
use tend_rules::base::CustomerId;
use tend_rules::customer::PointKind;
use tend_rules::journal::Doer;
use tend_rules::org::Scope;
use tend_testkit::{PASSWORD, World, each_store};

const DOER: Doer = Doer::Program("test");

/// Another process on the same database, with the key file of this machine.
async fn process(world: &World, keys: &std::path::Path) -> Result<App, OpenError> {
    let (config, clock) = (world.app.config().clone(), world.app.clock().clone());
    App::open(config, Keyring::at(keys)?, clock).await
}

/// The key of the cast, as its file.
fn key_file(world: &World) -> std::path::PathBuf {
    let path = world.folder().join("master.key");
    std::fs::write(&path, "2a".repeat(32)).expect("a key file");
    path
}

pub async fn more_customers(app: &App, world: &World, from: u32, count: u32) -> Vec<CustomerId> {
    let drafts: Vec<Draft> = (from..from + count)
        .map(|number| {
            let mut draft = Draft::blank(app, world.unit("nanshan"));
            draft.file.name = format!("客户{number}");
            draft.points.push((PointKind::Phone, format!("+86138{number:08}")));
            draft.note = Some(format!("note {number}"));
            draft
        })
        .collect();
    let ids = drafts.iter().map(|draft| draft.file.id).collect();
    let tx = app.begin().await.expect("a transaction");
    create_many(app, &tx, DOER, "test", drafts).await.expect("customers");
    tx.commit().await.expect("on file");
    ids
}

/// Reads through the door for as long as the rotation lasts; counts what could not be read.
fn read_all_the_while(app: App, ids: Vec<CustomerId>, over: Arc<AtomicBool>) -> tokio::task::JoinHandle<(u64, u64)> {
    let (reads, failed) = (AtomicU64::new(0), AtomicU64::new(0));
    tokio::spawn(async move {
        while !over.load(Ordering::Relaxed) {
            for some in ids.chunks(50) {
                let seen = masked_phones(&app, some).await;
                reads.fetch_add(some.len() as u64, Ordering::Relaxed);
                let missing = seen.map_or(some.len(), |seen| some.len() - seen.len());
                failed.fetch_add(missing as u64, Ordering::Relaxed);
            }
        }
        (reads.into_inner(), failed.into_inner())
    })
}

/// Every row under the key in use, and every phone as it was.
async fn all_is_well(app: &App, ids: &[CustomerId]) {
    let in_use = app.keys().masters().in_use();
    let known = app.keys().clone();
    for some in ids.chunks(500) {
        assert_eq!(masked_phones(app, some).await.expect("readable").len(), some.len());
    }
    let rows = sql("SELECT customer_id, wrapped FROM customer_key")
        .all(app.read(), |row| Ok((row.get::<CustomerId>("customer_id")?, row.get::<Vec<u8>>("wrapped")?)))
        .await
        .expect("the keys");
    assert!(rows.len() >= ids.len());
    for (id, wrapped) in rows {
        assert!(known.rewrap(id, &wrapped).expect("opens").is_none(), "{id:?} is not under {in_use}");
    }
}

pub async fn to_the_end(app: &App, mode: Mode) -> rotation::Rotation {
    let mut rotation = rotation::begin(app, mode).await.expect("begun or taken up");
    while rotation::step(app, &mut rotation).await.expect("a chunk") {}
    rotation
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_rotated_while_the_server_reads_and_writes() {
    each_store(async |world: World| {
        let file = key_file(&world);
        let server = process(&world, &file).await.expect("the server");
        let mut ids = more_customers(&server, &world, 0, 1_500).await;
        let before = server.keys().masters().in_use();
        for mode in [Mode::Master, Mode::Customers] {
            let over = Arc::new(AtomicBool::new(false));
            let readers: Vec<_> =
                (0..3).map(|_| read_all_the_while(server.clone(), ids.clone(), over.clone())).collect();
            {
                let killed = process(&world, &file).await.expect("the command");
                let mut rotation = rotation::begin(&killed, mode).await.expect("begun");
                assert!(rotation::step(&killed, &mut rotation).await.expect("a chunk"), "there is more to do");
            }
            // The server has not heard of the new key and makes customers meanwhile.
            ids.extend(more_customers(&server, &world, ids.len() as u32, 200).await);
            let command = process(&world, &file).await.expect("the command again");
            let done = to_the_end(&command, mode).await;
            assert!(done.customers_done >= 1_500 && done.cells_done >= 1_300, "{done:?}");
            over.store(true, Ordering::Relaxed);
            for reader in readers {
                let (reads, failed) = reader.await.expect("a reader");
                assert!(reads > 0 && failed == 0, "{failed} of {reads} reads failed");
            }
            all_is_well(&server, &ids).await;
        }
        let command = process(&world, &file).await.expect("the command");
        assert_ne!(command.keys().masters().in_use(), before);
        let former = rotation::former_keys(&command).await.expect("read");
        let aside = command.keys().masters().set_aside(&former).expect("tidied");
        assert_eq!(aside.len(), 1, "{aside:?}");
        let fresh = process(&world, &file).await.expect("a server with the new key only");
        assert_eq!(fresh.keys().masters().ids().len(), 1);
        all_is_well(&fresh, &ids).await;
        // What the journal keeps was sealed with the customer's former key and cannot be written anew.
        let mut desk = world.client_at(&fresh);
        assert_eq!(desk.sign_in("hq", PASSWORD).await.status, 200);
        let story = desk.get(&format!("/api/customers/{}/timeline", ids[7])).await;
        assert!(story.body.to_string().contains("note 7"), "{}", story.body);
        let tx = fresh.begin().await.expect("a transaction");
        write_note(&fresh, &tx, DOER, &Scope::Firm, ids[7], "after the rotation").await.expect("a note");
        tx.commit().await.expect("kept");
    })
    .await;
}

#[tokio::test]
async fn a_key_that_does_not_fit_is_told_apart() {
    each_store(async |world: World| {
        let file = key_file(&world);
        let ids = more_customers(&world.app, &world, 0, 20).await;
        let command = process(&world, &file).await.expect("the command");
        to_the_end(&command, Mode::Master).await;
        let former = rotation::former_keys(&command).await.expect("read");
        command.keys().masters().set_aside(&former).expect("tidied");

        let former = world.folder().join("former.key");
        std::fs::write(&former, "2a".repeat(32)).expect("the key of before");
        let refused = process(&world, &former).await.expect_err("the key of before the rotation");
        assert!(matches!(refused, OpenError::KeyRotated { .. }), "{refused:?}");

        let foreign = world.folder().join("foreign.key");
        std::fs::write(&foreign, "77".repeat(32)).expect("a foreign key");
        let refused = process(&world, &foreign).await.expect_err("a foreign key");
        assert!(matches!(refused, OpenError::Key(KeyError::Missing { .. })), "{refused:?}");

        // A half-done rotation of one kind keeps the other from beginning.
        let command = process(&world, &file).await.expect("the command");
        let mut half = rotation::begin(&command, Mode::Customers).await.expect("begun");
        let refused = rotation::begin(&command, Mode::Master).await.expect_err("not both");
        assert!(matches!(refused, RotationError::HalfDone { mode: Mode::Customers }), "{refused:?}");

        // Of two programs at one rotation, one is told.
        let mut twin = rotation::begin(&command, Mode::Customers).await.expect("taken up");
        assert!(rotation::step(&command, &mut half).await.expect("a chunk"));
        let refused = rotation::step(&command, &mut twin).await.expect_err("the chunk was done");
        assert!(matches!(refused, RotationError::TakenOver), "{refused:?}");
        assert!(!rotation::step(&command, &mut half).await.expect("the end"));
        all_is_well(&command, &ids).await;
    })
    .await;
}

#[tokio::test]
async fn an_erased_customer_does_not_come_back_by_a_rotation() {
    each_store(async |world: World| {
        let file = key_file(&world);
        let ids = more_customers(&world.app, &world, 0, 5).await;
        let command = process(&world, &file).await.expect("the command");
        sql("DELETE FROM customer_key WHERE customer_id = $1")
            .bind(ids[2])
            .run(command.db().writer())
            .await
            .expect("erased");
        for mode in [Mode::Master, Mode::Customers] {
            assert_eq!(to_the_end(&command, mode).await.customers_done, 4);
        }
        assert_eq!(masked_phones(&command, &ids).await.expect("the others").len(), 4);
    })
    .await;
}
