//! One change of many customers in the caller's transaction, for bulk edits. Whoever calls has read the customers in
//! the reader's scope and knows who is permitted; each change is told to the journal customer by customer, and to open
//! screens list by list.

use super::label::permitted;
use super::read::keys;
use super::store::{labels, lists, people};
use super::{CustomerError, remark};
use crate::journal;
use crate::org::Who;
use crate::platform::{App, LiveEvent, LiveScope, Tx};
use sea_orm::ConnectionTrait;
use serde_json::json;
use std::collections::{BTreeSet, HashMap};
use tend_rules::base::*;
use tend_rules::customer::Customer;
use tend_rules::journal::{Doer, Fact};
use tend_rules::org::Scope;

pub use super::store::labels::LabelStamp;

/// That there is such a label and the person may set it.
pub async fn may_label(app: &App, who: &Who, key: &str) -> Result<(), CustomerError> {
    permitted(app.read(), who, key).await
}

/// Those of the customers who bear a label, with who put it on and when.
pub async fn bearers(
    db: &impl ConnectionTrait,
    ids: &[CustomerId],
    key: &str,
) -> Result<HashMap<CustomerId, LabelStamp>, CustomerError> {
    Ok(labels::bearers(db, ids, key).await?.into_iter().collect())
}

/// What a label change does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LabelDeed {
    /// The label goes on, at this instant: by it the label is known again when it is to come off.
    On(Instant),
    /// It comes off.
    Off,
}

/// Puts a label on customers who do not bear it, or takes it off those who do.
pub async fn label_many(
    app: &App,
    tx: &Tx,
    doer: Doer,
    customers: &[&Customer],
    key: &str,
    deed: LabelDeed,
) -> Result<(), CustomerError> {
    let ids: Vec<CustomerId> = customers.iter().map(|customer| customer.id).collect();
    let kind = match deed {
        LabelDeed::On(at) => {
            let rows = ids.iter().map(|id| (*id, key.to_owned())).collect();
            labels::insert(&**tx, rows, &doer.to_string(), at).await?;
            "label_put"
        }
        LabelDeed::Off => {
            labels::remove_from(&**tx, &ids, key).await?;
            "label_taken"
        }
    };
    tell_of(app, tx, doer, customers, kind, key).await
}

/// Puts a label back with its former remark, the hand that put it on and the time.
pub async fn give_label_back(
    app: &App,
    tx: &Tx,
    doer: Doer,
    customers: &[(&Customer, LabelStamp)],
    key: &str,
) -> Result<(), CustomerError> {
    let ids: Vec<CustomerId> = customers.iter().map(|(customer, _)| customer.id).collect();
    let keys = keys(app, &**tx, &ids).await?;
    for (customer, stamp) in customers {
        // Sealed anew: the key may have been replaced meanwhile, and an earlier version put it aside in plain.
        let seal = keys.get(&customer.id).ok_or(CustomerError::NotFound)?;
        let remark = remark::opened(seal, customer.id, key, &stamp.remark)?;
        let kept = remark::kept(seal, customer.id, key, &remark);
        labels::set(&**tx, customer.id, key, &kept, &stamp.actor, stamp.at).await?;
    }
    let plain: Vec<&Customer> = customers.iter().map(|(customer, _)| *customer).collect();
    tell_of(app, tx, doer, &plain, "label_put", key).await
}

async fn tell_of(
    app: &App,
    tx: &Tx,
    doer: Doer,
    customers: &[&Customer],
    kind: &'static str,
    key: &str,
) -> Result<(), CustomerError> {
    let ids: Vec<CustomerId> = customers.iter().map(|customer| customer.id).collect();
    people::touch_many(&**tx, &ids, app.now()).await?;
    let fact =
        |id: &CustomerId| Fact::about(*id, "customer", kind, json!({ "label": key, "remark": "", "again": false }));
    journal::append_all(app, tx, doer, ids.iter().map(fact).collect()).await?;
    let lists: BTreeSet<_> = customers.iter().map(|customer| (customer.unit_id, customer.owner_id)).collect();
    for (unit, owner) in lists {
        let scope = LiveScope { unit_id: Some(unit), owner_id: owner, former_owner_id: None };
        tx.tell(LiveEvent { seq: 0, room: "customer", kind: kind.into(), id: None, customer_id: None, scope });
    }
    Ok(())
}

/// Locks customers until the end of the caller's transaction, before anything else of theirs. Whoever changes a customer
/// and what later rooms keep about it takes the customer first: the other way round two callers wait for each other.
pub async fn lock_first(tx: &Tx, ids: &[CustomerId]) -> Result<(), CustomerError> {
    Ok(people::lock_many(&**tx, ids).await?)
}

/// Customers in the caller's transaction, locked for a change, within a scope and in no particular order.
pub async fn many_for_change(
    tx: &Tx,
    scope: &Scope,
    ids: &[CustomerId],
) -> Result<HashMap<CustomerId, Customer>, CustomerError> {
    people::lock_many(&**tx, ids).await?;
    let found = people::read(&**tx, scope, ids).await?;
    Ok(found.into_iter().map(|customer| (customer.id, customer)).collect())
}

/// The ids of a narrowed list within a scope, by bucket and id, behind `after`.
pub async fn ids_of(
    app: &App,
    scope: &Scope,
    narrow: &super::Narrow,
    after: Option<CustomerId>,
    limit: i64,
) -> Result<Vec<CustomerId>, CustomerError> {
    Ok(lists::ids(app.read(), scope, narrow, after, limit).await?)
}
