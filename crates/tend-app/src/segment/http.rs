//! Handlers of segments: the saved ones, the live count, and the check of an expression.

mod views;
mod workdays;

use super::ask::{Count, Problems, count, matching, problems_of};
use super::saved::{SegmentBody, SegmentRow, change, every, remove, save};
use crate::customer::{CustomerRow, heads, rows};
use crate::org::{Actor, Who, grant};
use crate::platform::{App, IfMatch, Page, PageRows, Problem, Validated, etag};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use tend_rules::base::{CustomerId, SegmentId};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Customers that one question may name at once.
const MATCHES_MAX: usize = 100_000;

/// The routes of this room.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_segments, create_segment))
        .routes(routes!(update_segment, delete_segment))
        .routes(routes!(check_segment))
        .routes(routes!(count_customers))
        .routes(routes!(matching_customers))
        .merge(views::router())
        .merge(workdays::router())
}

/// The customers of a condition for the list of customers (see `customer::read_segments_with`).
pub fn read_segment<'a>(
    app: &'a App,
    who: &'a Who,
    expression: &'a str,
) -> BoxFuture<'a, Result<Vec<CustomerId>, Problem>> {
    Box::pin(async move { Ok(matching(app, &who.scope(), expression, who.language, MATCHES_MAX).await?) })
}

#[derive(Debug, Serialize, ToSchema)]
struct SegmentList {
    items: Vec<SegmentRow>,
}

/// The segments that the person sees: the own ones and the shared ones.
#[utoipa::path(get, path = "/segments", tag = "segment", responses((status = 200, body = SegmentList)))]
async fn list_segments(who: Actor<grant::ReadCustomers>, State(app): State<App>) -> Result<Json<SegmentList>, Problem> {
    Ok(Json(SegmentList { items: every(&app, &who).await? }))
}

/// Keeps a segment.
#[utoipa::path(post, path = "/segments", tag = "segment", request_body = SegmentBody, responses((status = 201, body = SegmentRow)))]
async fn create_segment(
    who: Actor<grant::ReadCustomers>,
    State(app): State<App>,
    Validated(body): Validated<SegmentBody>,
) -> Result<impl IntoResponse, Problem> {
    let tx = who.begin(&app).await?;
    let row = save(&app, &tx, &who, &body).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, [(header::ETAG, etag(row.version))], Json(row)))
}

/// Changes a segment of one's own.
#[utoipa::path(patch, path = "/segments/{id}", tag = "segment", params(("id" = SegmentId, Path), ("If-Match" = String, Header)), request_body = SegmentBody, responses((status = 200, body = SegmentRow)))]
async fn update_segment(
    who: Actor<grant::ReadCustomers>,
    State(app): State<App>,
    Path(id): Path<SegmentId>,
    IfMatch(version): IfMatch,
    Validated(body): Validated<SegmentBody>,
) -> Result<impl IntoResponse, Problem> {
    let tx = who.begin(&app).await?;
    let row = change(&app, &tx, &who, id, version, &body).await?;
    tx.commit().await?;
    Ok(([(header::ETAG, etag(row.version))], Json(row)))
}

/// Deletes a segment of one's own.
#[utoipa::path(delete, path = "/segments/{id}", tag = "segment", params(("id" = SegmentId, Path)), responses((status = 204)))]
async fn delete_segment(
    who: Actor<grant::ReadCustomers>,
    State(app): State<App>,
    Path(id): Path<SegmentId>,
) -> Result<StatusCode, Problem> {
    let tx = who.begin(&app).await?;
    remove(&app, &tx, &who, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, ToSchema)]
struct ExpressionBody {
    /// A condition in the care language.
    expression: String,
}

/// What is wrong with an expression.
#[utoipa::path(post, path = "/segments/check", tag = "segment", request_body = ExpressionBody, responses((status = 200, body = Problems)))]
async fn check_segment(
    who: Actor<grant::ReadCustomers>,
    State(app): State<App>,
    Validated(body): Validated<ExpressionBody>,
) -> Result<Json<Problems>, Problem> {
    Ok(Json(problems_of(&app, &body.expression, who.language).await?))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct CountQuery {
    /// A condition in the care language.
    segment: String,
}

/// How many customers in the reader's scope meet a condition, with a few of them.
#[utoipa::path(get, path = "/customers/count", tag = "segment", params(CountQuery), responses((status = 200, body = Count)))]
async fn count_customers(
    who: Actor<grant::ReadCustomers>,
    State(app): State<App>,
    Query(query): Query<CountQuery>,
) -> Result<Json<Count>, Problem> {
    Ok(Json(count(&app, &who.scope(), &query.segment, who.language).await?))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct MatchingQuery {
    /// A condition in the care language.
    expression: String,
    /// The cursor that the previous page gave.
    cursor: Option<String>,
    /// Rows on a page, 1..200; 50 if not said.
    #[param(inline)]
    limit: Option<PageRows>,
}

/// The customers who meet a condition, by id.
#[utoipa::path(get, path = "/segments/matching", tag = "segment", params(MatchingQuery), responses((status = 200, body = Page<CustomerRow>)))]
async fn matching_customers(
    who: Actor<grant::ReadCustomers>,
    State(app): State<App>,
    Query(query): Query<MatchingQuery>,
) -> Result<Json<Page<CustomerRow>>, Problem> {
    let limit = PageRows::asked(query.limit) as usize;
    let every = matching(&app, &who.scope(), &query.expression, who.language, MATCHES_MAX).await?;
    let after = query.cursor.and_then(|cursor| cursor.parse::<CustomerId>().ok());
    let from = after.map_or(0, |after| every.partition_point(|id| *id <= after));
    let ids = &every[from..(from + limit).min(every.len())];
    let next = (from + limit < every.len()).then(|| ids.last().map(ToString::to_string)).flatten();
    let mut found = heads(&app, &who.scope(), ids).await?;
    let in_order = ids.iter().filter_map(|id| found.remove(id)).collect();
    let items = rows(&app, in_order).await?;
    Ok(Json(Page { items, next, about: Some(every.len() as i64) }))
}
