//! Drawing work orders for verification: seeded, so that a sample can be drawn again and argued about.

use sha2::{Digest, Sha256};

/// `percent` (1..100) of `population`, rounded up, at least one if there is any; the same seed draws the same, whatever
/// the sequence in which the population comes. Each element's lot is a hash of seed and element, so that an element
/// keeps its lot when others join the population.
pub fn sample<R: Copy + Ord>(
    population: impl IntoIterator<Item = R>,
    percent: u8,
    seed: u64,
    bytes: impl Fn(R) -> [u8; 16],
) -> Vec<R> {
    let mut lots: Vec<([u8; 8], R)> =
        population.into_iter().map(|element| (lot(seed, bytes(element)), element)).collect();
    lots.sort();
    lots.dedup();
    let wanted = (lots.len() * usize::from(percent.clamp(1, 100))).div_ceil(100);
    lots.truncate(wanted);
    lots.into_iter().map(|(_, element)| element).collect()
}

fn lot(seed: u64, bytes: [u8; 16]) -> [u8; 8] {
    let hash = Sha256::new().chain_update(seed.to_be_bytes()).chain_update(bytes).finalize();
    let mut lot = [0; 8];
    lot.copy_from_slice(&hash[..8]);
    lot
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(population: impl IntoIterator<Item = u128>, percent: u8, seed: u64) -> Vec<u128> {
        sample(population, percent, seed, u128::to_be_bytes)
    }

    #[test]
    fn a_sample_is_at_least_one_and_repeats_with_its_seed() {
        assert_eq!(drawn([], 10, 1), []);
        assert_eq!(drawn([7], 1, 1), [7]);
        assert_eq!(drawn(0..1000, 10, 42).len(), 100);
        assert_eq!(drawn(0..1000, 10, 42), drawn((0..1000).rev(), 10, 42));
        assert_ne!(drawn(0..1000, 10, 42), drawn(0..1000, 10, 43));
        assert_eq!(drawn(0..10, 100, 3).len(), 10);
    }

    #[test]
    fn every_element_has_the_same_chance() {
        let mut times = [0u32; 20];
        for seed in 0..2000 {
            for element in drawn(0..20, 10, seed) {
                times[element as usize] += 1;
            }
        }
        // 2000 draws of 2 in 20: 200 expected each; five standard deviations are about 67.
        assert!(times.iter().all(|n| (133..=267).contains(n)), "{times:?}");
    }
}
