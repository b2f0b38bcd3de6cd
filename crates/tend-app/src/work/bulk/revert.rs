//! Taking a bulk edit back: each row gets what stood there before, unless somebody changed it since or the person who
//! takes it back no longer sees the customer; such rows stay as they are and say why.

use super::perform::{Before, touches_of};
use super::run::{PART, close};
use super::whom::BulkDeed;
use super::{BulkEdit, BulkState, tell};
use crate::customer::{self, Keeper, LabelDeed, LabelStamp};
use crate::org::{NoticeKind, Who};
use crate::platform::{App, Tx};
use crate::work::hand_out::{Handing, give};
use crate::work::store::bulk::{self as store, RowState, Settled};
use crate::work::touch::Touch;
use crate::work::{WorkError, create};
use std::collections::{BTreeMap, HashMap, HashSet};
use tend_rules::base::*;
use tend_rules::customer::Customer;
use tend_rules::journal::Doer;
use tend_rules::work::State;

const CHANGED_SINCE: &str = "bulk_changed_since";

/// Takes the changes back, part by part.
pub(super) async fn undo(app: &App, who: &Who, edit: &BulkEdit) -> Result<(), WorkError> {
    loop {
        let tx = app.begin().await?;
        let now = store::one(app, &*tx, edit.id).await?.ok_or(WorkError::BulkEditNotFound)?;
        if now.state != BulkState::Undoing {
            return Ok(());
        }
        let rows = store::changed(&*tx, edit.id, PART).await?;
        if rows.is_empty() {
            close(app, &tx, edit, BulkState::Undone, NoticeKind::BulkEditDone).await?;
            return Ok(tx.commit().await?);
        }
        let settled = part(app, &tx, who, edit, rows).await?;
        store::settle(&*tx, edit.id, &settled).await?;
        tell(&tx, edit, "progress");
        tx.commit().await?;
    }
}

async fn part(
    app: &App,
    tx: &Tx,
    who: &Who,
    edit: &BulkEdit,
    rows: Vec<(CustomerId, String)>,
) -> Result<Vec<Settled>, WorkError> {
    let ids: Vec<CustomerId> = rows.iter().map(|(id, _)| *id).collect();
    let customers = customer::many_for_change(tx, &who.scope(), &ids).await?;
    let (mut settled, mut found) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
    for (id, before) in rows {
        match (customers.get(&id), serde_json::from_str::<Before>(&before)) {
            (Some(customer), Ok(before)) => found.push((customer, before)),
            (None, _) => settled.push(kept(id, "bulk_out_of_scope")),
            (_, Err(_)) => settled.push(kept(id, CHANGED_SINCE)),
        }
    }
    settled.extend(match &edit.deed {
        BulkDeed::LabelOn { label } => labels_off(app, tx, (who, edit.by), found, label).await?,
        BulkDeed::LabelOff { label } => labels_back(app, tx, who, found, label).await?,
        BulkDeed::Entrust { .. } => keepers_back(app, tx, who, found).await?,
        BulkDeed::Touch { .. } => touches_back(app, tx, who, found).await?,
    });
    Ok(settled)
}

fn kept(id: CustomerId, why: &str) -> Settled {
    Settled::new(id, RowState::Kept).because(why)
}

fn undone(customer: &Customer) -> Settled {
    Settled::new(customer.id, RowState::Undone)
}

/// Only a label that this very edit put on comes off.
async fn labels_off(
    app: &App,
    tx: &Tx,
    (who, began): (&Who, StaffId),
    rows: Vec<(&Customer, Before)>,
    label: &str,
) -> Result<Vec<Settled>, WorkError> {
    let ids: Vec<CustomerId> = rows.iter().map(|(customer, _)| customer.id).collect();
    let bearers = customer::bearers(&**tx, &ids, label).await?;
    let ours = Doer::Staff(began).to_string();
    let (same, other): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(customer, before)| {
        let stamp = bearers.get(&customer.id);
        matches!((before, stamp), (Before::NoLabel { at }, Some(stamp)) if stamp.at == *at && stamp.actor == ours)
    });
    let same: Vec<&Customer> = same.into_iter().map(|(customer, _)| customer).collect();
    customer::label_many(app, tx, who.doer(), &same, label, LabelDeed::Off).await?;
    let stays = other.into_iter().map(|(customer, _)| kept(customer.id, CHANGED_SINCE));
    Ok(same.into_iter().map(undone).chain(stays).collect())
}

async fn labels_back(
    app: &App,
    tx: &Tx,
    who: &Who,
    rows: Vec<(&Customer, Before)>,
    label: &str,
) -> Result<Vec<Settled>, WorkError> {
    let ids: Vec<CustomerId> = rows.iter().map(|(customer, _)| customer.id).collect();
    let bearers = customer::bearers(&**tx, &ids, label).await?;
    let (mut bare, mut settled): (Vec<(&Customer, LabelStamp)>, Vec<Settled>) = (Vec::new(), Vec::new());
    for (customer, before) in rows {
        match before {
            Before::Label { stamp } if !bearers.contains_key(&customer.id) => bare.push((customer, stamp)),
            _ => settled.push(kept(customer.id, CHANGED_SINCE)),
        }
    }
    customer::give_label_back(app, tx, who.doer(), &bare, label).await?;
    settled.extend(bare.into_iter().map(|(customer, _)| undone(customer)));
    Ok(settled)
}

/// Work orders that nobody has begun go; the others stay.
async fn touches_back(
    app: &App,
    tx: &Tx,
    who: &Who,
    rows: Vec<(&Customer, Before)>,
) -> Result<Vec<Settled>, WorkError> {
    let touch_of = |before: &Before| match before {
        Before::NoTouch { touch } => Some(*touch),
        _ => None,
    };
    let ids: Vec<TouchId> = rows.iter().filter_map(|(_, before)| touch_of(before)).collect();
    let untouched = |touch: &Touch| matches!(touch.state, State::Planned | State::Assigned) && touch.version == 1;
    let back: Vec<Touch> = touches_of(tx, &ids).await?.into_iter().filter(untouched).collect();
    let gone: HashSet<TouchId> = back.iter().map(|touch| touch.id).collect();
    create::withdraw(app, tx, who.doer(), back, "the bulk edit was taken back").await?;
    let row = |(customer, before): (&Customer, Before)| match touch_of(&before) {
        Some(touch) if gone.contains(&touch) => undone(customer),
        _ => kept(customer.id, CHANGED_SINCE),
    };
    Ok(rows.into_iter().map(row).collect())
}

type Former = (UnitId, Option<StaffId>);

/// Customers go back to their former keepers, and the work orders that went along with them.
async fn keepers_back(
    app: &App,
    tx: &Tx,
    who: &Who,
    rows: Vec<(&Customer, Before)>,
) -> Result<Vec<Settled>, WorkError> {
    let mut back: BTreeMap<Former, Vec<&Customer>> = BTreeMap::new();
    let mut along: HashMap<TouchId, (Former, Option<StaffId>)> = HashMap::new();
    let mut settled = Vec::with_capacity(rows.len());
    for (customer, before) in rows {
        match before {
            Before::Keeper { unit, owner, to_unit, to, touches }
                if (customer.unit_id, customer.owner_id) == (to_unit, to) =>
            {
                back.entry((unit, owner)).or_default().push(customer);
                along.extend(touches.into_iter().map(|touch| (touch, ((unit, owner), to))));
                settled.push(undone(customer));
            }
            _ => settled.push(kept(customer.id, CHANGED_SINCE)),
        }
    }
    let ids: Vec<TouchId> = along.keys().copied().collect();
    let touches = touches_of(tx, &ids).await?.into_iter();
    let handing = |touch: crate::work::Touch| {
        let ((unit, owner), held_by) = *along.get(&touch.id)?;
        (touch.owner_id == held_by).then_some(Handing { touch, to: owner, unit })
    };
    give(app, tx, who.doer(), touches.filter_map(handing).collect()).await?;
    for ((unit_id, owner_id), customers) in back {
        let ids: Vec<CustomerId> = customers.iter().map(|customer| customer.id).collect();
        customer::entrust(app, tx, who.doer(), &who.scope(), &ids, Keeper { unit_id, owner_id }).await?;
    }
    Ok(settled)
}
