//! Chooses between proposals: one contact a customer a day, and no more than each person can do.
//!
//! Contacts are taken priority band by priority band, within a band by worth. A day of waiting
//! lifts a contact by one band, so that nobody waits for ever.

use crate::bits::Bits;
use crate::columns::Columns;
use crate::compiled::{Compiled, PlanIndex};
use crate::day_plan::{Assignee, DayPlan, Decision, Deferred, PlannedTouch, Record, Verdict};
use crate::gates::Settings;
use crate::history::Carried;
use crate::proposals::{Proposal, Proposed};
use crate::recalled::Recalled;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use tend_rules::base::Day;
use tend_rules::plan::{Attention, By, CarePlan, Withheld};

/// The subjects of one plan for one customer: they ride along on one contact.
struct Contact {
    row: u32,
    plan: PlanIndex,
    band: i32,
    worth: i64,
    subjects: Range<usize>,
}

/// A person by place in the roster, or a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Taker {
    Person(u32),
    Unit(u32),
}

/// A day that is decided, and from which of its proposals.
#[derive(Debug)]
pub(crate) struct Settled {
    pub plan: DayPlan,
    pub proposals: Vec<Proposal>,
    /// The places of the proposals for which there was no room.
    pub deferred: Bits,
}

/// Decides, and counts what was decided.
pub(crate) fn assign(
    compiled: &Compiled,
    columns: &Columns,
    day: Day,
    recalled: &mut Recalled,
    settings: &Settings,
    proposed: Proposed,
    record: Record,
) -> Settled {
    let Proposed { proposals, refused, unmet } = proposed;
    let contacts = contacts(compiled, columns, day, &proposals);
    let room = if record == Record::Decisions { proposals.len() + refused.len() } else { 0 };
    let plan = DayPlan {
        day,
        customers: columns.len(),
        plans: compiled.plans.len(),
        eligible: proposals.len(),
        standing: recalled.standing,
        touches: Vec::new(),
        deferred: Vec::new(),
        withheld: BTreeMap::new(),
        decisions: Vec::with_capacity(room),
    };
    let mut out = Out { plan, record, withheld: [0; 256], deferred: Bits::default() };
    for (row, index, item, reason) in refused {
        out.refuse(row, index, item, reason, None);
    }
    let mut round = Round::new(compiled, columns, day, recalled, settings);
    for contact in &contacts {
        round.settle(contact, &proposals[contact.subjects.clone()], &mut out);
    }
    let (mut plan, deferred) = out.done(unmet);
    plan.touches.sort_unstable_by_key(|touch| (touch.assignee, touch.rank, touch.item));
    plan.decisions.sort_unstable();
    Settled { plan, proposals, deferred }
}

/// The day as it is being decided.
struct Out {
    plan: DayPlan,
    record: Record,
    /// By the number of the reason.
    withheld: [usize; 256],
    deferred: Bits,
}

impl Out {
    fn refuse(&mut self, row: u32, plan: PlanIndex, item: Option<u32>, reason: Withheld, holder: Option<PlanIndex>) {
        let (verdict, day) = (Verdict::Withheld { reason, holder }, self.plan.day);
        self.withhold(reason, Decision { row, plan, item, verdict, due_day: day, waiting_since: day });
    }

    /// Counts and keeps what does not go out.
    fn withhold(&mut self, reason: Withheld, decision: Decision) {
        self.withheld[usize::from(reason.number())] += 1;
        self.decide(decision);
    }

    fn decide(&mut self, decision: Decision) {
        if self.record == Record::Decisions {
            self.plan.decisions.push(decision);
        }
    }

    fn done(mut self, unmet: usize) -> (DayPlan, Bits) {
        self.withheld[usize::from(Withheld::Condition.number())] += unmet;
        let counts = Withheld::ALL.iter().map(|reason| (*reason, self.withheld[usize::from(reason.number())]));
        self.plan.withheld = counts.filter(|(_, count)| *count > 0).collect();
        (self.plan, self.deferred)
    }
}

/// The contacts, the one to be taken first in front.
fn contacts(compiled: &Compiled, columns: &Columns, day: Day, proposals: &[Proposal]) -> Vec<Contact> {
    let mut contacts = Vec::new();
    let mut start = 0;
    for group in proposals.chunk_by(|left, right| (left.row, left.plan) == (right.row, right.plan)) {
        let first = &group[0];
        let priority = i32::from(compiled.plan(first.plan).limits.priority);
        let waited = group.iter().map(|proposal| day - proposal.waiting_since).max().unwrap_or(0);
        contacts.push(Contact {
            row: first.row,
            plan: first.plan,
            band: priority + waited,
            worth: group.iter().map(|proposal| proposal.worth).fold(0, i64::saturating_add),
            subjects: start..start + group.len(),
        });
        start += group.len();
    }
    contacts.sort_unstable_by(|left, right| {
        let by_rank = right.band.cmp(&left.band).then(right.worth.cmp(&left.worth));
        let by_id = || columns.customer(left.row).cmp(&columns.customer(right.row));
        by_rank.then_with(by_id).then(left.plan.cmp(&right.plan))
    });
    contacts
}

/// The taking of contacts, one after the other.
struct Round<'a> {
    compiled: &'a Compiled,
    columns: &'a Columns,
    day: Day,
    /// Contacts that each person can still take.
    room: Vec<u32>,
    /// Contacts that each taker has.
    taken: HashMap<Taker, u32>,
    holders: HashMap<u32, Option<PlanIndex>>,
    specialists: HashMap<(PlanIndex, Option<u32>), Vec<u32>>,
}

impl<'a> Round<'a> {
    fn new(
        compiled: &'a Compiled,
        columns: &'a Columns,
        day: Day,
        recalled: &mut Recalled,
        settings: &Settings,
    ) -> Self {
        let roster = &columns.roster;
        let mut taken = HashMap::new();
        let room = (0..roster.len() as u32)
            .map(|place| {
                let load = recalled.load.get(&roster.id(place)).copied().unwrap_or(0);
                taken.insert(Taker::Person(place), load);
                roster.person(place).capacity_per_day.unwrap_or(settings.capacity_per_day).saturating_sub(load)
            })
            .collect();
        let holders = std::mem::take(&mut recalled.holders);
        Self { compiled, columns, day, room, taken, holders, specialists: HashMap::new() }
    }

    /// Takes the contact if the customer's budget and somebody's day have room for it.
    fn settle(&mut self, contact: &Contact, subjects: &[Proposal], out: &mut Out) {
        let plan = self.compiled.plan(contact.plan);
        let counts = plan.limits.attention == Attention::Counts;
        let holder = self.holders.get(&contact.row).copied().filter(|_| counts);
        let rides_along = holder == Some(Some(contact.plan));
        if let Some(holder) = holder
            && !rides_along
        {
            for subject in subjects {
                out.refuse(contact.row, contact.plan, subject.item, Withheld::AlreadyTouchedToday, holder);
            }
            return;
        }
        let Some(taker) = self.taker(plan, contact) else {
            for subject in subjects {
                out.refuse(contact.row, contact.plan, subject.item, Withheld::NoOwner, None);
            }
            return;
        };
        if let Taker::Person(place) = taker
            && !rides_along
        {
            if self.room[place as usize] == 0 {
                return self.defer(contact, subjects, taker, out);
            }
            self.room[place as usize] -= 1;
        }
        if counts {
            self.holders.insert(contact.row, Some(contact.plan));
        }
        self.take(plan, contact, subjects, taker, out);
    }

    fn take(&mut self, plan: &CarePlan, contact: &Contact, subjects: &[Proposal], taker: Taker, out: &mut Out) {
        let taken = self.taken.entry(taker).or_default();
        *taken += 1;
        let rank = *taken;
        let assignee = self.assignee(taker);
        for subject in subjects {
            out.plan.touches.push(PlannedTouch {
                row: contact.row,
                customer: self.columns.customer(contact.row),
                plan: contact.plan,
                subject: subject.subject,
                item: subject.item,
                due_day: subject.due_day,
                not_after: plan.not_after(subject.due_day).max(self.day),
                channel: subject.channel,
                assignee,
                worth_minor: subject.worth,
                rank,
            });
            let verdict = Verdict::Chosen;
            let (row, plan, item, due_day) = (contact.row, contact.plan, subject.item, subject.due_day);
            out.decide(Decision { row, plan, item, verdict, due_day, waiting_since: due_day });
        }
    }

    fn defer(&self, contact: &Contact, subjects: &[Proposal], taker: Taker, out: &mut Out) {
        contact.subjects.clone().for_each(|place| out.deferred.set(place));
        for subject in subjects {
            let reason = Withheld::CapacityFull;
            let (row, plan, item) = (contact.row, contact.plan, subject.item);
            let (due_day, waiting_since) = (subject.due_day, subject.waiting_since);
            let verdict = Verdict::Withheld { reason, holder: None };
            out.withhold(reason, Decision { row, plan, item, verdict, due_day, waiting_since });
            let carried = Carried {
                customer: self.columns.customer(row),
                plan,
                subject: subject.subject,
                due_day,
                waiting_since,
            };
            let assignee = self.assignee(taker);
            out.plan.deferred.push(Deferred { row: contact.row, carried, assignee, worth_minor: subject.worth });
        }
    }

    fn assignee(&self, taker: Taker) -> Assignee {
        match taker {
            Taker::Person(place) => Assignee::Person(self.columns.roster.id(place)),
            Taker::Unit(place) => Assignee::Unit(self.columns.roster.unit(place)),
        }
    }

    /// Who should do it: the owner or heir, a specialist, else the branch.
    fn taker(&mut self, plan: &CarePlan, contact: &Contact) -> Option<Taker> {
        let roster = &self.columns.roster;
        let working = self.columns.owner(contact.row).and_then(|owner| roster.working(owner));
        match plan.by {
            By::Owner => match working.filter(|place| roster.is_skilled(*place, &plan.skills)) {
                Some(place) => Some(Taker::Person(place)),
                None if working.is_some() => self.specialist(contact).or_else(|| self.unit(contact)),
                None => self.unit(contact),
            },
            By::Branch => self.unit(contact),
            By::Specialist => self.specialist(contact).or_else(|| self.unit(contact)),
        }
    }

    /// The branch of the customer, else of the owner, even one who left.
    fn unit(&self, contact: &Contact) -> Option<Taker> {
        self.columns.unit(contact.row).map(Taker::Unit)
    }

    /// The specialist with the most room, the first by id among equals.
    fn specialist(&mut self, contact: &Contact) -> Option<Taker> {
        let unit = self.columns.unit(contact.row);
        let (roster, plan) = (&self.columns.roster, self.compiled.plan(contact.plan));
        let pool = self
            .specialists
            .entry((contact.plan, unit))
            .or_insert_with(|| roster.specialists(unit.map(|unit| roster.unit(unit)), &plan.skills));
        let best = pool.iter().copied().max_by_key(|place| (self.room[*place as usize], std::cmp::Reverse(*place)));
        best.map(Taker::Person)
    }
}
