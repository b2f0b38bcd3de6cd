//! Handlers of exports: look first, ask, agree or not, fetch.

use crate::org::{Actor, Who, grant, staff_names};
use crate::platform::{Accepted, App, Page, PageQuery, Problem, Validated, words};
use crate::work::WorkError;
use crate::work::bulk::Whom;
use crate::work::export::{self, Export, ExportAsk, ExportState};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{AppendHeaders, IntoResponse};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tend_rules::base::*;
use tend_rules::org::Permission;
use tend_rules::work::ExportColumn;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_export_columns))
        .routes(routes!(create_export_preview))
        .routes(routes!(list_exports, create_export))
        .routes(routes!(read_export, delete_export))
        .routes(routes!(create_export_approval))
        .routes(routes!(create_export_refusal))
        .routes(routes!(read_export_file))
}

/// A word with its text in the reader's language.
#[derive(Debug, Serialize, ToSchema)]
struct ExportWord {
    /// The stable word.
    key: String,
    /// In the reader's language.
    title: String,
}

fn column_word(column: ExportColumn, language: Language) -> ExportWord {
    let key = column.word().to_owned();
    ExportWord { title: words(language).fill(&format!("export_column_{key}.title"), &json!({})), key }
}

fn objection_word(key: &str, language: Language) -> ExportWord {
    let title = words(language).fill(&format!("export_objection_{key}.title"), &json!({}));
    ExportWord { key: key.to_owned(), title }
}

/// A column that a file may hold.
#[derive(Debug, Serialize, ToSchema)]
struct ExportColumnShape {
    key: String,
    title: String,
    /// `ordinary`, `transaction` or `property`: what counts against which soft stop of the day.
    weight: &'static str,
    /// Whether it shows in clear what the desk masks: then a second person must always agree.
    clear: bool,
}

/// The columns that a file may hold, in their usual order.
#[utoipa::path(get, path = "/exports/columns", tag = "work", responses((status = 200, body = Vec<ExportColumnShape>)))]
async fn list_export_columns(who: Actor<grant::ExportCustomers>) -> Json<Vec<ExportColumnShape>> {
    let may_clear = who.may(Permission::UnmaskFields);
    let offered = ExportColumn::ALL.into_iter().filter(|column| may_clear || !column.is_clear());
    let shape = |column: ExportColumn| {
        let ExportWord { key, title } = column_word(column, who.language);
        ExportColumnShape { key, title, weight: column.weight().word(), clear: column.is_clear() }
    };
    Json(offered.map(shape).collect())
}

#[derive(Debug, Deserialize, ToSchema)]
struct ExportPreviewBody {
    /// Whom it is about.
    who: Whom,
    /// The keys of its columns.
    columns: Vec<String>,
}

/// What an export would be.
#[derive(Debug, Serialize, ToSchema)]
struct ExportPreviewShape {
    /// Customers in all.
    count: usize,
    /// Why a second person must agree; empty if nobody must.
    objections: Vec<ExportWord>,
    /// Customers that the person may still take out alone today with such columns.
    left_today: i64,
}

/// Looks at what an export would be; changes nothing.
#[utoipa::path(post, path = "/exports/preview", tag = "work", request_body = ExportPreviewBody, responses((status = 200, body = ExportPreviewShape)))]
async fn create_export_preview(
    who: Actor<grant::ExportCustomers>,
    State(app): State<App>,
    Validated(body): Validated<ExportPreviewBody>,
) -> Result<Json<ExportPreviewShape>, Problem> {
    let outlook = export::outlook(&app, &who, &body.who, &body.columns).await?;
    let objections = outlook.objections.iter().map(|one| objection_word(one.word(), who.language)).collect();
    Ok(Json(ExportPreviewShape { count: outlook.count, objections, left_today: outlook.left_today }))
}

#[derive(Debug, Deserialize, ToSchema)]
struct ExportBody {
    /// Whom it is about.
    who: Whom,
    /// The keys of its columns, in order.
    columns: Vec<String>,
    /// `csv` or `xlsx`.
    format: String,
    /// What it is for; kept.
    reason: String,
}

#[derive(Debug, Serialize, ToSchema)]
struct ExportPerson {
    id: StaffId,
    name: String,
}

/// An export.
#[derive(Debug, Serialize, ToSchema)]
struct ExportShape {
    id: ExportId,
    columns: Vec<ExportWord>,
    format: String,
    reason: String,
    /// Why a second person had to agree; empty if nobody had to.
    objections: Vec<ExportWord>,
    /// `waiting`, `agreed`, `ready`, `refused`, `withdrawn`, `failed` or `expired`.
    state: &'static str,
    by: ExportPerson,
    /// Customers whom it is about.
    total: i64,
    /// Customers in the file.
    written: i64,
    file_bytes: i64,
    /// SHA-256 of the file, once it is made.
    file_sha256: String,
    /// How often it was fetched.
    fetched: i64,
    decided_by: Option<ExportPerson>,
    decided_reason: String,
    decided_at: Option<Instant>,
    /// The code of the error that ended it.
    failure: Option<String>,
    at: Instant,
    expires_at: Instant,
    /// Whether the reader may agree or refuse now.
    may_decide: bool,
    /// Whether the reader may fetch the file now.
    may_fetch: bool,
    /// Whether the reader may withdraw it now.
    may_withdraw: bool,
}

async fn shaped(app: &App, who: &Who, exports: Vec<Export>) -> Result<Vec<ExportShape>, WorkError> {
    let names = staff_names(app.read()).await?;
    let person = |id: StaffId| ExportPerson { id, name: names.get(&id).cloned().unwrap_or_default() };
    let (now, agrees) = (app.now(), who.may(Permission::ApproveExports));
    let shape = |one: Export| {
        let own = one.by == who.id;
        let waits = one.state == ExportState::Waiting && one.expires_at > now;
        ExportShape {
            columns: one.columns.iter().map(|column| column_word(*column, who.language)).collect(),
            objections: one.objections.iter().map(|key| objection_word(key, who.language)).collect(),
            state: one.state.word(),
            by: person(one.by),
            decided_by: one.decided_by.map(person),
            may_decide: waits && agrees && !own,
            may_fetch: own && one.state == ExportState::Ready && one.expires_at > now,
            may_withdraw: waits && own,
            id: one.id,
            format: one.format,
            reason: one.reason,
            total: one.total,
            written: one.written,
            file_bytes: one.file_bytes,
            file_sha256: one.file_sha256,
            fetched: one.fetched,
            decided_reason: one.decided_reason,
            decided_at: one.decided_at,
            failure: one.failure,
            at: one.created_at,
            expires_at: one.expires_at,
        }
    };
    Ok(exports.into_iter().map(shape).collect())
}

async fn shape_of(app: &App, who: &Who, id: ExportId) -> Result<ExportShape, WorkError> {
    let found = export::one(app, who, id).await?;
    shaped(app, who, vec![found]).await?.pop().ok_or(WorkError::ExportNotFound)
}

/// Asks for a file of many customers. Where nothing speaks against it, it is made at once; else a second person must agree.
#[utoipa::path(post, path = "/exports", tag = "work", request_body = ExportBody, responses((status = 202, body = ExportShape)))]
async fn create_export(
    who: Actor<grant::ExportCustomers>,
    State(app): State<App>,
    Validated(body): Validated<ExportBody>,
) -> Result<Accepted<ExportShape>, Problem> {
    let ask = ExportAsk { whom: body.who, columns: body.columns, format: body.format, reason: body.reason };
    let wanted = export::wanted(&app, &who, ask).await?;
    let tx = who.begin(&app).await?;
    let id = export::ask(&app, &tx, &who, wanted).await?;
    tx.commit().await?;
    Ok(Accepted(shape_of(&app, &who, id).await?))
}

/// One's own exports and, for those who may agree, those of their part of the firm; newest first.
#[utoipa::path(get, path = "/exports", tag = "work", params(PageQuery), responses((status = 200, body = Page<ExportShape>)))]
async fn list_exports(
    who: Actor<grant::ReadCustomers>,
    State(app): State<App>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<ExportShape>>, Problem> {
    let invalid = |_| WorkError::Invalid { field: "cursor", rule: "the cursor that the page before gave" };
    let before = page.cursor.as_deref().map(|text| text.parse::<ExportId>()).transpose().map_err(invalid)?;
    let mut exports = export::list(&app, &who, before, page.rows() + 1).await?;
    let more = exports.len() as i64 > page.rows();
    exports.truncate(page.rows() as usize);
    let next = more.then(|| exports.last().map(|one| one.id.to_string())).flatten();
    Ok(Json(Page { items: shaped(&app, &who, exports).await?, next, about: None }))
}

/// Where an export stands.
#[utoipa::path(get, path = "/exports/{id}", tag = "work", params(("id" = ExportId, Path)), responses((status = 200, body = ExportShape)))]
async fn read_export(
    who: Actor<grant::ReadCustomers>,
    State(app): State<App>,
    Path(id): Path<ExportId>,
) -> Result<Json<ExportShape>, Problem> {
    Ok(Json(shape_of(&app, &who, id).await?))
}

/// Withdraws one's own export while it waits.
#[utoipa::path(delete, path = "/exports/{id}", tag = "work", params(("id" = ExportId, Path)), responses((status = 202, body = ExportShape)))]
async fn delete_export(
    who: Actor<grant::ExportCustomers>,
    State(app): State<App>,
    Path(id): Path<ExportId>,
) -> Result<Accepted<ExportShape>, Problem> {
    let tx = who.begin(&app).await?;
    export::withdraw(&app, &tx, &who, id).await?;
    tx.commit().await?;
    Ok(Accepted(shape_of(&app, &who, id).await?))
}

#[derive(Debug, Default, Deserialize, ToSchema)]
struct ExportDecisionBody {
    /// What is said with it; a refusal needs it.
    #[serde(default)]
    reason: String,
}

/// Agrees to an export of somebody else; its file is made then.
#[utoipa::path(post, path = "/exports/{id}/approval", tag = "work", params(("id" = ExportId, Path)), request_body = ExportDecisionBody, responses((status = 202, body = ExportShape)))]
async fn create_export_approval(
    who: Actor<grant::ApproveExports>,
    State(app): State<App>,
    Path(id): Path<ExportId>,
    Validated(body): Validated<ExportDecisionBody>,
) -> Result<Accepted<ExportShape>, Problem> {
    let tx = who.begin(&app).await?;
    export::agree(&app, &tx, &who, id, &body.reason).await?;
    tx.commit().await?;
    Ok(Accepted(shape_of(&app, &who, id).await?))
}

/// Does not agree to an export of somebody else.
#[utoipa::path(post, path = "/exports/{id}/refusal", tag = "work", params(("id" = ExportId, Path)), request_body = ExportDecisionBody, responses((status = 202, body = ExportShape)))]
async fn create_export_refusal(
    who: Actor<grant::ApproveExports>,
    State(app): State<App>,
    Path(id): Path<ExportId>,
    Validated(body): Validated<ExportDecisionBody>,
) -> Result<Accepted<ExportShape>, Problem> {
    let tx = who.begin(&app).await?;
    export::refuse(&app, &tx, &who, id, &body.reason).await?;
    tx.commit().await?;
    Ok(Accepted(shape_of(&app, &who, id).await?))
}

/// Fetches the file: by the person who asked, each time a fact of the journal.
#[utoipa::path(get, path = "/exports/{id}/file", tag = "work", params(("id" = ExportId, Path)), responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)))]
async fn read_export_file(
    who: Actor<grant::ExportCustomers>,
    State(app): State<App>,
    Path(id): Path<ExportId>,
) -> Result<impl IntoResponse, Problem> {
    let (export, bytes) = export::fetch(&app, &who, id).await?;
    let kind = match export.format.as_str() {
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _ => "text/csv; charset=utf-8",
    };
    let disposition = format!("attachment; filename=\"customers-{id}.{}\"", export.format);
    Ok((AppendHeaders([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)]), bytes))
}
