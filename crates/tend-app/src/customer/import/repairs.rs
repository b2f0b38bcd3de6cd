//! What a person repaired in a file, as it is kept: typed phones, numbers of identity and addresses of people who are no
//! customers yet, so sealed by the key of the firm, in the queue while the file is checked and beside its batch.

use super::job::QUEUE;
use super::{BatchOptions, check, options_of};
use crate::customer::CustomerError;
use crate::intake::{self, Batch};
use crate::platform::{App, SealedPlace, reword_jobs};
use sea_orm::DbErr;
use serde_json::{Value, json};
use tend_rules::base::{BatchId, CheckId};
use tend_rules::intake::Repairs;
use uuid::Uuid;

/// Batches of an earlier version that are sealed at once.
const AT_ONCE: i64 = 200;
/// What stands in their options alone.
const PLAIN: &str = "\"repairs\":";

/// Repairs as they go into a place; none stay nothing.
fn sealed(app: &App, place: SealedPlace, row: Uuid, repairs: &Repairs) -> String {
    if *repairs == Repairs::default() {
        return String::new();
    }
    app.keys().seal_typed(place, row, &json!(repairs).to_string())
}

fn opened(app: &App, place: SealedPlace, row: Uuid, kept: &str) -> Result<Repairs, CustomerError> {
    if kept.is_empty() {
        return Ok(Repairs::default());
    }
    let text = app.keys().open_typed(place, row, kept)?;
    serde_json::from_str(&text).map_err(|error| DbErr::Type(error.to_string()).into())
}

/// Repairs for the job of a check.
pub(super) fn for_check(app: &App, check: CheckId, repairs: &Repairs) -> String {
    sealed(app, SealedPlace::CheckRepairs, check.0, repairs)
}

/// The repairs of a check, from the payload of its job.
pub(super) fn of_check(app: &App, check: CheckId, payload: &Value) -> Result<Repairs, CustomerError> {
    match &payload["repairs"] {
        Value::String(kept) => opened(app, SealedPlace::CheckRepairs, check.0, kept),
        // Of an earlier version.
        plain => Ok(read(plain)),
    }
}

/// Repairs for a batch.
pub(super) fn for_batch(app: &App, batch: BatchId, repairs: &Repairs) -> String {
    sealed(app, SealedPlace::BatchRepairs, batch.0, repairs)
}

/// The repairs of a batch.
pub(super) fn of_batch(app: &App, batch: &Batch) -> Result<Repairs, CustomerError> {
    match batch.repairs.as_str() {
        // Of an earlier version, if it has any.
        "" => Ok(options_of(batch).repairs),
        kept => opened(app, SealedPlace::BatchRepairs, batch.id.0, kept),
    }
}

fn read(plain: &Value) -> Repairs {
    serde_json::from_value(plain.clone()).unwrap_or_default()
}

/// Seals what an earlier version kept in plain beside batches and in the queue; of a batch whose file is gone it goes.
/// Answers how many.
pub async fn seal_plain_repairs(app: &App) -> Result<u64, CustomerError> {
    let of_job = |payload: &Value| {
        let plain = payload["repairs"].is_object().then(|| read(&payload["repairs"]))?;
        let kept = check::check_id(payload).map(|check| for_check(app, check, &plain));
        let mut anew = payload.clone();
        anew["repairs"] = json!(kept.unwrap_or_default());
        Some(anew)
    };
    let mut done = reword_jobs(app, (QUEUE, "check"), of_job).await?;
    let mut behind = BatchId(Uuid::nil());
    loop {
        let found = intake::batches_saying(app, PLAIN, behind, AT_ONCE).await?;
        let Some(last) = found.last() else { return Ok(done) };
        behind = last.id;
        let tx = app.begin().await?;
        for batch in &found {
            let options: BatchOptions = options_of(batch);
            let kept = match batch.upload_id {
                Some(_) => for_batch(app, batch.id, &options.repairs),
                None => String::new(),
            };
            // The repairs themselves are not written with the options any more.
            let step = intake::reword_batch(&tx, batch, &json!(options).to_string(), &kept).await?;
            done += u64::from(step == intake::Step::Taken);
        }
        tx.commit().await?;
    }
}
