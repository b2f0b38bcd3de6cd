//! Writing touches: made once, moved only from the state and version that was seen.

use super::read::in_scope;
use crate::platform::{Bind, sql};
use crate::work::touch::{Cause, NewTouch, Touch};
use sea_orm::{ConnectionTrait, DbErr, Value};
use tend_rules::base::*;
use tend_rules::org::Scope;

const COLUMNS: [&str; 28] = [
    "bucket",
    "id",
    "customer_id",
    "cause_id",
    "plan_id",
    "plan_key",
    "batch_id",
    "subject_id",
    "due_day",
    "not_after_day",
    "at_minute",
    "business_type",
    "title_zh",
    "title_en",
    "reason_zh",
    "reason_en",
    "script_key",
    "template_keys",
    "attention",
    "channel",
    "priority",
    "worth_minor",
    "state",
    "unit_id",
    "owner_id",
    "created_at_ms",
    "outcome_code",
    "return_reason",
];

fn values(id: TouchId, new: &NewTouch, now: Instant) -> Vec<Value> {
    let (plan, key, batch) = match &new.cause {
        Cause::Plan { id, key } => (Some(*id), key.as_str(), None),
        Cause::Batch(id) => (None, "", Some(*id)),
        Cause::Person(_) => (None, "", None),
    };
    vec![
        id.bucket().into_value(),
        id.into_value(),
        new.customer.into_value(),
        new.cause.id().into_value(),
        plan.into_value(),
        key.into_value(),
        batch.into_value(),
        new.subject.into_value(),
        new.due.into_value(),
        new.not_after.into_value(),
        new.at_minute.map(|minute| minute as i16).into_value(),
        new.business_type.as_str().into_value(),
        new.title.zh.as_str().into_value(),
        new.title.en.as_str().into_value(),
        new.reason.zh.as_str().into_value(),
        new.reason.en.as_str().into_value(),
        new.script_key.as_str().into_value(),
        new.template_keys.join(",").into_value(),
        new.attention.word().into_value(),
        new.channel.word().into_value(),
        new.priority.into_value(),
        new.worth_minor.into_value(),
        if new.owner.is_some() { "assigned" } else { "planned" }.into_value(),
        new.unit.into_value(),
        new.owner.into_value(),
        now.into_value(),
        "".into_value(),
        "".into_value(),
    ]
}

/// Writes touches; those that exist by cause, customer, subject and due day are left alone, save withdrawn ones, which
/// stand in nobody's way. Answers the ids of the new.
pub(in crate::work) async fn insert(
    db: &impl ConnectionTrait,
    rows: &[(TouchId, NewTouch)],
    now: Instant,
) -> Result<Vec<TouchId>, DbErr> {
    let mut new = Vec::with_capacity(rows.len());
    for some in rows.chunks(300) {
        let mut statement = sql(&format!("INSERT INTO touch ({}) VALUES ", COLUMNS.join(", ")));
        for (place, (id, touch)) in some.iter().enumerate() {
            statement = statement.text(if place == 0 { "" } else { ", " }).list(values(*id, touch, now));
        }
        new.extend(
            statement
                .text(
                    " ON CONFLICT (bucket, cause_id, customer_id, subject_id, due_day) WHERE state <> 'withdrawn'
                      DO NOTHING RETURNING id",
                )
                .all(db, |row| row.get::<TouchId>("id"))
                .await?,
        );
    }
    Ok(new)
}

/// What a claim found out.
#[derive(Debug)]
pub(in crate::work) struct ClaimedRow {
    pub customer_id: CustomerId,
    pub unit_id: UnitId,
}

/// Takes a touch by one conditional update: it was nobody's, or on this person's list and not begun, its last day is not
/// over, and nobody takes the batch back that asked for it.
pub(in crate::work) async fn claim(
    db: &impl ConnectionTrait,
    scope: &Scope,
    me: StaffId,
    id: TouchId,
    today: Day,
) -> Result<Option<ClaimedRow>, DbErr> {
    let statement = sql("UPDATE touch AS t SET state = 'accepted', owner_id = $1, version = version + 1
         WHERE t.bucket = $2 AND t.id = $3 AND t.not_after_day >= $4
           AND (t.state = 'planned' OR (t.state IN ('assigned', 'returned') AND t.owner_id = $1))
           AND NOT EXISTS (SELECT 1 FROM batch_head b WHERE b.id = t.batch_id AND b.state IN ('undoing', 'undone')) AND ")
    .bind(me)
    .bind(id.bucket())
    .bind(id)
    .bind(today);
    in_scope(statement, scope)
        .text(" RETURNING customer_id, unit_id")
        .one(db, |row| Ok(ClaimedRow { customer_id: row.get("customer_id")?, unit_id: row.get("unit_id")? }))
        .await
}

/// Writes what may change of a touch, if it still is as it was seen. Answers 1, or 0 if somebody was faster.
pub(in crate::work) async fn save(db: &impl ConnectionTrait, before: &Touch, after: &Touch) -> Result<u64, DbErr> {
    sql("UPDATE touch SET state = $1, owner_id = $2, unit_id = $3, snoozed_until_ms = $4, not_after_day = $5,
           outcome_code = $6, return_reason = $7, finished_at_ms = $8, version = version + 1
         WHERE bucket = $9 AND id = $10 AND state = $11 AND version = $12")
    .bind(after.state.word())
    .bind(after.owner_id)
    .bind(after.unit_id)
    .bind(after.snoozed_until)
    .bind(after.not_after)
    .bind(&after.outcome_code)
    .bind(&after.return_reason)
    .bind(after.finished_at)
    .bind(before.id.bucket())
    .bind(before.id)
    .bind(before.state.word())
    .bind(before.version)
    .run(db)
    .await
}

/// A touch that the program closed by itself.
#[derive(Debug)]
pub(in crate::work) struct Closed {
    pub id: TouchId,
    pub customer_id: CustomerId,
    pub unit_id: UnitId,
    pub owner_id: Option<StaffId>,
}

/// Why the program closes touches by itself.
#[derive(Debug, Clone, Copy)]
pub(in crate::work) enum Closing {
    /// Their last day is over.
    Expired {
        /// The day that has begun.
        today: Day,
    },
    /// The batch that asked for them was taken back.
    Withdrawn,
}

/// Closes up to 1000 open touches in one statement, so that nobody can take one of them in between.
pub(in crate::work) async fn close_some(
    db: &impl ConnectionTrait,
    closing: Closing,
    now: Instant,
) -> Result<Vec<Closed>, DbErr> {
    let open = "t.state IN ('planned', 'assigned', 'accepted', 'returned')";
    let word = match closing {
        Closing::Expired { .. } => "expired",
        Closing::Withdrawn => "withdrawn",
    };
    let statement = sql("UPDATE touch SET version = version + 1, snoozed_until_ms = NULL, finished_at_ms = ")
        .arg(now)
        .text(", state = ")
        .arg(word)
        .text(" WHERE state IN ('planned', 'assigned', 'accepted', 'returned') AND (bucket, id) IN (SELECT t.bucket, t.id FROM touch t WHERE ")
        .text(open);
    let statement = match closing {
        Closing::Expired { today } => statement.text(" AND t.not_after_day < ").arg(today),
        Closing::Withdrawn => {
            statement.text(" AND t.batch_id IN (SELECT b.id FROM batch_head b WHERE b.state = 'undone')")
        }
    };
    statement
        .text(" LIMIT 1000) RETURNING id, customer_id, unit_id, owner_id")
        .all(db, |row| {
            Ok(Closed {
                id: row.get("id")?,
                customer_id: row.get("customer_id")?,
                unit_id: row.get("unit_id")?,
                owner_id: row.get("owner_id")?,
            })
        })
        .await
}
