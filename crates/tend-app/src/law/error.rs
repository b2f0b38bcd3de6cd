//! What can go wrong when laws are chosen.

use crate::org::OrgError;
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
    /// Whoever may erase customers is bound by the rule of the second person and cannot end it.
    #[error("the rule binds the person")]
    BoundByIt,
    /// Whoever may erase customers is bound by a pack and cannot take it away.
    #[error("the pack binds the person")]
    PackBinds,
    /// The people of the firm.
    #[error(transparent)]
    Org(#[from] OrgError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl Refusal for LawError {
    refusals! {
        FORBIDDEN {
            Self::BoundByIt => "erasure_rule_binds_you",
            Self::PackBinds => "law_pack_binds_you",
        }
        UNPROCESSABLE_ENTITY {
            Self::PackUnknown { .. } => "law_pack_unknown",
            Self::Invalid { .. } => "field_invalid",
        }
        .. Org: OrgError, Database: DbErr;
    }

    fn params(&self) -> Value {
        match self {
            Self::PackUnknown { key } => json!({ "key": key }),
            Self::Invalid { field, rule } => json!({ "field": field, "rule": rule }),
            Self::Org(error) => error.params(),
            Self::BoundByIt | Self::PackBinds | Self::Database(_) => json!({}),
        }
    }
}
