//! Two columns with factors or spans of days, side by side.

use super::{Asks, Step, StepId};
use crate::codes::{Cells, Codes};
use crate::column::Column;
use crate::engine::lanes::{Line, Reach};
use crate::engine::terms::{TermId, TermOp};
use tend_rules::segment::{Comparison, Function, Scalar, Value, scalar};

/// A column, its factor and what is added.
#[derive(Clone, Copy)]
struct Side<'a> {
    codes: &'a Codes,
    times: i64,
    plus: i64,
}

impl Side<'_> {
    /// What code 0 stands for.
    fn at_nought(&self) -> i64 {
        self.times * self.codes.base() + self.plus
    }
}

impl<'a> Asks<'a> {
    /// Two columns with factors or spans: `a * 2 < b`, `a + days(3) < b`.
    pub(super) fn line(&mut self, how: Comparison, left: TermId, right: TermId) -> Option<StepId> {
        let (left, right) = (self.side(left)?, self.side(right)?);
        // A whole number that is at most another one is below the next.
        let (left, right, plus) = match how {
            Comparison::Less => (left, right, 0),
            Comparison::AtMost => (left, right, -1),
            Comparison::Greater => (right, left, 0),
            Comparison::AtLeast => (right, left, -1),
            Comparison::Equal | Comparison::Unequal => return None,
        };
        let plus = plus + left.at_nought() - right.at_nought();
        let most = |side: Side<'_>| {
            side.codes.span().map_or(0, |(_, most)| (most - side.codes.base()).saturating_mul(side.times))
        };
        let in_words = [most(left).saturating_add(plus.abs()), most(right), plus.abs()].into_iter();
        let reach = if in_words.max() < Some(1 << 31) { Reach::Word } else { Reach::Wide };
        let line = Line { left_times: left.times, right_times: right.times, plus, reach };
        Some(self.add(Step::Below { left: left.codes.cells(), right: right.codes.cells(), line }))
    }

    fn side(&self, term: TermId) -> Option<Side<'a>> {
        match self.moved(term) {
            Some((inner, span)) => {
                let codes = self.times(inner).filter(|(_, times)| *times == 1)?.0;
                // A day that is out of range would be missing.
                let (least, most) = codes.span()?;
                let stays = |day: i64| day.checked_add(span).and_then(scalar::day).is_some();
                (stays(least) && stays(most)).then_some(Side { codes, times: 1, plus: span })
            }
            None => self.times(term).map(|(codes, times)| Side { codes, times, plus: 0 }),
        }
    }

    /// A date moved by a constant span.
    fn moved(&self, term: TermId) -> Option<(TermId, i64)> {
        let TermOp::Call(how @ (Function::Add | Function::Subtract), parts) = &self.terms.term_of(term).what else {
            return None;
        };
        let [left, right] = parts.as_slice() else { return None };
        match (how, self.constant(*left), self.constant(*right)) {
            (Function::Add, None, Some(Value::Days(span))) => Some((*left, span)),
            (Function::Add, Some(Value::Days(span)), None) => Some((*right, span)),
            (Function::Subtract, None, Some(Value::Days(span))) => Some((*left, span.checked_neg()?)),
            _ => None,
        }
    }

    /// A column and its factor. Small enough that no product is rounded or too large.
    pub(super) fn times(&self, term: TermId) -> Option<(&'a Codes, i64)> {
        let definition = self.terms.term_of(term);
        let (inner, times) = match &definition.what {
            TermOp::Call(Function::Multiply, parts) => {
                let [left, right] = parts.as_slice() else { return None };
                let whole = |term: TermId| match self.constant(term)? {
                    Value::Int(number) => Some(number),
                    Value::Double(number) if number.fract() == 0.0 && number.abs() < 1e6 => Some(number as i64),
                    _ => None,
                };
                match (whole(*left), whole(*right)) {
                    (None, Some(times)) => (*left, times),
                    (Some(times), None) => (*right, times),
                    _ => return None,
                }
            }
            _ => (term, 1),
        };
        let column = self.fact_of(inner)?.column(self.columns)?;
        let fits = matches!(column, Column::Int(_) | Column::Money(_) | Column::Date { .. })
            && matches!(definition.kind, Scalar::Int | Scalar::Money | Scalar::Date)
            && (1..=1024).contains(&times);
        let codes = column.codes()?;
        let narrow = !matches!(codes.cells(), Cells::Wide(_)) && codes.base().abs() < 1 << 40;
        (fits && narrow).then_some((codes, times))
    }
}
