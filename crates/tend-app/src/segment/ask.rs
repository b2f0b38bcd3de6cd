//! Questions asked of the whole file: how many, who, and what is wrong with the question.

use super::SegmentError;
use super::snapshot::{Snapshot, present_catalogue, snapshot};
use crate::customer::heads;
use crate::org::every_unit;
use crate::platform::App;
use serde::Serialize;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Instant as Stopwatch;
use tend_planner::{Columns, Settings, members};
use tend_rules::base::*;
use tend_rules::org::Scope;
use tend_rules::segment::{Catalogue, Condition, Reads, ShownProblem};
use utoipa::ToSchema;

/// Customers shown beside a count.
const SAMPLE: usize = 8;

/// A customer by name.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = NamedCustomer)]
pub struct Named {
    /// The customer.
    pub id: CustomerId,
    /// The name.
    pub name: String,
}

/// How many customers a question is about.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Count {
    /// How many.
    pub count: usize,
    /// How long it took, in milliseconds.
    pub ms: u64,
    /// A few of them.
    pub sample: Vec<Named>,
}

/// What is wrong with a text.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TextProblem {
    /// The line, from 1.
    pub line: u32,
    /// The character within the line, from 1.
    pub column: u32,
    /// The stable code.
    pub code: &'static str,
    /// The sentence in the reader's language.
    pub message: String,
    /// What was probably meant.
    pub suggestion: Option<String>,
}

impl From<ShownProblem> for TextProblem {
    fn from(problem: ShownProblem) -> Self {
        Self {
            line: problem.place.line,
            column: problem.place.column,
            code: problem.code,
            message: problem.detail,
            suggestion: problem.suggestion,
        }
    }
}

/// What is wrong with an expression; empty if nothing is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problems {
    /// The problems in the order of the text.
    pub problems: Vec<TextProblem>,
}

fn parsed(expression: &str, catalogue: &Catalogue, language: Language) -> Result<Condition, SegmentError> {
    Condition::parse(expression, catalogue).map_err(|problems| SegmentError::Expression {
        problems: problems.iter().map(|problem| ShownProblem::of(problem, expression, language)).collect(),
    })
}

/// What is wrong with an expression, in the reader's language.
pub async fn problems_of(app: &App, expression: &str, language: Language) -> Result<Problems, SegmentError> {
    match parsed(expression, &*present_catalogue(app).await?, language) {
        Ok(_) => Ok(Problems { problems: Vec::new() }),
        Err(SegmentError::Expression { problems }) => {
            Ok(Problems { problems: problems.into_iter().map(TextProblem::from).collect() })
        }
        Err(error) => Err(error),
    }
}

/// The expression, if it can be understood.
pub async fn checked(app: &App, expression: &str, language: Language) -> Result<Condition, SegmentError> {
    parsed(expression, &*present_catalogue(app).await?, language)
}

/// How many customers in scope meet a condition today, with a few of them.
pub async fn count(app: &App, scope: &Scope, expression: &str, language: Language) -> Result<Count, SegmentError> {
    let began = Stopwatch::now();
    let catalogue = present_catalogue(app).await?;
    let condition = parsed(expression, &catalogue, language)?;
    let reads = condition.0.reads.clone();
    let ask = move |columns: &Columns, day: Day| members(columns, &condition.0, day, threads());
    count_by(app, scope, &catalogue, &reads, ask, began).await
}

/// How many customers in scope are among the rows that a question gives, which reads no more than `reads`; `began` is
/// when it was asked.
pub async fn count_by(
    app: &App,
    scope: &Scope,
    catalogue: &Arc<Catalogue>,
    reads: &Reads,
    ask: impl FnOnce(&Columns, Day) -> Vec<u32> + Send + 'static,
    began: Stopwatch,
) -> Result<Count, SegmentError> {
    let (shot, rows) = found(app, scope, catalogue, reads, ask).await?;
    let sample: Vec<CustomerId> = rows.iter().take(SAMPLE).map(|row| shot.columns.customer(*row)).collect();
    let names = heads(app, scope, &sample).await?;
    let named = |id: &CustomerId| names.get(id).map(|head| Named { id: *id, name: head.name.clone() });
    let sample = sample.iter().filter_map(named).collect();
    Ok(Count { count: rows.len(), ms: began.elapsed().as_millis() as u64, sample })
}

/// The customers in scope who meet a condition today, by id; at most `limit`.
pub async fn matching(
    app: &App,
    scope: &Scope,
    expression: &str,
    language: Language,
    limit: usize,
) -> Result<Vec<CustomerId>, SegmentError> {
    let catalogue = present_catalogue(app).await?;
    let condition = parsed(expression, &catalogue, language)?;
    let reads = condition.0.reads.clone();
    let ask = move |columns: &Columns, day: Day| members(columns, &condition.0, day, threads());
    let (shot, rows) = found(app, scope, &catalogue, &reads, ask).await?;
    let mut ids: Vec<CustomerId> = rows.into_iter().map(|row| shot.columns.customer(row)).collect();
    ids.sort_unstable();
    ids.truncate(limit);
    Ok(ids)
}

/// Threads for one question: as many as a night takes.
pub fn threads() -> usize {
    Settings::default().threads
}

async fn found(
    app: &App,
    scope: &Scope,
    catalogue: &Arc<Catalogue>,
    reads: &Reads,
    ask: impl FnOnce(&Columns, Day) -> Vec<u32> + Send + 'static,
) -> Result<(Arc<Snapshot>, Vec<u32>), SegmentError> {
    let shot = snapshot(app, catalogue, reads).await?;
    let within = Within::of(app, scope).await?;
    let asked = Arc::clone(&shot);
    let work = move || within.of_rows(&asked.columns, ask(&asked.columns, asked.day));
    let rows = tokio::task::spawn_blocking(work).await.map_err(|_| SegmentError::Interrupted)?;
    Ok((shot, rows))
}

/// A scope as a set of places.
enum Within {
    Everything,
    Units(HashSet<UnitId>),
    Owner(StaffId),
    Nothing,
}

impl Within {
    async fn of(app: &App, scope: &Scope) -> Result<Self, SegmentError> {
        Ok(match scope {
            Scope::Firm => Self::Everything,
            Scope::Subtree(_) => Self::Units(every_unit(app, scope).await?.into_iter().map(|unit| unit.id).collect()),
            Scope::Own(owner) => Self::Owner(*owner),
            Scope::Nothing => Self::Nothing,
        })
    }

    fn of_rows(&self, columns: &Columns, rows: Vec<u32>) -> Vec<u32> {
        match self {
            Self::Everything => rows,
            Self::Units(units) => columns.in_units(rows, |unit| units.contains(&unit)),
            Self::Owner(me) => columns.owned_by(rows, *me),
            Self::Nothing => Vec::new(),
        }
    }
}
