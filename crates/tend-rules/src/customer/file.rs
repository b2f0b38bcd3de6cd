//! The record of one customer, personal fields left out: those stand in sealed cells and are opened one by one.

use crate::base::*;
use crate::intake::Birthday;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// Where and when a fact was learnt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Noted {
    /// `import`, `desk`, `customer` …
    pub source: String,
    /// The day.
    pub on: Day,
}

/// The value of a fact that the firm defined itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FactEntry {
    /// The value as JSON: text, number, true/false, a day as `2026-11-23`, money as `{minor, currency}`.
    pub value: Value,
    /// Where it was learnt.
    pub source: String,
    /// When.
    pub on: Day,
}

/// A customer.
#[derive(Debug, Clone, PartialEq)]
pub struct Customer {
    /// The id; it carries the bucket.
    pub id: CustomerId,
    /// The number in the firm's other systems.
    pub outside_id: Option<String>,
    /// The name; empty while it is unknown.
    pub name: String,
    /// The name as it sounds, without spaces.
    pub pinyin: String,
    /// The first letters of the sound.
    pub initials: String,
    /// `female`, `male` or empty.
    pub gender: String,
    /// The birthday.
    pub birthday: Option<Birthday>,
    /// The wedding day.
    pub wedding_day: Option<Day>,
    /// Occupation.
    pub occupation: String,
    /// Region.
    pub region: String,
    /// The language to speak with the customer.
    pub language: String,
    /// `gold`, `silver`, `ordinary`.
    pub tier: String,
    /// `A`, `B`, `C` or empty.
    pub class: String,
    /// `lead`, `new`, `active`, `lost`, `blocked`, `deceased`.
    pub lifecycle: String,
    /// The day of joining.
    pub joined: Option<Day>,
    /// What the customer brings in a year, minor units of the firm's currency.
    pub annual_value_minor: i64,
    /// The risk of leaving, 0..1.
    pub churn_risk: Option<f64>,
    /// The unit that serves the customer.
    pub unit_id: UnitId,
    /// The customer manager; none for an orphan.
    pub owner_id: Option<StaffId>,
    /// The household.
    pub household_id: Option<HouseholdId>,
    /// Channels with a consent on file.
    pub consented: ChannelSet,
    /// Channels that the customer refused.
    pub refused: ChannelSet,
    /// Facts that the firm defined, by key.
    pub facts: BTreeMap<String, FactEntry>,
    /// Where and when the built-in facts were learnt, by key.
    pub noted: BTreeMap<String, Noted>,
    /// The day of the last contact.
    pub last_contact: Option<Day>,
    /// The batch that brought the customer.
    pub first_batch_id: Option<BatchId>,
    /// Grows with each change.
    pub version: i64,
    /// Since when the customer is on file.
    pub created_at: Instant,
    /// The last change.
    pub updated_at: Instant,
}

impl Customer {
    /// Whole years since birth; `None` without a year.
    pub fn age_on(&self, today: Day) -> Option<i32> {
        Some(self.birthday?.born_on()?.whole_years_until(today))
    }
}
