//! Watches the room on the disk of the data folder. A ballast file keeps some of it; when the rest is gone the ballast is
//! let go, so that signing in and reading can still write their few lines, and changes are refused until there is room
//! again. Then the ballast is made anew and everything goes on, without a restart.

use rustix::fs::{FallocateFlags, fallocate, statvfs};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tend_app::App;
use tend_app::platform::{DiskSeen, Standing, Writes};

/// How often the disk is looked at.
const LOOK: Duration = Duration::from_millis(500);

/// The file that keeps the room.
pub const BALLAST: &str = "ballast";

/// Bytes that a user without privileges may still write where `path` lies.
pub fn free_bytes(path: &Path) -> io::Result<u64> {
    let found = statvfs(path)?;
    Ok(found.f_bavail.saturating_mul(found.f_frsize))
}

/// Starts to watch; ends with the runtime.
pub fn watch(app: &App) {
    let bytes = u64::from(app.config().ballast_mb) << 20;
    if bytes == 0 {
        return;
    }
    let watch = Watch { folder: app.config().data.clone(), bytes, standing: app.kept::<Standing>() };
    tokio::spawn(async move {
        loop {
            if let Err(error) = watch.look() {
                tracing::warn!("looking at the disk of {}: {error}", watch.folder.display());
            }
            tokio::time::sleep(LOOK).await;
        }
    });
}

/// Where the room is noted each hour, so that the doctor sees where it goes.
const NOTES: &str = "space.kept";
const HOUR_MS: u64 = 3_600_000;
/// Notes that are kept: a week.
const NOTES_MAX: usize = 168;
/// Less time than this tells no trend.
const TREND_MS_MIN: u64 = 24 * HOUR_MS;

/// Days until the disk is full, at the pace since the oldest note; none if there is no such pace.
pub fn days_left(folder: &Path) -> Option<u64> {
    let notes = notes(folder);
    let ((from, had), (to, has)) = (notes.first()?, notes.last()?);
    let (passed, gone) = (to.checked_sub(*from)?, had.checked_sub(*has)?);
    (passed >= TREND_MS_MIN && gone > 0).then(|| has / (gone / (passed / HOUR_MS)).max(1) / 24)
}

fn notes(folder: &Path) -> Vec<(u64, u64)> {
    let text = std::fs::read_to_string(folder.join(NOTES)).unwrap_or_default();
    let note = |line: &str| {
        let (at, free) = line.split_once(' ')?;
        Some((at.parse().ok()?, free.parse().ok()?))
    };
    text.lines().filter_map(note).collect()
}

/// Adds a note if the last is an hour old.
fn note_free(folder: &Path, free: u64) -> io::Result<()> {
    let (mut notes, now) = (notes(folder), tend_backup::now_ms());
    if notes.last().is_some_and(|(at, _)| now.saturating_sub(*at) < HOUR_MS) {
        return Ok(());
    }
    notes.push((now, free));
    let newest = &notes[notes.len().saturating_sub(NOTES_MAX)..];
    let text: String = newest.iter().map(|(at, free)| format!("{at} {free}\n")).collect();
    std::fs::write(folder.join(NOTES), text)
}

struct Watch {
    folder: PathBuf,
    bytes: u64,
    standing: Arc<Standing>,
}

impl Watch {
    /// Below this the disk counts as full: a commit and what the log of the database needs for it must still fit.
    fn least(&self) -> u64 {
        self.bytes / 4
    }

    fn look(&self) -> io::Result<()> {
        let free = free_bytes(&self.folder)?;
        self.standing.set_disk(DiskSeen { free_bytes: free, days_left: days_left(&self.folder) });
        let found_none = self.standing.found_no_room();
        match self.standing.writes() {
            Writes::Open if free < self.least() || found_none => {
                tracing::error!(
                    "the disk of {} is full: changes are refused until there is room",
                    self.folder.display()
                );
                self.standing.set_writes(Writes::DiskFull);
                match std::fs::remove_file(self.ballast()) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                    _ => Ok(()),
                }
            }
            Writes::Open => {
                self.keep_ballast(free)?;
                note_free(&self.folder, free)
            }
            Writes::DiskFull if free >= self.bytes + 2 * self.least() => {
                self.make_ballast()?;
                tracing::warn!("the disk of {} has room again: changes are taken", self.folder.display());
                self.standing.set_writes(Writes::Open);
                Ok(())
            }
            Writes::DiskFull => Ok(()),
        }
    }

    /// Makes the ballast where it is not there and there is room for it.
    fn keep_ballast(&self, free: u64) -> io::Result<()> {
        let is_there = std::fs::metadata(self.ballast()).is_ok_and(|file| file.len() == self.bytes);
        if is_there || free < self.bytes + 2 * self.least() { Ok(()) } else { self.make_ballast() }
    }

    fn make_ballast(&self) -> io::Result<()> {
        let file = File::create(self.ballast())?;
        match fallocate(&file, FallocateFlags::empty(), 0, self.bytes) {
            Ok(()) => Ok(()),
            // A file system that cannot promise room is given bytes.
            Err(rustix::io::Errno::OPNOTSUPP) => io::copy(&mut io::repeat(0x5a).take(self.bytes), &mut &file).map(drop),
            Err(error) => {
                drop(file);
                let _ = std::fs::remove_file(self.ballast());
                Err(error.into())
            }
        }
    }

    fn ballast(&self) -> PathBuf {
        self.folder.join(BALLAST)
    }
}
