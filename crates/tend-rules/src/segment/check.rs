//! A parsed expression against the catalogue: names, kinds, choices.

use super::catalogue::{Catalogue, CollectionId, FactDefinition, FactId, ItemFactId};
use super::nearest;
use super::problem::{Problem, ProblemCode, Span};
use super::syntax::{Syntax, Term, parse};
use super::typed::{Comparison, Expression, Function, Items, Node, Op, Reads, Slot};
use super::value::{Kind, Scalar, Value};
use std::sync::Arc;

/// How many item variables may enclose each other, the subject's included.
pub const SLOTS_MAX: usize = 3;

/// The item that an expression speaks of, and its name there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding<'a> {
    /// The name of the item.
    pub name: &'a str,
    /// The collection it comes from.
    pub collection: CollectionId,
}

/// Parses and checks an expression of any kind; every problem that was found.
pub fn compile(source: &str, catalogue: &Catalogue, subject: Option<Binding<'_>>) -> Result<Expression, Vec<Problem>> {
    let term = parse(source).map_err(|problem| vec![problem])?;
    let mut checker = Checker::new(source, catalogue, subject);
    match checker.value(&term) {
        Some(root) if checker.problems.is_empty() => {
            let subject = subject.map(|binding| binding.collection);
            let mut reads = checker.reads;
            reads.collections.extend(subject);
            Ok(Expression { source: Arc::from(source), root, reads, subject })
        }
        _ => Err(checker.problems),
    }
}

/// Parses and checks an expression that must be of the kind `wanted`.
pub fn compile_kind(
    source: &str,
    catalogue: &Catalogue,
    subject: Option<Binding<'_>>,
    wanted: Scalar,
) -> Result<Expression, Vec<Problem>> {
    let expression = compile(source, catalogue, subject)?;
    if expression.kind() == Kind::One(wanted) {
        return Ok(expression);
    }
    let problem = Problem::new(ProblemCode::WrongKind, expression.root.span)
        .with("wanted", kind_param(Kind::One(wanted)))
        .with("found", kind_param(expression.kind()));
    let number = matches!(expression.kind(), Kind::One(scalar) if scalar.is_number()) && wanted == Scalar::Money;
    Err(vec![problem.suggest(number.then(|| format!("yuan({source})")))])
}

pub(super) fn kind_param(kind: Kind) -> String {
    match kind {
        Kind::One(scalar) => format!("kind:{}", scalar.word()),
        Kind::List(_) => "kind:list".to_owned(),
    }
}

pub(super) struct Variable {
    pub name: String,
    pub collection: CollectionId,
}

pub(super) struct Checker<'a> {
    pub source: &'a str,
    pub catalogue: &'a Catalogue,
    pub variables: Vec<Variable>,
    pub problems: Vec<Problem>,
    pub reads: Reads,
    /// Set while a derived fact is worked in: everything stands where its name was written.
    written_at: Option<Span>,
}

/// What a name or member stands for.
enum Named<'a> {
    Fact(FactId, &'a FactDefinition),
    Items,
    Variable(Slot),
}

impl<'a> Checker<'a> {
    fn new(source: &'a str, catalogue: &'a Catalogue, subject: Option<Binding<'_>>) -> Self {
        let variables = subject
            .map(|binding| Variable { name: binding.name.to_owned(), collection: binding.collection })
            .into_iter()
            .collect();
        Self { source, catalogue, variables, problems: Vec::new(), reads: Reads::default(), written_at: None }
    }

    pub(super) fn fail<T>(&mut self, problem: Problem) -> Option<T> {
        self.problems.push(problem);
        None
    }

    pub(super) fn node(&self, what: Op, kind: Scalar, span: Span) -> Node {
        Node { what, kind: Kind::One(kind), span: self.written_at.unwrap_or(span) }
    }

    pub(super) fn text(&self, span: Span) -> &str {
        span.text(self.source)
    }

    /// The checked form of a term that must have a value.
    pub(super) fn value(&mut self, term: &Term) -> Option<Node> {
        let span = term.span;
        match &term.what {
            Syntax::Int(number) => Some(self.node(Op::Constant(Value::Int(*number)), Scalar::Int, span)),
            Syntax::Double(number) => Some(self.node(Op::Constant(Value::Double(*number)), Scalar::Double, span)),
            Syntax::Text(text) => Some(self.node(Op::Constant(Value::text(text)), Scalar::Text, span)),
            Syntax::Bool(yes) => Some(self.node(Op::Constant(Value::Bool(*yes)), Scalar::Bool, span)),
            Syntax::List(_) => self.wrong_kind("kind:list", "part:value", span),
            Syntax::Name(name) if name == "today" => Some(self.node(Op::Today, Scalar::Date, span)),
            Syntax::Name(name) => {
                let named = self.named(name, span)?;
                self.named_value(named, name, span)
            }
            Syntax::Member { of, name, name_span } => self.member(of, name, *name_span, span),
            Syntax::Call { name, name_span, arguments } => self.call(name, *name_span, arguments, span),
            Syntax::Method { of, name, name_span, arguments } => self.method(of, name, *name_span, arguments, span),
            Syntax::Not(term) => {
                let inner = self.condition(term)?;
                Some(self.node(Op::Not(Box::new(inner)), Scalar::Bool, span))
            }
            Syntax::Negate(term) => self.negate(term, span),
            Syntax::Every(terms) => {
                let parts = self.conditions(terms)?;
                Some(self.node(Op::Every(parts), Scalar::Bool, span))
            }
            Syntax::Any(terms) => {
                let parts = self.conditions(terms)?;
                Some(self.node(Op::Any(parts), Scalar::Bool, span))
            }
            Syntax::Binary { sign: "in", left, right } => self.membership(left, right, span),
            Syntax::Binary { sign, left, right } => {
                let (left, right) = (self.value(left), self.value(right));
                match Comparison::of_sign(sign) {
                    Some(how) => self.comparison(how, left?, right?, span),
                    None => self.arithmetic(sign, left?, right?, span),
                }
            }
            Syntax::If { condition, then, otherwise } => {
                let parts = (self.condition(condition), self.value(then), self.value(otherwise));
                self.choice(parts.0?, parts.1?, parts.2?, span)
            }
        }
    }

    fn conditions(&mut self, terms: &[Term]) -> Option<Vec<Node>> {
        let parts: Vec<Option<Node>> = terms.iter().map(|term| self.condition(term)).collect();
        parts.into_iter().collect()
    }

    /// The checked form of a term that must be true or false.
    pub(super) fn condition(&mut self, term: &Term) -> Option<Node> {
        let node = self.value(term)?;
        self.of_kind(node, Scalar::Bool)
    }

    /// The node, if it is of the kind; a whole number serves where a number with a fraction is wanted.
    pub(super) fn of_kind(&mut self, node: Node, wanted: Scalar) -> Option<Node> {
        match node.kind {
            Kind::One(found) if found == wanted => Some(node),
            Kind::One(Scalar::Int) if wanted == Scalar::Double => Some(self.to_double(node)),
            found => self.wrong_kind(&kind_param(found), &kind_param(Kind::One(wanted)), node.span),
        }
    }

    pub(super) fn to_double(&self, node: Node) -> Node {
        let span = node.span;
        match node.what {
            Op::Constant(Value::Int(number)) => {
                self.node(Op::Constant(Value::Double(number as f64)), Scalar::Double, span)
            }
            _ => self.node(Op::Call(Function::ToDouble, vec![node]), Scalar::Double, span),
        }
    }

    pub(super) fn wrong_kind<T>(&mut self, found: &str, wanted: &str, span: Span) -> Option<T> {
        self.fail(Problem::new(ProblemCode::WrongKind, span).with("wanted", wanted).with("found", found))
    }

    fn negate(&mut self, term: &Term, span: Span) -> Option<Node> {
        let node = self.value(term)?;
        match node.kind {
            Kind::One(kind @ (Scalar::Int | Scalar::Double | Scalar::Money | Scalar::Days)) => {
                Some(self.node(Op::Call(Function::Negate, vec![node]), kind, span))
            }
            found => self.wrong_kind(&kind_param(found), "kind:number", node.span),
        }
    }

    fn choice(&mut self, condition: Node, then: Node, otherwise: Node, span: Span) -> Option<Node> {
        let (then, otherwise) = self.same_number(then, otherwise);
        match (then.kind, otherwise.kind) {
            (Kind::One(left), Kind::One(right)) if left == right => {
                Some(self.node(Op::If(Box::new([condition, then, otherwise])), left, span))
            }
            (left, right) => self.wrong_kind(&kind_param(right), &kind_param(left), otherwise.span),
        }
    }

    /// Both with a fraction if one of two numbers has one.
    pub(super) fn same_number(&self, left: Node, right: Node) -> (Node, Node) {
        match (left.kind, right.kind) {
            (Kind::One(Scalar::Int), Kind::One(Scalar::Double)) => (self.to_double(left), right),
            (Kind::One(Scalar::Double), Kind::One(Scalar::Int)) => (left, self.to_double(right)),
            _ => (left, right),
        }
    }

    fn named(&mut self, name: &str, span: Span) -> Option<Named<'a>> {
        if let Some(slot) = self.variables.iter().rposition(|variable| variable.name == name) {
            return Some(Named::Variable(slot));
        }
        self.of_customer(name, span)
    }

    fn of_customer(&mut self, name: &str, span: Span) -> Option<Named<'a>> {
        if let Some(id) = self.catalogue.find(name) {
            return Some(Named::Fact(id, self.catalogue.fact(id)));
        }
        if self.catalogue.collection(name).is_some() {
            return Some(Named::Items);
        }
        let known = self.catalogue.facts().iter().map(|fact| fact.key.as_str());
        let collections = self.catalogue.collections().iter().map(|items| items.key.as_str());
        let variables = self.variables.iter().map(|variable| variable.name.as_str());
        let near = nearest(name, known.chain(collections).chain(variables).chain(["today"])).map(str::to_owned);
        self.fail(Problem::new(ProblemCode::UnknownFact, span).with("name", name).suggest(near))
    }

    fn named_value(&mut self, named: Named<'a>, name: &str, span: Span) -> Option<Node> {
        match named {
            Named::Fact(id, fact) => self.fact(id, fact, span),
            Named::Items => self.fail(Problem::new(ProblemCode::CollectionAlone, span).with("name", name)),
            Named::Variable(slot) => {
                let collection = self.catalogue.items(self.variables[slot].collection);
                let example = collection.facts.first().map_or("", |fact| fact.key.as_str());
                self.fail(Problem::new(ProblemCode::ItemAlone, span).with("name", name).with("example", example))
            }
        }
    }

    fn fact(&mut self, id: FactId, fact: &'a FactDefinition, span: Span) -> Option<Node> {
        self.reads.facts.insert(id);
        let span = self.written_at.unwrap_or(span);
        let stored = Node { what: Op::Fact(id), kind: fact.kind, span };
        let Some(derived) = &fact.derived else { return Some(stored) };
        let term = parse(derived).map_err(|problem| self.problems.push(problem)).ok()?;
        let outer = self.written_at.replace(span);
        let computed = self.value(&term);
        self.written_at = outer;
        Some(Node { what: Op::Derived { fact: id, computed: Box::new(computed?) }, kind: fact.kind, span })
    }

    fn member(&mut self, of: &Term, name: &str, name_span: Span, span: Span) -> Option<Node> {
        if let Syntax::Name(owner) = &of.what {
            if let Some(slot) = self.variables.iter().rposition(|variable| variable.name == *owner) {
                return self.item_fact(slot, name, name_span, span);
            }
            if owner == "customer" {
                let named = self.of_customer(name, name_span)?;
                return self.named_value(named, name, span);
            }
            let variables = self.variables.iter().map(|variable| variable.name.as_str());
            let near = nearest(owner, variables.chain(["customer"])).map(str::to_owned);
            if self.catalogue.find(owner).is_none() && self.catalogue.collection(owner).is_none() {
                let problem = Problem::new(ProblemCode::UnknownFact, of.span).with("name", owner.as_str());
                return self.fail(problem.suggest(near));
            }
        }
        if let Some(collection) = self.collection_of(of) {
            let key = self.catalogue.items(collection).key.clone();
            return self.fail(Problem::new(ProblemCode::CollectionAlone, of.span).with("name", key));
        }
        let found = self.value(of)?.kind;
        self.fail(
            Problem::new(ProblemCode::UnknownMethod, name_span).with("kind", kind_param(found)).with("name", name),
        )
    }

    fn item_fact(&mut self, slot: Slot, name: &str, name_span: Span, span: Span) -> Option<Node> {
        let id = self.variables[slot].collection;
        let collection = self.catalogue.items(id);
        let Some(place) = collection.find(name) else {
            let near = nearest(name, collection.facts.iter().map(|fact| fact.key.as_str()));
            let problem = Problem::new(ProblemCode::UnknownItemFact, name_span)
                .with("name", name)
                .with("collection", collection.key.as_str());
            return self.fail(problem.suggest(near));
        };
        let fact = ItemFactId { collection: id, fact: place };
        self.reads.item_facts.insert(fact);
        self.reads.collections.insert(id);
        let kind = collection.facts[usize::from(place)].kind;
        Some(Node { what: Op::ItemFact { slot, fact }, kind, span: self.written_at.unwrap_or(span) })
    }

    /// The collection that a term names without any condition.
    fn collection_of(&self, term: &Term) -> Option<CollectionId> {
        match &term.what {
            Syntax::Name(name) if self.variables.iter().all(|variable| variable.name != *name) => {
                self.catalogue.collection(name)
            }
            Syntax::Member { of, name, .. } if matches!(&of.what, Syntax::Name(owner) if owner == "customer") => {
                self.catalogue.collection(name)
            }
            _ => None,
        }
    }

    /// The items that a term stands for, with the conditions of its filters; `None` if it is no
    /// such term, `Some(None)` if it is one with problems.
    pub(super) fn items(&mut self, term: &Term) -> Option<Option<(Items, Option<Node>)>> {
        if let Some(collection) = self.collection_of(term) {
            self.reads.collections.insert(collection);
            return Some(Some((Items { collection, slot: self.variables.len() }, None)));
        }
        let Syntax::Method { of, name, name_span, arguments } = &term.what else { return None };
        if name != "filter" {
            return None;
        }
        let inner = self.items(of)?;
        Some(inner.and_then(|(items, before)| {
            let condition = self.item_condition(items, name, *name_span, arguments)?;
            Some((items, Some(self.joined(before, condition, term.span))))
        }))
    }

    /// Both conditions on one item.
    pub(super) fn joined(&self, before: Option<Node>, condition: Node, span: Span) -> Node {
        match before {
            None => condition,
            Some(before) => self.node(Op::Every(vec![before, condition]), Scalar::Bool, span),
        }
    }

    /// The condition of `exists(x, …)` and its kin.
    pub(super) fn item_condition(
        &mut self,
        items: Items,
        name: &str,
        name_span: Span,
        arguments: &[Term],
    ) -> Option<Node> {
        let [variable, condition] = arguments else {
            return self.fail(wrong_count(name, "2", arguments.len(), name_span));
        };
        let Syntax::Name(variable_name) = &variable.what else {
            return self.fail(Problem::new(ProblemCode::NeedsVariable, variable.span).with("name", name));
        };
        let taken = self.variables.iter().any(|known| known.name == *variable_name)
            || self.catalogue.find(variable_name).is_some()
            || self.catalogue.collection(variable_name).is_some()
            || ["today", "customer"].contains(&variable_name.as_str());
        if taken {
            return self.fail(Problem::new(ProblemCode::NameTaken, variable.span).with("name", variable_name.as_str()));
        }
        // What a derived fact asks within itself is not the writer's nesting.
        if self.variables.len() >= SLOTS_MAX && self.written_at.is_none() {
            let problem = Problem::new(ProblemCode::NestedTooDeep, name_span).with("limit", SLOTS_MAX.to_string());
            return self.fail(problem);
        }
        self.variables.push(Variable { name: variable_name.clone(), collection: items.collection });
        let condition = self.condition(condition);
        self.variables.pop();
        condition
    }
}

pub(super) fn wrong_count(name: &str, wanted: &str, found: usize, span: Span) -> Problem {
    Problem::new(ProblemCode::WrongCount, span)
        .with("name", name)
        .with("wanted", wanted)
        .with("found", found.to_string())
}
