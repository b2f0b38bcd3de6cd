//! The one source of chance of the sample firm: the same seed gives the same firm on every machine.

/// splitmix64: small, well mixed, and easy to write again in any language.
#[derive(Debug, Clone)]
pub struct Seed(u64);

impl Seed {
    /// A source of its own for a part of the firm, so that one part can grow without changing another.
    pub fn of(seed: u64, part: &str) -> Self {
        let mixed =
            part.bytes().fold(seed ^ 0x7E4D_0001, |sum, byte| sum.wrapping_mul(0x100_0000_01B3) ^ u64::from(byte));
        let mut source = Self(mixed);
        source.next();
        source
    }

    /// The next 64 bits.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from `low` up to but not including `high`.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        debug_assert!(low < high, "a range has room");
        low + (self.next() % (high - low).unsigned_abs()) as i64
    }

    /// Whether something happens that happens to `percent` of a hundred.
    pub fn happens(&mut self, percent: u64) -> bool {
        self.next() % 100 < percent
    }

    /// One of several.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[(self.next() % items.len() as u64) as usize]
    }

    /// One of several with weights.
    pub fn weighted<'a, T>(&mut self, items: &'a [(u64, T)]) -> &'a T {
        let total: u64 = items.iter().map(|(weight, _)| weight).sum();
        let mut left = self.next() % total;
        for (weight, item) in items {
            if left < *weight {
                return item;
            }
            left -= weight;
        }
        &items[items.len() - 1].1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_numbers_and_parts_differ() {
        let draw = |seed, part| {
            let mut source = Seed::of(seed, part);
            (0..5).map(|_| source.between(0, 1000)).collect::<Vec<_>>()
        };
        assert_eq!(draw(1, "people"), draw(1, "people"));
        assert_ne!(draw(1, "people"), draw(2, "people"));
        assert_ne!(draw(1, "people"), draw(1, "bills"));
    }
}
