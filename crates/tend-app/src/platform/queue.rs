//! The queue of work that must not be lost or doubled. A job is a row written in the same transaction as its cause;
//! a claim is one conditional update with a lease and a fence; a dead worker's job is visible again when its lease
//! ends, and a late write of the old worker is refused by the fence. A try that ends with its worker counts like one that
//! failed: a job that takes its worker along each time is given up, and not claimed for ever.

use super::{App, Sql, Tx, sql};
use sea_orm::{ConnectionTrait, DbErr};
use serde::Serialize;
use serde_json::Value;
use std::future::Future;
use std::time::Duration;
use tend_rules::base::{Instant, JobId};
use utoipa::ToSchema;
use uuid::Uuid;

/// How long a claim holds without renewal.
const LEASE_SECONDS: i64 = 25;
/// Often enough that a try or two may fail.
const RENEW_EVERY: Duration = Duration::from_secs(5);
const ATTEMPTS_MAX: i32 = 8;
/// Payloads that are written anew in one transaction.
const REWORDED_AT_ONCE: i64 = 500;

/// A job to be done.
#[derive(Debug)]
pub struct JobRequest<'a> {
    /// The queue it stands in.
    pub queue: &'a str,
    /// What is to be done.
    pub kind: &'a str,
    /// Two jobs with the same key are one.
    pub dedup_key: String,
    /// What the worker needs to know.
    pub payload: Value,
}

/// A job in the hands of a worker.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// The job.
    pub id: JobId,
    /// What is to be done.
    pub kind: String,
    /// What the worker needs to know.
    pub payload: Value,
    /// The token that every later write of this worker must show.
    pub fence: i64,
    /// Which try this is, from 1.
    pub attempt: i32,
}

impl Claimed {
    /// Whether the job is given up when this try fails.
    pub const fn is_last_try(&self) -> bool {
        self.attempt >= ATTEMPTS_MAX
    }

    /// To be asked before the work is begun: an error where the last try ended with its worker, so that this claim is
    /// only there to give the job up.
    pub fn still_to_try(&self) -> Result<(), QueueError> {
        if self.attempt > ATTEMPTS_MAX { Err(QueueError::WornOut(self.id)) } else { Ok(()) }
    }
}

/// Why a job's state could not be changed.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// Another worker has taken the job over since.
    #[error("job {0} was taken over by another worker")]
    Fenced(JobId),
    /// The worker of the last try never came back.
    #[error("job {0} was tried {tries} times, and the program ended during the last one", tries = ATTEMPTS_MAX)]
    WornOut(JobId),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// Writes a job in the caller's transaction; a job with the same key is left as it is.
pub async fn enqueue(app: &App, tx: &Tx, job: JobRequest<'_>) -> Result<(), DbErr> {
    sql("INSERT INTO job (id, queue, kind, payload, dedup_key, state, run_from_ms, created_at_ms)
         VALUES ($1, $2, $3, $4, $5, 'waiting', $6, $6) ON CONFLICT (dedup_key) DO NOTHING")
    .bind(JobId(app.new_free_id()))
    .bind(job.queue)
    .bind(job.kind)
    .bind(job.payload.to_string())
    .bind(job.dedup_key)
    .bind(app.now())
    .run(&**tx)
    .await
    .map(drop)
}

/// Takes the oldest job that is due, or whose worker is dead.
pub async fn claim(app: &App, queue: &str) -> Result<Option<Claimed>, DbErr> {
    let now = app.now();
    let db = app.db().writer();
    let candidates = sql("SELECT id FROM job WHERE queue = $1 AND run_from_ms <= $2
         AND (state = 'waiting' OR (state = 'running' AND lease_until_ms < $2)) ORDER BY run_from_ms, id LIMIT 8")
    .bind(queue)
    .bind(now)
    .all(db, |row| row.get::<JobId>("id"))
    .await?;
    for id in candidates {
        if let Some(job) = claim_one(db, id, now).await? {
            return Ok(Some(job));
        }
    }
    Ok(None)
}

async fn claim_one(db: &impl ConnectionTrait, id: JobId, now: Instant) -> Result<Option<Claimed>, DbErr> {
    sql("UPDATE job SET state = 'running', lease_until_ms = $2, fence = fence + 1, attempts = attempts + 1
         WHERE id = $1 AND (state = 'waiting' OR (state = 'running' AND lease_until_ms < $3))
         RETURNING id, kind, payload, fence, attempts")
    .bind(id)
    .bind(now.plus_seconds(LEASE_SECONDS))
    .bind(now)
    .one(db, |row| {
        Ok(Claimed {
            id: row.get("id")?,
            kind: row.get("kind")?,
            payload: serde_json::from_str(&row.get::<String>("payload")?).unwrap_or_default(),
            fence: row.get("fence")?,
            attempt: row.get("attempts")?,
        })
    })
    .await
}

/// Holds on to a job: to be called well within the lease, in the transaction of each piece of work.
pub async fn renew(db: &impl ConnectionTrait, job: &Claimed, now: Instant) -> Result<(), QueueError> {
    let update = sql("UPDATE job SET lease_until_ms = $3 WHERE id = $1 AND fence = $2 AND state = 'running'");
    fenced(db, job, update.bind(job.id).bind(job.fence).bind(now.plus_seconds(LEASE_SECONDS))).await
}

/// Carries work out and holds on to its job meanwhile, for work that has no transactions to renew it in; ends it where the
/// job was lost. What the work writes at its end shows the fence all the same ([`renew`]).
pub async fn holding<F: Future>(app: &App, job: &Claimed, work: F) -> Result<F::Output, QueueError> {
    let held = async {
        loop {
            tokio::time::sleep(RENEW_EVERY).await;
            match renew(app.db().writer(), job, app.now()).await {
                Ok(()) => {}
                // Tried again: the lease is longer than one try.
                Err(QueueError::Database(error)) => tracing::warn!("holding on to job {}: {error}", job.id),
                Err(lost) => return lost,
            }
        }
    };
    tokio::select! {
        done = work => Ok(done),
        lost = held => Err(lost),
    }
}

/// Notes how far the work has come, as JSON.
pub async fn progress(db: &impl ConnectionTrait, job: &Claimed, state: &Value) -> Result<(), QueueError> {
    let update = sql("UPDATE job SET progress = $3 WHERE id = $1 AND fence = $2 AND state = 'running'");
    fenced(db, job, update.bind(job.id).bind(job.fence).bind(state.to_string())).await
}

/// The job is done.
pub async fn finish(db: &impl ConnectionTrait, job: &Claimed, now: Instant) -> Result<(), QueueError> {
    let update =
        sql("UPDATE job SET state = 'done', finished_at_ms = $3 WHERE id = $1 AND fence = $2 AND state = 'running'");
    fenced(db, job, update.bind(job.id).bind(job.fence).bind(now)).await
}

/// The job failed: it is tried again later, ever more slowly, until it is given up and kept for a person.
pub async fn fail(db: &impl ConnectionTrait, job: &Claimed, why: &str, now: Instant) -> Result<(), QueueError> {
    let state = if job.is_last_try() { "failed" } else { "waiting" };
    let pause_seconds = 2i64.saturating_pow(job.attempt.clamp(1, 10) as u32);
    let update = sql("UPDATE job SET state = $3, last_error = $4, run_from_ms = $5
         WHERE id = $1 AND fence = $2 AND state = 'running'");
    let update = update.bind(job.id).bind(job.fence).bind(state).bind(why).bind(now.plus_seconds(pause_seconds));
    fenced(db, job, update).await
}

/// A job that waits for a person.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GivenUp {
    /// The job.
    pub id: JobId,
    /// What was to be done.
    pub kind: String,
    /// When it was asked for.
    pub asked_at: Instant,
    /// How often it was tried.
    pub tries: i32,
    /// Why the last try failed.
    pub why: String,
}

/// The newest jobs that were given up, twenty at most.
pub async fn given_up(db: &impl ConnectionTrait) -> Result<Vec<GivenUp>, DbErr> {
    sql("SELECT id, kind, created_at_ms, attempts, last_error FROM job WHERE state = 'failed'
         ORDER BY created_at_ms DESC, id LIMIT 20")
    .all(db, |row| {
        Ok(GivenUp {
            id: row.get("id")?,
            kind: row.get("kind")?,
            asked_at: row.get("created_at_ms")?,
            tries: row.get::<i32>("attempts")?.min(ATTEMPTS_MAX),
            why: row.get::<Option<String>>("last_error")?.unwrap_or_default(),
        })
    })
    .await
}

/// Forgets jobs of a queue that were done before an instant.
pub async fn forget_done(db: &impl ConnectionTrait, queue: &str, before: Instant) -> Result<u64, DbErr> {
    sql("DELETE FROM job WHERE queue = $1 AND state = 'done' AND finished_at_ms < $2")
        .bind(queue)
        .bind(before)
        .run(db)
        .await
}

/// Writes payloads of a kind of job anew, whatever the state of the job: for what an earlier version kept in them. Where
/// `anew` answers nothing a payload stays. Answers how many were written.
pub async fn reword_jobs(
    app: &App,
    (queue, kind): (&str, &str),
    anew: impl Fn(&Value) -> Option<Value>,
) -> Result<u64, DbErr> {
    let (mut written, mut behind) = (0, JobId(Uuid::nil()));
    loop {
        let found = sql("SELECT id, payload FROM job WHERE queue = $1 AND kind = $2 AND id > $3 ORDER BY id LIMIT $4")
            .bind(queue)
            .bind(kind)
            .bind(behind)
            .bind(REWORDED_AT_ONCE)
            .all(app.read(), |row| Ok((row.get::<JobId>("id")?, row.get::<String>("payload")?)))
            .await?;
        let Some((last, _)) = found.last() else { return Ok(written) };
        behind = *last;
        let fresh = |(id, kept): &(JobId, String)| {
            let payload = anew(&serde_json::from_str(kept).unwrap_or_default())?;
            Some((*id, kept.clone(), payload.to_string()))
        };
        let fresh: Vec<(JobId, String, String)> = found.iter().filter_map(fresh).collect();
        if fresh.is_empty() {
            continue;
        }
        let tx = app.begin().await?;
        for (id, kept, payload) in fresh {
            let update = sql("UPDATE job SET payload = $1 WHERE id = $2 AND payload = $3");
            written += update.bind(payload).bind(id).bind(kept).run(&*tx).await?;
        }
        tx.commit().await?;
    }
}

async fn fenced(db: &impl ConnectionTrait, job: &Claimed, update: Sql) -> Result<(), QueueError> {
    match update.run(db).await? {
        1 => Ok(()),
        _ => Err(QueueError::Fenced(job.id)),
    }
}
