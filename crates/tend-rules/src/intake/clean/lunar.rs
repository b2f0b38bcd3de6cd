//! Birthdays by either calendar: 农历八月十五, 闰四月初三, 腊月廿三, `lunar 1990-08-15`, 08-15.

use super::day::{DayReading, chinese_number, chinese_year, clean_day};
use super::text::{is_missing, tidy};
use crate::base::Day;
use crate::intake::birthday::{Birthday, Calendar};
use crate::intake::problem::{Cleaned, Finding, ProblemCode};

/// A birthday. The cell itself decides for the lunar calendar (农历, 闰, 初, 腊 …); `calendar` is what another column or
/// the heading says, by which plain numbers are read.
pub fn clean_birthday(text: &str, calendar: Calendar, reading: &DayReading) -> Cleaned<Birthday> {
    let tidied = tidy(text);
    if is_missing(&tidied) {
        return Cleaned::Missing;
    }
    let (bare, named) = without_calendar(&tidied);
    let is_lunar =
        named == Some(Calendar::Lunar) || says_lunar(&bare) || (calendar == Calendar::Lunar && named.is_none());
    if is_lunar { lunar(&bare, reading) } else { solar(&bare, reading) }
}

/// Takes 农历, 阴历, lunar … or 公历, solar … away and says which it was.
fn without_calendar(tidied: &str) -> (String, Option<Calendar>) {
    let lower = tidied.to_lowercase();
    let words = [
        ("农历", Calendar::Lunar),
        ("阴历", Calendar::Lunar),
        ("旧历", Calendar::Lunar),
        ("夏历", Calendar::Lunar),
        ("lunar", Calendar::Lunar),
        ("(农)", Calendar::Lunar),
        ("(阴)", Calendar::Lunar),
        ("公历", Calendar::Solar),
        ("阳历", Calendar::Solar),
        ("新历", Calendar::Solar),
        ("solar", Calendar::Solar),
        ("(阳)", Calendar::Solar),
        ("(公)", Calendar::Solar),
    ];
    let found = words.iter().find(|(word, _)| lower.contains(word));
    let bare = found.map_or(lower.clone(), |(word, _)| lower.replace(word, " "));
    let bare = bare.trim_matches(|c: char| matches!(c, ' ' | '(' | ')' | ':' | ','));
    (bare.replace("()", ""), found.map(|(_, calendar)| *calendar))
}

fn says_lunar(text: &str) -> bool {
    ["闰", "初", "廿", "正月", "腊月", "冬月"].iter().any(|mark| text.contains(mark))
}

fn solar(text: &str, reading: &DayReading) -> Cleaned<Birthday> {
    if let Some(birthday) = month_and_day(text).and_then(|(month, day)| Birthday::without_year(month, day)) {
        return Cleaned::Value(birthday);
    }
    match clean_day(text, reading) {
        Cleaned::Value(day) if day > reading.today => Cleaned::refused(ProblemCode::DayInFuture),
        // A person born "26 years from now" was born a hundred years earlier.
        Cleaned::Doubtful(day, finding) if day > reading.today => match century_back(day) {
            Some(day) if finding.code == ProblemCode::DayCenturyGuessed => {
                Cleaned::Doubtful(Birthday::on(day), finding)
            }
            _ => Cleaned::refused(ProblemCode::DayInFuture),
        },
        Cleaned::Value(day) | Cleaned::Doubtful(day, _) if day.year() < 1890 => {
            Cleaned::Refused(Finding { code: ProblemCode::DayTooEarly, suggestion: None })
        }
        other => other.map(Birthday::on),
    }
}

fn century_back(day: Day) -> Option<Day> {
    Day::of(day.year() - 100, day.month(), day.day_of_month()).ok()
}

/// `8月15日`, `08-15`, `8/15`: no year.
fn month_and_day(text: &str) -> Option<(i8, i8)> {
    let bare = text.trim_end_matches(['日', '号']);
    if bare.contains('年') {
        return None;
    }
    let (month, day) = bare.split_once(['月', '-', '/', '.'])?;
    let (month, day) = (chinese_number(month)?, chinese_number(day)?);
    ((1..=12).contains(&month) && (1..=31).contains(&day)).then_some((month as i8, day as i8))
}

fn lunar(text: &str, reading: &DayReading) -> Cleaned<Birthday> {
    let Some((year, month, day)) = lunar_parts(text) else { return Cleaned::refused(ProblemCode::DayUnreadable) };
    let guessed = year.is_some_and(|year| year < 100);
    let year = year.map(|year| if guessed { past_year(year, reading.today) } else { year });
    if year.is_some_and(|year| year > reading.today.year()) {
        return Cleaned::refused(ProblemCode::DayInFuture);
    }
    match Birthday::lunar(year, month, day) {
        Some(birthday) if guessed => Cleaned::doubtful(birthday, ProblemCode::DayCenturyGuessed),
        Some(birthday) => Cleaned::Value(birthday),
        None => Cleaned::Refused(Finding {
            code: ProblemCode::LunarDayImpossible,
            suggestion: nearest_lunar(year, month, day),
        }),
    }
}

fn past_year(short: i16, today: Day) -> i16 {
    let near = today.year() / 100 * 100 + short;
    if near > today.year() { near - 100 } else { near }
}

/// The ordinary month where the year has no such leap month, the last day where the month is shorter.
fn nearest_lunar(year: Option<i16>, month: i8, day: i8) -> Option<String> {
    [(month.abs(), day), (month, 30), (month.abs(), 30), (month, 29), (month.abs(), 29)].into_iter().find_map(
        |(month, day)| {
            let birthday = Birthday::lunar(year, month, day)?;
            let leap = if birthday.month < 0 { "闰" } else { "" };
            let year = birthday.year.map_or(String::new(), |year| format!("{year}年"));
            Some(format!("农历{year}{leap}{}月{}日", birthday.month.abs(), birthday.day))
        },
    )
}

/// Year, month (negative for a leap month) and day.
fn lunar_parts(text: &str) -> Option<(Option<i16>, i8, i8)> {
    let leap = text.contains('闰') || text.contains("leap");
    let bare: String = text.replace("leap", "").chars().filter(|c| !matches!(c, '闰' | ' ' | '(' | ')')).collect();
    let (year, rest) = match bare.split_once('年') {
        Some((year, rest)) => (Some(i16::try_from(chinese_year(year)?).ok()?), rest),
        None => (None, bare.as_str()),
    };
    let (year, month, day) = match rest.split_once('月') {
        Some((month, day)) => (year, lunar_month(month)?, lunar_day_of_month(day)?),
        None => numeric(rest, year)?,
    };
    let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    Some((year, if leap { -month } else { month }, day))
}

fn numeric(text: &str, year: Option<i16>) -> Option<(Option<i16>, i32, i32)> {
    let parts: Vec<&str> = text.split(['-', '/', '.']).collect();
    let number = |part: &str| part.parse::<i32>().ok().filter(|_| part.len() <= 4);
    match parts.as_slice() {
        [run] if run.len() == 8 && run.is_ascii() => {
            Some((Some(i16::try_from(number(&run[..4])?).ok()?), number(&run[4..6])?, number(&run[6..])?))
        }
        [month, day] => Some((year, number(month)?, number(day)?)),
        [year, month, day] => Some((Some(i16::try_from(number(year)?).ok()?), number(month)?, number(day)?)),
        _ => None,
    }
}

fn lunar_month(text: &str) -> Option<i32> {
    match text {
        "正" => Some(1),
        "冬" => Some(11),
        "腊" | "臘" => Some(12),
        _ => chinese_number(text),
    }
}

fn lunar_day_of_month(text: &str) -> Option<i32> {
    let bare = text.trim_start_matches('初').trim_end_matches(['日', '号']);
    chinese_number(bare)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::mapping::DayOrder;

    #[track_caller]
    fn check_by(calendar: Calendar, text: &str, expected: &str) {
        let reading = DayReading { order: DayOrder::Ymd, today: Day::of(2026, 11, 23).expect("a day") };
        let tell = |b: Birthday| {
            let year = b.year.map_or("?".to_owned(), |year| year.to_string());
            format!("{} {year} {} {}", b.calendar.word(), b.month, b.day)
        };
        let told = match clean_birthday(text, calendar, &reading) {
            Cleaned::Missing => "missing".to_owned(),
            Cleaned::Value(birthday) => tell(birthday),
            Cleaned::Doubtful(birthday, finding) => format!("{}, {}", tell(birthday), finding.code.word()),
            Cleaned::Refused(finding) => match finding.suggestion {
                Some(suggestion) => format!("{} → {suggestion}", finding.code.word()),
                None => finding.code.word().to_owned(),
            },
        };
        assert_eq!(told, expected, "{text:?}");
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        check_by(Calendar::Solar, text, expected);
    }

    #[test]
    fn lunar_birthdays() {
        check("农历八月十五", "lunar ? 8 15");
        check("农历1990年八月十五", "lunar 1990 8 15");
        check("一九九〇年八月十五(农历)", "lunar 1990 8 15");
        check("1990年农历八月十五", "lunar 1990 8 15");
        check("阴历1990-08-15", "lunar 1990 8 15");
        check("lunar 1990-08-15", "lunar 1990 8 15");
        check("1990-08-15 (lunar)", "lunar 1990 8 15");
        check("正月初一", "lunar ? 1 1");
        check("腊月廿三", "lunar ? 12 23");
        check("冬月三十", "lunar ? 11 30");
        check("2020年闰四月初三", "lunar 2020 -4 3");
        check("农历2020年闰4月3日", "lunar 2020 -4 3");
        check("1990年五月廿一", "lunar 1990 5 21");
        check("农历85年三月初五", "lunar 1985 3 5, day_century_guessed");
        check_by(Calendar::Lunar, "1990-08-15", "lunar 1990 8 15");
        check_by(Calendar::Lunar, "19900815", "lunar 1990 8 15");
        check_by(Calendar::Lunar, "公历1990-08-15", "solar 1990 8 15");
        // The lunar calendar has a 30 February.
        check_by(Calendar::Lunar, "1990-02-30", "lunar 1990 2 30");
    }

    #[test]
    fn lunar_days_that_never_were() {
        check("2021年闰四月初三", "lunar_day_impossible → 农历2021年4月3日");
        check("农历十三月初一", "lunar_day_impossible");
        check("农历1990年八月三十一", "lunar_day_impossible → 农历1990年8月29日");
        check("农历2050年一月一日", "day_in_future");
    }

    #[test]
    fn solar_birthdays() {
        check("1985-03-05", "solar 1985 3 5");
        check("3月5日", "solar ? 3 5");
        check("03-05", "solar ? 3 5");
        check("2-29", "solar ? 2 29");
        check("85-3-5", "solar 1985 3 5, day_century_guessed");
        check("30-3-5", "solar 1930 3 5, day_century_guessed");
        check("2030-03-05", "day_in_future");
        check("1850-03-05", "day_too_early");
        check("", "missing");
    }
}
