//! The SQL of processes, traces and their evidence.

use crate::customer::seen_by;
use crate::platform::{Row, Sql, sql};
use sea_orm::{ConnectionTrait, DbErr};
use tend_rules::base::*;
use tend_rules::org::Scope;
use uuid::Uuid;

/// A version of a process.
#[derive(Debug, Clone)]
pub(super) struct ProcessText {
    pub key: String,
    pub version: i32,
    pub playbook: String,
    pub title_zh: String,
    pub title_en: String,
    pub text: String,
    pub added_at: Instant,
    pub added_by: String,
}

const PROCESS: &str = "SELECT p.key, p.version, p.playbook, p.title_zh, p.title_en, p.text, p.added_at_ms, p.added_by
     FROM trace_process p";

fn process_text(row: &Row) -> Result<ProcessText, DbErr> {
    Ok(ProcessText {
        key: row.get("key")?,
        version: row.get("version")?,
        playbook: row.get("playbook")?,
        title_zh: row.get("title_zh")?,
        title_en: row.get("title_en")?,
        text: row.get("text")?,
        added_at: row.get("added_at_ms")?,
        added_by: row.get("added_by")?,
    })
}

/// Puts a version of a process; one that is there stays as it is. Answers whether it is new.
pub(super) async fn put_process(db: &impl ConnectionTrait, process: &ProcessText) -> Result<bool, DbErr> {
    let added =
        sql("INSERT INTO trace_process (key, version, playbook, title_zh, title_en, text, added_at_ms, added_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING")
        .bind(&process.key)
        .bind(process.version)
        .bind(&process.playbook)
        .bind(&process.title_zh)
        .bind(&process.title_en)
        .bind(&process.text)
        .bind(process.added_at)
        .bind(&process.added_by)
        .run(db)
        .await?;
    Ok(added == 1)
}

/// Which versions there are: key and version.
pub(super) async fn versions(db: &impl ConnectionTrait) -> Result<Vec<(String, i32)>, DbErr> {
    sql("SELECT key, version FROM trace_process ORDER BY key, version LIMIT 10000")
        .all(db, |row| Ok((row.get("key")?, row.get("version")?)))
        .await
}

/// The newest version of each process.
pub(super) async fn newest_processes(db: &impl ConnectionTrait) -> Result<Vec<ProcessText>, DbErr> {
    sql(PROCESS)
        .text(
            " WHERE p.version = (SELECT MAX(v.version) FROM trace_process v WHERE v.key = p.key)
              ORDER BY p.key LIMIT 1000",
        )
        .all(db, process_text)
        .await
}

/// One version of a process; the newest if none is named.
pub(super) async fn process(
    db: &impl ConnectionTrait,
    key: &str,
    version: Option<i32>,
) -> Result<Option<ProcessText>, DbErr> {
    sql(PROCESS)
        .text(" WHERE p.key = ")
        .arg(key)
        .text(" AND p.version <= ")
        .arg(version.unwrap_or(i32::MAX))
        .text(" ORDER BY p.version DESC LIMIT 1")
        .one(db, process_text)
        .await
        .map(|found| found.filter(|found| version.is_none_or(|wanted| wanted == found.version)))
}

/// A trace as it stands in its table.
#[derive(Debug, Clone)]
pub(super) struct TraceRow {
    pub id: TraceId,
    pub customer: CustomerId,
    pub agreement: Option<AgreementId>,
    pub product: String,
    pub process_key: String,
    pub process_version: i32,
    pub state: String,
    pub opened_by: StaffId,
    pub opened_at: Instant,
    pub closed_at: Option<Instant>,
    pub gap_count: i32,
    pub due_at: Option<Instant>,
}

fn trace_row(row: &Row) -> Result<TraceRow, DbErr> {
    Ok(TraceRow {
        id: row.get("id")?,
        customer: row.get("customer_id")?,
        agreement: row.get("agreement_id")?,
        product: row.get("product")?,
        process_key: row.get("process_key")?,
        process_version: row.get("process_version")?,
        state: row.get("state")?,
        opened_by: row.get("opened_by")?,
        opened_at: row.get("opened_at_ms")?,
        closed_at: row.get("closed_at_ms")?,
        gap_count: row.get("gap_count")?,
        due_at: row.get("due_at_ms")?,
    })
}

const TRACE: &str = "SELECT t.id, t.customer_id, t.agreement_id, t.product, t.process_key, t.process_version, t.state,
       t.opened_by, t.opened_at_ms, t.closed_at_ms, t.gap_count, t.due_at_ms, c.name, c.unit_id, c.owner_id,
       p.title_zh, p.title_en
     FROM trace t
     JOIN customer c ON c.bucket = t.bucket AND c.id = t.customer_id
     LEFT JOIN trace_process p ON p.key = t.process_key AND p.version = t.process_version
     WHERE ";

const MERGED: &str = "SELECT t.id, t.customer_id, t.agreement_id, t.product, t.process_key, t.process_version, t.state,
       t.opened_by, t.opened_at_ms, t.closed_at_ms, t.gap_count, t.due_at_ms, m.name, m.unit_id, m.owner_id, m.whole_id,
       p.title_zh, p.title_en
     FROM merged_customer m
     JOIN trace t ON t.bucket = m.bucket AND t.customer_id = m.id
     LEFT JOIN trace_process p ON p.key = t.process_key AND p.version = t.process_version
     WHERE 1 = 1";

pub(super) async fn insert(db: &impl ConnectionTrait, new: &TraceRow) -> Result<u64, DbErr> {
    sql("INSERT INTO trace (bucket, id, customer_id, agreement_id, product, process_key, process_version, state,
           opened_by, opened_at_ms, gap_count, due_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)")
    .bind(new.id.bucket())
    .bind(new.id)
    .bind(new.customer)
    .bind(new.agreement)
    .bind(&new.product)
    .bind(&new.process_key)
    .bind(new.process_version)
    .bind(&new.state)
    .bind(new.opened_by)
    .bind(new.opened_at)
    .bind(new.gap_count)
    .bind(new.due_at)
    .run(db)
    .await
}

/// Takes hold of a trace for a change: whoever comes second waits, and finds what the first one left.
pub(super) async fn hold(db: &impl ConnectionTrait, id: TraceId) -> Result<u64, DbErr> {
    sql("UPDATE trace SET version = version + 1 WHERE bucket = $1 AND id = $2").bind(id.bucket()).bind(id).run(db).await
}

/// One trace, whoever asks: the caller holds the customer against its scope.
pub(super) async fn one(db: &impl ConnectionTrait, id: TraceId) -> Result<Option<TraceRow>, DbErr> {
    sql("SELECT t.id, t.customer_id, t.agreement_id, t.product, t.process_key, t.process_version, t.state, t.opened_by,
           t.opened_at_ms, t.closed_at_ms, t.gap_count, t.due_at_ms
         FROM trace t WHERE t.bucket = $1 AND t.id = $2")
    .bind(id.bucket())
    .bind(id)
    .one(db, trace_row)
    .await
}

/// Keeps what is missing as of a change.
pub(super) async fn count_gaps(
    db: &impl ConnectionTrait,
    id: TraceId,
    gaps: i32,
    due_at: Option<Instant>,
) -> Result<u64, DbErr> {
    sql("UPDATE trace SET gap_count = $1, due_at_ms = $2 WHERE bucket = $3 AND id = $4")
        .bind(gaps)
        .bind(due_at)
        .bind(id.bucket())
        .bind(id)
        .run(db)
        .await
}

/// Moves a trace to another state.
pub(super) async fn turn(
    db: &impl ConnectionTrait,
    id: TraceId,
    state: &str,
    closed_at: Option<Instant>,
) -> Result<u64, DbErr> {
    sql("UPDATE trace SET state = $1, closed_at_ms = $2 WHERE bucket = $3 AND id = $4")
        .bind(state)
        .bind(closed_at)
        .bind(id.bucket())
        .bind(id)
        .run(db)
        .await
}

/// The traces opened under a record, with the agreement that each is about.
pub(super) async fn subjects_of(
    db: &impl ConnectionTrait,
    customer: CustomerId,
) -> Result<Vec<(TraceId, Option<Uuid>)>, DbErr> {
    sql("SELECT id, agreement_id FROM trace WHERE bucket = $1 AND customer_id = $2 ORDER BY id LIMIT 10000")
        .bind(customer.bucket())
        .bind(customer)
        .all(db, |row| Ok((row.get("id")?, row.get("agreement_id")?)))
        .await
}

/// Turns a trace to where its agreement is found now.
pub(super) async fn point_to(db: &impl ConnectionTrait, id: TraceId, agreement: Uuid) -> Result<u64, DbErr> {
    sql("UPDATE trace SET agreement_id = $1, version = version + 1 WHERE bucket = $2 AND id = $3")
        .bind(agreement)
        .bind(id.bucket())
        .bind(id)
        .run(db)
        .await
}

/// A trace of a list.
#[derive(Debug, Clone)]
pub(super) struct ListedRow {
    pub trace: TraceRow,
    pub customer_name: String,
    pub owner: Option<StaffId>,
    pub title_zh: String,
    pub title_en: String,
}

fn listed(row: &Row) -> Result<ListedRow, DbErr> {
    Ok(ListedRow {
        trace: trace_row(row)?,
        customer_name: row.get("name")?,
        owner: row.get("owner_id")?,
        title_zh: row.get::<Option<String>>("title_zh")?.unwrap_or_default(),
        title_en: row.get::<Option<String>>("title_en")?.unwrap_or_default(),
    })
}

/// Which traces are wanted.
#[derive(Debug, Clone, Default)]
pub(super) struct Filter<'a> {
    pub state: Option<&'a str>,
    pub process: Option<&'a str>,
    pub with_gaps: bool,
    pub due_before: Option<Instant>,
}

fn filtered(mut statement: Sql, filter: &Filter<'_>, before: Option<(Instant, TraceId)>) -> Sql {
    if let Some(state) = filter.state {
        statement = statement.text(" AND t.state = ").arg(state);
    }
    if let Some(process) = filter.process {
        statement = statement.text(" AND t.process_key = ").arg(process);
    }
    if filter.with_gaps {
        statement = statement.text(" AND t.state = 'open' AND t.gap_count > 0");
    }
    if let Some(before) = filter.due_before {
        statement = statement.text(" AND t.state = 'open' AND t.due_at_ms < ").arg(before);
    }
    if let Some((at, id)) = before {
        statement = statement.text(" AND (t.opened_at_ms, t.id) < (").arg(at).text(", ").arg(id).text(")");
    }
    statement.text(" ORDER BY t.opened_at_ms DESC, t.id DESC LIMIT ")
}

/// A page of traces, newest first.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter<'_>,
    before: Option<(Instant, TraceId)>,
    limit: i64,
) -> Result<Vec<ListedRow>, DbErr> {
    filtered(seen_by(sql(TRACE), scope), filter, before).arg(limit).all(db, listed).await
}

/// A page of traces opened under records that were merged into others, newest first, each with the record on file: the
/// caller holds that against its scope, and puts its name there.
pub(super) async fn list_merged(
    db: &impl ConnectionTrait,
    filter: &Filter<'_>,
    before: Option<(Instant, TraceId)>,
    limit: i64,
) -> Result<Vec<(CustomerId, ListedRow)>, DbErr> {
    let row = |row: &Row| Ok((row.get("whole_id")?, listed(row)?));
    filtered(sql(MERGED), filter, before).arg(limit).all(db, row).await
}

/// The traces opened under one merged record, newest first. The caller has shown that the record on file is in scope.
pub(super) async fn of_merged(
    db: &impl ConnectionTrait,
    part: CustomerId,
    limit: i64,
) -> Result<Vec<ListedRow>, DbErr> {
    sql(MERGED)
        .text(" AND t.bucket = ")
        .arg(part.bucket())
        .text(" AND t.customer_id = ")
        .arg(part)
        .text(" ORDER BY t.opened_at_ms DESC, t.id DESC LIMIT ")
        .arg(limit)
        .all(db, listed)
        .await
}

/// The traces of one customer, newest first.
pub(super) async fn of_customer(
    db: &impl ConnectionTrait,
    scope: &Scope,
    customer: CustomerId,
    limit: i64,
) -> Result<Vec<ListedRow>, DbErr> {
    seen_by(sql(TRACE), scope)
        .text(" AND t.bucket = ")
        .arg(customer.bucket())
        .text(" AND t.customer_id = ")
        .arg(customer)
        .text(" ORDER BY t.opened_at_ms DESC, t.id DESC LIMIT ")
        .arg(limit)
        .all(db, listed)
        .await
}

/// A trace that was closed, with the days of its contract.
pub(super) struct Closed {
    pub id: TraceId,
    pub customer: CustomerId,
    pub is_sold: bool,
    /// The day it was closed, in UTC: years are counted from it.
    pub on: Day,
    /// First and last day of the contract, as far as they are known; none where there is no contract.
    pub contract: Option<(Option<Day>, Option<Day>)>,
}

/// Whose closed traces are looked at.
pub(super) enum Whose {
    Of(CustomerId),
    /// Everybody's, after one.
    After(Option<TraceId>),
}

/// Closed traces, by bucket and id.
pub(super) async fn closed(db: &impl ConnectionTrait, whose: Whose, limit: i64) -> Result<Vec<Closed>, DbErr> {
    let mut statement =
        sql("SELECT t.id, t.customer_id, t.state, t.closed_at_ms, t.agreement_id, a.id AS agreement, a.start_day,
           a.end_day
         FROM trace t LEFT JOIN agreement a ON a.bucket = t.bucket AND a.id = t.agreement_id
         WHERE t.state <> 'open' AND t.closed_at_ms IS NOT NULL");
    statement = match whose {
        Whose::Of(customer) => {
            statement.text(" AND t.bucket = ").arg(customer.bucket()).text(" AND t.customer_id = ").arg(customer)
        }
        Whose::After(Some(id)) => {
            statement.text(" AND (t.bucket, t.id) > (").arg(id.bucket()).text(", ").arg(id).text(")")
        }
        Whose::After(None) => statement,
    };
    let closed = |row: &Row| {
        let (state, at): (String, Instant) = (row.get("state")?, row.get("closed_at_ms")?);
        let agreement: Option<AgreementId> = row.get("agreement")?;
        let days = (row.get("start_day")?, row.get("end_day")?);
        let sale = Closed {
            id: row.get("id")?,
            customer: row.get("customer_id")?,
            is_sold: state == "sold",
            on: Day::from_number(at.millis().div_euclid(86_400_000) as i32),
            contract: agreement.map(|_| days),
        };
        Ok((sale, row.get::<Option<AgreementId>>("agreement_id")?))
    };
    let found = statement.text(" ORDER BY t.bucket, t.id LIMIT ").arg(limit).all(db, |row| closed(row)).await?;
    let mut sales = Vec::with_capacity(found.len());
    for (mut sale, agreement) in found {
        // The contract of a record that was merged lies with the record on file.
        if let Some(agreement) = agreement.filter(|id| id.bucket() != sale.id.bucket()) {
            sale.contract = contract(db, agreement).await?;
        }
        sales.push(sale);
    }
    Ok(sales)
}

async fn contract(
    db: &impl ConnectionTrait,
    agreement: AgreementId,
) -> Result<Option<(Option<Day>, Option<Day>)>, DbErr> {
    sql("SELECT start_day, end_day FROM agreement WHERE bucket = $1 AND id = $2")
        .bind(agreement.bucket())
        .bind(agreement)
        .one(db, |row| Ok((row.get("start_day")?, row.get("end_day")?)))
        .await
}

/// Deletes a trace with its evidence and turns.
pub(super) async fn delete(db: &impl ConnectionTrait, id: TraceId) -> Result<(), DbErr> {
    for statement in [
        "DELETE FROM trace_evidence WHERE bucket = $1 AND trace_id = $2",
        "DELETE FROM trace_turn WHERE bucket = $1 AND trace_id = $2",
        "DELETE FROM trace WHERE bucket = $1 AND id = $2",
    ] {
        sql(statement).bind(id.bucket()).bind(id).run(db).await?;
    }
    Ok(())
}

/// Which of these pieces of evidence there are.
pub(super) async fn known_evidence(db: &impl ConnectionTrait, ids: &[EvidenceId]) -> Result<Vec<EvidenceId>, DbErr> {
    let mut known = Vec::new();
    for id in ids {
        let found = sql("SELECT id FROM trace_evidence WHERE bucket = $1 AND id = $2").bind(id.bucket()).bind(*id);
        let found: Option<EvidenceId> = found.one(db, |row| row.get("id")).await?;
        known.extend(found);
    }
    Ok(known)
}

/// A sealed record.
#[derive(Debug, Clone)]
pub(super) struct Sealed {
    pub id: Uuid,
    pub cell: Vec<u8>,
    pub file_key_cell: Option<Vec<u8>>,
}

pub(super) async fn insert_turn(
    db: &impl ConnectionTrait,
    trace: TraceId,
    id: Uuid,
    at: Instant,
    cell: Vec<u8>,
) -> Result<u64, DbErr> {
    sql("INSERT INTO trace_turn (bucket, id, trace_id, at_ms, cell, place)
         VALUES ($1, $2, $3, $4, $5,
           (SELECT COUNT(*) FROM trace_turn x WHERE x.bucket = $1 AND x.trace_id = $3))")
    .bind(trace.bucket())
    .bind(id)
    .bind(trace)
    .bind(at)
    .bind(cell)
    .run(db)
    .await
}

/// The turns of a trace, oldest first.
pub(super) async fn turns(db: &impl ConnectionTrait, trace: TraceId) -> Result<Vec<Sealed>, DbErr> {
    sql("SELECT id, cell FROM trace_turn WHERE bucket = $1 AND trace_id = $2 ORDER BY place LIMIT 1000")
        .bind(trace.bucket())
        .bind(trace)
        .all(db, |row| Ok(Sealed { id: row.get("id")?, cell: row.get("cell")?, file_key_cell: None }))
        .await
}

pub(super) async fn insert_evidence(
    db: &impl ConnectionTrait,
    trace: TraceId,
    at: Instant,
    sealed: Sealed,
) -> Result<u64, DbErr> {
    sql("INSERT INTO trace_evidence (bucket, id, trace_id, given_at_ms, cell, file_key_cell, place)
         VALUES ($1, $2, $3, $4, $5, $6,
           (SELECT COUNT(*) FROM trace_evidence x WHERE x.bucket = $1 AND x.trace_id = $3))")
    .bind(trace.bucket())
    .bind(sealed.id)
    .bind(trace)
    .bind(at)
    .bind(sealed.cell)
    .bind(sealed.file_key_cell)
    .run(db)
    .await
}

/// The evidence of a trace, oldest first.
pub(super) async fn evidence(db: &impl ConnectionTrait, trace: TraceId) -> Result<Vec<Sealed>, DbErr> {
    sql("SELECT id, cell, file_key_cell FROM trace_evidence
         WHERE bucket = $1 AND trace_id = $2 ORDER BY place LIMIT 1000")
    .bind(trace.bucket())
    .bind(trace)
    .all(db, |row| Ok(Sealed { id: row.get("id")?, cell: row.get("cell")?, file_key_cell: row.get("file_key_cell")? }))
    .await
}

/// A sealed record with its owner.
pub(super) type OwnCell = (Uuid, CustomerId, Vec<u8>, Option<Vec<u8>>);

fn of_wanted(customers: impl Iterator<Item = CustomerId>, rest: &str) -> Option<Sql> {
    let mut wanted = sql("WITH w (bucket, id) AS (VALUES ");
    let mut any = false;
    for customer in customers {
        wanted = wanted.text(if any { ", (" } else { "(" }).arg(customer.bucket()).text(", ").arg(customer).text(")");
        any = true;
    }
    any.then(|| wanted.text(rest))
}

/// The sealed turns of customers.
pub(super) async fn turn_cells(
    db: &impl ConnectionTrait,
    customers: impl Iterator<Item = CustomerId>,
) -> Result<Vec<OwnCell>, DbErr> {
    let rest = ") SELECT x.id, t.customer_id, x.cell FROM w CROSS JOIN trace t JOIN trace_turn x ON x.bucket = t.bucket AND x.trace_id = t.id
         WHERE t.bucket = w.bucket AND t.customer_id = w.id";
    let Some(statement) = of_wanted(customers, rest) else { return Ok(Vec::new()) };
    statement.all(db, |row| Ok((row.get("id")?, row.get("customer_id")?, row.get("cell")?, None))).await
}

/// The sealed evidence of customers.
pub(super) async fn evidence_cells(
    db: &impl ConnectionTrait,
    customers: impl Iterator<Item = CustomerId>,
) -> Result<Vec<OwnCell>, DbErr> {
    let rest = ") SELECT x.id, t.customer_id, x.cell, x.file_key_cell
         FROM w CROSS JOIN trace t JOIN trace_evidence x ON x.bucket = t.bucket AND x.trace_id = t.id
         WHERE t.bucket = w.bucket AND t.customer_id = w.id";
    let Some(statement) = of_wanted(customers, rest) else { return Ok(Vec::new()) };
    let row = |row: &Row| Ok((row.get("id")?, row.get("customer_id")?, row.get("cell")?, row.get("file_key_cell")?));
    statement.all(db, row).await
}
