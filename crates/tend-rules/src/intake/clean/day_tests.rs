//! Days as files write them, one line a case.

use super::*;

#[track_caller]
fn check_in(order: DayOrder, text: &str, expected: &str) {
    let reading = DayReading { order, today: Day::of(2026, 11, 23).expect("a day") };
    let told = match clean_day(text, &reading) {
        Cleaned::Missing => "missing".to_owned(),
        Cleaned::Value(day) => day.to_string(),
        Cleaned::Doubtful(day, finding) => format!("{day}, {}", finding.code.word()),
        Cleaned::Refused(finding) => match finding.suggestion {
            Some(suggestion) => format!("{} → {suggestion}", finding.code.word()),
            None => finding.code.word().to_owned(),
        },
    };
    assert_eq!(told, expected, "{text:?}");
}

#[track_caller]
fn check(text: &str, expected: &str) {
    check_in(DayOrder::Ymd, text, expected);
}

#[test]
fn days_in_every_dress() {
    for text in [
        "2026-03-05",
        "2026-3-5",
        "2026/3/5",
        "2026.3.5",
        "2026. 3. 5",
        "20260305",
        "２０２６－０３－０５",
        "2026年3月5日",
        "2026年03月05号",
        "2026 年 3 月 5 日",
        "二〇二六年三月五日",
        "二零二六年三月五日",
        "5-Mar-2026",
        "5 March 2026",
        "March 5, 2026",
        "Mar 5th, 2026",
        "Thu, 5 Mar 2026",
        "2026-Mar-05",
        "2026-03-05 08:26:00",
        "2026-03-05T08:26:00Z",
        "2026/3/5 0:00",
        "2026年3月5日 8:26",
        "2026年3月5日8:26",
        "2026/3/5 星期四",
        "46086",
        "46086.351",
        "20260305082600",
        "2026-03-05 上午 8:26",
    ] {
        check(text, "2026-03-05");
    }
    check("二〇二六年十二月二十一日", "2026-12-21");
    check("二〇二六年十月三十日", "2026-10-30");
}

#[test]
fn the_column_decides_day_or_month_first() {
    check_in(DayOrder::Dmy, "3/5/2026", "2026-05-03");
    check_in(DayOrder::Mdy, "3/5/2026", "2026-03-05");
    check_in(DayOrder::Dmy, "03.05.26", "2026-05-03, day_century_guessed");
    check_in(DayOrder::Mdy, "13/5/2026", "2026-05-13");
    check_in(DayOrder::Dmy, "05032026", "2026-03-05");
    check("3/5/2026", "2026-03-05, day_ambiguous");
    check("3/3/2026", "2026-03-03");
    check("13/5/2026", "2026-05-13");
    check("12/25/2026", "2026-12-25");
}

#[test]
fn two_digit_years_find_their_century() {
    check("26-3-5", "2026-03-05, day_century_guessed");
    check("85年3月5日", "1985-03-05, day_century_guessed");
    check("850305", "1985-03-05, day_century_guessed");
    check("36-3-5", "2036-03-05, day_century_guessed");
    check("37-3-5", "1937-03-05, day_century_guessed");
}

#[test]
fn what_is_no_day_says_why() {
    check("", "missing");
    check("无", "missing");
    check("2026-02-30", "day_impossible → 2026-02-28");
    check("2026-13-01", "day_impossible");
    check("2026/2/29", "day_impossible → 2026-02-28");
    check("2026年3月", "day_unreadable → 2026-03-01");
    check("2026-03", "day_unreadable → 2026-03-01");
    check("0001-01-01", "day_too_early");
    check("1800-01-01", "day_too_early");
    check("9999-12-31", "day_in_future");
    check("明天", "day_unreadable");
    check("3月5日", "day_unreadable");
    check("12", "day_unreadable");
    check("1-2-3-4", "day_unreadable");
}

#[test]
fn spreadsheet_serials_by_both_epochs() {
    let day =
        |serial: f64, epoch_1904: bool| first_day(serial, epoch_1904).map(|day| day.to_string()).unwrap_or_default();
    assert_eq!(day(1.0, false), "1900-01-01");
    assert_eq!(day(59.0, false), "1900-02-28");
    assert_eq!(day(60.0, false), "", "29 February 1900 never was");
    assert_eq!(day(61.0, false), "1900-03-01");
    assert_eq!(day(46086.75, false), "2026-03-05");
    assert_eq!(day(0.0, true), "1904-01-01");
    assert_eq!(day(44624.0, true), "2026-03-05");
    assert_eq!(day(-1.0, false), "");
}

#[test]
fn instants_keep_their_time() {
    let reading = DayReading { order: DayOrder::Ymd, today: Day::of(2026, 11, 23).expect("a day") };
    let check = |text: &str, second: u32| {
        let told = clean_instant(text, &reading).value().map(|(day, second)| (day.to_string(), second));
        assert_eq!(told, Some(("2010-12-01".to_owned(), second)), "{text:?}");
    };
    check("2010-12-01 08:26:00", 8 * 3600 + 26 * 60);
    check("2010-12-01T08:26", 8 * 3600 + 26 * 60);
    check("2010/12/1 8:26 PM", 20 * 3600 + 26 * 60);
    check("2010年12月1日 下午8:26", 20 * 3600 + 26 * 60);
    check("2010-12-01", 0);
    check("40513.5", 43_200);
}
