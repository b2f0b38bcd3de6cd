//! A fact as the ledger keeps it: who, when, what kind, and a salted commitment to what was said.
//!
//! The words of a fact stand behind the commitment, so that they and the salt can be destroyed (a customer asks to be
//! forgotten) and the entry, its block and every head stay valid. Without the salt nobody can try out phone numbers
//! against the commitment.

use super::{Digest, leaf_hash};
use crate::base::{CustomerId, FactId};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// Random bytes that hide what stands behind a commitment.
pub type Salt = Digest;

/// What stands in place of the words of a fact that was erased.
pub const ERASED: &str = r#"{"erased":true}"#;

/// The commitment to the words of a fact: SHA-256 over 0x02, salt and the text as it is stored.
pub fn commitment(salt: Salt, payload: &str) -> Digest {
    Digest(Sha256::new().chain_update([2]).chain_update(salt.0).chain_update(payload).finalize().into())
}

/// What an entry says was erased of its customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Forgotten {
    /// The words of all facts.
    Everything,
    /// The words of these facts, about a customer who stays.
    Facts(Vec<FactId>),
}

/// The words of `journal.forgotten`.
#[derive(Deserialize)]
struct ForgottenWords {
    facts: Option<Vec<FactId>>,
}

/// A fact without its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The fact.
    pub id: FactId,
    /// The customer it is about; the nil id for a fact of the firm.
    pub customer: CustomerId,
    /// When, milliseconds since 1970.
    pub at_ms: i64,
    /// Who, as `Doer` prints itself.
    pub actor: String,
    /// The room that told it.
    pub room: String,
    /// The room's word.
    pub kind: String,
    /// The commitment to its words.
    pub commitment: Digest,
}

impl Entry {
    /// The hash of the entry in its block's tree. Texts are preceded by their length in four bytes, numbers are
    /// big-endian; it begins with the word `entry` and a version.
    pub fn leaf(&self) -> Digest {
        let mut bytes = Vec::with_capacity(128 + self.actor.len() + self.room.len() + self.kind.len());
        bytes.extend(b"entry\x01");
        bytes.extend(self.id.0.as_bytes());
        bytes.extend(self.customer.0.as_bytes());
        bytes.extend(self.at_ms.to_be_bytes());
        for text in [&self.actor, &self.room, &self.kind] {
            bytes.extend((text.len() as u32).to_be_bytes());
            bytes.extend(text.as_bytes());
        }
        bytes.extend(self.commitment.0);
        leaf_hash(&bytes)
    }

    /// Whether it says that the words of its customer's facts were erased.
    pub fn says_forgotten(&self) -> bool {
        self.room == "journal" && self.kind == "forgotten"
    }

    /// What it says was erased, by its words as they are stored: those that were sealed, which is the caller's to see to.
    /// None of another entry, and of one whose own words are gone.
    pub fn forgotten(&self, payload: &str) -> Option<Forgotten> {
        if !self.says_forgotten() || payload == ERASED {
            return None;
        }
        let words: ForgottenWords = serde_json::from_str(payload).ok()?;
        Some(words.facts.map_or(Forgotten::Everything, Forgotten::Facts))
    }
}
