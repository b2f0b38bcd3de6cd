//! The place of every contact in its taker's list.

use super::{Entry, GROUP};
use crate::engine::{self, Lanes};

/// Up to so many contacts of a taker are ranked by counting, more by sorting.
const COUNTED: usize = 160;

/// Room for ranking.
#[derive(Debug, Default)]
pub(super) struct Ranking {
    listed: Vec<u64>,
}

impl Ranking {
    /// Gives every contact of a group its place in its taker's list, in the order of the contacts. A plan's place has
    /// at most so many bits.
    pub fn rank<'e>(
        &mut self,
        parts: impl Iterator<Item = &'e [Entry]> + Clone,
        place_bits: u32,
        ranks: &mut Vec<u32>,
    ) {
        let mut ends = [0u32; GROUP + 1];
        let mut count = 0;
        for part in parts.clone() {
            count += part.len();
            part.iter().for_each(|entry| ends[usize::from(entry.taker) + 1] += 1);
        }
        (1..=GROUP).for_each(|taker| ends[taker] += ends[taker - 1]);
        let bounds = ends;
        // A key is plan, worth and number, so that no two are equal and the number comes back from it.
        let bits = usize::BITS - count.leading_zeros();
        let spare = (u32::BITS + place_bits + bits).saturating_sub(u64::BITS);
        self.listed.resize(count, 0);
        ranks.resize(count, 0);
        for (number, entry) in (0u64..).zip(parts.flatten()) {
            let next = &mut ends[usize::from(entry.taker)];
            let order = u64::from(entry.place) << 32 | u64::from(entry.worth);
            self.listed[*next as usize] = order >> spare << bits | number;
            *next += 1;
        }
        let lanes = Lanes::best();
        for bound in bounds.windows(2).filter(|bound| bound[0] < bound[1]) {
            let keys = &mut self.listed[bound[0] as usize..bound[1] as usize];
            rank_list(lanes, keys, (1 << bits) - 1, ranks);
        }
    }
}

/// Ranks a list by its keys; `number` are the bits of a key that number its contact.
fn rank_list(lanes: Lanes, keys: &mut [u64], number: u64, ranks: &mut [u32]) {
    if keys.len() <= COUNTED {
        return engine::rank(lanes, keys, number, ranks);
    }
    keys.sort_unstable();
    for (rank, key) in (1..).zip(keys.iter()) {
        ranks[(key & number) as usize] = rank;
    }
}
