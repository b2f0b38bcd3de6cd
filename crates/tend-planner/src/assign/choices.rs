//! A day as a problem of choice: every contact that could be made, what it is worth, who could make it, and whether the
//! plan makes it. With this an outside solver tells how far the plan is from the best there is.

use super::{Contact, Out, Round, Taker, contacts, working};
use crate::columns::Columns;
use crate::compiled::Compiled;
use crate::day_plan::Record;
use crate::engine;
use crate::gates::Settings;
use crate::history::History;
use crate::proposals::{Proposal, propose};
use crate::recalled::Recalled;
use tend_rules::base::Day;
use tend_rules::plan::{Attention, By};

/// A contact that could be made on the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The customer's row.
    pub row: u32,
    /// Priority, and a step more for each day of waiting: a higher band goes before every lower one.
    pub band: i32,
    /// What all its subjects are worth together, in minor units.
    pub worth_minor: i64,
    /// Whether it takes the customer's one contact of the day.
    pub counts: bool,
    /// The people who could make it, by place; none where a unit takes it, which has room for all.
    pub takers: Vec<u32>,
    /// Whether the plan makes it.
    pub taken: bool,
}

/// The choices of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choices {
    /// How many contacts each person can take, by place.
    pub rooms: Vec<u32>,
    /// In the order in which the plan looks at them.
    pub choices: Vec<Choice>,
}

/// The choices that [`crate::plan_day`] has on a day, and those that it takes. Customers who already have the day's
/// contact leave none.
pub fn choices(compiled: &Compiled, columns: &Columns, day: Day, history: &History, settings: &Settings) -> Choices {
    let matches = engine::matches(compiled, columns, day, settings.threads, |_| true);
    let mut recalled = Recalled::of(columns, day, history);
    let proposed = propose(compiled, columns, day, &recalled, settings, (&matches, Record::Counts));
    let contacts = contacts(compiled, columns, day, &proposed.proposals);
    let mut out = Out::of(compiled, columns, day, proposed.proposals.len(), Record::Counts);
    let mut round = Round::new(compiled, columns, day, &mut recalled, settings);
    let (rooms, held) = (round.room.clone(), round.held.clone());
    let choices = contacts.iter().zip(working(columns, &contacts)).filter_map(|(contact, working)| {
        let before = out.plan.touches.len();
        let choice = round.choice(contact, working, &proposed.proposals);
        round.settle(contact, working, &proposed.proposals, &mut out);
        let taken = out.plan.touches.len() > before;
        choice
            .filter(|choice| !choice.counts || !held.has(choice.row as usize))
            .map(|choice| Choice { taken, ..choice })
    });
    Choices { choices: choices.collect(), rooms }
}

impl Round<'_> {
    /// The contact as a choice; `None` if nobody could make it.
    fn choice(&mut self, contact: &Contact, working: u32, proposals: &[Proposal]) -> Option<Choice> {
        let plan = self.compiled.plan(contact.plan);
        let takers = match self.taker(plan, contact, working)? {
            Taker::Unit(_) => Vec::new(),
            Taker::Person(place) if plan.by == By::Owner && place == working => vec![place],
            Taker::Person(_) => self.specialists[&(contact.plan, self.columns.unit(contact.row))].clone(),
        };
        let subjects = &proposals[contact.subjects()];
        let waited = subjects.iter().map(|subject| self.day - subject.waiting_since).max().unwrap_or(0);
        Some(Choice {
            row: contact.row,
            band: i32::from(plan.limits.priority) + waited,
            worth_minor: subjects.iter().map(|subject| subject.worth).fold(0, i64::saturating_add),
            counts: plan.limits.attention == Attention::Counts,
            takers,
            taken: false,
        })
    }
}
