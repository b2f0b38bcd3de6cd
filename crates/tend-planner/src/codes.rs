//! Whole numbers of a column in the least width that holds them: one, two or four bytes a row as the distance from a
//! base, eight where nothing less will do. The greatest code of a width stands for a missing value.

use crate::columns::NO_NUMBER;
use crate::stored::{Sink, Source, Stored};
use std::io;
use std::ops::Range;

/// The numbers of a column.
#[derive(Debug, Clone)]
pub(crate) struct Codes {
    /// The number that code 0 stands for; 0 for wide cells.
    base: i64,
    cells: Cells,
    missing: usize,
    /// Bounds of every number that is or was there.
    span: Option<(i64, i64)>,
}

/// So many numbers are few.
const FEW_NUMBERS: usize = 16;

/// The cells by width.
#[derive(Debug, Clone)]
pub(crate) enum Cells {
    Byte(Vec<u8>),
    Short(Vec<u16>),
    Word(Vec<u32>),
    /// The numbers themselves; `i64::MIN` is missing.
    Wide(Vec<i64>),
}

impl Cells {
    /// The least code of a known cell.
    pub fn first(&self) -> i64 {
        if matches!(self, Cells::Wide(_)) { NO_NUMBER + 1 } else { 0 }
    }

    /// The code of a missing cell.
    pub fn missing(&self) -> i64 {
        match self {
            Cells::Byte(_) => u8::MAX.into(),
            Cells::Short(_) => u16::MAX.into(),
            Cells::Word(_) => u32::MAX.into(),
            Cells::Wide(_) => NO_NUMBER,
        }
    }
}

/// Runs `$body` on the cells of any narrow width, or `$wide` on wide ones.
macro_rules! by_width {
    ($cells:expr, $narrow:ident => $body:expr, $wide:ident => $otherwise:expr) => {
        match $cells {
            Cells::Byte($narrow) => $body,
            Cells::Short($narrow) => $body,
            Cells::Word($narrow) => $body,
            Cells::Wide($wide) => $otherwise,
        }
    };
}

impl Default for Codes {
    fn default() -> Self {
        Self { base: 0, cells: Cells::Byte(Vec::new()), missing: 0, span: None }
    }
}

/// A narrow cell.
pub(crate) trait Code: Copy + Eq + Ord {
    const MISSING: Self;
    fn number(self) -> i64;
    fn of(distance: i64) -> Option<Self>;
}

macro_rules! code {
    ($type:ty) => {
        impl Code for $type {
            const MISSING: Self = <$type>::MAX;
            fn number(self) -> i64 {
                i64::from(self)
            }
            fn of(distance: i64) -> Option<Self> {
                Self::try_from(distance).ok().filter(|code| *code != Self::MISSING)
            }
        }
    };
}
code!(u8);
code!(u16);
code!(u32);

fn put<C: Code>(cells: &mut [C], base: i64, row: usize, number: Option<i64>) -> bool {
    let code = match number {
        None => Some(C::MISSING),
        Some(number) => number.checked_sub(base).and_then(C::of),
    };
    code.map(|code| cells[row] = code).is_some()
}

fn read<C: Code>(cell: C, base: i64) -> i64 {
    if cell == C::MISSING { NO_NUMBER } else { base + cell.number() }
}

impl Codes {
    pub fn len(&self) -> usize {
        by_width!(&self.cells, cells => cells.len(), wide => wide.len())
    }

    /// Whether no row is missing.
    pub fn is_full(&self) -> bool {
        self.missing == 0
    }

    /// Whether every row is missing.
    pub fn is_blank(&self) -> bool {
        self.missing == self.len()
    }

    pub fn cells(&self) -> &Cells {
        &self.cells
    }

    /// What the code of a narrow cell stands for is this and the code together.
    pub fn base(&self) -> i64 {
        self.base
    }

    /// The number of a row; [`NO_NUMBER`] if it is missing.
    pub fn get(&self, row: usize) -> i64 {
        by_width!(&self.cells, cells => read(cells[row], self.base), wide => wide[row])
    }

    /// The numbers of some rows.
    pub fn numbers(&self, rows: Range<usize>) -> Vec<i64> {
        by_width!(
            &self.cells,
            cells => cells[rows].iter().map(|cell| read(*cell, self.base)).collect(),
            wide => wide[rows].to_vec()
        )
    }

    /// Row `n` becomes what row `order[n]` was.
    pub fn reorder(&mut self, order: &[u32]) {
        fn picked<C: Copy>(cells: &mut Vec<C>, order: &[u32]) {
            *cells = order.iter().map(|row| cells[*row as usize]).collect();
        }
        by_width!(&mut self.cells, cells => picked(cells, order), wide => picked(wide, order));
    }

    /// The numbers that are there, if cells are of one byte and have few.
    pub fn few_numbers(&self) -> Option<Vec<i64>> {
        let Cells::Byte(cells) = &self.cells else { return None };
        let mut has = [false; 256];
        cells.iter().for_each(|cell| has[usize::from(*cell)] = true);
        let numbers = (0..255).filter(|code| has[*code as usize]).map(|code| self.base + code);
        let numbers: Vec<i64> = numbers.collect();
        (numbers.len() <= FEW_NUMBERS).then_some(numbers)
    }

    /// Codes of the same base and width without rows.
    pub fn emptied(&self) -> Self {
        let cells = match &self.cells {
            Cells::Byte(_) => Cells::Byte(Vec::new()),
            Cells::Short(_) => Cells::Short(Vec::new()),
            Cells::Word(_) => Cells::Word(Vec::new()),
            Cells::Wide(_) => Cells::Wide(Vec::new()),
        };
        Self { base: self.base, cells, missing: 0, span: self.span }
    }

    /// Adds rows of other codes at the end.
    pub fn append(&mut self, from: &Self, rows: Range<usize>) {
        fn add<C: Code>(own: &mut Vec<C>, cells: &[C]) -> usize {
            own.extend_from_slice(cells);
            cells.iter().filter(|cell| **cell == C::MISSING).count()
        }
        let missing = match (&mut self.cells, &from.cells) {
            (Cells::Byte(own), Cells::Byte(cells)) if self.base == from.base => add(own, &cells[rows]),
            (Cells::Short(own), Cells::Short(cells)) if self.base == from.base => add(own, &cells[rows]),
            (Cells::Word(own), Cells::Word(cells)) if self.base == from.base => add(own, &cells[rows]),
            _ => {
                let first = self.len();
                rows.zip(first..).for_each(|(at, row)| self.set(row, from.get(at)));
                return;
            }
        };
        self.missing += missing;
        self.span = match (self.span, from.span) {
            (Some(own), Some(other)) => Some((own.0.min(other.0), own.1.max(other.1))),
            (own, other) => own.or(other),
        };
    }

    /// Fills up with missing rows.
    pub fn pad(&mut self, rows: usize) {
        self.missing += rows.saturating_sub(self.len());
        match &mut self.cells {
            Cells::Byte(cells) => cells.resize(rows, u8::MISSING),
            Cells::Short(cells) => cells.resize(rows, u16::MISSING),
            Cells::Word(cells) => cells.resize(rows, u32::MISSING),
            Cells::Wide(cells) => cells.resize(rows, NO_NUMBER),
        }
    }

    /// Sets a row; [`NO_NUMBER`] makes it missing.
    pub fn set(&mut self, row: usize, number: i64) {
        if self.len() <= row {
            self.pad(row + 1);
        }
        let known = (number != NO_NUMBER).then_some(number);
        self.missing -= usize::from(self.get(row) == NO_NUMBER);
        self.missing += usize::from(known.is_none());
        if let Some(number) = known {
            let (least, most) = self.span.unwrap_or((number, number));
            self.span = Some((least.min(number), most.max(number)));
        }
        let base = self.base;
        let fits = by_width!(&mut self.cells, cells => put(cells, base, row, known), wide => {
            wide[row] = number;
            true
        });
        if !fits {
            self.make_room();
            self.set_again(row, number);
        }
    }

    fn set_again(&mut self, row: usize, number: i64) {
        let base = self.base;
        by_width!(&mut self.cells, cells => _ = put(cells, base, row, Some(number)), wide => wide[row] = number);
    }

    /// Bounds within which every known number lies.
    pub fn span(&self) -> Option<(i64, i64)> {
        self.span
    }

    /// Another base or width, so that the whole span fits. The base is chosen with room on both sides: numbers that
    /// come in falling order do not move it each time.
    fn make_room(&mut self) {
        let Some((least, most)) = self.span else { return };
        let needed = most.checked_sub(least);
        let rows = 0..self.len();
        let room = |codes: i64| needed.filter(|needed| *needed < codes).map(|needed| (codes - 1 - needed) / 2);
        let based = |room: i64| least.saturating_sub(room).max(i64::MIN + 1);
        let numbers = self.numbers(rows);
        fn coded<C: Code>(numbers: Vec<i64>, base: i64) -> Vec<C> {
            let code = |number: i64| if number == NO_NUMBER { None } else { C::of(number - base) };
            numbers.into_iter().map(|number| code(number).unwrap_or(C::MISSING)).collect()
        }
        if let Some(room) = room(u8::MAX.into()) {
            self.base = based(room);
            self.cells = Cells::Byte(coded(numbers, self.base));
        } else if let Some(room) = room(u16::MAX.into()) {
            self.base = based(room);
            self.cells = Cells::Short(coded(numbers, self.base));
        } else if let Some(room) = room(u32::MAX.into()) {
            self.base = based(room);
            self.cells = Cells::Word(coded(numbers, self.base));
        } else {
            self.base = 0;
            self.cells = Cells::Wide(numbers);
        }
    }

    pub fn shrink(&mut self) {
        by_width!(&mut self.cells, cells => cells.shrink_to_fit(), wide => wide.shrink_to_fit());
    }

    /// Bytes in use.
    pub fn size(&self) -> usize {
        match &self.cells {
            Cells::Byte(cells) => cells.capacity(),
            Cells::Short(cells) => cells.capacity() * 2,
            Cells::Word(cells) => cells.capacity() * 4,
            Cells::Wide(cells) => cells.capacity() * 8,
        }
    }
}

impl Stored for Codes {
    fn store(&self, out: &mut Sink<'_>) -> io::Result<()> {
        let (least, most) = self.span.unwrap_or_default();
        vec![self.base, self.missing as i64, self.span.is_some().into(), least, most].store(out)?;
        match &self.cells {
            Cells::Byte(cells) => out.number(1).and_then(|()| cells.store(out)),
            Cells::Short(cells) => out.number(2).and_then(|()| cells.store(out)),
            Cells::Word(cells) => out.number(4).and_then(|()| cells.store(out)),
            Cells::Wide(cells) => out.number(8).and_then(|()| cells.store(out)),
        }
    }

    fn restore(from: &mut Source<'_>) -> io::Result<Self> {
        let [base, missing, spans, least, most] =
            Vec::<i64>::restore(from)?.try_into().map_err(|_| io::ErrorKind::InvalidData)?;
        let cells = match from.number()? {
            1 => Cells::Byte(Stored::restore(from)?),
            2 => Cells::Short(Stored::restore(from)?),
            4 => Cells::Word(Stored::restore(from)?),
            8 => Cells::Wide(Stored::restore(from)?),
            _ => return Err(io::ErrorKind::InvalidData.into()),
        };
        Ok(Self { base, cells, missing: missing as usize, span: (spans == 1).then_some((least, most)) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(numbers: &[i64]) -> Codes {
        let mut codes = Codes::default();
        for (row, number) in numbers.iter().enumerate() {
            codes.set(row, *number);
        }
        codes
    }

    #[test]
    fn numbers_come_back_in_every_width() {
        let far = [
            vec![5, NO_NUMBER, -3, 200],
            vec![20_000, 0, NO_NUMBER, 65_000],
            vec![-1, 3_000_000_000, NO_NUMBER],
            vec![i64::MAX, NO_NUMBER, i64::MIN + 1, 0],
        ];
        for (numbers, bytes) in far.into_iter().zip([1, 2, 4, 8]) {
            let mut coded = codes(&numbers);
            coded.shrink();
            assert_eq!(coded.numbers(0..numbers.len()), numbers);
            assert_eq!(coded.size(), numbers.len() * bytes, "{numbers:?}");
            assert!(!coded.is_full() && !coded.is_blank());
        }
    }

    #[test]
    fn numbers_in_falling_order_need_few_moves() {
        let numbers: Vec<i64> = (0..60_000).map(|number| -number).collect();
        let coded = codes(&numbers);
        assert_eq!(coded.numbers(0..numbers.len()), numbers);
        assert!(matches!(coded.cells(), Cells::Short(_)));
    }

    #[test]
    fn a_row_may_change_and_be_forgotten() {
        let mut coded = codes(&[1, 2, 3]);
        coded.set(1, NO_NUMBER);
        coded.set(0, 90_000);
        coded.set(4, 7);
        assert_eq!(coded.numbers(0..5), [90_000, NO_NUMBER, 3, NO_NUMBER, 7]);
        assert!(!coded.is_full());
    }
}
