//! What is written of evidence in the one form whose hash the journal keeps: a third person computes it anew.

use super::EvidenceKind;
use crate::base::{Digest, EvidenceId, Instant, StaffId, TraceId};
use crate::org::Role;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// Evidence as it was supplied. The order of the fields is part of the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceRecord {
    /// The evidence.
    pub id: EvidenceId,
    /// The trace.
    pub trace: TraceId,
    /// The step.
    pub step: String,
    /// The kind.
    pub kind: EvidenceKind,
    /// The record to which it points: a contact, a fact, a channel, an agreement; empty where there is none.
    pub refers_to: String,
    /// When the thing happened.
    pub happened_at: Instant,
    /// When it was supplied.
    pub given_at: Instant,
    /// Who supplied it.
    pub by: StaffId,
    /// In which role.
    pub role: Role,
    /// The earlier evidence that it corrects or takes back.
    pub corrects: Option<EvidenceId>,
    /// The file that came with it.
    pub file: Option<FileRecord>,
    /// What the person wrote.
    pub remark: String,
    /// Random, so that nobody who knows only the hash can guess the remark.
    pub salt: Digest,
}

/// A file of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileRecord {
    /// As the person called it.
    pub name: String,
    /// Its content type, by its bytes.
    pub content_type: String,
    /// Bytes.
    pub size: u64,
    /// Of the bytes.
    pub sha256: Digest,
    /// How long it plays.
    pub seconds: Option<u32>,
}

/// A turn of a trace: opened, closed, opened again. The order of the fields is part of the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TurnRecord {
    /// The trace.
    pub trace: TraceId,
    /// `opened`, `sold`, `abandoned`, `reopened`.
    pub kind: String,
    /// When.
    pub at: Instant,
    /// Who.
    pub by: StaffId,
    /// Why.
    pub reason: String,
    /// Random.
    pub salt: Digest,
}

impl EvidenceRecord {
    /// The hash that the journal keeps.
    pub fn hash(&self) -> Digest {
        hash(self)
    }
}

impl TurnRecord {
    /// The hash that the journal keeps.
    pub fn hash(&self) -> Digest {
        hash(self)
    }
}

fn hash(record: &impl Serialize) -> Digest {
    let text = serde_json::to_vec(record).expect("numbers and texts are always written");
    Digest(Sha256::digest(&text).into())
}
