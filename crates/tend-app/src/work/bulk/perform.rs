//! One part of a deed in one transaction: the changes, and what stood there before, row by row.

use super::examine::{Planned, Verdict, examine, unwelcome};
use super::prepare::Prepared;
use super::whom::BulkDeed;
use crate::customer::{self, Keeper, LabelDeed, LabelStamp};
use crate::platform::{App, Tx};
use crate::work::hand_out::{Handing, give};
use crate::work::store::bulk::{RowState, Settled};
use crate::work::store::read;
use crate::work::touch::{NewTouch, Touch};
use crate::work::{WorkError, by_hand, create};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use tend_rules::base::*;
use tend_rules::customer::Customer;
use tend_rules::org::Scope;

/// What stood there before a change, and by what the change is known again.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Before {
    /// Nothing bore the label; it was put on at this instant.
    NoLabel { at: Instant },
    /// The label as it was.
    Label { stamp: LabelStamp },
    /// The keeper as it was, the keeper it got, and the work orders that went along.
    Keeper { unit: UnitId, owner: Option<StaffId>, to_unit: UnitId, to: Option<StaffId>, touches: Vec<TouchId> },
    /// There was no such work order; this one was made.
    NoTouch { touch: TouchId },
}

/// Does the deed to some customers; answers the state of each row.
pub(super) async fn perform(
    app: &App,
    tx: &Tx,
    prepared: &Prepared,
    ids: &[CustomerId],
    turn: usize,
) -> Result<Vec<Settled>, WorkError> {
    let customers = customer::many_for_change(tx, &prepared.who.scope(), ids).await?;
    let unwelcome = unwelcome(app, tx, prepared, ids).await?;
    let verdicts = examine(&**tx, prepared, ids, &customers, (turn, &unwelcome)).await?;
    let mut changes: Vec<(&Customer, &Planned)> = Vec::with_capacity(ids.len());
    let mut settled = Vec::with_capacity(ids.len());
    for (id, verdict) in ids.iter().zip(&verdicts) {
        match (verdict, customers.get(id)) {
            (Verdict::Change(planned), Some(customer)) => changes.push((customer, planned)),
            (Verdict::Refused(code), _) => settled.push(Settled::new(*id, RowState::Refused).because(code)),
            _ => settled.push(Settled::new(*id, RowState::Unchanged)),
        }
    }
    settled.extend(match &prepared.deed {
        BulkDeed::LabelOn { label } => label_on(app, tx, prepared, &changes, label).await?,
        BulkDeed::LabelOff { label } => label_off(app, tx, prepared, &changes, label).await?,
        BulkDeed::Entrust { with_touches, .. } => {
            entrust(app, tx, prepared, &changes, if *with_touches { Along::Touches } else { Along::Nothing }).await?
        }
        BulkDeed::Touch { title, reason, channel, due } => {
            let words = by_hand::Words { title, reason };
            let wanted = |customer: &Customer| NewTouch {
                owner: customer.owner_id,
                ..by_hand::shaped(prepared.who.id, customer.id, customer.unit_id, words, (*channel, *due))
            };
            ask(app, tx, prepared, changes.iter().map(|(customer, _)| wanted(customer)).collect()).await?
        }
    });
    Ok(settled)
}

/// Makes the work orders; who had one of the same person for the same day stays as it is.
async fn ask(app: &App, tx: &Tx, prepared: &Prepared, wanted: Vec<NewTouch>) -> Result<Vec<Settled>, WorkError> {
    let customers: Vec<CustomerId> = wanted.iter().map(|touch| touch.customer).collect();
    let made: Vec<TouchId> = create::made(app, tx, prepared.who.doer(), wanted).await?.into_iter().collect();
    let of: HashMap<CustomerId, TouchId> =
        touches_of(tx, &made).await?.into_iter().map(|touch| (touch.customer.id, touch.id)).collect();
    let row = |id: &CustomerId| match of.get(id) {
        Some(touch) => changed(*id, &Before::NoTouch { touch: *touch }),
        None => Settled::new(*id, RowState::Unchanged),
    };
    Ok(customers.iter().map(row).collect())
}

fn changed(id: CustomerId, before: &Before) -> Settled {
    Settled::new(id, RowState::Changed).before(serde_json::to_string(before).unwrap_or_default())
}

async fn label_on(
    app: &App,
    tx: &Tx,
    prepared: &Prepared,
    changes: &[(&Customer, &Planned)],
    label: &str,
) -> Result<Vec<Settled>, WorkError> {
    let customers: Vec<&Customer> = changes.iter().map(|(customer, _)| *customer).collect();
    let at = app.now();
    customer::label_many(app, tx, prepared.who.doer(), &customers, label, LabelDeed::On(at)).await?;
    let before = Before::NoLabel { at };
    Ok(customers.iter().map(|customer| changed(customer.id, &before)).collect())
}

async fn label_off(
    app: &App,
    tx: &Tx,
    prepared: &Prepared,
    changes: &[(&Customer, &Planned)],
    label: &str,
) -> Result<Vec<Settled>, WorkError> {
    let customers: Vec<&Customer> = changes.iter().map(|(customer, _)| *customer).collect();
    customer::label_many(app, tx, prepared.who.doer(), &customers, label, LabelDeed::Off).await?;
    let row = |(customer, planned): &(&Customer, &Planned)| match planned {
        Planned::LabelOff(stamp) => changed(customer.id, &Before::Label { stamp: stamp.clone() }),
        _ => Settled::new(customer.id, RowState::Unchanged),
    };
    Ok(changes.iter().map(row).collect())
}

/// What goes along with customers who get another keeper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Along {
    Touches,
    Nothing,
}

async fn entrust(
    app: &App,
    tx: &Tx,
    prepared: &Prepared,
    changes: &[(&Customer, &Planned)],
    along: Along,
) -> Result<Vec<Settled>, WorkError> {
    let mut to: BTreeMap<(Option<StaffId>, UnitId), Vec<&Customer>> = BTreeMap::new();
    for (customer, planned) in changes {
        if let Planned::Entrust(taker) = planned {
            to.entry(*taker).or_default().push(customer);
        }
    }
    let (doer, scope) = (prepared.who.doer(), prepared.who.scope());
    let mut settled = Vec::with_capacity(changes.len());
    for ((owner, unit), customers) in to {
        let ids: Vec<CustomerId> = customers.iter().map(|customer| customer.id).collect();
        let mut moved: HashMap<CustomerId, Vec<TouchId>> = HashMap::new();
        if along == Along::Touches {
            for touch in hand_along(app, tx, prepared, &customers, (owner, unit)).await? {
                moved.entry(touch.customer.id).or_default().push(touch.id);
            }
        }
        customer::entrust(app, tx, doer, &scope, &ids, Keeper { unit_id: unit, owner_id: owner }).await?;
        settled.extend(customers.iter().map(|customer| {
            let touches = moved.remove(&customer.id).unwrap_or_default();
            let (from, from_unit) = (customer.owner_id, customer.unit_id);
            changed(customer.id, &Before::Keeper { unit: from_unit, owner: from, to_unit: unit, to: owner, touches })
        }));
    }
    Ok(settled)
}

/// The open work orders of the former keeper go to the new one.
async fn hand_along(
    app: &App,
    tx: &Tx,
    prepared: &Prepared,
    customers: &[&Customer],
    (owner, unit): (Option<StaffId>, UnitId),
) -> Result<Vec<Touch>, WorkError> {
    let former: HashMap<CustomerId, Option<StaffId>> = customers.iter().map(|c| (c.id, c.owner_id)).collect();
    let ids: Vec<CustomerId> = customers.iter().map(|customer| customer.id).collect();
    let open = read::open_of_customers(&**tx, &ids).await?;
    let theirs: Vec<Touch> = open
        .into_iter()
        .filter(|touch| touch.owner_id.is_some() && former.get(&touch.customer.id) == Some(&touch.owner_id))
        .collect();
    let handings = theirs.iter().map(|touch| Handing { touch: touch.clone(), to: owner, unit }).collect();
    let moved = give(app, tx, prepared.who.doer(), handings).await?;
    Ok(theirs.into_iter().filter(|touch| moved.contains(&touch.id)).collect())
}

/// Work orders as they stand, for the undo.
pub(super) async fn touches_of(tx: &Tx, ids: &[TouchId]) -> Result<Vec<Touch>, WorkError> {
    Ok(read::several(&**tx, &Scope::Firm, ids).await?)
}
