//! Functions that are worth doing without looking at one value after the other.

use super::evaluate::Worker;
use super::terms::TermId;
use super::vector::Vector;
use crate::columns::{NO_DAY, NO_NUMBER};
use crate::strings::NONE;
use tend_rules::base::Day;
use tend_rules::segment::{Calendar, Function, Value, scalar};

/// A function of a date, as plans ask it on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct OfDay {
    function: Function,
    calendar: CalendarKey,
    /// The other argument, a day, where the function has one.
    other: Option<i32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum CalendarKey {
    Solar,
    Lunar,
}

/// The answers of a function by day, from 1900 to 2100; worked out when first asked.
#[derive(Debug)]
pub(crate) struct DayTable {
    answers: Vec<i64>,
}

/// 1900-01-01.
const FIRST_DAY: i32 = -25_567;
const TABLE_DAYS: usize = 73_414;
const UNASKED: i64 = i64::MAX;

impl DayTable {
    fn new() -> Self {
        Self { answers: vec![UNASKED; TABLE_DAYS] }
    }

    fn answer(&mut self, day: i32, ask: impl Fn(i32) -> i64) -> i64 {
        if day == NO_DAY {
            return NO_NUMBER;
        }
        let place = usize::try_from(day.wrapping_sub(FIRST_DAY)).ok();
        match place.and_then(|place| self.answers.get_mut(place)) {
            Some(answer) => {
                if *answer == UNASKED {
                    *answer = ask(day);
                }
                *answer
            }
            None => ask(day),
        }
    }
}

/// The values, if every argument is one value for all rows.
pub(super) fn all_one(arguments: &[&Vector<'_>]) -> Option<Vec<Value>> {
    arguments
        .iter()
        .map(|vector| match vector {
            Vector::One(value) => Some(value.clone()),
            _ => None,
        })
        .collect()
}

/// The function over whole columns, where there is a quick way.
pub(super) fn fast<'a>(
    worker: &mut Worker<'_>,
    term: TermId,
    function: Function,
    arguments: &[&Vector<'a>],
) -> Option<Vector<'a>> {
    match (function, arguments) {
        (Function::Add, [Vector::Date(days, _), Vector::One(Value::Days(span))])
        | (Function::Add, [Vector::One(Value::Days(span)), Vector::Date(days, _)]) => Some(moved(days, *span)),
        (Function::Subtract, [Vector::Date(days, _), Vector::One(Value::Days(span))]) => {
            Some(moved(days, span.checked_neg()?))
        }
        (Function::Multiply, [Vector::Money(amounts), Vector::One(Value::Double(times))])
        | (Function::Multiply, [Vector::One(Value::Double(times)), Vector::Money(amounts)]) => {
            Some(times_double(amounts, *times))
        }
        (Function::StartsWith | Function::EndsWith | Function::Contains, [Vector::Text(texts), Vector::One(part)]) => {
            Some(by_text(worker, term, function, texts, part))
        }
        (_, [Vector::Date(days, lunar), rest @ ..]) => {
            let other = match rest {
                [] => None,
                [Vector::One(Value::Date(day, Calendar::Solar))] => Some(day.number()),
                _ => return None,
            };
            of_days(worker, function, days, lunar, other)
        }
        _ => None,
    }
}

fn moved<'a>(days: &[i32], span: i64) -> Vector<'a> {
    let later = |day: &i32| {
        let moved = if *day == NO_DAY { None } else { i64::from(*day).checked_add(span).and_then(scalar::day) };
        moved.map_or(NO_DAY, Day::number)
    };
    Vector::Date(days.iter().map(later).collect(), Vec::new())
}

fn times_double<'a>(amounts: &[i64], times: f64) -> Vector<'a> {
    let multiplied = |minor: &i64| {
        let whole = (*minor as f64 * times).round();
        if *minor == NO_NUMBER || whole.is_nan() || whole.abs() >= 9.2e18 { NO_NUMBER } else { whole as i64 }
    };
    Vector::Money(amounts.iter().map(multiplied).collect())
}

/// A question about a text, asked once of every distinct text.
fn by_text<'a>(worker: &mut Worker<'_>, term: TermId, function: Function, texts: &[u32], part: &Value) -> Vector<'a> {
    let (answers, names) = (worker.answers.entry(term).or_default(), &worker.texts);
    let ask = |text: &u32| {
        if *text == NONE {
            return 0;
        }
        *answers.entry(*text).or_insert_with(|| {
            let text = names.text(*text).map_or(Value::Missing, Value::text);
            u8::from(scalar::call(function, &[text, part.clone()]).holds())
        })
    };
    Vector::Truth(texts.iter().map(ask).collect())
}

/// A function of a date with a number, day or truth for an answer, from the table of its days.
fn of_days<'a>(
    worker: &mut Worker<'_>,
    function: Function,
    days: &[i32],
    lunar: &[bool],
    other: Option<i32>,
) -> Option<Vector<'a>> {
    let tabled = match function {
        Function::Weekday | Function::Month | Function::DayOfMonth | Function::Workday => other.is_none(),
        Function::Anniversary | Function::YearsSince | Function::MonthsSince => other.is_some(),
        _ => false,
    };
    if !tabled {
        return None;
    }
    let key = |calendar| OfDay { function, calendar, other };
    let mut solar = worker.calendars.remove(&key(CalendarKey::Solar)).unwrap_or_else(DayTable::new);
    let mut lunar_table = worker.calendars.remove(&key(CalendarKey::Lunar));
    let ask = |day: i32, calendar: Calendar| {
        let mut values = vec![Value::Date(Day::from_number(day), calendar)];
        values.extend(other.map(|day| Value::day(Day::from_number(day))));
        match scalar::call(function, &values) {
            Value::Int(number) => number,
            Value::Bool(truth) => i64::from(truth),
            Value::Date(day, _) => i64::from(day.number()),
            _ => NO_NUMBER,
        }
    };
    let mut answers = Vec::with_capacity(days.len());
    for (row, day) in days.iter().enumerate() {
        answers.push(if lunar.get(row).copied().unwrap_or(false) {
            let table = lunar_table.get_or_insert_with(DayTable::new);
            table.answer(*day, |day| ask(day, Calendar::Lunar))
        } else {
            solar.answer(*day, |day| ask(day, Calendar::Solar))
        });
    }
    worker.calendars.insert(key(CalendarKey::Solar), solar);
    if let Some(table) = lunar_table {
        worker.calendars.insert(key(CalendarKey::Lunar), table);
    }
    Some(match function {
        Function::Workday => Vector::Truth(answers.iter().map(|answer| u8::from(*answer == 1)).collect()),
        Function::Anniversary => {
            let day = |answer: &i64| if *answer == NO_NUMBER { NO_DAY } else { *answer as i32 };
            Vector::Date(answers.iter().map(day).collect(), Vec::new())
        }
        _ => Vector::Int(answers.into()),
    })
}
