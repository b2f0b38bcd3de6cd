//! Whose cells steps read: the customers, or the items of one collection, one after the other.

use super::terms::{CUSTOMERS, FrameId, TermOp, Terms};
use crate::bits::Bits;
use crate::codes::Codes;
use crate::column::Column;
use crate::columns::{Columns, Owned};
use tend_rules::segment::{CollectionId, FactId, ItemFactId};

/// Whose cells steps read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ground {
    Customers,
    /// The items of this collection; the frame in which conditions speak of one of them.
    Items(CollectionId, FrameId),
}

/// A fact of whoever stands on the ground.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Datum {
    Customer(FactId),
    Item(ItemFactId),
}

impl Ground {
    /// The ground of a frame; none for pairs of items.
    pub fn of(terms: &Terms, frame: FrameId) -> Option<Self> {
        match terms.path(frame) {
            [] => Some(Ground::Customers),
            [(_, collection)] => Some(Ground::Items(*collection, frame)),
            _ => None,
        }
    }

    pub fn frame(self) -> FrameId {
        match self {
            Ground::Customers => CUSTOMERS,
            Ground::Items(_, frame) => frame,
        }
    }

    /// How many rows there are.
    pub fn len(self, columns: &Columns) -> usize {
        match self {
            Ground::Customers => columns.len(),
            Ground::Items(collection, _) => columns.item_count(collection),
        }
    }

    /// The fact that an operation reads here, whether or not there is a column for it.
    pub fn datum(self, what: &TermOp) -> Option<Datum> {
        match (self, what) {
            (Ground::Customers, TermOp::Fact(fact)) => Some(Datum::Customer(*fact)),
            (Ground::Items(collection, _), TermOp::ItemFact(_, fact)) if fact.collection == collection => {
                Some(Datum::Item(*fact))
            }
            _ => None,
        }
    }
}

impl Datum {
    pub fn column(self, columns: &Columns) -> Option<&Column> {
        match self {
            Datum::Customer(fact) => columns.column(fact),
            Datum::Item(fact) => columns.item_column(fact),
        }
    }

    pub fn codes(self, columns: &Columns) -> Option<&Codes> {
        self.column(columns)?.codes()
    }

    /// How the roster answers the fact, if it does.
    pub fn of_owner(self, columns: &Columns) -> Option<&Owned> {
        match self {
            Datum::Customer(fact) => columns.of_owner(fact),
            Datum::Item(_) => None,
        }
    }

    /// The rows of each value from `low` to `high`, where they are kept.
    pub fn planes(self, columns: &Columns, low: u64, high: u64) -> Option<Vec<&Bits>> {
        match self {
            Datum::Customer(fact) => Some(columns.facets[usize::from(fact.0)].as_ref()?.planes(low, high).collect()),
            Datum::Item(_) => None,
        }
    }

    /// Whether nobody has the fact: neither a column nor the roster knows it.
    pub fn is_unread(self, columns: &Columns) -> bool {
        self.column(columns).is_none() && self.of_owner(columns).is_none()
    }
}
