//! Every way gives the same bits.

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
fn every_way_compares_two_columns_alike() {
    let left: Vec<u32> = numbers().map(|number| if number % 9 == 0 { u32::MAX } else { number as u32 >> 8 }).collect();
    let right: Vec<u32> =
        numbers().map(|number| if number % 7 == 0 { u32::MAX } else { (number >> 32) as u32 >> 7 }).collect();
    let line = Line { left_times: 2, right_times: 1, plus: -40, reach: Reach::Wide };
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
    }
}

#[test]
fn every_way_compares_products_beyond_four_bytes_alike() {
    let left: Vec<u32> = numbers().map(|number| number as u32).collect();
    let right: Vec<u32> = numbers().map(|number| (number >> 32) as u32).collect();
    let line = Line { left_times: 1024, right_times: 1000, plus: -7_000_000_000, reach: Reach::Wide };
    for lanes in Lanes::here() {
        let mut found = [0; WORDS];
        below(lanes, &left, &right, line, &mut found);
        for (row, (left, right)) in left.iter().zip(&right).enumerate() {
            let met = i64::from(*left) * 1024 - 7_000_000_000 < i64::from(*right) * 1000;
            assert_eq!(found[row / 64] >> (row % 64) & 1 == 1, met, "{lanes:?} {row}");
        }
    }
}

#[test]
fn every_way_ranks_lists_alike() {
    const NUMBER: u64 = 0xff;
    for count in [0, 1, 2, 7, 8, 9, 16, 17, 31, 33, 77] {
        let keys: Vec<u64> = numbers().take(count).zip(0..).map(|(key, place)| key & !NUMBER | place).collect();
        let mut sorted = keys.clone();
        sorted.sort_unstable();
        for lanes in Lanes::here() {
            let mut ranks = vec![0; count];
            rank(lanes, &keys, NUMBER, &mut ranks);
            for (key, rank) in keys.iter().zip(ranks) {
                assert_eq!(sorted[rank as usize - 1], *key, "{lanes:?}: {count} keys");
            }
        }
    }
}

#[test]
fn every_way_joins_masks_alike() {
    let mut numbers = numbers();
    let masks: Vec<Mask> = (0..12).map(|_| std::array::from_fn(|_| numbers.next().unwrap_or(7))).collect();
    for (with, without) in [(vec![3], vec![]), (vec![0, 5, 7], vec![11, 2]), (vec![4, 4], vec![1])] {
        let word = |mask: &usize, word: usize| masks[*mask][word];
        for lanes in Lanes::here() {
            let (mut all, mut any_of) = ([9; WORDS], [9; WORDS]);
            every(lanes, &masks, &with, &without, &mut all);
            any(lanes, &masks, &with, &mut any_of);
            for place in 0..WORDS {
                let both = with.iter().fold(u64::MAX, |sum, mask| sum & word(mask, place));
                let wanted = without.iter().fold(both, |sum, mask| sum & !word(mask, place));
                assert_eq!(all[place], wanted, "{lanes:?}");
                assert_eq!(any_of[place], with.iter().fold(0, |sum, mask| sum | word(mask, place)), "{lanes:?}");
            }
        }
    }
}
