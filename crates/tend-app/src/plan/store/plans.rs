//! Plans, their versions and pauses, and installed playbooks.

use crate::platform::{Row, sql};
use sea_orm::{ConnectionTrait, DbErr};
use std::collections::HashMap;
use tend_rules::base::*;

/// Whether a plan runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::plan) enum Pause {
    Running,
    Paused,
}

/// A plan as it stands.
#[derive(Debug, Clone)]
pub(in crate::plan) struct PlanRecord {
    pub id: PlanId,
    pub key: String,
    pub playbook: String,
    pub draft: Option<String>,
    pub version: i64,
    pub published: Option<Published>,
    pub pause: Pause,
}

/// The version that runs.
#[derive(Debug, Clone)]
pub(in crate::plan) struct Published {
    pub version: i32,
    pub text: String,
    pub by: String,
}

impl PlanRecord {
    /// What an editor shows: the draft, else what runs.
    pub fn text(&self) -> &str {
        self.draft.as_deref().or(self.published.as_ref().map(|one| one.text.as_str())).unwrap_or_default()
    }
}

const RECORDS: &str = "SELECT p.id, p.key, p.playbook, p.draft, p.version, v.version AS published_version,
       v.text, v.published_by, CASE WHEN u.plan_id IS NULL THEN 'no' ELSE 'yes' END AS paused
     FROM plan p
     LEFT JOIN plan_version v ON v.plan_id = p.id AND v.version = p.published_version
     LEFT JOIN plan_pause u ON u.plan_id = p.id
     WHERE TRUE";

fn record(row: &Row) -> Result<PlanRecord, DbErr> {
    let published = match row.get::<Option<i32>>("published_version")? {
        Some(version) => Some(Published { version, text: row.get("text")?, by: row.get("published_by")? }),
        None => None,
    };
    let pause = if row.get::<String>("paused")? == "yes" { Pause::Paused } else { Pause::Running };
    Ok(PlanRecord {
        id: row.get("id")?,
        key: row.get("key")?,
        playbook: row.get("playbook")?,
        draft: row.get("draft")?,
        version: row.get("version")?,
        published,
        pause,
    })
}

pub(in crate::plan) async fn every(db: &impl ConnectionTrait) -> Result<Vec<PlanRecord>, DbErr> {
    sql(RECORDS).text(" ORDER BY p.key LIMIT 10000").all(db, record).await
}

pub(in crate::plan) async fn one(db: &impl ConnectionTrait, id: PlanId) -> Result<Option<PlanRecord>, DbErr> {
    sql(RECORDS).text(" AND p.id = ").arg(id).one(db, record).await
}

pub(in crate::plan) async fn insert(
    db: &impl ConnectionTrait,
    id: PlanId,
    key: &str,
    playbook: &str,
    draft: Option<&str>,
    now: Instant,
) -> Result<u64, DbErr> {
    sql("INSERT INTO plan (id, key, playbook, draft, created_at_ms) VALUES ($1, $2, $3, $4, $5)")
        .bind(id)
        .bind(key)
        .bind(playbook)
        .bind(draft)
        .bind(now)
        .run(db)
        .await
}

/// Sets the draft, if nobody changed the plan since `version`.
pub(in crate::plan) async fn set_draft(
    db: &impl ConnectionTrait,
    id: PlanId,
    draft: &str,
    version: i64,
) -> Result<u64, DbErr> {
    sql("UPDATE plan SET draft = $1, version = version + 1 WHERE id = $2 AND version = $3")
        .bind(draft)
        .bind(id)
        .bind(version)
        .run(db)
        .await
}

/// A version about to be published.
#[derive(Debug)]
pub(in crate::plan) struct NewVersion<'a> {
    pub plan: PlanId,
    pub number: i32,
    pub text: &'a str,
    pub by: &'a str,
    pub reason: &'a str,
    pub at: Instant,
}

/// Publishes a version: a row that never changes again, and the plan that points to it. `0` if somebody changed the
/// plan since `version`.
pub(in crate::plan) async fn publish(
    db: &impl ConnectionTrait,
    new: NewVersion<'_>,
    version: i64,
) -> Result<u64, DbErr> {
    let changed = sql("UPDATE plan SET draft = NULL, published_version = $1, version = version + 1
         WHERE id = $2 AND version = $3")
    .bind(new.number)
    .bind(new.plan)
    .bind(version)
    .run(db)
    .await?;
    if changed == 0 {
        return Ok(0);
    }
    sql("INSERT INTO plan_version (plan_id, version, text, published_at_ms, published_by, reason)
         VALUES ($1, $2, $3, $4, $5, $6)")
    .bind(new.plan)
    .bind(new.number)
    .bind(new.text)
    .bind(new.at)
    .bind(new.by)
    .bind(new.reason)
    .run(db)
    .await
}

/// A published version without its text.
#[derive(Debug, Clone)]
pub(in crate::plan) struct VersionHead {
    pub version: i32,
    pub at: Instant,
    pub by: String,
    pub reason: String,
}

pub(in crate::plan) async fn versions(db: &impl ConnectionTrait, id: PlanId) -> Result<Vec<VersionHead>, DbErr> {
    sql("SELECT version, published_at_ms, published_by, reason
         FROM plan_version
         WHERE plan_id = $1
         ORDER BY version DESC
         LIMIT 1000")
    .bind(id)
    .all(db, |row| {
        Ok(VersionHead {
            version: row.get("version")?,
            at: row.get("published_at_ms")?,
            by: row.get("published_by")?,
            reason: row.get("reason")?,
        })
    })
    .await
}

pub(in crate::plan) async fn version_text(
    db: &impl ConnectionTrait,
    id: PlanId,
    version: i32,
) -> Result<Option<String>, DbErr> {
    sql("SELECT text FROM plan_version WHERE plan_id = $1 AND version = $2")
        .bind(id)
        .bind(version)
        .one(db, |row| row.get(0))
        .await
}

pub(in crate::plan) async fn pause(
    db: &impl ConnectionTrait,
    id: PlanId,
    reason: &str,
    by: &str,
    now: Instant,
) -> Result<u64, DbErr> {
    sql("INSERT INTO plan_pause (plan_id, reason, paused_by, at_ms) VALUES ($1, $2, $3, $4)
         ON CONFLICT (plan_id) DO NOTHING")
    .bind(id)
    .bind(reason)
    .bind(by)
    .bind(now)
    .run(db)
    .await
}

pub(in crate::plan) async fn resume(db: &impl ConnectionTrait, id: PlanId) -> Result<u64, DbErr> {
    sql("DELETE FROM plan_pause WHERE plan_id = $1").bind(id).run(db).await
}

/// The plan's version grows with a pause too: an editor must see it.
pub(in crate::plan) async fn grow(db: &impl ConnectionTrait, id: PlanId) -> Result<u64, DbErr> {
    sql("UPDATE plan SET version = version + 1 WHERE id = $1").bind(id).run(db).await
}

/// Installed playbooks and when.
pub(in crate::plan) async fn playbooks(db: &impl ConnectionTrait) -> Result<HashMap<String, Instant>, DbErr> {
    let rows = sql("SELECT key, installed_at_ms FROM playbook LIMIT 1000")
        .all(db, |row| Ok((row.get("key")?, row.get("installed_at_ms")?)));
    Ok(rows.await?.into_iter().collect())
}

pub(in crate::plan) async fn note_playbook(
    db: &impl ConnectionTrait,
    key: &str,
    title: &tend_rules::segment::Words,
    by: &str,
    now: Instant,
) -> Result<u64, DbErr> {
    sql("INSERT INTO playbook (key, title_zh, title_en, installed_at_ms, installed_by) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (key) DO UPDATE SET title_zh = excluded.title_zh, title_en = excluded.title_en,
           installed_at_ms = excluded.installed_at_ms, installed_by = excluded.installed_by")
    .bind(key)
    .bind(&title.zh)
    .bind(&title.en)
    .bind(now)
    .bind(by)
    .run(db)
    .await
}

/// How many touches of each plan are due on a day.
pub(in crate::plan) async fn due_on(db: &impl ConnectionTrait, day: Day) -> Result<HashMap<PlanId, i64>, DbErr> {
    let rows = sql("SELECT plan_id, COUNT(*) FROM attention_touch
         WHERE due_day = $1 AND plan_id IS NOT NULL GROUP BY plan_id")
    .bind(day)
    .all(db, |row| Ok((row.get(0)?, row.get(1)?)));
    Ok(rows.await?.into_iter().collect())
}
