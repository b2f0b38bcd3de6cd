//! Everything of one customer in this room, and what is old.

use crate::customer::unheld;
use crate::platform::{App, Retire, SealedPlace, retire, sql};
use sea_orm::{ConnectionTrait, DbErr};
use serde_json::{Value, json};
use tend_rules::base::*;

/// Every work order about a customer, oldest first.
pub(in crate::work) async fn of_customer(app: &App, customer: CustomerId) -> Result<Vec<Value>, DbErr> {
    sql("SELECT t.id, t.due_day, t.not_after_day, t.business_type, t.title_zh, t.title_en, t.reason_zh, t.reason_en,
           t.channel, t.state, t.outcome_code, t.return_reason, t.created_at_ms, t.finished_at_ms,
           s.name AS owner_name
         FROM touch t
         LEFT JOIN staff_head s ON s.id = t.owner_id
         WHERE t.bucket = $1 AND t.customer_id = $2
         ORDER BY t.id
         LIMIT 20000")
    .bind(customer.bucket())
    .bind(customer)
    .all(app.read(), |row| {
        let id: TouchId = row.get("id")?;
        let kept: String = row.get("return_reason")?;
        Ok(json!({
            "id": id, "due": row.get::<Day>("due_day")?,
            "not_after": row.get::<Day>("not_after_day")?, "business_type": row.get::<String>("business_type")?,
            "title_zh": row.get::<String>("title_zh")?, "title_en": row.get::<String>("title_en")?,
            "reason_zh": row.get::<String>("reason_zh")?, "reason_en": row.get::<String>("reason_en")?,
            "channel": row.get::<String>("channel")?, "state": row.get::<String>("state")?,
            "outcome_code": row.get::<String>("outcome_code")?,
            "return_reason": app.keys().typed_in(SealedPlace::ReturnReason, id.0, &kept)?,
            "made_at": row.get::<Instant>("created_at_ms")?, "closed_at": row.get::<Option<Instant>>("finished_at_ms")?,
            "person": row.get::<Option<String>>("owner_name")?,
        }))
    })
    .await
}

const OF_TOUCHES: [&str; 2] = [
    "DELETE FROM verification_sample WHERE bucket = $1 AND touch_id IN
       (SELECT t.id FROM touch t WHERE t.bucket = $1 AND t.customer_id = $2)",
    "DELETE FROM touch_verification WHERE bucket = $1 AND touch_id IN
       (SELECT t.id FROM touch t WHERE t.bucket = $1 AND t.customer_id = $2)",
];

/// Deletes everything about a customer.
pub(in crate::work) async fn erase(db: &impl ConnectionTrait, customer: CustomerId) -> Result<(), DbErr> {
    let own = [
        "DELETE FROM touch WHERE bucket = $1 AND customer_id = $2",
        "DELETE FROM bulk_edit_row WHERE bucket = $1 AND customer_id = $2",
    ];
    for statement in OF_TOUCHES.into_iter().chain(own) {
        sql(statement).bind(customer.bucket()).bind(customer).run(db).await?;
    }
    Ok(())
}

/// Ends the time of exports in which a customer stands, also of those whose file is just being made.
pub(in crate::work) async fn end_exports_with(
    db: &impl ConnectionTrait,
    customer: CustomerId,
    now: Instant,
) -> Result<u64, DbErr> {
    sql("UPDATE customer_export SET expires_at_ms = $1 WHERE state IN ('agreed', 'ready') AND expires_at_ms > $1
         AND id IN (SELECT r.export_id FROM customer_export_row r WHERE r.bucket = $2 AND r.customer_id = $3)")
    .bind(now)
    .bind(customer.bucket())
    .bind(customer)
    .run(db)
    .await
}

/// Forgets that a customer stands in exports; of one that was about this customer alone also whom it was asked for.
pub(in crate::work) async fn leave_exports(db: &impl ConnectionTrait, customer: CustomerId) -> Result<(), DbErr> {
    for statement in [
        "UPDATE customer_export SET whom = '' WHERE total = 1
         AND id IN (SELECT r.export_id FROM customer_export_row r WHERE r.bucket = $1 AND r.customer_id = $2)",
        "DELETE FROM customer_export_row WHERE bucket = $1 AND customer_id = $2",
    ] {
        sql(statement).bind(customer.bucket()).bind(customer).run(db).await?;
    }
    Ok(())
}

pub(in crate::work) async fn retire_touches(
    db: &impl ConnectionTrait,
    how: Retire,
    before: Instant,
    today: Day,
) -> Result<i64, DbErr> {
    let gone = retire(db, how, ("touch", &["bucket", "id"]), |statement| {
        let statement =
            statement.text("t.state IN ('done', 'failed', 'expired', 'verified', 'withdrawn') AND t.finished_at_ms < ");
        unheld(statement.arg(before), "customer_id", today)
    })
    .await?;
    if how == Retire::Delete && gone > 0 {
        for table in ["touch_verification", "verification_sample"] {
            sql(&format!(
                "DELETE FROM {table} WHERE NOT EXISTS
                   (SELECT 1 FROM touch t WHERE t.bucket = {table}.bucket AND t.id = {table}.touch_id)"
            ))
            .run(db)
            .await?;
        }
    }
    Ok(gone)
}

pub(in crate::work) async fn retire_bulk_edits(
    db: &impl ConnectionTrait,
    how: Retire,
    before: Instant,
    today: Day,
) -> Result<i64, DbErr> {
    let rows = retire(db, how, ("bulk_edit_row", &["bucket", "bulk_id", "customer_id"]), |statement| {
        let statement =
            statement.text("t.bulk_id IN (SELECT b.id FROM bulk_edit b WHERE b.finished_at_ms < ").arg(before);
        unheld(statement.text(") /* across buckets: bulk edits are the firm's */"), "customer_id", today)
    })
    .await?;
    let edits = retire(db, how, ("bulk_edit", &["id"]), |statement| {
        let statement = statement.text("t.finished_at_ms < ").arg(before);
        statement.text(
            " AND NOT EXISTS (SELECT 1 FROM bulk_edit_row r WHERE r.bulk_id = t.id) /* across buckets: a bulk edit is the firm's */",
        )
    })
    .await?;
    Ok(rows + edits)
}

/// What is over with an export is its file and its decision; those that wait or have a file are ended first.
const EXPORT_OVER: &str = "state IN ('refused', 'withdrawn', 'failed', 'expired')";

pub(in crate::work) async fn retire_exports(
    db: &impl ConnectionTrait,
    how: Retire,
    before: Instant,
    today: Day,
) -> Result<i64, DbErr> {
    let rows = retire(db, how, ("customer_export_row", &["bucket", "export_id", "customer_id"]), |statement| {
        let over = "t.export_id IN (SELECT e.id FROM customer_export e WHERE e.";
        let statement = statement.text(over).text(EXPORT_OVER).text(" AND e.expires_at_ms < ").arg(before);
        unheld(statement.text(") /* across buckets: an export is the firm's */"), "customer_id", today)
    })
    .await?;
    let exports = retire(db, how, ("customer_export", &["id"]), |statement| {
        let statement = statement.text("t.").text(EXPORT_OVER).text(" AND t.expires_at_ms < ").arg(before);
        statement.text(
            " AND NOT EXISTS (SELECT 1 FROM customer_export_row r WHERE r.export_id = t.id) /* across buckets: an export is the firm's */",
        )
    })
    .await?;
    Ok(rows + exports)
}
