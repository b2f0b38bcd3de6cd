//! Work goes from head office to channels and from channels to people: by hand, by rule, in bulk (MISSION D1, D4).

use super::create::made;
use super::reach::judged;
use super::store::read::TouchFilter;
use super::store::{batch, read, write};
use super::take::place_in;
use super::touch::{Attention, Both, Cause, NewTouch, Touch};
use super::{Place, WorkError, board, tell};
use crate::customer;
use crate::org::{self, OrgError, Staff, Unit, Who};
use crate::platform::{App, Tx};
use crate::{journal, law};
use serde_json::json;
use std::collections::{BTreeMap, HashMap};
use tend_rules::base::*;
use tend_rules::journal::{Doer, Fact};
use tend_rules::law::Blocked;
use tend_rules::org::{Role, Scope};
use tend_rules::work::{self, Deed, Left, Order, Rule, Share, State, Taker, may_move, split};

/// Customers or touches that one call hands out at most: it is one transaction, and nobody else writes meanwhile. What is
/// behind them is told with the answer, for the next call.
const AT_ONCE: usize = 20_000;
/// Days in which a batch is to be worked through if nobody says otherwise.
const USUAL_DAYS: i32 = 14;
/// A touch of a batch stands in the middle between plans.
const BATCH_PRIORITY: i16 = 50;

/// A part of a batch for one unit.
#[derive(Debug, Clone, Copy)]
pub struct UnitShare {
    /// The unit.
    pub unit: UnitId,
    /// How much.
    pub share: Share,
}

/// How a batch is handed out.
#[derive(Debug, Clone)]
pub enum BatchHandOut {
    /// By hand: so many or such a part to each unit.
    Shares(Vec<UnitShare>),
    /// By a rule.
    ByRule {
        /// The rule.
        rule: Rule,
        /// Among these units; among the channels below the reader if none is named.
        among: Vec<UnitId>,
    },
}

/// To whom touches are handed out.
#[derive(Debug, Clone, Copy)]
pub enum PersonTarget {
    /// To one person.
    Person(StaffId),
    /// To another unit, to be handed out there.
    Unit(UnitId),
    /// By a rule among the maintainers of a unit and below.
    ByRule {
        /// The rule.
        rule: Rule,
        /// The unit; the reader's own if none is named.
        within: Option<UnitId>,
    },
}

/// What came of it. Everything that was asked for is either given or left with a reason.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct HandedOut {
    /// How many each taker (a unit's or person's id) got.
    pub given: BTreeMap<String, i64>,
    /// How many went to nobody, by reason.
    pub left: BTreeMap<&'static str, i64>,
    /// Where the next call is to go on, if there are more than one call takes.
    pub next: Option<String>,
}

impl HandedOut {
    /// How many were given.
    pub fn total(&self) -> i64 {
        self.given.values().sum()
    }

    fn leave(&mut self, why: Left) {
        *self.left.entry(left_word(why)).or_default() += 1;
    }
}

fn left_word(why: Left) -> &'static str {
    match why {
        Left::NoTaker => "no_taker",
        Left::Full => "full",
        Left::RegionUnserved => "region_unserved",
        Left::OwnerAbsent => "owner_absent",
        Left::NotAskedFor => "not_asked_for",
    }
}

/// Which part of what is meant one call takes.
#[derive(Debug, Clone, Copy)]
pub struct Turn<'a> {
    /// What the call before told as its `next`.
    pub behind: Option<&'a str>,
    /// How many at most; [`Turn::from`] says the usual number.
    pub at_once: usize,
}

impl<'a> From<Option<&'a str>> for Turn<'a> {
    fn from(behind: Option<&'a str>) -> Self {
        Self { behind, at_once: AT_ONCE }
    }
}

impl Turn<'_> {
    /// One more than are taken, to see whether there are more.
    fn looked_at(&self) -> i64 {
        self.at_once as i64 + 1
    }

    /// Leaves what is beyond to the next call; answers where that goes on.
    fn cut<T>(&self, found: &mut Vec<T>, place: impl Fn(&T) -> String) -> Option<String> {
        let more = found.len() > self.at_once;
        found.truncate(self.at_once);
        found.last().filter(|_| more).map(place)
    }
}

/// Makes a work order for every customer of a batch who has none of it yet, in the units that are to care for them.
/// Customers who refused every channel or the purpose of the work, who died or are blocked get none. A second call hands
/// out the rest only.
pub async fn hand_out_batch(
    app: &App,
    tx: &Tx,
    who: &Who,
    id: BatchId,
    (how, not_after): (BatchHandOut, Option<Day>),
    turn: Turn<'_>,
) -> Result<HandedOut, WorkError> {
    let today = app.today();
    let not_after = not_after.unwrap_or(today + USUAL_DAYS);
    if not_after < today {
        return Err(WorkError::LastDayOver);
    }
    let head = batch::head(&**tx, &who.scope(), id).await?.ok_or(WorkError::BatchNotFound)?;
    if head.state != "imported" {
        return Err(WorkError::BatchUnready { state: head.state });
    }
    let behind: Option<CustomerId> = turn.behind.map(str::parse).transpose().map_err(|_| bad_cursor())?;
    let mut waiting = batch::waiting(&**tx, &who.scope(), id, behind, turn.looked_at()).await?;
    let next = turn.cut(&mut waiting, |last| last.id.to_string());
    let mut result = HandedOut { next, ..HandedOut::default() };
    let able = reachable(app, tx, &head.business_type, waiting, &mut result).await?;
    let given = to_units(app, who, &able, how, &mut result).await?;
    let (title, business_type) = (worded(&head), head.business_type.clone());
    let mut touches = Vec::with_capacity(given.len());
    for (place, unit) in given {
        let (customer, channel) = &able[place];
        *result.given.entry(unit.to_string()).or_default() += 1;
        touches.push(NewTouch {
            customer: customer.id,
            cause: Cause::Batch(id),
            subject: customer.id.0,
            due: today,
            not_after,
            at_minute: None,
            business_type: business_type.clone(),
            title: title.0.clone(),
            reason: title.1.clone(),
            script_key: String::new(),
            template_keys: Vec::new(),
            attention: Attention::Counts,
            channel: *channel,
            priority: BATCH_PRIORITY,
            worth_minor: customer.annual_value_minor / 50,
            unit,
            owner: None,
        });
    }
    made(app, tx, who.doer(), touches).await?;
    let payload = json!({ "batch": id, "given": result.given, "left": result.left, "not_after": not_after });
    journal::append(app, tx, who.doer(), Fact::of_firm("work", "batch_handed_out", payload)).await?;
    Ok(result)
}

/// The customers of a batch in the reader's part of the firm, and those of them who have no work order of it yet. Whom the
/// reader does not see is not counted, on file or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InBatch {
    /// All of them.
    pub customers: i64,
    /// Without a work order of the batch.
    pub waiting: i64,
    /// Work orders of the batch that were withdrawn, by its undo or for another reason.
    pub withdrawn: i64,
}

/// How much of a batch there is to hand out.
pub async fn in_batch(app: &App, who: &Who, id: BatchId) -> Result<InBatch, WorkError> {
    batch::head(app.read(), &who.scope(), id).await?.ok_or(WorkError::BatchNotFound)?;
    let (customers, waiting) = batch::counts(app.read(), &who.scope(), id).await?;
    let withdrawn = batch::withdrawn(app.read(), &who.scope(), id).await?;
    Ok(InBatch { customers, waiting, withdrawn })
}

fn bad_cursor() -> WorkError {
    WorkError::Invalid { field: "behind", rule: "as the call before gave it" }
}

/// Title and reason of a batch's work orders: what its maker typed.
fn worded(head: &batch::BatchHead) -> (Both, Both) {
    let reason = if head.reason.is_empty() { &head.name } else { &head.reason };
    (Both::same(reason), Both::same(&head.name))
}

/// The channels over which people work, the usual one first; a person decides at the moment of contact.
const IN_ORDER: [Channel; 5] = [Channel::Phone, Channel::Wechat, Channel::Sms, Channel::Mail, Channel::Visit];

/// Those of the customers who may be contacted for such work now, each with the first channel against which nothing
/// speaks, asked as before every other touch that is made. The others are left, with the reason.
async fn reachable(
    app: &App,
    tx: &Tx,
    business_type: &str,
    waiting: Vec<batch::Waiting>,
    result: &mut HandedOut,
) -> Result<Vec<(batch::Waiting, Channel)>, WorkError> {
    let law = law::in_force(&**tx, app.today()).await?;
    let (mut able, mut rest) = (Vec::with_capacity(waiting.len()), waiting);
    for channel in IN_ORDER {
        let ids = rest.iter().map(|customer| customer.id);
        let judged = judged(tx, &law, business_type, channel, ids).await?;
        let mut left = Vec::new();
        for (customer, blocked) in rest.into_iter().zip(judged) {
            match blocked {
                None => able.push((customer, channel)),
                Some(Blocked::Deceased | Blocked::Forbidden) => {
                    *result.left.entry("not_to_be_contacted").or_default() += 1;
                }
                Some(Blocked::Refused | Blocked::NoConsent) => left.push(customer),
            }
        }
        rest = left;
    }
    if !rest.is_empty() {
        *result.left.entry("refused").or_default() += rest.len() as i64;
    }
    // Shares are dealt in the order of the batch, whatever the channel.
    able.sort_unstable_by_key(|(customer, _)| customer.id);
    Ok(able)
}

async fn to_units(
    app: &App,
    who: &Who,
    able: &[(batch::Waiting, Channel)],
    how: BatchHandOut,
    result: &mut HandedOut,
) -> Result<Vec<(usize, UnitId)>, WorkError> {
    let units = org::every_unit(app, &who.tree()).await?;
    let handed = match how {
        BatchHandOut::Shares(shares) => {
            if shares.is_empty() {
                return Err(WorkError::NoTaker);
            }
            if shares.iter().any(|share| !units.iter().any(|unit| unit.id == share.unit)) {
                return Err(OrgError::UnitNotFound.into());
            }
            let places: Vec<usize> = (0..able.len()).collect();
            split(&places, &shares.iter().map(|share| (share.unit, share.share)).collect::<Vec<_>>())
        }
        BatchHandOut::ByRule { rule, among } => {
            if among.iter().any(|id| !units.iter().any(|unit| unit.id == *id)) {
                return Err(OrgError::UnitNotFound.into());
            }
            let mut takers = Vec::new();
            let mut taker_of = HashMap::new();
            let takes = |unit: &Unit| if among.is_empty() { unit.kind == "channel" } else { among.contains(&unit.id) };
            for unit in units.iter().filter(|unit| takes(unit)) {
                let people = board::loads(app, unit.id, app.today()).await?;
                takers.push(Taker {
                    id: unit.id,
                    load: people.iter().map(|person| person.load).sum(),
                    capacity: people.iter().map(|person| person.capacity).sum(),
                    region: unit.region.clone(),
                });
                for below in org::every_unit(app, &Scope::Subtree(unit.id)).await? {
                    taker_of.insert(below.id, unit.id);
                }
            }
            let orders = able.iter().enumerate().map(|(place, (customer, _))| Order {
                id: place,
                region: customer.region.clone(),
                owner: taker_of.get(&customer.unit_id).copied(),
                urgency: i128::from(customer.annual_value_minor),
            });
            work::hand_out(orders.collect(), &takers, rule)
        }
    };
    handed.left.iter().for_each(|(_, why)| result.leave(*why));
    Ok(handed.given)
}

/// Which touches are handed out.
#[derive(Debug, Clone, Copy)]
pub enum Which<'a> {
    /// Those that are named.
    Named(&'a [TouchId]),
    /// Those of a filter; without a state the ones that wait.
    Filter(&'a TouchFilter, Turn<'a>),
}

/// Hands out touches in the reader's scope to a person, to a unit or by a rule.
pub async fn hand_out_touches(
    app: &App,
    tx: &Tx,
    who: &Who,
    which: Which<'_>,
    target: PersonTarget,
) -> Result<HandedOut, WorkError> {
    let mut result = HandedOut::default();
    let touches = match which {
        Which::Named(ids) if ids.len() > AT_ONCE => {
            return Err(WorkError::Invalid { field: "touch_ids", rule: "at most 20,000" });
        }
        Which::Named(ids) => {
            let found = read::several(&**tx, &who.scope(), ids).await?;
            if found.len() < ids.len() {
                return Err(WorkError::TouchNotFound);
            }
            found
        }
        Which::Filter(filter, turn) => {
            let mut filter = filter.clone();
            if filter.states.is_empty() {
                filter.states = vec![State::Planned];
            }
            let behind = turn.behind.map(|text| place_in(text).ok_or(bad_cursor())).transpose()?;
            let mut found = read::page(&**tx, &who.scope(), &filter, behind, turn.looked_at()).await?;
            result.next = turn.cut(&mut found, Touch::cursor);
            found
        }
    };
    let handings = aimed(app, who, touches, target, &mut result).await?;
    let named: Vec<(TouchId, String)> = handings
        .iter()
        .map(|handing| {
            let taker = handing.to.map_or_else(|| handing.unit.to_string(), |staff| staff.to_string());
            (handing.touch.id, taker)
        })
        .collect();
    let moved = give(app, tx, who.doer(), handings).await?;
    for (id, taker) in named {
        if moved.contains(&id) {
            *result.given.entry(taker).or_default() += 1;
        } else {
            *result.left.entry("closed_or_changed").or_default() += 1;
        }
    }
    Ok(result)
}

async fn aimed(
    app: &App,
    who: &Who,
    touches: Vec<Touch>,
    target: PersonTarget,
    result: &mut HandedOut,
) -> Result<Vec<Handing>, WorkError> {
    match target {
        PersonTarget::Person(id) => {
            let staff = working(app, who).await?.into_iter().find(|staff| staff.id == id);
            let unit = staff.ok_or(OrgError::StaffNotFound)?.unit_id;
            Ok(touches.into_iter().map(|touch| Handing { touch, to: Some(id), unit }).collect())
        }
        PersonTarget::Unit(unit) => {
            let unit = board::unit_in_tree(app, who, Some(unit)).await?;
            Ok(touches.into_iter().map(|touch| Handing { touch, to: None, unit }).collect())
        }
        PersonTarget::ByRule { rule, within } => {
            let unit = board::unit_in_tree(app, who, within).await?;
            let regions: HashMap<UnitId, String> =
                org::every_unit(app, &who.tree()).await?.into_iter().map(|unit| (unit.id, unit.region)).collect();
            let maintainers: Vec<StaffId> = working(app, who)
                .await?
                .into_iter()
                .filter(|staff| staff.role == Role::Maintainer)
                .map(|staff| staff.id)
                .collect();
            let people = board::loads(app, unit, app.today()).await?;
            let people: Vec<_> = people.into_iter().filter(|person| maintainers.contains(&person.id)).collect();
            let takers: Vec<Taker<StaffId>> = people
                .iter()
                .map(|person| Taker {
                    id: person.id,
                    load: person.load,
                    capacity: person.capacity,
                    region: regions.get(&person.unit_id).cloned().unwrap_or_default(),
                })
                .collect();
            let units: HashMap<StaffId, UnitId> = people.iter().map(|person| (person.id, person.unit_id)).collect();
            let orders = touches.iter().map(|touch| Order {
                id: touch.id,
                region: touch.customer.region.clone(),
                owner: touch.customer.owner_id,
                urgency: touch.urgency(),
            });
            let handed = work::hand_out(orders.collect(), &takers, rule);
            handed.left.iter().for_each(|(_, why)| result.leave(*why));
            let mut by_id: HashMap<TouchId, Touch> = touches.into_iter().map(|touch| (touch.id, touch)).collect();
            let aimed = handed.given.into_iter().filter_map(|(id, staff)| {
                Some(Handing { touch: by_id.remove(&id)?, to: Some(staff), unit: *units.get(&staff)? })
            });
            Ok(aimed.collect())
        }
    }
}

/// The people in the reader's tree to whom work may be given.
pub(super) async fn working(app: &App, who: &Who) -> Result<Vec<Staff>, WorkError> {
    Ok(org::who_works(app, &who.tree()).await?)
}

/// One touch on its way to a person's list, or to a unit.
pub(super) struct Handing {
    pub touch: Touch,
    pub to: Option<StaffId>,
    pub unit: UnitId,
}

/// Moves touches; those that are closed or were changed meanwhile stay. Answers the ids that moved.
pub(super) async fn give(
    app: &App,
    tx: &Tx,
    doer: Doer,
    handings: Vec<Handing>,
) -> Result<std::collections::HashSet<TouchId>, WorkError> {
    let customers: Vec<CustomerId> = handings.iter().map(|handing| handing.touch.customer.id).collect();
    customer::lock_first(tx, &customers).await?;
    let mut moved = std::collections::HashSet::with_capacity(handings.len());
    let (mut facts, mut work) = (Vec::with_capacity(handings.len()), Vec::with_capacity(handings.len()));
    for Handing { touch: before, to, unit } in handings {
        let deed = if to.is_some() { Deed::Assign } else { Deed::Entrust };
        let Ok(state) = may_move(before.state, deed) else { continue };
        let after = Touch { state, owner_id: to, unit_id: unit, ..before.clone() };
        if write::save(&**tx, &before, &after).await? == 0 {
            continue;
        }
        moved.insert(before.id);
        work.push(after.as_work());
        facts.push(Fact::about(
            before.customer.id,
            "work",
            "handed_out",
            json!({ "touch": before.id, "from": before.owner_id, "to": to, "unit": unit }),
        ));
        tell(tx, "handed_out", before.id, before.customer.id, Place::of(&after), Place::of(&before));
    }
    journal::append_all(app, tx, doer, facts).await?;
    customer::take_on(app, tx, doer, work).await?;
    Ok(moved)
}
