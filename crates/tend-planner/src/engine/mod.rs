//! Conditions over columns: which subjects of which customers meet which plan.

mod terms;

pub(crate) use terms::Terms;

use crate::columns::Columns;
use crate::compiled::{Compiled, PlanIndex};
use std::ops::Range;
use tend_rules::base::Day;
use tend_rules::segment::Subject;

/// A subject that meets the condition of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Match {
    pub row: u32,
    pub plan: PlanIndex,
    /// The place of the item among the customer's items.
    pub item: Option<u32>,
    /// What a touch is worth in minor units.
    pub worth: i64,
}

/// Every match, in the order of rows. The rows are shared out among `threads`.
pub(crate) fn matches(compiled: &Compiled, columns: &Columns, day: Day, threads: usize) -> Vec<Match> {
    let rows = columns.len();
    let share = rows.div_ceil(threads.max(1)).max(1);
    let mut parts: Vec<Vec<Match>> = Vec::new();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..rows)
            .step_by(share)
            .map(|start| scope.spawn(move || matches_of(compiled, columns, day, start..(start + share).min(rows))))
            .collect();
        parts = workers.into_iter().map(|worker| worker.join().unwrap_or_default()).collect();
    });
    parts.concat()
}

/// How many pairs of customer and plan have a match.
pub(crate) fn pairs(matches: &[Match]) -> usize {
    let mut pairs: Vec<(u32, PlanIndex)> = matches.iter().map(|found| (found.row, found.plan)).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs.len()
}

fn matches_of(compiled: &Compiled, columns: &Columns, day: Day, rows: Range<usize>) -> Vec<Match> {
    let mut found = Vec::new();
    for row in rows {
        let facts = columns.facts(row as u32);
        for (place, plan) in compiled.plans.iter().enumerate() {
            for subject in plan.matching_subjects(&facts, day) {
                let item = match subject {
                    Subject::Customer => None,
                    Subject::Item(item) => Some(item as u32),
                };
                let worth = plan.worth_of(&facts, &compiled.catalogue, subject, day);
                found.push(Match { row: row as u32, plan: PlanIndex(place as u32), item, worth });
            }
        }
    }
    found
}
