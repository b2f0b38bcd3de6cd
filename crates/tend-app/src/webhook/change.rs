//! Webhooks made, changed, stopped and removed by an administrator.

use super::deliver::outside;
use super::sign::secret_text;
use super::{Stopped, Webhook, WebhookError, one, store};
use crate::journal;
use crate::org::Who;
use crate::platform::{App, Tx, random};
use serde::Deserialize;
use serde_json::{Value, json};
use tend_rules::base::WebhookId;
use tend_rules::journal::Fact;
use tend_rules::webhook::{FORMER_SECRET_HOURS, is_pattern};
use utoipa::ToSchema;

/// Webhooks that a firm may have.
const WEBHOOKS_MAX: usize = 50;
const KINDS_MAX: usize = 50;

/// A webhook to be made.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewWebhook {
    /// What it is for, 1..100 characters.
    pub title: String,
    /// An https address of the public internet, or one that the operator exempts.
    pub url: String,
    /// What it tells of: `*`, rooms such as `touch`, or `room.kind` such as `touch.settled`.
    pub kinds: Vec<String>,
}

/// What may be changed of a webhook; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
pub struct WebhookChange {
    /// What it is for.
    pub title: Option<String>,
    /// Where it tells.
    pub url: Option<String>,
    /// What it tells of.
    pub kinds: Option<Vec<String>>,
}

/// Makes a webhook that hears from now on. The secret is answered once and never again.
pub async fn make(app: &App, tx: &Tx, who: &Who, new: NewWebhook) -> Result<(Webhook, String), WebhookError> {
    if store::every(&**tx).await?.len() >= WEBHOOKS_MAX {
        return Err(WebhookError::Invalid { field: "webhooks", rule: "at most 50" });
    }
    let webhook = Webhook {
        id: WebhookId(app.new_free_id()),
        title: fit_title(&new.title)?,
        url: fit_url(app, &new.url)?,
        kinds: fit_kinds(new.kinds)?,
        version: 1,
        created_at: app.now(),
        delivered_at: None,
        failing_since: None,
        last_error: None,
        undelivered: 0,
        former_secret_until: None,
        stopped: None,
    };
    let secret = random::<32>();
    store::insert(&**tx, &webhook, who.id, seal(app, webhook.id, &secret)).await?;
    note(app, tx, who, "webhook_made", json!({ "webhook": webhook.id, "host": host_of(&webhook.url) })).await?;
    Ok((webhook, secret_text(&secret)))
}

/// Changes a webhook that was read in a version.
pub async fn change(
    app: &App,
    tx: &Tx,
    who: &Who,
    id: WebhookId,
    change: WebhookChange,
    version: i64,
) -> Result<Webhook, WebhookError> {
    let mut webhook = one(app, id).await?;
    if let Some(title) = change.title {
        webhook.title = fit_title(&title)?;
    }
    if let Some(url) = change.url {
        webhook.url = fit_url(app, &url)?;
    }
    if let Some(kinds) = change.kinds {
        webhook.kinds = fit_kinds(kinds)?;
    }
    if store::update(&**tx, &webhook, version).await? == 0 {
        return Err(WebhookError::VersionStale);
    }
    webhook.version = version + 1;
    note(app, tx, who, "webhook_changed", json!({ "webhook": id, "host": host_of(&webhook.url) })).await?;
    Ok(webhook)
}

/// Gives a webhook a new secret; the former one signs beside it for a day, so that the receiver can change over.
pub async fn new_secret(app: &App, tx: &Tx, who: &Who, id: WebhookId) -> Result<String, WebhookError> {
    let secret = random::<32>();
    let until = app.now().plus_seconds(FORMER_SECRET_HOURS * 3_600);
    if store::turn_secret(&**tx, id, seal(app, id, &secret), until).await? == 0 {
        return Err(WebhookError::NotFound);
    }
    note(app, tx, who, "webhook_secret_changed", json!({ "webhook": id })).await?;
    Ok(secret_text(&secret))
}

/// Lets a webhook rest. What happens meanwhile is told when it goes on, as long as it is kept.
pub async fn stop(app: &App, tx: &Tx, who: &Who, id: WebhookId) -> Result<(), WebhookError> {
    one(app, id).await?;
    let stopped = Stopped { at: app.now(), by_id: Some(who.id), why: "person".into() };
    if store::stop(&**tx, id, &stopped).await? > 0 {
        note(app, tx, who, "webhook_stopped", json!({ "webhook": id })).await?;
    }
    Ok(())
}

/// Lets a webhook go on, with a clean record of failures.
pub async fn resume(app: &App, tx: &Tx, who: &Who, id: WebhookId) -> Result<(), WebhookError> {
    one(app, id).await?;
    if store::resume(&**tx, id).await? > 0 {
        note(app, tx, who, "webhook_resumed", json!({ "webhook": id })).await?;
    }
    Ok(())
}

/// Removes a webhook with what it gave up.
pub async fn remove(app: &App, tx: &Tx, who: &Who, id: WebhookId) -> Result<(), WebhookError> {
    if store::delete(&**tx, id).await? == 0 {
        return Err(WebhookError::NotFound);
    }
    note(app, tx, who, "webhook_removed", json!({ "webhook": id })).await
}

async fn note(app: &App, tx: &Tx, who: &Who, kind: &'static str, payload: Value) -> Result<(), WebhookError> {
    Ok(journal::append(app, tx, who.doer(), Fact::of_firm("webhook", kind, payload)).await?)
}

fn seal(app: &App, id: WebhookId, secret: &[u8]) -> Vec<u8> {
    app.keys().seal_firm(store::SECRET, id.0, secret)
}

fn fit_title(title: &str) -> Result<String, WebhookError> {
    let title = title.trim().to_owned();
    let fits = (1..=100).contains(&title.chars().count());
    fits.then_some(title).ok_or(WebhookError::Invalid { field: "title", rule: "1..100" })
}

fn fit_url(app: &App, url: &str) -> Result<String, WebhookError> {
    let url = url.trim();
    outside(app)?.target(url).map_err(WebhookError::Address)?;
    Ok(url.to_owned())
}

fn fit_kinds(mut kinds: Vec<String>) -> Result<Vec<String>, WebhookError> {
    kinds.sort();
    kinds.dedup();
    let fits = (1..=KINDS_MAX).contains(&kinds.len()) && kinds.iter().all(|kind| is_pattern(kind));
    fits.then_some(kinds).ok_or(WebhookError::Invalid { field: "kinds", rule: "*, room, room.kind" })
}

/// An address may carry a key of the receiver's; the journal keeps only where it leads.
fn host_of(url: &str) -> String {
    url.split('/').nth(2).unwrap_or("").to_owned()
}
