//! The columns of a statement. The states of work orders are shared out among them without rest and without overlap,
//! therefore `handed_out` is always the sum of the others (issue "main job", statements).

use crate::work::State;
use serde::{Deserialize, Serialize};

/// By what a statement groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// The imported batch; work from plans stands in a line of its own.
    Batch,
    /// The channel to which the unit belongs.
    Channel,
    /// The person on whose list it is or was.
    Person,
    /// The reason: the plan's or the batch's title.
    Reason,
    /// The day on which it was due.
    Day,
}

/// How many work orders stand where. Each is counted in `handed_out` and in exactly one other column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Tally {
    /// All of them.
    pub handed_out: i64,
    /// Not yet taken by anybody: planned or on a list.
    pub open: i64,
    /// Taken and being worked on.
    pub accepted: i64,
    /// Carried out, not judged.
    pub done: i64,
    /// Given up.
    pub failed: i64,
    /// The last day passed.
    pub expired: i64,
    /// Carried out and agreed.
    pub verified: i64,
    /// Sent back, open again.
    pub returned: i64,
}

/// One line of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// What the line stands for, as stored.
    pub key: String,
    /// The same for people.
    pub title: String,
    /// The figures.
    #[serde(flatten)]
    pub tally: Tally,
}

impl Tally {
    /// Adds `count` work orders of a state. What was withdrawn was never work to answer for.
    pub fn add(&mut self, state: State, count: i64) {
        let column = match state {
            State::Planned | State::Assigned => &mut self.open,
            State::Accepted => &mut self.accepted,
            State::Done => &mut self.done,
            State::Failed => &mut self.failed,
            State::Expired => &mut self.expired,
            State::Verified => &mut self.verified,
            State::Returned => &mut self.returned,
            State::Withdrawn => return,
        };
        *column += count;
        self.handed_out += count;
    }

    /// The sum of two tallies.
    #[must_use]
    pub fn plus(self, other: Tally) -> Tally {
        Tally {
            handed_out: self.handed_out + other.handed_out,
            open: self.open + other.open,
            accepted: self.accepted + other.accepted,
            done: self.done + other.done,
            failed: self.failed + other.failed,
            expired: self.expired + other.expired,
            verified: self.verified + other.verified,
            returned: self.returned + other.returned,
        }
    }
}

impl Line {
    /// The lines of counted states, in the order in which their keys first come.
    pub fn gather(counts: impl IntoIterator<Item = (String, String, State, i64)>) -> Vec<Line> {
        let mut lines: Vec<Line> = Vec::new();
        for (key, title, state, count) in counts {
            let place = lines.iter().position(|line| line.key == key).unwrap_or_else(|| {
                lines.push(Line { key, title, tally: Tally::default() });
                lines.len() - 1
            });
            lines[place].tally.add(state, count);
        }
        lines.retain(|line| line.tally.handed_out > 0);
        lines
    }

    /// The last line: the sum of all.
    pub fn total(lines: &[Line]) -> Tally {
        lines.iter().fold(Tally::default(), |sum, line| sum.plus(line.tally))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_column_adds_up_to_its_rows(rows in prop::collection::vec((0..5u8, 0..State::ALL.len()), 0..200)) {
            let counts = rows.iter().map(|(key, state)| (key.to_string(), String::new(), State::ALL[*state], 1));
            let lines = Line::gather(counts);
            let total = Line::total(&lines);
            let live = rows.iter().filter(|(_, state)| State::ALL[*state] != State::Withdrawn).count() as i64;
            prop_assert_eq!(total.handed_out, live);
            for tally in lines.iter().map(|line| line.tally).chain([total]) {
                let columns = tally.open + tally.accepted + tally.done + tally.failed + tally.expired + tally.verified
                    + tally.returned;
                prop_assert_eq!(tally.handed_out, columns);
            }
        }
    }
}
