//! Conditions over columns: which subjects of which customers meet which plan.
//!
//! Terms are evaluated block by block, each once; blocks are shared out among threads. The
//! meaning is that of the interpreter in `tend_rules::segment`, which property tests prove.

mod calls;
mod compare;
mod evaluate;
mod frames;
mod terms;
mod vector;

pub(crate) use terms::{CUSTOMERS, FrameId, TermId, Terms};

use crate::columns::Columns;
use crate::compiled::{Compiled, PlanIndex};
use evaluate::{Block, Worker};
use std::ops::Range;
use tend_rules::base::Day;
use tend_rules::plan::Worth;
use tend_rules::segment::{Expression, Function, Value, scalar};
use vector::Vector;

/// Customers in a block: few enough that a block's values stay near the processor.
const BLOCK: usize = 4096;

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
    in_parts(columns.len(), threads, |rows| {
        let mut worker = Worker::new(columns, &compiled.terms, day);
        let mut found = Vec::new();
        for block in blocks(rows) {
            let first = found.len();
            matches_of(compiled, &mut worker.block(block.clone()), block.start, &mut found);
            found[first..].sort_unstable_by_key(|found: &Match| (found.row, found.plan, found.item));
        }
        found
    })
}

/// The rows of the customers for whom a condition on the customer holds, in order: a segment's
/// members, for its live count and sample.
pub fn members(columns: &Columns, condition: &Expression, day: Day, threads: usize) -> Vec<u32> {
    let mut terms = Terms::default();
    let term = terms.add(&condition.root, None);
    in_parts(columns.len(), threads, |rows| {
        let mut worker = Worker::new(columns, &terms, day);
        let mut found = Vec::new();
        for rows in blocks(rows) {
            let mut block = worker.block(rows.clone());
            let vector = block.aligned(term, CUSTOMERS);
            let holds = vector.holds(rows.len());
            found.extend(rows.clone().zip(holds.iter()).filter(|(_, truth)| **truth == 1).map(|(row, _)| row as u32));
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

fn blocks(rows: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    rows.clone().step_by(BLOCK).map(move |start| start..(start + BLOCK).min(rows.end))
}

fn matches_of(compiled: &Compiled, block: &mut Block<'_, '_>, first_row: usize, found: &mut Vec<Match>) {
    for (place, of_plan) in compiled.of_plans.iter().enumerate() {
        let vector = block.aligned(of_plan.who, of_plan.frame);
        if matches!(&*vector, Vector::One(value) if !value.holds()) {
            continue;
        }
        let rows = block.len(of_plan.frame);
        let holds = vector.holds(rows);
        if !holds.contains(&1) {
            continue;
        }
        let worth = worths(compiled, block, place);
        let customers = block.customers(of_plan.frame);
        let (mut last, mut item) = (u32::MAX, 0);
        for (row, truth) in holds.iter().enumerate() {
            let customer = if of_plan.frame == CUSTOMERS { row as u32 } else { customers[row] };
            item = if customer == last { item + 1 } else { 0 };
            last = customer;
            if *truth == 1 {
                found.push(Match {
                    row: first_row as u32 + customer,
                    plan: PlanIndex(place as u32),
                    item: (of_plan.frame != CUSTOMERS).then_some(item),
                    worth: worth.of(block, row, customer),
                });
            }
        }
    }
}

/// What the touches of a plan are worth within a block.
struct Worths<'a> {
    vector: std::rc::Rc<Vector<'a>>,
    /// The part of the customer's annual value, where that is what counts.
    factor: Option<f64>,
}

impl Worths<'_> {
    fn of(&self, block: &Block<'_, '_>, row: usize, customer: u32) -> i64 {
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

fn worths<'a>(compiled: &Compiled, block: &mut Block<'_, 'a>, place: usize) -> Worths<'a> {
    let of_plan = &compiled.of_plans[place];
    let (vector, factor) = match (&compiled.plans[place].worth, of_plan.worth) {
        (Worth::AnnualValue { factor }, Some(term)) => (block.vector(term), Some(*factor)),
        (Worth::Expression(_), Some(term)) => (block.aligned(term, of_plan.frame), None),
        (_, None) => (std::rc::Rc::new(Vector::One(Value::Missing)), None),
    };
    Worths { vector, factor }
}
