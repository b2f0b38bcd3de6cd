//! What hand-out needs to know of a batch: its head, and its customers who have no touch of it yet.

use crate::org;
use crate::platform::sql;
use sea_orm::{ConnectionTrait, DbErr};
use tend_rules::base::*;
use tend_rules::org::Scope;

/// The head of a batch.
#[derive(Debug, Clone)]
pub(in crate::work) struct BatchHead {
    pub name: String,
    pub business_type: String,
    pub reason: String,
    pub state: String,
}

/// A customer of a batch who waits for a work order.
#[derive(Debug, Clone)]
pub(in crate::work) struct Waiting {
    pub id: CustomerId,
    pub region: String,
    pub unit_id: UnitId,
    pub annual_value_minor: i64,
}

pub(in crate::work) async fn head(
    db: &impl ConnectionTrait,
    scope: &Scope,
    id: BatchId,
) -> Result<Option<BatchHead>, DbErr> {
    let statement = sql("SELECT b.name, b.business_type, b.reason, b.state FROM batch_head b WHERE b.id = ").arg(id);
    // A batch has no owner among the maintainers: they do not hand out.
    org::scope_predicate(statement.text(" AND "), scope, "b.unit_id", "b.id")
        .one(db, |row| {
            Ok(BatchHead {
                name: row.get("name")?,
                business_type: row.get("business_type")?,
                reason: row.get("reason")?,
                state: row.get("state")?,
            })
        })
        .await
}

/// How many customers of the batch are in scope, and how many of those have no touch of it.
pub(in crate::work) async fn counts(
    db: &impl ConnectionTrait,
    scope: &Scope,
    batch: BatchId,
) -> Result<(i64, i64), DbErr> {
    let statement = sql("SELECT COUNT(*) AS customers,
           COUNT(CASE WHEN EXISTS (SELECT 1 FROM touch t WHERE t.bucket = e.bucket AND t.cause_id = $1
                                     AND t.customer_id = e.customer_id) THEN NULL ELSE 1 END) AS waiting
         FROM batch_customer e
         JOIN customer_head h ON h.bucket = e.bucket AND h.id = e.customer_id
         WHERE e.batch_id = $1 AND ")
    .bind(batch);
    let found = org::scope_predicate(statement, scope, "h.unit_id", "h.owner_id");
    let found = found.one(db, |row| Ok((row.get("customers")?, row.get("waiting")?))).await?;
    Ok(found.unwrap_or_default())
}

/// How many work orders of the batch are open.
pub(in crate::work) async fn open(db: &impl ConnectionTrait, batch: BatchId) -> Result<i64, DbErr> {
    sql("SELECT COUNT(*) FROM touch
         WHERE batch_id = $1 AND state IN ('planned', 'assigned', 'accepted', 'returned')")
    .bind(batch)
    .value(db)
    .await
}

/// How many work orders of the batch were withdrawn, of customers in scope.
pub(in crate::work) async fn withdrawn(db: &impl ConnectionTrait, scope: &Scope, batch: BatchId) -> Result<i64, DbErr> {
    let statement = sql("SELECT COUNT(*) FROM touch t
         JOIN customer_head h ON h.bucket = t.bucket AND h.id = t.customer_id
         WHERE t.batch_id = $1 AND t.state = 'withdrawn' AND ")
    .bind(batch);
    org::scope_predicate(statement, scope, "h.unit_id", "h.owner_id").value(db).await
}

/// Up to `limit` customers of the batch in scope without a touch of it, by id, behind one.
pub(in crate::work) async fn waiting(
    db: &impl ConnectionTrait,
    scope: &Scope,
    batch: BatchId,
    behind: Option<CustomerId>,
    limit: i64,
) -> Result<Vec<Waiting>, DbErr> {
    let mut statement = sql("SELECT h.id, h.region, h.unit_id, h.annual_value_minor
         FROM batch_customer e
         JOIN customer_head h ON h.bucket = e.bucket AND h.id = e.customer_id
         WHERE e.batch_id = $1
           AND NOT EXISTS (SELECT 1 FROM touch t
                           WHERE t.bucket = e.bucket AND t.cause_id = $1 AND t.customer_id = e.customer_id) AND ")
    .bind(batch);
    if let Some(behind) = behind {
        statement = statement.text("h.id > ").arg(behind).text(" AND ");
    }
    org::scope_predicate(statement, scope, "h.unit_id", "h.owner_id")
        .text(" ORDER BY h.id LIMIT ")
        .arg(limit)
        .all(db, |row| {
            Ok(Waiting {
                id: row.get("id")?,
                region: row.get("region")?,
                unit_id: row.get("unit_id")?,
                annual_value_minor: row.get("annual_value_minor")?,
            })
        })
        .await
}
