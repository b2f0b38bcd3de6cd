//! A period of the calendar, in whole years, months and days.

use crate::base::Day;
use serde::{Deserialize, Serialize};

/// A period. A law that says "five years" means years of the calendar, not 1,826 days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Span {
    /// Years.
    pub years: i32,
    /// Months.
    pub months: i32,
    /// Days.
    pub days: i32,
}

impl Span {
    /// So many years.
    pub const fn years(years: i32) -> Self {
        Self { years, months: 0, days: 0 }
    }

    /// So many days.
    pub const fn days(days: i32) -> Self {
        Self { years: 0, months: 0, days }
    }

    /// The first day after the period that began on `from`. Where the calendar has no such day (29 February and five
    /// years, 31 August and six months) it is the first of the next month: never a day early.
    pub fn after(self, from: Day) -> Day {
        let months = self.years * 12 + self.months;
        let moved = from.plus_months(months);
        let moved = if moved.day_of_month() < from.day_of_month() { moved + 1 } else { moved };
        moved + self.days
    }

    /// The last day whose period is over on `today`: what began on it or before may go.
    pub fn over_since(self, today: Day) -> Day {
        // The days go first, since `after` adds them last; three more, since a short month may push a beginning forward.
        let mut day = (today - self.days).plus_months(-(self.years * 12 + self.months)) + 4;
        while self.after(day) > today {
            day = day - 1;
        }
        day
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    #[test]
    fn what_began_on_29_february_is_never_over_a_day_early() {
        assert_eq!(Span::years(5).after(day("2024-02-29")), day("2029-03-01"));
        assert_eq!(Span::years(4).after(day("2024-02-29")), day("2028-02-29"));
        assert_eq!(Span { months: 6, ..Span::default() }.after(day("2026-08-31")), day("2027-03-01"));
        assert_eq!(Span::days(90).after(day("2026-01-01")), day("2026-04-01"));
    }

    proptest! {
        #[test]
        fn the_last_day_that_may_go_is_exact(
            number in 0i32..40_000,
            years in 0i32..12,
            months in 0i32..12,
            days in 0i32..500,
        ) {
            let (today, span) = (Day::from_number(number), Span { years, months, days });
            let last = span.over_since(today);
            prop_assert!(span.after(last) <= today, "what goes is over");
            prop_assert!(span.after(last + 1) > today, "and nothing that is over stays");
        }

        #[test]
        fn a_later_beginning_is_never_over_sooner(number in 0i32..40_000, years in 0i32..12, months in 0i32..12) {
            let (day, span) = (Day::from_number(number), Span { years, months, days: 0 });
            prop_assert!(span.after(day) <= span.after(day + 1));
        }
    }
}
