//! What touches are worth.

use super::evaluate::Block;
use super::point::Point;
use super::terms::TermId;
use super::vector::Vector;
use crate::codes::Codes;
use crate::columns::Columns;
use crate::compiled::Compiled;
use std::rc::Rc;
use tend_rules::plan::Worth;
use tend_rules::segment::{Function, Value, scalar};

/// What the touches of a plan are worth within a block.
pub(crate) struct Worths<'a> {
    values: Values<'a>,
    /// The part of the customer's annual value, where that is what counts.
    factor: Option<f64>,
}

enum Values<'a> {
    /// All of the block.
    Block(Rc<Vector<'a>>),
    /// Asked one by one.
    Each(TermId),
    Unknown,
}

impl<'a> Worths<'a> {
    /// For most of a block.
    pub fn of_block(compiled: &Compiled, block: &mut Block<'_, 'a>, place: usize) -> Self {
        let of_plan = &compiled.of_plans[place];
        let factor = factor(compiled, place);
        let values = match of_plan.worth {
            None => Values::Unknown,
            Some(term) if factor.is_some() => Values::Block(block.vector(term)),
            Some(term) => Values::Block(block.aligned(term, of_plan.frame)),
        };
        Self { values, factor }
    }

    /// For few of a block.
    pub fn of_few(compiled: &Compiled, place: usize) -> Self {
        let values = compiled.of_plans[place].worth.map_or(Values::Unknown, Values::Each);
        Self { values, factor: factor(compiled, place) }
    }

    /// Of a row of the plan's frame within the block, whose customer and item the point is at.
    pub fn of(&self, block: &Block<'_, '_>, row: usize, customer: u32, point: &mut Point<'_>) -> i64 {
        let value = match &self.values {
            Values::Block(vector) => {
                let row = if self.factor.is_some() { customer as usize } else { row };
                vector.value(row, &block.worker.texts)
            }
            Values::Each(term) => point.value(*term),
            Values::Unknown => Value::Missing,
        };
        let value = match self.factor {
            None => value,
            Some(factor) => scalar::call(Function::Multiply, &[value, Value::Double(factor)]),
        };
        if let Value::Money(minor) = value { minor } else { 0 }
    }
}

fn factor(compiled: &Compiled, place: usize) -> Option<f64> {
    match compiled.plans[place].worth {
        Worth::AnnualValue { factor } => Some(factor),
        Worth::Expression(_) => None,
    }
}

/// The column that is what the touches of a plan are worth, where it is one.
pub(crate) fn worth_column<'a>(compiled: &Compiled, columns: &'a Columns, place: usize) -> Option<&'a Codes> {
    match compiled.plans[place].worth {
        Worth::AnnualValue { factor: 1.0 } => columns.column(compiled.annual_value?)?.codes(),
        _ => None,
    }
}
