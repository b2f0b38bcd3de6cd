//! Days and instants in every dress a file gives them.
//!
//! 2026年3月5日, 二〇二六年三月五日, 2026/3/5, 5-Mar-2026, 20260305, spreadsheet serials, day or month first as the
//! column has it, two-digit years by the day of the file.

use super::text::{is_missing, tidy};
use crate::base::Day;
use crate::intake::mapping::DayOrder;
use crate::intake::problem::{Cleaned, Finding, ProblemCode};

/// How days of a column are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayReading {
    /// Order of numeric dates that do not begin with a four-digit year.
    pub order: DayOrder,
    /// The day of the file, by which a two-digit year finds its century.
    pub today: Day,
}

/// The years in which a day of a customer file can lie.
const YEARS: std::ops::RangeInclusive<i16> = 1850..=2200;

/// Year, month and day as they were read; a year of two digits is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Parts {
    year: i32,
    month: i32,
    day: i32,
    short_year: bool,
    ambiguous: bool,
}

impl Parts {
    const fn of(year: i32, month: i32, day: i32) -> Self {
        Self { year, month, day, short_year: false, ambiguous: false }
    }
}

/// A day; a time behind it is passed over.
pub fn clean_day(text: &str, reading: &DayReading) -> Cleaned<Day> {
    let tidied = tidy(text);
    if is_missing(&tidied) {
        return Cleaned::Missing;
    }
    if let Ok(day) = tidied.parse::<Day>() {
        return in_range(day);
    }
    if let Some(parsed) = serial_day(&tidied) {
        return parsed;
    }
    match parts_of(without_time(&tidied), reading.order) {
        Some(parts) => settle(parts, reading),
        None => Cleaned::Refused(Finding { code: ProblemCode::DayUnreadable, suggestion: month_only(&tidied) }),
    }
}

/// A day and the second of the day; midnight where the text has no time.
pub fn clean_instant(text: &str, reading: &DayReading) -> Cleaned<(Day, u32)> {
    let tidied = tidy(text);
    let second = second_of_day(&tidied);
    clean_day(text, reading).map(|day| (day, second))
}

/// The first of January 1900 by a spreadsheet's count is 1; 60 is the 29 February 1900 that never was.
pub fn first_day(serial: f64, epoch_1904: bool) -> Option<Day> {
    if !(0.0..3_000_000.0).contains(&serial) {
        return None;
    }
    let whole = serial.floor() as i32;
    match (epoch_1904, whole) {
        (true, _) => Some(Day::of(1904, 1, 1).ok()? + whole),
        (false, 0 | 60) => None,
        (false, 1..60) => Some(Day::of(1899, 12, 31).ok()? + whole),
        (false, _) => Some(Day::of(1899, 12, 30).ok()? + whole),
    }
}

/// A bare number of five digits is a spreadsheet serial of 1927 to 2119.
fn serial_day(text: &str) -> Option<Cleaned<Day>> {
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    let shaped = whole.len() == 5 && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let serial: f64 = shaped.then(|| text.parse().ok()).flatten()?;
    (10_000.0..=80_000.0).contains(&serial).then(|| first_day(serial, false))?.map(in_range)
}

fn in_range(day: Day) -> Cleaned<Day> {
    if day.year() < *YEARS.start() {
        Cleaned::refused(ProblemCode::DayTooEarly)
    } else if day.year() > *YEARS.end() {
        Cleaned::refused(ProblemCode::DayInFuture)
    } else {
        Cleaned::Value(day)
    }
}

fn settle(parts: Parts, reading: &DayReading) -> Cleaned<Day> {
    let year = if parts.short_year { full_year(parts.year, reading.today) } else { parts.year };
    let (Ok(year), Ok(month), Ok(dom)) = (i16::try_from(year), i8::try_from(parts.month), i8::try_from(parts.day))
    else {
        return Cleaned::refused(ProblemCode::DayImpossible);
    };
    let Ok(day) = Day::of(year, month, dom) else {
        let last = (1..=12).contains(&month) && (29..=31).contains(&dom);
        let suggestion = last.then(|| (25..=30).rev().find_map(|dom| Day::of(year, month, dom).ok())).flatten();
        return Cleaned::Refused(Finding {
            code: ProblemCode::DayImpossible,
            suggestion: suggestion.map(|day| day.to_string()),
        });
    };
    match in_range(day) {
        Cleaned::Value(day) if parts.ambiguous => Cleaned::doubtful(day, ProblemCode::DayAmbiguous),
        Cleaned::Value(day) if parts.short_year => Cleaned::doubtful(day, ProblemCode::DayCenturyGuessed),
        other => other,
    }
}

/// A two-digit year lies at most ten years ahead of the day of the file, so that due days and birthdays both work.
fn full_year(short: i32, today: Day) -> i32 {
    let century = i32::from(today.year()) / 100 * 100;
    let near = century + short;
    if near > i32::from(today.year()) + 10 { near - 100 } else { near }
}

/// `2026-03-05 08:26:00`, `2026-03-05T08:26Z`, `2026/3/5 8:26 PM 星期四` without what is behind the day.
fn without_time(text: &str) -> &str {
    let weekday = text.find(['星', '周']).map_or(text, |at| text[..at].trim_end());
    let weekday = weekday.trim_end_matches([' ', '(']);
    let time = weekday.find(':').map(|colon| {
        let before = &weekday[..colon];
        before.rfind([' ', 'T', '日', '号']).map_or(before, |at| {
            let kept = if before[at..].starts_with(['日', '号']) { at + '日'.len_utf8() } else { at };
            &before[..kept]
        })
    });
    let day = time.unwrap_or(weekday).trim_end();
    day.trim_end_matches(['午', '上', '下']).trim_end()
}

fn second_of_day(tidied: &str) -> u32 {
    if let Some((whole, fraction)) = tidied.split_once('.')
        && whole.len() == 5
        && !tidied.contains(':')
    {
        let part: f64 = format!("0.{fraction}").parse().unwrap_or(0.0);
        return ((part * 86_400.0).round() as u32).min(86_399);
    }
    let Some(colon) = tidied.find(':') else { return 0 };
    let hour_at = tidied[..colon]
        .rfind(|c: char| !c.is_ascii_digit())
        .map_or(0, |at| at + tidied[at..].chars().next().map_or(1, char::len_utf8));
    let mut numbers = tidied[hour_at..].split(':').map(|part| {
        let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
        digits.parse::<u32>().unwrap_or(0)
    });
    let mut next = || numbers.next().unwrap_or(0);
    let (mut hour, minute, second) = (next(), next(), next());
    let lower = tidied.to_lowercase();
    let afternoon = lower.contains("pm") || tidied.contains("下午");
    let morning = lower.contains("am") || tidied.contains("上午");
    hour = match hour {
        12 if morning => 0,
        1..=11 if afternoon => hour + 12,
        _ => hour,
    };
    if hour > 23 || minute > 59 || second > 59 { 0 } else { hour * 3600 + minute * 60 + second }
}

fn parts_of(text: &str, order: DayOrder) -> Option<Parts> {
    if text.contains('年') || text.contains('月') {
        return chinese(text);
    }
    if text.chars().any(|c| c.is_ascii_alphabetic()) {
        return with_month_name(text);
    }
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return run_together(text, order);
    }
    let numbers: Vec<&str> =
        text.split(['-', '/', '.', '\\', ' ', ',']).map(str::trim).filter(|part| !part.is_empty()).collect();
    match numbers.as_slice() {
        [a, b, c] => numeric([a, b, c], order),
        _ => None,
    }
}

fn number(text: &str) -> Option<i32> {
    let digits = (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

fn numeric([a, b, c]: [&str; 3], order: DayOrder) -> Option<Parts> {
    let (x, y, z) = (number(a)?, number(b)?, number(c)?);
    if a.len() >= 3 {
        return (a.len() == 4).then_some(Parts::of(x, y, z));
    }
    let short_year = c.len() <= 2;
    if (c.len() == 3) || (short_year && order == DayOrder::Ymd) {
        return short_year.then_some(Parts { year: x, month: y, day: z, short_year: true, ambiguous: false });
    }
    let (day_first, ambiguous) = match (order, x > 12, y > 12) {
        (_, true, _) => (true, false),
        (_, _, true) => (false, false),
        (DayOrder::Dmy, ..) => (true, false),
        (DayOrder::Mdy, ..) => (false, false),
        // A spreadsheet of the American kind writes 3/5/2026 for 5 March; nothing in the column said otherwise.
        (DayOrder::Ymd, ..) => (false, x != y),
    };
    let (month, day) = if day_first { (y, x) } else { (x, y) };
    Some(Parts { year: z, month, day, short_year, ambiguous })
}

fn run_together(text: &str, order: DayOrder) -> Option<Parts> {
    let part = |from: usize, to: usize| text[from..to].parse::<i32>().ok();
    match text.len() {
        8 | 14 => {
            let first = part(0, 4)?;
            let year_first = (1800..=2200).contains(&first);
            match order {
                DayOrder::Dmy if !year_first => Some(Parts::of(part(4, 8)?, part(2, 4)?, part(0, 2)?)),
                DayOrder::Mdy if !year_first => Some(Parts::of(part(4, 8)?, part(0, 2)?, part(2, 4)?)),
                _ => Some(Parts::of(first, part(4, 6)?, part(6, 8)?)),
            }
        }
        6 => {
            Some(Parts { year: part(0, 2)?, month: part(2, 4)?, day: part(4, 6)?, short_year: true, ambiguous: false })
        }
        _ => None,
    }
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// `5-Mar-2026`, `March 5th, 2026`, `Thu 5 Mar 26`.
fn with_month_name(text: &str) -> Option<Parts> {
    let lower = text.to_ascii_lowercase();
    let words: Vec<&str> = lower.split([' ', '-', '/', ',', '.']).filter(|word| !word.is_empty()).collect();
    let month = words.iter().find_map(|word| {
        let place = MONTHS.iter().position(|name| word.len() >= 3 && word.starts_with(name))?;
        let full = [
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
        ];
        full[place].starts_with(word).then_some(place).or((*word == "sept").then_some(place))
    })?;
    let numbers: Vec<&str> = words
        .iter()
        .map(|word| word.trim_end_matches(|c: char| c.is_ascii_alphabetic()))
        .filter(|word| number(word).is_some())
        .collect();
    let [first, second] = numbers.as_slice() else { return None };
    let (day, year) = if first.len() == 4 { (second, first) } else { (first, second) };
    let short_year = year.len() <= 2;
    Some(Parts { year: number(year)?, month: month as i32 + 1, day: number(day)?, short_year, ambiguous: false })
}

fn chinese(text: &str) -> Option<Parts> {
    let (year, rest) = text.split_once('年')?;
    let (month, day) = rest.split_once('月')?;
    let day = day.trim().trim_end_matches(['日', '号']);
    let year = year.trim().trim_start_matches("公元");
    let short_year = year.chars().count() <= 2;
    Some(Parts {
        year: chinese_year(year)?,
        month: chinese_number(month)?,
        day: chinese_number(day)?,
        short_year,
        ambiguous: false,
    })
}

/// `二〇二六`, `2026`, `26`: digit by digit.
pub(super) fn chinese_year(text: &str) -> Option<i32> {
    let mut digits = String::new();
    for c in text.chars().filter(|c| *c != ' ') {
        let value = if c.is_ascii_digit() { c.to_digit(10) } else { chinese_digit(c) };
        digits.push(char::from_digit(value?, 10)?);
    }
    number(&digits)
}

/// `十二`, `廿一`, `三十`, `卅`, `12`: a number below a hundred.
pub(super) fn chinese_number(text: &str) -> Option<i32> {
    let bare: String = text.chars().filter(|c| *c != ' ').collect();
    if let Some(plain) = number(&bare) {
        return Some(plain);
    }
    let (mut tens, mut ones) = (0, 0);
    for c in bare.chars() {
        match c {
            '十' | '拾' => tens = if ones == 0 { 1 } else { std::mem::take(&mut ones) },
            '廿' => tens = 2,
            '卅' => tens = 3,
            _ if ones == 0 => ones = chinese_digit(c)? as i32,
            _ => return None,
        }
    }
    let value = tens * 10 + ones;
    (value > 0 && !bare.is_empty()).then_some(value)
}

fn chinese_digit(c: char) -> Option<u32> {
    match c {
        '〇' | '零' | '○' | 'O' => Some(0),
        '一' | '壹' | '元' => Some(1),
        '二' | '贰' | '两' => Some(2),
        '三' | '叁' => Some(3),
        '四' | '肆' => Some(4),
        '五' | '伍' => Some(5),
        '六' | '陆' => Some(6),
        '七' | '柒' => Some(7),
        '八' | '捌' => Some(8),
        '九' | '玖' => Some(9),
        _ => None,
    }
}

/// `2026年3月` and `2026-03` name a month; its first day is proposed.
fn month_only(tidied: &str) -> Option<String> {
    let bare = tidied.trim_end_matches(['月', '份']);
    let (year, month) = bare.split_once(['年', '-', '/', '.'])?;
    let (year, month) = (chinese_year(year)?, chinese_number(month)?);
    let day = Day::of(i16::try_from(year).ok()?, i8::try_from(month).ok()?, 1).ok()?;
    YEARS.contains(&day.year()).then(|| day.to_string())
}

#[cfg(test)]
#[path = "day_tests.rs"]
mod tests;
