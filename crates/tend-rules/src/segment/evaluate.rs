//! The interpreter: one expression, one customer, one day. It is the meaning of the language; the
//! column engine must give the same answers, only faster.

use super::catalogue::{Catalogue, CollectionId, FactId, ItemFactId};
use super::scalar;
use super::typed::{Expression, Items, Node, Op};
use super::value::Value;
use crate::base::Day;
use std::collections::HashMap;
use std::sync::Arc;

/// What is known of one customer.
pub trait Facts {
    /// The recorded value of a fact.
    fn fact(&self, fact: FactId) -> Value;
    /// How many items the customer has of a collection.
    fn count(&self, collection: CollectionId) -> usize;
    /// The recorded value of an item's fact.
    fn item_fact(&self, fact: ItemFactId, item: usize) -> Value;
}

/// What an expression or plan speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// The customer.
    Customer,
    /// An item of the plan's collection, by its place among the customer's items.
    Item(usize),
}

/// Facts of one customer, set one by one. Tests, forms and single look-ups use it.
#[derive(Debug, Clone)]
pub struct FactSheet {
    catalogue: Arc<Catalogue>,
    facts: HashMap<FactId, Value>,
    items: Vec<Vec<HashMap<u16, Value>>>,
}

/// A name that the catalogue lacks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no fact named {key}")]
pub struct NoSuchFact {
    /// The name.
    pub key: String,
}

impl FactSheet {
    /// A customer of whom nothing is known.
    pub fn new(catalogue: &Arc<Catalogue>) -> Self {
        let items = vec![Vec::new(); catalogue.collections().len()];
        Self { catalogue: Arc::clone(catalogue), facts: HashMap::new(), items }
    }

    /// Sets a fact by its name.
    pub fn set(&mut self, key: &str, value: Value) -> Result<&mut Self, NoSuchFact> {
        let id = self.catalogue.find(key).ok_or_else(|| NoSuchFact { key: key.to_owned() })?;
        self.facts.insert(id, value);
        Ok(self)
    }

    /// Adds an item to a collection, with its facts by name.
    pub fn add_item<'a>(
        &mut self,
        collection: &str,
        facts: impl IntoIterator<Item = (&'a str, Value)>,
    ) -> Result<&mut Self, NoSuchFact> {
        let id = self.catalogue.collection(collection).ok_or_else(|| NoSuchFact { key: collection.to_owned() })?;
        let definition = self.catalogue.items(id);
        let mut item = HashMap::new();
        for (key, value) in facts {
            let place = definition.find(key).ok_or_else(|| NoSuchFact { key: format!("{collection}.{key}") })?;
            item.insert(place, value);
        }
        self.items[usize::from(id.0)].push(item);
        Ok(self)
    }
}

impl Facts for FactSheet {
    fn fact(&self, fact: FactId) -> Value {
        self.facts.get(&fact).cloned().unwrap_or(Value::Missing)
    }

    fn count(&self, collection: CollectionId) -> usize {
        self.items.get(usize::from(collection.0)).map_or(0, Vec::len)
    }

    fn item_fact(&self, fact: ItemFactId, item: usize) -> Value {
        let items = self.items.get(usize::from(fact.collection.0));
        items.and_then(|items| items.get(item)?.get(&fact.fact)).cloned().unwrap_or(Value::Missing)
    }
}

impl Expression {
    /// The value for a customer on a day. Where the expression speaks of an item, `subject` names it.
    pub fn value(&self, facts: &dyn Facts, subject: Subject, today: Day) -> Value {
        Asked::new(facts, subject, today).value(&self.root)
    }

    /// Whether the condition holds for a customer on a day.
    pub fn holds(&self, facts: &dyn Facts, subject: Subject, today: Day) -> bool {
        self.value(facts, subject, today).holds()
    }
}

/// One question: the customer, the day and the items that variables stand for.
pub(super) struct Asked<'a> {
    pub facts: &'a dyn Facts,
    today: Day,
    items: Vec<usize>,
}

impl<'a> Asked<'a> {
    pub(super) fn new(facts: &'a dyn Facts, subject: Subject, today: Day) -> Self {
        let items = match subject {
            Subject::Customer => Vec::new(),
            Subject::Item(item) => vec![item],
        };
        Self { facts, today, items }
    }

    pub(super) fn holds(&mut self, node: &Node) -> bool {
        self.value(node).holds()
    }

    pub(super) fn value(&mut self, node: &Node) -> Value {
        match &node.what {
            Op::Constant(value) => value.clone(),
            Op::Today => Value::day(self.today),
            Op::Fact(fact) => self.facts.fact(*fact),
            Op::Derived { fact, computed } => match self.facts.fact(*fact) {
                Value::Missing => self.value(computed),
                recorded => recorded,
            },
            Op::ItemFact { slot, fact } => {
                self.items.get(*slot).map_or(Value::Missing, |item| self.facts.item_fact(*fact, *item))
            }
            Op::Has(fact) => Value::Bool(!self.value(fact).is_missing()),
            Op::Not(inner) => Value::Bool(!self.holds(inner)),
            Op::Every(parts) => Value::Bool(parts.iter().all(|part| self.holds(part))),
            Op::Any(parts) => Value::Bool(parts.iter().any(|part| self.holds(part))),
            Op::Compare(how, sides) => {
                let (left, right) = (self.value(&sides[0]), self.value(&sides[1]));
                Value::Bool(scalar::compare(*how, &left, &right))
            }
            Op::OneOf(needle, options) => {
                let needle = self.value(needle);
                let is_equal = |order: std::cmp::Ordering| order.is_eq();
                Value::Bool(
                    options.iter().any(|option| scalar::order(&needle, &self.value(option)).is_some_and(is_equal)),
                )
            }
            Op::Among(parts) => {
                let needle = self.value(&parts[0]);
                let Value::List(values) = self.value(&parts[1]) else { return Value::Bool(false) };
                Value::Bool(values.iter().any(|value| scalar::order(&needle, value).is_some_and(|order| order.is_eq())))
            }
            Op::If(parts) => {
                let branch = if self.holds(&parts[0]) { &parts[1] } else { &parts[2] };
                self.value(branch)
            }
            Op::Call(function, arguments) => {
                let values: Vec<Value> = arguments.iter().map(|argument| self.value(argument)).collect();
                scalar::call(*function, &values)
            }
            Op::Exists(items, condition) => {
                let count = self.facts.count(items.collection);
                Value::Bool((0..count).any(|item| self.item_meets(*items, item, condition.as_deref())))
            }
            Op::Count(items, condition) => {
                let count = self.facts.count(items.collection);
                let met = (0..count).filter(|item| self.item_meets(*items, *item, condition.as_deref())).count();
                Value::Int(met as i64)
            }
        }
    }

    fn item_meets(&mut self, items: Items, item: usize, condition: Option<&Node>) -> bool {
        let Some(condition) = condition else { return true };
        // Where nobody named the subject, its slot is filled so that its facts are missing.
        let outer = self.items.clone();
        self.items.resize(items.slot, usize::MAX);
        self.items.push(item);
        let met = self.holds(condition);
        self.items = outer;
        met
    }
}
