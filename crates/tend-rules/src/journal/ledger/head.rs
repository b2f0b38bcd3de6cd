//! A head: what the whole ledger was at one moment, in a few bytes that can be kept outside and that somebody signed.

use crate::base::{Digest, Signer, SignerId, deserialize_hex, serialize_hex};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The whole ledger at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Its place among the heads, from 0.
    pub number: i64,
    /// When, milliseconds since 1970.
    pub at_ms: i64,
    /// How many blocks the log has.
    pub blocks: i64,
    /// How many entries stand in them.
    pub entries: i64,
    /// The Merkle root of the log of blocks.
    pub log_root: Digest,
    /// The Merkle root over the newest block of every bucket.
    pub buckets_root: Digest,
    /// The hash of the head before; zeros for the first.
    pub before: Digest,
    /// Who signs.
    pub signer: SignerId,
}

impl Head {
    /// What is signed.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(192);
        bytes.extend(b"tend ledger head\x01");
        for number in [self.number, self.at_ms, self.blocks, self.entries] {
            bytes.extend(number.to_be_bytes());
        }
        for hash in [self.log_root.0, self.buckets_root.0, self.before.0, self.signer.0] {
            bytes.extend(hash);
        }
        bytes
    }

    /// The hash by which the next head names it.
    pub fn hash(&self) -> Digest {
        Digest(Sha256::digest(self.bytes()).into())
    }

    /// Signs it.
    pub fn sign(self, signer: &Signer) -> SignedHead {
        let signature = signer.sign(&self.bytes());
        SignedHead { head: self, signature }
    }
}

/// A head with its signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedHead {
    /// The head.
    #[serde(flatten)]
    pub head: Head,
    /// The signature over [`Head::bytes`].
    #[serde(serialize_with = "signature_out", deserialize_with = "deserialize_hex")]
    pub signature: [u8; 64],
}

impl SignedHead {
    /// Whether the signer that it names signed it.
    pub fn is_signed(&self) -> bool {
        self.head.signer.signed(&self.head.bytes(), &self.signature)
    }
}

fn signature_out<S: serde::Serializer>(signature: &[u8; 64], serializer: S) -> Result<S::Ok, S::Error> {
    serialize_hex(signature, serializer)
}
