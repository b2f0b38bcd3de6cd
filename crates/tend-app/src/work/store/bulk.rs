//! The SQL of bulk edits: the edit with its figures, and a row for each customer.

use crate::org::scope_predicate;
use crate::platform::{App, Bind, Row, SealedPlace, insert_many, sql};
use crate::work::bulk::{BulkEdit, BulkState};
use sea_orm::{ConnectionTrait, DbErr};
use tend_rules::base::*;
use tend_rules::org::Scope;

/// What became of one customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::work) enum RowState {
    Changed,
    Unchanged,
    Refused,
    Undone,
    Kept,
}

impl RowState {
    const fn word(self) -> &'static str {
        match self {
            RowState::Changed => "changed",
            RowState::Unchanged => "unchanged",
            RowState::Refused => "refused",
            RowState::Undone => "undone",
            RowState::Kept => "kept",
        }
    }
}

/// A row as it is after a part.
#[derive(Debug, Clone)]
pub(in crate::work) struct Settled {
    pub customer: CustomerId,
    pub state: RowState,
    pub reason: String,
    pub before: String,
}

impl Settled {
    pub(in crate::work) fn new(customer: CustomerId, state: RowState) -> Self {
        Self { customer, state, reason: String::new(), before: String::new() }
    }

    pub(in crate::work) fn because(self, reason: &str) -> Self {
        Self { reason: reason.to_owned(), ..self }
    }

    pub(in crate::work) fn before(self, before: String) -> Self {
        Self { before, ..self }
    }
}

const EDIT: &str =
    "SELECT id, title, whom, deed, state, by_id, unit_id, total, changed, unchanged, refused, undone, kept,
     failure, created_at_ms, finished_at_ms, version FROM bulk_edit WHERE ";

fn edit(app: &App, row: &Row) -> Result<BulkEdit, DbErr> {
    let id: BulkEditId = row.get("id")?;
    let whom = app.keys().typed_in(SealedPlace::BulkWhom, id.0, &row.get::<String>("whom")?)?;
    let state: String = row.get("state")?;
    let unread = |error: serde_json::Error| DbErr::Type(format!("a bulk edit is not readable: {error}"));
    Ok(BulkEdit {
        id,
        title: row.get("title")?,
        whom: serde_json::from_str(&whom).map_err(unread)?,
        deed: serde_json::from_str(&row.get::<String>("deed")?).map_err(unread)?,
        state: BulkState::from_word(&state).ok_or_else(|| DbErr::Type(format!("{state} is no state")))?,
        by: row.get("by_id")?,
        unit: row.get("unit_id")?,
        total: row.get("total")?,
        changed: row.get("changed")?,
        unchanged: row.get("unchanged")?,
        refused: row.get("refused")?,
        undone: row.get("undone")?,
        kept: row.get("kept")?,
        failure: row.get("failure")?,
        created_at: row.get("created_at_ms")?,
        finished_at: row.get("finished_at_ms")?,
        version: row.get("version")?,
    })
}

/// Writes a new bulk edit.
pub(in crate::work) async fn insert(app: &App, db: &impl ConnectionTrait, edit: &BulkEdit) -> Result<u64, DbErr> {
    let text = |value: Result<String, serde_json::Error>| value.map_err(|error| DbErr::Type(error.to_string()));
    let whom = text(serde_json::to_string(&edit.whom))?;
    sql("INSERT INTO bulk_edit (id, title, whom, deed, state, by_id, unit_id, created_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
    .bind(edit.id)
    .bind(&edit.title)
    .bind(app.keys().seal_typed(SealedPlace::BulkWhom, edit.id.0, &whom))
    .bind(text(serde_json::to_string(&edit.deed))?)
    .bind(edit.state.word())
    .bind(edit.by)
    .bind(edit.unit)
    .bind(edit.created_at)
    .run(db)
    .await
}

/// One bulk edit.
pub(in crate::work) async fn one(
    app: &App,
    db: &impl ConnectionTrait,
    id: BulkEditId,
) -> Result<Option<BulkEdit>, DbErr> {
    sql(EDIT).text("id = ").arg(id).one(db, |row| edit(app, row)).await
}

/// A page of a person's bulk edits and, with a unit, of those begun in it and below; newest first.
pub(in crate::work) async fn page(
    app: &App,
    db: &impl ConnectionTrait,
    by: StaffId,
    unit: Option<UnitId>,
    before: Option<BulkEditId>,
    limit: i64,
) -> Result<Vec<BulkEdit>, DbErr> {
    let mut statement = sql(EDIT).text("(by_id = ").arg(by);
    if let Some(unit) = unit {
        statement = scope_predicate(statement.text(" OR "), &Scope::Subtree(unit), "unit_id", "by_id");
    }
    statement = statement.text(")");
    if let Some(before) = before {
        statement = statement.text(" AND id < ").arg(before);
    }
    statement.text(" ORDER BY id DESC LIMIT ").arg(limit).all(db, |row| edit(app, row)).await
}

/// Turns a bulk edit from one of some states to another; 0 if it stands elsewhere.
pub(in crate::work) async fn turn(
    db: &impl ConnectionTrait,
    id: BulkEditId,
    from: &[BulkState],
    to: BulkState,
    finished_at: Option<Instant>,
) -> Result<u64, DbErr> {
    sql("UPDATE bulk_edit SET state = $1, finished_at_ms = $2, version = version + 1 WHERE id = $3 AND state IN ")
        .bind(to.word())
        .bind(finished_at)
        .bind(id)
        .list(from.iter().map(|state| state.word()))
        .run(db)
        .await
}

/// Keeps why a bulk edit was given up.
pub(in crate::work) async fn keep_failure(db: &impl ConnectionTrait, id: BulkEditId, code: &str) -> Result<u64, DbErr> {
    sql("UPDATE bulk_edit SET failure = $1 WHERE id = $2").bind(code).bind(id).run(db).await
}

/// Writes rows that wait; those that are there stay as they are.
pub(in crate::work) async fn add_rows(
    db: &impl ConnectionTrait,
    id: BulkEditId,
    customers: &[CustomerId],
) -> Result<u64, DbErr> {
    let row = |customer: &CustomerId| {
        vec![customer.bucket().into_value(), id.into_value(), customer.into_value(), "waiting".into_value()]
    };
    let columns = ["bucket", "bulk_id", "customer_id", "state"];
    insert_many(db, "bulk_edit_row", &columns, customers.iter().map(row).collect(), "ON CONFLICT DO NOTHING").await
}

/// Counts the rows of a bulk edit into its total.
pub(in crate::work) async fn count_rows(db: &impl ConnectionTrait, id: BulkEditId) -> Result<u64, DbErr> {
    sql("UPDATE bulk_edit SET total = (SELECT COUNT(*) FROM bulk_edit_row WHERE bulk_id = $1), version = version + 1
         WHERE id = $2")
    .bind(id)
    .bind(id)
    .run(db)
    .await
}

/// Customers whose rows wait, by bucket and id.
pub(in crate::work) async fn waiting(
    db: &impl ConnectionTrait,
    id: BulkEditId,
    limit: i64,
) -> Result<Vec<CustomerId>, DbErr> {
    sql("SELECT customer_id FROM bulk_edit_row WHERE bulk_id = $1 AND state = 'waiting'
         ORDER BY bucket, customer_id LIMIT $2")
    .bind(id)
    .bind(limit)
    .all(db, |row| row.get("customer_id"))
    .await
}

/// Customers who were changed, with what stood there before.
pub(in crate::work) async fn changed(
    db: &impl ConnectionTrait,
    id: BulkEditId,
    limit: i64,
) -> Result<Vec<(CustomerId, String)>, DbErr> {
    sql("SELECT customer_id, before FROM bulk_edit_row WHERE bulk_id = $1 AND state = 'changed'
         ORDER BY bucket, customer_id LIMIT $2")
    .bind(id)
    .bind(limit)
    .all(db, |row| Ok((row.get("customer_id")?, row.get("before")?)))
    .await
}

/// Keeps what became of rows, and counts it into the figures of the edit.
pub(in crate::work) async fn settle(
    db: &impl ConnectionTrait,
    id: BulkEditId,
    settled: &[Settled],
) -> Result<(), DbErr> {
    let row = |one: &Settled| {
        vec![
            one.customer.bucket().into_value(),
            id.into_value(),
            one.customer.into_value(),
            one.state.word().into_value(),
            one.reason.as_str().into_value(),
            one.before.as_str().into_value(),
        ]
    };
    let columns = ["bucket", "bulk_id", "customer_id", "state", "reason", "before"];
    let tail = "ON CONFLICT (bucket, bulk_id, customer_id)
         DO UPDATE SET state = excluded.state, reason = excluded.reason, before = excluded.before";
    insert_many(db, "bulk_edit_row", &columns, settled.iter().map(row).collect(), tail).await?;
    let count = |state: RowState| settled.iter().filter(|one| one.state == state).count() as i64;
    sql("UPDATE bulk_edit SET changed = changed + $1, unchanged = unchanged + $2, refused = refused + $3,
           undone = undone + $4, kept = kept + $5, version = version + 1 WHERE id = $6")
    .bind(count(RowState::Changed))
    .bind(count(RowState::Unchanged))
    .bind(count(RowState::Refused))
    .bind(count(RowState::Undone))
    .bind(count(RowState::Kept))
    .bind(id)
    .run(db)
    .await
    .map(drop)
}

/// How many rows were refused or kept, by reason.
pub(in crate::work) async fn reasons(db: &impl ConnectionTrait, id: BulkEditId) -> Result<Vec<(String, i64)>, DbErr> {
    sql("SELECT reason, COUNT(*) AS rows FROM bulk_edit_row WHERE bulk_id = $1 AND state IN ('refused', 'kept')
         GROUP BY reason ORDER BY reason LIMIT 100")
    .bind(id)
    .all(db, |row| Ok((row.get("reason")?, row.get("rows")?)))
    .await
}

/// Rows that were refused or kept, with the reason, behind a customer.
pub(in crate::work) async fn faulty(
    db: &impl ConnectionTrait,
    id: BulkEditId,
    behind: Option<CustomerId>,
    limit: i64,
) -> Result<Vec<(CustomerId, String)>, DbErr> {
    let mut statement = sql("SELECT customer_id, reason FROM bulk_edit_row WHERE bulk_id = ").arg(id);
    statement = statement.text(" AND state IN ('refused', 'kept')");
    if let Some(behind) = behind {
        statement =
            statement.text(" AND (bucket, customer_id) > (").arg(behind.bucket()).text(", ").arg(behind).text(")");
    }
    let shape = |row: &Row| Ok((row.get("customer_id")?, row.get("reason")?));
    statement.text(" ORDER BY bucket, customer_id LIMIT ").arg(limit).all(db, shape).await
}
