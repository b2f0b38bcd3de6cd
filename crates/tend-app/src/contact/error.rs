//! What can go wrong when an outcome is recorded, by what the reader should know.

use crate::customer::CustomerError;
use crate::platform::{KeyError, Refusal, refusals};
use crate::work::WorkError;
use sea_orm::DbErr;
use serde_json::{Value, json};
use tend_rules::contact::{Misfit, Unfit};

/// An error of this room.
#[derive(Debug, thiserror::Error)]
pub enum ContactError {
    /// The business type has no such code.
    #[error("no outcome code {code}")]
    CodeUnknown {
        /// The code.
        code: String,
    },
    /// There is no such code to be changed.
    #[error("no outcome code {code} in the catalogue")]
    CodeNotFound {
        /// The code.
        code: String,
    },
    /// Somebody else changed the code since it was read.
    #[error("the code was changed by somebody else")]
    CodeStale,
    /// It is the last code with which such work ends well.
    #[error("the last code that ends well")]
    LastCode,
    /// A field does not hold what it should.
    #[error("invalid {field}")]
    Invalid {
        /// The field.
        field: &'static str,
        /// What it should be.
        rule: &'static str,
    },
    /// Note or next step do not fit the code.
    #[error("the outcome does not fit: {0:?}")]
    Unfit(Unfit),
    /// On the chosen day, work of the same matter is on file that is over already.
    #[error("the day of the next step is taken")]
    NextTaken,
    /// The note is not in the firm's form.
    #[error("the remark is not in its form")]
    RemarkUnfit(Misfit),
    /// The form of remarks cannot be used.
    #[error("the form of remarks: {rule}")]
    FormInvalid {
        /// What it should be.
        rule: &'static str,
    },
    /// There is no outcome of this person's to take back.
    #[error("nothing to take back")]
    NothingToTakeBack,
    /// The ten seconds are over.
    #[error("too late to take back")]
    TooLate,
    /// Work orders.
    #[error(transparent)]
    Work(#[from] WorkError),
    /// The customer file.
    #[error(transparent)]
    Customer(#[from] CustomerError),
    /// A note cannot be opened.
    #[error("opening a note")]
    Sealed(#[from] KeyError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl Refusal for ContactError {
    refusals! {
        NOT_FOUND {
            Self::CodeNotFound { .. } => "outcome_code_not_found",
        }
        PRECONDITION_FAILED {
            Self::CodeStale => "version_stale",
        }
        UNPROCESSABLE_ENTITY {
            Self::CodeUnknown { .. } => "outcome_code_unknown",
            Self::Invalid { .. } => "field_invalid",
            Self::Unfit(Unfit::NoteNeeded) => "note_needed",
            Self::Unfit(Unfit::NoteTooLong) => "note_too_long",
            Self::Unfit(Unfit::NextPast) => "next_step_past",
            Self::Unfit(Unfit::NextTooFar) => "next_step_too_far",
            Self::RemarkUnfit(_) => "remark_unfit",
            Self::FormInvalid { .. } => "remark_form_invalid",
        }
        CONFLICT {
            Self::LastCode => "outcome_code_last",
            Self::NextTaken => "next_step_taken",
            Self::NothingToTakeBack => "nothing_to_take_back",
            Self::TooLate => "take_back_too_late",
        }
        INTERNAL_SERVER_ERROR {
            Self::Sealed(_) => "internal",
        }
        .. Work: WorkError, Customer: CustomerError, Database: DbErr;
    }

    fn params(&self) -> Value {
        match self {
            Self::CodeUnknown { code } | Self::CodeNotFound { code } => json!({ "code": code }),
            Self::Invalid { field, rule } => json!({ "field": field, "rule": rule }),
            Self::RemarkUnfit(misfit) => json!({ "proposal": misfit.proposal }),
            Self::FormInvalid { rule } => json!({ "rule": rule }),
            Self::Work(error) => error.params(),
            Self::Customer(error) => error.params(),
            _ => json!({}),
        }
    }

    fn problems(&self) -> Option<Value> {
        match self {
            Self::RemarkUnfit(misfit) => serde_json::to_value(&misfit.faults).ok(),
            Self::Work(error) => error.problems(),
            Self::Customer(error) => error.problems(),
            _ => None,
        }
    }
}
