//! Local calendar days. A birthday is a day, never an instant.

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;

/// A local calendar day, stored as days since 1970-01-01 (negative before it).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

/// A text or triple that is no day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a day of the form 2026-03-05")]
pub struct DayError {
    /// What was given.
    pub text: String,
}

/// A day of the year without the year: an anniversary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MonthDay {
    /// 1..12
    pub month: i8,
    /// 1..31
    pub day: i8,
}

const EPOCH: Date = jiff::civil::date(1970, 1, 1);
/// Days of 400 years.
const CYCLE: i64 = 146_097;
/// Days from 0000-03-01 to 1970-01-01: a year that begins in March has its odd day last.
const BEFORE_EPOCH: i64 = 719_468;

impl Day {
    /// From days since 1970-01-01, as stored.
    pub const fn from_number(days: i32) -> Self {
        Self(days)
    }

    /// Days since 1970-01-01, as stored.
    pub const fn number(self) -> i32 {
        self.0
    }

    /// The day of a year, month and day of month; an error if the calendar has no such day.
    pub fn of(year: i16, month: i8, day: i8) -> Result<Self, DayError> {
        Date::new(year, month, day).map(Self::from).map_err(|_| DayError { text: format!("{year}-{month}-{day}") })
    }

    /// The year, 1..9999.
    pub fn year(self) -> i16 {
        self.date().year()
    }

    /// The month, 1..12.
    pub fn month(self) -> i8 {
        self.date().month()
    }

    /// The day of the month, 1..31.
    pub fn day_of_month(self) -> i8 {
        self.date().day()
    }

    /// Monday is 1, Sunday is 7.
    pub fn weekday(self) -> i8 {
        self.date().weekday().to_monday_one_offset()
    }

    /// Month and day without the year.
    pub fn month_day(self) -> MonthDay {
        MonthDay { month: self.month(), day: self.day_of_month() }
    }

    /// The same day of the month `months` later, or the month's last day where it is shorter.
    #[must_use]
    pub fn plus_months(self, months: i32) -> Self {
        let span = jiff::Span::new().try_months(months);
        span.and_then(|span| self.date().checked_add(span)).map_or(self, Self::from)
    }

    /// Whole years from `self` to `later`; a person born on 29 February is a year older on
    /// 28 February of a common year, as the birthday is kept then.
    pub fn whole_years_until(self, later: Day) -> i32 {
        let years = i32::from(later.year()) - i32::from(self.year());
        if MonthDay::kept_in(self.month_day(), later.year()) > later { years - 1 } else { years }
    }

    /// The calendar date; the first or last one that the calendar has where the number lies beyond. By arithmetic of its
    /// own: tables of days ask for thousands of dates at once.
    pub fn date(self) -> Date {
        let days = i64::from(self.0) + BEFORE_EPOCH;
        let in_cycle = days.rem_euclid(CYCLE);
        let year_of_cycle = (in_cycle - in_cycle / 1460 + in_cycle / 36_524 - in_cycle / 146_096) / 365;
        let day_of_year = in_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
        // Months from March on: thirty and thirty-one days by turns, 153 in five of them.
        let from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let year = days.div_euclid(CYCLE) * 400 + year_of_cycle + i64::from(month <= 2);
        let year = i16::try_from(year).unwrap_or(i16::MAX);
        let edge = if self.0 < 0 { Date::MIN } else { Date::MAX };
        Date::new(year, month as i8, day as i8).unwrap_or(edge)
    }
}

impl MonthDay {
    /// The day in `year` on which this anniversary is kept: 29 February is kept on
    /// 28 February in common years (the rule of DESIGN: Data, "29 February").
    pub fn kept_in(self, year: i16) -> Day {
        Day::of(year, self.month, self.day).or_else(|_| Day::of(year, self.month, 28)).unwrap_or(Day::from_number(0))
    }

    /// Whether the anniversary is kept on `day`.
    pub fn is_kept_on(self, day: Day) -> bool {
        self.kept_in(day.year()) == day
    }

    /// The next day on or after `from` on which the anniversary is kept.
    pub fn next_from(self, from: Day) -> Day {
        let this_year = self.kept_in(from.year());
        if this_year >= from { this_year } else { self.kept_in(from.year() + 1) }
    }
}

impl From<Date> for Day {
    fn from(date: Date) -> Self {
        Self(EPOCH.until(date).map_or(0, |span| span.get_days()))
    }
}

impl Add<i32> for Day {
    type Output = Day;
    fn add(self, days: i32) -> Day {
        Day(self.0.saturating_add(days))
    }
}

impl Sub<i32> for Day {
    type Output = Day;
    fn sub(self, days: i32) -> Day {
        Day(self.0.saturating_sub(days))
    }
}

impl Sub for Day {
    type Output = i32;
    fn sub(self, earlier: Day) -> i32 {
        self.0.saturating_sub(earlier.0)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.date().fmt(f)
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.date().fmt(f)
    }
}

impl FromStr for Day {
    type Err = DayError;
    fn from_str(text: &str) -> Result<Self, DayError> {
        let strict = text.len() == 10 && text.as_bytes()[4] == b'-';
        strict
            .then(|| text.parse::<Date>().ok())
            .flatten()
            .map(Self::from)
            .ok_or_else(|| DayError { text: text.to_owned() })
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    #[test]
    fn days_count_from_1970_and_back() {
        for text in ["1900-03-01", "1969-12-31", "1970-01-01", "2000-02-29", "2026-11-23", "2100-12-31"] {
            assert_eq!(Day::from_number(day(text).number()).to_string(), text);
        }
        assert_eq!(day("1970-01-02").number(), 1);
        assert!("2026-2-3".parse::<Day>().is_err());
        assert!("2026-02-30".parse::<Day>().is_err());
    }

    /// Found by the fuzzer: numbers of months and days beyond the calendar.
    #[test]
    fn a_day_beyond_the_calendar_is_no_panic() {
        let today = day("2026-11-23");
        assert_eq!(today.plus_months(i32::MAX), today);
        assert_eq!(today.plus_months(i32::MIN), today);
        assert_eq!((today + i32::MAX).year(), 9999);
        assert_eq!((today - i32::MAX).year(), -9999);
    }

    #[test]
    fn every_day_of_the_calendar_has_the_date_that_the_calendar_gives_it() {
        let (mut date, mut number) = (jiff::civil::date(1896, 1, 1), Day::from(jiff::civil::date(1896, 1, 1)).number());
        while date.year() < 2105 {
            assert_eq!(Day::from_number(number).date(), date);
            (date, number) = (date.tomorrow().expect("a day"), number + 1);
        }
        let (first, last) = (jiff::civil::date(-9999, 1, 1), jiff::civil::date(9999, 12, 31));
        assert_eq!((Day::from(first).date(), Day::from(last).date()), (first, last));
        assert_eq!(Day::from_number(i32::MAX).date(), Date::MAX);
    }

    #[test]
    fn birthday_on_29_february_is_kept_in_common_years() {
        let leap = MonthDay { month: 2, day: 29 };
        assert_eq!(leap.kept_in(2027), day("2027-02-28"));
        assert_eq!(leap.kept_in(2028), day("2028-02-29"));
        assert!(!leap.is_kept_on(day("2028-02-28")));
        assert_eq!(day("2000-02-29").whole_years_until(day("2027-02-28")), 27);
        assert_eq!(day("2000-02-29").whole_years_until(day("2028-02-28")), 27);
    }

    #[test]
    fn every_anniversary_comes_once_a_year_for_a_century() {
        for (month, dom) in [(1, 1), (2, 28), (2, 29), (12, 31)] {
            let kept = MonthDay { month, day: dom };
            for year in 1970..2070 {
                let first = Day::of(year, 1, 1).expect("new year");
                let times = (0..366).map(|n| first + n).filter(|d| d.year() == year && kept.is_kept_on(*d)).count();
                assert_eq!(times, 1, "{month}-{dom} in {year}");
            }
        }
    }
}
