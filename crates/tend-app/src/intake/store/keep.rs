//! The SQL of what has been kept long enough: uploads and problems that no hold binds.

use crate::platform::{Retire, Sql, retire, sql};
use sea_orm::{ConnectionTrait, DbErr};
use tend_rules::base::*;

/// Appends that no hold binds a customer whom a batch of `b` named.
fn unheld(statement: Sql, batches: &str, today: Day) -> Sql {
    let text = format!(
        " AND NOT EXISTS (SELECT 1 FROM customer_hold h
           JOIN batch_entry e ON e.bucket = h.bucket AND e.customer_id = h.customer_id
           JOIN batch b ON b.id = e.batch_id
           WHERE {batches} AND h.from_day <= "
    );
    let statement = statement.text(&text).arg(today).text(" AND (h.until_day IS NULL OR h.until_day >= ").arg(today);
    statement.text("))")
}

/// Uploads of before an instant that no import reads, at most a thousand.
pub(in crate::intake) async fn old_uploads(
    db: &impl ConnectionTrait,
    before: Instant,
    today: Day,
) -> Result<Vec<UploadId>, DbErr> {
    let statement = sql("SELECT u.id FROM upload u WHERE u.at_ms < ").arg(before).text(
        " AND NOT EXISTS (SELECT 1 FROM batch b WHERE b.upload_id = u.id AND b.state IN ('importing', 'undoing'))",
    );
    unheld(statement, "b.upload_id = u.id", today).text(" LIMIT 1000").all(db, |row| row.get("id")).await
}

/// Deletes uploads; their batches stay and have no file any more, nor what was repaired in it.
pub(in crate::intake) async fn delete_uploads(db: &impl ConnectionTrait, ids: &[UploadId]) -> Result<(), DbErr> {
    for some in ids.chunks(500) {
        let batches = sql("UPDATE batch SET upload_id = NULL, repairs = '' WHERE upload_id IN ");
        batches.list(some.iter().copied()).run(db).await?;
        sql("DELETE FROM batch_problem WHERE batch_id IN ").list(some.iter().copied()).run(db).await?;
        sql("DELETE FROM upload WHERE id IN ").list(some.iter().copied()).run(db).await?;
    }
    Ok(())
}

/// Problems of batches that ended, and of uploads that came, before an instant.
pub(in crate::intake) async fn retire_problems(
    db: &impl ConnectionTrait,
    how: Retire,
    before: Instant,
    today: Day,
) -> Result<i64, DbErr> {
    retire(db, how, ("batch_problem", &["batch_id", "row_number", "place"]), |statement| {
        let ended = statement.text("(t.batch_id IN (SELECT d.id FROM batch d WHERE d.finished_at_ms < ").arg(before);
        let came = ended.text(") OR t.batch_id IN (SELECT u.id FROM upload u WHERE u.at_ms < ").arg(before);
        unheld(came.text("))"), "(b.id = t.batch_id OR b.upload_id = t.batch_id)", today)
    })
    .await
}
