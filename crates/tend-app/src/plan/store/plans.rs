//! Plans, their versions and pauses, and installed playbooks.

use crate::platform::{Row, Sql, sql};
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
    /// The version that is in force on the day for which the plan was asked.
    pub published: Option<Published>,
    /// The version that was published for a later day.
    pub waiting: Option<Waiting>,
    pub pause: Pause,
}

/// A version that was published for a day to come.
#[derive(Debug, Clone)]
pub(in crate::plan) struct Waiting {
    pub version: i32,
    pub text: String,
    /// The first day on which it is in force.
    pub from: Day,
}

/// The day for which plans are asked.
#[derive(Debug, Clone, Copy)]
pub(in crate::plan) struct On {
    pub day: Day,
    pub today: Day,
}

impl On {
    pub const fn today(today: Day) -> Self {
        Self { day: today, today }
    }
}

/// The version that runs.
#[derive(Debug, Clone)]
pub(in crate::plan) struct Published {
    pub version: i32,
    pub text: String,
    pub by: String,
}

impl PlanRecord {
    /// What an editor shows: the draft, else what will run, else what runs.
    pub fn text(&self) -> &str {
        let waiting = self.waiting.as_ref().map(|one| one.text.as_str());
        let published = self.published.as_ref().map(|one| one.text.as_str());
        self.draft.as_deref().or(waiting).or(published).unwrap_or_default()
    }
}

/// The plans with the version in force on day $1 and the next one after it. A day before a plan was first published is
/// answered by its first version, as far as that runs by today ($2).
const RECORDS: &str = "SELECT p.id, p.key, p.playbook, p.draft, p.version, v.version AS published_version,
       v.text, v.published_by, w.version AS waiting_version, w.text AS waiting_text, w.from_day AS waiting_from,
       CASE WHEN u.plan_id IS NULL THEN 'no' ELSE 'yes' END AS paused
     FROM plan p
     LEFT JOIN plan_version v ON v.plan_id = p.id AND v.version = COALESCE(
         (SELECT MAX(o.version) FROM plan_version o WHERE o.plan_id = p.id AND o.from_day <= $1 AND NOT EXISTS (
             SELECT 1 FROM plan_withdrawal x WHERE x.plan_id = o.plan_id AND x.version = o.version)),
         (SELECT MIN(o.version) FROM plan_version o WHERE o.plan_id = p.id AND o.from_day <= $2 AND NOT EXISTS (
             SELECT 1 FROM plan_withdrawal x WHERE x.plan_id = o.plan_id AND x.version = o.version)))
     LEFT JOIN plan_version w ON w.plan_id = p.id AND w.version = (
         SELECT MIN(o.version) FROM plan_version o WHERE o.plan_id = p.id AND o.from_day > $1 AND NOT EXISTS (
             SELECT 1 FROM plan_withdrawal x WHERE x.plan_id = o.plan_id AND x.version = o.version))
     LEFT JOIN plan_pause u ON u.plan_id = p.id
     WHERE TRUE";

fn records(on: On) -> Sql {
    sql(RECORDS).bind(on.day).bind(on.today)
}

fn record(row: &Row) -> Result<PlanRecord, DbErr> {
    let published = match row.get::<Option<i32>>("published_version")? {
        Some(version) => Some(Published { version, text: row.get("text")?, by: row.get("published_by")? }),
        None => None,
    };
    let waiting = match row.get::<Option<i32>>("waiting_version")? {
        Some(version) => Some(Waiting { version, text: row.get("waiting_text")?, from: row.get("waiting_from")? }),
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
        waiting,
        pause,
    })
}

/// Every plan as it stands on a day.
pub(in crate::plan) async fn every(db: &impl ConnectionTrait, on: On) -> Result<Vec<PlanRecord>, DbErr> {
    records(on).text(" ORDER BY p.key LIMIT 10000").all(db, record).await
}

/// A plan as it stands on a day.
pub(in crate::plan) async fn one(db: &impl ConnectionTrait, id: PlanId, on: On) -> Result<Option<PlanRecord>, DbErr> {
    records(on).text(" AND p.id = ").arg(id).one(db, record).await
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
    /// The first day on which it is in force.
    pub from: Day,
}

/// The number that no version of the plan has had, those that were taken back included.
pub(in crate::plan) async fn next_number(db: &impl ConnectionTrait, id: PlanId) -> Result<i32, DbErr> {
    sql("SELECT COALESCE(MAX(version), 0) + 1 FROM plan_version WHERE plan_id = $1").bind(id).value(db).await
}

/// Publishes a version: a row that never changes again. `0` if somebody changed the plan since `version`.
pub(in crate::plan) async fn publish(
    db: &impl ConnectionTrait,
    new: NewVersion<'_>,
    version: i64,
) -> Result<u64, DbErr> {
    let changed = sql("UPDATE plan SET draft = NULL, version = version + 1 WHERE id = $1 AND version = $2")
        .bind(new.plan)
        .bind(version)
        .run(db)
        .await?;
    if changed == 0 {
        return Ok(0);
    }
    sql("INSERT INTO plan_version (plan_id, version, text, published_at_ms, published_by, reason, from_day)
         VALUES ($1, $2, $3, $4, $5, $6, $7)")
    .bind(new.plan)
    .bind(new.number)
    .bind(new.text)
    .bind(new.at)
    .bind(new.by)
    .bind(new.reason)
    .bind(new.from)
    .run(db)
    .await
}

/// Takes a version back that is not in force yet; its row stays.
pub(in crate::plan) async fn withdraw(
    db: &impl ConnectionTrait,
    id: PlanId,
    version: i32,
    by: &str,
    now: Instant,
) -> Result<u64, DbErr> {
    sql("INSERT INTO plan_withdrawal (plan_id, version, withdrawn_by, at_ms) VALUES ($1, $2, $3, $4)")
        .bind(id)
        .bind(version)
        .bind(by)
        .bind(now)
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
    pub from: Day,
    /// When it was taken back before it was in force.
    pub withdrawn_at: Option<Instant>,
}

pub(in crate::plan) async fn versions(db: &impl ConnectionTrait, id: PlanId) -> Result<Vec<VersionHead>, DbErr> {
    sql("SELECT v.version, v.published_at_ms, v.published_by, v.reason, v.from_day, x.at_ms AS withdrawn_at_ms
         FROM plan_version v
         LEFT JOIN plan_withdrawal x ON x.plan_id = v.plan_id AND x.version = v.version
         WHERE v.plan_id = $1
         ORDER BY v.version DESC
         LIMIT 1000")
    .bind(id)
    .all(db, |row| {
        Ok(VersionHead {
            version: row.get("version")?,
            at: row.get("published_at_ms")?,
            by: row.get("published_by")?,
            reason: row.get("reason")?,
            from: row.get("from_day")?,
            withdrawn_at: row.get("withdrawn_at_ms")?,
        })
    })
    .await
}

/// The days after the first and up to the last on which a version comes into force, in order.
pub(in crate::plan) async fn turning_days(
    db: &impl ConnectionTrait,
    (first, last): (Day, Day),
) -> Result<Vec<Day>, DbErr> {
    sql("SELECT DISTINCT v.from_day
         FROM plan_version v
         WHERE v.from_day > $1 AND v.from_day <= $2 AND NOT EXISTS (
             SELECT 1 FROM plan_withdrawal x WHERE x.plan_id = v.plan_id AND x.version = v.version)
         ORDER BY v.from_day
         LIMIT 400")
    .bind(first)
    .bind(last)
    .all(db, |row| row.get(0))
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
