//! The table `customer_sight`: who sees a customer of others for the time of a work order.

use super::wanted;
use crate::org::scope_predicate;
use crate::platform::{Bind, Sql, insert_many, sql, with_rows};
use sea_orm::{ConnectionTrait, DbErr};
use tend_rules::base::*;
use tend_rules::org::Scope;

/// A customer, a work order about the customer, and who has it.
#[derive(Debug, Clone, Copy)]
pub(in crate::customer) struct SightRow {
    pub customer: CustomerId,
    pub touch: TouchId,
    pub unit: UnitId,
    pub person: Option<StaffId>,
    pub until: Day,
}

/// Whose a customer is.
#[derive(Debug, Clone, Copy)]
pub(in crate::customer) struct KeptRow {
    pub id: CustomerId,
    pub unit: UnitId,
    pub owner: Option<StaffId>,
}

/// Appends the predicate of a scope over the customer `c`: its own keepers, and those who have work with it.
#[must_use]
pub(in crate::customer) fn visible(statement: Sql, scope: &Scope) -> Sql {
    const LENT: &str = " OR EXISTS (SELECT 1 FROM customer_sight s
        WHERE s.bucket = c.bucket AND s.customer_id = c.id AND ";
    let statement = scope_predicate(statement.text("("), scope, "c.unit_id", "c.owner_id");
    match scope {
        Scope::Firm | Scope::Nothing => statement.text(")"),
        Scope::Subtree(_) | Scope::Own(_) => {
            scope_predicate(statement.text(LENT), scope, "s.unit_id", "s.staff_id").text("))")
        }
    }
}

/// Whose the customers are, in no particular order.
pub(in crate::customer) async fn kept(db: &impl ConnectionTrait, ids: &[CustomerId]) -> Result<Vec<KeptRow>, DbErr> {
    let rest = "SELECT c.id, c.unit_id, c.owner_id FROM w CROSS JOIN customer c
         WHERE c.bucket = w.bucket AND c.id = w.id";
    wanted(ids, rest)
        .all(db, |row| Ok(KeptRow { id: row.get("id")?, unit: row.get("unit_id")?, owner: row.get("owner_id")? }))
        .await
}

/// Gives customers who are nobody's to their keepers. Who is meant is settled within `k`, where each is found by its
/// key: asked outside, `owner_id IS NULL` has SQLite walk through every customer of nobody.
pub(in crate::customer) async fn keep_free(
    db: &impl ConnectionTrait,
    rows: impl IntoIterator<Item = KeptRow>,
    now: Instant,
) -> Result<u64, DbErr> {
    let keepers = rows
        .into_iter()
        .map(|row| [row.id.bucket().into_value(), row.id.into_value(), row.unit.into_value(), row.owner.into_value()]);
    with_rows("bucket, id, unit_id, owner_id", keepers)
        .text("UPDATE customer SET version = version + 1, unit_id = k.unit_id, owner_id = k.owner_id, updated_at_ms = ")
        .arg(now)
        .text(
            " FROM (SELECT c.bucket, c.id, w.unit_id, w.owner_id FROM w CROSS JOIN customer c
                    WHERE c.bucket = w.bucket AND c.id = w.id AND c.owner_id IS NULL) k
              WHERE customer.bucket = k.bucket AND customer.id = k.id",
        )
        .run(db)
        .await
}

/// Replaces the sight that comes with work orders: each of `touches` loses what it gave before.
pub(in crate::customer) async fn replace(
    db: &impl ConnectionTrait,
    touches: &[(CustomerId, TouchId)],
    rows: Vec<SightRow>,
) -> Result<(), DbErr> {
    for part in touches.chunks(2000) {
        let lent = part
            .iter()
            .map(|(customer, touch)| [customer.bucket().into_value(), customer.into_value(), touch.into_value()]);
        let rest = "DELETE FROM customer_sight
             WHERE (bucket, customer_id, touch_id) IN (SELECT bucket, customer_id, touch_id FROM w)";
        with_rows("bucket, customer_id, touch_id", lent).text(rest).run(db).await?;
    }
    let columns = ["bucket", "customer_id", "touch_id", "unit_id", "staff_id", "until_day"];
    let rows = rows.into_iter().map(|row| {
        vec![
            row.customer.bucket().into_value(),
            row.customer.into_value(),
            row.touch.into_value(),
            row.unit.into_value(),
            row.person.into_value(),
            row.until.into_value(),
        ]
    });
    insert_many(db, "customer_sight", &columns, rows.collect(), "").await.map(drop)
}

/// Ends what ended before a day.
pub(in crate::customer) async fn end(db: &impl ConnectionTrait, today: Day) -> Result<u64, DbErr> {
    sql("DELETE FROM customer_sight WHERE until_day < $1").bind(today).run(db).await
}
