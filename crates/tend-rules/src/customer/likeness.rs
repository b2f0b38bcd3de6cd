//! Whether two addresses of people with one name are the same place, written differently.

use std::collections::HashSet;

/// Two addresses count as the same place when their digits agree and three quarters of their pairs of neighbouring
/// characters do (Dice's coefficient). Digits decide because 3号楼 and 5号楼 are different doors.
pub fn is_same_address(one: &str, other: &str) -> bool {
    let (one, other) = (folded(one), folded(other));
    if one.len() < 4 || other.len() < 4 || digits(&one) != digits(&other) {
        return false;
    }
    let (a, b) = (pairs(&one), pairs(&other));
    let shared = a.intersection(&b).count();
    4 * 2 * shared >= 3 * (a.len() + b.len())
}

fn folded(text: &str) -> Vec<char> {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn digits(text: &[char]) -> Vec<String> {
    text.split(|c| !c.is_ascii_digit()).filter(|run| !run.is_empty()).map(|run| run.iter().collect()).collect()
}

fn pairs(text: &[char]) -> HashSet<(char, char)> {
    text.windows(2).map(|pair| (pair[0], pair[1])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_place_written_differently() {
        assert!(is_same_address("深圳市南山区科技园一路8号3栋502", "深圳南山区科技园一路8号3栋502"));
        assert!(is_same_address("12 Baker Street, London", "12 baker street London"));
        assert!(!is_same_address("深圳市南山区科技园一路8号3栋502", "深圳市南山区科技园一路8号3栋503"));
        assert!(!is_same_address("上海市浦东新区世纪大道1号", "深圳市南山区科技园一路1号"));
        assert!(!is_same_address("", ""));
    }
}
