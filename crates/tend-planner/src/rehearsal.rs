//! The coming days in advance: each day is planned on what the days before it left behind.
//!
//! Assumed: all work is done on its day, every touch that counts reaches its customer, nobody pays, buys or moves.
//! So the 30-day budget, the cool-down and "not heard from for so long" follow from the rehearsed touches, while due
//! days and amounts stay as they are on file. What is left over for want of room comes again the next day.

use crate::columns::Columns;
use crate::compiled::Compiled;
use crate::day_plan::{DayPlan, Record, decide};
use crate::engine::{Match, matches};
use crate::gates::Settings;
use crate::history::History;
use crate::recalled::Recalled;
use std::collections::{BTreeSet, VecDeque};
use tend_rules::base::Day;
use tend_rules::plan::Attention;

/// Days in which a contact counts towards the monthly cap.
const WINDOW_DAYS: i32 = 30;

/// Plans the days from `from` on, one after the other, and lets `heard` have each of them, with its decisions if they
/// are recorded. It ends early when `heard` asks for it. `plans` are those in force on a day: each plan stands in one
/// place on all days.
pub fn rehearse<'a>(
    plans: &dyn Fn(Day) -> &'a Compiled,
    mut columns: Columns,
    (from, days): (Day, u16),
    history: &History,
    settings: &Settings,
    record: Record,
    mut heard: impl FnMut(&DayPlan) -> Onward,
) {
    let mut contacts = Contacts::of(&columns, from);
    let mut recalled = Recalled::of(&columns, from, history);
    let mut ready = steady(plans(from), &columns, from, settings);
    for day in (0..i32::from(days)).map(|ahead| from + ahead) {
        contacts.forget(&mut columns, day);
        let (compiled, of_next) = (plans(day), plans(day + 1));
        // Whom contacts do not concern is asked for the next day while this one is decided.
        let (settled, next) = std::thread::scope(|scope| {
            let next = scope.spawn(|| steady(of_next, &columns, day + 1, settings));
            let mut due = std::mem::take(&mut ready);
            due.extend(matches(compiled, &columns, day, settings.threads, |plan| !compiled.is_steady_on_a_day(plan)));
            due.sort_by_key(|found| (found.row, found.plan, found.item));
            let settled = decide(compiled, &columns, day, &mut recalled, settings, &due, record);
            (settled, next.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        });
        ready = next;
        if heard(&settled.plan) == Onward::Stop {
            return;
        }
        contacts.note(compiled, &mut columns, &settled.plan);
        recalled.follow(compiled, settled);
        if !std::ptr::eq(compiled, of_next) {
            recalled.ask_anew();
        }
    }
}

/// Who meets the conditions that contacts do not change.
fn steady(compiled: &Compiled, columns: &Columns, day: Day, settings: &Settings) -> Vec<Match> {
    matches(compiled, columns, day, settings.threads, |plan| compiled.is_steady_on_a_day(plan))
}

/// Whether the rehearsal goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Onward {
    /// The next day is wanted too.
    Next,
    /// It is not.
    Stop,
}

/// Who was contacted when, as far as the budget of 30 days asks for it.
struct Contacts {
    /// Contacts on file: when they leave the window, taken from the last of them, whose they are and how many.
    on_file: Vec<(Day, u32, i64)>,
    rehearsed: VecDeque<(Day, BTreeSet<u32>)>,
}

impl Contacts {
    fn of(columns: &Columns, from: Day) -> Self {
        let on_file = (0..columns.len() as u32).filter_map(|row| {
            let count = columns.contacts(row);
            let last = columns.last_contact(row).unwrap_or(from);
            (count > 0).then_some((last + WINDOW_DAYS, row, count))
        });
        Self { on_file: on_file.collect(), rehearsed: VecDeque::new() }
    }

    /// Takes out what has left the window.
    fn forget(&mut self, columns: &mut Columns, day: Day) {
        let mut changed = false;
        self.on_file.retain(|(leaves, row, count)| {
            let stays = *leaves > day;
            if !stays {
                columns.set_contacts(*row, columns.contacts(*row) - count);
                changed = true;
            }
            stays
        });
        while let Some((_, rows)) = self.rehearsed.pop_front_if(|(then, _)| *then + WINDOW_DAYS <= day) {
            changed = true;
            for row in rows {
                columns.set_contacts(row, columns.contacts(row) - 1);
            }
        }
        if changed {
            columns.contacts_changed();
        }
    }

    /// One contact for each customer of the day's plan whose touch counts.
    fn note(&mut self, compiled: &Compiled, columns: &mut Columns, plan: &DayPlan) {
        let counts = |index| compiled.plan(index).limits.attention == Attention::Counts;
        let rows: BTreeSet<u32> = plan.touches.iter().filter(|one| counts(one.plan)).map(|one| one.row).collect();
        for row in &rows {
            columns.set_contacts(*row, columns.contacts(*row) + 1);
            columns.set_last_contact(*row, plan.day);
        }
        self.rehearsed.push_back((plan.day, rows));
        columns.contacts_changed();
    }
}
