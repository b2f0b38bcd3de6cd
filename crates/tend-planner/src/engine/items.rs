//! What conditions ask of items, asked of all items of a collection in one long stride before the customers are asked:
//! a block of customers has too few items, and begins in the middle of their cells.

use super::asks::{Asks, Step, StepId};
use super::ground::Ground;
use super::lanes::{Lanes, Mask};
use super::shares::{blocks, on_shares};
use super::terms::{CUSTOMERS, FrameId, TermId, TermOp, Terms};
use super::truths::{Beyond, Truths, set_rows};
use crate::bits::Bits;
use crate::columns::Columns;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;
use tend_rules::base::Day;
use tend_rules::segment::CollectionId;

/// What the items of all customers answered.
#[derive(Debug, Default)]
pub(crate) struct OfItems {
    /// By the condition of a plan about items.
    found: HashMap<TermId, Found>,
    /// By the term that asks for one: the customers who have such an item.
    having: HashMap<TermId, Bits>,
}

/// The items that may meet the condition of a plan.
#[derive(Debug)]
pub(crate) struct Found {
    /// The row of the customer and the place among all items of the collection, in order.
    pub items: Vec<(u32, u32)>,
    /// The parts of the condition that speak of the customer alone.
    pub of_customer: Vec<TermId>,
    /// Whether those parts are all that is left to be asked of these items.
    pub exact: bool,
}

/// A question to the items of one collection.
struct Root {
    term: TermId,
    step: StepId,
    why: Why,
}

enum Why {
    /// A condition asks whether the customer has one.
    Having,
    /// A plan is about them.
    Subject { of_customer: Vec<TermId>, exact: bool },
}

/// What is to be asked: conditions on customers, and conditions of plans about items with their frames.
pub(crate) struct Wanted<'w> {
    pub of_customers: &'w [TermId],
    pub of_items: &'w [(TermId, FrameId)],
}

impl OfItems {
    /// Asks all of it; each collection's cells are gone through once.
    pub fn ask(wanted: &Wanted<'_>, terms: &Terms, columns: &Columns, day: Day, threads: usize) -> Self {
        let mut answers = Self::default();
        if wanted.of_items.is_empty() && !terms.ask_for_items() {
            return answers;
        }
        for (frame, asked) in by_frame(wanted, terms) {
            let Some(ground @ Ground::Items(collection, _)) = Ground::of(terms, frame) else { continue };
            let mut asks = Asks::on(ground, columns, terms, day);
            let having = asked.having.iter().filter_map(|term| having_root(&mut asks, terms, *term));
            let mut roots: Vec<Root> = having.collect();
            roots.extend(asked.subjects.iter().filter_map(|term| subject_root(&mut asks, terms, *term)));
            answers.take(collection, &asks, roots, columns, threads);
        }
        answers
    }

    /// The items that may meet the condition of a plan; `None` where only the vectors know.
    pub fn found(&self, who: TermId) -> Option<&Found> {
        self.found.get(&who)
    }

    /// The customers with an item that a condition asks for, by the term that asks.
    pub fn having(&self) -> &HashMap<TermId, Bits> {
        &self.having
    }

    fn take(&mut self, of: CollectionId, asks: &Asks<'_>, roots: Vec<Root>, columns: &Columns, threads: usize) {
        let steps: Vec<StepId> = roots.iter().map(|root| root.step).collect();
        let parts = on_shares(columns.item_count(of), threads, |items| answered(asks, &steps, of, columns, items));
        for (place, root) in roots.into_iter().enumerate() {
            let items = parts.iter().flat_map(|part| &part[place]).copied();
            match root.why {
                Why::Having => {
                    let mut bits = Bits::default();
                    bits.pad(columns.len());
                    items.for_each(|(row, _)| bits.set(row as usize));
                    self.having.insert(root.term, bits);
                }
                Why::Subject { of_customer, exact } => {
                    let items = items.collect();
                    self.found.insert(root.term, Found { items, of_customer, exact });
                }
            }
        }
    }
}

/// What is asked of the items of a frame.
#[derive(Default)]
struct Asked {
    having: Vec<TermId>,
    subjects: Vec<TermId>,
}

fn by_frame(wanted: &Wanted<'_>, terms: &Terms) -> BTreeMap<FrameId, Asked> {
    let mut asked: BTreeMap<FrameId, Asked> = BTreeMap::new();
    for term in quantifiers(wanted, terms) {
        if let TermOp::Exists(frame, _) = terms.term_of(term).what {
            asked.entry(frame).or_default().having.push(term);
        }
    }
    for (term, frame) in wanted.of_items {
        asked.entry(*frame).or_default().subjects.push(*term);
    }
    asked
}

/// Every term that asks for items, of all that is wanted.
fn quantifiers(wanted: &Wanted<'_>, terms: &Terms) -> BTreeSet<TermId> {
    let mut seen = BTreeSet::new();
    let mut open: Vec<TermId> = wanted.of_customers.to_vec();
    open.extend(wanted.of_items.iter().map(|(term, _)| *term));
    while let Some(term) = open.pop() {
        if seen.insert(term) {
            open.extend(terms.term_of(term).parts());
        }
    }
    seen.retain(|term| matches!(terms.term_of(*term).what, TermOp::Exists(..)));
    seen
}

fn having_root(asks: &mut Asks<'_>, terms: &Terms, term: TermId) -> Option<Root> {
    let TermOp::Exists(_, condition) = terms.term_of(term).what else { return None };
    let step = condition.map_or(asks.same(true), |condition| asks.condition(condition));
    asks.is_bits(step).then_some(Root { term, step, why: Why::Having })
}

/// Nothing where the items' cells leave nobody out.
fn subject_root(asks: &mut Asks<'_>, terms: &Terms, term: TermId) -> Option<Root> {
    let (mut steps, mut of_customer, mut exact) = (Vec::new(), Vec::new(), true);
    for part in terms.flat_parts(term) {
        if terms.term_of(part).frame == CUSTOMERS {
            of_customer.push(part);
            continue;
        }
        let step = asks.condition(part);
        if asks.is_bits(step) { steps.push(step) } else { exact = false }
    }
    let step = asks.every(steps);
    let asks_something = !matches!(asks.steps()[step], Step::Same(true));
    asks_something.then_some(Root { term, step, why: Why::Subject { of_customer, exact } })
}

/// By root the items of a range for which it holds, each with the row of its customer.
fn answered(
    asks: &Asks<'_>,
    roots: &[StepId],
    of: CollectionId,
    columns: &Columns,
    items: Range<usize>,
) -> Vec<Vec<(u32, u32)>> {
    let offsets = columns.items_of(of).map_or(&[][..], |items| &items.offsets);
    let mut truths = Truths::new(asks, Lanes::best(), roots.iter().copied());
    let mut found = vec![Vec::new(); roots.len()];
    let mut first_owner = 0;
    for items in blocks(items) {
        truths.turn_to(items.clone());
        first_owner = owner_of(offsets, first_owner, items.start);
        for (root, found) in roots.iter().zip(&mut found) {
            let mut owner = first_owner;
            set_rows(truths.ask(*root, &mut BitsAlone), |place| {
                let item = items.start + place;
                owner = owner_of(offsets, owner, item);
                found.push((owner as u32, item as u32));
            });
        }
    }
    found
}

/// The row of an item's customer, who is not before `from`: most often the next one.
fn owner_of(offsets: &[u32], from: usize, item: usize) -> usize {
    let (mut low, mut step) = (from, 1);
    while low + step < offsets.len() && offsets[low + step] as usize <= item {
        low += step;
        step *= 2;
    }
    let high = (low + step).min(offsets.len());
    low + offsets[low..high].partition_point(|offset| *offset as usize <= item) - 1
}

/// Steps that are bits alone ask for nothing else.
struct BitsAlone;

impl Beyond for BitsAlone {
    fn all(&mut self, _: TermId) -> Mask {
        unreachable!("only steps that are bits are asked of items")
    }

    fn those(&mut self, term: TermId, _: &Mask) -> Mask {
        self.all(term)
    }
}
