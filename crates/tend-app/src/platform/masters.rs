//! The master keys of this machine: one word each of the text that their source holds.
//!
//! Which of them wraps is said by the database and not by that text, so the order means nothing, and a new key can be
//! brought to every machine before it is used. A running program reads the file again, or asks the command again, when it
//! meets a key that it does not know.

use super::KeySource;
use super::key_source::{AT_START, WHILE_SERVING};
use super::keys::{KeyError, mac, random};
use aes_gcm::{Aes256Gcm, KeyInit};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, RwLock};
use std::time::{Duration, Instant};
use tokio::runtime::{Handle, RuntimeFlavor};

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
    /// None for a key in hand.
    source: Option<KeySource>,
    /// The looks into the source for keys that were not known.
    looks: Mutex<Looks>,
    known: RwLock<Known>,
}

/// When the source was looked at last, and how often in a row it did not bring what was sought.
#[derive(Debug, Default)]
struct Looks {
    last: Option<Instant>,
    in_vain: u32,
}

/// A command is not asked again within this, however many cells name keys that nobody has.
const COMMAND_RESTS: Duration = Duration::from_secs(5);
/// Each look in vain doubles the pause, up to this: a key that is put there in the end is found within it.
const COMMAND_RESTS_MAX: Duration = Duration::from_secs(60);

impl Looks {
    fn rest(&self) -> Duration {
        COMMAND_RESTS.saturating_mul(1 << self.in_vain.saturating_sub(1).min(8)).min(COMMAND_RESTS_MAX)
    }

    fn is_resting(&self) -> bool {
        self.last.is_some_and(|last| last.elapsed() < self.rest())
    }

    fn note(&mut self, is_found: bool) {
        self.last = Some(Instant::now());
        self.in_vain = if is_found { 0 } else { self.in_vain.saturating_add(1) };
    }
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
        Self {
            source: None,
            looks: Mutex::default(),
            known: RwLock::new(Known { masters: vec![current.clone()], current }),
        }
    }

    pub(super) fn of_source(source: KeySource) -> Result<Self, KeyError> {
        let masters = match (source.read(AT_START), &source) {
            (Ok(text), _) => parsed(&text)?,
            (Err(KeyError::File { source: error, .. }), KeySource::File(path))
                if error.kind() == ErrorKind::NotFound =>
            {
                let secret = random::<32>();
                // Made only where there is none: of two programs that start at once one finds it.
                write_private(path, &to_hex(&secret)).map_err(|source| file_error(path, source))?;
                vec![Arc::new(Master::of(secret))]
            }
            (Err(error), _) => return Err(error),
        };
        let current = masters.first().ok_or(KeyError::Malformed)?.clone();
        Ok(Self { source: Some(source), looks: Mutex::default(), known: RwLock::new(Known { masters, current }) })
    }

    /// The first one: that in use where the database has not said otherwise.
    pub(super) fn first(&self) -> Arc<Master> {
        self.known.read().expect(HELD).masters[0].clone()
    }

    pub(super) fn every(&self) -> Vec<Arc<Master>> {
        self.known.read().expect(HELD).masters.clone()
    }

    pub(super) fn current(&self) -> Arc<Master> {
        self.known.read().expect(HELD).current.clone()
    }

    /// The master key of that id; looks into the file, or asks the command, again for one that is not known. That may take
    /// seconds, in which the runtime gives the other tasks of this thread to another one.
    pub(super) fn find(&self, id: KeyId) -> Option<Arc<Master>> {
        self.known(id).or_else(|| off_the_runtime(|| self.look_for(id)))
    }

    fn known(&self, id: KeyId) -> Option<Arc<Master>> {
        self.known.read().expect(HELD).masters.iter().find(|master| master.id == id).cloned()
    }

    /// One looks at a time, and the others find what it brought, or that it looked just now.
    fn look_for(&self, id: KeyId) -> Option<Arc<Master>> {
        let source = self.source.as_ref().filter(|source| source.may_change())?;
        let mut looks = self.looks.lock().expect(HELD);
        if let Some(found) = self.known(id) {
            return Some(found);
        }
        if matches!(source, KeySource::Command { .. }) && looks.is_resting() {
            return None;
        }
        if let Some(masters) = source.read(WHILE_SERVING).ok().and_then(|text| parsed(&text).ok()) {
            self.take_up(masters);
        }
        let found = self.known(id);
        looks.note(found.is_some());
        found
    }

    fn take_up(&self, masters: Vec<Arc<Master>>) {
        let mut now = self.known.write().expect(HELD);
        for master in masters {
            if now.masters.iter().all(|old| old.id != master.id) {
                now.masters.push(master);
            }
        }
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

    /// Makes a key and adds it to the file, not in use yet. It is on the disk when this returns. Refused where the keys
    /// come from elsewhere.
    pub fn add(&self) -> Result<KeyId, KeyError> {
        let file = match &self.source {
            Some(KeySource::File(file)) => Some(file),
            Some(elsewhere) => return Err(KeyError::NotOurs { place: elsewhere.place() }),
            None => None,
        };
        let fresh = Arc::new(Master::of(random::<32>()));
        let mut known = self.known.write().expect(HELD);
        known.masters.push(fresh.clone());
        if let Some(file) = file {
            write_whole(file, &known.masters).map_err(|source| file_error(file, source))?;
        }
        Ok(fresh.id)
    }

    /// Takes the former keys out of the file; they go to files of their own beside it, because backups of the time before
    /// can be opened with them only. The key in use stays, and so does one that waits for its use. Answers the files of
    /// the former keys; none where the keys come from elsewhere.
    pub fn set_aside(&self, former: &[KeyId]) -> Result<Vec<PathBuf>, KeyError> {
        let Some(KeySource::File(file)) = &self.source else { return Ok(Vec::new()) };
        let in_use = self.in_use();
        let is_former = |master: &Arc<Master>| master.id != in_use && former.contains(&master.id);
        let (go, stay): (Vec<_>, Vec<_>) = self.every().into_iter().partition(is_former);
        let mut aside = Vec::new();
        for master in &go {
            let mut name = file.as_os_str().to_owned();
            name.push(format!(".former-{}", master.id));
            let path = PathBuf::from(name);
            save(&path, &to_hex(&master.secret)).map_err(|source| file_error(&path, source))?;
            aside.push(path);
        }
        write_whole(file, &stay).map_err(|source| file_error(file, source))?;
        Ok(aside)
    }
}

/// Does what may take seconds. Where this thread drives other tasks too, another one takes them over meanwhile.
fn off_the_runtime<T>(work: impl FnOnce() -> T) -> T {
    match Handle::try_current() {
        Ok(runtime) if matches!(runtime.runtime_flavor(), RuntimeFlavor::MultiThread) => {
            tokio::task::block_in_place(work)
        }
        _ => work(),
    }
}

fn file_error(path: &Path, source: std::io::Error) -> KeyError {
    KeyError::File { path: path.display().to_string(), source }
}

fn parsed(text: &str) -> Result<Vec<Arc<Master>>, KeyError> {
    let key = |word| from_hex(word).map(|secret| Arc::new(Master::of(secret))).ok_or(KeyError::Malformed);
    text.split_whitespace().map(key).collect()
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
        let masters = Masters::of_source(KeySource::File(path.clone())).expect("a key");
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
            let former = [masters.ids()[0]];
            assert_eq!(masters.set_aside(&former).expect("tidied"), std::slice::from_ref(&aside));
            assert_eq!(std::fs::read_to_string(&aside).expect("readable"), secret);
            assert_eq!(masters.set_aside(&former).expect("again"), [aside], "a second run changes nothing");
            std::fs::remove_file(folder.path().join("master.key")).expect("the next begins anew");
        }
    }

    #[test]
    fn a_key_stays_in_the_file_while_another_lies_where_it_should_go() {
        let folder = tempfile::tempdir().expect("a folder");
        let (masters, aside, secret) = rotated(folder.path());
        std::fs::write(&aside, "77".repeat(32)).expect("written");
        masters.set_aside(&masters.ids()).expect_err("it would be lost");
        let kept = std::fs::read_to_string(folder.path().join("master.key")).expect("readable");
        assert!(kept.contains(&secret) && kept.lines().count() == 2, "{} keys", kept.lines().count());
    }

    #[test]
    fn a_key_that_waits_for_its_use_is_not_set_aside() {
        let folder = tempfile::tempdir().expect("a folder");
        let (masters, aside, secret) = rotated(folder.path());
        let (former, waiting) = (masters.ids()[0], masters.add().expect("a third key"));
        assert_eq!(masters.set_aside(&[former]).expect("tidied"), [aside]);
        let kept = folder.path().join("master.key");
        assert!(!std::fs::read_to_string(&kept).expect("readable").contains(&secret));
        let kept = Masters::of_source(KeySource::File(kept)).expect("keys");
        assert_eq!(kept.ids(), [masters.in_use(), waiting]);
    }

    #[test]
    fn a_command_that_brings_nothing_is_asked_ever_more_seldom() {
        let mut looks = Looks::default();
        assert!(!looks.is_resting());
        for seconds in [5, 10, 20, 40, 60, 60] {
            looks.note(false);
            assert_eq!((looks.rest(), looks.is_resting()), (Duration::from_secs(seconds), true));
        }
        looks.note(true);
        assert_eq!(looks.rest(), COMMAND_RESTS);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn nobody_else_waits_while_a_command_is_asked_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let [key, slow] = ["key", "slow"].map(|name| folder.path().join(name));
        std::fs::write(&key, "11".repeat(32)).expect("written");
        let line = format!("sh -c 'cat {}; test ! -e {} || sleep 2'", key.display(), slow.display());
        let source = KeySource::command("master_key_command", &line).expect("a command");
        let masters = Masters::of_source(source).expect("a key");
        std::fs::write(&slow, "").expect("written");
        let asking = tokio::spawn(async move { masters.find(KeyId(0)).is_none() });
        // Long enough for the one thread of the runtime to be at it; its clock stands still if it is held up.
        std::thread::sleep(Duration::from_millis(300));
        let began = Instant::now();
        tokio::spawn(async {}).await.expect("somebody else is served");
        assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
        assert!(asking.await.expect("asked"), "nobody has that key");
    }

    #[test]
    fn keys_from_elsewhere_are_taken_up_and_never_made() {
        let [one, two] = ["11", "22"].map(|pair| pair.repeat(32));
        let given = |text: &str| KeySource::Given { name: "TEND_MASTER_KEY", text: text.to_owned() };
        let both = Masters::of_source(given(&format!("{one}\n {two}\n"))).expect("two keys");
        assert_eq!((both.ids().len(), both.ids()[0]), (2, both.in_use()));
        assert!(matches!(both.add(), Err(KeyError::NotOurs { .. })));
        assert!(both.set_aside(&both.ids()).expect("nothing is ours").is_empty());
        for wrong in ["", &one[1..], "key"] {
            assert!(matches!(Masters::of_source(given(wrong)), Err(KeyError::Malformed)), "{wrong:?}");
        }

        let folder = tempfile::tempdir().expect("a folder");
        let kept = folder.path().join("kept elsewhere");
        std::fs::write(&kept, &one).expect("written");
        let line = format!("cat '{}'", kept.display());
        let asked = KeySource::command("master_key_command", &line).expect("a command");
        let masters = Masters::of_source(asked).expect("a key");
        std::fs::write(&kept, format!("{one}\n{two}\n")).expect("written");
        // The command is asked again for a key that is not known.
        assert!(masters.find(both.ids()[1]).is_some());
    }
}
