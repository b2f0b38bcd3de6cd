//! A hash for numbers and ids that the firm itself gives out: nobody from outside chooses them, so that one
//! multiplication a word is enough where hundreds of thousands are looked up.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// A map by keys that nobody from outside chooses.
pub type QuickMap<K, V> = HashMap<K, V, BuildHasherDefault<Quick>>;
/// A set of keys that nobody from outside chooses.
pub type QuickSet<K> = HashSet<K, BuildHasherDefault<Quick>>;

/// See the module.
#[derive(Debug, Clone, Copy, Default)]
pub struct Quick(u64);

impl Quick {
    fn mix(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

impl Hasher for Quick {
    /// A product carries upwards only: the upper bits are brought down once more, and tables look at the lower ones.
    fn finish(&self) -> u64 {
        (self.0 ^ self.0 >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9).rotate_left(26)
    }

    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        words.iter().for_each(|word| self.mix(u64::from_le_bytes(*word)));
        rest.iter().for_each(|byte| self.mix(u64::from(*byte)));
    }

    fn write_u8(&mut self, number: u8) {
        self.mix(number.into());
    }

    fn write_u16(&mut self, number: u16) {
        self.mix(number.into());
    }

    fn write_u32(&mut self, number: u32) {
        self.mix(number.into());
    }

    fn write_u64(&mut self, number: u64) {
        self.mix(number);
    }

    fn write_usize(&mut self, number: usize) {
        self.mix(number as u64);
    }

    fn write_i32(&mut self, number: i32) {
        self.mix(u64::from(number as u32));
    }

    fn write_isize(&mut self, number: isize) {
        self.mix(number as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::hash::{BuildHasher as _, BuildHasherDefault};

    #[test]
    fn neighbours_lie_apart() {
        let build = BuildHasherDefault::<Quick>::default();
        let buckets: QuickSet<u64> = (0..4096u32).map(|row| build.hash_one((row, 7u16)) % 4096).collect();
        assert!(buckets.len() > 2000, "{} of 4096 places are used", buckets.len());
        let ids: QuickSet<u64> = (0..4096u128).map(|id| build.hash_one((id << 64).to_be_bytes()) % 4096).collect();
        assert!(ids.len() > 2000, "{} of 4096 places are used", ids.len());
    }
}
