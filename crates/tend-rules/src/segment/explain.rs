//! Why a condition holds for a customer or not: the part that decided, in the writer's own words.

use super::catalogue::Catalogue;
use super::evaluate::{Asked, Facts, Subject};
use super::problem::Span;
use super::typed::{Expression, Node, Op};
use super::value::Value;
use crate::base::{Day, Language};

/// A fact that was looked at, and what it said.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// The fact as written, such as `a.due`.
    pub fact: String,
    /// Its name for people in both languages, such as 应缴日.
    pub title: super::catalogue::Words,
    /// Its value.
    pub value: Value,
}

/// A part of a condition that decided.
#[derive(Debug, Clone, PartialEq)]
pub struct Decider {
    /// The part as written.
    pub source: String,
    /// Where it stands in the expression.
    pub span: Span,
    /// What the facts in it said.
    pub seen: Vec<Seen>,
}

/// The answer to "why?" for one condition.
#[derive(Debug, Clone, PartialEq)]
pub enum Explanation {
    /// It holds, because of all these parts.
    Holds(Vec<Decider>),
    /// It does not hold, because of this part, the first that failed.
    Fails(Decider),
}

impl Explanation {
    /// The first part that decided.
    pub fn first(&self) -> Option<&Decider> {
        match self {
            Explanation::Holds(parts) => parts.first(),
            Explanation::Fails(part) => Some(part),
        }
    }
}

impl Decider {
    /// The part and its facts in one line: `a.due == today + days(7) (应缴日 2026年12月1日)`.
    pub fn words(&self, language: Language) -> String {
        if self.seen.is_empty() {
            return self.source.clone();
        }
        let unknown = if language == Language::Zh { "未知" } else { "unknown" };
        let seen: Vec<String> = self
            .seen
            .iter()
            .map(|seen| {
                let value = seen.value.words(language);
                format!("{} = {}", seen.title.of(language), if value.is_empty() { unknown } else { &value })
            })
            .collect();
        match language {
            Language::Zh => format!("{}（{}）", self.source, seen.join("，")),
            Language::En => format!("{} ({})", self.source, seen.join(", ")),
        }
    }
}

impl Expression {
    /// Why the condition holds for a customer on a day, or why not.
    pub fn explain(&self, catalogue: &Catalogue, facts: &dyn Facts, subject: Subject, today: Day) -> Explanation {
        let mut asked = Asked::new(facts, subject, today);
        let mut parts = Vec::new();
        conjuncts(&self.root, &mut parts);
        match parts.iter().find(|part| !asked.holds(part)) {
            Some(part) => Explanation::Fails(self.decider(part, catalogue, &mut asked)),
            None => Explanation::Holds(
                parts
                    .iter()
                    .map(|part| {
                        let deciding = alternative(part, &mut asked);
                        self.decider(deciding, catalogue, &mut asked)
                    })
                    .collect(),
            ),
        }
    }

    /// How many of the condition's parts hold before the first that does not.
    pub fn parts_met(&self, facts: &dyn Facts, subject: Subject, today: Day) -> usize {
        let mut asked = Asked::new(facts, subject, today);
        let mut parts = Vec::new();
        conjuncts(&self.root, &mut parts);
        parts.iter().take_while(|part| asked.holds(part)).count()
    }

    fn decider(&self, node: &Node, catalogue: &Catalogue, asked: &mut Asked<'_>) -> Decider {
        let mut seen: Vec<Seen> = Vec::new();
        leaves(node, &mut |leaf| {
            let fact = leaf.span.text(&self.source).to_owned();
            if seen.iter().any(|known| known.fact == fact) {
                return;
            }
            let (title, value) = match &leaf.what {
                Op::Fact(id) | Op::Derived { fact: id, .. } => (catalogue.fact(*id).title.clone(), asked.value(leaf)),
                Op::ItemFact { fact, .. } => (catalogue.item_fact(*fact).title.clone(), asked.value(leaf)),
                Op::Exists(items, _) | Op::Count(items, _) => {
                    let collection = catalogue.items(items.collection);
                    let count = Value::Int(asked.facts.count(items.collection) as i64);
                    seen.push(Seen { fact: collection.key.clone(), title: collection.title.clone(), value: count });
                    return;
                }
                _ => return,
            };
            seen.push(Seen { fact, title, value });
        });
        Decider { source: node.span.text(&self.source).to_owned(), span: node.span, seen }
    }
}

/// The parts that must all hold.
fn conjuncts<'a>(node: &'a Node, parts: &mut Vec<&'a Node>) {
    match &node.what {
        Op::Every(inner) => inner.iter().for_each(|part| conjuncts(part, parts)),
        _ => parts.push(node),
    }
}

/// The first alternative that holds, where the part is a choice of several.
fn alternative<'a>(node: &'a Node, asked: &mut Asked<'_>) -> &'a Node {
    match &node.what {
        Op::Any(parts) => parts.iter().find(|part| asked.holds(part)).map_or(node, |part| alternative(part, asked)),
        _ => node,
    }
}

/// Visits the facts that a part reads outside the conditions on items.
fn leaves(node: &Node, visit: &mut impl FnMut(&Node)) {
    match &node.what {
        Op::Constant(_) | Op::Today => {}
        Op::Fact(_) | Op::Derived { .. } | Op::ItemFact { .. } | Op::Exists(..) | Op::Count(..) => visit(node),
        Op::Has(inner) | Op::Not(inner) => leaves(inner, visit),
        Op::Every(parts) | Op::Any(parts) | Op::Call(_, parts) => parts.iter().for_each(|part| leaves(part, visit)),
        Op::Compare(_, parts) | Op::Among(parts) => parts.iter().for_each(|part| leaves(part, visit)),
        Op::If(parts) => parts.iter().for_each(|part| leaves(part, visit)),
        Op::OneOf(needle, options) => {
            leaves(needle, visit);
            options.iter().for_each(|option| leaves(option, visit));
        }
    }
}
