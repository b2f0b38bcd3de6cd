//! Writes what a chunk decided: new customers, changed customers, entries.

use super::context::Context;
use super::settle::Chunk;
use super::slot::{Before, Slot, Standing};
use super::store;
use crate::customer::CustomerError;
use crate::customer::care::show_to_workers;
use crate::customer::create::{Draft, create_many, number_refusals, phone_digest, point_row, sealed};
use crate::customer::refusal_hook::heed;
use crate::customer::store::cells::ConsentRow;
use crate::customer::store::{cells, holdings, labels, people};
use crate::journal;
use crate::platform::{App, CustomerKey, Tx};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use tend_rules::base::*;
use tend_rules::customer::{Customer, EVERY_PURPOSE, PointKind, Terms, Verdict, contact_keys, kind_keys};
use tend_rules::journal::Fact;

/// See the module.
pub(super) async fn flush(app: &App, tx: &Tx, context: &Context, chunk: Chunk) -> Result<(), CustomerError> {
    let Chunk { slots, entries, .. } = chunk;
    let (mut drafts, mut changed) = (Vec::new(), Vec::new());
    for slot in slots {
        match slot.standing {
            Standing::New => drafts.push(draft_of(slot)),
            Standing::Known(_) if slot.is_touched() => changed.push(slot),
            Standing::Known(_) => {}
        }
    }
    create_many(app, tx, context.doer, "import", drafts).await?;
    write_changes(app, tx, context, &mut changed).await?;
    let keys: HashMap<CustomerId, &CustomerKey> =
        changed.iter().filter_map(|slot| Some((slot.file.id, slot.key()?))).collect();
    store::insert_entries(&**tx, entries, &keys).await?;
    Ok(())
}

fn draft_of(slot: Slot) -> Draft {
    let note = (!slot.added.notes.is_empty()).then(|| slot.added.notes.join("\n"));
    Draft { file: slot.file, points: slot.points, agreements: slot.agreements, labels: slot.labels, note }
}

impl Slot {
    fn key(&self) -> Option<&CustomerKey> {
        match &self.standing {
            Standing::Known(key) => Some(key),
            Standing::New => None,
        }
    }

    fn is_touched(&self) -> bool {
        !self.added.befores.is_empty() || self.added.refused != ChannelSet::NONE || !self.added.notes.is_empty()
    }
}

async fn write_changes(app: &App, tx: &Tx, context: &Context, slots: &mut [Slot]) -> Result<(), CustomerError> {
    if slots.is_empty() {
        return Ok(());
    }
    let (db, now) = (&**tx, app.now());
    let (mut points, mut lookups, mut refused, mut consents) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut agreements, mut on, mut facts) = (Vec::new(), Vec::new(), Vec::new());
    for slot in slots.iter_mut() {
        slot.file.updated_at = now;
        let id = slot.file.id;
        let Some(key) = slot.key() else { continue };
        let first_place = slot.points.len() - slot.added.points.len();
        for (place, (point, kind, value)) in slot.added.points.iter().enumerate() {
            points.push(point_row(id, *point, *kind, value, (first_place + place) as i16, "import", now, key));
        }
        lookups.extend(fresh_digests(app, slot).into_iter().map(|digest| (digest, id)));
        refused.extend(refused_numbers(app, slot));
        consents.extend(proofs(app, context, slot));
        agreements.extend(slot.agreements.iter().filter(|held| slot.added.agreements.contains(&held.id)).cloned());
        on.extend(slot.added.labels.iter().map(|label| (id, label.clone())));
        facts.push(Fact::about(id, "customer", "imported", told(context, slot, key)));
        for note in &slot.added.notes {
            let payload = json!({ "text": sealed(key, id, note), "source": "import" });
            facts.push(Fact::about(id, "customer", "note_written", payload));
        }
    }
    let files: Vec<Customer> = slots.iter().map(|slot| slot.file.clone()).collect();
    people::update(db, &files).await?;
    let moved = slots.iter().filter(|slot| slot.added.befores.iter().any(|before| before.keeper.is_some()));
    let moved: Vec<CustomerId> = moved.map(|slot| slot.file.id).collect();
    show_to_workers(app, tx, &moved).await?;
    cells::insert_points(db, points).await?;
    cells::insert_lookups(db, lookups).await?;
    cells::refuse_numbers(db, refused, "import", now).await?;
    cells::insert_consents(db, consents).await?;
    holdings::put_agreements(db, &agreements, now).await?;
    labels::insert(db, on, &context.doer.to_string(), now).await?;
    journal::append_all(app, tx, context.doer, facts).await?;
    let refusing = slots.iter().filter(|slot| slot.added.refused != ChannelSet::NONE);
    let refusing: Vec<CustomerId> = refusing.map(|slot| slot.file.id).collect();
    heed(app, tx, context.doer, &refusing).await
}

fn fresh_digests(app: &App, slot: &Slot) -> Vec<i64> {
    let mut keys: Vec<_> = slot.added.points.iter().flat_map(|(_, kind, value)| contact_keys(*kind, value)).collect();
    keys.extend(kind_keys("outside_id", slot.file.outside_id.as_deref().unwrap_or("")));
    for held in slot.agreements.iter().filter(|held| slot.added.agreements.contains(&held.id)) {
        keys.extend(kind_keys("agreement", &held.number));
        keys.extend(kind_keys("plate", &held.plate));
    }
    keys.iter().map(|(kind, value)| app.keys().digest(kind, value)).collect()
}

fn refused_numbers(app: &App, slot: &Slot) -> Vec<(i64, ChannelSet)> {
    let refused = number_refusals(slot.file.refused);
    if refused == ChannelSet::NONE {
        return Vec::new();
    }
    let phones = slot.points.iter().filter(|(kind, _)| *kind == PointKind::Phone);
    phones.map(|(_, phone)| (phone_digest(app, phone), refused)).collect()
}

fn proofs(app: &App, context: &Context, slot: &Slot) -> Vec<ConsentRow> {
    let row = |channel, verdict: Verdict| ConsentRow {
        id: app.new_id(slot.file.id.bucket()),
        customer_id: slot.file.id,
        channel,
        verdict: verdict.word(),
        proof: format!("import {}", context.batch),
        purpose: EVERY_PURPOSE.to_owned(),
        how: "import",
        said_by: "customer",
        text_version: String::new(),
        actor: context.doer.to_string(),
        at: app.now(),
    };
    let refused = slot.added.refused.iter().map(|channel| row(channel, Verdict::Refused));
    refused.chain(slot.added.consented.iter().map(|channel| row(channel, Verdict::Given))).collect()
}

/// What the journal tells of an update: each fact with what stood before, new contact points sealed.
fn told(context: &Context, slot: &Slot, key: &CustomerKey) -> Value {
    let mut changes = serde_json::Map::new();
    // Several rows may change one fact: what stood before the first of them counts.
    let mut change = |fact: &String, from: Value, to: &Value| {
        let told = changes.entry(fact.as_str()).or_insert_with(|| json!({ "from": from }));
        told["to"] = to.clone();
    };
    for Before { facts, firm, .. } in &slot.added.befores {
        facts.iter().for_each(|(fact, (from, to))| change(fact, from.clone(), to));
        firm.iter().for_each(|(fact, (from, to))| change(fact, json!(from.as_ref().map(|entry| &entry.value)), to));
    }
    let points: Vec<Value> = slot
        .added
        .points
        .iter()
        .map(|(_, kind, value)| json!({ "kind": kind.word(), "value": sealed(key, slot.file.id, value) }))
        .collect();
    json!({
        "batch": context.batch, "changes": changes, "points": points, "labels": slot.added.labels,
        "agreements": slot.added.agreements, "refused": slot.added.refused.bits(), "before": before(slot),
    })
}

/// What stood before in everything that is no fact, so that an earlier day can be rebuilt.
fn before(slot: &Slot) -> Value {
    let befores = || slot.added.befores.iter();
    let keeper =
        befores().find_map(|before| before.keeper).map(|((unit, owner), _)| json!({ "unit": unit, "owner": owner }));
    let consented = befores().find_map(|before| before.consented).map_or(slot.file.consented.bits(), |(old, _)| old);
    let refused: ChannelSet = slot.file.refused.iter().filter(|channel| !slot.added.refused.has(*channel)).collect();
    let added: Vec<AgreementId> = befores().flat_map(|before| before.agreements_added.iter().copied()).collect();
    let mut agreements: BTreeMap<AgreementId, Terms> = BTreeMap::new();
    for (old, _) in befores().flat_map(|before| &before.agreements_changed).filter(|(old, _)| !added.contains(&old.id))
    {
        agreements.entry(old.id).or_insert_with(|| Terms::of(old));
    }
    json!({
        "keeper": keeper, "consented": consented, "refused": refused.bits(),
        "agreements_added": added, "agreements": agreements,
    })
}
