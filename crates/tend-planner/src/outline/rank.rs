//! The place of every contact in its taker's list.

use super::{GROUP, Group};
use crate::engine::{Lanes, places};
use std::ops::Range;

/// Up to so many contacts of a taker are ranked by counting, more by sorting.
const COUNTED: usize = 160;

/// Room for ranking.
#[derive(Debug, Default)]
pub(super) struct Ranking {
    listed: Vec<u64>,
    ranks: Vec<u32>,
    places: Vec<u32>,
}

impl Ranking {
    /// Gives every contact of a group its place in its taker's list. A plan's place has at most so many bits.
    pub fn rank(&mut self, parts: &mut [Group], place_bits: u32) {
        let count: usize = parts.iter().map(|part| part.entries.len()).sum();
        let mut ends = [0u32; GROUP + 1];
        for part in parts.iter() {
            for entry in &part.entries {
                ends[usize::from(entry.taker) + 1] += 1;
            }
        }
        (1..=GROUP).for_each(|taker| ends[taker] += ends[taker - 1]);
        let bounds = ends;
        // A key is plan, worth and number, so that no two are equal and the number comes back from it.
        let bits = usize::BITS - count.leading_zeros();
        let spare = (u32::BITS + place_bits + bits).saturating_sub(u64::BITS);
        self.listed.resize(count, 0);
        let mut number = 0u64;
        for part in parts.iter() {
            for entry in &part.entries {
                let next = &mut ends[usize::from(entry.taker)];
                let order = u64::from(entry.place) << 32 | u64::from(entry.worth);
                self.listed[*next as usize] = order >> spare << bits | number;
                *next += 1;
                number += 1;
            }
        }
        self.ranks.resize(count, 0);
        for taker in 0..GROUP {
            let list = bounds[taker] as usize..bounds[taker + 1] as usize;
            self.rank_list(list, (1 << bits) - 1);
        }
        let mut rest = self.ranks.as_slice();
        for part in parts {
            let (own, others) = rest.split_at(part.entries.len());
            part.ranks.extend_from_slice(own);
            rest = others;
        }
    }

    /// Ranks a list by its keys; `number` are the bits of a key that number its contact.
    fn rank_list(&mut self, list: Range<usize>, number: u64) {
        let keys = &mut self.listed[list];
        if keys.len() > COUNTED {
            keys.sort_unstable();
            for (rank, key) in (1..).zip(keys.iter()) {
                self.ranks[(key & number) as usize] = rank;
            }
            return;
        }
        self.places.resize(keys.len(), 0);
        places(Lanes::best(), keys, &mut self.places);
        for (key, place) in keys.iter().zip(&self.places) {
            self.ranks[(key & number) as usize] = place + 1;
        }
    }
}
