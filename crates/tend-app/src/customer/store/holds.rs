//! Legal holds.

use super::wanted;
use crate::platform::{Row, Sql, sql};
use sea_orm::{ConnectionTrait, DbErr};
use tend_rules::base::*;
use tend_rules::law::Hold;

/// A hold as it stands in its table, reasons sealed.
#[derive(Debug, Clone)]
pub(in crate::customer) struct HoldRow {
    pub id: HoldId,
    pub customer_id: CustomerId,
    pub reason: Vec<u8>,
    pub days: Hold,
    pub placed_by: String,
    pub at: Instant,
    pub released_by: Option<String>,
    pub released_at: Option<Instant>,
    pub release: Option<Vec<u8>>,
}

const SELECTED: &str = "SELECT l.id, l.customer_id, l.reason_cell, l.from_day, l.until_day, l.placed_by, l.at_ms, \
     l.released_by, l.released_at_ms, l.release_cell FROM legal_hold l ";

fn shaped(row: &Row) -> Result<HoldRow, DbErr> {
    Ok(HoldRow {
        id: row.get("id")?,
        customer_id: row.get("customer_id")?,
        reason: row.get("reason_cell")?,
        days: Hold { from: row.get("from_day")?, until: row.get("until_day")? },
        placed_by: row.get("placed_by")?,
        at: row.get("at_ms")?,
        released_by: row.get("released_by")?,
        released_at: row.get("released_at_ms")?,
        release: row.get("release_cell")?,
    })
}

pub(in crate::customer) async fn insert(db: &impl ConnectionTrait, hold: &HoldRow) -> Result<u64, DbErr> {
    sql("INSERT INTO legal_hold (bucket, id, customer_id, reason_cell, from_day, until_day, placed_by, at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
    .bind(hold.id.bucket())
    .bind(hold.id)
    .bind(hold.customer_id)
    .bind(hold.reason.clone())
    .bind(hold.days.from)
    .bind(hold.days.until)
    .bind(&hold.placed_by)
    .bind(hold.at)
    .run(db)
    .await
}

/// Releases a hold, once.
pub(in crate::customer) async fn release(
    db: &impl ConnectionTrait,
    id: HoldId,
    (by, cell): (String, Vec<u8>),
    now: Instant,
) -> Result<u64, DbErr> {
    sql("UPDATE legal_hold SET released_by = $1, released_at_ms = $2, release_cell = $3
         WHERE bucket = $4 AND id = $5 AND released_at_ms IS NULL")
    .bind(by)
    .bind(now)
    .bind(cell)
    .bind(id.bucket())
    .bind(id)
    .run(db)
    .await
}

pub(in crate::customer) async fn one(db: &impl ConnectionTrait, id: HoldId) -> Result<Option<HoldRow>, DbErr> {
    let statement = sql(SELECTED).text("WHERE l.bucket = ").arg(id.bucket()).text(" AND l.id = ").arg(id);
    statement.text(" LIMIT 1").one(db, shaped).await
}

/// The holds of one customer, newest first; of the firm for the nil customer.
pub(in crate::customer) async fn of(db: &impl ConnectionTrait, customer: CustomerId) -> Result<Vec<HoldRow>, DbErr> {
    let statement = sql(SELECTED).text("WHERE l.bucket = ").arg(customer.bucket());
    let statement = statement.text(" AND l.customer_id = ").arg(customer);
    statement.text(" ORDER BY l.at_ms DESC, l.id DESC LIMIT 200").all(db, shaped).await
}

/// Every hold that is not released, newest first. The caller keeps to its scope.
pub(in crate::customer) async fn standing(db: &impl ConnectionTrait) -> Result<Vec<HoldRow>, DbErr> {
    let statement = sql(SELECTED).text("WHERE l.released_at_ms IS NULL ORDER BY l.at_ms DESC, l.id DESC LIMIT 1000");
    statement.all(db, shaped).await
}

/// Those of the customers whom a hold of their own binds on a day.
pub(in crate::customer) async fn held_among(
    db: &impl ConnectionTrait,
    ids: &[CustomerId],
    today: Day,
) -> Result<Vec<CustomerId>, DbErr> {
    let mut held = Vec::new();
    for ids in ids.chunks(2000) {
        let rest = "SELECT DISTINCT h.customer_id FROM w CROSS JOIN customer_hold h
             WHERE h.bucket = w.bucket AND h.customer_id = w.id AND h.from_day <= ";
        let statement = wanted(ids, rest).arg(today);
        let statement = statement.text(" AND (h.until_day IS NULL OR h.until_day >= ").arg(today).text(")");
        held.extend(statement.all(db, |row| row.get::<CustomerId>("customer_id")).await?);
    }
    Ok(held)
}

/// Whether a hold binds a customer of the batch on a day.
pub(in crate::customer) async fn holds_of_batch(
    db: &impl ConnectionTrait,
    batch: BatchId,
    today: Day,
) -> Result<Option<CustomerId>, DbErr> {
    sql("SELECT e.customer_id FROM customer_hold h
         JOIN batch_entry e ON e.bucket = h.bucket AND e.customer_id = h.customer_id
         WHERE e.batch_id = $1 AND h.from_day <= $2 AND (h.until_day IS NULL OR h.until_day >= $2) LIMIT 1")
    .bind(batch)
    .bind(today)
    .one(db, |row| row.get("customer_id"))
    .await
}

/// Appends that no hold binds the customer of the row `t`.
#[must_use]
pub(in crate::customer) fn unheld(statement: Sql, customer: &str, today: Day) -> Sql {
    let text = format!(
        " AND NOT EXISTS (SELECT 1 FROM customer_hold h WHERE h.bucket = t.bucket AND h.customer_id = t.{customer}
           AND h.from_day <= "
    );
    let statement = statement.text(&text).arg(today).text(" AND (h.until_day IS NULL OR h.until_day >= ").arg(today);
    statement.text("))")
}

/// Blanks the words of a customer's holds, which none binds any more: that they were, when and by whose hand stays.
pub(in crate::customer) async fn blank(db: &impl ConnectionTrait, customer: CustomerId) -> Result<u64, DbErr> {
    sql("UPDATE legal_hold SET reason_cell = $1, release_cell = NULL WHERE bucket = $2 AND customer_id = $3")
        .bind(Vec::<u8>::new())
        .bind(customer.bucket())
        .bind(customer)
        .run(db)
        .await
}
