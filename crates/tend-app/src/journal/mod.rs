//! The door of the journal: append facts in the caller's transaction, read a customer's story.

mod store;

pub use store::StoredFact;

use crate::platform::{App, Tx};
use sea_orm::DbErr;
use tend_rules::base::{CustomerId, FactId};
use tend_rules::journal::{Doer, Fact};

/// Writes a fact in the transaction of the change it tells of.
pub async fn append(app: &App, tx: &Tx, doer: Doer, fact: Fact) -> Result<(), DbErr> {
    append_all(app, tx, doer, vec![fact]).await
}

/// Writes several facts at once.
pub async fn append_all(app: &App, tx: &Tx, doer: Doer, facts: Vec<Fact>) -> Result<(), DbErr> {
    store::insert(app, &**tx, doer, facts).await
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
