//! Why a command could not do what was asked: a stable code, a sentence and the next step in the reader's language.

use crate::words::words;
use serde_json::{Value, json};
use tend_app::platform::{Problem, Refusal};
use tend_rules::base::Language;

/// A command that did not succeed.
#[derive(Debug)]
pub struct Failure {
    kind: Kind,
    cause: Option<String>,
}

#[derive(Debug)]
enum Kind {
    Program { code: &'static str, params: Value, exit: Exit },
    Room(Problem),
}

/// What the exit code tells a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Something unexpected.
    Unexpected = 1,
    /// The input or the state does not allow it.
    Refused = 3,
    /// Something outside cannot be reached.
    Unreachable = 4,
    /// `doctor` found something missing.
    Missing = 5,
}

impl Failure {
    /// A failure with its own words in `words/program.*.toml`.
    pub fn new(exit: Exit, code: &'static str, params: Value) -> Self {
        Self { kind: Kind::Program { code, params, exit }, cause: None }
    }

    /// The same, refused by the input or the state.
    pub fn refused(code: &'static str, params: Value) -> Self {
        Self::new(Exit::Refused, code, params)
    }

    /// Something that no sentence foresees.
    pub fn unexpected(error: impl std::fmt::Display) -> Self {
        Self::new(Exit::Unexpected, "unexpected", json!({})).because(error)
    }

    /// Adds what the system said, shown below the sentence.
    #[must_use]
    pub fn because(mut self, error: impl std::fmt::Display) -> Self {
        self.cause = Some(error.to_string());
        self
    }

    /// What the system said.
    pub fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    /// Code, title, detail, next step and parameters.
    pub fn body(&self, language: Language) -> Value {
        match &self.kind {
            Kind::Room(problem) => problem.body(language),
            Kind::Program { code, params, .. } => {
                let text = |part: &str| words(language).fill(&format!("{code}.{part}"), params);
                json!({ "code": code, "title": text("title"), "detail": text("detail"), "next": text("next"), "params": params })
            }
        }
    }

    /// The exit code.
    pub fn exit_code(&self) -> u8 {
        match &self.kind {
            Kind::Program { exit, .. } => *exit as u8,
            Kind::Room(problem) if problem.status.is_server_error() => Exit::Unexpected as u8,
            Kind::Room(_) => Exit::Refused as u8,
        }
    }
}

impl<E: Refusal> From<E> for Failure {
    fn from(error: E) -> Self {
        let cause = error.status().is_server_error().then(|| chain(&error));
        Self { kind: Kind::Room(Problem::from(error)), cause }
    }
}

/// An error with everything that caused it.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text = format!("{text}: {inner_text}");
        }
        source = inner.source();
    }
    text
}
