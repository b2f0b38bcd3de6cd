//! What can go wrong with a statement.

use crate::platform::{Refusal, refusals};
use sea_orm::DbErr;
use serde_json::{Value, json};
use tend_rules::base::Day;

/// An error of this room.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The period ends before it begins.
    #[error("the period ends on {to}, before it begins on {from}")]
    PeriodBackwards {
        /// The first day asked for.
        from: Day,
        /// The last day asked for.
        to: Day,
    },
    /// The cursor is not one that a page gave.
    #[error("no cursor")]
    BadCursor,
    /// The sheet could not be written.
    #[error("writing the sheet")]
    Sheet(#[from] rust_xlsxwriter::XlsxError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl Refusal for ReportError {
    refusals! {
        UNPROCESSABLE_ENTITY {
            Self::PeriodBackwards { .. } => "period_backwards",
            Self::BadCursor => "field_invalid",
        }
        INTERNAL_SERVER_ERROR {
            Self::Sheet(_) => "internal",
        }
        .. Database: DbErr;
    }

    fn params(&self) -> Value {
        match self {
            Self::PeriodBackwards { from, to } => json!({ "from": from, "to": to }),
            Self::BadCursor => json!({ "field": "cursor", "rule": "as the previous page gave it" }),
            _ => json!({}),
        }
    }
}
