//! What of a customer's file an entry of the journal can have changed. By it the columns that plans read are kept current
//! without reading a whole customer again for every label.
//!
//! An entry says no more than what it may have changed: more than that costs a little time, less would leave the columns
//! wrong. Whoever adds a kind of entry about customers adds it here; one that is not here counts as if everything changed,
//! and the tests that write it fail.

use std::ops::BitOr;

/// Parts of a customer's file, as a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Parts(u8);

impl Parts {
    /// None.
    pub const NONE: Self = Self(0);
    /// The record: its facts, whose it is, what was said about being contacted, the day of the last contact.
    pub const RECORD: Self = Self(1);
    /// The labels.
    pub const LABELS: Self = Self(2);
    /// Agreements, bills, payments and orders.
    pub const HOLDINGS: Self = Self(4);
    /// The contacts that were had.
    pub const CONTACTS: Self = Self(8);
    /// All of them.
    pub const ALL: Self = Self(15);

    /// Whether all the others are among these.
    pub const fn has(self, others: Self) -> bool {
        self.0 & others.0 == others.0
    }
}

impl BitOr for Parts {
    type Output = Self;

    fn bitor(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }
}

const TOLD: Parts = Parts(Parts::RECORD.0 | Parts::CONTACTS.0);

/// Entries about customers: room, kind, and what it may have changed.
const ABOUT: [(&str, &str, Parts); 59] = [
    ("customer", "created", Parts::ALL),
    ("customer", "imported", Parts::ALL),
    ("customer", "import_undone", Parts::ALL),
    ("customer", "merged", Parts::ALL),
    ("customer", "merged_away", Parts::ALL),
    ("customer", "split", Parts::ALL),
    ("customer", "split_off", Parts::ALL),
    ("customer", "fact_changed", Parts::RECORD),
    ("customer", "consent_set", Parts::RECORD),
    ("customer", "entrusted", Parts::RECORD),
    ("customer", "related", Parts::RECORD),
    ("customer", "unrelated", Parts::RECORD),
    ("customer", "relation_turned", Parts::RECORD),
    ("customer", "household_joined", Parts::RECORD),
    ("customer", "household_left", Parts::RECORD),
    ("customer", "label_put", Parts::LABELS),
    ("customer", "label_taken", Parts::LABELS),
    ("customer", "agreement_put", Parts::HOLDINGS),
    ("customer", "agreement_taken_back", Parts::HOLDINGS),
    ("customer", "bill_added", Parts::HOLDINGS),
    ("customer", "payment_added", Parts::HOLDINGS),
    ("customer", "payment_taken_back", Parts::HOLDINGS),
    ("customer", "order_added", Parts::HOLDINGS),
    ("customer", "note_written", Parts::NONE),
    ("customer", "held", Parts::NONE),
    ("customer", "hold_released", Parts::NONE),
    ("customer", "seen", Parts::NONE),
    ("customer", "unmasked", Parts::NONE),
    ("customer", "compared", Parts::NONE),
    ("contact", "outcome_recorded", TOLD),
    ("contact", "outcome_taken_back", TOLD),
    ("journal", "forgotten", Parts::ALL),
    ("rights", "erased", Parts::ALL),
    ("rights", "copied", Parts::NONE),
    ("rights", "request_opened", Parts::NONE),
    ("rights", "request_moved", Parts::NONE),
    ("trace", "opened", Parts::NONE),
    ("trace", "sold", Parts::NONE),
    ("trace", "abandoned", Parts::NONE),
    ("trace", "reopened", Parts::NONE),
    ("trace", "evidence_given", Parts::NONE),
    ("trace", "evidence_withdrawn", Parts::NONE),
    ("trace", "seen", Parts::NONE),
    ("trace", "file_read", Parts::NONE),
    ("trace", "exported", Parts::NONE),
    ("work", "touch_made", Parts::NONE),
    ("work", "withdrawn", Parts::NONE),
    ("work", "expired", Parts::NONE),
    ("work", "handed_out", Parts::NONE),
    ("work", "accepted", Parts::NONE),
    ("work", "handed_back", Parts::NONE),
    ("work", "snoozed", Parts::NONE),
    ("work", "taken_up", Parts::NONE),
    ("work", "followed_up", Parts::NONE),
    ("work", "verified", Parts::NONE),
    ("work", "returned", Parts::NONE),
    ("work", "verdict_taken_back", Parts::NONE),
    ("work", "exported", Parts::NONE),
    ("work", "named_in_statement", Parts::NONE),
];

/// Entries of the firm after which many customers are others than before, and of whom the journal does not tell one by
/// one: a batch that was taken back takes the customers along that it made, and the orders that it brought.
const OF_MANY: [(&str, &str); 1] = [("batch", "undone")];

/// What an entry about a customer may have changed of the customer's file; `None` for a kind that nobody has named.
pub fn changed_by(room: &str, kind: &str) -> Option<Parts> {
    ABOUT.iter().find(|one| (one.0, one.1) == (room, kind)).map(|one| one.2)
}

/// Every kind of entry about customers: room, kind, and what it may have changed.
pub fn kinds() -> impl Iterator<Item = (&'static str, &'static str, Parts)> {
    ABOUT.into_iter()
}

/// Whether an entry of the firm stands for changes of customers of whom the journal does not tell one by one.
pub fn changes_many(room: &str, kind: &str) -> bool {
    OF_MANY.contains(&(room, kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_named_once_and_another_is_not_known() {
        let mut kinds: Vec<_> = ABOUT.iter().map(|one| (one.0, one.1)).collect();
        kinds.sort_unstable();
        kinds.dedup();
        assert_eq!(kinds.len(), ABOUT.len());
        assert_eq!(changed_by("customer", "label_put"), Some(Parts::LABELS));
        assert_eq!(changed_by("customer", "labels_put"), None);
        assert_eq!(changed_by("work", "label_put"), None);
    }

    #[test]
    fn parts_are_a_set() {
        let both = Parts::LABELS | Parts::RECORD;
        assert!(both.has(Parts::RECORD) && both.has(Parts::NONE) && both.has(both));
        assert!(!both.has(Parts::HOLDINGS) && !Parts::LABELS.has(both));
        let every = [Parts::RECORD, Parts::LABELS, Parts::HOLDINGS, Parts::CONTACTS];
        assert_eq!(every.into_iter().fold(Parts::NONE, |all, one| all | one), Parts::ALL);
    }
}
