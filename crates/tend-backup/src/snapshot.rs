//! A snapshot: the whole database as it was after a certain segment, page by page, while the program goes on.

use crate::files::{Hashing, Known};
use crate::hold::{begin_read, connect};
use crate::wal::{FRAME, Place, Stretch, number};
use crate::{BackupError, Store};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex};

const LEVEL: i32 = 1;
/// Pages that are read at once where the log holds none of them.
const AT_ONCE: u32 = 64;

/// What is noted beside a snapshot, once it is whole.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Note {
    pub generation: String,
    /// The segment after which it was made; 0 at the beginning of a generation.
    pub after: u64,
    /// Hash of that segment, or of the generation's beginning.
    pub link: String,
    pub at_ms: u64,
    pub page_size: u32,
    /// Pages of the database.
    pub size: u32,
    pub bytes: u64,
    pub sha256: String,
    /// The place in the log where it was made.
    pub place: Option<Place>,
    pub mark: Option<String>,
    pub files: Known,
}

impl Note {
    pub fn name(&self) -> String {
        format!("generations/{}/snapshots/{:010}-{:013}", self.generation, self.after, self.at_ms)
    }
}

/// A snapshot about to be made: its own read keeps the pages as they are.
pub(crate) struct Begun {
    pub note: Note,
    _reader: Connection,
    pages: Pages,
}

impl Begun {
    /// To be called while the write lock is held and the log is copied up to `note.after`. `log` is what the log holds.
    pub fn new(path: &Path, note: Note, log: Option<&Stretch>) -> Result<Self, BackupError> {
        let reader = connect(path)?;
        begin_read(&reader)?;
        let wal = log_path(path);
        let log = match log {
            Some(stretch) => Some(Log {
                file: File::open(&wal).map_err(BackupError::local(&wal))?,
                salts: stretch.end.salts,
                pages: stretch.pages.clone(),
            }),
            None => None,
        };
        let database = held_file(path).map_err(BackupError::local(path))?;
        let pages =
            Pages { database, log, page_size: note.page_size, size: note.size, next: 1, ready: Vec::new(), at: 0 };
        Ok(Self { note, _reader: reader, pages })
    }

    /// Reads the pages and puts them away, then the note. Takes as long as the database is large.
    pub fn make(self, store: &dyn Store) -> Result<Note, BackupError> {
        let mut note = self.note;
        let name = format!("{}.zst", note.name());
        let packed = zstd::stream::read::Encoder::new(self.pages, LEVEL).map_err(BackupError::store(&name))?;
        let mut packed = Hashing::of(packed);
        note.bytes = store.put(&name, &mut packed).map_err(BackupError::store(&name))?;
        note.sha256 = packed.hash();
        let text = serde_json::to_vec(&note).unwrap_or_default();
        let name = format!("{}.json", note.name());
        store.put(&name, &mut &text[..]).map_err(BackupError::store(&name))?;
        Ok(note)
    }
}

/// The log beside a database.
pub(crate) fn log_path(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push("-wal");
    PathBuf::from(name)
}

/// The database file, opened once and never closed: closing any handle of a file drops all POSIX locks that the process
/// has on it, those of SQLite included, and another program would then take the database for abandoned.
fn held_file(path: &Path) -> io::Result<Arc<File>> {
    static HELD: LazyLock<Mutex<HashMap<PathBuf, Arc<File>>>> = LazyLock::new(Mutex::default);
    let mut held = HELD.lock().expect("nobody panics while holding the files");
    let path = path.canonicalize()?;
    if let Some(file) = held.get(&path) {
        return Ok(Arc::clone(file));
    }
    let file = Arc::new(File::open(&path)?);
    held.insert(path, Arc::clone(&file));
    Ok(file)
}

struct Log {
    file: File,
    salts: [u32; 2],
    pages: BTreeMap<u32, u64>,
}

/// The pages of a database in order, as bytes.
struct Pages {
    database: Arc<File>,
    log: Option<Log>,
    page_size: u32,
    size: u32,
    next: u32,
    ready: Vec<u8>,
    at: usize,
}

impl Pages {
    fn fill(&mut self) -> io::Result<()> {
        self.at = 0;
        self.ready.clear();
        if self.next > self.size {
            return Ok(());
        }
        if let Some(page) = self.page_of_log()? {
            self.ready = page;
            self.next += 1;
            return Ok(());
        }
        let until = (self.next + AT_ONCE).min(self.size + 1);
        let logged = self.log.as_ref().and_then(|log| log.pages.range(self.next + 1..until).next());
        let until = logged.map_or(until, |(page, _)| *page);
        self.ready.resize((until - self.next) as usize * self.page_size as usize, 0);
        self.database.read_exact_at(&mut self.ready, u64::from(self.next - 1) * u64::from(self.page_size))?;
        self.next = until;
        Ok(())
    }

    /// The page as the log has it. Where the log began anew since, all of it had been written back, and the read of this
    /// snapshot keeps the file as it was: then the page is in the file. A frame's head is written before its page, so
    /// that a head which is still the old one after the page was read vouches for the page.
    fn page_of_log(&mut self) -> io::Result<Option<Vec<u8>>> {
        let Some(log) = &self.log else { return Ok(None) };
        let Some(at) = log.pages.get(&self.next) else { return Ok(None) };
        let mut page = vec![0; self.page_size as usize];
        let mut head = [0; FRAME];
        log.file.read_exact_at(&mut page, *at)?;
        log.file.read_exact_at(&mut head, at - FRAME as u64)?;
        let mut start = [0; 32];
        log.file.read_exact_at(&mut start, 0)?;
        if [number(&head, 8), number(&head, 12)] == log.salts && [number(&start, 16), number(&start, 20)] == log.salts {
            return Ok(Some(page));
        }
        self.log = None;
        Ok(None)
    }
}

impl Read for Pages {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.ready.len() {
            self.fill()?;
        }
        let count = buffer.len().min(self.ready.len() - self.at);
        buffer[..count].copy_from_slice(&self.ready[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}
