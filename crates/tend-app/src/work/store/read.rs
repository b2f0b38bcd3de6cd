//! Reading touches. Every question takes a scope.

use crate::org;
use crate::platform::{FromColumn, Row, Sql, sql};
use crate::work::touch::{Attention, Both, Cause, Touch, TouchCustomer};
use sea_orm::{ConnectionTrait, DbErr};
use tend_rules::base::*;
use tend_rules::org::Scope;
use tend_rules::work::State;

const TOUCH: &str =
    "SELECT t.id, t.customer_id, t.cause_id, t.plan_id, t.plan_key, t.batch_id, t.subject_id, t.due_day,
       t.not_after_day, t.at_minute, t.business_type, t.title_zh, t.title_en, t.reason_zh, t.reason_en, t.script_key,
       t.template_keys, t.attention, t.channel, t.priority, t.worth_minor, t.state, t.unit_id, t.owner_id,
       t.snoozed_until_ms, t.outcome_code, t.return_reason, t.finished_at_ms, t.version, t.created_at_ms,
       h.name AS customer_name, h.tier, h.class, h.region, h.owner_id AS customer_owner_id,
       h.unit_id AS customer_unit_id, h.last_contact_day, s.name AS owner_name, b.name AS batch_name
     FROM touch t
     JOIN customer_head h ON h.bucket = t.bucket AND h.id = t.customer_id
     LEFT JOIN staff_head s ON s.id = t.owner_id
     LEFT JOIN batch_head b ON b.id = t.batch_id
     WHERE ";

fn touch(row: &Row) -> Result<Touch, DbErr> {
    let word: String = row.get("state")?;
    let channel: String = row.get("channel")?;
    let batch: Option<BatchId> = row.get("batch_id")?;
    let plan: Option<PlanId> = row.get("plan_id")?;
    let cause = match (plan, batch) {
        (Some(id), _) => Cause::Plan { id, key: row.get("plan_key")? },
        (None, Some(id)) => Cause::Batch(id),
        (None, None) => Cause::Person(row.get("cause_id")?),
    };
    Ok(Touch {
        id: row.get("id")?,
        customer: TouchCustomer {
            id: row.get("customer_id")?,
            name: row.get("customer_name")?,
            tier: row.get("tier")?,
            class: row.get("class")?,
            region: row.get("region")?,
            owner_id: row.get("customer_owner_id")?,
            unit_id: row.get("customer_unit_id")?,
            last_contact: row.get("last_contact_day")?,
        },
        cause,
        batch_name: row.get("batch_name")?,
        subject: row.get("subject_id")?,
        due: row.get("due_day")?,
        not_after: row.get("not_after_day")?,
        at_minute: row.get::<Option<i16>>("at_minute")?.and_then(|minute| u16::try_from(minute).ok()),
        business_type: row.get("business_type")?,
        title: both(row, "title_zh", "title_en")?,
        reason: both(row, "reason_zh", "reason_en")?,
        script_key: row.get("script_key")?,
        template_keys: words_in(&row.get::<String>("template_keys")?),
        attention: match row.get::<String>("attention")?.as_str() {
            "free" => Attention::Free,
            _ => Attention::Counts,
        },
        channel: Channel::from_word(&channel).ok_or_else(|| DbErr::Type(format!("{channel} is no channel")))?,
        priority: row.get("priority")?,
        worth_minor: row.get("worth_minor")?,
        state: State::from_word(&word).ok_or_else(|| DbErr::Type(format!("{word} is no state")))?,
        unit_id: row.get("unit_id")?,
        owner_id: row.get("owner_id")?,
        owner_name: row.get("owner_name")?,
        snoozed_until: row.get("snoozed_until_ms")?,
        outcome_code: row.get("outcome_code")?,
        return_reason: row.get("return_reason")?,
        finished_at: row.get("finished_at_ms")?,
        version: row.get("version")?,
        created_at: row.get("created_at_ms")?,
    })
}

fn both(row: &Row, zh: &str, en: &str) -> Result<Both, DbErr> {
    Ok(Both { zh: row.get(zh)?, en: row.get(en)? })
}

fn words_in(list: &str) -> Vec<String> {
    list.split(',').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Keeps a statement over `touch t` in scope. A maintainer sees the own list, and what waits for the own customers.
pub(in crate::work) fn in_scope(statement: Sql, scope: &Scope) -> Sql {
    match scope {
        Scope::Own(me) => statement
            .text("(t.owner_id = ")
            .arg(*me)
            .text(
                " OR (t.state = 'planned' AND (t.bucket, t.customer_id) IN
                     (SELECT h.bucket, h.id FROM customer_head h WHERE h.owner_id = ",
            )
            .arg(*me)
            .text(")))"),
        _ => org::scope_predicate(statement, scope, "t.unit_id", "t.owner_id"),
    }
}

/// Which touches are wanted.
#[derive(Debug, Clone, Default)]
pub struct TouchFilter {
    /// In one of these states; all if empty.
    pub states: Vec<State>,
    /// Of this unit and everything below it.
    pub unit: Option<UnitId>,
    /// On this person's list.
    pub owner: Option<StaffId>,
    /// Asked for by this batch.
    pub batch: Option<BatchId>,
    /// Asked for by the plan of this key.
    pub plan_key: Option<String>,
    /// Of this customer.
    pub customer: Option<CustomerId>,
    /// Of this business type.
    pub business_type: Option<String>,
    /// Due on this day or before.
    pub due_until: Option<Day>,
    /// Closed at this instant or later.
    pub finished_from: Option<Instant>,
    /// Whether it is drawn for verification and not judged yet.
    pub sampled: Option<Sampled>,
}

/// Whether a result is drawn for verification, in a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sampled {
    /// Drawn.
    Drawn,
    /// Not drawn.
    Not,
}

fn narrowed(mut statement: Sql, filter: &TouchFilter, scope: &Scope) -> Sql {
    statement = in_scope(statement, scope);
    if !filter.states.is_empty() {
        statement = statement.text(" AND t.state IN ").list(filter.states.iter().map(|state| state.word()));
    }
    if let Some(unit) = filter.unit {
        statement = statement
            .text(" AND t.unit_id IN (SELECT descendant_id FROM unit_closure WHERE ancestor_id = ")
            .arg(unit)
            .text(")");
    }
    if let Some(owner) = filter.owner {
        statement = statement.text(" AND t.owner_id = ").arg(owner);
    }
    if let Some(batch) = filter.batch {
        statement = statement.text(" AND t.batch_id = ").arg(batch);
    }
    if let Some(key) = &filter.plan_key {
        statement = statement.text(" AND t.plan_key = ").arg(key.as_str());
    }
    if let Some(customer) = filter.customer {
        statement =
            statement.text(" AND t.bucket = ").arg(customer.bucket()).text(" AND t.customer_id = ").arg(customer);
    }
    if let Some(kind) = &filter.business_type {
        statement = statement.text(" AND t.business_type = ").arg(kind.as_str());
    }
    if let Some(day) = filter.due_until {
        statement = statement.text(" AND t.due_day <= ").arg(day);
    }
    if let Some(instant) = filter.finished_from {
        statement = statement.text(" AND t.finished_at_ms >= ").arg(instant);
    }
    if let Some(sampled) = filter.sampled {
        let drawn = "EXISTS (SELECT 1 FROM verification_sample v WHERE v.bucket = t.bucket AND v.touch_id = t.id)";
        statement = statement.text(if sampled == Sampled::Drawn { " AND " } else { " AND NOT " }).text(drawn);
    }
    statement
}

/// A page of touches by due day; `after` is the last row of the page before. The page is found by ids, which an index
/// holds in order, and only its own rows are read whole.
pub(in crate::work) async fn page(
    db: &impl ConnectionTrait,
    scope: &Scope,
    filter: &TouchFilter,
    after: Option<(Day, TouchId)>,
    limit: i64,
) -> Result<Vec<Touch>, DbErr> {
    let mut statement = narrowed(sql("SELECT t.id FROM touch t WHERE "), filter, scope);
    if let Some((day, id)) = after {
        statement = statement.text(" AND (t.due_day, t.id) > (").arg(day).text(", ").arg(id).text(")");
    }
    let statement = statement.text(" ORDER BY t.due_day, t.id LIMIT ").arg(limit);
    let ids: Vec<TouchId> = statement.all(db, |row| row.get("id")).await?;
    let mut page = several(db, scope, &ids).await?;
    page.sort_unstable_by_key(|touch| (touch.due, touch.id));
    Ok(page)
}

/// How many touches there are, counted up to `at_most`.
pub(in crate::work) async fn count(
    db: &impl ConnectionTrait,
    scope: &Scope,
    filter: &TouchFilter,
    at_most: i64,
) -> Result<i64, DbErr> {
    let inner = narrowed(sql("SELECT COUNT(*) FROM (SELECT t.id FROM touch t WHERE "), filter, scope);
    inner.text(" LIMIT ").arg(at_most).text(") counted").value(db).await
}

/// The ids of touches behind one, in the order of their key, for drawing a sample.
pub(in crate::work) async fn ids(
    db: &impl ConnectionTrait,
    scope: &Scope,
    filter: &TouchFilter,
    behind: Option<TouchId>,
    limit: i64,
) -> Result<Vec<TouchId>, DbErr> {
    let mut statement = narrowed(sql("SELECT t.id FROM touch t WHERE "), filter, scope);
    if let Some(behind) = behind {
        statement = statement.text(" AND (t.bucket, t.id) > (").arg(behind.bucket()).text(", ").arg(behind).text(")");
    }
    statement.text(" ORDER BY t.bucket, t.id LIMIT ").arg(limit).all(db, |row| row.get("id")).await
}

/// One touch in scope.
pub(in crate::work) async fn one(
    db: &impl ConnectionTrait,
    scope: &Scope,
    id: TouchId,
) -> Result<Option<Touch>, DbErr> {
    let statement = sql(TOUCH).text("t.bucket = ").arg(id.bucket()).text(" AND t.id = ").arg(id).text(" AND ");
    in_scope(statement, scope).text(" LIMIT 1").one(db, touch).await
}

/// Whose touch it is, whoever asks: for the lock that comes before everything else.
pub(in crate::work) async fn customer_of(db: &impl ConnectionTrait, id: TouchId) -> Result<Option<CustomerId>, DbErr> {
    sql("SELECT customer_id FROM touch WHERE bucket = $1 AND id = $2")
        .bind(id.bucket())
        .bind(id)
        .one(db, |row| row.get("customer_id"))
        .await
}

/// Whether open work of the same matter stands on a day.
pub(in crate::work) async fn is_open_on(db: &impl ConnectionTrait, of: &Touch, due: Day) -> Result<bool, DbErr> {
    let same =
        sql("SELECT state FROM touch WHERE bucket = $1 AND cause_id = $2 AND customer_id = $3 AND subject_id = $4
         AND due_day = $5 AND state IN ('planned', 'assigned', 'accepted', 'returned') LIMIT 1")
        .bind(of.id.bucket())
        .bind(of.cause.id())
        .bind(of.customer.id)
        .bind(of.subject)
        .bind(due);
    Ok(same.one(db, |row| row.get::<String>("state")).await?.is_some())
}

/// Several touches in scope, in no order.
pub(in crate::work) async fn several(
    db: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[TouchId],
) -> Result<Vec<Touch>, DbErr> {
    let mut found = Vec::with_capacity(ids.len());
    for some in ids.chunks(500) {
        let statement = keyed(sql(TOUCH), some).text(" AND ");
        found.extend(in_scope(statement, scope).text(" LIMIT 500").all(db, touch).await?);
    }
    Ok(found)
}

/// The open touches with some customers, whoever has them: for whoever hands the customers over.
pub(in crate::work) async fn open_of_customers(
    db: &impl ConnectionTrait,
    customers: &[CustomerId],
) -> Result<Vec<Touch>, DbErr> {
    let mut found = Vec::new();
    for some in customers.chunks(500) {
        let mut statement = sql(TOUCH).text("(t.bucket, t.customer_id) IN (VALUES ");
        for (place, id) in some.iter().enumerate() {
            statement = statement.text(if place == 0 { "(" } else { ", (" });
            statement = statement.text("CAST(").arg(id.bucket()).text(" AS SMALLINT), ").arg(*id).text(")");
        }
        let states = ") AND t.state IN ('planned', 'assigned', 'accepted', 'returned') ORDER BY t.id LIMIT 20000";
        found.extend(statement.text(states).all(db, touch).await?);
    }
    Ok(found)
}

/// `(t.bucket, t.id) IN (…)`: a list of keys that finds each row by its primary key.
fn keyed(statement: Sql, ids: &[TouchId]) -> Sql {
    let mut statement = statement.text("(t.bucket, t.id) IN (VALUES ");
    for (place, id) in ids.iter().enumerate() {
        statement = statement.text(if place == 0 { "(" } else { ", (" });
        // A bare VALUES list has no column types on PostgreSQL.
        statement = statement.text("CAST(").arg(id.bucket()).text(" AS SMALLINT), ").arg(*id).text(")");
    }
    statement.text(")")
}

/// The open touches of a person's list that are due until `day` and not laid aside beyond it, newest news first.
pub(in crate::work) async fn list_of(
    db: &impl ConnectionTrait,
    owner: StaffId,
    due_until: Day,
    awake_at: Instant,
) -> Result<Vec<Touch>, DbErr> {
    sql(TOUCH)
        .text("t.owner_id = ")
        .arg(owner)
        .text(" AND t.state IN ('assigned', 'accepted', 'returned') AND t.due_day <= ")
        .arg(due_until)
        .text(" AND (t.snoozed_until_ms IS NULL OR t.snoozed_until_ms <= ")
        .arg(awake_at)
        .text(") ORDER BY t.due_day, t.id LIMIT 2000")
        .all(db, touch)
        .await
}

/// How many touches the person closed from an instant on until another.
pub(in crate::work) async fn closed_by(
    db: &impl ConnectionTrait,
    owner: StaffId,
    (from, until): (Instant, Instant),
) -> Result<i64, DbErr> {
    sql("SELECT COUNT(*) FROM touch t
         WHERE t.owner_id = $1 AND t.state IN ('done', 'failed', 'verified')
           AND t.finished_at_ms >= $2 AND t.finished_at_ms < $3")
    .bind(owner)
    .bind(from)
    .bind(until)
    .value(db)
    .await
}

/// A person's open work on a day.
#[derive(Debug, Clone)]
pub struct PersonLoad {
    /// The person.
    pub id: StaffId,
    /// The name.
    pub name: String,
    /// The unit.
    pub unit_id: UnitId,
    /// Work orders a day.
    pub capacity: i64,
    /// Open work orders due on the day or before.
    pub load: i64,
    /// Of these, due before the day.
    pub overdue: i64,
    /// Closed on the day.
    pub done: i64,
}

/// The load of everybody who does work in a unit and below.
pub(in crate::work) async fn loads(
    db: &impl ConnectionTrait,
    unit: UnitId,
    day: Day,
    from: Instant,
    until: Instant,
) -> Result<Vec<PersonLoad>, DbErr> {
    sql("SELECT s.id, s.name, s.unit_id, s.capacity_per_day,
           COUNT(CASE WHEN t.state IN ('assigned', 'accepted', 'returned') AND t.due_day <= $2
                       AND (t.snoozed_until_ms IS NULL OR t.snoozed_until_ms < $4) THEN 1 END) AS load,
           COUNT(CASE WHEN t.state IN ('assigned', 'accepted', 'returned') AND t.due_day < $2
                       AND (t.snoozed_until_ms IS NULL OR t.snoozed_until_ms < $4) THEN 1 END) AS overdue,
           COUNT(CASE WHEN t.state IN ('done', 'failed', 'verified')
                       AND t.finished_at_ms >= $3 AND t.finished_at_ms < $4 THEN 1 END) AS done
         FROM staff_head s
         LEFT JOIN touch t ON t.owner_id = s.id
         WHERE s.unit_id IN (SELECT descendant_id FROM unit_closure WHERE ancestor_id = $1)
           AND s.left_on_day IS NULL AND s.role IN ('maintainer', 'specialist')
         GROUP BY s.id, s.name, s.unit_id, s.capacity_per_day
         ORDER BY s.id
         LIMIT 10000")
    .bind(unit)
    .bind(day)
    .bind(from)
    .bind(until)
    .all(db, |row| {
        Ok(PersonLoad {
            id: row.get("id")?,
            name: row.get("name")?,
            unit_id: row.get("unit_id")?,
            capacity: i64::from(row.get::<i16>("capacity_per_day")?),
            load: row.get("load")?,
            overdue: row.get("overdue")?,
            done: row.get("done")?,
        })
    })
    .await
}

/// Counts of touches in scope by a column of `t`: `state` or `owner_id`.
pub(in crate::work) async fn counted_by<K: FromColumn>(
    db: &impl ConnectionTrait,
    scope: &Scope,
    filter: &TouchFilter,
    column: &'static str,
) -> Result<Vec<(K, i64)>, DbErr> {
    let statement = sql(&format!("SELECT t.{column} AS kind, COUNT(*) AS many FROM touch t WHERE "));
    narrowed(statement, filter, scope)
        .text(&format!(" GROUP BY t.{column} LIMIT 10000"))
        .all(db, |row| Ok((row.get("kind")?, row.get("many")?)))
        .await
}

/// Who has how much open work whose last day is `day`.
pub(in crate::work) async fn ending_on(db: &impl ConnectionTrait, day: Day) -> Result<Vec<(StaffId, i64)>, DbErr> {
    sql("SELECT t.owner_id, COUNT(*) AS many
         FROM touch t
         WHERE t.state IN ('assigned', 'accepted', 'returned') AND t.not_after_day = $1 AND t.owner_id IS NOT NULL
         GROUP BY t.owner_id
         LIMIT 100000")
    .bind(day)
    .all(db, |row| Ok((row.get("owner_id")?, row.get("many")?)))
    .await
}

/// When everybody last recorded something on a day, through the view of the room that keeps contacts.
pub(in crate::work) async fn last_deeds(
    db: &impl ConnectionTrait,
    day: Day,
) -> Result<std::collections::HashMap<StaffId, Instant>, DbErr> {
    let rows = sql("SELECT staff_id, last_at_ms FROM staff_day_deed WHERE day = $1 LIMIT 100000")
        .bind(day)
        .all(db, |row| Ok((row.get("staff_id")?, row.get("last_at_ms")?)))
        .await?;
    Ok(rows.into_iter().collect())
}
