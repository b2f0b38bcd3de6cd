//! Telling: the news behind each webhook's place, one after the other. A failure is tried again after a growing pause;
//! an event that fails too often is laid aside, and a webhook that fails for days is stopped and the administrators told.
//!
//! Several are told at once and each for a while only: who answers slowly waits behind those who waited longer.
//!
//! A webhook is in the hands of one process at a time, by a lease and a fence. A process that dies after a delivery and
//! before its note of it delivers once more: receivers know a repeat by the event's id.

use super::sign::signed_headers;
use super::store::{self, Held};
use super::{Stopped, WebhookError, one};
use crate::org;
use crate::platform::outside::{Exempt, Outside, OutsideError, SystemResolver};
use crate::platform::{App, News, news_after, random};
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant as Stopwatch};
use tend_rules::base::{Instant, WebhookId};
use tend_rules::webhook::{FAILING_DAYS_MAX, TRIES_MAX, is_asked_for, pause_seconds};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use utoipa::ToSchema;

/// News that are looked at in one turn.
const AT_ONCE: i64 = 200;
/// Webhooks that one process tells at a time.
const AT_A_TIME: usize = 8;
/// How long one is told before it is another's turn.
const TURN: Duration = Duration::from_secs(10);
/// Until another process may take a webhook over: longer than one call takes.
const LEASE_SECONDS: i64 = 45;

/// What became of one call.
#[derive(Debug, Serialize, ToSchema)]
pub struct Delivery {
    /// Whether the receiver took it.
    pub delivered: bool,
    /// Why not: a word such as `unreachable` or `status_500`.
    pub why: Option<String>,
}

/// The way out of this process, made when it is first needed.
#[derive(Debug, Default)]
struct Door(OnceLock<Outside>);

/// The way out, with what the operator exempts.
pub fn outside(app: &App) -> Result<Outside, WebhookError> {
    let door = app.kept::<Door>();
    if let Some(outside) = door.0.get() {
        return Ok(outside.clone());
    }
    let exempt = Exempt::read(&app.config().webhook_hosts);
    let made = Outside::new(exempt, Arc::new(SystemResolver)).map_err(WebhookError::Outside)?;
    Ok(door.0.get_or_init(|| made).clone())
}

/// Tells whatever there is to tell, as long as it runs: several webhooks at once, so that one which answers slowly holds up
/// none of the others. `idle` is the pause when there is nothing to tell.
pub async fn keep_delivering(app: &App, outside: &Outside, idle: Duration) {
    let places = Arc::new(Semaphore::new(AT_A_TIME));
    // What is under way ends with this.
    let mut under_way = JoinSet::new();
    loop {
        while under_way.try_join_next().is_some() {}
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        match taken(app).await {
            Ok(Some(held)) => {
                let (app, outside) = (app.clone(), outside.clone());
                under_way.spawn(async move {
                    if let Err(error) = deliver(&app, &outside, held).await {
                        tracing::error!("telling a webhook: {error}");
                    }
                    drop(place);
                });
                continue;
            }
            Ok(None) => {}
            Err(error) => tracing::error!("looking for webhooks to tell: {error}"),
        }
        tokio::time::sleep(idle).await;
    }
}

/// Takes one webhook that has something to tell and tells it; answers whether there was one.
pub async fn deliver_due(app: &App, outside: &Outside) -> Result<bool, WebhookError> {
    match taken(app).await? {
        Some(held) => deliver(app, outside, held).await.map(|()| true),
        None => Ok(false),
    }
}

async fn taken(app: &App) -> Result<Option<Held>, WebhookError> {
    let now = app.now();
    Ok(store::claim(app.db().writer(), now, now.plus_seconds(LEASE_SECONDS)).await?)
}

/// One turn of a webhook: some news, and no more than a while. What is left waits for its next turn.
async fn deliver(app: &App, outside: &Outside, held: Held) -> Result<(), WebhookError> {
    let (now, began) = (app.now(), Stopwatch::now());
    let behind = news_after(app, held.seen_seq, AT_ONCE).await?;
    if behind.gap {
        let event = message("webhook.gap", behind.from, now, Value::Null, Value::Null, Value::Null);
        if !settle(app, outside, &held, behind.from, "webhook.gap", event).await? {
            return Ok(());
        }
    }
    let mut seen = held.seen_seq.max(behind.from);
    for (at, news) in behind.news {
        let seq = i64::try_from(news.seq).unwrap_or(i64::MAX);
        if news.to.is_none() && is_asked_for(held.kinds.iter().map(String::as_str), &news.room, &news.kind) {
            let kind = format!("{}.{}", news.room, news.kind);
            let event = of_news(&kind, seq, at, &news);
            if !settle(app, outside, &held, seq, &kind, event).await? {
                return Ok(());
            }
        }
        seen = seq;
        if began.elapsed() >= TURN {
            break;
        }
    }
    store::pass(app.db().writer(), &held, seen, app.now()).await?;
    Ok(())
}

fn of_news(kind: &str, seq: i64, at: Instant, news: &News) -> String {
    message(kind, seq, at, json!(news.id), json!(news.customer_id), json!(news.scope.unit_id))
}

/// Ids and codes, never content.
fn message(kind: &str, seq: i64, at: Instant, thing: Value, customer: Value, unit: Value) -> String {
    json!({
        "id": format!("evt_{seq}"), "seq": seq, "type": kind, "at": at, "thing_id": thing, "customer_id": customer,
        "unit_id": unit,
    })
    .to_string()
}

/// Calls for one event and writes what became of it; answers whether the next event may be told.
async fn settle(
    app: &App,
    outside: &Outside,
    held: &Held,
    seq: i64,
    kind: &str,
    event: String,
) -> Result<bool, WebhookError> {
    let answer = call(app, outside, held, &format!("evt_{seq}"), event.clone()).await?;
    let (now, db) = (app.now(), app.db().writer());
    let Some(why) = answer else {
        let until = now.plus_seconds(LEASE_SECONDS);
        return Ok(store::delivered(db, held, seq, now, until).await? > 0);
    };
    tracing::info!("webhook {}: event {seq} was not taken: {why}", held.id);
    let [high, low] = random::<2>();
    let pause = pause_seconds(held.failures + 1, u16::from_be_bytes([high, low]) % 1_001);
    let tx = app.begin().await?;
    let tries = store::failed(&*tx, held, &why, now, now.plus_seconds(pause)).await?;
    if tries.is_some_and(|tries| tries >= TRIES_MAX) {
        let given_up = super::Undelivered { seq, kind: kind.to_owned(), tries: TRIES_MAX, why: why.clone(), at: now };
        store::lay_aside(&*tx, held, &given_up, &event).await?;
    }
    let since = held.failing_since.unwrap_or(now);
    let stops = tries.is_some() && now.millis() - since.millis() >= FAILING_DAYS_MAX * 86_400_000;
    if stops {
        store::stop(&*tx, held.id, &Stopped { at: now, by_id: None, why: "failing".into() }).await?;
    }
    tx.commit().await?;
    if stops {
        org::tell_failed(app, "webhook", &why, format!("webhook_stopped {} {}", held.id, now.millis())).await?;
    }
    Ok(false)
}

/// Posts one message with its signatures; answers why it was not taken.
async fn call(
    app: &App,
    outside: &Outside,
    held: &Held,
    id: &str,
    body: String,
) -> Result<Option<String>, WebhookError> {
    let now = app.now();
    let open = |cell: &[u8]| app.keys().open_firm(store::SECRET, held.id.0, cell);
    let mut secrets = vec![open(&held.secret)?];
    if let Some((former, _)) = held.former.as_ref().filter(|(_, until)| *until > now) {
        secrets.push(open(former)?);
    }
    let headers = signed_headers(&secrets, id, now.millis() / 1_000, &body);
    Ok(match outside.post(&held.url, &headers, body).await {
        Ok(status) if status.is_success() => None,
        Ok(status) => Some(format!("status_{}", status.as_u16())),
        Err(error) => Some(told(&error)),
    })
}

fn told(error: &OutsideError) -> String {
    tracing::info!("a call to outside: {error}");
    error.word().to_owned()
}

/// Calls a webhook once with an event that tells of nothing.
pub async fn test(app: &App, outside: &Outside, id: WebhookId) -> Result<Delivery, WebhookError> {
    let held = store::held(app.read(), id).await?.ok_or(WebhookError::NotFound)?;
    let mark = app.new_free_id().simple().to_string();
    let event = json!({ "id": format!("evt_test_{mark}"), "type": "webhook.test", "at": app.now() }).to_string();
    let why = call(app, outside, &held, &format!("evt_test_{mark}"), event).await?;
    Ok(Delivery { delivered: why.is_none(), why })
}

/// Tells once more of an event that was given up, and forgets it if it is taken now.
pub async fn undelivered_again(
    app: &App,
    outside: &Outside,
    id: WebhookId,
    seq: i64,
) -> Result<Delivery, WebhookError> {
    one(app, id).await?;
    let held = store::held(app.read(), id).await?.ok_or(WebhookError::NotFound)?;
    let event = store::laid_aside(app.read(), id, seq).await?.ok_or(WebhookError::NotFound)?;
    let why = call(app, outside, &held, &format!("evt_{seq}"), event).await?;
    if why.is_none() {
        store::forget(app.db().writer(), id, seq).await?;
    }
    Ok(Delivery { delivered: why.is_none(), why })
}
