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

/// Which masks are joined to one.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Join<'m> {
    /// What is in all of the first and in none of the second.
    Every(&'m [&'m Mask], &'m [&'m Mask]),
    /// What is in any.
    Any(&'m [&'m Mask]),
}

/// Joins masks to one.
pub(crate) fn join(lanes: Lanes, join: Join<'_>, out: &mut Mask) {
    match lanes {
        Lanes::Plain => join_plain(join, out),
        #[cfg(target_arch = "x86_64")]
        #[expect(unsafe_code, reason = "the machine was asked for these instructions in Lanes::here")]
        Lanes::Avx2 => unsafe { x86::join_256(join, out) },
        #[cfg(target_arch = "x86_64")]
        #[expect(unsafe_code, reason = "the machine was asked for these instructions in Lanes::here")]
        Lanes::Avx512 => unsafe { x86::join_512(join, out) },
    }
}

#[inline(always)]
fn join_plain(join: Join<'_>, out: &mut Mask) {
    let (parts, _) = out.as_chunks_mut::<8>();
    for (place, part) in parts.iter_mut().enumerate() {
        let words = |mask: &Mask| mask.as_chunks::<8>().0[place];
        match join {
            Join::Every(with, without) => {
                let mut all = with.first().map_or([u64::MAX; 8], |first| words(first));
                for mask in with.iter().skip(1) {
                    all.iter_mut().zip(words(mask)).for_each(|(word, other)| *word &= other);
                }
                for mask in without {
                    all.iter_mut().zip(words(mask)).for_each(|(word, other)| *word &= !other);
                }
                *part = all;
            }
            Join::Any(masks) => {
                let mut any = [0u64; 8];
                for mask in masks {
                    any.iter_mut().zip(words(mask)).for_each(|(word, other)| *word |= other);
                }
                *part = any;
            }
        }
    }
}

/// Rows whose two cells meet a linear comparison.
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

/// For each key the number of keys below it: its place in order, if no two are equal.
pub(crate) fn places(lanes: Lanes, keys: &[u64], places: &mut [u32]) {
    match lanes {
        Lanes::Plain => places_plain(keys, places),
        #[cfg(target_arch = "x86_64")]
        #[expect(unsafe_code, reason = "the machine was asked for these instructions in Lanes::here")]
        Lanes::Avx2 => unsafe { x86::places_256(keys, places) },
        #[cfg(target_arch = "x86_64")]
        #[expect(unsafe_code, reason = "the machine was asked for these instructions in Lanes::here")]
        Lanes::Avx512 => unsafe { x86::places_512(keys, places) },
    }
}

#[inline(always)]
fn places_plain(keys: &[u64], places: &mut [u32]) {
    for (key, place) in keys.iter().zip(places) {
        *place = keys.iter().map(|other| u64::from(other < key)).sum::<u64>() as u32;
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{Join, Line, Mask, below_plain, join_plain, packed, places_plain};
    use std::arch::x86_64::*;

    /// A part of a chunk as a register.
    macro_rules! load {
        ($load:ident, $type:ty, $chunk:expr, $from:expr, $to:expr) => {{
            let part: &[_] = &$chunk[$from..$to];
            #[expect(unsafe_code, reason = "the slice is as long as the register")]
            unsafe {
                $load(part.as_ptr().cast::<$type>())
            }
        }};
    }

    #[target_feature(enable = "avx512f,avx512bw")]
    pub fn bytes_512(cells: &[u8], low: u8, high: u8, out: &mut Mask) {
        let (base, span) = (_mm512_set1_epi8(low as i8), _mm512_set1_epi8(high.wrapping_sub(low) as i8));
        in_chunks!(cells, out, chunk => {
            let part = load!(_mm512_loadu_si512, __m512i, chunk, 0, 64);
            _mm512_cmple_epu8_mask(_mm512_sub_epi8(part, base), span)
        });
    }

    #[target_feature(enable = "avx512f,avx512bw")]
    pub fn shorts_512(cells: &[u16], low: u16, high: u16, out: &mut Mask) {
        macro_rules! pairs {
            ($part:ident => $met:expr) => {
                in_chunks!(cells, out, chunk => {
                    let met = |$part: __m512i| u64::from($met);
                    let first = met(load!(_mm512_loadu_si512, __m512i, chunk, 0, 32));
                    first | met(load!(_mm512_loadu_si512, __m512i, chunk, 32, 64)) << 32
                })
            };
        }
        let (lower, upper) = (_mm512_set1_epi16(low as i16), _mm512_set1_epi16(high as i16));
        if low == high {
            return pairs!(part => _mm512_cmpeq_epi16_mask(part, lower));
        }
        if low == 0 {
            return pairs!(part => _mm512_cmple_epu16_mask(part, upper));
        }
        let (base, span) = (_mm512_set1_epi16(low as i16), _mm512_set1_epi16(high.wrapping_sub(low) as i16));
        in_chunks!(cells, out, chunk => {
            let first = load!(_mm512_loadu_si512, __m512i, chunk, 0, 32);
            let second = load!(_mm512_loadu_si512, __m512i, chunk, 32, 64);
            let first = _mm512_cmple_epu16_mask(_mm512_sub_epi16(first, base), span);
            let second = _mm512_cmple_epu16_mask(_mm512_sub_epi16(second, base), span);
            u64::from(first) | u64::from(second) << 32
        });
    }

    #[target_feature(enable = "avx512f,avx512bw")]
    pub fn words_512(cells: &[u32], low: u32, high: u32, out: &mut Mask) {
        let (base, span) = (_mm512_set1_epi32(low as i32), _mm512_set1_epi32(high.wrapping_sub(low) as i32));
        in_chunks!(cells, out, chunk => {
            let mut bits = 0u64;
            for part in 0..4 {
                let cells = load!(_mm512_loadu_si512, __m512i, chunk, part * 16, part * 16 + 16);
                let met = _mm512_cmple_epu32_mask(_mm512_sub_epi32(cells, base), span);
                bits |= u64::from(met) << (part * 16);
            }
            bits
        });
    }

    #[target_feature(enable = "avx512f,avx512bw")]
    pub fn wide_512(cells: &[i64], low: i64, high: i64, out: &mut Mask) {
        let (low, high) = (_mm512_set1_epi64(low), _mm512_set1_epi64(high));
        in_chunks!(cells, out, chunk => {
            let mut bits = 0u64;
            for part in 0..8 {
                let cells = load!(_mm512_loadu_si512, __m512i, chunk, part * 8, part * 8 + 8);
                let met = _mm512_cmpge_epi64_mask(cells, low) & _mm512_cmple_epi64_mask(cells, high);
                bits |= u64::from(met) << (part * 8);
            }
            bits
        });
    }

    #[target_feature(enable = "avx2")]
    pub fn bytes_256(cells: &[u8], low: u8, high: u8, out: &mut Mask) {
        let (base, span) = (_mm256_set1_epi8(low as i8), _mm256_set1_epi8(high.wrapping_sub(low) as i8));
        in_chunks!(cells, out, chunk => {
            let mut bits = 0u64;
            for part in 0..2 {
                let cells = load!(_mm256_loadu_si256, __m256i, chunk, part * 32, part * 32 + 32);
                let moved = _mm256_sub_epi8(cells, base);
                let met = _mm256_cmpeq_epi8(_mm256_min_epu8(moved, span), moved);
                bits |= u64::from(_mm256_movemask_epi8(met) as u32) << (part * 32);
            }
            bits
        });
    }

    #[target_feature(enable = "avx2")]
    pub fn shorts_256(cells: &[u16], low: u16, high: u16, out: &mut Mask) {
        let (base, span) = (_mm256_set1_epi16(low as i16), _mm256_set1_epi16(high.wrapping_sub(low) as i16));
        in_chunks!(cells, out, chunk => {
            let mut bits = 0u64;
            for part in 0..2 {
                let first = load!(_mm256_loadu_si256, __m256i, chunk, part * 32, part * 32 + 16);
                let second = load!(_mm256_loadu_si256, __m256i, chunk, part * 32 + 16, part * 32 + 32);
                let (first, second) = (_mm256_sub_epi16(first, base), _mm256_sub_epi16(second, base));
                let first = _mm256_cmpeq_epi16(_mm256_min_epu16(first, span), first);
                let second = _mm256_cmpeq_epi16(_mm256_min_epu16(second, span), second);
                // Packing works within halves; the permutation puts the quarters in order.
                let met = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packs_epi16(first, second));
                bits |= u64::from(_mm256_movemask_epi8(met) as u32) << (part * 32);
            }
            bits
        });
    }

    #[target_feature(enable = "avx2")]
    pub fn words_256(cells: &[u32], low: u32, high: u32, out: &mut Mask) {
        let (base, span) = (_mm256_set1_epi32(low as i32), _mm256_set1_epi32(high.wrapping_sub(low) as i32));
        in_chunks!(cells, out, chunk => {
            let mut bits = 0u64;
            for part in 0..8 {
                let cells = load!(_mm256_loadu_si256, __m256i, chunk, part * 8, part * 8 + 8);
                let moved = _mm256_sub_epi32(cells, base);
                let met = _mm256_cmpeq_epi32(_mm256_min_epu32(moved, span), moved);
                bits |= u64::from(_mm256_movemask_ps(_mm256_castsi256_ps(met)) as u8) << (part * 8);
            }
            bits
        });
    }

    #[target_feature(enable = "avx2")]
    pub fn wide_256(cells: &[i64], low: i64, high: i64, out: &mut Mask) {
        plain!(cells, low, high, out);
    }

    #[target_feature(enable = "avx2")]
    pub fn join_256(join: Join<'_>, out: &mut Mask) {
        join_plain(join, out);
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
    pub fn join_512(join: Join<'_>, out: &mut Mask) {
        join_plain(join, out);
    }

    #[target_feature(enable = "avx2")]
    pub fn below_256(left: &[u32], right: &[u32], line: Line, out: &mut Mask) {
        below_plain(left, right, line, out);
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
    pub fn below_512(left: &[u32], right: &[u32], line: Line, out: &mut Mask) {
        below_plain(left, right, line, out);
    }

    #[target_feature(enable = "avx2")]
    pub fn places_256(keys: &[u64], places: &mut [u32]) {
        places_plain(keys, places);
    }

    #[target_feature(enable = "avx512f,avx512bw")]
    pub fn places_512(keys: &[u64], places: &mut [u32]) {
        let (eights, rest) = keys.as_chunks::<8>();
        let mut last = [u64::MAX; 8];
        last[..rest.len()].copy_from_slice(rest);
        let last = load!(_mm512_loadu_si512, __m512i, last, 0, 8);
        for (key, place) in keys.iter().zip(places) {
            let key = _mm512_set1_epi64(*key as i64);
            let mut below = _mm512_cmplt_epu64_mask(last, key).count_ones();
            for eight in eights {
                let others = load!(_mm512_loadu_si512, __m512i, eight, 0, 8);
                below += _mm512_cmplt_epu64_mask(others, key).count_ones();
            }
            *place = below;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same_in_all_lanes<T: Lane + Ord>(cells: &[T], pairs: &[(T, T)]) {
        for (low, high) in pairs {
            for count in [0, 1, 63, 64, 65, 1000, cells.len()] {
                let mut wanted = [0u64; WORDS];
                for (row, cell) in cells[..count].iter().enumerate().filter(|(_, cell)| *cell >= low && *cell <= high) {
                    let _ = cell;
                    wanted[row / 64] |= 1 << (row % 64);
                }
                for lanes in Lanes::here() {
                    let mut found = [u64::MAX; WORDS];
                    T::within(lanes, &cells[..count], *low, *high, &mut found);
                    assert!(found == wanted, "{lanes:?} with {count} cells");
                }
            }
        }
    }

    /// Numbers that look like chance.
    fn numbers() -> impl Iterator<Item = u64> {
        (1..=BLOCK as u64).map(|row| row.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29))
    }

    #[test]
    fn every_way_gives_the_same_bits() {
        let bytes: Vec<u8> = numbers().map(|number| number as u8).collect();
        same_in_all_lanes(&bytes, &[(0, 255), (3, 3), (100, 200), (255, 255), (0, 0)]);
        let shorts: Vec<u16> = numbers().map(|number| number as u16).collect();
        same_in_all_lanes(&shorts, &[(0, 65_535), (300, 300), (30_000, 50_000), (65_535, 65_535)]);
        let words: Vec<u32> = numbers().map(|number| number as u32).collect();
        same_in_all_lanes(&words, &[(0, u32::MAX), (1 << 30, 3 << 30), (words[70], words[70])]);
        let wide: Vec<i64> = numbers().map(|number| number as i64).collect();
        same_in_all_lanes(&wide, &[(i64::MIN, i64::MAX), (-5_000_000_000_000, 1 << 60), (wide[64], wide[64])]);
    }

    #[test]
    fn every_way_compares_two_columns_and_finds_places_alike() {
        let left: Vec<u32> =
            numbers().map(|number| if number % 9 == 0 { u32::MAX } else { number as u32 >> 8 }).collect();
        let right: Vec<u32> =
            numbers().map(|number| if number % 7 == 0 { u32::MAX } else { (number >> 32) as u32 >> 7 }).collect();
        let line = Line { left_times: 2, right_times: 1, plus: -40, reach: Reach::Wide };
        let keys: Vec<u64> = numbers().take(77).collect();
        let mut sorted = keys.clone();
        sorted.sort_unstable();
        for lanes in Lanes::here() {
            for count in [0, 5, 64, 700, BLOCK] {
                let mut found = [u64::MAX; WORDS];
                below(lanes, &left[..count], &right[..count], line, &mut found);
                for row in 0..BLOCK {
                    let met = row < count
                        && left[row] != u32::MAX
                        && right[row] != u32::MAX
                        && i64::from(left[row]) * 2 - 40 < i64::from(right[row]);
                    assert_eq!(found[row / 64] >> (row % 64) & 1 == 1, met, "{lanes:?} {count} {row}");
                }
                let mut in_words = [u64::MAX; WORDS];
                below(lanes, &left[..count], &right[..count], Line { reach: Reach::Word, ..line }, &mut in_words);
                assert!(in_words == found, "{lanes:?} {count}");
            }
            for count in [0, 1, 8, 9, 77] {
                let mut found = vec![0; count];
                places(lanes, &keys[..count], &mut found);
                let mut sorted = keys[..count].to_vec();
                sorted.sort_unstable();
                for (key, place) in keys.iter().zip(&found) {
                    assert_eq!(sorted[*place as usize], *key, "{lanes:?}");
                }
            }
        }
    }
}
