//! What stands against a touch whose condition holds: lifecycle, quiet days, consent, caps, cool-down.

use crate::columns::Columns;
use crate::compiled::{Compiled, PlanIndex};
use tend_rules::base::{Channel, ChannelSet, Day};
use tend_rules::plan::{Attention, CarePlan, Reachable, Withheld};
use tend_rules::segment::{FactId, Facts, Value};

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
pub(crate) struct Standings {
    reachable: Reachable,
    consents: ChannelSet,
    contacts_30d: i64,
    last_contact: Option<Day>,
}

/// Where the facts stand that gates ask for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GateFacts {
    lifecycle: Option<FactId>,
    consents: Option<FactId>,
    contacts_30d: Option<FactId>,
    last_contact: Option<FactId>,
}

impl GateFacts {
    pub fn of(compiled: &Compiled) -> Self {
        let find = |key| compiled.catalogue.find(key);
        Self {
            lifecycle: find("lifecycle"),
            consents: find("consents"),
            contacts_30d: find("contacts_30d"),
            last_contact: find("last_contact"),
        }
    }

    pub fn standings(&self, columns: &Columns, row: u32) -> Standings {
        let facts = columns.facts(row);
        let fact = |id: Option<FactId>| id.map_or(Value::Missing, |id| facts.fact(id));
        let reachable = match fact(self.lifecycle) {
            Value::Text(word) => Reachable::of_lifecycle(&word),
            _ => Reachable::Yes,
        };
        let consents = match fact(self.consents) {
            Value::List(channels) => channels
                .iter()
                .filter_map(|channel| match channel {
                    Value::Text(word) => Channel::from_word(word),
                    _ => None,
                })
                .collect(),
            _ => ChannelSet::NONE,
        };
        let contacts_30d = match fact(self.contacts_30d) {
            Value::Int(number) => number,
            _ => 0,
        };
        let last_contact = match fact(self.last_contact) {
            Value::Date(day, _) => Some(day),
            _ => None,
        };
        Standings { reachable, consents, contacts_30d, last_contact }
    }
}

/// The channel on which the plan may touch the customer on the day, or why it may not.
pub(crate) fn pass(
    compiled: &Compiled,
    index: PlanIndex,
    customer: &Standings,
    day: Day,
    settings: &Settings,
) -> Result<Channel, Withheld> {
    let plan = compiled.plan(index);
    match customer.reachable {
        Reachable::Blocked => return Err(Withheld::LifecycleBlocked),
        Reachable::Deceased => return Err(Withheld::Deceased),
        Reachable::Lost if !compiled.may_reach_lost(index, settings) => return Err(Withheld::LifecycleLost),
        Reachable::Lost | Reachable::Yes => {}
    }
    if plan.quiet_festival(day).is_some() {
        return Err(Withheld::QuietDay);
    }
    let channel = plan.channels.iter().copied().find(|channel| customer.consents.has(*channel));
    let channel = channel.ok_or(Withheld::NoConsent)?;
    match against_contact(plan, customer, day, settings) {
        Some(reason) => Err(reason),
        None => Ok(channel),
    }
}

fn against_contact(plan: &CarePlan, customer: &Standings, day: Day, settings: &Settings) -> Option<Withheld> {
    if plan.limits.attention == Attention::Free {
        return None;
    }
    if customer.contacts_30d >= plan.limits.cap_30d.min(settings.cap_30d) {
        return Some(Withheld::MonthlyCap);
    }
    let too_near = customer.last_contact.is_some_and(|last| day - last < plan.limits.cooldown_days);
    too_near.then_some(Withheld::CoolDown)
}
