//! Conditions on the customer as steps over bits: each distinct question about a column once, what is constant for the
//! day worked out beforehand, what only a walk through the values can answer left to the vectors.

mod line;
mod relation;
mod since;
mod table;

use super::ground::{Datum, Ground};
use super::items::OfItems;
use super::lanes::Line;
use super::runs::{FIRST, LAST, Runs};
use super::terms::{TermId, TermOp, Terms};
use crate::bits::Bits;
use crate::codes::Cells;
use crate::column::Column;
use crate::columns::Columns;
use std::collections::{BTreeMap, HashMap};
use tend_rules::base::{Channel, Day};
use tend_rules::segment::{Comparison, FactId, Value};

/// A step by its place.
pub(crate) type StepId = usize;

/// A question about the customers of a block, answered with a bit for each.
#[derive(Debug)]
pub(crate) enum Step<'a> {
    /// All of them, or none.
    Same(bool),
    /// The bits are there.
    Bits(&'a Bits),
    /// The code lies within bounds.
    Within {
        cells: &'a Cells,
        low: i64,
        high: i64,
    },
    /// The code is one of those that are set, counted from `first`.
    OneOf {
        cells: &'a Cells,
        first: i64,
        table: Bits,
    },
    /// A column lies below another.
    Below {
        left: &'a Cells,
        right: &'a Cells,
        line: Line,
    },
    Every(Vec<StepId>),
    Any(Vec<StepId>),
    Not(StepId),
    /// The vectors work it out.
    Worked(TermId),
}

/// The steps of a set of conditions for one day.
#[derive(Debug)]
pub(crate) struct Asks<'a> {
    ground: Ground,
    columns: &'a Columns,
    terms: &'a Terms,
    today: Day,
    steps: Vec<Step<'a>>,
    of_term: HashMap<TermId, StepId>,
    /// By term: what it asks of one fact, if that is all that it asks.
    runs: HashMap<TermId, Option<Runs>>,
    within: HashMap<(Datum, i64, i64), StepId>,
    joined: HashMap<(bool, Vec<StepId>), StepId>,
    nots: HashMap<StepId, StepId>,
    /// By where the bits lie.
    bits: HashMap<usize, StepId>,
    /// By term: the customers who have an item that it asks for.
    having: Option<&'a HashMap<TermId, Bits>>,
}

/// A condition with more runs of codes than this is looked up in a table.
const RUNS_MAX: usize = 6;

impl<'a> Asks<'a> {
    /// About the rows of a ground.
    pub fn on(ground: Ground, columns: &'a Columns, terms: &'a Terms, today: Day) -> Self {
        let steps = vec![Step::Same(false), Step::Same(true)];
        let (of_term, runs, within, joined, nots, bits) = Default::default();
        Self { ground, columns, terms, today, steps, of_term, runs, within, joined, nots, bits, having: None }
    }

    /// About customers, of whose items some questions are answered.
    pub fn of_customers(columns: &'a Columns, terms: &'a Terms, today: Day, items: &'a OfItems) -> Self {
        Self { having: Some(items.having()), ..Self::on(Ground::Customers, columns, terms, today) }
    }

    /// Whether a step is worked out from bits and cells alone.
    pub fn is_bits(&self, step: StepId) -> bool {
        match &self.steps[step] {
            Step::Worked(_) => false,
            Step::Not(inner) => self.is_bits(*inner),
            Step::Every(parts) | Step::Any(parts) => parts.iter().all(|part| self.is_bits(*part)),
            _ => true,
        }
    }

    pub fn steps(&self) -> &[Step<'a>] {
        &self.steps
    }

    fn add(&mut self, step: Step<'a>) -> StepId {
        self.steps.push(step);
        self.steps.len() - 1
    }

    fn plane(&mut self, plane: &'a Bits) -> StepId {
        if let Some(known) = self.bits.get(&std::ptr::from_ref(plane).addr()) {
            return *known;
        }
        let step = self.add(Step::Bits(plane));
        self.bits.insert(std::ptr::from_ref(plane).addr(), step);
        step
    }

    /// All customers or none.
    pub const fn same(&self, truth: bool) -> StepId {
        truth as StepId
    }

    /// The rows for which a condition holds. Its term must be of the frame of the ground; of another one, the vectors
    /// have to work it out.
    pub fn condition(&mut self, term: TermId) -> StepId {
        if let Some(known) = self.of_term.get(&term) {
            return *known;
        }
        let step = match self.constant(term) {
            Some(value) => self.same(value.holds()),
            None if self.terms.term_of(term).frame != self.ground.frame() => self.add(Step::Worked(term)),
            None => self.asked(term),
        };
        self.of_term.insert(term, step);
        step
    }

    fn asked(&mut self, term: TermId) -> StepId {
        if let Some(runs) = self.runs_of(term) {
            return self.of_runs(&runs);
        }
        let terms = self.terms;
        let step = match &terms.term_of(term).what {
            TermOp::Not(inner) => {
                let inner = self.condition(*inner);
                Some(self.not(inner))
            }
            TermOp::Every(parts) => Some(self.every_term(parts)),
            TermOp::Any(parts) => {
                let parts = parts.iter().map(|part| self.condition(*part)).collect();
                Some(self.any(parts))
            }
            TermOp::If([condition, then, otherwise]) => {
                let [condition, then, otherwise] = [condition, then, otherwise].map(|part| self.condition(*part));
                let not = self.not(condition);
                let parts = vec![self.every(vec![condition, then]), self.every(vec![not, otherwise])];
                Some(self.any(parts))
            }
            TermOp::Fact(_) | TermOp::Known(..) => {
                let of_owner = self.fact_of(term).and_then(|fact| fact.of_owner(self.columns));
                match (of_owner, &terms.term_of(term).what) {
                    (Some(owned), _) => Some(self.plane(&owned.who)),
                    (None, TermOp::Known(stored, computed)) => self.known_or(*stored, *computed),
                    (None, _) => None,
                }
            }
            TermOp::Has(inner) => self.fact_of(*inner).and_then(|fact| self.known(fact)),
            TermOp::Among(needle, list) => self.among(*needle, *list),
            TermOp::Compare(how, left, right) => {
                self.line(*how, *left, *right).or_else(|| self.known_or_since(*how, *left, *right))
            }
            TermOp::Exists(..) => {
                let having = self.having.and_then(|having| having.get(&term));
                having.map(|bits| self.plane(bits))
            }
            _ => None,
        };
        step.or_else(|| self.by_calendar(term))
            .or_else(|| self.by_few(term))
            .unwrap_or_else(|| self.add(Step::Worked(term)))
    }

    /// What is on file, and where nothing is what is worked out.
    fn known_or(&mut self, stored: TermId, computed: TermId) -> Option<StepId> {
        if self.constant(stored).is_some_and(|value| value.is_missing()) {
            return Some(self.condition(computed));
        }
        let fact = self.fact_of(stored)?;
        let on_file = self.relation(fact, Comparison::Equal, &Value::Bool(true))?;
        let (known, computed) = (self.of_runs(&Runs::of(fact, FIRST, LAST)), self.condition(computed));
        let (holds, unknown) = (self.of_runs(&on_file), self.not(known));
        let worked_out = self.every(vec![unknown, computed]);
        Some(self.any(vec![holds, worked_out]))
    }

    /// Parts about one fact become one question.
    fn every_term(&mut self, parts: &[TermId]) -> StepId {
        let mut of_fact: BTreeMap<Datum, Runs> = BTreeMap::new();
        let mut steps = Vec::new();
        for part in parts {
            match self.runs_of(*part) {
                None => steps.push(self.condition(*part)),
                Some(runs) => match of_fact.get_mut(&runs.fact) {
                    None => _ = of_fact.insert(runs.fact, runs),
                    Some(known) => *known = known.both(&runs),
                },
            }
        }
        for runs in of_fact.values() {
            steps.push(self.of_runs(runs));
        }
        self.every(steps)
    }

    pub fn every(&mut self, mut parts: Vec<StepId>) -> StepId {
        parts.retain(|part| !matches!(self.steps[*part], Step::Same(true)));
        if parts.iter().any(|part| matches!(self.steps[*part], Step::Same(false))) {
            return self.same(false);
        }
        self.joined(true, parts)
    }

    pub fn any(&mut self, mut parts: Vec<StepId>) -> StepId {
        parts.retain(|part| !matches!(self.steps[*part], Step::Same(false)));
        if parts.iter().any(|part| matches!(self.steps[*part], Step::Same(true))) {
            return self.same(true);
        }
        self.joined(false, parts)
    }

    /// Cheap parts first: where they leave nobody, the dear ones are not asked.
    fn joined(&mut self, all: bool, mut parts: Vec<StepId>) -> StepId {
        parts.sort_by_key(|part| (self.cost(*part), *part));
        parts.dedup();
        match parts.as_slice() {
            [] => self.same(all),
            [one] => *one,
            _ => {
                let key = (all, parts);
                if let Some(known) = self.joined.get(&key) {
                    return *known;
                }
                let step = if all { Step::Every(key.1.clone()) } else { Step::Any(key.1.clone()) };
                let id = self.add(step);
                self.joined.insert(key, id);
                id
            }
        }
    }

    pub fn not(&mut self, inner: StepId) -> StepId {
        match self.steps[inner] {
            Step::Same(truth) => self.same(!truth),
            Step::Not(twice) => twice,
            _ => match self.nots.get(&inner) {
                Some(known) => *known,
                None => {
                    let step = self.add(Step::Not(inner));
                    self.nots.insert(inner, step);
                    step
                }
            },
        }
    }

    fn cost(&self, step: StepId) -> u32 {
        let width = |cells: &Cells| match cells {
            Cells::Byte(_) => 1,
            Cells::Short(_) => 2,
            Cells::Word(_) => 4,
            Cells::Wide(_) => 8,
        };
        match &self.steps[step] {
            Step::Same(_) | Step::Bits(_) => 0,
            Step::Within { cells, .. } => width(cells),
            Step::Below { .. } => 10,
            Step::OneOf { .. } => 500,
            Step::Not(inner) => self.cost(*inner),
            Step::Every(parts) | Step::Any(parts) => {
                parts.iter().map(|part| self.cost(*part)).fold(1, u32::saturating_add)
            }
            Step::Worked(_) => 1000,
        }
    }

    /// The customers whose list is not empty; of what the roster says, everybody's is known.
    fn known(&mut self, fact: Datum) -> Option<StepId> {
        if fact.of_owner(self.columns).is_some() {
            return Some(self.same(true));
        }
        let Column::List(sets) = fact.column(self.columns)? else { return None };
        let planes = sets.planes.iter().map(|plane| self.plane(plane)).collect();
        Some(self.any(planes))
    }

    fn among(&mut self, needle: TermId, list: TermId) -> Option<StepId> {
        let Some(Value::Text(text)) = self.constant(needle) else { return None };
        let Some(Column::List(sets)) = self.fact_of(list)?.column(self.columns) else { return None };
        let plane = self.columns.strings.find(&text).and_then(|number| sets.plane(number));
        Some(plane.map_or(self.same(false), |plane| self.plane(plane)))
    }

    /// The customers who are reached over one of these channels for a purpose. Where nobody set that purpose apart, these
    /// are the bits of the channels as they lie.
    pub fn reached_over(&mut self, consents: FactId, channels: &[Channel], purpose: &str) -> StepId {
        let columns = self.columns;
        let Some(Column::List(sets)) = columns.column(consents) else { return self.same(false) };
        let mut ways = Vec::with_capacity(channels.len());
        for channel in channels {
            let Some(open) = columns.strings.find(channel.word()).and_then(|word| sets.plane(word)) else { continue };
            let open = self.plane(open);
            ways.push(match columns.shut.rows(*channel, purpose) {
                None => open,
                Some(shut) => {
                    let shut = self.plane(shut);
                    let others = self.not(shut);
                    self.every(vec![open, others])
                }
            });
        }
        self.any(ways)
    }
}

/// The comparison with its sides changed.
pub(super) const fn mirrored(how: Comparison) -> Comparison {
    match how {
        Comparison::Equal => Comparison::Equal,
        Comparison::Unequal => Comparison::Unequal,
        Comparison::Less => Comparison::Greater,
        Comparison::AtMost => Comparison::AtLeast,
        Comparison::Greater => Comparison::Less,
        Comparison::AtLeast => Comparison::AtMost,
    }
}
