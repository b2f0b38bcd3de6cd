//! Handlers of saved views.

use crate::org::{Actor, grant};
use crate::platform::{App, IfMatch, Problem, Validated, etag};
use crate::segment::view::{self, Pin, View, ViewBody};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde::Serialize;
use tend_rules::base::ViewId;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_views, create_view))
        .routes(routes!(read_view, update_view, delete_view))
        .routes(routes!(bring_back_view))
        .routes(routes!(create_pin, delete_pin))
}

#[derive(Debug, Serialize, ToSchema)]
struct ViewList {
    items: Vec<View>,
}

/// The views that the person sees: the own ones, those shared with the unit, those of the firm; pinned ones first.
#[utoipa::path(get, path = "/views", tag = "segment", responses((status = 200, body = ViewList)))]
async fn list_views(who: Actor<grant::ReadCustomers>, State(app): State<App>) -> Result<Json<ViewList>, Problem> {
    Ok(Json(ViewList { items: view::views(&app, &who).await? }))
}

/// Keeps a view.
#[utoipa::path(post, path = "/views", tag = "segment", request_body = ViewBody, responses((status = 201, body = View)))]
async fn create_view(
    who: Actor<grant::ReadCustomers>,
    State(app): State<App>,
    Validated(body): Validated<ViewBody>,
) -> Result<impl IntoResponse, Problem> {
    let tx = who.begin(&app).await?;
    let id = view::keep_view(&app, &tx, &who, body).await?;
    tx.commit().await?;
    let kept = view::one_view(&app, &who, id).await?;
    Ok((StatusCode::CREATED, [(header::ETAG, etag(kept.version))], Json(kept)))
}

/// One view.
#[utoipa::path(get, path = "/views/{id}", tag = "segment", params(("id" = ViewId, Path)), responses((status = 200, body = View)))]
async fn read_view(
    who: Actor<grant::ReadCustomers>,
    State(app): State<App>,
    Path(id): Path<ViewId>,
) -> Result<impl IntoResponse, Problem> {
    let found = view::one_view(&app, &who, id).await?;
    Ok(([(header::ETAG, etag(found.version))], Json(found)))
}

/// Changes a view of one's own; what is left out stays.
#[utoipa::path(patch, path = "/views/{id}", tag = "segment", request_body = ViewBody, params(("id" = ViewId, Path), ("If-Match" = String, Header)), responses((status = 200, body = View)))]
async fn update_view(
    who: Actor<grant::ReadCustomers>,
    State(app): State<App>,
    Path(id): Path<ViewId>,
    IfMatch(version): IfMatch,
    Validated(body): Validated<ViewBody>,
) -> Result<impl IntoResponse, Problem> {
    let tx = who.begin(&app).await?;
    view::change_view(&app, &tx, &who, id, version, body).await?;
    tx.commit().await?;
    let changed = view::one_view(&app, &who, id).await?;
    Ok(([(header::ETAG, etag(changed.version))], Json(changed)))
}

/// Removes a view of one's own; for ten minutes it may be brought back.
#[utoipa::path(delete, path = "/views/{id}", tag = "segment", params(("id" = ViewId, Path)), responses((status = 204)))]
async fn delete_view(
    who: Actor<grant::ReadCustomers>,
    State(app): State<App>,
    Path(id): Path<ViewId>,
) -> Result<StatusCode, Problem> {
    let tx = who.begin(&app).await?;
    view::remove_view(&app, &tx, &who, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Brings back a view of one's own that was removed at most ten minutes ago, as it was; nothing happens to one that is there.
#[utoipa::path(delete, path = "/views/{id}/removal", tag = "segment", params(("id" = ViewId, Path)), responses((status = 204)))]
async fn bring_back_view(
    who: Actor<grant::ReadCustomers>,
    State(app): State<App>,
    Path(id): Path<ViewId>,
) -> Result<StatusCode, Problem> {
    let tx = who.begin(&app).await?;
    view::bring_back_view(&app, &tx, &who, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Pins a view for oneself.
#[utoipa::path(put, path = "/views/{id}/pin", tag = "segment", params(("id" = ViewId, Path)), responses((status = 204)))]
async fn create_pin(
    who: Actor<grant::ReadCustomers>,
    State(app): State<App>,
    Path(id): Path<ViewId>,
) -> Result<StatusCode, Problem> {
    let tx = who.begin(&app).await?;
    view::pin_view(&app, &tx, &who, id, Pin::On).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes one's own pin off a view.
#[utoipa::path(delete, path = "/views/{id}/pin", tag = "segment", params(("id" = ViewId, Path)), responses((status = 204)))]
async fn delete_pin(
    who: Actor<grant::ReadCustomers>,
    State(app): State<App>,
    Path(id): Path<ViewId>,
) -> Result<StatusCode, Problem> {
    let tx = who.begin(&app).await?;
    view::pin_view(&app, &tx, &who, id, Pin::Off).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
