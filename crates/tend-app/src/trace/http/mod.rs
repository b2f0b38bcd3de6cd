//! Handlers of traces.

mod files;
mod processes;
mod shape;

use super::list::{Wanted, list, of_customer};
use super::{Closing, NewEvidence, NewTrace, TraceError};
use crate::org::{Actor, Who, grant};
use crate::platform::{App, Page, PageRows, Problem, Validated};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use shape::{CustomerTracesShape, TracePageShape, TraceShape};
use tend_rules::base::*;
use tend_rules::trace::EvidenceKind;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this room.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_traces))
        .routes(routes!(list_customer_traces, create_trace))
        .routes(routes!(read_trace))
        .routes(routes!(create_evidence))
        .routes(routes!(create_withdrawal))
        .routes(routes!(create_closure))
        .routes(routes!(create_reopening))
        .merge(files::router())
        .merge(processes::router())
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct TracesQuery {
    /// Only `open`, `sold` or `abandoned`.
    state: Option<String>,
    /// Only of this process.
    process: Option<String>,
    /// Only open ones with `gaps`, or with a time limit that is `overdue`.
    lacking: Option<String>,
    cursor: Option<String>,
    #[param(inline)]
    limit: Option<PageRows>,
}

/// Traces in scope, newest first.
#[utoipa::path(get, path = "/traces", tag = "trace", params(TracesQuery), responses((status = 200, body = Page<TraceShape>)))]
async fn list_traces(
    who: Actor<grant::ReadTraces>,
    State(app): State<App>,
    Query(query): Query<TracesQuery>,
) -> Result<Json<Page<TraceShape>>, Problem> {
    let limit = PageRows::asked(query.limit);
    let before = query.cursor.as_deref().and_then(|text| text.split_once('.'));
    let before = before.and_then(|(at, id)| Some((Instant::from_millis(at.parse().ok()?), id.parse().ok()?)));
    let wanted = Wanted { state: query.state, process: query.process, lacking: query.lacking, before };
    let rows = list(&app, &who, &wanted, limit).await?;
    let last = rows.last().filter(|_| rows.len() as i64 == limit);
    let next = last.map(|last| format!("{}.{}", last.opened_at.millis(), last.id));
    Ok(Json(Page { items: rows.into_iter().map(TraceShape::from).collect(), next, about: None }))
}

/// The traces of a customer, and the processes that can be opened.
#[utoipa::path(get, path = "/customers/{id}/traces", tag = "trace", params(("id" = CustomerId, Path)), responses((status = 200, body = CustomerTracesShape)))]
async fn list_customer_traces(
    who: Actor<grant::ReadTraces>,
    State(app): State<App>,
    Path(id): Path<CustomerId>,
) -> Result<Json<CustomerTracesShape>, Problem> {
    let traces = of_customer(&app, &who, id).await?.into_iter().map(TraceShape::from).collect();
    let fitting = super::fitting(&app, &who, id).await?;
    Ok(Json(CustomerTracesShape::of(traces, fitting, who.language)))
}

#[derive(Debug, Deserialize, ToSchema)]
struct NewTraceBody {
    /// The key of the process.
    process: String,
    /// The agreement, where the process is about one.
    agreement_id: Option<AgreementId>,
    /// What is sold; the agreement's product where it is left out.
    #[serde(default)]
    product: String,
}

/// Opens the trace of a sale.
#[utoipa::path(post, path = "/customers/{id}/traces", tag = "trace", request_body = NewTraceBody, params(("id" = CustomerId, Path)), responses((status = 201, body = TracePageShape)))]
async fn create_trace(
    who: Actor<grant::RunTraces>,
    State(app): State<App>,
    Path(id): Path<CustomerId>,
    Validated(body): Validated<NewTraceBody>,
) -> Result<(StatusCode, Json<TracePageShape>), Problem> {
    let new = NewTrace { customer: id, process: body.process, agreement: body.agreement_id, product: body.product };
    super::take_up(&app).await?;
    let tx = who.begin(&app).await?;
    let trace = super::open(&app, &tx, &who, new).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(shown(&app, &who, trace).await?)))
}

async fn shown(app: &App, who: &Who, id: TraceId) -> Result<TracePageShape, TraceError> {
    Ok(TracePageShape::of(id, super::page(app, who, id).await?, who.language, app.now()))
}

/// A trace: steps, evidence, what is missing.
#[utoipa::path(get, path = "/traces/{id}", tag = "trace", params(("id" = TraceId, Path)), responses((status = 200, body = TracePageShape)))]
async fn read_trace(
    who: Actor<grant::ReadTraces>,
    State(app): State<App>,
    Path(id): Path<TraceId>,
) -> Result<Json<TracePageShape>, Problem> {
    Ok(Json(shown(&app, &who, id).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
struct EvidenceBody {
    /// The step.
    step: String,
    /// `contact`, `message`, `note`, `answer`, `consent`, `delivery`, `decision`; files go to `…/files`.
    #[schema(value_type = String)]
    kind: EvidenceKind,
    /// The record to which it points: a contact's id, a fact's key, a channel, an agreement's id.
    #[serde(default)]
    refers_to: String,
    /// What there is to say, in the firm's form where it has one.
    #[serde(default)]
    remark: String,
    /// When the thing happened, for a remark.
    happened_at: Option<Instant>,
    /// The evidence that it corrects.
    corrects: Option<EvidenceId>,
}

/// Supplies evidence for a step.
#[utoipa::path(post, path = "/traces/{id}/evidence", tag = "trace", request_body = EvidenceBody, params(("id" = TraceId, Path)), responses((status = 201, body = TracePageShape)))]
async fn create_evidence(
    who: Actor<grant::RunTraces>,
    State(app): State<App>,
    Path(id): Path<TraceId>,
    Validated(body): Validated<EvidenceBody>,
) -> Result<(StatusCode, Json<TracePageShape>), Problem> {
    let EvidenceBody { step, kind, refers_to, remark, happened_at, corrects } = body;
    let new = NewEvidence { step, kind, refers_to, remark, happened_at, corrects, file: None };
    let tx = who.begin(&app).await?;
    super::supply(&app, &tx, &who, id, new).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(shown(&app, &who, id).await?)))
}

#[derive(Debug, Deserialize, ToSchema)]
struct WithdrawalBody {
    /// The evidence.
    evidence_id: EvidenceId,
    /// Why.
    reason: String,
}

/// Takes evidence back. It stays in the account.
#[utoipa::path(post, path = "/traces/{id}/withdrawal", tag = "trace", request_body = WithdrawalBody, params(("id" = TraceId, Path)), responses((status = 201, body = TracePageShape)))]
async fn create_withdrawal(
    who: Actor<grant::RunTraces>,
    State(app): State<App>,
    Path(id): Path<TraceId>,
    Validated(body): Validated<WithdrawalBody>,
) -> Result<(StatusCode, Json<TracePageShape>), Problem> {
    let tx = who.begin(&app).await?;
    super::withdraw(&app, &tx, &who, id, body.evidence_id, &body.reason).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(shown(&app, &who, id).await?)))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ClosureVerdict {
    Sold,
    Abandoned,
}

#[derive(Debug, Deserialize, ToSchema)]
struct ClosureBody {
    /// `sold` or `abandoned`.
    verdict: ClosureVerdict,
    /// Why it is abandoned.
    #[serde(default)]
    reason: String,
}

/// Closes a trace. A sale with a gap is refused (409) with the list of what is missing in `problems`.
#[utoipa::path(post, path = "/traces/{id}/closure", tag = "trace", request_body = ClosureBody, params(("id" = TraceId, Path)), responses((status = 201, body = TracePageShape), (status = 409)))]
async fn create_closure(
    who: Actor<grant::RunTraces>,
    State(app): State<App>,
    Path(id): Path<TraceId>,
    Validated(body): Validated<ClosureBody>,
) -> Result<(StatusCode, Json<TracePageShape>), Problem> {
    let tx = who.begin(&app).await?;
    match body.verdict {
        ClosureVerdict::Sold => {
            if let Closing::Refused(gaps) = super::sell(&app, &tx, &who, id).await? {
                tx.roll_back().await?;
                return Err(super::close::refusal(&app, &who, id, gaps).await?.into());
            }
        }
        ClosureVerdict::Abandoned => super::abandon(&app, &tx, &who, id, &body.reason).await?,
    }
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(shown(&app, &who, id).await?)))
}

#[derive(Debug, Deserialize, ToSchema)]
struct TraceReasonBody {
    /// Why.
    reason: String,
}

/// Opens a closed trace again.
#[utoipa::path(post, path = "/traces/{id}/reopening", tag = "trace", request_body = TraceReasonBody, params(("id" = TraceId, Path)), responses((status = 201, body = TracePageShape)))]
async fn create_reopening(
    who: Actor<grant::JudgeTraces>,
    State(app): State<App>,
    Path(id): Path<TraceId>,
    Validated(body): Validated<TraceReasonBody>,
) -> Result<(StatusCode, Json<TracePageShape>), Problem> {
    let tx = who.begin(&app).await?;
    super::reopen(&app, &tx, &who, id, &body.reason).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(shown(&app, &who, id).await?)))
}
