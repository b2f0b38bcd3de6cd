//! What the rights of customers need of this room: everything told, how long the law keeps a sale, and how it goes.

use super::case::load;
use super::store::{self, Closed, ListedRow};
use super::{TraceError, file, page};
use crate::customer;
use crate::platform::{App, Retire, Tx};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::time::{Duration, SystemTime};
use tend_rules::base::*;
use tend_rules::law::{Law, Record};
use tend_rules::org::Scope;

/// More traces than anybody has.
const TRACES: i64 = 1000;
/// Traces looked at in one step.
const STEP: i64 = 1000;
/// A file that is still arriving has no row yet.
const ARRIVING: Duration = Duration::from_secs(24 * 3600);

/// Everything that this room keeps of a customer, opened; of files their names and hashes.
pub async fn told_of(app: &App, customer: CustomerId) -> Result<Vec<Value>, TraceError> {
    let mut told = Vec::new();
    for row in every_of(app.read(), customer).await? {
        let loaded = load(app, app.read(), &Scope::Firm, row.trace.id).await?;
        let evidence: Vec<&_> = loaded.given.iter().map(|given| &given.record).collect();
        told.push(json!({
            "id": row.trace.id,
            "process": row.trace.process_key,
            "process_version": row.trace.process_version,
            "title": { "zh": row.title_zh, "en": row.title_en },
            "product": row.trace.product,
            "agreement": row.trace.agreement,
            "state": row.trace.state,
            "opened_at": row.trace.opened_at,
            "closed_at": row.trace.closed_at,
            "turns": page::turns(app, &loaded).await?,
            "evidence": evidence,
        }));
    }
    Ok(told)
}

/// The traces of a customer, with those opened under records that were merged into it.
async fn every_of(db: &impl ConnectionTrait, customer: CustomerId) -> Result<Vec<ListedRow>, TraceError> {
    let mut rows = store::of_customer(db, &Scope::Firm, customer, TRACES).await?;
    let parts = customer::whole(db, customer).await?;
    for part in &parts[1..] {
        rows.extend(store::of_merged(db, *part, TRACES).await?);
    }
    Ok(rows)
}

/// The first day on which everything about the sales to a customer may go. A sale counts from the end of its contract, or
/// from its own where there is no contract any more; one whose contract has no end yet is kept as if it ended today. None
/// if no law keeps it.
pub async fn kept_until(db: &impl ConnectionTrait, law: &Law, customer: CustomerId) -> Result<Option<Day>, TraceError> {
    let mut until = None;
    for part in customer::whole(db, customer).await? {
        let closed = store::closed(db, store::Whose::Of(part), TRACES).await?;
        let over = closed.iter().filter(|sale| sale.is_sold).filter_map(|sale| over_on(law, sale));
        until = until.max(over.max());
    }
    Ok(until)
}

fn over_on(law: &Law, sale: &Closed) -> Option<Day> {
    let (start, end) = match sale.contract {
        Some((start, end)) => (start, end.unwrap_or(law.day)),
        None => (None, sale.on),
    };
    law.contract_kept_until(Record::SaleRecording, (start, end), None)
}

/// Erases what this room keeps of a customer, in the transaction that erases the customer. The files are unreadable with
/// it, since their keys are sealed with the customer's; [`sweep_files`] takes them from the disk.
pub async fn erase(tx: &Tx, customer: CustomerId) -> Result<(), TraceError> {
    for row in every_of(&**tx, customer).await? {
        store::delete(&**tx, row.trace.id).await?;
    }
    Ok(())
}

/// Closed traces that have been kept long enough and whose customer no hold binds: counted, or deleted.
pub async fn retire_sales(app: &App, tx: &Tx, law: &Law, how: Retire) -> Result<i64, TraceError> {
    let (mut count, mut after) = (0, None);
    loop {
        let closed = store::closed(&**tx, store::Whose::After(after), STEP).await?;
        for sale in &closed {
            let is_over = over_on(law, sale).is_some_and(|day| day <= law.day);
            if !is_over {
                continue;
            }
            let whole = customer::whole_of(&**tx, sale.customer).await?;
            if customer::hold_on(app, tx, whole).await?.is_some() {
                continue;
            }
            if how == Retire::Delete {
                store::delete(&**tx, sale.id).await?;
            }
            count += 1;
        }
        match closed.last() {
            Some(last) if closed.len() as i64 == STEP => after = Some(last.id),
            _ => return Ok(count),
        }
    }
}

/// Takes files from the disk whose evidence is gone.
pub async fn sweep_files(app: &App) -> Result<u64, TraceError> {
    let Ok(folder) = std::fs::read_dir(file::folder(app)) else { return Ok(0) };
    let mut named: Vec<EvidenceId> = Vec::new();
    for entry in folder {
        let entry = entry?;
        let age = entry.metadata()?.modified()?;
        let arriving = SystemTime::now().duration_since(age).unwrap_or_default() < ARRIVING;
        let id: Option<EvidenceId> = entry.file_name().to_str().and_then(|name| name.parse().ok());
        named.extend(id.filter(|_| !arriving));
    }
    let mut swept = 0;
    for some in named.chunks(STEP as usize) {
        let known: HashSet<EvidenceId> = store::known_evidence(app.read(), some).await?.into_iter().collect();
        for id in some.iter().filter(|id| !known.contains(id)) {
            file::discard(app, *id);
            swept += 1;
        }
    }
    Ok(swept)
}
