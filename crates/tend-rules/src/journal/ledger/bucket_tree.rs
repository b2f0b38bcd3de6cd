//! The Merkle tree over the newest block of every bucket, for all 1,024 buckets at once.

use super::{Digest, leaf_hash, node_hash};
use crate::base::BUCKETS;

const WIDTH: usize = BUCKETS as usize;

/// The newest block of each bucket, and the root over them. A change of one bucket costs ten hashes.
#[derive(Debug, Clone)]
pub struct BucketTree {
    /// The root at 1, the children of a node at twice its place and the next, the leaves from `WIDTH`.
    nodes: Vec<Digest>,
}

impl Default for BucketTree {
    fn default() -> Self {
        // Every node of a level is the same as long as nothing was sealed.
        let mut level = leaf_hash(&Digest::NONE.0);
        let mut nodes = vec![level; 2 * WIDTH];
        let mut end = WIDTH;
        while end > 1 {
            level = node_hash(level, level);
            nodes[end / 2..end].fill(level);
            end /= 2;
        }
        Self { nodes }
    }
}

impl BucketTree {
    /// Puts the hash of a bucket's newest block.
    pub fn put(&mut self, bucket: i16, newest: Digest) {
        let mut place = WIDTH + bucket.rem_euclid(BUCKETS as i16) as usize;
        self.nodes[place] = leaf_hash(&newest.0);
        while place > 1 {
            place /= 2;
            self.nodes[place] = node_hash(self.nodes[2 * place], self.nodes[2 * place + 1]);
        }
    }

    /// The root over all buckets.
    pub fn root(&self) -> Digest {
        self.nodes[1]
    }
}
