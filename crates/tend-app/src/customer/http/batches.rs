//! Batches: made, watched, repaired, taken back.

use super::uploads::{ProblemsQuery, kinds, problem_page, read_mapping};
use crate::customer::CustomerError;
use crate::customer::import::{
    BatchOrder, OnDuplicate, RowChoice, UndoPreview, error_file, report_of, resume_batch, start_batch, start_undo,
    undo_preview,
};
use crate::intake::{self, Batch, ProblemRow};
use crate::org::{Actor, Who, grant, staff_names};
use crate::platform::{Accepted, App, Page, PageQuery, Problem, Validated, in_parts, words};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tend_rules::base::*;
use tend_rules::intake::{Edit, Fix, Repairs, Shape};
use tend_rules::org::Scope;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create_batch, list_batches))
        .routes(routes!(read_batch))
        .routes(routes!(list_batch_problems))
        .routes(routes!(read_error_file))
        .routes(routes!(read_undo_preview))
        .routes(routes!(create_undo))
        .routes(routes!(create_resumption))
}

/// A batch as its pages show it. Work orders made of it are told by the room of work.
#[derive(Debug, Serialize, ToSchema)]
struct BatchShape {
    id: BatchId,
    name: String,
    #[serde(rename = "as")]
    kind: String,
    business_type: String,
    reason: String,
    /// `importing`, `imported`, `failed`, `undoing`, `undone`.
    state: String,
    file_name: String,
    /// Settled rows: accepted + rejected + duplicates.
    rows: i64,
    rows_done: i64,
    rows_total: Option<i64>,
    accepted: i64,
    rejected: i64,
    duplicates: i64,
    created: i64,
    updated: i64,
    rows_per_second: Option<i64>,
    seconds_left: Option<i64>,
    /// Why it failed, in the reader's language.
    failure: Option<String>,
    by: Option<Maker>,
    at: Instant,
    finished_at: Option<Instant>,
    /// Problems of each kind; on the page of one batch only.
    #[schema(value_type = Option<Vec<Object>>)]
    problems_by_kind: Option<Value>,
}

#[derive(Debug, Serialize, ToSchema)]
struct Maker {
    id: StaffId,
    name: String,
}

fn shaped(app: &App, who: &Who, batch: Batch, names: &std::collections::HashMap<StaffId, String>) -> BatchShape {
    let report = report_of(&batch);
    let rows = batch.accepted + batch.rejected + batch.duplicates;
    let end = batch.finished_at.unwrap_or(app.now());
    let seconds = ((end.millis() - batch.created_at.millis()) / 1000).max(1);
    let speed = (rows > 0).then_some(rows / seconds).filter(|speed| *speed > 0);
    let left = report.rows_total.filter(|_| batch.state == "importing").zip(speed);
    BatchShape {
        rows,
        rows_done: batch.rows_done,
        rows_total: report.rows_total,
        rows_per_second: speed,
        seconds_left: left.map(|(total, speed)| (total - rows).max(0) / speed),
        by: names.get(&batch.created_by).map(|name| Maker { id: batch.created_by, name: name.clone() }),
        id: batch.id,
        name: batch.name,
        kind: batch.target,
        business_type: batch.business_type,
        reason: batch.reason,
        state: batch.state,
        file_name: batch.file_name,
        accepted: batch.accepted,
        rejected: batch.rejected,
        duplicates: batch.duplicates,
        created: batch.created,
        updated: batch.updated,
        failure: batch.failure.map(|code| words(who.language).fill(&format!("{code}.title"), &Value::Null)),
        at: batch.created_at,
        finished_at: batch.finished_at,
        problems_by_kind: None,
    }
}

/// A batch that the reader may see: those of the own part of the tree; a lead also sees those of the units above, whose
/// work comes down to the lead.
async fn visible(app: &App, who: &Who, id: BatchId) -> Result<Batch, CustomerError> {
    let batch = intake::batch(app.read(), id).await?.ok_or(CustomerError::BatchNotFound)?;
    let seen = crate::org::is_in_line(app.read(), batch.unit_id, who.unit_id).await?;
    if seen && who.scope() != Scope::Nothing { Ok(batch) } else { Err(CustomerError::BatchNotFound) }
}

/// A batch of the own part of the tree: its rows and its undo belong to those who brought it in, not to those below to
/// whom its work comes down.
async fn in_charge(app: &App, who: &Who, id: BatchId) -> Result<Batch, Problem> {
    let batch = visible(app, who, id).await?;
    let own = crate::org::every_unit(app, &who.tree()).await?.iter().any(|unit| unit.id == batch.unit_id);
    if own { Ok(batch) } else { Err(CustomerError::BatchNotFound.into()) }
}

#[derive(Debug, Deserialize, ToSchema)]
struct BatchBody {
    upload_id: UploadId,
    /// Unique in the firm: 1 to 80 characters.
    name: String,
    /// At most 40 characters.
    #[serde(default)]
    business_type: String,
    /// The title of its work orders: at most 80 characters.
    #[serde(default)]
    reason: String,
    /// What the columns become: `{columns: [{heading, target, fact_type?, day_order?}]}`.
    #[schema(value_type = Object)]
    mapping: Value,
    /// `customers` or `orders`.
    #[serde(rename = "as")]
    kind: Option<String>,
    #[serde(default)]
    #[schema(value_type = Vec<Object>)]
    fixes: Vec<Fix>,
    #[serde(default)]
    #[schema(value_type = Vec<Object>)]
    edits: Vec<Edit>,
    #[serde(default)]
    on_duplicate: OnDuplicate,
    /// What was decided about single rows instead, at most 200 of them.
    #[serde(default)]
    choices: Vec<RowChoice>,
    /// The check whose findings were seen: the import begins only if it is the last one of the file, has ended and was of
    /// this mapping with these fixes and edits. A program that imports without looking leaves it out.
    check: Option<CheckId>,
}

/// Begins to import an upload; leaving the page does not stop it.
#[utoipa::path(post, path = "/batches", tag = "intake", request_body = BatchBody, responses((status = 202, body = BatchShape)))]
async fn create_batch(
    who: Actor<grant::ImportBatches>,
    State(app): State<App>,
    Validated(body): Validated<BatchBody>,
) -> Result<Accepted<BatchShape>, Problem> {
    let order = BatchOrder {
        upload: body.upload_id,
        name: body.name,
        business_type: body.business_type,
        reason: body.reason,
        mapping: read_mapping(&body.mapping, body.kind.as_deref())?,
        repairs: Repairs { fixes: body.fixes, edits: body.edits },
        on_duplicate: body.on_duplicate,
        choices: body.choices,
        check: body.check,
    };
    let tx = who.begin(&app).await?;
    let batch = start_batch(&app, &tx, &who, order).await?;
    tx.commit().await?;
    Ok(Accepted(shaped(&app, &who, batch, &staff_names(app.read()).await?)))
}

/// Batches, newest first.
#[utoipa::path(get, path = "/batches", tag = "intake", params(PageQuery), responses((status = 200, body = Page<BatchShape>)))]
async fn list_batches(
    who: Actor<grant::ReadBatches>,
    State(app): State<App>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<BatchShape>>, Problem> {
    let invalid = |_| CustomerError::Invalid { field: "cursor", rule: "the cursor that the page before gave" };
    let before = query.cursor.as_ref().map(|text| text.parse::<BatchId>()).transpose().map_err(invalid)?;
    let found = intake::batches_in_line(&app, who.unit_id, before, query.rows()).await?;
    let next = (found.len() as i64 == query.rows()).then(|| found.last().map(|batch| batch.id.to_string())).flatten();
    let names = staff_names(app.read()).await?;
    let items = found.into_iter().map(|batch| shaped(&app, &who, batch, &names)).collect();
    Ok(Json(Page { items, next, about: None }))
}

/// One batch.
#[utoipa::path(get, path = "/batches/{id}", tag = "intake", params(("id" = BatchId, Path)), responses((status = 200, body = BatchShape)))]
async fn read_batch(
    who: Actor<grant::ReadBatches>,
    State(app): State<App>,
    Path(id): Path<BatchId>,
) -> Result<Json<BatchShape>, Problem> {
    let batch = visible(&app, &who, id).await?;
    let mut shape = shaped(&app, &who, batch, &staff_names(app.read()).await?);
    shape.problems_by_kind = Some(kinds(&app, id.0, who.language).await?);
    Ok(Json(shape))
}

/// The problems of the rows of a batch.
#[utoipa::path(get, path = "/batches/{id}/problems", tag = "intake", params(("id" = BatchId, Path), ProblemsQuery), responses((status = 200, body = Page<ProblemRow>)))]
async fn list_batch_problems(
    who: Actor<grant::ImportBatches>,
    State(app): State<App>,
    Path(id): Path<BatchId>,
    Query(query): Query<ProblemsQuery>,
) -> Result<Json<Page<ProblemRow>>, Problem> {
    in_charge(&app, &who, id).await?;
    Ok(Json(problem_page(&app, id.0, query, who.language).await?))
}

/// The rows that were refused, or skipped by a person, with their reasons, in the format of the file that came in.
#[utoipa::path(get, path = "/batches/{id}/error-file", tag = "intake", params(("id" = BatchId, Path)), responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)))]
async fn read_error_file(
    who: Actor<grant::ImportBatches>,
    State(app): State<App>,
    Path(id): Path<BatchId>,
) -> Result<impl IntoResponse, Problem> {
    let batch = in_charge(&app, &who, id).await?;
    let (file, shape) = error_file(&app, &batch, who.language).await?;
    let (kind, ending) = match shape {
        Shape::Text { .. } => ("text/csv", "csv"),
        Shape::Xlsx { .. } => ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    };
    let disposition = format!("attachment; filename=\"errors-{id}.{ending}\"");
    Ok(([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)], in_parts(file)))
}

/// What taking the batch back would do.
#[utoipa::path(get, path = "/batches/{id}/undo-preview", tag = "intake", params(("id" = BatchId, Path)), responses((status = 200, body = UndoPreview)))]
async fn read_undo_preview(
    who: Actor<grant::ImportBatches>,
    State(app): State<App>,
    Path(id): Path<BatchId>,
) -> Result<Json<UndoPreview>, Problem> {
    in_charge(&app, &who, id).await?;
    Ok(Json(undo_preview(&app, id).await?))
}

/// Carries a failed batch on from the row where it stopped.
#[utoipa::path(post, path = "/batches/{id}/resumption", tag = "intake", params(("id" = BatchId, Path)), responses((status = 202, body = BatchShape)))]
async fn create_resumption(
    who: Actor<grant::ImportBatches>,
    State(app): State<App>,
    Path(id): Path<BatchId>,
) -> Result<Accepted<BatchShape>, Problem> {
    let batch = in_charge(&app, &who, id).await?;
    let tx = who.begin(&app).await?;
    resume_batch(&app, &tx, who.doer(), &batch).await?;
    tx.commit().await?;
    let batch = visible(&app, &who, id).await?;
    Ok(Accepted(shaped(&app, &who, batch, &staff_names(app.read()).await?)))
}

/// Begins to take the batch back.
#[utoipa::path(post, path = "/batches/{id}/undo", tag = "intake", params(("id" = BatchId, Path)), responses((status = 202, body = BatchShape)))]
async fn create_undo(
    who: Actor<grant::ImportBatches>,
    State(app): State<App>,
    Path(id): Path<BatchId>,
) -> Result<Accepted<BatchShape>, Problem> {
    let batch = in_charge(&app, &who, id).await?;
    let tx = who.begin(&app).await?;
    start_undo(&app, &tx, &batch).await?;
    tx.commit().await?;
    let batch = visible(&app, &who, id).await?;
    Ok(Accepted(shaped(&app, &who, batch, &staff_names(app.read()).await?)))
}
