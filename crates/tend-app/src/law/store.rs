//! The SQL of the firm's settings about laws.

use crate::platform::sql;
use sea_orm::{ConnectionTrait, DbErr};
use std::collections::HashMap;
use tend_rules::base::Instant;

/// Every setting of this room.
pub(super) async fn settings(db: &impl ConnectionTrait) -> Result<HashMap<String, String>, DbErr> {
    let rows = sql("SELECT key, value FROM setting
         WHERE key IN ('law_packs', 'erasure_approval') OR key LIKE 'keep.%' LIMIT 100")
    .all(db, |row| Ok((row.get("key")?, row.get("value")?)))
    .await?;
    Ok(rows.into_iter().collect())
}

/// Sets a setting, or takes it away.
pub(super) async fn set(db: &impl ConnectionTrait, key: &str, value: Option<&str>, now: Instant) -> Result<u64, DbErr> {
    match value {
        Some(value) => {
            sql("INSERT INTO setting (key, value, set_at_ms) VALUES ($1, $2, $3)
                 ON CONFLICT (key) DO UPDATE SET value = excluded.value, set_at_ms = excluded.set_at_ms")
            .bind(key)
            .bind(value)
            .bind(now)
            .run(db)
            .await
        }
        None => sql("DELETE FROM setting WHERE key = $1").bind(key).run(db).await,
    }
}
