//! The copier: looks at the log a few times a second, puts away what was added, writes the log back once it was copied,
//! and makes a snapshot a day. One a database; runs on a thread of its own.
//!
//! It may be killed at any moment. The next one looks for the place in the log where the last segment ends; if the log
//! still holds it, or shows that it began anew right there, it goes on, else a new generation begins with a snapshot.

use crate::files::{self, Known};
use crate::hold::{Hold, WrittenBack, is_busy};
use crate::segment::{self, Head, Packed};
use crate::snapshot::{Begun, Note, log_path};
use crate::wal::{self, Place, Stretch, Whereabouts};
use crate::{BackupError, Store, keep, now_ms};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// The log is written back when it has grown to this.
const LOG_BYTES: u64 = 32 << 20;
/// At least so long between two tries to write it back: a long reader may hold it.
const TURN_EVERY: Duration = Duration::from_secs(2);
/// While the second place cannot be reached the log is kept up to this.
const LOG_BYTES_MAX: u64 = 2 << 30;
/// A snapshot that failed is tried again after this.
const SNAPSHOT_AGAIN: Duration = Duration::from_secs(60);
/// What of the log is left for the moment in which writers wait is best less than this, within so many rounds.
const LITTLE_BYTES: u64 = 4 << 20;
const ROUNDS_MAX: usize = 4;
/// A segment ends at the first commit after so much of the log.
const SEGMENT_BYTES: u64 = 64 << 20;

/// What is copied and how.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The database file.
    pub database: PathBuf,
    /// The data folder in which the `folders` lie.
    pub data: PathBuf,
    /// Folders of the data folder whose files go too, with everything in them.
    pub folders: Vec<String>,
    /// A query whose one text tells what the database says of itself: the head of the ledger.
    pub mark: Option<&'static str>,
    /// How often the log is looked at.
    pub look_every: Duration,
    /// How often a snapshot is made.
    pub snapshot_every: Duration,
    /// How far back a restore must be possible.
    pub retention: Duration,
}

/// How the backup stands.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    /// When everything that had been committed was in the second place, in milliseconds since 1970; 0 before the first time.
    pub whole_at_ms: u64,
    /// When the newest whole snapshot was made; 0 before the first.
    pub snapshot_at_ms: u64,
    /// Segments since the copier began.
    pub segments: u64,
    /// Why it does not go on, if it does not.
    pub error: Option<String>,
}

/// See the module.
pub struct Copier {
    settings: Settings,
    store: Arc<dyn Store>,
    standing: Arc<Mutex<Standing>>,
    hold: Hold,
    line: Line,
    known: Known,
    /// Files that were copied and that no segment has told of yet.
    untold: Known,
    pending: Option<Packed>,
    turned: Instant,
    bundled_hour: u64,
    snapshot: Option<JoinHandle<Result<Note, BackupError>>>,
}

/// The generation and how far it came.
#[derive(Debug)]
struct Line {
    generation: String,
    number: u64,
    at_ms: u64,
    link: String,
    /// The place in the log up to which everything is copied; none where there was no log.
    place: Option<Place>,
    /// Whether all of the log was written back and copied: only then may it begin anew.
    may_begin_anew: bool,
    /// When the last whole snapshot was made.
    snapshot_at_ms: u64,
    snapshot_tried: Option<Instant>,
}

const NOBODY_PANICS: &str = "nobody panics while holding the standing";

impl Copier {
    /// Begins to copy a database that is in use. Goes on where the last copier was stopped, or begins a generation.
    pub fn begin(
        settings: Settings,
        store: Arc<dyn Store>,
        standing: Arc<Mutex<Standing>>,
    ) -> Result<Self, BackupError> {
        let hold = Hold::on(&settings.database)?;
        let (line, known) = match last_line(&*store)? {
            Some(found) => found,
            None => (Line::new(), Known::new()),
        };
        let mut copier = Self {
            settings,
            store,
            standing,
            hold,
            line,
            known,
            untold: Known::new(),
            pending: None,
            turned: Instant::now(),
            bundled_hour: 0,
            snapshot: None,
        };
        match copier.found_again()? {
            Whereabouts::Lost => copier.begin_generation()?,
            found => {
                // The last copier may have been killed after it had let the log begin anew, before its next segment.
                copier.line.may_begin_anew = found == Whereabouts::BeganAnew;
                copier.turn(Then::GoOn)?;
            }
        }
        Ok(copier)
    }

    /// Looks once: everything that is committed when this is called is in the second place when it returns.
    pub fn look(&mut self) -> Result<(), BackupError> {
        let looked = self.look_inside();
        let mut standing = self.standing.lock().expect(NOBODY_PANICS);
        match &looked {
            Ok(at) => {
                standing.whole_at_ms = *at;
                standing.error = None;
            }
            Err(error) => standing.error = Some(told(error)),
        }
        standing.snapshot_at_ms = self.line.snapshot_at_ms;
        drop(standing);
        let looked = looked.map(drop);
        if looked.is_err() {
            self.let_go_if_long()?;
        }
        looked
    }

    /// A second place that is away for long must not fill the disk of the first: the log is given up, and a new
    /// generation begins when the place is back.
    fn let_go_if_long(&mut self) -> Result<(), BackupError> {
        let path = log_path(&self.settings.database);
        if std::fs::metadata(&path).is_ok_and(|log| log.len() > LOG_BYTES_MAX) && self.line.place.is_some() {
            tracing::warn!("the backup cannot be reached and the log of the database is no longer kept for it");
            (self.line.place, self.line.may_begin_anew, self.pending) = (None, false, None);
            self.hold.let_go()?;
            self.hold.sweep()?;
        }
        Ok(())
    }

    /// How often it wants to look.
    pub fn look_every(&self) -> Duration {
        self.settings.look_every
    }

    /// Waits until a snapshot that is being made is whole.
    pub fn finish_snapshot(&mut self) -> Result<(), BackupError> {
        let Some(making) = self.snapshot.take() else { return Ok(()) };
        let made = making.join().unwrap_or(Err(BackupError::Gap))?;
        // Only a whole snapshot tells of files: of one that failed nobody can restore.
        self.untold.retain(|name, _| !made.files.contains_key(name));
        self.line.snapshot_at_ms = made.at_ms;
        self.standing.lock().expect(NOBODY_PANICS).snapshot_at_ms = made.at_ms;
        Ok(())
    }

    fn look_inside(&mut self) -> Result<u64, BackupError> {
        // What was packed before is put first: it says nothing of now.
        self.put_pending()?;
        let at = now_ms();
        match self.put_all() {
            Err(BackupError::Gap) => {
                tracing::warn!("the log of the database has a gap: the backup begins anew with a snapshot");
                self.begin_generation()?;
                self.put_all()?;
            }
            put => put?,
        }
        let hour = at / keep::HOUR_MS;
        if self.bundled_hour != hour {
            keep::bundle_past(&*self.store, &self.line.generation, hour)?;
            self.bundled_hour = hour;
        }
        self.look_after_snapshot(at)?;
        if self.line.place.is_some_and(|place| place.offset > LOG_BYTES) && self.turned.elapsed() > TURN_EVERY {
            self.hold.follow()?;
            // Most is written back while people work, only the rest in the moment when they wait.
            self.put_all()?;
            let _ = self.hold.sweep();
            self.put_most()?;
            self.turn_if_quiet(Then::GoOn)?;
        }
        Ok(at)
    }

    fn look_after_snapshot(&mut self, at: u64) -> Result<(), BackupError> {
        if self.snapshot.as_ref().is_some_and(JoinHandle::is_finished) {
            self.finish_snapshot()?;
        }
        let due = self.line.snapshot_at_ms + self.settings.snapshot_every.as_millis() as u64;
        let tried = self.line.snapshot_tried.is_some_and(|tried| tried.elapsed() < SNAPSHOT_AGAIN);
        if self.snapshot.is_none() && at >= due && !tried {
            self.turn_if_quiet(Then::Snapshot)?;
        }
        Ok(())
    }

    /// Where writers leave no gap, the next look tries again.
    fn turn_if_quiet(&mut self, then: Then) -> Result<(), BackupError> {
        match self.turn(then) {
            Err(BackupError::Database(error)) if is_busy(&error) => Ok(()),
            turned => {
                turned?;
                self.put_pending()
            }
        }
    }

    /// Puts away what is new in the log, and ends with what had been committed when the log was read last: beside a writer
    /// who never rests, a slow place would else be put to for ever, and the log never be written back.
    fn put_all(&mut self) -> Result<(), BackupError> {
        // A turn that somebody else's lock broke off may have left something.
        self.put_pending()?;
        loop {
            let found = self.collect(SEGMENT_BYTES)?;
            self.put_pending()?;
            if found == Found::All {
                return Ok(());
            }
        }
    }

    /// Puts away until little is left for the moment in which writers wait, or until they are clearly faster than the place.
    fn put_most(&mut self) -> Result<(), BackupError> {
        for _ in 0..ROUNDS_MAX {
            let before = self.line.place.map_or(0, |place| place.offset);
            self.put_all()?;
            let after = self.line.place.map_or(0, |place| place.offset);
            if after.saturating_sub(before) < LITTLE_BYTES {
                break;
            }
        }
        Ok(())
    }

    /// Puts away what was packed.
    fn put_pending(&mut self) -> Result<(), BackupError> {
        let Some(packed) = &self.pending else { return Ok(()) };
        let name = packed.name();
        self.store.put(&name, &mut &packed.bytes[..]).map_err(BackupError::store(&name))?;
        self.pending = None;
        self.standing.lock().expect(NOBODY_PANICS).segments += 1;
        Ok(())
    }

    /// Packs what is new in the log. Nothing else may be pending.
    fn collect(&mut self, bytes_max: u64) -> Result<Found, BackupError> {
        // Asked before the log is read: what it names is in the segment or in one before.
        let mark = self.mark();
        let Some((log, stretch)) = self.new_in_log(bytes_max)? else { return Ok(Found::All) };
        // After the log was read: a file was whole before the row that names it was committed.
        self.copy_files()?;
        self.pack(&log, &stretch, mark)?;
        Ok(if stretch.is_cut { Found::More } else { Found::All })
    }

    /// What was committed since the place, and the log; moves nothing.
    fn new_in_log(&mut self, bytes_max: u64) -> Result<Option<(File, Stretch)>, BackupError> {
        let path = log_path(&self.settings.database);
        let local = || BackupError::local(&path);
        let log = match File::open(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            log => log.map_err(local())?,
        };
        let Some(start) = wal::beginning(&log).map_err(local())? else { return Ok(None) };
        let from = match self.line.place {
            Some(place) if place.salts == start.salts => place,
            Some(place) if self.line.may_begin_anew && start.follows(&place) => start,
            None if self.line.may_begin_anew => start,
            _ => return Err(BackupError::Gap),
        };
        let found = wal::after(&log, &from, bytes_max).map_err(local())?;
        Ok(found.map(|stretch| (log, stretch)))
    }

    fn pack(&mut self, log: &File, stretch: &Stretch, mark: Option<String>) -> Result<(), BackupError> {
        // Where the clock was set back: in a generation time never runs backwards.
        let at_ms = now_ms().max(self.line.at_ms);
        let head = Head {
            generation: self.line.generation.clone(),
            number: self.line.number + 1,
            at_ms,
            page_size: stretch.end.page_size,
            size: 0,
            pages: 0,
            before: self.line.link.clone(),
            payload_bytes: 0,
            payload_sha256: String::new(),
            place: stretch.end,
            mark,
            files: self.untold.clone(),
        };
        let path = log_path(&self.settings.database);
        let packed = segment::pack(log, stretch, head).map_err(BackupError::local(&path))?;
        self.untold.clear();
        self.line.number += 1;
        self.line.at_ms = at_ms;
        self.line.link.clone_from(&packed.link);
        self.line.place = Some(stretch.end);
        self.line.may_begin_anew = false;
        self.pending = Some(packed);
        Ok(())
    }

    /// What became of the place where the last segment ended.
    fn found_again(&self) -> Result<Whereabouts, BackupError> {
        let path = log_path(&self.settings.database);
        match (&self.line.place, File::open(&path)) {
            (Some(place), Ok(log)) => wal::find(&log, place).map_err(BackupError::local(&path)),
            _ => Ok(Whereabouts::Lost),
        }
    }

    fn begin_generation(&mut self) -> Result<(), BackupError> {
        if let Some(former) = self.snapshot.take() {
            let _ = former.join();
        }
        (self.line, self.pending) = (Line::new(), None);
        self.known.clear();
        self.turn(Then::Begin)
    }

    /// The moment in which writers wait: what the log still holds is packed, the rest is written back. Nothing may be
    /// pending.
    fn turn(&mut self, then: Then) -> Result<(), BackupError> {
        self.turned = Instant::now();
        // Long files now, so that hardly any are left while writers wait.
        self.copy_files()?;
        self.hold.begin_peace()?;
        match self.in_peace(then) {
            Ok(()) => self.line.may_begin_anew = self.hold.end_peace()? == WrittenBack::All,
            Err(error) => {
                self.hold.give_up_peace()?;
                return Err(error);
            }
        }
        Ok(())
    }

    fn in_peace(&mut self, then: Then) -> Result<(), BackupError> {
        if then == Then::Begin {
            self.copy_files()?;
            self.begin_snapshot()?;
            // Whichever snapshot of the new generation is the first to be whole, it tells of them, and none can be
            // restored from before it.
            self.untold.clear();
            return Ok(());
        }
        let mark = self.mark();
        if let Some((log, stretch)) = self.new_in_log(u64::MAX)? {
            self.copy_files()?;
            self.pack(&log, &stretch, mark)?;
        }
        if then == Then::Snapshot { self.begin_snapshot() } else { Ok(()) }
    }

    fn copy_files(&mut self) -> Result<(), BackupError> {
        let Self { settings, known, untold, store, .. } = self;
        files::copy_new(&settings.data, &settings.folders, known, untold, &**store)
    }

    fn mark(&self) -> Option<String> {
        self.settings.mark.and_then(|query| self.hold.text(query))
    }

    /// Under the write lock, with everything copied.
    fn begin_snapshot(&mut self) -> Result<(), BackupError> {
        let path = log_path(&self.settings.database);
        let log = File::open(&path).ok();
        let start = log.as_ref().and_then(|log| wal::beginning(log).ok().flatten());
        let held = match (&log, &start) {
            (Some(log), Some(start)) => wal::after(log, start, u64::MAX).map_err(BackupError::local(&path))?,
            _ => None,
        };
        self.line.place = held.as_ref().map(|stretch| stretch.end).or(start);
        let (page_size, size) = self.extent(held.as_ref())?;
        let at_ms = now_ms().max(self.line.at_ms);
        let note = Note {
            generation: self.line.generation.clone(),
            after: self.line.number,
            link: self.line.link.clone(),
            at_ms,
            page_size,
            size,
            bytes: 0,
            sha256: String::new(),
            place: self.line.place,
            mark: self.mark(),
            files: self.known.iter().filter(|(name, _)| self.settings.data.join(name).exists()).map(owned).collect(),
        };
        let begun = Begun::new(&self.settings.database, note, held.as_ref())?;
        self.line.snapshot_tried = Some(Instant::now());
        let store = Arc::clone(&self.store);
        let retention = self.settings.retention.as_millis() as u64;
        let make = move || {
            let made = begun.make(&*store)?;
            let from = now_ms().saturating_sub(retention);
            if let Err(error) = keep::forget_before(&*store, from, &made.generation) {
                tracing::warn!("forgetting old backups: {}", told(&error));
            }
            Ok(made)
        };
        let thread = std::thread::Builder::new().name("snapshot".into()).spawn(make);
        self.snapshot = Some(thread.map_err(BackupError::local(&self.settings.database))?);
        Ok(())
    }

    /// Size of a page, and pages of the database as it is now.
    fn extent(&self, held: Option<&Stretch>) -> Result<(u32, u32), BackupError> {
        let reader = crate::hold::connect(&self.settings.database)?;
        let page_size: u32 = reader.query_row("PRAGMA page_size", [], |row| row.get(0))?;
        let size: u32 = reader.query_row("PRAGMA page_count", [], |row| row.get(0))?;
        Ok((page_size, held.map_or(size, |stretch| stretch.size)))
    }
}

/// Whether all that had been committed when the log was read is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    All,
    More,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    GoOn,
    Begin,
    Snapshot,
}

impl Line {
    fn new() -> Self {
        let mut random = [0; 4];
        let _ = getrandom::fill(&mut random);
        let generation = format!("{:013}-{}", now_ms(), crate::hex(&random));
        Self {
            link: generation.clone(),
            generation,
            number: 0,
            at_ms: 0,
            place: None,
            may_begin_anew: false,
            snapshot_at_ms: 0,
            snapshot_tried: None,
        }
    }
}

/// The newest generation, if a restore from it is possible: how far it came, and its files.
fn last_line(store: &dyn Store) -> Result<Option<(Line, Known)>, BackupError> {
    let found: BTreeMap<String, keep::Generation> = keep::generations(store)?;
    let Some((id, generation)) = found.iter().next_back() else { return Ok(None) };
    let Some((_, at, name)) = generation.snapshots.last() else { return Ok(None) };
    let note = keep::note(store, name)?;
    let mut line = Line::new();
    (line.generation, line.snapshot_at_ms) = (id.clone(), *at);
    (line.number, line.at_ms, line.link, line.place) = match keep::last_segment(store, generation)? {
        Some((head, link)) if head.number > note.after => (head.number, head.at_ms, link, Some(head.place)),
        _ => (note.after, note.at_ms, note.link, note.place),
    };
    Ok(Some((line, keep::known_files(store, generation)?)))
}

fn owned((name, note): (&String, &files::FileNote)) -> (String, files::FileNote) {
    (name.clone(), note.clone())
}

fn told(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text = format!("{text}: {inner}");
        source = inner.source();
    }
    text
}
