//! What this room keeps of one customer, told, erased and let go when its time is over.

use super::WorkError;
use super::store::keep as store;
use crate::customer;
use crate::platform::{App, Retire, SealedPlace, Tx, seal_plain};
use sea_orm::{ConnectionTrait, DbErr};
use serde_json::Value;
use tend_rules::base::*;

/// Every work order about a customer, oldest first. The caller has shown that the customer is in scope.
pub async fn told_of(app: &App, customer: CustomerId) -> Result<Vec<Value>, WorkError> {
    Ok(store::of_customer(app, customer).await?)
}

/// The words of this room that may name somebody.
const TYPED: [SealedPlace; 6] = [
    SealedPlace::ReturnReason,
    SealedPlace::VerdictReason,
    SealedPlace::BulkWhom,
    SealedPlace::ExportWhom,
    SealedPlace::ExportReason,
    SealedPlace::ExportDecision,
];

/// Seals what an earlier version kept in plain; answers how many cells. Run at every start: once they are sealed it only
/// reads.
pub async fn seal_plain_words(app: &App) -> Result<u64, DbErr> {
    let mut sealed = 0;
    for place in TYPED {
        sealed += seal_plain(app, place).await?;
    }
    Ok(sealed)
}

/// Erases what this room keeps of a customer, in the transaction that erases the customer. The time of files in which the
/// customer stands is over (`expire_exports` takes them from the disk), and that the customer stood in them is forgotten.
pub async fn erase(app: &App, tx: &Tx, customer: CustomerId) -> Result<(), WorkError> {
    store::erase(&**tx, customer).await?;
    // A record that was merged into this one stands in files under its own id.
    for part in customer::whole(&**tx, customer).await? {
        store::end_exports_with(&**tx, part, app.now()).await?;
        store::leave_exports(&**tx, part).await?;
    }
    Ok(())
}

/// Work orders closed before an instant, unless a hold binds their customer.
pub async fn retire_touches(db: &impl ConnectionTrait, how: Retire, before: Instant, today: Day) -> Result<i64, DbErr> {
    store::retire_touches(db, how, before, today).await
}

/// Bulk edits finished before an instant: their rows, then themselves.
pub async fn retire_bulk_edits(
    db: &impl ConnectionTrait,
    how: Retire,
    before: Instant,
    today: Day,
) -> Result<i64, DbErr> {
    store::retire_bulk_edits(db, how, before, today).await
}

/// Exports that ended before an instant: their rows, then themselves.
pub async fn retire_exports(db: &impl ConnectionTrait, how: Retire, before: Instant, today: Day) -> Result<i64, DbErr> {
    store::retire_exports(db, how, before, today).await
}
