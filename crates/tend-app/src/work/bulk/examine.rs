//! What a deed would do to a customer: change, nothing, or not and why. Asked for the preview and again for every part
//! of the run.

use super::prepare::Prepared;
use super::whom::BulkDeed;
use crate::customer::{self, LabelStamp};
use crate::law;
use crate::platform::{App, Tx};
use crate::work::reach::judged;
use crate::work::{WorkError, by_hand};
use sea_orm::ConnectionTrait;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Instant as Stopwatch;
use tend_rules::base::*;
use tend_rules::customer::Customer;
use tend_rules::org::Role;

/// Customers whom a preview looks at one by one.
const EXAMINED_MAX: usize = 5_000;
const SAMPLE: usize = 10;

/// What a deed would do to one customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It changes the customer.
    Change(Planned),
    /// The customer stands so already.
    Same,
    /// It cannot be done, by the code of the reason.
    Refused(&'static str),
}

/// A change that is about to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Planned {
    LabelOn,
    LabelOff(LabelStamp),
    Entrust((Option<StaffId>, UnitId)),
    Touch,
}

/// What a bulk edit would do.
#[derive(Debug, Default)]
pub struct Preview {
    /// Customers in all.
    pub count: usize,
    /// Customers who were looked at one by one: the figures below are of them.
    pub examined: usize,
    /// Who would be changed.
    pub changes: usize,
    /// Who stands so already.
    pub unchanged: usize,
    /// Who could not be changed, by reason.
    pub refused: BTreeMap<&'static str, usize>,
    /// A few of them.
    pub sample: Vec<SampleRow>,
    /// How long it took, in milliseconds.
    pub ms: u64,
}

/// One customer of the preview.
#[derive(Debug)]
pub struct SampleRow {
    /// The customer.
    pub id: CustomerId,
    /// The name.
    pub name: String,
    /// What stands there now.
    pub from: String,
    /// What would stand there.
    pub to: String,
    /// Why not, if not.
    pub refused: Option<&'static str>,
}

pub(super) async fn preview(app: &App, prepared: &Prepared, ids: Vec<CustomerId>) -> Result<Preview, WorkError> {
    let began = Stopwatch::now();
    let examined = &ids[..ids.len().min(EXAMINED_MAX)];
    let customers = customer::heads(app, &prepared.who.scope(), examined).await?;
    let unwelcome = match &prepared.deed {
        BulkDeed::Touch { .. } => unwelcome(app, &app.begin().await?, prepared, examined).await?,
        _ => HashSet::new(),
    };
    let verdicts = examine(app.read(), prepared, examined, &customers, (0, &unwelcome)).await?;
    let mut preview = Preview { count: ids.len(), examined: examined.len(), ..Preview::default() };
    for (id, verdict) in examined.iter().zip(&verdicts) {
        let refused = match verdict {
            Verdict::Change(_) => {
                preview.changes += 1;
                None
            }
            Verdict::Same => {
                preview.unchanged += 1;
                None
            }
            Verdict::Refused(code) => {
                *preview.refused.entry(code).or_default() += 1;
                Some(*code)
            }
        };
        if preview.sample.len() < SAMPLE
            && let Some(customer) = customers.get(id)
        {
            let (from, to) = shown(prepared, customer, verdict);
            preview.sample.push(SampleRow { id: *id, name: customer.name.clone(), from, to, refused });
        }
    }
    preview.ms = began.elapsed().as_millis() as u64;
    Ok(preview)
}

/// What stands there and what would stand there, in words.
fn shown(prepared: &Prepared, customer: &Customer, verdict: &Verdict) -> (String, String) {
    let keeper = prepared.name_of((customer.owner_id, customer.unit_id));
    match (&prepared.deed, verdict) {
        (BulkDeed::LabelOn { label }, Verdict::Change(_)) => (String::new(), label.clone()),
        (BulkDeed::LabelOn { label }, _) => (label.clone(), label.clone()),
        (BulkDeed::Touch { title, .. }, Verdict::Change(_)) => (String::new(), title.trim().to_owned()),
        (BulkDeed::LabelOff { label }, Verdict::Change(_)) => (label.clone(), String::new()),
        (BulkDeed::Entrust { .. }, Verdict::Change(Planned::Entrust(taker))) => (keeper, prepared.name_of(*taker)),
        (BulkDeed::Entrust { .. }, _) => (keeper.clone(), keeper),
        _ => (String::new(), String::new()),
    }
}

/// Those of the customers against whose contact something speaks now, asked as before every other work order.
pub(super) async fn unwelcome(
    app: &App,
    tx: &Tx,
    prepared: &Prepared,
    ids: &[CustomerId],
) -> Result<HashSet<CustomerId>, WorkError> {
    let BulkDeed::Touch { channel, .. } = &prepared.deed else { return Ok(HashSet::new()) };
    let law = law::in_force(&**tx, app.today()).await?;
    let judged = judged(tx, &law, by_hand::BUSINESS_TYPE, *channel, ids.iter().copied()).await?;
    Ok(ids.iter().zip(judged).filter(|(_, why)| why.is_some()).map(|(id, _)| *id).collect())
}

/// The verdict on each of the customers, in their order. `turn` is how many were given away before: takers take turns;
/// `unwelcome` are those who may not be contacted.
pub(super) async fn examine(
    db: &impl ConnectionTrait,
    prepared: &Prepared,
    ids: &[CustomerId],
    customers: &HashMap<CustomerId, Customer>,
    (turn, unwelcome): (usize, &HashSet<CustomerId>),
) -> Result<Vec<Verdict>, WorkError> {
    let bearers = match &prepared.deed {
        BulkDeed::LabelOn { label } | BulkDeed::LabelOff { label } => customer::bearers(db, ids, label).await?,
        _ => HashMap::new(),
    };
    let mut turn = turn;
    let verdicts = ids.iter().map(|id| {
        let Some(customer) = customers.get(id) else { return Verdict::Refused("bulk_out_of_scope") };
        let verdict = match judge(prepared, customer, bearers.get(id), turn) {
            Verdict::Change(Planned::Touch) if unwelcome.contains(id) => Verdict::Refused("bulk_not_to_be_contacted"),
            verdict => verdict,
        };
        turn += usize::from(matches!(verdict, Verdict::Change(_)));
        verdict
    });
    Ok(verdicts.collect())
}

fn judge(prepared: &Prepared, customer: &Customer, stamp: Option<&LabelStamp>, turn: usize) -> Verdict {
    if !belongs(prepared, customer) {
        return Verdict::Refused(match prepared.deed {
            BulkDeed::Entrust { .. } => "bulk_not_yours_to_give",
            BulkDeed::LabelOn { .. } | BulkDeed::LabelOff { .. } | BulkDeed::Touch { .. } => "bulk_not_your_customer",
        });
    }
    match (&prepared.deed, stamp) {
        (BulkDeed::LabelOn { .. }, None) => Verdict::Change(Planned::LabelOn),
        (BulkDeed::LabelOff { .. }, Some(stamp)) => Verdict::Change(Planned::LabelOff(stamp.clone())),
        (BulkDeed::LabelOn { .. } | BulkDeed::LabelOff { .. }, _) => Verdict::Same,
        (BulkDeed::Entrust { .. }, _) => entrusted(prepared, customer, turn),
        (BulkDeed::Touch { .. }, _) => Verdict::Change(Planned::Touch),
    }
}

/// Who sees a customer of others for the sake of a work order does not change the customer in bulk.
fn belongs(prepared: &Prepared, customer: &Customer) -> bool {
    match prepared.who.role {
        Role::Maintainer => customer.owner_id == Some(prepared.who.id),
        _ => prepared.units.contains(&customer.unit_id),
    }
}

fn entrusted(prepared: &Prepared, customer: &Customer, turn: usize) -> Verdict {
    let present = (customer.owner_id, customer.unit_id);
    let taker = prepared.takers[turn % prepared.takers.len()];
    if prepared.takers.contains(&present) {
        return Verdict::Same;
    }
    Verdict::Change(Planned::Entrust(taker))
}
