//! A batch comes in: rows stream from the file, chunks are matched and written in one transaction each, together with
//! how far the batch has come. A killed import goes on exactly where it stood; the same file under the same name again
//! changes nothing.

mod alike;
mod check;
mod choice;
mod context;
mod flush;
mod job;
mod lines;
mod problems;
mod repairs;
mod settle;
mod slot;
mod store;
mod told;
mod undo;

pub(super) use alike::{AlikeRow, alike_rows};
pub use check::start_check;
use choice::Choices;
pub use choice::RowChoice;
pub use job::{BatchOrder, resume_batch, start_batch, start_undo, work_one};
pub(super) use job::{error_file, suggestions};
pub(super) use problems::grade;
pub use problems::{ProblemsOfKind, problems_by_kind};
pub use repairs::seal_plain_repairs;
pub(super) use slot::Before;
pub(super) use store::{of_customer, renew_before};
pub(super) use undo::restore_one;
pub use undo::{UndoPreview, undo, undo_preview};

use super::catalogue::{define_facts, firm_facts};
use super::{CustomerError, NewFact, every_fact};
use crate::intake::{self, Batch, FileError, FilePlace, Step, Tally, WashPlan, WashedRow};
use crate::journal;
use crate::org::{NoticeKind, every_unit};
use crate::platform::gate::on_thread;
use crate::platform::{App, QueueError, Refusal, refusals};
use context::Context;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::path::PathBuf;
use tend_rules::base::*;
use tend_rules::intake::*;
use tend_rules::journal::{Doer, Fact};
use tend_rules::org::Scope;
use told::Pace;
use utoipa::ToSchema;
use uuid::Uuid;

/// Rows usually written in one transaction.
pub const CHUNK_ROWS: usize = 4000;

/// Characters of a business type at most: it is a word of the playbooks.
const BUSINESS_TYPE_CHARS_MAX: usize = 40;

/// What becomes of a row that meets a known customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum OnDuplicate {
    /// It updates the customer, who belongs to the batch whether anything changes or not; refusals stay.
    #[default]
    Merge,
    /// It makes another customer.
    Keep,
    /// It is left out: it changes nobody, and the batch does not have the customer for it.
    Skip,
}

/// A file of the command line to be imported.
#[derive(Debug)]
pub struct ImportRequest {
    /// The file.
    pub file: PathBuf,
    /// The name of the batch, unique in the firm.
    pub name: String,
    /// What its work orders are about.
    pub business_type: String,
    /// Why these customers need care.
    pub reason: String,
    /// What the columns mean; the suggested mapping if absent.
    pub mapping: Option<Mapping>,
    /// Customers or order lines; by the headings if absent.
    pub kind: Option<RowKind>,
    /// What becomes of duplicates.
    pub on_duplicate: OnDuplicate,
    /// Where new customers go; the head of the firm if absent.
    pub unit_id: Option<UnitId>,
    /// Who imports; the program itself if absent.
    pub by: Option<StaffId>,
    /// Rows written in one transaction, [`CHUNK_ROWS`] as a rule; what comes of a file does not depend on it.
    pub chunk_rows: usize,
}

/// How far an import has come, or how it ended.
#[derive(Debug, Clone, Serialize)]
pub struct ImportReport {
    /// The batch.
    pub batch: BatchId,
    /// Rows of the file that are settled.
    pub rows: i64,
    /// Rows that made something new.
    pub accepted: i64,
    /// Rows that were refused, each with its reason.
    pub rejected: i64,
    /// Rows that met a known customer or order line.
    pub duplicates: i64,
    /// Customers made.
    pub created: i64,
    /// Customers changed.
    pub updated: i64,
    /// Rows in all, if it is known.
    pub rows_total: Option<i64>,
}

/// What went wrong with an import.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file or the mapping.
    #[error(transparent)]
    File(#[from] FileError),
    /// A customer or the batch.
    #[error(transparent)]
    Customer(#[from] CustomerError),
    /// The program ended in the last try of the job.
    #[error(transparent)]
    WorkerLost(QueueError),
}

impl From<sea_orm::DbErr> for ImportError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Customer(error.into())
    }
}

impl Refusal for ImportError {
    refusals! {
        INTERNAL_SERVER_ERROR {
            Self::WorkerLost(_) => "worker_lost",
        }
        .. File: FileError, Customer: CustomerError;
    }

    fn params(&self) -> serde_json::Value {
        match self {
            Self::File(error) => error.params(),
            Self::Customer(error) => error.params(),
            Self::WorkerLost(_) => serde_json::json!({}),
        }
    }
}

/// What a batch keeps besides its mapping.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct BatchOptions {
    pub on_duplicate: OnDuplicate,
    pub choices: Vec<RowChoice>,
    /// As an earlier version kept them; they have a column of their own.
    #[serde(skip_serializing)]
    pub repairs: Repairs,
    pub open: OpenOptions,
    pub rows_total: Option<i64>,
}

/// Imports a file of the command line, or goes on with it where it was killed. `progress` is called after each chunk.
pub async fn import(
    app: &App,
    request: ImportRequest,
    progress: impl FnMut(&ImportReport),
) -> Result<ImportReport, ImportError> {
    let place = FilePlace::Plain(request.file.clone());
    let batch = match intake::batch_named(app.read(), &request.name).await? {
        Some(batch) => batch,
        None => open_from_file(app, &place, &request).await?,
    };
    let hashed = place.clone();
    let hash = blocking(move || intake::hash_of(&hashed)).await?;
    if hash != batch.file_sha256 {
        return Err(CustomerError::BatchNameTaken { name: request.name }.into());
    }
    if batch.state == "failed" {
        let tx = app.begin().await?;
        job::reopen(app, &tx, doer_of(&batch), &batch).await?;
        tx.commit().await?;
    }
    run(app, batch.id, (place, request.chunk_rows), progress).await
}

/// Reads on a thread. It keeps the place of the call that asked, if one did: a file is read to its end though nobody waits
/// for the answer any more.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, FileError> + Send + 'static,
) -> Result<T, FileError> {
    let ended = on_thread(work).await;
    ended.map_err(|error| FileError::Disk(std::io::Error::other(error)))?
}

/// The mapping that would be taken for a file, and about how many rows it has: to be shown before it is taken.
pub async fn suggested_mapping(app: &App, file: PathBuf, kind: Option<RowKind>) -> Result<(Mapping, u64), ImportError> {
    let (glance, mapping) = look(app, &FilePlace::Plain(file), kind).await?;
    Ok((mapping, glance.rows_about))
}

/// A glance at a file and the mapping that it suggests.
async fn look(app: &App, place: &FilePlace, kind: Option<RowKind>) -> Result<(intake::Glance, Mapping), ImportError> {
    let (at, today) = (place.clone(), app.today());
    let glance = blocking(move || intake::glance(&at, OpenOptions::default(), today)).await?;
    let kind = kind.unwrap_or(glance.kind);
    let mapping = Mapping::suggested(kind, &suggest(&glance.survey, kind, &known_facts(app).await?));
    Ok((glance, mapping))
}

/// Refuses words that make no work order: its title is the reason of the batch, or its name where it has none.
fn check_words(name: &str, business_type: &str, reason: &str) -> Result<(), CustomerError> {
    let short = |text: &str, most: usize| text.trim().chars().count() <= most;
    if name.is_empty() || !short(name, TITLE_CHARS_MAX) {
        return Err(CustomerError::Invalid { field: "name", rule: "1 to 80 characters" });
    }
    if !short(reason, TITLE_CHARS_MAX) {
        return Err(CustomerError::Invalid { field: "reason", rule: "at most 80 characters" });
    }
    if !short(business_type, BUSINESS_TYPE_CHARS_MAX) {
        return Err(CustomerError::Invalid { field: "business_type", rule: "at most 40 characters" });
    }
    Ok(())
}

async fn open_from_file(app: &App, place: &FilePlace, request: &ImportRequest) -> Result<Batch, ImportError> {
    check_words(request.name.trim(), &request.business_type, &request.reason)?;
    let (glance, mapping) = look(app, place, request.kind).await?;
    let mapping = request.mapping.clone().unwrap_or(mapping);
    mapping.bind(&glance.survey.headings).map_err(FileError::from)?;
    let at = place.clone();
    let unit = match request.unit_id {
        Some(unit) => unit,
        None => head_of_firm(app).await?,
    };
    let options = BatchOptions {
        on_duplicate: request.on_duplicate,
        rows_total: Some(glance.rows_about as i64),
        ..BatchOptions::default()
    };
    let name = request.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let batch = Batch {
        id: BatchId(app.new_free_id()),
        name: request.name.clone(),
        target: mapping.kind.word().into(),
        business_type: request.business_type.clone(),
        reason: request.reason.clone(),
        state: "importing".into(),
        file_name: name,
        file_sha256: blocking(move || intake::hash_of(&at)).await?,
        upload_id: None,
        mapping: mapping.to_toml(),
        options: json!(options).to_string(),
        repairs: String::new(),
        unit_id: unit,
        created_by: request.by.unwrap_or(StaffId(Uuid::nil())),
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
    let tx = app.begin().await?;
    open(app, &tx, &batch, &mapping, &glance.survey.headings).await?;
    tx.commit().await?;
    Ok(batch)
}

/// Makes the batch, defines the facts that its mapping brings, remembers the mapping.
async fn open(
    app: &App,
    tx: &crate::platform::Tx,
    batch: &Batch,
    mapping: &Mapping,
    headings: &[String],
) -> Result<(), ImportError> {
    let new: Vec<NewFact> = mapping
        .facts()
        .map(|fact| {
            let title = if fact.title.is_empty() { fact.key.clone() } else { fact.title.clone() };
            NewFact { key: fact.key.clone(), kind: fact.kind.word().into(), title_zh: title.clone(), title_en: title }
        })
        .collect();
    define_facts(app, tx, doer_of(batch), &new).await?;
    intake::remember(app, tx, headings, mapping).await?;
    intake::open_batch(tx, batch).await?;
    let payload = json!({ "batch": batch.id, "name": batch.name, "file": batch.file_name });
    journal::append(app, tx, doer_of(batch), Fact::of_firm("batch", "opened", payload)).await?;
    Ok(())
}

fn doer_of(batch: &Batch) -> Doer {
    if batch.created_by.0.is_nil() { Doer::Program("import") } else { Doer::Staff(batch.created_by) }
}

async fn head_of_firm(app: &App) -> Result<UnitId, ImportError> {
    let units = every_unit(app, &Scope::Firm).await.map_err(context::of_org)?;
    let head = units.into_iter().find(|unit| unit.parent_id.is_none());
    Ok(head.ok_or(CustomerError::PartNotFound { thing: "unit" })?.id)
}

/// The firm's own facts as the suggestions want them.
pub(super) async fn known_facts(app: &App) -> Result<Vec<KnownFact>, CustomerError> {
    let facts = every_fact(app).await?.into_iter().filter(|fact| fact.origin == "firm");
    Ok(facts
        .filter_map(|fact| {
            let kind = FactKind::from_word(&fact.kind)?;
            Some(KnownFact { key: fact.key, kind, titles: vec![fact.title_zh, fact.title_en] })
        })
        .collect())
}

/// Carries a batch on to its end, from wherever it stands.
pub(super) async fn run(
    app: &App,
    id: BatchId,
    (place, chunk_rows): (FilePlace, usize),
    mut progress: impl FnMut(&ImportReport),
) -> Result<ImportReport, ImportError> {
    let batch = intake::batch(app.read(), id).await?.ok_or(CustomerError::BatchNotFound)?;
    match batch.state.as_str() {
        "importing" => {}
        "imported" => return Ok(report_of(&batch)),
        state => return Err(CustomerError::BatchState { state: state.to_owned() }.into()),
    }
    let plan = WashPlan { chunk_rows, ..plan_of(app, &batch, place).await? };
    let done = match plan.mapping.kind {
        RowKind::Customers => customers(app, &batch, plan, &mut progress).await,
        RowKind::Orders => lines::orders(app, &batch, plan, &mut progress).await,
    };
    if let Err(ImportError::File(error)) = &done {
        let tx = app.begin().await?;
        intake::turn(&tx, id, ("importing", "failed"), Some(error.code()), Some(app.now())).await?;
        told::tell_end(app, &tx, id, NoticeKind::ImportFailed).await?;
        tx.commit().await?;
    }
    done?;
    let tx = app.begin().await?;
    intake::turn(&tx, id, ("importing", "imported"), None, Some(app.now())).await?;
    let fact = Fact::of_firm("batch", "imported", json!({ "batch": id, "name": batch.name }));
    journal::append(app, &tx, doer_of(&batch), fact).await?;
    told::tell_end(app, &tx, id, NoticeKind::ImportDone).await?;
    tx.tell(told::news(&batch, "imported"));
    tx.commit().await?;
    let batch = intake::batch(app.read(), id).await?.ok_or(CustomerError::BatchNotFound)?;
    Ok(report_of(&batch))
}

/// How the file of a batch is washed. Facts that exist already keep their type, whatever the mapping says.
async fn plan_of(app: &App, batch: &Batch, place: FilePlace) -> Result<WashPlan, ImportError> {
    let mut mapping = Mapping::read(&batch.mapping).map_err(FileError::from)?;
    let known = firm_facts(app.read()).await?;
    for column in &mut mapping.columns {
        if let Target::Fact(fact) = &mut column.target
            && let Some(kind) = known.get(&fact.key)
        {
            fact.kind = *kind;
        }
    }
    let options = options_of(batch);
    Ok(WashPlan {
        place,
        options: options.open,
        mapping,
        repairs: repairs::of_batch(app, batch)?,
        rules: CleanRules::on(app.zone().day_of(batch.created_at)),
        skip_rows: batch.rows_done.unsigned_abs(),
        chunk_rows: CHUNK_ROWS,
    })
}

pub(super) fn options_of(batch: &Batch) -> BatchOptions {
    serde_json::from_str(&batch.options).unwrap_or_default()
}

async fn customers(
    app: &App,
    batch: &Batch,
    plan: WashPlan,
    progress: &mut impl FnMut(&ImportReport),
) -> Result<(), ImportError> {
    let options = options_of(batch);
    let choices = Choices::new(options.on_duplicate, options.choices);
    let mut context = Context::read(app, batch.id, batch.unit_id, doer_of(batch), plan.rules.today).await?;
    let (mut report, mut pace) = (report_of(batch), Pace::default());
    let mut chunks = intake::wash(plan, clean_row);
    while let Some(rows) = chunks.recv().await {
        let mut rows: Vec<WashedRow<CleanRow>> = rows?;
        for row in &mut rows {
            row.problems.extend(row.clean.iter().flat_map(|clean| context.doubts(clean)));
        }
        let tx = app.begin().await?;
        context.learn_labels(app, &tx, rows.iter().filter_map(|row| row.clean.as_ref())).await?;
        let chunk = settle::settle(app, &tx, &context, &rows, &choices).await?;
        let tally = chunk.tally;
        flush::flush(app, &tx, &context, chunk).await?;
        keep(app, tx, batch, (&mut report, &mut pace), tally, &rows).await?;
        progress(&report);
    }
    Ok(())
}

/// Writes the problems of a chunk, moves the batch on and commits.
async fn keep<T>(
    app: &App,
    tx: crate::platform::Tx,
    batch: &Batch,
    (report, pace): (&mut ImportReport, &mut Pace),
    tally: Tally,
    rows: &[WashedRow<T>],
) -> Result<(), ImportError> {
    let problems = rows.iter().filter(|row| !row.problems.is_empty()).map(|row| (row.row, row.problems.as_slice()));
    intake::keep_problems(app, &tx, batch.id.0, problems).await?;
    if intake::advance(&tx, batch.id, report.rows, tally).await? == Step::Lost {
        return Err(CustomerError::BatchBusy.into());
    }
    if pace.is_time() {
        tx.tell(told::news(batch, "progress"));
    }
    tx.commit().await?;
    report.rows += tally.rows;
    report.accepted += tally.accepted;
    report.rejected += tally.rejected;
    report.duplicates += tally.duplicates;
    report.created += tally.created;
    report.updated += tally.updated;
    Ok(())
}

pub(super) fn report_of(batch: &Batch) -> ImportReport {
    ImportReport {
        batch: batch.id,
        rows: batch.rows_done,
        accepted: batch.accepted,
        rejected: batch.rejected,
        duplicates: batch.duplicates,
        created: batch.created,
        updated: batch.updated,
        rows_total: options_of(batch).rows_total,
    }
}

/// The customers of a batch behind a row, for those who hand out its work: row, customer, the row's own reason.
pub async fn batch_members(
    app: &App,
    batch: BatchId,
    behind_row: i64,
    limit: i64,
) -> Result<Vec<(i64, CustomerId, String)>, CustomerError> {
    Ok(store::members(app.read(), batch, behind_row, limit).await?)
}
