//! Uploaded files at rest: sealed block by block with the firm's key, so that a file of any size is written and read in
//! constant memory and any place of it can be reached. Blocks are bound to their upload and their place in it.

use crate::platform::{KeyError, Keyring, SealedPlace};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use tend_rules::base::UploadId;
use uuid::Uuid;

const PLAIN: usize = 64 * 1024;
/// Version, nonce and tag.
const OVERHEAD: usize = 1 + 12 + 16;
const PLACE: SealedPlace = SealedPlace::UploadFile;

fn row(upload: UploadId, block: u64) -> Uuid {
    Uuid::from_u128(upload.0.as_u128() ^ u128::from(block))
}

/// The name of a file until it is whole: a backup that runs beside takes whole files only.
fn unfinished(path: &Path) -> PathBuf {
    path.with_extension("part")
}

/// Whether a name is that of a file that is arriving, or was when its program was killed.
pub fn is_unfinished(name: &str) -> bool {
    name.ends_with(".part")
}

/// Forgets a file, whether it was finished or not. One that is gone already is forgotten.
pub fn discard_file(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path).or_else(|_| std::fs::remove_file(unfinished(path))) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Writes a sealed file. Dropped before it is finished, as when the sender goes away, it leaves nothing.
#[derive(Debug)]
pub struct VaultWriter {
    path: PathBuf,
    file: File,
    keys: Keyring,
    upload: UploadId,
    block: u64,
    pending: Vec<u8>,
}

impl VaultWriter {
    /// Begins a new file; it has its name once it is finished.
    pub fn create(path: &Path, keys: Keyring, upload: UploadId) -> io::Result<Self> {
        let file = File::options().write(true).create_new(true).open(unfinished(path))?;
        Ok(Self { path: path.to_owned(), file, keys, upload, block: 0, pending: Vec::with_capacity(PLAIN) })
    }

    /// Adds bytes.
    pub fn add(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let room = PLAIN - self.pending.len();
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.pending.extend_from_slice(now);
            bytes = later;
            if self.pending.len() == PLAIN {
                self.seal()?;
            }
        }
        Ok(())
    }

    fn seal(&mut self) -> io::Result<()> {
        let cell = self.keys.seal_firm(PLACE, row(self.upload, self.block), &self.pending);
        self.file.write_all(&cell)?;
        self.block += 1;
        self.pending.clear();
        Ok(())
    }

    /// Writes what is left and makes it safe.
    pub fn finish(mut self) -> io::Result<()> {
        if !self.pending.is_empty() {
            self.seal()?;
        }
        self.file.sync_all()?;
        std::fs::rename(unfinished(&self.path), &self.path)?;
        match self.path.parent() {
            Some(folder) => File::open(folder)?.sync_all(),
            None => Ok(()),
        }
    }
}

impl Drop for VaultWriter {
    fn drop(&mut self) {
        // Once it is finished there is none of that name.
        let _ = std::fs::remove_file(unfinished(&self.path));
    }
}

/// Reads a sealed file as if it were plain.
#[derive(Debug)]
pub struct VaultReader {
    file: File,
    keys: Keyring,
    upload: UploadId,
    size: u64,
    at: u64,
    open: Option<(u64, Vec<u8>)>,
}

impl VaultReader {
    /// Opens a file of `size` plain bytes.
    pub fn open(path: &Path, keys: Keyring, upload: UploadId, size: u64) -> io::Result<Self> {
        Ok(Self { file: File::open(path)?, keys, upload, size, at: 0, open: None })
    }

    fn block(&mut self, number: u64) -> io::Result<&[u8]> {
        if self.open.as_ref().is_none_or(|(open, _)| *open != number) {
            let plain = (self.size - number * PLAIN as u64).min(PLAIN as u64) as usize;
            let mut cell = vec![0; plain + OVERHEAD];
            self.file.seek(SeekFrom::Start(number * (PLAIN + OVERHEAD) as u64))?;
            self.file.read_exact(&mut cell)?;
            let wrap = |error: KeyError| io::Error::new(io::ErrorKind::InvalidData, error);
            let opened = self.keys.open_firm(PLACE, row(self.upload, number), &cell).map_err(wrap)?;
            self.open = Some((number, opened));
        }
        Ok(self.open.as_ref().map_or(&[], |(_, bytes)| bytes.as_slice()))
    }
}

impl Read for VaultReader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.size || out.is_empty() {
            return Ok(0);
        }
        let (number, inside) = (self.at / PLAIN as u64, (self.at % PLAIN as u64) as usize);
        let block = self.block(number)?;
        let count = out.len().min(block.len().saturating_sub(inside));
        out[..count].copy_from_slice(&block[inside..inside + count]);
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for VaultReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.size.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = target.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "a place before the file"))?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_whose_sender_went_away_leaves_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let begun =
            VaultWriter::create(&folder.path().join("file"), Keyring::of([1; 32]), UploadId(Uuid::from_u128(77)));
        let mut begun = begun.expect("a file");
        begun.add(&[7; 100_000]).expect("bytes");
        drop(begun);
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0);
    }

    #[test]
    fn a_sealed_file_reads_as_it_was_and_tells_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        let (keys, upload) = (Keyring::of([1; 32]), UploadId(Uuid::from_u128(77)));
        let plain: Vec<u8> = (0..200_000u32).flat_map(|n| n.to_le_bytes()).collect();
        let mut writer = VaultWriter::create(&path, keys.clone(), upload).expect("a file");
        for part in plain.chunks(7_777) {
            writer.add(part).expect("bytes");
        }
        writer.finish().expect("safe");
        let mut reader = VaultReader::open(&path, keys.clone(), upload, plain.len() as u64).expect("opens");
        let mut back = Vec::new();
        reader.read_to_end(&mut back).expect("reads");
        assert_eq!(back, plain);
        reader.seek(SeekFrom::Start(70_000)).expect("seeks");
        let mut some = [0; 16];
        reader.read_exact(&mut some).expect("reads");
        assert_eq!(some, plain[70_000..70_016]);
        let sealed = std::fs::read(&path).expect("bytes");
        assert!(!sealed.windows(16).any(|window| window == &plain[4_000..4_016]));
        let other = VaultReader::open(&path, keys, UploadId(Uuid::from_u128(78)), plain.len() as u64);
        assert!(other.expect("opens").read(&mut some).is_err(), "a file of another upload");
    }
}
