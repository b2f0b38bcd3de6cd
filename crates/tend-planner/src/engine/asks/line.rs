//! Two columns with factors, side by side.

use super::{Asks, Step, StepId};
use crate::codes::{Cells, Codes};
use crate::column::Column;
use crate::engine::lanes::{Line, Reach};
use crate::engine::terms::{TermId, TermOp};
use tend_rules::segment::{Comparison, Function, Scalar, Value};

impl<'a> Asks<'a> {
    /// Two columns with factors: `a * 2 < b`.
    pub(super) fn line(&mut self, how: Comparison, left: TermId, right: TermId) -> Option<StepId> {
        let (left, right) = (self.times(left)?, self.times(right)?);
        // A whole number that is at most another one is below the next.
        let (left, right, plus) = match how {
            Comparison::Less => (left, right, 0),
            Comparison::AtMost => (left, right, -1),
            Comparison::Greater => (right, left, 0),
            Comparison::AtLeast => (right, left, -1),
            Comparison::Equal | Comparison::Unequal => return None,
        };
        let plus = plus + left.1 * left.0.base() - right.1 * right.0.base();
        let most =
            |side: (&Codes, i64)| side.0.span().map_or(0, |(_, most)| (most - side.0.base()).saturating_mul(side.1));
        let in_words = [most(left).saturating_add(plus.abs()), most(right), plus.abs()].into_iter();
        let reach = if in_words.max() < Some(1 << 31) { Reach::Word } else { Reach::Wide };
        let line = Line { left_times: left.1, right_times: right.1, plus, reach };
        Some(self.add(Step::Below { left: left.0.cells(), right: right.0.cells(), line }))
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
