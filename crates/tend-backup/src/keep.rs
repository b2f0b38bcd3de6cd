//! What lies in the second place, and what may go: generations, their snapshots and segments, bundles of past hours,
//! and everything that only times before the retention need.

use crate::files::Known;
use crate::segment::{self, Head};
use crate::snapshot::Note;
use crate::{BackupError, Store};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};

/// A generation as its names tell of it.
#[derive(Debug, Default)]
pub(crate) struct Generation {
    /// Notes of whole snapshots: the segment after which, the time, the name.
    pub snapshots: Vec<(u64, u64, String)>,
    /// Pieces with segments, hour by hour: a bundle, or single ones.
    pub hours: BTreeMap<u64, Hour>,
}

/// The segments of an hour.
#[derive(Debug, Default)]
pub(crate) struct Hour {
    pub bundle: Option<String>,
    /// Number and name, in order.
    pub single: BTreeMap<u64, String>,
}

const BUNDLE: &str = ".bundle";

/// Everything there, by generation, oldest first.
pub(crate) fn generations(store: &dyn Store) -> Result<BTreeMap<String, Generation>, BackupError> {
    let mut found: BTreeMap<String, Generation> = BTreeMap::new();
    for name in store.list("generations").map_err(BackupError::store("generations"))? {
        let parts: Vec<&str> = name.split('/').collect();
        let [_, id, kind, rest @ ..] = &parts[..] else { continue };
        let generation = found.entry((*id).to_owned()).or_default();
        match (*kind, rest) {
            ("snapshots", [file]) => {
                let Some((after, at)) = file.strip_suffix(".json").and_then(|stem| stem.split_once('-')) else {
                    continue;
                };
                let (Ok(after), Ok(at)) = (after.parse(), at.parse()) else { continue };
                generation.snapshots.push((after, at, name.clone()));
            }
            ("segments", [file]) => {
                let Some(Ok(hour)) = file.strip_suffix(BUNDLE).map(str::parse) else { continue };
                generation.hours.entry(hour).or_default().bundle = Some(name.clone());
            }
            ("segments", [hour, file]) => {
                let (Ok(hour), Some(Ok(number))) = (hour.parse(), file.split('-').next().map(str::parse)) else {
                    continue;
                };
                generation.hours.entry(hour).or_default().single.insert(number, name.clone());
            }
            _ => {}
        }
    }
    Ok(found)
}

/// Reads the note of a snapshot.
pub(crate) fn note(store: &dyn Store, name: &str) -> Result<Note, BackupError> {
    let mut text = Vec::new();
    store.open(name).and_then(|mut piece| piece.read_to_end(&mut text)).map_err(BackupError::store(name))?;
    serde_json::from_slice(&text).map_err(|_| BackupError::damaged(name, "the note cannot be read"))
}

/// The last segment of a generation: its head and hash.
pub(crate) fn last_segment(store: &dyn Store, generation: &Generation) -> Result<Option<(Head, String)>, BackupError> {
    let Some(hour) = generation.hours.values().next_back() else { return Ok(None) };
    let name = hour.single.values().next_back().or(hour.bundle.as_ref());
    let Some(name) = name else { return Ok(None) };
    let mut last = None;
    let mut piece = store.open(name).map_err(BackupError::store(name))?;
    segment::each_head(&mut piece, name, |head, link| last = Some((head, link)))?;
    Ok(last)
}

/// The files that the last snapshot and the segments since an hour tell of.
fn files_since(store: &dyn Store, generation: &Generation, hour: u64) -> Result<Known, BackupError> {
    let mut known = Known::new();
    if let Some((_, _, name)) = generation.snapshots.last() {
        known = note(store, name)?.files;
    }
    for hour in generation.hours.range(hour..).map(|(_, hour)| hour) {
        for name in hour.bundle.iter().chain(hour.single.values()) {
            let mut piece = store.open(name).map_err(BackupError::store(name))?;
            segment::each_head(&mut piece, name, |head, _| known.extend(head.files))?;
        }
    }
    Ok(known)
}

/// The files that a generation has, as its last snapshot and what came since tell.
pub(crate) fn known_files(store: &dyn Store, generation: &Generation) -> Result<Known, BackupError> {
    let at = generation.snapshots.last().map_or(0, |(_, at, _)| *at);
    files_since(store, generation, at / HOUR_MS)
}

/// An hour in milliseconds.
pub(crate) const HOUR_MS: u64 = 3_600_000;

/// Puts the segments of every past hour behind one another into one piece.
pub(crate) fn bundle_past(store: &dyn Store, id: &str, hour_now: u64) -> Result<(), BackupError> {
    let found = generations(store)?;
    let Some(generation) = found.get(id) else { return Ok(()) };
    for (hour, segments) in generation.hours.range(..hour_now) {
        if segments.single.is_empty() {
            continue;
        }
        if segments.bundle.is_none() {
            let name = format!("generations/{id}/segments/{hour:07}{BUNDLE}");
            let mut pieces = Pieces { store, left: segments.single.values().rev().cloned().collect(), open: None };
            store.put(&name, &mut pieces).map_err(BackupError::store(&name))?;
        }
        for name in segments.single.values() {
            store.remove(name).map_err(BackupError::store(name))?;
        }
    }
    Ok(())
}

/// Pieces read as one.
struct Pieces<'a> {
    store: &'a dyn Store,
    left: Vec<String>,
    open: Option<Cursor<Vec<u8>>>,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        loop {
            if let Some(open) = &mut self.open {
                let count = open.read(buffer)?;
                if count > 0 || buffer.is_empty() {
                    return Ok(count);
                }
            }
            let Some(name) = self.left.pop() else { return Ok(0) };
            let mut bytes = Vec::new();
            self.store.open(&name)?.read_to_end(&mut bytes)?;
            self.open = Some(Cursor::new(bytes));
        }
    }
}

/// Takes away what no time since `from_ms` needs. The generation `current` always keeps a snapshot.
pub(crate) fn forget_before(store: &dyn Store, from_ms: u64, current: &str) -> Result<(), BackupError> {
    for (id, generation) in &generations(store)? {
        let newest = generation.hours.keys().next_back().map_or(0, |hour| (hour + 1) * HOUR_MS);
        let newest = generation.snapshots.iter().map(|(_, at, _)| *at).max().unwrap_or(0).max(newest);
        if id != current && newest < from_ms {
            forget_all(store, &format!("generations/{id}"))?;
            continue;
        }
        if let Some((after, ..)) = generation.snapshots.iter().rev().find(|(_, at, _)| *at <= from_ms) {
            forget_up_to(store, id, generation, *after)?;
        }
    }
    // Listed anew, and any doubt keeps every file.
    let mut needed: BTreeSet<String> = BTreeSet::new();
    for generation in generations(store)?.values() {
        needed.extend(names_of(store, generation)?);
    }
    for name in store.list("files").map_err(BackupError::store("files"))? {
        // What came since the list was made is not old enough to go.
        let is_new = store.age(&name).is_none_or(|age| age.as_millis() < u128::from(DAY_MS));
        if !is_new && !needed.contains(name.trim_start_matches("files/")) {
            store.remove(&name).map_err(BackupError::store(&name))?;
        }
    }
    Ok(())
}

const DAY_MS: u64 = 24 * HOUR_MS;

/// Snapshots before the one after segment `after`, and the segments up to that one.
fn forget_up_to(store: &dyn Store, id: &str, generation: &Generation, after: u64) -> Result<(), BackupError> {
    for (number, _, name) in &generation.snapshots {
        if *number < after {
            let pages = name.replace(".json", ".zst");
            // The note first: pages without one are no snapshot, a note without pages would be a broken one.
            for name in [name, &pages] {
                store.remove(name).map_err(BackupError::store(name))?;
            }
        }
    }
    // A bundle may go when the bundle or the first single segment after it begins no later than the one that is needed next.
    let mut hours = generation.hours.iter().peekable();
    while let Some((_, hour)) = hours.next() {
        let next_begins = hours.peek().and_then(|(_, next)| next.single.keys().next().copied());
        if let (Some(name), Some(begins)) = (&hour.bundle, next_begins)
            && begins <= after + 1
        {
            store.remove(name).map_err(BackupError::store(name))?;
        }
        for (_, name) in hour.single.range(..=after) {
            store.remove(name).map_err(BackupError::store(name))?;
        }
    }
    forget_bundles(store, id, after)
}

/// Bundles that hold nothing after `after`, seen by the heads of those that follow.
fn forget_bundles(store: &dyn Store, id: &str, after: u64) -> Result<(), BackupError> {
    let found = generations(store)?;
    let Some(generation) = found.get(id) else { return Ok(()) };
    let bundles: Vec<&String> = generation.hours.values().filter_map(|hour| hour.bundle.as_ref()).collect();
    for pair in bundles.windows(2) {
        let mut piece = store.open(pair[1]).map_err(BackupError::store(pair[1]))?;
        match segment::next(&mut piece, pair[1])? {
            Some(first) if first.head.number <= after + 1 => {
                store.remove(pair[0]).map_err(BackupError::store(pair[0]))?;
            }
            _ => break,
        }
    }
    Ok(())
}

fn forget_all(store: &dyn Store, under: &str) -> Result<(), BackupError> {
    let mut names = store.list(under).map_err(BackupError::store(under))?;
    // Notes first: without them nothing is taken for a snapshot.
    names.sort_by_key(|name| !name.ends_with(".json"));
    for name in &names {
        store.remove(name).map_err(BackupError::store(name))?;
    }
    Ok(())
}

/// The files that any time of a generation may need.
fn names_of(store: &dyn Store, generation: &Generation) -> Result<BTreeSet<String>, BackupError> {
    let mut names = BTreeSet::new();
    for (_, _, name) in &generation.snapshots {
        names.extend(note(store, name)?.files.into_keys());
    }
    names.extend(files_since(store, generation, 0)?.into_keys());
    Ok(names)
}
