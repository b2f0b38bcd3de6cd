//! The values of the care language and their kinds.
//!
//! Money is counted in the firm's currency: an amount in another currency is a missing value here,
//! because an expression cannot know a rate of exchange.

pub use crate::base::Calendar;
use crate::base::{Currency, Day, Language, Money};
use std::fmt::Write as _;
use std::sync::Arc;

/// The kind of a single value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scalar {
    /// True or false.
    Bool,
    /// A whole number.
    Int,
    /// A number with a fraction.
    Double,
    /// Text.
    Text,
    /// A calendar day.
    Date,
    /// A span of days.
    Days,
    /// An amount in the firm's currency.
    Money,
}

impl Scalar {
    /// The word used in fact catalogues, error messages and the API.
    pub const fn word(self) -> &'static str {
        match self {
            Scalar::Bool => "bool",
            Scalar::Int => "int",
            Scalar::Double => "double",
            Scalar::Text => "string",
            Scalar::Date => "date",
            Scalar::Days => "days",
            Scalar::Money => "money",
        }
    }

    /// Reads the word of a kind that a fact can have.
    pub fn from_word(word: &str) -> Option<Self> {
        [Scalar::Bool, Scalar::Int, Scalar::Double, Scalar::Text, Scalar::Date, Scalar::Money]
            .into_iter()
            .find(|scalar| scalar.word() == word)
    }

    /// Whether values of the kind are numbers.
    pub const fn is_number(self) -> bool {
        matches!(self, Scalar::Int | Scalar::Double)
    }
}

/// The kind of an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// One value.
    One(Scalar),
    /// A list of values of one kind.
    List(Scalar),
}

impl Kind {
    /// Reads `string`, `int` … or `list<string>`.
    pub fn from_word(word: &str) -> Option<Self> {
        match word.strip_prefix("list<").and_then(|rest| rest.strip_suffix('>')) {
            Some(element) => Scalar::from_word(element).map(Kind::List),
            None => Scalar::from_word(word).map(Kind::One),
        }
    }

    /// The word of the kind, as [`Kind::from_word`] reads it.
    pub fn word(self) -> String {
        match self {
            Kind::One(scalar) => scalar.word().to_owned(),
            Kind::List(scalar) => format!("list<{}>", scalar.word()),
        }
    }
}

/// A value of the care language.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing is known.
    Missing,
    /// True or false.
    Bool(bool),
    /// A whole number; never `i64::MIN`.
    Int(i64),
    /// A finite number.
    Double(f64),
    /// Text.
    Text(Arc<str>),
    /// A day of the common calendar, and the calendar by which its anniversaries are kept.
    Date(Day, Calendar),
    /// A span of days.
    Days(i64),
    /// Minor units of the firm's currency; never `i64::MIN`.
    Money(i64),
    /// Several values of one kind.
    List(Arc<[Value]>),
}

impl Value {
    /// A text value.
    pub fn text(text: &str) -> Self {
        Value::Text(Arc::from(text))
    }

    /// A day of the common calendar.
    pub const fn day(day: Day) -> Self {
        Value::Date(day, Calendar::Solar)
    }

    /// A list of texts.
    pub fn texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        Value::List(texts.into_iter().map(Value::text).collect())
    }

    /// An amount, missing if it is not in the firm's currency.
    pub fn money(amount: Money, firm: Currency) -> Self {
        if amount.currency == firm && amount.minor != i64::MIN { Value::Money(amount.minor) } else { Value::Missing }
    }

    /// Whether nothing is known; an empty list counts as nothing.
    pub fn is_missing(&self) -> bool {
        match self {
            Value::Missing => true,
            Value::List(items) => items.is_empty(),
            _ => false,
        }
    }

    /// Whether the value is a condition that holds; a missing one does not.
    pub fn holds(&self) -> bool {
        matches!(self, Value::Bool(true))
    }

    /// The kind, unless the value is missing or an empty list.
    pub fn kind(&self) -> Option<Kind> {
        Some(Kind::One(match self {
            Value::Missing => return None,
            Value::Bool(_) => Scalar::Bool,
            Value::Int(_) => Scalar::Int,
            Value::Double(_) => Scalar::Double,
            Value::Text(_) => Scalar::Text,
            Value::Date(..) => Scalar::Date,
            Value::Days(_) => Scalar::Days,
            Value::Money(_) => Scalar::Money,
            Value::List(items) => {
                return match items.first()?.kind()? {
                    Kind::One(scalar) => Some(Kind::List(scalar)),
                    Kind::List(_) => None,
                };
            }
        }))
    }

    /// The value as a person reads it; empty if it is missing.
    pub fn words(&self, language: Language) -> String {
        match (self, language) {
            (Value::Missing, _) => String::new(),
            (Value::Bool(true), Language::Zh) => "是".to_owned(),
            (Value::Bool(true), Language::En) => "yes".to_owned(),
            (Value::Bool(false), Language::Zh) => "否".to_owned(),
            (Value::Bool(false), Language::En) => "no".to_owned(),
            (Value::Int(number), _) => number.to_string(),
            (Value::Double(number), _) => double_words(*number),
            (Value::Text(text), _) => text.to_string(),
            (Value::Date(day, _), Language::Zh) => {
                format!("{}年{}月{}日", day.year(), day.month(), day.day_of_month())
            }
            (Value::Date(day, _), Language::En) => day.to_string(),
            (Value::Days(days), Language::Zh) => format!("{days}天"),
            (Value::Days(1), Language::En) => "1 day".to_owned(),
            (Value::Days(days), Language::En) => format!("{days} days"),
            (Value::Money(minor), Language::Zh) => format!("{}元", minor_words(*minor)),
            (Value::Money(minor), Language::En) => format!("¥{}", minor_words(*minor)),
            (Value::List(items), language) => {
                let comma = if language == Language::Zh { "、" } else { ", " };
                items.iter().map(|item| item.words(language)).collect::<Vec<_>>().join(comma)
            }
        }
    }
}

fn double_words(number: f64) -> String {
    let text = format!("{number:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// `12,400` or `12,400.50`.
fn minor_words(minor: i64) -> String {
    let (whole, rest) = (minor.unsigned_abs() / 100, minor.unsigned_abs() % 100);
    let digits = whole.to_string();
    let mut text = if minor < 0 { "-".to_owned() } else { String::new() };
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if rest > 0 {
        let _ = write!(text, ".{rest:02}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_grouped_and_whole_amounts_have_no_fraction() {
        assert_eq!(Value::Money(1_240_000).words(Language::Zh), "12,400元");
        assert_eq!(Value::Money(-123_456_705).words(Language::En), "¥-1,234,567.05");
        assert_eq!(Value::Money(7).words(Language::Zh), "0.07元");
        assert_eq!(Value::Double(0.25).words(Language::En), "0.25");
    }
}
