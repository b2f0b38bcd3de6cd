//! Notes of contacts sealed anew for customers with fresh keys, in the transaction of the rotation that asks.

use super::ContactError;
use super::store::notes_of;
use crate::platform::{Bind, CellColumn, CustomerKey, SealedPlace, Tx, replace_cells};
use std::collections::HashMap;
use tend_rules::base::CustomerId;

const NOTES: CellColumn = CellColumn { table: "contact", id: "id", cell: "note_cell" };

/// Seals the notes about these customers with their fresh keys; answers how many.
pub async fn renew_notes(tx: &Tx, keys: &HashMap<CustomerId, CustomerKey>) -> Result<u64, ContactError> {
    let mut changes = Vec::new();
    for (id, customer, cell) in notes_of(&**tx, keys.keys().copied()).await? {
        let Some(key) = keys.get(&customer) else { continue };
        let plain = key.open(SealedPlace::ContactNote, id.0, &cell)?;
        let fresh = key.seal(SealedPlace::ContactNote, id.0, &plain);
        changes.push((customer.bucket(), id.0, fresh.into_value(), cell.into_value()));
    }
    Ok(replace_cells(&**tx, NOTES, changes).await?)
}
