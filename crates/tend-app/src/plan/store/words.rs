//! Scripts, templates and outcome codes.

use crate::platform::sql;
use sea_orm::{ConnectionTrait, DbErr};

pub(in crate::plan) async fn put_script(
    db: &impl ConnectionTrait,
    key: &str,
    playbook: &str,
    body: &str,
) -> Result<u64, DbErr> {
    sql("INSERT INTO script (key, playbook, body) VALUES ($1, $2, $3)
         ON CONFLICT (key) DO UPDATE SET playbook = excluded.playbook, body = excluded.body, version = script.version + 1
         WHERE script.edited_by = '' AND script.body <> excluded.body")
    .bind(key)
    .bind(playbook)
    .bind(body)
    .run(db)
    .await
}

pub(in crate::plan) async fn script(db: &impl ConnectionTrait, key: &str) -> Result<Option<String>, DbErr> {
    sql("SELECT body FROM script WHERE key = $1").bind(key).one(db, |row| row.get(0)).await
}

pub(in crate::plan) async fn put_template(
    db: &impl ConnectionTrait,
    key: &str,
    playbook: &str,
    channel: &str,
    body: &str,
) -> Result<u64, DbErr> {
    sql("INSERT INTO template (key, playbook, channel, body) VALUES ($1, $2, $3, $4)
         ON CONFLICT (key) DO UPDATE SET playbook = excluded.playbook, channel = excluded.channel, body = excluded.body,
           version = template.version + 1
         WHERE template.edited_by = '' AND (template.body <> excluded.body OR template.channel <> excluded.channel)")
    .bind(key)
    .bind(playbook)
    .bind(channel)
    .bind(body)
    .run(db)
    .await
}

/// Key, channel and body of the templates of those keys.
pub(in crate::plan) async fn templates(
    db: &impl ConnectionTrait,
    keys: &[String],
) -> Result<Vec<(String, String, String)>, DbErr> {
    sql("SELECT key, channel, body FROM template WHERE key IN ")
        .list(keys.iter())
        .text(" ORDER BY key")
        .all(db, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .await
}

/// Key and body of the scripts, by key.
pub(in crate::plan) async fn every_script(
    db: &impl ConnectionTrait,
    limit: i64,
) -> Result<Vec<(String, String)>, DbErr> {
    let found = sql("SELECT key, body FROM script ORDER BY key LIMIT $1").bind(limit);
    found.all(db, |row| Ok((row.get(0)?, row.get(1)?))).await
}

/// Key, channel and body of the templates, by key.
pub(in crate::plan) async fn every_template(
    db: &impl ConnectionTrait,
    limit: i64,
) -> Result<Vec<(String, String, String)>, DbErr> {
    let found = sql("SELECT key, channel, body FROM template ORDER BY key LIMIT $1").bind(limit);
    found.all(db, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).await
}

/// Puts a form of remarks. What the firm wrote itself (no playbook) stays.
pub(in crate::plan) async fn put_remark_form(
    db: &impl ConnectionTrait,
    business_type: &str,
    playbook: &str,
    body: &str,
) -> Result<u64, DbErr> {
    sql("INSERT INTO remark_form (business_type, playbook, body) VALUES ($1, $2, $3)
         ON CONFLICT (business_type) DO UPDATE SET playbook = excluded.playbook, body = excluded.body
         WHERE remark_form.playbook <> ''")
    .bind(business_type)
    .bind(playbook)
    .bind(body)
    .run(db)
    .await
}

/// An outcome code as it stands in its table.
#[derive(Debug, Clone)]
pub(in crate::plan) struct OutcomeRow {
    pub business_type: String,
    pub code: String,
    pub place: i16,
    pub title_zh: String,
    pub title_en: String,
    pub reached: String,
    pub result: String,
    pub needs_note: String,
    pub next_days: Option<i32>,
}

/// Puts an outcome code. What the firm edited stays.
pub(in crate::plan) async fn put_outcome(db: &impl ConnectionTrait, row: &OutcomeRow) -> Result<u64, DbErr> {
    sql("INSERT INTO outcome_code (business_type, code, place, title_zh, title_en, reached, result, needs_note, next_days)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (business_type, code) DO UPDATE SET place = excluded.place, title_zh = excluded.title_zh,
           title_en = excluded.title_en, reached = excluded.reached, result = excluded.result,
           needs_note = excluded.needs_note, next_days = excluded.next_days
         WHERE outcome_code.edited_by = ''")
    .bind(&row.business_type)
    .bind(&row.code)
    .bind(row.place)
    .bind(&row.title_zh)
    .bind(&row.title_en)
    .bind(&row.reached)
    .bind(&row.result)
    .bind(&row.needs_note)
    .bind(row.next_days)
    .run(db)
    .await
}

/// The codes of a business type, or of all.
pub(in crate::plan) async fn outcomes(
    db: &impl ConnectionTrait,
    business_type: Option<&str>,
) -> Result<Vec<OutcomeRow>, DbErr> {
    let mut statement =
        sql("SELECT business_type, code, place, title_zh, title_en, reached, result, needs_note, next_days
         FROM outcome_code WHERE TRUE");
    if let Some(kind) = business_type {
        statement = statement.text(" AND business_type = ").arg(kind);
    }
    statement
        .text(" ORDER BY business_type, place, code LIMIT 10000")
        .all(db, |row| {
            Ok(OutcomeRow {
                business_type: row.get("business_type")?,
                code: row.get("code")?,
                place: row.get("place")?,
                title_zh: row.get("title_zh")?,
                title_en: row.get("title_en")?,
                reached: row.get("reached")?,
                result: row.get("result")?,
                needs_note: row.get("needs_note")?,
                next_days: row.get("next_days")?,
            })
        })
        .await
}
