//! Handlers of webhooks; all of them of an administrator in head office: what they tell is the whole firm's, and an address
//! may hold a key.

use super::{Delivery, NewWebhook, Undelivered, Webhook, WebhookChange};
use crate::org::{HeadOffice, grant};
use crate::platform::{App, IfMatch, Problem, Validated};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Serialize;
use tend_rules::base::WebhookId;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this room.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_webhooks, create_webhook))
        .routes(routes!(read_webhook, update_webhook, remove_webhook))
        .routes(routes!(create_webhook_secret))
        .routes(routes!(stop_webhook, resume_webhook))
        .routes(routes!(test_webhook))
        .routes(routes!(list_undelivered))
        .routes(routes!(deliver_again))
}

/// Every webhook.
#[utoipa::path(get, path = "/webhooks", tag = "webhook", responses((status = 200, body = Vec<Webhook>)))]
async fn list_webhooks(
    _: HeadOffice<grant::ManageStaff>,
    State(app): State<App>,
) -> Result<Json<Vec<Webhook>>, Problem> {
    Ok(Json(super::every(&app).await?))
}

/// A new webhook with its secret, which is told only here.
#[derive(Debug, Serialize, ToSchema)]
struct MadeWebhook {
    webhook: Webhook,
    /// With this the receiver checks the signatures.
    secret: String,
}

/// Makes a webhook; it hears what happens from now on.
#[utoipa::path(post, path = "/webhooks", tag = "webhook", request_body = NewWebhook, responses((status = 201, body = MadeWebhook)))]
async fn create_webhook(
    who: HeadOffice<grant::ManageStaff>,
    State(app): State<App>,
    Validated(body): Validated<NewWebhook>,
) -> Result<(StatusCode, Json<MadeWebhook>), Problem> {
    // The answer of a repeatable call is kept for a while, and this one is a secret.
    let tx = app.begin().await?;
    let (webhook, secret) = super::make(&app, &tx, &who, body).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(MadeWebhook { webhook, secret })))
}

/// One webhook.
#[utoipa::path(get, path = "/webhooks/{id}", tag = "webhook", params(("id" = WebhookId, Path)), responses((status = 200, body = Webhook)))]
async fn read_webhook(
    _: HeadOffice<grant::ManageStaff>,
    State(app): State<App>,
    Path(id): Path<WebhookId>,
) -> Result<Json<Webhook>, Problem> {
    Ok(Json(super::one(&app, id).await?))
}

/// Changes a webhook.
#[utoipa::path(patch, path = "/webhooks/{id}", tag = "webhook", request_body = WebhookChange, params(("id" = WebhookId, Path), ("If-Match" = String, Header)), responses((status = 200, body = Webhook)))]
async fn update_webhook(
    who: HeadOffice<grant::ManageStaff>,
    State(app): State<App>,
    Path(id): Path<WebhookId>,
    IfMatch(version): IfMatch,
    Validated(body): Validated<WebhookChange>,
) -> Result<Json<Webhook>, Problem> {
    let tx = who.begin(&app).await?;
    let webhook = super::change(&app, &tx, &who, id, body, version).await?;
    tx.commit().await?;
    Ok(Json(webhook))
}

/// Removes a webhook.
#[utoipa::path(delete, path = "/webhooks/{id}", tag = "webhook", params(("id" = WebhookId, Path)), responses((status = 204)))]
async fn remove_webhook(
    who: HeadOffice<grant::ManageStaff>,
    State(app): State<App>,
    Path(id): Path<WebhookId>,
) -> Result<StatusCode, Problem> {
    let tx = who.begin(&app).await?;
    super::remove(&app, &tx, &who, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A new secret, which is told only here.
#[derive(Debug, Serialize, ToSchema)]
struct MadeSecret {
    /// With this the receiver checks the signatures.
    secret: String,
}

/// Gives a webhook a new secret; the former one signs beside it for a day.
#[utoipa::path(post, path = "/webhooks/{id}/secret", tag = "webhook", params(("id" = WebhookId, Path)), responses((status = 201, body = MadeSecret)))]
async fn create_webhook_secret(
    who: HeadOffice<grant::ManageStaff>,
    State(app): State<App>,
    Path(id): Path<WebhookId>,
) -> Result<(StatusCode, Json<MadeSecret>), Problem> {
    let tx = app.begin().await?;
    let secret = super::new_secret(&app, &tx, &who, id).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(MadeSecret { secret })))
}

/// Lets a webhook rest.
#[utoipa::path(put, path = "/webhooks/{id}/stop", tag = "webhook", params(("id" = WebhookId, Path)), responses((status = 204)))]
async fn stop_webhook(
    who: HeadOffice<grant::ManageStaff>,
    State(app): State<App>,
    Path(id): Path<WebhookId>,
) -> Result<StatusCode, Problem> {
    let tx = who.begin(&app).await?;
    super::stop(&app, &tx, &who, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets a webhook go on.
#[utoipa::path(delete, path = "/webhooks/{id}/stop", tag = "webhook", params(("id" = WebhookId, Path)), responses((status = 204)))]
async fn resume_webhook(
    who: HeadOffice<grant::ManageStaff>,
    State(app): State<App>,
    Path(id): Path<WebhookId>,
) -> Result<StatusCode, Problem> {
    let tx = who.begin(&app).await?;
    super::resume(&app, &tx, &who, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Calls a webhook once with an event that tells of nothing.
#[utoipa::path(post, path = "/webhooks/{id}/test", tag = "webhook", params(("id" = WebhookId, Path)), responses((status = 200, body = Delivery)))]
async fn test_webhook(
    _: HeadOffice<grant::ManageStaff>,
    State(app): State<App>,
    Path(id): Path<WebhookId>,
) -> Result<Json<Delivery>, Problem> {
    let outside = super::outside(&app)?;
    Ok(Json(super::test(&app, &outside, id).await?))
}

/// What a webhook gave up, newest first.
#[utoipa::path(get, path = "/webhooks/{id}/undelivered", tag = "webhook", params(("id" = WebhookId, Path)), responses((status = 200, body = Vec<Undelivered>)))]
async fn list_undelivered(
    _: HeadOffice<grant::ManageStaff>,
    State(app): State<App>,
    Path(id): Path<WebhookId>,
) -> Result<Json<Vec<Undelivered>>, Problem> {
    Ok(Json(super::undelivered(&app, id).await?))
}

/// Tells once more of an event that was given up.
#[utoipa::path(post, path = "/webhooks/{id}/undelivered/{seq}/delivery", tag = "webhook", params(("id" = WebhookId, Path), ("seq" = i64, Path)), responses((status = 200, body = Delivery)))]
async fn deliver_again(
    _: HeadOffice<grant::ManageStaff>,
    State(app): State<App>,
    Path((id, seq)): Path<(WebhookId, i64)>,
) -> Result<Json<Delivery>, Problem> {
    let outside = super::outside(&app)?;
    Ok(Json(super::undelivered_again(&app, &outside, id, seq).await?))
}
