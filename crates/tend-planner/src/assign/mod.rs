//! Chooses between proposals: one contact a customer a day, and no more than each person can do and a month has gifts.
//!
//! Contacts are taken priority band by priority band, within a band by worth. A day of waiting
//! lifts a contact by one band, so that nobody waits for ever.

mod choices;

use crate::bits::Bits;
use crate::columns::Columns;
use crate::compiled::{Compiled, PlanIndex};
use crate::day_plan::{Assignee, DayPlan, Decision, Deferred, Overflow, PlannedTouch, Record, Verdict};
use crate::gates::Settings;
use crate::history::Carried;
use crate::proposals::{Proposal, Proposed};
use crate::quick::QuickMap;
use crate::recalled::{Judged, Recalled};
use crate::roster::{NOBODY, Roster};
pub use choices::{Choice, Choices, choices};
use std::collections::BTreeMap;
use std::ops::Range;
use tend_rules::base::Day;
use tend_rules::plan::{Attention, By, CarePlan, Withheld};

/// The subjects of one plan for one customer: they ride along on one contact.
#[derive(Debug, Clone, Copy)]
struct Contact {
    /// Band and worth, the greatest first, then the customer in the order of ids: hundreds of thousands are put in
    /// order, and one number is compared at once.
    turn: u128,
    plan: PlanIndex,
    row: u32,
    first: u32,
    count: u32,
}

impl Contact {
    fn subjects(&self) -> Range<usize> {
        self.first as usize..(self.first + self.count) as usize
    }
}

/// The greatest first.
fn turn(band: i32, worth: i64, by_id: u32) -> u128 {
    let (band, worth) = (!(band as u32 ^ 1 << 31), !(worth as u64 ^ 1 << 63));
    u128::from(band) << 96 | u128::from(worth) << 32 | u128::from(by_id)
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
    /// What was found out of what waited.
    pub judged: Vec<Judged>,
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
    let Proposed { proposals, refused, unmet, judged } = proposed;
    let contacts = contacts(compiled, columns, day, &proposals);
    let working = working(columns, &contacts);
    let mut out = Out::of(compiled, columns, day, proposals.len(), record);
    out.plan.standing = recalled.standing;
    if record == Record::Decisions {
        out.plan.decisions.reserve(proposals.len() + refused.len());
    }
    for (row, index, item, reason) in refused {
        out.refuse(row, index, item, reason, None);
    }
    let mut round = Round::new(compiled, columns, day, recalled, settings);
    for (contact, working) in contacts.iter().zip(working) {
        round.settle(contact, working, &proposals, &mut out);
    }
    if record == Record::Decisions {
        round.tell_deferred(&proposals, &mut out);
    }
    let (mut plan, deferred) = out.done(unmet, &columns.roster);
    plan.touches.sort_unstable_by_key(|touch| (touch.assignee, touch.rank, touch.item));
    plan.decisions.sort_unstable();
    Settled { plan, proposals, deferred, judged }
}

/// The day as it is being decided.
struct Out {
    plan: DayPlan,
    record: Record,
    /// By the number of the reason.
    withheld: [usize; 256],
    deferred: Bits,
    /// By person: contacts for which the day was full.
    full: Vec<u32>,
    /// By proposal that is deferred, where decisions are recorded: who would have had it.
    wanted: Vec<Taker>,
    /// The places of those for which there was no gift any more.
    giftless: Bits,
}

impl Out {
    fn of(compiled: &Compiled, columns: &Columns, day: Day, proposals: usize, record: Record) -> Self {
        let plan = DayPlan {
            day,
            customers: columns.len(),
            plans: compiled.plans.len(),
            eligible: proposals,
            standing: 0,
            touches: Vec::new(),
            overflow: Overflow::default(),
            deferred: Vec::new(),
            withheld: BTreeMap::new(),
            decisions: Vec::new(),
        };
        let wanted = if record == Record::Decisions { vec![Taker::Unit(0); proposals] } else { Vec::new() };
        let (deferred, giftless, full) = (Bits::default(), Bits::default(), vec![0; columns.roster.len()]);
        Self { plan, record, withheld: [0; 256], deferred, full, giftless, wanted }
    }

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

    /// Notes that a contact comes again tomorrow, and why.
    fn defer(&mut self, contact: &Contact, taker: Taker, why: Withheld) {
        for place in contact.subjects() {
            self.deferred.set(place);
            if self.record == Record::Decisions {
                self.wanted[place] = taker;
                if why == Withheld::GiftsGone {
                    self.giftless.set(place);
                }
            }
        }
        self.plan.overflow.contacts += 1;
        match taker {
            _ if why == Withheld::GiftsGone => _ = self.plan.overflow.giftless.insert(contact.plan),
            Taker::Person(place) => self.full[place as usize] += 1,
            // A unit hands out whatever it gets.
            Taker::Unit(_) => {}
        }
        self.withheld[usize::from(why.number())] += contact.count as usize;
    }

    fn done(mut self, unmet: usize, roster: &Roster) -> (DayPlan, Bits) {
        let full = (0..).zip(&self.full).filter(|(_, contacts)| **contacts > 0);
        self.plan.overflow.full = full.map(|(place, contacts)| (roster.id(place), *contacts)).collect();
        self.withheld[usize::from(Withheld::Condition.number())] += unmet;
        let counts = Withheld::ALL.iter().map(|reason| (*reason, self.withheld[usize::from(reason.number())]));
        self.plan.withheld = counts.filter(|(_, count)| *count > 0).collect();
        (self.plan, self.deferred)
    }
}

/// Fewer proposals than so many are put in order before a second thread has begun.
const TOGETHER: usize = 16_384;

/// The contacts, the one to be taken first in front.
fn contacts(compiled: &Compiled, columns: &Columns, day: Day, proposals: &[Proposal]) -> Vec<Contact> {
    let by_id = columns.places_by_id();
    let by_id = by_id.as_deref();
    let in_order = |part, first| contacts_of(compiled, by_id, day, part, first);
    if proposals.len() < TOGETHER {
        return in_order(proposals, 0);
    }
    // Subjects of one customer stay together.
    let half = proposals.len() / 2;
    let half = half + proposals[half..].iter().take_while(|one| one.row == proposals[half - 1].row).count();
    let (front, back) = proposals.split_at(half);
    let (mut contacts, others) = std::thread::scope(|scope| {
        let others = scope.spawn(|| in_order(back, half));
        let contacts = in_order(front, 0);
        (contacts, others.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    contacts.extend(others);
    // Two runs that are in order: a stable sort finds and joins them.
    contacts.sort_by_key(|contact| (contact.turn, contact.plan));
    contacts
}

/// The contacts of some proposals in order; `first` is the place of the first proposal among all.
fn contacts_of(
    compiled: &Compiled,
    by_id: Option<&[u32]>,
    day: Day,
    proposals: &[Proposal],
    first: usize,
) -> Vec<Contact> {
    let mut contacts = Vec::with_capacity(proposals.len());
    let mut first = first as u32;
    for group in proposals.chunk_by(|left, right| (left.row, left.plan) == (right.row, right.plan)) {
        let &Proposal { row, plan, .. } = &group[0];
        let priority = i32::from(compiled.plan(plan).limits.priority);
        let waited = group.iter().map(|proposal| day - proposal.waiting_since).max().unwrap_or(0);
        let worth = group.iter().map(|proposal| proposal.worth).fold(0, i64::saturating_add);
        let place = by_id.map_or(row, |places| places[row as usize]);
        let (turn, count) = (turn(priority + waited, worth, place), group.len() as u32);
        contacts.push(Contact { turn, plan, row, first, count });
        first += count;
    }
    contacts.sort_unstable_by_key(|contact| (contact.turn, contact.plan));
    contacts
}

/// By contact, whose work the customer is: the owner, or whoever does the owner's work, by place in the roster. Asked
/// together, since each answer lies elsewhere in memory and none waits for another.
fn working(columns: &Columns, contacts: &[Contact]) -> Vec<u32> {
    let working = |row| columns.owner(row).and_then(|owner| columns.roster.working(owner));
    contacts.iter().map(|contact| working(contact.row).unwrap_or(NOBODY)).collect()
}

/// The taking of contacts, one after the other.
struct Round<'a> {
    compiled: &'a Compiled,
    columns: &'a Columns,
    day: Day,
    /// Contacts that each person can still take.
    room: Vec<u32>,
    /// What is left of each gift that runs out, and by plan which of them goes with a touch.
    gifts: Vec<u32>,
    gift_of: Vec<Option<usize>>,
    /// Contacts that each taker has.
    taken: QuickMap<Taker, u32>,
    /// Whoever has a contact today, and from which plan.
    held: Bits,
    holders: QuickMap<u32, Option<PlanIndex>>,
    specialists: QuickMap<(PlanIndex, Option<u32>), Vec<u32>>,
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
        let mut taken = QuickMap::default();
        let room = (0..roster.len() as u32)
            .map(|place| {
                let load = recalled.load.get(&roster.id(place)).copied().unwrap_or(0);
                taken.insert(Taker::Person(place), load);
                roster.person(place).capacity_per_day.unwrap_or(settings.capacity_per_day).saturating_sub(load)
            })
            .collect();
        let holders = std::mem::take(&mut recalled.holders);
        let mut held = Bits::default();
        held.pad(columns.len());
        holders.keys().for_each(|row| held.set(*row as usize));
        let (gifts, gift_of) = (recalled.stock.left(), recalled.stock.of_plans(compiled));
        Self { compiled, columns, day, room, gifts, gift_of, taken, held, holders, specialists: QuickMap::default() }
    }

    /// Takes the contact if the customer's budget and somebody's day have room for it and its gift is still there.
    fn settle(&mut self, contact: &Contact, working: u32, proposals: &[Proposal], out: &mut Out) {
        let plan = self.compiled.plan(contact.plan);
        let counts = plan.limits.attention == Attention::Counts;
        let is_held = counts && self.held.has(contact.row as usize);
        let holder = if is_held { self.holders.get(&contact.row).copied() } else { None };
        let rides_along = holder == Some(Some(contact.plan));
        if let Some(holder) = holder
            && !rides_along
        {
            for subject in &proposals[contact.subjects()] {
                out.refuse(contact.row, contact.plan, subject.item, Withheld::AlreadyTouchedToday, holder);
            }
            return;
        }
        let Some(taker) = self.taker(plan, contact, working) else {
            for subject in &proposals[contact.subjects()] {
                out.refuse(contact.row, contact.plan, subject.item, Withheld::NoOwner, None);
            }
            return;
        };
        let gift = self.gift_of[contact.plan.0 as usize];
        if gift.is_some_and(|gift| self.gifts[gift] < contact.count) {
            return out.defer(contact, taker, Withheld::GiftsGone);
        }
        if let Taker::Person(place) = taker
            && !rides_along
        {
            if self.room[place as usize] == 0 {
                return out.defer(contact, taker, Withheld::CapacityFull);
            }
            self.room[place as usize] -= 1;
        }
        if let Some(gift) = gift {
            self.gifts[gift] -= contact.count;
        }
        if counts {
            self.held.set(contact.row as usize);
            self.holders.insert(contact.row, Some(contact.plan));
        }
        self.take(plan, contact, &proposals[contact.subjects()], taker, out);
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

    /// Tells of what was deferred, in the order of rows: one after the other they come from memory quickly.
    fn tell_deferred(&self, proposals: &[Proposal], out: &mut Out) {
        let count: usize = out.deferred.words().iter().map(|word| word.count_ones() as usize).sum();
        out.plan.deferred.reserve_exact(count);
        for (place, proposal) in proposals.iter().enumerate().filter(|(place, _)| out.deferred.has(*place)) {
            let &Proposal { row, plan, item, subject, due_day, waiting_since, worth, .. } = proposal;
            let assignee = self.assignee(out.wanted[place]);
            let customer = self.columns.customer(row);
            let carried = Carried { customer, plan, subject, due_day, waiting_since };
            let reason = if out.giftless.has(place) { Withheld::GiftsGone } else { Withheld::CapacityFull };
            out.plan.deferred.push(Deferred { row, carried, assignee, why: reason, worth_minor: worth });
            if out.record == Record::Decisions {
                let verdict = Verdict::Withheld { reason, holder: None };
                out.plan.decisions.push(Decision { row, plan, item, verdict, due_day, waiting_since });
            }
        }
    }

    fn assignee(&self, taker: Taker) -> Assignee {
        match taker {
            Taker::Person(place) => Assignee::Person(self.columns.roster.id(place)),
            Taker::Unit(place) => Assignee::Unit(self.columns.roster.unit(place)),
        }
    }

    /// Who should do it: the owner or heir, a specialist, else the branch.
    fn taker(&mut self, plan: &CarePlan, contact: &Contact, working: u32) -> Option<Taker> {
        let (roster, working) = (&self.columns.roster, Some(working).filter(|place| *place != NOBODY));
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

    /// The specialist who speaks the customer's language, if there is one; of those the one with the most room, the first
    /// by id among equals. An owner counts more than a language: who looks after somebody was chosen by a person.
    fn specialist(&mut self, contact: &Contact) -> Option<Taker> {
        let language = self.columns.language(contact.row);
        let unit = self.columns.unit(contact.row);
        let (roster, plan) = (&self.columns.roster, self.compiled.plan(contact.plan));
        let pool = self
            .specialists
            .entry((contact.plan, unit))
            .or_insert_with(|| roster.specialists(unit.map(|unit| roster.unit(unit)), &plan.skills));
        let best = pool.iter().copied().max_by_key(|place| {
            let speaks = roster.person(*place).speaks(language.as_deref());
            (speaks, self.room[*place as usize], std::cmp::Reverse(*place))
        });
        best.map(Taker::Person)
    }
}
