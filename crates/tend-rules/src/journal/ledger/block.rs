//! A block: some entries of one bucket, chained to the block before it in that bucket.

use super::{Digest, leaf_hash};
use serde::{Deserialize, Serialize};

/// Some entries of one bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// Its place in the firm's log, from 0.
    pub number: i64,
    /// The bucket, 0..1023.
    pub bucket: i16,
    /// Its place in the bucket's chain, from 0.
    pub height: i64,
    /// The place of its first entry among the bucket's entries, from 0.
    pub first: i64,
    /// How many entries it has.
    pub entries: i64,
    /// The hash of the block before it in the bucket; zeros for the first.
    pub before: Digest,
    /// The Merkle root of its entries.
    pub root: Digest,
    /// When it was sealed, milliseconds since 1970.
    pub at_ms: i64,
}

impl Block {
    /// The hash of the block: the leaf of the firm's log.
    pub fn hash(&self) -> Digest {
        let mut bytes = Vec::with_capacity(128);
        bytes.extend(b"block\x01");
        bytes.extend(self.number.to_be_bytes());
        bytes.extend(self.bucket.to_be_bytes());
        bytes.extend(self.height.to_be_bytes());
        bytes.extend(self.first.to_be_bytes());
        bytes.extend(self.entries.to_be_bytes());
        bytes.extend(self.before.0);
        bytes.extend(self.root.0);
        bytes.extend(self.at_ms.to_be_bytes());
        leaf_hash(&bytes)
    }
}
