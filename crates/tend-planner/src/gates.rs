//! What stands against a touch whose condition holds: lifecycle, quiet days, consent, caps, cool-down.

use crate::bits::Bits;
use crate::codes::Codes;
use crate::column::Column;
use crate::columns::{Columns, NO_NUMBER};
use crate::compiled::{Compiled, PlanIndex};
use crate::shut::Shut;
use tend_rules::base::{Channel, ChannelSet, Day};
use tend_rules::plan::{Attention, CarePlan, Reachable, Withheld};

/// Which plans may reach customers who are lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LostCustomers {
    /// Those whose condition asks for them.
    WhenAsked,
    /// All, as if they were active.
    LikeOthers,
}

/// What the firm allows, where plans do not say less.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Contacts of all plans with one customer in 30 days.
    pub cap_30d: i64,
    /// Contacts a day of a person for whom none is set.
    pub capacity_per_day: u32,
    /// Who may reach customers who are lost.
    pub lost: LostCustomers,
    /// How many threads may work.
    pub threads: usize,
}

impl Default for Settings {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self { cap_30d: tend_rules::plan::FIRM_CAP_30D, capacity_per_day: 60, lost: LostCustomers::WhenAsked, threads }
    }
}

/// What all plans ask of a customer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standings<'a> {
    reachable: Reachable,
    consents: ChannelSet,
    /// Purposes for which a channel is shut, and the row there.
    shut: (&'a Shut, usize),
    contacts_30d: i64,
    last_contact: Option<Day>,
}

impl Standings<'_> {
    fn is_reached(&self, channel: Channel, purpose: &str) -> bool {
        let (shut, row) = self.shut;
        self.consents.has(channel) && !shut.has(row, channel, purpose)
    }
}

/// Where the facts stand that gates ask for.
pub(crate) struct GateFacts<'a> {
    lifecycle: Option<&'a Column>,
    /// The numbers of the words that keep a customer from being reached.
    barred: Vec<(u32, Reachable)>,
    consents: Vec<(Channel, &'a Bits)>,
    shut: &'a Shut,
    contacts_30d: Option<&'a Codes>,
    last_contact: Option<&'a Codes>,
}

impl<'a> GateFacts<'a> {
    pub fn of(compiled: &Compiled, columns: &'a Columns) -> Self {
        let column = |key| columns.column(compiled.catalogue.find(key)?);
        let word = |word| columns.strings.find(word);
        let plane = |channel: Channel| match column("consents") {
            Some(Column::List(sets)) => Some((channel, sets.plane(word(channel.word())?)?)),
            _ => None,
        };
        let barred = ["lost", "blocked", "deceased"].into_iter();
        Self {
            lifecycle: column("lifecycle"),
            barred: barred.filter_map(|state| Some((word(state)?, Reachable::of_lifecycle(state)))).collect(),
            consents: Channel::ALL.into_iter().filter_map(plane).collect(),
            shut: &columns.shut,
            contacts_30d: column("contacts_30d").and_then(Column::codes),
            last_contact: column("last_contact").and_then(Column::codes),
        }
    }

    /// Whether a customer may be reached at all.
    pub fn reachable(&self, row: u32) -> Reachable {
        let Some(Column::Text(texts)) = self.lifecycle else { return Reachable::Yes };
        let state = texts.get(row as usize);
        self.barred.iter().find(|(word, _)| *word == state).map_or(Reachable::Yes, |(_, reachable)| *reachable)
    }

    pub fn standings(&self, row: u32) -> Standings<'a> {
        let reachable = self.reachable(row);
        let row = row as usize;
        let number = |codes: Option<&Codes>| codes.map(|codes| codes.get(row)).filter(|number| *number != NO_NUMBER);
        Standings {
            reachable,
            consents: self.consents.iter().filter(|(_, agreed)| agreed.has(row)).map(|(channel, _)| *channel).collect(),
            shut: (self.shut, row),
            contacts_30d: number(self.contacts_30d).unwrap_or(0),
            last_contact: number(self.last_contact).map(|day| Day::from_number(day as i32)),
        }
    }
}

/// What the plans and the firm say of a day.
pub(crate) struct Gate<'a> {
    compiled: &'a Compiled,
    day: Day,
    settings: &'a Settings,
    /// By plan: whether it rests on the day. Found once: a festival may be one of the moon's.
    rests: Vec<bool>,
}

impl<'a> Gate<'a> {
    pub fn on(day: Day, compiled: &'a Compiled, settings: &'a Settings) -> Self {
        let rests = compiled.plans().iter().map(|plan| plan.quiet_festival(day).is_some()).collect();
        Self { compiled, day, settings, rests }
    }

    /// The channel on which the plan may touch the customer on the day, or why it may not.
    pub fn pass(&self, index: PlanIndex, customer: &Standings<'_>) -> Result<Channel, Withheld> {
        let plan = self.compiled.plan(index);
        match customer.reachable {
            Reachable::Blocked => return Err(Withheld::LifecycleBlocked),
            Reachable::Deceased => return Err(Withheld::Deceased),
            Reachable::Lost if !self.compiled.may_reach_lost(index, self.settings) => {
                return Err(Withheld::LifecycleLost);
            }
            Reachable::Lost | Reachable::Yes => {}
        }
        if self.rests[index.0 as usize] {
            return Err(Withheld::QuietDay);
        }
        let purpose = self.compiled.purpose(index);
        let channel = plan.channels.iter().copied().find(|channel| customer.is_reached(*channel, purpose));
        let channel = channel.ok_or(Withheld::NoConsent)?;
        match against_contact(plan, customer, self.day, self.settings) {
            Some(reason) => Err(reason),
            None => Ok(channel),
        }
    }
}

fn against_contact(plan: &CarePlan, customer: &Standings<'_>, day: Day, settings: &Settings) -> Option<Withheld> {
    if plan.limits.attention == Attention::Free {
        return None;
    }
    if customer.contacts_30d >= plan.limits.cap_30d.min(settings.cap_30d) {
        return Some(Withheld::MonthlyCap);
    }
    let too_near = customer.last_contact.is_some_and(|last| day - last < plan.limits.cooldown_days);
    too_near.then_some(Withheld::CoolDown)
}
