//! Keys of customers wrapped anew or replaced, a chunk at a time, in the transaction of the rotation that asks.

use super::consent_proof::renew_proofs;
use super::error::CustomerError;
use super::import::renew_before;
use super::merge::renew_reasons;
use super::remark::renew_remarks;
use super::store::cells;
use crate::platform::{App, Bind, CellColumn, CustomerKey, SealedPlace, Tx, replace_cells};
use std::collections::HashMap;
use tend_rules::base::{Bucket, CustomerId};
use uuid::Uuid;

const KEYS: CellColumn = CellColumn { table: "customer_key", id: "customer_id", cell: "wrapped" };
const POINTS: CellColumn = CellColumn { table: "contact_point", id: "id", cell: "cell" };

/// What a chunk did.
#[derive(Debug, Default)]
pub struct Renewed {
    /// Customers looked at, in order; none when there are no more.
    pub customers: Vec<CustomerId>,
    /// Their fresh keys, where keys were replaced.
    pub keys: HashMap<CustomerId, CustomerKey>,
    /// Cells that were written.
    pub cells: u64,
}

/// Wraps the keys of the customers behind a place with the master key in use.
pub async fn rewrap_some(app: &App, tx: &Tx, behind: (Bucket, Uuid), limit: i64) -> Result<Renewed, CustomerError> {
    let mut renewed = Renewed::default();
    let mut changes = Vec::new();
    for (id, wrapped) in cells::keys_behind(&**tx, behind, limit).await? {
        renewed.customers.push(id);
        if let Some(anew) = app.keys().rewrap(id, &wrapped)? {
            changes.push((id.bucket(), id.0, anew.into_value(), wrapped.into_value()));
        }
    }
    renewed.cells = replace_cells(&**tx, KEYS, changes).await?;
    Ok(renewed)
}

/// Gives the customers behind a place fresh keys and seals their cells of this room with them. The former keys stay
/// behind the fresh ones: the journal cannot be written anew, and somebody may be writing a cell right now.
pub async fn renew_some(app: &App, tx: &Tx, behind: (Bucket, Uuid), limit: i64) -> Result<Renewed, CustomerError> {
    let mut renewed = Renewed::default();
    let mut changes = Vec::new();
    for (id, wrapped) in cells::keys_behind(&**tx, behind, limit).await? {
        let (key, anew) = app.keys().renew(id, &wrapped)?;
        renewed.customers.push(id);
        renewed.keys.insert(id, key);
        changes.push((id.bucket(), id.0, anew.into_value(), wrapped.into_value()));
    }
    replace_cells(&**tx, KEYS, changes).await?;
    let mut changes = Vec::new();
    for row in cells::points(&**tx, &renewed.customers).await? {
        let Some(key) = renewed.keys.get(&row.customer_id) else { continue };
        let plain = key.open(SealedPlace::ContactPoint, row.id.0, &row.cell)?;
        let fresh = key.seal(SealedPlace::ContactPoint, row.id.0, &plain);
        changes.push((row.customer_id.bucket(), row.id.0, fresh.into_value(), row.cell.into_value()));
    }
    renewed.cells += replace_cells(&**tx, POINTS, changes).await?;
    renewed.cells += renew_before(&**tx, &renewed.keys).await?;
    renewed.cells += renew_reasons(&**tx, &renewed.keys).await?;
    renewed.cells += renew_remarks(&**tx, &renewed.keys).await?;
    renewed.cells += renew_proofs(&**tx, &renewed.keys).await?;
    Ok(renewed)
}
