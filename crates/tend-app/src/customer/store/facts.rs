//! The definitions of the facts that the firm made itself.

use crate::platform::{Bind, insert_many, sql};
use sea_orm::{ConnectionTrait, DbErr};
use tend_rules::base::Instant;

/// A definition as it stands in its table.
#[derive(Debug, Clone)]
pub(in crate::customer) struct DefinitionRow {
    pub key: String,
    pub value_type: String,
    pub title_zh: String,
    pub title_en: String,
}

/// Every definition.
pub(in crate::customer) async fn all(db: &impl ConnectionTrait) -> Result<Vec<DefinitionRow>, DbErr> {
    sql("SELECT key, value_type, title_zh, title_en FROM fact_definition ORDER BY key LIMIT 10000")
        .all(db, |row| {
            Ok(DefinitionRow {
                key: row.get("key")?,
                value_type: row.get("value_type")?,
                title_zh: row.get("title_zh")?,
                title_en: row.get("title_en")?,
            })
        })
        .await
}

/// Adds definitions; keys that are there already stay as they are. Answers how many are new.
pub(in crate::customer) async fn define(
    db: &impl ConnectionTrait,
    definitions: &[DefinitionRow],
    now: Instant,
) -> Result<u64, DbErr> {
    let rows = definitions.iter().map(|row| {
        vec![
            row.key.as_str().into_value(),
            row.value_type.as_str().into_value(),
            row.title_zh.as_str().into_value(),
            row.title_en.as_str().into_value(),
            now.into_value(),
        ]
    });
    let columns = ["key", "value_type", "title_zh", "title_en", "created_at_ms"];
    insert_many(db, "fact_definition", &columns, rows.collect(), "ON CONFLICT DO NOTHING").await
}
