//! Whom a bulk edit is about, and what it does, as they are sent and kept.

use serde::{Deserialize, Serialize};
use tend_rules::base::*;
use utoipa::ToSchema;

/// Whom a bulk edit is about: named one by one, or everybody who matches.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Whom {
    /// These customers, at most 20,000,
    pub ids: Option<Vec<CustomerId>>,
    /// or those who meet a condition in the care language,
    pub expression: Option<String>,
    /// and these simple conditions, as the list of customers takes them,
    pub filters: WhomFilters,
    /// or all customers of this person.
    pub owner: Option<StaffId>,
}

impl Whom {
    /// As the journal tells it: that something was searched for, and not what, which may be a phone.
    pub(super) fn told(&self) -> Self {
        let filters = WhomFilters { q: self.filters.q.as_ref().map(|_| "***".to_owned()), ..self.filters.clone() };
        Self { filters, ..self.clone() }
    }
}

/// Simple conditions, as the list of customers takes them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct WhomFilters {
    /// What was typed.
    pub q: Option<String>,
    /// A person, or `none` for orphans.
    pub owner: Option<String>,
    /// A unit and what is below it.
    pub unit: Option<UnitId>,
    /// The tier.
    pub tier: Option<String>,
    /// The class.
    pub class: Option<String>,
    /// The stage.
    pub lifecycle: Option<String>,
    /// A label.
    pub label: Option<String>,
    /// A batch.
    pub batch: Option<BatchId>,
}

/// What a bulk edit does to each customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum BulkDeed {
    /// Puts a label on.
    LabelOn {
        /// The label's key.
        label: String,
    },
    /// Takes a label off.
    LabelOff {
        /// The label's key.
        label: String,
    },
    /// Gives the customers to other keepers.
    Entrust {
        /// To these people, evenly,
        #[serde(default)]
        to: Vec<StaffId>,
        /// or to this unit, nobody's.
        unit: Option<UnitId>,
        /// Whether their open work orders go along.
        #[serde(default)]
        with_touches: bool,
    },
    /// Asks for a work order with each customer, on the list of whoever keeps the customer.
    Touch {
        /// What it is: 1 to 80 characters.
        title: String,
        /// Why; at most 200 characters.
        #[serde(default)]
        reason: String,
        /// Over which channel.
        channel: Channel,
        /// On which day: today or later.
        due: Day,
    },
}

impl BulkDeed {
    /// The word of the deed.
    pub const fn word(&self) -> &'static str {
        match self {
            BulkDeed::LabelOn { .. } => "label_on",
            BulkDeed::LabelOff { .. } => "label_off",
            BulkDeed::Entrust { .. } => "entrust",
            BulkDeed::Touch { .. } => "touch",
        }
    }
}
