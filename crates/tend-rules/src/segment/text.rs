//! Texts with `{expr}` in them: reasons, messages, scripts.
//!
//! A brace itself is written twice. Names that are no facts of the customer (the manager's name,
//! the firm's) are given to the text as further names, so that a template can use them too.

use super::catalogue::Catalogue;
use super::check::{Binding, compile};
use super::evaluate::{Facts, Subject};
use super::problem::{Problem, ProblemCode, Span};
use super::typed::{Expression, Op, Reads};
use super::value::Value;
use crate::base::{Day, Language};

/// A name that a text may use besides facts, such as `staff.name`.
pub type ExtraName = &'static str;

/// The further names that texts to customers and scripts may use; whoever renders supplies their words.
pub const EXTRA_NAMES: [ExtraName; 9] = [
    "staff.name",
    "staff.phone",
    "unit.name",
    "unit.phone",
    "unit.address",
    "firm.name",
    "firm.phone",
    "link",
    "customer.honorific",
];

/// A text with its parts to be filled in.
#[derive(Debug, Clone)]
pub struct Text {
    source: String,
    parts: Vec<Part>,
}

#[derive(Debug, Clone)]
enum Part {
    Plain(String),
    Expression(Box<Expression>),
    Extra(String),
}

/// A text that was filled in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rendered {
    /// The words.
    pub text: String,
    /// The placeholders for which nothing is known; a text to a customer must not go out with any.
    pub missing: Vec<String>,
}

impl Text {
    /// Parses a text and checks its placeholders. Spans in problems count from the text's start.
    pub fn parse(source: &str, catalogue: &Catalogue, subject: Option<Binding<'_>>) -> Result<Self, Vec<Problem>> {
        let mut text = Self { source: source.to_owned(), parts: Vec::new() };
        let mut problems = Vec::new();
        let mut plain = String::new();
        let mut at = 0;
        while let Some(next) = source[at..].chars().next() {
            let rest = &source[at..];
            if rest.starts_with("{{") || rest.starts_with("}}") {
                plain.push(next);
                at += 2;
            } else if next == '{' {
                let Some(length) = closing(rest) else {
                    problems.push(Problem::new(ProblemCode::UnclosedPlaceholder, Span::of(at, at + 1)));
                    break;
                };
                text.parts.push(Part::Plain(std::mem::take(&mut plain)));
                match placeholder(&rest[1..length], catalogue, subject) {
                    Ok(part) => text.parts.push(part),
                    Err(found) => problems.extend(found.into_iter().map(|problem| shifted(problem, at + 1))),
                }
                at += length + 1;
            } else {
                plain.push(next);
                at += next.len_utf8();
            }
        }
        text.parts.push(Part::Plain(plain));
        if problems.is_empty() { Ok(text) } else { Err(problems) }
    }

    /// The text as written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The facts that the text reads.
    pub fn reads(&self) -> Reads {
        let mut reads = Reads::default();
        for part in &self.parts {
            if let Part::Expression(expression) = part {
                reads.join(&expression.reads);
            }
        }
        reads
    }

    /// Fills the text in. `extra` gives the words of names that are no facts.
    pub fn render(
        &self,
        facts: &dyn Facts,
        subject: Subject,
        today: Day,
        language: Language,
        words: &TextWords<'_>,
    ) -> Rendered {
        let mut rendered = Rendered::default();
        for part in &self.parts {
            let (name, value) = match part {
                Part::Plain(text) => {
                    rendered.text.push_str(text);
                    continue;
                }
                Part::Extra(name) => (name.as_str(), (words.extra)(name).unwrap_or_default()),
                Part::Expression(expression) => {
                    let value = expression.value(facts, subject, today);
                    (&*expression.source, spoken(expression, &value, words.catalogue, language))
                }
            };
            if value.is_empty() {
                rendered.missing.push(name.to_owned());
            }
            rendered.text.push_str(&value);
        }
        rendered
    }
}

/// Where a text finds words that are no values: the names of choices and the further names.
pub struct TextWords<'a> {
    /// The facts and the names of their choices.
    pub catalogue: &'a Catalogue,
    /// The words of a further name.
    pub extra: &'a dyn Fn(&str) -> Option<String>,
}

impl<'a> TextWords<'a> {
    /// Without further names.
    pub fn of(catalogue: &'a Catalogue) -> Self {
        Self { catalogue, extra: &|_| None }
    }
}

/// A value as a person says it: `gold` becomes 金卡.
fn spoken(expression: &Expression, value: &Value, catalogue: &Catalogue, language: Language) -> String {
    let definition = match &expression.root.what {
        Op::Fact(id) | Op::Derived { fact: id, .. } => catalogue.fact(*id),
        Op::ItemFact { fact, .. } => catalogue.item_fact(*fact),
        _ => return value.words(language),
    };
    match value {
        Value::Text(text) => definition.choice_words(text, language).unwrap_or(text).to_owned(),
        _ => value.words(language),
    }
}

/// The byte at which the placeholder closes; braces inside quotation marks do not count.
fn closing(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), _) if c == open => quote = None,
            (None, '}') => return Some(at),
            _ => {}
        }
    }
    None
}

fn placeholder(source: &str, catalogue: &Catalogue, subject: Option<Binding<'_>>) -> Result<Part, Vec<Problem>> {
    let name = source.trim();
    if EXTRA_NAMES.contains(&name) {
        return Ok(Part::Extra(name.to_owned()));
    }
    compile(source, catalogue, subject).map(|expression| Part::Expression(Box::new(expression)))
}

fn shifted(mut problem: Problem, by: usize) -> Problem {
    problem.span.start += by as u32;
    problem.span.end += by as u32;
    problem
}
