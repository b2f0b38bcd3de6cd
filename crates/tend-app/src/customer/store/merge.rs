//! Records that were merged into another one: the row as it stood, and who is part of whom.

use super::people::{SELECTED, shaped};
use super::sight::visible;
use super::wanted;
use crate::platform::{Bind, Named, Row, Table, sql};
use sea_orm::{ConnectionTrait, DbErr};
use tend_rules::base::*;
use tend_rules::customer::Customer;
use tend_rules::org::Scope;
use uuid::Uuid;

/// A record that was merged into another one, as it stood.
#[derive(Debug)]
pub(in crate::customer) struct MergedRow {
    pub file: Customer,
    pub survivor: CustomerId,
    pub by: String,
    pub at: Instant,
    /// Sealed with the key of the record that stays.
    pub reason: String,
    pub changed: String,
}

/// What is kept of a merge besides the record.
#[derive(Debug)]
pub(in crate::customer) struct Merging<'m> {
    pub other: CustomerId,
    pub survivor: CustomerId,
    pub by: &'m str,
    pub at: Instant,
    pub reason: &'m str,
    pub changed: &'m str,
}

fn place(id: CustomerId) -> [Named<'static>; 2] {
    [("bucket", id.bucket().into_value()), ("id", id.into_value())]
}

/// Takes a record out of the file and keeps it as it stands. Answers 0 if it is not there any more.
pub(in crate::customer) async fn put_away(db: &impl ConnectionTrait, merging: &Merging<'_>) -> Result<u64, DbErr> {
    let fresh = [
        ("survivor_id", merging.survivor.into_value()),
        ("whole_bucket", merging.survivor.bucket().into_value()),
        ("whole_id", merging.survivor.into_value()),
        ("merged_by", merging.by.into_value()),
        ("merged_at_ms", merging.at.into_value()),
        ("reason", merging.reason.into_value()),
        ("changed", merging.changed.into_value()),
    ];
    let found = place(merging.other);
    let kept = Table::of(db, "merged_customer").await?.take(db, "customer", &found, &fresh).await?;
    Table::of(db, "customer").await?.delete(db, &found).await?;
    sql("INSERT INTO merge_part (bucket, survivor_id, merged_id) VALUES ($1, $2, $3)")
        .bind(merging.survivor.bucket())
        .bind(merging.survivor)
        .bind(merging.other)
        .run(db)
        .await?;
    Ok(kept)
}

/// Brings a record back into the file as it stood. Answers 0 if it is back already.
pub(in crate::customer) async fn bring_back(
    db: &impl ConnectionTrait,
    other: CustomerId,
    survivor: CustomerId,
) -> Result<u64, DbErr> {
    let found = place(other);
    let back = Table::of(db, "customer").await?.take(db, "merged_customer", &found, &[]).await?;
    Table::of(db, "merged_customer").await?.delete(db, &found).await?;
    sql("DELETE FROM merge_part WHERE bucket = $1 AND survivor_id = $2 AND merged_id = $3")
        .bind(survivor.bucket())
        .bind(survivor)
        .bind(other)
        .run(db)
        .await?;
    Ok(back)
}

/// The record on file of which a merged record is part, whoever asks: the answer is worth something only to those who
/// may see that one.
pub(in crate::customer) async fn whole_of(
    db: &impl ConnectionTrait,
    id: CustomerId,
) -> Result<Option<CustomerId>, DbErr> {
    sql("SELECT whole_id FROM merged_customer WHERE bucket = $1 AND id = $2")
        .bind(id.bucket())
        .bind(id)
        .one(db, |row| row.get("whole_id"))
        .await
}

/// Of which records on file those of the records are part that were merged.
pub(in crate::customer) async fn wholes_of(
    db: &impl ConnectionTrait,
    ids: &[CustomerId],
) -> Result<Vec<CustomerId>, DbErr> {
    let mut found = Vec::new();
    for ids in ids.chunks(2000) {
        let rest = "SELECT c.whole_id FROM w CROSS JOIN merged_customer c WHERE c.bucket = w.bucket AND c.id = w.id";
        found.extend(wanted(ids, rest).all(db, |row| row.get::<CustomerId>("whole_id")).await?);
    }
    Ok(found)
}

/// Notes of which record on file merged records are part by now.
pub(in crate::customer) async fn are_part_of(
    db: &impl ConnectionTrait,
    parts: &[CustomerId],
    whole: CustomerId,
) -> Result<(), DbErr> {
    for part in parts {
        sql("UPDATE merged_customer SET whole_bucket = $1, whole_id = $2 WHERE bucket = $3 AND id = $4")
            .bind(whole.bucket())
            .bind(whole)
            .bind(part.bucket())
            .bind(*part)
            .run(db)
            .await?;
    }
    Ok(())
}

/// Forgets that records were merged, when the whole is erased.
pub(in crate::customer) async fn forget(db: &impl ConnectionTrait, parts: &[CustomerId]) -> Result<(), DbErr> {
    for part in parts {
        Table::of(db, "merged_customer").await?.delete(db, &place(*part)).await?;
    }
    for survivor in parts {
        let found = [("bucket", survivor.bucket().into_value()), ("survivor_id", survivor.into_value())];
        Table::of(db, "merge_part").await?.delete(db, &found).await?;
    }
    Ok(())
}

/// The records that were merged into these ones, each behind the one it was merged into; not those that came along with
/// them.
pub(in crate::customer) async fn parts_of(
    db: &impl ConnectionTrait,
    survivors: &[CustomerId],
) -> Result<Vec<(CustomerId, CustomerId)>, DbErr> {
    let mut found = Vec::new();
    for survivors in survivors.chunks(2000) {
        let rest = "SELECT p.survivor_id, p.merged_id FROM w CROSS JOIN merge_part p
             WHERE p.bucket = w.bucket AND p.survivor_id = w.id ORDER BY p.merged_id";
        let rows = wanted(survivors, rest);
        found.extend(rows.all(db, |row| Ok((row.get("survivor_id")?, row.get("merged_id")?))).await?);
    }
    Ok(found)
}

/// Those of the merged records that the scope would show.
pub(in crate::customer) async fn merged(
    db: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[CustomerId],
) -> Result<Vec<MergedRow>, DbErr> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rest = format!(
        "SELECT {SELECTED}, c.survivor_id, c.merged_by, c.merged_at_ms, c.reason, c.changed
         FROM w CROSS JOIN merged_customer c WHERE c.bucket = w.bucket AND c.id = w.id AND "
    );
    visible(wanted(ids, &rest), scope).text(" ORDER BY c.merged_at_ms DESC").all(db, merged_row).await
}

fn merged_row(row: &Row) -> Result<MergedRow, DbErr> {
    Ok(MergedRow {
        file: shaped(row)?,
        survivor: row.get("survivor_id")?,
        by: row.get("merged_by")?,
        at: row.get("merged_at_ms")?,
        reason: row.get("reason")?,
        changed: row.get("changed")?,
    })
}

/// The numbers of merged records in other systems.
pub(in crate::customer) async fn numbers_of(
    db: &impl ConnectionTrait,
    merged: &[CustomerId],
) -> Result<Vec<(CustomerId, String)>, DbErr> {
    let mut found = Vec::new();
    for merged in merged.chunks(2000) {
        let rest = "SELECT c.id, c.outside_id FROM w CROSS JOIN merged_customer c
             WHERE c.bucket = w.bucket AND c.id = w.id AND c.outside_id IS NOT NULL";
        found.extend(wanted(merged, rest).all(db, |row| Ok((row.get("id")?, row.get("outside_id")?))).await?);
    }
    Ok(found)
}

/// The sealed reasons of merges that have one.
pub(in crate::customer) async fn reasons_of(
    db: &impl ConnectionTrait,
    merged: &[CustomerId],
) -> Result<Vec<(CustomerId, String)>, DbErr> {
    let mut found = Vec::new();
    for merged in merged.chunks(2000) {
        let rest = "SELECT c.id, c.reason FROM w CROSS JOIN merged_customer c
             WHERE c.bucket = w.bucket AND c.id = w.id AND c.reason <> ''";
        found.extend(wanted(merged, rest).all(db, |row| Ok((row.get("id")?, row.get("reason")?))).await?);
    }
    Ok(found)
}

/// The reasons of merges behind a place, with the record that stayed.
pub(in crate::customer) async fn reasons_behind(
    db: &impl ConnectionTrait,
    (bucket, id): (Bucket, Uuid),
    limit: i64,
) -> Result<Vec<(CustomerId, CustomerId, String)>, DbErr> {
    sql("SELECT id, survivor_id, reason FROM merged_customer
         WHERE (bucket > $1 OR (bucket = $1 AND id > $2)) AND reason <> ''
         ORDER BY bucket, id LIMIT $3")
    .bind(bucket)
    .bind(id)
    .bind(limit)
    .all(db, |row| Ok((row.get("id")?, row.get("survivor_id")?, row.get("reason")?)))
    .await
}

/// A proof of what was said.
#[derive(Debug)]
pub(in crate::customer) struct Proof {
    pub id: Uuid,
    pub channel: String,
    pub purpose: String,
    pub verdict: String,
    /// As it is kept.
    pub proof: String,
}

/// The proofs of a customer, oldest first.
pub(in crate::customer) async fn proofs(db: &impl ConnectionTrait, id: CustomerId) -> Result<Vec<Proof>, DbErr> {
    sql("SELECT id, channel, purpose, verdict, proof FROM customer_consent
         WHERE bucket = $1 AND customer_id = $2 ORDER BY at_ms, id")
    .bind(id.bucket())
    .bind(id)
    .all(db, |row| {
        let (id, channel) = (row.get("id")?, row.get("channel")?);
        let (verdict, proof) = (row.get("verdict")?, row.get("proof")?);
        Ok(Proof { id, channel, purpose: row.get("purpose")?, verdict, proof })
    })
    .await
}

/// Forgets proofs that came over with a merge; refusals stay for ever.
pub(in crate::customer) async fn forget_proofs(
    db: &impl ConnectionTrait,
    id: CustomerId,
    proofs: &[Uuid],
) -> Result<u64, DbErr> {
    sql("DELETE FROM customer_consent WHERE verdict <> 'refused' AND bucket = ")
        .arg(id.bucket())
        .text(" AND customer_id = ")
        .arg(id)
        .text(" AND id IN ")
        .list(proofs.iter().copied())
        .run(db)
        .await
}

/// Customers of a scope who bear a name, or one that sounds the same: so many candidates as come first. In an order, all
/// namesakes of a large firm would be read to find them.
pub(in crate::customer) async fn alike_by_name(
    db: &impl ConnectionTrait,
    scope: &Scope,
    file: &Customer,
    limit: i64,
) -> Result<Vec<CustomerId>, DbErr> {
    let statement = sql("SELECT c.id FROM customer c WHERE (c.name = ").arg(&file.name).text(" OR c.pinyin = ");
    visible(statement.arg(&file.pinyin).text(" AND c.pinyin <> '') AND "), scope)
        .text(" LIMIT ")
        .arg(limit)
        .all(db, |row| row.get("id"))
        .await
}

/// Makes a bill unpaid again whose payment went back with another record.
pub(in crate::customer) async fn unpay_bill(
    db: &impl ConnectionTrait,
    customer: CustomerId,
    bill: BillId,
    was_on: Day,
) -> Result<u64, DbErr> {
    sql("UPDATE bill SET paid_on_day = NULL WHERE bucket = $1 AND id = $2 AND customer_id = $3 AND paid_on_day = $4")
        .bind(customer.bucket())
        .bind(bill)
        .bind(customer)
        .bind(was_on)
        .run(db)
        .await
}

/// The sights of a customer that come with work orders.
pub(in crate::customer) async fn sights(
    db: &impl ConnectionTrait,
    id: CustomerId,
    touches: &[TouchId],
) -> Result<Vec<TouchId>, DbErr> {
    sql("SELECT touch_id FROM customer_sight WHERE bucket = ")
        .arg(id.bucket())
        .text(" AND customer_id = ")
        .arg(id)
        .text(" AND touch_id IN ")
        .list(touches.iter().copied())
        .all(db, |row| row.get("touch_id"))
        .await
}
