//! A checked expression: every name resolved, every kind known, every conversion written out.
//!
//! The planner compiles this tree to columns; the interpreter (`evaluate`) walks it row by row.

use super::catalogue::{CollectionId, FactId, ItemFactId};
use super::problem::Span;
use super::value::{Kind, Value};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A checked expression.
#[derive(Debug, Clone)]
pub struct Expression {
    /// The text as written.
    pub source: Arc<str>,
    /// The tree.
    pub root: Node,
    /// What it reads.
    pub reads: Reads,
    /// The collection whose item the expression speaks of, bound to slot 0.
    pub subject: Option<CollectionId>,
}

impl Expression {
    /// The kind of the result.
    pub fn kind(&self) -> Kind {
        self.root.kind
    }
}

/// The facts that an expression reads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reads {
    /// Facts of the customer.
    pub facts: BTreeSet<FactId>,
    /// Facts of items.
    pub item_facts: BTreeSet<ItemFactId>,
    /// Collections that are counted or asked.
    pub collections: BTreeSet<CollectionId>,
}

impl Reads {
    /// Adds what another expression reads.
    pub fn join(&mut self, other: &Reads) {
        self.facts.extend(&other.facts);
        self.item_facts.extend(&other.item_facts);
        self.collections.extend(&other.collections);
    }
}

/// The number of an item variable: how many variables enclose it.
pub type Slot = usize;

/// A part of a checked expression.
#[derive(Debug, Clone)]
pub struct Node {
    /// What it does.
    pub what: Op,
    /// The kind of its value.
    pub kind: Kind,
    /// Where it was written.
    pub span: Span,
}

impl Node {
    /// Whether the node or a part of it is such.
    pub fn has_part(&self, is: &impl Fn(&Node) -> bool) -> bool {
        let any = |parts: &[Node]| parts.iter().any(|part| part.has_part(is));
        is(self)
            || match &self.what {
                Op::Constant(_) | Op::Today | Op::Fact(_) | Op::ItemFact { .. } => false,
                Op::Derived { computed: inner, .. } | Op::Has(inner) | Op::Not(inner) => inner.has_part(is),
                Op::Every(parts) | Op::Any(parts) | Op::Call(_, parts) => any(parts),
                Op::Compare(_, parts) | Op::Among(parts) => any(&parts[..]),
                Op::If(parts) => any(&parts[..]),
                Op::OneOf(needle, options) => needle.has_part(is) || any(options),
                Op::Exists(_, condition) | Op::Count(_, condition) => {
                    condition.as_ref().is_some_and(|condition| condition.has_part(is))
                }
            }
    }
}

/// What a part of an expression does.
#[derive(Debug, Clone)]
pub enum Op {
    /// A value as written.
    Constant(Value),
    /// The day for which the expression is asked.
    Today,
    /// A fact of the customer.
    Fact(FactId),
    /// A fact that is worked out where none was recorded.
    Derived {
        /// The fact.
        fact: FactId,
        /// What gives the value where none was recorded.
        computed: Box<Node>,
    },
    /// A fact of the item that a variable stands for.
    ItemFact {
        /// The variable.
        slot: Slot,
        /// The fact.
        fact: ItemFactId,
    },
    /// Whether a value is known.
    Has(Box<Node>),
    /// The contrary.
    Not(Box<Node>),
    /// Whether all parts hold.
    Every(Vec<Node>),
    /// Whether a part holds.
    Any(Vec<Node>),
    /// A comparison of two values of one kind.
    Compare(Comparison, Box<[Node; 2]>),
    /// Whether the value equals one of the options, all of its kind.
    OneOf(Box<Node>, Vec<Node>),
    /// Whether the value is among those of a list.
    Among(Box<[Node; 2]>),
    /// The second part if the first holds, else the third.
    If(Box<[Node; 3]>),
    /// A function of its arguments.
    Call(Function, Vec<Node>),
    /// Whether an item meets the condition; without one, whether there is any.
    Exists(Items, Option<Box<Node>>),
    /// How many items meet the condition; without one, how many there are.
    Count(Items, Option<Box<Node>>),
}

/// The items of a collection and the variable that stands for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Items {
    /// The collection.
    pub collection: CollectionId,
    /// The variable.
    pub slot: Slot,
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    Unequal,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
}

impl Comparison {
    /// The comparison of a sign.
    pub fn of_sign(sign: &str) -> Option<Self> {
        Some(match sign {
            "==" => Comparison::Equal,
            "!=" => Comparison::Unequal,
            "<" => Comparison::Less,
            "<=" => Comparison::AtMost,
            ">" => Comparison::Greater,
            ">=" => Comparison::AtLeast,
            _ => return None,
        })
    }

    /// Whether an order of two values meets the comparison.
    pub const fn is_met_by(self, order: std::cmp::Ordering) -> bool {
        match self {
            Comparison::Equal => order.is_eq(),
            Comparison::Unequal => order.is_ne(),
            Comparison::Less => order.is_lt(),
            Comparison::AtMost => order.is_le(),
            Comparison::Greater => order.is_gt(),
            Comparison::AtLeast => order.is_ge(),
        }
    }
}

/// A function. None of them knows the day: where it matters, `today` is an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Function {
    /// `a + b`
    Add,
    /// `a - b`
    Subtract,
    /// `a * b`
    Multiply,
    /// `a / b`
    Divide,
    /// `a % b`
    Remainder,
    /// `-a`
    Negate,
    /// A whole number as one with a fraction.
    ToDouble,
    /// `days(n)`
    Days,
    /// `yuan(n)`
    Yuan,
    /// `anniversary(d)`; arguments: the date and today.
    Anniversary,
    /// `days_between(a, b)`
    DaysBetween,
    /// `months_since(d)`; arguments: the date and today.
    MonthsSince,
    /// `years_since(d)`; arguments: the date and today.
    YearsSince,
    /// `weekday(d)`
    Weekday,
    /// `month(d)`
    Month,
    /// `day_of_month(d)`
    DayOfMonth,
    /// `festival(d)`
    Festival,
    /// `workday(d)`
    Workday,
    /// The calendar of a date; only derived facts use it.
    CalendarOf,
    /// `a.startsWith(b)`
    StartsWith,
    /// `a.endsWith(b)`
    EndsWith,
    /// `a.contains(b)`
    Contains,
    /// `size(text)` in characters.
    Length,
    /// `size(list)`
    ListSize,
}
