//! What a check of the ledger can find.

use serde::{Deserialize, Serialize};

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The words of a fact are not those that were sealed.
    WordsChanged,
    /// A sealed fact is gone.
    FactMissing,
    /// The words of a fact were erased, and no entry whose own words are whole says so.
    ErasedUnsaid,
    /// A fact stands in the journal that is neither sealed nor waits for it.
    FactAdded,
    /// A fact that waited to be sealed is gone.
    WaitingMissing,
    /// The entries of a block are not those that were sealed.
    EntriesChanged,
    /// A block does not follow the one before it.
    ChainBroken,
    /// A head does not tell of the blocks that are there.
    HeadContradicted,
    /// A head does not follow the one before it.
    HeadChainBroken,
    /// A head is not signed by the key that it names.
    SignatureWrong,
    /// The last head is signed by another key than the one that is trusted.
    SignerUnknown,
    /// The ledger is not a continuation of a head that was kept outside.
    HistoryRewritten,
    /// A line or row is not in the form in which it was written.
    Unreadable,
}

impl FaultKind {
    /// The word on the wire and in the words files.
    pub const fn word(self) -> &'static str {
        match self {
            FaultKind::WordsChanged => "words_changed",
            FaultKind::FactMissing => "fact_missing",
            FaultKind::ErasedUnsaid => "erased_unsaid",
            FaultKind::FactAdded => "fact_added",
            FaultKind::WaitingMissing => "waiting_missing",
            FaultKind::EntriesChanged => "entries_changed",
            FaultKind::ChainBroken => "chain_broken",
            FaultKind::HeadContradicted => "head_contradicted",
            FaultKind::HeadChainBroken => "head_chain_broken",
            FaultKind::SignatureWrong => "signature_wrong",
            FaultKind::SignerUnknown => "signer_unknown",
            FaultKind::HistoryRewritten => "history_rewritten",
            FaultKind::Unreadable => "unreadable",
        }
    }
}

/// Something that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// What.
    pub kind: FaultKind,
    /// Where: a fact's id, `block 12`, `head 3`, a file and line.
    pub place: String,
}

/// How many faults are named; more are only counted.
const NAMED_MAX: usize = 100;

/// What a check found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Faults {
    /// How many.
    pub found: u64,
    /// The first hundred.
    pub named: Vec<Fault>,
}

impl Faults {
    /// Notes a fault.
    pub fn note(&mut self, kind: FaultKind, place: impl ToString) {
        self.found += 1;
        if self.named.len() < NAMED_MAX {
            self.named.push(Fault { kind, place: place.to_string() });
        }
    }

    /// Takes over what another part of the check found.
    pub fn join(&mut self, other: Faults) {
        self.found += other.found;
        let room = NAMED_MAX.saturating_sub(self.named.len());
        self.named.extend(other.named.into_iter().take(room));
    }
}
