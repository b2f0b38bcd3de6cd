//! Touches that go over to another record of the same person. Read by customer, whoever has them: who merges two
//! customers sees both.

use crate::customer::WorkWith;
use crate::platform::{Bind, Named, Table, sql, with_rows};
use sea_orm::{ConnectionTrait, DbErr};
use tend_rules::base::*;
use tend_rules::work::State;
use uuid::Uuid;

/// What must be known of a touch to take it over.
#[derive(Debug, Clone)]
pub(in crate::work) struct TouchRow {
    pub id: TouchId,
    pub cause: Uuid,
    pub subject: Uuid,
    pub due: Day,
    pub state: State,
}

/// All touches of a customer, locked until the end of the transaction.
pub(in crate::work) async fn of_customer(
    db: &impl ConnectionTrait,
    customer: CustomerId,
) -> Result<Vec<TouchRow>, DbErr> {
    sql("UPDATE touch SET version = version + 1 WHERE bucket = $1 AND customer_id = $2")
        .bind(customer.bucket())
        .bind(customer)
        .run(db)
        .await?;
    seen_of_customer(db, customer).await
}

/// All touches of a customer.
pub(in crate::work) async fn seen_of_customer(
    db: &impl ConnectionTrait,
    customer: CustomerId,
) -> Result<Vec<TouchRow>, DbErr> {
    sql("SELECT id, cause_id, subject_id, due_day, state FROM touch
         WHERE bucket = $1 AND customer_id = $2 ORDER BY id")
    .bind(customer.bucket())
    .bind(customer)
    .all(db, |row| {
        let word: String = row.get("state")?;
        let state = State::from_word(&word).ok_or_else(|| DbErr::Type(format!("{word} is no state")))?;
        let (id, cause, subject) = (row.get("id")?, row.get("cause_id")?, row.get("subject_id")?);
        Ok(TouchRow { id, cause, subject, due: row.get("due_day")?, state })
    })
    .await
}

/// The open touches of customers, and who has them. At most a few thousand customers: two values each.
pub(in crate::work) async fn open_with(
    db: &impl ConnectionTrait,
    customers: &[CustomerId],
) -> Result<Vec<WorkWith>, DbErr> {
    with_rows("bucket, id", customers.iter().map(|id| [id.bucket().into_value(), id.into_value()]))
        .text(
            "SELECT t.customer_id, t.id, t.unit_id, t.owner_id, t.not_after_day FROM w CROSS JOIN touch t
             WHERE t.bucket = w.bucket AND t.customer_id = w.id
               AND t.state IN ('planned', 'assigned', 'accepted', 'returned')",
        )
        .all(db, |row| {
            let (unit, person, until) = (row.get("unit_id")?, row.get("owner_id")?, row.get("not_after_day")?);
            Ok(WorkWith { customer: row.get("customer_id")?, touch: row.get("id")?, unit, person, until })
        })
        .await
}

/// How many touches a customer has: all, and those still open.
pub(in crate::work) async fn count(db: &impl ConnectionTrait, customer: CustomerId) -> Result<(i64, i64), DbErr> {
    sql("SELECT CAST(COUNT(*) AS BIGINT) AS every,
           CAST(COALESCE(SUM(CASE WHEN state IN ('planned', 'assigned', 'accepted', 'returned') THEN 1 ELSE 0 END), 0)
             AS BIGINT) AS open
         FROM touch WHERE bucket = $1 AND customer_id = $2")
    .bind(customer.bucket())
    .bind(customer)
    .one(db, |row| Ok((row.get("every")?, row.get("open")?)))
    .await
    .map(Option::unwrap_or_default)
}

/// Moves touches with what was said about them: from, to, and each with its subject there.
pub(in crate::work) async fn carry(
    db: &impl ConnectionTrait,
    (from, to): (CustomerId, CustomerId),
    touches: &[(TouchId, Uuid)],
) -> Result<(), DbErr> {
    let (there, here) = (to.bucket().into_value(), from.bucket().into_value());
    let owner = || [("bucket", there.clone()), ("customer_id", to.into_value())];
    let table = Table::of(db, "touch_verification").await?;
    let verified = sql("SELECT id, touch_id FROM touch_verification WHERE bucket = $1 AND customer_id = $2")
        .bind(from.bucket())
        .bind(from)
        .all(db, |row| Ok((row.get::<Uuid>("id")?, row.get::<TouchId>("touch_id")?)))
        .await?;
    let goes = |touch: &TouchId| touches.iter().any(|(id, _)| id == touch);
    for (id, touch) in verified.into_iter().filter(|(_, touch)| goes(touch)) {
        let mut fresh: Vec<Named<'_>> = owner().to_vec();
        fresh.push(("id", in_bucket(id, to.bucket()).into_value()));
        fresh.push(("touch_id", touch.moved_to(to.bucket()).into_value()));
        table.carry(db, &[("bucket", here.clone()), ("id", id.into_value())], &fresh).await?;
    }
    let (table, samples) = (Table::of(db, "touch").await?, Table::of(db, "verification_sample").await?);
    for (id, subject) in touches {
        let moved = id.moved_to(to.bucket()).into_value();
        let mut fresh: Vec<Named<'_>> = owner().to_vec();
        fresh.extend([("id", moved.clone()), ("subject_id", (*subject).into_value())]);
        table.carry(db, &[("bucket", here.clone()), ("id", (*id).into_value())], &fresh).await?;
        let found = [("bucket", here.clone()), ("touch_id", (*id).into_value())];
        samples.carry(db, &found, &[("bucket", there.clone()), ("touch_id", moved)]).await?;
    }
    Ok(())
}

/// Opens a touch again that was withdrawn because the other record had the same, unless the same was made anew since.
pub(in crate::work) async fn reopen(
    db: &impl ConnectionTrait,
    id: TouchId,
    state: State,
    today: Day,
) -> Result<u64, DbErr> {
    sql("UPDATE touch SET state = $1, finished_at_ms = NULL, version = version + 1
         WHERE bucket = $2 AND id = $3 AND state = 'withdrawn' AND not_after_day >= $4
           AND NOT EXISTS (SELECT 1 FROM touch o
             WHERE o.bucket = touch.bucket AND o.cause_id = touch.cause_id AND o.customer_id = touch.customer_id
               AND o.subject_id = touch.subject_id AND o.due_day = touch.due_day AND o.state <> 'withdrawn')")
    .bind(state.word())
    .bind(id.bucket())
    .bind(id)
    .bind(today)
    .run(db)
    .await
}
