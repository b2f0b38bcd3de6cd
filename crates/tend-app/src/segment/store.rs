//! The SQL of saved segments, and of the views through which the budget of attention is counted.

use super::saved::{SegmentRow, Sharing};
use crate::platform::{Row, sql};
use sea_orm::{ConnectionTrait, DbErr, StreamTrait};
use std::collections::HashMap;
use tend_rules::base::*;

fn shaped(row: &Row) -> Result<SegmentRow, DbErr> {
    Ok(SegmentRow {
        id: row.get("id")?,
        name: row.get("name")?,
        expression: row.get("expression")?,
        owner_id: row.get("owner_id")?,
        shared: row.get::<String>("shared")? == Sharing::Everybody.word(),
        version: row.get("version")?,
    })
}

/// The segments that a person sees: the own ones and the shared ones.
pub(super) async fn of(db: &impl ConnectionTrait, reader: StaffId) -> Result<Vec<SegmentRow>, DbErr> {
    sql("SELECT id, name, expression, owner_id, shared, version
         FROM segment
         WHERE owner_id = $1 OR shared = 'yes'
         ORDER BY name, id
         LIMIT 1000")
    .bind(reader)
    .all(db, shaped)
    .await
}

pub(super) async fn insert(
    db: &impl ConnectionTrait,
    row: &SegmentRow,
    sharing: Sharing,
    now: Instant,
) -> Result<u64, DbErr> {
    sql("INSERT INTO segment (id, name, expression, owner_id, shared, version, created_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7)")
    .bind(row.id)
    .bind(&row.name)
    .bind(&row.expression)
    .bind(row.owner_id)
    .bind(sharing.word())
    .bind(row.version)
    .bind(now)
    .run(db)
    .await
}

/// Changes a segment of its owner, if nobody did since `version`.
pub(super) async fn update(
    db: &impl ConnectionTrait,
    row: &SegmentRow,
    sharing: Sharing,
    version: i64,
) -> Result<u64, DbErr> {
    sql("UPDATE segment SET name = $1, expression = $2, shared = $3, version = version + 1
         WHERE id = $4 AND owner_id = $5 AND version = $6")
    .bind(&row.name)
    .bind(&row.expression)
    .bind(sharing.word())
    .bind(row.id)
    .bind(row.owner_id)
    .bind(version)
    .run(db)
    .await
}

pub(super) async fn delete(db: &impl ConnectionTrait, id: SegmentId, owner: StaffId) -> Result<u64, DbErr> {
    sql("DELETE FROM segment WHERE id = $1 AND owner_id = $2").bind(id).bind(owner).run(db).await
}

/// How many contacts of the days `from..=to` each customer had, through the view of the room that keeps them.
pub(super) async fn contacts<C>(db: &C, from: Day, to: Day) -> Result<HashMap<CustomerId, i64>, DbErr>
where
    C: ConnectionTrait + StreamTrait,
{
    let mut counts = HashMap::new();
    sql("SELECT customer_id, COUNT(*)
         FROM attention_contact
         WHERE day >= $1 AND day <= $2
         GROUP BY bucket, customer_id")
    .bind(from)
    .bind(to)
    .each(db, |row| {
        counts.insert(row.get::<CustomerId>(0)?, row.get::<i64>(1)?);
        Ok(())
    })
    .await?;
    Ok(counts)
}

/// When the journal last grew.
pub(super) async fn journal_moved_at(db: &impl ConnectionTrait) -> Result<Option<Instant>, DbErr> {
    sql("SELECT MAX(at_ms) FROM journal_fact").value(db).await
}
