//! Handlers of statements.

use super::ReportError;
use super::store::{Asked, Entry, PageOf};
use crate::org::{Actor, grant};
use crate::platform::{App, Page, PageQuery, Problem};
use axum::Json;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use tend_rules::base::*;
use tend_rules::report::{Group, Line, Tally};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this room.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read_statement)).routes(routes!(list_rows)).routes(routes!(download_sheet))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct StatementQuery {
    /// `batch`, `channel`, `person`, `reason` or `day`; by channel if not said.
    #[param(value_type = Option<String>, pattern = "^(batch|channel|person|reason|day)$")]
    by: Option<Group>,
    /// The first due day.
    from: Option<Day>,
    /// The last due day.
    to: Option<Day>,
    /// Only this batch.
    batch: Option<BatchId>,
    /// Only this unit and what is below it.
    unit: Option<UnitId>,
    /// For rows: the key of a line; all lines if left out.
    key: Option<String>,
}

impl StatementQuery {
    fn asked(&self) -> Asked {
        Asked {
            by: self.by.unwrap_or(Group::Channel),
            from: self.from,
            to: self.to,
            batch: self.batch,
            unit: self.unit,
        }
    }
}

/// A statement.
#[derive(Debug, Serialize, ToSchema)]
struct StatementShape {
    rows: Vec<LineShape>,
    /// The sum of the rows.
    totals: LineShape,
}

/// A line: `handed_out` is the sum of the other figures.
#[derive(Debug, Serialize, ToSchema)]
struct LineShape {
    key: String,
    title: String,
    handed_out: i64,
    open: i64,
    accepted: i64,
    done: i64,
    failed: i64,
    expired: i64,
    verified: i64,
    returned: i64,
}

impl LineShape {
    fn of(key: String, title: String, tally: Tally) -> Self {
        let Tally { handed_out, open, accepted, done, failed, expired, verified, returned } = tally;
        Self { key, title, handed_out, open, accepted, done, failed, expired, verified, returned }
    }
}

impl From<Line> for LineShape {
    fn from(line: Line) -> Self {
        Self::of(line.key, line.title, line.tally)
    }
}

/// A statement of work orders by batch, channel, person, reason or day.
#[utoipa::path(get, path = "/statements", tag = "report", params(StatementQuery), responses((status = 200, body = StatementShape)))]
async fn read_statement(
    who: Actor<grant::ReadStatements>,
    State(app): State<App>,
    Query(query): Query<StatementQuery>,
) -> Result<Json<StatementShape>, Problem> {
    let statement = super::statement(&app, &who.scope(), &query.asked(), who.language).await?;
    let totals = LineShape::of(String::new(), String::new(), statement.total);
    Ok(Json(StatementShape { rows: statement.lines.into_iter().map(LineShape::from).collect(), totals }))
}

/// A work order behind a line of a statement.
#[derive(Debug, Serialize, ToSchema)]
struct EntryShape {
    id: TouchId,
    customer: EntryCustomer,
    title: String,
    owner: Option<EntryOwner>,
    due_day: Day,
    state: String,
    outcome_code: String,
}

/// The customer of a work order.
#[derive(Debug, Serialize, ToSchema)]
struct EntryCustomer {
    id: CustomerId,
    /// The name; empty for whoever may not read customers.
    name: String,
}

/// The person on whose list a work order is or was.
#[derive(Debug, Serialize, ToSchema)]
struct EntryOwner {
    id: StaffId,
    name: String,
}

impl From<Entry> for EntryShape {
    fn from(entry: Entry) -> Self {
        Self {
            id: entry.id,
            customer: EntryCustomer { id: entry.customer.0, name: entry.customer.1 },
            title: entry.title,
            owner: entry.owner.map(|(id, name)| EntryOwner { id, name }),
            due_day: entry.due,
            state: entry.state,
            outcome_code: entry.outcome,
        }
    }
}

/// The work orders behind a line of a statement, latest due first.
#[utoipa::path(get, path = "/statements/rows", tag = "report", params(StatementQuery, PageQuery), responses((status = 200, body = Page<EntryShape>)))]
async fn list_rows(
    who: Actor<grant::ReadStatements>,
    State(app): State<App>,
    Query(query): Query<StatementQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<EntryShape>>, Problem> {
    let rows = page.rows();
    let of = PageOf {
        rows: rows + 1,
        behind: page.cursor.as_deref().map(|text| behind(text).ok_or(ReportError::BadCursor)).transpose()?,
    };
    let mut found = super::entries(&app, &who, &query.asked(), query.key.as_deref(), of).await?;
    let more = found.len() as i64 > rows;
    found.truncate(rows as usize);
    let next = found.last().filter(|_| more).map(|last| format!("{}.{}", last.due, last.id));
    Ok(Json(Page { items: found.into_iter().map(EntryShape::from).collect(), next, about: None }))
}

fn behind(cursor: &str) -> Option<(Day, TouchId)> {
    let (due, id) = cursor.split_once('.')?;
    Some((due.parse().ok()?, id.parse().ok()?))
}

/// The statement with its rows as an Excel file, which says whose it is. What one person may take out alone in an export
/// holds for the customers' names; beyond it their ids stand in the names' place.
#[utoipa::path(get, path = "/statements.xlsx", tag = "report", params(StatementQuery), responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>)))]
async fn download_sheet(
    who: Actor<grant::ReadStatements>,
    State(app): State<App>,
    Query(query): Query<StatementQuery>,
) -> Result<impl IntoResponse, Problem> {
    let bytes = super::statement_file(&app, &who, &query.asked()).await?;
    Ok((
        [
            (header::CONTENT_TYPE, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            (header::CONTENT_DISPOSITION, "attachment; filename=\"statement.xlsx\""),
        ],
        bytes,
    ))
}
