//! Conditions over columns: which subjects of which customers meet which plan.
//!
//! Terms are evaluated block by block, each once; blocks are shared out among threads. The
//! meaning is that of the interpreter in `tend_rules::segment`, which property tests prove.

mod asks;
mod calls;
mod cells;
mod compare;
mod evaluate;
mod frames;
mod lanes;
mod runs;
mod terms;
mod truths;
mod vector;

pub(crate) use asks::{Asks, StepId};
pub(crate) use lanes::{BLOCK, Lanes, Mask, claim_ahead, places, turned};
pub(crate) use terms::{CUSTOMERS, FrameId, TermId, Terms};
pub(crate) use truths::{Truths, set_rows};

use crate::codes::Codes;
use crate::columns::Columns;
use crate::compiled::{Compiled, PlanIndex, PlanTerms};
pub(crate) use evaluate::{Block, Worker};
use std::ops::Range;
use tend_rules::base::Day;
use tend_rules::plan::Worth;
use tend_rules::segment::{Expression, Function, Value, scalar};
use vector::Vector;

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
    let mut asks = Asks::new(columns, &compiled.terms, day);
    let steps: Vec<Option<StepId>> = compiled
        .of_plans
        .iter()
        .map(|of_plan| (of_plan.frame == CUSTOMERS).then(|| asks.condition(of_plan.who)))
        .collect();
    in_parts(columns.len(), threads, |rows| {
        let mut worker = Worker::new(columns, &compiled.terms, day);
        let mut truths = Truths::new(&asks, Lanes::best(), steps.iter().copied().flatten());
        let mut found = Vec::new();
        for rows in blocks(rows) {
            let first = found.len();
            truths.turn_to(rows.clone());
            let mut block = worker.block(rows.clone());
            for (place, step) in steps.iter().enumerate() {
                match step {
                    Some(step) => {
                        let mask = truths.ask(*step, &mut block);
                        matches_of_customers(compiled, &mut block, place, mask, rows.start, &mut found);
                    }
                    None => matches_of_items(compiled, &mut block, place, rows.start, &mut found),
                }
            }
            found[first..].sort_unstable_by_key(|found: &Match| (found.row, found.plan, found.item));
        }
        found
    })
}

/// The matches that [`matches`] would give, from those of before some of the rows changed; `changed` is in order.
pub(crate) fn matches_again(
    compiled: &Compiled,
    columns: &Columns,
    day: Day,
    threads: usize,
    before: &[Match],
    changed: &[u32],
) -> Vec<Match> {
    let few = columns.few(changed);
    let mut fresh = matches(compiled, &few, day, threads);
    fresh.iter_mut().for_each(|found| found.row = changed[found.row as usize]);
    let mut merged = Vec::with_capacity(before.len() + fresh.len());
    let (mut fresh, mut next) = (fresh.into_iter().peekable(), 0);
    for found in before {
        while next < changed.len() && changed[next] < found.row {
            next += 1;
        }
        if changed.get(next) == Some(&found.row) {
            continue;
        }
        while let Some(first) = fresh.next_if(|first| first.row < found.row) {
            merged.push(first);
        }
        merged.push(found.clone());
    }
    merged.extend(fresh);
    merged
}

/// The rows of the customers for whom a condition on the customer holds, in order: a segment's
/// members, for its live count and sample.
pub fn members(columns: &Columns, condition: &Expression, day: Day, threads: usize) -> Vec<u32> {
    let mut terms = Terms::default();
    let term = terms.add(&condition.root, None);
    let mut asks = Asks::new(columns, &terms, day);
    let step = asks.condition(term);
    in_parts(columns.len(), threads, |rows| {
        let mut worker = Worker::new(columns, &terms, day);
        let mut truths = Truths::new(&asks, Lanes::best(), [step]);
        let mut found = Vec::new();
        for rows in blocks(rows) {
            truths.turn_to(rows.clone());
            let mask = truths.ask(step, &mut worker.block(rows.clone()));
            set_rows(mask, |row| found.push((rows.start + row) as u32));
        }
        found
    })
}

/// How many pairs of customer and plan have a match. The matches stand in the order of rows and plans.
pub(crate) fn pairs(matches: &[Match]) -> usize {
    matches.chunk_by(|left, right| (left.row, left.plan) == (right.row, right.plan)).count()
}

fn in_parts<T: Send + Clone>(rows: usize, threads: usize, work: impl Fn(Range<usize>) -> Vec<T> + Sync) -> Vec<T> {
    let share = rows.div_ceil(threads.max(1)).next_multiple_of(BLOCK).max(1);
    let mut parts: Vec<Vec<T>> = Vec::new();
    std::thread::scope(|scope| {
        let work = &work;
        let workers: Vec<_> =
            (0..rows).step_by(share).map(|start| scope.spawn(move || work(start..(start + share).min(rows)))).collect();
        let join = |worker: std::thread::ScopedJoinHandle<'_, Vec<T>>| {
            worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        parts = workers.into_iter().map(join).collect();
    });
    parts.concat()
}

pub(crate) fn blocks(rows: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    rows.clone().step_by(BLOCK).map(move |start| start..(start + BLOCK).min(rows.end))
}

/// The matches of a plan that speaks of customers.
fn matches_of_customers(
    compiled: &Compiled,
    block: &mut Block<'_, '_>,
    place: usize,
    mask: &Mask,
    first_row: usize,
    found: &mut Vec<Match>,
) {
    if mask.iter().all(|word| *word == 0) {
        return;
    }
    let worth = worths(compiled, block, place);
    let plan = PlanIndex(place as u32);
    set_rows(mask, |row| {
        let worth = worth.of(block, row, row as u32);
        found.push(Match { row: (first_row + row) as u32, plan, item: None, worth });
    });
}

/// The matches of a plan that speaks of the items of customers.
fn matches_of_items(
    compiled: &Compiled,
    block: &mut Block<'_, '_>,
    place: usize,
    first_row: usize,
    found: &mut Vec<Match>,
) {
    let of_plan = &compiled.of_plans[place];
    let vector = block.aligned(of_plan.who, of_plan.frame);
    if matches!(&*vector, Vector::One(value) if !value.holds()) {
        return;
    }
    let rows = block.len(of_plan.frame);
    let holds = vector.holds(rows);
    if !holds.contains(&1) {
        return;
    }
    let worth = worths(compiled, block, place);
    let customers = block.customers(of_plan.frame);
    let (mut last, mut item) = (u32::MAX, 0);
    for (row, truth) in holds.iter().enumerate() {
        let customer = customers[row];
        item = if customer == last { item + 1 } else { 0 };
        last = customer;
        if *truth == 1 {
            found.push(Match {
                row: first_row as u32 + customer,
                plan: PlanIndex(place as u32),
                item: Some(item),
                worth: worth.of(block, row, customer),
            });
        }
    }
}

/// What the touches of a plan are worth within a block.
pub(crate) struct Worths<'a> {
    vector: std::rc::Rc<Vector<'a>>,
    /// The part of the customer's annual value, where that is what counts.
    factor: Option<f64>,
}

impl Worths<'_> {
    pub fn of(&self, block: &Block<'_, '_>, row: usize, customer: u32) -> i64 {
        let texts = &block.worker.texts;
        let value = match self.factor {
            None => self.vector.value(row, texts),
            Some(factor) => {
                let annual = self.vector.value(customer as usize, texts);
                scalar::call(Function::Multiply, &[annual, Value::Double(factor)])
            }
        };
        match value {
            Value::Money(minor) => minor,
            _ => 0,
        }
    }
}

/// The customers of the block with an item that meets the condition of a plan about items.
pub(crate) fn with_items(of_plan: &PlanTerms, block: &mut Block<'_, '_>) -> Mask {
    let vector = block.aligned(of_plan.who, of_plan.frame);
    let mut mask = [0; lanes::WORDS];
    if matches!(&*vector, Vector::One(value) if !value.holds()) {
        return mask;
    }
    let customers = block.customers(of_plan.frame);
    for (customer, truth) in customers.iter().zip(vector.holds(customers.len()).iter()) {
        mask[*customer as usize / 64] |= u64::from(*truth) << (customer % 64);
    }
    mask
}

/// The column that is what the touches of a plan are worth, where it is one.
pub(crate) fn worth_column<'a>(compiled: &Compiled, columns: &'a Columns, place: usize) -> Option<&'a Codes> {
    match compiled.plans[place].worth {
        Worth::AnnualValue { factor: 1.0 } => columns.column(compiled.annual_value?)?.codes(),
        _ => None,
    }
}

pub(crate) fn worths<'a>(compiled: &Compiled, block: &mut Block<'_, 'a>, place: usize) -> Worths<'a> {
    let of_plan = &compiled.of_plans[place];
    let (vector, factor) = match (&compiled.plans[place].worth, of_plan.worth) {
        (Worth::AnnualValue { factor }, Some(term)) => (block.vector(term), Some(*factor)),
        (Worth::Expression(_), Some(term)) => (block.aligned(term, of_plan.frame), None),
        (_, None) => (std::rc::Rc::new(Vector::One(Value::Missing)), None),
    };
    Worths { vector, factor }
}
