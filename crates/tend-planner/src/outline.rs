//! The day in outline: for every customer the plans that may touch, the one that does, by whom and as the how-manieth.
//!
//! It begins with an empty desk: what was made, carried over or planned before plays no part, and a plan that asks for
//! a specialist counts with the unit. Conditions, gates, the one contact a customer a day and the capacity of people
//! are those of [`plan_day`](crate::plan_day).

use crate::codes::{Cells, Code, Codes};
use crate::columns::Columns;
use crate::compiled::{Compiled, PlanIndex};
use crate::engine::{
    self, Asks, BLOCK, Block, CUSTOMERS, Lanes, Mask, StepId, Truths, Worker, Worths, places, set_rows,
};
use crate::gates::Settings;
use crate::roster::NOBODY;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};
use tend_rules::base::{Day, StaffId, UnitId};
use tend_rules::plan::{Attention, By, CarePlan};
use tend_rules::segment::{Comparison, Value};

/// Takers of a group: what a group holds stays near the processor while it is put in order.
const GROUP: usize = 2048;
/// Up to so many contacts of a taker are ranked by counting, more by sorting.
const COUNTED: usize = 160;
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

/// Who takes a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taker {
    /// A person.
    Person(StaffId),
    /// A unit, which hands it out.
    Unit(UnitId),
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

    /// Every contact, in no particular order.
    pub fn contacts(&self) -> impl Iterator<Item = Contact<'_>> {
        let groups = self.groups.iter().enumerate();
        let parts = groups.flat_map(|(number, parts)| parts.iter().map(move |part| (number * GROUP, part)));
        parts.flat_map(move |(first_taker, part)| {
            part.entries.iter().zip(&part.ranks).enumerate().map(move |(number, (entry, rank))| {
                let taker = first_taker + usize::from(entry.taker);
                let room = if *rank > self.capacities[taker] { Room::Deferred } else { Room::Today };
                let more = self.words.saturating_sub(1);
                let plans = u64::from(entry.plans[0]) | u64::from(entry.plans[1]) << 32;
                Contact {
                    row: entry.row,
                    plan: self.order[usize::from(entry.place)],
                    taker: taker as u32,
                    rank: *rank,
                    room,
                    plans: (plans, &part.more[number * more..(number + 1) * more]),
                }
            })
        })
    }

    /// The plans from the most important one down.
    pub fn order(&self) -> &[PlanIndex] {
        &self.order
    }

    /// Works the day out. The same input gives the same contacts on any number of threads.
    pub fn work_out(&mut self, compiled: &Compiled, columns: &Columns, day: Day, settings: &Settings) {
        let frame = Frame::new(compiled, columns, day, settings);
        let threads = if columns.len() <= ALONE { 1 } else { settings.threads.max(1) };
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
        // Each takes the next group that nobody has: none waits for a large one.
        let place_bits = usize::BITS - frame.order.len().leading_zeros();
        let queue = Mutex::new(self.groups.iter_mut());
        let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
        on_threads(self.rankings.iter_mut().collect(), |ranking| {
            while let Some(parts) = next() {
                ranking.rank(parts, place_bits);
            }
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

/// Who takes what, and how much each can do.
struct Takers<'a> {
    /// The person who works for each owner, by place; `NOBODY` where the chain ends.
    working: &'a [u32],
    people: u32,
    capacities: Vec<u32>,
}

impl<'a> Takers<'a> {
    fn new(columns: &'a Columns, settings: &Settings) -> Self {
        let roster = &columns.roster;
        let mut capacities = roster.capacities(settings.capacity_per_day);
        capacities.extend(std::iter::repeat_n(u32::MAX, roster.units()));
        Self { working: roster.workers(), people: roster.len() as u32, capacities }
    }

    fn groups(&self) -> usize {
        self.capacities.len().div_ceil(GROUP).max(1)
    }
}

/// What is the same for all customers of the day.
struct Frame<'a> {
    compiled: &'a Compiled,
    columns: &'a Columns,
    asks: Asks<'a>,
    day: Day,
    order: Vec<PlanIndex>,
    /// By place in the order: the condition of a plan about customers, and what stands against it.
    who: Vec<Option<StepId>>,
    gates: Vec<StepId>,
    takers: Takers<'a>,
    words: usize,
    /// By place in the order: the column that tells the worth.
    worths: Vec<Option<&'a Codes>>,
    /// By place in the order: whether the owner takes it without more ado.
    by_owner: Vec<bool>,
    all_by_owner: bool,
    /// The column that tells the worth under every plan.
    one_worth: Option<&'a Codes>,
}

impl<'a> Frame<'a> {
    fn new(compiled: &'a Compiled, columns: &'a Columns, day: Day, settings: &Settings) -> Self {
        let mut order: Vec<PlanIndex> = (0..compiled.plans.len() as u32).map(PlanIndex).collect();
        order.sort_by_key(|place| (std::cmp::Reverse(compiled.plan(*place).limits.priority), *place));
        let mut asks = Asks::new(columns, &compiled.terms, day);
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

    /// Finds the contacts of some rows, by group of takers.
    fn find(&self, rows: Range<usize>, finder: &mut Finder, groups: &mut [&mut Group]) {
        let mut worker = Worker::new(self.columns, &self.compiled.terms, self.day);
        let mut truths = Truths::new(&self.asks, Lanes::best());
        finder.masks.clear();
        finder.masks.resize(BLOCK * self.words, 0);
        for rows in engine::blocks(rows) {
            truths.turn_to(rows.clone());
            let mut block = worker.block(rows.clone());
            let mut any: Mask = [0; BLOCK / 64];
            for place in 0..self.order.len() {
                let mask = self.of_plan(place, &mut truths, &mut block);
                let (word, bit) = (place / 64, 1u64 << (place % 64));
                for (sum, part) in any.iter_mut().zip(mask) {
                    *sum |= part;
                }
                let masks = &mut finder.masks;
                if self.words == 1 {
                    set_rows(mask, |row| masks[row] |= bit);
                } else {
                    set_rows(mask, |row| masks[row * self.words + word] |= bit);
                }
            }
            finder.rows.clear();
            set_rows(&any, |row| finder.rows.push(row as u32));
            self.emit(rows.start, finder, &mut block, groups);
        }
    }

    fn of_plan<'t>(&self, place: usize, truths: &'t mut Truths<'_, 'a>, block: &mut Block<'_, 'a>) -> &'t Mask {
        if let Some(step) = self.who[place] {
            return truths.ask(step, block);
        }
        let met = engine::with_items(&self.compiled.of_plans[self.order[place].0 as usize], block);
        truths.ask_with(self.gates[place], &met, block)
    }

    /// Hands what was found in a block to the groups of its takers.
    fn emit(&self, first_row: usize, finder: &mut Finder, block: &mut Block<'_, 'a>, groups: &mut [&mut Group]) {
        let owners = self.columns.owners.cells();
        let worth = self.one_worth.filter(|_| self.words == 1).map(Codes::cells);
        match (owners, worth) {
            (Cells::Short(owners), Some(Cells::Word(worth))) => {
                self.emit_quick(first_row, finder, owners, worth, groups)
            }
            (Cells::Byte(owners), Some(Cells::Word(worth))) => {
                self.emit_quick(first_row, finder, owners, worth, groups)
            }
            (Cells::Short(owners), Some(Cells::Short(worth))) => {
                self.emit_quick(first_row, finder, owners, worth, groups)
            }
            (Cells::Byte(owners), Some(Cells::Short(worth))) => {
                self.emit_quick(first_row, finder, owners, worth, groups)
            }
            _ => self.emit_any(first_row, finder, block, groups),
        }
    }

    /// Up to 64 plans whose worth is one column: nothing but look-ups. The codes of the worth have its order.
    fn emit_quick<O: Code, W: Code>(
        &self,
        first_row: usize,
        finder: &mut Finder,
        owners: &[O],
        worth: &[W],
        groups: &mut [&mut Group],
    ) {
        let base = self.columns.owners.base() as usize;
        let (owners, worth) = (&owners[first_row..], &worth[first_row..]);
        for row in finder.rows.iter().map(|row| *row as usize) {
            let plans = std::mem::take(&mut finder.masks[row]);
            let place = plans.trailing_zeros() as usize;
            let owner = owners[row];
            let owner = if owner == O::MISSING { usize::MAX } else { base.wrapping_add(owner.number() as usize) };
            let mut taker = self.takers.working.get(owner).copied().unwrap_or(NOBODY);
            if !(self.all_by_owner && taker != NOBODY) {
                let Some(other) = self.taker(place, first_row + row) else { continue };
                taker = other;
            }
            // A missing worth has the greatest code and is worth nothing.
            let worth = if worth[row] == W::MISSING { 0 } else { worth[row].number() as u32 + 1 };
            let entry = Entry::of(plans, first_row + row, WORTH_MOST - worth, taker, place);
            groups[taker as usize / GROUP].entries.push(entry);
        }
    }

    fn emit_any(&self, first_row: usize, finder: &mut Finder, block: &mut Block<'_, 'a>, groups: &mut [&mut Group]) {
        let Finder { masks, rows } = finder;
        let mut worths: Vec<Option<Worths<'a>>> = Vec::new();
        for row in rows.iter().map(|row| *row as usize) {
            let words = &mut masks[row * self.words..(row + 1) * self.words];
            let word = words.iter().position(|word| *word != 0).unwrap_or(0);
            let place = word * 64 + words[word].trailing_zeros() as usize;
            let at = first_row + row;
            if let Some(taker) = self.taker(place, at) {
                let worth = match self.worths[place] {
                    Some(column) => column.get(at),
                    None => self.worth(place, row, block, &mut worths),
                };
                let worth = WORTH_MOST - worth.clamp(0, WORTH_MOST.into()) as u32;
                let group = &mut groups[taker as usize / GROUP];
                group.entries.push(Entry::of(words[0], at, worth, taker, place));
                group.more.extend_from_slice(&words[1..]);
            }
            words.fill(0);
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
        let worth = worths[place].get_or_insert_with(|| engine::worths(self.compiled, block, plan));
        worth.of(block, row, row as u32)
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

/// Room for finding.
#[derive(Debug, Default)]
struct Finder {
    masks: Vec<u64>,
    rows: Vec<u32>,
}

/// Room for ranking.
#[derive(Debug, Default)]
struct Ranking {
    listed: Vec<u64>,
    ranks: Vec<u32>,
    places: Vec<u32>,
}

impl Ranking {
    /// Gives every contact of a group its place in its taker's list. A plan's place has at most so many bits.
    fn rank(&mut self, parts: &mut [Group], place_bits: u32) {
        let count: usize = parts.iter().map(|part| part.entries.len()).sum();
        let mut ends = [0u32; GROUP + 1];
        for part in parts.iter() {
            for entry in &part.entries {
                ends[usize::from(entry.taker) + 1] += 1;
            }
        }
        (1..=GROUP).for_each(|taker| ends[taker] += ends[taker - 1]);
        let bounds = ends;
        // A key is plan, worth and number, so that no two are equal and the number comes back from it.
        let bits = usize::BITS - count.leading_zeros();
        let spare = (u32::BITS + place_bits + bits).saturating_sub(u64::BITS);
        self.listed.resize(count, 0);
        let mut number = 0u64;
        for part in parts.iter() {
            for entry in &part.entries {
                let next = &mut ends[usize::from(entry.taker)];
                let order = u64::from(entry.place) << 32 | u64::from(entry.worth);
                self.listed[*next as usize] = order >> spare << bits | number;
                *next += 1;
                number += 1;
            }
        }
        self.ranks.resize(count, 0);
        for taker in 0..GROUP {
            let list = bounds[taker] as usize..bounds[taker + 1] as usize;
            self.rank_list(list, (1 << bits) - 1);
        }
        let mut rest = self.ranks.as_slice();
        for part in parts {
            let (own, others) = rest.split_at(part.entries.len());
            part.ranks.extend_from_slice(own);
            rest = others;
        }
    }

    /// Ranks a list by its keys; `number` are the bits of a key that number its contact.
    fn rank_list(&mut self, list: Range<usize>, number: u64) {
        let keys = &mut self.listed[list];
        if keys.len() > COUNTED {
            keys.sort_unstable();
            for (rank, key) in (1..).zip(keys.iter()) {
                self.ranks[(key & number) as usize] = rank;
            }
            return;
        }
        self.places.resize(keys.len(), 0);
        places(Lanes::best(), keys, &mut self.places);
        for (key, place) in keys.iter().zip(&self.places) {
            self.ranks[(key & number) as usize] = place + 1;
        }
    }
}

/// What stands against touches, as steps.
struct Gates<'a, 's> {
    compiled: &'a Compiled,
    day: Day,
    settings: &'s Settings,
}

impl<'a> Gates<'a, '_> {
    /// Who may be reached, and who has had rest enough. Few plans differ in both: each is worked out once.
    fn of(&self, asks: &mut Asks<'a>, place: PlanIndex) -> [StepId; 2] {
        let plan = self.compiled.plan(place);
        let nobody = [asks.same(false); 2];
        if plan.quiet_festival(self.day).is_some() {
            return nobody;
        }
        let find = |key| self.compiled.catalogue.find(key);
        let mut reached = Vec::new();
        if let Some(consents) = find("consents") {
            reached.push(asks.has_word(consents, plan.channels.iter().map(|channel| channel.word())));
        }
        let lost = (!self.compiled.may_reach_lost(place, self.settings)).then_some("lost");
        for word in ["blocked", "deceased"].into_iter().chain(lost) {
            let barred = find("lifecycle").and_then(|fact| asks.compared(fact, Comparison::Equal, &Value::text(word)));
            reached.extend(barred.map(|barred| asks.not(barred)));
        }
        let mut rested = Vec::new();
        if plan.limits.attention == Attention::Counts {
            let cap = plan.limits.cap_30d.min(self.settings.cap_30d);
            if cap <= 0 {
                return nobody;
            }
            let last = Value::day(self.day - plan.limits.cooldown_days);
            let contacts = find("contacts_30d").map(|fact| (fact, Comparison::AtLeast, Value::Int(cap)));
            let lately = find("last_contact").map(|fact| (fact, Comparison::Greater, last));
            for (fact, how, value) in [contacts, lately].into_iter().flatten() {
                let against = asks.compared(fact, how, &value);
                rested.extend(against.map(|against| asks.not(against)));
            }
        }
        [asks.every(reached), asks.every(rested)]
    }
}
