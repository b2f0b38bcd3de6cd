//! What was wrong with the rows of a file, by kind: for the pages of checks and batches, and for the command line.

use crate::intake;
use crate::platform::App;
use sea_orm::DbErr;
use serde::Serialize;
use tend_rules::base::Language;
use tend_rules::intake::{ProblemCode, Severity};
use uuid::Uuid;

/// Problems of one kind in one column.
#[derive(Debug, Clone, Serialize)]
pub struct ProblemsOfKind {
    /// The code.
    pub code: String,
    /// The heading; empty where the whole row is meant.
    pub column: String,
    /// `error` or `warning`.
    pub severity: &'static str,
    /// How many.
    pub count: i64,
    /// What it is, in the reader's language.
    pub title: &'static str,
}

/// The two grades that a person needs to tell apart: an error refuses the row, a warning lets it in.
pub(in crate::customer) fn grade(severity: &str) -> &'static str {
    if severity == Severity::RowRejected.word() { "error" } else { "warning" }
}

/// Problems of each kind and column of a batch, or of an upload that was checked, most frequent first.
pub async fn problems_by_kind(app: &App, of: Uuid, language: Language) -> Result<Vec<ProblemsOfKind>, DbErr> {
    let kinds = intake::problem_kinds(app, of).await?.into_iter();
    let shaped = kinds.map(|(code, column, severity, count)| ProblemsOfKind {
        title: ProblemCode::from_word(&code).map_or("", |code| code.words(language)),
        severity: grade(&severity),
        code,
        column,
        count,
    });
    Ok(shaped.collect())
}
