//! A segment: the last state of every page that changed in less than a second, compressed, with a head that names what
//! came before. Segments stand one behind the other in a bundle as well as alone.

use crate::files::FileNote;
use crate::wal::{Place, Stretch};
use crate::{BackupError, hex};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::fs::FileExt;

const MAGIC: &[u8; 8] = b"TENDSEG1";
/// A head may name some thousand files; more than this is no head.
const HEAD_BYTES_MAX: u32 = 64 << 20;
const LEVEL: i32 = 1;

/// The head of a segment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Head {
    pub generation: String,
    /// Counted from 1 in a generation.
    pub number: u64,
    /// When the log was looked at: everything in it was committed before.
    pub at_ms: u64,
    pub page_size: u32,
    /// Pages of the database after it.
    pub size: u32,
    /// Pages in it.
    pub pages: u32,
    /// Hash of the segment before it, or of the generation's beginning.
    pub before: String,
    pub payload_bytes: u64,
    pub payload_sha256: String,
    /// The place in the log up to which it goes.
    pub place: Place,
    /// What the database said of itself before: the head of the ledger.
    pub mark: Option<String>,
    /// Files beside the database that came since the segment before.
    pub files: BTreeMap<String, FileNote>,
}

/// A segment ready to be put away.
#[derive(Debug)]
pub(crate) struct Packed {
    pub head: Head,
    pub bytes: Vec<u8>,
    /// Its hash: that of its head, which names the hash of its pages.
    pub link: String,
}

impl Packed {
    /// The name of the piece.
    pub fn name(&self) -> String {
        name(&self.head.generation, self.head.number, self.head.at_ms)
    }
}

const HOUR_MS: u64 = 3_600_000;

/// The name of a segment: the hour in which it was made, its number, its time.
pub(crate) fn name(generation: &str, number: u64, at_ms: u64) -> String {
    format!("generations/{generation}/segments/{:07}/{number:010}-{at_ms:013}.seg", at_ms / HOUR_MS)
}

/// Packs what the log holds between two places. `head` comes with everything but its pages.
pub(crate) fn pack(log: &File, stretch: &Stretch, mut head: Head) -> io::Result<Packed> {
    let mut payload = zstd::stream::write::Encoder::new(Vec::new(), LEVEL)?;
    let mut page = vec![0; head.page_size as usize];
    for (number, at) in stretch.pages.range(..=stretch.size) {
        log.read_exact_at(&mut page, *at)?;
        payload.write_all(&number.to_be_bytes())?;
        payload.write_all(&page)?;
        head.pages += 1;
    }
    let payload = payload.finish()?;
    head.size = stretch.size;
    head.place = stretch.end;
    head.payload_bytes = payload.len() as u64;
    head.payload_sha256 = hex(&Sha256::digest(&payload));
    let text = serde_json::to_vec(&head)?;
    let link = hex(&Sha256::digest(&text));
    let mut bytes = Vec::with_capacity(MAGIC.len() + 4 + text.len() + payload.len());
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&(text.len() as u32).to_be_bytes());
    bytes.extend_from_slice(&text);
    bytes.extend_from_slice(&payload);
    Ok(Packed { head, bytes, link })
}

/// A segment that was read: its head, its hash, its pages still compressed.
#[derive(Debug)]
pub(crate) struct Unpacked {
    pub head: Head,
    pub link: String,
    payload: Vec<u8>,
}

/// Reads the next segment of a piece; none at its end. What does not fit its hash is an error.
pub(crate) fn next(from: &mut dyn Read, name: &str) -> Result<Option<Unpacked>, BackupError> {
    let Some((head, link)) = next_head(from, name)? else { return Ok(None) };
    let mut payload = Vec::new();
    from.take(head.payload_bytes).read_to_end(&mut payload).map_err(BackupError::store(name))?;
    if hex(&Sha256::digest(&payload)) != head.payload_sha256 {
        return Err(BackupError::damaged(name, "its pages do not fit their hash"));
    }
    Ok(Some(Unpacked { head, link, payload }))
}

/// Hands the head of every segment of a piece to `take`, its pages passed over unseen.
pub(crate) fn each_head(
    from: &mut dyn Read,
    name: &str,
    mut take: impl FnMut(Head, String),
) -> Result<(), BackupError> {
    while let Some((head, link)) = next_head(from, name)? {
        io::copy(&mut (&mut *from).take(head.payload_bytes), &mut io::sink()).map_err(BackupError::store(name))?;
        take(head, link);
    }
    Ok(())
}

/// The head of the next segment and its hash.
fn next_head(from: &mut dyn Read, name: &str) -> Result<Option<(Head, String)>, BackupError> {
    let mut magic = [0; 8];
    let damaged = |why| BackupError::damaged(name, why);
    match from.read(&mut magic[..1]).map_err(BackupError::store(name))? {
        0 => return Ok(None),
        _ => from.read_exact(&mut magic[1..]).map_err(|_| damaged("it is cut off"))?,
    }
    let mut length = [0; 4];
    from.read_exact(&mut length).map_err(|_| damaged("it is cut off"))?;
    let length = u32::from_be_bytes(length);
    if &magic != MAGIC || length > HEAD_BYTES_MAX {
        return Err(damaged("it is no segment"));
    }
    let mut text = vec![0; length as usize];
    from.read_exact(&mut text).map_err(|_| damaged("it is cut off"))?;
    let head: Head = serde_json::from_slice(&text).map_err(|_| damaged("its head cannot be read"))?;
    Ok(Some((head, hex(&Sha256::digest(&text)))))
}

impl Unpacked {
    /// Writes the pages to their places in a database file.
    pub fn write_into(&self, database: &File) -> io::Result<()> {
        let mut pages = zstd::stream::read::Decoder::new(&self.payload[..])?;
        let mut number = [0; 4];
        let mut page = vec![0; self.head.page_size as usize];
        for _ in 0..self.head.pages {
            pages.read_exact(&mut number)?;
            pages.read_exact(&mut page)?;
            let place = u64::from(u32::from_be_bytes(number).saturating_sub(1)) * u64::from(self.head.page_size);
            database.write_all_at(&page, place)?;
        }
        database.set_len(u64::from(self.head.size) * u64::from(self.head.page_size))
    }
}
