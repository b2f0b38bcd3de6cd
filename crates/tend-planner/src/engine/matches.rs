//! Who meets the condition of which plan.

use super::asks::{Asks, StepId};
use super::evaluate::{Block, Worker};
use super::items::{Found, OfItems, Wanted};
use super::lanes::{Lanes, Mask, WORDS};
use super::point::Point;
use super::shares::{blocks, on_shares};
use super::terms::{CUSTOMERS, FrameId, TermId, Terms};
use super::truths::{Truths, set_rows};
use super::vector::Vector;
use super::worths::Worths;
use crate::columns::Columns;
use crate::compiled::{Compiled, PlanIndex, PlanTerms};
use std::ops::Range;
use tend_rules::base::Day;
use tend_rules::segment::Expression;

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

/// Every match of the plans that are wanted, in the order of rows. The rows are shared out among `threads`.
pub(crate) fn matches(
    compiled: &Compiled,
    columns: &Columns,
    day: Day,
    threads: usize,
    wanted: impl Fn(PlanIndex) -> bool,
) -> Vec<Match> {
    let places: Vec<usize> = (0..compiled.plans.len()).filter(|place| wanted(PlanIndex(*place as u32))).collect();
    if places.is_empty() {
        return Vec::new();
    }
    let of = |about_items: bool| {
        let plans = places.iter().map(|place| &compiled.of_plans[*place]);
        plans.filter(move |of_plan| (of_plan.frame != CUSTOMERS) == about_items)
    };
    let of_customers: Vec<TermId> = of(false).map(|of_plan| of_plan.who).collect();
    let of_items: Vec<(TermId, FrameId)> = of(true).map(|of_plan| (of_plan.who, of_plan.frame)).collect();
    let asked = Wanted { of_customers: &of_customers, of_items: &of_items };
    let items = OfItems::ask(&asked, &compiled.terms, columns, day, threads);
    let mut asks = Asks::of_customers(columns, &compiled.terms, day, &items);
    let questions: Vec<(usize, Question<'_>)> =
        places.iter().map(|place| (*place, Question::of(&compiled.of_plans[*place], &items, &mut asks))).collect();
    let parts = on_shares(columns.len(), threads, |rows| {
        let mut worker = Worker::new(columns, &compiled.terms, day);
        let roots = questions.iter().filter_map(|(_, question)| question.step());
        let mut truths = Truths::new(&asks, Lanes::best(), roots);
        let mut finder = Finder { compiled, point: Point::new(columns, &compiled.terms, day), found: Vec::new() };
        for rows in blocks(rows) {
            let first = finder.found.len();
            truths.turn_to(rows.clone());
            let mut block = worker.block(rows.clone());
            for (place, question) in &questions {
                match question {
                    Question::Customers(step) => {
                        let mask = *truths.ask(*step, &mut block);
                        finder.customers(&mut block, *place, &mask);
                    }
                    Question::Items(found, step) => {
                        let few = within(found, &rows);
                        if !few.is_empty() {
                            let mask = truths.ask(*step, &mut block);
                            finder.items(&mut block, *place, found.exact, few, mask);
                        }
                    }
                    Question::Blocks => finder.items_of_block(&mut block, *place),
                }
            }
            finder.found[first..].sort_unstable_by_key(|found| (found.row, found.plan, found.item));
        }
        finder.found
    });
    parts.concat()
}

/// How a plan is asked.
enum Question<'f> {
    /// It is about customers.
    Customers(StepId),
    /// It is about the items that were found, of the customers for whom a step holds.
    Items(&'f Found, StepId),
    /// It is about items of which only the vectors know.
    Blocks,
}

impl<'f> Question<'f> {
    fn of(of_plan: &PlanTerms, items: &'f OfItems, asks: &mut Asks<'_>) -> Self {
        if of_plan.frame == CUSTOMERS {
            return Question::Customers(asks.condition(of_plan.who));
        }
        let Some(found) = items.found(of_plan.who) else { return Question::Blocks };
        let parts = found.of_customer.iter().map(|part| asks.condition(*part)).collect();
        Question::Items(found, asks.every(parts))
    }

    fn step(&self) -> Option<StepId> {
        match self {
            Question::Customers(step) | Question::Items(_, step) => Some(*step),
            Question::Blocks => None,
        }
    }
}

/// The items of the customers of a block.
fn within<'f>(found: &'f Found, rows: &Range<usize>) -> &'f [(u32, u32)] {
    let before = |end: usize| found.items.partition_point(|(row, _)| (*row as usize) < end);
    &found.items[before(rows.start)..before(rows.end)]
}

/// Notes matches, block by block.
struct Finder<'a> {
    compiled: &'a Compiled,
    point: Point<'a>,
    found: Vec<Match>,
}

impl<'a> Finder<'a> {
    /// The matches of a plan that speaks of customers.
    fn customers(&mut self, block: &mut Block<'_, 'a>, place: usize, mask: &Mask) {
        let count: u32 = mask.iter().map(|word| word.count_ones()).sum();
        if count == 0 {
            return;
        }
        let worths = self.worths(block, place, count as usize);
        let (plan, first_row) = (PlanIndex(place as u32), block.first_row());
        set_rows(mask, |row| {
            let worth = worths.of(block, row, row as u32, self.point.at(first_row + row));
            self.found.push(Match { row: (first_row + row) as u32, plan, item: None, worth });
        });
    }

    /// The matches of a plan among the items that its cells left, of the customers of a mask.
    fn items(&mut self, block: &mut Block<'_, 'a>, place: usize, exact: bool, few: &[(u32, u32)], mask: &Mask) {
        let of_plan = &self.compiled.of_plans[place];
        let (plan, first_row) = (PlanIndex(place as u32), block.first_row());
        let worths = Worths::of_few(self.compiled, place);
        let Some(offsets) = block.offsets(of_plan.frame) else { return };
        for (row, item) in few {
            let customer = *row as usize - first_row;
            let point = self.point.at_item(*row as usize, *item as usize);
            if mask[customer / 64] >> (customer % 64) & 1 == 0 || !(exact || point.holds(of_plan.who)) {
                continue;
            }
            let worth = worths.of(block, 0, customer as u32, point);
            let item = Some(item - offsets[*row as usize]);
            self.found.push(Match { row: *row, plan, item, worth });
        }
    }

    /// The matches of a plan that speaks of items in a way that only the vectors know.
    fn items_of_block(&mut self, block: &mut Block<'_, 'a>, place: usize) {
        let of_plan = &self.compiled.of_plans[place];
        let vector = block.aligned(of_plan.who, of_plan.frame);
        if matches!(&*vector, Vector::One(value) if !value.holds()) {
            return;
        }
        let holds = vector.holds(block.len(of_plan.frame)).into_owned();
        if !holds.contains(&1) {
            return;
        }
        let worths = Worths::of_block(self.compiled, block, place);
        let customers = block.customers(of_plan.frame);
        let (plan, first_row) = (PlanIndex(place as u32), block.first_row());
        let (mut last, mut item) = (u32::MAX, 0);
        for (row, truth) in holds.iter().enumerate() {
            let customer = customers[row];
            item = if customer == last { item + 1 } else { 0 };
            last = customer;
            if *truth == 1 {
                let worth = worths.of(block, row, customer, &mut self.point);
                self.found.push(Match { row: first_row as u32 + customer, plan, item: Some(item), worth });
            }
        }
    }

    fn worths(&self, block: &mut Block<'_, 'a>, place: usize, count: usize) -> Worths<'a> {
        let few = count * 8 < WORDS * 64;
        if few { Worths::of_few(self.compiled, place) } else { Worths::of_block(self.compiled, block, place) }
    }
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
    let mut fresh = matches(compiled, &few, day, threads, |_| true);
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
    let asked = Wanted { of_customers: &[term], of_items: &[] };
    let items = OfItems::ask(&asked, &terms, columns, day, threads);
    let mut asks = Asks::of_customers(columns, &terms, day, &items);
    let step = asks.condition(term);
    let parts = on_shares(columns.len(), threads, |rows| {
        let mut worker = Worker::new(columns, &terms, day);
        let mut truths = Truths::new(&asks, Lanes::best(), [step]);
        let mut found = Vec::new();
        for rows in blocks(rows) {
            truths.turn_to(rows.clone());
            let mask = truths.ask(step, &mut worker.block(rows.clone()));
            set_rows(mask, |row| found.push((rows.start + row) as u32));
        }
        found
    });
    parts.concat()
}
