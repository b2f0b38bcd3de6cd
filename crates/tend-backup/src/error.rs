//! What can go wrong, named by what the reader can do about it.

/// Why something was not copied or not brought back.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The second place cannot be read or written.
    #[error("the backup: {name}")]
    Store {
        /// What was wanted of it.
        name: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The database or a file beside it cannot be read, or the restored one not written.
    #[error("{path}")]
    Local {
        /// The file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The database said no.
    #[error("the database")]
    Database(#[from] rusqlite::Error),
    /// A piece of the backup is not what it was when it was put away.
    #[error("{name} is damaged: {why}")]
    Damaged {
        /// The piece.
        name: String,
        /// What does not fit.
        why: &'static str,
    },
    /// The backup does not reach back, or there is none.
    #[error("the backup holds nothing of that time")]
    NothingThere,
    /// The log went on where it cannot be proved that everything before was copied.
    #[error("the log has a gap")]
    Gap,
}

impl BackupError {
    pub(crate) fn store(name: &str) -> impl FnOnce(std::io::Error) -> Self + use<'_> {
        move |source| Self::Store { name: name.to_owned(), source }
    }

    pub(crate) fn local(path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self + use<'_> {
        move |source| Self::Local { path: path.display().to_string(), source }
    }

    pub(crate) fn damaged(name: &str, why: &'static str) -> Self {
        Self::Damaged { name: name.to_owned(), why }
    }
}
