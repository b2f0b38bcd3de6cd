//! The SQL of processes: each version stays as it was; a process as a whole is in use or retired.

use crate::platform::{Row, sql};
use sea_orm::{ConnectionTrait, DbErr};
use tend_rules::base::Instant;

/// A version of a process.
#[derive(Debug, Clone)]
pub(in crate::trace) struct ProcessText {
    pub key: String,
    pub version: i32,
    pub playbook: String,
    pub title_zh: String,
    pub title_en: String,
    pub text: String,
    pub added_at: Instant,
    pub added_by: String,
    /// Since when no sale is begun by it, whatever the version.
    pub retired_at: Option<Instant>,
}

const PROCESS: &str = "SELECT p.key, p.version, p.playbook, p.title_zh, p.title_en, p.text, p.added_at_ms, p.added_by,
            r.retired_at_ms
     FROM trace_process p LEFT JOIN trace_process_retired r ON r.key = p.key";

fn process_text(row: &Row) -> Result<ProcessText, DbErr> {
    Ok(ProcessText {
        key: row.get("key")?,
        version: row.get("version")?,
        playbook: row.get("playbook")?,
        title_zh: row.get("title_zh")?,
        title_en: row.get("title_en")?,
        text: row.get("text")?,
        added_at: row.get("added_at_ms")?,
        added_by: row.get("added_by")?,
        retired_at: row.get("retired_at_ms")?,
    })
}

/// Puts a version of a process; one that is there stays as it is. Answers whether it is new.
pub(in crate::trace) async fn put_process(db: &impl ConnectionTrait, process: &ProcessText) -> Result<bool, DbErr> {
    let added =
        sql("INSERT INTO trace_process (key, version, playbook, title_zh, title_en, text, added_at_ms, added_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING")
        .bind(&process.key)
        .bind(process.version)
        .bind(&process.playbook)
        .bind(&process.title_zh)
        .bind(&process.title_en)
        .bind(&process.text)
        .bind(process.added_at)
        .bind(&process.added_by)
        .run(db)
        .await?;
    Ok(added == 1)
}

/// Retires a process. Answers whether it was in use.
pub(in crate::trace) async fn retire(db: &impl ConnectionTrait, key: &str, at: Instant) -> Result<bool, DbErr> {
    let retired = sql("INSERT INTO trace_process_retired (key, retired_at_ms) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(key)
        .bind(at)
        .run(db)
        .await?;
    Ok(retired == 1)
}

/// Takes a process back into use. Answers whether it was retired.
pub(in crate::trace) async fn resume(db: &impl ConnectionTrait, key: &str) -> Result<bool, DbErr> {
    Ok(sql("DELETE FROM trace_process_retired WHERE key = $1").bind(key).run(db).await? == 1)
}

/// Which versions there are: key and version.
pub(in crate::trace) async fn versions(db: &impl ConnectionTrait) -> Result<Vec<(String, i32)>, DbErr> {
    sql("SELECT key, version FROM trace_process ORDER BY key, version LIMIT 10000")
        .all(db, |row| Ok((row.get("key")?, row.get("version")?)))
        .await
}

/// Every version of a process, the newest first.
pub(in crate::trace) async fn versions_of(db: &impl ConnectionTrait, key: &str) -> Result<Vec<ProcessText>, DbErr> {
    sql(PROCESS).text(" WHERE p.key = ").arg(key).text(" ORDER BY p.version DESC LIMIT 200").all(db, process_text).await
}

/// The newest version of each process.
pub(in crate::trace) async fn newest_processes(db: &impl ConnectionTrait) -> Result<Vec<ProcessText>, DbErr> {
    sql(PROCESS)
        .text(
            " WHERE p.version = (SELECT MAX(v.version) FROM trace_process v WHERE v.key = p.key)
              ORDER BY p.key LIMIT 1000",
        )
        .all(db, process_text)
        .await
}

/// One version of a process; the newest if none is named.
pub(in crate::trace) async fn process(
    db: &impl ConnectionTrait,
    key: &str,
    version: Option<i32>,
) -> Result<Option<ProcessText>, DbErr> {
    sql(PROCESS)
        .text(" WHERE p.key = ")
        .arg(key)
        .text(" AND p.version <= ")
        .arg(version.unwrap_or(i32::MAX))
        .text(" ORDER BY p.version DESC LIMIT 1")
        .one(db, process_text)
        .await
        .map(|found| found.filter(|found| version.is_none_or(|wanted| wanted == found.version)))
}
