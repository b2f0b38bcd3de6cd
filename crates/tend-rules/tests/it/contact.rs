//! What an outcome does: one line for each case, and what holds for all of them.

use proptest::prelude::*;
use tend_rules::base::{Day, Instant};
use tend_rules::contact::*;

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

/// Today is 23 November, 09:00; the last day is 28 November.
fn said(code: &str, note: &str, next: Option<&str>, minute: Option<u16>) -> String {
    let code = usual_codes().into_iter().find(|known| known.code == code).expect("a usual code");
    let now = Situation { today: day("2026-11-23"), minute: 540, not_after: day("2026-11-28") };
    match weigh(&code, note, NextStep { day: next.map(day), minute }, now) {
        Err(unfit) => format!("{unfit:?}"),
        Ok(Consequence { fate, follow_up }) => {
            let fate = match fate {
                Fate::Again { day, minute } => format!("again {day} {:02}:{:02}", minute / 60, minute % 60),
                other => format!("{other:?}").to_lowercase(),
            };
            follow_up.map_or(fate.clone(), |(day, minute)| format!("{fate}, next {day} {minute:?}"))
        }
    }
}

#[test]
fn each_code_has_its_consequence() {
    for (code, note, next, minute, expected) in [
        ("done", "", None, None, "done"),
        ("done", "", Some("2026-12-24"), Some(600), "done, next 2026-12-24 Some(600)"),
        ("later", "", None, None, "again 2026-11-26 09:00"),
        ("later", "", Some("2026-11-25"), Some(615), "again 2026-11-25 10:15"),
        ("later", "", Some("2026-11-23"), None, "again 2026-11-23 10:00"),
        ("later", "", Some("2026-12-02"), Some(600), "done, next 2026-12-02 Some(600)"),
        ("later", "", Some("2026-11-22"), None, "NextPast"),
        ("later", "", Some("2026-11-23"), Some(540), "NextPast"),
        ("later", "", Some("2028-11-23"), None, "NextTooFar"),
        ("no_answer", "", None, None, "again 2026-11-24 09:00"),
        ("no_answer", "", Some("2026-11-29"), None, "failed"),
        ("declined", "", None, None, "NoteNeeded"),
        ("declined", "  ", None, None, "NoteNeeded"),
        ("declined", "已在别家买", None, None, "failed"),
        ("declined", "明年再说", Some("2027-10-01"), None, "failed, next 2027-10-01 None"),
        ("complaint", "态度差", None, None, "done, next 2026-11-24 None"),
    ] {
        assert_eq!(said(code, note, next, minute), expected, "{code} {note} {next:?} {minute:?}");
    }
    assert_eq!(said("done", &"长".repeat(2001), None, None), "NoteTooLong");
}

#[test]
fn an_outcome_may_be_taken_back_for_ten_seconds() {
    let at = Instant::from_millis(1_000_000);
    assert!(may_take_back(at, at));
    assert!(may_take_back(at, at.plus_seconds(10)));
    assert!(!may_take_back(at, at.plus_seconds(11)));
    assert!(!may_take_back(at.plus_seconds(5), at), "a clock set back opens nothing");
}

proptest! {
    #[test]
    fn what_comes_again_never_comes_after_the_last_day_nor_before_now(
        place in 0..7usize, next in proptest::option::of(-3..500i32), minute in proptest::option::of(0..1440u16),
        left in 0..30i32, now_minute in 0..1440u16,
    ) {
        let today = day("2026-11-23");
        let now = Situation { today, minute: now_minute, not_after: today + left };
        let code = &usual_codes()[place];
        let next = NextStep { day: next.map(|days| today + days), minute };
        if let Ok(consequence) = weigh(code, "a note", next, now) {
            if let Fate::Again { day, minute } = consequence.fate {
                prop_assert!(today <= day && day <= now.not_after);
                prop_assert!(day > today || minute >= now_minute);
                prop_assert_eq!(consequence.follow_up, None, "either it comes again or another follows");
            }
            if let Some((day, _)) = consequence.follow_up {
                prop_assert!(day >= today);
            }
        }
    }
}
