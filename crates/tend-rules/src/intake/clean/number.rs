//! Numbers without a currency: whole, with a fraction, percent, and spans of months.

use super::text::{is_missing, tidy};
use crate::intake::problem::{Cleaned, ProblemCode};

/// A decimal number as people write it, taken apart: sign, digits before and behind the point.
pub(super) struct Decimal {
    /// Whether it is below zero.
    pub negative: bool,
    /// Digits before the point, no leading sign; may be empty.
    pub whole: String,
    /// Digits behind the point; may be empty.
    pub fraction: String,
}

/// Reads `1,234.50`, `1 234,50`, `-5`, `5-`, `(5)`, `1.2E+3`; `None` if it is no number.
///
/// A single comma or point followed by exactly three digits is a mark of thousands if it is a comma.
pub(super) fn decimal(text: &str) -> Option<Decimal> {
    let bracketed = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let inner = bracketed.unwrap_or(text).trim();
    let (signed, unsigned) = match inner.strip_prefix('-').or_else(|| inner.strip_suffix('-')) {
        Some(rest) => (true, rest),
        None => (false, inner.strip_prefix('+').unwrap_or(inner)),
    };
    let negative = signed || bracketed.is_some();
    let bare: String = unsigned.chars().filter(|c| !matches!(c, ' ' | '\'' | '_')).collect();
    if let Some(expanded) = expand_exponent(&bare) {
        let (whole, fraction) = expanded.split_once('.').unwrap_or((&expanded, ""));
        return Some(Decimal { negative, whole: whole.to_owned(), fraction: fraction.to_owned() });
    }
    if bare.is_empty() || !bare.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b',') {
        return None;
    }
    let point = point_of(&bare)?;
    let digits = |part: &str| part.chars().filter(char::is_ascii_digit).collect::<String>();
    let (whole, fraction) = match point {
        Some(at) => (digits(&bare[..at]), digits(&bare[at + 1..])),
        None => (digits(&bare), String::new()),
    };
    (!(whole.is_empty() && fraction.is_empty())).then_some(Decimal { negative, whole, fraction })
}

/// Where the decimal point stands: `Some(None)` for none, `None` if the marks make no number.
fn point_of(text: &str) -> Option<Option<usize>> {
    let (commas, points) = (text.matches(',').count(), text.matches('.').count());
    let (last_comma, last_point) = (text.rfind(','), text.rfind('.'));
    let grouped = |part: &str, mark: char| {
        let mut groups = part.split(mark);
        let first = groups.next().is_some_and(|first| (1..=4).contains(&first.len()));
        first && groups.all(|group| matches!(group.len(), 3 | 4) && group.bytes().all(|b| b.is_ascii_digit()))
    };
    match (commas, points) {
        (0, 0) => Some(None),
        (0, 1) => Some(last_point),
        (0, _) => grouped(text, '.').then_some(None),
        (1, 0) if !grouped(text, ',') => Some(last_comma),
        (_, 0) => grouped(text, ',').then_some(None),
        (_, 1) if last_point > last_comma => grouped(&text[..last_point?], ',').then_some(last_point),
        (1, _) if last_comma > last_point => grouped(&text[..last_comma?], '.').then_some(last_comma),
        _ => None,
    }
}

/// Writes `1.2E+3` as `1200`; `None` if there is no exponent or an absurd one.
fn expand_exponent(text: &str) -> Option<String> {
    text.find(['e', 'E'])?;
    let shaped = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'));
    let value: f64 = shaped.then(|| text.parse().ok()).flatten()?;
    (value.abs() < 1e15).then(|| format!("{value}"))
}

fn to_double(decimal: &Decimal) -> Option<f64> {
    let text =
        format!("{}{}.{}", if decimal.negative { "-" } else { "" }, zero(&decimal.whole), zero(&decimal.fraction));
    text.parse::<f64>().ok().filter(|value| value.is_finite())
}

fn zero(digits: &str) -> &str {
    if digits.is_empty() { "0" } else { digits }
}

/// A number with a fraction; `45%` is 0.45.
pub fn clean_double(text: &str) -> Cleaned<f64> {
    let tidied = tidy(text);
    if is_missing(&tidied) {
        return Cleaned::Missing;
    }
    let (number, scale) = match tidied.strip_suffix('%') {
        Some(number) => (number.trim_end(), 100.0),
        None => (&*tidied, 1.0),
    };
    let value = decimal(number).as_ref().and_then(to_double);
    value.map_or(Cleaned::refused(ProblemCode::NumberUnreadable), |value| Cleaned::Value(value / scale))
}

/// A whole number; `12.0` is one, `12.5` is refused with `13` proposed.
pub fn clean_int(text: &str) -> Cleaned<i64> {
    let tidied = tidy(text);
    if is_missing(&tidied) {
        return Cleaned::Missing;
    }
    let Some(decimal) = decimal(&tidied) else { return Cleaned::refused(ProblemCode::NumberUnreadable) };
    if decimal.fraction.bytes().any(|b| b != b'0') {
        let rounded = to_double(&decimal).map(|value| format!("{:.0}", value.round()));
        return match rounded {
            Some(rounded) => Cleaned::refused_with(ProblemCode::NumberNotWhole, rounded),
            None => Cleaned::refused(ProblemCode::NumberNotWhole),
        };
    }
    match zero(&decimal.whole).parse::<i64>() {
        Ok(value) if decimal.negative => Cleaned::Value(-value),
        Ok(value) => Cleaned::Value(value),
        Err(_) => Cleaned::refused(ProblemCode::NumberOutOfRange),
    }
}

/// A span in months: `24`, `24个月`, `2年`, `1年3个月`, `2 years`. At most 1200.
pub fn clean_months(text: &str) -> Cleaned<u16> {
    let tidied = tidy(text).to_lowercase();
    if is_missing(&tidied) {
        return Cleaned::Missing;
    }
    let bare: String = tidied.chars().filter(|c| *c != ' ').collect();
    let unit_free = |part: &str| part.parse::<f64>().ok().filter(|value| *value >= 0.0);
    let month_words = ["个月", "月", "months", "month", "mths", "mth"];
    let without_months = month_words.iter().find_map(|word| bare.strip_suffix(word)).unwrap_or(&bare);
    let years = ["年", "years", "year", "yrs"].iter().find_map(|word| without_months.split_once(word));
    let months = match years {
        Some(("半", "")) => Some(6.0),
        Some((years, "")) => unit_free(years).map(|years| years * 12.0),
        Some((years, rest)) => unit_free(years).zip(unit_free(rest)).map(|(years, months)| years * 12.0 + months),
        None => unit_free(without_months),
    };
    match months.map(f64::floor) {
        None => Cleaned::refused(ProblemCode::NumberUnreadable),
        Some(months) if months <= 1200.0 => Cleaned::Value(months as u16),
        Some(_) => Cleaned::refused(ProblemCode::NumberOutOfRange),
    }
}

/// Months between two payments: 年缴, yearly, 12 → 12; 半年 → 6; 季 → 3; 月 → 1; 趸交 → 0. At most 120.
pub fn clean_pay_every_months(text: &str) -> Cleaned<u16> {
    let tidied = tidy(text).to_lowercase();
    if is_missing(&tidied) {
        return Cleaned::Missing;
    }
    let bare = tidied.trim_end_matches(['缴', '交', '付', '费']).trim_end_matches("缴费");
    let months = match bare {
        "趸" | "一次性" | "一次" | "single" | "once" | "lump sum" => 0,
        "月" | "按月" | "每月" | "monthly" | "month" | "month-to-month" | "m" => 1,
        "季" | "按季" | "每季" | "季度" | "quarterly" | "quarter" | "q" => 3,
        "半年" | "每半年" | "half-yearly" | "semi-annual" | "semiannual" | "half-year" => 6,
        "年" | "按年" | "每年" | "yearly" | "annual" | "annually" | "year" | "y" => 12,
        _ => match clean_months(&tidied) {
            Cleaned::Value(months) if months <= 120 => months,
            Cleaned::Value(_) => return Cleaned::refused(ProblemCode::NumberOutOfRange),
            other => return other,
        },
    };
    Cleaned::Value(months)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles() {
        let check = |text: &str, expected: Option<f64>| assert_eq!(clean_double(text).value(), expected, "{text:?}");
        check("29.85", Some(29.85));
        check("1,234.5", Some(1234.5));
        check("1.234,5", Some(1234.5));
        check("12,5", Some(12.5));
        check("1,234", Some(1234.0));
        check("1 234 567.8", Some(1_234_567.8));
        check("-3", Some(-3.0));
        check("(3)", Some(-3.0));
        check("45%", Some(0.45));
        check("１２．５％", Some(0.125));
        check("1.2E+3", Some(1200.0));
        check("", None);
        check(" ", None);
        check("abc", None);
        check("1.2.3", None);
        check("..", None);
    }

    #[test]
    fn whole_numbers() {
        let check = |text: &str, expected: Cleaned<i64>| assert_eq!(clean_int(text), expected, "{text:?}");
        check("12.0", Cleaned::Value(12));
        check("１２", Cleaned::Value(12));
        check("-10", Cleaned::Value(-10));
        check("12.5", Cleaned::refused_with(ProblemCode::NumberNotWhole, "13"));
        check("99999999999999999999", Cleaned::refused(ProblemCode::NumberOutOfRange));
        check("十二", Cleaned::refused(ProblemCode::NumberUnreadable));
    }

    #[test]
    fn spans_of_months() {
        let check = |text: &str, expected: Option<u16>| assert_eq!(clean_months(text).value(), expected, "{text:?}");
        check("半年", Some(6));
        check("24", Some(24));
        check("24个月", Some(24));
        check("2年", Some(24));
        check("1年3个月", Some(15));
        check("2 years", Some(24));
        check("0", Some(0));
        check("-1", None);
        check("long", None);
        assert_eq!(clean_pay_every_months("年缴").value(), Some(12));
        assert_eq!(clean_pay_every_months("趸交").value(), Some(0));
        assert_eq!(clean_pay_every_months("月付").value(), Some(1));
        assert_eq!(clean_pay_every_months("quarterly").value(), Some(3));
        assert_eq!(clean_pay_every_months("6").value(), Some(6));
    }
}
