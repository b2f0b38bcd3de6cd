//! From conditions to proposals: who is due under which plan, less what stands against it.

use crate::bits::Bits;
use crate::columns::Columns;
use crate::compiled::{Compiled, PlanIndex};
use crate::engine::{self, Match};
use crate::gates::{GateFacts, Settings, Standings, pass};
use crate::history::{Carried, History, PastTouch, Standing, SubjectId};
use std::collections::{HashMap, HashSet};
use tend_rules::base::{Channel, Day};
use tend_rules::plan::{Attention, Withheld};
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
    pub proposals: Vec<Proposal>,
    /// Row, plan, item and the reason.
    pub refused: Vec<(u32, PlanIndex, Option<u32>, Withheld)>,
    /// Pairs of customer and plan of which no subject met the condition.
    pub unmet: usize,
    /// Which plan already has the day's contact of a row.
    pub holders: HashMap<u32, Option<PlanIndex>>,
    pub standing: usize,
}

type Key = (u32, PlanIndex, SubjectId);

/// The touches that exist, ready to be asked.
#[derive(Default)]
struct Past {
    made: HashSet<(Key, Day)>,
    open: HashSet<Key>,
    rows: Bits,
}

impl Past {
    fn note(&mut self, row: u32, touch: &PastTouch) {
        self.rows.set(row as usize);
        let Some(plan) = touch.plan else { return };
        let key = (row, plan, touch.subject);
        self.made.insert((key, touch.due_day));
        if touch.standing == Standing::Open {
            self.open.insert(key);
        }
    }

    fn against(&self, key: Key, due_day: Day) -> Option<Withheld> {
        if !self.rows.has(key.0 as usize) {
            return None;
        }
        if self.made.contains(&(key, due_day)) {
            return Some(Withheld::AlreadyMade);
        }
        self.open.contains(&key).then_some(Withheld::AlreadyOpen)
    }
}

pub(crate) fn propose(
    compiled: &Compiled,
    columns: &Columns,
    day: Day,
    history: &History,
    settings: &Settings,
    matched: &[Match],
) -> Proposed {
    let mut proposed = Proposed::default();
    let mut past = Past::default();
    for touch in &history.touches {
        let Some(row) = columns.row_of(touch.customer) else { continue };
        past.note(row, touch);
        if touch.planned_for == day {
            proposed.standing += 1;
            if touch.attention == Attention::Counts {
                proposed.holders.entry(row).or_insert(touch.plan);
            }
        }
    }
    proposed.unmet = columns.len() * compiled.plans.len() - engine::pairs(matched);
    let mut carried = carried_by_key(columns, &history.carried);
    let mut desk = Desk { compiled, columns, day, settings, gates: GateFacts::of(compiled, columns), last: None, past };
    for found in matched {
        let subject = desk.subject(found);
        let waiting = carried.remove(&(found.row, found.plan, subject));
        desk.judge(found, subject, waiting, &mut proposed);
    }
    let mut left_over: Vec<(Key, Carried)> = carried.into_iter().collect();
    left_over.sort_by_key(|(key, _)| *key);
    for (key, waiting) in left_over {
        desk.judge_carried(key, &waiting, &mut proposed);
    }
    proposed
}

fn carried_by_key(columns: &Columns, carried: &[Carried]) -> HashMap<Key, Carried> {
    let mut by_key: HashMap<Key, Carried> = HashMap::new();
    for waiting in carried {
        let Some(row) = columns.row_of(waiting.customer) else { continue };
        let key = (row, waiting.plan, waiting.subject);
        let earlier = by_key.get(&key).is_some_and(|known| known.waiting_since <= waiting.waiting_since);
        if !earlier {
            by_key.insert(key, waiting.clone());
        }
    }
    by_key
}

/// Judges one match after the other; remembers the customer it looked at last.
struct Desk<'a> {
    compiled: &'a Compiled,
    columns: &'a Columns,
    day: Day,
    settings: &'a Settings,
    gates: GateFacts<'a>,
    last: Option<(u32, Standings)>,
    past: Past,
}

impl Desk<'_> {
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

    fn standings(&mut self, row: u32) -> Standings {
        match self.last {
            Some((last, standings)) if last == row => standings,
            _ => {
                let standings = self.gates.standings(row);
                self.last = Some((row, standings));
                standings
            }
        }
    }

    /// Judges a subject whose condition holds today.
    fn judge(&mut self, found: &Match, subject: SubjectId, waiting: Option<Carried>, out: &mut Proposed) {
        let plan = self.compiled.plan(found.plan);
        // What waits keeps its day, and with it its identity, until it is too late; what is due
        // again afterwards is a new touch that has waited all along.
        let (due_day, waiting_since) = match &waiting {
            Some(waiting) if plan.not_after(waiting.due_day) >= self.day => (waiting.due_day, waiting.waiting_since),
            Some(waiting) => (self.day, waiting.waiting_since),
            None => (self.day, self.day),
        };
        self.admit(found, subject, due_day, waiting_since, out);
    }

    /// Judges what was carried over and is not due by today's date: it must still have been due on
    /// its own day by what is known now, and must not be too late.
    fn judge_carried(&mut self, key: Key, waiting: &Carried, out: &mut Proposed) {
        let (row, index, subject) = key;
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
        let asked = item.map_or(Subject::Customer, |item| Subject::Item(item as usize));
        let facts = self.columns.facts(row);
        if !plan.who.holds(&facts, asked, waiting.due_day) {
            return out.refused.push((row, index, item, Withheld::NoLongerDue));
        }
        let worth = plan.worth_of(&facts, &self.compiled.catalogue, asked, waiting.due_day);
        let found = Match { row, plan: index, item, worth };
        self.admit(&found, subject, waiting.due_day, waiting.waiting_since, out);
    }

    fn admit(&mut self, found: &Match, subject: SubjectId, due_day: Day, waiting_since: Day, out: &mut Proposed) {
        let key = (found.row, found.plan, subject);
        let standings = self.standings(found.row);
        let against = self.past.against(key, due_day);
        let verdict = match against {
            Some(reason) => Err(reason),
            None => pass(self.compiled, found.plan, &standings, self.day, self.settings),
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
