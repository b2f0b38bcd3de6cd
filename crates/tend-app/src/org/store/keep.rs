//! What is old in the tables of this room.

use crate::platform::{Retire, retire};
use sea_orm::{ConnectionTrait, DbErr};
use tend_rules::base::{Day, Instant};

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
    today: Day,
) -> Result<i64, DbErr> {
    // Holds are few; a notice lies in no bucket.
    const UNHELD: &str =
        " AND NOT EXISTS (SELECT 1 FROM customer_hold h WHERE h.customer_id = t.customer_id AND h.from_day <= ";
    retire(db, how, ("notice", &["id"]), |statement| {
        let statement = statement.text("t.at_ms < ").arg(before).text(UNHELD).arg(today);
        statement.text(" AND (h.until_day IS NULL OR h.until_day >= ").arg(today).text("))")
    })
    .await
}
