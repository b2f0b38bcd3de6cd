//! The values of a term for the rows of a frame.

use crate::bits::Bits;
use crate::codes::Codes;
use crate::column::{Column, Sets};
use crate::columns::{NO_DAY, NO_NUMBER, NO_TRUTH};
use crate::strings::{NONE, Strings};
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;
use tend_rules::base::Day;
use tend_rules::segment::{Calendar, Scalar, Value};

/// Values, or one value for all rows. Missing values are coded as in [`Column`].
#[derive(Debug, Clone)]
pub(crate) enum Vector<'a> {
    One(Value),
    /// 0 no, 1 yes, 2 missing.
    Truth(Cow<'a, [u8]>),
    Int(Cow<'a, [i64]>),
    Double(Cow<'a, [f64]>),
    Text(Cow<'a, [u32]>),
    /// Days, and for each row whether it is kept by the lunar calendar (empty: none is).
    Date(Cow<'a, [i32]>, Vec<bool>),
    Days(Cow<'a, [i64]>),
    Money(Cow<'a, [i64]>),
    /// Sets of texts: these rows of the column.
    List(&'a Sets, Cow<'a, [u32]>),
}

/// Texts of the columns and, after them, those that only expressions hold.
pub(crate) struct Texts<'a> {
    pub strings: &'a Strings,
    extra: Vec<Arc<str>>,
}

impl<'a> Texts<'a> {
    pub fn new(strings: &'a Strings, written: &[Arc<str>]) -> Self {
        let extra = written.iter().filter(|text| strings.find(text).is_none()).cloned().collect();
        Self { strings, extra }
    }

    pub fn number(&self, text: &str) -> u32 {
        let extra = || self.extra.iter().position(|known| **known == *text);
        self.strings.find(text).or_else(|| extra().map(|at| (self.strings.count() + at) as u32)).unwrap_or(NONE - 1)
    }

    pub fn text(&self, number: u32) -> Option<&str> {
        let extra = || self.extra.get((number as usize).checked_sub(self.strings.count())?).map(|text| &**text);
        if number == NONE { None } else { self.strings.text(number).or_else(extra) }
    }
}

impl<'a> Vector<'a> {
    /// The rows of a column.
    pub fn of_column(column: &'a Column, rows: Range<usize>) -> Self {
        match column {
            Column::Bool(codes) => Vector::Truth(truths(codes, rows)),
            Column::Int(codes) => Vector::Int(codes.numbers(rows).into()),
            Column::Double(doubles) => Vector::Double(rows.map(|row| doubles.get(row)).collect()),
            Column::Text(texts) => Vector::Text(rows.map(|row| texts.get(row)).collect()),
            Column::Money(codes) => Vector::Money(codes.numbers(rows).into()),
            Column::List(sets) => Vector::List(sets, rows.map(|row| row as u32).collect()),
            Column::Date { days, lunar } => {
                let kept = lunar_rows(lunar, &rows);
                let day = |number: i64| if number == NO_NUMBER { NO_DAY } else { number as i32 };
                Vector::Date(days.numbers(rows).into_iter().map(day).collect(), kept)
            }
        }
    }

    /// The value of a row.
    pub fn value(&self, row: usize, texts: &Texts<'_>) -> Value {
        let number =
            |number: i64, make: fn(i64) -> Value| if number == NO_NUMBER { Value::Missing } else { make(number) };
        match self {
            Vector::One(value) => value.clone(),
            Vector::Truth(values) => match values[row] {
                NO_TRUTH => Value::Missing,
                truth => Value::Bool(truth == 1),
            },
            Vector::Int(values) => number(values[row], Value::Int),
            Vector::Days(values) => number(values[row], Value::Days),
            Vector::Money(values) => number(values[row], Value::Money),
            Vector::Double(values) if values[row].is_nan() => Value::Missing,
            Vector::Double(values) => Value::Double(values[row]),
            Vector::Text(values) => texts.text(values[row]).map_or(Value::Missing, Value::text),
            Vector::Date(days, _) if days[row] == NO_DAY => Value::Missing,
            Vector::Date(days, lunar) => {
                let kept = lunar.get(row).copied().unwrap_or(false);
                Value::Date(Day::from_number(days[row]), if kept { Calendar::Lunar } else { Calendar::Solar })
            }
            Vector::List(sets, rows) => sets.value(rows[row] as usize, texts.strings),
        }
    }

    /// Values of one kind, row by row.
    pub fn collect(kind: Scalar, values: impl Iterator<Item = Value>, texts: &Texts<'_>) -> Self {
        let number = |value: Value| match value {
            Value::Int(number) | Value::Days(number) | Value::Money(number) => number,
            _ => NO_NUMBER,
        };
        match kind {
            Scalar::Bool => Vector::Truth(
                values
                    .map(|value| match value {
                        Value::Bool(truth) => u8::from(truth),
                        _ => NO_TRUTH,
                    })
                    .collect(),
            ),
            Scalar::Int => Vector::Int(values.map(number).collect()),
            Scalar::Days => Vector::Days(values.map(number).collect()),
            Scalar::Money => Vector::Money(values.map(number).collect()),
            Scalar::Double => Vector::Double(
                values
                    .map(|value| match value {
                        Value::Double(number) => number,
                        _ => f64::NAN,
                    })
                    .collect(),
            ),
            Scalar::Text => Vector::Text(
                values
                    .map(|value| match value {
                        Value::Text(text) => texts.number(&text),
                        _ => NONE,
                    })
                    .collect(),
            ),
            Scalar::Date => {
                let (days, lunar): (Vec<i32>, Vec<bool>) = values
                    .map(|value| match value {
                        Value::Date(day, calendar) => (day.number(), calendar == Calendar::Lunar),
                        _ => (NO_DAY, false),
                    })
                    .unzip();
                Vector::Date(Cow::Owned(days), if lunar.contains(&true) { lunar } else { Vec::new() })
            }
        }
    }

    /// The rows at the given places.
    pub fn gather(&self, places: &[u32]) -> Vector<'a> {
        match self {
            Vector::One(value) => Vector::One(value.clone()),
            Vector::Truth(values) => Vector::Truth(pick(values, places)),
            Vector::Int(values) => Vector::Int(pick(values, places)),
            Vector::Days(values) => Vector::Days(pick(values, places)),
            Vector::Money(values) => Vector::Money(pick(values, places)),
            Vector::Double(values) => Vector::Double(pick(values, places)),
            Vector::Text(values) => Vector::Text(pick(values, places)),
            Vector::List(sets, rows) => Vector::List(sets, pick(rows, places)),
            Vector::Date(days, lunar) => {
                let lunar = if lunar.is_empty() { Vec::new() } else { pick(lunar, places).into_owned() };
                Vector::Date(pick(days, places), lunar)
            }
        }
    }

    /// Whether each row holds, a missing one does not.
    pub fn holds(&self, rows: usize) -> Cow<'_, [u8]> {
        match self {
            Vector::Truth(values) if values.iter().all(|truth| *truth < NO_TRUTH) => Cow::Borrowed(values),
            Vector::Truth(values) => values.iter().map(|truth| u8::from(*truth == 1)).collect(),
            Vector::One(value) => vec![u8::from(value.holds()); rows].into(),
            _ => vec![0; rows].into(),
        }
    }

    /// Whether each row is known.
    pub fn known(&self, rows: usize) -> Vec<u8> {
        match self {
            Vector::One(value) => vec![u8::from(!value.is_missing()); rows],
            Vector::Truth(values) => values.iter().map(|truth| u8::from(*truth != NO_TRUTH)).collect(),
            Vector::Int(values) | Vector::Days(values) | Vector::Money(values) => {
                values.iter().map(|number| u8::from(*number != NO_NUMBER)).collect()
            }
            Vector::Double(values) => values.iter().map(|number| u8::from(!number.is_nan())).collect(),
            Vector::Text(values) => values.iter().map(|text| u8::from(*text != NONE)).collect(),
            Vector::List(sets, rows) => rows.iter().map(|row| u8::from(sets.is_known(*row as usize))).collect(),
            Vector::Date(days, _) => days.iter().map(|day| u8::from(*day != NO_DAY)).collect(),
        }
    }
}

fn pick<'a, T: Copy>(values: &[T], places: &[u32]) -> Cow<'a, [T]> {
    places.iter().map(|place| values[*place as usize]).collect()
}

fn truths<'a>(codes: &Codes, rows: Range<usize>) -> Cow<'a, [u8]> {
    let truth = |number: i64| if number == NO_NUMBER { NO_TRUTH } else { number as u8 };
    codes.numbers(rows).into_iter().map(truth).collect()
}

fn lunar_rows(lunar: &Bits, rows: &Range<usize>) -> Vec<bool> {
    if rows.clone().any(|row| lunar.has(row)) { rows.clone().map(|row| lunar.has(row)).collect() } else { Vec::new() }
}
