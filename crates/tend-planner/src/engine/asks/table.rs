//! Any condition on one narrow column: asked once of every number that the column can hold.

use super::{Asks, StepId};
use crate::codes::{Cells, Codes};
use crate::column::Column;
use crate::engine::ground::Datum;
use crate::engine::runs::Runs;
use crate::engine::terms::{CUSTOMERS, TermId, TermOp};
use std::collections::BTreeSet;
use tend_rules::base::Day;
use tend_rules::segment::{Calendar, Comparison, Value, scalar};

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

    /// The one fact that a condition reads, if its column is narrow and there are as many customers as numbers: fewer
    /// are asked one by one.
    pub(super) fn narrow(&self, term: TermId) -> Option<(Datum, &'a Column)> {
        let mut read = BTreeSet::new();
        if !self.reads(term, &mut read) {
            return None;
        }
        let fact = *read.first().filter(|_| read.len() == 1)?;
        let column = fact.column(self.columns)?;
        let codes = column.codes()?;
        let numbers = codes.span().map_or(0, |(least, most)| most - least);
        let worth_it = match codes.cells() {
            Cells::Byte(_) => true,
            Cells::Short(_) => numbers <= self.ground.len(self.columns) as i64,
            Cells::Word(_) | Cells::Wide(_) => false,
        };
        worth_it.then_some((fact, column))
    }

    pub(super) fn table(&self, term: TermId, fact: Datum, column: &Column, kept: Calendar) -> Runs {
        let mut runs: Vec<(i64, i64)> = Vec::new();
        let (least, most) = column.codes().and_then(Codes::span).unwrap_or((0, -1));
        let holds = |number: i64| self.value(term, &self.value_of(column, number, kept)).holds();
        for number in (least..=most).filter(|number| holds(*number)) {
            match runs.last_mut() {
                Some(last) if last.1 + 1 == number => last.1 = number,
                _ => runs.push((number, number)),
            }
        }
        Runs { fact, runs, missing: self.value(term, &Value::Missing).holds() }
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

    /// The value of a term that reads one fact, which has this value.
    pub(super) fn value(&self, term: TermId, fact: &Value) -> Value {
        let holds = |part: &TermId| self.value(*part, fact).holds();
        match &self.terms.term_of(term).what {
            TermOp::Constant(value) => value.clone(),
            TermOp::Today => Value::day(self.today),
            what @ (TermOp::Fact(_) | TermOp::ItemFact(..)) => match self.ground.datum(what) {
                Some(known) if !known.is_unread(self.columns) => fact.clone(),
                _ => Value::Missing,
            },
            TermOp::Known(stored, computed) => match self.value(*stored, fact) {
                Value::Missing => self.value(*computed, fact),
                known => known,
            },
            TermOp::Has(inner) => Value::Bool(!self.value(*inner, fact).is_missing()),
            TermOp::Not(inner) => Value::Bool(!holds(inner)),
            TermOp::Every(parts) => Value::Bool(parts.iter().all(holds)),
            TermOp::Any(parts) => Value::Bool(parts.iter().any(holds)),
            TermOp::Compare(how, left, right) => {
                Value::Bool(scalar::compare(*how, &self.value(*left, fact), &self.value(*right, fact)))
            }
            TermOp::OneOf(needle, options) => {
                let needle = self.value(*needle, fact);
                let equal = |option: &TermId| scalar::compare(Comparison::Equal, &needle, &self.value(*option, fact));
                Value::Bool(options.iter().any(equal))
            }
            TermOp::If([condition, then, otherwise]) => {
                self.value(if holds(condition) { *then } else { *otherwise }, fact)
            }
            TermOp::Call(function, parts) => {
                let values: Vec<Value> = parts.iter().map(|part| self.value(*part, fact)).collect();
                scalar::call(*function, &values)
            }
            TermOp::Among(..) | TermOp::Exists(..) | TermOp::Count(..) => Value::Missing,
        }
    }
}
