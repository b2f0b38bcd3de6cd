//! Continuous backup: what is committed to an SQLite database is in a second place within a second, and any second of
//! the last days can be made again from there. Knows files, pages and the log beside the database; no room, no key, and
//! nothing of what the pages mean.
//!
//! The database's log (WAL) holds whole pages of committed transactions, chained by a checksum. A [`Copier`] reads what
//! was added to it, keeps the last state of each page and puts it away as a numbered *segment* that names the hash of the
//! one before. A *snapshot* is the whole file after a certain segment. Both together are a *generation*; a new one begins
//! only where the log has a gap that cannot be proved empty. That nothing is overwritten before it was copied is not hoped
//! for but held by a read lock (see `copy`).

mod copy;
mod error;
mod files;
mod hold;
mod keep;
mod restore;
mod s3;
mod segment;
mod snapshot;
mod store;
mod unpack;
mod wal;

pub use copy::{Copier, Settings, Standing};
pub use error::BackupError;
pub use files::FileNote;
pub use restore::{Restored, Until, hash_of_file, last_drill, note_drill, restore, spans};
pub use s3::{Credentials, S3, S3Settings, Style};
pub use store::{Folder, Store};

/// Milliseconds since 1970 by the clock of this machine.
pub fn now_ms() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    since.as_millis() as u64
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
