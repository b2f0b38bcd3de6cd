//! The second place: named pieces that are there whole or not at all. Here the seam and the folder; the bucket of an S3
//! server stands in `s3`.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Where pieces are put. Names have parts with `/` between.
pub trait Store: Send + Sync {
    /// Puts a piece away, whole or not at all; it is safe when this returns. Answers its size in bytes.
    fn put(&self, name: &str, from: &mut dyn Read) -> io::Result<u64>;
    /// A piece to read.
    fn open(&self, name: &str) -> io::Result<Box<dyn Read + Send>>;
    /// The names of all pieces below one, in order; none if there is nothing.
    fn list(&self, under: &str) -> io::Result<Vec<String>>;
    /// Takes a piece away; one that is not there is no error.
    fn remove(&self, name: &str) -> io::Result<()>;
    /// How long ago a piece was put there; none if it is not there.
    fn age(&self, name: &str) -> Option<Duration>;
    /// How it is called.
    fn title(&self) -> String;
}

/// A folder, best on another disk or machine.
#[derive(Debug, Clone)]
pub struct Folder(PathBuf);

const PART: &str = ".part";

impl Folder {
    /// The folder; it is made, for its owner only, when the first piece is put there.
    pub fn at(path: &Path) -> Self {
        Self(path.to_owned())
    }
}

impl Store for Folder {
    fn put(&self, name: &str, from: &mut dyn Read) -> io::Result<u64> {
        let path = self.0.join(name);
        let folder = path.parent().unwrap_or(&self.0);
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let part = self.0.join(format!("{name}{PART}"));
        let mut file = File::options().write(true).create(true).truncate(true).mode(0o600).open(&part)?;
        let bytes = match io::copy(from, &mut file).and_then(|bytes| file.sync_all().map(|()| bytes)) {
            Ok(bytes) => bytes,
            Err(error) => {
                // A full disk is not helped by half a piece.
                let _ = fs::remove_file(&part);
                return Err(error);
            }
        };
        fs::rename(&part, &path)?;
        File::open(folder)?.sync_all()?;
        Ok(bytes)
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(File::open(self.0.join(name))?))
    }

    fn list(&self, under: &str) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        gather(&self.0, &self.0.join(under), &mut names)?;
        names.sort();
        Ok(names)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let path = self.0.join(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        // Emptied folders go too; one that is not empty stays by itself.
        if let Some(folder) = path.parent().filter(|folder| *folder != self.0) {
            let _ = fs::remove_dir(folder);
        }
        Ok(())
    }

    fn age(&self, name: &str) -> Option<Duration> {
        fs::metadata(self.0.join(name)).ok()?.modified().ok()?.elapsed().ok()
    }

    fn title(&self) -> String {
        self.0.display().to_string()
    }
}

fn gather(root: &Path, folder: &Path, names: &mut Vec<String>) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            gather(root, &path, names)?;
        } else if let Some(name) = path.strip_prefix(root).ok().and_then(Path::to_str).filter(|n| !n.ends_with(PART)) {
            names.push(name.to_owned());
        }
    }
    Ok(())
}
