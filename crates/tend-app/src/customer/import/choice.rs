//! What a person decided about single rows that look like somebody: the same person, a new one, or left out.

use super::OnDuplicate;
use crate::customer::CustomerError;
use crate::customer::merge::whole_of;
use crate::customer::store::people;
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use tend_rules::base::*;
use tend_rules::org::Scope;
use utoipa::ToSchema;

/// Rows that a person decides about one by one; of a file with more the rule for all holds.
pub const CHOICES_MAX: usize = 200;

/// What a person decided about one row.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RowChoice {
    /// Row number in the file.
    pub row: u32,
    /// `merge`: the same person; `keep`: a new one; `skip`: left out.
    pub deed: OnDuplicate,
    /// With `merge`: into this customer; the likeliest one if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<CustomerId>,
    /// With `merge`: into whatever became of this earlier row of the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_as_row: Option<u32>,
}

/// Refuses choices that are too many, and those that name a customer whom the reader may not see.
pub(super) async fn check_choices(
    db: &impl ConnectionTrait,
    scope: &Scope,
    choices: &[RowChoice],
) -> Result<(), CustomerError> {
    if choices.len() > CHOICES_MAX {
        return Err(CustomerError::Invalid { field: "choices", rule: "at most 200 rows" });
    }
    if choices.iter().any(|choice| choice.same_as_row.is_some_and(|row| row >= choice.row)) {
        return Err(CustomerError::Invalid { field: "choices.same_as_row", rule: "an earlier row" });
    }
    let named: BTreeSet<CustomerId> = choices.iter().filter_map(|choice| choice.customer_id).collect();
    let ids: Vec<CustomerId> = named.into_iter().collect();
    let seen = people::read(db, scope, &ids).await?;
    if seen.len() == ids.len() { Ok(()) } else { Err(CustomerError::NotFound) }
}

/// The rule for all rows, and what was decided about single ones.
#[derive(Debug)]
pub(super) struct Choices {
    pub rule: OnDuplicate,
    of_rows: HashMap<u32, RowChoice>,
}

impl Choices {
    pub fn new(rule: OnDuplicate, choices: Vec<RowChoice>) -> Self {
        Self { rule, of_rows: choices.into_iter().map(|choice| (choice.row, choice)).collect() }
    }

    /// What was decided about a row.
    pub fn of(&self, row: u32) -> Option<&RowChoice> {
        self.of_rows.get(&row)
    }

    /// The customers that were named for some rows, each with the record of which it is part by now.
    pub async fn named(
        &self,
        db: &impl ConnectionTrait,
        rows: impl Iterator<Item = u32>,
    ) -> Result<HashMap<CustomerId, CustomerId>, CustomerError> {
        let mut named = HashMap::new();
        for id in rows.filter_map(|row| self.of(row)?.customer_id) {
            named.insert(id, whole_of(db, id).await?);
        }
        Ok(named)
    }

    /// The earlier rows that were named for some rows.
    pub fn earlier_rows(&self, rows: impl Iterator<Item = u32>) -> Vec<i64> {
        rows.filter_map(|row| self.of(row)?.same_as_row).map(i64::from).collect()
    }
}
