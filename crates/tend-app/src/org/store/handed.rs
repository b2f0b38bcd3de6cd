//! The SQL of passwords that somebody else set.

use crate::platform::sql;
use sea_orm::{ConnectionTrait, DbErr};
use tend_rules::base::{Instant, StaffId};
use tend_rules::journal::Doer;

pub(in crate::org) async fn insert_handed_password(
    db: &impl ConnectionTrait,
    staff: StaffId,
    by: Doer,
    now: Instant,
    ends: Instant,
) -> Result<u64, DbErr> {
    sql("INSERT INTO handed_password (staff_id, set_by, set_at_ms, ends_at_ms) VALUES ($1, $2, $3, $4)")
        .bind(staff)
        .bind(by.to_string())
        .bind(now)
        .bind(ends)
        .run(db)
        .await
}

/// Notes the first use, which brings the end nearer; a later use changes nothing.
pub(in crate::org) async fn use_handed_password(
    db: &impl ConnectionTrait,
    staff: StaffId,
    now: Instant,
    ends: Instant,
) -> Result<u64, DbErr> {
    sql("UPDATE handed_password
         SET used_at_ms = $1, ends_at_ms = CASE WHEN ends_at_ms < $2 THEN ends_at_ms ELSE $2 END
         WHERE staff_id = $3 AND used_at_ms IS NULL")
    .bind(now)
    .bind(ends)
    .bind(staff)
    .run(db)
    .await
}

pub(in crate::org) async fn delete_handed_password(db: &impl ConnectionTrait, staff: StaffId) -> Result<u64, DbErr> {
    sql("DELETE FROM handed_password WHERE staff_id = $1").bind(staff).run(db).await
}
