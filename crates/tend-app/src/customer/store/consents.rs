//! What customers said about single purposes, and the proof of it.

use super::wanted;
use crate::customer::consent::ConsentEntry;
use crate::platform::sql;
use sea_orm::{ConnectionTrait, DbErr};
use tend_rules::base::*;
use tend_rules::customer::Stated;
use tend_rules::law::Stance;
use uuid::Uuid;

/// What a customer said about one purpose and channel.
#[derive(Debug, Clone)]
pub(in crate::customer) struct StanceRow {
    pub customer_id: CustomerId,
    pub purpose: String,
    pub channel: Channel,
    pub stance: Stance,
    pub since: Instant,
}

impl StanceRow {
    /// What was said, as the rules ask it.
    pub fn stated(&self) -> Stated<'_> {
        Stated { channel: self.channel, purpose: &self.purpose, stance: self.stance }
    }
}

/// A channel and what was said about it, by their words in the table.
pub(super) fn said_in(channel: &str, stance: &str) -> Result<(Channel, Stance), DbErr> {
    let channel = Channel::from_word(channel).ok_or_else(|| DbErr::Type("a channel".into()))?;
    let stance = match stance {
        "given" => Stance::Given,
        "refused" => Stance::Refused,
        _ => Stance::Unknown,
    };
    Ok((channel, stance))
}

/// What is asked about a customer before a contact.
#[derive(Debug)]
pub(in crate::customer) struct ReachRow {
    pub id: CustomerId,
    pub lifecycle: String,
    pub consented: ChannelSet,
    pub refused: ChannelSet,
}

/// The stances of customers.
pub(in crate::customer) async fn of(db: &impl ConnectionTrait, ids: &[CustomerId]) -> Result<Vec<StanceRow>, DbErr> {
    let mut found = Vec::new();
    for ids in ids.chunks(2000) {
        let rest = "SELECT s.customer_id, s.purpose, s.channel, s.stance, s.since_ms FROM w CROSS JOIN consent_stance s
             WHERE s.bucket = w.bucket AND s.customer_id = w.id";
        let rows = wanted(ids, rest).all(db, |row| {
            let (channel, stance) = said_in(&row.get::<String>("channel")?, &row.get::<String>("stance")?)?;
            Ok(StanceRow {
                customer_id: row.get("customer_id")?,
                purpose: row.get("purpose")?,
                channel,
                stance,
                since: row.get("since_ms")?,
            })
        });
        found.extend(rows.await?);
    }
    Ok(found)
}

/// Puts a stance.
pub(in crate::customer) async fn put(
    db: &impl ConnectionTrait,
    id: CustomerId,
    (purpose, channel, stance): (&str, Channel, Stance),
    now: Instant,
) -> Result<u64, DbErr> {
    let word = match stance {
        Stance::Given => "given",
        Stance::Refused => "refused",
        Stance::Unknown => "unknown",
    };
    sql("INSERT INTO consent_stance (bucket, customer_id, purpose, channel, stance, since_ms)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (bucket, customer_id, purpose, channel)
         DO UPDATE SET stance = excluded.stance, since_ms = excluded.since_ms")
    .bind(id.bucket())
    .bind(id)
    .bind(purpose)
    .bind(channel.word())
    .bind(word)
    .bind(now)
    .run(db)
    .await
}

/// Forgets what was said about one purpose and channel.
pub(in crate::customer) async fn forget(
    db: &impl ConnectionTrait,
    id: CustomerId,
    (purpose, channel): (&str, Channel),
) -> Result<u64, DbErr> {
    sql("DELETE FROM consent_stance WHERE bucket = $1 AND customer_id = $2 AND purpose = $3 AND channel = $4")
        .bind(id.bucket())
        .bind(id)
        .bind(purpose)
        .bind(channel.word())
        .run(db)
        .await
}

/// Forgets consents to single purposes; refusals of single purposes stay.
pub(in crate::customer) async fn forget_given(
    db: &impl ConnectionTrait,
    id: CustomerId,
    channel: Channel,
) -> Result<u64, DbErr> {
    sql("DELETE FROM consent_stance WHERE bucket = $1 AND customer_id = $2 AND channel = $3 AND stance = 'given'")
        .bind(id.bucket())
        .bind(id)
        .bind(channel.word())
        .run(db)
        .await
}

/// When a channel was last refused for a purpose, or for every purpose.
pub(in crate::customer) async fn refused_at(
    db: &impl ConnectionTrait,
    id: CustomerId,
    channel: Channel,
    purpose: &str,
) -> Result<Option<Instant>, DbErr> {
    sql("SELECT MAX(at_ms) AS at FROM customer_consent
         WHERE bucket = $1 AND customer_id = $2 AND channel = $3 AND purpose = $4 AND verdict = 'refused'")
    .bind(id.bucket())
    .bind(id)
    .bind(channel.word())
    .bind(purpose)
    .one(db, |row| row.get("at"))
    .await
    .map(Option::flatten)
}

/// What is asked about customers before contacts.
pub(in crate::customer) async fn reach(db: &impl ConnectionTrait, ids: &[CustomerId]) -> Result<Vec<ReachRow>, DbErr> {
    let mut found = Vec::with_capacity(ids.len());
    for ids in ids.chunks(2000) {
        let rest = "SELECT c.id, c.lifecycle, c.consented_channels, c.refused_channels FROM w CROSS JOIN customer c
             WHERE c.bucket = w.bucket AND c.id = w.id";
        let rows = wanted(ids, rest).all(db, |row| {
            Ok(ReachRow {
                id: row.get("id")?,
                lifecycle: row.get("lifecycle")?,
                consented: row.get("consented_channels")?,
                refused: row.get("refused_channels")?,
            })
        });
        found.extend(rows.await?);
    }
    Ok(found)
}

/// Sealed proofs of customers: customer, row, words.
pub(in crate::customer) async fn sealed_proofs(
    db: &impl ConnectionTrait,
    ids: &[CustomerId],
) -> Result<Vec<(CustomerId, Uuid, String)>, DbErr> {
    let mut found = Vec::new();
    for ids in ids.chunks(2000) {
        let rest = "SELECT p.customer_id, p.id, p.proof FROM w CROSS JOIN customer_consent p
             WHERE p.bucket = w.bucket AND p.customer_id = w.id AND p.proof LIKE 'sealed:%'";
        let rows = wanted(ids, rest);
        found.extend(rows.all(db, |row| Ok((row.get("customer_id")?, row.get("id")?, row.get("proof")?))).await?);
    }
    Ok(found)
}

/// Proofs that stand in plain behind a place, save those that came with a file: customer, row, words.
pub(in crate::customer) async fn plain_proofs_behind(
    db: &impl ConnectionTrait,
    (bucket, id): (Bucket, Uuid),
    limit: i64,
) -> Result<Vec<(CustomerId, Uuid, String)>, DbErr> {
    sql("SELECT customer_id, id, proof FROM customer_consent
         WHERE (bucket, id) > ($1, $2) AND how <> 'import' AND proof <> '' AND proof NOT LIKE 'sealed:%'
         ORDER BY bucket, id LIMIT $3")
    .bind(bucket)
    .bind(id)
    .bind(limit)
    .all(db, |row| Ok((row.get("customer_id")?, row.get("id")?, row.get("proof")?)))
    .await
}

/// What a customer said, newest first, each with its row and the proof as it is kept. The caller has shown that the
/// customer is in scope.
pub(in crate::customer) async fn history(
    db: &impl ConnectionTrait,
    id: CustomerId,
) -> Result<Vec<(Uuid, ConsentEntry)>, DbErr> {
    sql("SELECT id, channel, verdict, proof, purpose, how, said_by, text_version, actor, at_ms FROM customer_consent
         WHERE bucket = $1 AND customer_id = $2 ORDER BY at_ms DESC, id DESC LIMIT 1000")
    .bind(id.bucket())
    .bind(id)
    .all(db, |row| {
        let entry = ConsentEntry {
            channel: row.get("channel")?,
            purpose: row.get("purpose")?,
            verdict: row.get("verdict")?,
            proof: row.get("proof")?,
            how: row.get("how")?,
            said_by: row.get("said_by")?,
            text_version: row.get("text_version")?,
            noted_by: row.get("actor")?,
            at: row.get("at_ms")?,
        };
        Ok((row.get("id")?, entry))
    })
    .await
}
