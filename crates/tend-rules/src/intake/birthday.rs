//! Birthdays by the common or the lunar calendar.
//!
//! A lunar birthday keeps its own year, month and day: turning it into a common date once and keeping that date is how
//! a lunar birthday gets congratulated on the wrong day for the rest of a life. Lunar arithmetic is tyme4rs's.

pub use crate::base::Calendar;
use crate::base::{Day, LUNAR_YEARS, Month, months_of};
use serde::{Deserialize, Serialize};
use tyme4rs::tyme::solar::SolarDay;

/// A birthday in the terms of its own calendar; the year may be unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Birthday {
    /// The calendar of year, month and day.
    pub calendar: Calendar,
    /// The year, if it is known; of the lunar calendar where that is the calendar.
    pub year: Option<i16>,
    /// 1..12; negative for a leap month of the lunar calendar, -1..-12.
    pub month: i8,
    /// 1..31, or 1..30 in the lunar calendar.
    pub day: i8,
}

impl Birthday {
    /// A birthday on a common day of a known year.
    pub fn on(day: Day) -> Self {
        Self { calendar: Calendar::Solar, year: Some(day.year()), month: day.month(), day: day.day_of_month() }
    }

    /// A birthday by the lunar calendar; `None` if the calendar has no such day. `month` is negative for a leap month.
    pub fn lunar(year: Option<i16>, month: i8, day: i8) -> Option<Self> {
        let possible = match year {
            Some(year) => lunar_day(year, month, day).is_some(),
            None => (1..=12).contains(&month.unsigned_abs()) && (1..=30).contains(&day),
        };
        possible.then_some(Self { calendar: Calendar::Lunar, year, month, day })
    }

    /// A birthday by the common calendar without its year; `None` if no year has such a day.
    pub fn without_year(month: i8, day: i8) -> Option<Self> {
        Day::of(2000, month, day).is_ok().then_some(Self { calendar: Calendar::Solar, year: None, month, day })
    }

    /// The common day of birth, if the year is known.
    pub fn born_on(&self) -> Option<Day> {
        let year = self.year?;
        match self.calendar {
            Calendar::Solar => Day::of(year, self.month, self.day).ok(),
            Calendar::Lunar => lunar_day(year, self.month, self.day),
        }
    }

    /// The same day of birth read by the lunar calendar; unchanged if it is lunar or its year unknown.
    #[must_use]
    pub fn as_lunar(self) -> Self {
        let (Calendar::Solar, Some(born)) = (self.calendar, self.born_on()) else { return self };
        lunar_of(born).map_or(self, |(year, month, day)| Self {
            calendar: Calendar::Lunar,
            year: Some(year),
            month,
            day,
        })
    }
}

/// The common day of a lunar date; `None` if there is no such date. `month` is negative for a leap month.
pub fn lunar_day(year: i16, month: i8, day: i8) -> Option<Day> {
    let is_it = |known: &&Month| (known.month, known.is_leap) == (month.saturating_abs(), month < 0);
    let found = months_of(year).iter().find(is_it)?;
    (1..=found.days).contains(&day).then(|| found.first + i32::from(day - 1))
}

/// Lunar year, month (negative for a leap month) and day of a common day.
fn lunar_of(day: Day) -> Option<(i16, i8, i8)> {
    if !LUNAR_YEARS.contains(&day.year()) {
        return None;
    }
    let solar =
        SolarDay::new(day.year().into(), day.month().unsigned_abs().into(), day.day_of_month().unsigned_abs().into());
    let lunar = solar.ok()?.get_lunar_day();
    Some((lunar.get_year() as i16, lunar.get_month() as i8, lunar.get_day() as i8))
}
