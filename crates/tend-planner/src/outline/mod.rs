//! The day in outline: for every customer the plans that may touch, the one that does, by whom and as the how-manieth.
//!
//! It begins with an empty desk: what was made, carried over or planned before plays no part, and a plan that asks for
//! a specialist counts with the unit. Conditions, gates, the one contact a customer a day and the capacity of people
//! are those of [`plan_day`](crate::plan_day).

mod book;
mod frame;
mod gates;
mod rank;

pub use book::DayBook;

use crate::columns::Columns;
use crate::compiled::{Compiled, PlanIndex};
use crate::engine::BLOCK;
use crate::gates::Settings;
use frame::{Finder, Frame, of_items};
use rank::Ranking;
use std::sync::{Mutex, PoisonError};
use tend_rules::base::Day;

/// Takers of a group: what a group holds stays near the processor while it is put in order.
const GROUP: usize = 2048;
/// The most that a touch is worth when contacts are put in order; amounts beyond count alike.
const WORTH_MOST: u32 = u32::MAX;
/// Below this many customers one thread is quicker than two.
const ALONE: usize = 4 * BLOCK;

/// A customer who is touched, or would be if there were room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contact<'o> {
    /// The row of the customer in the columns.
    pub row: u32,
    /// The plan that has the day's contact.
    pub plan: PlanIndex,
    /// Who does it: the place of a person in the roster, then units.
    pub taker: u32,
    /// The place in the taker's list, from 1.
    pub rank: u32,
    /// Whether it lies beyond what the taker can do in a day.
    pub room: Room,
    /// The plans that may touch: bit `n` of the words is the `n`th plan of [`Outline::order`].
    pub plans: (u64, &'o [u64]),
}

/// Whether a contact fits in its taker's day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// It does.
    Today,
    /// It is carried over.
    Deferred,
}

impl Room {
    /// Of a place in the list of somebody who can do so many.
    const fn at(rank: u32, capacity: u32) -> Self {
        if rank > capacity { Room::Deferred } else { Room::Today }
    }
}

/// What was found of one customer. Small: millions of them go through memory.
#[derive(Debug, Clone, Copy)]
struct Entry {
    /// The plans that may touch: the first 64 of them, the lower half first.
    plans: [u32; 2],
    row: u32,
    /// [`WORTH_MOST`] less the worth: the greatest first.
    worth: u32,
    /// Within the group.
    taker: u16,
    /// The first plan, by its place in the order.
    place: u16,
}

impl Entry {
    fn of(plans: u64, row: usize, worth: u32, taker: u32, place: usize) -> Self {
        let (row, taker, place) = (row as u32, (taker as usize % GROUP) as u16, place as u16);
        Self { plans: [plans as u32, (plans >> 32) as u32], row, worth, taker, place }
    }

    fn first_plans(&self) -> u64 {
        u64::from(self.plans[0]) | u64::from(self.plans[1]) << 32
    }
}

/// The contacts of some takers that one thread found.
#[derive(Debug, Default)]
struct Group {
    entries: Vec<Entry>,
    /// The plans beyond the first 64, so many words for each entry as there are more.
    more: Vec<u64>,
    ranks: Vec<u32>,
}

impl Group {
    fn clear(&mut self) {
        self.entries.clear();
        self.more.clear();
        self.ranks.clear();
    }
}

/// The day in outline. It may be worked out again and again: the room that it takes is kept.
#[derive(Debug, Default)]
pub struct Outline {
    /// By group of takers, and in it by thread.
    groups: Vec<Vec<Group>>,
    order: Vec<PlanIndex>,
    capacities: Vec<u32>,
    words: usize,
    rankings: Vec<Ranking>,
    finders: Vec<Finder>,
}

impl Outline {
    /// How many customers may be touched.
    pub fn len(&self) -> usize {
        self.groups.iter().flatten().map(|group| group.entries.len()).sum()
    }

    /// Whether nobody may be touched.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What was found, with the taker and the plans beyond the first 64.
    fn found(&self) -> impl Iterator<Item = (&Entry, u32, &[u64])> {
        let groups = self.groups.iter().enumerate();
        let parts = groups.flat_map(|(number, parts)| parts.iter().map(move |part| (number * GROUP, part)));
        let more = self.words.saturating_sub(1);
        parts.flat_map(move |(first_taker, part)| {
            part.entries.iter().enumerate().map(move |(number, entry)| {
                let taker = (first_taker + usize::from(entry.taker)) as u32;
                (entry, taker, &part.more[number * more..(number + 1) * more])
            })
        })
    }

    /// Every contact, in no particular order.
    pub fn contacts(&self) -> impl Iterator<Item = Contact<'_>> {
        let ranks = self.groups.iter().flatten().flat_map(|part| &part.ranks);
        self.found().zip(ranks).map(|((entry, taker, more), rank)| Contact {
            row: entry.row,
            plan: self.order[usize::from(entry.place)],
            taker,
            rank: *rank,
            room: Room::at(*rank, self.capacities[taker as usize]),
            plans: (entry.first_plans(), more),
        })
    }

    /// The plans from the most important one down.
    pub fn order(&self) -> &[PlanIndex] {
        &self.order
    }

    /// Works the day out. The same input gives the same contacts on any number of threads.
    pub fn work_out(&mut self, compiled: &Compiled, columns: &Columns, day: Day, settings: &Settings) {
        self.find(compiled, columns, day, settings);
        // Each takes the next group that nobody has: none waits for a large one.
        let place_bits = usize::BITS - self.order.len().leading_zeros();
        let queue = Mutex::new(self.groups.iter_mut());
        let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
        on_threads(self.rankings.iter_mut().collect(), |ranking| {
            while let Some(parts) = next() {
                ranking.rank(parts, place_bits);
            }
        });
    }

    /// Finds the contacts, without their ranks.
    fn find(&mut self, compiled: &Compiled, columns: &Columns, day: Day, settings: &Settings) {
        let threads = if columns.len() <= ALONE { 1 } else { settings.threads.max(1) };
        let items = of_items(compiled, columns, day, threads);
        let frame = Frame::new(compiled, columns, day, settings, &items);
        let share = columns.len().div_ceil(threads).next_multiple_of(BLOCK).max(1);
        self.finders.resize_with(threads, Finder::default);
        self.rankings.resize_with(threads, Ranking::default);
        self.groups.resize_with(frame.takers.groups(), Vec::new);
        self.groups.iter_mut().for_each(|parts| parts.resize_with(threads, Group::default));
        // Each thread fills its own part of every group.
        let mut of_threads: Vec<Vec<&mut Group>> = (0..threads).map(|_| Vec::new()).collect();
        for parts in &mut self.groups {
            for (thread, part) in parts.iter_mut().enumerate() {
                part.clear();
                of_threads[thread].push(part);
            }
        }
        let jobs: Vec<_> = of_threads.into_iter().zip(&mut self.finders).enumerate().collect();
        on_threads(jobs, |(thread, (mut groups, finder))| {
            let rows = (thread * share).min(columns.len())..((thread + 1) * share).min(columns.len());
            frame.find(rows, finder, &mut groups);
        });
        self.order = frame.order;
        self.capacities = frame.takers.capacities;
        self.words = frame.words;
    }
}

/// Works out the day in outline.
pub fn outline(compiled: &Compiled, columns: &Columns, day: Day, settings: &Settings) -> Outline {
    let mut outline = Outline::default();
    outline.work_out(compiled, columns, day, settings);
    outline
}

/// Does each job on a thread of its own, the last on this one.
fn on_threads<J: Send>(mut jobs: Vec<J>, work: impl Fn(J) + Sync) {
    let Some(last) = jobs.pop() else { return };
    std::thread::scope(|scope| {
        let work = &work;
        for job in jobs {
            scope.spawn(move || work(job));
        }
        work(last);
    });
}
