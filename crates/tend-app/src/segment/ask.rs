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
use tend_rules::base::*;
use tend_rules::org::Scope;
use tend_rules::segment::{Catalogue, Condition, Facts, Reads, ShownProblem};
use utoipa::ToSchema;

/// Customers shown beside a count.
const SAMPLE: usize = 8;

/// A customer by name.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = NamedCustomer)]
pub struct Named {
    /// The customer.
    #[schema(value_type = String)]
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
    let condition = Arc::new(parsed(expression, &catalogue, language)?);
    let reads = condition.0.reads.clone();
    let test = move |facts: &dyn Facts, day: Day| condition.holds(facts, day);
    count_by(app, scope, &catalogue, &reads, test, began).await
}

/// How many customers in scope pass a test that reads no more than `reads`; `began` is when the question was asked.
pub async fn count_by(
    app: &App,
    scope: &Scope,
    catalogue: &Arc<Catalogue>,
    reads: &Reads,
    test: impl Fn(&dyn Facts, Day) -> bool + Send + Sync + 'static,
    began: Stopwatch,
) -> Result<Count, SegmentError> {
    let found = found(app, scope, catalogue, reads, test).await?;
    let sample: Vec<CustomerId> = found.iter().take(SAMPLE).copied().collect();
    let names = heads(app, scope, &sample).await?;
    let named = |id: &CustomerId| names.get(id).map(|head| Named { id: *id, name: head.name.clone() });
    let sample = sample.iter().filter_map(named).collect();
    Ok(Count { count: found.len(), ms: began.elapsed().as_millis() as u64, sample })
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
    let condition = Arc::new(parsed(expression, &catalogue, language)?);
    let reads = condition.0.reads.clone();
    let mut ids = found(app, scope, &catalogue, &reads, move |facts, day| condition.holds(facts, day)).await?;
    ids.sort_unstable();
    ids.truncate(limit);
    Ok(ids)
}

async fn found(
    app: &App,
    scope: &Scope,
    catalogue: &Arc<Catalogue>,
    reads: &Reads,
    test: impl Fn(&dyn Facts, Day) -> bool + Send + Sync + 'static,
) -> Result<Vec<CustomerId>, SegmentError> {
    let shot = snapshot(app, catalogue, reads).await?;
    let within = Within::of(app, scope).await?;
    let ask = move || ids_by(&shot, &within, &test);
    tokio::task::spawn_blocking(ask).await.map_err(|_| SegmentError::Interrupted)
}

fn ids_by(shot: &Snapshot, within: &Within, test: &(impl Fn(&dyn Facts, Day) -> bool + Sync)) -> Vec<CustomerId> {
    let columns = &shot.columns;
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let share = columns.len().div_ceil(threads).max(1);
    let part = |rows: std::ops::Range<usize>| -> Vec<CustomerId> {
        let seen = rows.filter(|row| within.has(columns.place(*row as u32)));
        let met = seen.filter(|row| test(&columns.facts(*row as u32), shot.day));
        met.map(|row| columns.customer(row as u32)).collect()
    };
    std::thread::scope(|threads| {
        let part = &part;
        let workers: Vec<_> = (0..columns.len())
            .step_by(share)
            .map(|from| threads.spawn(move || part(from..(from + share).min(columns.len()))))
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap_or_default()).collect()
    })
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

    fn has(&self, (unit, owner): (Option<UnitId>, Option<StaffId>)) -> bool {
        match self {
            Self::Everything => true,
            Self::Units(units) => unit.is_some_and(|unit| units.contains(&unit)),
            Self::Owner(me) => owner == Some(*me),
            Self::Nothing => false,
        }
    }
}
