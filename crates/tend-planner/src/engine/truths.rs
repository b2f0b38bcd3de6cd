//! Answers the steps of conditions for one block of customers after the other, each step once.

use super::asks::{Asks, Step, StepId};
use super::evaluate::Block;
use super::lanes::{BLOCK, Join, Lane, Lanes, Mask, WORDS, below, join};
use super::terms::CUSTOMERS;
use crate::bits::Bits;
use crate::codes::Cells;
use std::ops::Range;

/// The answers for the present block, and the room in which they are worked out.
pub(crate) struct Truths<'s, 'a> {
    asks: &'s Asks<'a>,
    lanes: Lanes,
    masks: Vec<Mask>,
    /// The block for which each answer stands.
    stamps: Vec<u32>,
    now: u32,
    rows: Range<usize>,
    /// The rows that there are: the last block may be short.
    there: Mask,
    spare: Mask,
    /// Room for cells of two columns of other widths.
    widened: [Vec<u32>; 2],
    bytes: Vec<u8>,
}

impl<'s, 'a> Truths<'s, 'a> {
    pub fn new(asks: &'s Asks<'a>, lanes: Lanes) -> Self {
        let steps = asks.steps().len();
        let masks = vec![NOBODY; steps];
        let stamps = vec![0; steps];
        let (widened, bytes) = Default::default();
        Self { asks, lanes, masks, stamps, now: 0, rows: 0..0, there: NOBODY, spare: NOBODY, widened, bytes }
    }

    /// Goes to another block; it begins at a multiple of [`BLOCK`].
    pub fn turn_to(&mut self, rows: Range<usize>) {
        self.now += 1;
        if rows.len() != self.rows.len() {
            for (place, word) in self.there.iter_mut().enumerate() {
                *word = match rows.len().saturating_sub(place * 64) {
                    0 => 0,
                    count @ 1..64 => u64::MAX >> (64 - count),
                    _ => u64::MAX,
                };
            }
        }
        self.rows = rows;
    }

    /// The customers of the block for whom the step holds.
    pub fn ask(&mut self, step: StepId, block: &mut Block<'_, 'a>) -> &Mask {
        self.settle(step, block);
        self.answer(step)
    }

    /// Those of `mask` for whom the step holds.
    pub fn ask_with(&mut self, step: StepId, mask: &Mask, block: &mut Block<'_, 'a>) -> &Mask {
        self.settle(step, block);
        let mut all = self.spare;
        join(self.lanes, Join::Every(&[mask, self.answer(step)], &[]), &mut all);
        self.spare = all;
        &self.spare
    }

    /// The answer of a settled step.
    fn answer(&self, step: StepId) -> &Mask {
        answer_of(self.asks, step, &self.rows, &self.there, &self.masks)
    }

    /// Works the step out, unless it stands for this block already.
    fn settle(&mut self, step: StepId, block: &mut Block<'_, 'a>) {
        if self.stamps[step] == self.now {
            return;
        }
        let asks = self.asks;
        match &asks.steps()[step] {
            Step::Same(_) => return,
            // The bits are there; only those of the last block are copied, which may be short.
            Step::Bits(bits) => {
                if of_block(bits, &self.rows).is_none() {
                    let words = bits.words();
                    let words = &words[(self.rows.start / 64).min(words.len())..];
                    let mask = &mut self.masks[step];
                    *mask = NOBODY;
                    mask[..words.len()].copy_from_slice(words);
                }
            }
            Step::Every(parts) => self.every(step, parts, block),
            Step::Any(parts) => {
                parts.iter().for_each(|part| self.settle(*part, block));
                self.join_any(step, parts);
            }
            Step::Not(inner) => {
                self.settle(*inner, block);
                let (below, own) = self.masks.split_at_mut(step);
                let inner = answer_of(asks, *inner, &self.rows, &self.there, below);
                join(self.lanes, Join::Every(&[&self.there], &[inner]), &mut own[0]);
            }
            Step::Within { cells, low, high } => self.within(step, cells, *low, *high),
            Step::OneOf { cells, first, table } => self.masks[step] = self.looked_up(cells, *first, table),
            Step::Below { left, right, line } => {
                let [one, other] = &mut self.widened;
                let left = as_words(left, &self.rows, one);
                let right = as_words(right, &self.rows, other);
                below(self.lanes, left, right, *line, &mut self.masks[step]);
            }
            Step::Owner { owners, places, without } => {
                self.of_owners(step, owners.cells(), owners.base(), places, u8::from(*without));
            }
            Step::Worked(term) => {
                let vector = block.aligned(*term, CUSTOMERS);
                let mut mask = [0u64; WORDS];
                for (row, truth) in vector.holds(self.rows.len()).iter().enumerate() {
                    mask[row / 64] |= u64::from(*truth) << (row % 64);
                }
                self.masks[step] = mask;
            }
        }
        self.stamps[step] = self.now;
    }

    /// What all parts have. Those that the vectors work out are asked only where somebody is left.
    fn every(&mut self, step: StepId, parts: &[StepId], block: &mut Block<'_, 'a>) {
        let is_dear = |part: &StepId| matches!(self.asks.steps()[*part], Step::Worked(_) | Step::OneOf { .. });
        let (cheap, dear) = parts.split_at(parts.iter().position(is_dear).unwrap_or(parts.len()));
        for part in cheap {
            match &self.asks.steps()[*part] {
                Step::Not(inner) => self.settle(*inner, block),
                _ => self.settle(*part, block),
            }
        }
        self.join_every(step, cheap, Start::There);
        for part in dear {
            let left: u32 = self.masks[step].iter().map(|word| word.count_ones()).sum();
            if left == 0 {
                return;
            }
            match &self.asks.steps()[*part] {
                Step::OneOf { cells, first, table } if left < FEW && self.stamps[*part] != self.now => {
                    self.keep_those(step, cells, *first, table);
                }
                _ => {
                    self.settle(*part, block);
                    self.join_every(step, &[*part], Start::Own);
                }
            }
        }
    }

    /// Keeps those of a step's mask whose code is in the table: looks at nobody else.
    fn keep_those(&mut self, step: StepId, cells: &Cells, first: i64, table: &Bits) {
        let rows = self.rows.clone();
        let mut kept = NOBODY;
        let has = |code: i64| usize::try_from(code - first).is_ok_and(|place| table.has(place));
        set_rows(&self.masks[step], |row| {
            let at = rows.start + row;
            let holds = match cells {
                Cells::Byte(cells) => has(cells[at].into()),
                Cells::Short(cells) => has(cells[at].into()),
                Cells::Word(cells) => has(cells[at].into()),
                Cells::Wide(_) => false,
            };
            kept[row / 64] |= u64::from(holds) << (row % 64);
        });
        self.masks[step] = kept;
    }

    /// Joins settled parts to the mask of a step, a few at a time.
    fn join_every(&mut self, step: StepId, parts: &[StepId], start: Start) {
        let (asks, lanes, rows) = (self.asks, self.lanes, self.rows.clone());
        let (below, own) = self.masks.split_at_mut(step);
        let answer = |part: StepId| answer_of(asks, part, &rows, &self.there, below);
        let mut first = start == Start::There;
        if first && parts.is_empty() {
            own[0] = self.there;
        }
        for few in parts.chunks(JOINED - 1) {
            let sofar = own[0];
            let (mut with, mut without) = ([&NOBODY; JOINED], [&NOBODY; JOINED]);
            let (mut count, mut against) = (0, 0);
            let mut add = |mask| {
                with[count] = mask;
                count += 1;
            };
            let only_not = few.iter().all(|part| matches!(asks.steps()[*part], Step::Not(_)));
            if !first {
                add(&sofar);
            } else if only_not {
                add(&self.there);
            }
            for part in few {
                match &asks.steps()[*part] {
                    Step::Not(inner) => {
                        without[against] = answer(*inner);
                        against += 1;
                    }
                    _ => add(answer(*part)),
                }
            }
            join(lanes, Join::Every(&with[..count], &without[..against]), &mut own[0]);
            first = false;
        }
    }

    fn join_any(&mut self, step: StepId, parts: &[StepId]) {
        let (asks, lanes, rows) = (self.asks, self.lanes, self.rows.clone());
        let (below, own) = self.masks.split_at_mut(step);
        let mut sofar = NOBODY;
        for few in parts.chunks(JOINED - 1) {
            let mut masks = [&NOBODY; JOINED];
            masks[0] = &sofar;
            for (place, part) in masks[1..].iter_mut().zip(few) {
                *place = answer_of(asks, *part, &rows, &self.there, below);
            }
            join(lanes, Join::Any(&masks[..=few.len()]), &mut own[0]);
            sofar = own[0];
        }
    }

    fn within(&mut self, step: StepId, cells: &Cells, low: i64, high: i64) {
        let (lanes, rows, out) = (self.lanes, self.rows.clone(), &mut self.masks[step]);
        match cells {
            Cells::Byte(cells) => Lane::within(lanes, &cells[rows], low as u8, high as u8, out),
            Cells::Short(cells) => Lane::within(lanes, &cells[rows], low as u16, high as u16, out),
            Cells::Word(cells) => Lane::within(lanes, &cells[rows], low as u32, high as u32, out),
            Cells::Wide(cells) => Lane::within(lanes, &cells[rows], low, high, out),
        }
    }

    fn looked_up(&self, cells: &Cells, first: i64, table: &Bits) -> Mask {
        let rows = self.rows.clone();
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

    /// Looks every owner up: a byte for each, then the bytes as bits.
    fn of_owners(&mut self, step: StepId, cells: &Cells, base: i64, places: &[u8], without: u8) {
        let rows = self.rows.clone();
        let base = base as usize;
        let truth = |code: usize| places.get(code.wrapping_add(base)).copied().unwrap_or(without);
        self.bytes.clear();
        match cells {
            Cells::Byte(cells) => self.bytes.extend(
                cells[rows].iter().map(|code| if *code == u8::MAX { without } else { truth(usize::from(*code)) }),
            ),
            Cells::Short(cells) => self.bytes.extend(
                cells[rows].iter().map(|code| if *code == u16::MAX { without } else { truth(usize::from(*code)) }),
            ),
            Cells::Word(cells) => self
                .bytes
                .extend(cells[rows].iter().map(|code| if *code == u32::MAX { without } else { truth(*code as usize) })),
            Cells::Wide(_) => {}
        }
        Lane::within(self.lanes, &self.bytes, 1, 1, &mut self.masks[step]);
    }
}

/// So few customers are looked up one by one.
const FEW: u32 = BLOCK as u32 / 4;
/// Masks that are joined at once.
const JOINED: usize = 8;

/// With whom a join begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Start {
    /// Everybody.
    There,
    /// Those of the step's own mask.
    Own,
}

/// The answer of a settled step; `masks` are those of the steps up to it.
fn answer_of<'m>(asks: &Asks<'m>, step: StepId, rows: &Range<usize>, there: &'m Mask, masks: &'m [Mask]) -> &'m Mask {
    match &asks.steps()[step] {
        Step::Same(true) => there,
        Step::Same(false) => &NOBODY,
        Step::Bits(bits) => of_block(bits, rows).unwrap_or(&masks[step]),
        _ => &masks[step],
    }
}

/// Nobody of a block.
const NOBODY: Mask = [0; WORDS];

/// The bits of a whole block.
fn of_block<'b>(bits: &'b Bits, rows: &Range<usize>) -> Option<&'b Mask> {
    bits.words().get(rows.start / 64..rows.start / 64 + WORDS)?.try_into().ok()
}

fn packed<T: Copy>(cells: &[T], truth: impl Fn(T) -> u64) -> Mask {
    let mut mask = [0; WORDS];
    for (cells, word) in cells.chunks(64).zip(&mut mask) {
        *word = cells.iter().enumerate().fold(0, |word, (place, cell)| word | truth(*cell) << place);
    }
    mask
}

/// Cells of any narrow width as four bytes each, missing ones as the greatest.
fn as_words<'b>(cells: &'b Cells, rows: &Range<usize>, room: &'b mut Vec<u32>) -> &'b [u32] {
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

/// Calls `each` with the places of the bits that are set, in order.
pub(crate) fn set_rows(mask: &Mask, mut each: impl FnMut(usize)) {
    for (place, word) in mask.iter().enumerate() {
        let mut left = *word;
        while left != 0 {
            each(place * 64 + left.trailing_zeros() as usize);
            left &= left - 1;
        }
    }
}
