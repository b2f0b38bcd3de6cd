//! Households and relations.

use crate::platform::sql;
use sea_orm::{ConnectionTrait, DbBackend, DbErr};
use std::collections::BTreeSet;
use tend_rules::base::*;

/// Relations that are read in one statement.
const RELATIONS_AT_ONCE: i64 = 500;

/// Writes one side of a relation; one that stands there already stays.
pub(in crate::customer) async fn insert_relation(
    db: &impl ConnectionTrait,
    id: RelationId,
    of: CustomerId,
    other: CustomerId,
    kind: &str,
    now: Instant,
) -> Result<u64, DbErr> {
    sql("INSERT INTO relation (bucket, id, customer_id, other_id, kind, created_at_ms) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT DO NOTHING")
    .bind(of.bucket())
    .bind(id)
    .bind(of)
    .bind(other)
    .bind(kind)
    .bind(now)
    .run(db)
    .await
}

/// The relations of a customer, as many as a page shows.
pub(in crate::customer) async fn relations(
    db: &impl ConnectionTrait,
    of: CustomerId,
) -> Result<Vec<(RelationId, CustomerId, String)>, DbErr> {
    sql("SELECT id, other_id, kind FROM relation WHERE bucket = $1 AND customer_id = $2 ORDER BY kind, id LIMIT 200")
        .bind(of.bucket())
        .bind(of)
        .all(db, |row| Ok((row.get("id")?, row.get("other_id")?, row.get("kind")?)))
        .await
}

/// Every relation of a customer, however many: for what must leave none behind.
pub(in crate::customer) async fn every_relation(
    db: &impl ConnectionTrait,
    of: CustomerId,
) -> Result<Vec<(RelationId, CustomerId, String)>, DbErr> {
    let mut found: Vec<(RelationId, CustomerId, String)> = Vec::new();
    loop {
        let behind = found.last().map(|(id, ..)| *id);
        let page = sql("SELECT id, other_id, kind FROM relation
             WHERE bucket = $1 AND customer_id = $2 AND ($3 IS NULL OR id > $3) ORDER BY id LIMIT $4")
        .bind(of.bucket())
        .bind(of)
        .bind(behind)
        .bind(RELATIONS_AT_ONCE)
        .all(db, |row| Ok((row.get("id")?, row.get("other_id")?, row.get("kind")?)))
        .await?;
        let is_last = (page.len() as i64) < RELATIONS_AT_ONCE;
        found.extend(page);
        if is_last {
            return Ok(found);
        }
    }
}

/// One relation of a customer: the other, and what the other is to them.
pub(in crate::customer) async fn relation(
    db: &impl ConnectionTrait,
    of: CustomerId,
    id: RelationId,
) -> Result<Option<(CustomerId, String)>, DbErr> {
    sql("SELECT other_id, kind FROM relation WHERE bucket = $1 AND id = $2 AND customer_id = $3 LIMIT 1")
        .bind(of.bucket())
        .bind(id)
        .bind(of)
        .one(db, |row| Ok((row.get("other_id")?, row.get("kind")?)))
        .await
}

/// The relation of a customer in which the other is of a kind to them.
pub(in crate::customer) async fn relation_to(
    db: &impl ConnectionTrait,
    of: CustomerId,
    other: CustomerId,
    kind: &str,
) -> Result<Option<RelationId>, DbErr> {
    sql("SELECT id FROM relation WHERE bucket = $1 AND customer_id = $2 AND other_id = $3 AND kind = $4 LIMIT 1")
        .bind(of.bucket())
        .bind(of)
        .bind(other)
        .bind(kind)
        .one(db, |row| row.get("id"))
        .await
}

/// Makes a household; one that stands there already stays as it is.
pub(in crate::customer) async fn insert_household(
    db: &impl ConnectionTrait,
    id: HouseholdId,
    name: &str,
    now: Instant,
) -> Result<u64, DbErr> {
    sql("INSERT INTO household (bucket, id, name, created_at_ms) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING")
        .bind(id.bucket())
        .bind(id)
        .bind(name)
        .bind(now)
        .run(db)
        .await
}

/// What a household is called.
pub(in crate::customer) async fn household_name(
    db: &impl ConnectionTrait,
    household: HouseholdId,
) -> Result<Option<String>, DbErr> {
    sql("SELECT name FROM household WHERE bucket = $1 AND id = $2 LIMIT 1")
        .bind(household.bucket())
        .bind(household)
        .one(db, |row| row.get("name"))
        .await
}

/// Puts a customer into a household.
pub(in crate::customer) async fn insert_member(
    db: &impl ConnectionTrait,
    household: HouseholdId,
    customer: CustomerId,
) -> Result<u64, DbErr> {
    sql("INSERT INTO household_member (bucket, household_id, customer_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
        .bind(household.bucket())
        .bind(household)
        .bind(customer)
        .run(db)
        .await
}

/// The members of a household.
pub(in crate::customer) async fn members(
    db: &impl ConnectionTrait,
    household: HouseholdId,
) -> Result<Vec<CustomerId>, DbErr> {
    sql("SELECT customer_id FROM household_member WHERE bucket = $1 AND household_id = $2 ORDER BY customer_id LIMIT 100")
        .bind(household.bucket())
        .bind(household)
        .all(db, |row| row.get("customer_id"))
        .await
}

/// Takes one side of a relation away.
pub(in crate::customer) async fn delete_relation(
    db: &impl ConnectionTrait,
    of: CustomerId,
    other: CustomerId,
    kind: &str,
) -> Result<u64, DbErr> {
    sql("DELETE FROM relation WHERE bucket = $1 AND customer_id = $2 AND other_id = $3 AND kind = $4")
        .bind(of.bucket())
        .bind(of)
        .bind(other)
        .bind(kind)
        .run(db)
        .await
}

/// Takes a customer out of a household.
pub(in crate::customer) async fn delete_member(
    db: &impl ConnectionTrait,
    household: HouseholdId,
    customer: CustomerId,
) -> Result<u64, DbErr> {
    sql("DELETE FROM household_member WHERE bucket = $1 AND household_id = $2 AND customer_id = $3")
        .bind(household.bucket())
        .bind(household)
        .bind(customer)
        .run(db)
        .await
}

/// Takes hold of households for a change, in one order whoever asks: of the last two who leave one at once, the second
/// waits and finds that the first is gone. SQLite has one writer, who holds everything.
pub(in crate::customer) async fn hold_households(
    db: &impl ConnectionTrait,
    households: &BTreeSet<HouseholdId>,
) -> Result<(), DbErr> {
    if db.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    for household in households {
        sql("SELECT id FROM household WHERE bucket = $1 AND id = $2 LIMIT 1 FOR UPDATE")
            .bind(household.bucket())
            .bind(*household)
            .one(db, |row| row.get::<HouseholdId>("id"))
            .await?;
    }
    Ok(())
}

/// Takes a customer out of a household, and with the last one the household and its name; answers whether it went.
pub(in crate::customer) async fn leave(
    db: &impl ConnectionTrait,
    household: HouseholdId,
    customer: CustomerId,
) -> Result<bool, DbErr> {
    hold_households(db, &BTreeSet::from([household])).await?;
    delete_member(db, household, customer).await?;
    Ok(delete_empty_household(db, household).await? > 0)
}

/// Takes a household away in which nobody is left, with its name; 0 while somebody lives there.
async fn delete_empty_household(db: &impl ConnectionTrait, household: HouseholdId) -> Result<u64, DbErr> {
    sql("DELETE FROM household WHERE bucket = $1 AND id = $2 AND NOT EXISTS (
           SELECT 1 FROM household_member m WHERE m.bucket = household.bucket AND m.household_id = household.id)")
    .bind(household.bucket())
    .bind(household)
    .run(db)
    .await
}
