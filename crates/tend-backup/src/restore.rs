//! The way back: the newest snapshot before a time, then every segment up to it, each checked against its hash and
//! against the one before.

use crate::files::{Known, stored};
use crate::keep::{self, Generation};
use crate::segment;
use crate::snapshot::Note;
use crate::unpack::unpack;
use crate::{BackupError, FileNote, Store, now_ms};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io;
use std::path::{Component, Path};

/// How far to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// To the last thing that was copied.
    Latest,
    /// To what had been committed at a time, in milliseconds since 1970.
    Time(u64),
}

/// What was made again.
#[derive(Debug, Clone, Serialize)]
pub struct Restored {
    /// The generation that it was taken from.
    pub generation: String,
    /// The time of the last segment, or of the snapshot if there was none: the state is that of a second before it at most.
    pub as_of_ms: u64,
    /// Segments upon the snapshot.
    pub segments: u64,
    /// Size of the database.
    pub bytes: u64,
    /// What the database said of itself when the last segments were copied: a later state must hold it.
    pub mark: Option<String>,
    /// Files beside the database.
    pub files: u64,
}

/// The times that can be restored, oldest first: from and to, in milliseconds since 1970.
pub fn spans(store: &dyn Store) -> Result<Vec<(u64, u64)>, BackupError> {
    let mut spans = Vec::new();
    for generation in keep::generations(store)?.values() {
        let Some((_, from, _)) = generation.snapshots.first() else { continue };
        let last = keep::last_segment(store, generation)?.map_or(*from, |(head, _)| head.at_ms);
        spans.push((*from, last.max(*from)));
    }
    Ok(spans)
}

/// A running server puts segments together and lets old ones go: what was listed may be gone when it is read.
const LISTINGS: u32 = 4;

/// Writes the database to `database` and the files into `data`. Nothing that is there is overwritten but `database`.
pub fn restore(store: &dyn Store, until: Until, database: &Path, data: &Path) -> Result<Restored, BackupError> {
    for _ in 1..LISTINGS {
        match restore_as_listed(store, until, database, data) {
            Err(BackupError::Store { source, .. }) if source.kind() == io::ErrorKind::NotFound => {}
            restored => return restored,
        }
    }
    restore_as_listed(store, until, database, data)
}

fn restore_as_listed(store: &dyn Store, until: Until, database: &Path, data: &Path) -> Result<Restored, BackupError> {
    let found = keep::generations(store)?;
    let (generation, name) = choose(&found, until).ok_or(BackupError::NothingThere)?;
    let note = keep::note(store, name)?;
    let file = File::options().read(true).write(true).create(true).truncate(true).open(database);
    let file = file.map_err(BackupError::local(database))?;
    unpack(store, &note, &file)?;
    let mut restored = Restored {
        generation: note.generation.clone(),
        as_of_ms: note.at_ms,
        segments: 0,
        bytes: 0,
        mark: note.mark.clone(),
        files: 0,
    };
    let mut files = note.files.clone();
    apply(store, generation, &note, until, &file, database, &mut restored, &mut files)?;
    file.sync_all().map_err(BackupError::local(database))?;
    restored.bytes = file.metadata().map_err(BackupError::local(database))?.len();
    for (name, note) in &files {
        bring(store, name, note, data)?;
    }
    restored.files = files.len() as u64;
    Ok(restored)
}

/// The last generation with a snapshot that is not too young, and that snapshot.
fn choose(found: &std::collections::BTreeMap<String, Generation>, until: Until) -> Option<(&Generation, &String)> {
    let time = match until {
        Until::Latest => u64::MAX,
        Until::Time(time) => time,
    };
    found.values().rev().find_map(|generation| {
        let fits = generation.snapshots.iter().rev().find(|(_, at, _)| *at <= time);
        fits.map(|(_, _, name)| (generation, name))
    })
}

#[expect(clippy::too_many_arguments, reason = "one pass that fills several things; a struct would only rename them")]
fn apply(
    store: &dyn Store,
    generation: &Generation,
    note: &Note,
    until: Until,
    file: &File,
    path: &Path,
    restored: &mut Restored,
    files: &mut Known,
) -> Result<(), BackupError> {
    let (mut number, mut link) = (note.after, note.link.clone());
    // Segments after a snapshot are not older than it.
    for hour in generation.hours.range(note.at_ms / keep::HOUR_MS..).map(|(_, hour)| hour) {
        let singles = hour.single.range(note.after + 1..).map(|(_, name)| name);
        for name in hour.bundle.iter().chain(singles) {
            let mut piece = store.open(name).map_err(BackupError::store(name))?;
            while let Some(segment) = segment::next(&mut piece, name)? {
                // A bundle and its single pieces may both be there after a kill.
                if segment.head.number <= number {
                    continue;
                }
                if matches!(until, Until::Time(time) if segment.head.at_ms > time) {
                    return Ok(());
                }
                if segment.head.number != number + 1 {
                    return Err(BackupError::damaged(name, "a segment before it is missing"));
                }
                if segment.head.before != link {
                    return Err(BackupError::damaged(name, "it does not follow the one before"));
                }
                segment.write_into(file).map_err(BackupError::local(path))?;
                (number, link) = (segment.head.number, segment.link);
                restored.segments += 1;
                restored.as_of_ms = segment.head.at_ms;
                restored.mark = segment.head.mark.or(restored.mark.take());
                files.extend(segment.head.files);
            }
        }
    }
    Ok(())
}

/// Brings one file back and compares its hash. One that lies there already must be the same.
fn bring(store: &dyn Store, name: &str, note: &FileNote, data: &Path) -> Result<(), BackupError> {
    let path = data.join(name);
    // The names come from outside: they must not lead out of the data folder.
    if Path::new(name).components().any(|part| !matches!(part, Component::Normal(_))) {
        return Err(BackupError::damaged(name, "its name leads elsewhere"));
    }
    if path.exists() {
        let same = hash_of_file(&path).map_err(BackupError::local(&path))?.0 == note.sha256;
        return if same { Ok(()) } else { Err(BackupError::damaged(name, "another file of that name is there")) };
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(BackupError::local(folder))?;
    }
    let part = path.with_extension("part");
    let mut piece = crate::files::Hashing::of(store.open(&stored(name)).map_err(BackupError::store(name))?);
    let mut out = File::create(&part).map_err(BackupError::local(&part))?;
    io::copy(&mut piece, &mut out).map_err(BackupError::store(name))?;
    out.sync_all().map_err(BackupError::local(&part))?;
    if piece.hash() != note.sha256 {
        let _ = std::fs::remove_file(&part);
        return Err(BackupError::damaged(name, "it does not fit its hash"));
    }
    std::fs::rename(&part, &path).map_err(BackupError::local(&path))
}

/// The SHA-256 of a file, and its size.
pub fn hash_of_file(path: &Path) -> io::Result<(String, u64)> {
    let mut file = crate::files::Hashing::of(File::open(path)?);
    let bytes = io::copy(&mut file, &mut io::sink())?;
    Ok((file.hash(), bytes))
}

const DRILL: &str = "drill.json";

#[derive(Debug, Serialize, Deserialize)]
struct Drill {
    at_ms: u64,
}

/// Notes beside the backup that a restore from it succeeded.
pub fn note_drill(store: &dyn Store) -> Result<(), BackupError> {
    let text = serde_json::to_vec(&Drill { at_ms: now_ms() }).unwrap_or_default();
    store.put(DRILL, &mut &text[..]).map(drop).map_err(BackupError::store(DRILL))
}

/// When a restore from it last succeeded, in milliseconds since 1970; none if never.
pub fn last_drill(store: &dyn Store) -> Option<u64> {
    let drill: Drill = serde_json::from_reader(store.open(DRILL).ok()?).ok()?;
    Some(drill.at_ms)
}
