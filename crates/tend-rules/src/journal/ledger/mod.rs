//! The ledger: how the facts of the journal are sealed so that nobody, the firm included, can change them unnoticed.
//!
//! Facts of a bucket stand in blocks; a block is chained to the one before it in its bucket and holds the Merkle root of
//! its entries. All blocks, in the order in which they were sealed, are the leaves of one log; a head signs the root of
//! that log and the root over the newest block of every bucket. Hashing and proofs are those of RFC 9162 (leaf 0x00,
//! node 0x01). Nothing here reads a database, a file or the time.

mod block;
mod bucket_tree;
mod check;
mod entry;
mod fault;
mod head;
mod line;
mod proof;
mod range;
mod tree;

pub use crate::base::{Digest, Signer, SignerId};
pub use block::Block;
pub use bucket_tree::BucketTree;
pub use check::{Check, Tip, Walk};
pub use entry::{ERASED, Entry, Forgotten, Salt, commitment};
pub use fault::{Fault, FaultKind, Faults};
pub use head::{Head, SignedHead};
pub use line::{EntryProof, Line, LineError};
pub use proof::{Levels, consistency_holds, root_by_inclusion};
pub use range::{Subtree, root_over, siblings, subtrees};
pub use tree::{Tree, leaf_hash, node_hash};
