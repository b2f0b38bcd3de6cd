//! Handlers of the rights of customers.

use super::store::Which;
use super::{Decision, Due, Erasure, NewRequest, RequestShape, RightsError};
use crate::customer::{self, ConsentPage, HoldShape, NewHold, Said};
use crate::org::{Actor, HeadOffice, grant};
use crate::platform::{Accepted, App, Problem, Validated, before_wall};
use crate::segment;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use tend_rules::base::*;
use tend_rules::customer::{Consent, EVERY_PURPOSE, How, SaidBy};
use tend_rules::law::Request;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this room.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read_consents))
        .routes(routes!(put_consent))
        .routes(routes!(read_copy))
        .routes(routes!(create_erasure))
        .routes(routes!(list_customer_requests, create_request))
        .routes(routes!(list_requests))
        .routes(routes!(create_decision))
        .routes(routes!(create_approval))
        .routes(routes!(list_customer_holds, create_hold))
        .routes(routes!(list_holds, create_firm_hold))
        .routes(routes!(create_release))
        .routes(routes!(read_retention))
        .routes(routes!(create_retention_run))
}

/// What a customer said about being contacted: what holds now, and the proof of it.
#[utoipa::path(get, path = "/customers/{id}/consents", tag = "rights", params(("id" = CustomerId, Path)), responses((status = 200, body = ConsentPage)))]
async fn read_consents(
    who: Actor<grant::ReadCustomers>,
    State(app): State<App>,
    Path(id): Path<CustomerId>,
) -> Result<Json<ConsentPage>, Problem> {
    Ok(Json(customer::consents_of(&app, &who.scope(), id).await?))
}

fn every() -> String {
    EVERY_PURPOSE.to_owned()
}

const fn by_call() -> How {
    How::Call
}

const fn by_customer() -> SaidBy {
    SaidBy::Customer
}

#[derive(Debug, Deserialize, ToSchema)]
struct ConsentBody {
    /// `given`, `refused` or `unknown`.
    #[schema(value_type = String)]
    state: Consent,
    /// How the customer said so; needed for a consent and for taking a refusal back.
    #[serde(default)]
    proof: String,
    /// A purpose of `GET /purposes`, or `every`.
    #[serde(default = "every")]
    purpose: String,
    /// `call` (that the firm made), `customer_call`, `message`, `form`, `web` or `visit`.
    #[serde(default = "by_call")]
    #[schema(value_type = Option<String>)]
    how: How,
    /// `customer` or `guardian`.
    #[serde(default = "by_customer")]
    #[schema(value_type = Option<String>)]
    by: SaidBy,
    /// The version of the text that the customer was shown.
    #[serde(default)]
    text_version: String,
}

/// Notes what a customer said about a channel, for one purpose or for all. A refusal acts at once: open work orders
/// that it ends are withdrawn in the same moment.
#[utoipa::path(put, path = "/customers/{id}/consents/{channel}", tag = "rights", request_body = ConsentBody, params(("id" = CustomerId, Path), ("channel" = Channel, Path)), responses((status = 204)))]
async fn put_consent(
    who: Actor<grant::EditCustomers>,
    State(app): State<App>,
    Path((id, channel)): Path<(CustomerId, Channel)>,
    Validated(body): Validated<ConsentBody>,
) -> Result<StatusCode, Problem> {
    let said = Said {
        channel,
        purpose: &body.purpose,
        state: body.state,
        proof: &body.proof,
        how: body.how,
        by: body.by,
        text_version: &body.text_version,
    };
    let tx = who.begin(&app).await?;
    super::say(&app, &tx, who.doer(), &who.scope(), id, said).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Everything about a customer in one zip file; that it was made is a fact of the ledger.
#[utoipa::path(get, path = "/customers/{id}/copy", tag = "rights", params(("id" = CustomerId, Path)), responses((status = 200, content_type = "application/zip", body = Vec<u8>)))]
async fn read_copy(
    who: Actor<grant::ManageRights>,
    State(app): State<App>,
    Path(id): Path<CustomerId>,
) -> Result<impl IntoResponse, Problem> {
    let copy = super::copy(&app, who.doer(), &who.scope(), id).await?;
    let name = HeaderValue::from_str(&format!("attachment; filename=\"{id}.zip\""));
    let name = name.unwrap_or(HeaderValue::from_static("attachment"));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/zip")),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, copy.zip))
}

#[derive(Debug, Deserialize, ToSchema)]
struct ErasureBody {
    /// Why.
    #[serde(default)]
    reason: String,
    /// The customer's own request, where it stands in the register.
    request_id: Option<RightsRequestId>,
}

/// What came of asking for an erasure.
#[derive(Debug, Serialize, ToSchema)]
struct ErasureShape {
    /// The request in the register.
    request_id: RightsRequestId,
    /// `erased`, or `waiting` for a second person.
    state: &'static str,
}

/// Erases a customer, or asks a second person to approve it. A legal hold refuses.
#[utoipa::path(post, path = "/customers/{id}/erasure", tag = "rights", request_body = ErasureBody, params(("id" = CustomerId, Path)), responses((status = 200, body = ErasureShape)))]
async fn create_erasure(
    who: Actor<grant::ManageRights>,
    State(app): State<App>,
    Path(id): Path<CustomerId>,
    Validated(body): Validated<ErasureBody>,
) -> Result<Json<ErasureShape>, Problem> {
    // Relations with customers of others go too, and the journal of one who is gone is seen by nobody.
    let tx = before_wall(who.begin(&app)).await?;
    let erasure = super::ask_erasure(&app, &tx, &who, id, (&body.reason, body.request_id)).await?;
    tx.commit().await?;
    Ok(Json(match erasure {
        Erasure::Done(request_id) => {
            segment::forget_kept(&app);
            ErasureShape { request_id, state: "erased" }
        }
        Erasure::Waiting(request_id) => ErasureShape { request_id, state: "waiting" },
    }))
}

/// The requests of one customer, newest first.
#[utoipa::path(get, path = "/customers/{id}/rights-requests", tag = "rights", params(("id" = CustomerId, Path)), responses((status = 200, body = Vec<RequestShape>)))]
async fn list_customer_requests(
    who: Actor<grant::ManageRights>,
    State(app): State<App>,
    Path(id): Path<CustomerId>,
) -> Result<Json<Vec<RequestShape>>, Problem> {
    customer::one(&app, &who.scope(), id).await?;
    Ok(Json(super::request::of(&app, &who.scope(), id).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
struct RequestBody {
    /// `copy`, `correction`, `erasure` or `objection`.
    #[schema(value_type = String)]
    kind: Request,
    /// When it came in; today if not said.
    received: Option<Day>,
    /// In the customer's words.
    #[serde(default)]
    note: String,
}

/// A request that was kept.
#[derive(Debug, Serialize, ToSchema)]
struct RequestKept {
    id: RightsRequestId,
}

/// Keeps a request of a customer.
#[utoipa::path(post, path = "/customers/{id}/rights-requests", tag = "rights", request_body = RequestBody, params(("id" = CustomerId, Path)), responses((status = 201, body = RequestKept)))]
async fn create_request(
    who: Actor<grant::ManageRights>,
    State(app): State<App>,
    Path(id): Path<CustomerId>,
    Validated(body): Validated<RequestBody>,
) -> Result<(StatusCode, Json<RequestKept>), Problem> {
    let received = body.received.unwrap_or(app.today());
    let new = NewRequest { customer: id, kind: body.kind, received, note: &body.note };
    let tx = who.begin(&app).await?;
    let id = super::open(&app, &tx, who.doer(), &who.scope(), new).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(RequestKept { id })))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
struct RegisterQuery {
    /// Settled ones too.
    all: bool,
}

/// The register of requests: those to be answered, the most urgent first.
#[utoipa::path(get, path = "/rights-requests", tag = "rights", params(RegisterQuery), responses((status = 200, body = Vec<RequestShape>)))]
async fn list_requests(
    who: Actor<grant::ManageRights>,
    State(app): State<App>,
    Query(query): Query<RegisterQuery>,
) -> Result<Json<Vec<RequestShape>>, Problem> {
    let which = if query.all { Which::All } else { Which::Open };
    Ok(Json(super::register(&app, &who.scope(), which).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
struct DecisionBody {
    /// `done` or `refused`.
    decision: String,
    /// What was answered; of a refusal the reason.
    #[serde(default)]
    answer: String,
}

/// Settles a request. A refusal needs its reason.
#[utoipa::path(post, path = "/rights-requests/{id}/decision", tag = "rights", request_body = DecisionBody, params(("id" = RightsRequestId, Path)), responses((status = 204)))]
async fn create_decision(
    who: Actor<grant::ManageRights>,
    State(app): State<App>,
    Path(id): Path<RightsRequestId>,
    Validated(body): Validated<DecisionBody>,
) -> Result<StatusCode, Problem> {
    let decision = match body.decision.as_str() {
        "done" => Decision::Done,
        "refused" => Decision::Refused,
        _ => return Err(RightsError::Invalid { field: "decision", rule: "done or refused" }.into()),
    };
    let tx = who.begin(&app).await?;
    super::decide(&app, &tx, who.doer(), &who.scope(), id, (decision, &body.answer)).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Another person approves an erasure that waits, and the customer is erased.
#[utoipa::path(post, path = "/rights-requests/{id}/approval", tag = "rights", params(("id" = RightsRequestId, Path)), responses((status = 204)))]
async fn create_approval(
    who: Actor<grant::ManageRights>,
    State(app): State<App>,
    Path(id): Path<RightsRequestId>,
) -> Result<StatusCode, Problem> {
    let tx = before_wall(who.begin(&app)).await?;
    super::approve(&app, &tx, &who, id).await?;
    tx.commit().await?;
    segment::forget_kept(&app);
    Ok(StatusCode::NO_CONTENT)
}

/// The holds of one customer, newest first.
#[utoipa::path(get, path = "/customers/{id}/holds", tag = "rights", params(("id" = CustomerId, Path)), responses((status = 200, body = Vec<HoldShape>)))]
async fn list_customer_holds(
    who: Actor<grant::ManageRights>,
    State(app): State<App>,
    Path(id): Path<CustomerId>,
) -> Result<Json<Vec<HoldShape>>, Problem> {
    customer::one(&app, &who.scope(), id).await?;
    Ok(Json(customer::holds_of(&app, id).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
struct HoldBody {
    /// Why: the case, the authority.
    #[serde(default)]
    reason: String,
    /// The first day; today if not said.
    from: Option<Day>,
    /// The last day; until it is released if not said.
    until: Option<Day>,
}

/// A hold that was placed.
#[derive(Debug, Serialize, ToSchema)]
struct HoldPlaced {
    id: HoldId,
}

/// Holds everything about a customer back from deletion and erasure.
#[utoipa::path(post, path = "/customers/{id}/holds", tag = "rights", request_body = HoldBody, params(("id" = CustomerId, Path)), responses((status = 201, body = HoldPlaced)))]
async fn create_hold(
    who: Actor<grant::ManageRights>,
    State(app): State<App>,
    Path(id): Path<CustomerId>,
    Validated(body): Validated<HoldBody>,
) -> Result<(StatusCode, Json<HoldPlaced>), Problem> {
    let from = body.from.unwrap_or(app.today());
    let new = NewHold { customer: Some(id), reason: &body.reason, from, until: body.until };
    let tx = who.begin(&app).await?;
    let id = customer::place_hold(&app, &tx, who.doer(), &who.scope(), new).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(HoldPlaced { id })))
}

/// The holds that stand: of the firm, and of customers in the reader's scope.
#[utoipa::path(get, path = "/holds", tag = "rights", responses((status = 200, body = Vec<HoldShape>)))]
async fn list_holds(who: Actor<grant::ManageRights>, State(app): State<App>) -> Result<Json<Vec<HoldShape>>, Problem> {
    Ok(Json(customer::standing_holds(&app, &who.scope()).await?))
}

/// Holds everything in the firm back from deletion and erasure.
#[utoipa::path(post, path = "/holds", tag = "rights", request_body = HoldBody, responses((status = 201, body = HoldPlaced)))]
async fn create_firm_hold(
    who: HeadOffice<grant::ManageRights>,
    State(app): State<App>,
    Validated(body): Validated<HoldBody>,
) -> Result<(StatusCode, Json<HoldPlaced>), Problem> {
    let from = body.from.unwrap_or(app.today());
    let new = NewHold { customer: None, reason: &body.reason, from, until: body.until };
    let tx = who.begin(&app).await?;
    let id = customer::place_hold(&app, &tx, who.doer(), &who.scope(), new).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(HoldPlaced { id })))
}

#[derive(Debug, Deserialize, ToSchema)]
struct ReleaseBody {
    /// Why.
    #[serde(default)]
    reason: String,
}

/// Releases a hold; one on everything in the firm is head office's to release.
#[utoipa::path(post, path = "/holds/{id}/release", tag = "rights", request_body = ReleaseBody, params(("id" = HoldId, Path)), responses((status = 204)))]
async fn create_release(
    who: Actor<grant::ManageRights>,
    State(app): State<App>,
    Path(id): Path<HoldId>,
    Validated(body): Validated<ReleaseBody>,
) -> Result<StatusCode, Problem> {
    let seat = who.seat(&app).await?;
    let tx = who.begin(&app).await?;
    customer::release_hold(&app, &tx, who.doer(), (&who.scope(), seat), id, &body.reason).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What would be deleted today; nothing is.
#[utoipa::path(get, path = "/retention", tag = "rights", responses((status = 200, body = Vec<Due>)))]
async fn read_retention(_: Actor<grant::ManageRights>, State(app): State<App>) -> Result<Json<Vec<Due>>, Problem> {
    // What goes is the firm's and not the reader's: a count, which names nobody.
    Ok(Json(before_wall(super::due(&app)).await?))
}

/// A run that was called.
#[derive(Debug, Serialize, ToSchema)]
struct RunCalled {
    day: Day,
}

/// Calls the day's deletions, if they were not called yet.
#[utoipa::path(post, path = "/retention-runs", tag = "rights", responses((status = 202, body = RunCalled)))]
async fn create_retention_run(
    _: HeadOffice<grant::ManageRights>,
    State(app): State<App>,
) -> Result<Accepted<RunCalled>, Problem> {
    super::call_retention(&app).await?;
    Ok(Accepted(RunCalled { day: app.today() }))
}
