//! How it can be proved what a customer said about being contacted: words of a person, who may write down anything, sealed
//! by the customer's key and bound to their row. What the program words itself, such as the batch that a consent came
//! with, stays plain.

use super::CustomerError;
use super::read::keys;
use super::store::consents;
use crate::platform::{App, Bind, CellColumn, CustomerKey, SealedPlace, cell_as_text, cell_in_text, replace_cells};
use sea_orm::ConnectionTrait;
use std::collections::HashMap;
use tend_rules::base::{Bucket, CustomerId};
use uuid::Uuid;

const PLACE: SealedPlace = SealedPlace::ConsentProof;
const COLUMN: CellColumn = CellColumn { table: "customer_consent", id: "id", cell: "proof" };
/// How many are looked at in one transaction.
const AT_ONCE: i64 = 500;

/// The words as they are kept; without words there is nothing to seal.
pub(super) fn kept(key: &CustomerKey, row: Uuid, words: &str) -> String {
    match words {
        "" => String::new(),
        words => cell_as_text(&key.seal(PLACE, row, words)),
    }
}

/// The words as they were written. What stands in plain is read as it stands.
pub(super) fn opened(key: &CustomerKey, row: Uuid, kept: &str) -> Result<String, CustomerError> {
    let Some(cell) = cell_in_text(kept) else { return Ok(kept.to_owned()) };
    Ok(key.open(PLACE, row, &cell)?)
}

/// The words of a row, for another one of another customer; what stands in plain goes along as it is.
pub(super) fn carried(
    (theirs, row): (&CustomerKey, Uuid),
    (mine, fresh): (&CustomerKey, Uuid),
    words: &str,
) -> Result<String, CustomerError> {
    match cell_in_text(words) {
        Some(_) => Ok(kept(mine, fresh, &opened(theirs, row, words)?)),
        None => Ok(words.to_owned()),
    }
}

/// Seals the words of customers anew whose keys are fresh; answers how many.
pub(super) async fn renew_proofs(
    db: &impl ConnectionTrait,
    keys: &HashMap<CustomerId, CustomerKey>,
) -> Result<u64, CustomerError> {
    let customers: Vec<CustomerId> = keys.keys().copied().collect();
    let mut changes = Vec::new();
    for (customer, row, stale) in consents::sealed_proofs(db, &customers).await? {
        let Some(key) = keys.get(&customer) else { continue };
        let fresh = kept(key, row, &opened(key, row, &stale)?);
        changes.push((customer.bucket(), row, fresh.into_value(), stale.into_value()));
    }
    Ok(replace_cells(db, COLUMN, changes).await?)
}

/// Seals the words that an earlier version kept in plain; answers how many.
pub async fn seal_plain_proofs(app: &App) -> Result<u64, CustomerError> {
    let (mut sealed, mut behind) = (0, (Bucket::of(0), Uuid::nil()));
    loop {
        let found = consents::plain_proofs_behind(app.read(), behind, AT_ONCE).await?;
        let Some((last, row, _)) = found.last() else { return Ok(sealed) };
        behind = (last.bucket(), *row);
        let customers: Vec<CustomerId> = found.iter().map(|(customer, ..)| *customer).collect();
        let keys = keys(app, app.read(), &customers).await?;
        let mut changes = Vec::new();
        for (customer, row, words) in found {
            // Of somebody erased there is no key, and no row either.
            let Some(key) = keys.get(&customer) else { continue };
            changes.push((customer.bucket(), row, kept(key, row, &words).into_value(), words.into_value()));
        }
        let tx = app.begin().await?;
        sealed += replace_cells(&*tx, COLUMN, changes).await?;
        tx.commit().await?;
    }
}
