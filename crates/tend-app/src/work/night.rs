//! The night: plans propose, touches are made, decisions are kept, part by part in transactions of their own, on
//! PostgreSQL two at once. Killed anywhere, it is simply run again: what stands stays and nothing is made twice.

use super::board::Trial;
use super::create::create_touches;
use super::reach::still_wanted;
use super::{Attention, Both, Cause, NewTouch, WorkError};
use crate::law;
use crate::plan::{self, Chosen, DayReport, Night, Part, Progress, Proposal, Written};
use crate::platform::{App, Claimed, JobRequest, QueueError, Tx, enqueue, finish, holding};
use futures::future::join_all;
use sea_orm::DbBackend;
use serde_json::json;
use std::time::Instant as Stopwatch;
use tend_rules::base::Day;
use tend_rules::journal::Doer;
use tend_rules::law::Blocked;
use tend_rules::plan::{Attention as Rule, Withheld};

/// The queue in which the night of each day stands once.
pub const NIGHT_QUEUE: &str = "night";
const DOER: Doer = Doer::Program("plan");

/// One night at a time in this program; between programs the uniqueness of touches decides.
#[derive(Debug, Default)]
struct Turn(tokio::sync::Mutex<()>);

/// Plans a day and, unless it is a trial, makes the touches. A second run makes nothing new.
pub async fn night(app: &App, day: Day, trial: Trial, told: Progress<'_>) -> Result<DayReport, WorkError> {
    let turn = app.kept::<Turn>();
    let _turn = turn.0.lock().await;
    let night = plan::propose(app, day, told).await?;
    if trial == Trial::Dry {
        return Ok(night.report);
    }
    let (watch, count) = (Stopwatch::now(), night.parts.len());
    let Night { mut report, mut parts } = night;
    let last = parts.pop();
    report.new = 0;
    let (mut waiting, mut done) = (parts.into_iter(), 0);
    while waiting.len() > 0 {
        // All of them come to their end, also when one fails.
        let turn = join_all(waiting.by_ref().take(writers(app)).map(|part| write(app, day, part))).await;
        done += turn.len();
        for written in turn {
            report.take(written?);
        }
        told("write", (done * 100 / count) as u8);
    }
    if let Some(part) = last {
        let (tx, written) = uncommitted(app, day, part).await?;
        report.take(written);
        report.ms.insert("write", watch.elapsed().as_millis() as u64);
        plan::close(app, &tx, &report).await?;
        tx.commit().await?;
    }
    told("write", 100);
    Ok(report)
}

/// Parts that are written at once. They have no customer in common; a file has one writer.
fn writers(app: &App) -> usize {
    if app.db().backend() == DbBackend::Postgres { 2 } else { 1 }
}

/// Writes a part in a transaction of its own.
async fn write(app: &App, day: Day, part: Part) -> Result<Written, WorkError> {
    let (tx, written) = uncommitted(app, day, part).await?;
    tx.commit().await?;
    Ok(written)
}

/// Writes a part in a transaction that is still open.
async fn uncommitted(app: &App, day: Day, mut part: Part) -> Result<(Tx, Written), WorkError> {
    let touches = std::mem::take(&mut part.proposals).into_iter().map(NewTouch::from).collect();
    let mut written = Written::default();
    let tx = app.begin().await?;
    // Between reading the file and this very transaction the customer may have refused.
    let law = law::in_force(&*tx, app.today()).await?;
    let (touches, dropped) = still_wanted(&tx, &law, touches).await?;
    for (touch, blocked) in dropped {
        let why = withheld(blocked);
        if part.withhold(touch.customer, touch.cause.id(), touch.subject, why) == Chosen::Now {
            written.refused.push(why);
        }
    }
    written.new = create_touches(app, &tx, DOER, touches).await?;
    plan::keep(&tx, day, &part).await?;
    Ok((tx, written))
}

/// The reason as "why" tells it.
fn withheld(blocked: Blocked) -> Withheld {
    match blocked {
        Blocked::Deceased => Withheld::Deceased,
        Blocked::Forbidden => Withheld::LifecycleBlocked,
        Blocked::Refused | Blocked::NoConsent => Withheld::NoConsent,
    }
}

/// Writes the job of today's night once its minute has come, also when the program was down at that minute. To be
/// called now and then; a day has one job however often this is called.
pub async fn call_night(app: &App) -> Result<(), WorkError> {
    let today = app.today();
    if app.zone().minute_of(app.now()) < app.config().plan_at_minute || plan::has_run(app, today).await? {
        return Ok(());
    }
    let tx = app.begin().await?;
    let (dedup_key, payload) = (format!("night:{today}"), json!({ "day": today }));
    enqueue(app, &tx, JobRequest { queue: NIGHT_QUEUE, kind: "night", dedup_key, payload }).await?;
    tx.commit().await?;
    Ok(())
}

/// Carries out a claimed job of [`NIGHT_QUEUE`] and finishes it; holds on to the job while it works.
pub async fn do_night(app: &App, job: &Claimed) -> Result<DayReport, WorkError> {
    job.still_to_try()?;
    let day = job.payload["day"].as_str().and_then(|text| text.parse().ok());
    let day = day.ok_or(WorkError::Invalid { field: "day", rule: "2026-11-23" })?;
    let report = holding(app, job, night(app, day, Trial::Real, &|_, _| {})).await??;
    finish(app.db().writer(), job, app.now()).await?;
    Ok(report)
}

impl From<Proposal> for NewTouch {
    fn from(one: Proposal) -> Self {
        Self {
            customer: one.customer,
            cause: Cause::Plan { id: one.plan, key: one.plan_key },
            subject: one.subject,
            due: one.due,
            not_after: one.not_after,
            at_minute: one.at_minute,
            business_type: one.business_type,
            title: Both { zh: one.title.zh, en: one.title.en },
            reason: Both { zh: one.reason.zh, en: one.reason.en },
            script_key: one.script_key,
            template_keys: one.template_keys,
            attention: match one.attention {
                Rule::Counts => Attention::Counts,
                Rule::Free => Attention::Free,
            },
            channel: one.channel,
            priority: one.priority,
            worth_minor: one.worth_minor,
            unit: one.unit,
            owner: one.owner,
        }
    }
}

impl From<QueueError> for WorkError {
    fn from(error: QueueError) -> Self {
        match error {
            QueueError::Database(error) => Self::Database(error),
            QueueError::Fenced(_) => Self::ChangedMeanwhile,
            QueueError::WornOut(_) => Self::WorkerLost,
        }
    }
}
