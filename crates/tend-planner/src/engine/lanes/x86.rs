//! The ways of x86-64: AVX-512 and AVX2.

use super::{Line, Mask, Reach, WORDS, any_plain, below_plain, every_plain, packed};
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
    macro_rules! pairs {
        ($part:ident => $met:expr) => {
            in_chunks!(cells, out, chunk => {
                let met = |$part: __m256i| $met;
                let mut bits = 0u64;
                for part in 0..2 {
                    let first = met(load!(_mm256_loadu_si256, __m256i, chunk, part * 32, part * 32 + 16));
                    let second = met(load!(_mm256_loadu_si256, __m256i, chunk, part * 32 + 16, part * 32 + 32));
                    let met = _mm256_movemask_epi8(_mm256_packs_epi16(first, second));
                    bits |= u64::from(met as u32) << (part * 32);
                }
                // Packing works within halves: the middle bytes have changed places.
                let apart = (bits ^ bits >> 8) & 0x0000_ff00_0000_ff00;
                bits ^ apart ^ apart << 8
            })
        };
    }
    let (lower, upper) = (_mm256_set1_epi16(low as i16), _mm256_set1_epi16(high as i16));
    if low == high {
        return pairs!(part => _mm256_cmpeq_epi16(part, lower));
    }
    if low == 0 {
        return pairs!(part => _mm256_cmpeq_epi16(_mm256_min_epu16(part, upper), part));
    }
    let span = _mm256_set1_epi16(high.wrapping_sub(low) as i16);
    pairs!(part => {
        let moved = _mm256_sub_epi16(part, lower);
        _mm256_cmpeq_epi16(_mm256_min_epu16(moved, span), moved)
    })
}

/// One bit for each of 32 truths in four registers.
#[target_feature(enable = "avx2")]
fn packed_words(met: [__m256i; 4]) -> u64 {
    let pairs = [_mm256_packs_epi32(met[0], met[1]), _mm256_packs_epi32(met[2], met[3])];
    // Packing works within halves; the permutation puts the eighths in order.
    let order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    let all = _mm256_permutevar8x32_epi32(_mm256_packs_epi16(pairs[0], pairs[1]), order);
    u64::from(_mm256_movemask_epi8(all) as u32)
}

#[target_feature(enable = "avx2")]
pub fn words_256(cells: &[u32], low: u32, high: u32, out: &mut Mask) {
    let (base, span) = (_mm256_set1_epi32(low as i32), _mm256_set1_epi32(high.wrapping_sub(low) as i32));
    in_chunks!(cells, out, chunk => {
        let mut bits = 0u64;
        for half in 0..2 {
            let mut met = [_mm256_setzero_si256(); 4];
            for (eight, met) in met.iter_mut().enumerate() {
                let from = half * 32 + eight * 8;
                let moved = _mm256_sub_epi32(load!(_mm256_loadu_si256, __m256i, chunk, from, from + 8), base);
                *met = _mm256_cmpeq_epi32(_mm256_min_epu32(moved, span), moved);
            }
            bits |= packed_words(met) << (half * 32);
        }
        bits
    });
}

#[target_feature(enable = "avx2")]
pub fn wide_256(cells: &[i64], low: i64, high: i64, out: &mut Mask) {
    plain!(cells, low, high, out);
}

#[target_feature(enable = "avx2")]
pub fn every_256(masks: &[Mask], with: &[usize], without: &[usize], out: &mut Mask) {
    every_plain(masks, with, without, out);
}

#[target_feature(enable = "avx2")]
pub fn any_256(masks: &[Mask], with: &[usize], out: &mut Mask) {
    any_plain(masks, with, out);
}

/// A mask as eight registers, a mask joined to them, and the registers as a mask.
macro_rules! registers {
    ($mask:expr) => {
        [0, 1, 2, 3, 4, 5, 6, 7].map(|eight| load!(_mm512_loadu_si512, __m512i, $mask, eight * 8, eight * 8 + 8))
    };
}

#[target_feature(enable = "avx512f")]
pub fn every_512(masks: &[Mask], with: &[usize], without: &[usize], out: &mut Mask) {
    let Some((first, others)) = with.split_first() else { return };
    let mut all = registers!(masks[*first]);
    for mask in others {
        let other = registers!(masks[*mask]);
        (0..8).for_each(|place| all[place] = _mm512_and_si512(all[place], other[place]));
    }
    for mask in without {
        let other = registers!(masks[*mask]);
        (0..8).for_each(|place| all[place] = _mm512_andnot_si512(other[place], all[place]));
    }
    store(all, out);
}

#[target_feature(enable = "avx512f")]
pub fn any_512(masks: &[Mask], with: &[usize], out: &mut Mask) {
    let mut any = [_mm512_setzero_si512(); 8];
    for mask in with {
        let other = registers!(masks[*mask]);
        (0..8).for_each(|place| any[place] = _mm512_or_si512(any[place], other[place]));
    }
    store(any, out);
}

#[target_feature(enable = "avx512f")]
fn store(registers: [__m512i; 8], out: &mut Mask) {
    let (eights, _) = out.as_chunks_mut::<8>();
    eights.iter_mut().zip(registers).for_each(|(eight, register)| store_eight(register, eight));
}

#[target_feature(enable = "avx512f")]
fn store_eight(register: __m512i, out: &mut [u64; 8]) {
    #[expect(unsafe_code, reason = "the array is as long as the register")]
    unsafe {
        _mm512_storeu_si512(out.as_mut_ptr().cast(), register);
    }
}

/// Every line of the cells.
pub fn fetch<T>(cells: &[T]) {
    for line in cells.chunks((64 / size_of::<T>()).max(1)) {
        #[expect(unsafe_code, reason = "a hint: it reads nothing that the program could see")]
        unsafe {
            _mm_prefetch::<_MM_HINT_T1>(line.as_ptr().cast());
        }
    }
}

#[target_feature(enable = "avx2")]
pub fn below_256(left: &[u32], right: &[u32], line: Line, out: &mut Mask) {
    if line.reach == Reach::Wide {
        return below_plain(left, right, line, out);
    }
    let [left_times, right_times, plus] =
        [line.left_times, line.right_times, line.plus].map(|number| _mm256_set1_epi32(number as i32));
    let missing = _mm256_set1_epi32(-1);
    let (lefts, rest) = left.as_chunks::<64>();
    let (rights, other_rest) = right.as_chunks::<64>();
    for ((left, right), word) in lefts.iter().zip(rights).zip(out.iter_mut()) {
        *word = 0;
        for half in 0..2 {
            let mut met = [_mm256_setzero_si256(); 4];
            for (eight, met) in met.iter_mut().enumerate() {
                let from = half * 32 + eight * 8;
                let left = load!(_mm256_loadu_si256, __m256i, left, from, from + 8);
                let right = load!(_mm256_loadu_si256, __m256i, right, from, from + 8);
                let gone = _mm256_or_si256(_mm256_cmpeq_epi32(left, missing), _mm256_cmpeq_epi32(right, missing));
                let left = _mm256_add_epi32(_mm256_mullo_epi32(left, left_times), plus);
                let below = _mm256_cmpgt_epi32(_mm256_mullo_epi32(right, right_times), left);
                *met = _mm256_andnot_si256(gone, below);
            }
            *word |= packed_words(met) << (half * 32);
        }
    }
    let mut last = [0; WORDS];
    below_plain(rest, other_rest, line, &mut last);
    out[lefts.len()..].copy_from_slice(&last[..WORDS - lefts.len()]);
}

#[target_feature(enable = "avx512f")]
pub fn below_512(left: &[u32], right: &[u32], line: Line, out: &mut Mask) {
    let missing = _mm512_set1_epi32(-1);
    let (lefts, rest) = left.as_chunks::<64>();
    let (rights, other_rest) = right.as_chunks::<64>();
    for ((left, right), word) in lefts.iter().zip(rights).zip(out.iter_mut()) {
        let mut there = 0u64;
        for part in 0..4 {
            let left = load!(_mm512_loadu_si512, __m512i, left, part * 16, part * 16 + 16);
            let right = load!(_mm512_loadu_si512, __m512i, right, part * 16, part * 16 + 16);
            let both = _mm512_cmpneq_epi32_mask(left, missing) & _mm512_cmpneq_epi32_mask(right, missing);
            there |= u64::from(both) << (part * 16);
        }
        *word = there
            & match line.reach {
                Reach::Word => below_in_words(left, right, line),
                Reach::Wide => below_wide(left, right, line),
            };
    }
    let mut last = [0; WORDS];
    below_plain(rest, other_rest, line, &mut last);
    out[lefts.len()..].copy_from_slice(&last[..WORDS - lefts.len()]);
}

#[target_feature(enable = "avx512f")]
fn below_in_words(left: &[u32; 64], right: &[u32; 64], line: Line) -> u64 {
    let [left_times, right_times, plus] =
        [line.left_times, line.right_times, line.plus].map(|number| _mm512_set1_epi32(number as i32));
    (0..4).fold(0, |bits, part| {
        let left = load!(_mm512_loadu_si512, __m512i, left, part * 16, part * 16 + 16);
        let right = load!(_mm512_loadu_si512, __m512i, right, part * 16, part * 16 + 16);
        let left = _mm512_add_epi32(_mm512_mullo_epi32(left, left_times), plus);
        let below = _mm512_cmplt_epi32_mask(left, _mm512_mullo_epi32(right, right_times));
        bits | u64::from(below) << (part * 16)
    })
}

/// Cells and factors are of four bytes, products and sums of eight: one multiplication makes the one of the other.
#[target_feature(enable = "avx512f")]
fn below_wide(left: &[u32; 64], right: &[u32; 64], line: Line) -> u64 {
    // Set by halves, of which only the lower ones count: else the compiler forgets that a factor is of four bytes.
    let [left_times, right_times] = [line.left_times, line.right_times].map(|times| _mm512_set1_epi32(times as i32));
    let plus = _mm512_set1_epi64(line.plus);
    (0..8).fold(0, |bits, part| {
        let left = load!(_mm256_loadu_si256, __m256i, left, part * 8, part * 8 + 8);
        let right = load!(_mm256_loadu_si256, __m256i, right, part * 8, part * 8 + 8);
        let left = _mm512_add_epi64(_mm512_mul_epu32(_mm512_cvtepu32_epi64(left), left_times), plus);
        let right = _mm512_mul_epu32(_mm512_cvtepu32_epi64(right), right_times);
        bits | u64::from(_mm512_cmplt_epi64_mask(left, right)) << (part * 8)
    })
}

#[target_feature(enable = "avx2")]
pub fn rank_256(keys: &[u64], number: u64, ranks: &mut [u32]) {
    for own in keys.chunks(16) {
        match own.len() {
            ..=4 => counted_256::<1>(own, keys, number, ranks),
            5..=8 => counted_256::<2>(own, keys, number, ranks),
            _ => counted_256::<4>(own, keys, number, ranks),
        }
    }
}

/// Ranks up to four times `COUNT` keys by how many of all keys are below each.
#[target_feature(enable = "avx2")]
fn counted_256<const COUNT: usize>(own: &[u64], keys: &[u64], number: u64, ranks: &mut [u32]) {
    // Keys beyond the end are the greatest: nothing is above them. Comparing is signed: the sign is turned.
    let mut filled = [[u64::MAX >> 1; 4]; COUNT];
    filled.as_flattened_mut().iter_mut().zip(own).for_each(|(filled, key)| *filled = key ^ 1 << 63);
    let (mut mine, mut rank) = ([_mm256_setzero_si256(); COUNT], [_mm256_set1_epi64x(1); COUNT]);
    for (mine, four) in mine.iter_mut().zip(&filled) {
        *mine = load!(_mm256_loadu_si256, __m256i, four, 0, 4);
    }
    for key in keys {
        let key = _mm256_set1_epi64x((key ^ 1 << 63) as i64);
        for (rank, mine) in rank.iter_mut().zip(&mine) {
            *rank = _mm256_sub_epi64(*rank, _mm256_cmpgt_epi64(*mine, key));
        }
    }
    for (rank, four) in rank.iter().zip(&mut filled) {
        store_four(*rank, four);
    }
    own.iter().zip(filled.as_flattened()).for_each(|(key, rank)| ranks[(key & number) as usize] = *rank as u32);
}

#[target_feature(enable = "avx2")]
fn store_four(register: __m256i, out: &mut [u64; 4]) {
    #[expect(unsafe_code, reason = "the array is as long as the register")]
    unsafe {
        _mm256_storeu_si256(out.as_mut_ptr().cast(), register);
    }
}

/// A line that will soon be written.
pub fn claim<T>(place: &T) {
    #[expect(unsafe_code, reason = "a hint: it writes nothing")]
    unsafe {
        _mm_prefetch::<_MM_HINT_ET0>(std::ptr::from_ref(place).cast());
    }
}

#[target_feature(enable = "avx512f")]
pub fn rank_512(keys: &[u64], number: u64, ranks: &mut [u32]) {
    // Most lists are short: what they leave empty of the registers is not compared.
    if keys.len() <= 8 {
        return rank_up_to_eight(keys, number, ranks);
    }
    for own in keys.chunks(32) {
        match own.len() {
            ..=8 => counted_512::<1>(own, keys, number, ranks),
            9..=16 => counted_512::<2>(own, keys, number, ranks),
            _ => counted_512::<4>(own, keys, number, ranks),
        }
    }
}

/// Compares a list with itself, turned by one lane after the other: however long it is, no branch has to be guessed.
#[target_feature(enable = "avx512f")]
fn rank_up_to_eight(keys: &[u64], number: u64, ranks: &mut [u32]) {
    let (own, one) = (load_up_to_eight(keys), _mm512_set1_epi64(1));
    let mut rank = one;
    macro_rules! count_turned {
        ($($by:literal)*) => {$(
            let below = _mm512_cmplt_epu64_mask(_mm512_alignr_epi64::<$by>(own, own), own);
            rank = _mm512_mask_add_epi64(rank, below, rank, one);
        )*};
    }
    count_turned!(1 2 3 4 5 6 7);
    write_ranks(own, rank, lanes_of(keys.len()), number, ranks);
}

/// Ranks up to eight times `COUNT` keys by how many of all keys are below each.
#[target_feature(enable = "avx512f")]
fn counted_512<const COUNT: usize>(own: &[u64], keys: &[u64], number: u64, ranks: &mut [u32]) {
    let one = _mm512_set1_epi64(1);
    let (mut mine, mut rank) = ([one; COUNT], [one; COUNT]);
    mine.iter_mut().zip(own.chunks(8)).for_each(|(mine, eight)| *mine = load_up_to_eight(eight));
    for key in keys {
        let key = _mm512_set1_epi64(*key as i64);
        for (rank, mine) in rank.iter_mut().zip(mine) {
            *rank = _mm512_mask_add_epi64(*rank, _mm512_cmplt_epu64_mask(key, mine), *rank, one);
        }
    }
    for (eight, (mine, rank)) in own.chunks(8).zip(mine.into_iter().zip(rank)) {
        write_ranks(mine, rank, lanes_of(eight.len()), number, ranks);
    }
}

/// Writes ranks where the keys say, those of some lanes and none beyond the end.
#[target_feature(enable = "avx512f")]
fn write_ranks(keys: __m512i, rank: __m512i, lanes: __mmask8, number: u64, ranks: &mut [u32]) {
    let at = _mm512_and_si512(keys, _mm512_set1_epi64(number as i64));
    let within = _mm512_mask_cmplt_epu64_mask(lanes, at, _mm512_set1_epi64(ranks.len() as i64));
    #[expect(unsafe_code, reason = "lanes that point beyond the slice are left out")]
    unsafe {
        _mm512_mask_i64scatter_epi32::<4>(ranks.as_mut_ptr().cast(), within, at, _mm512_cvtepi64_epi32(rank));
    }
}

/// The lanes of so many values.
const fn lanes_of(count: usize) -> __mmask8 {
    if count < 8 { (1 << count) - 1 } else { __mmask8::MAX }
}

/// Values beyond the end are the greatest: none is above them.
#[target_feature(enable = "avx512f")]
fn load_up_to_eight(from: &[u64]) -> __m512i {
    #[expect(unsafe_code, reason = "no lane beyond the slice is read")]
    unsafe {
        _mm512_mask_loadu_epi64(_mm512_set1_epi64(-1), lanes_of(from.len()), from.as_ptr().cast())
    }
}
