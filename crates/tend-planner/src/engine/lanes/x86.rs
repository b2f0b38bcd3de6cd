//! The ways of x86-64: AVX-512 and AVX2.

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
