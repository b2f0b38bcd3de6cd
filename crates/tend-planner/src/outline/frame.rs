//! Finding the contacts of a day, block by block, and handing them to their takers.

use super::gates::Gates;
use super::{Entry, Found, GROUP, WORTH_MOST};
use crate::codes::{Cells, Code, Codes};
use crate::columns::Columns;
use crate::compiled::{Compiled, PlanIndex};
use crate::engine::{
    self, Asks, BLOCK, Block, CUSTOMERS, Lanes, Mask, OfItems, Point, StepId, TermId, Truths, Wanted, Worker, Worths,
    set_rows,
};
use crate::gates::Settings;
use crate::roster::NOBODY;
use std::ops::Range;
use tend_rules::base::Day;
use tend_rules::plan::{By, CarePlan};

/// Who takes what, and how much each can do.
pub(super) struct Takers<'a> {
    /// The person who works for each owner, by place; `NOBODY` where the chain ends.
    working: &'a [u32],
    /// The same in half the room, where places fit: look-ups in it stay near the processor.
    short: Option<&'a [u16]>,
    people: u32,
    pub capacities: Vec<u32>,
}

impl<'a> Takers<'a> {
    fn new(columns: &'a Columns, settings: &Settings) -> Self {
        let roster = &columns.roster;
        let mut capacities = roster.capacities(settings.capacity_per_day);
        capacities.extend(std::iter::repeat_n(u32::MAX, roster.units()));
        Self { working: roster.workers(), short: roster.workers_short(), people: roster.len() as u32, capacities }
    }

    /// Who works for owners, by their places; out of range is nobody.
    fn of(&self, owners: impl Iterator<Item = usize>, takers: &mut [u32]) {
        match self.short {
            Some(short) => takers.iter_mut().zip(owners).for_each(|(taker, owner)| {
                let working = short.get(owner).copied().unwrap_or(u16::MAX);
                *taker = if working == u16::MAX { NOBODY } else { working.into() };
            }),
            None => takers.iter_mut().zip(owners).for_each(|(taker, owner)| {
                *taker = self.working.get(owner).copied().unwrap_or(NOBODY);
            }),
        }
    }

    pub fn groups(&self) -> usize {
        self.capacities.len().div_ceil(GROUP).max(1)
    }
}

/// What is the same for all customers of the day.
pub(super) struct Frame<'a> {
    compiled: &'a Compiled,
    columns: &'a Columns,
    asks: Asks<'a>,
    day: Day,
    pub order: Vec<PlanIndex>,
    /// By place in the order: the condition of a plan about customers, and what stands against it.
    who: Vec<Option<StepId>>,
    gates: Vec<StepId>,
    pub takers: Takers<'a>,
    pub words: usize,
    /// By place in the order: the column that tells the worth.
    worths: Vec<Option<&'a Codes>>,
    /// By place in the order: whether the owner takes it without more ado.
    by_owner: Vec<bool>,
    all_by_owner: bool,
    /// The column that tells the worth under every plan.
    one_worth: Option<&'a Codes>,
}

impl<'a> Frame<'a> {
    pub fn new(
        compiled: &'a Compiled,
        columns: &'a Columns,
        day: Day,
        settings: &Settings,
        items: &'a OfItems,
    ) -> Self {
        let mut order: Vec<PlanIndex> = (0..compiled.plans.len() as u32).map(PlanIndex).collect();
        order.sort_by_key(|place| (std::cmp::Reverse(compiled.plan(*place).limits.priority), *place));
        let mut asks = Asks::of_customers(columns, &compiled.terms, day, items);
        let gates = Gates { compiled, day, settings };
        let (mut who, mut pass) = (Vec::new(), Vec::new());
        for place in &order {
            let gate = gates.of(&mut asks, *place);
            let of_plan = &compiled.of_plans[place.0 as usize];
            let condition = (of_plan.frame == CUSTOMERS).then(|| asks.condition(of_plan.who));
            match condition {
                // One step asks for both, the cheapest part first.
                Some(condition) => who.push(Some(asks.every(vec![condition, gate[0], gate[1]]))),
                None => who.push(None),
            }
            pass.push(asks.every(gate.into()));
        }
        let words = order.len().div_ceil(64).max(1);
        let worths: Vec<Option<&'a Codes>> =
            order.iter().map(|place| engine::worth_column(compiled, columns, place.0 as usize)).collect();
        let one_worth = worths.first().copied().flatten();
        let is_one = |worth: &Option<&Codes>| worth.zip(one_worth).is_some_and(|(one, other)| std::ptr::eq(one, other));
        let one_worth = one_worth.filter(|_| worths.iter().all(is_one));
        let plain = |plan: &CarePlan| plan.by == By::Owner && plan.skills.is_empty();
        let by_owner: Vec<bool> = order.iter().map(|place| plain(compiled.plan(*place))).collect();
        let all_by_owner = by_owner.iter().all(|by_owner| *by_owner);
        let takers = Takers::new(columns, settings);
        Self {
            compiled,
            columns,
            asks,
            day,
            order,
            who,
            gates: pass,
            takers,
            words,
            worths,
            by_owner,
            all_by_owner,
            one_worth,
        }
    }

    /// Somebody who looks for contacts.
    pub fn seeker<'f>(&'f self, finder: &'f mut Finder) -> Seeker<'f, 'a> {
        let worker = Worker::new(self.columns, &self.compiled.terms, self.day);
        let roots = self.who.iter().zip(&self.gates).map(|(who, gate)| who.unwrap_or(*gate));
        let truths = Truths::in_room(&self.asks, Lanes::best(), roots, std::mem::take(&mut finder.answers));
        finder.masks.resize(BLOCK * self.words, 0);
        finder.rows.resize(BLOCK, 0);
        finder.takers.resize(BLOCK, NOBODY);
        Seeker { frame: self, worker, truths, finder }
    }

    /// Asks every plan of a block, and turns the answers into the plans of each customer.
    fn ask_all(&self, truths: &mut Truths<'_, 'a>, block: &mut Block<'_, 'a>, finder: &mut Finder) {
        finder.of_items.clear();
        for (place, step) in self.who.iter().enumerate() {
            match step {
                Some(step) => truths.settle(*step, block),
                None => {
                    let of_plan = &self.compiled.of_plans[self.order[place].0 as usize];
                    let mut met = block.with_items(of_plan.who, of_plan.frame);
                    truths.keep(self.gates[place], &mut met, block);
                    finder.of_items.push(met);
                }
            }
        }
        let mut of_items = finder.of_items.iter();
        let mut any = NONE;
        let (words, _) = finder.masks.as_chunks_mut::<BLOCK>();
        for (steps, word) in self.who.chunks(64).zip(words) {
            let mut masks = [&NONE; 64];
            for (mask, step) in masks.iter_mut().zip(steps) {
                *mask = step.map_or_else(|| of_items.next().unwrap_or(&NONE), |step| truths.answer(step));
            }
            let some = engine::turned(Lanes::best(), &masks[..steps.len()], word);
            any.iter_mut().zip(some).for_each(|(sum, part)| *sum |= part);
        }
        finder.count = 0;
        set_rows(&any, |row| {
            finder.rows[finder.count] = row as u32;
            finder.count += 1;
        });
    }

    /// Hands what was found in a block to the groups of its takers.
    fn emit(&self, first_row: usize, finder: &mut Finder, block: &mut Block<'_, 'a>, groups: &mut [Found]) {
        let owners = self.columns.owners.cells();
        let worth = self.one_worth.filter(|_| self.words == 1);
        match (owners, worth.map(|worth| (worth.cells(), worth.base()))) {
            (Cells::Short(owners), Some((Cells::Word(cells), base))) => {
                self.emit_quick(first_row, finder, owners, (cells, base), groups)
            }
            (Cells::Byte(owners), Some((Cells::Word(cells), base))) => {
                self.emit_quick(first_row, finder, owners, (cells, base), groups)
            }
            (Cells::Short(owners), Some((Cells::Short(cells), base))) => {
                self.emit_quick(first_row, finder, owners, (cells, base), groups)
            }
            (Cells::Byte(owners), Some((Cells::Short(cells), base))) => {
                self.emit_quick(first_row, finder, owners, (cells, base), groups)
            }
            _ => self.emit_any(first_row, finder, block, groups),
        }
    }

    /// Up to 64 plans whose worth is one column: nothing but look-ups.
    fn emit_quick<O: Code, W: Code>(
        &self,
        first_row: usize,
        finder: &mut Finder,
        owners: &[O],
        (worths, least): (&[W], i64),
        groups: &mut [Found],
    ) {
        let base = self.columns.owners.base() as usize;
        let (owners, worths) = (&owners[first_row..], &worths[first_row..]);
        let Finder { masks, rows, takers, count, .. } = finder;
        let (rows, takers) = (&rows[..*count], &mut takers[..*count]);
        let place =
            |owner: O| if owner == O::MISSING { usize::MAX } else { base.wrapping_add(owner.number() as usize) };
        // Look-ups all over memory first, so that the machine waits for many of them at once.
        self.takers.of(rows.iter().map(|row| place(owners[*row as usize])), takers);
        for (row, taker) in rows.iter().zip(takers) {
            let row = *row as usize;
            let plans = masks[row];
            let place = plans.trailing_zeros() as usize;
            if !(self.all_by_owner && *taker != NOBODY) {
                let Some(other) = self.taker(place, first_row + row) else { continue };
                *taker = other;
            }
            let worth = if worths[row] == W::MISSING { 0 } else { least + worths[row].number() };
            let worth = WORTH_MOST - worth.clamp(0, WORTH_MOST.into()) as u32;
            let entries = &mut groups[*taker as usize / GROUP].entries;
            entries.push(Entry::of(plans, first_row + row, worth, *taker, place));
            engine::claim_ahead(entries);
        }
    }

    fn emit_any(&self, first_row: usize, finder: &mut Finder, block: &mut Block<'_, 'a>, groups: &mut [Found]) {
        let Finder { masks, rows, count, .. } = finder;
        let mut worths: Vec<Option<Worths<'a>>> = Vec::new();
        for row in rows[..*count].iter().map(|row| *row as usize) {
            let word = |word: usize| masks[word * BLOCK + row];
            let first = (0..self.words).find(|place| word(*place) != 0).unwrap_or(0);
            let place = first * 64 + word(first).trailing_zeros() as usize;
            let at = first_row + row;
            if let Some(taker) = self.taker(place, at) {
                let worth = match self.worths[place] {
                    Some(column) => column.get(at),
                    None => self.worth(place, row, block, &mut worths),
                };
                let worth = WORTH_MOST - worth.clamp(0, WORTH_MOST.into()) as u32;
                let group = &mut groups[taker as usize / GROUP];
                group.entries.push(Entry::of(word(0), at, worth, taker, place));
                group.more.extend((1..self.words).map(word));
            }
        }
    }

    /// The worth that no column tells; 0 for plans about items, whose worth is that of the item.
    fn worth(&self, place: usize, row: usize, block: &mut Block<'_, 'a>, worths: &mut Vec<Option<Worths<'a>>>) -> i64 {
        if self.who[place].is_none() {
            return 0;
        }
        if worths.is_empty() {
            worths.resize_with(self.order.len(), || None);
        }
        let plan = self.order[place].0 as usize;
        let worth = worths[place].get_or_insert_with(|| Worths::of_block(self.compiled, block, plan));
        let mut point = Point::new(self.columns, &self.compiled.terms, self.day);
        worth.of(block, row, row as u32, &mut point)
    }

    fn taker(&self, place: usize, row: usize) -> Option<u32> {
        let owner = self.columns.owners.get(row);
        let working = usize::try_from(owner).map_or(NOBODY, |owner| self.takers.working[owner]);
        if self.by_owner[place] && working != NOBODY {
            return Some(working);
        }
        let plan = self.compiled.plan(self.order[place]);
        let skilled = || self.columns.roster.is_skilled(working, &plan.skills);
        if plan.by == By::Owner && working != NOBODY && skilled() {
            return Some(working);
        }
        self.columns.unit(row as u32).map(|unit| self.takers.people + unit)
    }
}

/// What the items of all customers answer to the plans about customers.
pub(super) fn of_items(compiled: &Compiled, columns: &Columns, day: Day, threads: usize) -> OfItems {
    let of_customers: Vec<TermId> = compiled.of_plans.iter().map(|of_plan| of_plan.who).collect();
    let wanted = Wanted { of_customers: &of_customers, of_items: &[] };
    OfItems::ask(&wanted, &compiled.terms, columns, day, threads)
}

/// Nobody of a block.
const NONE: Mask = [0; BLOCK / 64];

/// Room for finding.
#[derive(Debug, Default)]
pub(super) struct Finder {
    /// For each 64 plans a word for each row of the block.
    masks: Vec<u64>,
    /// The customers of the block with an item that a plan is about, by plan.
    of_items: Vec<Mask>,
    /// Who may be touched, and by whom: the first `count`.
    rows: Vec<u32>,
    takers: Vec<u32>,
    count: usize,
    /// Room for answers.
    answers: Vec<Mask>,
}

/// Somebody who looks for contacts, strip by strip.
pub(super) struct Seeker<'f, 'a> {
    frame: &'f Frame<'a>,
    worker: Worker<'a>,
    truths: Truths<'f, 'a>,
    finder: &'f mut Finder,
}

impl Seeker<'_, '_> {
    /// Finds the contacts of some rows, by group of takers.
    pub fn find(&mut self, rows: Range<usize>, groups: &mut [Found]) {
        for rows in engine::blocks(rows) {
            self.truths.turn_to(rows.clone());
            let mut block = self.worker.block(rows.clone());
            self.frame.ask_all(&mut self.truths, &mut block, self.finder);
            self.frame.emit(rows.start, self.finder, &mut block, groups);
        }
    }

    /// Leaves the room for the next time.
    pub fn leave(self) {
        self.finder.answers = self.truths.into_room();
    }
}
