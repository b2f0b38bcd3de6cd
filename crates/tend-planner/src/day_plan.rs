//! The daily plan: what goes out on a day, to whom, by whom, in which order, and what does not and why.

use crate::assign::{Settled, assign};
use crate::changes::Mark;
use crate::columns::Columns;
use crate::compiled::{Compiled, PlanIndex};
use crate::engine::{self, Match};
use crate::gates::Settings;
use crate::history::{History, SubjectId};
use crate::proposals::propose;
use crate::recalled::{Judged, Recalled};
use std::collections::{BTreeMap, BTreeSet};
use tend_rules::base::{Channel, CustomerId, Day, StaffId, UnitId};
use tend_rules::plan::Withheld;

/// Who gets the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Assignee {
    /// This person.
    Person(StaffId),
    /// This unit, which hands it out.
    Unit(UnitId),
}

/// A touch that the day's plan makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedTouch {
    /// The customer's row in the columns.
    pub row: u32,
    /// The customer.
    pub customer: CustomerId,
    /// The plan.
    pub plan: PlanIndex,
    /// What it is about.
    pub subject: SubjectId,
    /// The place of the item among the customer's items, for filling in texts.
    pub item: Option<u32>,
    /// The day on which it became due. Unique together with plan, customer and subject.
    pub due_day: Day,
    /// The last day on which it may go out.
    pub not_after: Day,
    /// The channel, the first of the plan to which the customer agreed.
    pub channel: Channel,
    /// Who does it.
    pub assignee: Assignee,
    /// What it is worth in minor units of the firm's currency.
    pub worth_minor: i64,
    /// The place in the assignee's list for the day, from 1. Subjects that ride along on one
    /// contact share it.
    pub rank: u32,
}

/// A touch for which there was no room or no gift. Give it back as `carried` when the next day is planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deferred {
    /// The customer's row in the columns.
    pub row: u32,
    /// What is carried over.
    pub carried: crate::history::Carried,
    /// Who would have had it.
    pub assignee: Assignee,
    /// Why not today: a full day, or no gift any more.
    pub why: Withheld,
    /// What it would be worth.
    pub worth_minor: i64,
}

/// Contacts that come again tomorrow. Subjects of one plan ride along on one contact.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overflow {
    /// How many, for whatever reason.
    pub contacts: u32,
    /// Those for whom a day was full, by person in the order of the roster.
    pub full: Vec<(StaffId, u32)>,
    /// The plans of which one waits because no gift is left.
    pub giftless: BTreeSet<PlanIndex>,
}

/// What was decided for a subject whose condition held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It goes out.
    Chosen,
    /// It does not.
    Withheld {
        /// Why.
        reason: Withheld,
        /// The plan that has the customer's contact of the day, where that is the reason.
        holder: Option<PlanIndex>,
    },
}

/// The decision on one plan for one customer and subject. Pairs without one failed the condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decision {
    /// The customer's row in the columns.
    pub row: u32,
    /// The plan.
    pub plan: PlanIndex,
    /// The place of the item among the customer's items; `None` if the customer is the subject.
    pub item: Option<u32>,
    /// What was decided.
    pub verdict: Verdict,
    /// The day on which it became due.
    pub due_day: Day,
    /// The first day on which there was no room, or `due_day`.
    pub waiting_since: Day,
}

/// What is kept of the decisions of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Record {
    /// Each of them.
    Decisions,
    /// How many, by reason.
    Counts,
}

/// Everything that was decided for a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayPlan {
    /// The day.
    pub day: Day,
    /// How many customers were asked.
    pub customers: usize,
    /// How many plans were asked.
    pub plans: usize,
    /// Subjects whose condition holds and against which nothing stands but budget and capacity.
    pub eligible: usize,
    /// Touches of an earlier run for this day that stand.
    pub standing: usize,
    /// What goes out, by assignee and rank.
    pub touches: Vec<PlannedTouch>,
    /// How much is carried over, and for want of what.
    pub overflow: Overflow,
    /// What is carried over; nothing where only counts are kept.
    pub deferred: Vec<Deferred>,
    /// How many subjects were withheld, by reason. Failed conditions are counted by customer and plan.
    pub withheld: BTreeMap<Withheld, usize>,
    /// Every decision in the order of rows; none where only counts are kept.
    pub decisions: Vec<Decision>,
}

impl DayPlan {
    /// The decisions on one customer.
    pub fn decisions_of(&self, row: u32) -> &[Decision] {
        let start = self.decisions.partition_point(|decision| decision.row < row);
        let end = self.decisions.partition_point(|decision| decision.row <= row);
        &self.decisions[start..end]
    }

    /// The summed worth of what goes out, in minor units.
    pub fn worth_minor(&self) -> i64 {
        self.touches.iter().map(|touch| touch.worth_minor).fold(0, i64::saturating_add)
    }
}

/// Plans a day. Writes nothing and knows no clock: the same input gives the same plan, on any
/// number of threads.
pub fn plan_day(compiled: &Compiled, columns: &Columns, day: Day, history: &History, settings: &Settings) -> DayPlan {
    plan_day_again(compiled, columns, day, history, settings, None).0
}

/// Who met which condition when a day was planned, and of what waited which still did; with it the day is planned again
/// faster.
#[derive(Debug)]
pub struct Kept {
    day: Day,
    mark: Mark,
    matches: Vec<Match>,
    judged: Vec<Judged>,
}

/// As [`plan_day`], asking the conditions only of the customers who changed since `kept` was given out. `kept` must be
/// of the same plans; of another day or other columns it is of no use and does no harm.
pub fn plan_day_again(
    compiled: &Compiled,
    columns: &Columns,
    day: Day,
    history: &History,
    settings: &Settings,
    kept: Option<Kept>,
) -> (DayPlan, Kept) {
    let known = kept.filter(|kept| kept.day == day).and_then(|kept| Some((columns.changes.since(&kept.mark)?, kept)));
    let mut recalled = Recalled::of(columns, day, history);
    let matches = match known {
        Some((changed, kept)) => {
            recalled.know(&kept.judged, &changed);
            if changed.is_empty() {
                kept.matches
            } else {
                engine::matches_again(compiled, columns, day, settings.threads, &kept.matches, &changed)
            }
        }
        None => engine::matches(compiled, columns, day, settings.threads, |_| true),
    };
    let settled = decide(compiled, columns, day, &mut recalled, settings, &matches, Record::Decisions);
    let kept = Kept { day, mark: columns.changes.mark(), matches, judged: settled.judged };
    (settled.plan, kept)
}

/// From those who meet conditions to the day.
pub(crate) fn decide(
    compiled: &Compiled,
    columns: &Columns,
    day: Day,
    recalled: &mut Recalled,
    settings: &Settings,
    matches: &[Match],
    record: Record,
) -> Settled {
    let proposed = propose(compiled, columns, day, recalled, settings, (matches, record));
    assign(compiled, columns, day, recalled, settings, proposed, record)
}
