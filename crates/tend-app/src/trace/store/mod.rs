//! The SQL of traces; of processes and evidence in files of their own.

mod evidence;
mod process;

pub(super) use evidence::*;
pub(super) use process::*;

use crate::customer::seen_by;
use crate::platform::{Row, Sql, sql};
use sea_orm::{ConnectionTrait, DbErr};
use tend_rules::base::*;
use tend_rules::org::Scope;
use uuid::Uuid;

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

/// What stands in a trace, but for whose it is.
const COLUMNS: &str = "t.id, t.agreement_id, t.product, t.process_key, t.process_version, t.state, t.opened_by, \
     t.opened_at_ms, t.closed_at_ms, t.gap_count, t.due_at_ms";

/// Traces `t` of the customers `c`.
const OF_CUSTOMERS: &str = "FROM trace t JOIN customer c ON c.bucket = t.bucket AND c.id = t.customer_id";

/// Traces `t` opened under records that were merged into the customers `c`.
const OF_MERGED: &str = "FROM merged_customer m
     JOIN customer c ON c.bucket = m.whole_bucket AND c.id = m.whole_id
     JOIN trace t ON t.bucket = m.bucket AND t.customer_id = m.id";

/// Begins a list of traces, each under the record on file, as far as the scope shows that one.
fn traces(of: &str, scope: &Scope) -> Sql {
    let statement = format!(
        "SELECT {COLUMNS}, c.id AS customer_id, c.name, c.unit_id, c.owner_id, p.title_zh, p.title_en
         {of}
         LEFT JOIN trace_process p ON p.key = t.process_key AND p.version = t.process_version
         WHERE "
    );
    seen_by(sql(&statement), scope)
}

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
    sql(&format!("SELECT {COLUMNS}, t.customer_id FROM trace t WHERE t.bucket = $1 AND t.id = $2"))
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
    filtered(traces(OF_CUSTOMERS, scope), filter, before).arg(limit).all(db, listed).await
}

/// A page of traces opened under records that were merged into customers of the scope, newest first, each under the record
/// on file.
pub(super) async fn list_merged(
    db: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter<'_>,
    before: Option<(Instant, TraceId)>,
    limit: i64,
) -> Result<Vec<ListedRow>, DbErr> {
    filtered(traces(OF_MERGED, scope), filter, before).arg(limit).all(db, listed).await
}

/// The traces opened under one merged record, newest first, each under the record on file.
pub(super) async fn of_merged(
    db: &impl ConnectionTrait,
    scope: &Scope,
    part: CustomerId,
    limit: i64,
) -> Result<Vec<ListedRow>, DbErr> {
    of_record(traces(OF_MERGED, scope), part).arg(limit).all(db, listed).await
}

/// The traces of one customer, newest first.
pub(super) async fn of_customer(
    db: &impl ConnectionTrait,
    scope: &Scope,
    customer: CustomerId,
    limit: i64,
) -> Result<Vec<ListedRow>, DbErr> {
    of_record(traces(OF_CUSTOMERS, scope), customer).arg(limit).all(db, listed).await
}

fn of_record(statement: Sql, record: CustomerId) -> Sql {
    let statement = statement.text(" AND t.bucket = ").arg(record.bucket()).text(" AND t.customer_id = ").arg(record);
    statement.text(" ORDER BY t.opened_at_ms DESC, t.id DESC LIMIT ")
}

/// A trace that is or was closed, with the days of its contract.
pub(super) struct Closed {
    pub id: TraceId,
    pub customer: CustomerId,
    pub is_sold: bool,
    /// When it was closed, from which day years are counted; of one that is open again, when it was opened.
    pub at: Instant,
    /// First and last day of the contract, as far as they are known; none where there is no contract.
    pub contract: Option<(Option<Day>, Option<Day>)>,
}

/// Whose traces are looked at.
pub(super) enum Whose {
    /// One customer's that are sold, or were closed and opened again, whatever became of them since.
    Of(CustomerId),
    /// Everybody's that are closed, after one.
    After(Option<TraceId>),
}

/// A trace that was opened, closed and opened again has three turns at least.
const WAS_REOPENED: &str =
    "EXISTS (SELECT 1 FROM trace_turn x WHERE x.bucket = t.bucket AND x.trace_id = t.id AND x.place >= 2)";

/// Closed traces, by bucket and id.
pub(super) async fn closed(db: &impl ConnectionTrait, whose: Whose, limit: i64) -> Result<Vec<Closed>, DbErr> {
    let statement =
        sql("SELECT t.id, t.customer_id, t.state, COALESCE(t.closed_at_ms, t.opened_at_ms) AS at_ms, t.agreement_id,
           a.id AS agreement, a.start_day, a.end_day
         FROM trace t LEFT JOIN agreement a ON a.bucket = t.bucket AND a.id = t.agreement_id
         WHERE ");
    let statement = match whose {
        Whose::Of(customer) => statement
            .text("t.bucket = ")
            .arg(customer.bucket())
            .text(" AND t.customer_id = ")
            .arg(customer)
            .text(&format!(" AND (t.state = 'sold' OR {WAS_REOPENED})")),
        Whose::After(after) => {
            let closed = statement.text("t.state <> 'open' AND t.closed_at_ms IS NOT NULL");
            match after {
                Some(id) => closed.text(" AND (t.bucket, t.id) > (").arg(id.bucket()).text(", ").arg(id).text(")"),
                None => closed,
            }
        }
    };
    let closed = |row: &Row| {
        let (state, at): (String, Instant) = (row.get("state")?, row.get("at_ms")?);
        let agreement: Option<AgreementId> = row.get("agreement")?;
        let days = (row.get("start_day")?, row.get("end_day")?);
        let sale = Closed {
            id: row.get("id")?,
            customer: row.get("customer_id")?,
            is_sold: state == "sold",
            at,
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
