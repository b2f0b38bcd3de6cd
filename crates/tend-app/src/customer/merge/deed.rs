//! The merge itself: one transaction, refused where either record was changed since it was looked at.

use super::hook::{Passage, followers};
use super::{Changed, holdings, holds, kin, may_join_keepers, reason, said, stances, whole};
use crate::customer::care::show_to_workers;
use crate::customer::change::{news, refresh_lookups, share_refusals};
use crate::customer::create::point_row;
use crate::customer::read::{Point, keys, points};
use crate::customer::refusal_hook::heed;
use crate::customer::store::merge::{Merging, are_part_of, proofs, put_away};
use crate::customer::store::{cells, labels, people};
use crate::customer::{CustomerError, consent_proof, remark};
use crate::journal;
use crate::org::Who;
use crate::platform::{App, Bind, Problem, Table, Tx};
use serde_json::{Map, Value, json};
use std::collections::{BTreeSet, HashSet};
use tend_rules::base::*;
use tend_rules::customer::*;
use tend_rules::journal::Fact;
use tend_rules::org::Scope;
use uuid::Uuid;

/// What is merged, and by whose choice.
#[derive(Debug)]
pub struct MergeOrder<'a> {
    /// The record that stays, and its version as it was seen.
    pub kept: (CustomerId, i64),
    /// The record that is merged into it, and its version as it was seen.
    pub other: (CustomerId, i64),
    /// Keys of the fields that are taken from the other record, contact points and `keeper` among them; without a choice
    /// the other record fills what the one that stays does not know.
    pub take: Option<&'a BTreeSet<String>>,
    /// Why they are one person; may be empty.
    pub reason: &'a str,
}

/// Merges two records in the caller's transaction; answers the one that stays. What the other one holds comes under the
/// keeper of the one that stays: where the two keepers differ, whoever merges must be permitted to hand customers over.
pub async fn merge(app: &App, tx: &Tx, who: &Who, order: MergeOrder<'_>) -> Result<Customer, Problem> {
    let doer = who.doer();
    let (mut kept, other) = both_for_change(tx, &who.scope(), &order).await?;
    may_join_keepers(who, &kept, &other)?;
    let mut changed = Changed::default();
    let told = take_fields(&mut kept, &other, order.take, &mut changed)?;
    take_said(tx, &mut kept, &other, &mut changed).await?;
    take_points(app, tx, &mut kept, &other, order.take, &mut changed).await?;
    take_labels_and_proofs(app, tx, &kept, &other, &mut changed).await?;
    let subjects = holdings::take_over(app, tx, (other.id, kept.id), &mut changed).await?;
    let turned = kin::take_over(app, tx, &other, &mut kept, &mut changed).await?;
    changed.holds = holds::take_over(app, tx, (other.id, kept.id)).await?;
    let last = kept.last_contact.max(other.last_contact);
    changed.last_contact = Some((kept.last_contact, last));
    kept.last_contact = last;
    let over: HashSet<Uuid> = changed.carriage.ids().collect();
    let went = subjects.iter().filter(|(_, new)| over.contains(new)).map(|(old, _)| *old).collect();
    let passage = Passage { from: other.id, to: kept.id, subjects, went };
    kept.version += 1;
    kept.updated_at = app.now();
    people::update(&**tx, std::slice::from_ref(&kept)).await?;
    for follower in followers()? {
        changed.followed.push((follower.follow)(app, tx, doer, &passage).await?);
    }
    show_to_workers(app, tx, &[kept.id]).await?;
    heed(app, tx, doer, &[kept.id]).await?;
    let text = serde_json::to_string(&changed).expect("facts and ids are JSON");
    let (their_key, our_key) = passage.keys(app, tx).await?;
    let why = order.reason.trim();
    let merging = Merging {
        other: other.id,
        survivor: kept.id,
        by: &doer.to_string(),
        at: app.now(),
        reason: &reason::kept(&our_key, other.id, why),
        changed: &text,
    };
    if put_away(&**tx, &merging).await? == 0 {
        return Err(CustomerError::VersionStale.into());
    }
    let parts = whole(&**tx, other.id).await?;
    are_part_of(&**tx, &parts[1..], kept.id).await?;
    cells::delete_lookups(&**tx, other.id).await?;
    refresh_lookups(app, tx, &kept).await?;
    let moved: Map<String, Value> =
        changed.carriage.counts().into_iter().map(|(what, count)| (what.to_owned(), json!(count))).collect();
    let payload = json!({
        "other": other.id, "reason": reason::told(&our_key, kept.id, why), "changes": told, "moved": moved,
        "consented": kept.consented.bits(), "refused": kept.refused.bits(),
    });
    let away = json!({ "into": kept.id, "reason": reason::told(&their_key, other.id, why) });
    let mut facts = vec![
        Fact::about(other.id, "customer", "merged_away", away),
        Fact::about(kept.id, "customer", "merged", payload),
    ];
    facts.extend(turned);
    journal::append_all(app, tx, doer, facts).await?;
    tx.tell(news(&kept, "merged"));
    tx.tell(news(&other, "merged"));
    Ok(kept)
}

/// Both records, locked in one order whoever asks, as they were when the choice was made.
async fn both_for_change(
    tx: &Tx,
    scope: &Scope,
    order: &MergeOrder<'_>,
) -> Result<(Customer, Customer), CustomerError> {
    let ((kept, kept_version), (other, other_version)) = (order.kept, order.other);
    if kept == other {
        return Err(CustomerError::Invalid { field: "other_id", rule: "another customer" });
    }
    if order.reason.chars().count() > 400 {
        return Err(CustomerError::Invalid { field: "reason", rule: "at most 400 characters" });
    }
    for id in BTreeSet::from([kept, other]) {
        people::lock(&**tx, id).await?;
    }
    let mut found = people::read(&**tx, scope, &[kept, other]).await?;
    let mut take = |id: CustomerId, version: i64| {
        let place = found.iter().position(|file| file.id == id).ok_or(CustomerError::NotFound)?;
        let file = found.swap_remove(place);
        if file.version == version { Ok(file) } else { Err(CustomerError::VersionStale) }
    };
    Ok((take(kept, kept_version)?, take(other, other_version)?))
}

/// Takes the chosen facts over; answers what the journal tells of them.
fn take_fields(
    kept: &mut Customer,
    other: &Customer,
    take: Option<&BTreeSet<String>>,
    changed: &mut Changed,
) -> Result<Map<String, Value>, CustomerError> {
    let mut told = Map::new();
    for pair in field_pairs(kept, other, take) {
        if pair.side == Side::Kept || pair.kept == pair.other {
            continue;
        }
        told.insert(pair.key.clone(), json!({ "from": pair.kept, "to": pair.other }));
        if let Some(entry) = other.facts.get(&pair.key) {
            let before = kept.facts.insert(pair.key.clone(), entry.clone());
            changed.before.firm.insert(pair.key, (before, pair.other));
            continue;
        }
        write_fact(kept, &pair.key, &pair.other)?;
        if let Some(noted) = other.noted.get(&pair.key) {
            kept.noted.insert(pair.key.clone(), noted.clone());
        }
        changed.before.facts.insert(pair.key, (pair.kept, pair.other));
    }
    let (mine, theirs) = ((kept.unit_id, kept.owner_id), (other.unit_id, other.owner_id));
    let chosen = take.map_or(kept.owner_id.is_none() && other.owner_id.is_some(), |take| take.contains(KEEPER));
    if chosen && mine != theirs {
        (kept.unit_id, kept.owner_id) = theirs;
        changed.before.keeper = Some((mine, theirs));
        let line = |(unit, owner): (UnitId, Option<StaffId>)| json!({ "unit": unit, "owner": owner });
        told.insert(KEEPER.into(), json!({ "from": line(mine), "to": line(theirs) }));
    }
    Ok(told)
}

async fn take_said(tx: &Tx, kept: &mut Customer, other: &Customer, changed: &mut Changed) -> Result<(), CustomerError> {
    let merged = merged_said(said(&**tx, kept).await?, said(&**tx, other).await?);
    if merged.consented != kept.consented {
        changed.before.consented = Some((kept.consented.bits(), merged.consented.bits()));
    }
    changed.withdrawn = merged.withdrawn.bits();
    changed.stances = stances::combine(tx, (&*kept, other), merged).await?;
    (kept.consented, kept.refused) = (merged.consented, merged.refused);
    Ok(())
}

/// Seals the other record's contact points for the one that stays, in front of its own where that was chosen. Whatever
/// refused a number refuses it for both.
async fn take_points(
    app: &App,
    tx: &Tx,
    kept: &mut Customer,
    other: &Customer,
    take: Option<&BTreeSet<String>>,
    changed: &mut Changed,
) -> Result<(), CustomerError> {
    let ids = [kept.id, other.id];
    let key = keys(app, &**tx, &ids[..1]).await?.remove(&kept.id).ok_or(CustomerError::NotFound)?;
    let mut held = points(app, &**tx, &ids).await?;
    let (mine, theirs) = (held.remove(&kept.id).unwrap_or_default(), held.remove(&other.id).unwrap_or_default());
    let mut rows = Vec::new();
    for kind in PointKind::ALL {
        let of_kind = |points: &[Point]| -> Vec<Point> { points.iter().filter(|p| p.kind == kind).cloned().collect() };
        let (mine, theirs) = (of_kind(&mine), of_kind(&theirs));
        let leads = take.is_some_and(|take| take.contains(kind.word()));
        let first = match leads {
            true => mine.iter().map(|point| point.place).min().unwrap_or(0) - theirs.len() as i16,
            false => mine.iter().map(|point| point.place).max().unwrap_or(-1) + 1,
        };
        for (place, point) in theirs.iter().enumerate() {
            if mine.iter().any(|known| known.value == point.value) {
                continue;
            }
            let id = ContactPointId(app.new_id(kept.id.bucket()));
            let place = first + place as i16;
            rows.push(point_row(kept.id, id, kind, &point.value, place, &point.source, point.noted_at, &key));
            changed.before.points.push(id);
        }
        if !theirs.is_empty()
            && (mine.is_empty() || leads)
            && let Some(noted) = other.noted.get(kind.word())
        {
            kept.noted.insert(kind.word().to_owned(), noted.clone());
        }
    }
    cells::insert_points(&**tx, rows).await?;
    let phones = mine.iter().chain(&theirs).filter(|point| point.kind == PointKind::Phone);
    let phones: Vec<String> = phones.map(|point| point.value.clone()).collect();
    share_refusals(app, tx, kept, &phones).await
}

async fn take_labels_and_proofs(
    app: &App,
    tx: &Tx,
    kept: &Customer,
    other: &Customer,
    changed: &mut Changed,
) -> Result<(), CustomerError> {
    let db = &**tx;
    let on = labels::of(db, &[kept.id, other.id]).await?;
    let mine: HashSet<&str> = on.iter().filter(|(id, ..)| *id == kept.id).map(|(_, label, _)| label.as_str()).collect();
    let table = Table::of(db, "customer_label").await?;
    let keys = keys(app, db, &[kept.id, other.id]).await?;
    for (_, label, remark) in on.iter().filter(|(id, label, _)| *id == other.id && !mine.contains(label.as_str())) {
        let row = |id: CustomerId| {
            [
                ("bucket", id.bucket().into_value()),
                ("customer_id", id.into_value()),
                ("label_key", label.as_str().into_value()),
            ]
        };
        table.copy(db, &row(other.id), &row(kept.id)).await?;
        if let (Some(theirs), Some(mine), false) = (keys.get(&other.id), keys.get(&kept.id), remark.is_empty()) {
            let words = remark::opened(theirs, other.id, label, remark)?;
            let sealed = remark::kept(mine, kept.id, label, &words);
            labels::replace_remark(db, (kept.id, label.as_str()), &sealed, None).await?;
        }
        changed.before.labels.push(label.clone());
    }
    let table = Table::of(db, "customer_consent").await?;
    for proof in proofs(db, other.id).await? {
        let fresh = app.new_id(kept.id.bucket());
        let words = match (keys.get(&other.id), keys.get(&kept.id)) {
            (Some(theirs), Some(mine)) => consent_proof::carried((theirs, proof.id), (mine, fresh), &proof.proof)?,
            _ => return Err(CustomerError::NotFound),
        };
        let found = [("bucket", other.id.bucket().into_value()), ("id", proof.id.into_value())];
        let with = [
            ("bucket", kept.id.bucket().into_value()),
            ("id", fresh.into_value()),
            ("customer_id", kept.id.into_value()),
            ("proof", words.into_value()),
        ];
        table.copy(db, &found, &with).await?;
        changed.proofs.push(fresh);
    }
    Ok(())
}
