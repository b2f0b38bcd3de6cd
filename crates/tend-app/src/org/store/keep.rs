//! What is old in the tables of this room.

use crate::platform::{Retire, retire};
use sea_orm::{ConnectionTrait, DbErr};
use tend_rules::base::Instant;

pub(in crate::org) async fn retire_sessions(
    db: &impl ConnectionTrait,
    how: Retire,
    before: Instant,
) -> Result<i64, DbErr> {
    retire(db, how, ("staff_session", &["id"]), |statement| statement.text("t.expires_at_ms < ").arg(before)).await
}

pub(in crate::org) async fn retire_failures(
    db: &impl ConnectionTrait,
    how: Retire,
    before: Instant,
) -> Result<i64, DbErr> {
    retire(db, how, ("sign_in_failure", &["id"]), |statement| statement.text("t.at_ms < ").arg(before)).await
}

pub(in crate::org) async fn retire_notices(
    db: &impl ConnectionTrait,
    how: Retire,
    before: Instant,
) -> Result<i64, DbErr> {
    retire(db, how, ("notice", &["id"]), |statement| statement.text("t.at_ms < ").arg(before)).await
}
