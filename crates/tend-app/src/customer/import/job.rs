//! Imports, checks and undos as work in the queue: written with their cause, taken by a worker, carried on by another
//! if the worker dies.

use super::check::{check_id, check_job, is_last, upload_id};
use super::choice::{RowChoice, check_choices};
use super::{BatchOptions, CHUNK_ROWS, ImportError, check_words, known_facts, open, options_of, run, undo};
use super::{repairs, told};
use crate::customer::CustomerError;
use crate::intake::{self, Batch, FileError, FilePlace, Step};
use crate::journal;
use crate::org::{self, NoticeKind, Who};
use crate::platform::{App, Claimed, JobRequest, Refusal, Tx, claim, enqueue, fail, finish, nameless, renew};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufWriter, Seek as _};
use std::time::Duration;
use tend_rules::base::*;
use tend_rules::intake::*;
use tend_rules::journal::{Doer, Fact};
use tend_rules::org::Scope;

pub(super) const QUEUE: &str = "import";
/// How often a worker says that it lives; well within the lease.
const HEARTBEAT: Duration = Duration::from_secs(8);

/// What a batch of an upload is to be.
#[derive(Debug)]
pub struct BatchOrder {
    /// The upload.
    pub upload: UploadId,
    /// The name, unique in the firm.
    pub name: String,
    /// What its work orders are about.
    pub business_type: String,
    /// Why these customers need care.
    pub reason: String,
    /// What the columns mean.
    pub mapping: Mapping,
    /// Fixes and edits.
    pub repairs: Repairs,
    /// What becomes of duplicates.
    pub on_duplicate: super::OnDuplicate,
    /// What a person decided about single rows instead.
    pub choices: Vec<RowChoice>,
    /// The check whose findings the person saw; a program may import without looking.
    pub check: Option<CheckId>,
}

/// Makes a batch of an upload and the job that imports it.
pub async fn start_batch(app: &App, tx: &Tx, who: &Who, order: BatchOrder) -> Result<Batch, ImportError> {
    let name = order.name.trim();
    check_words(name, &order.business_type, &order.reason)?;
    if intake::batch_named(&**tx, name).await?.is_some() {
        return Err(CustomerError::BatchNameTaken { name: name.to_owned() }.into());
    }
    let upload = intake::upload(app, &who.scope(), order.upload).await?;
    let shape: Value = serde_json::from_str(&upload.shape).unwrap_or_default();
    let headings: Vec<String> = serde_json::from_value(shape["headings"].clone()).unwrap_or_default();
    order.mapping.bind(&headings).map_err(FileError::from)?;
    if order.check.is_some_and(|seen| !is_last(app, &upload, seen, &order.mapping, &order.repairs)) {
        return Err(CustomerError::CheckOvertaken.into());
    }
    check_choices(&**tx, &who.scope(), &order.choices).await?;
    let options = BatchOptions {
        on_duplicate: order.on_duplicate,
        choices: order.choices,
        open: open_options(&shape),
        rows_total: shape["rows_about"].as_i64(),
        ..BatchOptions::default()
    };
    let id = BatchId(app.new_free_id());
    let batch = Batch {
        id,
        name: name.to_owned(),
        target: order.mapping.kind.word().into(),
        business_type: order.business_type,
        reason: order.reason,
        state: "importing".into(),
        file_name: upload.file_name,
        file_sha256: upload.sha256,
        upload_id: Some(upload.id),
        mapping: order.mapping.to_toml(),
        options: json!(options).to_string(),
        repairs: repairs::for_batch(app, id, &order.repairs),
        unit_id: upload.unit_id,
        created_by: who.id,
        rows_done: 0,
        accepted: 0,
        rejected: 0,
        duplicates: 0,
        created: 0,
        updated: 0,
        failure: None,
        created_at: app.now(),
        finished_at: None,
    };
    open(app, tx, &batch, &order.mapping, &headings).await?;
    let payload = json!({ "batch": batch.id });
    let job = JobRequest { queue: QUEUE, kind: "import", dedup_key: format!("import {}", batch.id), payload };
    enqueue(app, tx, job).await?;
    Ok(batch)
}

/// How an upload was opened when it was first looked at.
pub(in crate::customer) fn open_options(shape: &Value) -> OpenOptions {
    serde_json::from_value(shape["open"].clone()).unwrap_or_default()
}

/// Makes the job that takes a batch back. Where an earlier one was given up half way, this one goes on; should both run,
/// the row that each winds back from lets only one through.
pub async fn start_undo(app: &App, tx: &Tx, batch: &Batch) -> Result<(), ImportError> {
    if !["imported", "failed", "undoing"].contains(&batch.state.as_str()) {
        return Err(CustomerError::BatchState { state: batch.state.clone() }.into());
    }
    let payload = json!({ "batch": batch.id });
    let dedup_key = match batch.failure {
        Some(_) => format!("undo {} {}", batch.id, app.new_free_id()),
        None => format!("undo {}", batch.id),
    };
    stay(tx, batch, None).await?;
    enqueue(app, tx, JobRequest { queue: QUEUE, kind: "undo", dedup_key, payload }).await?;
    Ok(())
}

/// Carries a failed batch on from the row where it stopped; what it settled stays.
pub async fn resume_batch(app: &App, tx: &Tx, doer: Doer, batch: &Batch) -> Result<(), ImportError> {
    if batch.upload_id.is_none() {
        return Err(FileError::FileNotKept.into());
    }
    reopen(app, tx, doer, batch).await?;
    let payload = json!({ "batch": batch.id });
    let dedup_key = format!("import {} {}", batch.id, app.new_free_id());
    enqueue(app, tx, JobRequest { queue: QUEUE, kind: "import", dedup_key, payload }).await?;
    Ok(())
}

/// Turns a failed batch back to being imported.
pub(super) async fn reopen(app: &App, tx: &Tx, doer: Doer, batch: &Batch) -> Result<(), ImportError> {
    if intake::turn(tx, batch.id, ("failed", "importing"), None, None).await? == Step::Lost {
        return Err(CustomerError::BatchState { state: batch.state.clone() }.into());
    }
    let payload = json!({ "batch": batch.id, "behind_row": batch.rows_done });
    journal::append(app, tx, doer, Fact::of_firm("batch", "resumed", payload)).await?;
    tx.tell(told::news(batch, "progress"));
    Ok(())
}

/// Takes one job of the queue and carries it out; false if there was none. A worker calls it in a loop.
pub async fn work_one(app: &App) -> Result<bool, ImportError> {
    let Some(job) = claim(app, QUEUE).await? else { return Ok(false) };
    let outcome = tokio::select! {
        outcome = carry_out(app, &job) => outcome,
        lost = keep_alive(app, &job) => {
            tracing::warn!("job {}: {lost}", job.id);
            return Ok(true);
        }
    };
    let db = app.db().writer();
    let written = match outcome {
        Ok(()) => finish(db, &job, app.now()).await,
        Err(error) => {
            tracing::error!("job {} ({}): {error}", job.id, job.kind);
            give_up(app, &job, &error).await?;
            fail(db, &job, &error.to_string(), app.now()).await
        }
    };
    if let Err(error) = written {
        tracing::warn!("job {}: {error}", job.id);
    }
    Ok(true)
}

/// After the last try the screen that waits for the job hears that it failed, and why.
async fn give_up(app: &App, job: &Claimed, error: &ImportError) -> Result<(), ImportError> {
    if !job.is_last_try() {
        return Ok(());
    }
    let tx = app.begin().await?;
    match job.kind.as_str() {
        "check" => {
            let upload = intake::upload(app, &Scope::Firm, upload_id(&job.payload)?).await?;
            let failed = json!({ "state": "failed", "why": error.code() });
            if intake::keep_check(&tx, upload.id, check_id(&job.payload)?, &failed).await? == Step::Lost {
                return Ok(());
            }
            told::tell_checked(&tx, &upload, "checked");
        }
        // Half taken back it cannot be carried on as an import; it waits to be taken back once more.
        "undo" => {
            let id = batch_id(&job.payload)?;
            let batch = intake::batch(&*tx, id).await?.ok_or(CustomerError::BatchNotFound)?;
            stay(&tx, &batch, Some(error.code())).await?;
            tx.tell(told::news(&batch, "failed"));
        }
        // What it settled stays and can be taken back.
        _ => {
            let id = batch_id(&job.payload)?;
            intake::turn(&tx, id, ("importing", "failed"), Some(error.code()), Some(app.now())).await?;
            told::tell_end(app, &tx, id, NoticeKind::ImportFailed).await?;
        }
    }
    tx.commit().await?;
    Ok(org::tell_job_failed(app, job, &error.to_string()).await?)
}

/// Leaves a batch in its state and says what stopped the work on it, if anything.
async fn stay(tx: &Tx, batch: &Batch, failure: Option<&str>) -> Result<(), ImportError> {
    intake::turn(tx, batch.id, (&batch.state, &batch.state), failure, batch.finished_at).await?;
    Ok(())
}

/// Renews the lease until it is lost.
async fn keep_alive(app: &App, job: &Claimed) -> crate::platform::QueueError {
    loop {
        tokio::time::sleep(HEARTBEAT).await;
        if let Err(error) = renew(app.db().writer(), job, app.now()).await {
            return error;
        }
    }
}

async fn carry_out(app: &App, job: &Claimed) -> Result<(), ImportError> {
    job.still_to_try().map_err(ImportError::WorkerLost)?;
    match job.kind.as_str() {
        "check" => check_job(app, &job.payload).await,
        "undo" => undo(app, batch_id(&job.payload)?).await,
        _ => {
            let id = batch_id(&job.payload)?;
            let batch = intake::batch(app.read(), id).await?.ok_or(CustomerError::BatchNotFound)?;
            let upload = batch.upload_id.ok_or(FileError::FileNotKept)?;
            let size = intake::upload(app, &Scope::Firm, upload).await?.size_bytes.unsigned_abs();
            match run(app, id, (FilePlace::of_upload(app, upload, size), CHUNK_ROWS), |_| ()).await {
                // A file that cannot be read will not get better: the batch says so, the job is done.
                Err(ImportError::File(_)) => Ok(()),
                done => done.map(drop),
            }
        }
    }
}

fn batch_id(payload: &Value) -> Result<BatchId, CustomerError> {
    serde_json::from_value(payload["batch"].clone()).map_err(|_| CustomerError::BatchNotFound)
}

/// The suggestions for an upload that was just looked at.
pub(in crate::customer) async fn suggestions(
    app: &App,
    survey: &Survey,
    kind: RowKind,
) -> Result<Vec<Suggestion>, CustomerError> {
    Ok(suggest(survey, kind, &known_facts(app).await?))
}

/// The rows of a batch that were refused, or skipped by a person for a problem, as a file in the format of the source, from
/// its beginning. Made on disk, on a thread of its own: a workbook cannot be sent before its last row is known.
pub(in crate::customer) async fn error_file(
    app: &App,
    batch: &Batch,
    language: Language,
) -> Result<(File, Shape), ImportError> {
    let upload = batch.upload_id.ok_or(FileError::FileNotKept)?;
    let size = intake::upload(app, &Scope::Firm, upload).await?.size_bytes.unsigned_abs();
    let place = FilePlace::of_upload(app, upload, size);
    let (options, repaired) = (options_of(batch), repairs::of_batch(app, batch)?);
    let mapping = Mapping::read(&batch.mapping).map_err(FileError::from)?;
    let rules = CleanRules::on(app.zone().day_of(batch.created_at));
    let out = intake::uploads(app).join(format!("out-{}.part", app.new_free_id()));
    super::blocking(move || {
        let mut source = Source::open(place.open()?, options.open)?;
        let shape = source.shape().clone();
        let mut table = source.table()?;
        let headings = table.headings().to_vec();
        let bound = mapping.bind(&headings)?;
        let repairs = repaired.ready_for(&headings);
        let mut file = ErrorFile::begin(&shape, &headings, language, BufWriter::new(nameless(&out)?))?;
        let mut row = Row::default();
        while table.read(&mut row)? {
            let left = match mapping.kind {
                RowKind::Customers => Left::of(repairs.wash(&row, &bound, |row| clean_row(row, &bound, &rules))),
                RowKind::Orders => Left::of(repairs.wash(&row, &bound, |row| clean_order_line(row, &bound, &rules))),
            };
            match left {
                Left::Nothing => {}
                Left::Refused(problems) => file.add(&row, &headings, &problems)?,
                Left::Skipped(problem) => file.add_skipped(&row, &headings, &problem)?,
            }
        }
        let mut file = file.finish()?.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        file.rewind()?;
        Ok((file, shape))
    })
    .await
    .map_err(ImportError::from)
}

/// Why a row is not in.
enum Left {
    Nothing,
    Refused(Vec<Problem>),
    Skipped(Problem),
}

impl Left {
    fn of<T>(repaired: Repaired<T>) -> Self {
        match repaired {
            Repaired::Accepted { .. } => Self::Nothing,
            Repaired::Refused { problems } => Self::Refused(problems),
            Repaired::Skipped { problem } => Self::Skipped(problem),
        }
    }
}
