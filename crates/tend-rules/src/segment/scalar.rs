//! The functions of the language on single values: the one meaning that the interpreter and the
//! column engine share.
//!
//! Nothing fails: what cannot be worked out (a missing argument, a division by zero, a number out
//! of range) is missing, and a question about a missing value is answered no.

use super::calendar;
use super::typed::{Comparison, Function};
use super::value::Value;
use crate::base::Day;
use std::cmp::Ordering;

/// The first and the last day that the language knows: 0001-01-01 and 9999-12-31.
pub const DAYS: std::ops::RangeInclusive<i64> = -719_162..=2_932_896;

/// The order of two known values of one kind.
pub fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        (Value::Int(left), Value::Int(right))
        | (Value::Days(left), Value::Days(right))
        | (Value::Money(left), Value::Money(right)) => Some(left.cmp(right)),
        (Value::Double(left), Value::Double(right)) => left.partial_cmp(right),
        (Value::Text(left), Value::Text(right)) => Some(left.cmp(right)),
        (Value::Date(left, _), Value::Date(right, _)) => Some(left.cmp(right)),
        _ => None,
    }
}

/// Whether two values stand in the relation; never if one is missing.
pub fn compare(how: Comparison, left: &Value, right: &Value) -> bool {
    order(left, right).is_some_and(|order| how.is_met_by(order))
}

/// A day within the calendar.
pub fn day(number: i64) -> Option<Day> {
    DAYS.contains(&number).then(|| Day::from_number(number as i32))
}

/// The whole months from `earlier` to `later`; negative if it lies after.
pub fn months_between(earlier: Day, later: Day) -> i64 {
    let months = (i32::from(later.year()) - i32::from(earlier.year())) * 12 + i32::from(later.month())
        - i32::from(earlier.month());
    i64::from(if earlier.plus_months(months) > later { months - 1 } else { months })
}

fn int(number: Option<i64>) -> Value {
    number.filter(|number| *number != i64::MIN).map_or(Value::Missing, Value::Int)
}

fn double(number: f64) -> Value {
    if number.is_finite() { Value::Double(number) } else { Value::Missing }
}

fn money(minor: Option<i64>) -> Value {
    minor.filter(|minor| *minor != i64::MIN).map_or(Value::Missing, Value::Money)
}

fn span(days: Option<i64>) -> Value {
    days.filter(|days| *days != i64::MIN).map_or(Value::Missing, Value::Days)
}

fn date(number: Option<i64>) -> Value {
    number.and_then(day).map_or(Value::Missing, Value::day)
}

/// Minor units from a number with a fraction, rounded half away from zero.
fn rounded(minor: f64) -> Value {
    let whole = minor.round();
    if whole.abs() < 9.2e18 { Value::Money(whole as i64) } else { Value::Missing }
}

/// An amount divided by a whole number, rounded half away from zero.
fn divided(minor: i64, by: i64) -> Value {
    if by == 0 {
        return Value::Missing;
    }
    let (minor, by) = (i128::from(minor), i128::from(by));
    let half = by.abs() / 2;
    let sign = if (minor < 0) == (by < 0) { 1 } else { -1 };
    let whole = (minor.abs() + half) / by.abs() * sign;
    money(i64::try_from(whole).ok())
}

/// The value of a function.
pub fn call(function: Function, arguments: &[Value]) -> Value {
    match arguments {
        [one] => of_one(function, one),
        [left, right] => of_two(function, left, right),
        _ => Value::Missing,
    }
}

fn of_one(function: Function, value: &Value) -> Value {
    match (function, value) {
        (Function::Negate, Value::Int(number)) => int(number.checked_neg()),
        (Function::Negate, Value::Double(number)) => Value::Double(-number),
        (Function::Negate, Value::Money(minor)) => money(minor.checked_neg()),
        (Function::Negate, Value::Days(days)) => span(days.checked_neg()),
        (Function::ToDouble, Value::Int(number)) => Value::Double(*number as f64),
        (Function::Days, Value::Int(days)) => Value::Days(*days),
        (Function::Yuan, Value::Int(yuan)) => money(yuan.checked_mul(100)),
        (Function::Yuan, Value::Double(yuan)) => rounded(yuan * 100.0),
        (Function::Weekday, Value::Date(day, _)) => Value::Int(day.weekday().into()),
        (Function::Month, Value::Date(day, _)) => Value::Int(day.month().into()),
        (Function::DayOfMonth, Value::Date(day, _)) => Value::Int(day.day_of_month().into()),
        (Function::Festival, Value::Date(day, _)) => Value::text(calendar::festival(*day)),
        (Function::Workday, value) => Value::Bool(matches!(value, Value::Date(day, _) if calendar::is_workday(*day))),
        (Function::CalendarOf, Value::Date(_, calendar)) => Value::text(calendar.word()),
        (Function::Length, Value::Text(text)) => Value::Int(text.chars().count() as i64),
        (Function::ListSize, Value::List(values)) => Value::Int(values.len() as i64),
        (Function::ListSize, Value::Missing) => Value::Int(0),
        _ => Value::Missing,
    }
}

fn of_two(function: Function, left: &Value, right: &Value) -> Value {
    match function {
        Function::Add => add(left, right),
        Function::Subtract => subtract(left, right),
        Function::Multiply => multiply(left, right),
        Function::Divide => divide(left, right),
        Function::Remainder => match (left, right) {
            (Value::Int(left), Value::Int(right)) => int(left.checked_rem(*right)),
            _ => Value::Missing,
        },
        Function::StartsWith | Function::EndsWith | Function::Contains => Value::Bool(
            matches!((left, right), (Value::Text(text), Value::Text(part)) if has_part(function, text, part)),
        ),
        Function::Anniversary => match (left, right) {
            (Value::Date(date, calendar), Value::Date(today, _)) => {
                calendar::anniversary(*date, *calendar, *today).map_or(Value::Missing, Value::day)
            }
            _ => Value::Missing,
        },
        Function::DaysBetween | Function::MonthsSince | Function::YearsSince => match (left, right) {
            (Value::Date(left, _), Value::Date(right, _)) => Value::Int(between(function, *left, *right)),
            _ => Value::Missing,
        },
        _ => Value::Missing,
    }
}

fn between(function: Function, left: Day, right: Day) -> i64 {
    match function {
        Function::DaysBetween => i64::from(right - left),
        Function::MonthsSince => months_between(left, right),
        _ => i64::from(left.whole_years_until(right)),
    }
}

fn has_part(function: Function, text: &str, part: &str) -> bool {
    match function {
        Function::StartsWith => text.starts_with(part),
        Function::EndsWith => text.ends_with(part),
        _ => text.contains(part),
    }
}

fn add(left: &Value, right: &Value) -> Value {
    match (left, right) {
        (Value::Int(left), Value::Int(right)) => int(left.checked_add(*right)),
        (Value::Double(left), Value::Double(right)) => double(left + right),
        (Value::Money(left), Value::Money(right)) => money(left.checked_add(*right)),
        (Value::Days(left), Value::Days(right)) => span(left.checked_add(*right)),
        (Value::Date(day, _), Value::Days(days)) | (Value::Days(days), Value::Date(day, _)) => {
            date(i64::from(day.number()).checked_add(*days))
        }
        _ => Value::Missing,
    }
}

fn subtract(left: &Value, right: &Value) -> Value {
    match (left, right) {
        (Value::Int(left), Value::Int(right)) => int(left.checked_sub(*right)),
        (Value::Double(left), Value::Double(right)) => double(left - right),
        (Value::Money(left), Value::Money(right)) => money(left.checked_sub(*right)),
        (Value::Days(left), Value::Days(right)) => span(left.checked_sub(*right)),
        (Value::Date(day, _), Value::Days(days)) => date(i64::from(day.number()).checked_sub(*days)),
        (Value::Date(left, _), Value::Date(right, _)) => Value::Days(i64::from(*left - *right)),
        _ => Value::Missing,
    }
}

fn multiply(left: &Value, right: &Value) -> Value {
    match (left, right) {
        (Value::Int(left), Value::Int(right)) => int(left.checked_mul(*right)),
        (Value::Double(left), Value::Double(right)) => double(left * right),
        (Value::Money(minor), Value::Int(times)) | (Value::Int(times), Value::Money(minor)) => {
            money(minor.checked_mul(*times))
        }
        (Value::Money(minor), Value::Double(times)) | (Value::Double(times), Value::Money(minor)) => {
            rounded(*minor as f64 * times)
        }
        (Value::Days(days), Value::Int(times)) | (Value::Int(times), Value::Days(days)) => {
            span(days.checked_mul(*times))
        }
        _ => Value::Missing,
    }
}

fn divide(left: &Value, right: &Value) -> Value {
    match (left, right) {
        (Value::Int(left), Value::Int(right)) => int(left.checked_div(*right)),
        (Value::Double(left), Value::Double(right)) => double(left / right),
        (Value::Money(minor), Value::Int(by)) => divided(*minor, *by),
        (Value::Money(minor), Value::Double(by)) => rounded(*minor as f64 / by),
        (Value::Money(left), Value::Money(right)) => double(*left as f64 / *right as f64),
        _ => Value::Missing,
    }
}
