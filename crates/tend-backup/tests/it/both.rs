//! What must hold wherever the second place is. Each runs on a folder and on a bucket.

use super::*;
use std::sync::atomic::{AtomicBool, Ordering};

/// The test under its name on a folder, and under `bucket::` on a bucket.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod folder {
            $(#[test]
            fn $name() {
                super::$name(&super::Place::in_a_folder().unwrap());
            })*
        }
        mod bucket {
            $(#[test]
            fn $name() {
                if let Some(place) = super::Place::in_a_bucket() {
                    super::$name(&place);
                }
            })*
        }
    };
}

on_both! {
    every_second_comes_back_as_it_was,
    nothing_is_missed_while_the_log_begins_anew_again_and_again,
    a_copier_that_was_killed_is_followed_by_one_that_goes_on,
    a_log_that_began_anew_right_before_a_kill_is_followed,
    files_are_there_before_the_rows_that_name_them_and_a_changed_bit_is_found,
    a_listing_that_is_overtaken_is_asked_for_anew,
    pieces_are_there_whole_or_not_at_all,
}

pub fn every_second_comes_back_as_it_was(place: &Place) {
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

pub fn nothing_is_missed_while_the_log_begins_anew_again_and_again(place: &Place) {
    let db = place.db();
    // Another program that writes the log back whenever it can.
    db.execute_batch("PRAGMA wal_autocheckpoint = 50").unwrap();
    let mut copier = place.copier();
    copier.finish_snapshot().unwrap();
    // A bucket is looked at less often: there people work for longer.
    let enough = Arc::new(AtomicBool::new(false));
    let writer = std::thread::spawn({
        let enough = Arc::clone(&enough);
        move || {
            let mut turns = 0;
            while turns < 100 || !enough.load(Ordering::Relaxed) {
                write(&db, 40, 4000);
                std::thread::sleep(Duration::from_millis(1 + turns / 20));
                turns += 1;
            }
            db
        }
    });
    let mut looks = 0;
    while !writer.is_finished() {
        copier.look().unwrap();
        looks += 1;
        enough.store(looks > 3, Ordering::Relaxed);
    }
    let db = writer.join().unwrap();
    copier.look().unwrap();
    assert!(looks > 3);
    assert_eq!(spans(&*place.store()).unwrap().len(), 1, "no gap was met");
    let (is, restored) = place.back("latest", Until::Latest);
    assert_eq!(is, hash(&db), "{restored:?}");
}

/// The copier that follows one that was killed: what is there then comes back, from so many generations.
fn followed(place: &Place, db: &Connection, generations: usize, name: &str) -> Copier {
    let mut copier = place.copier();
    copier.finish_snapshot().unwrap();
    copier.look().unwrap();
    assert_eq!(spans(&*place.store()).unwrap().len(), generations, "generations: {name}");
    assert_eq!(place.back(name, Until::Latest).0, hash(db), "{name}");
    copier
}

pub fn a_copier_that_was_killed_is_followed_by_one_that_goes_on(place: &Place) {
    let db = place.db();
    let mut copier = place.copier();
    copier.finish_snapshot().unwrap();
    write(&db, 100, 500);
    copier.look().unwrap();
    write(&db, 100, 500);
    drop(copier);
    write(&db, 100, 500);
    drop(followed(place, &db, 1, "same"));

    // Meanwhile the log is written back and begins anew unseen: what it held cannot be proved to be copied.
    db.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    write(&db, 100, 500);
    db.execute_batch("PRAGMA wal_checkpoint(RESTART)").unwrap();
    write(&db, 10, 500);
    followed(place, &db, 2, "anew");
}

pub fn a_log_that_began_anew_right_before_a_kill_is_followed(place: &Place) {
    let db = place.db();
    // What a copier does in its last moment: all of the log is written back, and the next write begins it anew.
    let write_back = || db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())).unwrap();
    let mut copier = place.copier();
    copier.finish_snapshot().unwrap();
    write(&db, 1000, 900);
    copier.look().unwrap();
    drop(copier);
    write_back();
    write(&db, 10, 500);
    let mut copier = followed(place, &db, 1, "same");

    // The same, with something in the former log that nobody copied.
    write(&db, 1000, 900);
    copier.look().unwrap();
    drop(copier);
    write(&db, 10, 500);
    write_back();
    write(&db, 10, 500);
    drop(followed(place, &db, 2, "anew"));

    // The same, with a new log that has grown over the end of the former one: nothing proves any more what it held.
    write_back();
    write(&db, 3000, 900);
    followed(place, &db, 3, "grown");
}

pub fn files_are_there_before_the_rows_that_name_them_and_a_changed_bit_is_found(place: &Place) {
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
        let mut whole = Vec::new();
        store.open(name).unwrap().read_to_end(&mut whole).unwrap();
        let mut changed = whole.clone();
        let middle = changed.len() * 2 / 3;
        changed[middle] ^= 1;
        store.put(name, &mut &changed[..]).unwrap();
        let failed = restore(&*store, Until::Latest, &place.folder.path().join("x.db"), Path::new("/nowhere"));
        assert!(matches!(failed, Err(BackupError::Damaged { .. })), "{name}: {failed:?}");
        store.put(name, &mut &whole[..]).unwrap();
    }
}

/// A second place in which somebody puts segments together after they were listed and before they are read.
struct Overtaken {
    inner: Arc<dyn Store>,
    gone: Mutex<u32>,
}

impl Store for Overtaken {
    fn put(&self, name: &str, from: &mut dyn Read) -> std::io::Result<u64> {
        self.inner.put(name, from)
    }

    fn open(&self, name: &str) -> std::io::Result<Box<dyn Read + Send>> {
        let mut gone = self.gone.lock().unwrap();
        if name.ends_with(".seg") && *gone > 0 {
            *gone -= 1;
            return Err(std::io::ErrorKind::NotFound.into());
        }
        self.inner.open(name)
    }

    fn list(&self, under: &str) -> std::io::Result<Vec<String>> {
        self.inner.list(under)
    }

    fn remove(&self, name: &str) -> std::io::Result<()> {
        self.inner.remove(name)
    }

    fn age(&self, name: &str) -> Option<Duration> {
        self.inner.age(name)
    }

    fn title(&self) -> String {
        self.inner.title()
    }
}

pub fn a_listing_that_is_overtaken_is_asked_for_anew(place: &Place) {
    let db = place.db();
    let mut copier = place.copier();
    copier.finish_snapshot().unwrap();
    write(&db, 50, 500);
    copier.look().unwrap();
    let into = place.folder.path().join("overtaken");
    std::fs::create_dir(&into).unwrap();
    let file = into.join("t.db");
    let overtaken = Overtaken { inner: place.store(), gone: Mutex::new(2) };
    restore(&overtaken, Until::Latest, &file, &into).unwrap();
    assert_eq!(hash(&Connection::open(&file).unwrap()), hash(&db));
    // A piece that stays away is missing, and that is said.
    let lost = Overtaken { inner: place.store(), gone: Mutex::new(u32::MAX) };
    let failed = restore(&lost, Until::Latest, &file, &into);
    assert!(matches!(failed, Err(BackupError::Store { .. })), "{failed:?}");
}

pub fn pieces_are_there_whole_or_not_at_all(place: &Place) {
    struct Torn(usize);
    impl Read for Torn {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            if self.0 == 0 {
                return Err(std::io::Error::other("the disk is torn out"));
            }
            let count = buffer.len().min(self.0);
            buffer[..count].fill(7);
            self.0 -= count;
            Ok(count)
        }
    }
    let store = place.store();
    // More than a part of an upload, and not a whole number of parts.
    let large: Vec<u8> = (0..20_000_001_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    for (name, bytes) in [("files/large", &large[..]), ("files/small", &large[..100]), ("files/none", &[])] {
        assert_eq!(store.put(name, &mut &bytes[..]).unwrap(), bytes.len() as u64);
        let mut back = Vec::new();
        store.open(name).unwrap().read_to_end(&mut back).unwrap();
        assert!(back == bytes, "{name}: {} bytes came back", back.len());
        assert!(store.age(name).unwrap() < Duration::from_secs(60));
    }
    for bytes in [10, 12_000_000] {
        store.put("files/torn", &mut Torn(bytes)).unwrap_err();
    }
    assert_eq!(store.list("files").unwrap(), ["files/large", "files/none", "files/small"]);
    store.remove("files/large").unwrap();
    store.remove("files/large").unwrap();
    assert!(store.open("files/large").is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound));
    assert_eq!(store.list("").unwrap(), ["files/none", "files/small"]);
    assert_eq!(store.list("file").unwrap(), Vec::<String>::new(), "a name, not the beginning of one");
}
