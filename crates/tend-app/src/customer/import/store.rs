//! The SQL of batch entries: what each row did to whom, and what stood there before.

use super::slot::Before;
use crate::customer::CustomerError;
use crate::customer::store::wanted;
use crate::platform::{Bind, CellColumn, CustomerKey, Row, SealedPlace, insert_many, replace_cells, sql};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sea_orm::{ConnectionTrait, DbErr};
use std::collections::{BTreeSet, HashMap};
use tend_rules::base::*;

/// What became of a row that named somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    /// It made the customer.
    Created,
    /// It changed the customer.
    Updated,
    /// The customer was there and stays as they are; the batch has them all the same.
    Met,
    /// The customer was there and the row is left out: the batch does not have them for it.
    LeftOut,
}

impl Deed {
    const fn word(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Met | Self::LeftOut => "duplicate",
        }
    }
}

/// What a row did to a customer.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub batch: BatchId,
    pub row: i64,
    pub customer_id: CustomerId,
    pub deed: Deed,
    pub before: Option<Before>,
    pub reason: String,
    pub version_after: i64,
}

/// Writes entries, what stood before sealed with the customer's key.
pub(super) async fn insert_entries(
    db: &impl ConnectionTrait,
    entries: Vec<Entry>,
    keys: &HashMap<CustomerId, &CustomerKey>,
) -> Result<(), DbErr> {
    let columns =
        ["bucket", "batch_id", "row_number", "customer_id", "deed", "before", "reason", "version_after", "left_out"];
    let rows = entries.into_iter().map(|entry| {
        let key = keys.get(&entry.customer_id);
        let before = entry.before.as_ref().zip(key).map(|(before, key)| {
            let text = serde_json::to_string(before).expect("what stood before is plain values");
            STANDARD.encode(key.seal(SealedPlace::BatchBefore, entry.customer_id.0, &text))
        });
        vec![
            entry.customer_id.bucket().into_value(),
            entry.batch.into_value(),
            entry.row.into_value(),
            entry.customer_id.into_value(),
            entry.deed.word().into_value(),
            before.unwrap_or_default().into_value(),
            entry.reason.into_value(),
            entry.version_after.into_value(),
            i16::from(entry.deed == Deed::LeftOut).into_value(),
        ]
    });
    insert_many(db, "batch_entry", &columns, rows.collect(), "").await.map(drop)
}

/// An entry as it stands in its table.
#[derive(Debug, Clone)]
pub(super) struct EntryRow {
    pub row: i64,
    pub customer_id: CustomerId,
    pub deed: String,
    before: String,
    pub version_after: i64,
}

impl EntryRow {
    /// Opens what stood before.
    pub fn before(&self, key: &CustomerKey) -> Option<Before> {
        let cell = STANDARD.decode(&self.before).ok().filter(|cell| !cell.is_empty())?;
        let text = key.open(SealedPlace::BatchBefore, self.customer_id.0, &cell).ok()?;
        serde_json::from_str(&text).ok()
    }
}

/// Seals what stood before anew for customers with fresh keys; answers how many cells.
pub(in crate::customer) async fn renew_before(
    db: &impl ConnectionTrait,
    keys: &HashMap<CustomerId, CustomerKey>,
) -> Result<u64, CustomerError> {
    const COLUMN: CellColumn = CellColumn { table: "batch_entry", id: "customer_id", cell: "before" };
    let ids: Vec<CustomerId> = keys.keys().copied().collect();
    let mut changes = Vec::new();
    for ids in ids.chunks(2000) {
        let rows = wanted(
            ids,
            "SELECT e.customer_id, e.before FROM w CROSS JOIN batch_entry e
             WHERE e.bucket = w.bucket AND e.customer_id = w.id AND e.before <> ''",
        );
        let rows =
            rows.all(db, |row| Ok((row.get::<CustomerId>("customer_id")?, row.get::<String>("before")?))).await?;
        for (id, before) in rows {
            let (Some(key), Ok(cell)) = (keys.get(&id), STANDARD.decode(&before)) else { continue };
            let plain = key.open(SealedPlace::BatchBefore, id.0, &cell)?;
            let fresh = STANDARD.encode(key.seal(SealedPlace::BatchBefore, id.0, &plain));
            changes.push((id.bucket(), id.0, fresh.into_value(), before.into_value()));
        }
    }
    Ok(replace_cells(db, COLUMN, changes).await?)
}

fn shaped(row: &Row) -> Result<EntryRow, DbErr> {
    Ok(EntryRow {
        row: row.get("row_number")?,
        customer_id: row.get("customer_id")?,
        deed: row.get("deed")?,
        before: row.get("before")?,
        version_after: row.get("version_after")?,
    })
}

/// Entries of rows before `below`, last row first: who is in the batch, changed by it or not.
pub(super) async fn entries_below(
    db: &impl ConnectionTrait,
    batch: BatchId,
    below: i64,
    limit: i64,
) -> Result<Vec<EntryRow>, DbErr> {
    sql("SELECT row_number, customer_id, deed, before, version_after FROM batch_entry
         WHERE batch_id = $1 AND row_number < $2 AND left_out = 0 ORDER BY row_number DESC LIMIT $3")
    .bind(batch)
    .bind(below)
    .bind(limit)
    .all(db, shaped)
    .await
}

/// Which of the customers are not this batch's alone: another batch that still stands named them too, or they hold order
/// lines that came otherwise.
pub(super) async fn brought_elsewhere(
    db: &impl ConnectionTrait,
    batch: BatchId,
    customers: &[CustomerId],
) -> Result<BTreeSet<CustomerId>, DbErr> {
    const NAMED: &str =
        "SELECT DISTINCT e.customer_id FROM w CROSS JOIN batch_entry e JOIN batch_head b ON b.id = e.batch_id
         WHERE e.bucket = w.bucket AND e.customer_id = w.id AND b.state <> 'undone' AND e.left_out = 0 AND e.batch_id <> ";
    const BOUGHT: &str = "SELECT DISTINCT p.customer_id FROM w CROSS JOIN purchase p
         JOIN purchase_line l ON l.bucket = p.bucket AND l.purchase_id = p.id
         WHERE p.bucket = w.bucket AND p.customer_id = w.id AND (l.batch_id IS NULL OR l.again_batch_id IS NOT NULL OR l.batch_id <> ";
    let mut found = BTreeSet::new();
    for ids in customers.chunks(2000) {
        for statement in [wanted(ids, NAMED).arg(batch), wanted(ids, BOUGHT).arg(batch).text(")")] {
            found.extend(statement.all(db, |row| row.get::<CustomerId>("customer_id")).await?);
        }
    }
    Ok(found)
}

/// What other batches that still stand changed in customers.
pub(super) async fn changed_elsewhere(
    db: &impl ConnectionTrait,
    batch: BatchId,
    customers: &[CustomerId],
) -> Result<Vec<EntryRow>, DbErr> {
    const CHANGED: &str = "SELECT e.row_number, e.customer_id, e.deed, e.before, e.version_after
         FROM w CROSS JOIN batch_entry e JOIN batch_head b ON b.id = e.batch_id
         WHERE e.bucket = w.bucket AND e.customer_id = w.id AND b.state <> 'undone' AND e.before <> ''
           AND e.batch_id <> ";
    let mut found = Vec::new();
    for ids in customers.chunks(2000) {
        found.extend(wanted(ids, CHANGED).arg(batch).all(db, shaped).await?);
    }
    Ok(found)
}

/// What imports did to a customer, and what stood there before, for a copy of everything.
pub(in crate::customer) async fn of_customer(
    db: &impl ConnectionTrait,
    key: &CustomerKey,
    id: CustomerId,
) -> Result<Vec<serde_json::Value>, DbErr> {
    let rows = sql("SELECT batch_id, row_number, customer_id, deed, before, version_after FROM batch_entry
         WHERE bucket = $1 AND customer_id = $2 ORDER BY batch_id, row_number LIMIT 10000")
    .bind(id.bucket())
    .bind(id)
    .all(db, |row| Ok((row.get::<BatchId>("batch_id")?, shaped(row)?)))
    .await?;
    let told = rows.into_iter().map(|(batch, row)| {
        serde_json::json!({ "batch": batch, "row": row.row, "deed": row.deed, "before": row.before(key) })
    });
    Ok(told.collect())
}

/// The customers of some rows of a batch.
pub(super) async fn of_rows(
    db: &impl ConnectionTrait,
    batch: BatchId,
    rows: &[i64],
) -> Result<HashMap<i64, CustomerId>, DbErr> {
    if rows.is_empty() {
        return Ok(HashMap::new());
    }
    let found = sql("SELECT row_number, customer_id FROM batch_entry WHERE batch_id = ").arg(batch);
    let found = found.text(" AND row_number IN ").list(rows.iter().copied());
    let found = found.all(db, |row| Ok((row.get("row_number")?, row.get("customer_id")?))).await?;
    Ok(found.into_iter().collect())
}

/// The last row that a batch settled.
pub(super) async fn last_row(db: &impl ConnectionTrait, batch: BatchId) -> Result<Option<i64>, DbErr> {
    sql("SELECT MAX(row_number) AS last FROM batch_entry WHERE batch_id = $1")
        .bind(batch)
        .one(db, |row| row.get("last"))
        .await
        .map(Option::flatten)
}

/// Customers of a batch behind a row: row, customer, reason.
pub(super) async fn members(
    db: &impl ConnectionTrait,
    batch: BatchId,
    behind: i64,
    limit: i64,
) -> Result<Vec<(i64, CustomerId, String)>, DbErr> {
    sql("SELECT row_number, customer_id, reason FROM batch_entry WHERE batch_id = $1 AND row_number > $2 AND left_out = 0
         ORDER BY row_number, customer_id LIMIT $3")
    .bind(batch)
    .bind(behind)
    .bind(limit)
    .all(db, |row| Ok((row.get("row_number")?, row.get("customer_id")?, row.get("reason")?)))
    .await
}
