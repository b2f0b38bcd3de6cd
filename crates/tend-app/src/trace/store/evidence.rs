//! The SQL of evidence and turns. Insert only; they go with their trace.

use crate::platform::{Row, sql, with_customers};
use sea_orm::{ConnectionTrait, DbErr};
use tend_rules::base::*;
use uuid::Uuid;

/// Which of these pieces of evidence there are.
pub(in crate::trace) async fn known_evidence(
    db: &impl ConnectionTrait,
    ids: &[EvidenceId],
) -> Result<Vec<EvidenceId>, DbErr> {
    let mut known = Vec::new();
    for id in ids {
        let found = sql("SELECT id FROM trace_evidence WHERE bucket = $1 AND id = $2").bind(id.bucket()).bind(*id);
        let found: Option<EvidenceId> = found.one(db, |row| row.get("id")).await?;
        known.extend(found);
    }
    Ok(known)
}

/// A sealed record.
#[derive(Debug, Clone)]
pub(in crate::trace) struct Sealed {
    pub id: Uuid,
    pub cell: Vec<u8>,
    pub file_key_cell: Option<Vec<u8>>,
}

pub(in crate::trace) async fn insert_turn(
    db: &impl ConnectionTrait,
    trace: TraceId,
    id: Uuid,
    at: Instant,
    cell: Vec<u8>,
) -> Result<u64, DbErr> {
    sql("INSERT INTO trace_turn (bucket, id, trace_id, at_ms, cell, place)
         VALUES ($1, $2, $3, $4, $5,
           (SELECT COUNT(*) FROM trace_turn x WHERE x.bucket = $1 AND x.trace_id = $3))")
    .bind(trace.bucket())
    .bind(id)
    .bind(trace)
    .bind(at)
    .bind(cell)
    .run(db)
    .await
}

/// The turns of a trace, oldest first.
pub(in crate::trace) async fn turns(db: &impl ConnectionTrait, trace: TraceId) -> Result<Vec<Sealed>, DbErr> {
    sql("SELECT id, cell FROM trace_turn WHERE bucket = $1 AND trace_id = $2 ORDER BY place LIMIT 1000")
        .bind(trace.bucket())
        .bind(trace)
        .all(db, |row| Ok(Sealed { id: row.get("id")?, cell: row.get("cell")?, file_key_cell: None }))
        .await
}

pub(in crate::trace) async fn insert_evidence(
    db: &impl ConnectionTrait,
    trace: TraceId,
    at: Instant,
    sealed: Sealed,
) -> Result<u64, DbErr> {
    sql("INSERT INTO trace_evidence (bucket, id, trace_id, given_at_ms, cell, file_key_cell, place)
         VALUES ($1, $2, $3, $4, $5, $6,
           (SELECT COUNT(*) FROM trace_evidence x WHERE x.bucket = $1 AND x.trace_id = $3))")
    .bind(trace.bucket())
    .bind(sealed.id)
    .bind(trace)
    .bind(at)
    .bind(sealed.cell)
    .bind(sealed.file_key_cell)
    .run(db)
    .await
}

/// The evidence of a trace, oldest first.
pub(in crate::trace) async fn evidence(db: &impl ConnectionTrait, trace: TraceId) -> Result<Vec<Sealed>, DbErr> {
    sql("SELECT id, cell, file_key_cell FROM trace_evidence
         WHERE bucket = $1 AND trace_id = $2 ORDER BY place LIMIT 1000")
    .bind(trace.bucket())
    .bind(trace)
    .all(db, |row| Ok(Sealed { id: row.get("id")?, cell: row.get("cell")?, file_key_cell: row.get("file_key_cell")? }))
    .await
}

/// A sealed record with its owner.
pub(in crate::trace) type OwnCell = (Uuid, CustomerId, Vec<u8>, Option<Vec<u8>>);

/// The sealed turns of customers.
pub(in crate::trace) async fn turn_cells(
    db: &impl ConnectionTrait,
    customers: impl Iterator<Item = CustomerId>,
) -> Result<Vec<OwnCell>, DbErr> {
    let Some(wanted) = with_customers(customers) else { return Ok(Vec::new()) };
    wanted
        .text(
            "SELECT x.id, t.customer_id, x.cell
             FROM w CROSS JOIN trace t JOIN trace_turn x ON x.bucket = t.bucket AND x.trace_id = t.id
             WHERE t.bucket = w.bucket AND t.customer_id = w.id",
        )
        .all(db, |row| Ok((row.get("id")?, row.get("customer_id")?, row.get("cell")?, None)))
        .await
}

/// The sealed evidence of customers.
pub(in crate::trace) async fn evidence_cells(
    db: &impl ConnectionTrait,
    customers: impl Iterator<Item = CustomerId>,
) -> Result<Vec<OwnCell>, DbErr> {
    let Some(wanted) = with_customers(customers) else { return Ok(Vec::new()) };
    let row = |row: &Row| Ok((row.get("id")?, row.get("customer_id")?, row.get("cell")?, row.get("file_key_cell")?));
    wanted
        .text(
            "SELECT x.id, t.customer_id, x.cell, x.file_key_cell
             FROM w CROSS JOIN trace t JOIN trace_evidence x ON x.bucket = t.bucket AND x.trace_id = t.id
             WHERE t.bucket = w.bucket AND t.customer_id = w.id",
        )
        .all(db, row)
        .await
}

/// Evidence with a file, and whose it is.
#[derive(Debug)]
pub(in crate::trace) struct FiledEvidence {
    pub id: EvidenceId,
    pub customer: CustomerId,
    pub cell: Vec<u8>,
    pub file_key_cell: Vec<u8>,
}

/// Evidence with a file behind one, by bucket and id.
pub(in crate::trace) async fn filed_evidence(
    db: &impl ConnectionTrait,
    after: Option<EvidenceId>,
    limit: i64,
) -> Result<Vec<FiledEvidence>, DbErr> {
    let after = after.unwrap_or(EvidenceId(Uuid::nil()));
    sql("SELECT x.id, t.customer_id, x.cell, x.file_key_cell
         FROM trace_evidence x JOIN trace t ON t.bucket = x.bucket AND t.id = x.trace_id
         WHERE (x.bucket, x.id) > ($1, $2) AND x.file_key_cell IS NOT NULL
         ORDER BY x.bucket, x.id LIMIT $3")
    .bind(after.bucket())
    .bind(after)
    .bind(limit)
    .all(db, |row| {
        let (id, customer) = (row.get("id")?, row.get("customer_id")?);
        Ok(FiledEvidence { id, customer, cell: row.get("cell")?, file_key_cell: row.get("file_key_cell")? })
    })
    .await
}
