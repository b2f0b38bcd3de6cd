//! What a block's cells of one column say, as bits.

use super::lanes::{Lane, Lanes, Mask, WORDS};
use super::truths::set_rows;
use crate::bits::Bits;
use crate::codes::Cells;
use std::ops::Range;

/// Whose code lies within bounds.
pub(super) fn within(lanes: Lanes, cells: &Cells, rows: Range<usize>, low: i64, high: i64, out: &mut Mask) {
    match cells {
        Cells::Byte(cells) => Lane::within(lanes, &cells[rows], low as u8, high as u8, out),
        Cells::Short(cells) => Lane::within(lanes, &cells[rows], low as u16, high as u16, out),
        Cells::Word(cells) => Lane::within(lanes, &cells[rows], low as u32, high as u32, out),
        Cells::Wide(cells) => Lane::within(lanes, &cells[rows], low, high, out),
    }
}

/// The customers whose code is in the table.
pub(super) fn looked_up(cells: &Cells, rows: Range<usize>, first: i64, table: &Bits) -> Mask {
    let bit = |code: u32| {
        let place = i64::from(code) - first;
        u64::from(usize::try_from(place).is_ok_and(|place| table.has(place)))
    };
    match cells {
        Cells::Byte(cells) => packed(&cells[rows], |code| bit(u32::from(code))),
        Cells::Short(cells) => packed(&cells[rows], |code| bit(u32::from(code))),
        Cells::Word(cells) => packed(&cells[rows], bit),
        Cells::Wide(_) => [0; WORDS],
    }
}

/// Those of a mask whose code is in the table: looks at nobody else.
pub(super) fn those_in(mask: &Mask, cells: &Cells, first_row: usize, first: i64, table: &Bits) -> Mask {
    let narrow = !matches!(cells, Cells::Wide(_));
    let has = |code: i64| narrow && usize::try_from(code - first).is_ok_and(|place| table.has(place));
    those(mask, cells, first_row, has)
}

/// Those of a mask whose code lies within bounds: looks at nobody else.
pub(super) fn those_within(mask: &Mask, cells: &Cells, first_row: usize, low: i64, high: i64) -> Mask {
    those(mask, cells, first_row, |code| (low..=high).contains(&code))
}

fn those(mask: &Mask, cells: &Cells, first_row: usize, has: impl Fn(i64) -> bool) -> Mask {
    let mut kept = [0; WORDS];
    set_rows(mask, |row| {
        let at = first_row + row;
        let holds = has(match cells {
            Cells::Byte(cells) => cells[at].into(),
            Cells::Short(cells) => cells[at].into(),
            Cells::Word(cells) => cells[at].into(),
            Cells::Wide(cells) => cells[at],
        });
        kept[row / 64] |= u64::from(holds) << (row % 64);
    });
    kept
}

/// A bit for each cell.
pub(super) fn packed<T: Copy>(cells: &[T], truth: impl Fn(T) -> u64) -> Mask {
    let mut mask = [0; WORDS];
    for (cells, word) in cells.chunks(64).zip(&mut mask) {
        *word = cells.iter().enumerate().fold(0, |word, (place, cell)| word | truth(*cell) << place);
    }
    mask
}

/// Cells of any narrow width as four bytes each, missing ones as the greatest.
pub(super) fn as_words<'b>(cells: &'b Cells, rows: &Range<usize>, room: &'b mut Vec<u32>) -> &'b [u32] {
    let rows = rows.clone();
    room.clear();
    match cells {
        Cells::Word(cells) => return &cells[rows],
        Cells::Byte(cells) => {
            room.extend(cells[rows].iter().map(|cell| if *cell == u8::MAX { u32::MAX } else { u32::from(*cell) }));
        }
        Cells::Short(cells) => {
            room.extend(cells[rows].iter().map(|cell| if *cell == u16::MAX { u32::MAX } else { u32::from(*cell) }));
        }
        Cells::Wide(_) => room.resize(rows.len(), u32::MAX),
    }
    room
}
