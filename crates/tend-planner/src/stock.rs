//! Gifts that run out: how many a month of the calendar has of each, and how many its touches have taken.

use crate::compiled::{Compiled, PlanIndex};
use std::collections::BTreeMap;
use tend_rules::base::Day;

/// What there is of a gift for a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Supply {
    /// How many there are for a month of the calendar.
    pub per_month: u32,
    /// How many the touches of the month take that are there already.
    pub taken: u32,
}

impl Supply {
    /// Whether none is left.
    pub fn is_gone(&self) -> bool {
        self.taken >= self.per_month
    }
}

/// The gifts that are not there without limit, by the code by which plans name them, in the month of a day.
#[derive(Debug, Default)]
pub(crate) struct Stock {
    month: Option<(i16, i8)>,
    gifts: Vec<(String, Supply)>,
}

impl Stock {
    pub fn of(day: Day, gifts: &BTreeMap<String, Supply>) -> Self {
        let gifts = gifts.iter().map(|(key, supply)| (key.clone(), *supply)).collect();
        Self { month: Some((day.year(), day.month())), gifts }
    }

    /// Goes to a day; a new month has everything again.
    pub fn turn_to(&mut self, day: Day) {
        let month = (day.year(), day.month());
        if self.month.replace(month) != Some(month) {
            self.gifts.iter_mut().for_each(|(_, supply)| supply.taken = 0);
        }
    }

    /// Takes the gift of a plan, if it names one of these.
    pub fn take(&mut self, compiled: &Compiled, plan: PlanIndex) {
        if let Some(place) = self.place(compiled, plan) {
            self.gifts[place].1.taken = self.gifts[place].1.taken.saturating_add(1);
        }
    }

    /// What is left of each.
    pub fn left(&self) -> Vec<u32> {
        self.gifts.iter().map(|(_, supply)| supply.per_month.saturating_sub(supply.taken)).collect()
    }

    /// By plan: the place of its gift among those that run out.
    pub fn of_plans(&self, compiled: &Compiled) -> Vec<Option<usize>> {
        (0..compiled.plans.len() as u32).map(|plan| self.place(compiled, PlanIndex(plan))).collect()
    }

    fn place(&self, compiled: &Compiled, plan: PlanIndex) -> Option<usize> {
        let named = compiled.plan(plan).gift.as_ref()?;
        self.gifts.binary_search_by(|(key, _)| key.as_str().cmp(&named.key)).ok()
    }
}
