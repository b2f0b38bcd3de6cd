//! A bit for each row.

use crate::stored::{Sink, Source, Stored};
use std::io;

/// Bits of rows, 64 in a word; rows beyond the end are not set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Bits(Vec<u64>);

impl Bits {
    pub fn has(&self, row: usize) -> bool {
        self.0.get(row / 64).is_some_and(|word| word >> (row % 64) & 1 == 1)
    }

    pub fn set(&mut self, row: usize) {
        if self.0.len() <= row / 64 {
            self.0.resize(row / 64 + 1, 0);
        }
        self.0[row / 64] |= 1 << (row % 64);
    }

    /// Sets or unsets a bit.
    pub fn put(&mut self, row: usize, holds: bool) {
        if holds { self.set(row) } else { self.unset(row) }
    }

    pub fn unset(&mut self, row: usize) {
        if let Some(word) = self.0.get_mut(row / 64) {
            *word &= !(1 << (row % 64));
        }
    }

    /// Names each row whose bit is set, in order.
    pub fn each(&self, mut take: impl FnMut(usize)) {
        for (place, word) in self.0.iter().enumerate() {
            let mut left = *word;
            while left != 0 {
                take(place * 64 + left.trailing_zeros() as usize);
                left &= left - 1;
            }
        }
    }

    /// No bit is set.
    pub fn is_blank(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    pub fn pad(&mut self, rows: usize) {
        if self.0.len() < rows.div_ceil(64) {
            self.0.resize(rows.div_ceil(64), 0);
        }
    }

    /// Row `n` becomes what row `order[n]` was.
    pub fn reorder(&mut self, order: &[u32]) {
        let before = Self(std::mem::take(&mut self.0));
        self.pad(order.len());
        order.iter().enumerate().filter(|(_, old)| before.has(**old as usize)).for_each(|(row, _)| self.set(row));
    }

    pub fn words(&self) -> &[u64] {
        &self.0
    }

    pub fn shrink(&mut self) {
        self.0.shrink_to_fit();
    }

    pub fn size(&self) -> usize {
        self.0.capacity() * 8
    }
}

impl Stored for Bits {
    fn store(&self, out: &mut Sink<'_>) -> io::Result<()> {
        self.0.store(out)
    }

    fn restore(from: &mut Source<'_>) -> io::Result<Self> {
        Stored::restore(from).map(Self)
    }
}
