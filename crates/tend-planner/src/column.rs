//! One fact of every customer or item: numbers in few bytes, texts by number, lists as bits.

use crate::bits::Bits;
use crate::codes::{Cells, Codes};
use crate::columns::NO_NUMBER;
use crate::patch::Texts;
use crate::strings::{NONE, Strings};
use std::collections::HashMap;
use std::ops::Range;
use tend_rules::base::Day;
use tend_rules::segment::{Calendar, Kind, Scalar, Value};

/// One fact of every customer or item.
#[derive(Debug, Clone)]
pub(crate) enum Column {
    /// 0 no, 1 yes.
    Bool(Codes),
    Int(Codes),
    Double(Doubles),
    Text(TextColumn),
    /// Days since 1970. The rows in `lunar` keep them by the lunar calendar.
    Date {
        days: Codes,
        lunar: Bits,
    },
    /// Minor units.
    Money(Codes),
    List(Sets),
}

impl Column {
    pub fn of(kind: Kind) -> Self {
        match kind {
            Kind::List(_) => Column::List(Sets::default()),
            Kind::One(Scalar::Bool) => Column::Bool(Codes::default()),
            Kind::One(Scalar::Int | Scalar::Days) => Column::Int(Codes::default()),
            Kind::One(Scalar::Double) => Column::Double(Doubles::default()),
            Kind::One(Scalar::Text) => Column::Text(TextColumn::default()),
            Kind::One(Scalar::Date) => Column::Date { days: Codes::default(), lunar: Bits::default() },
            Kind::One(Scalar::Money) => Column::Money(Codes::default()),
        }
    }

    /// What is kept of each row as a number; lists have none.
    pub fn codes(&self) -> Option<&Codes> {
        Some(match self {
            Column::Bool(codes) | Column::Int(codes) | Column::Money(codes) | Column::Date { days: codes, .. } => codes,
            Column::Double(doubles) => &doubles.codes,
            Column::Text(texts) => &texts.codes,
            Column::List(_) => return None,
        })
    }

    fn codes_mut(&mut self) -> Option<&mut Codes> {
        Some(match self {
            Column::Bool(codes) | Column::Int(codes) | Column::Money(codes) | Column::Date { days: codes, .. } => codes,
            Column::Double(doubles) => &mut doubles.codes,
            Column::Text(texts) => &mut texts.codes,
            Column::List(_) => return None,
        })
    }

    /// Fills up with missing values to `rows`.
    pub fn pad(&mut self, rows: usize) {
        match self {
            Column::List(sets) => sets.pad(rows),
            other => {
                if let Some(codes) = other.codes_mut().filter(|codes| codes.len() < rows) {
                    codes.pad(rows);
                }
            }
        }
    }

    pub fn value(&self, row: usize, strings: &Strings) -> Value {
        let known = |codes: &Codes, make: fn(i64) -> Value| match codes.get(row) {
            NO_NUMBER => Value::Missing,
            number => make(number),
        };
        match self {
            Column::Bool(codes) => known(codes, |number| Value::Bool(number == 1)),
            Column::Int(codes) => known(codes, Value::Int),
            Column::Money(codes) => known(codes, Value::Money),
            Column::Double(doubles) => match doubles.get(row) {
                number if number.is_nan() => Value::Missing,
                number => Value::Double(number),
            },
            Column::Text(texts) => strings.text(texts.get(row)).map_or(Value::Missing, Value::text),
            Column::Date { days, lunar } => match days.get(row) {
                NO_NUMBER => Value::Missing,
                day => Value::Date(Day::from_number(day as i32), calendar(lunar, row)),
            },
            Column::List(sets) => sets.value(row, strings),
        }
    }

    /// Sets a row to what another column says of its row `at`; the texts of that column have numbers of their own.
    pub fn take(&mut self, row: usize, from: &Column, at: usize, texts: &mut Texts<'_>) {
        match (self, from) {
            (Column::Double(own), Column::Double(new)) => own.set(row, new.get(at)),
            (Column::Text(own), Column::Text(new)) => own.set(row, texts.number(new.get(at))),
            (Column::List(own), Column::List(new)) => {
                let members = new.members.iter().zip(&new.planes).filter(|(_, plane)| plane.has(at));
                let numbers: Vec<u32> = members.map(|(member, _)| texts.number(*member)).collect();
                own.set(row, &numbers);
            }
            (Column::Date { days, lunar }, Column::Date { days: new_days, lunar: new_lunar }) => {
                days.set(row, new_days.get(at));
                lunar.put(row, new_lunar.has(at));
            }
            (own, new) => {
                if let (Some(own), Some(new)) = (own.codes_mut(), new.codes()) {
                    own.set(row, new.get(at));
                }
            }
        }
    }

    /// A column of the same shape without rows.
    pub fn emptied(&self) -> Self {
        match self {
            Column::Bool(codes) => Column::Bool(codes.emptied()),
            Column::Int(codes) => Column::Int(codes.emptied()),
            Column::Money(codes) => Column::Money(codes.emptied()),
            Column::Double(doubles) => {
                Column::Double(Doubles { codes: doubles.codes.emptied(), precision: doubles.precision })
            }
            Column::Text(texts) => {
                Column::Text(TextColumn { codes: texts.codes.emptied(), locals: texts.locals.clone() })
            }
            Column::Date { days, .. } => Column::Date { days: days.emptied(), lunar: Bits::default() },
            Column::List(_) => Column::List(Sets::default()),
        }
    }

    /// Adds rows of a column of the same shape at the end.
    pub fn append(&mut self, from: &Column, rows: Range<usize>) {
        match (self, from) {
            (Column::Double(own), Column::Double(old)) if own.precision != old.precision => {
                let first = own.codes.len();
                rows.zip(first..).for_each(|(at, row)| own.set(row, old.get(at)));
            }
            (Column::Text(own), Column::Text(old)) if own.locals.is_none() != old.locals.is_none() => {
                let first = own.codes.len();
                rows.zip(first..).for_each(|(at, row)| own.set(row, old.get(at)));
            }
            (Column::Date { days, lunar }, Column::Date { days: old, lunar: old_lunar }) => {
                let first = days.len();
                rows.clone().zip(first..).filter(|(at, _)| old_lunar.has(*at)).for_each(|(_, row)| lunar.set(row));
                days.append(old, rows);
            }
            (Column::List(own), Column::List(old)) => {
                let first = own.rows;
                for (at, row) in rows.clone().zip(first..) {
                    let members = old.members.iter().zip(&old.planes).filter(|(_, plane)| plane.has(at));
                    let numbers: Vec<u32> = members.map(|(member, _)| *member).collect();
                    own.set(row, &numbers);
                }
                own.pad(first + rows.len());
            }
            (own, old) => {
                if let (Some(own), Some(old)) = (own.codes_mut(), old.codes()) {
                    own.append(old, rows);
                }
            }
        }
    }

    pub fn shrink(&mut self) {
        if let Some(codes) = self.codes_mut() {
            codes.shrink();
        }
        match self {
            Column::List(sets) => sets.planes.iter_mut().for_each(Bits::shrink),
            Column::Date { lunar, .. } => lunar.shrink(),
            _ => {}
        }
    }

    pub fn size(&self) -> usize {
        let more = match self {
            Column::List(sets) => sets.planes.iter().map(Bits::size).sum(),
            Column::Date { lunar, .. } => lunar.size(),
            Column::Text(texts) => texts.locals.as_ref().map_or(0, |locals| locals.globals.len() * 20),
            _ => 0,
        };
        more + self.codes().map_or(0, Codes::size)
    }
}

/// The calendar by which a row keeps its date.
pub(crate) fn calendar(lunar: &Bits, row: usize) -> Calendar {
    if lunar.has(row) { Calendar::Lunar } else { Calendar::Solar }
}

/// Numbers with a fraction as whole numbers in the same order: four bytes a row while every one of them is exact in
/// single precision, else eight.
#[derive(Debug, Clone, Default)]
pub(crate) struct Doubles {
    codes: Codes,
    precision: Precision,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Precision {
    #[default]
    Single,
    Double,
}

impl Doubles {
    /// Sets a row; NaN makes it missing.
    pub fn set(&mut self, row: usize, number: f64) {
        if self.precision == Precision::Single && !number.is_nan() && f64::from(number as f32) != number {
            self.precision = Precision::Double;
            let mut wide = Codes::default();
            for row in 0..self.codes.len() {
                let number = from_single(self.codes.get(row));
                wide.set(row, self.key(number).unwrap_or(NO_NUMBER));
            }
            self.codes = wide;
        }
        let key = self.key(number).unwrap_or(NO_NUMBER);
        self.codes.set(row, key);
    }

    /// The number of a row; NaN if it is missing.
    pub fn get(&self, row: usize) -> f64 {
        match self.precision {
            Precision::Single => from_single(self.codes.get(row)),
            Precision::Double => from_double(self.codes.get(row)),
        }
    }

    /// The code of a number that this precision holds exactly.
    fn key(&self, number: f64) -> Option<i64> {
        // Zero has one code, whatever its sign.
        let number = if number == 0.0 { 0.0 } else { number };
        match self.precision {
            Precision::Single => (f64::from(number as f32) == number).then(|| single(number as f32)),
            Precision::Double => (!number.is_nan()).then(|| double(number)),
        }
    }

    /// The codes of the numbers below `number`, its own, and those above begin here: `(last below, own, first above)`.
    /// `None` for NaN.
    pub fn around(&self, number: f64) -> Option<(i64, Option<i64>, i64)> {
        if number.is_nan() {
            return None;
        }
        if let Some(own) = self.key(number) {
            return Some((own - 1, Some(own), own + 1));
        }
        // Not exact in single precision: it lies between two neighbours.
        let near = number as f32;
        let key = single(near);
        Some(if f64::from(near) < number { (key, None, key + 1) } else { (key - 1, None, key) })
    }
}

fn single(number: f32) -> i64 {
    let bits = number.to_bits() as i32;
    i64::from(if bits < 0 { bits ^ i32::MAX } else { bits })
}

fn from_single(key: i64) -> f64 {
    if key == NO_NUMBER {
        return f64::NAN;
    }
    let key = key as i32;
    f64::from(f32::from_bits((if key < 0 { key ^ i32::MAX } else { key }) as u32))
}

fn double(number: f64) -> i64 {
    let bits = number.to_bits() as i64;
    if bits < 0 { bits ^ i64::MAX } else { bits }
}

fn from_double(key: i64) -> f64 {
    if key == NO_NUMBER {
        return f64::NAN;
    }
    f64::from_bits((if key < 0 { key ^ i64::MAX } else { key }) as u64)
}

/// Texts by number. While a column has few different ones it numbers them itself, so that a row takes a byte or two.
#[derive(Debug, Clone)]
pub(crate) struct TextColumn {
    codes: Codes,
    locals: Option<Locals>,
}

/// The texts of a column: its own number, and the number among all texts.
#[derive(Debug, Clone, Default)]
struct Locals {
    globals: Vec<u32>,
    index: HashMap<u32, u32>,
}

/// A column with more different texts than this takes the numbers of all texts.
const LOCALS_MAX: usize = 60_000;

impl Default for TextColumn {
    fn default() -> Self {
        Self { codes: Codes::default(), locals: Some(Locals::default()) }
    }
}

impl TextColumn {
    /// Sets a row to a text by its number among all; [`NONE`] makes it missing.
    pub fn set(&mut self, row: usize, global: u32) {
        if global == NONE {
            return self.codes.set(row, NO_NUMBER);
        }
        let code = match &mut self.locals {
            None => global,
            Some(locals) => match locals.index.get(&global) {
                Some(local) => *local,
                None if locals.globals.len() < LOCALS_MAX => {
                    let local = locals.globals.len() as u32;
                    locals.globals.push(global);
                    locals.index.insert(global, local);
                    local
                }
                None => {
                    self.number_as_all();
                    global
                }
            },
        };
        self.codes.set(row, i64::from(code));
    }

    fn number_as_all(&mut self) {
        let mut codes = Codes::default();
        for row in 0..self.codes.len() {
            let global = self.get(row);
            codes.set(row, if global == NONE { NO_NUMBER } else { i64::from(global) });
        }
        self.codes = codes;
        self.locals = None;
    }

    /// The number of a row's text among all; [`NONE`] if it is missing.
    pub fn get(&self, row: usize) -> u32 {
        match (self.codes.get(row), &self.locals) {
            (NO_NUMBER, _) => NONE,
            (code, None) => code as u32,
            (code, Some(locals)) => locals.globals[code as usize],
        }
    }

    /// The number among all texts of a code; [`NONE`] if no row has it.
    pub fn global(&self, code: i64) -> u32 {
        match &self.locals {
            None => u32::try_from(code).unwrap_or(NONE),
            Some(locals) => usize::try_from(code).ok().and_then(|at| locals.globals.get(at)).copied().unwrap_or(NONE),
        }
    }

    /// The code of a text in this column, if a row has or had it.
    pub fn code(&self, global: u32) -> Option<i64> {
        match &self.locals {
            None => Some(i64::from(global)),
            Some(locals) => locals.index.get(&global).map(|local| i64::from(*local)),
        }
    }
}

/// Sets of texts: for each text the rows whose set has it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sets {
    /// How many rows there are.
    rows: usize,
    members: Vec<u32>,
    index: HashMap<u32, usize>,
    pub planes: Vec<Bits>,
}

impl Sets {
    /// Sets the texts of a row by their numbers among all.
    pub fn set(&mut self, row: usize, texts: &[u32]) {
        // A row behind all others has nothing yet.
        if row < self.rows {
            self.planes.iter_mut().for_each(|plane| plane.unset(row));
        }
        self.rows = self.rows.max(row + 1);
        for text in texts {
            let place = *self.index.entry(*text).or_insert_with(|| {
                self.members.push(*text);
                self.planes.push(Bits::default());
                self.members.len() - 1
            });
            self.planes[place].set(row);
        }
    }

    fn pad(&mut self, rows: usize) {
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
        let texts = self.members.iter().zip(&self.planes).filter(|(_, plane)| plane.has(row));
        Value::texts(texts.filter_map(|(text, _)| strings.text(*text)))
    }
}

/// The rows of each value of a column with few values: a question about them is answered by bits that are there.
#[derive(Debug, Clone)]
pub(crate) struct Facet(Vec<(u8, Bits)>);

/// More values than this are compared row by row.
const FACET_VALUES: usize = 16;

impl Facet {
    /// For a column of one byte a row with few values.
    pub fn of(column: &Column) -> Option<Self> {
        let codes = column.codes()?;
        let Cells::Byte(cells) = codes.cells() else { return None };
        if codes.is_blank() {
            return None;
        }
        let mut planes: Vec<Option<Bits>> = vec![None; 255];
        let mut values = 0;
        for (row, code) in cells.iter().enumerate().filter(|(_, code)| **code != u8::MAX) {
            let plane = &mut planes[usize::from(*code)];
            values += usize::from(plane.is_none());
            if values > FACET_VALUES {
                return None;
            }
            plane.get_or_insert_default().set(row);
        }
        let mut planes: Vec<(u8, Bits)> =
            planes.into_iter().enumerate().filter_map(|(code, plane)| Some((code as u8, plane?))).collect();
        for (_, plane) in &mut planes {
            plane.pad(cells.len());
            plane.shrink();
        }
        Some(Self(planes))
    }

    /// Takes the present code of a row; `false` if there are too many values by now, or the codes are others.
    pub fn put(&mut self, column: &Column, row: usize) -> bool {
        let Some(Cells::Byte(cells)) = column.codes().map(Codes::cells) else { return false };
        let code = cells[row];
        let mut found = code == u8::MAX;
        for (known, plane) in &mut self.0 {
            found |= *known == code;
            plane.put(row, *known == code);
        }
        if !found && self.0.len() < FACET_VALUES {
            let mut plane = Bits::default();
            plane.set(row);
            plane.pad(cells.len());
            self.0.push((code, plane));
            found = true;
        }
        found
    }

    /// The bits of the values with codes from `low` to `high`.
    pub fn planes(&self, low: u64, high: u64) -> impl Iterator<Item = &Bits> {
        self.0.iter().filter(move |(code, _)| (low..=high).contains(&u64::from(*code))).map(|(_, plane)| plane)
    }

    pub fn size(&self) -> usize {
        self.0.iter().map(|(_, plane)| plane.size()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_a_fraction_keep_their_order_in_four_bytes_or_eight() {
        let numbers = [0.0, -0.0, 0.5, -1.25, 0.1, 1e300, f64::NAN, -1e-300];
        let mut doubles = Doubles::default();
        for (row, number) in numbers.iter().enumerate().take(4) {
            doubles.set(row, *number);
        }
        assert_eq!(doubles.precision, Precision::Single);
        for (row, number) in numbers.iter().enumerate() {
            doubles.set(row, *number);
        }
        for (row, number) in numbers.iter().enumerate() {
            assert!(doubles.get(row) == *number || number.is_nan() && doubles.get(row).is_nan(), "{number}");
        }
        let codes: Vec<i64> = [7, 3, 0, 4, 2, 5].map(|row| doubles.codes.get(row)).into();
        assert!(codes[1] < codes[0] && codes[0] < codes[2] && codes[2] < codes[3] && codes[3] < codes[4], "{codes:?}");
    }

    #[test]
    fn a_number_between_two_that_single_precision_knows() {
        let mut doubles = Doubles::default();
        doubles.set(0, 0.5);
        let (below, own, above) = doubles.around(0.1).expect("a number");
        assert_eq!((own, above), (None, below + 1));
        assert!(from_single(below) < 0.1 && from_single(above) > 0.1);
        assert_eq!(doubles.around(0.5).map(|(_, own, _)| own), Some(Some(single(0.5))));
        assert!(doubles.around(f64::NAN).is_none());
    }

    #[test]
    fn a_text_keeps_its_number_when_there_are_many() {
        let mut texts = TextColumn::default();
        for row in 0..LOCALS_MAX + 10 {
            texts.set(row, row as u32 * 2);
        }
        texts.set(3, NONE);
        assert!(texts.locals.is_none());
        assert_eq!((texts.get(0), texts.get(3), texts.get(LOCALS_MAX + 5)), (0, NONE, (LOCALS_MAX as u32 + 5) * 2));
    }
}
