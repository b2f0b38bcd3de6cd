//! The care language: conditions and amounts over the facts of a customer.
//!
//! A subset of CEL, described for its writers in `docs/care-language.md`. This room parses,
//! checks and explains expressions and says what they mean for one customer; the planner gives the
//! same answers for a million. It fetches nothing: facts come from a [`Facts`] source.

mod calendar;
mod catalogue;
mod check;
mod evaluate;
mod explain;
mod functions;
mod lex;
mod operators;
mod outline;
mod problem;
pub mod scalar;
mod syntax;
mod text;
mod typed;
mod value;

pub use calendar::{Festival, WorkCalendar, anniversary, festival, festivals, is_workday, public_days};
pub use catalogue::{
    Catalogue, CatalogueError, Collection, CollectionId, FactDefinition, FactId, ItemFactId, Origin, Words,
};
pub use check::{Binding, SLOTS_MAX, compile, compile_kind};
pub use evaluate::{FactSheet, Facts, NoSuchFact, Subject};
pub use explain::{Decider, Explanation, Seen};
pub use outline::{Branch, Branching, Denied, Given, GivenKind, Join, Stretch, outline};
pub use problem::{Place, Problem, ProblemCode, Span, nearest};
pub use syntax::{DEPTH_MAX, TERMS_MAX};
pub use text::{EXTRA_NAMES, ExtraName, Rendered, Text, TextWords};
pub use typed::{Comparison, Expression, Function, Items, Node, Op, Reads, Slot};
pub use value::{Calendar, Kind, Scalar, Value};

use crate::base::{Day, Language};

/// A saved or typed question about customers: true or false for each.
#[derive(Debug, Clone)]
pub struct Condition(pub Expression);

impl Condition {
    /// Parses and checks the condition.
    pub fn parse(source: &str, catalogue: &Catalogue) -> Result<Self, Vec<Problem>> {
        compile_kind(source, catalogue, None, Scalar::Bool).map(Self)
    }

    /// Whether the customer is in the segment on the day.
    pub fn holds(&self, facts: &dyn Facts, today: Day) -> bool {
        self.0.holds(facts, Subject::Customer, today)
    }
}

/// A problem as an editor shows it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ShownProblem {
    /// The stable code.
    pub code: &'static str,
    /// Line and column.
    #[serde(flatten)]
    pub place: Place,
    /// The sentence in the reader's language.
    pub detail: String,
    /// What was probably meant.
    pub suggestion: Option<String>,
}

impl ShownProblem {
    /// The problem of an expression in the reader's language.
    pub fn of(problem: &Problem, source: &str, language: Language) -> Self {
        Self {
            code: problem.code.word(),
            place: problem.span.place(source),
            detail: problem.words(language),
            suggestion: problem.suggestion.clone(),
        }
    }
}
