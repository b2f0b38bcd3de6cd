//! The terms of one customer, or of one of their items: quicker than a whole block where few are left to be asked.

use super::terms::{TermId, TermOp, Terms};
use crate::columns::Columns;
use tend_rules::base::Day;
use tend_rules::segment::{Comparison, FactId, Function, ItemFactId, Slot, Value, scalar};

/// One customer, and the items of which a condition speaks.
pub(crate) struct Point<'a> {
    columns: &'a Columns,
    terms: &'a Terms,
    today: Day,
    row: usize,
    /// By slot the place of the item among all items of its collection.
    items: Vec<usize>,
}

impl<'a> Point<'a> {
    pub fn new(columns: &'a Columns, terms: &'a Terms, today: Day) -> Self {
        Self { columns, terms, today, row: 0, items: Vec::new() }
    }

    /// Goes to a customer.
    pub fn at(&mut self, row: usize) -> &mut Self {
        self.row = row;
        self.items.clear();
        self
    }

    /// Goes to an item of a customer: the subject of a plan.
    pub fn at_item(&mut self, row: usize, item: usize) -> &mut Self {
        self.at(row).items.push(item);
        self
    }

    pub fn holds(&mut self, term: TermId) -> bool {
        self.value(term).holds()
    }

    pub fn value(&mut self, term: TermId) -> Value {
        let terms = self.terms;
        match &terms.term_of(term).what {
            TermOp::Constant(value) => value.clone(),
            TermOp::Today => Value::day(self.today),
            TermOp::Fact(fact) => self.fact(*fact),
            TermOp::ItemFact(slot, fact) => self.item_fact(*slot, *fact),
            TermOp::Known(stored, computed) => match self.value(*stored) {
                Value::Missing => self.value(*computed),
                known => known,
            },
            TermOp::Has(inner) => Value::Bool(!self.value(*inner).is_missing()),
            TermOp::Not(inner) => Value::Bool(!self.holds(*inner)),
            TermOp::Every(parts) => Value::Bool(parts.iter().all(|part| self.holds(*part))),
            TermOp::Any(parts) => Value::Bool(parts.iter().any(|part| self.holds(*part))),
            TermOp::Compare(how, left, right) => {
                let (left, right) = (self.value(*left), self.value(*right));
                Value::Bool(scalar::compare(*how, &left, &right))
            }
            TermOp::OneOf(needle, options) => {
                let needle = self.value(*needle);
                let equal = |option: &TermId| scalar::compare(Comparison::Equal, &needle, &self.value(*option));
                Value::Bool(options.iter().any(equal))
            }
            TermOp::Among(needle, list) => self.among(*needle, *list),
            TermOp::If([condition, then, otherwise]) => {
                let branch = if self.holds(*condition) { *then } else { *otherwise };
                self.value(branch)
            }
            TermOp::Call(function, arguments) => self.call(*function, arguments),
            TermOp::Exists(frame, condition) => {
                Value::Bool(self.items(*frame).any(|item| self.meets(item, *condition)))
            }
            TermOp::Count(frame, condition) => {
                Value::Int(self.items(*frame).filter(|item| self.meets(*item, *condition)).count() as i64)
            }
        }
    }

    fn fact(&self, fact: FactId) -> Value {
        match self.columns.of_owner(fact) {
            Some(owned) => Value::Bool(owned.who.has(self.row)),
            None => {
                let column = self.columns.column(fact);
                column.map_or(Value::Missing, |column| column.value(self.row, &self.columns.strings))
            }
        }
    }

    fn item_fact(&self, slot: Slot, fact: ItemFactId) -> Value {
        let column = self.columns.item_column(fact);
        column.map_or(Value::Missing, |column| column.value(self.items[slot], &self.columns.strings))
    }

    fn among(&mut self, needle: TermId, list: TermId) -> Value {
        let (needle, list) = (self.value(needle), self.value(list));
        let Value::List(values) = list else { return Value::Bool(false) };
        Value::Bool(values.iter().any(|value| scalar::order(&needle, value).is_some_and(|order| order.is_eq())))
    }

    fn call(&mut self, function: Function, arguments: &[TermId]) -> Value {
        let values: Vec<Value> = arguments.iter().map(|argument| self.value(*argument)).collect();
        scalar::call(function, &values)
    }

    /// The items that the innermost variable of a frame goes through, each with its slot.
    fn items(&self, frame: usize) -> impl Iterator<Item = (Slot, usize)> + use<> {
        let innermost = self.terms.path(frame).last();
        let rows = innermost.map_or(0..0, |(_, collection)| self.columns.item_rows(*collection, self.row));
        let slot = innermost.map_or(0, |(slot, _)| *slot);
        rows.map(move |item| (slot, item))
    }

    fn meets(&mut self, (slot, item): (Slot, usize), condition: Option<TermId>) -> bool {
        self.items.resize(slot, 0);
        self.items.push(item);
        condition.is_none_or(|condition| self.holds(condition))
    }
}
