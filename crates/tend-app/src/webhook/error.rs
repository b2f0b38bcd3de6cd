//! What can go wrong with webhooks, by what the reader should know.

use crate::org::OrgError;
use crate::platform::outside::OutsideError;
use crate::platform::{KeyError, Refusal, refusals};
use sea_orm::DbErr;
use serde_json::{Value, json};

/// An error of this room.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// There is no such webhook, or no such event of it.
    #[error("webhook not found")]
    NotFound,
    /// Somebody else changed it since it was read.
    #[error("changed by somebody else")]
    VersionStale,
    /// The address may not be called.
    #[error("the address cannot be called")]
    Address(#[source] OutsideError),
    /// A field does not hold what it should.
    #[error("invalid {field}")]
    Invalid {
        /// The field.
        field: &'static str,
        /// What it should be.
        rule: &'static str,
    },
    /// The secret cannot be opened.
    #[error("opening a secret")]
    Sealed(#[from] KeyError),
    /// The way out cannot be made ready.
    #[error("making the way out ready")]
    Outside(#[source] OutsideError),
    /// The organisation refused.
    #[error(transparent)]
    Org(#[from] OrgError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl Refusal for WebhookError {
    refusals! {
        NOT_FOUND {
            Self::NotFound => "webhook_not_found",
        }
        PRECONDITION_FAILED {
            Self::VersionStale => "version_stale",
        }
        UNPROCESSABLE_ENTITY {
            Self::Address(_) => "webhook_address",
            Self::Invalid { .. } => "field_invalid",
        }
        INTERNAL_SERVER_ERROR {
            Self::Sealed(_) => "internal",
            Self::Outside(_) => "internal",
        }
        .. Org: OrgError, Database: DbErr;
    }

    fn params(&self) -> Value {
        match self {
            Self::Address(error) => json!({ "why": error.to_string(), "reason": error.word() }),
            Self::Invalid { field, rule } => json!({ "field": field, "rule": rule }),
            Self::Org(error) => error.params(),
            _ => json!({}),
        }
    }
}
