//! A snapshot becomes a file again: one thread reads and hashes it, one unpacks it, one has the disk write what is there
//! already. One after the other they would take twice as long, and a large file would wait for the disk at the end.

use crate::files::Hashing;
use crate::snapshot::Note;
use crate::{BackupError, Store};
use std::fs::File;
use std::io::{self, Read, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

const BLOCK: usize = 1 << 20;
/// Blocks that may wait between two threads.
const AHEAD: usize = 8;
/// The disk is told to write after so many bytes.
const SAFE_EVERY: u64 = 64 << 20;

/// Unpacks a snapshot into a file and compares its hash and its size with what was noted.
pub(crate) fn unpack(store: &dyn Store, note: &Note, into: &File) -> Result<(), BackupError> {
    let name = format!("{}.zst", note.name());
    let piece = store.open(&name).map_err(BackupError::store(&name))?;
    let (blocks, packed) = sync_channel(AHEAD);
    let (turn, turns) = sync_channel(1);
    let (hash, bytes, written) = thread::scope(|scope| {
        let reading = scope.spawn(|| read(piece, &blocks));
        let making_safe = scope.spawn(move || turns.iter().try_for_each(|()| into.sync_data()));
        let bytes = write(Packed { blocks: packed, block: Vec::new(), at: 0 }, into, &turn);
        drop(turn);
        (joined(reading), bytes, joined(making_safe))
    });
    let bytes = bytes.map_err(|_| BackupError::damaged(&name, "it cannot be unpacked"))?;
    written.map_err(BackupError::store(&name))?;
    if hash.map_err(BackupError::store(&name))? != note.sha256 {
        return Err(BackupError::damaged(&name, "it does not fit its hash"));
    }
    if bytes != u64::from(note.size) * u64::from(note.page_size) {
        return Err(BackupError::damaged(&name, "it has not as many pages as was noted"));
    }
    Ok(())
}

fn joined<T>(thread: thread::ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Reads a piece to its end, whether or not anybody still wants it, and tells its hash.
fn read(piece: impl Read, blocks: &SyncSender<io::Result<Vec<u8>>>) -> io::Result<String> {
    let mut piece = Hashing::of(piece);
    loop {
        let mut block = Vec::with_capacity(BLOCK);
        match piece.by_ref().take(BLOCK as u64).read_to_end(&mut block) {
            Ok(0) => break,
            // Whoever unpacks has found a flaw and gone.
            Ok(_) => _ = blocks.send(Ok(block)),
            Err(error) => {
                let _ = blocks.send(Err(io::Error::from(error.kind())));
                return Err(error);
            }
        }
    }
    let _ = blocks.send(Ok(Vec::new()));
    Ok(piece.hash())
}

fn write(packed: Packed, into: &File, turn: &SyncSender<()>) -> io::Result<u64> {
    let mut pages = zstd::stream::read::Decoder::new(packed)?;
    let (mut block, mut bytes, mut unsafe_bytes) = (vec![0; BLOCK], 0, 0);
    let mut into = into;
    loop {
        let count = pages.read(&mut block)?;
        if count == 0 {
            return Ok(bytes);
        }
        into.write_all(&block[..count])?;
        bytes += count as u64;
        unsafe_bytes += count as u64;
        // The disk may still be at what came before: then it is told the next time.
        if unsafe_bytes >= SAFE_EVERY && turn.try_send(()).is_ok() {
            unsafe_bytes = 0;
        }
    }
}

/// What another thread reads.
struct Packed {
    blocks: Receiver<io::Result<Vec<u8>>>,
    block: Vec<u8>,
    at: usize,
}

impl Read for Packed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.block.len() {
            self.block = self.blocks.recv().unwrap_or_else(|_| Ok(Vec::new()))?;
            self.at = 0;
        }
        let count = buffer.len().min(self.block.len() - self.at);
        buffer[..count].copy_from_slice(&self.block[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}
