//! Festivals, anniversaries and working days.
//!
//! Beyond the years of the lunar table (1850 to 2150) a lunar anniversary is unknown.

use super::value::Calendar;
use crate::base::{Day, LUNAR_YEARS, Language, day_of_julian, months_of};
use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;
use tyme4rs::tyme::jd::{J2000, JulianDay};
use tyme4rs::tyme::solar::SolarTerm;

/// A day of the lunar calendar without its year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct LunarMonthDay {
    month: i8,
    is_leap: bool,
    day: i8,
}

/// The lunar day of a common day; `None` outside the table.
fn lunar_of(day: Day) -> Option<LunarMonthDay> {
    [day.year(), day.year() - 1].into_iter().find_map(|year| {
        let months = months_of(year);
        let after = months.partition_point(|month| month.first <= day);
        let month = after.checked_sub(1).map(|index| months[index])?;
        let day = day - month.first + 1;
        (day <= i32::from(month.days)).then_some(LunarMonthDay {
            month: month.month,
            is_leap: month.is_leap,
            day: day as i8,
        })
    })
}

/// The day in the lunar year on which the anniversary is kept: one of a leap month in the month of
/// the same number where the year has no such leap month, the thirtieth on the last day of a short month.
fn kept_in(anniversary: LunarMonthDay, lunar_year: i16) -> Option<Day> {
    let months = months_of(lunar_year);
    let find = |is_leap| months.iter().find(|m| m.month == anniversary.month && m.is_leap == is_leap);
    let month = if anniversary.is_leap { find(true).or_else(|| find(false)) } else { find(false) }?;
    Some(month.first + i32::from(anniversary.day.min(month.days) - 1))
}

/// The next day on or after `today` on which the anniversary of `date` is kept; `None` where a
/// lunar one lies outside the table.
pub fn anniversary(date: Day, calendar: Calendar, today: Day) -> Option<Day> {
    match calendar {
        Calendar::Solar => Some(date.month_day().next_from(today)),
        Calendar::Lunar => {
            let kept = lunar_of(date)?;
            let year = today.year();
            (year - 1..=year + 1).filter_map(|year| kept_in(kept, year)).find(|day| *day >= today)
        }
    }
}

/// A festival that plans can name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Festival {
    /// The word in expressions and plan files, such as `spring_festival`.
    pub key: &'static str,
    zh: &'static str,
    en: &'static str,
    rule: Rule,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rule {
    Solar { month: i8, day: i8 },
    Lunar { month: i8, day: i8 },
    Eve,
    Term(&'static str),
}

impl Festival {
    /// The name of the festival.
    pub const fn title(&self, language: Language) -> &'static str {
        match language {
            Language::Zh => self.zh,
            Language::En => self.en,
        }
    }

    /// The days of the festival that fall into a common year (a lunar one may fall into none or two).
    fn days_in(&self, year: i16) -> Vec<Day> {
        let lunar = |month, day| {
            let on = LunarMonthDay { month, is_leap: false, day };
            [year - 1, year].into_iter().filter_map(move |lunar_year| kept_in(on, lunar_year))
        };
        let days: Vec<Day> = match self.rule {
            Rule::Solar { month, day } => Day::of(year, month, day).into_iter().collect(),
            Rule::Lunar { month, day } => lunar(month, day).collect(),
            Rule::Eve => lunar(1, 1).map(|day| day - 1).collect(),
            Rule::Term(name) => {
                let term = SolarTerm::from_name(year.into(), name);
                day_of_julian(&JulianDay::from_julian_day(J2000 + term.get_cursory_julian_day())).into_iter().collect()
            }
        };
        days.into_iter().filter(|day| day.year() == year).collect()
    }
}

/// Every festival, in the order of precedence where two fall on one day.
pub fn festivals() -> &'static [Festival] {
    static ALL: OnceLock<Vec<Festival>> = OnceLock::new();
    ALL.get_or_init(|| {
        let rows = include_str!("data/festivals.tsv").lines().filter(|line| !line.starts_with('#'));
        rows.filter_map(|row| {
            let mut cells = row.split('\t');
            let (key, rule) = (cells.next()?, cells.next()?);
            Some(Festival { key, rule: read_rule(rule)?, zh: cells.next()?, en: cells.next()? })
        })
        .collect()
    })
}

fn read_rule(rule: &'static str) -> Option<Rule> {
    let month_day = |text: &str| {
        let (month, day) = text.split_once('-')?;
        Some((month.parse().ok()?, day.parse().ok()?))
    };
    match rule.split_once(' ') {
        None => (rule == "eve").then_some(Rule::Eve),
        Some(("solar", on)) => month_day(on).map(|(month, day)| Rule::Solar { month, day }),
        Some(("lunar", on)) => month_day(on).map(|(month, day)| Rule::Lunar { month, day }),
        Some(("term", name)) => Some(Rule::Term(name)),
        Some(_) => None,
    }
}

/// The key of the festival on `day`, or an empty text.
pub fn festival(day: Day) -> &'static str {
    static TABLE: OnceLock<Vec<OnceLock<HashMap<Day, &'static str>>>> = OnceLock::new();
    let table = TABLE.get_or_init(|| LUNAR_YEARS.map(|_| OnceLock::new()).collect());
    let year = day.year();
    let Some(cell) = usize::try_from(year - LUNAR_YEARS.start()).ok().and_then(|index| table.get(index)) else {
        return "";
    };
    let of_year = cell.get_or_init(|| {
        let mut days = HashMap::new();
        for festival in festivals() {
            for day in festival.days_in(year) {
                days.entry(day).or_insert(festival.key);
            }
        }
        days
    });
    of_year.get(&day).copied().unwrap_or_default()
}

/// The state's days that are not as their weekday says, and whether each is worked: China's yearly notices.
fn public_table() -> &'static HashMap<Day, bool> {
    static TABLE: OnceLock<HashMap<Day, bool>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut days = HashMap::new();
        for row in include_str!("data/workdays.tsv").lines() {
            let cells: Vec<&str> = row.split('\t').collect();
            let day = |index: usize| cells.get(index).and_then(|cell| cell.parse::<Day>().ok());
            match (cells[0], day(1), day(2)) {
                ("off", Some(first), Some(last)) => {
                    days.extend((0..=last - first).map(|n| (first + n, false)));
                }
                ("work", Some(day), None) => {
                    days.insert(day, true);
                }
                _ => {}
            }
        }
        days
    })
}

/// The state's days that are not as their weekday says, and whether each is worked; in no particular order.
pub fn public_days() -> impl Iterator<Item = (Day, bool)> {
    public_table().iter().map(|(day, worked)| (*day, *worked))
}

/// Whether `day` is worked in China, make-up days included.
pub fn is_workday(day: Day) -> bool {
    public_table().get(&day).copied().unwrap_or_else(|| day.weekday() <= 5)
}

/// The days of a firm that are not as the state says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkCalendar {
    days: BTreeMap<Day, bool>,
}

impl WorkCalendar {
    /// Says of a day whether it is worked.
    pub fn set(&mut self, day: Day, is_worked: bool) {
        self.days.insert(day, is_worked);
    }

    /// Whether the firm says nothing of its own.
    pub fn is_empty(&self) -> bool {
        self.days.is_empty()
    }

    /// The days that are worked, or those that are not.
    pub(super) fn days(&self, is_worked: bool) -> impl Iterator<Item = Day> {
        self.days.iter().filter(move |(_, worked)| **worked == is_worked).map(|(day, _)| *day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tyme4rs::tyme::holiday::LegalHoliday;
    use tyme4rs::tyme::solar::SolarDay;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    #[test]
    fn festivals_fall_on_their_known_days() {
        for (on, key) in [
            ("2026-02-16", "spring_festival_eve"),
            ("2026-02-17", "spring_festival"),
            ("2026-03-03", "lantern"),
            ("2026-04-05", "qingming"),
            ("2026-06-19", "dragon_boat"),
            ("2025-08-29", "qixi"),
            ("2025-10-06", "mid_autumn"),
            ("2024-10-11", "double_ninth"),
            ("2025-01-07", "laba"),
            ("2020-10-01", "mid_autumn"),
            ("2026-10-01", "national_day"),
            ("2026-11-23", ""),
            ("2024-02-09", "spring_festival_eve"),
        ] {
            assert_eq!(festival(day(on)), key, "{on}");
        }
    }

    #[test]
    fn a_lunar_birthday_comes_once_a_lunar_year() {
        // Eighth month, fifteenth day of 1965 was 10 September.
        let born = day("1965-09-10");
        assert_eq!(anniversary(born, Calendar::Lunar, day("2026-01-01")), Some(day("2026-09-25")));
        assert_eq!(anniversary(born, Calendar::Lunar, day("2026-09-25")), Some(day("2026-09-25")));
        assert_eq!(anniversary(born, Calendar::Lunar, day("2026-09-26")), Some(day("2027-09-15")));
        // Twelfth month, thirtieth day: kept on the twenty-ninth in short years.
        let eve = day("1984-02-01");
        assert_eq!(lunar_of(eve), Some(LunarMonthDay { month: 12, is_leap: false, day: 30 }));
        assert_eq!(anniversary(eve, Calendar::Lunar, day("2026-01-01")), Some(day("2026-02-16")));
        assert_eq!(anniversary(eve, Calendar::Lunar, day("2200-01-01")), None);
    }

    #[test]
    fn a_birthday_in_a_leap_month_is_kept_in_the_plain_month_of_other_years() {
        // 2020 had a leap fourth month from 23 May; 2026 has none.
        let born = day("2020-05-25");
        assert_eq!(lunar_of(born), Some(LunarMonthDay { month: 4, is_leap: true, day: 3 }));
        let kept = anniversary(born, Calendar::Lunar, day("2026-01-01")).expect("in the table");
        assert_eq!(lunar_of(kept), Some(LunarMonthDay { month: 4, is_leap: false, day: 3 }));
    }

    #[test]
    fn lunar_days_agree_with_the_almanac() {
        for n in (0..60_000).step_by(37) {
            let day = day("1901-01-01") + n;
            let solar = SolarDay::from_ymd(day.year().into(), day.month() as usize, day.day_of_month() as usize);
            let theirs = solar.get_lunar_day();
            let ours = lunar_of(day).expect("in the table");
            let month = theirs.get_lunar_month();
            assert_eq!(
                (ours.month as usize, ours.is_leap, ours.day as usize),
                (month.get_month(), month.is_leap(), theirs.get_day()),
                "{day}"
            );
        }
    }

    #[test]
    fn working_days_agree_with_the_legal_holidays_of_the_almanac() {
        let mut day = day("2024-01-01");
        while day.year() <= 2026 {
            let legal = LegalHoliday::from_ymd(day.year().into(), day.month() as usize, day.day_of_month() as usize);
            let worked = legal.map_or(day.weekday() <= 5, |holiday| holiday.is_work());
            assert_eq!(is_workday(day), worked, "{day}");
            day = day + 1;
        }
        assert!(is_workday(Day::of(2030, 10, 1).expect("a day")));
    }
}
