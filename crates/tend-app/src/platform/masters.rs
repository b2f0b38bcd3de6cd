//! The master keys of this machine: one line of the key file each.
//!
//! Which of them wraps is said by the database and not by the file, so the order of the lines means nothing, and a new
//! key can be brought to every machine before it is used. A running program reads the file again when it meets a key
//! that it does not know.

use super::keys::{KeyError, mac, random};
use aes_gcm::{Aes256Gcm, KeyInit};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};

/// The name of a master key: says nothing of it and tells it from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyId(u32);

impl KeyId {
    pub(super) const BYTES: usize = 4;

    pub(super) fn from_bytes(bytes: &[u8]) -> Self {
        Self(bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)))
    }

    pub(super) const fn bytes(self) -> [u8; 4] {
        self.0.to_be_bytes()
    }

    /// As it stands in a column.
    pub fn number(self) -> i64 {
        i64::from(self.0)
    }

    /// From a column.
    pub const fn from_number(number: i64) -> Self {
        Self(number as u32)
    }
}

impl std::fmt::Display for KeyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:08x}", self.0)
    }
}

/// One master key.
pub(super) struct Master {
    id: KeyId,
    secret: [u8; 32],
    wrap: Aes256Gcm,
}

impl Master {
    fn of(secret: [u8; 32]) -> Self {
        let id = KeyId::from_bytes(&mac(&secret, &[b"key id"])[..KeyId::BYTES]);
        Self { id, wrap: Aes256Gcm::new(&mac(&secret, &[b"wrap customer keys"]).into()), secret }
    }

    pub(super) const fn id(&self) -> KeyId {
        self.id
    }

    pub(super) const fn wrap(&self) -> &Aes256Gcm {
        &self.wrap
    }

    pub(super) fn derive(&self, purpose: &str) -> [u8; 32] {
        mac(&self.secret, &[purpose.as_bytes()])
    }
}

/// The master keys that this program knows, and the one in use.
pub struct Masters {
    file: Option<PathBuf>,
    known: RwLock<Known>,
}

struct Known {
    masters: Vec<Arc<Master>>,
    current: Arc<Master>,
}

impl std::fmt::Debug for Masters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Masters(…)")
    }
}

const HELD: &str = "nobody panics while holding the master keys";

impl Masters {
    pub(super) fn of(secret: [u8; 32]) -> Self {
        let current = Arc::new(Master::of(secret));
        Self { file: None, known: RwLock::new(Known { masters: vec![current.clone()], current }) }
    }

    pub(super) fn at(path: &Path) -> Result<Self, KeyError> {
        let masters = match std::fs::read_to_string(path) {
            Ok(text) => parsed(&text)?,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let secret = random::<32>();
                // Made only where there is none: of two programs that start at once one finds it.
                write_private(path, &to_hex(&secret)).map_err(|source| file_error(path, source))?;
                vec![Arc::new(Master::of(secret))]
            }
            Err(error) => return Err(file_error(path, error)),
        };
        let current = masters.first().ok_or(KeyError::Malformed)?.clone();
        Ok(Self { file: Some(path.to_owned()), known: RwLock::new(Known { masters, current }) })
    }

    /// The first of the file: that in use where the database has not said otherwise.
    pub(super) fn first(&self) -> Arc<Master> {
        self.known.read().expect(HELD).masters[0].clone()
    }

    pub(super) fn every(&self) -> Vec<Arc<Master>> {
        self.known.read().expect(HELD).masters.clone()
    }

    pub(super) fn current(&self) -> Arc<Master> {
        self.known.read().expect(HELD).current.clone()
    }

    /// The master key of that id; looks into the file again for one that is not known.
    pub(super) fn find(&self, id: KeyId) -> Option<Arc<Master>> {
        let known = |masters: &[Arc<Master>]| masters.iter().find(|master| master.id == id).cloned();
        if let Some(found) = known(&self.known.read().expect(HELD).masters) {
            return Some(found);
        }
        let text = std::fs::read_to_string(self.file.as_ref()?).ok()?;
        let mut now = self.known.write().expect(HELD);
        for master in parsed(&text).ok()? {
            if now.masters.iter().all(|old| old.id != master.id) {
                now.masters.push(master);
            }
        }
        known(&now.masters)
    }

    /// The key in use.
    pub fn in_use(&self) -> KeyId {
        self.current().id
    }

    /// The keys that this program knows.
    pub fn ids(&self) -> Vec<KeyId> {
        self.every().iter().map(|master| master.id).collect()
    }

    /// Uses another key from now on.
    pub fn turn_to(&self, id: KeyId) -> Result<(), KeyError> {
        let current = self.find(id).ok_or(KeyError::Missing { id })?;
        self.known.write().expect(HELD).current = current;
        Ok(())
    }

    /// Makes a key and adds it to the file, not in use yet. It is on the disk when this returns.
    pub fn add(&self) -> Result<KeyId, KeyError> {
        let fresh = Arc::new(Master::of(random::<32>()));
        let mut known = self.known.write().expect(HELD);
        known.masters.push(fresh.clone());
        if let Some(file) = &self.file {
            write_whole(file, &known.masters).map_err(|source| file_error(file, source))?;
        }
        Ok(fresh.id)
    }

    /// Leaves only the key in use in the file; the others go to files of their own beside it, because backups of the
    /// time before can be opened with them only. Answers those files.
    pub fn set_others_aside(&self) -> Result<Vec<PathBuf>, KeyError> {
        let Some(file) = &self.file else { return Ok(Vec::new()) };
        let (current, every) = (self.current(), self.every());
        let mut aside = Vec::new();
        for master in every.iter().filter(|master| master.id != current.id) {
            let mut name = file.as_os_str().to_owned();
            name.push(format!(".former-{}", master.id));
            let path = PathBuf::from(name);
            save(&path, &to_hex(&master.secret)).map_err(|source| file_error(&path, source))?;
            aside.push(path);
        }
        write_whole(file, &[current]).map_err(|source| file_error(file, source))?;
        Ok(aside)
    }
}

fn file_error(path: &Path, source: std::io::Error) -> KeyError {
    KeyError::File { path: path.display().to_string(), source }
}

fn parsed(text: &str) -> Result<Vec<Arc<Master>>, KeyError> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| from_hex(line).map(|secret| Arc::new(Master::of(secret))).ok_or(KeyError::Malformed)).collect()
}

/// Writes a file that is whole or not there. One that is there already must hold the same; what a crash left of an
/// earlier try, a part of the text, is replaced.
fn save(path: &Path, text: &str) -> std::io::Result<()> {
    match std::fs::read_to_string(path) {
        Ok(there) if there.trim() == text => sync_folder_of(path),
        Ok(there) if !text.starts_with(there.trim()) => {
            Err(std::io::Error::new(ErrorKind::AlreadyExists, "it is there and holds another key"))
        }
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => replace(path, text),
    }
}

fn write_whole(path: &Path, masters: &[Arc<Master>]) -> std::io::Result<()> {
    let text: String = masters.iter().map(|master| to_hex(&master.secret) + "\n").collect();
    replace(path, &text)
}

/// The file is the old one or the new one, whatever happens in between.
fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let _ = std::fs::remove_file(&part);
    write_private(&part, text)?;
    std::fs::rename(&part, path)?;
    sync_folder_of(path)
}

fn sync_folder_of(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::File::open(folder)?.sync_all()
}

pub(super) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0u8; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (place, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * place..2 * place + 2], 16).ok()?;
    }
    Some(bytes)
}

pub(super) fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    sync_folder_of(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A key file with a former key and the one in use, and where the former one is to be kept.
    fn rotated(folder: &Path) -> (Masters, PathBuf, String) {
        let path = folder.join("master.key");
        let masters = Masters::at(&path).expect("a key");
        let former = masters.in_use();
        let secret = std::fs::read_to_string(&path).expect("readable");
        masters.turn_to(masters.add().expect("a second key")).expect("there");
        (masters, folder.join(format!("master.key.former-{former}")), secret)
    }

    #[test]
    fn a_former_key_that_was_written_in_part_is_written_again() {
        let folder = tempfile::tempdir().expect("a folder");
        for written in [0, 4] {
            let (masters, aside, secret) = rotated(folder.path());
            // What a crash left: made, and not or only partly written.
            std::fs::write(&aside, &secret[..written]).expect("written");
            assert_eq!(masters.set_others_aside().expect("tidied"), std::slice::from_ref(&aside));
            assert_eq!(std::fs::read_to_string(&aside).expect("readable"), secret);
            assert_eq!(masters.set_others_aside().expect("again"), [aside], "a second run changes nothing");
            std::fs::remove_file(folder.path().join("master.key")).expect("the next begins anew");
        }
    }

    #[test]
    fn a_key_stays_in_the_file_while_another_lies_where_it_should_go() {
        let folder = tempfile::tempdir().expect("a folder");
        let (masters, aside, secret) = rotated(folder.path());
        std::fs::write(&aside, "77".repeat(32)).expect("written");
        masters.set_others_aside().expect_err("it would be lost");
        let kept = std::fs::read_to_string(folder.path().join("master.key")).expect("readable");
        assert!(kept.contains(&secret) && kept.lines().count() == 2, "{} keys", kept.lines().count());
    }
}
