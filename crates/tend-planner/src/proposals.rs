//! From conditions to proposals: who is due under which plan, less what stands against it.

use crate::columns::Columns;
use crate::compiled::{Compiled, PlanIndex};
use crate::day_plan::Record;
use crate::engine::{Match, on_shares};
use crate::gates::{Gate, GateFacts, Settings, Standings};
use crate::history::SubjectId;
use crate::recalled::{Due, Judged, Recalled, Waiting};
use std::ops::Range;
use tend_rules::base::{Channel, Day};
use tend_rules::plan::{CarePlan, Withheld};
use tend_rules::segment::Subject;

/// A touch against which nothing stands but budget and capacity.
#[derive(Debug, Clone)]
pub(crate) struct Proposal {
    pub row: u32,
    pub plan: PlanIndex,
    pub item: Option<u32>,
    pub subject: SubjectId,
    pub due_day: Day,
    pub waiting_since: Day,
    pub channel: Channel,
    pub worth: i64,
}

/// What came out of conditions and gates.
#[derive(Debug, Default)]
pub(crate) struct Proposed {
    /// In the order of row, plan and item.
    pub proposals: Vec<Proposal>,
    /// Row, plan, item and the reason.
    pub refused: Vec<(u32, PlanIndex, Option<u32>, Withheld)>,
    /// Pairs of customer and plan of which no subject met the condition.
    pub unmet: usize,
    /// What was found out of what waits, in the order of keys, where decisions are recorded.
    pub judged: Vec<Judged>,
}

/// Fewer than so many matches and touches that wait are judged before a second thread has begun.
const TOGETHER: usize = 16_384;

/// Judges what is due and what waits; the rows are shared out among threads.
pub(crate) fn propose(
    compiled: &Compiled,
    columns: &Columns,
    day: Day,
    recalled: &Recalled,
    settings: &Settings,
    (matched, record): (&[Match], Record),
) -> Proposed {
    let (matched, waiting) = (Side::of(matched, |one| one.row), Side::of(&recalled.waiting, |one| one.key.0));
    let threads = if matched.all.len() + waiting.all.len() < TOGETHER { 1 } else { settings.threads };
    let judge = |rows: Range<usize>| {
        let gates = GateFacts::of(compiled, columns);
        let gate = Gate::on(day, compiled, settings);
        let desk = Desk { compiled, columns, day, gate, gates, last: None, recalled, record };
        // What the other shares found is appended to the first.
        let room = if rows.start == 0 { 0..columns.len() } else { rows.clone() };
        let most = [matched.within(&room).len(), waiting.within(&room).len()];
        desk.side_by_side(matched.within(&rows), waiting.within(&rows), most)
    };
    let mut parts = on_shares(columns.len(), threads, judge).into_iter();
    let (mut proposed, mut met) = parts.next().unwrap_or_default();
    for (mut part, met_there) in parts {
        proposed.proposals.append(&mut part.proposals);
        proposed.refused.append(&mut part.refused);
        proposed.judged.append(&mut part.judged);
        met += met_there;
    }
    proposed.unmet = columns.len() * compiled.plans.len() - met;
    proposed
}

/// What stands in the order of rows.
struct Side<'s, T> {
    all: &'s [T],
    row: fn(&T) -> u32,
}

impl<'s, T> Side<'s, T> {
    fn of(all: &'s [T], row: fn(&T) -> u32) -> Self {
        Self { all, row }
    }

    fn within(&self, rows: &Range<usize>) -> &'s [T] {
        let before = |end: usize| self.all.partition_point(|one| ((self.row)(one) as usize) < end);
        &self.all[before(rows.start)..before(rows.end)]
    }
}

/// Takes those in front whose row and plan are wanted.
fn take_while<'w>(waiting: &mut &'w [Waiting], wanted: impl Fn((u32, PlanIndex)) -> bool) -> &'w [Waiting] {
    let count = waiting.iter().take_while(|one| wanted((one.key.0, one.key.1))).count();
    let (taken, rest) = waiting.split_at(count);
    *waiting = rest;
    taken
}

/// Judges one match after the other; remembers the customer it looked at last.
struct Desk<'a> {
    compiled: &'a Compiled,
    columns: &'a Columns,
    day: Day,
    gate: Gate<'a>,
    gates: GateFacts<'a>,
    last: Option<(u32, Standings<'a>)>,
    recalled: &'a Recalled,
    record: Record,
}

impl<'a> Desk<'a> {
    /// Goes through what is due and what waits side by side: both stand in the order of rows and plans. Answers too how
    /// many pairs of customer and plan met the condition. There is room from the beginning for so many as may come of it.
    fn side_by_side(
        mut self,
        matched: &[Match],
        mut waiting: &[Waiting],
        [due, waits]: [usize; 2],
    ) -> (Proposed, usize) {
        let (mut proposed, mut met) = (Proposed::default(), 0);
        proposed.proposals.reserve_exact(due + waits);
        if self.record == Record::Decisions {
            proposed.judged.reserve_exact(waits);
        }
        for pair in matched.chunk_by(|left, right| (left.row, left.plan) == (right.row, right.plan)) {
            met += 1;
            let place = (pair[0].row, pair[0].plan);
            self.wait(take_while(&mut waiting, |key| key < place), &mut proposed);
            self.pair(pair, take_while(&mut waiting, |key| key == place), &mut proposed);
        }
        self.wait(waiting, &mut proposed);
        (proposed, met)
    }

    fn subject(&self, found: &Match) -> SubjectId {
        let collection = self.compiled.plan(found.plan).for_each;
        match (found.item, collection.and_then(|id| Some((id, self.columns.items_of(id)?)))) {
            (Some(item), Some((id, items))) => {
                let at = self.columns.item_rows(id, found.row as usize).start + item as usize;
                SubjectId::Item(items.ids.get(at).copied().unwrap_or_default())
            }
            _ => SubjectId::Customer,
        }
    }

    fn standings(&mut self, row: u32) -> Standings<'a> {
        match self.last {
            Some((last, standings)) if last == row => standings,
            _ => {
                let standings = self.gates.standings(row);
                self.last = Some((row, standings));
                standings
            }
        }
    }

    /// Judges the subjects of one customer and plan: those that are due, then those that only wait.
    fn pair(&mut self, due: &[Match], waiting: &[Waiting], out: &mut Proposed) {
        let first = out.proposals.len();
        let mut left: Vec<&Waiting> = waiting.iter().collect();
        for found in due {
            let subject = self.subject(found);
            let place = left.iter().position(|one| one.key.2 == subject);
            self.judge(found, subject, place.map(|place| left.remove(place)), out);
        }
        for one in &left {
            self.judge_waiting(one, out);
        }
        if !left.is_empty() {
            out.proposals[first..].sort_by_key(|proposal| proposal.item);
        }
    }

    /// Judges what waits for customers and plans of which nothing is due.
    fn wait(&mut self, waiting: &[Waiting], out: &mut Proposed) {
        for pair in waiting.chunk_by(|left, right| (left.key.0, left.key.1) == (right.key.0, right.key.1)) {
            let first = out.proposals.len();
            pair.iter().for_each(|one| self.judge_waiting(one, out));
            if pair.len() > 1 {
                out.proposals[first..].sort_by_key(|proposal| proposal.item);
            }
        }
    }

    /// Judges a subject whose condition holds today.
    fn judge(&mut self, found: &Match, subject: SubjectId, waiting: Option<&Waiting>, out: &mut Proposed) {
        let plan = self.compiled.plan(found.plan);
        // What waits keeps its day, and with it its identity, until it is too late; what is due
        // again afterwards is a new touch that has waited all along.
        let (due_day, waiting_since) = match waiting {
            Some(waiting) if plan.not_after(waiting.due_day) >= self.day => (waiting.due_day, waiting.since),
            Some(waiting) => (self.day, waiting.since),
            None => (self.day, self.day),
        };
        self.admit(found, subject, due_day, waiting_since, out);
    }

    /// Judges what was carried over and is not due by today's date: it must still have been due on
    /// its own day by what is known now, and must not be too late.
    fn judge_waiting(&mut self, waiting: &Waiting, out: &mut Proposed) {
        let (row, index, subject) = waiting.key;
        let Some(plan) = self.compiled.plans.get(index.0 as usize) else { return };
        let item = match (subject, plan.for_each) {
            (SubjectId::Item(id), Some(collection)) => {
                let rows = self.columns.item_rows(collection, row as usize);
                let ids = self.columns.items_of(collection).map_or(&[][..], |items| &items.ids[rows]);
                match ids.iter().position(|known| *known == id) {
                    Some(item) => Some(item as u32),
                    None => return out.refused.push((row, index, None, Withheld::NoLongerDue)),
                }
            }
            _ => None,
        };
        if plan.not_after(waiting.due_day) < self.day {
            return out.refused.push((row, index, item, Withheld::Expired));
        }
        let due = match waiting.due {
            Due::Unknown => self.due(row, plan, item, waiting.due_day),
            known => known,
        };
        if self.record == Record::Decisions {
            out.judged.push(Judged::of(waiting, due));
        }
        let Due::Still { worth } = due else {
            return out.refused.push((row, index, item, Withheld::NoLongerDue));
        };
        let found = Match { row, plan: index, item, worth };
        self.admit(&found, subject, waiting.due_day, waiting.since, out);
    }

    /// Whether the condition of a touch holds for its own day, and what it is worth.
    fn due(&self, row: u32, plan: &CarePlan, item: Option<u32>, due_day: Day) -> Due {
        let asked = item.map_or(Subject::Customer, |item| Subject::Item(item as usize));
        let facts = self.columns.facts(row);
        if plan.who.holds(&facts, asked, due_day) {
            Due::Still { worth: plan.worth_of(&facts, &self.compiled.catalogue, asked, due_day) }
        } else {
            Due::NoLonger
        }
    }

    fn admit(&mut self, found: &Match, subject: SubjectId, due_day: Day, waiting_since: Day, out: &mut Proposed) {
        let key = (found.row, found.plan, subject);
        let standings = self.standings(found.row);
        let against = self.recalled.against(key, due_day);
        let verdict = match against {
            Some(reason) => Err(reason),
            None => self.gate.pass(found.plan, &standings),
        };
        let &Match { row, plan, item, worth } = found;
        match verdict {
            Err(reason) => out.refused.push((row, plan, item, reason)),
            Ok(channel) => {
                out.proposals.push(Proposal { row, plan, item, subject, due_day, waiting_since, channel, worth });
            }
        }
    }
}
