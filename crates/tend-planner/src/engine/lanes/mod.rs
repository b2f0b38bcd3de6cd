//! Which cells of a block lie within bounds, as bits. The only place that speaks to the processor: AVX-512 or AVX2
//! where the machine has them, else plain loops that the compiler turns into what it has (NEON on AArch64). All ways
//! give the same bits, which tests prove.

use std::sync::OnceLock;

/// Customers in a block: few enough that a block's cells and bits stay near the processor.
pub(crate) const BLOCK: usize = 4096;
/// Words of a block's bits.
pub(crate) const WORDS: usize = BLOCK / 64;
/// A bit for each customer of a block.
pub(crate) type Mask = [u64; WORDS];

/// A way to compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lanes {
    Plain,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Lanes {
    /// The best that this machine has.
    pub fn best() -> Self {
        static BEST: OnceLock<Lanes> = OnceLock::new();
        *BEST.get_or_init(|| Self::here().last().copied().unwrap_or(Lanes::Plain))
    }

    /// All that this machine has, the best last.
    pub fn here() -> Vec<Self> {
        let mut here = vec![Lanes::Plain];
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx2") {
                here.push(Lanes::Avx2);
            }
            let whole = is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl");
            if whole && is_x86_feature_detected!("avx512f") {
                here.push(Lanes::Avx512);
            }
        }
        here
    }
}

/// A cell that can be compared many at a time.
pub(crate) trait Lane: Copy + Default {
    /// Sets the bits of the cells from `low` to `high`; there are at most [`BLOCK`]. Bits beyond the cells are 0.
    fn within(lanes: Lanes, cells: &[Self], low: Self, high: Self, out: &mut Mask);
}

/// Goes through the cells 64 at a time; the last ones are filled up and their bits cut off.
macro_rules! in_chunks {
    ($cells:expr, $out:expr, $chunk:ident => $bits:expr) => {{
        let (chunks, rest) = $cells.as_chunks::<64>();
        let mut words = $out.iter_mut();
        for ($chunk, word) in chunks.iter().zip(&mut words) {
            *word = $bits;
        }
        if !rest.is_empty()
            && let Some(word) = words.next()
        {
            let mut filled = [Default::default(); 64];
            filled[..rest.len()].copy_from_slice(rest);
            let $chunk = &filled;
            *word = $bits & (u64::MAX >> (64 - rest.len()));
        }
        words.for_each(|word| *word = 0);
    }};
}

/// One bit of each of 64 truths.
fn packed(truths: &[u8; 64]) -> u64 {
    let (eights, _) = truths.as_chunks::<8>();
    let bits = |eight: &[u8; 8]| u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
    eights.iter().enumerate().fold(0, |word, (place, eight)| word | bits(eight) << (place * 8))
}

/// The plain way for every width.
macro_rules! plain {
    ($cells:expr, $low:expr, $high:expr, $out:expr) => {
        in_chunks!($cells, $out, chunk => {
            let mut truths = [0u8; 64];
            for (truth, cell) in truths.iter_mut().zip(chunk) {
                *truth = u8::from(*cell >= $low) & u8::from(*cell <= $high);
            }
            packed(&truths)
        })
    };
}

macro_rules! lane {
    ($type:ty, $avx2:ident, $avx512:ident) => {
        impl Lane for $type {
            fn within(lanes: Lanes, cells: &[Self], low: Self, high: Self, out: &mut Mask) {
                match lanes {
                    Lanes::Plain => plain!(cells, low, high, out),
                    #[cfg(target_arch = "x86_64")]
                    #[expect(unsafe_code, reason = "the machine was asked for these instructions in Lanes::here")]
                    Lanes::Avx2 => unsafe { x86::$avx2(cells, low, high, out) },
                    #[cfg(target_arch = "x86_64")]
                    #[expect(unsafe_code, reason = "the machine was asked for these instructions in Lanes::here")]
                    Lanes::Avx512 => unsafe { x86::$avx512(cells, low, high, out) },
                }
            }
        }
    };
}

lane!(u8, bytes_256, bytes_512);
lane!(u16, shorts_256, shorts_512);
lane!(u32, words_256, words_512);
lane!(i64, wide_256, wide_512);

/// What is in all masks of `with` and in none of `without`; there is one at least in `with`.
pub(crate) fn every(lanes: Lanes, masks: &[Mask], with: &[usize], without: &[usize], out: &mut Mask) {
    match lanes {
        Lanes::Plain => every_plain(masks, with, without, out),
        #[cfg(target_arch = "x86_64")]
        #[expect(unsafe_code, reason = "the machine was asked for these instructions in Lanes::here")]
        Lanes::Avx2 => unsafe { x86::every_256(masks, with, without, out) },
        #[cfg(target_arch = "x86_64")]
        #[expect(unsafe_code, reason = "the machine was asked for these instructions in Lanes::here")]
        Lanes::Avx512 => unsafe { x86::every_512(masks, with, without, out) },
    }
}

#[inline(always)]
fn every_plain(masks: &[Mask], with: &[usize], without: &[usize], out: &mut Mask) {
    let Some((first, others)) = with.split_first() else { return };
    *out = masks[*first];
    for mask in others {
        out.iter_mut().zip(&masks[*mask]).for_each(|(word, other)| *word &= other);
    }
    for mask in without {
        out.iter_mut().zip(&masks[*mask]).for_each(|(word, other)| *word &= !other);
    }
}

/// What is in any of the masks `with`.
pub(crate) fn any(lanes: Lanes, masks: &[Mask], with: &[usize], out: &mut Mask) {
    match lanes {
        Lanes::Plain => any_plain(masks, with, out),
        #[cfg(target_arch = "x86_64")]
        #[expect(unsafe_code, reason = "the machine was asked for these instructions in Lanes::here")]
        Lanes::Avx2 => unsafe { x86::any_256(masks, with, out) },
        #[cfg(target_arch = "x86_64")]
        #[expect(unsafe_code, reason = "the machine was asked for these instructions in Lanes::here")]
        Lanes::Avx512 => unsafe { x86::any_512(masks, with, out) },
    }
}

#[inline(always)]
fn any_plain(masks: &[Mask], with: &[usize], out: &mut Mask) {
    out.fill(0);
    for mask in with {
        out.iter_mut().zip(&masks[*mask]).for_each(|(word, other)| *word |= other);
    }
}

/// Asks for cells that will soon be read: a hint, which changes nothing but time. Beyond the end there is nothing.
pub(crate) fn fetch<T>(lanes: Lanes, cells: &[T], range: std::ops::Range<usize>) {
    let cells = &cells[range.start.min(cells.len())..range.end.min(cells.len())];
    #[cfg(target_arch = "x86_64")]
    if lanes != Lanes::Plain {
        x86::fetch(cells);
    }
    let _ = (lanes, cells);
}

/// Says that the room behind the end of a list will soon be written: a hint, which changes nothing but time. Lists that
/// grow by turns each begin a line of memory now and then, and every such beginning would be waited for.
#[inline(always)]
pub(crate) fn claim_ahead<T>(list: &mut Vec<T>) {
    #[cfg(target_arch = "x86_64")]
    if let Some(place) = list.spare_capacity_mut().get(256 / size_of::<T>().max(1)) {
        x86::claim(place);
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = list;
}

/// Rows whose two cells meet a linear comparison. Factors are above 0 and fit in four bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    pub left_times: i64,
    pub right_times: i64,
    /// Added to the left side.
    pub plus: i64,
    /// Whether both sides of every known row stay within four bytes.
    pub reach: Reach,
}

/// How large the sides of a linear comparison become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    Word,
    Wide,
}

/// Which rows have `left * left_times + plus < right * right_times`, a missing cell (`u32::MAX`) on neither side.
pub(crate) fn below(lanes: Lanes, left: &[u32], right: &[u32], line: Line, out: &mut Mask) {
    match lanes {
        Lanes::Plain => below_plain(left, right, line, out),
        #[cfg(target_arch = "x86_64")]
        #[expect(unsafe_code, reason = "the machine was asked for these instructions in Lanes::here")]
        Lanes::Avx2 => unsafe { x86::below_256(left, right, line, out) },
        #[cfg(target_arch = "x86_64")]
        #[expect(unsafe_code, reason = "the machine was asked for these instructions in Lanes::here")]
        Lanes::Avx512 => unsafe { x86::below_512(left, right, line, out) },
    }
}

#[inline(always)]
fn below_plain(left: &[u32], right: &[u32], line: Line, out: &mut Mask) {
    out.fill(0);
    for ((left, right), word) in left.chunks(64).zip(right.chunks(64)).zip(out.iter_mut()) {
        let mut truths = [0u8; 64];
        let cells = left.iter().zip(right).zip(&mut truths);
        if line.reach == Reach::Word {
            let (left_times, right_times, plus) = (line.left_times as i32, line.right_times as i32, line.plus as i32);
            for ((left, right), truth) in cells {
                let first = (*left as i32).wrapping_mul(left_times).wrapping_add(plus);
                let is_below = first < (*right as i32).wrapping_mul(right_times);
                *truth = u8::from(is_below) & u8::from(*left != u32::MAX) & u8::from(*right != u32::MAX);
            }
        } else {
            for ((left, right), truth) in cells {
                let is_below = i64::from(*left) * line.left_times + line.plus < i64::from(*right) * line.right_times;
                *truth = u8::from(is_below) & u8::from(*left != u32::MAX) & u8::from(*right != u32::MAX);
            }
        }
        *word = packed(&truths);
    }
}

/// Gives every key of a list its rank, from 1: the `number` bits of a key are the place in `ranks` where it is written. No
/// two keys are equal.
pub(crate) fn rank(lanes: Lanes, keys: &[u64], number: u64, ranks: &mut [u32]) {
    match lanes {
        Lanes::Plain => rank_plain(keys, number, ranks),
        #[cfg(target_arch = "x86_64")]
        #[expect(unsafe_code, reason = "the machine was asked for these instructions in Lanes::here")]
        Lanes::Avx2 => unsafe { x86::rank_256(keys, number, ranks) },
        #[cfg(target_arch = "x86_64")]
        #[expect(unsafe_code, reason = "the machine was asked for these instructions in Lanes::here")]
        Lanes::Avx512 => unsafe { x86::rank_512(keys, number, ranks) },
    }
}

#[inline(always)]
fn rank_plain(keys: &[u64], number: u64, ranks: &mut [u32]) {
    for key in keys {
        let below = keys.iter().map(|other| u64::from(other < key)).sum::<u64>();
        ranks[(key & number) as usize] = below as u32 + 1;
    }
}

mod turned;
#[cfg(target_arch = "x86_64")]
mod x86;

pub(crate) use turned::turned;

#[cfg(test)]
mod tests;
