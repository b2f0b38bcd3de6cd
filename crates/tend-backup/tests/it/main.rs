//! Databases under work are copied and come back, to the last second and to one in between; to a folder and to a bucket
//! of an S3 server alike.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not as it says")]

mod both;
mod bucket;
mod restless;
mod untold;
mod watched;

use rusqlite::Connection;
use sha2::{Digest, Sha256};
use std::io::Read;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tend_backup::{BackupError, Copier, Folder, Settings, Standing, Store, Until, now_ms, restore, spans};
use tend_testkit::Bucket;

struct Place {
    folder: tempfile::TempDir,
    standing: Arc<Mutex<Standing>>,
    /// The server, where the second place is a bucket.
    bucket: Option<Bucket>,
    store: Arc<dyn Store>,
}

impl Place {
    fn in_a_folder() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(Folder::at(&folder.path().join("backup")));
        Some(Self::with(folder, None, store))
    }

    fn in_a_bucket() -> Option<Self> {
        let bucket = Bucket::start()?;
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(bucket::store(&bucket, &folder.path().join("s3.key"), &bucket.secret));
        Some(Self::with(folder, Some(bucket), store))
    }

    fn with(folder: tempfile::TempDir, bucket: Option<Bucket>, store: Arc<dyn Store>) -> Self {
        std::fs::create_dir(folder.path().join("data")).unwrap();
        let place = Self { folder, standing: Arc::default(), bucket, store };
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

    fn store(&self) -> Arc<dyn Store> {
        Arc::clone(&self.store)
    }

    fn settings(&self) -> Settings {
        Settings {
            database: self.data().join("t.db"),
            data: self.data(),
            folders: vec!["uploads".into()],
            mark: Some("SELECT CAST(MAX(id) AS TEXT) FROM t"),
            look_every: Duration::from_millis(200),
            snapshot_every: Duration::from_secs(86_400),
            retention: Duration::from_secs(7 * 86_400),
        }
    }

    fn copier(&self) -> Copier {
        Copier::begin(self.settings(), self.store(), Arc::clone(&self.standing)).unwrap()
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
