//! What can go wrong with the trace of a sale, by what the reader should know.

use crate::contact::ContactError;
use crate::customer::CustomerError;
use crate::intake::FileError;
use crate::journal::ledger::LedgerError;
use crate::plan::PlanError;
use crate::platform::{KeyError, Refusal, refusals};
use crate::segment::SegmentError;
use sea_orm::DbErr;
use serde_json::{Value, json};
use tend_rules::plan::Fault;
use tend_rules::trace::{Gap, Unfit};

/// An error of this room.
#[derive(Debug, thiserror::Error)]
pub enum TraceError {
    /// There is no such trace within the reader's scope.
    #[error("trace not found")]
    NotFound,
    /// There is no such process.
    #[error("no process {key}")]
    ProcessUnknown {
        /// The key.
        key: String,
    },
    /// The process is for others.
    #[error("the process {key} is not for this sale")]
    ProcessUnfit {
        /// The key.
        key: String,
    },
    /// No sale is begun by the process any more.
    #[error("the process {key} is retired")]
    ProcessRetired {
        /// The key.
        key: String,
    },
    /// The process to which a trace is pinned cannot be read any more.
    #[error("the process {key} cannot be read")]
    ProcessBroken {
        /// The key.
        key: String,
    },
    /// The text of a process is wrong.
    #[error("{} faults in the process", faults.len())]
    Faulty {
        /// What is wrong.
        faults: Vec<Fault>,
    },
    /// That version of the process is there already.
    #[error("version {version} of {key} is there already")]
    VersionTaken {
        /// The key.
        key: String,
        /// The version.
        version: i32,
    },
    /// The process is about an agreement of the customer, and none was named.
    #[error("the process needs an agreement of the customer")]
    AgreementNeeded,
    /// The trace is closed.
    #[error("the trace is {state}")]
    Closed {
        /// Its state.
        state: String,
    },
    /// The trace is open.
    #[error("the trace is open")]
    StillOpen,
    /// The sale lacks steps.
    #[error("{} gaps", gaps.len())]
    Gaps {
        /// What is missing, in sentences of the reader's language too.
        gaps: Vec<Gap>,
        /// The same for the wire.
        shown: Value,
    },
    /// The process has no such step.
    #[error("no step {step}")]
    StepUnknown {
        /// The step.
        step: String,
    },
    /// The step does not take the evidence.
    #[error("the step {step} does not take it: {}", unfit.word())]
    EvidenceUnfit {
        /// The step.
        step: String,
        /// Why.
        unfit: Unfit,
        /// The same as a sentence.
        because: String,
    },
    /// The trace has no such evidence in force.
    #[error("no such evidence in force")]
    EvidenceUnknown,
    /// The trace has as much evidence as one may have.
    #[error("too much evidence")]
    TooMuch,
    /// A field of a body does not hold what it should.
    #[error("invalid {field}")]
    Invalid {
        /// The field.
        field: &'static str,
        /// What it should be.
        rule: &'static str,
    },
    /// A deed needs a reason.
    #[error("a reason is needed")]
    ReasonMissing,
    /// The file is of a type that is not taken.
    #[error("the file is of a type that is not taken")]
    FileRefused,
    /// The scanner knows something in the file.
    #[error("the file holds {name}")]
    FileInfected {
        /// What, as the scanner calls it.
        name: String,
    },
    /// The scanner for viruses does not answer.
    #[error("asking the scanner for viruses")]
    ScannerAway(#[source] std::io::Error),
    /// The file is not on the disk any more.
    #[error("the file is not kept any more")]
    FileGone,
    /// Files.
    #[error(transparent)]
    File(#[from] FileError),
    /// Contacts and remarks.
    #[error(transparent)]
    Contact(#[from] ContactError),
    /// The customer file.
    #[error(transparent)]
    Customer(#[from] CustomerError),
    /// Playbooks.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// Facts and conditions.
    #[error(transparent)]
    Segment(#[from] SegmentError),
    /// The ledger.
    #[error("proving what the journal says")]
    Ledger(#[from] LedgerError),
    /// A sealed record cannot be opened.
    #[error("opening a record")]
    Sealed(#[from] KeyError),
    /// A record is not in its form.
    #[error("a record is damaged")]
    Damaged,
    /// The disk failed.
    #[error("a file of evidence")]
    Disk(#[from] std::io::Error),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl Refusal for TraceError {
    refusals! {
        NOT_FOUND {
            Self::NotFound => "trace_not_found",
            Self::ProcessUnknown { .. } => "process_unknown",
            Self::EvidenceUnknown => "evidence_unknown",
            Self::FileGone => "evidence_file_gone",
        }
        UNPROCESSABLE_ENTITY {
            Self::ProcessUnfit { .. } => "process_unfit",
            Self::Faulty { .. } => "process_faulty",
            Self::AgreementNeeded => "agreement_needed",
            Self::StepUnknown { .. } => "step_unknown",
            Self::EvidenceUnfit { .. } => "evidence_unfit",
            Self::TooMuch => "evidence_too_much",
            Self::Invalid { .. } => "field_invalid",
            Self::ReasonMissing => "reason_missing",
            Self::FileRefused => "evidence_file_refused",
            Self::FileInfected { .. } => "evidence_file_infected",
        }
        SERVICE_UNAVAILABLE {
            Self::ScannerAway(_) => "scanner_away",
        }
        INTERNAL_SERVER_ERROR {
            Self::ProcessBroken { .. } => "process_broken",
            Self::Ledger(_) => "internal",
            Self::Sealed(_) => "internal",
            Self::Damaged => "internal",
            Self::Disk(_) => "internal",
        }
        CONFLICT {
            Self::VersionTaken { .. } => "process_version_taken",
            Self::ProcessRetired { .. } => "process_retired",
            Self::Closed { .. } => "trace_closed",
            Self::StillOpen => "trace_open",
            Self::Gaps { .. } => "trace_gaps",
        }
        .. File: FileError, Contact: ContactError, Customer: CustomerError, Plan: PlanError, Segment: SegmentError, Database: DbErr;
    }

    fn params(&self) -> Value {
        match self {
            Self::ProcessUnknown { key }
            | Self::ProcessUnfit { key }
            | Self::ProcessRetired { key }
            | Self::ProcessBroken { key } => json!({ "key": key }),
            Self::Faulty { faults } => json!({ "count": faults.len() }),
            Self::VersionTaken { key, version } => json!({ "key": key, "version": version }),
            Self::Closed { state } => json!({ "state": state }),
            Self::Gaps { gaps, .. } => json!({ "count": gaps.len() }),
            Self::StepUnknown { step } => json!({ "step": step }),
            Self::EvidenceUnfit { step, because, unfit } => {
                json!({ "step": step, "because": because, "why": unfit.word() })
            }
            Self::FileInfected { name } => json!({ "name": name }),
            Self::Invalid { field, rule } => json!({ "field": field, "rule": rule }),
            Self::File(error) => error.params(),
            Self::Contact(error) => error.params(),
            Self::Customer(error) => error.params(),
            Self::Plan(error) => error.params(),
            Self::Segment(error) => error.params(),
            _ => json!({}),
        }
    }

    fn problems(&self) -> Option<Value> {
        match self {
            Self::Gaps { shown, .. } => Some(shown.clone()),
            Self::Faulty { faults } => serde_json::to_value(faults).ok(),
            Self::EvidenceUnfit { unfit, .. } => serde_json::to_value([unfit]).ok(),
            Self::Contact(error) => error.problems(),
            _ => None,
        }
    }
}
