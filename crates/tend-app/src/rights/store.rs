//! The SQL of requests.

use crate::customer::unheld;
use crate::org::scope_predicate;
use crate::platform::{Retire, Row, retire, sql};
use sea_orm::{ConnectionTrait, DbErr};
use tend_rules::base::*;
use tend_rules::law::Request;
use tend_rules::org::Scope;

/// A request as it stands in its table.
#[derive(Debug, Clone)]
pub(super) struct RequestRow {
    pub id: RightsRequestId,
    pub customer_id: CustomerId,
    pub unit_id: UnitId,
    pub kind: Request,
    pub state: String,
    pub received: Day,
    pub due: Day,
    pub rule_key: String,
    pub note: Option<Vec<u8>>,
    pub answer: Option<Vec<u8>>,
    pub opened_by: String,
    pub opened_at: Instant,
    pub decided_by: Option<String>,
    pub decided_at: Option<Instant>,
}

const SELECTED: &str = "SELECT r.id, r.customer_id, r.unit_id, r.kind, r.state, r.received_day, r.due_day, r.rule_key, \
     r.note_cell, r.answer_cell, r.opened_by, r.opened_at_ms, r.decided_by, r.decided_at_ms FROM rights_request r WHERE ";

fn shaped(row: &Row) -> Result<RequestRow, DbErr> {
    let kind: String = row.get("kind")?;
    Ok(RequestRow {
        id: row.get("id")?,
        customer_id: row.get("customer_id")?,
        unit_id: row.get("unit_id")?,
        kind: Request::from_word(&kind).ok_or_else(|| DbErr::Type(format!("{kind} is no request")))?,
        state: row.get("state")?,
        received: row.get("received_day")?,
        due: row.get("due_day")?,
        rule_key: row.get("rule_key")?,
        note: row.get("note_cell")?,
        answer: row.get("answer_cell")?,
        opened_by: row.get("opened_by")?,
        opened_at: row.get("opened_at_ms")?,
        decided_by: row.get("decided_by")?,
        decided_at: row.get("decided_at_ms")?,
    })
}

pub(super) async fn insert(db: &impl ConnectionTrait, request: &RequestRow) -> Result<u64, DbErr> {
    sql("INSERT INTO rights_request (bucket, id, customer_id, unit_id, kind, state, received_day, due_day, rule_key,
           note_cell, opened_by, opened_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)")
    .bind(request.id.bucket())
    .bind(request.id)
    .bind(request.customer_id)
    .bind(request.unit_id)
    .bind(request.kind.word())
    .bind(&request.state)
    .bind(request.received)
    .bind(request.due)
    .bind(&request.rule_key)
    .bind(request.note.clone())
    .bind(&request.opened_by)
    .bind(request.opened_at)
    .run(db)
    .await
}

/// Settles a request that stands in the state that was seen; answers 0 if it moved meanwhile.
pub(super) async fn settle(
    db: &impl ConnectionTrait,
    id: RightsRequestId,
    (from, to): (&str, &str),
    answer: Option<Vec<u8>>,
    (by, now): (String, Instant),
) -> Result<u64, DbErr> {
    sql("UPDATE rights_request SET state = $1, answer_cell = $2, decided_by = $3, decided_at_ms = $4
         WHERE bucket = $5 AND id = $6 AND state = $7")
    .bind(to)
    .bind(answer)
    .bind(by)
    .bind(now)
    .bind(id.bucket())
    .bind(id)
    .bind(from)
    .run(db)
    .await
}

/// Forgets what was written in the requests of a customer who is erased: that they were, and when, stays.
pub(super) async fn forget_words(db: &impl ConnectionTrait, customer: CustomerId) -> Result<u64, DbErr> {
    sql("UPDATE rights_request SET note_cell = NULL, answer_cell = NULL WHERE bucket = $1 AND customer_id = $2")
        .bind(customer.bucket())
        .bind(customer)
        .run(db)
        .await
}

/// One request in scope: by the unit that had the customer, because the customer may be gone.
pub(super) async fn one(
    db: &impl ConnectionTrait,
    scope: &Scope,
    id: RightsRequestId,
) -> Result<Option<RequestRow>, DbErr> {
    let statement = sql(SELECTED).text("r.bucket = ").arg(id.bucket()).text(" AND r.id = ").arg(id).text(" AND ");
    scope_predicate(statement, scope, "r.unit_id", "r.unit_id").text(" LIMIT 1").one(db, shaped).await
}

/// The requests of one customer, newest first. The caller has shown that the customer is in scope.
pub(super) async fn of(db: &impl ConnectionTrait, customer: CustomerId) -> Result<Vec<RequestRow>, DbErr> {
    let statement = sql(SELECTED).text("r.bucket = ").arg(customer.bucket());
    let statement = statement.text(" AND r.customer_id = ").arg(customer);
    statement.text(" ORDER BY r.opened_at_ms DESC, r.id DESC LIMIT 200").all(db, shaped).await
}

/// Which requests are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Those to be answered, the most urgent first.
    Open,
    /// All, the latest due first.
    All,
}

pub(super) async fn register(
    db: &impl ConnectionTrait,
    scope: &Scope,
    which: Which,
    limit: i64,
) -> Result<Vec<RequestRow>, DbErr> {
    let statement = scope_predicate(sql(SELECTED), scope, "r.unit_id", "r.unit_id");
    let statement = match which {
        Which::Open => statement.text(" AND r.state IN ('open', 'waiting') ORDER BY r.due_day, r.id LIMIT "),
        Which::All => statement.text(" ORDER BY r.due_day DESC, r.id DESC LIMIT "),
    };
    statement.arg(limit).all(db, shaped).await
}

/// Requests settled before an instant, where the firm chose to let them go, unless a hold binds their customer.
pub(super) async fn retire_requests(
    db: &impl ConnectionTrait,
    how: Retire,
    before: Instant,
    today: Day,
) -> Result<i64, DbErr> {
    retire(db, how, ("rights_request", &["bucket", "id"]), |statement| {
        let statement = statement.text("t.state IN ('done', 'refused') AND t.decided_at_ms < ");
        unheld(statement.arg(before), "customer_id", today)
    })
    .await
}
