//! Sets of the numbers that one fact may have, as runs from a first to a last one.

use super::ground::Datum;

/// The least and the greatest number of a fact.
pub(super) const FIRST: i64 = i64::MIN + 1;
pub(super) const LAST: i64 = i64::MAX;

/// The numbers of a fact for which a condition holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Runs {
    pub fact: Datum,
    /// In order, without touching each other.
    pub runs: Vec<(i64, i64)>,
    /// Whether it holds where nothing is known.
    pub missing: bool,
}

impl Runs {
    /// The known numbers from `low` to `high`.
    pub fn of(fact: Datum, low: i64, high: i64) -> Self {
        let runs = if low <= high { vec![(low.max(FIRST), high)] } else { Vec::new() };
        Self { fact, runs, missing: false }
    }

    /// Where nothing is known.
    pub fn nothing(fact: Datum) -> Self {
        Self { fact, runs: Vec::new(), missing: true }
    }

    /// Everything else.
    #[must_use]
    pub fn others(&self) -> Self {
        let mut runs = Vec::new();
        let mut next = Some(FIRST);
        for (low, high) in &self.runs {
            if let Some(from) = next.filter(|from| from < low) {
                runs.push((from, low - 1));
            }
            next = high.checked_add(1);
        }
        runs.extend(next.map(|from| (from, LAST)));
        Self { fact: self.fact, runs, missing: !self.missing }
    }

    /// What is in both.
    #[must_use]
    pub fn both(&self, other: &Self) -> Self {
        let mut runs = Vec::new();
        let (mut left, mut right) = (self.runs.iter().peekable(), other.runs.iter().peekable());
        while let (Some(one), Some(two)) = (left.peek(), right.peek()) {
            let (low, high) = (one.0.max(two.0), one.1.min(two.1));
            if low <= high {
                runs.push((low, high));
            }
            if one.1 < two.1 {
                left.next()
            } else {
                right.next()
            };
        }
        Self { fact: self.fact, runs, missing: self.missing && other.missing }
    }

    /// What is in either.
    #[must_use]
    pub fn either(&self, other: &Self) -> Self {
        self.others().both(&other.others()).others()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tend_rules::segment::FactId;

    #[test]
    fn runs_join_as_sets_do() {
        let fact = Datum::Customer(FactId(0));
        let some = Runs { fact, runs: vec![(FIRST, -5), (0, 3), (7, 7), (9, LAST)], missing: false };
        let more = Runs { fact, runs: vec![(-6, 1), (3, 8)], missing: true };
        for number in (-10..12).chain([FIRST, LAST]) {
            let has = |runs: &Runs| runs.runs.iter().any(|(low, high)| (*low..=*high).contains(&number));
            assert_eq!(has(&some.both(&more)), has(&some) && has(&more), "{number}");
            assert_eq!(has(&some.either(&more)), has(&some) || has(&more), "{number}");
            assert_eq!(has(&some.others()), !has(&some), "{number}");
        }
        assert!(some.either(&more).missing && !some.both(&more).missing && some.others().missing);
        assert_eq!(some.others().others(), some);
        assert_eq!(Runs::of(fact, 3, 2).runs, []);
    }
}
