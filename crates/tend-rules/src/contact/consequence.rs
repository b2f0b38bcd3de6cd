//! What becomes of a work order when an outcome is recorded, and what comes next.

use super::{NoteRule, OutcomeCode, Reached, Result};
use crate::base::{Day, Instant};
use serde::Serialize;

/// An outcome may be taken back for so long.
const TAKE_BACK_MS: i64 = 10_000;
const NOTE_CHARS_MAX: usize = 2000;
/// A next step lies within a year.
const NEXT_DAYS_MAX: i32 = 366;
/// A touch without a fixed time comes back in the morning.
const MORNING_MINUTE: u16 = 9 * 60;

/// When the person wants to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NextStep {
    /// The day, if one was chosen.
    pub day: Option<Day>,
    /// Minutes after midnight, if a time was agreed.
    pub minute: Option<u16>,
}

/// What stands around the outcome.
#[derive(Debug, Clone, Copy)]
pub struct Situation {
    /// The local day.
    pub today: Day,
    /// Minutes since local midnight.
    pub minute: u16,
    /// The last day of the work order.
    pub not_after: Day,
}

/// What becomes of the work order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// Carried out.
    Done,
    /// Given up.
    Failed,
    /// It comes back on its list.
    Again {
        /// The day.
        day: Day,
        /// Minutes after midnight.
        minute: u16,
    },
}

/// What an outcome does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Consequence {
    /// To the work order itself.
    pub fate: Fate,
    /// A new work order of the same matter.
    pub follow_up: Option<(Day, Option<u16>)>,
}

/// Why an outcome cannot be recorded as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// The code asks for a note.
    NoteNeeded,
    /// The note is longer than 2000 characters.
    NoteTooLong,
    /// The next step lies in the past.
    NextPast,
    /// The next step lies more than a year ahead.
    NextTooFar,
}

/// Weighs an outcome: what becomes of the work order, and what comes next.
///
/// - *done*: done; a chosen day, or the code's own days, make a follow-up.
/// - *failed*: failed; only a chosen day makes a follow-up.
/// - *again*: back on the list on the chosen day, else after the code's days, else tomorrow. Beyond the last day of the
///   work order it cannot wait: if the customer was reached and agreed, this one is done and a follow-up is made for
///   that day; if nobody was reached, the time has run out and it failed.
pub fn weigh(
    code: &OutcomeCode,
    note: &str,
    next: NextStep,
    now: Situation,
) -> std::result::Result<Consequence, Unfit> {
    if code.note == NoteRule::Needed && note.trim().is_empty() {
        return Err(Unfit::NoteNeeded);
    }
    if note.chars().count() > NOTE_CHARS_MAX {
        return Err(Unfit::NoteTooLong);
    }
    if let Some(day) = next.day {
        let passed = day < now.today || (day == now.today && next.minute.is_some_and(|minute| minute <= now.minute));
        if passed {
            return Err(Unfit::NextPast);
        }
        if day - now.today > NEXT_DAYS_MAX {
            return Err(Unfit::NextTooFar);
        }
    }
    let proposed = code.next_days.map(|days| now.today + days);
    Ok(match code.result {
        Result::Done => {
            Consequence { fate: Fate::Done, follow_up: next.day.or(proposed).map(|day| (day, next.minute)) }
        }
        Result::Failed => Consequence { fate: Fate::Failed, follow_up: next.day.map(|day| (day, next.minute)) },
        Result::Again => {
            let day = next.day.or(proposed).unwrap_or(now.today + 1);
            match (day <= now.not_after, code.reached) {
                (true, _) => Consequence { fate: again(day, next, now), follow_up: None },
                (false, Reached::Yes) => Consequence { fate: Fate::Done, follow_up: Some((day, next.minute)) },
                (false, Reached::No) => Consequence { fate: Fate::Failed, follow_up: None },
            }
        }
    })
}

/// Later today without a time means in an hour; another day without a time means in the morning.
fn again(day: Day, next: NextStep, now: Situation) -> Fate {
    let minute = match next.minute {
        Some(minute) => minute.min(1439),
        None if day == now.today => (now.minute + 60).min(1439),
        None => MORNING_MINUTE,
    };
    Fate::Again { day, minute }
}

/// Whether an outcome recorded at `recorded` may be taken back at `now`.
pub fn may_take_back(recorded: Instant, now: Instant) -> bool {
    (0..=TAKE_BACK_MS).contains(&(now.millis() - recorded.millis()))
}
