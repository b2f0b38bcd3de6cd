//! Scripts and templates as the firm edits them, and which of them are retired.

use crate::plan::texts::TextKind;
use crate::platform::{Row, Sql, sql};
use sea_orm::{ConnectionTrait, DbErr};
use tend_rules::base::Instant;

/// A text as it stands in its table.
#[derive(Debug, Clone)]
pub(in crate::plan) struct TextRow {
    pub key: String,
    pub playbook: String,
    /// Empty for scripts.
    pub channel: String,
    pub body: String,
    pub version: i64,
    /// Empty for what its playbook wrote.
    pub edited_by: String,
    pub retired_at: Option<Instant>,
}

fn selected(kind: TextKind) -> Sql {
    let channel = if kind == TextKind::Template { "t.channel" } else { "''" };
    sql(&format!(
        "SELECT t.key, t.playbook, {channel} AS channel, t.body, t.version, t.edited_by, r.at_ms
         FROM {table} t
         LEFT JOIN text_retirement r ON r.kind = ",
        table = kind.word()
    ))
    .arg(kind.word())
    .text(" AND r.key = t.key")
}

fn shaped(row: &Row) -> Result<TextRow, DbErr> {
    Ok(TextRow {
        key: row.get("key")?,
        playbook: row.get("playbook")?,
        channel: row.get("channel")?,
        body: row.get("body")?,
        version: row.get("version")?,
        edited_by: row.get("edited_by")?,
        retired_at: row.get("at_ms")?,
    })
}

/// Every text of a kind, by key.
pub(in crate::plan) async fn every(db: &impl ConnectionTrait, kind: TextKind) -> Result<Vec<TextRow>, DbErr> {
    selected(kind).text(" ORDER BY t.key LIMIT 5000").all(db, shaped).await
}

/// One text.
pub(in crate::plan) async fn one(
    db: &impl ConnectionTrait,
    kind: TextKind,
    key: &str,
) -> Result<Option<TextRow>, DbErr> {
    selected(kind).text(" WHERE t.key = ").arg(key).text(" LIMIT 1").one(db, shaped).await
}

/// Writes a text of the firm's own; answers 0 where the key is taken.
pub(in crate::plan) async fn insert(
    db: &impl ConnectionTrait,
    kind: TextKind,
    (key, channel, body): (&str, &str, &str),
    by: &str,
) -> Result<u64, DbErr> {
    let (column, place) = if kind == TextKind::Template { (", channel", ", $4") } else { ("", "") };
    let statement = format!(
        "INSERT INTO {table} (key, playbook, body, edited_by, version{column}) VALUES ($1, '', $2, $3, 1{place})
         ON CONFLICT DO NOTHING",
        table = kind.word()
    );
    let statement = sql(&statement).bind(key).bind(body).bind(by);
    let statement = if kind == TextKind::Template { statement.bind(channel) } else { statement };
    statement.run(db).await
}

/// Writes a text anew where it still has the version that was seen; answers 0 where it has not.
pub(in crate::plan) async fn change(
    db: &impl ConnectionTrait,
    kind: TextKind,
    (key, channel, body): (&str, &str, &str),
    version: i64,
    by: &str,
) -> Result<u64, DbErr> {
    let mut statement = sql(&format!("UPDATE {} SET body = ", kind.word())).arg(body).text(", edited_by = ").arg(by);
    if kind == TextKind::Template {
        statement = statement.text(", channel = ").arg(channel);
    }
    statement.text(", version = version + 1 WHERE key = ").arg(key).text(" AND version = ").arg(version).run(db).await
}

/// Retires a text; answers 0 where it is retired already.
pub(in crate::plan) async fn retire(
    db: &impl ConnectionTrait,
    kind: TextKind,
    key: &str,
    (by, now): (&str, Instant),
) -> Result<u64, DbErr> {
    sql("INSERT INTO text_retirement (kind, key, retired_by, at_ms) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING")
        .bind(kind.word())
        .bind(key)
        .bind(by)
        .bind(now)
        .run(db)
        .await
}

/// Takes a text back into use.
pub(in crate::plan) async fn resume(db: &impl ConnectionTrait, kind: TextKind, key: &str) -> Result<u64, DbErr> {
    sql("DELETE FROM text_retirement WHERE kind = $1 AND key = $2").bind(kind.word()).bind(key).run(db).await
}
