//! Single cells: phones, id numbers, days solar and lunar, money, and every other field.

use crate::{text_of, today};
use tend_rules::base::{Currency, Day, MonthDay};
use tend_rules::customer::{PointKind, contact_keys, mask};
use tend_rules::intake::*;

/// A phone number, its look-up keys and its mask.
pub(super) fn phone(bytes: &[u8]) {
    let text = text_of(bytes);
    let _ = clean_phones(&text);
    if let Some(phone) = clean_phone(&text).value() {
        let _ = (phone.national(), phone.is_mobile(), phone.extension().map(str::len), phone.last_digits(4).len());
        let _ = (contact_keys(PointKind::Phone, phone.e164()), mask(PointKind::Phone, phone.e164()));
        let again = clean_phone(phone.e164()).value();
        assert_eq!(again.as_ref().map(Phone::e164), Some(phone.e164()), "a clean phone is clean");
    }
    if let Some(typed) = clean_typed_phone(&text).value() {
        assert_eq!(clean_phone(&text).value().as_ref(), Some(&typed), "a field takes no more than a file");
        assert_eq!(clean_typed_phone(&typed.to_string()).value(), Some(typed), "what is kept can be typed again");
    }
    let _ = (contact_keys(PointKind::Phone, &text), mask(PointKind::Phone, &text));
}

/// An id number as text and as the number of a spreadsheet.
pub(super) fn id_number(bytes: &[u8]) {
    let text = text_of(bytes);
    for kind in [CellKind::Text, CellKind::Number, CellKind::Date] {
        let _ = clean_id_number(&text, kind);
    }
    let _ = (contact_keys(PointKind::IdNumber, &text), mask(PointKind::IdNumber, &text));
}

/// A day, an instant, a birthday solar or lunar.
pub(super) fn day(bytes: &[u8]) {
    let text = text_of(bytes);
    for order in [DayOrder::Ymd, DayOrder::Dmy, DayOrder::Mdy] {
        let reading = DayReading { order, today: today() };
        if let Some(day) = clean_day(&text, &reading).value() {
            assert_eq!(day.to_string().parse(), Ok(day), "a day is written and read as the same");
        }
        let _ = clean_instant(&text, &reading);
        for calendar in [Calendar::Solar, Calendar::Lunar] {
            let _ = clean_birthday(&text, calendar, &reading);
        }
    }
    if let Ok(day) = text.parse::<Day>() {
        let _ = (day.plus_months(i32::MAX), day.plus_months(i32::MIN), day + i32::MAX, day - i32::MAX);
        let _ = (day.whole_years_until(today()), day.month_day().next_from(day), day.weekday());
    }
    if let Some([month, dom, rest @ ..]) = bytes.first_chunk::<4>() {
        let year = i16::from_le_bytes(*rest);
        let (month, dom) = (i8::from_le_bytes([*month]), i8::from_le_bytes([*dom]));
        let _ = (lunar_day(year, month, dom), Birthday::lunar(Some(year), month, dom));
        let _ = Birthday::without_year(month, dom).and_then(|birthday| birthday.born_on());
        let _ = MonthDay { month, day: dom }.kept_in(year);
        let _ = first_day(f64::from(year) * f64::from(month), year % 2 == 0);
    }
}

/// An amount, a number.
pub(super) fn money(bytes: &[u8]) {
    let text = text_of(bytes);
    let _ = (clean_money(&text, Currency::CNY), clean_double(&text), clean_int(&text));
    let _ = (clean_months(&text), clean_pay_every_months(&text));
}

/// Every other field.
pub(super) fn cell(bytes: &[u8]) {
    let text = text_of(bytes);
    if let Some(name) = clean_name(&text).value() {
        let _ = join_name(&name, &name);
    }
    let _ = (sound_of_name(&text), split_name(&text), tidy(&text).len(), clean_text(&text, 40));
    let _ = (clean_identifier(&text), clean_plate(&text), clean_labels(&text), clean_language(&text));
    let _ = (clean_flag(&text), clean_refusal(&text), clean_channels(&text), clean_calendar(&text));
    let _ = (clean_gender(&text), clean_tier(&text), clean_class(&text), clean_lifecycle(&text));
    let _ = (clean_agreement_kind(&text), clean_agreement_status(&text), clean_wechat(&text));
    let _ = (clean_mails(&text), key_of(&text), is_reserved(&text), fold_heading(&text));
    let (left, right) = text.split_once('\n').unwrap_or((&text, &text));
    let alike = similar_address(left, right);
    assert!((0.0..=1.0).contains(&alike), "a likeness of {alike}");
    for kind in [PointKind::Mail, PointKind::Wechat, PointKind::Address] {
        let _ = (contact_keys(kind, &text), mask(kind, &text));
    }
    let guarded = guard_formula(&text);
    assert!(guarded == text || guarded.strip_prefix('\'') == Some(&text), "a guard only puts an apostrophe before it");
}
