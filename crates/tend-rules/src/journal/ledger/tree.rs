//! A Merkle tree that only grows, kept as the roots of its full subtrees. RFC 9162, section 2.1.1.

use super::Digest;
use sha2::{Digest as _, Sha256};

/// The hash of a leaf: SHA-256 over 0x00 and the leaf's bytes.
pub fn leaf_hash(bytes: &[u8]) -> Digest {
    Digest(Sha256::new().chain_update([0]).chain_update(bytes).finalize().into())
}

/// The hash of a node: SHA-256 over 0x01 and both children.
pub fn node_hash(left: Digest, right: Digest) -> Digest {
    let mut bytes = [1; 65];
    bytes[1..33].copy_from_slice(&left.0);
    bytes[33..].copy_from_slice(&right.0);
    Digest(Sha256::digest(bytes).into())
}

/// A growing tree: its size and the roots of its full subtrees, the largest first, one for each bit of the size.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    size: u64,
    peaks: Vec<Digest>,
}

impl Tree {
    /// A tree as it was kept; `None` if the number of peaks does not fit the size.
    pub fn from_peaks(size: u64, peaks: Vec<Digest>) -> Option<Self> {
        (size.count_ones() as usize == peaks.len()).then_some(Self { size, peaks })
    }

    /// How many leaves there are.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The roots of the full subtrees, the largest first.
    pub fn peaks(&self) -> &[Digest] {
        &self.peaks
    }

    /// Adds a leaf by its hash.
    pub fn push(&mut self, leaf: Digest) {
        let mut grown = leaf;
        let mut full = self.size;
        while full & 1 == 1 {
            // There is a peak for each bit of the size, so that the list is never empty here.
            grown = node_hash(self.peaks.pop().unwrap_or_default(), grown);
            full >>= 1;
        }
        self.peaks.push(grown);
        self.size += 1;
    }

    /// The root; that of a tree without leaves is SHA-256 over nothing.
    pub fn root(&self) -> Digest {
        let mut peaks = self.peaks.iter().rev().copied();
        let Some(last) = peaks.next() else { return Digest(Sha256::digest([]).into()) };
        peaks.fold(last, |right, left| node_hash(left, right))
    }
}

impl FromIterator<Digest> for Tree {
    fn from_iter<I: IntoIterator<Item = Digest>>(leaves: I) -> Self {
        let mut tree = Self::default();
        leaves.into_iter().for_each(|leaf| tree.push(leaf));
        tree
    }
}
