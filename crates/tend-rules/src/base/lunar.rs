//! The months of the lunar calendar and the days on which they begin.
//!
//! They come from `tyme4rs`, once for each year, and are kept for the life of the program: constants of nature that are
//! too dear to work out for every customer.

use super::Day;
use std::ops::RangeInclusive;
use std::sync::OnceLock;
use tyme4rs::tyme::jd::{J2000, JulianDay};
use tyme4rs::tyme::lunar::{LunarMonth, LunarYear};

/// The lunar years that are known.
pub(crate) const LUNAR_YEARS: RangeInclusive<i16> = 1850..=2150;

/// A month of the lunar calendar and the day on which it begins.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Month {
    pub first: Day,
    pub days: i8,
    /// 1 to 12.
    pub month: i8,
    pub is_leap: bool,
}

/// The months of a lunar year, in order; empty outside the table.
pub(crate) fn months_of(year: i16) -> &'static [Month] {
    static TABLE: OnceLock<Vec<OnceLock<Vec<Month>>>> = OnceLock::new();
    let table = TABLE.get_or_init(|| LUNAR_YEARS.map(|_| OnceLock::new()).collect());
    let index = year.checked_sub(*LUNAR_YEARS.start()).and_then(|index| usize::try_from(index).ok());
    index.and_then(|index| table.get(index)).map_or(&[], |months| months.get_or_init(|| work_out_months(year)))
}

fn work_out_months(year: i16) -> Vec<Month> {
    let months: Vec<LunarMonth> = LunarYear::from_year(year.into()).get_months();
    months
        .iter()
        .filter_map(|month| {
            let first = day_of_julian(&month.get_first_julian_day())?;
            Some(Month {
                first,
                days: month.get_day_count() as i8,
                month: month.get_month() as i8,
                is_leap: month.is_leap(),
            })
        })
        .collect()
}

/// The day of a Julian day.
pub(crate) fn day_of_julian(day: &JulianDay) -> Option<Day> {
    // 2000-01-01 is day 10,957 since 1970 and begins at the Julian day 2,451,544.5.
    Some(Day::from_number((day.get_day() + 0.5).floor() as i32 - (J2000 as i32) + 10_957))
}
