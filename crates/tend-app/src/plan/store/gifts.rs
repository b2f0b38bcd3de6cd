//! The catalogue of gifts, and which of them are retired.

use crate::plan::gifts::{Gift, GiftKind};
use crate::platform::{Row, Sql, sql};
use sea_orm::{ConnectionTrait, DbErr};
use std::collections::HashMap;
use tend_rules::base::*;
use tend_rules::segment::Words;

/// A gift as it stands in its table.
#[derive(Debug, Clone)]
pub(in crate::plan) struct GiftRow {
    pub key: String,
    pub gift: Gift,
    pub version: i64,
    pub retired_at: Option<Instant>,
}

fn selected() -> Sql {
    sql("SELECT g.key, g.title_zh, g.title_en, g.kind, g.cost_minor, g.per_month, g.version, r.at_ms
         FROM gift g
         LEFT JOIN gift_retirement r ON r.key = g.key
         WHERE TRUE")
}

fn shaped(row: &Row) -> Result<GiftRow, DbErr> {
    let gift = Gift {
        title: Words::new(row.get::<String>("title_zh")?, row.get::<String>("title_en")?),
        kind: GiftKind::from_word(&row.get::<String>("kind")?),
        cost_minor: row.get("cost_minor")?,
        per_month: row.get("per_month")?,
    };
    Ok(GiftRow { key: row.get("key")?, gift, version: row.get("version")?, retired_at: row.get("at_ms")? })
}

/// Every gift, by key.
pub(in crate::plan) async fn every(db: &impl ConnectionTrait) -> Result<Vec<GiftRow>, DbErr> {
    selected().text(" ORDER BY g.key LIMIT 5000").all(db, shaped).await
}

/// One gift.
pub(in crate::plan) async fn one(db: &impl ConnectionTrait, key: &str) -> Result<Option<GiftRow>, DbErr> {
    selected().text(" AND g.key = ").arg(key).one(db, shaped).await
}

/// Writes a new gift; answers 0 where the key is taken.
pub(in crate::plan) async fn insert(db: &impl ConnectionTrait, key: &str, gift: &Gift) -> Result<u64, DbErr> {
    sql("INSERT INTO gift (key, title_zh, title_en, kind, cost_minor, per_month) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT DO NOTHING")
    .bind(key)
    .bind(&gift.title.zh)
    .bind(&gift.title.en)
    .bind(gift.kind.word())
    .bind(gift.cost_minor)
    .bind(gift.per_month)
    .run(db)
    .await
}

/// Writes a gift anew where it still has the version that was seen; answers 0 where it has not.
pub(in crate::plan) async fn change(
    db: &impl ConnectionTrait,
    key: &str,
    gift: &Gift,
    version: i64,
) -> Result<u64, DbErr> {
    sql("UPDATE gift SET title_zh = $1, title_en = $2, kind = $3, cost_minor = $4, per_month = $5, version = version + 1
         WHERE key = $6 AND version = $7")
    .bind(&gift.title.zh)
    .bind(&gift.title.en)
    .bind(gift.kind.word())
    .bind(gift.cost_minor)
    .bind(gift.per_month)
    .bind(key)
    .bind(version)
    .run(db)
    .await
}

/// Retires a gift; answers 0 where it is retired already.
pub(in crate::plan) async fn retire(
    db: &impl ConnectionTrait,
    key: &str,
    (by, now): (&str, Instant),
) -> Result<u64, DbErr> {
    sql("INSERT INTO gift_retirement (key, retired_by, at_ms) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
        .bind(key)
        .bind(by)
        .bind(now)
        .run(db)
        .await
}

/// Takes a gift back into use.
pub(in crate::plan) async fn resume(db: &impl ConnectionTrait, key: &str) -> Result<u64, DbErr> {
    sql("DELETE FROM gift_retirement WHERE key = $1").bind(key).run(db).await
}

/// How many touches of each plan are due on the days, but for those that were taken back or came too late.
pub(in crate::plan) async fn touches_of(
    db: &impl ConnectionTrait,
    (first, last): (Day, Day),
) -> Result<HashMap<PlanId, i64>, DbErr> {
    let rows = sql("SELECT plan_id, COUNT(*) FROM attention_touch
         WHERE due_day >= $1 AND due_day <= $2 AND plan_id IS NOT NULL AND state NOT IN ('withdrawn', 'expired')
         GROUP BY plan_id")
    .bind(first)
    .bind(last)
    .all(db, |row| Ok((row.get(0)?, row.get(1)?)));
    Ok(rows.await?.into_iter().collect())
}
