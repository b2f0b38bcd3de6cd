//! Columns with few values, a bit for each row and value.

use super::Column;
use crate::bits::Bits;
use crate::codes::{Cells, Codes};

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
