//! What the rights of customers need of this room: everything told, how long the law keeps a sale, and how it goes.

use super::case::load;
use super::store::{self, Closed, ListedRow};
use super::{TraceError, export, file, page};
use crate::customer;
use crate::intake::is_unfinished;
use crate::platform::{App, Tx};
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
        rows.extend(store::of_merged(db, &Scope::Firm, *part, TRACES).await?);
    }
    Ok(rows)
}

/// The first day on which everything about the sales to a customer may go. A sale counts from the end of its contract, or
/// from its own where there is no contract any more; one whose contract has no end yet is kept as if it ended today. What
/// was sold once counts even if the trace was opened again since, or given up: whoever may do that may erase too. None if
/// no law keeps it.
pub async fn kept_until(
    app: &App,
    db: &impl ConnectionTrait,
    law: &Law,
    customer: CustomerId,
) -> Result<Option<Day>, TraceError> {
    let mut until = None;
    for part in customer::whole(db, customer).await? {
        for sale in store::closed(db, store::Whose::Of(part), TRACES).await? {
            let sold_at = match sale.is_sold {
                true => Some(sale.at),
                false => sold_before(app, db, &sale).await?,
            };
            until = until.max(sold_at.and_then(|at| over_on(app, law, &Closed { at, ..sale })));
        }
    }
    Ok(until)
}

/// When a trace that is not sold now was sold last, by its turns; none if it never was.
async fn sold_before(app: &App, db: &impl ConnectionTrait, sale: &Closed) -> Result<Option<Instant>, TraceError> {
    let key = customer::key(app, db, sale.customer).await?;
    let turns = page::turns_of(db, &key, sale.id).await?;
    Ok(turns.iter().filter(|turn| turn.kind == "sold").map(|turn| turn.at).max())
}

fn over_on(app: &App, law: &Law, sale: &Closed) -> Option<Day> {
    let (start, end) = match sale.contract {
        Some((start, end)) => (start, end.unwrap_or(law.day)),
        None => (None, app.zone().day_of(sale.at)),
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

/// How many closed traces have been kept long enough and bind nobody. Only reads: the writer is free meanwhile.
pub async fn count_over(app: &App, law: &Law) -> Result<i64, TraceError> {
    let (mut count, mut after) = (0, None);
    loop {
        let (over, last) = over(app, app.read(), law, after).await?;
        for sale in &over {
            let whole = customer::whole_of(app.read(), sale.customer).await?;
            let held = customer::holds_of(app, whole).await?.iter().any(|hold| hold.binds);
            count += i64::from(!held);
        }
        match last {
            Some(last) => after = Some(last),
            None => return Ok(count),
        }
    }
}

/// Deletes, of the next thousand closed traces behind one, those that have been kept long enough and whose customer no
/// hold binds. Answers how many went and behind which one to go on; none at the end.
pub async fn retire_sales(
    app: &App,
    tx: &Tx,
    law: &Law,
    after: Option<TraceId>,
) -> Result<(i64, Option<TraceId>), TraceError> {
    let (mut count, (over, last)) = (0, over(app, &**tx, law, after).await?);
    for sale in &over {
        let whole = customer::whole_of(&**tx, sale.customer).await?;
        if customer::hold_on(app, tx, whole).await?.is_none() {
            store::delete(&**tx, sale.id).await?;
            count += 1;
        }
    }
    Ok((count, last))
}

/// Of the next thousand closed traces those that have been kept long enough, and behind which one to go on.
async fn over(
    app: &App,
    db: &impl ConnectionTrait,
    law: &Law,
    after: Option<TraceId>,
) -> Result<(Vec<Closed>, Option<TraceId>), TraceError> {
    let mut closed = store::closed(db, store::Whose::After(after), STEP).await?;
    let last = closed.last().filter(|_| closed.len() as i64 == STEP).map(|last| last.id);
    closed.retain(|sale| over_on(app, law, sale).is_some_and(|day| day <= law.day));
    Ok((closed, last))
}

/// Takes files from the disk whose evidence is gone, and what a killed program left on its way in or out.
pub async fn sweep_files(app: &App) -> Result<u64, TraceError> {
    let Ok(folder) = std::fs::read_dir(file::folder(app)) else { return Ok(0) };
    let (mut named, mut swept): (Vec<EvidenceId>, u64) = (Vec::new(), 0);
    for entry in folder {
        let entry = entry?;
        let age = entry.metadata()?.modified()?;
        if SystemTime::now().duration_since(age).unwrap_or_default() < ARRIVING {
            continue;
        }
        let name = entry.file_name();
        let name = name.to_str().unwrap_or_default();
        if export::is_left_over(name) || is_unfinished(name) {
            std::fs::remove_file(entry.path())?;
            swept += 1;
        }
        named.extend(name.parse::<EvidenceId>().ok());
    }
    for some in named.chunks(STEP as usize) {
        let known: HashSet<EvidenceId> = store::known_evidence(app.read(), some).await?.into_iter().collect();
        for id in some.iter().filter(|id| !known.contains(id)) {
            file::take_away(app, *id);
            swept += 1;
        }
    }
    Ok(swept)
}
