//! Keys, sealed contact points, blind look-ups and refused numbers.

use super::wanted;
use crate::customer::CustomerError;
use crate::platform::{Bind, Keyring, insert_many, key_in_use, sql};
use sea_orm::{ConnectionTrait, DbErr, Value};
use tend_rules::base::*;
use uuid::Uuid;

/// A contact point as it stands in its table.
#[derive(Debug, Clone)]
pub(in crate::customer) struct PointRow {
    pub id: ContactPointId,
    pub customer_id: CustomerId,
    pub kind: String,
    pub cell: Vec<u8>,
    pub place: i16,
    pub source: String,
    pub noted_at: Instant,
}

/// Writes wrapped keys of new customers, with the master key that is in use now: another program may have turned to a
/// new one since they were made.
pub(in crate::customer) async fn insert_keys(
    db: &impl ConnectionTrait,
    ring: &Keyring,
    mut keys: Vec<(CustomerId, Vec<u8>)>,
) -> Result<(), CustomerError> {
    let in_use = key_in_use(db).await?;
    if ring.masters().in_use() != in_use {
        ring.masters().turn_to(in_use)?;
    }
    for (id, wrapped) in &mut keys {
        if let Some(anew) = ring.rewrap(*id, wrapped)? {
            *wrapped = anew;
        }
    }
    let rows =
        keys.into_iter().map(|(id, wrapped)| vec![id.bucket().into_value(), id.into_value(), wrapped.into_value()]);
    insert_many(db, "customer_key", &["bucket", "customer_id", "wrapped"], rows.collect(), "").await?;
    Ok(())
}

/// Wrapped keys of the customers behind one, in order, whoever they are: for a rotation.
pub(in crate::customer) async fn keys_behind(
    db: &impl ConnectionTrait,
    behind: (Bucket, Uuid),
    limit: i64,
) -> Result<Vec<(CustomerId, Vec<u8>)>, DbErr> {
    sql("SELECT customer_id, wrapped FROM customer_key WHERE (bucket, customer_id) > ($1, $2)
         ORDER BY bucket, customer_id LIMIT $3")
    .bind(behind.0)
    .bind(behind.1)
    .bind(limit)
    .all(db, |row| Ok((row.get("customer_id")?, row.get("wrapped")?)))
    .await
}

/// The wrapped keys of customers.
pub(in crate::customer) async fn keys(
    db: &impl ConnectionTrait,
    ids: &[CustomerId],
) -> Result<Vec<(CustomerId, Vec<u8>)>, DbErr> {
    let mut found = Vec::with_capacity(ids.len());
    for ids in ids.chunks(2000) {
        let statement = wanted(
            ids,
            "SELECT k.customer_id, k.wrapped FROM w CROSS JOIN customer_key k
             WHERE k.bucket = w.bucket AND k.customer_id = w.id",
        );
        found.extend(statement.all(db, |row| Ok((row.get("customer_id")?, row.get("wrapped")?))).await?);
    }
    Ok(found)
}

/// Writes contact points.
pub(in crate::customer) async fn insert_points(db: &impl ConnectionTrait, points: Vec<PointRow>) -> Result<(), DbErr> {
    let columns = ["bucket", "id", "customer_id", "kind", "cell", "place", "source", "noted_at_ms"];
    let rows = points.into_iter().map(|point| {
        vec![
            point.customer_id.bucket().into_value(),
            point.id.into_value(),
            point.customer_id.into_value(),
            point.kind.into_value(),
            point.cell.into_value(),
            point.place.into_value(),
            point.source.into_value(),
            point.noted_at.into_value(),
        ]
    });
    insert_many(db, "contact_point", &columns, rows.collect(), "").await.map(drop)
}

/// The contact points of customers, in order of preference.
pub(in crate::customer) async fn points(db: &impl ConnectionTrait, ids: &[CustomerId]) -> Result<Vec<PointRow>, DbErr> {
    let mut found = Vec::new();
    for ids in ids.chunks(2000) {
        let statement = wanted(
            ids,
            "SELECT p.id, p.customer_id, p.kind, p.cell, p.place, p.source, p.noted_at_ms
             FROM w CROSS JOIN contact_point p WHERE p.bucket = w.bucket AND p.customer_id = w.id
             ORDER BY p.customer_id, p.kind, p.place, p.id",
        );
        let rows = statement.all(db, |row| {
            Ok(PointRow {
                id: row.get("id")?,
                customer_id: row.get("customer_id")?,
                kind: row.get("kind")?,
                cell: row.get("cell")?,
                place: row.get("place")?,
                source: row.get("source")?,
                noted_at: row.get("noted_at_ms")?,
            })
        });
        found.extend(rows.await?);
    }
    Ok(found)
}

/// Deletes contact points of one customer.
pub(in crate::customer) async fn delete_points(
    db: &impl ConnectionTrait,
    customer: CustomerId,
    ids: &[ContactPointId],
) -> Result<u64, DbErr> {
    sql("DELETE FROM contact_point WHERE bucket = $1 AND id IN ")
        .bind(customer.bucket())
        .list(ids.iter().copied())
        .run(db)
        .await
}

/// Writes look-ups; those that stand there already stay.
pub(in crate::customer) async fn insert_lookups(
    db: &impl ConnectionTrait,
    lookups: Vec<(i64, CustomerId)>,
) -> Result<(), DbErr> {
    let rows: Vec<Vec<Value>> = lookups
        .into_iter()
        .map(|(digest, id)| vec![digest.into_value(), id.bucket().into_value(), id.into_value()])
        .collect();
    let columns = ["digest", "bucket", "customer_id"];
    insert_many(db, "customer_lookup", &columns, rows, "ON CONFLICT DO NOTHING").await.map(drop)
}

/// Forgets every look-up of a customer, before they are written afresh.
pub(in crate::customer) async fn delete_lookups(db: &impl ConnectionTrait, customer: CustomerId) -> Result<u64, DbErr> {
    sql("DELETE FROM customer_lookup WHERE bucket = $1 AND customer_id = $2")
        .bind(customer.bucket())
        .bind(customer)
        .run(db)
        .await
}

/// How many customers of each digest are answered: a number that thousands share hides nobody who bears another one.
#[derive(Debug, Clone, Copy)]
pub(in crate::customer) enum Few {
    /// Those who came last.
    Newest(i64),
    /// Those who came first.
    Eldest(i64),
}

/// Candidates for digests: `(digest, customer)`, newest first.
pub(in crate::customer) async fn look_up(
    db: &impl ConnectionTrait,
    digests: &[i64],
    of_each: Few,
) -> Result<Vec<(i64, CustomerId)>, DbErr> {
    let (turn, few) = match of_each {
        Few::Newest(few) => ("DESC", few),
        Few::Eldest(few) => ("ASC", few),
    };
    let ranked = format!(
        "SELECT digest, customer_id FROM (
           SELECT digest, customer_id, ROW_NUMBER() OVER (PARTITION BY digest ORDER BY customer_id {turn}) AS place
           FROM customer_lookup WHERE digest IN "
    );
    let mut found = Vec::new();
    for digests in digests.chunks(8000) {
        let statement = sql(&ranked).list(digests.iter().copied()).text(") ranked WHERE place <= ").arg(few);
        let rows = statement.text(" ORDER BY customer_id DESC");
        found.extend(rows.all(db, |row| Ok((row.get("digest")?, row.get("customer_id")?))).await?);
    }
    Ok(found)
}

/// The customers of digests who bear one of the names, at most twenty thousand: those whom [`look_up`] leaves out where
/// very many share a number.
pub(in crate::customer) async fn look_up_named(
    db: &impl ConnectionTrait,
    digests: &[i64],
    names: &std::collections::BTreeSet<&str>,
) -> Result<Vec<CustomerId>, DbErr> {
    if digests.is_empty() || names.is_empty() {
        return Ok(Vec::new());
    }
    sql("SELECT DISTINCT l.customer_id FROM customer_lookup l
         JOIN customer c ON c.bucket = l.bucket AND c.id = l.customer_id WHERE l.digest IN ")
    .list(digests.iter().copied())
    .text(" AND c.name IN ")
    .list(names.iter().copied())
    .text(" LIMIT 20000")
    .all(db, |row| row.get("customer_id"))
    .await
}

/// The refused channels of numbers by digest.
pub(in crate::customer) async fn refused_numbers(
    db: &impl ConnectionTrait,
    digests: &[i64],
) -> Result<Vec<(i64, ChannelSet)>, DbErr> {
    let mut found = Vec::new();
    for digests in digests.chunks(8000) {
        let statement =
            sql("SELECT digest, channels FROM refused_number WHERE digest IN ").list(digests.iter().copied());
        found.extend(statement.all(db, |row| Ok((row.get("digest")?, row.get("channels")?))).await?);
    }
    Ok(found)
}

/// Remembers refusals of numbers; what was refused before stays refused.
pub(in crate::customer) async fn refuse_numbers(
    db: &impl ConnectionTrait,
    numbers: Vec<(i64, ChannelSet)>,
    source: &str,
    now: Instant,
) -> Result<(), DbErr> {
    let mut once = std::collections::BTreeMap::<i64, i16>::new();
    for (digest, channels) in numbers {
        *once.entry(digest).or_default() |= channels.bits();
    }
    let rows = once
        .into_iter()
        .map(|(digest, bits)| vec![digest.into_value(), bits.into_value(), source.into_value(), now.into_value()]);
    let tail = "ON CONFLICT (digest) DO UPDATE SET channels = refused_number.channels | excluded.channels";
    insert_many(db, "refused_number", &["digest", "channels", "source", "at_ms"], rows.collect(), tail).await.map(drop)
}

/// Sets what is refused for numbers whose owner took a refusal back.
pub(in crate::customer) async fn permit_numbers(
    db: &impl ConnectionTrait,
    digests: &[i64],
    channel: Channel,
) -> Result<u64, DbErr> {
    let keep = ChannelSet::EVERY.without(channel);
    sql("UPDATE refused_number SET channels = CAST(channels & ")
        .arg(keep)
        .text(" AS SMALLINT) WHERE digest IN ")
        .list(digests.iter().copied())
        .run(db)
        .await
}

/// Holds numbers as they stand until the end of the transaction: whoever refuses one at the same time comes before the
/// question who else refuses it, or after what is made of its answer.
pub(in crate::customer) async fn hold_numbers(db: &impl ConnectionTrait, digests: &[i64]) -> Result<u64, DbErr> {
    sql("UPDATE refused_number SET channels = channels WHERE digest IN ").list(digests.iter().copied()).run(db).await
}

/// Those of the numbers that somebody else on file bears who refuses the channel.
pub(in crate::customer) async fn refused_by_others(
    db: &impl ConnectionTrait,
    digests: &[i64],
    channel: Channel,
    id: CustomerId,
) -> Result<Vec<i64>, DbErr> {
    sql("SELECT DISTINCT l.digest FROM customer_lookup l
         JOIN customer c ON c.bucket = l.bucket AND c.id = l.customer_id
         WHERE (c.refused_channels & ")
    .arg(ChannelSet::NONE.with(channel))
    .text(") <> 0 AND c.id <> ")
    .arg(id)
    .text(" AND l.digest IN ")
    .list(digests.iter().copied())
    .all(db, |row| row.get("digest"))
    .await
}

/// A row of proof of what the customer said about a channel.
#[derive(Debug, Clone)]
pub(in crate::customer) struct ConsentRow {
    pub id: uuid::Uuid,
    pub customer_id: CustomerId,
    pub channel: Channel,
    pub verdict: &'static str,
    pub proof: String,
    pub purpose: String,
    pub how: &'static str,
    pub said_by: &'static str,
    pub text_version: String,
    pub actor: String,
    pub at: Instant,
}

/// Writes rows of proof.
pub(in crate::customer) async fn insert_consents(
    db: &impl ConnectionTrait,
    consents: Vec<ConsentRow>,
) -> Result<(), DbErr> {
    let columns = [
        "bucket",
        "id",
        "customer_id",
        "channel",
        "verdict",
        "proof",
        "purpose",
        "how",
        "said_by",
        "text_version",
        "actor",
        "at_ms",
    ];
    let rows = consents.into_iter().map(|row| {
        vec![
            row.customer_id.bucket().into_value(),
            row.id.into_value(),
            row.customer_id.into_value(),
            row.channel.word().into_value(),
            row.verdict.into_value(),
            row.proof.into_value(),
            row.purpose.into_value(),
            row.how.into_value(),
            row.said_by.into_value(),
            row.text_version.into_value(),
            row.actor.into_value(),
            row.at.into_value(),
        ]
    });
    insert_many(db, "customer_consent", &columns, rows.collect(), "").await.map(drop)
}

/// When the state of each channel was last changed.
pub(in crate::customer) async fn consents_since(
    db: &impl ConnectionTrait,
    customer: CustomerId,
) -> Result<Vec<(String, Instant)>, DbErr> {
    sql("SELECT channel, MAX(at_ms) AS since FROM customer_consent WHERE bucket = $1 AND customer_id = $2 GROUP BY channel")
        .bind(customer.bucket())
        .bind(customer)
        .all(db, |row| Ok((row.get("channel")?, row.get("since")?)))
        .await
}
