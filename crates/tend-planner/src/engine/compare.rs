//! Comparisons of columns with values and with columns.

use super::asks::mirrored;
use super::vector::{Texts, Vector};
use crate::columns::{NO_DAY, NO_NUMBER};
use crate::strings::NONE;
use tend_rules::segment::{Comparison, Value, scalar};

/// Whether each row meets the comparison; one with a missing value does not.
pub(super) fn compare<'a>(
    how: Comparison,
    left: &Vector<'_>,
    right: &Vector<'_>,
    rows: usize,
    texts: &Texts<'_>,
) -> Vector<'a> {
    match (left, right) {
        (Vector::One(left), Vector::One(right)) => Vector::One(Value::Bool(scalar::compare(how, left, right))),
        (Vector::One(value), vector) => {
            with_value(mirrored(how), vector, value, texts).unwrap_or_else(|| by_row(how, left, right, rows, texts))
        }
        (vector, Vector::One(value)) => {
            with_value(how, vector, value, texts).unwrap_or_else(|| by_row(how, left, right, rows, texts))
        }
        (Vector::Int(left), Vector::Int(right))
        | (Vector::Days(left), Vector::Days(right))
        | (Vector::Money(left), Vector::Money(right)) => pairs(how, left, right, |number| *number != NO_NUMBER),
        (Vector::Date(left, _), Vector::Date(right, _)) => pairs(how, left, right, |day| *day != NO_DAY),
        (Vector::Double(left), Vector::Double(right)) => pairs(how, left, right, |number| !number.is_nan()),
        _ => by_row(how, left, right, rows, texts),
    }
}

fn with_value<'a>(how: Comparison, vector: &Vector<'_>, value: &Value, texts: &Texts<'_>) -> Option<Vector<'a>> {
    if value.is_missing() {
        return Some(Vector::One(Value::Bool(false)));
    }
    Some(match (vector, value) {
        (Vector::Int(values), Value::Int(number))
        | (Vector::Days(values), Value::Days(number))
        | (Vector::Money(values), Value::Money(number)) => each(how, values, *number, |value| *value != NO_NUMBER),
        (Vector::Date(days, _), Value::Date(day, _)) => each(how, days, day.number(), |day| *day != NO_DAY),
        (Vector::Double(values), Value::Double(number)) => each(how, values, *number, |value| !value.is_nan()),
        (Vector::Text(values), Value::Text(text)) if matches!(how, Comparison::Equal | Comparison::Unequal) => {
            each(how, values, texts.number(text), |text| *text != NONE)
        }
        (Vector::Truth(values), Value::Bool(truth)) => each(how, values, u8::from(*truth), |truth| *truth < 2),
        _ => return None,
    })
}

/// The loops are written out for each comparison, so that each becomes one vector instruction or few.
fn each<'a, T: PartialOrd + Copy>(
    how: Comparison,
    values: &[T],
    wanted: T,
    is_known: impl Fn(&T) -> bool,
) -> Vector<'a> {
    let truths: Vec<u8> = match how {
        Comparison::Equal => values.iter().map(|value| u8::from(*value == wanted)).collect(),
        Comparison::Unequal => values.iter().map(|value| u8::from(*value != wanted && is_known(value))).collect(),
        Comparison::Less => values.iter().map(|value| u8::from(*value < wanted && is_known(value))).collect(),
        Comparison::AtMost => values.iter().map(|value| u8::from(*value <= wanted && is_known(value))).collect(),
        Comparison::Greater => values.iter().map(|value| u8::from(*value > wanted && is_known(value))).collect(),
        Comparison::AtLeast => values.iter().map(|value| u8::from(*value >= wanted && is_known(value))).collect(),
    };
    Vector::Truth(truths.into())
}

fn pairs<'a, T: PartialOrd + Copy>(
    how: Comparison,
    left: &[T],
    right: &[T],
    is_known: impl Fn(&T) -> bool,
) -> Vector<'a> {
    let met = |(left, right): (&T, &T)| {
        let order = if is_known(left) && is_known(right) { left.partial_cmp(right) } else { None };
        u8::from(order.is_some_and(|order| how.is_met_by(order)))
    };
    Vector::Truth(left.iter().zip(right).map(met).collect())
}

fn by_row<'a>(how: Comparison, left: &Vector<'_>, right: &Vector<'_>, rows: usize, texts: &Texts<'_>) -> Vector<'a> {
    let met = |row| u8::from(scalar::compare(how, &left.value(row, texts), &right.value(row, texts)));
    Vector::Truth((0..rows).map(met).collect())
}
