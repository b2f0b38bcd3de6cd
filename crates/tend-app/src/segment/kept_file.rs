//! The columns in a file of the data folder, so that a program that starts anew reads only what changed since.
//!
//! A file that is missing, damaged, of another version or for another firm is no error: the customers are read again. It
//! is written beside the work of those who wait for the columns, and takes its place whole or not at all. It tells names,
//! birthdays and facts in plain, so it goes when somebody is erased.

use super::file_columns::blocking;
use super::snapshot::{Snapshot, Tail, keys_of};
use super::{SegmentError, roster_on};
use crate::platform::App;
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant as Stopwatch, UNIX_EPOCH};
use tend_planner::{Restored, StoredError, restore, store};
use tend_rules::base::{Day, Instant};
use tend_rules::segment::Catalogue;
use tokio::task::JoinHandle;

const NAME: &str = "columns.kept";
/// How the name of one that is being written begins and ends; the number of its program stands between.
const HALF: (&str, &str) = ("columns.", ".part");
/// Changed columns are written again after so long.
const EVERY: Duration = Duration::from_secs(3600);
/// While so many facts are recent, an import runs: what would be written is soon outdated.
const RECENT_MAX: usize = 100_000;
/// Read at once.
const AT_ONCE: usize = 1 << 20;

/// The file of one program.
#[derive(Debug, Default)]
pub(super) struct KeptFile {
    was_read: bool,
    writing: Option<JoinHandle<()>>,
    written: Option<Stopwatch>,
}

/// How columns came to be what they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Made {
    Anew,
    UpToDate,
}

/// What stands beside the columns.
#[derive(Debug, Serialize, Deserialize)]
struct Note {
    program: String,
    day: Day,
    took_ms: u64,
    tail: Tail,
}

impl KeptFile {
    /// The columns of an earlier program, asked for once.
    pub async fn take(
        &mut self,
        app: &App,
        catalogue: &Arc<Catalogue>,
        day: Day,
    ) -> Result<Option<Snapshot>, SegmentError> {
        if std::mem::replace(&mut self.was_read, true) {
            return Ok(None);
        }
        let (path, catalogue, roster) = (path(app), Arc::clone(catalogue), roster_on(app, day).await?);
        let keys = keys_of(&catalogue);
        let read =
            move |path: &Path| restore(&mut BufReader::with_capacity(AT_ONCE, File::open(path)?), &catalogue, roster);
        let restored = blocking(move |_| Ok(read(&path).map_err(|error| tell(&path, &error)).ok())).await?;
        Ok(restored.and_then(|restored| taken(restored, keys)))
    }

    /// Waits for a writing under way, which reads the columns.
    pub async fn settle(&mut self) {
        if let Some(writing) = self.writing.take()
            && writing.await.is_err()
        {
            tracing::warn!("keeping the columns in a file ended early");
        }
    }

    /// Takes the file away, one that is being written too; the next columns are written at once.
    pub async fn forget(&mut self, app: &App) {
        self.settle().await;
        remove(app);
        self.written = None;
    }

    /// Begins to write columns that were read anew, or that changed for an hour.
    pub async fn put(&mut self, app: &App, snapshot: &Arc<Snapshot>, how: Made) {
        let due = self.written.is_none_or(|written| written.elapsed() >= EVERY);
        if how == Made::UpToDate && !due || snapshot.tail.seen.len() > RECENT_MAX {
            return;
        }
        self.settle().await;
        self.written = Some(Stopwatch::now());
        let (path, snapshot) = (path(app), Arc::clone(snapshot));
        self.writing = Some(tokio::task::spawn_blocking(move || {
            if let Err(error) = write(&path, &snapshot) {
                tracing::warn!(%error, "the columns could not be kept in a file; the next start reads every customer");
            }
        }));
    }
}

/// When the file was written; none where there is none.
pub(super) fn written_at(app: &App) -> Option<Instant> {
    let written = fs::metadata(path(app)).and_then(|file| file.modified()).ok()?;
    let since = written.duration_since(UNIX_EPOCH).ok()?;
    Some(Instant::from_millis(since.as_millis() as i64))
}

/// Takes the file away.
pub(super) fn remove(app: &App) {
    let path = path(app);
    match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            tracing::error!(%error, file = %path.display(), "the kept columns could not be taken away");
        }
        _ => {}
    }
}

/// Takes away what was being written when a program was killed; answers how many files. To be called at the start: a
/// program that writes just now beside this one only writes again.
pub fn sweep_kept(app: &App) -> io::Result<usize> {
    let mut swept = 0;
    for entry in fs::read_dir(&app.config().data)? {
        let entry = entry?;
        let name = entry.file_name();
        let is_half = name.to_str().is_some_and(|name| name.starts_with(HALF.0) && name.ends_with(HALF.1));
        if is_half {
            fs::remove_file(entry.path())?;
            swept += 1;
        }
    }
    Ok(swept)
}

fn path(app: &App) -> PathBuf {
    app.config().data.join(NAME)
}

fn tell(path: &Path, error: &StoredError) {
    match error {
        StoredError::Unreadable(error) if error.kind() == io::ErrorKind::NotFound => {}
        error => tracing::info!(%error, file = %path.display(), "the kept columns are not used"),
    }
}

fn taken(restored: Restored, fact_keys: Vec<String>) -> Option<Snapshot> {
    let note: Note = serde_json::from_slice(&restored.note).ok()?;
    let Note { program, day, took_ms, tail } = note;
    (program == env!("CARGO_PKG_VERSION")).then(|| {
        let took = Duration::from_millis(took_ms);
        Snapshot::of_before(restored.columns, day, restored.needs, fact_keys, tail, took)
    })
}

fn write(path: &Path, snapshot: &Snapshot) -> io::Result<()> {
    let note = Note {
        program: env!("CARGO_PKG_VERSION").to_owned(),
        day: snapshot.day,
        took_ms: snapshot.took.as_millis() as u64,
        tail: snapshot.tail.clone(),
    };
    let part = path.with_extension(format!("{}.part", std::process::id()));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part)?;
    let stored = store(&mut file, &serde_json::to_vec(&note)?, &snapshot.needs, &snapshot.columns);
    stored.and_then(|()| fs::rename(&part, path)).inspect_err(|_| _ = fs::remove_file(&part))
}
