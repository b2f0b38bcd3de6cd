//! Conditions on the customer as steps over bits: each distinct question about a column once, what is constant for the
//! day worked out beforehand, what only a walk through the values can answer left to the vectors.

use super::lanes::{Line, Reach};
use super::runs::{FIRST, LAST, Runs};
use super::terms::{CUSTOMERS, TermId, TermOp, Terms};
use crate::bits::Bits;
use crate::codes::{Cells, Codes};
use crate::column::Column;
use crate::columns::{Columns, OfOwner};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use tend_rules::base::Day;
use tend_rules::segment::{Calendar, Comparison, FactId, Function, Scalar, Value, scalar};

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
    /// The owner is one of these by place in the roster; without an owner, `without`.
    Owner {
        owners: &'a Codes,
        places: &'a [u8],
        without: bool,
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
    columns: &'a Columns,
    terms: &'a Terms,
    today: Day,
    steps: Vec<Step<'a>>,
    of_term: HashMap<TermId, StepId>,
    within: HashMap<(FactId, i64, i64), StepId>,
    joined: HashMap<(bool, Vec<StepId>), StepId>,
    nots: HashMap<StepId, StepId>,
    /// By where the bits lie.
    bits: HashMap<usize, StepId>,
}

/// A condition with more runs of codes than this is looked up in a table.
const RUNS_MAX: usize = 6;

impl<'a> Asks<'a> {
    pub fn new(columns: &'a Columns, terms: &'a Terms, today: Day) -> Self {
        let steps = vec![Step::Same(false), Step::Same(true)];
        let (of_term, within, joined, nots, bits) = Default::default();
        Self { columns, terms, today, steps, of_term, within, joined, nots, bits }
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

    /// The customers for whom a condition holds; its term must be of the frame of customers.
    pub fn condition(&mut self, term: TermId) -> StepId {
        if let Some(known) = self.of_term.get(&term) {
            return *known;
        }
        let step = match self.constant(term) {
            Some(value) => self.same(value.holds()),
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
                let of_owner = self.fact_of(term).and_then(|fact| self.columns.of_owner(fact));
                of_owner.map(|how| self.owner(how))
            }
            TermOp::Has(inner) => self.fact_of(*inner).and_then(|fact| self.known(fact)),
            TermOp::Among(needle, list) => self.among(*needle, *list),
            TermOp::Compare(how, left, right) => self.line(*how, *left, *right),
            _ => None,
        };
        step.or_else(|| self.by_calendar(term)).unwrap_or_else(|| self.add(Step::Worked(term)))
    }

    /// Parts about one fact become one question.
    fn every_term(&mut self, parts: &[TermId]) -> StepId {
        let mut of_fact: BTreeMap<FactId, Runs> = BTreeMap::new();
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

    /// What a condition asks of one fact, if it asks nothing else.
    fn runs_of(&self, term: TermId) -> Option<Runs> {
        match &self.terms.term_of(term).what {
            TermOp::Fact(_) | TermOp::Known(..) => {
                self.relation(self.fact_of(term)?, Comparison::Equal, &Value::Bool(true))
            }
            TermOp::Has(inner) => {
                let fact = self.fact_of(*inner)?;
                self.columns.column(fact)?.codes()?;
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
    fn constant(&self, term: TermId) -> Option<Value> {
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
            TermOp::Fact(fact) => {
                let unread = self.columns.column(*fact).is_none() && self.columns.of_owner(*fact).is_none();
                unread.then_some(Value::Missing)
            }
            TermOp::Has(inner) => Some(Value::Bool(!self.constant(*inner)?.is_missing())),
            TermOp::Not(inner) => Some(Value::Bool(!self.constant(*inner)?.holds())),
            _ => None,
        }
    }

    /// The stored fact that a term is; a derived one where every customer has it recorded.
    fn fact_of(&self, term: TermId) -> Option<FactId> {
        match &self.terms.term_of(term).what {
            TermOp::Fact(fact) => Some(*fact),
            TermOp::Known(stored, _) => self.fact_of(*stored).filter(|fact| {
                let codes = self.columns.column(*fact).and_then(Column::codes);
                codes.is_some_and(Codes::is_full)
            }),
            _ => None,
        }
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
            Step::Owner { .. } => 12,
            Step::OneOf { .. } => 500,
            Step::Not(inner) => self.cost(*inner),
            Step::Every(parts) | Step::Any(parts) => {
                parts.iter().map(|part| self.cost(*part)).fold(1, u32::saturating_add)
            }
            Step::Worked(_) => 1000,
        }
    }

    /// The customers whose list is not empty; of what the roster says, everybody's is known.
    fn known(&mut self, fact: FactId) -> Option<StepId> {
        if self.columns.of_owner(fact).is_some() {
            return Some(self.same(true));
        }
        let Column::List(sets) = self.columns.column(fact)? else { return None };
        let planes = sets.planes.iter().map(|plane| self.plane(plane)).collect();
        Some(self.any(planes))
    }

    fn among(&mut self, needle: TermId, list: TermId) -> Option<StepId> {
        let Some(Value::Text(text)) = self.constant(needle) else { return None };
        let Some(Column::List(sets)) = self.columns.column(self.fact_of(list)?) else { return None };
        let plane = self.columns.strings.find(&text).and_then(|number| sets.plane(number));
        Some(plane.map_or(self.same(false), |plane| self.plane(plane)))
    }

    /// The customers who agreed to be reached in one of these ways, by the words of a list.
    pub fn has_word(&mut self, fact: FactId, words: impl IntoIterator<Item = &'static str>) -> StepId {
        let Some(Column::List(sets)) = self.columns.column(fact) else { return self.same(false) };
        let planes = words.into_iter().filter_map(|word| sets.plane(self.columns.strings.find(word)?));
        let planes: Vec<&'a Bits> = planes.collect();
        let steps = planes.into_iter().map(|plane| self.plane(plane)).collect();
        self.any(steps)
    }

    /// The customers whose fact stands in a relation to a value.
    pub fn compared(&mut self, fact: FactId, how: Comparison, value: &Value) -> Option<StepId> {
        let runs = self.relation(fact, how, value)?;
        Some(self.of_runs(&runs))
    }

    /// The numbers of a fact that stand in a relation to a value.
    fn relation(&self, fact: FactId, how: Comparison, value: &Value) -> Option<Runs> {
        let column = self.columns.column(fact)?;
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
    fn of_runs(&mut self, wanted: &Runs) -> StepId {
        let columns = self.columns;
        let Some(codes) = columns.column(wanted.fact).and_then(Column::codes) else { return self.same(wanted.missing) };
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
    fn between(&mut self, fact: FactId, codes: &'a Codes, low: i64, high: i64) -> StepId {
        if let Some(known) = self.within.get(&(fact, low, high)) {
            return *known;
        }
        let facet = self.columns.facets[usize::from(fact.0)].as_ref().filter(|_| high < codes.cells().missing());
        let planes: Option<Vec<&'a Bits>> = facet.map(|facet| facet.planes(low as u64, high as u64).collect());
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

    fn owner(&mut self, how: OfOwner) -> StepId {
        let places = self.columns.roster.left();
        let owners = &self.columns.owners;
        let without = how == OfOwner::Orphan;
        let known = |step: &Step<'_>| matches!(step, Step::Owner { without: known, .. } if *known == without);
        match self.steps.iter().position(known) {
            Some(step) => step,
            None => self.add(Step::Owner { owners, places, without }),
        }
    }

    /// Two columns with factors: `a * 2 < b`.
    fn line(&mut self, how: Comparison, left: TermId, right: TermId) -> Option<StepId> {
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
    fn times(&self, term: TermId) -> Option<(&'a Codes, i64)> {
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
        let column = self.columns.column(self.fact_of(inner)?)?;
        let fits = matches!(column, Column::Int(_) | Column::Money(_) | Column::Date { .. })
            && matches!(definition.kind, Scalar::Int | Scalar::Money | Scalar::Date)
            && (1..=1024).contains(&times);
        let codes = column.codes()?;
        let narrow = !matches!(codes.cells(), Cells::Wide(_)) && codes.base().abs() < 1 << 40;
        (fits && narrow).then_some((codes, times))
    }

    /// Any condition on one narrow column: asked once of every number that it can hold.
    fn tabled(&self, term: TermId) -> Option<Runs> {
        let (fact, column) = self.narrow(term)?;
        let by_moon = matches!(column, Column::Date { lunar, .. } if !lunar.is_blank());
        (!by_moon).then(|| self.table(term, fact, column, Calendar::Solar))
    }

    /// A condition on a date that some keep by the lunar calendar: asked for both calendars.
    fn by_calendar(&mut self, term: TermId) -> Option<StepId> {
        let (fact, column) = self.narrow(term)?;
        let Column::Date { lunar, .. } = column else { return None };
        let (solar, moon) =
            (self.table(term, fact, column, Calendar::Solar), self.table(term, fact, column, Calendar::Lunar));
        let (solar, moon) = (self.of_runs(&solar), self.of_runs(&moon));
        let of_moon = self.plane(lunar);
        let of_sun = self.not(of_moon);
        let parts = vec![self.every(vec![of_sun, solar]), self.every(vec![of_moon, moon])];
        Some(self.any(parts))
    }

    /// The one fact that a condition reads, if its column is narrow.
    fn narrow(&self, term: TermId) -> Option<(FactId, &'a Column)> {
        let mut read = BTreeSet::new();
        if !self.reads(term, &mut read) {
            return None;
        }
        let fact = *read.first().filter(|_| read.len() == 1)?;
        let column = self.columns.column(fact)?;
        let codes = column.codes()?;
        matches!(codes.cells(), Cells::Byte(_) | Cells::Short(_)).then_some((fact, column))
    }

    fn table(&self, term: TermId, fact: FactId, column: &Column, kept: Calendar) -> Runs {
        let mut runs: Vec<(i64, i64)> = Vec::new();
        let (least, most) = column.codes().and_then(Codes::span).unwrap_or((0, -1));
        let holds = |number: i64| self.value(term, &self.value_of(column, number, kept)).holds();
        for number in (least..=most).filter(|number| holds(*number)) {
            match runs.last_mut() {
                Some(last) if last.1 + 1 == number => last.1 = number,
                _ => runs.push((number, number)),
            }
        }
        Runs { fact, runs, missing: self.value(term, &Value::Missing).holds() }
    }

    /// What a code stands for.
    fn value_of(&self, column: &Column, number: i64, kept: Calendar) -> Value {
        match column {
            Column::Bool(_) => Value::Bool(number == 1),
            Column::Int(_) => Value::Int(number),
            Column::Money(_) => Value::Money(number),
            Column::Date { .. } => Value::Date(Day::from_number(number as i32), kept),
            Column::Text(texts) => self.columns.strings.text(texts.global(number)).map_or(Value::Missing, Value::text),
            Column::Double(_) | Column::List(_) => Value::Missing,
        }
    }

    /// Collects the stored facts that a term reads; `false` if it reads anything that is not one number a customer.
    fn reads(&self, term: TermId, read: &mut BTreeSet<FactId>) -> bool {
        let definition = self.terms.term_of(term);
        if definition.frame != CUSTOMERS {
            return false;
        }
        let mut all = |parts: &[TermId]| parts.iter().all(|part| self.reads(*part, read));
        match &definition.what {
            TermOp::Constant(_) | TermOp::Today => true,
            TermOp::Fact(fact) => {
                if self.columns.of_owner(*fact).is_some() {
                    return false;
                }
                match self.columns.column(*fact) {
                    None => true,
                    Some(Column::List(_) | Column::Double(_)) => false,
                    Some(_) => {
                        read.insert(*fact);
                        true
                    }
                }
            }
            TermOp::Has(inner) | TermOp::Not(inner) => all(&[*inner]),
            TermOp::Known(left, right) | TermOp::Compare(_, left, right) => all(&[*left, *right]),
            TermOp::Every(parts) | TermOp::Any(parts) | TermOp::Call(_, parts) => all(parts),
            TermOp::If(parts) => all(parts),
            TermOp::OneOf(needle, options) => all(&[*needle]) && all(options),
            TermOp::ItemFact(..) | TermOp::Among(..) | TermOp::Exists(..) | TermOp::Count(..) => false,
        }
    }

    /// The value of a term that reads one fact, which has this value.
    fn value(&self, term: TermId, fact: &Value) -> Value {
        let holds = |part: &TermId| self.value(*part, fact).holds();
        match &self.terms.term_of(term).what {
            TermOp::Constant(value) => value.clone(),
            TermOp::Today => Value::day(self.today),
            TermOp::Fact(known) if self.columns.column(*known).is_none() => Value::Missing,
            TermOp::Fact(_) => fact.clone(),
            TermOp::Known(stored, computed) => match self.value(*stored, fact) {
                Value::Missing => self.value(*computed, fact),
                known => known,
            },
            TermOp::Has(inner) => Value::Bool(!self.value(*inner, fact).is_missing()),
            TermOp::Not(inner) => Value::Bool(!holds(inner)),
            TermOp::Every(parts) => Value::Bool(parts.iter().all(holds)),
            TermOp::Any(parts) => Value::Bool(parts.iter().any(holds)),
            TermOp::Compare(how, left, right) => {
                Value::Bool(scalar::compare(*how, &self.value(*left, fact), &self.value(*right, fact)))
            }
            TermOp::OneOf(needle, options) => {
                let needle = self.value(*needle, fact);
                let equal = |option: &TermId| scalar::compare(Comparison::Equal, &needle, &self.value(*option, fact));
                Value::Bool(options.iter().any(equal))
            }
            TermOp::If([condition, then, otherwise]) => {
                self.value(if holds(condition) { *then } else { *otherwise }, fact)
            }
            TermOp::Call(function, parts) => {
                let values: Vec<Value> = parts.iter().map(|part| self.value(*part, fact)).collect();
                scalar::call(*function, &values)
            }
            TermOp::ItemFact(..) | TermOp::Among(..) | TermOp::Exists(..) | TermOp::Count(..) => Value::Missing,
        }
    }
}

/// The numbers below, the number itself, the numbers above.
fn around(number: i64) -> (i64, Option<i64>, i64) {
    (number.saturating_sub(1), Some(number), number.saturating_add(1))
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
