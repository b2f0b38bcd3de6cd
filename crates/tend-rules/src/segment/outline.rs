//! An expression as a form shows it: groups of conditions, each a left side, a sign and a value that a person can change
//! by itself. What has no such form is told as text: it is shown, not offered. Only the syntax is read; whether the
//! names exist and fit is the checker's to say.

use super::lex::{Token, words};
use super::problem::{Problem, Span};
use super::syntax::{Syntax, Term, parse};
use serde::Serialize;

/// A stretch of a text in UTF-16 units, as browsers count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "shapes", derive(utoipa::ToSchema))]
pub struct Stretch {
    /// The first unit.
    pub from: u32,
    /// The unit after the last.
    pub to: u32,
}

impl Stretch {
    /// The stretch of `text` that `span` names in bytes.
    pub fn of(span: Span, text: &str) -> Self {
        let units = |byte: u32| text.get(..byte as usize).map_or(0, |before| before.encode_utf16().count()) as u32;
        Self { from: units(span.start), to: units(span.end) }
    }
}

/// A part of an expression.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "shapes", derive(utoipa::ToSchema))]
pub struct Branch {
    /// All of it, with a `!` before it and its brackets.
    pub at: Stretch,
    /// It without the `!`; the same as `at` where there is none.
    pub inner: Stretch,
    /// `yes` if a `!` stands before it, else `no`.
    pub denied: Denied,
    /// What it is.
    pub what: Branching,
}

/// Whether a `!` turns a part round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "shapes", derive(utoipa::ToSchema))]
pub enum Denied {
    /// It holds where the part does not.
    Yes,
    /// It holds where the part does.
    No,
}

/// What a part of an expression is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
#[cfg_attr(feature = "shapes", derive(utoipa::ToSchema))]
pub enum Branching {
    /// Several parts, all or any of which must hold.
    Group {
        /// `all` or `any`.
        join: Join,
        /// The signs between the parts.
        joints: Vec<Stretch>,
        /// The parts in their order.
        #[cfg_attr(feature = "shapes", schema(no_recursion))]
        parts: Vec<Branch>,
    },
    /// A comparison with a value.
    Row {
        /// What is compared: a fact, or something worked out of facts.
        left: Stretch,
        /// The sign between them; `has` for a value that a list fact holds.
        sign: String,
        /// Where the sign stands.
        sign_at: Stretch,
        /// The value.
        value: Given,
    },
    /// A fact that is true or false by itself.
    Fact,
    /// Anything else.
    Text,
}

/// How the parts of a group are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "shapes", derive(utoipa::ToSchema))]
pub enum Join {
    /// By `&&`.
    All,
    /// By `||`.
    Any,
}

/// A written value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "shapes", derive(utoipa::ToSchema))]
pub struct Given {
    /// Where it stands.
    pub at: Stretch,
    /// What kind it is.
    pub kind: GivenKind,
    /// The value as written, without quotation marks: one, or for `texts` each. Of `today` the days from today on.
    pub words: Vec<String>,
}

/// The kinds of written values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "shapes", derive(utoipa::ToSchema))]
pub enum GivenKind {
    /// A text.
    Text,
    /// A list of texts.
    Texts,
    /// A number.
    Number,
    /// True or false.
    Bool,
    /// An amount, `yuan(500)`.
    Money,
    /// A span, `days(7)`.
    Days,
    /// A day told from today, `today - days(7)`.
    Today,
    /// A calendar day, `date("2026-11-23")`.
    Date,
}

/// The outline of an expression.
pub fn outline(source: &str) -> Result<Branch, Problem> {
    let term = parse(source)?;
    Ok(Outliner { source, tokens: words(source)? }.branch(&term))
}

struct Outliner<'a> {
    source: &'a str,
    tokens: Vec<Token>,
}

impl Outliner<'_> {
    fn at(&self, span: Span) -> Stretch {
        Stretch::of(span, self.source)
    }

    fn branch(&self, term: &Term) -> Branch {
        let (inner, denied) = match &term.what {
            Syntax::Not(inner) => (&**inner, Denied::Yes),
            _ => (term, Denied::No),
        };
        Branch { at: self.at(term.span), inner: self.at(inner.span), denied, what: self.branching(inner) }
    }

    fn branching(&self, term: &Term) -> Branching {
        match &term.what {
            Syntax::Every(parts) => self.group(Join::All, parts),
            Syntax::Any(parts) => self.group(Join::Any, parts),
            Syntax::Binary { sign, left, right } => self.row(sign, left, right).unwrap_or(Branching::Text),
            _ if names_fact(term) => Branching::Fact,
            _ => Branching::Text,
        }
    }

    fn group(&self, join: Join, parts: &[Term]) -> Branching {
        let joints = parts.iter().skip(1).zip(parts).map(|(_, before)| self.sign_behind(before));
        Branching::Group { join, joints: joints.collect(), parts: parts.iter().map(|part| self.branch(part)).collect() }
    }

    fn row(&self, sign: &str, left: &Term, right: &Term) -> Option<Branching> {
        let sign_at = self.sign_behind(left);
        let (left, value, sign) = match sign {
            "==" | "!=" | "<" | "<=" | ">" | ">=" => (left, self.given(right)?, sign),
            "in" if names_fact(right) => (right, self.given(left)?, "has"),
            "in" => (left, self.given(right).filter(|given| given.kind == GivenKind::Texts)?, sign),
            _ => return None,
        };
        Some(Branching::Row { left: self.at(left.span), sign: sign.to_owned(), sign_at, value })
    }

    /// The sign behind a term: what stands there is one word, since brackets belong to the terms.
    fn sign_behind(&self, term: &Term) -> Stretch {
        let token = self.tokens.iter().find(|token| token.span.start >= term.span.end);
        self.at(token.map_or(term.span, |token| token.span))
    }

    fn given(&self, term: &Term) -> Option<Given> {
        let (kind, words) = match &term.what {
            Syntax::Text(text) => (GivenKind::Text, vec![text.clone()]),
            Syntax::Bool(yes) => (GivenKind::Bool, vec![yes.to_string()]),
            Syntax::List(terms) => {
                let texts: Option<Vec<String>> = terms.iter().map(text_of).collect();
                (GivenKind::Texts, texts?)
            }
            Syntax::Call { name, arguments, .. } => {
                let [argument] = &arguments[..] else { return None };
                match name.as_str() {
                    "yuan" => (GivenKind::Money, vec![self.number(argument)?]),
                    "days" => (GivenKind::Days, vec![self.number(argument)?]),
                    "date" => (GivenKind::Date, vec![text_of(argument)?]),
                    _ => return None,
                }
            }
            Syntax::Name(name) if name == "today" => (GivenKind::Today, vec!["0".to_owned()]),
            Syntax::Binary { sign, left, right } => (GivenKind::Today, vec![self.days_after_today(sign, left, right)?]),
            _ => (GivenKind::Number, vec![self.number(term)?]),
        };
        Some(Given { at: self.at(term.span), kind, words })
    }

    /// The days of `today + days(7)` and `today - days(7)`.
    fn days_after_today(&self, sign: &str, left: &Term, right: &Term) -> Option<String> {
        let is_today = matches!(&left.what, Syntax::Name(name) if name == "today");
        let Syntax::Call { name, arguments, .. } = &right.what else { return None };
        let ([argument], "days", true) = (&arguments[..], name.as_str(), is_today) else { return None };
        let Syntax::Int(days) = argument.what else { return None };
        match sign {
            "+" => Some(days.to_string()),
            "-" => Some((-days).to_string()),
            _ => None,
        }
    }

    /// A number as it is written.
    fn number(&self, term: &Term) -> Option<String> {
        let number = match &term.what {
            Syntax::Negate(inner) => &**inner,
            _ => term,
        };
        let is_number = matches!(number.what, Syntax::Int(_) | Syntax::Double(_));
        let written = term.span.text(self.source);
        (is_number && !written.contains(['(', ' '])).then(|| written.to_owned())
    }
}

fn text_of(term: &Term) -> Option<String> {
    match &term.what {
        Syntax::Text(text) => Some(text.clone()),
        _ => None,
    }
}

/// A fact of the customer or of an item: `tier`, `a.paid`.
fn names_fact(term: &Term) -> bool {
    match &term.what {
        Syntax::Name(name) => name != "today",
        Syntax::Member { of, .. } => matches!(&of.what, Syntax::Name(_)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The outline in one line: groups in brackets, rows as `left|sign|value`, what has no form in braces.
    fn told(source: &str) -> String {
        tell(&outline(source).expect("an expression"), source)
    }

    fn cut(at: Stretch, source: &str) -> String {
        let units: Vec<u16> = source.encode_utf16().collect();
        String::from_utf16(&units[at.from as usize..at.to as usize]).expect("whole characters")
    }

    fn tell(branch: &Branch, source: &str) -> String {
        let not = if branch.denied == Denied::Yes { "!" } else { "" };
        let what = match &branch.what {
            Branching::Group { joints, parts, .. } => {
                let mut text = tell(&parts[0], source);
                for (joint, part) in joints.iter().zip(&parts[1..]) {
                    text = format!("{text} {} {}", cut(*joint, source), tell(part, source));
                }
                format!("[{text}]")
            }
            Branching::Row { left, sign, sign_at, value } => {
                let written = cut(*sign_at, source);
                assert!(written == *sign || (written == "in" && sign == "has"), "{written} is {sign}");
                format!("{}|{sign}|{:?}:{}", cut(*left, source), value.kind, value.words.join(","))
            }
            Branching::Fact => cut(branch.inner, source),
            Branching::Text => format!("{{{}}}", cut(branch.inner, source)),
        };
        format!("{not}{what}")
    }

    #[test]
    fn conditions_of_the_playbooks_are_rows() {
        let renewal =
            r#"a.kind == "policy" && a.status in ["active", "pending"] && a.due == today - days(15) && !a.paid"#;
        let rows = "[a.kind|==|Text:policy && a.status|in|Texts:active,pending && a.due|==|Today:-15 && !a.paid]";
        assert_eq!(told(renewal), rows);
        assert_eq!(told("orphan"), "orphan");
        assert_eq!(told("!(last_contact > today - days(30))"), "!last_contact|>|Today:-30");
        assert_eq!(told(r#""vip" in labels"#), "labels|has|Text:vip");
        assert_eq!(told("a.premium >= yuan(0.5) || age < -3"), "[a.premium|>=|Money:0.5 || age|<|Number:-3]");
        assert_eq!(told("anniversary(birthday) == today"), "anniversary(birthday)|==|Today:0");
        assert_eq!(told(r#"joined == date("2026-11-23")"#), "joined|==|Date:2026-11-23");
    }

    #[test]
    fn groups_keep_their_brackets_and_places_count_as_browsers_do() {
        let source = r#"name == "𠮷田" && (tier == "gold" || !(class in ["A", "B"]))"#;
        assert_eq!(told(source), "[name|==|Text:𠮷田 && [tier|==|Text:gold || !class|in|Texts:A,B]]");
        let commented = "tier == \"gold\" // && only gold\n && age > 5";
        assert_eq!(told(commented), "[tier|==|Text:gold && age|>|Number:5]");
    }

    #[test]
    fn what_has_no_form_stays_text() {
        assert_eq!(told("bill_m1 * 2.0 < bill_m3"), "{bill_m1 * 2.0 < bill_m3}");
        assert_eq!(told("has(partner) && !partner"), "[{has(partner)} && !partner]");
        assert_eq!(told("tier == \"gold\" ? age > 3 : orphan"), "{tier == \"gold\" ? age > 3 : orphan}");
        assert_eq!(told("age in [1, 2]"), "{age in [1, 2]}");
        assert!(outline("tier ==").is_err());
    }
}
