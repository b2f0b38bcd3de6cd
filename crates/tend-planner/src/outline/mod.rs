//! The day in outline: for every customer the plans that may touch, the one that does, by whom and as the how-manieth.
//!
//! It begins with an empty desk: what was made, carried over or planned before plays no part, and a plan that asks for
//! a specialist counts with the unit. Conditions, gates, the one contact a customer a day and the capacity of people
//! are those of [`plan_day`](crate::plan_day).

mod book;
mod frame;
mod gates;
mod hall;
mod rank;

pub use book::DayBook;

use crate::columns::Columns;
use crate::compiled::{Compiled, PlanIndex};
use crate::engine::BLOCK;
use crate::gates::Settings;
use frame::{Finder, Frame, of_items};
use hall::Hall;
use rank::Ranking;
use std::sync::{Mutex, PoisonError};
use tend_rules::base::Day;

/// Takers of a group: what a group holds stays near the processor while it is put in order.
const GROUP: usize = 2048;
/// The most that a touch is worth when contacts are put in order; amounts beyond count alike.
const WORTH_MOST: u32 = u32::MAX;
/// Below this many customers one thread is quicker than two.
const ALONE: usize = 4 * BLOCK;
/// Strips of rows for each thread.
const STRIPS_EACH: usize = 8;

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

/// Whether contacts get their ranks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ranks {
    Given,
    Left,
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

/// The contacts of a group of takers in one strip of rows, in the order of rows.
#[derive(Debug, Default)]
struct Found {
    entries: Vec<Entry>,
    /// The plans beyond the first 64, so many words for each entry as there are more.
    more: Vec<u64>,
}

impl Found {
    fn clear(&mut self) {
        self.entries.clear();
        self.more.clear();
    }
}

/// What was found in a strip of rows, by group of takers.
type Strip = Vec<Found>;

/// What each thread needs for itself.
#[derive(Debug, Default)]
struct Desk {
    finder: Finder,
    ranking: Ranking,
}

/// The day in outline. It may be worked out again and again: the room that it takes is kept.
#[derive(Debug, Default)]
pub struct Outline {
    /// One after the other.
    strips: Vec<Strip>,
    /// By group of takers: the ranks of what was found, strip by strip.
    ranks: Vec<Vec<u32>>,
    order: Vec<PlanIndex>,
    capacities: Vec<u32>,
    words: usize,
    desks: Vec<Desk>,
}

impl Outline {
    /// How many customers may be touched.
    pub fn len(&self) -> usize {
        self.strips.iter().flatten().map(|found| found.entries.len()).sum()
    }

    /// Whether nobody may be touched.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What was found, with the taker and the plans beyond the first 64.
    fn found(&self) -> impl Iterator<Item = (&Entry, u32, &[u64])> {
        let groups = self.strips.first().map_or(0, Vec::len);
        let parts = (0..groups).flat_map(|group| self.strips.iter().map(move |strip| (group * GROUP, &strip[group])));
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
        self.found().zip(self.ranks.iter().flatten()).map(|((entry, taker, more), rank)| Contact {
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
        self.run(compiled, columns, day, settings, Ranks::Given);
    }

    /// Finds the contacts, without their ranks.
    fn find(&mut self, compiled: &Compiled, columns: &Columns, day: Day, settings: &Settings) {
        self.run(compiled, columns, day, settings, Ranks::Left);
    }

    fn run(&mut self, compiled: &Compiled, columns: &Columns, day: Day, settings: &Settings, ranks: Ranks) {
        let threads = if columns.len() <= ALONE { 1 } else { settings.threads.max(1) };
        let items = of_items(compiled, columns, day, threads);
        let frame = Frame::new(compiled, columns, day, settings, &items);
        // More strips than threads: who is held up takes fewer of them.
        let strips = if threads == 1 { 1 } else { threads * STRIPS_EACH };
        let share = columns.len().div_ceil(strips).next_multiple_of(BLOCK).max(1);
        self.strips.resize_with(columns.len().div_ceil(share).max(1), Vec::new);
        self.strips.iter_mut().for_each(|strip| strip.resize_with(frame.takers.groups(), Found::default));
        self.ranks.resize_with(frame.takers.groups(), Vec::new);
        self.desks.resize_with(threads, Desk::default);
        let hall = Hall::new(&mut self.strips);
        let lists = Mutex::new(self.ranks.iter_mut().enumerate());
        let place_bits = usize::BITS - frame.order.len().leading_zeros();
        on_threads(self.desks.iter_mut().collect(), |desk| {
            let mut seeker = frame.seeker(&mut desk.finder);
            hall.fill(|number, strip| {
                strip.iter_mut().for_each(Found::clear);
                seeker.find(number * share..((number + 1) * share).min(columns.len()), strip);
            });
            seeker.leave();
            if ranks == Ranks::Left {
                return;
            }
            // Each takes the next group that nobody has: none waits for a large one.
            let next = || lists.lock().unwrap_or_else(PoisonError::into_inner).next();
            hall.read(|strips| {
                while let Some((group, ranks)) = next() {
                    desk.ranking.rank(strips.iter().map(|strip| strip[group].entries.as_slice()), place_bits, ranks);
                }
            });
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
