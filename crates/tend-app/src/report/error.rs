//! What can go wrong with a statement.

use crate::platform::Refusal;
use axum::http::StatusCode;
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
    /// The sheet could not be written.
    #[error("writing the sheet")]
    Sheet(#[from] rust_xlsxwriter::XlsxError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl Refusal for ReportError {
    fn code(&self) -> &'static str {
        match self {
            Self::PeriodBackwards { .. } => "period_backwards",
            Self::Sheet(_) => "internal",
            Self::Database(error) => error.code(),
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::PeriodBackwards { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Sheet(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Database(error) => error.status(),
        }
    }

    fn params(&self) -> Value {
        match self {
            Self::PeriodBackwards { from, to } => json!({ "from": from, "to": to }),
            _ => json!({}),
        }
    }
}
