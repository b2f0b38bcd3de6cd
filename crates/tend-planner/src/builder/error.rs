//! Why rows could not become columns.

use tend_rules::base::CustomerId;

/// Why rows could not become columns.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ColumnsError {
    /// The catalogue has no such fact or collection.
    #[error("there is no fact named {key}")]
    UnknownFact {
        /// The name.
        key: String,
    },
    /// The fact holds values of another kind.
    #[error("the fact {key} holds {wanted} and not {found}")]
    WrongKind {
        /// The name.
        key: String,
        /// The kind that the fact holds.
        wanted: String,
        /// The kind that was given.
        found: String,
    },
    /// A customer came twice.
    #[error("the customer {customer} came twice")]
    Twice {
        /// The customer.
        customer: CustomerId,
    },
}

impl ColumnsError {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            ColumnsError::UnknownFact { .. } => "columns_unknown_fact",
            ColumnsError::WrongKind { .. } => "columns_wrong_kind",
            ColumnsError::Twice { .. } => "columns_twice",
        }
    }
}
