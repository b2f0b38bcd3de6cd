//! The SQL of webhooks.

use super::{Stopped, Undelivered, Webhook};
use crate::platform::{Row, SealedPlace, sql};
use sea_orm::{ConnectionTrait, DbErr};
use tend_rules::base::{Instant, StaffId, WebhookId};

/// Where a secret stands, for the seal.
pub(super) const SECRET: SealedPlace = SealedPlace::WebhookSecret;

/// More than a firm may have; a list always ends.
const LISTED_MAX: i64 = 500;
/// Webhooks that are tried in turn when others are just being taken.
const LOOKED_AT: i64 = 16;

const SHOWN: &str = "w.id, w.title, w.url, w.kinds, w.version, w.created_at_ms, w.delivered_at_ms, w.failing_since_ms,
    w.last_error, w.former_until_ms, s.at_ms AS stopped_at_ms, s.by_id, s.why AS stopped_why,
    (SELECT COUNT(*) FROM webhook_undelivered u WHERE u.webhook_id = w.id) AS undelivered";

fn shown(row: &Row) -> Result<Webhook, DbErr> {
    let stopped = match row.get::<Option<Instant>>("stopped_at_ms")? {
        Some(at) => Some(Stopped { at, by_id: row.get("by_id")?, why: row.get("stopped_why")? }),
        None => None,
    };
    Ok(Webhook {
        id: row.get("id")?,
        title: row.get("title")?,
        url: row.get("url")?,
        kinds: row.get::<String>("kinds")?.split_whitespace().map(str::to_owned).collect(),
        version: row.get("version")?,
        created_at: row.get("created_at_ms")?,
        delivered_at: row.get("delivered_at_ms")?,
        failing_since: row.get("failing_since_ms")?,
        last_error: row.get("last_error")?,
        undelivered: row.get("undelivered")?,
        former_secret_until: row.get("former_until_ms")?,
        stopped,
    })
}

pub(super) async fn every(db: &impl ConnectionTrait) -> Result<Vec<Webhook>, DbErr> {
    sql(&format!(
        "SELECT {SHOWN} FROM webhook w LEFT JOIN webhook_stop s ON s.webhook_id = w.id
         ORDER BY w.created_at_ms, w.id LIMIT $1"
    ))
    .bind(LISTED_MAX)
    .all(db, shown)
    .await
}

pub(super) async fn one(db: &impl ConnectionTrait, id: WebhookId) -> Result<Option<Webhook>, DbErr> {
    sql(&format!("SELECT {SHOWN} FROM webhook w LEFT JOIN webhook_stop s ON s.webhook_id = w.id WHERE w.id = $1"))
        .bind(id)
        .one(db, shown)
        .await
}

/// Writes a webhook that hears from now on.
pub(super) async fn insert(
    db: &impl ConnectionTrait,
    webhook: &Webhook,
    by: StaffId,
    secret: Vec<u8>,
) -> Result<u64, DbErr> {
    sql("INSERT INTO webhook (id, title, url, kinds, secret_cell, seen_seq, version, made_by_id, created_at_ms)
         SELECT $1, $2, $3, $4, $5, c.last, 1, $6, $7 FROM live_counter c WHERE c.id = 1")
    .bind(webhook.id)
    .bind(&webhook.title)
    .bind(&webhook.url)
    .bind(webhook.kinds.join(" "))
    .bind(secret)
    .bind(by)
    .bind(webhook.created_at)
    .run(db)
    .await
}

pub(super) async fn update(db: &impl ConnectionTrait, webhook: &Webhook, version: i64) -> Result<u64, DbErr> {
    sql("UPDATE webhook SET title = $1, url = $2, kinds = $3, version = version + 1, next_try_ms = 0
         WHERE id = $4 AND version = $5")
    .bind(&webhook.title)
    .bind(&webhook.url)
    .bind(webhook.kinds.join(" "))
    .bind(webhook.id)
    .bind(version)
    .run(db)
    .await
}

pub(super) async fn turn_secret(
    db: &impl ConnectionTrait,
    id: WebhookId,
    secret: Vec<u8>,
    former_until: Instant,
) -> Result<u64, DbErr> {
    sql("UPDATE webhook SET former_cell = secret_cell, former_until_ms = $1, secret_cell = $2 WHERE id = $3")
        .bind(former_until)
        .bind(secret)
        .bind(id)
        .run(db)
        .await
}

pub(super) async fn stop(db: &impl ConnectionTrait, id: WebhookId, stopped: &Stopped) -> Result<u64, DbErr> {
    sql("INSERT INTO webhook_stop (webhook_id, at_ms, by_id, why) VALUES ($1, $2, $3, $4)
         ON CONFLICT (webhook_id) DO NOTHING")
    .bind(id)
    .bind(stopped.at)
    .bind(stopped.by_id)
    .bind(&stopped.why)
    .run(db)
    .await
}

pub(super) async fn resume(db: &impl ConnectionTrait, id: WebhookId) -> Result<u64, DbErr> {
    sql("UPDATE webhook SET tries = 0, failures = 0, failing_since_ms = NULL, next_try_ms = 0 WHERE id = $1")
        .bind(id)
        .run(db)
        .await?;
    sql("DELETE FROM webhook_stop WHERE webhook_id = $1").bind(id).run(db).await
}

pub(super) async fn delete(db: &impl ConnectionTrait, id: WebhookId) -> Result<u64, DbErr> {
    sql("DELETE FROM webhook_undelivered WHERE webhook_id = $1").bind(id).run(db).await?;
    sql("DELETE FROM webhook_stop WHERE webhook_id = $1").bind(id).run(db).await?;
    sql("DELETE FROM webhook WHERE id = $1").bind(id).run(db).await
}

/// A webhook in the hands of one process.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) id: WebhookId,
    pub(super) url: String,
    pub(super) kinds: Vec<String>,
    pub(super) secret: Vec<u8>,
    pub(super) former: Option<(Vec<u8>, Instant)>,
    pub(super) seen_seq: i64,
    pub(super) failures: i32,
    pub(super) failing_since: Option<Instant>,
    fence: i64,
}

const HELD: &str =
    "id, url, kinds, secret_cell, former_cell, former_until_ms, seen_seq, failures, failing_since_ms, fence";

fn in_hand(row: &Row) -> Result<Held, DbErr> {
    let former: Option<Vec<u8>> = row.get("former_cell")?;
    Ok(Held {
        id: row.get("id")?,
        url: row.get("url")?,
        kinds: row.get::<String>("kinds")?.split_whitespace().map(str::to_owned).collect(),
        secret: row.get("secret_cell")?,
        former: former.zip(row.get::<Option<Instant>>("former_until_ms")?),
        seen_seq: row.get("seen_seq")?,
        failures: row.get("failures")?,
        failing_since: row.get("failing_since_ms")?,
        fence: row.get("fence")?,
    })
}

/// A webhook as it is told, without taking it in hand.
pub(super) async fn held(db: &impl ConnectionTrait, id: WebhookId) -> Result<Option<Held>, DbErr> {
    sql(&format!("SELECT {HELD} FROM webhook WHERE id = $1")).bind(id).one(db, in_hand).await
}

/// Takes the webhook that waits longest, if one has news behind its place, is not resting and nobody has it in hand.
pub(super) async fn claim(db: &impl ConnectionTrait, now: Instant, until: Instant) -> Result<Option<Held>, DbErr> {
    let due = sql("SELECT w.id FROM webhook w
         LEFT JOIN webhook_stop s ON s.webhook_id = w.id
         WHERE s.webhook_id IS NULL AND w.next_try_ms <= $1 AND w.lease_until_ms <= $1
         AND w.seen_seq < (SELECT last FROM live_counter WHERE id = 1)
         ORDER BY w.next_try_ms, w.id LIMIT $2")
    .bind(now)
    .bind(LOOKED_AT)
    .all(db, |row| row.get::<WebhookId>("id"))
    .await?;
    // Another process may be faster with one of them, and leaves the next.
    for id in due {
        let statement = sql(&format!(
            "UPDATE webhook SET lease_until_ms = $1, fence = fence + 1 WHERE id = $2 AND lease_until_ms <= $3
             RETURNING {HELD}"
        ));
        if let Some(held) = statement.bind(until).bind(id).bind(now).one(db, in_hand).await? {
            return Ok(Some(held));
        }
    }
    Ok(None)
}

/// Notes that everything up to `seen` was told or was not asked for, and gives the webhook out of hand: whoever has waited
/// longer comes first.
pub(super) async fn pass(db: &impl ConnectionTrait, held: &Held, seen: i64, now: Instant) -> Result<u64, DbErr> {
    sql("UPDATE webhook SET seen_seq = $1, lease_until_ms = 0, next_try_ms = $2 WHERE id = $3 AND fence = $4")
        .bind(seen)
        .bind(now)
        .bind(held.id)
        .bind(held.fence)
        .run(db)
        .await
}

/// Notes a delivery and holds on.
pub(super) async fn delivered(
    db: &impl ConnectionTrait,
    held: &Held,
    seq: i64,
    now: Instant,
    until: Instant,
) -> Result<u64, DbErr> {
    sql("UPDATE webhook SET seen_seq = $1, tries = 0, failures = 0, failing_since_ms = NULL, last_error = NULL,
           delivered_at_ms = $2, lease_until_ms = $3
         WHERE id = $4 AND fence = $5")
    .bind(seq)
    .bind(now)
    .bind(until)
    .bind(held.id)
    .bind(held.fence)
    .run(db)
    .await
}

/// Notes a failure and gives the webhook out of hand; answers how often the event was tried, nothing if another process
/// has taken over.
pub(super) async fn failed(
    db: &impl ConnectionTrait,
    held: &Held,
    why: &str,
    now: Instant,
    next_try: Instant,
) -> Result<Option<i32>, DbErr> {
    sql("UPDATE webhook SET tries = tries + 1, failures = failures + 1, last_error = $1,
           failing_since_ms = COALESCE(failing_since_ms, $2), next_try_ms = $3, lease_until_ms = 0
         WHERE id = $4 AND fence = $5 RETURNING tries")
    .bind(why)
    .bind(now)
    .bind(next_try)
    .bind(held.id)
    .bind(held.fence)
    .one(db, |row| row.get("tries"))
    .await
}

/// Lays an event aside and lets the webhook go on behind it.
pub(super) async fn lay_aside(
    db: &impl ConnectionTrait,
    held: &Held,
    event: &Undelivered,
    body: &str,
) -> Result<(), DbErr> {
    sql("INSERT INTO webhook_undelivered (webhook_id, seq, kind, body, tries, why, at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (webhook_id, seq) DO NOTHING")
    .bind(held.id)
    .bind(event.seq)
    .bind(&event.kind)
    .bind(body)
    .bind(event.tries)
    .bind(&event.why)
    .bind(event.at)
    .run(db)
    .await?;
    sql("UPDATE webhook SET seen_seq = $1, tries = 0 WHERE id = $2 AND fence = $3")
        .bind(event.seq)
        .bind(held.id)
        .bind(held.fence)
        .run(db)
        .await
        .map(drop)
}

pub(super) async fn undelivered(db: &impl ConnectionTrait, id: WebhookId) -> Result<Vec<Undelivered>, DbErr> {
    sql("SELECT seq, kind, tries, why, at_ms FROM webhook_undelivered WHERE webhook_id = $1 ORDER BY seq DESC LIMIT $2")
        .bind(id)
        .bind(LISTED_MAX)
        .all(db, |row| {
            Ok(Undelivered {
                seq: row.get("seq")?,
                kind: row.get("kind")?,
                tries: row.get("tries")?,
                why: row.get("why")?,
                at: row.get("at_ms")?,
            })
        })
        .await
}

pub(super) async fn laid_aside(db: &impl ConnectionTrait, id: WebhookId, seq: i64) -> Result<Option<String>, DbErr> {
    sql("SELECT body FROM webhook_undelivered WHERE webhook_id = $1 AND seq = $2")
        .bind(id)
        .bind(seq)
        .one(db, |row| row.get("body"))
        .await
}

pub(super) async fn forget(db: &impl ConnectionTrait, id: WebhookId, seq: i64) -> Result<u64, DbErr> {
    sql("DELETE FROM webhook_undelivered WHERE webhook_id = $1 AND seq = $2").bind(id).bind(seq).run(db).await
}
