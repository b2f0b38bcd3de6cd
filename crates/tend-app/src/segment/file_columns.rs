//! The customer file as columns, read from the store: the whole of it by two readers, or that of given customers.
//!
//! Facts that depend on the day (`bill_m1`, `contacts_30d`) are those of the day the columns are made for.

pub(super) use super::fill::Columned;
use super::fill::{Whom, filled};
use super::{SegmentError, roster_on, store};
use crate::customer::heads;
use crate::platform::{App, Scan};
use std::collections::HashMap;
use std::sync::Arc;
use tend_planner::{Columns, Needs};
use tend_rules::base::*;
use tend_rules::customer::Known;
use tend_rules::journal::Parts;
use tend_rules::org::Scope;
use tend_rules::segment::{Catalogue, Facts, Value};
use tokio::runtime::Handle;
use tokio::sync::mpsc;

/// Buckets read at once: what a customer holds is looked up among so many.
const BUCKETS_AT_ONCE: u16 = 32;
/// Up to so many customers are read by one reader.
const TOGETHER: usize = 1000;
/// Readings under way at once, each on a thread and a connection of its own.
const READERS: u16 = 2;

/// Contacts of the last thirty days by customer.
pub(super) type Contacts = HashMap<CustomerId, i64>;

/// Those of the days before `day` and of `day`.
pub(super) fn contacts_until(app: &App, runtime: &Handle, day: Day) -> Result<Contacts, SegmentError> {
    let mut contacts = Contacts::new();
    let mut scan = Scan::open(app.db(), runtime)?;
    store::contacts(&mut scan, day - 29, day, |customer, count| {
        contacts.insert(customer, count);
    })?;
    Ok(contacts)
}

/// Work on a thread that may block.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce(&Handle) -> Result<T, SegmentError> + Send + 'static,
) -> Result<T, SegmentError> {
    let runtime = Handle::current();
    tokio::task::spawn_blocking(move || work(&runtime)).await.map_err(|_| SegmentError::Interrupted)?
}

/// The whole file. `told` hears how many of the 1,024 buckets are read.
pub async fn every_column(
    app: &App,
    catalogue: &Arc<Catalogue>,
    needs: Needs,
    day: Day,
    told: &(dyn Fn(u16) + Send + Sync),
) -> Result<Columns, SegmentError> {
    let roster = roster_on(app, day).await?;
    let needs = needs.with_gates(catalogue);
    let order =
        Arc::new(Columned { catalogue: Arc::clone(catalogue), needs, parts: Parts::ALL, roster, day, then: None });
    let (progress, mut heard) = mpsc::unbounded_channel();
    let share = BUCKETS / READERS;
    let readers: Vec<_> = (0..READERS)
        .map(|reader| {
            let (app, order, progress) = (app.clone(), Arc::clone(&order), progress.clone());
            let range = (reader * share, (reader + 1) * share - 1);
            let whom = Whom::Buckets { range, step: BUCKETS_AT_ONCE };
            let told = move |buckets| {
                // Nobody listens any more when the reading was given up.
                let _ = progress.send(buckets);
            };
            tokio::spawn(blocking(move |runtime| filled(&app, runtime, &order, whom, told)))
        })
        .collect();
    let contacts = {
        let app = app.clone();
        blocking(move |runtime| contacts_until(&app, runtime, day)).await?
    };
    drop(progress);
    let mut done = 0;
    while let Some(buckets) = heard.recv().await {
        done += buckets;
        told(done);
    }
    let mut parts = Vec::new();
    for reader in readers {
        parts.push(reader.await.map_err(|_| SegmentError::Interrupted)??);
    }
    blocking(move |_| {
        let mut parts = parts.into_iter();
        let Some(mut columns) = parts.next() else { return Err(SegmentError::Interrupted) };
        parts.for_each(|part| columns.append(&part));
        restate_contacts(&mut columns, &contacts);
        Ok(columns)
    })
    .await
}

/// The columns of changed customers as they are now, of large numbers by two readers; those who are gone are not there.
pub(super) async fn changed_columns(
    app: &App,
    order: Columned,
    mut ids: Vec<CustomerId>,
) -> Result<Columns, SegmentError> {
    let order = Arc::new(order);
    let rest = if ids.len() > TOGETHER { ids.split_off(ids.len() / 2) } else { Vec::new() };
    let part = |ids: Vec<CustomerId>| {
        let (app, order) = (app.clone(), Arc::clone(&order));
        blocking(move |runtime| {
            let mut columns = filled(&app, runtime, &order, Whom::Customers(&ids), |_| {})?;
            if order.parts.has(Parts::CONTACTS) {
                let (from, to) = (order.day - 29, order.day);
                let contacts = store::contacts_of(&mut Scan::open(app.db(), runtime)?, &ids, from, to)?;
                restate_contacts(&mut columns, &contacts);
            }
            Ok(columns)
        })
    };
    if rest.is_empty() {
        return part(ids).await;
    }
    let (mut columns, more) = futures::try_join!(part(ids), part(rest))?;
    columns.append(&more);
    Ok(columns)
}

/// Sets everybody's contacts anew.
pub(super) fn restate_contacts(columns: &mut Columns, contacts: &Contacts) {
    let counted = |customer| contacts.get(&customer).copied().unwrap_or(0);
    columns.restate("contacts_30d", counted);
}

/// The columns of given customers within a scope; those outside it are not there.
pub async fn columns_of(
    app: &App,
    scope: &Scope,
    ids: &[CustomerId],
    catalogue: &Arc<Catalogue>,
    day: Day,
) -> Result<Columns, SegmentError> {
    let mut seen: Vec<CustomerId> = heads(app, scope, ids).await?.into_keys().collect();
    seen.sort_unstable_by_key(|id| (id.bucket(), *id));
    let (needs, roster) = (Needs::everything(catalogue), roster_on(app, day).await?);
    let order = Columned { catalogue: Arc::clone(catalogue), needs, parts: Parts::ALL, roster, day, then: None };
    changed_columns(app, order, seen).await
}

/// The columns of one customer as known at an earlier moment, for a day that is past.
pub async fn columns_then(
    app: &App,
    known: Known,
    catalogue: &Arc<Catalogue>,
    day: Day,
) -> Result<Columns, SegmentError> {
    let (needs, roster) = (Needs::everything(catalogue), roster_on(app, day).await?);
    let (id, contacts_later) = (known.file.id, known.contacts_later.clone());
    let order = Columned {
        catalogue: Arc::clone(catalogue),
        needs,
        parts: Parts::ALL,
        roster,
        day,
        then: Some(Arc::new(known)),
    };
    let mut columns = changed_columns(app, order, vec![id]).await?;
    let later = contacts_later.iter().filter(|contact| **contact <= day).count() as i64;
    let counted = catalogue.find("contacts_30d").filter(|_| !columns.is_empty());
    if let Some(Value::Int(count)) = counted.map(|fact| columns.facts(0).fact(fact)) {
        columns.restate("contacts_30d", |_| (count - later).max(0));
    }
    Ok(columns)
}
