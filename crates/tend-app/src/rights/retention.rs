//! What has been kept long enough goes, within a day after its period is over and never before; what a hold binds stays.
//! A dry run says what would go. Everything that goes leaves a fact.

use super::erase::erase_now;
use super::{RightsError, store};
use crate::law;
use crate::platform::{
    App, Claimed, JobRequest, Retire, enqueue, finish, holding, retire_answers, retire_jobs, retire_news,
};
use crate::{contact, customer, intake, journal, org, plan, segment, trace, work};
use sea_orm::{ConnectionTrait, DbErr};
use serde::Serialize;
use serde_json::json;
use tend_rules::base::*;
use tend_rules::journal::{Doer, Fact};
use tend_rules::law::{Law, Record};
use tend_rules::org::Scope;
use utoipa::ToSchema;

/// The queue of the deletions.
pub const RETENTION_QUEUE: &str = "retention";
const DOER: Doer = Doer::Program("retention");
/// Customers looked at in one step.
const FILES: i64 = 2000;

/// How much of a kind of record is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Due {
    /// The kind of record.
    pub record: &'static str,
    /// The last day whose records may go; none where files go by their contracts.
    pub over_since: Option<Day>,
    /// How many.
    pub count: i64,
}

/// What would go today; changes nothing, and keeps nobody from writing while it counts.
pub async fn due(app: &App) -> Result<Vec<Due>, RightsError> {
    let (today, mut found) = (app.today(), Vec::new());
    let law = law::in_force(app.read(), today).await?;
    if customer::firm_is_held(app.read(), today).await? {
        return Ok(found);
    }
    for record in Record::ALL {
        let (count, over_since) = match record {
            Record::CustomerFile => (due_customers(app, &law).await?.len() as i64, None),
            Record::SaleRecording if law.goes_at_all(record) => (trace::count_over(app, &law).await?, None),
            _ => match law.over_since(record) {
                Some(last) => (step(app, app.read(), record, last, Retire::Count).await?, Some(last)),
                None => continue,
            },
        };
        if count > 0 {
            found.push(Due { record: record.word(), over_since, count });
        }
    }
    Ok(found)
}

/// Deletes what is over today, a thousand in a transaction. Killed anywhere, it is simply run again.
pub async fn carry_out(app: &App) -> Result<Vec<Due>, RightsError> {
    let (today, mut gone) = (app.today(), Vec::new());
    let law = law::in_force(app.read(), today).await?;
    for record in Record::ALL {
        let (count, over_since) = match record {
            Record::CustomerFile => (erase_files(app, &law).await?, None),
            Record::SaleRecording if law.goes_at_all(record) => (delete_sales(app, &law).await?, None),
            _ => match law.over_since(record) {
                Some(last) => (delete_all(app, record, last).await?, Some(last)),
                None => continue,
            },
        };
        if count > 0 {
            gone.push(Due { record: record.word(), over_since, count });
        }
    }
    trace::sweep_files(app).await?;
    intake::sweep_uploads(app).await?;
    Ok(gone)
}

async fn delete_sales(app: &App, law: &Law) -> Result<i64, RightsError> {
    let (mut total, mut after) = (0, None);
    loop {
        let tx = app.begin().await?;
        if customer::firm_is_held(&*tx, app.today()).await? {
            tx.roll_back().await?;
            return Ok(total);
        }
        let (count, last) = trace::retire_sales(app, &tx, law, after).await?;
        if count > 0 {
            let payload = json!({ "record": Record::SaleRecording.word(), "count": count });
            journal::append(app, &tx, DOER, Fact::of_firm("rights", "retention_deleted", payload)).await?;
        }
        tx.commit().await?;
        total += count;
        match last {
            Some(last) => after = Some(last),
            None => return Ok(total),
        }
    }
}

async fn delete_all(app: &App, record: Record, last: Day) -> Result<i64, RightsError> {
    let mut total = 0;
    loop {
        let tx = app.begin().await?;
        // Asked in each transaction: a hold may come while this runs.
        let held = customer::firm_is_held(&*tx, app.today()).await?;
        let count = if held { 0 } else { step(app, &*tx, record, last, Retire::Delete).await? };
        if count == 0 {
            tx.roll_back().await?;
            return Ok(total);
        }
        total += count;
        let payload = json!({ "record": record.word(), "over_since": last, "count": count });
        journal::append(app, &tx, DOER, Fact::of_firm("rights", "retention_deleted", payload)).await?;
        tx.commit().await?;
    }
}

/// One kind of record, whose day was `last` or before: counted, or deleted up to a thousand.
async fn step(
    app: &App,
    db: &impl ConnectionTrait,
    record: Record,
    last: Day,
    how: Retire,
) -> Result<i64, RightsError> {
    let today = app.today();
    let before = app.zone().instant_at(last + 1, 0);
    Ok(match record {
        Record::Contact => contact::retire_contacts(db, how, last + 1, today).await?,
        Record::Touch => work::retire_touches(db, how, before, today).await?,
        Record::BulkEdit => work::retire_bulk_edits(db, how, before, today).await?,
        Record::Export => work::retire_exports(db, how, before, today).await?,
        Record::Upload => intake::retire_uploads(app, db, how, before, today).await?,
        Record::ImportProblem => intake::retire_problems(db, how, before, today).await?,
        Record::PlanDecision => plan::retire_decisions(db, how, last + 1).await?,
        Record::Notice => org::retire_notices(db, how, before, today).await?,
        Record::Session => org::retire_sessions(db, how, before).await?,
        Record::SignInFailure => org::retire_failures(db, how, before).await?,
        Record::RightsRequest => store::retire_requests(db, how, before, today).await?,
        Record::LiveNews => retire_news(db, how, before).await?,
        Record::GivenAnswer => retire_answers(db, how, before).await?,
        Record::Job => retire_jobs(db, how, before).await?,
        // Files and sales go one by one; consents go with their customer.
        Record::CustomerFile | Record::Consent | Record::SaleRecording => 0,
    })
}

async fn due_customers(app: &App, law: &Law) -> Result<Vec<CustomerId>, RightsError> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let (due, last) = customer::due_files(app.read(), law, after, FILES).await?;
        found.extend(due);
        match last {
            Some(last) => after = Some(last),
            None => return Ok(found),
        }
    }
}

async fn erase_files(app: &App, law: &Law) -> Result<i64, RightsError> {
    let mut erased = 0;
    let done = erase_each(app, law, &mut erased).await;
    if erased > 0 {
        segment::forget_kept(app);
    }
    done.map(|()| erased)
}

async fn erase_each(app: &App, law: &Law, erased: &mut i64) -> Result<(), RightsError> {
    for id in due_customers(app, law).await? {
        let tx = app.begin().await?;
        // Since it was listed the customer may have come back, or be held.
        let held = customer::hold_on(app, &tx, id).await?.is_some();
        if held || !customer::file_is_due(&*tx, law, id).await? {
            tx.roll_back().await?;
            continue;
        }
        match erase_now(app, &tx, DOER, &Scope::Firm, id, "retention").await {
            Err(RightsError::SaleKept { .. }) => tx.roll_back().await?,
            done => {
                done?;
                tx.commit().await?;
                *erased += 1;
            }
        }
    }
    Ok(())
}

/// Puts the day's deletions in their queue, once a day however often this is called.
pub async fn call_retention(app: &App) -> Result<(), DbErr> {
    let tx = app.begin().await?;
    let (dedup_key, payload) = (format!("retention:{}", app.today()), json!({}));
    enqueue(app, &tx, JobRequest { queue: RETENTION_QUEUE, kind: "retention", dedup_key, payload }).await?;
    tx.commit().await
}

/// Carries out a claimed job of [`RETENTION_QUEUE`] and finishes it; holds on to the job while it works.
pub async fn do_retention(app: &App, job: &Claimed) -> Result<Vec<Due>, RightsError> {
    job.still_to_try()?;
    let gone = holding(app, job, carry_out(app)).await??;
    finish(app.db().writer(), job, app.now()).await?;
    Ok(gone)
}
