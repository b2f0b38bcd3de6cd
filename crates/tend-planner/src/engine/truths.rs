//! Answers the steps of conditions for one block of customers after the other, each step once.

use super::asks::{Asks, Step, StepId};
use super::cells::{as_words, looked_up, those_in, those_within, within};
use super::lanes::{self, BLOCK, Lanes, Mask, WORDS, below};
use super::terms::TermId;
use crate::codes::Cells;
use std::collections::HashSet;
use std::ops::Range;

/// The answers for the present block, and the room in which they are worked out.
pub(crate) struct Truths<'s, 'a> {
    asks: &'s Asks<'a>,
    lanes: Lanes,
    /// By step.
    masks: Vec<Mask>,
    /// By step: what it joins.
    parts: Vec<Parts>,
    /// Worked out as soon as a block begins, in order; the others wait until they are asked for.
    eager: Vec<StepId>,
    /// By step: whether it is the first to read its column, and fetches what the next block needs of it.
    leads: Vec<bool>,
    /// By step: the block for which its answer stands.
    stamps: Vec<u32>,
    now: u32,
    rows: Range<usize>,
    /// Room for cells of two columns of other widths.
    widened: [Vec<u32>; 2],
}

/// Whoever works out what is not bits.
pub(crate) trait Beyond {
    /// The customers of the block for whom a term holds.
    fn all(&mut self, term: TermId) -> Mask;

    /// Those of a few for whom a term holds.
    fn those(&mut self, term: TermId, few: &Mask) -> Mask;
}

/// Other steps whose answers a step joins.
#[derive(Debug, Default)]
struct Parts {
    with: Vec<StepId>,
    without: Vec<StepId>,
    /// Asked only where somebody is left.
    dear: Vec<StepId>,
}

impl<'s, 'a> Truths<'s, 'a> {
    /// For the answers of `roots` and of what they are made of.
    pub fn new(asks: &'s Asks<'a>, lanes: Lanes, roots: impl IntoIterator<Item = StepId>) -> Self {
        Self::in_room(asks, lanes, roots, Vec::new())
    }

    /// As [`Truths::new`], in the room of earlier truths.
    pub fn in_room(
        asks: &'s Asks<'a>,
        lanes: Lanes,
        roots: impl IntoIterator<Item = StepId>,
        mut room: Vec<Mask>,
    ) -> Self {
        let steps = asks.steps();
        let parts: Vec<Parts> = steps.iter().map(|step| parts_of(asks, step)).collect();
        let mut wanted = vec![false; steps.len()];
        roots.into_iter().for_each(|root| wanted[root] = true);
        // A step stands behind those that it joins.
        for step in (0..steps.len()).rev().filter(|step| wanted[*step]).collect::<Vec<_>>() {
            mark(&parts, step, &mut wanted);
        }
        let mut waits = vec![false; steps.len()];
        for (step, of) in parts.iter().enumerate() {
            let of_parts = of.with.iter().chain(&of.without).any(|part| waits[*part]);
            waits[step] = of_parts || is_dear(&steps[step]) || !of.dear.is_empty();
        }
        // Those that read columns first, each column while it is near.
        let mut eager: Vec<StepId> = (0..steps.len()).filter(|step| wanted[*step] && !waits[*step]).collect();
        eager.sort_by_key(|step| place_of(&steps[*step]).map_or((1, 0), |at| (0, at)));
        let mut read = HashSet::new();
        let mut leads = vec![false; steps.len()];
        let others = (0..steps.len()).filter(|step| wanted[*step] && waits[*step]);
        for step in eager.iter().copied().chain(others) {
            leads[step] = place_of(&steps[step]).is_some_and(|at| read.insert(at));
        }
        room.resize(steps.len(), NOBODY);
        Self {
            asks,
            lanes,
            eager,
            leads,
            masks: room,
            stamps: vec![0; steps.len()],
            parts,
            now: 0,
            rows: 0..0,
            widened: Default::default(),
        }
    }

    /// The room, for others to use.
    pub fn into_room(self) -> Vec<Mask> {
        self.masks
    }

    /// Goes to another block; it begins at a multiple of [`BLOCK`].
    pub fn turn_to(&mut self, rows: Range<usize>) {
        self.now += 1;
        self.rows = rows;
        for place in 0..self.eager.len() {
            let step = self.eager[place];
            self.work_out(step);
            self.stamps[step] = self.now;
        }
    }

    /// The customers of the block for whom the step holds.
    pub fn ask(&mut self, step: StepId, beyond: &mut impl Beyond) -> &Mask {
        self.settle(step, beyond);
        &self.masks[step]
    }

    /// Those of `mask` for whom the step holds.
    pub fn keep(&mut self, step: StepId, mask: &mut Mask, beyond: &mut impl Beyond) {
        self.settle(step, beyond);
        mask.iter_mut().zip(&self.masks[step]).for_each(|(word, other)| *word &= other);
    }

    /// The answer of a step that was asked for in this block.
    pub fn answer(&self, step: StepId) -> &Mask {
        &self.masks[step]
    }

    /// Works a step out, unless its answer stands already.
    pub fn settle(&mut self, step: StepId, beyond: &mut impl Beyond) {
        if self.stamps[step] == self.now {
            return;
        }
        for part in 0..self.parts[step].with.len() {
            self.settle(self.parts[step].with[part], beyond);
        }
        for part in 0..self.parts[step].without.len() {
            self.settle(self.parts[step].without[part], beyond);
        }
        self.work_out(step);
        if let Step::Worked(term) = &self.asks.steps()[step] {
            self.masks[step] = beyond.all(*term);
        }
        for part in 0..self.parts[step].dear.len() {
            self.keep_those_of(step, self.parts[step].dear[part], beyond);
        }
        self.stamps[step] = self.now;
    }

    /// Works out what is not dear of a step whose parts are settled.
    fn work_out(&mut self, step: StepId) {
        if self.leads[step] {
            self.fetch_next(step);
        }
        let (lanes, rows) = (self.lanes, self.rows.clone());
        let (before, own) = self.masks.split_at_mut(step);
        let out = &mut own[0];
        match &self.asks.steps()[step] {
            Step::Same(truth) => *out = if *truth { all_of(rows.len()) } else { NOBODY },
            Step::Bits(bits) => {
                let words = bits.words();
                let words = &words[(rows.start / 64).min(words.len())..];
                let known = words.len().min(WORDS);
                out[..known].copy_from_slice(&words[..known]);
                out[known..].fill(0);
            }
            Step::Every(_) | Step::Not(_) => {
                let Parts { with, without, .. } = &self.parts[step];
                lanes::every(lanes, before, with, without, out);
            }
            Step::Any(_) => lanes::any(lanes, before, &self.parts[step].with, out),
            Step::Within { cells, low, high } => within(lanes, cells, rows, *low, *high, out),
            Step::Below { left, right, line } => {
                let [one, other] = &mut self.widened;
                below(lanes, as_words(left, &rows, one), as_words(right, &rows, other), *line, out);
            }
            Step::OneOf { cells, first, table } => *out = looked_up(cells, rows, *first, table),
            Step::Worked(_) => {}
        }
    }

    /// Keeps those of a step's mask for whom a dear step holds too, if there is anybody.
    fn keep_those_of(&mut self, step: StepId, dear: StepId, beyond: &mut impl Beyond) {
        let left: u32 = self.masks[step].iter().map(|word| word.count_ones()).sum();
        if left == 0 {
            return;
        }
        match &self.asks.steps()[dear] {
            Step::OneOf { cells, first, table } if left < FEW && self.stamps[dear] != self.now => {
                self.masks[step] = those_in(&self.masks[step], cells, self.rows.start, *first, table);
            }
            Step::Within { cells, low, high } if left < VERY_FEW && self.stamps[dear] != self.now => {
                self.masks[step] = those_within(&self.masks[step], cells, self.rows.start, *low, *high);
            }
            Step::Worked(term) if left < VERY_FEW && self.stamps[dear] != self.now => {
                self.masks[step] = beyond.those(*term, &self.masks[step]);
            }
            _ => {
                self.settle(dear, beyond);
                let (before, own) = self.masks.split_at_mut(step);
                own[0].iter_mut().zip(&before[dear]).for_each(|(word, other)| *word &= other);
            }
        }
    }

    /// Fetches what the next block needs of a column, so that it is near when its turn comes.
    fn fetch_next(&self, step: StepId) {
        let rows = self.rows.end..self.rows.end + BLOCK;
        match &self.asks.steps()[step] {
            Step::Bits(bits) => lanes::fetch(self.lanes, bits.words(), rows.start / 64..rows.end / 64),
            Step::Within { cells, .. } | Step::OneOf { cells, .. } => self.fetch_cells(cells, rows),
            Step::Below { left, right, .. } => {
                self.fetch_cells(left, rows.clone());
                self.fetch_cells(right, rows);
            }
            _ => {}
        }
    }

    fn fetch_cells(&self, cells: &Cells, rows: Range<usize>) {
        match cells {
            Cells::Byte(cells) => lanes::fetch(self.lanes, cells, rows),
            Cells::Short(cells) => lanes::fetch(self.lanes, cells, rows),
            Cells::Word(cells) => lanes::fetch(self.lanes, cells, rows),
            Cells::Wide(cells) => lanes::fetch(self.lanes, cells, rows),
        }
    }
}

/// Marks what a wanted step joins, and what that joins.
fn mark(parts: &[Parts], step: StepId, wanted: &mut [bool]) {
    let Parts { with, without, dear } = &parts[step];
    for part in with.iter().chain(without).chain(dear) {
        if !std::mem::replace(&mut wanted[*part], true) {
            mark(parts, *part, wanted);
        }
    }
}

/// Where the column of a step lies.
fn place_of(step: &Step<'_>) -> Option<usize> {
    match step {
        Step::Bits(bits) => Some(std::ptr::from_ref(*bits).addr()),
        Step::Within { cells, .. } | Step::OneOf { cells, .. } | Step::Below { left: cells, .. } => {
            Some(std::ptr::from_ref(*cells).addr())
        }
        _ => None,
    }
}

/// So few customers are looked up one by one.
const FEW: u32 = BLOCK as u32 / 4;
/// So few are asked one by one what else the vectors would work out for the whole block.
const VERY_FEW: u32 = BLOCK as u32 / 32;

/// What the vectors work out, a table, or a wide column, which would have to come from memory: dearer than all joins.
fn is_dear(step: &Step<'_>) -> bool {
    match step {
        Step::Worked(_) | Step::OneOf { .. } => true,
        Step::Within { cells, .. } => matches!(cells, Cells::Word(_) | Cells::Wide(_)),
        _ => false,
    }
}

/// What a step joins. Everybody stands in where it only leaves out.
fn parts_of(asks: &Asks<'_>, step: &Step<'_>) -> Parts {
    let mut of = Parts::default();
    match step {
        Step::Every(parts) => {
            for part in parts {
                match &asks.steps()[*part] {
                    Step::Not(inner) => of.without.push(*inner),
                    part_step if is_dear(part_step) => of.dear.push(*part),
                    _ => of.with.push(*part),
                }
            }
        }
        Step::Not(inner) => of.without.push(*inner),
        Step::Any(parts) => of.with.clone_from(parts),
        _ => return of,
    }
    if of.with.is_empty() {
        of.with.push(asks.same(true));
    }
    of
}

/// Nobody of a block.
const NOBODY: Mask = [0; WORDS];

/// Everybody of a block of so many.
fn all_of(rows: usize) -> Mask {
    std::array::from_fn(|word| match rows.saturating_sub(word * 64) {
        0 => 0,
        count @ 1..64 => u64::MAX >> (64 - count),
        _ => u64::MAX,
    })
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
