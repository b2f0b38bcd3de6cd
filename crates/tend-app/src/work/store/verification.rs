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
}

pub(in crate::work) async fn insert_verdict(db: &impl ConnectionTrait, verdict: Verdict<'_>) -> Result<u64, DbErr> {
    sql("INSERT INTO touch_verification (bucket, id, touch_id, customer_id, verdict, reason, verified_by, at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
    .bind(verdict.touch.bucket())
    .bind(verdict.id)
    .bind(verdict.touch)
    .bind(verdict.customer)
    .bind(verdict.word)
    .bind(verdict.reason)
    .bind(verdict.by)
    .bind(verdict.at)
    .run(db)
    .await
}
