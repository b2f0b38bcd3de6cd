//! What can go wrong with the rights of customers.

use crate::contact::ContactError;
use crate::customer::CustomerError;
use crate::intake::FileError;
use crate::journal::ledger::LedgerError;
use crate::platform::{KeyError, QueueError, Refusal, refusals};
use crate::trace::TraceError;
use crate::work::WorkError;
use sea_orm::DbErr;
use serde_json::{Value, json};
use tend_rules::base::Day;

/// An error of this room.
#[derive(Debug, thiserror::Error)]
pub enum RightsError {
    /// There is no such request in scope.
    #[error("request not found")]
    RequestNotFound,
    /// The request is settled, or not where this can be done.
    #[error("the request is {state}")]
    RequestState {
        /// Where it stands.
        state: String,
    },
    /// A legal hold binds the customer.
    #[error("held until {until:?}")]
    HeldBack {
        /// The last day; none until it is released.
        until: Option<Day>,
    },
    /// A law demands that the evidence of a sale be kept.
    #[error("the evidence of a sale is kept until {until}")]
    SaleKept {
        /// The first day on which it may go.
        until: Day,
    },
    /// The second person must be another one.
    #[error("another person must approve")]
    SamePerson,
    /// A reason is needed.
    #[error("a reason is needed")]
    ReasonMissing,
    /// A field does not hold what it should.
    #[error("invalid {field}")]
    Invalid {
        /// The field.
        field: &'static str,
        /// What it should be.
        rule: &'static str,
    },
    /// The copy cannot be packed.
    #[error("packing the copy")]
    Unpacked(#[source] std::io::Error),
    /// The customer file.
    #[error(transparent)]
    Customer(#[from] CustomerError),
    /// Work orders.
    #[error(transparent)]
    Work(#[from] WorkError),
    /// Contacts.
    #[error(transparent)]
    Contact(#[from] ContactError),
    /// Traces of sales.
    #[error(transparent)]
    Trace(#[from] TraceError),
    /// Uploads.
    #[error(transparent)]
    File(#[from] FileError),
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A reason cannot be opened.
    #[error("opening a reason")]
    Sealed(#[from] KeyError),
    /// The job was taken over.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl Refusal for RightsError {
    refusals! {
        NOT_FOUND {
            Self::RequestNotFound => "rights_request_not_found",
        }
        CONFLICT {
            Self::RequestState { .. } => "rights_request_state",
            Self::HeldBack { until: Some(_) } => "legal_hold_until",
            Self::HeldBack { until: None } => "legal_hold",
            Self::SaleKept { .. } => "sale_kept_by_law",
            Self::SamePerson => "second_person_needed",
        }
        UNPROCESSABLE_ENTITY {
            Self::ReasonMissing => "rights_reason_missing",
            Self::Invalid { .. } => "field_invalid",
        }
        INTERNAL_SERVER_ERROR {
            Self::Unpacked(_) => "internal",
            Self::Ledger(_) => "internal",
            Self::Sealed(_) => "internal",
            Self::Queue(_) => "internal",
        }
        .. Customer: CustomerError, Work: WorkError, Contact: ContactError, Trace: TraceError, File: FileError, Database: DbErr;
    }

    fn params(&self) -> Value {
        match self {
            Self::RequestState { state } => json!({ "state": state }),
            Self::HeldBack { until: Some(until) } | Self::SaleKept { until } => json!({ "until": until }),
            Self::Invalid { field, rule } => json!({ "field": field, "rule": rule }),
            Self::Customer(error) => error.params(),
            Self::Work(error) => error.params(),
            Self::Contact(error) => error.params(),
            Self::Trace(error) => error.params(),
            Self::File(error) => error.params(),
            _ => json!({}),
        }
    }
}
