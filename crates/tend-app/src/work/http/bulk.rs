//! Handlers of bulk edits: look first, begin, follow, stop, take back, fetch what was left as it was.

use crate::org::{Actor, Who, grant, staff_names};
use crate::platform::{Accepted, App, Page, PageQuery, Problem, Validated, words};
use crate::work::WorkError;
use crate::work::bulk::{self, BulkDeed, BulkEdit, Whom};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tend_rules::base::*;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create_bulk_preview))
        .routes(routes!(list_bulk_edits, create_bulk_edit))
        .routes(routes!(read_bulk_edit))
        .routes(routes!(create_bulk_stop))
        .routes(routes!(create_bulk_undo))
        .routes(routes!(read_bulk_error_file))
}

#[derive(Debug, Deserialize, ToSchema)]
struct BulkBody {
    /// Whom it is about.
    who: Whom,
    /// What it does.
    deed: BulkDeed,
    /// What it is called; made of the deed if not said.
    #[serde(default)]
    title: String,
}

/// A reason with how often it was met.
#[derive(Debug, Serialize, ToSchema)]
struct BulkReason {
    /// The stable code.
    code: String,
    /// The reason in the reader's language.
    title: String,
    count: i64,
}

impl BulkReason {
    fn of(code: &str, count: i64, language: Language) -> Self {
        let title = words(language).fill(&format!("{code}.title"), &json!({}));
        Self { code: code.to_owned(), title, count }
    }
}

#[derive(Debug, Serialize, ToSchema)]
struct BulkCustomer {
    id: CustomerId,
    name: String,
}

#[derive(Debug, Serialize, ToSchema)]
struct BulkSample {
    customer: BulkCustomer,
    /// What stands there now.
    from: String,
    /// What would stand there.
    to: String,
    /// Why not, if not.
    refused: Option<BulkReason>,
}

/// What a bulk edit would do.
#[derive(Debug, Serialize, ToSchema)]
struct BulkPreviewShape {
    /// Customers in all.
    count: usize,
    /// Customers who were looked at one by one, 5,000 at most: the figures below are of them.
    examined: usize,
    changes: usize,
    unchanged: usize,
    refused: Vec<BulkReason>,
    sample: Vec<BulkSample>,
    ms: u64,
}

/// Looks at what a bulk edit would do; changes nothing.
#[utoipa::path(post, path = "/bulk-edits/preview", tag = "work", request_body = BulkBody, responses((status = 200, body = BulkPreviewShape)))]
async fn create_bulk_preview(
    who: Actor<grant::EditCustomers>,
    State(app): State<App>,
    Validated(body): Validated<BulkBody>,
) -> Result<Json<BulkPreviewShape>, Problem> {
    let preview = bulk::preview(&app, &who, body.who, body.deed).await?;
    let reason = |code: &str, count| BulkReason::of(code, count, who.language);
    let sample = preview.sample.into_iter().map(|row| BulkSample {
        customer: BulkCustomer { id: row.id, name: row.name },
        from: row.from,
        to: row.to,
        refused: row.refused.map(|code| reason(code, 1)),
    });
    Ok(Json(BulkPreviewShape {
        count: preview.count,
        examined: preview.examined,
        changes: preview.changes,
        unchanged: preview.unchanged,
        refused: preview.refused.into_iter().map(|(code, count)| reason(code, count as i64)).collect(),
        sample: sample.collect(),
        ms: preview.ms,
    }))
}

#[derive(Debug, Serialize, ToSchema)]
struct BulkBy {
    id: StaffId,
    name: String,
}

/// A bulk edit.
#[derive(Debug, Serialize, ToSchema)]
struct BulkEditShape {
    id: BulkEditId,
    title: String,
    deed: BulkDeed,
    /// `waiting`, `gathering`, `running`, `stopping`, `stopped`, `done`, `failed`, `undoing` or `undone`.
    state: &'static str,
    /// Customers in all, once they are gathered.
    total: i64,
    /// Customers dealt with.
    settled: i64,
    changed: i64,
    unchanged: i64,
    refused: i64,
    /// Why rows were refused, or stayed after an undo.
    refused_by: Vec<BulkReason>,
    /// Changes taken back.
    undone: i64,
    /// Changes that stayed because somebody changed the customer since.
    kept: i64,
    by: BulkBy,
    at: Instant,
    finished_at: Option<Instant>,
    /// The code of the error that ended it.
    failure: Option<String>,
    may_undo: bool,
    may_stop: bool,
    version: i64,
}

async fn shaped(app: &App, who: &Who, edits: Vec<BulkEdit>) -> Result<Vec<BulkEditShape>, WorkError> {
    let names = staff_names(app.read()).await?;
    let mut shapes = Vec::with_capacity(edits.len());
    for edit in edits {
        let reasons = bulk::reasons(app, edit.id).await?;
        shapes.push(BulkEditShape {
            state: edit.state.word(),
            settled: edit.settled(),
            may_undo: edit.may_undo(),
            may_stop: edit.state.may_stop(),
            refused_by: reasons.iter().map(|(code, count)| BulkReason::of(code, *count, who.language)).collect(),
            by: BulkBy { id: edit.by, name: names.get(&edit.by).cloned().unwrap_or_default() },
            id: edit.id,
            title: edit.title,
            deed: edit.deed,
            total: edit.total,
            changed: edit.changed,
            unchanged: edit.unchanged,
            refused: edit.refused,
            undone: edit.undone,
            kept: edit.kept,
            at: edit.created_at,
            finished_at: edit.finished_at,
            failure: edit.failure,
            version: edit.version,
        });
    }
    Ok(shapes)
}

async fn shape_of(app: &App, who: &Who, id: BulkEditId) -> Result<BulkEditShape, WorkError> {
    let edit = bulk::one(app, who, id).await?;
    shaped(app, who, vec![edit]).await?.pop().ok_or(WorkError::BulkEditNotFound)
}

/// Begins a bulk edit; it runs on by itself and tells of its progress.
#[utoipa::path(post, path = "/bulk-edits", tag = "work", request_body = BulkBody, responses((status = 202, body = BulkEditShape)))]
async fn create_bulk_edit(
    who: Actor<grant::EditCustomers>,
    State(app): State<App>,
    Validated(body): Validated<BulkBody>,
) -> Result<Accepted<BulkEditShape>, Problem> {
    let tx = who.begin(&app).await?;
    let id = bulk::begin(&app, &tx, &who, &body.title, body.who, body.deed).await?;
    tx.commit().await?;
    Ok(Accepted(shape_of(&app, &who, id).await?))
}

/// One's own bulk edits and, for those who lead, those of their part of the firm; newest first.
#[utoipa::path(get, path = "/bulk-edits", tag = "work", params(PageQuery), responses((status = 200, body = Page<BulkEditShape>)))]
async fn list_bulk_edits(
    who: Actor<grant::EditCustomers>,
    State(app): State<App>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<BulkEditShape>>, Problem> {
    let invalid = |_| WorkError::Invalid { field: "cursor", rule: "the cursor that the page before gave" };
    let before = page.cursor.as_deref().map(|text| text.parse::<BulkEditId>()).transpose().map_err(invalid)?;
    let mut edits = bulk::list(&app, &who, before, page.rows() + 1).await?;
    let more = edits.len() as i64 > page.rows();
    edits.truncate(page.rows() as usize);
    let next = more.then(|| edits.last().map(|edit| edit.id.to_string())).flatten();
    Ok(Json(Page { items: shaped(&app, &who, edits).await?, next, about: None }))
}

/// Where a bulk edit stands.
#[utoipa::path(get, path = "/bulk-edits/{id}", tag = "work", params(("id" = BulkEditId, Path)), responses((status = 200, body = BulkEditShape)))]
async fn read_bulk_edit(
    who: Actor<grant::EditCustomers>,
    State(app): State<App>,
    Path(id): Path<BulkEditId>,
) -> Result<Json<BulkEditShape>, Problem> {
    Ok(Json(shape_of(&app, &who, id).await?))
}

/// Stops a bulk edit after its present part; what is done stays.
#[utoipa::path(post, path = "/bulk-edits/{id}/stop", tag = "work", params(("id" = BulkEditId, Path)), responses((status = 202, body = BulkEditShape)))]
async fn create_bulk_stop(
    who: Actor<grant::EditCustomers>,
    State(app): State<App>,
    Path(id): Path<BulkEditId>,
) -> Result<Accepted<BulkEditShape>, Problem> {
    let tx = who.begin(&app).await?;
    bulk::stop(&app, &tx, &who, id).await?;
    tx.commit().await?;
    Ok(Accepted(shape_of(&app, &who, id).await?))
}

/// Takes a whole bulk edit back, save what somebody changed since.
#[utoipa::path(post, path = "/bulk-edits/{id}/undo", tag = "work", params(("id" = BulkEditId, Path)), responses((status = 202, body = BulkEditShape)))]
async fn create_bulk_undo(
    who: Actor<grant::EditCustomers>,
    State(app): State<App>,
    Path(id): Path<BulkEditId>,
) -> Result<Accepted<BulkEditShape>, Problem> {
    let tx = who.begin(&app).await?;
    bulk::undo(&app, &tx, &who, id).await?;
    tx.commit().await?;
    Ok(Accepted(shape_of(&app, &who, id).await?))
}

/// The rows that were left as they were, with the reason.
#[utoipa::path(get, path = "/bulk-edits/{id}/error-file", tag = "work", params(("id" = BulkEditId, Path)), responses((status = 200, content_type = "text/csv", body = Vec<u8>)))]
async fn read_bulk_error_file(
    who: Actor<grant::EditCustomers>,
    State(app): State<App>,
    Path(id): Path<BulkEditId>,
) -> Result<impl IntoResponse, Problem> {
    let bytes = bulk::error_file(&app, &who, id).await?;
    let disposition = format!("attachment; filename=\"errors-{id}.csv\"");
    let headers =
        [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    Ok((headers, bytes))
}
