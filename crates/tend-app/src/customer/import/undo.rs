//! A batch is taken back, last row first: old values return where nobody changed them since, customers that the batch
//! made go unless something else happened to them or another batch brought them too, refusals stay, work that it asked for
//! ends. Chunks are committed one by one, so that a killed undo goes on where it stood.

use super::slot::Before;
use super::store::{EntryRow, brought_elsewhere, changed_elsewhere, entries_below, last_row};
use super::told::{Pace, news};
use super::{ImportError, doer_of};
use crate::customer::CustomerError;
use crate::customer::batch_hook::{count_work, end_work};
use crate::customer::care::show_to_workers;
use crate::customer::change::refresh_lookups;
use crate::customer::hold;
use crate::customer::read::keys;
use crate::customer::store::{cells, erase, holdings, labels, people};
use crate::intake::{self, Batch, Step};
use crate::journal;
use crate::platform::{App, CustomerKey, Tx};
use sea_orm::ConnectionTrait;
use serde::Serialize;
use serde_json::json;
use std::collections::{BTreeSet, HashMap};
use tend_rules::base::*;
use tend_rules::customer::{Customer, read_fact, write_fact};
use tend_rules::journal::Fact;
use tend_rules::org::Scope;
use utoipa::ToSchema;

const CHUNK_ROWS: i64 = 500;

/// What the undo of a batch would do, or did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct UndoPreview {
    /// Customers that would go.
    pub would_delete: i64,
    /// Customers whose old values would return.
    pub would_restore: i64,
    /// Customers that the batch made and that stay, because something else happened to them since, or because another
    /// batch brought them too.
    pub blocked: i64,
    /// Open work orders of the batch that would be withdrawn; those that are closed stay as they are.
    pub would_withdraw: i64,
}

/// What the undo of a batch would do.
pub async fn undo_preview(app: &App, id: BatchId) -> Result<UndoPreview, CustomerError> {
    let would_withdraw = count_work(app, id).await?;
    let (mut preview, mut below) = (UndoPreview { would_withdraw, ..UndoPreview::default() }, i64::MAX);
    let mut restored = BTreeSet::new();
    let mut made = BTreeSet::new();
    loop {
        let entries = entries_below(app.read(), id, below, 5000).await?;
        let Some(last) = entries.last() else { break };
        below = last.row;
        let new: Vec<CustomerId> = created(&entries);
        let staying = staying(app.read(), id, &new).await?;
        preview.blocked += staying.len() as i64;
        preview.would_delete += (new.len() - staying.len()) as i64;
        made.extend(new);
        restored.extend(entries.iter().filter(|entry| entry.deed == "updated").map(|entry| entry.customer_id));
    }
    preview.would_restore = restored.difference(&made).count() as i64;
    Ok(preview)
}

fn created(entries: &[EntryRow]) -> Vec<CustomerId> {
    entries.iter().filter(|entry| entry.deed == "created").map(|entry| entry.customer_id).collect()
}

/// Which of the customers that a batch made stay when it is taken back.
async fn staying(
    db: &impl ConnectionTrait,
    batch: BatchId,
    made: &[CustomerId],
) -> Result<BTreeSet<CustomerId>, CustomerError> {
    let mut staying = brought_elsewhere(db, batch, made).await?;
    staying.extend(journal::busy_since_import(db, made).await?);
    Ok(staying)
}

/// Takes a batch back, or goes on with it.
pub async fn undo(app: &App, id: BatchId) -> Result<(), ImportError> {
    let batch = intake::batch(app.read(), id).await?.ok_or(CustomerError::BatchNotFound)?;
    hold::spare_batch(app.read(), id, app.today()).await?;
    match batch.state.as_str() {
        "imported" | "failed" | "importing" => begin(app, &batch).await?,
        "undoing" => {}
        "undone" => return Ok(()),
        state => return Err(CustomerError::BatchState { state: state.to_owned() }.into()),
    }
    let mut pace = Pace::default();
    while chunk(app, id, &mut pace).await? {}
    Ok(())
}

/// Turns the batch round; from here on `rows_done` is the row above which everything is taken back already.
async fn begin(app: &App, batch: &Batch) -> Result<(), ImportError> {
    let tx = app.begin().await?;
    let last = last_row(&*tx, batch.id).await?.unwrap_or(0);
    if intake::turn(&tx, batch.id, (&batch.state, "undoing"), None, None).await? == Step::Lost {
        return Err(CustomerError::BatchBusy.into());
    }
    let now = intake::batch(&*tx, batch.id).await?.ok_or(CustomerError::BatchNotFound)?;
    intake::wind_back(&tx, batch.id, (now.rows_done, last + 1)).await?;
    journal::append(app, &tx, doer_of(batch), Fact::of_firm("batch", "undo_began", json!({ "batch": batch.id })))
        .await?;
    tx.tell(news(batch, "undo_began"));
    tx.commit().await?;
    Ok(())
}

/// One chunk; false when the batch is taken back whole.
async fn chunk(app: &App, id: BatchId, pace: &mut Pace) -> Result<bool, ImportError> {
    let batch = intake::batch(app.read(), id).await?.ok_or(CustomerError::BatchNotFound)?;
    if batch.state != "undoing" {
        return Ok(false);
    }
    let tx = app.begin().await?;
    hold::spare_batch(&*tx, id, app.today()).await?;
    let entries = entries_below(&*tx, id, batch.rows_done, CHUNK_ROWS).await?;
    let down_to = entries.last().map_or(0, |entry| entry.row);
    if entries.is_empty() {
        hold_buyers(&tx, id).await?;
        erase::orders_of_batch(&*tx, id).await?;
    } else {
        let touched: Vec<CustomerId> = entries.iter().map(|entry| entry.customer_id).collect();
        people::lock_many(&*tx, &touched).await?;
        end_work(app, &tx, doer_of(&batch), id, &touched).await?;
        restore(app, &tx, &batch, &entries).await?;
        let new = created(&entries);
        let staying = staying(&*tx, id, &new).await?;
        let free: Vec<CustomerId> = new.into_iter().filter(|id| !staying.contains(id)).collect();
        erase::customers(&*tx, &free).await?;
        crate::org::forget_notices_about(&tx, &free).await?;
    }
    if intake::wind_back(&tx, id, (batch.rows_done, down_to)).await? == Step::Lost {
        return Err(CustomerError::BatchBusy.into());
    }
    if entries.is_empty() {
        intake::turn(&tx, id, ("undoing", "undone"), None, Some(app.now())).await?;
        journal::append(app, &tx, doer_of(&batch), Fact::of_firm("batch", "undone", json!({ "batch": id }))).await?;
    }
    if entries.is_empty() {
        tx.tell(news(&batch, "undone"));
    } else if pace.is_time() {
        tx.tell(news(&batch, "progress"));
    }
    tx.commit().await?;
    Ok(!entries.is_empty())
}

/// Takes everybody for writing of whom the batch has order lines; a line may go over to another record meanwhile.
async fn hold_buyers(tx: &Tx, batch: BatchId) -> Result<(), CustomerError> {
    let mut held = BTreeSet::new();
    loop {
        let buyers = erase::buyers_of_batch(&**tx, batch).await?;
        let free: Vec<CustomerId> = buyers.difference(&held).copied().collect();
        if free.is_empty() {
            return Ok(());
        }
        people::lock_many(&**tx, &free).await?;
        held.extend(free);
    }
}

/// Gives updated customers, which are held, their old values back.
async fn restore(app: &App, tx: &Tx, batch: &Batch, entries: &[EntryRow]) -> Result<(), CustomerError> {
    let updated: Vec<&EntryRow> = entries.iter().filter(|entry| entry.deed == "updated").collect();
    let ids: BTreeSet<CustomerId> = updated.iter().map(|entry| entry.customer_id).collect();
    let ids: Vec<CustomerId> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(());
    }
    let keys = keys(app, &**tx, &ids).await?;
    let files = people::read(&**tx, &Scope::Firm, &ids).await?;
    let mut files: HashMap<CustomerId, Customer> = files.into_iter().map(|file| (file.id, file)).collect();
    let theirs = agreements_of_others(tx, batch.id, &keys).await?;
    let (mut facts, mut moved) = (Vec::new(), BTreeSet::new());
    for entry in updated {
        let (Some(file), Some(key)) = (files.get_mut(&entry.customer_id), keys.get(&entry.customer_id)) else {
            continue;
        };
        let Some(mut before) = entry.before(key) else { continue };
        before.agreements_added.retain(|id| !theirs.contains(id));
        let kept = restore_one(tx, app, file, &before).await?;
        moved.extend(before.keeper.map(|_| file.id));
        file.version += 1;
        file.updated_at = app.now();
        let payload =
            json!({ "batch": batch.id, "row": entry.row, "kept": kept, "as_of_version": entry.version_after });
        facts.push(Fact::about(file.id, "customer", "import_undone", payload));
    }
    let files: Vec<Customer> = files.into_values().collect();
    people::update(&**tx, &files).await?;
    show_to_workers(app, tx, &moved.into_iter().collect::<Vec<_>>()).await?;
    for file in &files {
        refresh_lookups(app, tx, file).await?;
    }
    journal::append_all(app, tx, doer_of(batch), facts).await?;
    Ok(())
}

/// The agreements of customers that other batches changed: they are no longer only this one's to take away.
async fn agreements_of_others(
    tx: &Tx,
    batch: BatchId,
    keys: &HashMap<CustomerId, CustomerKey>,
) -> Result<BTreeSet<AgreementId>, CustomerError> {
    let ids: Vec<CustomerId> = keys.keys().copied().collect();
    let entries = changed_elsewhere(&**tx, batch, &ids).await?;
    let befores = entries.iter().filter_map(|entry| entry.before(keys.get(&entry.customer_id)?));
    Ok(befores.flat_map(|before| before.agreements_changed).map(|(agreement, _)| agreement.id).collect())
}

/// Restores what still stands as the batch left it; answers the keys of what somebody changed since.
pub(in crate::customer) async fn restore_one(
    tx: &Tx,
    app: &App,
    file: &mut Customer,
    before: &Before,
) -> Result<Vec<String>, CustomerError> {
    let mut kept = Vec::new();
    for (fact, (old, new)) in &before.facts {
        if read_fact(file, fact).as_ref() == Some(new) {
            write_fact(file, fact, old)?;
        } else {
            kept.push(fact.clone());
        }
    }
    for (fact, (old, new)) in &before.firm {
        match (file.facts.get(fact).is_some_and(|entry| entry.says_the_same(new)), old) {
            (false, _) => kept.push(fact.clone()),
            (true, Some(entry)) => drop(file.facts.insert(fact.clone(), entry.clone())),
            (true, None) => drop(file.facts.remove(fact)),
        }
    }
    if let Some((old, new)) = before.keeper {
        if (file.unit_id, file.owner_id) == new {
            (file.unit_id, file.owner_id) = old;
        } else {
            kept.push("owner".into());
        }
    }
    if let Some((old, new)) = before.consented
        && file.consented.bits() == new
    {
        file.consented = ChannelSet::from_bits(old);
    }
    cells::delete_points(&**tx, file.id, &before.points).await?;
    labels::remove(&**tx, file.id, &before.labels).await?;
    let present = holdings::agreements(&**tx, holdings::Whose::Customers(&[file.id])).await?;
    let back = before.agreements_changed.iter().filter_map(|(old, version)| {
        let now = present.iter().find(|held| held.id == old.id && held.version == *version)?;
        let mut old = old.clone();
        old.version = now.version + 1;
        Some(old)
    });
    holdings::put_agreements(&**tx, &back.collect::<Vec<_>>(), app.now()).await?;
    erase::agreements(&**tx, file.id, &before.agreements_added).await?;
    Ok(kept)
}
