//! The locks that keep the log until it was copied, and the one moment in which it may begin anew.
//!
//! SQLite lets a log begin anew only when all of it was written back to the file and nobody reads in it; and nothing is
//! written back past the oldest reader, nor at all while somebody reads the file alone. So one open read transaction is
//! enough: while it stands in the log, the log cannot begin anew; while it stands on the file alone, nothing is written
//! back, so that what comes after stays in the log. [`Hold::end_peace`] moves it from one to the other while the write lock
//! keeps everybody still and all of the log is copied: the only point where nothing can be missed. Other programs on the
//! same database are bound by the same locks.

use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long a gap between two writers is waited for, and how often it is looked for.
const PATIENCE: Duration = Duration::from_secs(5);
const GAP: Duration = Duration::from_micros(100);

/// The connections of a copier.
#[derive(Debug)]
pub(crate) struct Hold {
    path: PathBuf,
    /// Holds the write lock for moments.
    hand: Connection,
    /// Writes the log back.
    broom: Connection,
    /// The open read.
    reader: Connection,
}

/// Whether all of the log was written back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WrittenBack {
    All,
    Part,
}

/// Whether somebody else holds the lock.
pub(crate) fn is_busy(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy)
}

pub(crate) fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.execute_batch("PRAGMA wal_autocheckpoint = 0; PRAGMA synchronous = FULL; PRAGMA cache_size = -256")?;
    Ok(connection)
}

/// Begins a read and keeps it open.
pub(crate) fn begin_read(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("BEGIN")?;
    connection.query_row("SELECT COUNT(*) FROM sqlite_schema", [], |_| Ok(()))
}

impl Hold {
    /// Opens the connections and begins the read.
    pub fn on(path: &Path) -> rusqlite::Result<Self> {
        let reader = connect(path)?;
        begin_read(&reader)?;
        Ok(Self { path: path.to_owned(), hand: connect(path)?, broom: connect(path)?, reader })
    }

    /// Asks for one text, such as the head of the ledger; none if it cannot be asked yet.
    pub fn text(&self, query: &str) -> Option<String> {
        self.hand.query_row(query, [], |row| row.get(0)).ok()
    }

    /// Writes back what the readers allow. Nobody waits for it.
    pub fn sweep(&self) -> rusqlite::Result<WrittenBack> {
        self.broom.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
            let (busy, log, done): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(if busy == 0 && log == done { WrittenBack::All } else { WrittenBack::Part })
        })
    }

    /// Moves the read to the present, so that more may be written back. What the log holds now must be copied before
    /// the next peace; it cannot begin anew meanwhile.
    pub fn follow(&mut self) -> rusqlite::Result<()> {
        let next = connect(&self.path)?;
        begin_read(&next)?;
        self.reader = next;
        Ok(())
    }

    /// Keeps writers still from now on, until [`Hold::end_peace`]; an error if they do not leave a gap for long.
    pub fn begin_peace(&self) -> rusqlite::Result<()> {
        // SQLite waits ever longer between its tries, and never meets the short gaps that a busy writer leaves.
        self.hand.busy_timeout(Duration::ZERO)?;
        let until = Instant::now() + PATIENCE;
        loop {
            match self.hand.execute_batch("BEGIN IMMEDIATE") {
                Err(error) if is_busy(&error) && Instant::now() < until => std::thread::sleep(GAP),
                begun => return begun,
            }
        }
    }

    /// Writes the rest of the log back, moves the read to the present and lets writers go on. All that the log holds must
    /// have been copied; after [`WrittenBack::All`] the next write begins the log anew, once.
    pub fn end_peace(&self) -> rusqlite::Result<WrittenBack> {
        // Whatever goes wrong in between, writers must go on at the end.
        let gone = self.let_go();
        // What cannot be written back (a full disk, a long reader) stays in the log.
        let swept = self.sweep().unwrap_or(WrittenBack::Part);
        let reading = if self.reader.is_autocommit() { begin_read(&self.reader) } else { Ok(()) };
        self.give_up_peace()?;
        gone.and(reading).map(|()| swept)
    }

    /// Lets writers go on without anything else.
    pub fn give_up_peace(&self) -> rusqlite::Result<()> {
        self.hand.execute_batch("ROLLBACK")
    }

    /// Ends the read: the log is no longer kept.
    pub fn let_go(&self) -> rusqlite::Result<()> {
        if self.reader.is_autocommit() { Ok(()) } else { self.reader.execute_batch("ROLLBACK") }
    }
}
