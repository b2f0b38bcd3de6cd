//! Webhooks: systems of others are told what happens here, with ids and codes only, signed and retried. They hear the
//! numbered news that every transaction writes with its change, in their order and at least once; the number is the id
//! of the event. Deliberately no content: who is told of a customer asks the API, within the rights of its token.
//! DESIGN §6; the signature is that of the Standard Webhooks specification.

mod change;
mod deliver;
mod error;
mod http;
mod sign;
mod store;

pub use change::{NewWebhook, WebhookChange, change, make, new_secret, remove, resume, stop};
pub use deliver::{Delivery, deliver_due, keep_delivering, outside, test, undelivered_again};
pub use error::WebhookError;
pub use http::router;

use crate::platform::App;
use serde::Serialize;
use tend_rules::base::{Instant, StaffId, WebhookId};
use utoipa::ToSchema;

/// A webhook as an administrator sees it; its secret is told only once.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Webhook {
    /// The webhook.
    pub id: WebhookId,
    /// What it is for.
    pub title: String,
    /// Where it tells.
    pub url: String,
    /// What it tells of: `*`, rooms, or `room.kind`.
    pub kinds: Vec<String>,
    /// Goes up with each change.
    pub version: i64,
    /// When it was made.
    pub created_at: Instant,
    /// When something was last delivered.
    pub delivered_at: Option<Instant>,
    /// Since when nothing was delivered although it was tried.
    pub failing_since: Option<Instant>,
    /// The last failure, as a word such as `unreachable` or `status_500`.
    pub last_error: Option<String>,
    /// How many events were given up.
    pub undelivered: i64,
    /// Until when the former secret signs too.
    pub former_secret_until: Option<Instant>,
    /// Why it rests, if it does.
    pub stopped: Option<Stopped>,
}

/// Why a webhook rests.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Stopped {
    /// Since when.
    pub at: Instant,
    /// Who stopped it; the program itself after days of failure.
    pub by_id: Option<StaffId>,
    /// `person` or `failing`.
    pub why: String,
}

/// An event that was given up.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Undelivered {
    /// The number of the event.
    pub seq: i64,
    /// What it tells of, such as `touch.settled`.
    #[serde(rename = "type")]
    pub kind: String,
    /// How often it was tried.
    pub tries: i32,
    /// The last failure.
    pub why: String,
    /// When it was given up.
    pub at: Instant,
}

/// Every webhook of the firm.
pub async fn every(app: &App) -> Result<Vec<Webhook>, WebhookError> {
    Ok(store::every(app.read()).await?)
}

/// One webhook.
pub async fn one(app: &App, id: WebhookId) -> Result<Webhook, WebhookError> {
    store::one(app.read(), id).await?.ok_or(WebhookError::NotFound)
}

/// What a webhook gave up, newest first.
pub async fn undelivered(app: &App, id: WebhookId) -> Result<Vec<Undelivered>, WebhookError> {
    one(app, id).await?;
    Ok(store::undelivered(app.read(), id).await?)
}
