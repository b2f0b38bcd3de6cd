//! Why the ledger could not be sealed, exported or read. What a check finds is no error: see [`super::Audit`].

use crate::platform::QueueError;
use sea_orm::DbErr;
use std::path::{Path, PathBuf};

/// Why the ledger could not be sealed, exported or read.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The ledger contradicts itself: nothing is sealed on top of it.
    #[error("the ledger is damaged at {place}")]
    Damaged {
        /// A block, a head or a fact.
        place: String,
    },
    /// The folder holds the export of another history.
    #[error("{} holds a head that this ledger does not continue", path.display())]
    Contradicted {
        /// The folder.
        path: PathBuf,
    },
    /// There is no ledger in the file or folder.
    #[error("{} holds no head of a ledger", path.display())]
    NoHead {
        /// The file or folder.
        path: PathBuf,
    },
    /// The fact is not sealed yet, or not there.
    #[error("there is no sealed entry of that id")]
    NoEntry,
    /// A file could not be read or written.
    #[error("the file {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The job is somebody else's now, or the database failed.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl LedgerError {
    /// A file could not be read or written.
    pub(super) fn file(path: &Path) -> impl Fn(std::io::Error) -> Self + '_ {
        |source| LedgerError::File { path: path.to_owned(), source }
    }
}
