//! The ledger in files: one JSON object a line, each in the one form in which it is written.

use super::{Block, Digest, Entry, FaultKind, Salt, SignedHead, commitment, root_by_inclusion};
use serde::{Deserialize, Serialize};

/// A line of an exported ledger. The entries of a block follow it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// A block.
    Block(Block),
    /// An entry of the block above.
    Entry(Entry),
    /// A head over the blocks above.
    Head(SignedHead),
}

/// A line that is not in the form in which it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a line of the ledger is not in its form")]
pub struct LineError;

impl Line {
    /// Writes the line, without its end.
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).expect("numbers and texts are always written")
    }

    /// Reads a line; anything but the one form in which it is written is refused, so that no bit of a file is idle.
    pub fn read(text: &str) -> Result<Self, LineError> {
        let line: Line = serde_json::from_str(text).map_err(|_| LineError)?;
        if line.to_text() == text { Ok(line) } else { Err(LineError) }
    }
}

/// What proves a single entry to somebody who has only a head.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryProof {
    /// The entry.
    pub entry: Entry,
    /// Its words as they are stored; none if they were erased.
    pub payload: Option<String>,
    /// The salt of the commitment to them.
    pub salt: Option<Salt>,
    /// The block in which it stands.
    pub block: Block,
    /// Its place in the block, from 0.
    pub place: i64,
    /// From the entry to the block's root.
    pub entry_path: Vec<Digest>,
    /// From the block to the root of the head's log.
    pub block_path: Vec<Digest>,
    /// The head.
    pub head: SignedHead,
}

impl EntryProof {
    /// Checks every step from the words to the signature; whether the signer is trusted is the reader's to say.
    pub fn check(&self) -> Result<(), FaultKind> {
        if let (Some(payload), Some(salt)) = (&self.payload, self.salt)
            && commitment(salt, payload) != self.entry.commitment
        {
            return Err(FaultKind::WordsChanged);
        }
        let unsigned = |number: i64| u64::try_from(number).ok();
        let stands = |leaf, place: i64, size: i64, path: &[Digest], root| {
            let found = unsigned(place).zip(unsigned(size)).and_then(|(p, s)| root_by_inclusion(leaf, p, s, path));
            found == Some(root)
        };
        if !stands(self.entry.leaf(), self.place, self.block.entries, &self.entry_path, self.block.root) {
            return Err(FaultKind::EntriesChanged);
        }
        let head = &self.head.head;
        if !stands(self.block.hash(), self.block.number, head.blocks, &self.block_path, head.log_root) {
            return Err(FaultKind::HeadContradicted);
        }
        if self.head.is_signed() { Ok(()) } else { Err(FaultKind::SignatureWrong) }
    }
}
