//! Where the canaries are looked for, and in which dress.

use super::Planted;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sea_orm::{ConnectionTrait, DbBackend};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};
use tend_app::platform::{SealedPlace, sql};
use tend_testkit::{World, files_under};

/// What the program says at its most talkative, kept in memory.
#[derive(Clone)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("nobody panics while writing the log").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// As the program itself begins it with `TEND_LOG=trace`.
    pub fn begin() -> Self {
        let log = Self(Arc::default());
        let writer = log.clone();
        tracing_subscriber::fmt()
            .with_env_filter("trace,axum::rejection=off")
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .init();
        log
    }

    fn text(&self) -> Vec<u8> {
        self.0.lock().expect("nobody panics while writing the log").clone()
    }
}

/// How many cells or files of a place there are.
pub async fn rows_in(world: &World, place: SealedPlace) -> i64 {
    let files = |folder: &str| {
        let found = std::fs::read_dir(world.folder().join(folder));
        found.map_or(0, |found| found.flatten().count() as i64)
    };
    let (table, column) = place.word().split_once('.').expect("table.column");
    let holds = match place {
        SealedPlace::UploadFile => return files("uploads"),
        SealedPlace::ExportFile => return files("exports"),
        SealedPlace::JournalWords => "payload LIKE '%\"sealed\"%'".to_owned(),
        SealedPlace::FirmWords | SealedPlace::CheckRepairs => "payload LIKE '%\"sealed:%'".to_owned(),
        // What the program words itself stays plain.
        SealedPlace::ConsentProof => format!("{column} LIKE 'sealed:%'"),
        SealedPlace::MergeReason
        | SealedPlace::LabelRemark
        | SealedPlace::ReturnReason
        | SealedPlace::VerdictReason
        | SealedPlace::BatchRepairs
        | SealedPlace::BulkWhom
        | SealedPlace::ExportWhom
        | SealedPlace::ExportReason
        | SealedPlace::ExportDecision => format!("{column} <> ''"),
        _ => format!("{column} IS NOT NULL"),
    };
    let count = sql(&format!("SELECT COUNT(*) FROM {table} WHERE {holds}"));
    count.value(world.app.read()).await.unwrap_or_else(|error| panic!("{table}.{column}: {error}"))
}

/// Every place in which a canary was met.
pub async fn written_anywhere(world: &World, planted: &Planted, log: &Log) -> Vec<String> {
    let mut read: Vec<(String, Vec<u8>)> = vec![("the log".into(), log.text())];
    assert!(read[0].1.len() > 1_000, "the log is kept: {} bytes", read[0].1.len());
    if world.app.db().backend() == DbBackend::Postgres {
        read.extend(rows_of_postgres(world).await);
        read.extend(pages_of_postgres(world).await);
    } else {
        // A copy as a backup makes it; the file itself and its log lie in the folder.
        let copy = format!("VACUUM INTO '{}'", world.folder().join("copy.db").display());
        world.app.db().writer().execute_unprepared(&copy).await.expect("a copy");
    }
    for path in files_under(world.folder()) {
        let bytes = std::fs::read(&path).expect("a file of the data folder");
        read.push((path.display().to_string(), bytes));
    }
    let hunted: Vec<Hunted> = planted
        .iter()
        .flat_map(|(place, words)| words.iter().map(move |word| (*place, word)))
        .flat_map(|(place, word)| dresses(word).into_iter().map(move |dress| Hunted { place, dress, of: word.len() }))
        .collect();
    read.iter().flat_map(|(at, bytes)| hunt(&hunted, at, bytes)).collect()
}

/// One dress of a word.
struct Hunted {
    place: SealedPlace,
    dress: Vec<u8>,
    /// The length of the word.
    of: usize,
}

/// Goes through the bytes once, whatever the number of words.
fn hunt(hunted: &[Hunted], at: &str, bytes: &[u8]) -> Vec<String> {
    let pair = |bytes: &[u8]| usize::from(bytes[0]) << 8 | usize::from(bytes[1]);
    let mut begins: Vec<Vec<usize>> = vec![Vec::new(); 1 << 16];
    hunted.iter().enumerate().for_each(|(number, one)| begins[pair(&one.dress)].push(number));
    let mut found = BTreeSet::new();
    for (from, window) in bytes.windows(2).enumerate() {
        for number in &begins[pair(window)] {
            let one = &hunted[*number];
            if bytes[from..].starts_with(&one.dress) && !is_chance(bytes, from, one) {
                found.insert(format!("{:?}: {} in {at}", one.place, String::from_utf8_lossy(&one.dress)));
            }
        }
    }
    found.into_iter().collect()
}

/// The end of a number counts only by itself: among the hexadecimal digits of a dump any eight digits are met by chance
/// now and then.
fn is_chance(bytes: &[u8], from: usize, one: &Hunted) -> bool {
    let digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_hexdigit);
    one.dress.len() < one.of && (digit(from.checked_sub(1)) || digit(Some(from + one.dress.len())))
}

/// A word as it may stand: as it is, the digits of a phone as people write them, its end by itself, in hexadecimal digits
/// (how PostgreSQL shows bytes) and in base 64, wherever it begins.
fn dresses(word: &str) -> Vec<Vec<u8>> {
    let mut dresses = vec![word.as_bytes().to_vec()];
    if let Some((first, rest)) = word.split_at_checked(3).filter(|_| word.bytes().all(|byte| byte.is_ascii_digit())) {
        let (middle, last) = rest.split_at(4);
        dresses.push(format!("{first} {middle} {last}").into_bytes());
        dresses.push(format!("{first}-{middle}-{last}").into_bytes());
        dresses.push(rest.as_bytes().to_vec());
    }
    dresses.push(word.bytes().map(|byte| format!("{byte:02x}")).collect::<String>().into_bytes());
    for skipped in 0..3 {
        // Of each group of three bytes four signs come: those that other bytes reach into are left out.
        let whole = &word.as_bytes()[skipped..];
        let whole = &whole[..whole.len() / 3 * 3];
        dresses.push(STANDARD.encode(whole).into_bytes());
    }
    dresses
}

/// Every row of every table as text: what a dump holds.
async fn rows_of_postgres(world: &World) -> Vec<(String, Vec<u8>)> {
    let tables = sql("SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = current_schema()");
    let tables = tables.all(world.app.read(), |row| row.get::<String>(0)).await.expect("tables");
    assert!(tables.len() > 30, "{tables:?}");
    let mut read = Vec::new();
    for table in tables {
        let rows = sql(&format!("SELECT CAST(t AS TEXT) FROM \"{table}\" t"));
        let rows = rows.all(world.app.read(), |row| row.get::<String>(0)).await.expect("rows");
        read.push((format!("the table {table}"), rows.join("\n").into_bytes()));
    }
    read
}

/// The files of the database on the server's disk, rows that were deleted or written over included.
async fn pages_of_postgres(world: &World) -> Vec<(String, Vec<u8>)> {
    world.app.db().writer().execute_unprepared("CHECKPOINT").await.expect("everything is on the disk");
    let asked = sql("SELECT current_setting('data_directory') || '/base/' || CAST(oid AS TEXT)
         FROM pg_database WHERE datname = current_database()");
    let folder: String = asked.value(world.app.read()).await.expect("the folder of the database");
    if std::fs::read_dir(&folder).is_err() {
        eprintln!("the server's own files cannot be read by this user: only its rows are searched");
        return Vec::new();
    }
    let read = files_under(Path::new(&folder)).into_iter();
    read.map(|path| (path.display().to_string(), std::fs::read(&path).unwrap_or_default())).collect()
}
