//! The SQL of statements, over the view `statement_touch` only.

use super::ReportError;
use crate::org::scope_predicate;
use crate::platform::{Row, Sql, sql};
use sea_orm::{ConnectionTrait, DbErr};
use tend_rules::base::*;
use tend_rules::org::Scope;
use tend_rules::report::Group;
use tend_rules::work::State;

/// What a statement is asked for. Days are due days, both ends included.
#[derive(Debug, Clone)]
pub struct Asked {
    /// By what it groups.
    pub by: Group,
    /// The first day.
    pub from: Option<Day>,
    /// The last day.
    pub to: Option<Day>,
    /// Only this batch.
    pub batch: Option<BatchId>,
    /// Only this unit and what is below it.
    pub unit: Option<UnitId>,
}

/// A piece of a long list: how many rows, behind which row.
#[derive(Debug, Clone, Copy)]
pub struct PageOf {
    /// Rows.
    pub rows: i64,
    /// Due day and id of the last row of the page before.
    pub behind: Option<(Day, TouchId)>,
}

/// A work order behind a line.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The work order.
    pub id: TouchId,
    /// The customer.
    pub customer: (CustomerId, String),
    /// What it was about.
    pub title: String,
    /// Whose list it is or was on.
    pub owner: Option<(StaffId, String)>,
    /// The batch.
    pub batch: Option<(BatchId, String)>,
    /// The channel.
    pub channel: String,
    /// The day it was due.
    pub due: Day,
    /// Where it stands.
    pub state: String,
    /// The outcome code, empty while there is none.
    pub outcome: String,
}

/// The columns of a group: its key as text and its title.
fn columns(by: Group, language: Language) -> (&'static str, &'static str) {
    let title = match language {
        Language::Zh => "s.title_zh",
        Language::En => "s.title_en",
    };
    match by {
        Group::Batch => ("s.batch_id", "s.batch_name"),
        Group::Channel => ("s.channel_id", "s.channel_name"),
        Group::Person => ("s.owner_id", "s.owner_name"),
        Group::Reason => ("s.title_zh", title),
        Group::Day => ("s.due_day", "CAST(s.due_day AS TEXT)"),
    }
}

/// How many work orders of each state stand in each line.
pub(super) async fn counts(
    db: &impl ConnectionTrait,
    scope: &Scope,
    asked: &Asked,
    language: Language,
) -> Result<Vec<(String, String, State, i64)>, ReportError> {
    check(asked)?;
    let (key, title) = columns(asked.by, language);
    let statement = sql(&format!(
        "SELECT {key} AS line_key, {title} AS line_title, s.state, COUNT(*) AS orders
         FROM statement_touch s
         WHERE "
    ));
    let statement = filtered(statement, scope, asked)
        .text(&format!(" GROUP BY {key}, {title}, s.state ORDER BY {title}, {key} LIMIT 100000"));
    let rows = statement.all(db, |row| {
        let key = key_of(row, asked.by)?;
        let title: String = row.get("line_title")?;
        let title = if title.is_empty() || asked.by == Group::Day { readable(&key, asked.by) } else { title };
        Ok((key, title, state(row)?, row.get("orders")?))
    });
    Ok(rows.await?)
}

/// The work orders of a line.
pub(super) async fn entries(
    db: &impl ConnectionTrait,
    scope: &Scope,
    asked: &Asked,
    key: Option<&str>,
    page: PageOf,
    language: Language,
) -> Result<Vec<Entry>, ReportError> {
    check(asked)?;
    let statement =
        sql("SELECT s.id, s.customer_id, s.customer_name, s.title_zh, s.title_en, s.owner_id, s.owner_name,
           s.batch_id, s.batch_name, s.channel_name, s.due_day, s.state, s.outcome_code
         FROM statement_touch s
         WHERE s.state <> 'withdrawn' AND ");
    let mut statement = filtered(statement, scope, asked);
    if let Some(key) = key {
        statement = of_line(statement.text(" AND "), asked.by, key);
    }
    if let Some((due, id)) = page.behind {
        statement = statement.text(" AND (s.due_day < ").arg(due).text(" OR (s.due_day = ").arg(due);
        statement = statement.text(" AND s.id < ").arg(id).text("))");
    }
    let statement = statement.text(" ORDER BY s.due_day DESC, s.id DESC LIMIT ").arg(page.rows);
    let rows = statement.all(db, |row| {
        let owner: Option<StaffId> = row.get("owner_id")?;
        let batch: Option<BatchId> = row.get("batch_id")?;
        let (owner_name, batch_name): (String, String) = (row.get("owner_name")?, row.get("batch_name")?);
        Ok(Entry {
            id: row.get("id")?,
            customer: (row.get("customer_id")?, row.get("customer_name")?),
            title: row.get(if language == Language::Zh { "title_zh" } else { "title_en" })?,
            owner: owner.map(|id| (id, owner_name)),
            batch: batch.map(|id| (id, batch_name)),
            channel: row.get("channel_name")?,
            due: row.get("due_day")?,
            state: row.get("state")?,
            outcome: row.get("outcome_code")?,
        })
    });
    Ok(rows.await?)
}

fn check(asked: &Asked) -> Result<(), ReportError> {
    match (asked.from, asked.to) {
        (Some(from), Some(to)) if to < from => Err(ReportError::PeriodBackwards { from, to }),
        _ => Ok(()),
    }
}

/// The predicate that counts and rows share: what makes their sums equal.
fn filtered(statement: Sql, scope: &Scope, asked: &Asked) -> Sql {
    let mut statement = scope_predicate(statement, scope, "s.unit_id", "s.owner_id");
    if let Some(from) = asked.from {
        statement = statement.text(" AND s.due_day >= ").arg(from);
    }
    if let Some(to) = asked.to {
        statement = statement.text(" AND s.due_day <= ").arg(to);
    }
    if let Some(batch) = asked.batch {
        statement = statement.text(" AND s.batch_id = ").arg(batch);
    }
    if let Some(unit) = asked.unit {
        statement = statement
            .text(" AND s.unit_id IN (SELECT descendant_id FROM unit_closure WHERE ancestor_id = ")
            .arg(unit)
            .text(")");
    }
    statement
}

fn of_line(statement: Sql, by: Group, key: &str) -> Sql {
    let (column, _) = columns(by, Language::Zh);
    let statement = statement.text(column);
    if key.is_empty() {
        return statement.text(" IS NULL");
    }
    let statement = statement.text(" = ");
    match by {
        Group::Batch => statement.arg(key.parse::<BatchId>().ok()),
        Group::Channel => statement.arg(key.parse::<UnitId>().ok()),
        Group::Person => statement.arg(key.parse::<StaffId>().ok()),
        Group::Reason => statement.arg(key),
        Group::Day => statement.arg(key.parse::<Day>().ok()),
    }
}

fn key_of(row: &Row, by: Group) -> Result<String, DbErr> {
    Ok(match by {
        Group::Batch => row.get::<Option<BatchId>>("line_key")?.map(|id| id.to_string()),
        Group::Channel => row.get::<Option<UnitId>>("line_key")?.map(|id| id.to_string()),
        Group::Person => row.get::<Option<StaffId>>("line_key")?.map(|id| id.to_string()),
        Group::Reason => Some(row.get("line_key")?),
        Group::Day => Some(row.get::<Day>("line_key")?.to_string()),
    }
    .unwrap_or_default())
}

/// A title where the view has none: a day speaks for itself, "no batch" and "nobody" are a dash.
fn readable(key: &str, by: Group) -> String {
    match by {
        Group::Day => key.to_owned(),
        _ => "—".to_owned(),
    }
}

fn state(row: &Row) -> Result<State, DbErr> {
    let word: String = row.get("state")?;
    State::from_word(&word).ok_or_else(|| DbErr::Type(format!("{word} is no state of a work order")))
}
