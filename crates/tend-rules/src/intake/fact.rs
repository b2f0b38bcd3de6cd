//! Typed values of the facts that a firm defines itself.

use crate::base::{Day, Money};
use serde::{Deserialize, Serialize};

/// The type of a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FactKind {
    /// Text.
    String,
    /// A whole number.
    Int,
    /// A number with a fraction.
    Double,
    /// True or false.
    Bool,
    /// A calendar day.
    Date,
    /// An amount of money.
    Money,
}

impl FactKind {
    /// All types.
    pub const ALL: [FactKind; 6] =
        [FactKind::String, FactKind::Int, FactKind::Double, FactKind::Bool, FactKind::Date, FactKind::Money];

    /// The word used in tables, API and plan files.
    pub const fn word(self) -> &'static str {
        match self {
            FactKind::String => "string",
            FactKind::Int => "int",
            FactKind::Double => "double",
            FactKind::Bool => "bool",
            FactKind::Date => "date",
            FactKind::Money => "money",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// A value of a fact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "lowercase")]
pub enum FactValue {
    /// Text.
    String(String),
    /// A whole number.
    Int(i64),
    /// A number with a fraction; always finite.
    Double(f64),
    /// True or false.
    Bool(bool),
    /// A calendar day.
    Date(Day),
    /// An amount of money.
    Money(Money),
}

impl FactValue {
    /// The type of the value.
    pub const fn kind(&self) -> FactKind {
        match self {
            FactValue::String(_) => FactKind::String,
            FactValue::Int(_) => FactKind::Int,
            FactValue::Double(_) => FactKind::Double,
            FactValue::Bool(_) => FactKind::Bool,
            FactValue::Date(_) => FactKind::Date,
            FactValue::Money(_) => FactKind::Money,
        }
    }
}
