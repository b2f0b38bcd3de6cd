//! What a condition asks of one fact, as runs of its numbers, and the step that answers it.

use super::{Asks, RUNS_MAX, Step, StepId, mirrored};
use crate::bits::Bits;
use crate::codes::Codes;
use crate::column::Column;
use crate::engine::ground::Datum;
use crate::engine::runs::{FIRST, LAST, Runs};
use crate::engine::terms::{TermId, TermOp};
use tend_rules::segment::{Comparison, FactId, Value, scalar};

impl<'a> Asks<'a> {
    /// What a condition asks of one fact, if it asks nothing else. Worked out once: plans share conditions.
    pub(super) fn runs_of(&mut self, term: TermId) -> Option<Runs> {
        if let Some(known) = self.runs.get(&term) {
            return known.clone();
        }
        let runs = self.runs_worked_out(term);
        self.runs.insert(term, runs.clone());
        runs
    }

    fn runs_worked_out(&mut self, term: TermId) -> Option<Runs> {
        let terms = self.terms;
        match &terms.term_of(term).what {
            TermOp::Fact(_) | TermOp::ItemFact(..) | TermOp::Known(..) => {
                self.relation(self.fact_of(term)?, Comparison::Equal, &Value::Bool(true))
            }
            TermOp::Has(inner) => {
                let fact = self.fact_of(*inner)?;
                fact.codes(self.columns)?;
                Some(Runs::of(fact, FIRST, LAST))
            }
            TermOp::Not(inner) => self.runs_of(*inner).map(|runs| runs.others()),
            TermOp::Every(parts) => {
                let mut parts = parts.iter().map(|part| self.runs_of(*part));
                let first = parts.next()??;
                parts.try_fold(first, |known, runs| runs.filter(|runs| runs.fact == known.fact).map(|r| known.both(&r)))
            }
            TermOp::Any(parts) => {
                let mut parts = parts.iter().map(|part| self.runs_of(*part));
                let first = parts.next()??;
                parts.try_fold(first, |known, runs| {
                    runs.filter(|runs| runs.fact == known.fact).map(|r| known.either(&r))
                })
            }
            TermOp::OneOf(needle, options) => {
                let Some(fact) = self.fact_of(*needle) else { return self.tabled(term) };
                let nobody = Runs { fact, runs: Vec::new(), missing: false };
                options.iter().try_fold(nobody, |known, option| {
                    let value = self.constant(*option)?;
                    Some(known.either(&self.relation(fact, Comparison::Equal, &value)?))
                })
            }
            TermOp::Compare(how, left, right) => match (self.constant(*left), self.constant(*right)) {
                _ if let Some(runs) = self.since(*how, *left, *right) => Some(runs),
                (None, Some(value)) => match self.fact_of(*left) {
                    Some(fact) => self.relation(fact, *how, &value).or_else(|| self.tabled(term)),
                    None => self.tabled(term),
                },
                (Some(value), None) => match self.fact_of(*right) {
                    Some(fact) => self.relation(fact, mirrored(*how), &value).or_else(|| self.tabled(term)),
                    None => self.tabled(term),
                },
                _ => self.tabled(term),
            },
            TermOp::Call(..) | TermOp::If(_) => self.tabled(term),
            _ => None,
        }
    }

    /// The value of a term that is the same for every customer on the day.
    pub(super) fn constant(&self, term: TermId) -> Option<Value> {
        match &self.terms.term_of(term).what {
            TermOp::Constant(value) => Some(value.clone()),
            TermOp::Today => Some(Value::day(self.today)),
            TermOp::Call(function, parts) => {
                let values: Option<Vec<Value>> = parts.iter().map(|part| self.constant(*part)).collect();
                Some(scalar::call(*function, &values?))
            }
            TermOp::Compare(how, left, right) => {
                Some(Value::Bool(scalar::compare(*how, &self.constant(*left)?, &self.constant(*right)?)))
            }
            TermOp::Fact(fact) => Datum::Customer(*fact).is_unread(self.columns).then_some(Value::Missing),
            TermOp::ItemFact(_, fact) => Datum::Item(*fact).is_unread(self.columns).then_some(Value::Missing),
            TermOp::Known(stored, computed) => match self.constant(*stored)? {
                Value::Missing => self.constant(*computed),
                known => Some(known),
            },
            TermOp::Has(inner) => Some(Value::Bool(!self.constant(*inner)?.is_missing())),
            TermOp::Not(inner) => Some(Value::Bool(!self.constant(*inner)?.holds())),
            _ => None,
        }
    }

    /// The stored fact that a term is; a derived one where every customer has it recorded.
    pub(super) fn fact_of(&self, term: TermId) -> Option<Datum> {
        match &self.terms.term_of(term).what {
            what @ (TermOp::Fact(_) | TermOp::ItemFact(..)) => self.ground.datum(what),
            TermOp::Known(stored, _) => {
                self.fact_of(*stored).filter(|fact| fact.codes(self.columns).is_some_and(Codes::is_full))
            }
            _ => None,
        }
    }

    /// The customers whose fact stands in a relation to a value.
    pub fn compared(&mut self, fact: FactId, how: Comparison, value: &Value) -> Option<StepId> {
        let runs = self.relation(Datum::Customer(fact), how, value)?;
        Some(self.of_runs(&runs))
    }

    /// The numbers of a fact that stand in a relation to a value.
    pub(super) fn relation(&self, fact: Datum, how: Comparison, value: &Value) -> Option<Runs> {
        let column = fact.column(self.columns)?;
        column.codes()?;
        let nobody = Runs { fact, runs: Vec::new(), missing: false };
        if value.is_missing() {
            return Some(nobody);
        }
        let (below, own, above) = match (column, value) {
            (Column::Int(_), Value::Int(number)) | (Column::Money(_), Value::Money(number)) => around(*number),
            (Column::Bool(_), Value::Bool(truth)) => around(i64::from(*truth)),
            (Column::Date { .. }, Value::Date(day, _)) => around(i64::from(day.number())),
            (Column::Double(doubles), Value::Double(number)) => doubles.around(*number)?,
            (Column::Text(texts), Value::Text(text)) if matches!(how, Comparison::Equal | Comparison::Unequal) => {
                match self.columns.strings.find(text).and_then(|number| texts.code(number)) {
                    Some(code) => around(code),
                    // No row has the text: all known ones are unequal.
                    None => (LAST, None, LAST),
                }
            }
            _ => return None,
        };
        let runs = |low, high| Runs::of(fact, low, high);
        let greater = if own == Some(LAST) { nobody.clone() } else { runs(above, LAST) };
        Some(match how {
            Comparison::Equal => own.map_or(nobody, |own| runs(own, own)),
            Comparison::Unequal => runs(FIRST, below).either(&greater),
            Comparison::Less => runs(FIRST, below),
            Comparison::AtMost => runs(FIRST, own.unwrap_or(below)),
            Comparison::Greater => greater,
            Comparison::AtLeast => runs(own.unwrap_or(above), LAST),
        })
    }

    /// The customers whose number is among these.
    pub(super) fn of_runs(&mut self, wanted: &Runs) -> StepId {
        let columns = self.columns;
        let Some(codes) = wanted.fact.codes(columns) else { return self.same(wanted.missing) };
        let missing = wanted.missing && !codes.is_full();
        let Some((least, most)) = codes.span() else { return self.same(missing) };
        let clipped = wanted.runs.iter().map(|(low, high)| ((*low).max(least), (*high).min(most)));
        let runs: Vec<(i64, i64)> = clipped.filter(|(low, high)| low <= high).collect();
        if runs == [(least, most)] && (codes.is_full() || missing) {
            return self.same(true);
        }
        let mut parts = Vec::new();
        if runs.len() <= RUNS_MAX {
            let last = codes.cells().missing().wrapping_sub(1);
            for (low, high) in runs {
                // Where no number lies beyond, the bound is the end: the machine has less to compare.
                let from = if low == least { codes.cells().first() } else { low - codes.base() };
                let to = if high == most { last } else { high - codes.base() };
                parts.push(self.between(wanted.fact, codes, from, to));
            }
        } else {
            let mut table = Bits::default();
            runs.iter().flat_map(|(low, high)| *low..=*high).for_each(|number| table.set((number - least) as usize));
            parts.push(self.add(Step::OneOf { cells: codes.cells(), first: least - codes.base(), table }));
        }
        if missing {
            let code = codes.cells().missing();
            parts.push(self.between(wanted.fact, codes, code, code));
        }
        self.any(parts)
    }

    /// The customers whose code lies from `low` to `high`.
    pub(super) fn between(&mut self, fact: Datum, codes: &'a Codes, low: i64, high: i64) -> StepId {
        if let Some(known) = self.within.get(&(fact, low, high)) {
            return *known;
        }
        let planes: Option<Vec<&'a Bits>> = match high < codes.cells().missing() {
            true => fact.planes(self.columns, low as u64, high as u64),
            false => None,
        };
        let step = match planes.as_deref() {
            Some(planes) if planes.len() <= 4 => {
                let parts = planes.iter().map(|plane| self.plane(plane)).collect();
                self.any(parts)
            }
            _ => self.add(Step::Within { cells: codes.cells(), low, high }),
        };
        self.within.insert((fact, low, high), step);
        step
    }
}

/// The numbers below, the number itself, the numbers above.
fn around(number: i64) -> (i64, Option<i64>, i64) {
    (number.saturating_sub(1), Some(number), number.saturating_add(1))
}
