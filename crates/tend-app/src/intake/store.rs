//! The SQL of uploads, remembered mappings, batches and their problems.

use crate::org::scope_predicate;
use crate::platform::{Bind, Keyring, Retire, Row, SealedPlace, Sql, insert_many, retire, sql};
use sea_orm::{ConnectionTrait, DbErr};
use serde::Serialize;
use tend_rules::base::*;
use tend_rules::org::Scope;
use utoipa::ToSchema;
use uuid::Uuid;

/// An uploaded file.
#[derive(Debug, Clone)]
pub struct Upload {
    /// The upload.
    pub id: UploadId,
    /// The name that the file had.
    pub file_name: String,
    /// Its bytes.
    pub size_bytes: i64,
    /// Its hash.
    pub sha256: String,
    /// Who brought it.
    pub uploaded_by: StaffId,
    /// The part of the firm that it belongs to.
    pub unit_id: UnitId,
    /// What the first look told, as JSON.
    pub shape: String,
    /// What the check found, as JSON.
    pub check_result: String,
    /// The check that was asked for last.
    pub check_id: Option<CheckId>,
}

/// Keeps an upload.
pub(super) async fn insert_upload(db: &impl ConnectionTrait, upload: &Upload, now: Instant) -> Result<u64, DbErr> {
    sql("INSERT INTO upload (id, file_name, size_bytes, sha256, uploaded_by, unit_id, at_ms, shape)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
    .bind(upload.id)
    .bind(&upload.file_name)
    .bind(upload.size_bytes)
    .bind(&upload.sha256)
    .bind(upload.uploaded_by)
    .bind(upload.unit_id)
    .bind(now)
    .bind(&upload.shape)
    .run(db)
    .await
}

/// Every upload: its id, plain bytes and hash. For the check of a backup, which belongs to nobody's scope.
pub(super) async fn every_upload(db: &impl ConnectionTrait) -> Result<Vec<(UploadId, i64, String)>, DbErr> {
    sql("SELECT id, size_bytes, sha256 FROM upload ORDER BY id")
        .all(db, |row| Ok((row.get("id")?, row.get("size_bytes")?, row.get("sha256")?)))
        .await
}

/// Those of some uploads that are known. For the sweep of the folder, which belongs to nobody's scope.
pub(super) async fn known_uploads(db: &impl ConnectionTrait, ids: &[UploadId]) -> Result<Vec<UploadId>, DbErr> {
    sql("SELECT id FROM upload WHERE id IN ").list(ids.iter().copied()).all(db, |row| row.get("id")).await
}

/// An upload in a scope.
pub(super) async fn upload(db: &impl ConnectionTrait, scope: &Scope, id: UploadId) -> Result<Option<Upload>, DbErr> {
    let statement =
        sql("SELECT u.id, u.file_name, u.size_bytes, u.sha256, u.uploaded_by, u.unit_id, u.shape, u.check_result,
           u.check_id
         FROM upload u WHERE u.id = ")
        .arg(id)
        .text(" AND ");
    scope_predicate(statement, scope, "u.unit_id", "u.uploaded_by")
        .one(db, |row| {
            Ok(Upload {
                id: row.get("id")?,
                file_name: row.get("file_name")?,
                size_bytes: row.get("size_bytes")?,
                sha256: row.get("sha256")?,
                uploaded_by: row.get("uploaded_by")?,
                unit_id: row.get("unit_id")?,
                shape: row.get("shape")?,
                check_result: row.get("check_result")?,
                check_id: row.get("check_id")?,
            })
        })
        .await
}

/// Begins a check of an upload in the place of any earlier one.
pub(super) async fn begin_check(
    db: &impl ConnectionTrait,
    id: UploadId,
    check: CheckId,
    result: &str,
) -> Result<u64, DbErr> {
    sql("UPDATE upload SET check_result = $1, check_id = $2 WHERE id = $3")
        .bind(result)
        .bind(check)
        .bind(id)
        .run(db)
        .await
}

/// Keeps what a check of an upload found; 0 if another one took its place.
pub(super) async fn set_check(
    db: &impl ConnectionTrait,
    id: UploadId,
    check: CheckId,
    result: &str,
) -> Result<u64, DbErr> {
    sql("UPDATE upload SET check_result = $1 WHERE id = $2 AND check_id = $3")
        .bind(result)
        .bind(id)
        .bind(check)
        .run(db)
        .await
}

/// The mapping remembered for a fingerprint of headings, as TOML.
pub(super) async fn mapping(db: &impl ConnectionTrait, fingerprint: &str) -> Result<Option<String>, DbErr> {
    sql("SELECT mapping FROM remembered_mapping WHERE fingerprint = $1")
        .bind(fingerprint)
        .one(db, |row| row.get("mapping"))
        .await
}

/// Remembers a mapping.
pub(super) async fn remember_mapping(
    db: &impl ConnectionTrait,
    fingerprint: &str,
    mapping: &str,
    now: Instant,
) -> Result<u64, DbErr> {
    sql("INSERT INTO remembered_mapping (fingerprint, mapping, used_at_ms) VALUES ($1, $2, $3)
         ON CONFLICT (fingerprint) DO UPDATE SET mapping = excluded.mapping, used_at_ms = excluded.used_at_ms")
    .bind(fingerprint)
    .bind(mapping)
    .bind(now)
    .run(db)
    .await
}

/// A batch.
#[derive(Debug, Clone)]
pub struct Batch {
    /// The batch.
    pub id: BatchId,
    /// Its name, unique in the firm.
    pub name: String,
    /// `customers` or `orders`.
    pub target: String,
    /// What its work orders are about.
    pub business_type: String,
    /// Why these customers need care.
    pub reason: String,
    /// `importing`, `imported`, `failed`, `undoing`, `undone`.
    pub state: String,
    /// The name of the file.
    pub file_name: String,
    /// Its hash.
    pub file_sha256: String,
    /// The upload; none for a file of the command line.
    pub upload_id: Option<UploadId>,
    /// The mapping, as TOML.
    pub mapping: String,
    /// What to do with duplicates, rows in all; as JSON.
    pub options: String,
    /// What a person repaired in the file, sealed; empty for nothing, and once the file is gone.
    pub repairs: String,
    /// The part of the firm that it belongs to.
    pub unit_id: UnitId,
    /// Who made it; nil for the command line.
    pub created_by: StaffId,
    /// Rows that are settled; counts down while a batch is taken back.
    pub rows_done: i64,
    /// Rows that made a customer or an order line.
    pub accepted: i64,
    /// Rows that were refused.
    pub rejected: i64,
    /// Rows that met a known customer.
    pub duplicates: i64,
    /// Customers made.
    pub created: i64,
    /// Customers changed.
    pub updated: i64,
    /// Why it failed.
    pub failure: Option<String>,
    /// When it was made.
    pub created_at: Instant,
    /// When it ended.
    pub finished_at: Option<Instant>,
}

const BATCH: &str = "b.id, b.name, b.target, b.business_type, b.reason, b.state, b.file_name, b.file_sha256, b.upload_id, \
    b.mapping, b.options, b.repairs, b.unit_id, b.created_by, b.rows_done, b.accepted, b.rejected, b.duplicates, \
    b.created, b.updated, b.failure, b.created_at_ms, b.finished_at_ms";

fn batch_of(row: &Row) -> Result<Batch, DbErr> {
    Ok(Batch {
        id: row.get("id")?,
        name: row.get("name")?,
        target: row.get("target")?,
        business_type: row.get("business_type")?,
        reason: row.get("reason")?,
        state: row.get("state")?,
        file_name: row.get("file_name")?,
        file_sha256: row.get("file_sha256")?,
        upload_id: row.get("upload_id")?,
        mapping: row.get("mapping")?,
        options: row.get("options")?,
        repairs: row.get("repairs")?,
        unit_id: row.get("unit_id")?,
        created_by: row.get("created_by")?,
        rows_done: row.get("rows_done")?,
        accepted: row.get("accepted")?,
        rejected: row.get("rejected")?,
        duplicates: row.get("duplicates")?,
        created: row.get("created")?,
        updated: row.get("updated")?,
        failure: row.get("failure")?,
        created_at: row.get("created_at_ms")?,
        finished_at: row.get("finished_at_ms")?,
    })
}

/// Makes a batch.
pub(super) async fn insert_batch(db: &impl ConnectionTrait, batch: &Batch) -> Result<u64, DbErr> {
    sql("INSERT INTO batch (id, name, target, business_type, reason, state, file_name, file_sha256, upload_id, mapping,
           options, repairs, unit_id, created_by, created_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)")
    .bind(batch.id)
    .bind(&batch.name)
    .bind(&batch.target)
    .bind(&batch.business_type)
    .bind(&batch.reason)
    .bind(&batch.state)
    .bind(&batch.file_name)
    .bind(&batch.file_sha256)
    .bind(batch.upload_id)
    .bind(&batch.mapping)
    .bind(&batch.options)
    .bind(&batch.repairs)
    .bind(batch.unit_id)
    .bind(batch.created_by)
    .bind(batch.created_at)
    .run(db)
    .await
}

/// A batch by id.
pub(super) async fn batch(db: &impl ConnectionTrait, id: BatchId) -> Result<Option<Batch>, DbErr> {
    sql(&format!("SELECT {BATCH} FROM batch b WHERE b.id = $1")).bind(id).one(db, batch_of).await
}

/// Batches behind one whose options say something with these words, in the order of their ids.
pub(super) async fn batches_saying(
    db: &impl ConnectionTrait,
    words: &str,
    behind: BatchId,
    limit: i64,
) -> Result<Vec<Batch>, DbErr> {
    sql(&format!("SELECT {BATCH} FROM batch b WHERE b.options LIKE $1 AND b.id > $2 ORDER BY b.id LIMIT $3"))
        .bind(format!("%{words}%"))
        .bind(behind)
        .bind(limit)
        .all(db, batch_of)
        .await
}

/// Writes options and repairs of a batch anew; 0 if somebody else did meanwhile.
pub(super) async fn reword(
    db: &impl ConnectionTrait,
    batch: &Batch,
    options: &str,
    repairs: &str,
) -> Result<u64, DbErr> {
    sql("UPDATE batch SET options = $1, repairs = $2 WHERE id = $3 AND options = $4")
        .bind(options)
        .bind(repairs)
        .bind(batch.id)
        .bind(&batch.options)
        .run(db)
        .await
}

/// A batch by name.
pub(super) async fn batch_named(db: &impl ConnectionTrait, name: &str) -> Result<Option<Batch>, DbErr> {
    sql(&format!("SELECT {BATCH} FROM batch b WHERE b.name = $1")).bind(name).one(db, batch_of).await
}

/// The batches of the units above and below a unit, newest first: work that was brought in by the head of the firm comes
/// down to its channels.
pub(super) async fn batches_in_line(
    db: &impl ConnectionTrait,
    unit: UnitId,
    before: Option<BatchId>,
    limit: i64,
) -> Result<Vec<Batch>, DbErr> {
    let mut statement = sql(&format!(
        "SELECT {BATCH} FROM batch b WHERE b.unit_id IN (
           SELECT descendant_id FROM unit_closure WHERE ancestor_id = $1
           UNION SELECT ancestor_id FROM unit_closure WHERE descendant_id = $1)"
    ))
    .bind(unit);
    if let Some(before) = before {
        statement = statement.text(" AND b.id < ").arg(before);
    }
    statement.text(" ORDER BY b.id DESC LIMIT ").arg(limit).all(db, batch_of).await
}

/// What a chunk adds to a batch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows settled.
    pub rows: i64,
    /// Rows accepted.
    pub accepted: i64,
    /// Rows refused.
    pub rejected: i64,
    /// Rows that met a known customer or line.
    pub duplicates: i64,
    /// Customers made.
    pub created: i64,
    /// Customers changed.
    pub updated: i64,
}

/// Moves a batch on by a chunk, in the transaction that writes the chunk; 0 if somebody else moved it meanwhile.
pub(super) async fn advance(
    db: &impl ConnectionTrait,
    id: BatchId,
    rows_done: i64,
    tally: Tally,
) -> Result<u64, DbErr> {
    sql("UPDATE batch SET rows_done = rows_done + $3, accepted = accepted + $4, rejected = rejected + $5,
           duplicates = duplicates + $6, created = created + $7, updated = updated + $8
         WHERE id = $1 AND rows_done = $2 AND state = 'importing'")
    .bind(id)
    .bind(rows_done)
    .bind(tally.rows)
    .bind(tally.accepted)
    .bind(tally.rejected)
    .bind(tally.duplicates)
    .bind(tally.created)
    .bind(tally.updated)
    .run(db)
    .await
}

/// Moves a batch from one state to another; 0 if it was not in the first.
pub(super) async fn turn(
    db: &impl ConnectionTrait,
    id: BatchId,
    from: &str,
    to: &str,
    failure: Option<&str>,
    finished_at: Option<Instant>,
) -> Result<u64, DbErr> {
    sql("UPDATE batch SET state = $3, failure = $4, finished_at_ms = $5 WHERE id = $1 AND state = $2")
        .bind(id)
        .bind(from)
        .bind(to)
        .bind(failure)
        .bind(finished_at)
        .run(db)
        .await
}

/// Sets how far the taking back of a batch has come; 0 if somebody else moved it meanwhile.
pub(super) async fn wind_back(db: &impl ConnectionTrait, id: BatchId, from: i64, to: i64) -> Result<u64, DbErr> {
    sql("UPDATE batch SET rows_done = $3 WHERE id = $1 AND rows_done = $2 AND state = 'undoing'")
        .bind(id)
        .bind(from)
        .bind(to)
        .run(db)
        .await
}

/// A problem of a row as its reader sees it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProblemRow {
    /// Row number in the file.
    pub row: i64,
    /// Place among the row's problems.
    pub place: i32,
    /// The heading.
    pub column: String,
    /// The code.
    pub code: String,
    /// As kept: `warning`, `cell_dropped`, `row_rejected`; as shown: `error` or `warning`.
    pub severity: String,
    /// The text as it stands in the file.
    pub text: String,
    /// What to put there instead.
    pub suggestion: Option<String>,
    /// Why, in the reader's language; filled in where the language is known.
    pub reason: String,
}

fn problem_key(batch: Uuid, row: i64, place: i32) -> Uuid {
    Uuid::from_u128(batch.as_u128() ^ ((row as u128) << 16) ^ place as u128)
}

/// Keeps problems, their texts sealed. `of` is a batch or an upload that was checked.
pub(super) async fn insert_problems(
    db: &impl ConnectionTrait,
    keys: &Keyring,
    of: Uuid,
    problems: &[ProblemRow],
) -> Result<(), DbErr> {
    let columns = ["batch_id", "row_number", "place", "heading", "code", "severity", "cell", "suggestion"];
    let rows = problems.iter().map(|problem| {
        let key = problem_key(of, problem.row, problem.place);
        let suggestion = problem.suggestion.as_ref();
        vec![
            of.into_value(),
            problem.row.into_value(),
            problem.place.into_value(),
            problem.column.as_str().into_value(),
            problem.code.as_str().into_value(),
            problem.severity.as_str().into_value(),
            keys.seal_firm(SealedPlace::ProblemCell, key, problem.text.as_bytes()).into_value(),
            suggestion.map(|text| keys.seal_firm(SealedPlace::ProblemSuggestion, key, text.as_bytes())).into_value(),
        ]
    });
    insert_many(db, "batch_problem", &columns, rows.collect(), "ON CONFLICT DO NOTHING").await.map(drop)
}

/// Forgets the problems of an earlier check.
pub(super) async fn delete_problems(db: &impl ConnectionTrait, of: Uuid) -> Result<u64, DbErr> {
    sql("DELETE FROM batch_problem WHERE batch_id = $1").bind(of).run(db).await
}

/// Problems behind a place, in the order of the file.
pub(super) async fn problems(
    db: &impl ConnectionTrait,
    keys: &Keyring,
    of: Uuid,
    (code, column): (Option<&str>, Option<&str>),
    behind: (i64, i32),
    limit: i64,
) -> Result<Vec<ProblemRow>, DbErr> {
    let mut statement = sql("SELECT row_number, place, heading, code, severity, cell, suggestion FROM batch_problem
         WHERE batch_id = $1 AND (row_number > $2 OR (row_number = $2 AND place > $3))")
    .bind(of)
    .bind(behind.0)
    .bind(behind.1);
    let wanted = [(" AND code = ", code), (" AND heading = ", column)];
    for (text, value) in wanted.into_iter().filter_map(|(text, value)| Some((text, value?))) {
        statement = statement.text(text).arg(value);
    }
    let opened = |place, key, cell: Vec<u8>| {
        let plain = keys.open_firm(place, key, &cell).unwrap_or_default();
        String::from_utf8_lossy(&plain).into_owned()
    };
    statement
        .text(" ORDER BY row_number, place LIMIT ")
        .arg(limit)
        .all(db, |row| {
            let (number, place): (i64, i32) = (row.get("row_number")?, row.get("place")?);
            let key = problem_key(of, number, place);
            let suggestion: Option<Vec<u8>> = row.get("suggestion")?;
            Ok(ProblemRow {
                row: number,
                place,
                column: row.get("heading")?,
                code: row.get("code")?,
                severity: row.get("severity")?,
                text: opened(SealedPlace::ProblemCell, key, row.get("cell")?),
                suggestion: suggestion.map(|cell| opened(SealedPlace::ProblemSuggestion, key, cell)),
                reason: String::new(),
            })
        })
        .await
}

/// How many problems there are of each kind: code, column, severity, count.
pub(super) async fn problem_kinds(
    db: &impl ConnectionTrait,
    of: Uuid,
) -> Result<Vec<(String, String, String, i64)>, DbErr> {
    sql("SELECT code, heading, severity, COUNT(*) AS problems FROM batch_problem WHERE batch_id = $1
         GROUP BY code, heading, severity ORDER BY COUNT(*) DESC, code, heading LIMIT 500")
    .bind(of)
    .all(db, |row| Ok((row.get("code")?, row.get("heading")?, row.get("severity")?, row.get("problems")?)))
    .await
}

/// Appends that no hold binds a customer whom a batch of `b` named.
fn unheld(statement: Sql, batches: &str, today: Day) -> Sql {
    let text = format!(
        " AND NOT EXISTS (SELECT 1 FROM customer_hold h
           JOIN batch_entry e ON e.bucket = h.bucket AND e.customer_id = h.customer_id
           JOIN batch b ON b.id = e.batch_id
           WHERE {batches} AND h.from_day <= "
    );
    let statement = statement.text(&text).arg(today).text(" AND (h.until_day IS NULL OR h.until_day >= ").arg(today);
    statement.text("))")
}

/// Uploads of before an instant that no import reads, at most a thousand.
pub(super) async fn old_uploads(
    db: &impl ConnectionTrait,
    before: Instant,
    today: Day,
) -> Result<Vec<UploadId>, DbErr> {
    let statement = sql("SELECT u.id FROM upload u WHERE u.at_ms < ").arg(before).text(
        " AND NOT EXISTS (SELECT 1 FROM batch b WHERE b.upload_id = u.id AND b.state IN ('importing', 'undoing'))",
    );
    unheld(statement, "b.upload_id = u.id", today).text(" LIMIT 1000").all(db, |row| row.get("id")).await
}

/// Deletes uploads; their batches stay and have no file any more, nor what was repaired in it.
pub(super) async fn delete_uploads(db: &impl ConnectionTrait, ids: &[UploadId]) -> Result<(), DbErr> {
    for some in ids.chunks(500) {
        let batches = sql("UPDATE batch SET upload_id = NULL, repairs = '' WHERE upload_id IN ");
        batches.list(some.iter().copied()).run(db).await?;
        sql("DELETE FROM batch_problem WHERE batch_id IN ").list(some.iter().copied()).run(db).await?;
        sql("DELETE FROM upload WHERE id IN ").list(some.iter().copied()).run(db).await?;
    }
    Ok(())
}

/// Problems of batches that ended, and of uploads that came, before an instant.
pub(super) async fn retire_problems(
    db: &impl ConnectionTrait,
    how: Retire,
    before: Instant,
    today: Day,
) -> Result<i64, DbErr> {
    retire(db, how, ("batch_problem", &["batch_id", "row_number", "place"]), |statement| {
        let ended = statement.text("(t.batch_id IN (SELECT d.id FROM batch d WHERE d.finished_at_ms < ").arg(before);
        let came = ended.text(") OR t.batch_id IN (SELECT u.id FROM upload u WHERE u.at_ms < ").arg(before);
        unheld(came.text("))"), "(b.id = t.batch_id OR b.upload_id = t.batch_id)", today)
    })
    .await
}
