//! Bits by plan turned into bits by row.

use super::{BLOCK, Lanes, Mask};

/// The masks of up to 64 plans as a word for each row of the block: bit `n` is the row's bit in the `n`th mask. Returns
/// the rows that are in any.
pub(crate) fn turned(lanes: Lanes, masks: &[&Mask], out: &mut [u64; BLOCK]) -> Mask {
    #[cfg(target_arch = "x86_64")]
    if lanes == Lanes::Avx512 && is_x86_feature_detected!("gfni") && is_x86_feature_detected!("avx512vbmi") {
        #[expect(unsafe_code, reason = "the machine was asked for these instructions")]
        return unsafe { x86::turned_512(masks, out) };
    }
    #[cfg(target_arch = "x86_64")]
    if lanes != Lanes::Plain {
        #[expect(unsafe_code, reason = "the machine was asked for these instructions in Lanes::here")]
        return unsafe { x86::turned_256(masks, out) };
    }
    let _ = lanes;
    turned_plain(masks, out)
}

/// Bit by bit: most bits are not set.
fn turned_plain(masks: &[&Mask], out: &mut [u64; BLOCK]) -> Mask {
    out.fill(0);
    let mut any = [0; BLOCK / 64];
    for (plan, mask) in masks.iter().enumerate() {
        for (word, bits) in mask.iter().enumerate() {
            any[word] |= bits;
            let mut left = *bits;
            while left != 0 {
                out[word * 64 + left.trailing_zeros() as usize] |= 1 << plan;
                left &= left - 1;
            }
        }
    }
    any
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{BLOCK, Mask};
    use std::arch::x86_64::*;

    type Register = __m512i;

    /// From the words of eight plans to eight rows at a time, a byte for each plan, the last plan first: the product
    /// of matrices wants it so.
    const BY_ROWS: [u8; 64] = {
        let mut from = [0; 64];
        let mut to = 0;
        while to < 64 {
            from[to] = (8 * (7 - to % 8) + to / 8) as u8;
            to += 1;
        }
        from
    };
    /// Orders rows so that they come out one after the other when plans are laced by bytes, pairs and fours.
    const LACED: [u8; 64] = {
        let mut from = [0; 64];
        let mut to = 0;
        while to < 64 {
            let (lane, eight, odd) = (to / 16, to % 16 / 2, to % 2);
            from[to] = (8 * eight + 2 * lane + odd) as u8;
            to += 1;
        }
        from
    };

    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi,gfni")]
    pub fn turned_512(masks: &[&Mask], out: &mut [u64; BLOCK]) -> Mask {
        let mut any = [0; BLOCK / 64];
        let (by_rows, laced) = (bytes(&BY_ROWS), bytes(&LACED));
        // The unit matrix, eight times.
        let unit = _mm512_set1_epi64(0x8040_2010_0804_0201u64 as i64);
        let (parts, _) = out.as_chunks_mut::<512>();
        for (part, rows) in parts.iter_mut().enumerate() {
            let mut plans = [[_mm512_setzero_si512(); 8]; 8];
            let mut any_of = _mm512_setzero_si512();
            for (eight, masks) in plans.iter_mut().zip(masks.chunks(8)) {
                for (register, mask) in eight.iter_mut().zip(masks) {
                    *register = words(&mask.as_chunks().0[part]);
                    any_of = _mm512_or_si512(any_of, *register);
                }
                *eight = crossed(*eight);
            }
            let (by_word, _) = rows.as_chunks_mut::<64>();
            for (word, rows) in by_word.iter_mut().enumerate() {
                let mut of_rows = [_mm512_setzero_si512(); 8];
                for (of_rows, eight) in of_rows.iter_mut().zip(&plans[..masks.len().div_ceil(8)]) {
                    let turned =
                        _mm512_gf2p8affine_epi64_epi8::<0>(unit, _mm512_permutexvar_epi8(by_rows, eight[word]));
                    *of_rows = _mm512_permutexvar_epi8(laced, turned);
                }
                let (eights, _) = rows.as_chunks_mut::<8>();
                for (eight, register) in eights.iter_mut().zip(laced_together(of_rows)) {
                    store(register, eight);
                }
            }
            store(any_of, &mut any.as_chunks_mut().0[part]);
        }
        any
    }

    /// Four words at a time: bytes of eight plans side by side, eight times eight bits turned, plans laced together.
    #[target_feature(enable = "avx2")]
    pub fn turned_256(masks: &[&Mask], out: &mut [u64; BLOCK]) -> Mask {
        let mut any = [0; BLOCK / 64];
        let (parts, _) = out.as_chunks_mut::<256>();
        let nothing = [_mm256_setzero_si256(); 8];
        for (part, rows) in parts.iter_mut().enumerate() {
            let mut plans = [nothing; 8];
            let mut any_of = _mm256_setzero_si256();
            for (eight, masks) in plans.iter_mut().zip(masks.chunks(8)) {
                for (register, mask) in eight.iter_mut().zip(masks) {
                    *register = four_words(&mask.as_chunks().0[part]);
                    any_of = _mm256_or_si256(any_of, *register);
                }
                *eight = eight_by_eight(*eight);
            }
            let by_word = rows.as_chunks_mut::<64>().0;
            let count = masks.len().div_ceil(8);
            for sixteen in 0..8 {
                let mut of_rows = nothing;
                of_rows.iter_mut().zip(&plans[..count]).for_each(|(of_rows, eight)| *of_rows = eight[sixteen]);
                // The first four are of the first and third word, sixteen rows each, the others of the second and fourth.
                let (word, first) = (sixteen / 4, sixteen % 4 * 16);
                for (pair, register) in laced_by_halves(of_rows).into_iter().enumerate() {
                    let row = first + pair * 2;
                    store_two(_mm256_castsi256_si128(register), &mut by_word[word].as_chunks_mut().0[row / 2]);
                    let upper = _mm256_extracti128_si256::<1>(register);
                    store_two(upper, &mut by_word[word + 2].as_chunks_mut().0[row / 2]);
                }
            }
            store_four(any_of, &mut any.as_chunks_mut().0[part]);
        }
        any
    }

    /// Of eight plans a byte for each row, sixteen rows in a half: first those of the lower halves' first words.
    #[target_feature(enable = "avx2")]
    fn eight_by_eight(plans: [__m256i; 8]) -> [__m256i; 8] {
        let [low, high] = laced_bytes(plans);
        [low[0], low[1], low[2], low[3], high[0], high[1], high[2], high[3]].map(|bytes| bits_turned(bytes))
    }

    /// The bytes of eight registers side by side: those of the lower words, then those of the upper ones.
    #[target_feature(enable = "avx2")]
    fn laced_bytes(of: [__m256i; 8]) -> [[__m256i; 4]; 2] {
        let low = [0, 2, 4, 6].map(|at| _mm256_unpacklo_epi8(of[at], of[at + 1]));
        let high = [0, 2, 4, 6].map(|at| _mm256_unpackhi_epi8(of[at], of[at + 1]));
        let fours = |pairs: [__m256i; 4]| {
            let low = [0, 2].map(|at| _mm256_unpacklo_epi16(pairs[at], pairs[at + 1]));
            let high = [0, 2].map(|at| _mm256_unpackhi_epi16(pairs[at], pairs[at + 1]));
            let lower = |two: [__m256i; 2]| _mm256_unpacklo_epi32(two[0], two[1]);
            let upper = |two: [__m256i; 2]| _mm256_unpackhi_epi32(two[0], two[1]);
            [lower(low), upper(low), lower(high), upper(high)]
        };
        [fours(low), fours(high)]
    }

    /// What eight times eight plans say of sixteen rows in each half, a word a row.
    #[target_feature(enable = "avx2")]
    fn laced_by_halves(of_rows: [__m256i; 8]) -> [__m256i; 8] {
        let [low, high] = laced_bytes(of_rows);
        [low[0], low[1], low[2], low[3], high[0], high[1], high[2], high[3]]
    }

    /// Each eight bytes as a matrix of bits, turned over its diagonal.
    #[target_feature(enable = "avx2")]
    fn bits_turned(bytes: __m256i) -> __m256i {
        macro_rules! swapped {
            ($bits:expr, $by:literal, $where:literal) => {{
                let bits = $bits;
                let apart = _mm256_xor_si256(bits, _mm256_srli_epi64::<$by>(bits));
                let apart = _mm256_and_si256(apart, _mm256_set1_epi64x($where));
                _mm256_xor_si256(_mm256_xor_si256(bits, apart), _mm256_slli_epi64::<$by>(apart))
            }};
        }
        let bits = swapped!(bytes, 7, 0x00aa_00aa_00aa_00aa);
        let bits = swapped!(bits, 14, 0x0000_cccc_0000_cccc);
        swapped!(bits, 28, 0x0000_0000_f0f0_f0f0)
    }

    #[target_feature(enable = "avx2")]
    fn four_words(from: &[u64; 4]) -> __m256i {
        #[expect(unsafe_code, reason = "the array is as long as the register")]
        unsafe {
            _mm256_loadu_si256(from.as_ptr().cast())
        }
    }

    #[target_feature(enable = "avx2")]
    fn store_four(register: __m256i, out: &mut [u64; 4]) {
        #[expect(unsafe_code, reason = "the array is as long as the register")]
        unsafe {
            _mm256_storeu_si256(out.as_mut_ptr().cast(), register);
        }
    }

    #[target_feature(enable = "avx2")]
    fn store_two(register: __m128i, out: &mut [u64; 2]) {
        #[expect(unsafe_code, reason = "the array is as long as the register")]
        unsafe {
            _mm_storeu_si128(out.as_mut_ptr().cast(), register);
        }
    }

    /// Eight words of eight plans, by word instead of by plan.
    #[target_feature(enable = "avx512f")]
    fn crossed(plans: [Register; 8]) -> [Register; 8] {
        let lanes_crossed = |pairs: [Register; 4]| {
            let even = [0, 2].map(|at| _mm512_shuffle_i64x2::<0x88>(pairs[at], pairs[at + 1]));
            let odd = [0, 2].map(|at| _mm512_shuffle_i64x2::<0xdd>(pairs[at], pairs[at + 1]));
            let first = |two: [Register; 2]| _mm512_shuffle_i64x2::<0x88>(two[0], two[1]);
            let second = |two: [Register; 2]| _mm512_shuffle_i64x2::<0xdd>(two[0], two[1]);
            [first(even), first(odd), second(even), second(odd)]
        };
        let even = lanes_crossed([0, 2, 4, 6].map(|at| _mm512_unpacklo_epi64(plans[at], plans[at + 1])));
        let odd = lanes_crossed([0, 2, 4, 6].map(|at| _mm512_unpackhi_epi64(plans[at], plans[at + 1])));
        [even[0], odd[0], even[1], odd[1], even[2], odd[2], even[3], odd[3]]
    }

    /// The bytes that eight times eight plans say of each row, side by side.
    #[target_feature(enable = "avx512f,avx512bw")]
    fn laced_together(plans: [Register; 8]) -> [Register; 8] {
        let low = [0, 2, 4, 6].map(|at| _mm512_unpacklo_epi8(plans[at], plans[at + 1]));
        let high = [0, 2, 4, 6].map(|at| _mm512_unpackhi_epi8(plans[at], plans[at + 1]));
        let fours = |pairs: [Register; 4]| {
            let low = [0, 2].map(|at| _mm512_unpacklo_epi16(pairs[at], pairs[at + 1]));
            let high = [0, 2].map(|at| _mm512_unpackhi_epi16(pairs[at], pairs[at + 1]));
            let lower = |two: [Register; 2]| _mm512_unpacklo_epi32(two[0], two[1]);
            let upper = |two: [Register; 2]| _mm512_unpackhi_epi32(two[0], two[1]);
            [lower(low), upper(low), lower(high), upper(high)]
        };
        let [low, high] = [fours(low), fours(high)];
        [low[0], low[1], low[2], low[3], high[0], high[1], high[2], high[3]]
    }

    #[target_feature(enable = "avx512f")]
    fn bytes(from: &[u8; 64]) -> Register {
        #[expect(unsafe_code, reason = "the array is as long as the register")]
        unsafe {
            _mm512_loadu_si512(from.as_ptr().cast())
        }
    }

    #[target_feature(enable = "avx512f")]
    fn words(from: &[u64; 8]) -> Register {
        #[expect(unsafe_code, reason = "the array is as long as the register")]
        unsafe {
            _mm512_loadu_si512(from.as_ptr().cast())
        }
    }

    #[target_feature(enable = "avx512f")]
    fn store(register: Register, out: &mut [u64; 8]) {
        #[expect(unsafe_code, reason = "the array is as long as the register")]
        unsafe {
            _mm512_storeu_si512(out.as_mut_ptr().cast(), register);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_turns_the_bits_alike() {
        let mut seed = 1u64;
        let mut number = || {
            seed = seed.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
            seed ^ seed >> 31
        };
        let masks: Vec<Mask> = (0..64).map(|_| std::array::from_fn(|_| number() & number())).collect();
        for plans in [0, 1, 7, 8, 9, 40, 63, 64] {
            let masks: Vec<&Mask> = masks[..plans].iter().collect();
            for lanes in Lanes::here() {
                let mut found = vec![u64::MAX; BLOCK];
                let any = turned(lanes, &masks, found.as_mut_slice().try_into().expect("a block"));
                let all = |word: usize| masks.iter().fold(0, |sum, mask| sum | mask[word]);
                assert_eq!(any, std::array::from_fn(all), "{lanes:?}: {plans} plans");
                for (row, found) in found.iter().enumerate() {
                    let of_row = masks.iter().map(|mask| mask[row / 64] >> (row % 64) & 1);
                    let wanted = of_row.enumerate().fold(0, |sum, (plan, bit)| sum | bit << plan);
                    assert_eq!(*found, wanted, "{lanes:?}: {plans} plans, row {row}");
                }
            }
        }
    }
}
