//! What this room keeps of one customer, told, erased and let go when its time is over.

use super::{ContactError, store};
use crate::customer;
use crate::platform::{App, Retire, SealedPlace, Tx};
use sea_orm::{ConnectionTrait, DbErr};
use serde_json::{Value, json};
use tend_rules::base::*;

/// Every contact with a customer, oldest first, notes opened. The caller has shown that the customer is in scope.
pub async fn told_of(app: &App, customer: CustomerId) -> Result<Vec<Value>, ContactError> {
    let rows = store::every_of(app.read(), customer).await?;
    let key = customer::key(app, app.read(), customer).await?;
    let mut told = Vec::with_capacity(rows.len());
    for (id, cell, mut value) in rows {
        if let Some(cell) = cell {
            value["note"] = json!(key.open(SealedPlace::ContactNote, id.0, &cell)?);
        }
        told.push(value);
    }
    Ok(told)
}

/// Erases what this room keeps of a customer, in the transaction that erases the customer.
pub async fn erase(tx: &Tx, customer: CustomerId) -> Result<(), ContactError> {
    store::erase(&**tx, customer).await?;
    Ok(())
}

/// Contacts of days before one, unless a hold binds their customer.
pub async fn retire_contacts(db: &impl ConnectionTrait, how: Retire, before: Day, today: Day) -> Result<i64, DbErr> {
    store::retire_contacts(db, how, before, today).await
}
