//! The terms of all plans, each once: two plans that ask the same share the answer.
//!
//! Every term knows its frame: the rows for which it has a value of its own. A term that reads no
//! item has one value for each customer; a condition on an item one for each item; a condition on
//! an item within a condition on another one for each pair.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use tend_rules::segment::{
    CollectionId, Comparison, FactId, Function, ItemFactId, Items, Kind, Node, Op, Scalar, Slot, Value,
};

/// A term by its place.
pub(crate) type TermId = usize;
/// A frame by its place; 0 is the frame of customers.
pub(crate) type FrameId = usize;

pub(crate) const CUSTOMERS: FrameId = 0;

/// A term: an operation on other terms.
#[derive(Debug, Clone)]
pub(crate) struct Term {
    pub what: TermOp,
    pub kind: Scalar,
    pub frame: FrameId,
}

#[derive(Debug, Clone)]
pub(crate) enum TermOp {
    Constant(Value),
    Today,
    Fact(FactId),
    /// A list of texts of the customer; only `Among`, `Has` and `ListSize` read it.
    ItemFact(Slot, ItemFactId),
    /// The first where it is known, else the second.
    Known(TermId, TermId),
    Has(TermId),
    Not(TermId),
    Every(Vec<TermId>),
    Any(Vec<TermId>),
    Compare(Comparison, TermId, TermId),
    OneOf(TermId, Vec<TermId>),
    Among(TermId, TermId),
    If([TermId; 3]),
    Call(Function, Vec<TermId>),
    /// The frame whose rows are gathered, and the condition on them.
    Exists(FrameId, Option<TermId>),
    Count(FrameId, Option<TermId>),
}

/// The variables of a frame, outermost first.
pub(crate) type Path = Vec<(Slot, CollectionId)>;

/// The distinct terms of a set of expressions.
#[derive(Debug)]
pub(crate) struct Terms {
    terms: Vec<Term>,
    frames: Vec<Path>,
    known: HashMap<String, TermId>,
    texts: Vec<Arc<str>>,
}

impl Default for Terms {
    fn default() -> Self {
        Self { terms: Vec::new(), frames: vec![Path::new()], known: HashMap::new(), texts: Vec::new() }
    }
}

impl Term {
    /// The terms that it is made of.
    pub fn parts(&self) -> Vec<TermId> {
        match &self.what {
            TermOp::Constant(_) | TermOp::Today | TermOp::Fact(_) | TermOp::ItemFact(..) => Vec::new(),
            TermOp::Has(inner) | TermOp::Not(inner) => vec![*inner],
            TermOp::Known(left, right) | TermOp::Compare(_, left, right) | TermOp::Among(left, right) => {
                vec![*left, *right]
            }
            TermOp::Every(parts) | TermOp::Any(parts) | TermOp::Call(_, parts) => parts.clone(),
            TermOp::OneOf(needle, options) => [&[*needle], options.as_slice()].concat(),
            TermOp::If(parts) => parts.to_vec(),
            TermOp::Exists(_, condition) | TermOp::Count(_, condition) => condition.iter().copied().collect(),
        }
    }
}

impl Terms {
    /// The number of the term of an expression about the customer or an item of `subject`.
    pub fn add(&mut self, node: &Node, subject: Option<CollectionId>) -> TermId {
        let mut scope: Vec<CollectionId> = subject.into_iter().collect();
        self.term(node, &mut scope)
    }

    pub fn term_of(&self, id: TermId) -> &Term {
        &self.terms[id]
    }

    pub fn len(&self) -> usize {
        self.terms.len()
    }

    pub fn path(&self, frame: FrameId) -> &[(Slot, CollectionId)] {
        &self.frames[frame]
    }

    pub fn frame_count(&self) -> usize {
        self.frames.len()
    }

    /// The parts that must all hold for a term to hold, those of parts too.
    pub fn flat_parts(&self, term: TermId) -> Vec<TermId> {
        match &self.term_of(term).what {
            TermOp::Every(parts) => parts.iter().flat_map(|part| self.flat_parts(*part)).collect(),
            _ => vec![term],
        }
    }

    /// Whether a term, or one that it is made of, is such an operation.
    pub fn any(&self, term: TermId, such: impl Fn(&TermOp) -> bool) -> bool {
        let (mut seen, mut open) = (HashSet::new(), vec![term]);
        while let Some(term) = open.pop() {
            let term_of = self.term_of(term);
            if such(&term_of.what) {
                return true;
            }
            open.extend(term_of.parts().into_iter().filter(|part| seen.insert(*part)));
        }
        false
    }

    /// Whether any term asks for items.
    pub fn ask_for_items(&self) -> bool {
        self.terms.iter().any(|term| matches!(term.what, TermOp::Exists(..)))
    }

    /// Every text that is written in an expression.
    pub fn texts(&self) -> &[Arc<str>] {
        &self.texts
    }

    /// The frame of the items of a collection as subjects of a plan.
    pub fn subject_frame(&mut self, collection: CollectionId) -> FrameId {
        self.frame(vec![(0, collection)])
    }

    fn frame(&mut self, path: Path) -> FrameId {
        self.frames.iter().position(|known| *known == path).unwrap_or_else(|| {
            self.frames.push(path);
            self.frames.len() - 1
        })
    }

    /// The frame in which values of both frames stand side by side.
    fn join(&mut self, left: FrameId, right: FrameId, scope: &[CollectionId]) -> FrameId {
        if left == right || right == CUSTOMERS {
            return left;
        }
        if left == CUSTOMERS {
            return right;
        }
        let last = |path: &Path| path.last().map_or(0, |(slot, _)| *slot);
        let deepest = last(&self.frames[left]).max(last(&self.frames[right]));
        let path = scope.iter().copied().enumerate().take(deepest + 1).collect();
        self.frame(path)
    }

    fn add_term(&mut self, what: TermOp, kind: Scalar, frame: FrameId) -> TermId {
        let key = format!("{frame} {what:?}");
        if let Some(id) = self.known.get(&key) {
            return *id;
        }
        self.terms.push(Term { what, kind, frame });
        self.known.insert(key, self.terms.len() - 1);
        self.terms.len() - 1
    }

    fn term(&mut self, node: &Node, scope: &mut Vec<CollectionId>) -> TermId {
        let kind = match node.kind {
            Kind::One(scalar) | Kind::List(scalar) => scalar,
        };
        let (what, frame) = match &node.what {
            Op::Constant(value) => {
                if let Value::Text(text) = value
                    && !self.texts.contains(text)
                {
                    self.texts.push(Arc::clone(text));
                }
                (TermOp::Constant(value.clone()), CUSTOMERS)
            }
            Op::Today => (TermOp::Today, CUSTOMERS),
            Op::Fact(fact) => (TermOp::Fact(*fact), CUSTOMERS),
            Op::ItemFact { slot, fact } => (TermOp::ItemFact(*slot, *fact), self.frame(vec![(*slot, fact.collection)])),
            Op::Derived { fact, computed } => {
                let stored = self.add_term(TermOp::Fact(*fact), kind, CUSTOMERS);
                let computed = self.term(computed, scope);
                (TermOp::Known(stored, computed), self.terms[computed].frame)
            }
            Op::Has(inner) => self.of_one(inner, scope, TermOp::Has),
            Op::Not(inner) => self.of_one(inner, scope, TermOp::Not),
            Op::Every(parts) => self.of_many(parts, scope, TermOp::Every),
            Op::Any(parts) => self.of_many(parts, scope, TermOp::Any),
            Op::Call(function, parts) => self.of_many(parts, scope, |parts| TermOp::Call(*function, parts)),
            Op::Compare(how, sides) => {
                self.of_many(&sides[..], scope, |sides| TermOp::Compare(*how, sides[0], sides[1]))
            }
            Op::Among(sides) => self.of_many(&sides[..], scope, |sides| TermOp::Among(sides[0], sides[1])),
            Op::If(parts) => self.of_many(&parts[..], scope, |parts| TermOp::If([parts[0], parts[1], parts[2]])),
            Op::OneOf(needle, options) => {
                let (needle, options) = (self.term(needle, scope), self.terms_of(options, scope));
                let frame = self.join_all(options.iter().copied().chain([needle]), scope);
                (TermOp::OneOf(needle, options), frame)
            }
            Op::Exists(items, condition) => self.quantifier(*items, condition.as_deref(), scope, TermOp::Exists),
            Op::Count(items, condition) => self.quantifier(*items, condition.as_deref(), scope, TermOp::Count),
        };
        self.add_term(what, kind, frame)
    }

    fn terms_of(&mut self, parts: &[Node], scope: &mut Vec<CollectionId>) -> Vec<TermId> {
        parts.iter().map(|part| self.term(part, scope)).collect()
    }

    fn join_all(&mut self, parts: impl IntoIterator<Item = TermId>, scope: &[CollectionId]) -> FrameId {
        parts.into_iter().fold(CUSTOMERS, |frame, part| {
            let of_part = self.terms[part].frame;
            self.join(frame, of_part, scope)
        })
    }

    fn of_one(&mut self, inner: &Node, scope: &mut Vec<CollectionId>, make: fn(TermId) -> TermOp) -> (TermOp, FrameId) {
        let inner = self.term(inner, scope);
        (make(inner), self.terms[inner].frame)
    }

    fn of_many(
        &mut self,
        parts: &[Node],
        scope: &mut Vec<CollectionId>,
        make: impl FnOnce(Vec<TermId>) -> TermOp,
    ) -> (TermOp, FrameId) {
        let parts = self.terms_of(parts, scope);
        let frame = self.join_all(parts.iter().copied(), scope);
        (make(parts), frame)
    }

    /// A condition on items: its value belongs to the frame around the items.
    fn quantifier(
        &mut self,
        items: Items,
        condition: Option<&Node>,
        scope: &mut Vec<CollectionId>,
        make: fn(FrameId, Option<TermId>) -> TermOp,
    ) -> (TermOp, FrameId) {
        scope.truncate(items.slot);
        scope.push(items.collection);
        let condition = condition.map(|condition| self.term(condition, scope));
        let own = self.frame(vec![(items.slot, items.collection)]);
        let gathered = match condition {
            Some(condition) => {
                let of_condition = self.terms[condition].frame;
                self.join(of_condition, own, scope)
            }
            None => own,
        };
        scope.pop();
        let mut around = self.frames[gathered].clone();
        around.pop();
        let around = self.frame(around);
        (make(gathered, condition), around)
    }
}
