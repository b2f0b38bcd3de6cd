//! Relations and the household of a record go over to the one that stays, and come back.

use super::Changed;
use crate::customer::CustomerError;
use crate::customer::kin::back_of;
use crate::customer::store::kin;
use crate::platform::{App, Tx};
use serde_json::json;
use std::collections::BTreeSet;
use tend_rules::base::*;
use tend_rules::customer::Customer;
use tend_rules::journal::Fact;

/// Relates the record that stays to everybody to whom the other one is related. The other record's own rows wait with
/// it; the far sides turn to the one that stays, and their journals tell of it by the facts that this answers.
pub(super) async fn take_over(
    app: &App,
    tx: &Tx,
    other: &Customer,
    survivor: &mut Customer,
    changed: &mut Changed,
) -> Result<Vec<Fact>, CustomerError> {
    let mut facts = Vec::new();
    let (db, now) = (&**tx, app.now());
    for (_, far, kind) in kin::every_relation(db, other.id).await? {
        let back = back_of(&kind);
        kin::delete_relation(db, far, other.id, back).await?;
        if far == survivor.id {
            continue;
        }
        for (of, to, kind) in [(survivor.id, far, kind.as_str()), (far, survivor.id, back)] {
            let id = RelationId(app.new_id(of.bucket()));
            if kin::insert_relation(db, id, of, to, kind, now).await? > 0 {
                changed.relations.push((of, to, kind.to_owned()));
            }
        }
        facts.push(turned(far, back, (other.id, survivor.id)));
    }
    let Some(household) = other.household_id else { return Ok(facts) };
    let name = kin::household_name(db, household).await?.unwrap_or_default();
    changed.home = Some((household, name));
    if survivor.household_id.is_none() {
        kin::delete_member(db, household, other.id).await?;
        kin::insert_member(db, household, survivor.id).await?;
        survivor.household_id = Some(household);
        changed.household = Some(household);
    } else {
        kin::leave(db, household, other.id).await?;
    }
    Ok(facts)
}

/// What the journal of the far side tells: whom its relation led to, and whom it leads to now.
fn turned(far: CustomerId, kind: &str, (from, to): (CustomerId, CustomerId)) -> Fact {
    Fact::about(far, "customer", "relation_turned", json!({ "kind": kind, "from": from, "to": to }))
}

/// Parts what [`take_over`] joined; answers what the journals of the far sides tell.
pub(super) async fn give_back(
    app: &App,
    tx: &Tx,
    other: &Customer,
    survivor: &mut Customer,
    changed: &Changed,
) -> Result<Vec<Fact>, CustomerError> {
    let (db, mut facts) = (&**tx, Vec::new());
    for (of, to, kind) in &changed.relations {
        kin::delete_relation(db, *of, *to, kind).await?;
    }
    for (_, far, kind) in kin::every_relation(db, other.id).await? {
        let id = RelationId(app.new_id(far.bucket()));
        kin::insert_relation(db, id, far, other.id, back_of(&kind), app.now()).await?;
        if far != survivor.id {
            facts.push(turned(far, back_of(&kind), (survivor.id, other.id)));
        }
    }
    if let Some(household) = changed.household.filter(|_| survivor.household_id == changed.household) {
        kin::delete_member(db, household, survivor.id).await?;
        survivor.household_id = None;
    }
    if let Some(household) = other.household_id {
        let left = changed.home.as_ref().filter(|(home, _)| *home == household);
        let name = left.map_or("", |(_, name)| name.as_str());
        // Whoever takes it away just now ends first; the next line does nothing where others live there.
        kin::hold_households(db, &BTreeSet::from([household])).await?;
        kin::insert_household(db, household, name, app.now()).await?;
        kin::insert_member(db, household, other.id).await?;
    }
    Ok(facts)
}
