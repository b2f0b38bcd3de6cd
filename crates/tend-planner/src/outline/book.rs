//! The contacts of a day kept current while customers change: only who changed is asked again, and only the lists of
//! whoever gains or loses a contact are put in order again.

use super::{Contact, Entry, Outline, Room, on_threads};
use crate::bits::Bits;
use crate::columns::Columns;
use crate::compiled::{Compiled, PlanIndex};
use crate::gates::Settings;
use crate::roster::NOBODY;
use tend_rules::base::Day;

/// Below so many lists one thread is quicker than two.
const ALONE: usize = 256;

/// Every taker's list of a day.
#[derive(Debug)]
pub struct DayBook {
    /// By row: who takes the contact, or nobody.
    taker_of: Vec<u32>,
    /// By taker, in the order of ranks.
    lists: Vec<Vec<Item>>,
    order: Vec<PlanIndex>,
    capacities: Vec<u32>,
    /// Room for a change.
    found: Outline,
    changed: Bits,
    touched: Vec<u32>,
    is_touched: Bits,
}

/// A contact in a list.
#[derive(Debug, Clone)]
struct Item {
    /// Place of the plan, then the worth, the greatest first.
    order: u64,
    row: u32,
    plans: [u32; 2],
    more: Box<[u64]>,
}

impl Item {
    fn of(entry: &Entry, row: u32, more: &[u64]) -> Self {
        let order = u64::from(entry.place) << 32 | u64::from(entry.worth);
        Self { order, row, plans: entry.plans, more: more.into() }
    }

    fn plans(&self) -> (u64, &[u64]) {
        (u64::from(self.plans[0]) | u64::from(self.plans[1]) << 32, &self.more)
    }
}

impl DayBook {
    /// The book of a day that was worked out over columns with so many rows.
    pub fn new(outline: &Outline, rows: usize) -> Self {
        let mut book = Self {
            taker_of: vec![NOBODY; rows],
            lists: vec![Vec::new(); outline.capacities.len()],
            order: outline.order.clone(),
            capacities: outline.capacities.clone(),
            found: Outline::default(),
            changed: Bits::default(),
            touched: Vec::new(),
            is_touched: Bits::default(),
        };
        for (entry, taker, more) in outline.found() {
            book.taker_of[entry.row as usize] = taker;
            book.lists[taker as usize].push(Item::of(entry, entry.row, more));
        }
        book.lists.iter_mut().for_each(|list| in_order(list));
        book
    }

    /// Takes the changed customers as they are now: row `n` of `patch` is row `rows[n]` of the book. The patch is made
    /// by [`Columns::patch`](crate::Columns::patch), so that people and units have the same places. Plans, day and
    /// settings are those for which the book was made. Returns the takers whose lists were put in order again.
    pub fn change(
        &mut self,
        compiled: &Compiled,
        patch: &Columns,
        rows: &[u32],
        day: Day,
        settings: &Settings,
    ) -> &[u32] {
        self.touched.drain(..).for_each(|taker| self.is_touched.unset(taker as usize));
        self.found.find(compiled, patch, day, settings);
        if self.lists.len() < self.found.capacities.len() {
            self.lists.resize(self.found.capacities.len(), Vec::new());
            self.capacities.clone_from(&self.found.capacities);
        }
        let last = rows.iter().max().map_or(0, |row| *row as usize + 1);
        if self.taker_of.len() < last {
            self.taker_of.resize(last, NOBODY);
        }
        for row in rows {
            let taker = std::mem::replace(&mut self.taker_of[*row as usize], NOBODY);
            if taker != NOBODY {
                self.changed.set(*row as usize);
                touch(&mut self.touched, &mut self.is_touched, taker);
            }
        }
        for (entry, taker, _) in self.found.found() {
            self.taker_of[rows[entry.row as usize] as usize] = taker;
            touch(&mut self.touched, &mut self.is_touched, taker);
        }
        self.touched.sort_unstable();
        self.write_lists(rows, settings.threads);
        rows.iter().for_each(|row| self.changed.unset(*row as usize));
        &self.touched
    }

    /// Takes the changed customers out of the lists of the touched takers and puts in what was found of them. The lists
    /// lie all over memory: each thread fetches its share of them.
    fn write_lists(&mut self, rows: &[u32], threads: usize) {
        let threads = if self.touched.len() < ALONE { 1 } else { threads.max(1) };
        let mut jobs = Vec::new();
        let (mut lists, mut first) = (self.lists.as_mut_slice(), 0);
        for takers in self.touched.chunks(self.touched.len().div_ceil(threads).max(1)) {
            let end = takers.last().map_or(first, |last| *last as usize + 1);
            let (own, rest) = lists.split_at_mut(end - first);
            jobs.push((takers, own, first));
            (lists, first) = (rest, end);
        }
        let (found, changed) = (&self.found, &self.changed);
        on_threads(jobs, |(takers, lists, first)| {
            for taker in takers {
                lists[*taker as usize - first].retain(|item| !changed.has(item.row as usize));
            }
            for (entry, taker, more) in found.found() {
                if let Some(list) = (taker as usize).checked_sub(first).and_then(|place| lists.get_mut(place)) {
                    list.push(Item::of(entry, rows[entry.row as usize], more));
                }
            }
            takers.iter().for_each(|taker| in_order(&mut lists[*taker as usize - first]));
        });
    }

    /// How many customers may be touched.
    pub fn len(&self) -> usize {
        self.lists.iter().map(Vec::len).sum()
    }

    /// Whether nobody may be touched.
    pub fn is_empty(&self) -> bool {
        self.lists.iter().all(Vec::is_empty)
    }

    /// Every contact, by taker and rank.
    pub fn contacts(&self) -> impl Iterator<Item = Contact<'_>> {
        (0..self.lists.len() as u32).flat_map(|taker| self.list(taker))
    }

    /// The contacts of a taker in the order of ranks.
    pub fn list(&self, taker: u32) -> impl Iterator<Item = Contact<'_>> {
        let items = self.lists.get(taker as usize).map_or(&[][..], Vec::as_slice);
        (1..).zip(items).map(move |(rank, item)| Contact {
            row: item.row,
            plan: self.order[(item.order >> 32) as usize],
            taker,
            rank,
            room: Room::at(rank, self.capacities[taker as usize]),
            plans: item.plans(),
        })
    }

    /// The plans from the most important one down.
    pub fn order(&self) -> &[PlanIndex] {
        &self.order
    }
}

/// By plan, worth and row. What was in order before is so still: only what came new has to find its place.
fn in_order(list: &mut [Item]) {
    list.sort_by_key(|item| (item.order, item.row));
}

fn touch(touched: &mut Vec<u32>, is_touched: &mut Bits, taker: u32) {
    if !is_touched.has(taker as usize) {
        is_touched.set(taker as usize);
        touched.push(taker);
    }
}
