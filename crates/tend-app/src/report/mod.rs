//! The door of reports: statements of what became of the work. Reads through named views, writes nothing.

mod error;
mod http;
mod sheet;
mod store;

pub use error::ReportError;
pub use http::router;
pub use store::{Asked, Entry};

use crate::platform::App;
use tend_rules::base::Language;
use tend_rules::org::Scope;
use tend_rules::report::{Line, Tally};

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

/// The work orders behind a line of a statement (all of them without a key), latest due first.
pub async fn entries(
    app: &App,
    scope: &Scope,
    asked: &Asked,
    key: Option<&str>,
    page: store::PageOf,
    language: Language,
) -> Result<Vec<Entry>, ReportError> {
    store::entries(app.read(), scope, asked, key, page, language).await
}
