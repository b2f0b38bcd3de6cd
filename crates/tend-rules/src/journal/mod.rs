//! What the journal keeps: who did what to whom, when, told in a room's own kinds.
//!
//! A fact is written in the same transaction as the change it tells of. It is the timeline, the change feed, the
//! source of live updates and the ledger in one (DESIGN: Data). Facts are never changed or deleted.

pub mod ledger;
mod parts;

pub use parts::{Parts, changed_by, changes_many, kinds};

use crate::base::{CustomerId, StaffId};
use serde_json::Value;
use std::fmt;
use std::str::FromStr;

/// Who caused a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doer {
    /// A member of staff.
    Staff(StaffId),
    /// The program itself: `plan`, `import`, `demo`, `cli`.
    Program(&'static str),
    /// The customer.
    Customer(CustomerId),
}

impl fmt::Display for Doer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Doer::Staff(id) => id.fmt(f),
            Doer::Program(part) => write!(f, "program:{part}"),
            Doer::Customer(id) => id.fmt(f),
        }
    }
}

impl Doer {
    /// The member of staff, if it was one.
    pub const fn staff(self) -> Option<StaffId> {
        match self {
            Doer::Staff(id) => Some(id),
            _ => None,
        }
    }

    /// The member of staff named in a stored fact, if it was one.
    pub fn staff_in(stored: &str) -> Option<StaffId> {
        StaffId::from_str(stored).ok()
    }
}

/// A fact about to be written.
#[derive(Debug, Clone)]
pub struct Fact {
    /// The customer it is about; none for a fact of the firm.
    pub customer: Option<CustomerId>,
    /// The room that tells it.
    pub room: &'static str,
    /// The room's word for it: `outcome_recorded`, `fact_changed` …
    pub kind: &'static str,
    /// What the timeline and the replay need. Personal fields stand in it only as sealed cells.
    pub payload: Value,
}

impl Fact {
    /// A fact about a customer.
    pub const fn about(customer: CustomerId, room: &'static str, kind: &'static str, payload: Value) -> Self {
        Self { customer: Some(customer), room, kind, payload }
    }

    /// A fact about the firm.
    pub const fn of_firm(room: &'static str, kind: &'static str, payload: Value) -> Self {
        Self { customer: None, room, kind, payload }
    }
}
