//! How long ago a day was, held against a number: `age >= 30`, `days_between(today, due) < 7`. A later day gives nowhere
//! more years, so the days for which it holds are one run, and its ends are found by halving: a table would ask a
//! hundred years of days.

use super::{Asks, StepId, mirrored};
use crate::codes::Codes;
use crate::column::Column;
use crate::engine::ground::Datum;
use crate::engine::runs::{FIRST, LAST, Runs};
use crate::engine::terms::{TermId, TermOp};
use tend_rules::base::Day;
use tend_rules::segment::{Calendar, Comparison, Function, Value, scalar};

/// A span of time between a day on file and one that is the same for everybody.
struct Span {
    fact: Datum,
    function: Function,
    fixed: Value,
    /// Whether the day on file is the earlier one by its place.
    from_file: bool,
    least: i64,
    most: i64,
}

impl Span {
    /// By the number of a day; the calendar in which a birthday is kept has no say in it.
    fn value(&self, number: i64) -> Value {
        let day = Value::Date(Day::from_number(number as i32), Calendar::Solar);
        let (left, right) = if self.from_file { (day, self.fixed.clone()) } else { (self.fixed.clone(), day) };
        scalar::call(self.function, &[left, right])
    }

    /// The first day from which on `holds` is true for good, one after the last if it never is.
    fn turn(&self, holds: impl Fn(Value) -> bool) -> i64 {
        let (mut low, mut high) = (self.least, self.most + 1);
        while low < high {
            let middle = low + (high - low) / 2;
            if holds(self.value(middle)) { high = middle } else { low = middle + 1 }
        }
        low
    }

    /// The days whose span stands in a relation to a value.
    fn runs(&self, how: Comparison, value: &Value) -> Runs {
        let is = |how: Comparison| move |span: Value| scalar::compare(how, &span, value);
        // With the day on file as the earlier one, spans fall from day to day.
        let (before, within) = match self.from_file {
            true => (is(Comparison::AtMost), is(Comparison::Less)),
            false => (is(Comparison::AtLeast), is(Comparison::Greater)),
        };
        // Equal from `from` to the day before `to`.
        let (from, to) = (self.turn(before), self.turn(within));
        let (equal, later) = (Runs::of(self.fact, from, to - 1), Runs::of(self.fact, to, LAST));
        let earlier = Runs::of(self.fact, FIRST, from - 1);
        let (less, more) = if self.from_file { (later, earlier) } else { (earlier, later) };
        match how {
            Comparison::Equal => equal,
            Comparison::Unequal => less.either(&more),
            Comparison::Less => less,
            Comparison::AtMost => less.either(&equal),
            Comparison::Greater => more,
            Comparison::AtLeast => more.either(&equal),
        }
    }
}

impl<'a> Asks<'a> {
    /// The days for which a span of time stands in a relation to a number.
    pub(super) fn since(&self, how: Comparison, left: TermId, right: TermId) -> Option<Runs> {
        let (term, value, how) = self.against(how, left, right)?;
        Some(self.span(term)?.runs(how, &value))
    }

    /// The same of a fact that some have on file, as an age: theirs is not worked out.
    pub(super) fn known_or_since(&mut self, how: Comparison, left: TermId, right: TermId) -> Option<StepId> {
        let (term, value, how) = self.against(how, left, right)?;
        let TermOp::Known(stored, computed) = self.terms.term_of(term).what else { return None };
        let fact = self.fact_of(stored)?;
        let on_file = self.relation(fact, how, &value)?;
        let worked_out = self.span(computed)?.runs(how, &value);
        let (on_file, worked_out) = (self.of_runs(&on_file), self.of_runs(&worked_out));
        let known = self.of_runs(&Runs::of(fact, FIRST, LAST));
        let unknown = self.not(known);
        let worked_out = self.every(vec![unknown, worked_out]);
        Some(self.any(vec![on_file, worked_out]))
    }

    /// What is compared, what with, and how, whichever stands first.
    fn against(&self, how: Comparison, left: TermId, right: TermId) -> Option<(TermId, Value, Comparison)> {
        let (term, value, how) = match (self.constant(left), self.constant(right)) {
            (None, Some(value)) => (left, value, how),
            (Some(value), None) => (right, value, mirrored(how)),
            _ => return None,
        };
        matches!(value, Value::Int(_)).then_some((term, value, how))
    }

    fn span(&self, term: TermId) -> Option<Span> {
        let TermOp::Call(function, parts) = &self.terms.term_of(term).what else { return None };
        let function = *function;
        if !matches!(function, Function::DaysBetween | Function::MonthsSince | Function::YearsSince) {
            return None;
        }
        let [left, right] = *parts.as_slice() else { return None };
        let (fact, fixed, from_file) = match (self.constant(left), self.constant(right)) {
            (None, Some(fixed)) => (self.fact_of(left)?, fixed, true),
            (Some(fixed), None) => (self.fact_of(right)?, fixed, false),
            _ => return None,
        };
        let column = fact.column(self.columns)?;
        // Nobody's day is known: there is nothing to halve.
        let (least, most) = column.codes().and_then(Codes::span)?;
        let days = matches!(column, Column::Date { .. }) && matches!(fixed, Value::Date(..));
        days.then_some(Span { fact, function, fixed, from_file, least, most })
    }
}
