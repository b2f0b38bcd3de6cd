//! Remarks beside labels: words about one person, sealed by that person's key and bound to customer and label.

use super::CustomerError;
use super::read::keys;
use super::store::labels;
use crate::platform::{App, Bind, CellColumn, CustomerKey, SealedPlace, cell_as_text, cell_in_text, replace_cells};
use sea_orm::ConnectionTrait;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use tend_rules::base::{Bucket, CustomerId};
use uuid::Uuid;

const PLACE: SealedPlace = SealedPlace::LabelRemark;
const COLUMN: CellColumn = CellColumn { table: "customer_label", id: "customer_id", cell: "remark" };
/// How many remarks are looked at in one transaction.
const AT_ONCE: i64 = 500;

/// Stands for the row in the seal: a label of a customer has no id of its own.
fn row(customer: CustomerId, label: &str) -> Uuid {
    let hash = Sha256::new().chain_update(customer.0.as_bytes()).chain_update(label).finalize();
    let mut bytes = [0u8; 16];
    bytes.copy_from_slice(&hash[..16]);
    Uuid::from_bytes(bytes)
}

/// The remark as it is kept; without words there is nothing to seal.
pub(super) fn kept(key: &CustomerKey, customer: CustomerId, label: &str, remark: &str) -> String {
    match remark {
        "" => String::new(),
        remark => cell_as_text(&key.seal(PLACE, row(customer, label), remark)),
    }
}

/// The remark as it was written. What an earlier version kept in plain is read as it stands.
pub(super) fn opened(
    key: &CustomerKey,
    customer: CustomerId,
    label: &str,
    remark: &str,
) -> Result<String, CustomerError> {
    let Some(cell) = cell_in_text(remark) else { return Ok(remark.to_owned()) };
    Ok(key.open(PLACE, row(customer, label), &cell)?)
}

/// Seals the remarks of customers anew whose keys are fresh; answers how many.
pub(super) async fn renew_remarks(
    db: &impl ConnectionTrait,
    keys: &HashMap<CustomerId, CustomerKey>,
) -> Result<u64, CustomerError> {
    let customers: Vec<CustomerId> = keys.keys().copied().collect();
    let mut changes = Vec::new();
    for (customer, label, remark) in labels::of(db, &customers).await? {
        let Some(key) = keys.get(&customer).filter(|_| !remark.is_empty()) else { continue };
        let fresh = kept(key, customer, &label, &opened(key, customer, &label, &remark)?);
        changes.push((customer.bucket(), customer.0, fresh.into_value(), remark.into_value()));
    }
    Ok(replace_cells(db, COLUMN, changes).await?)
}

/// Seals the remarks that an earlier version kept in plain; answers how many.
pub async fn seal_plain_remarks(app: &App) -> Result<u64, CustomerError> {
    let (mut sealed, mut behind) = (0, (Bucket::of(0), Uuid::nil(), String::new()));
    loop {
        let found = labels::remarks_behind(app.read(), &behind, AT_ONCE).await?;
        let Some((last, label, _)) = found.last() else { return Ok(sealed) };
        behind = (last.bucket(), last.0, label.clone());
        let customers: Vec<CustomerId> = found.iter().map(|(customer, ..)| *customer).collect();
        let keys = keys(app, app.read(), &customers).await?;
        let tx = app.begin().await?;
        for (customer, label, remark) in found.iter().filter(|(_, _, remark)| cell_in_text(remark).is_none()) {
            // Of somebody erased there is no key, and no label either.
            let Some(key) = keys.get(customer) else { continue };
            let fresh = kept(key, *customer, label, remark);
            sealed += labels::replace_remark(&*tx, (*customer, label.as_str()), &fresh, Some(remark)).await?;
        }
        tx.commit().await?;
    }
}
