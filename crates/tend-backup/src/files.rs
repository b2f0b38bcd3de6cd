//! Files beside the database: written once under their last name, never changed. They are in the second place before the
//! segment that may name them.

use crate::{BackupError, Store, hex};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// A file that was copied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileNote {
    /// Its size.
    pub bytes: u64,
    /// The hash of its bytes as they lie there.
    pub sha256: String,
}

/// Everything that has been copied, by `FOLDER/NAME`.
pub(crate) type Known = BTreeMap<String, FileNote>;

/// What is being written still.
const UNFINISHED: &str = ".part";

/// Where a file is put.
pub(crate) fn stored(name: &str) -> String {
    format!("files/{name}")
}

/// Copies what is new in the folders of a data folder. Each file is known and untold as soon as it is copied: what was
/// copied before an error must be told all the same.
pub(crate) fn copy_new(
    data: &Path,
    folders: &[String],
    known: &mut Known,
    untold: &mut Known,
    store: &dyn Store,
) -> Result<(), BackupError> {
    for folder in folders {
        let mut names = Vec::new();
        gather(&data.join(folder), folder, &mut names).map_err(BackupError::local(&data.join(folder)))?;
        for (name, path) in names {
            if known.contains_key(&name) {
                continue;
            }
            let Some(note) = copy(&path, &name, store)? else { continue };
            known.insert(name.clone(), note.clone());
            untold.insert(name, note);
        }
    }
    Ok(())
}

fn gather(folder: &Path, title: &str, names: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let Some(name) = entry.file_name().to_str().map(|name| format!("{title}/{name}")) else { continue };
        let kind = entry.file_type()?;
        if kind.is_dir() {
            gather(&entry.path(), &name, names)?;
        } else if kind.is_file() && !name.ends_with(UNFINISHED) {
            names.push((name, entry.path()));
        }
    }
    Ok(())
}

/// None if the file was taken away meanwhile.
fn copy(path: &Path, name: &str, store: &dyn Store) -> Result<Option<FileNote>, BackupError> {
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file.map_err(BackupError::local(path))?,
    };
    let mut reading = Hashing::of(file);
    let bytes = store.put(&stored(name), &mut reading).map_err(BackupError::store(name))?;
    Ok(Some(FileNote { bytes, sha256: reading.hash() }))
}

/// Reads and hashes at once.
pub(crate) struct Hashing<R> {
    inner: R,
    hash: Sha256,
}

impl<R: Read> Hashing<R> {
    pub fn of(inner: R) -> Self {
        Self { inner, hash: Sha256::new() }
    }

    /// The hash of what was read.
    pub fn hash(self) -> String {
        hex(&self.hash.finalize())
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.hash.update(&buffer[..count]);
        Ok(count)
    }
}
