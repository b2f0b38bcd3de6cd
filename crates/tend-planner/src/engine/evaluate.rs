//! Evaluates terms for a block of customers, each term once.

use super::cells::packed;
use super::frames::{Frames, ItemRows, Lie};
use super::lanes::{Mask, WORDS};
use super::point::Point;
use super::terms::{CUSTOMERS, FrameId, TermId, TermOp, Terms};
use super::truths::{Beyond, set_rows};
use super::vector::{Texts, Vector};
use super::{calls, compare};
use crate::columns::Columns;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;
use tend_rules::base::Day;
use tend_rules::segment::{Comparison, FactId, Function, ItemFactId, Scalar, Slot, Value, scalar};

/// What a worker keeps from block to block.
pub(crate) struct Worker<'a> {
    pub columns: &'a Columns,
    pub terms: &'a Terms,
    pub today: Day,
    pub texts: Texts<'a>,
    /// Answers by text or list, for terms that ask something of each.
    pub answers: HashMap<TermId, HashMap<u32, u8>>,
    /// Answers by day, for functions of a date.
    pub calendars: HashMap<calls::OfDay, calls::DayTable>,
}

impl<'a> Worker<'a> {
    pub fn new(columns: &'a Columns, terms: &'a Terms, today: Day) -> Self {
        let texts = Texts::new(&columns.strings, terms.texts());
        Self { columns, terms, today, texts, answers: HashMap::new(), calendars: HashMap::new() }
    }

    /// A block of customers.
    pub fn block(&mut self, rows: Range<usize>) -> Block<'_, 'a> {
        let frames = Frames::new(self.columns, self.terms, rows);
        Block { worker: self, frames, values: Vec::new() }
    }
}

/// The terms of a block of customers.
pub(crate) struct Block<'w, 'a> {
    pub worker: &'w mut Worker<'a>,
    frames: Frames<'a>,
    /// By term; nothing as long as bits and cells tell everything.
    values: Vec<Option<Rc<Vector<'a>>>>,
}

impl Beyond for Block<'_, '_> {
    fn all(&mut self, term: TermId) -> Mask {
        let vector = self.aligned(term, CUSTOMERS);
        packed(&vector.holds(self.frames.rows.len()), u64::from)
    }

    fn those(&mut self, term: TermId, few: &Mask) -> Mask {
        let Worker { columns, terms, today, .. } = *self.worker;
        let mut point = Point::new(columns, terms, today);
        let mut kept = [0; WORDS];
        set_rows(few, |row| {
            let holds = point.at(self.frames.rows.start + row).holds(term);
            kept[row / 64] |= u64::from(holds) << (row % 64);
        });
        kept
    }
}

impl<'a> Block<'_, 'a> {
    /// Where the items of a frame begin for each customer of the columns; none where nobody has any.
    pub fn offsets(&self, frame: FrameId) -> Option<&'a [u32]> {
        let (_, collection) = self.worker.terms.path(frame).last()?;
        Some(&self.worker.columns.items_of(*collection)?.offsets)
    }

    /// The customers of the block with an item that meets a condition.
    pub fn with_items(&mut self, who: TermId, frame: FrameId) -> Mask {
        let vector = self.aligned(who, frame);
        let mut mask = [0; WORDS];
        if matches!(&*vector, Vector::One(value) if !value.holds()) {
            return mask;
        }
        let customers = self.customers(frame);
        for (customer, truth) in customers.iter().zip(vector.holds(customers.len()).iter()) {
            mask[*customer as usize / 64] |= u64::from(*truth) << (customer % 64);
        }
        mask
    }

    /// The first row of the block in the columns.
    pub fn first_row(&self) -> usize {
        self.frames.rows.start
    }

    /// How many rows a frame has.
    pub fn len(&mut self, frame: FrameId) -> usize {
        self.frames.frame(frame).len
    }

    /// The customers of the rows of a frame, counted from the block's first.
    pub fn customers(&mut self, frame: FrameId) -> Rc<Vec<u32>> {
        Rc::clone(&self.frames.frame(frame).customers)
    }

    /// The values of a term for the rows of `frame`.
    pub fn aligned(&mut self, term: TermId, frame: FrameId) -> Rc<Vector<'a>> {
        let own = self.worker.terms.term_of(term).frame;
        let vector = self.vector(term);
        if own == frame || matches!(*vector, Vector::One(_)) {
            return vector;
        }
        match self.frames.lie(frame, own) {
            Lie::Same => vector,
            Lie::At(places) => Rc::new(vector.gather(&places)),
        }
    }

    /// The values of a term for the rows of its own frame.
    pub fn vector(&mut self, term: TermId) -> Rc<Vector<'a>> {
        self.values.resize(self.worker.terms.len(), None);
        if let Some(vector) = &self.values[term] {
            return Rc::clone(vector);
        }
        let terms = self.worker.terms;
        let definition = terms.term_of(term);
        let vector = Rc::new(self.work_out(term, &definition.what, definition.kind, definition.frame));
        self.values[term] = Some(Rc::clone(&vector));
        vector
    }

    fn work_out(&mut self, term: TermId, what: &'a TermOp, kind: Scalar, frame: FrameId) -> Vector<'a> {
        match what {
            TermOp::Constant(value) => Vector::One(value.clone()),
            TermOp::Today => Vector::One(Value::day(self.worker.today)),
            TermOp::Fact(fact) => self.fact(*fact),
            TermOp::ItemFact(slot, fact) => self.item_fact(*slot, *fact, frame),
            TermOp::Known(stored, computed) => self.known(*stored, *computed, frame),
            TermOp::Has(inner) => {
                let (vector, rows) = (self.vector(*inner), self.len(frame));
                Vector::Truth(vector.known(rows).into())
            }
            TermOp::Not(inner) => {
                let (vector, rows) = (self.vector(*inner), self.len(frame));
                Vector::Truth(vector.holds(rows).iter().map(|truth| 1 - truth).collect())
            }
            TermOp::Every(parts) => self.every(parts, frame),
            TermOp::Any(parts) => self.any(parts, frame),
            TermOp::Compare(how, left, right) => {
                let (left, right) = (self.aligned(*left, frame), self.aligned(*right, frame));
                let rows = self.len(frame);
                compare::compare(*how, &left, &right, rows, &self.worker.texts)
            }
            TermOp::OneOf(needle, options) => self.one_of(*needle, options, frame),
            TermOp::Among(needle, list) => self.among(*needle, *list, frame),
            TermOp::If(parts) => self.choice(*parts, kind, frame),
            TermOp::Call(function, arguments) => self.call(term, *function, arguments, kind, frame),
            TermOp::Exists(gathered, condition) => {
                let counts = self.counts(*gathered, *condition, frame);
                Vector::Truth(counts.iter().map(|count| u8::from(*count > 0)).collect())
            }
            TermOp::Count(gathered, condition) => Vector::Int(self.counts(*gathered, *condition, frame).into()),
        }
    }

    fn fact(&self, fact: FactId) -> Vector<'a> {
        let columns = self.worker.columns;
        if let Some(owned) = columns.of_owner(fact) {
            let rows = self.frames.rows.clone();
            return Vector::Truth(rows.map(|row| u8::from(owned.who.has(row))).collect());
        }
        columns
            .column(fact)
            .map_or(Vector::One(Value::Missing), |column| Vector::of_column(column, self.frames.rows.clone()))
    }

    fn item_fact(&mut self, slot: Slot, fact: ItemFactId, frame: FrameId) -> Vector<'a> {
        let columns = self.worker.columns;
        let rows = self.frames.frame(frame);
        let first = rows.items.iter().find(|(known, _)| *known == slot).map(|(_, rows)| rows);
        match (columns.item_column(fact), first) {
            (Some(column), Some(ItemRows::From(first))) => Vector::of_column(column, *first..first + rows.len),
            _ => Vector::One(Value::Missing),
        }
    }

    fn known(&mut self, stored: TermId, computed: TermId, frame: FrameId) -> Vector<'a> {
        let stored = self.aligned(stored, frame);
        if matches!(&*stored, Vector::One(Value::Missing)) {
            return (*self.vector(computed)).clone();
        }
        let rows = self.len(frame);
        let known = stored.known(rows);
        if !known.contains(&0) {
            return (*stored).clone();
        }
        let computed = self.vector(computed);
        self.select(&known, &stored, &computed)
    }

    fn every(&mut self, parts: &[TermId], frame: FrameId) -> Vector<'a> {
        let rows = self.len(frame);
        let mut all = vec![1u8; rows];
        for part in parts {
            let vector = self.aligned(*part, frame);
            for (all, truth) in all.iter_mut().zip(vector.holds(rows).iter()) {
                *all &= truth;
            }
            // What no row can meet any more need not be asked.
            if !all.contains(&1) {
                return Vector::One(Value::Bool(false));
            }
        }
        Vector::Truth(all.into())
    }

    fn any(&mut self, parts: &[TermId], frame: FrameId) -> Vector<'a> {
        let rows = self.len(frame);
        let mut any = vec![0u8; rows];
        for part in parts {
            let vector = self.aligned(*part, frame);
            for (any, truth) in any.iter_mut().zip(vector.holds(rows).iter()) {
                *any |= truth;
            }
        }
        Vector::Truth(any.into())
    }

    fn one_of(&mut self, needle: TermId, options: &[TermId], frame: FrameId) -> Vector<'a> {
        let rows = self.len(frame);
        let needle = self.aligned(needle, frame);
        let mut any = vec![0u8; rows];
        for option in options {
            let option = self.aligned(*option, frame);
            let equal = compare::compare(Comparison::Equal, &needle, &option, rows, &self.worker.texts);
            for (any, truth) in any.iter_mut().zip(equal.holds(rows).iter()) {
                *any |= truth;
            }
        }
        Vector::Truth(any.into())
    }

    /// Whether a text is in a list of the customer.
    fn among(&mut self, needle: TermId, list: TermId, frame: FrameId) -> Vector<'a> {
        let (needle, list) = (self.aligned(needle, frame), self.aligned(list, frame));
        let texts = &self.worker.texts;
        match (&*needle, &*list) {
            (Vector::One(Value::Text(text)), Vector::List(sets, rows)) => {
                let plane = sets.plane(texts.number(text));
                let has = |row: &u32| u8::from(plane.is_some_and(|plane| plane.has(*row as usize)));
                Vector::Truth(rows.iter().map(has).collect())
            }
            (Vector::Text(numbers), Vector::List(sets, rows)) => {
                let pairs = numbers.iter().zip(rows.iter());
                Vector::Truth(pairs.map(|(text, row)| u8::from(sets.has(*row as usize, *text))).collect())
            }
            _ => Vector::One(Value::Bool(false)),
        }
    }

    fn choice(&mut self, parts: [TermId; 3], kind: Scalar, frame: FrameId) -> Vector<'a> {
        let [condition, then, otherwise] = parts.map(|part| self.aligned(part, frame));
        let rows = self.len(frame);
        if let Vector::One(value) = &*condition {
            return (*if value.holds() { then } else { otherwise }).clone();
        }
        let holds = condition.holds(rows).into_owned();
        let _ = kind;
        self.select(&holds, &then, &otherwise)
    }

    /// The first where the truth is 1, else the second.
    fn select(&self, truths: &[u8], first: &Vector<'a>, second: &Vector<'a>) -> Vector<'a> {
        let texts = &self.worker.texts;
        let kind = kind_of(first).or_else(|| kind_of(second));
        let Some(kind) = kind else { return Vector::One(Value::Missing) };
        let values = truths
            .iter()
            .enumerate()
            .map(|(row, truth)| if *truth == 1 { first.value(row, texts) } else { second.value(row, texts) });
        Vector::collect(kind, values, texts)
    }

    fn call(
        &mut self,
        term: TermId,
        function: Function,
        arguments: &[TermId],
        kind: Scalar,
        frame: FrameId,
    ) -> Vector<'a> {
        let vectors: Vec<Rc<Vector<'a>>> = arguments.iter().map(|argument| self.aligned(*argument, frame)).collect();
        let rows = self.len(frame);
        let borrowed: Vec<&Vector<'a>> = vectors.iter().map(|vector| &**vector).collect();
        if let Some(values) = calls::all_one(&borrowed) {
            return Vector::One(scalar::call(function, &values));
        }
        if let Some(vector) = calls::fast(self.worker, term, function, &borrowed) {
            return vector;
        }
        let texts = &self.worker.texts;
        let values = (0..rows).map(|row| {
            let values: Vec<Value> = borrowed.iter().map(|vector| vector.value(row, texts)).collect();
            scalar::call(function, &values)
        });
        Vector::collect(kind, values, texts)
    }

    /// How many rows of the gathered frame meet the condition, for each row of the frame around.
    fn counts(&mut self, gathered: FrameId, condition: Option<TermId>, around: FrameId) -> Vec<i64> {
        let inner = self.frames.frame(gathered);
        let holds = condition.map(|condition| self.aligned(condition, gathered));
        let holds = holds.as_ref().map(|vector| vector.holds(inner.len));
        let mut counts = vec![0i64; self.len(around)];
        for (row, up) in inner.up.iter().enumerate() {
            counts[*up as usize] += i64::from(holds.as_ref().is_none_or(|holds| holds[row] == 1));
        }
        counts
    }
}

fn kind_of(vector: &Vector<'_>) -> Option<Scalar> {
    Some(match vector {
        Vector::One(value) => match value.kind()? {
            tend_rules::segment::Kind::One(scalar) => scalar,
            tend_rules::segment::Kind::List(_) => return None,
        },
        Vector::Truth(_) => Scalar::Bool,
        Vector::Int(_) => Scalar::Int,
        Vector::Double(_) => Scalar::Double,
        Vector::Text(_) => Scalar::Text,
        Vector::Date(..) => Scalar::Date,
        Vector::Days(_) => Scalar::Days,
        Vector::Money(_) => Scalar::Money,
        Vector::List(..) => return None,
    })
}
