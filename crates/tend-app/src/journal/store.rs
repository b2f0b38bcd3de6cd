//! The SQL of the journal. Insert only.

use crate::platform::{App, Bind, Row, insert_many, sql, with_customers};
use sea_orm::{ConnectionTrait, DbErr};
use serde_json::Value;
use tend_rules::base::{Bucket, CustomerId, FactId, Instant};
use tend_rules::journal::{Doer, Fact};
use uuid::Uuid;

const COLUMNS: [&str; 8] = ["bucket", "id", "customer_id", "at_ms", "actor", "room", "kind", "payload"];

/// A fact as it was written.
#[derive(Debug, Clone)]
pub struct StoredFact {
    /// Its id; ids grow with time.
    pub id: FactId,
    /// When.
    pub at: Instant,
    /// Who, as [`Doer`] prints itself.
    pub actor: String,
    /// Which room told it.
    pub room: String,
    /// The room's word.
    pub kind: String,
    /// What the room kept.
    pub payload: Value,
}

pub(super) async fn insert(app: &App, db: &impl ConnectionTrait, doer: Doer, facts: Vec<Fact>) -> Result<(), DbErr> {
    let (now, actor) = (app.now(), doer.to_string());
    let mut waiting = Vec::with_capacity(facts.len());
    let rows = facts.into_iter().map(|fact| {
        let bucket = fact.customer.map_or(Bucket::of(0), CustomerId::bucket);
        let id = app.new_id(bucket);
        waiting.push(vec![bucket.into_value(), id.into_value()]);
        vec![
            bucket.into_value(),
            id.into_value(),
            fact.customer.map_or(Uuid::nil(), |c| c.0).into_value(),
            now.into_value(),
            actor.as_str().into_value(),
            fact.room.into_value(),
            fact.kind.into_value(),
            fact.payload.to_string().into_value(),
        ]
    });
    insert_many(db, "journal_fact", &COLUMNS, rows.collect(), "").await?;
    insert_many(db, "ledger_waiting", &["bucket", "fact_id"], waiting, "").await.map(drop)
}

pub(super) async fn of_customer(
    db: &impl ConnectionTrait,
    customer: CustomerId,
    before: Option<FactId>,
    limit: i64,
) -> Result<Vec<StoredFact>, DbErr> {
    sql("SELECT id, at_ms, actor, room, kind, payload
         FROM journal_fact
         WHERE bucket = $1 AND customer_id = $2 AND ($3 IS NULL OR id < $3)
         ORDER BY id DESC
         LIMIT $4")
    .bind(customer.bucket())
    .bind(customer)
    .bind(before)
    .bind(limit)
    .all(db, shaped)
    .await
}

fn shaped(row: &Row) -> Result<StoredFact, DbErr> {
    Ok(StoredFact {
        id: row.get("id")?,
        at: row.get("at_ms")?,
        actor: row.get("actor")?,
        room: row.get("room")?,
        kind: row.get("kind")?,
        payload: serde_json::from_str(&row.get::<String>("payload")?).unwrap_or(Value::Null),
    })
}

/// A kind is a room, or a room and its word with a dot between; `kinds` may name several with commas between.
pub(super) async fn of_customer_and_kind(
    db: &impl ConnectionTrait,
    customer: CustomerId,
    before: Option<FactId>,
    kinds: &str,
    limit: i64,
) -> Result<Vec<StoredFact>, DbErr> {
    let kinds = || kinds.split(',').map(str::trim);
    sql("SELECT id, at_ms, actor, room, kind, payload
         FROM journal_fact
         WHERE bucket = $1 AND customer_id = $2 AND ($3 IS NULL OR id < $3) AND (room IN ")
    .bind(customer.bucket())
    .bind(customer)
    .bind(before)
    .list(kinds())
    .text(" OR room || '.' || kind IN ")
    .list(kinds())
    .text(") ORDER BY id DESC LIMIT ")
    .arg(limit)
    .all(db, shaped)
    .await
}

pub(super) async fn count_of(
    db: &impl ConnectionTrait,
    doer: Doer,
    room: &str,
    kind: &str,
    since: Instant,
) -> Result<i64, DbErr> {
    sql("SELECT COUNT(*) FROM journal_fact WHERE at_ms >= $1 AND actor = $2 AND room = $3 AND kind = $4")
        .bind(since)
        .bind(doer.to_string())
        .bind(room)
        .bind(kind)
        .value(db)
        .await
}

pub(super) async fn of_customer_since(
    db: &impl ConnectionTrait,
    doer: Doer,
    customer: CustomerId,
    room: &str,
    kind: &str,
    since: Instant,
) -> Result<i64, DbErr> {
    sql("SELECT COUNT(*) FROM journal_fact
         WHERE bucket = $1 AND customer_id = $2 AND at_ms >= $3 AND actor = $4 AND room = $5 AND kind = $6")
    .bind(customer.bucket())
    .bind(customer)
    .bind(since)
    .bind(doer.to_string())
    .bind(room)
    .bind(kind)
    .value(db)
    .await
}

/// What imports tell, and what changes nothing. Which batch told it is asked where batches are known.
const QUIET: [&str; 6] = ["created", "imported", "seen", "compared", "order_added", "import_undone"];

pub(super) async fn busy_since_import(
    db: &impl ConnectionTrait,
    customers: &[CustomerId],
) -> Result<Vec<CustomerId>, DbErr> {
    let mut busy = Vec::new();
    for customers in customers.chunks(2000) {
        let Some(wanted) = with_customers(customers.iter().copied()) else { continue };
        let found: Vec<CustomerId> = wanted
            .text(
                "SELECT DISTINCT f.customer_id
                 FROM w CROSS JOIN journal_fact f WHERE f.bucket = w.bucket AND f.customer_id = w.id
                 AND NOT (f.room = 'customer' AND f.kind IN ",
            )
            .list(QUIET)
            .text(" OR f.room = 'customer' AND f.kind = 'note_written' AND f.payload LIKE '%\"source\":\"import\"%')")
            .all(db, |row| row.get("customer_id"))
            .await?;
        busy.extend(found);
    }
    Ok(busy)
}
