//! The door of reports: statements of what became of the work. Reads through named views, writes nothing but that one was
//! taken out as a file.

mod error;
mod http;
mod sheet;
mod store;

pub use error::ReportError;
pub use http::router;
pub use store::{Asked, Entry};

use crate::org::Who;
use crate::platform::{App, Problem};
use crate::work::{self, Naming};
use serde_json::json;
use std::collections::BTreeSet;
use tend_rules::base::{CustomerId, Language};
use tend_rules::org::{Permission, Scope};
use tend_rules::report::{Line, Tally};

/// The most work orders that one sheet holds.
const SHEET_ROWS_MAX: i64 = 100_000;

/// A statement: its lines and their sum.
#[derive(Debug)]
pub struct Statement {
    /// The lines.
    pub lines: Vec<Line>,
    /// The sum of the lines.
    pub total: Tally,
}

/// The statement of a reader's part of the firm.
pub async fn statement(app: &App, scope: &Scope, asked: &Asked, language: Language) -> Result<Statement, ReportError> {
    let counts = store::counts(app.read(), scope, asked, language).await?;
    let lines = Line::gather(counts);
    let total = Line::total(&lines);
    Ok(Statement { lines, total })
}

/// The work orders behind a line of a statement (all of them without a key), latest due first. Whoever may not read
/// customers is not told their names.
pub async fn entries(
    app: &App,
    who: &Who,
    asked: &Asked,
    key: Option<&str>,
    page: store::PageOf,
) -> Result<Vec<Entry>, ReportError> {
    let mut found = store::entries(app.read(), &who.scope(), asked, key, page, who.language).await?;
    if !who.may(Permission::ReadCustomers) {
        take_names_off(&mut found);
    }
    Ok(found)
}

fn take_names_off(entries: &mut [Entry]) {
    entries.iter_mut().for_each(|entry| entry.customer.1.clear());
}

/// A statement with the work orders behind it as an .xlsx, which says whose it is. The journal tells of it before a byte
/// goes out, and the customers are named as far as the person may take their names out alone.
pub async fn statement_file(app: &App, who: &Who, asked: &Asked) -> Result<Vec<u8>, Problem> {
    let statement = statement(app, &who.scope(), asked, who.language).await?;
    let all = store::PageOf { rows: SHEET_ROWS_MAX, behind: None };
    let mut entries = entries(app, who, asked, None, all).await?;
    let customers: BTreeSet<CustomerId> = entries.iter().map(|entry| entry.customer.0).collect();
    let told = json!({ "from": asked.from, "to": asked.to, "batch": asked.batch, "unit": asked.unit });
    let tx = app.begin().await?;
    let naming = work::take_statement(app, &tx, who, (entries.len(), &customers), told).await?;
    tx.commit().await?;
    if naming != Naming::Named {
        take_names_off(&mut entries);
    }
    let whose = work::whose(app, who, "statement.xlsx");
    Ok(sheet::workbook(&statement, &entries, (&whose, naming), who.language)?)
}
