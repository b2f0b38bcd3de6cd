//! Records of traces sealed anew for customers with fresh keys, in the transaction of the rotation that asks. The files
//! themselves stay: each has a key of its own, and only that is sealed with the customer's.

use super::TraceError;
use super::store::{evidence_cells, turn_cells};
use crate::platform::{Bind, CellColumn, CustomerKey, SealedPlace, Tx, replace_cells};
use std::collections::HashMap;
use tend_rules::base::CustomerId;

const TURNS: (CellColumn, SealedPlace) =
    (CellColumn { table: "trace_turn", id: "id", cell: "cell" }, SealedPlace::TraceTurn);
const RECORDS: (CellColumn, SealedPlace) =
    (CellColumn { table: "trace_evidence", id: "id", cell: "cell" }, SealedPlace::Evidence);
const FILE_KEYS: (CellColumn, SealedPlace) =
    (CellColumn { table: "trace_evidence", id: "id", cell: "file_key_cell" }, SealedPlace::EvidenceFileKey);

/// Seals the traces of these customers with their fresh keys; answers how many cells.
pub async fn renew_cells(tx: &Tx, keys: &HashMap<CustomerId, CustomerKey>) -> Result<u64, TraceError> {
    let turns = turn_cells(&**tx, keys.keys().copied()).await?;
    let evidence = evidence_cells(&**tx, keys.keys().copied()).await?;
    let mut renewed = 0;
    let records = evidence.iter().map(|(id, customer, cell, _)| (*id, *customer, cell));
    let file_keys = evidence.iter().filter_map(|(id, customer, _, key)| Some((*id, *customer, key.as_ref()?)));
    let turns = turns.iter().map(|(id, customer, cell, _)| (*id, *customer, cell));
    for ((column, place), cells) in
        [(TURNS, turns.collect::<Vec<_>>()), (RECORDS, records.collect()), (FILE_KEYS, file_keys.collect())]
    {
        let mut changes = Vec::with_capacity(cells.len());
        for (id, customer, cell) in cells {
            let Some(key) = keys.get(&customer) else { continue };
            let fresh = key.seal(place, id, &key.open(place, id, cell)?);
            changes.push((customer.bucket(), id, fresh.into_value(), cell.clone().into_value()));
        }
        renewed += replace_cells(&**tx, column, changes).await?;
    }
    Ok(renewed)
}
