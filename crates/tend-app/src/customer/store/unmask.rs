//! The SQL of the daily tally of opened fields.

use crate::platform::sql;
use sea_orm::{ConnectionTrait, DbErr};
use tend_rules::base::{Day, StaffId};

/// How many openings are counted.
pub(in crate::customer) async fn opened(db: &impl ConnectionTrait, staff: StaffId, day: Day) -> Result<i64, DbErr> {
    let found = sql("SELECT opened FROM unmask_tally WHERE staff_id = $1 AND on_day = $2").bind(staff).bind(day);
    Ok(found.one(db, |row| row.get("opened")).await?.unwrap_or(0))
}

/// Counts one opening, unless `cap` are counted already: then 0 rows.
pub(in crate::customer) async fn count(
    db: &impl ConnectionTrait,
    staff: StaffId,
    day: Day,
    cap: i64,
) -> Result<u64, DbErr> {
    sql("INSERT INTO unmask_tally (staff_id, on_day, opened) VALUES ($1, $2, 1)
         ON CONFLICT (staff_id, on_day) DO UPDATE SET opened = unmask_tally.opened + 1
         WHERE unmask_tally.opened < $3")
    .bind(staff)
    .bind(day)
    .bind(cap)
    .run(db)
    .await
}
