//! Samples drawn for verification, and the verdicts.

use crate::platform::{Bind, insert_many, sql};
use sea_orm::{ConnectionTrait, DbErr};
use tend_rules::base::*;
use uuid::Uuid;

/// Writes a sample; touches that were drawn before stay as they are.
pub(in crate::work) async fn insert_sample(
    db: &impl ConnectionTrait,
    drawn: &[TouchId],
    by: StaffId,
    now: Instant,
) -> Result<u64, DbErr> {
    let rows = drawn
        .iter()
        .map(|id| vec![id.bucket().into_value(), id.into_value(), by.into_value(), now.into_value()])
        .collect();
    let columns = ["bucket", "touch_id", "drawn_by", "at_ms"];
    insert_many(db, "verification_sample", &columns, rows, "ON CONFLICT (bucket, touch_id) DO NOTHING").await
}

/// A returned touch leaves the sample, so that its mended result may be drawn again.
pub(in crate::work) async fn remove_from_sample(db: &impl ConnectionTrait, id: TouchId) -> Result<u64, DbErr> {
    sql("DELETE FROM verification_sample WHERE bucket = $1 AND touch_id = $2").bind(id.bucket()).bind(id).run(db).await
}

/// Who drew a touch into the sample, and when.
pub(in crate::work) async fn sample_of(
    db: &impl ConnectionTrait,
    id: TouchId,
) -> Result<Option<(StaffId, Instant)>, DbErr> {
    sql("SELECT drawn_by, at_ms FROM verification_sample WHERE bucket = $1 AND touch_id = $2 LIMIT 1")
        .bind(id.bucket())
        .bind(id)
        .one(db, |row| Ok((row.get("drawn_by")?, row.get("at_ms")?)))
        .await
}

/// A verdict with who and when.
#[derive(Debug)]
pub(in crate::work) struct Verdict<'a> {
    pub id: Uuid,
    pub touch: TouchId,
    pub customer: CustomerId,
    pub word: &'static str,
    pub reason: &'a str,
    pub by: StaffId,
    pub at: Instant,
    /// What stood before, for taking it back.
    pub undo: &'a str,
}

pub(in crate::work) async fn insert_verdict(db: &impl ConnectionTrait, verdict: Verdict<'_>) -> Result<u64, DbErr> {
    sql("INSERT INTO touch_verification (bucket, id, touch_id, customer_id, verdict, reason, verified_by, at_ms, undo)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
    .bind(verdict.touch.bucket())
    .bind(verdict.id)
    .bind(verdict.touch)
    .bind(verdict.customer)
    .bind(verdict.word)
    .bind(verdict.reason)
    .bind(verdict.by)
    .bind(verdict.at)
    .bind(verdict.undo)
    .run(db)
    .await
}

/// A verdict that stands.
#[derive(Debug)]
pub(in crate::work) struct Standing {
    pub id: Uuid,
    pub word: String,
    pub reason: String,
    pub by: StaffId,
    pub at: Instant,
    pub undo: String,
}

/// The last verdict on a touch.
pub(in crate::work) async fn last_of(db: &impl ConnectionTrait, touch: TouchId) -> Result<Option<Standing>, DbErr> {
    sql("SELECT id, verdict, reason, verified_by, at_ms, undo
         FROM touch_verification
         WHERE bucket = $1 AND touch_id = $2
         ORDER BY at_ms DESC, id DESC
         LIMIT 1")
    .bind(touch.bucket())
    .bind(touch)
    .one(db, |row| {
        Ok(Standing {
            id: row.get("id")?,
            word: row.get("verdict")?,
            reason: row.get("reason")?,
            by: row.get("verified_by")?,
            at: row.get("at_ms")?,
            undo: row.get("undo")?,
        })
    })
    .await
}

/// Takes a verdict away; the journal tells that it was given.
pub(in crate::work) async fn delete_verdict(db: &impl ConnectionTrait, touch: TouchId, id: Uuid) -> Result<u64, DbErr> {
    sql("DELETE FROM touch_verification WHERE bucket = $1 AND id = $2 AND touch_id = $3")
        .bind(touch.bucket())
        .bind(id)
        .bind(touch)
        .run(db)
        .await
}
