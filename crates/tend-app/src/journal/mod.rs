//! The door of the journal: append facts in the caller's transaction, read a customer's story.

pub mod ledger;
mod store;

pub use store::StoredFact;

use crate::platform::{App, Tx};
use sea_orm::{ConnectionTrait, DbErr};
use tend_rules::base::{CustomerId, FactId, Instant};
use tend_rules::journal::{Doer, Fact, changed_by};

/// Writes a fact in the transaction of the change it tells of.
pub async fn append(app: &App, tx: &Tx, doer: Doer, fact: Fact) -> Result<(), DbErr> {
    append_all(app, tx, doer, vec![fact]).await
}

/// Writes several facts at once.
pub async fn append_all(app: &App, tx: &Tx, doer: Doer, facts: Vec<Fact>) -> Result<(), DbErr> {
    debug_assert_eq!(unnamed(&facts), None, "say in tend_rules::journal what such an entry can have changed");
    store::insert(app, &**tx, doer, facts).await
}

/// A fact about a customer of a kind of which it is not said what it can have changed of the customer: to whoever reads on
/// from the journal it is as if everything had.
fn unnamed(facts: &[Fact]) -> Option<(&'static str, &'static str)> {
    let about = facts.iter().filter(|fact| fact.customer.is_some());
    about.map(|fact| (fact.room, fact.kind)).find(|(room, kind)| changed_by(room, kind).is_none())
}

/// A customer's facts, newest first, older than the fact `before`.
pub async fn story(
    app: &App,
    customer: CustomerId,
    before: Option<FactId>,
    limit: i64,
) -> Result<Vec<StoredFact>, DbErr> {
    store::of_customer(app.read(), customer, before, limit).await
}

/// A customer's facts of some rooms or kinds (`room`, or `room.kind`; several with commas between), newest first, older
/// than the fact `before`.
pub async fn story_of_kind(
    app: &App,
    customer: CustomerId,
    before: Option<FactId>,
    kind: Option<&str>,
    limit: i64,
) -> Result<Vec<StoredFact>, DbErr> {
    match kind {
        None => story(app, customer, before, limit).await,
        Some(kind) => store::of_customer_and_kind(app.read(), customer, before, kind, limit).await,
    }
}

/// A customer's newest facts of a kind (`room.kind`), read in the caller's transaction.
pub async fn told(
    db: &impl ConnectionTrait,
    customer: CustomerId,
    kind: &str,
    limit: i64,
) -> Result<Vec<StoredFact>, DbErr> {
    store::of_customer_and_kind(db, customer, None, kind, limit).await
}

/// How often somebody did something since an instant.
pub async fn count_of(
    db: &impl ConnectionTrait,
    doer: Doer,
    room: &str,
    kind: &str,
    since: Instant,
) -> Result<i64, DbErr> {
    store::count_of(db, doer, room, kind, since).await
}

/// Whether somebody did something to a customer since an instant.
pub async fn happened_since(
    db: &impl ConnectionTrait,
    doer: Doer,
    customer: CustomerId,
    room: &str,
    kind: &str,
    since: Instant,
) -> Result<bool, DbErr> {
    Ok(store::of_customer_since(db, doer, customer, room, kind, since).await? > 0)
}

/// Those of the customers to whom anything happened besides coming in by imports, whichever, and being looked at.
pub async fn busy_since_import(db: &impl ConnectionTrait, customers: &[CustomerId]) -> Result<Vec<CustomerId>, DbErr> {
    store::busy_since_import(db, customers).await
}
