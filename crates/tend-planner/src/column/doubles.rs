//! Numbers with a fraction.

use crate::codes::Codes;
use crate::columns::NO_NUMBER;
use crate::stored::{Sink, Source, Stored};
use std::io;
use std::ops::Range;

/// Numbers with a fraction as whole numbers in the same order: four bytes a row while every one of them is exact in
/// single precision, else eight.
#[derive(Debug, Clone, Default)]
pub(crate) struct Doubles {
    pub(super) codes: Codes,
    pub(super) precision: Precision,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Precision {
    #[default]
    Single,
    Double,
}

impl Stored for Doubles {
    fn store(&self, out: &mut Sink<'_>) -> io::Result<()> {
        out.number((self.precision == Precision::Double).into())?;
        self.codes.store(out)
    }

    fn restore(from: &mut Source<'_>) -> io::Result<Self> {
        let precision = if from.number()? == 1 { Precision::Double } else { Precision::Single };
        Ok(Self { codes: Codes::restore(from)?, precision })
    }
}

impl Doubles {
    /// Numbers of the same precision without rows.
    pub fn emptied(&self) -> Self {
        Self { codes: self.codes.emptied(), precision: self.precision }
    }

    /// Adds rows of other numbers at the end.
    pub fn append(&mut self, from: &Self, rows: Range<usize>) {
        if self.precision == from.precision {
            return self.codes.append(&from.codes, rows);
        }
        let first = self.codes.len();
        rows.zip(first..).for_each(|(at, row)| self.set(row, from.get(at)));
    }

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
}
