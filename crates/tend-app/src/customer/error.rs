//! What can go wrong in the customer file, by what the reader should know.

use crate::org::OrgError;
use crate::platform::{KeyError, Refusal, refusals};
use sea_orm::DbErr;
use serde_json::{Value, json};
use tend_rules::base::{CustomerId, Day};

/// An error of this room.
#[derive(Debug, thiserror::Error)]
pub enum CustomerError {
    /// There is no such customer within the reader's scope.
    #[error("customer not found")]
    NotFound,
    /// There is no such thing (agreement, contact point, label) of the customer.
    #[error("{thing} not found")]
    PartNotFound {
        /// `agreement`, `contact_point`, `label` …
        thing: &'static str,
    },
    /// The record was merged into another one, which the reader may see.
    #[error("merged into {into}")]
    Merged {
        /// The record that is on file.
        into: CustomerId,
    },
    /// The other record is not part of this one (any more).
    #[error("not merged")]
    NotMerged,
    /// Somebody else changed the customer since it was read.
    #[error("changed by somebody else")]
    VersionStale,
    /// There is no fact of that key.
    #[error("no fact {key}")]
    FactUnknown {
        /// The key.
        key: String,
    },
    /// The value does not fit the fact.
    #[error("the value of {key} does not fit")]
    FactUnfit {
        /// The key.
        key: String,
        /// What is expected.
        expected: String,
    },
    /// What stands in the field of a phone is no number, or more than a number.
    #[error("no phone number")]
    PhoneUnfit,
    /// A field of a body does not hold what it should.
    #[error("invalid {field}")]
    Invalid {
        /// The field.
        field: &'static str,
        /// What it should be.
        rule: &'static str,
    },
    /// A key of the catalogue is taken.
    #[error("key taken: {key}")]
    KeyTaken {
        /// The key.
        key: String,
    },
    /// The label may be set by other roles only.
    #[error("label {key} is not for this role")]
    LabelReserved {
        /// The label.
        key: String,
    },
    /// An opened field needs a reason.
    #[error("a reason is needed")]
    ReasonMissing,
    /// The person opened as many fields today as one person may.
    #[error("{cap} fields opened today")]
    UnmaskCap {
        /// How many a day.
        cap: i64,
    },
    /// The person looked up as many customers today as one person may: nobody more is shown beside a file.
    #[error("{cap} look-ups today")]
    LookUpsSpent {
        /// How many a day.
        cap: i64,
    },
    /// A consent of a child is given by a guardian.
    #[error("a guardian consents below {below}")]
    GuardianNeeded {
        /// Younger than so many years.
        below: i32,
    },
    /// The customer refused lately and is not to be asked again so soon.
    #[error("refused until {until}")]
    RefusalHolds {
        /// The first day on which the firm may ask.
        until: Day,
    },
    /// The agreement was not added just now, or a bill or payment names it: it is not taken back.
    #[error("the agreement stays on file")]
    AgreementStays,
    /// The payment was not entered just now, or something came after it: it is not taken back.
    #[error("the payment stays on file")]
    PaymentStays,
    /// The customers belong to more than one household already.
    #[error("more than one household")]
    HouseholdsDiffer,
    /// A legal hold binds the customer, or one of a batch.
    #[error("held")]
    Held,
    /// The batch name belongs to another file.
    #[error("batch name {name} is taken by another file")]
    BatchNameTaken {
        /// The name.
        name: String,
    },
    /// The batch cannot be taken back in its present state.
    #[error("the batch is {state}")]
    BatchState {
        /// Its state.
        state: String,
    },
    /// The file was checked anew, or was asked for otherwise, since its findings were seen.
    #[error("the check is overtaken")]
    CheckOvertaken,
    /// There is no such batch.
    #[error("batch not found")]
    BatchNotFound,
    /// Another process is working on the same batch.
    #[error("another process is working on the batch")]
    BatchBusy,
    /// A sealed cell cannot be opened: another master key, or a damaged database.
    #[error("opening personal fields")]
    Sealed(#[from] KeyError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
    /// The organisation refused.
    #[error(transparent)]
    Org(#[from] OrgError),
}

impl Refusal for CustomerError {
    refusals! {
        NOT_FOUND {
            Self::NotFound => "customer_not_found",
            Self::PartNotFound { .. } => "customer_part_not_found",
            Self::BatchNotFound => "batch_not_found",
        }
        GONE {
            Self::Merged { .. } => "customer_merged",
        }
        PRECONDITION_FAILED {
            Self::VersionStale => "version_stale",
        }
        UNPROCESSABLE_ENTITY {
            Self::FactUnknown { .. } => "fact_unknown",
            Self::FactUnfit { .. } => "fact_unfit",
            Self::PhoneUnfit => "phone_unfit",
            Self::Invalid { .. } => "field_invalid",
            Self::ReasonMissing => "reason_missing",
            Self::GuardianNeeded { .. } => "guardian_needed",
        }
        CONFLICT {
            Self::KeyTaken { .. } => "key_taken",
            Self::RefusalHolds { .. } => "refusal_holds",
            Self::AgreementStays => "agreement_stays",
            Self::PaymentStays => "payment_stays",
            Self::HouseholdsDiffer => "households_differ",
            Self::Held => "legal_hold",
            Self::BatchNameTaken { .. } => "batch_name_taken",
            Self::BatchState { .. } => "batch_state",
            Self::BatchBusy => "batch_busy",
            Self::CheckOvertaken => "check_overtaken",
            Self::NotMerged => "not_merged",
        }
        FORBIDDEN {
            Self::LabelReserved { .. } => "label_reserved",
        }
        TOO_MANY_REQUESTS {
            Self::UnmaskCap { .. } => "unmask_cap",
            Self::LookUpsSpent { .. } => "look_ups_spent",
        }
        INTERNAL_SERVER_ERROR {
            Self::Sealed(_) => "sealed_unopenable",
        }
        .. Database: DbErr, Org: OrgError;
    }

    fn params(&self) -> Value {
        match self {
            Self::Merged { into } => json!({ "into": into }),
            Self::PartNotFound { thing } => json!({ "thing": thing }),
            Self::FactUnknown { key } | Self::KeyTaken { key } | Self::LabelReserved { key } => json!({ "key": key }),
            Self::FactUnfit { key, expected } => json!({ "key": key, "expected": expected }),
            Self::Invalid { field, rule } => json!({ "field": field, "rule": rule }),
            Self::GuardianNeeded { below } => json!({ "below": below }),
            Self::RefusalHolds { until } => json!({ "until": until }),
            Self::UnmaskCap { cap } | Self::LookUpsSpent { cap } => json!({ "cap": cap }),
            Self::BatchNameTaken { name } => json!({ "name": name }),
            Self::BatchState { state } => json!({ "state": state }),
            _ => json!({}),
        }
    }
}

impl From<tend_rules::customer::Unfit> for CustomerError {
    fn from(unfit: tend_rules::customer::Unfit) -> Self {
        Self::FactUnfit { key: unfit.key, expected: unfit.expected.into() }
    }
}
