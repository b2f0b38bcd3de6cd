//! What can go wrong when laws are chosen.

use crate::platform::{Refusal, refusals};
use sea_orm::DbErr;
use serde_json::{Value, json};

/// An error of this room.
#[derive(Debug, thiserror::Error)]
pub enum LawError {
    /// There is no such pack.
    #[error("no pack {key}")]
    PackUnknown {
        /// The key.
        key: String,
    },
    /// A field does not hold what it should.
    #[error("invalid {field}")]
    Invalid {
        /// The field.
        field: &'static str,
        /// What it should be.
        rule: &'static str,
    },
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl Refusal for LawError {
    refusals! {
        UNPROCESSABLE_ENTITY {
            Self::PackUnknown { .. } => "law_pack_unknown",
            Self::Invalid { .. } => "field_invalid",
        }
        .. Database: DbErr;
    }

    fn params(&self) -> Value {
        match self {
            Self::PackUnknown { key } => json!({ "key": key }),
            Self::Invalid { field, rule } => json!({ "field": field, "rule": rule }),
            Self::Database(_) => json!({}),
        }
    }
}
