//! What came before the day, by rows of the columns: touches that exist, who already has the day's contact, and what
//! waits. Made from the history once; a rehearsal takes it along from day to day.

use crate::assign::Settled;
use crate::bits::Bits;
use crate::columns::Columns;
use crate::compiled::{Compiled, PlanIndex};
use crate::history::{Carried, History, PastTouch, Standing, SubjectId};
use crate::quick::{QuickMap, QuickSet};
use crate::stock::Stock;
use std::collections::HashMap;
use tend_rules::base::{Day, StaffId};
use tend_rules::plan::{Attention, Withheld};

/// A subject: the row of the customer, the plan, what it is about.
pub(crate) type Key = (u32, PlanIndex, SubjectId);

/// A touch for which there was no room.
#[derive(Debug, Clone)]
pub(crate) struct Waiting {
    pub key: Key,
    pub due_day: Day,
    pub since: Day,
    pub due: Due,
}

/// What is known of something that waits: whether its condition holds for its own day by what the columns say now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Due {
    Unknown,
    Still { worth: i64 },
    NoLonger,
}

/// What was found out of something that waits.
#[derive(Debug, Clone)]
pub(crate) struct Judged {
    key: Key,
    due_day: Day,
    due: Due,
}

impl Judged {
    pub fn of(waiting: &Waiting, due: Due) -> Self {
        Self { key: waiting.key, due_day: waiting.due_day, due }
    }
}

/// What waits, in the order of keys, each once.
fn waiting(columns: &Columns, carried: &[Carried]) -> Vec<Waiting> {
    let mut rows = columns.search();
    let mut waiting = Vec::with_capacity(carried.len());
    waiting.extend(carried.iter().filter_map(|one| {
        let key = (rows.row_of(one.customer)?, one.plan, one.subject);
        Some(Waiting { key, due_day: one.due_day, since: one.waiting_since, due: Due::Unknown })
    }));
    let in_turn = |one: &Waiting| (one.key, one.since);
    if waiting.is_sorted_by_key(|one| one.key.0) {
        // Decisions are kept in the order of rows: only those of one customer may stand otherwise.
        waiting.chunk_by_mut(|left, right| left.key.0 == right.key.0).for_each(|own| own.sort_by_key(in_turn));
    } else {
        waiting.sort_by_key(in_turn);
    }
    waiting.dedup_by_key(|one| one.key);
    waiting
}

/// A touch on the list of a day that is still to come.
#[derive(Debug)]
struct Ahead {
    on: Day,
    row: u32,
    plan: Option<PlanIndex>,
    attention: Attention,
}

/// What came before the day.
#[derive(Debug, Default)]
pub(crate) struct Recalled {
    made: QuickSet<(Key, Day)>,
    open: QuickSet<Key>,
    /// Whoever has a touch.
    rows: Bits,
    ahead: Vec<Ahead>,
    /// Which plan already has the day's contact of a row.
    pub holders: QuickMap<u32, Option<PlanIndex>>,
    /// Touches that stand on the day's list.
    pub standing: usize,
    /// In the order of keys, each once.
    pub waiting: Vec<Waiting>,
    /// Contacts that people already have on the day's list.
    pub load: HashMap<StaffId, u32>,
    /// Gifts that run out.
    pub stock: Stock,
}

impl Recalled {
    pub fn of(columns: &Columns, day: Day, history: &History) -> Self {
        let stock = Stock::of(day, &history.gifts);
        let mut recalled = Self { load: history.load.clone(), stock, ..Self::default() };
        recalled.waiting = std::thread::scope(|scope| {
            let waiting = scope.spawn(|| waiting(columns, &history.carried));
            recalled.note_all(columns, &history.touches);
            recalled.turn_to(day);
            waiting.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        recalled
    }

    fn note_all(&mut self, columns: &Columns, touches: &[PastTouch]) {
        let mut rows = columns.search();
        let mut touches: Vec<&PastTouch> = touches.iter().collect();
        touches.sort_by_key(|touch| touch.customer);
        for touch in touches {
            if let Some(row) = rows.row_of(touch.customer) {
                self.note(row, touch);
            }
        }
    }

    /// Other versions of plans come into force: what waits is asked anew whether its condition holds.
    pub fn ask_anew(&mut self) {
        self.waiting.iter_mut().for_each(|waiting| waiting.due = Due::Unknown);
    }

    /// Takes over what was found out before, in the order of keys, save of rows that changed since.
    pub fn know(&mut self, judged: &[Judged], changed: &[u32]) {
        let (mut judged, mut changed) = (judged.iter().peekable(), changed.iter().peekable());
        for waiting in &mut self.waiting {
            while judged.next_if(|one| one.key < waiting.key).is_some() {}
            while changed.next_if(|row| **row < waiting.key.0).is_some() {}
            let is_changed = changed.peek() == Some(&&waiting.key.0);
            let same = |one: &&&Judged| (one.key, one.due_day) == (waiting.key, waiting.due_day);
            if let Some(one) = judged.peek().filter(same).filter(|_| !is_changed) {
                waiting.due = one.due;
            }
        }
    }

    /// Goes to the day after `settled`, of which everything is done by its end. It still keeps the same touch from
    /// being made twice.
    pub fn follow(&mut self, compiled: &Compiled, settled: Settled) {
        let Settled { plan, proposals, deferred, .. } = settled;
        self.open.clear();
        self.load.clear();
        for touch in &plan.touches {
            self.rows.set(touch.row as usize);
            self.made.insert(((touch.row, touch.plan, touch.subject), touch.due_day));
            self.stock.take(compiled, touch.plan);
        }
        self.turn_to(plan.day + 1);
        let left = proposals.into_iter().enumerate().filter(|(place, _)| deferred.has(*place));
        self.waiting.clear();
        self.waiting.extend(left.map(|(_, one)| Waiting {
            key: (one.row, one.plan, one.subject),
            due_day: one.due_day,
            since: one.waiting_since,
            due: if compiled.is_steady(one.plan) { Due::Still { worth: one.worth } } else { Due::Unknown },
        }));
    }

    fn note(&mut self, row: u32, touch: &PastTouch) {
        self.rows.set(row as usize);
        let (on, plan, attention) = (touch.planned_for, touch.plan, touch.attention);
        // What was withdrawn takes nobody's day, but its plan does not ask again for the same.
        if touch.standing != Standing::Withdrawn {
            self.ahead.push(Ahead { on, row, plan, attention });
        }
        let Some(plan) = plan else { return };
        let key = (row, plan, touch.subject);
        self.made.insert((key, touch.due_day));
        if touch.standing == Standing::Open {
            self.open.insert(key);
        }
    }

    /// Looks up what stands on the list of a day.
    fn turn_to(&mut self, day: Day) {
        self.stock.turn_to(day);
        self.ahead.retain(|touch| touch.on >= day);
        self.holders.clear();
        self.standing = 0;
        for touch in self.ahead.iter().filter(|touch| touch.on == day) {
            self.standing += 1;
            if touch.attention == Attention::Counts {
                self.holders.entry(touch.row).or_insert(touch.plan);
            }
        }
    }

    /// What stands against a touch because of those that exist.
    pub fn against(&self, key: Key, due_day: Day) -> Option<Withheld> {
        if !self.rows.has(key.0 as usize) {
            return None;
        }
        if self.made.contains(&(key, due_day)) {
            return Some(Withheld::AlreadyMade);
        }
        self.open.contains(&key).then_some(Withheld::AlreadyOpen)
    }
}
