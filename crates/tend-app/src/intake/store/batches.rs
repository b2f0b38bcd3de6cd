//! The SQL of batches: made, moved on chunk by chunk, turned, and wound back.

use crate::platform::{Row, sql};
use sea_orm::{ConnectionTrait, DbErr};
use tend_rules::base::*;

/// A batch.
#[derive(Debug, Clone)]
pub struct Batch {
    /// The batch.
    pub id: BatchId,
    /// Its name, unique in the firm.
    pub name: String,
    /// `customers` or `orders`.
    pub target: String,
    /// What its work orders are about.
    pub business_type: String,
    /// Why these customers need care.
    pub reason: String,
    /// `importing`, `imported`, `failed`, `undoing`, `undone`.
    pub state: String,
    /// The name of the file.
    pub file_name: String,
    /// Its hash.
    pub file_sha256: String,
    /// The upload; none for a file of the command line.
    pub upload_id: Option<UploadId>,
    /// The mapping, as TOML.
    pub mapping: String,
    /// What to do with duplicates, rows in all; as JSON.
    pub options: String,
    /// What a person repaired in the file, sealed; empty for nothing, and once the file is gone.
    pub repairs: String,
    /// The part of the firm that it belongs to.
    pub unit_id: UnitId,
    /// Who made it; nil for the command line.
    pub created_by: StaffId,
    /// Rows that are settled; counts down while a batch is taken back.
    pub rows_done: i64,
    /// Rows that made a customer or an order line.
    pub accepted: i64,
    /// Rows that were refused, or left out for a problem.
    pub rejected: i64,
    /// Rows that met a customer or an order line known before, or an earlier row.
    pub duplicates: i64,
    /// Customers made.
    pub created: i64,
    /// Customers changed.
    pub updated: i64,
    /// Why it failed.
    pub failure: Option<String>,
    /// When it was made.
    pub created_at: Instant,
    /// When it ended.
    pub finished_at: Option<Instant>,
}

const BATCH: &str = "b.id, b.name, b.target, b.business_type, b.reason, b.state, b.file_name, b.file_sha256, b.upload_id, \
    b.mapping, b.options, b.repairs, b.unit_id, b.created_by, b.rows_done, b.accepted, b.rejected, b.duplicates, \
    b.created, b.updated, b.failure, b.created_at_ms, b.finished_at_ms";

fn batch_of(row: &Row) -> Result<Batch, DbErr> {
    Ok(Batch {
        id: row.get("id")?,
        name: row.get("name")?,
        target: row.get("target")?,
        business_type: row.get("business_type")?,
        reason: row.get("reason")?,
        state: row.get("state")?,
        file_name: row.get("file_name")?,
        file_sha256: row.get("file_sha256")?,
        upload_id: row.get("upload_id")?,
        mapping: row.get("mapping")?,
        options: row.get("options")?,
        repairs: row.get("repairs")?,
        unit_id: row.get("unit_id")?,
        created_by: row.get("created_by")?,
        rows_done: row.get("rows_done")?,
        accepted: row.get("accepted")?,
        rejected: row.get("rejected")?,
        duplicates: row.get("duplicates")?,
        created: row.get("created")?,
        updated: row.get("updated")?,
        failure: row.get("failure")?,
        created_at: row.get("created_at_ms")?,
        finished_at: row.get("finished_at_ms")?,
    })
}

/// Makes a batch.
pub(in crate::intake) async fn insert_batch(db: &impl ConnectionTrait, batch: &Batch) -> Result<u64, DbErr> {
    sql("INSERT INTO batch (id, name, target, business_type, reason, state, file_name, file_sha256, upload_id, mapping,
           options, repairs, unit_id, created_by, created_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)")
    .bind(batch.id)
    .bind(&batch.name)
    .bind(&batch.target)
    .bind(&batch.business_type)
    .bind(&batch.reason)
    .bind(&batch.state)
    .bind(&batch.file_name)
    .bind(&batch.file_sha256)
    .bind(batch.upload_id)
    .bind(&batch.mapping)
    .bind(&batch.options)
    .bind(&batch.repairs)
    .bind(batch.unit_id)
    .bind(batch.created_by)
    .bind(batch.created_at)
    .run(db)
    .await
}

/// A batch by id.
pub(in crate::intake) async fn batch(db: &impl ConnectionTrait, id: BatchId) -> Result<Option<Batch>, DbErr> {
    sql(&format!("SELECT {BATCH} FROM batch b WHERE b.id = $1")).bind(id).one(db, batch_of).await
}

/// Batches behind one whose options say something with these words, in the order of their ids.
pub(in crate::intake) async fn batches_saying(
    db: &impl ConnectionTrait,
    words: &str,
    behind: BatchId,
    limit: i64,
) -> Result<Vec<Batch>, DbErr> {
    sql(&format!("SELECT {BATCH} FROM batch b WHERE b.options LIKE $1 AND b.id > $2 ORDER BY b.id LIMIT $3"))
        .bind(format!("%{words}%"))
        .bind(behind)
        .bind(limit)
        .all(db, batch_of)
        .await
}

/// Writes options and repairs of a batch anew; 0 if somebody else did meanwhile.
pub(in crate::intake) async fn reword(
    db: &impl ConnectionTrait,
    batch: &Batch,
    options: &str,
    repairs: &str,
) -> Result<u64, DbErr> {
    sql("UPDATE batch SET options = $1, repairs = $2 WHERE id = $3 AND options = $4")
        .bind(options)
        .bind(repairs)
        .bind(batch.id)
        .bind(&batch.options)
        .run(db)
        .await
}

/// A batch by name.
pub(in crate::intake) async fn batch_named(db: &impl ConnectionTrait, name: &str) -> Result<Option<Batch>, DbErr> {
    sql(&format!("SELECT {BATCH} FROM batch b WHERE b.name = $1")).bind(name).one(db, batch_of).await
}

/// The batches of the units above and below a unit, newest first: work that was brought in by the head of the firm comes
/// down to its channels.
pub(in crate::intake) async fn batches_in_line(
    db: &impl ConnectionTrait,
    unit: UnitId,
    before: Option<BatchId>,
    limit: i64,
) -> Result<Vec<Batch>, DbErr> {
    let mut statement = sql(&format!(
        "SELECT {BATCH} FROM batch b WHERE b.unit_id IN (
           SELECT descendant_id FROM unit_closure WHERE ancestor_id = $1
           UNION SELECT ancestor_id FROM unit_closure WHERE descendant_id = $1)"
    ))
    .bind(unit);
    if let Some(before) = before {
        statement = statement.text(" AND b.id < ").arg(before);
    }
    statement.text(" ORDER BY b.id DESC LIMIT ").arg(limit).all(db, batch_of).await
}

/// What a chunk adds to a batch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows settled.
    pub rows: i64,
    /// Rows accepted.
    pub accepted: i64,
    /// Rows refused.
    pub rejected: i64,
    /// Rows that met a known customer or line.
    pub duplicates: i64,
    /// Customers made.
    pub created: i64,
    /// Customers changed.
    pub updated: i64,
}

/// Moves a batch on by a chunk, in the transaction that writes the chunk; 0 if somebody else moved it meanwhile.
pub(in crate::intake) async fn advance(
    db: &impl ConnectionTrait,
    id: BatchId,
    rows_done: i64,
    tally: Tally,
) -> Result<u64, DbErr> {
    sql("UPDATE batch SET rows_done = rows_done + $3, accepted = accepted + $4, rejected = rejected + $5,
           duplicates = duplicates + $6, created = created + $7, updated = updated + $8
         WHERE id = $1 AND rows_done = $2 AND state = 'importing'")
    .bind(id)
    .bind(rows_done)
    .bind(tally.rows)
    .bind(tally.accepted)
    .bind(tally.rejected)
    .bind(tally.duplicates)
    .bind(tally.created)
    .bind(tally.updated)
    .run(db)
    .await
}

/// Moves a batch from one state to another; 0 if it was not in the first.
pub(in crate::intake) async fn turn(
    db: &impl ConnectionTrait,
    id: BatchId,
    from: &str,
    to: &str,
    failure: Option<&str>,
    finished_at: Option<Instant>,
) -> Result<u64, DbErr> {
    sql("UPDATE batch SET state = $3, failure = $4, finished_at_ms = $5 WHERE id = $1 AND state = $2")
        .bind(id)
        .bind(from)
        .bind(to)
        .bind(failure)
        .bind(finished_at)
        .run(db)
        .await
}

/// Sets how far the taking back of a batch has come; 0 if somebody else moved it meanwhile.
pub(in crate::intake) async fn wind_back(
    db: &impl ConnectionTrait,
    id: BatchId,
    from: i64,
    to: i64,
) -> Result<u64, DbErr> {
    sql("UPDATE batch SET rows_done = $3 WHERE id = $1 AND rows_done = $2 AND state = 'undoing'")
        .bind(id)
        .bind(from)
        .bind(to)
        .run(db)
        .await
}
