//! Databases under work are copied and come back, to the last second and to one in between.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not as it says")]

use rusqlite::Connection;
use sha2::{Digest, Sha256};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tend_backup::{BackupError, Copier, Folder, Settings, Standing, Store, Until, now_ms, restore, spans};

struct Place {
    folder: tempfile::TempDir,
    standing: Arc<Mutex<Standing>>,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("data")).unwrap();
        let place = Self { folder, standing: Arc::default() };
        let db = place.db();
        db.execute_batch("CREATE TABLE t (id INTEGER PRIMARY KEY, body BLOB)").unwrap();
        place
    }

    fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    fn db(&self) -> Connection {
        let db = Connection::open(self.data().join("t.db")).unwrap();
        db.busy_timeout(Duration::from_secs(10)).unwrap();
        db.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(())).unwrap();
        db.execute_batch("PRAGMA synchronous = OFF").unwrap();
        db
    }

    fn store(&self) -> Arc<Folder> {
        Arc::new(Folder::at(&self.folder.path().join("backup")))
    }

    fn copier(&self) -> Copier {
        let settings = Settings {
            database: self.data().join("t.db"),
            data: self.data(),
            folders: vec!["uploads".into()],
            mark: Some("SELECT CAST(MAX(id) AS TEXT) FROM t"),
            look_every: Duration::from_millis(200),
            snapshot_every: Duration::from_secs(86_400),
            retention: Duration::from_secs(7 * 86_400),
        };
        Copier::begin(settings, self.store(), Arc::clone(&self.standing)).unwrap()
    }

    fn back(&self, name: &str, until: Until) -> (String, tend_backup::Restored) {
        let into = self.folder.path().join(name);
        std::fs::create_dir(&into).unwrap();
        let file = into.join("t.db");
        let restored = restore(&*self.store(), until, &file, &into).unwrap();
        let db = Connection::open(&file).unwrap();
        let verdict: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(verdict, "ok");
        (hash(&db), restored)
    }
}

fn hash(db: &Connection) -> String {
    let mut sum = Sha256::new();
    let mut rows = db.prepare("SELECT id, body FROM t ORDER BY id").unwrap();
    let mut rows = rows.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        sum.update(row.get::<_, i64>(0).unwrap().to_be_bytes());
        sum.update(row.get::<_, Vec<u8>>(1).unwrap());
    }
    format!("{:x}", sum.finalize())
}

fn write(db: &Connection, rows: u32, bytes: u32) {
    db.execute_batch("BEGIN IMMEDIATE").unwrap();
    for _ in 0..rows {
        db.execute("INSERT INTO t (body) VALUES (randomblob(?1))", [bytes]).unwrap();
    }
    db.execute_batch("UPDATE t SET body = randomblob(50) WHERE id % 7 = 1; COMMIT").unwrap();
}

#[test]
fn every_second_comes_back_as_it_was() {
    let place = Place::new();
    let db = place.db();
    write(&db, 200, 900);
    let mut copier = place.copier();
    let mut were = Vec::new();
    for turn in 0..12 {
        write(&db, 300, 700);
        if turn % 4 == 3 {
            db.execute_batch("DELETE FROM t WHERE id % 3 = 0; VACUUM").unwrap();
        }
        copier.look().unwrap();
        std::thread::sleep(Duration::from_millis(5));
        were.push((now_ms(), hash(&db)));
        std::thread::sleep(Duration::from_millis(5));
    }
    copier.finish_snapshot().unwrap();
    for (turn, (at, was)) in were.iter().enumerate() {
        let (is, restored) = place.back(&format!("turn{turn}"), Until::Time(*at));
        assert_eq!(&is, was, "turn {turn}: {restored:?}");
    }
    let (is, restored) = place.back("latest", Until::Latest);
    assert_eq!(is, were.last().unwrap().1);
    assert!(restored.mark.is_some());
    assert_eq!(spans(&*place.store()).unwrap().len(), 1, "one generation");
}

#[test]
fn nothing_is_missed_while_the_log_begins_anew_again_and_again() {
    let place = Place::new();
    let db = place.db();
    // Another program that writes the log back whenever it can.
    db.execute_batch("PRAGMA wal_autocheckpoint = 50").unwrap();
    let mut copier = place.copier();
    copier.finish_snapshot().unwrap();
    let writer = std::thread::spawn(move || {
        for _ in 0..100 {
            write(&db, 40, 4000);
            std::thread::sleep(Duration::from_millis(1));
        }
        db
    });
    let mut looks = 0;
    while !writer.is_finished() {
        copier.look().unwrap();
        looks += 1;
    }
    let db = writer.join().unwrap();
    copier.look().unwrap();
    assert!(looks > 3);
    assert_eq!(spans(&*place.store()).unwrap().len(), 1, "no gap was met");
    let (is, restored) = place.back("latest", Until::Latest);
    assert_eq!(is, hash(&db), "{restored:?}");
}

#[test]
fn a_copier_that_was_killed_is_followed_by_one_that_goes_on() {
    let place = Place::new();
    let db = place.db();
    let mut copier = place.copier();
    copier.finish_snapshot().unwrap();
    write(&db, 100, 500);
    copier.look().unwrap();
    write(&db, 100, 500);
    drop(copier);
    write(&db, 100, 500);
    let mut copier = place.copier();
    copier.look().unwrap();
    assert_eq!(spans(&*place.store()).unwrap().len(), 1, "the same generation");
    assert_eq!(place.back("same", Until::Latest).0, hash(&db));

    drop(copier);
    // Meanwhile the log is written back and begins anew unseen: what it held cannot be proved to be copied.
    db.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    write(&db, 100, 500);
    db.execute_batch("PRAGMA wal_checkpoint(RESTART)").unwrap();
    write(&db, 10, 500);
    let mut copier = place.copier();
    copier.finish_snapshot().unwrap();
    copier.look().unwrap();
    assert_eq!(spans(&*place.store()).unwrap().len(), 2, "a new generation");
    assert_eq!(place.back("anew", Until::Latest).0, hash(&db));
}

#[test]
fn files_are_there_before_the_rows_that_name_them_and_a_changed_bit_is_found() {
    let place = Place::new();
    let db = place.db();
    let mut copier = place.copier();
    copier.finish_snapshot().unwrap();
    let uploads = place.data().join("uploads");
    std::fs::create_dir(&uploads).unwrap();
    std::fs::write(uploads.join("one"), b"sealed").unwrap();
    std::fs::write(uploads.join("two.part"), b"half").unwrap();
    write(&db, 10, 500);
    copier.look().unwrap();
    let (_, restored) = place.back("files", Until::Latest);
    assert_eq!(restored.files, 1);
    assert_eq!(std::fs::read(place.folder.path().join("files/uploads/one")).unwrap(), b"sealed");

    let store = place.store();
    let names = store.list("generations").unwrap();
    for name in names.iter().filter(|name| name.ends_with(".seg") || name.ends_with(".zst")) {
        let path = place.folder.path().join("backup").join(name);
        let whole = std::fs::read(&path).unwrap();
        let mut changed = whole.clone();
        let middle = changed.len() * 2 / 3;
        changed[middle] ^= 1;
        std::fs::write(&path, &changed).unwrap();
        let failed = restore(&*store, Until::Latest, &place.folder.path().join("x.db"), Path::new("/nowhere"));
        assert!(matches!(failed, Err(BackupError::Damaged { .. })), "{name}: {failed:?}");
        std::fs::write(&path, &whole).unwrap();
    }
}
