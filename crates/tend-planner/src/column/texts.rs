//! Texts as numbers of their column.

use crate::codes::Codes;
use crate::columns::NO_NUMBER;
use crate::stored::{Sink, Source, Stored};
use crate::strings::{ByNumber, NONE};
use std::io;
use std::ops::Range;

/// Texts by number. While a column has few different ones it numbers them itself, so that a row takes a byte or two.
#[derive(Debug, Clone)]
pub(crate) struct TextColumn {
    pub(super) codes: Codes,
    locals: Option<Locals>,
}

/// The texts of a column: its own number, and the number among all texts.
#[derive(Debug, Clone, Default)]
struct Locals {
    globals: Vec<u32>,
    index: ByNumber<u32>,
}

/// A column with more different texts than this takes the numbers of all texts.
const LOCALS_MAX: usize = 60_000;

impl Default for TextColumn {
    fn default() -> Self {
        Self { codes: Codes::default(), locals: Some(Locals::default()) }
    }
}

impl TextColumn {
    /// Texts with the same numbers without rows.
    pub fn emptied(&self) -> Self {
        Self { codes: self.codes.emptied(), locals: self.locals.clone() }
    }

    /// Adds rows of other texts at the end; their own numbers are those here, if both have such.
    pub fn append(&mut self, from: &Self, rows: Range<usize>) {
        if self.locals.is_none() == from.locals.is_none() {
            return self.codes.append(&from.codes, rows);
        }
        let first = self.codes.len();
        rows.zip(first..).for_each(|(at, row)| self.set(row, from.get(at)));
    }

    /// Bytes in use beside the codes.
    pub fn size(&self) -> usize {
        self.locals.as_ref().map_or(0, |locals| locals.globals.len() * 20)
    }

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

impl Stored for TextColumn {
    fn store(&self, out: &mut Sink<'_>) -> io::Result<()> {
        self.codes.store(out)?;
        self.locals.as_ref().map(|locals| locals.globals.clone()).store(out)
    }

    fn restore(from: &mut Source<'_>) -> io::Result<Self> {
        let codes = Codes::restore(from)?;
        let locals = Option::<Vec<u32>>::restore(from)?.map(|globals| {
            let index = globals.iter().copied().zip(0..).collect();
            Locals { globals, index }
        });
        Ok(Self { codes, locals })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
