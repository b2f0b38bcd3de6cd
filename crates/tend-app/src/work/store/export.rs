//! The SQL of exports: what was asked and decided, whom it is about, and how much a person took out today.

use crate::platform::{App, Bind, Row, SealedPlace, insert_many, sql};
use crate::work::bulk::Whom;
use crate::work::export::{Export, ExportState};
use sea_orm::{ConnectionTrait, DbErr};
use tend_rules::base::*;
use tend_rules::work::{ExportColumn, Weight};

const EXPORT: &str =
    "SELECT id, mark, whom, columns, format, reason, objections, state, by_id, unit_id, total, written,
     file_bytes, file_sha256, fetched, decided_by, decided_reason, decided_at_ms, failure, created_at_ms, expires_at_ms
     FROM customer_export WHERE ";

fn words_in(list: &str) -> Vec<String> {
    list.split(',').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn export(app: &App, row: &Row) -> Result<Export, DbErr> {
    let id: ExportId = row.get("id")?;
    let typed = |place, column: &str| app.keys().typed_in(place, id.0, &row.get::<String>(column)?);
    let state: String = row.get("state")?;
    let unread = |error: serde_json::Error| DbErr::Type(format!("an export is not readable: {error}"));
    let columns = words_in(&row.get::<String>("columns")?);
    // Blank where the only one whom it was about is erased.
    let whom = match typed(SealedPlace::ExportWhom, "whom")?.as_str() {
        "" => Whom::default(),
        asked => serde_json::from_str(asked).map_err(unread)?,
    };
    Ok(Export {
        id,
        mark: row.get::<i64>("mark")? as u64,
        whom,
        columns: columns.iter().filter_map(|word| ExportColumn::from_word(word)).collect(),
        format: row.get("format")?,
        reason: typed(SealedPlace::ExportReason, "reason")?,
        objections: words_in(&row.get::<String>("objections")?),
        state: ExportState::from_word(&state).ok_or_else(|| DbErr::Type(format!("{state} is no state")))?,
        by: row.get("by_id")?,
        unit: row.get("unit_id")?,
        total: row.get("total")?,
        written: row.get("written")?,
        file_bytes: row.get("file_bytes")?,
        file_sha256: row.get("file_sha256")?,
        fetched: row.get("fetched")?,
        decided_by: row.get("decided_by")?,
        decided_reason: typed(SealedPlace::ExportDecision, "decided_reason")?,
        decided_at: row.get("decided_at_ms")?,
        failure: row.get("failure")?,
        created_at: row.get("created_at_ms")?,
        expires_at: row.get("expires_at_ms")?,
    })
}

/// Writes a new export.
pub(in crate::work) async fn insert(app: &App, db: &impl ConnectionTrait, export: &Export) -> Result<u64, DbErr> {
    let whom = serde_json::to_string(&export.whom).map_err(|error| DbErr::Type(error.to_string()))?;
    let columns: Vec<&str> = export.columns.iter().map(|column| column.word()).collect();
    sql("INSERT INTO customer_export (id, mark, whom, columns, format, reason, objections, state, by_id, unit_id, total,
           created_at_ms, expires_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)")
    .bind(export.id)
    .bind(export.mark as i64)
    .bind(app.keys().seal_typed(SealedPlace::ExportWhom, export.id.0, &whom))
    .bind(columns.join(","))
    .bind(&export.format)
    .bind(app.keys().seal_typed(SealedPlace::ExportReason, export.id.0, &export.reason))
    .bind(export.objections.join(","))
    .bind(export.state.word())
    .bind(export.by)
    .bind(export.unit)
    .bind(export.total)
    .bind(export.created_at)
    .bind(export.expires_at)
    .run(db)
    .await
}

/// Writes down whom an export is about.
pub(in crate::work) async fn insert_rows(
    db: &impl ConnectionTrait,
    id: ExportId,
    customers: &[CustomerId],
) -> Result<(), DbErr> {
    let rows = customers.iter().map(|one| vec![one.bucket().into_value(), id.into_value(), one.into_value()]);
    let columns = ["bucket", "export_id", "customer_id"];
    insert_many(db, "customer_export_row", &columns, rows.collect(), "ON CONFLICT DO NOTHING").await.map(drop)
}

/// Whom an export is about, by bucket and id, behind `after`.
pub(in crate::work) async fn rows(
    db: &impl ConnectionTrait,
    id: ExportId,
    after: Option<CustomerId>,
    limit: i64,
) -> Result<Vec<CustomerId>, DbErr> {
    let mut statement = sql("SELECT customer_id FROM customer_export_row WHERE export_id = ").arg(id);
    if let Some(after) = after {
        statement =
            statement.text(" AND (bucket, customer_id) > (").arg(after.bucket()).text(", ").arg(after).text(")");
    }
    statement.text(" ORDER BY bucket, customer_id LIMIT ").arg(limit).all(db, |row| row.get(0)).await
}

/// One export.
pub(in crate::work) async fn one(app: &App, db: &impl ConnectionTrait, id: ExportId) -> Result<Option<Export>, DbErr> {
    sql(EXPORT).text("id = ").arg(id).one(db, |row| export(app, row)).await
}

/// The export that bears a mark.
pub(in crate::work) async fn by_mark(app: &App, db: &impl ConnectionTrait, mark: u64) -> Result<Option<Export>, DbErr> {
    sql(EXPORT).text("mark = ").arg(mark as i64).one(db, |row| export(app, row)).await
}

/// A page of a person's exports and, with a unit, of those asked for in it and below; newest first.
pub(in crate::work) async fn page(
    app: &App,
    db: &impl ConnectionTrait,
    by: StaffId,
    unit: Option<UnitId>,
    before: Option<ExportId>,
    limit: i64,
) -> Result<Vec<Export>, DbErr> {
    let mut statement = sql(EXPORT).text("(by_id = ").arg(by);
    if let Some(unit) = unit {
        statement = statement
            .text(" OR unit_id IN (SELECT descendant_id FROM unit_closure WHERE ancestor_id = ")
            .arg(unit)
            .text(")");
    }
    statement = statement.text(")");
    if let Some(before) = before {
        statement = statement.text(" AND id < ").arg(before);
    }
    statement.text(" ORDER BY id DESC LIMIT ").arg(limit).all(db, |row| export(app, row)).await
}

/// What is said with a decision, sealed.
pub(in crate::work) struct Decision<'a> {
    pub to: ExportState,
    pub by: StaffId,
    pub reason: &'a str,
    pub at: Instant,
}

/// Decides about an export that waits; 0 rows if it does not wait any more.
pub(in crate::work) async fn decide(
    db: &impl ConnectionTrait,
    id: ExportId,
    decision: Decision<'_>,
) -> Result<u64, DbErr> {
    sql("UPDATE customer_export SET state = $1, decided_by = $2, decided_reason = $3, decided_at_ms = $4
         WHERE id = $5 AND state = 'waiting'")
    .bind(decision.to.word())
    .bind(decision.by)
    .bind(decision.reason)
    .bind(decision.at)
    .bind(id)
    .run(db)
    .await
}

/// Notes the file of an export that was agreed to.
pub(in crate::work) async fn made(
    db: &impl ConnectionTrait,
    id: ExportId,
    written: i64,
    bytes: usize,
    sha256: &str,
) -> Result<u64, DbErr> {
    sql("UPDATE customer_export SET state = 'ready', written = $1, file_bytes = $2, file_sha256 = $3
         WHERE id = $4 AND state = 'agreed'")
    .bind(written)
    .bind(bytes as i64)
    .bind(sha256)
    .bind(id)
    .run(db)
    .await
}

/// Ends an export whose file could not be made.
pub(in crate::work) async fn failed(db: &impl ConnectionTrait, id: ExportId, code: &str) -> Result<u64, DbErr> {
    sql("UPDATE customer_export SET state = 'failed', failure = $1 WHERE id = $2 AND state = 'agreed'")
        .bind(code)
        .bind(id)
        .run(db)
        .await
}

/// Counts that the file was fetched.
pub(in crate::work) async fn fetched(db: &impl ConnectionTrait, id: ExportId, now: Instant) -> Result<u64, DbErr> {
    sql("UPDATE customer_export SET fetched = fetched + 1 WHERE id = $1 AND state = 'ready' AND expires_at_ms > $2")
        .bind(id)
        .bind(now)
        .run(db)
        .await
}

/// Exports whose time is over and that are still open or have a file.
pub(in crate::work) async fn overdue(db: &impl ConnectionTrait, now: Instant) -> Result<Vec<ExportId>, DbErr> {
    sql("SELECT id FROM customer_export WHERE state IN ('waiting', 'ready') AND expires_at_ms <= $1 LIMIT 1000")
        .bind(now)
        .all(db, |row| row.get(0))
        .await
}

/// Ends an export whose time is over.
pub(in crate::work) async fn expire(db: &impl ConnectionTrait, id: ExportId) -> Result<u64, DbErr> {
    sql("UPDATE customer_export SET state = 'expired' WHERE id = $1 AND state IN ('waiting', 'ready')")
        .bind(id)
        .run(db)
        .await
}

/// How many records a person took out alone on a day.
pub(in crate::work) async fn taken(
    db: &impl ConnectionTrait,
    staff: StaffId,
    day: Day,
    weight: Weight,
) -> Result<i64, DbErr> {
    let found = sql("SELECT taken FROM export_tally WHERE staff_id = $1 AND on_day = $2 AND weight = $3")
        .bind(staff)
        .bind(day)
        .bind(weight.word())
        .one(db, |row| row.get(0))
        .await?;
    Ok(found.unwrap_or(0))
}

/// Counts `rows` more, unless the day would hold more than its soft stop: then 0 rows.
pub(in crate::work) async fn take(
    db: &impl ConnectionTrait,
    staff: StaffId,
    day: Day,
    weight: Weight,
    rows: i64,
) -> Result<u64, DbErr> {
    if rows > weight.rows_a_day() {
        return Ok(0);
    }
    sql("INSERT INTO export_tally (staff_id, on_day, weight, taken) VALUES ($1, $2, $3, $4)
         ON CONFLICT (staff_id, on_day, weight) DO UPDATE SET taken = export_tally.taken + excluded.taken
         WHERE export_tally.taken + excluded.taken <= $5")
    .bind(staff)
    .bind(day)
    .bind(weight.word())
    .bind(rows)
    .bind(weight.rows_a_day())
    .run(db)
    .await
}
