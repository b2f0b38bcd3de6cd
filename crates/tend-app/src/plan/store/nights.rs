//! What nights decided, that they ran, and the touches that stand when one begins.

use crate::platform::{Bind, Retire, Row, Scan, insert_many, retire, sql};
use sea_orm::{ConnectionTrait, DbErr, StreamTrait};
use tend_planner::Standing;
use tend_rules::base::*;
use uuid::Uuid;

/// A touch that exists, as the budget of attention sees it.
#[derive(Debug, Clone)]
pub(in crate::plan) struct StandingTouch {
    pub customer: CustomerId,
    pub plan: Option<PlanId>,
    pub subject: Uuid,
    pub due: Day,
    pub not_after: Day,
    pub owner: Option<StaffId>,
    pub standing: Standing,
}

const TOUCH: &str = "SELECT customer_id, plan_id, subject_id, due_day, not_after_day, owner_id, state
     FROM attention_touch";

/// By the states and not by `standing`, which no index serves: most touches of a firm closed long ago.
const OPEN_OR_SINCE: &str = " WHERE state IN ('planned', 'assigned', 'accepted', 'returned')
     OR (state IN ('done', 'failed', 'expired', 'verified', 'withdrawn') AND due_day >= ";

fn standing(state: &str) -> Standing {
    match state {
        "planned" | "assigned" | "accepted" | "returned" => Standing::Open,
        "withdrawn" => Standing::Withdrawn,
        _ => Standing::Closed,
    }
}

fn touch(row: &Row) -> Result<StandingTouch, DbErr> {
    Ok(StandingTouch {
        customer: row.get(0)?,
        plan: row.get(1)?,
        subject: row.get(2)?,
        due: row.get(3)?,
        not_after: row.get(4)?,
        owner: row.get(5)?,
        standing: standing(&row.get::<String>(6)?),
    })
}

/// Every open touch, and every one that fell due since `since`: tens of thousands, and so read by a scan.
pub(in crate::plan) fn touches(scan: &mut Scan, since: Day) -> Result<Vec<StandingTouch>, DbErr> {
    let mut found = Vec::new();
    let day = |day: Option<Day>| day.ok_or_else(|| DbErr::Type("a touch without a day".into()));
    let text = format!("{TOUCH}{OPEN_OR_SINCE}$1 AND due_day <= $2)");
    scan.between(&text, since..=Day::from_number(i32::MAX), |row| {
        found.push(StandingTouch {
            customer: CustomerId(row.id(0)?),
            plan: row.uuid(1)?.map(PlanId),
            subject: row.id(2)?,
            due: day(row.day(3)?)?,
            not_after: day(row.day(4)?)?,
            owner: row.uuid(5)?.map(StaffId),
            standing: standing(row.text(6)?),
        });
        Ok(())
    })?;
    Ok(found)
}

/// The touches of one customer.
pub(in crate::plan) async fn touches_of(
    db: &impl ConnectionTrait,
    customer: CustomerId,
    since: Day,
) -> Result<Vec<StandingTouch>, DbErr> {
    sql(TOUCH)
        .text(" WHERE bucket = ")
        .arg(customer.bucket())
        .text(" AND customer_id = ")
        .arg(customer)
        .text(" AND (standing = 'open' OR due_day >= ")
        .arg(since)
        .text(") LIMIT 10000")
        .all(db, touch)
        .await
}

/// The decisions of a day, bucket by bucket, coded.
pub(in crate::plan) async fn decisions<C>(db: &C, day: Day) -> Result<Vec<(Bucket, Vec<u8>)>, DbErr>
where
    C: ConnectionTrait + StreamTrait,
{
    let mut found = Vec::new();
    sql("SELECT bucket, content FROM plan_decision WHERE day = $1")
        .bind(day)
        .each(db, |row| {
            found.push((row.get(0)?, row.get(1)?));
            Ok(())
        })
        .await?;
    Ok(found)
}

pub(in crate::plan) async fn decisions_of(
    db: &impl ConnectionTrait,
    bucket: Bucket,
    day: Day,
) -> Result<Option<Vec<u8>>, DbErr> {
    sql("SELECT content FROM plan_decision WHERE bucket = $1 AND day = $2")
        .bind(bucket)
        .bind(day)
        .one(db, |row| row.get(0))
        .await
}

pub(in crate::plan) async fn put_decisions(
    db: &impl ConnectionTrait,
    day: Day,
    decisions: Vec<(Bucket, Vec<u8>)>,
) -> Result<u64, DbErr> {
    let rows = decisions
        .into_iter()
        .map(|(bucket, content)| vec![bucket.into_value(), day.into_value(), content.into_value()]);
    let tail = "ON CONFLICT (bucket, day) DO UPDATE SET content = excluded.content";
    insert_many(db, "plan_decision", &["bucket", "day", "content"], rows.collect(), tail).await
}

/// The last day before `day` and not before `oldest` on which a night decided anything.
pub(in crate::plan) async fn last_decided(
    db: &impl ConnectionTrait,
    day: Day,
    oldest: Day,
) -> Result<Option<Day>, DbErr> {
    sql("SELECT MAX(day) FROM plan_run WHERE day < $1 AND day >= $2").bind(day).bind(oldest).value(db).await
}

/// Decisions of nights before a day.
pub(in crate::plan) async fn retire_decisions(
    db: &impl ConnectionTrait,
    how: Retire,
    before: Day,
) -> Result<i64, DbErr> {
    retire(db, how, ("plan_decision", &["bucket", "day"]), |statement| statement.text("t.day < ").arg(before)).await
}

/// A night that ran.
#[derive(Debug, Clone)]
pub(in crate::plan) struct RunRow {
    pub day: Day,
    pub first_at: Instant,
    pub last_at: Instant,
    pub runs: i32,
    pub counts: String,
}

pub(in crate::plan) async fn runs(db: &impl ConnectionTrait, limit: i64) -> Result<Vec<RunRow>, DbErr> {
    sql("SELECT day, first_at_ms, last_at_ms, runs, counts FROM plan_run ORDER BY day DESC LIMIT $1")
        .bind(limit)
        .all(db, |row| {
            Ok(RunRow {
                day: row.get("day")?,
                first_at: row.get("first_at_ms")?,
                last_at: row.get("last_at_ms")?,
                runs: row.get("runs")?,
                counts: row.get("counts")?,
            })
        })
        .await
}

/// When the last night for the day ended.
pub(in crate::plan) async fn ended_at(db: &impl ConnectionTrait, day: Day) -> Result<Option<Instant>, DbErr> {
    sql("SELECT last_at_ms FROM plan_run WHERE day = $1").bind(day).one(db, |row| row.get("last_at_ms")).await
}

/// Whether a night ran for the day.
pub(in crate::plan) async fn has_run(db: &impl ConnectionTrait, day: Day) -> Result<bool, DbErr> {
    let runs: i64 = sql("SELECT COUNT(*) FROM plan_run WHERE day = $1").bind(day).value(db).await?;
    Ok(runs > 0)
}

pub(in crate::plan) async fn note_run(
    db: &impl ConnectionTrait,
    day: Day,
    counts: &str,
    now: Instant,
) -> Result<u64, DbErr> {
    sql("INSERT INTO plan_run (day, first_at_ms, last_at_ms, runs, counts) VALUES ($1, $2, $2, 1, $3)
         ON CONFLICT (day) DO UPDATE SET last_at_ms = excluded.last_at_ms, runs = plan_run.runs + 1,
           counts = excluded.counts")
    .bind(day)
    .bind(now)
    .bind(counts)
    .run(db)
    .await
}
