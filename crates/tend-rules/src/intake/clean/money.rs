//! Amounts of money, as exact minor units; never through a floating number.

use super::number::decimal;
use super::text::{is_missing, tidy};
use crate::base::{Currency, Money};
use crate::intake::problem::{Cleaned, Finding, ProblemCode};

/// Signs and words of currencies, before or behind the amount, and their code.
const SIGNS: [(&str, &str); 20] = [
    ("人民币", "CNY"),
    ("RMB", "CNY"),
    ("CNY", "CNY"),
    ("US$", "USD"),
    ("USD", "USD"),
    ("HK$", "HKD"),
    ("HKD", "HKD"),
    ("EUR", "EUR"),
    ("GBP", "GBP"),
    ("JPY", "JPY"),
    ("美元", "USD"),
    ("港币", "HKD"),
    ("港元", "HKD"),
    ("欧元", "EUR"),
    ("英镑", "GBP"),
    ("日元", "JPY"),
    ("$", "USD"),
    ("€", "EUR"),
    ("£", "GBP"),
    ("¥", "CNY"),
];

/// An amount: `¥1,234.50`, `1.2万`, `(123.45)`, `RMB 99`, `12元`, `1.5k`.
///
/// Without a sign the amount is in `currency`. Finer than minor units is rounded half away from zero, with a warning
/// unless it is the noise of a floating number (more than six digits behind the point).
pub fn clean_money(text: &str, currency: Currency) -> Cleaned<Money> {
    let tidied = tidy(text);
    if is_missing(&tidied) {
        return Cleaned::Missing;
    }
    let upper = tidied.to_uppercase().replace('￥', "¥");
    let bracketed = upper.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let whole = bracketed.unwrap_or(&upper).trim_end_matches('整').trim();
    let (amount, currency) = strip_currency(whole, currency);
    let (number, scale) = strip_scale(amount.trim());
    let Some(read) = decimal(number.trim()) else { return Cleaned::refused(ProblemCode::MoneyUnreadable) };
    let minor_digits = if matches!(currency.code(), "JPY" | "KRW" | "VND") { 0 } else { 2 };
    let Some((units, exact)) = minor_units(&read.whole, &read.fraction, minor_digits + scale) else {
        return Cleaned::refused(ProblemCode::NumberOutOfRange);
    };
    let negative = read.negative || bracketed.is_some();
    let money = Money { minor: if negative { -units } else { units }, currency };
    if exact || read.fraction.len() > 6 {
        Cleaned::Value(money)
    } else {
        Cleaned::Doubtful(money, Finding { code: ProblemCode::MoneyRounded, suggestion: None })
    }
}

fn strip_currency(text: &str, home: Currency) -> (String, Currency) {
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest.trim_start()),
        None => ("", text),
    };
    for (mark, code) in SIGNS {
        if let Some(rest) = text.strip_prefix(mark).or_else(|| text.strip_suffix(mark)) {
            let yen = mark == "¥" && home.code() == "JPY";
            let currency = if yen { home } else { Currency::try_from(code.to_owned()).unwrap_or(home) };
            return (format!("{sign}{}", rest.trim()), currency);
        }
    }
    let plain = text.strip_suffix(['元', '圆', '块']).unwrap_or(text);
    (format!("{sign}{plain}"), home)
}

/// The number and the power of ten of its unit.
fn strip_scale(text: &str) -> (&str, usize) {
    let scales = [("亿", 8), ("万", 4), ("千", 3), ("百", 2), ("W", 4), ("K", 3)];
    let found = scales.iter().find_map(|(unit, power)| text.strip_suffix(unit).map(|number| (number, *power)));
    found.unwrap_or((text, 0))
}

/// The number times ten to the `power` as an integer, and whether nothing was rounded; `None` beyond 15 digits.
fn minor_units(whole: &str, fraction: &str, power: usize) -> Option<(i64, bool)> {
    let kept: String = fraction.chars().chain(std::iter::repeat('0')).take(power).collect();
    let rest = fraction.get(power..).unwrap_or("");
    let digits = format!("{whole}{kept}");
    let digits = digits.trim_start_matches('0');
    if digits.len() > 15 {
        return None;
    }
    let units: i64 = if digits.is_empty() { 0 } else { digits.parse().ok()? };
    let up = rest.bytes().next().is_some_and(|first| first >= b'5');
    Some((units + i64::from(up), rest.bytes().all(|b| b == b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let told = match clean_money(text, Currency::CNY) {
            Cleaned::Missing => "missing".to_owned(),
            Cleaned::Value(money) => format!("{} {}", money.minor, money.currency.code()),
            Cleaned::Doubtful(money, finding) => {
                format!("{} {}, {}", money.minor, money.currency.code(), finding.code.word())
            }
            Cleaned::Refused(finding) => finding.code.word().to_owned(),
        };
        assert_eq!(told, expected, "{text:?}");
    }

    #[test]
    fn amounts() {
        check("¥1,234.50", "123450 CNY");
        check("￥１,２３４．５０", "123450 CNY");
        check("1.2万", "1200000 CNY");
        check("1.2万元", "1200000 CNY");
        check("3亿", "30000000000 CNY");
        check("(123.45)", "-12345 CNY");
        check("(¥123.45)", "-12345 CNY");
        check("-¥5", "-500 CNY");
        check("¥-5", "-500 CNY");
        check("100.5-", "-10050 CNY");
        check("99元", "9900 CNY");
        check("RMB 99", "9900 CNY");
        check("99元整", "9900 CNY");
        check("1万整", "1000000 CNY");
        check("$12.30", "1230 USD");
        check("12,30 €", "1230 EUR");
        check("1.5k", "150000 CNY");
        check("JPY 1200", "1200 JPY");
        check("29.849999999999998", "2985 CNY");
        check("0.005", "1 CNY, money_rounded");
        check("0", "0 CNY");
        check("", "missing");
        check("-", "missing");
        check("面议", "money_unreadable");
        check("1..2", "money_unreadable");
        check("99999999999999999", "number_out_of_range");
    }
}
