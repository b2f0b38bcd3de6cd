//! What goes when a customer is erased or a batch taken back. The journal stays: it is append-only, and what it keeps of personal values is
//! sealed with the key that goes.

use super::{kin, wanted};
use crate::platform::sql;
use sea_orm::{ConnectionTrait, DbErr};
use tend_rules::base::*;

/// Tables that belong to a customer; the customer's own row comes last.
const OF_CUSTOMER: [(&str, &str); 14] = [
    ("contact_point", BY_ID),
    ("customer_lookup", BY_CUSTOMER),
    ("customer_consent", BY_ID),
    ("consent_stance", BY_CUSTOMER),
    ("customer_sight", BY_CUSTOMER),
    ("relation", BY_ID),
    ("customer_label", BY_CUSTOMER),
    ("purchase_line", BY_ORDER),
    ("purchase", BY_ID),
    ("payment", BY_ID),
    ("bill", BY_ID),
    ("agreement", BY_ID),
    ("customer_key", BY_CUSTOMER),
    ("customer", "(bucket, id) IN (SELECT bucket, id FROM w)"),
];

/// How the rows of the wanted customers are found by a key of their table; without one SQLite walks through the bucket.
const BY_CUSTOMER: &str = "(bucket, customer_id) IN (SELECT bucket, id FROM w)";
const BY_ID: &str = "(bucket, id) IN (SELECT t.bucket, t.id FROM w CROSS JOIN {table} t
    WHERE t.bucket = w.bucket AND t.customer_id = w.id)";
const BY_ORDER: &str = "(bucket, purchase_id) IN (SELECT p.bucket, p.id FROM w CROSS JOIN purchase p
    WHERE p.bucket = w.bucket AND p.customer_id = w.id)";

fn delete(table: &str, found: &str) -> String {
    format!("DELETE FROM {table} WHERE {}", found.replace("{table}", table))
}

/// Deletes customers with everything that is theirs.
pub(in crate::customer) async fn customers(db: &impl ConnectionTrait, ids: &[CustomerId]) -> Result<(), DbErr> {
    for ids in ids.chunks(2000) {
        for (table, found) in OF_CUSTOMER {
            wanted(ids, &delete(table, found)).run(db).await?;
        }
    }
    Ok(())
}

/// Takes customers out of what others have of them: the other side of relations, households (the last one takes its home
/// along), and what stood in them before imports.
pub(in crate::customer) async fn traces(
    db: &impl ConnectionTrait,
    id: CustomerId,
    others: &[CustomerId],
    household: Option<HouseholdId>,
) -> Result<(), DbErr> {
    for other in others {
        sql("DELETE FROM relation WHERE bucket = $1 AND customer_id = $2 AND other_id = $3")
            .bind(other.bucket())
            .bind(*other)
            .bind(id)
            .run(db)
            .await?;
    }
    if let Some(household) = household {
        kin::leave(db, household, id).await?;
    }
    sql("UPDATE batch_entry SET before = '', reason = '' WHERE bucket = $1 AND customer_id = $2")
        .bind(id.bucket())
        .bind(id)
        .run(db)
        .await?;
    Ok(())
}

/// Deletes agreements of a customer; one that was paid or billed since is no longer only the batch's, and stays.
pub(in crate::customer) async fn agreements(
    db: &impl ConnectionTrait,
    customer: CustomerId,
    ids: &[AgreementId],
) -> Result<u64, DbErr> {
    if ids.is_empty() {
        return Ok(0);
    }
    const UNPAID: &str = " AND NOT EXISTS (SELECT 1 FROM payment p WHERE p.bucket = agreement.bucket
           AND p.customer_id = agreement.customer_id AND p.agreement_id = agreement.id)
         AND NOT EXISTS (SELECT 1 FROM bill b WHERE b.bucket = agreement.bucket
           AND b.customer_id = agreement.customer_id AND b.agreement_id = agreement.id)";
    sql("DELETE FROM agreement WHERE bucket = $1 AND id IN ")
        .bind(customer.bucket())
        .list(ids.iter().copied())
        .text(UNPAID)
        .run(db)
        .await
}

/// Of whom a batch brought or named order lines.
pub(in crate::customer) async fn buyers_of_batch(
    db: &impl ConnectionTrait,
    batch: BatchId,
) -> Result<std::collections::BTreeSet<CustomerId>, DbErr> {
    let buyers =
        sql("SELECT DISTINCT customer_id FROM purchase_line WHERE $1 IN (batch_id, again_batch_id)").bind(batch);
    Ok(buyers.all(db, |row| row.get("customer_id")).await?.into_iter().collect())
}

/// Deletes the lines that a batch brought and no other batch that stands named, takes their amounts off orders that stay, and deletes orders left empty. An
/// order in which another batch has lines is that batch's from now on, so that it goes with the last of them.
pub(in crate::customer) async fn orders_of_batch(db: &impl ConnectionTrait, batch: BatchId) -> Result<(), DbErr> {
    sql("UPDATE purchase_line SET again_batch_id = NULL WHERE again_batch_id = $1").bind(batch).run(db).await?;
    sql("UPDATE purchase_line SET batch_id = again_batch_id, again_batch_id = NULL
         WHERE batch_id = $1 AND again_batch_id IS NOT NULL")
    .bind(batch)
    .run(db)
    .await?;
    sql("UPDATE purchase SET amount_minor = amount_minor - (
           SELECT CAST(COALESCE(SUM(l.quantity * l.unit_price_minor), 0) AS BIGINT) FROM purchase_line l
           WHERE l.bucket = purchase.bucket AND l.purchase_id = purchase.id AND l.batch_id = $1)
         WHERE EXISTS (SELECT 1 FROM purchase_line l
           WHERE l.bucket = purchase.bucket AND l.purchase_id = purchase.id AND l.batch_id = $1)")
    .bind(batch)
    .run(db)
    .await?;
    sql("DELETE FROM purchase_line WHERE batch_id = $1").bind(batch).run(db).await?;
    sql("DELETE FROM purchase WHERE batch_id = $1 AND NOT EXISTS (SELECT 1 FROM purchase_line l
           WHERE l.bucket = purchase.bucket AND l.purchase_id = purchase.id)")
    .bind(batch)
    .run(db)
    .await?;
    sql("UPDATE purchase SET batch_id = (SELECT l.batch_id FROM purchase_line l
           WHERE l.bucket = purchase.bucket AND l.purchase_id = purchase.id ORDER BY l.line LIMIT 1)
         WHERE batch_id = $1")
    .bind(batch)
    .run(db)
    .await?;
    Ok(())
}
