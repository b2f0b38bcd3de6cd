//! The coming days in advance: each day is planned on what the days before it left behind.
//!
//! Assumed: all work is done on its day, every touch that counts reaches its customer, nobody pays, buys or moves.
//! So the 30-day budget, the cool-down and "not heard from for so long" follow from the rehearsed touches, while due
//! days and amounts stay as they are on file. What is left over for want of room comes again the next day.

use crate::columns::Columns;
use crate::compiled::Compiled;
use crate::day_plan::{DayPlan, plan_day};
use crate::gates::Settings;
use crate::history::{History, PastTouch, Standing};
use std::collections::{BTreeSet, VecDeque};
use tend_rules::base::Day;
use tend_rules::plan::Attention;

/// Days in which a contact counts towards the monthly cap.
const WINDOW_DAYS: i32 = 30;

/// Plans the days from `from` on, one after the other, and lets `heard` have each of them.
/// It ends early when `heard` asks for it.
pub fn rehearse(
    compiled: &Compiled,
    mut columns: Columns,
    from: Day,
    days: u16,
    mut history: History,
    settings: &Settings,
    mut heard: impl FnMut(&DayPlan) -> Onward,
) {
    let late = compiled.plans().iter().map(|plan| plan.limits.expires_after_days).max().unwrap_or(0) + 1;
    let mut contacts = Contacts::of(&columns, from);
    for day in (0..i32::from(days)).map(|ahead| from + ahead) {
        contacts.forget(&mut columns, day);
        let plan = plan_day(compiled, &columns, day, &history, settings);
        if heard(&plan) == Onward::Stop {
            return;
        }
        contacts.note(compiled, &mut columns, &plan);
        // What stands is done by the end of its day; it still keeps the same touch from being made twice.
        history.touches.iter_mut().for_each(|touch| touch.standing = Standing::Closed);
        history.touches.retain(|touch| touch.due_day + late >= day);
        history.touches.extend(plan.touches.iter().map(|touch| PastTouch {
            customer: touch.customer,
            plan: Some(touch.plan),
            subject: touch.subject,
            due_day: touch.due_day,
            planned_for: day,
            standing: Standing::Closed,
            attention: compiled.plan(touch.plan).limits.attention,
        }));
        history.carried = plan.deferred.into_iter().map(|one| one.carried).collect();
        history.load.clear();
    }
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
