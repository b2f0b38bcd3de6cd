//! Any condition on one narrow column, or on one and another of few values: asked once of every number that the column
//! can hold.

use super::{Asks, StepId};
use crate::codes::{Cells, Codes};
use crate::column::Column;
use crate::engine::ground::Datum;
use crate::engine::runs::Runs;
use crate::engine::terms::{CUSTOMERS, TermId, TermOp};
use std::collections::BTreeSet;
use tend_rules::base::Day;
use tend_rules::segment::{Calendar, Comparison, Value, scalar};

/// What is known while a term is asked of one number after the other.
struct Given {
    facts: Vec<(Datum, Value)>,
    /// Parts that are the same for every number.
    fixed: Vec<(TermId, Value)>,
}

impl<'a> Asks<'a> {
    /// Any condition on one narrow column: asked once of every number that it can hold.
    pub(super) fn tabled(&self, term: TermId) -> Option<Runs> {
        let (fact, column) = self.narrow(term)?;
        let by_moon = matches!(column, Column::Date { lunar, .. } if !lunar.is_blank());
        (!by_moon).then(|| self.table(term, fact, column, Calendar::Solar))
    }

    /// A condition on a date that some keep by the lunar calendar: asked for both calendars.
    pub(super) fn by_calendar(&mut self, term: TermId) -> Option<StepId> {
        let (fact, column) = self.narrow(term)?;
        let Column::Date { lunar, .. } = column else { return None };
        let (solar, moon) =
            (self.table(term, fact, column, Calendar::Solar), self.table(term, fact, column, Calendar::Lunar));
        let (solar, moon) = (self.of_runs(&solar), self.of_runs(&moon));
        let of_moon = self.plane(lunar);
        let of_sun = self.not(of_moon);
        let parts = vec![self.every(vec![of_sun, solar]), self.every(vec![of_moon, moon])];
        Some(self.any(parts))
    }

    /// A condition on two columns, one of which has few values: for each of these a condition on the other.
    pub(super) fn by_few(&mut self, term: TermId) -> Option<StepId> {
        let mut read = BTreeSet::new();
        if !self.reads(term, &mut read) || read.len() != 2 {
            return None;
        }
        let of = |fact: &Datum| Some((*fact, self.narrow_column(*fact)?));
        let (one, two) = (of(read.first()?)?, of(read.last()?)?);
        let by_moon = |column: &Column| matches!(column, Column::Date { lunar, .. } if !lunar.is_blank());
        if by_moon(one.1) || by_moon(two.1) {
            return None;
        }
        let few = |(_, column): (Datum, &Column)| column.codes()?.few_numbers();
        let (small, numbers, large) = match (few(one), few(two)) {
            (Some(numbers), _) => (one, numbers, two),
            (None, Some(numbers)) => (two, numbers, one),
            (None, None) => return None,
        };
        let mut parts = Vec::new();
        for number in numbers.into_iter().map(Some).chain([None]) {
            let value = number.map_or(Value::Missing, |number| self.value_of(small.1, number, Calendar::Solar));
            let others = self.table_given(term, large, Calendar::Solar, &[(small.0, value)]);
            let these = number.map_or(Runs::nothing(small.0), |number| Runs::of(small.0, number, number));
            let (these, others) = (self.of_runs(&these), self.of_runs(&others));
            parts.push(self.every(vec![these, others]));
        }
        Some(self.any(parts))
    }

    /// The one fact that a condition reads, if its column is narrow and there are as many customers as numbers: fewer
    /// are asked one by one.
    pub(super) fn narrow(&self, term: TermId) -> Option<(Datum, &'a Column)> {
        let mut read = BTreeSet::new();
        if !self.reads(term, &mut read) {
            return None;
        }
        let fact = *read.first().filter(|_| read.len() == 1)?;
        Some((fact, self.narrow_column(fact)?))
    }

    fn narrow_column(&self, fact: Datum) -> Option<&'a Column> {
        let column = fact.column(self.columns)?;
        let codes = column.codes()?;
        let numbers = codes.span().map_or(0, |(least, most)| most - least);
        let worth_it = match codes.cells() {
            Cells::Byte(_) => true,
            Cells::Short(_) => numbers <= self.ground.len(self.columns) as i64,
            Cells::Word(_) | Cells::Wide(_) => false,
        };
        worth_it.then_some(column)
    }

    fn table(&self, term: TermId, fact: Datum, column: &Column, kept: Calendar) -> Runs {
        self.table_given(term, (fact, column), kept, &[])
    }

    /// The numbers of a fact for which a condition holds that reads others too, which are given.
    fn table_given(
        &self,
        term: TermId,
        (fact, column): (Datum, &Column),
        kept: Calendar,
        others: &[(Datum, Value)],
    ) -> Runs {
        let mut runs: Vec<(i64, i64)> = Vec::new();
        let (least, most) = column.codes().and_then(Codes::span).unwrap_or((0, -1));
        let mut given = Given { facts: others.to_vec(), fixed: Vec::new() };
        given.facts.push((fact, Value::Missing));
        self.fix(term, &mut given.fixed);
        let mut holds = |value: Value| {
            given.facts[others.len()].1 = value;
            self.value(term, &given).holds()
        };
        for number in least..=most {
            if !holds(self.value_of(column, number, kept)) {
                continue;
            }
            match runs.last_mut() {
                Some(last) if last.1 + 1 == number => last.1 = number,
                _ => runs.push((number, number)),
            }
        }
        Runs { fact, runs, missing: holds(Value::Missing) }
    }

    /// What a code stands for.
    pub(super) fn value_of(&self, column: &Column, number: i64, kept: Calendar) -> Value {
        match column {
            Column::Bool(_) => Value::Bool(number == 1),
            Column::Int(_) => Value::Int(number),
            Column::Money(_) => Value::Money(number),
            Column::Date { .. } => Value::Date(Day::from_number(number as i32), kept),
            Column::Text(texts) => self.columns.strings.text(texts.global(number)).map_or(Value::Missing, Value::text),
            Column::Double(_) | Column::List(_) => Value::Missing,
        }
    }

    /// Collects the stored facts that a term reads; `false` if it reads anything that is not one number a customer.
    pub(super) fn reads(&self, term: TermId, read: &mut BTreeSet<Datum>) -> bool {
        let definition = self.terms.term_of(term);
        if definition.frame != CUSTOMERS && definition.frame != self.ground.frame() {
            return false;
        }
        let mut all = |parts: &[TermId]| parts.iter().all(|part| self.reads(*part, read));
        match &definition.what {
            TermOp::Constant(_) | TermOp::Today => true,
            what @ (TermOp::Fact(_) | TermOp::ItemFact(..)) => match self.ground.datum(what) {
                None => self.constant(term).is_some(),
                Some(fact) => match fact.column(self.columns) {
                    None => fact.is_unread(self.columns),
                    Some(Column::List(_) | Column::Double(_)) => false,
                    Some(_) => {
                        read.insert(fact);
                        true
                    }
                },
            },
            TermOp::Has(inner) | TermOp::Not(inner) => all(&[*inner]),
            TermOp::Known(left, right) | TermOp::Compare(_, left, right) => all(&[*left, *right]),
            TermOp::Every(parts) | TermOp::Any(parts) | TermOp::Call(_, parts) => all(parts),
            TermOp::If(parts) => all(parts),
            TermOp::OneOf(needle, options) => all(&[*needle]) && all(options),
            TermOp::Among(..) | TermOp::Exists(..) | TermOp::Count(..) => false,
        }
    }

    /// Collects the parts of a term that are the same whatever the facts are, the largest ones.
    fn fix(&self, term: TermId, fixed: &mut Vec<(TermId, Value)>) {
        if let Some(value) = self.constant(term) {
            fixed.push((term, value));
            return;
        }
        match &self.terms.term_of(term).what {
            TermOp::Has(inner) | TermOp::Not(inner) => self.fix(*inner, fixed),
            TermOp::Known(left, right) | TermOp::Compare(_, left, right) => {
                self.fix(*left, fixed);
                self.fix(*right, fixed);
            }
            TermOp::Every(parts) | TermOp::Any(parts) | TermOp::Call(_, parts) => {
                parts.iter().for_each(|part| self.fix(*part, fixed));
            }
            TermOp::If(parts) => parts.iter().for_each(|part| self.fix(*part, fixed)),
            TermOp::OneOf(needle, options) => {
                self.fix(*needle, fixed);
                options.iter().for_each(|option| self.fix(*option, fixed));
            }
            _ => {}
        }
    }

    /// The value of a term that reads no other facts than these.
    fn value(&self, term: TermId, given: &Given) -> Value {
        if let Some((_, value)) = given.fixed.iter().find(|(fixed, _)| *fixed == term) {
            return value.clone();
        }
        let holds = |part: &TermId| self.value(*part, given).holds();
        match &self.terms.term_of(term).what {
            TermOp::Constant(value) => value.clone(),
            TermOp::Today => Value::day(self.today),
            what @ (TermOp::Fact(_) | TermOp::ItemFact(..)) => match self.ground.datum(what) {
                Some(known) => {
                    given.facts.iter().find(|(fact, _)| *fact == known).map_or(Value::Missing, |one| one.1.clone())
                }
                None => Value::Missing,
            },
            TermOp::Known(stored, computed) => match self.value(*stored, given) {
                Value::Missing => self.value(*computed, given),
                known => known,
            },
            TermOp::Has(inner) => Value::Bool(!self.value(*inner, given).is_missing()),
            TermOp::Not(inner) => Value::Bool(!holds(inner)),
            TermOp::Every(parts) => Value::Bool(parts.iter().all(holds)),
            TermOp::Any(parts) => Value::Bool(parts.iter().any(holds)),
            TermOp::Compare(how, left, right) => {
                Value::Bool(scalar::compare(*how, &self.value(*left, given), &self.value(*right, given)))
            }
            TermOp::OneOf(needle, options) => {
                let needle = self.value(*needle, given);
                let equal = |option: &TermId| scalar::compare(Comparison::Equal, &needle, &self.value(*option, given));
                Value::Bool(options.iter().any(equal))
            }
            TermOp::If([condition, then, otherwise]) => {
                self.value(if holds(condition) { *then } else { *otherwise }, given)
            }
            TermOp::Call(function, parts) => match parts.as_slice() {
                [one] => scalar::call(*function, &[self.value(*one, given)]),
                [one, two] => scalar::call(*function, &[self.value(*one, given), self.value(*two, given)]),
                parts => {
                    let values: Vec<Value> = parts.iter().map(|part| self.value(*part, given)).collect();
                    scalar::call(*function, &values)
                }
            },
            TermOp::Among(..) | TermOp::Exists(..) | TermOp::Count(..) => Value::Missing,
        }
    }
}
