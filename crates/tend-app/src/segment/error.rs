//! What can go wrong with segments, by what the reader should know.

use crate::customer::CustomerError;
use crate::org::OrgError;
use crate::platform::{Refusal, refusals};
use sea_orm::DbErr;
use serde_json::{Value, json};
use tend_planner::ColumnsError;
use tend_rules::segment::ShownProblem;

/// An error of this room.
#[derive(Debug, thiserror::Error)]
pub enum SegmentError {
    /// The expression cannot be understood.
    #[error("the expression has {} problems", problems.len())]
    Expression {
        /// What is wrong and where, in the reader's language.
        problems: Vec<ShownProblem>,
    },
    /// There is no such segment for the reader.
    #[error("segment not found")]
    NotFound,
    /// There is no such view for the reader.
    #[error("view not found")]
    ViewNotFound,
    /// The view is somebody else's: it can be used and copied, not changed.
    #[error("the view belongs to somebody else")]
    ViewNotOwn,
    /// Sharing with the firm is for those who lead.
    #[error("may not share with the firm")]
    SharingNotPermitted,
    /// Somebody else changed it since it was read.
    #[error("changed by somebody else")]
    VersionStale,
    /// A field does not hold what it should.
    #[error("invalid {field}")]
    Invalid {
        /// The field.
        field: &'static str,
        /// What it should be.
        rule: &'static str,
    },
    /// The customer file does not fit its catalogue.
    #[error("the customer file does not fit its catalogue")]
    Columns(#[from] ColumnsError),
    /// A worker thread ended early.
    #[error("counting was interrupted")]
    Interrupted,
    /// The customer room refused.
    #[error(transparent)]
    Customer(#[from] CustomerError),
    /// The organisation refused.
    #[error(transparent)]
    Org(#[from] OrgError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl Refusal for SegmentError {
    refusals! {
        UNPROCESSABLE_ENTITY {
            Self::Expression { .. } => "expression_not_understood",
            Self::Invalid { .. } => "field_invalid",
        }
        NOT_FOUND {
            Self::NotFound => "segment_not_found",
            Self::ViewNotFound => "view_not_found",
        }
        FORBIDDEN {
            Self::ViewNotOwn => "view_not_own",
            Self::SharingNotPermitted => "sharing_not_permitted",
        }
        PRECONDITION_FAILED {
            Self::VersionStale => "version_stale",
        }
        INTERNAL_SERVER_ERROR {
            Self::Columns(_) => "internal",
            Self::Interrupted => "internal",
        }
        .. Customer: CustomerError, Org: OrgError, Database: DbErr;
    }

    fn params(&self) -> Value {
        match self {
            Self::Expression { problems } => {
                let first = problems.first();
                json!({ "detail": first.map_or("", |p| p.detail.as_str()), "count": problems.len() })
            }
            Self::Invalid { field, rule } => json!({ "field": field, "rule": rule }),
            Self::Customer(error) => error.params(),
            Self::Org(error) => error.params(),
            _ => json!({}),
        }
    }

    fn problems(&self) -> Option<Value> {
        match self {
            Self::Expression { problems } => serde_json::to_value(problems).ok(),
            _ => None,
        }
    }
}
