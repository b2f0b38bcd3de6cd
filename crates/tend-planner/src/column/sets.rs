//! Sets of texts, a bit for each row and text.

use crate::bits::Bits;
use crate::stored::{Sink, Source, Stored};
use crate::strings::{ByNumber, Strings};
use std::io;
use std::ops::Range;
use tend_rules::segment::Value;

/// Sets of texts: for each text the rows whose set has it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sets {
    /// How many rows there are.
    rows: usize,
    members: Vec<u32>,
    index: ByNumber<usize>,
    pub planes: Vec<Bits>,
}

impl Sets {
    /// The numbers of the texts of a row.
    pub fn of_row(&self, row: usize) -> impl Iterator<Item = u32> {
        self.members.iter().zip(&self.planes).filter(move |(_, plane)| plane.has(row)).map(|(text, _)| *text)
    }

    /// Names each row and text of its set.
    pub fn each(&self, mut take: impl FnMut(usize, u32)) {
        for (text, plane) in self.members.iter().zip(&self.planes) {
            plane.each(|row| take(row, *text));
        }
    }

    /// Adds rows of other sets at the end, whose texts have the same numbers.
    pub fn append(&mut self, from: &Self, rows: Range<usize>) {
        let first = self.rows;
        for (at, row) in rows.clone().zip(first..) {
            let texts: Vec<u32> = from.of_row(at).collect();
            self.set(row, &texts);
        }
        self.pad(first + rows.len());
    }

    /// Sets the texts of a row by their numbers among all.
    pub fn set(&mut self, row: usize, texts: &[u32]) {
        // A row behind all others has nothing yet.
        if row < self.rows {
            self.planes.iter_mut().for_each(|plane| plane.unset(row));
        }
        self.rows = self.rows.max(row + 1);
        texts.iter().for_each(|text| self.add(row, *text));
    }

    /// Adds one text to a row.
    pub fn add(&mut self, row: usize, text: u32) {
        self.rows = self.rows.max(row + 1);
        let place = *self.index.entry(text).or_insert_with(|| {
            self.members.push(text);
            self.planes.push(Bits::default());
            self.members.len() - 1
        });
        self.planes[place].set(row);
    }

    pub fn pad(&mut self, rows: usize) {
        self.rows = self.rows.max(rows);
        self.planes.iter_mut().for_each(|plane| plane.pad(rows));
    }

    /// The rows whose set has the text.
    pub fn plane(&self, text: u32) -> Option<&Bits> {
        self.index.get(&text).map(|place| &self.planes[*place])
    }

    /// Whether a row's set has the text.
    pub fn has(&self, row: usize, text: u32) -> bool {
        self.plane(text).is_some_and(|plane| plane.has(row))
    }

    /// Whether a row's set has any text.
    pub fn is_known(&self, row: usize) -> bool {
        self.planes.iter().any(|plane| plane.has(row))
    }

    pub fn value(&self, row: usize, strings: &Strings) -> Value {
        Value::texts(self.of_row(row).filter_map(|text| strings.text(text)))
    }
}

impl Stored for Sets {
    fn store(&self, out: &mut Sink<'_>) -> io::Result<()> {
        out.number(self.rows as u64)?;
        self.members.store(out)?;
        self.planes.iter().try_for_each(|plane| plane.store(out))
    }

    fn restore(from: &mut Source<'_>) -> io::Result<Self> {
        let rows = from.number()? as usize;
        let members = Vec::<u32>::restore(from)?;
        let planes = members.iter().map(|_| Stored::restore(from)).collect::<io::Result<_>>()?;
        let index = members.iter().copied().zip(0..).collect();
        Ok(Self { rows, members, index, planes })
    }
}
