//! The table `customer`.

use super::sight::visible;
use super::wanted;
use crate::customer::CustomerError;
use crate::platform::{Bind, Row, insert_many, sql, update_many};
use sea_orm::{ConnectionTrait, DbErr, Value};
use serde::Serialize;
use std::collections::BTreeMap;
use tend_rules::base::*;
use tend_rules::customer::{Birthday, Calendar, Customer};
use tend_rules::org::Scope;

const COLUMNS: [&str; 33] = [
    "bucket",
    "id",
    "outside_id",
    "name",
    "pinyin",
    "initials",
    "gender",
    "birthday_calendar",
    "birth_year",
    "birth_month",
    "birth_dom",
    "wedding_day",
    "occupation",
    "region",
    "language",
    "tier",
    "class",
    "lifecycle",
    "joined_day",
    "annual_value_minor",
    "churn_risk",
    "unit_id",
    "owner_id",
    "household_id",
    "consented_channels",
    "refused_channels",
    "facts",
    "noted",
    "last_contact_day",
    "first_batch_id",
    "version",
    "created_at_ms",
    "updated_at_ms",
];

/// So many of the columns, from the first, are the key.
const KEYS: usize = 2;

/// The columns of a customer for a statement in which the table is called `c`.
pub(in crate::customer) const SELECTED: &str = "c.id, c.outside_id, c.name, c.pinyin, c.initials, c.gender, \
    c.birthday_calendar, c.birth_year, c.birth_month, c.birth_dom, c.wedding_day, c.occupation, c.region, c.language, \
    c.tier, c.class, c.lifecycle, c.joined_day, c.annual_value_minor, c.churn_risk, c.unit_id, c.owner_id, \
    c.household_id, c.consented_channels, c.refused_channels, c.facts, c.noted, c.last_contact_day, \
    c.first_batch_id, c.version, c.created_at_ms, c.updated_at_ms";

/// Reads a row of [`SELECTED`].
pub(in crate::customer) fn shaped(row: &Row) -> Result<Customer, DbErr> {
    Ok(Customer {
        id: row.get("id")?,
        outside_id: row.get("outside_id")?,
        name: row.get("name")?,
        pinyin: row.get("pinyin")?,
        initials: row.get("initials")?,
        gender: row.get("gender")?,
        birthday: birthday(row)?,
        wedding_day: row.get("wedding_day")?,
        occupation: row.get("occupation")?,
        region: row.get("region")?,
        language: row.get("language")?,
        tier: row.get("tier")?,
        class: row.get("class")?,
        lifecycle: row.get("lifecycle")?,
        joined: row.get("joined_day")?,
        annual_value_minor: row.get("annual_value_minor")?,
        churn_risk: row.get("churn_risk")?,
        unit_id: row.get("unit_id")?,
        owner_id: row.get("owner_id")?,
        household_id: row.get("household_id")?,
        consented: row.get("consented_channels")?,
        refused: row.get("refused_channels")?,
        facts: document(row, "facts")?,
        noted: document(row, "noted")?,
        last_contact: row.get("last_contact_day")?,
        first_batch_id: row.get("first_batch_id")?,
        version: row.get("version")?,
        created_at: row.get("created_at_ms")?,
        updated_at: row.get("updated_at_ms")?,
    })
}

fn birthday(row: &Row) -> Result<Option<Birthday>, DbErr> {
    let (month, day): (Option<i16>, Option<i16>) = (row.get("birth_month")?, row.get("birth_dom")?);
    let (Some(month), Some(day)) = (month, day) else { return Ok(None) };
    let lunar = row.get::<String>("birthday_calendar")? == Calendar::Lunar.word();
    Ok(Some(Birthday {
        calendar: if lunar { Calendar::Lunar } else { Calendar::Solar },
        year: row.get("birth_year")?,
        month: month as i8,
        day: day as i8,
    }))
}

fn document<T: serde::de::DeserializeOwned>(row: &Row, column: &str) -> Result<BTreeMap<String, T>, DbErr> {
    let text: String = row.get(column)?;
    if text == "{}" {
        return Ok(BTreeMap::new());
    }
    serde_json::from_str(&text).map_err(|error| DbErr::Type(format!("customer.{column}: {error}")))
}

fn written<T: Serialize>(document: &BTreeMap<String, T>) -> String {
    serde_json::to_string(document).expect("a map of plain values is JSON")
}

fn values(c: &Customer) -> Vec<Value> {
    vec![
        c.id.bucket().into_value(),
        c.id.into_value(),
        c.outside_id.as_deref().into_value(),
        c.name.as_str().into_value(),
        c.pinyin.as_str().into_value(),
        c.initials.as_str().into_value(),
        c.gender.as_str().into_value(),
        c.birthday.map_or(Calendar::Solar, |b| b.calendar).word().into_value(),
        c.birthday.and_then(|b| b.year).into_value(),
        c.birthday.map(|b| i16::from(b.month)).into_value(),
        c.birthday.map(|b| i16::from(b.day)).into_value(),
        c.wedding_day.into_value(),
        c.occupation.as_str().into_value(),
        c.region.as_str().into_value(),
        c.language.as_str().into_value(),
        c.tier.as_str().into_value(),
        c.class.as_str().into_value(),
        c.lifecycle.as_str().into_value(),
        c.joined.into_value(),
        c.annual_value_minor.into_value(),
        c.churn_risk.into_value(),
        c.unit_id.into_value(),
        c.owner_id.into_value(),
        c.household_id.into_value(),
        c.consented.into_value(),
        c.refused.into_value(),
        written(&c.facts).into_value(),
        written(&c.noted).into_value(),
        c.last_contact.into_value(),
        c.first_batch_id.into_value(),
        c.version.into_value(),
        c.created_at.into_value(),
        c.updated_at.into_value(),
    ]
}

/// Writes new customers.
pub(in crate::customer) async fn insert(db: &impl ConnectionTrait, customers: &[Customer]) -> Result<(), DbErr> {
    insert_many(db, "customer", &COLUMNS, customers.iter().map(values).collect(), "").await.map(drop)
}

/// Writes changed customers back, many at once, each once. Whoever changes them has locked them before reading; one that
/// is not there any more (merged, erased) is never brought back.
pub(in crate::customer) async fn update(
    db: &impl ConnectionTrait,
    customers: &[Customer],
) -> Result<(), CustomerError> {
    let rows = customers.iter().map(values).collect();
    match update_many(db, "customer", KEYS, &COLUMNS, rows).await? == customers.len() as u64 {
        true => Ok(()),
        false => Err(CustomerError::VersionStale),
    }
}

/// The wanted customers that the scope shows, in no particular order; also those of others with whom its people have
/// work at present.
pub(in crate::customer) async fn read(
    db: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[CustomerId],
) -> Result<Vec<Customer>, DbErr> {
    let mut found = Vec::with_capacity(ids.len());
    for ids in ids.chunks(2000) {
        let rest =
            format!("SELECT {SELECTED} FROM w CROSS JOIN customer c WHERE c.bucket = w.bucket AND c.id = w.id AND ");
        found.extend(visible(wanted(ids, &rest), scope).all(db, shaped).await?);
    }
    Ok(found)
}

/// Takes the row for writing: on PostgreSQL nobody else changes it until the end of the transaction.
pub(in crate::customer) async fn lock(db: &impl ConnectionTrait, id: CustomerId) -> Result<u64, DbErr> {
    sql("UPDATE customer SET version = version WHERE bucket = $1 AND id = $2").bind(id.bucket()).bind(id).run(db).await
}

/// The customers of the buckets `from..=to`, by bucket and id.
pub(in crate::customer) async fn of_buckets(
    db: &impl ConnectionTrait,
    from: Bucket,
    to: Bucket,
) -> Result<Vec<Customer>, DbErr> {
    let text =
        format!("SELECT {SELECTED} FROM customer c WHERE c.bucket >= $1 AND c.bucket <= $2 ORDER BY c.bucket, c.id");
    sql(&text).bind(from).bind(to).all(db, shaped).await
}

/// Keeps the day of the last contact.
pub(in crate::customer) async fn set_last_contact(
    db: &impl ConnectionTrait,
    id: CustomerId,
    day: Day,
) -> Result<u64, DbErr> {
    sql("UPDATE customer SET last_contact_day = $1
         WHERE bucket = $2 AND id = $3 AND (last_contact_day IS NULL OR last_contact_day < $1)")
    .bind(day)
    .bind(id.bucket())
    .bind(id)
    .run(db)
    .await
}

/// Puts the day of the last contact back, if it still is `day`.
pub(in crate::customer) async fn forget_last_contact(
    db: &impl ConnectionTrait,
    id: CustomerId,
    day: Day,
    before: Option<Day>,
) -> Result<u64, DbErr> {
    sql("UPDATE customer SET last_contact_day = $1 WHERE bucket = $2 AND id = $3 AND last_contact_day = $4")
        .bind(before)
        .bind(id.bucket())
        .bind(id)
        .bind(day)
        .run(db)
        .await
}

/// Takes rows for writing, as [`lock`] does, in one order whoever asks, so that two who want the same rows wait for each
/// other and never in a ring. SQLite has one writer, so there is nothing to take.
pub(in crate::customer) async fn lock_many(db: &impl ConnectionTrait, ids: &[CustomerId]) -> Result<(), DbErr> {
    if db.get_database_backend() == sea_orm::DbBackend::Sqlite {
        return Ok(());
    }
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    for ids in ids.chunks(2000) {
        let rest = "SELECT c.id FROM customer c WHERE (c.bucket, c.id) IN (SELECT bucket, id FROM w)
             ORDER BY c.id FOR UPDATE";
        wanted(ids, rest).all(db, |_| Ok(())).await?;
    }
    Ok(())
}

/// Raises the version of customers whose record itself stays as it is: a label changed.
pub(in crate::customer) async fn touch_many(
    db: &impl ConnectionTrait,
    ids: &[CustomerId],
    now: Instant,
) -> Result<(), DbErr> {
    for ids in ids.chunks(2000) {
        let statement = wanted(ids, "UPDATE customer SET version = version + 1, updated_at_ms = ").arg(now);
        statement.text(" WHERE (bucket, id) IN (SELECT bucket, id FROM w)").run(db).await?;
    }
    Ok(())
}
