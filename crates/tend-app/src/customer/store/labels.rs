//! The label catalogue and the labels of customers.

use super::wanted;
use crate::platform::{Bind, Row, insert_many, sql};
use sea_orm::{ConnectionTrait, DbErr};
use serde::{Deserialize, Serialize};
use tend_rules::base::*;
use uuid::Uuid;

/// A label of the catalogue as it stands in its table.
#[derive(Debug, Clone)]
pub(in crate::customer) struct LabelRow {
    pub id: LabelId,
    pub key: String,
    pub family: String,
    pub colour: String,
    pub title_zh: String,
    pub title_en: String,
    pub set_by: String,
}

/// Puts labels on customers; those that are on already stay as they are.
pub(in crate::customer) async fn insert(
    db: &impl ConnectionTrait,
    labels: Vec<(CustomerId, String)>,
    actor: &str,
    now: Instant,
) -> Result<u64, DbErr> {
    let rows = labels.into_iter().map(|(customer, key)| {
        vec![
            customer.bucket().into_value(),
            customer.into_value(),
            key.into_value(),
            actor.into_value(),
            now.into_value(),
        ]
    });
    let columns = ["bucket", "customer_id", "label_key", "actor", "at_ms"];
    insert_many(db, "customer_label", &columns, rows.collect(), "ON CONFLICT DO NOTHING").await
}

/// Sets the sealed remark of a label, putting the label on if need be.
pub(in crate::customer) async fn set(
    db: &impl ConnectionTrait,
    customer: CustomerId,
    key: &str,
    remark: &str,
    actor: &str,
    now: Instant,
) -> Result<u64, DbErr> {
    sql("INSERT INTO customer_label (bucket, customer_id, label_key, remark, actor, at_ms) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (bucket, customer_id, label_key)
         DO UPDATE SET remark = excluded.remark, actor = excluded.actor, at_ms = excluded.at_ms")
    .bind(customer.bucket())
    .bind(customer)
    .bind(key)
    .bind(remark)
    .bind(actor)
    .bind(now)
    .run(db)
    .await
}

/// Puts another remark beside a label, if the old one still stands there; answers how many.
pub(in crate::customer) async fn replace_remark(
    db: &impl ConnectionTrait,
    (customer, key): (CustomerId, &str),
    fresh: &str,
    stale: Option<&str>,
) -> Result<u64, DbErr> {
    let mut statement = sql("UPDATE customer_label SET remark = ").arg(fresh);
    statement = statement.text(" WHERE bucket = ").arg(customer.bucket()).text(" AND customer_id = ").arg(customer);
    statement = statement.text(" AND label_key = ").arg(key);
    if let Some(stale) = stale {
        statement = statement.text(" AND remark = ").arg(stale);
    }
    statement.run(db).await
}

/// Labels with a remark behind a place: customer, key, remark.
pub(in crate::customer) async fn remarks_behind(
    db: &impl ConnectionTrait,
    (bucket, id, key): &(Bucket, Uuid, String),
    limit: i64,
) -> Result<Vec<(CustomerId, String, String)>, DbErr> {
    sql("SELECT customer_id, label_key, remark FROM customer_label
         WHERE (bucket, customer_id, label_key) > ($1, $2, $3) AND remark <> ''
         ORDER BY bucket, customer_id, label_key LIMIT $4")
    .bind(*bucket)
    .bind(*id)
    .bind(key)
    .bind(limit)
    .all(db, |row| Ok((row.get("customer_id")?, row.get("label_key")?, row.get("remark")?)))
    .await
}

/// Takes a label off.
pub(in crate::customer) async fn remove(
    db: &impl ConnectionTrait,
    customer: CustomerId,
    keys: &[String],
) -> Result<u64, DbErr> {
    sql("DELETE FROM customer_label WHERE bucket = $1 AND customer_id = $2 AND label_key IN ")
        .bind(customer.bucket())
        .bind(customer)
        .list(keys.iter())
        .run(db)
        .await
}

/// The labels of customers: customer, key, sealed remark.
pub(in crate::customer) async fn of(
    db: &impl ConnectionTrait,
    ids: &[CustomerId],
) -> Result<Vec<(CustomerId, String, String)>, DbErr> {
    let mut found = Vec::new();
    for ids in ids.chunks(2000) {
        let rest = "SELECT l.customer_id, l.label_key, l.remark FROM w CROSS JOIN customer_label l
             WHERE l.bucket = w.bucket AND l.customer_id = w.id ORDER BY l.customer_id, l.label_key";
        let shape = |row: &Row| Ok((row.get("customer_id")?, row.get("label_key")?, row.get("remark")?));
        found.extend(wanted(ids, rest).all(db, shape).await?);
    }
    Ok(found)
}

/// The labels of the customers of buckets: customer and key.
pub(in crate::customer) async fn of_buckets(
    db: &impl ConnectionTrait,
    from: Bucket,
    to: Bucket,
) -> Result<Vec<(CustomerId, String)>, DbErr> {
    sql("SELECT customer_id, label_key FROM customer_label WHERE bucket >= $1 AND bucket <= $2
         ORDER BY customer_id, label_key")
    .bind(from)
    .bind(to)
    .all(db, |row| Ok((row.get("customer_id")?, row.get("label_key")?)))
    .await
}

/// The catalogue.
pub(in crate::customer) async fn catalogue(db: &impl ConnectionTrait) -> Result<Vec<LabelRow>, DbErr> {
    sql("SELECT id, key, family, colour, title_zh, title_en, set_by FROM label ORDER BY family, key LIMIT 10000")
        .all(db, |row| {
            Ok(LabelRow {
                id: row.get("id")?,
                key: row.get("key")?,
                family: row.get("family")?,
                colour: row.get("colour")?,
                title_zh: row.get("title_zh")?,
                title_en: row.get("title_en")?,
                set_by: row.get("set_by")?,
            })
        })
        .await
}

/// Adds labels to the catalogue; keys that are there already stay as they are. Answers how many are new.
pub(in crate::customer) async fn define(db: &impl ConnectionTrait, labels: &[LabelRow]) -> Result<u64, DbErr> {
    let rows = labels.iter().map(|label| {
        vec![
            label.id.into_value(),
            label.key.as_str().into_value(),
            label.family.as_str().into_value(),
            label.colour.as_str().into_value(),
            label.title_zh.as_str().into_value(),
            label.title_en.as_str().into_value(),
            label.set_by.as_str().into_value(),
        ]
    });
    let columns = ["id", "key", "family", "colour", "title_zh", "title_en", "set_by"];
    insert_many(db, "label", &columns, rows.collect(), "ON CONFLICT DO NOTHING").await
}

/// Who put a label on a customer, when and with which remark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelStamp {
    /// The remark, sealed.
    pub remark: String,
    /// Who, as a doer prints itself.
    pub actor: String,
    /// When.
    pub at: Instant,
}

/// Those of the customers who bear a label.
pub(in crate::customer) async fn bearers(
    db: &impl ConnectionTrait,
    ids: &[CustomerId],
    key: &str,
) -> Result<Vec<(CustomerId, LabelStamp)>, DbErr> {
    let mut found = Vec::new();
    for ids in ids.chunks(2000) {
        // All their labels: asked for one, a PostgreSQL that has not counted lately takes it for rare and begins with it.
        let rest = "SELECT l.customer_id, l.label_key, l.remark, l.actor, l.at_ms FROM w CROSS JOIN customer_label l
             WHERE l.bucket = w.bucket AND l.customer_id = w.id";
        let shape = |row: &Row| {
            let stamp = LabelStamp { remark: row.get("remark")?, actor: row.get("actor")?, at: row.get("at_ms")? };
            let is_it = row.get::<String>("label_key")? == key;
            Ok(is_it.then_some((row.get("customer_id")?, stamp)))
        };
        found.extend(wanted(ids, rest).all(db, shape).await?.into_iter().flatten());
    }
    Ok(found)
}

/// Takes a label off customers.
pub(in crate::customer) async fn remove_from(
    db: &impl ConnectionTrait,
    ids: &[CustomerId],
    key: &str,
) -> Result<(), DbErr> {
    for ids in ids.chunks(2000) {
        let rest =
            "DELETE FROM customer_label WHERE (bucket, customer_id) IN (SELECT bucket, id FROM w) AND label_key = ";
        wanted(ids, rest).arg(key).run(db).await?;
    }
    Ok(())
}
