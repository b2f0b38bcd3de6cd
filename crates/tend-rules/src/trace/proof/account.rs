//! What an evidence file says: the account of a sale, and the list of its files.

use crate::base::{AgreementId, CustomerId, Digest, FactId, Instant, SignerId, StaffId, TraceId};
use crate::segment::Words;
use crate::trace::{EvidenceRecord, StepState, TurnRecord};
use serde::{Deserialize, Serialize};

/// The account of a sale: `trace.json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Account {
    /// The form of this file.
    pub format: u32,
    /// The firm.
    pub firm: String,
    /// The trace.
    pub trace: TraceId,
    /// The customer.
    pub customer: CustomerId,
    /// Other records of the same person that are one with it by now, under which contacts were recorded to which the
    /// evidence points.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<CustomerId>,
    /// The customer's name.
    pub customer_name: String,
    /// The agreement.
    pub agreement: Option<AgreementAccount>,
    /// What is sold.
    pub product: String,
    /// The process.
    pub process: String,
    /// Its version.
    pub process_version: i32,
    /// Its name.
    pub process_title: Words,
    /// The law that demands it.
    pub law: Option<Words>,
    /// `open`, `sold`, `abandoned`.
    pub state: String,
    /// The turns, oldest first.
    pub turns: Vec<TurnRecord>,
    /// The steps in order.
    pub steps: Vec<StepAccount>,
    /// Everything that was supplied, oldest first, corrections and withdrawals too.
    pub evidence: Vec<EvidenceRecord>,
    /// The people who are named.
    pub people: Vec<Person>,
    /// The entries of the journal that tell of the trace.
    pub entries: Vec<FactId>,
    /// Who took this file out.
    pub exported_by: Person,
    /// When.
    pub exported_at: Instant,
    /// Why.
    pub reason: String,
}

/// An agreement.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AgreementAccount {
    /// The id.
    pub id: AgreementId,
    /// The number.
    pub number: String,
    /// The product.
    pub product: String,
}

/// A person of the firm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The id.
    pub id: StaffId,
    /// The name.
    pub name: String,
}

/// A step.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StepAccount {
    /// The key.
    pub key: String,
    /// The name.
    pub title: Words,
    /// Whether this sale needed it.
    pub needed: bool,
    /// How it stood.
    pub state: String,
    /// When it happened.
    pub met_at: Option<Instant>,
}

impl StepAccount {
    /// The word of a state.
    pub const fn word(state: StepState) -> &'static str {
        match state {
            StepState::Met => "met",
            StepState::Gap => "gap",
            StepState::Open => "open",
        }
    }
}

impl Account {
    /// The form that this program writes.
    pub const FORMAT: u32 = 1;

    /// A person's name.
    pub fn name_of(&self, id: StaffId) -> &str {
        self.people.iter().find(|person| person.id == id).map_or("", |person| person.name.as_str())
    }

    /// The mark on every page: who took the file out, and when.
    pub fn watermark(&self) -> String {
        format!("{} · {} · {}", self.exported_by.name, self.exported_by.id, self.exported_at)
    }
}

/// The list of all other files: `manifest.json`, signed in `manifest.sig`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The trace.
    pub trace: TraceId,
    /// Who took the file out, and when.
    pub watermark: String,
    /// The public key of the signature.
    pub signer: SignerId,
    /// The files in the order of the container.
    pub files: Vec<ManifestFile>,
}

/// A file of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestFile {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub size: u64,
    /// Of its bytes.
    pub sha256: Digest,
}
