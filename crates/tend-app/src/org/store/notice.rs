//! The SQL of notices.

use crate::org::notice::{NewNotice, Wanted};
use crate::platform::sql;
use sea_orm::{ConnectionTrait, DbErr};
use serde_json::Value;
use tend_rules::base::{CustomerId, Instant, NoticeId, StaffId};
use tend_rules::org::Role;

/// A notice as it is kept.
#[derive(Debug)]
pub(in crate::org) struct NoticeRow {
    pub id: NoticeId,
    pub kind: String,
    pub params: Value,
    pub link_kind: String,
    pub link_id: String,
    pub customer: Option<CustomerId>,
    pub by: Option<StaffId>,
    pub at: Instant,
    pub read_at: Option<Instant>,
}

pub(in crate::org) async fn insert(
    db: &impl ConnectionTrait,
    id: NoticeId,
    new: &NewNotice,
    now: Instant,
) -> Result<u64, DbErr> {
    let (link_kind, link_id) = new.link.as_ref().map_or(("", ""), |(kind, id)| (*kind, id.as_str()));
    sql("INSERT INTO notice (id, staff_id, kind, params, link_kind, link_id, customer_id, by_id, dedup_key, at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (dedup_key) DO NOTHING")
    .bind(id)
    .bind(new.to)
    .bind(new.kind.word())
    .bind(new.params.to_string())
    .bind(link_kind)
    .bind(link_id)
    .bind(new.customer)
    .bind(new.by)
    .bind(new.once.clone().unwrap_or_else(|| id.to_string()))
    .bind(now)
    .run(db)
    .await
}

pub(in crate::org) async fn of_role(db: &impl ConnectionTrait, role: Role) -> Result<Vec<StaffId>, DbErr> {
    sql("SELECT id FROM staff_head WHERE role = $1 AND left_on_day IS NULL LIMIT 1000")
        .bind(role.word())
        .all(db, |row| row.get("id"))
        .await
}

pub(in crate::org) async fn forget_about(db: &impl ConnectionTrait, customers: &[CustomerId]) -> Result<(), DbErr> {
    for some in customers.chunks(2000) {
        sql("DELETE FROM notice WHERE customer_id IN ").list(some.iter().copied()).run(db).await?;
    }
    Ok(())
}

pub(in crate::org) async fn forget_once(db: &impl ConnectionTrait, to: StaffId, once: &str) -> Result<u64, DbErr> {
    sql("DELETE FROM notice WHERE dedup_key = $1 AND staff_id = $2").bind(once).bind(to).run(db).await
}

pub(in crate::org) async fn page(
    db: &impl ConnectionTrait,
    reader: StaffId,
    wanted: Wanted,
    before: Option<NoticeId>,
    limit: i64,
) -> Result<Vec<NoticeRow>, DbErr> {
    let mut statement = sql("SELECT id, kind, params, link_kind, link_id, customer_id, by_id, at_ms, read_at_ms
         FROM notice
         WHERE staff_id = ")
    .arg(reader);
    if wanted == Wanted::Unread {
        statement = statement.text(" AND read_at_ms IS NULL");
    }
    if let Some(before) = before {
        statement = statement.text(" AND id < ").arg(before);
    }
    let statement = statement.text(" ORDER BY id DESC LIMIT ").arg(limit);
    statement
        .all(db, |row| {
            Ok(NoticeRow {
                id: row.get("id")?,
                kind: row.get("kind")?,
                params: serde_json::from_str(&row.get::<String>("params")?).unwrap_or_default(),
                link_kind: row.get("link_kind")?,
                link_id: row.get("link_id")?,
                customer: row.get("customer_id")?,
                by: row.get("by_id")?,
                at: row.get("at_ms")?,
                read_at: row.get("read_at_ms")?,
            })
        })
        .await
}

pub(in crate::org) async fn unread(db: &impl ConnectionTrait, reader: StaffId) -> Result<i64, DbErr> {
    sql("SELECT COUNT(*) FROM notice WHERE staff_id = $1 AND read_at_ms IS NULL").bind(reader).value(db).await
}

/// Marks one notice or all; answers how many changed.
pub(in crate::org) async fn mark(
    db: &impl ConnectionTrait,
    reader: StaffId,
    id: Option<NoticeId>,
    read_at: Option<Instant>,
) -> Result<u64, DbErr> {
    let mut statement = sql("UPDATE notice SET read_at_ms = ").arg(read_at).text(" WHERE staff_id = ").arg(reader);
    statement =
        statement.text(if read_at.is_some() { " AND read_at_ms IS NULL" } else { " AND read_at_ms IS NOT NULL" });
    if let Some(id) = id {
        statement = statement.text(" AND id = ").arg(id);
    }
    statement.run(db).await
}

pub(in crate::org) async fn is_of(
    db: &impl ConnectionTrait,
    reader: StaffId,
    id: Option<NoticeId>,
) -> Result<bool, DbErr> {
    let found: i64 =
        sql("SELECT COUNT(*) FROM notice WHERE staff_id = $1 AND id = $2").bind(reader).bind(id).value(db).await?;
    Ok(found > 0)
}
