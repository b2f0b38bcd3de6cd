//! Which rows a person may see. Every query that touches customer rows takes a scope; there is no unscoped way in.

use crate::base::{StaffId, UnitId};

/// The part of the firm whose rows a reader sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Everything: the program's own jobs and the command line, never a person.
    Firm,
    /// The unit and everything below it.
    Subtree(UnitId),
    /// The customers whose owner is this person, and the work orders on this person's list.
    Own(StaffId),
    /// No customer at all.
    Nothing,
}
