//! A legal hold: while it binds, nothing of a customer is deleted or erased.

use crate::base::Day;

/// From when until when a hold binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hold {
    /// The first day.
    pub from: Day,
    /// The last day; none until it is released.
    pub until: Option<Day>,
}

impl Hold {
    /// Whether it binds on a day.
    pub fn binds_on(self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}
