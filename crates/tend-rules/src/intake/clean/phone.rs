//! Phone numbers of mainland China and, with `+` or `00`, of the world: one or several in a cell.
//!
//! Numbering: mobile 1[3-9] and 11 digits; land lines 010, 02x and 8 digits, 0[3-9]xx and 7 or 8; service numbers
//! 400 and 800 and 7 digits.

use super::text::{is_missing, scientific, tidy};
use crate::intake::phone::Phone;
use crate::intake::problem::{Cleaned, Finding, ProblemCode};

/// The phones of a cell, and what was wrong with parts of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PhonesFound {
    /// The numbers in the order of the cell.
    pub phones: Vec<Phone>,
    /// One finding for each part that is no number or doubtful; its suggestion stands for the whole cell.
    pub findings: Vec<Finding>,
}

/// All numbers of a cell: `13912345678 / 010-85321234转801`.
pub fn clean_phones(text: &str) -> PhonesFound {
    let tidied = tidy(text);
    let mut found = PhonesFound::default();
    for part in parts(&tidied) {
        match clean_phone(&part) {
            Cleaned::Missing => {}
            Cleaned::Value(phone) => found.add(phone),
            Cleaned::Doubtful(phone, finding) => {
                found.add(phone);
                found.findings.push(finding);
            }
            Cleaned::Refused(finding) => found.findings.push(finding),
        }
    }
    let good = !found.phones.is_empty() && !found.findings.is_empty();
    let rest = good.then(|| found.phones.iter().map(spoken).collect::<Vec<_>>().join(" / "));
    for finding in &mut found.findings {
        finding.suggestion = rest.clone().or(finding.suggestion.take());
    }
    found
}

impl PhonesFound {
    fn add(&mut self, phone: Phone) {
        if !self.phones.contains(&phone) {
            self.phones.push(phone);
        }
    }
}

fn spoken(phone: &Phone) -> String {
    phone.extension().map_or_else(|| phone.national(), |extension| format!("{}转{extension}", phone.national()))
}

/// Splits a cell at separators; a part that is only an extension belongs to the number before it.
fn parts(tidied: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for part in tidied.split(['/', '、', ';', ',', '|', '\\', '或', '和', '。']) {
        let part = part.trim();
        let extension_only = part.starts_with(['转', '#']) || part.to_ascii_lowercase().starts_with("ext");
        match parts.last_mut() {
            Some(before) if extension_only => before.push_str(part),
            _ if part.is_empty() => {}
            _ => parts.extend(by_space(part)),
        }
    }
    parts
}

/// Splits at spaces only where each piece is long enough to be a number of its own.
fn by_space(part: &str) -> Vec<String> {
    let pieces: Vec<&str> = part.split(' ').collect();
    let digits = |piece: &&str| piece.bytes().filter(u8::is_ascii_digit).count();
    let alone = pieces.len() > 1 && pieces.iter().all(|piece| digits(piece) >= 10);
    if alone { pieces.into_iter().map(str::to_owned).collect() } else { vec![part.to_owned()] }
}

/// One number.
pub fn clean_phone(text: &str) -> Cleaned<Phone> {
    let tidied = tidy(text);
    if is_missing(&tidied) {
        return Cleaned::Missing;
    }
    if let Some(digits) = scientific(&tidied) {
        return match digits {
            Some(digits) => Cleaned::refused_with(ProblemCode::PhoneLostDigits, digits),
            None => Cleaned::refused(ProblemCode::PhoneLostDigits),
        };
    }
    let whole = tidied.strip_suffix(".0").unwrap_or(&tidied);
    let (number, extension) = split_extension(whole);
    let Some((digits, international)) = digits_of(number) else {
        return Cleaned::refused(ProblemCode::PhoneUnreadable);
    };
    if digits.is_empty() {
        return Cleaned::refused(ProblemCode::PhoneUnreadable);
    }
    read(&digits, international, extension)
}

/// One number as a person types it into its own field. A cell of a file may say whose number it is (`13912345678(妈妈)`); a
/// field holds the number and nothing else, so that a slip of the hand is seen where it is made.
pub fn clean_typed_phone(text: &str) -> Cleaned<Phone> {
    let tidied = tidy(text);
    let (number, extension) = split_extension(&tidied);
    let mark: String = tidied[number.len()..].chars().filter(|c| !c.is_ascii_digit()).collect();
    let mark = mark.trim_matches([' ', '.', ':', '=', '-']).to_ascii_lowercase();
    let number = number.strip_suffix('转').filter(|_| extension.is_some()).unwrap_or(number);
    let stray = |c: char| !(c.is_ascii_digit() || "+-() ._~—';".contains(c));
    if !(mark.is_empty() || MARKS.contains(&mark.as_str())) || number.contains(stray) {
        return Cleaned::refused(ProblemCode::PhoneUnreadable);
    }
    clean_phone(&tidied)
}

fn read(digits: &str, international: bool, extension: Option<String>) -> Cleaned<Phone> {
    if international && !digits.starts_with("86") {
        return match digits.len() {
            0..=6 => Cleaned::refused(ProblemCode::PhoneTooShort),
            7..=15 => Cleaned::Value(Phone::international(digits, extension)),
            _ => Cleaned::refused(ProblemCode::PhoneTooLong),
        };
    }
    let coded = digits.strip_prefix("86").filter(|rest| {
        international || (rest.len() == 11 && is_mobile(rest)) || (rest.len() > 9 && rest.starts_with('0'))
    });
    match (read_home(coded.unwrap_or(digits), extension), coded) {
        // Behind the country code an area code has no zero.
        (Cleaned::Doubtful(phone, _), Some(_)) => Cleaned::Value(phone),
        (read, _) => read,
    }
}

fn read_home(digits: &str, extension: Option<String>) -> Cleaned<Phone> {
    let home = |digits: &str| Phone::international(&format!("86{digits}"), extension.clone());
    let bare = digits.strip_prefix('0').unwrap_or(digits);
    if is_placeholder(digits) || is_placeholder(bare) {
        return Cleaned::refused(ProblemCode::PhoneIsPlaceholder);
    }
    if bare.len() == 11 && is_mobile(bare) {
        return Cleaned::Value(home(bare));
    }
    if digits.len() == 10 && (digits.starts_with("400") || digits.starts_with("800")) {
        return Cleaned::Value(home(digits));
    }
    if is_land_line(bare) {
        return match digits.starts_with('0') {
            true => Cleaned::Value(home(bare)),
            false => Cleaned::doubtful(home(bare), ProblemCode::PhoneZeroRestored),
        };
    }
    match digits.len() {
        0..=9 => Cleaned::refused(ProblemCode::PhoneTooShort),
        10 | 11 => match is_mobile(digits) && digits.len() == 10 {
            true => Cleaned::refused(ProblemCode::PhoneTooShort),
            false => Cleaned::refused(ProblemCode::PhoneUnreadable),
        },
        22 if is_mobile(&digits[..11]) && is_mobile(&digits[11..]) => {
            Cleaned::refused_with(ProblemCode::PhoneTooLong, format!("{} / {}", &digits[..11], &digits[11..]))
        }
        _ => Cleaned::refused(ProblemCode::PhoneTooLong),
    }
}

fn is_mobile(digits: &str) -> bool {
    let mut bytes = digits.bytes();
    bytes.next() == Some(b'1') && bytes.next().is_some_and(|second| (b'3'..=b'9').contains(&second))
}

/// Area code without its zero and local number.
fn is_land_line(bare: &str) -> bool {
    match bare.as_bytes() {
        [b'1', b'0', local @ ..] | [b'2', b'0'..=b'9', local @ ..] => local.len() == 8 && local[0] >= b'2',
        [b'3'..=b'9', _, _, local @ ..] => matches!(local.len(), 7 | 8) && local[0] >= b'2',
        _ => false,
    }
}

/// Numbers that people type to get past a form: one digit throughout, or a mobile number with eight zeros.
fn is_placeholder(digits: &str) -> bool {
    let mut bytes = digits.bytes();
    let first = bytes.next();
    let same = digits.len() >= 5 && bytes.all(|b| Some(b) == first);
    same || digits.starts_with("1234567") || (digits.len() == 11 && digits.ends_with("00000000"))
}

/// What stands before an extension.
const MARKS: [&str; 5] = ["分机", "转", "ext", "#", "x"];

/// Cuts `转801`, `ext. 801`, `x801`, `#801`, `分机801`.
fn split_extension(text: &str) -> (&str, Option<String>) {
    let lower = text.to_ascii_lowercase();
    for mark in MARKS {
        let Some(at) = lower.find(mark) else { continue };
        let behind = lower[at + mark.len()..].trim_matches(|c: char| !c.is_ascii_digit());
        let plain = !behind.is_empty() && behind.len() <= 6 && behind.bytes().all(|b| b.is_ascii_digit());
        let number_before = text[..at].bytes().filter(u8::is_ascii_digit).count() >= 7;
        if plain && number_before {
            return (&text[..at], Some(behind.to_owned()));
        }
    }
    (text, None)
}

/// The digits, and whether they begin with a country code; words around the number are passed over, words inside it not.
fn digits_of(text: &str) -> Option<(String, bool)> {
    let start = text.find(|c: char| c.is_ascii_digit() || c == '+')?;
    let end = text.rfind(|c: char| c.is_ascii_digit())? + 1;
    let core = text.get(start..end)?;
    let international = core.starts_with('+');
    if core.chars().any(|c| !(c.is_ascii_digit() || matches!(c, '+' | '-' | ' ' | '(' | ')' | '.' | '_' | '~' | '—')))
    {
        return None;
    }
    let digits: String = core.chars().filter(char::is_ascii_digit).collect();
    match digits.strip_prefix("00") {
        Some(rest) if !international && rest.len() >= 7 => Some((rest.to_owned(), true)),
        _ => Some((digits, international)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let found = clean_phones(text);
        let mut told: Vec<String> = found.phones.iter().map(ToString::to_string).collect();
        told.extend(found.findings.iter().map(|f| match &f.suggestion {
            Some(suggestion) => format!("{} → {suggestion}", f.code.word()),
            None => f.code.word().to_owned(),
        }));
        assert_eq!(told.join(", "), expected, "{text:?}");
    }

    #[test]
    fn mobile_numbers_in_every_dress() {
        for text in [
            "13912345678",
            "139 1234 5678",
            "139-1234-5678",
            "+86 139 1234 5678",
            "0086-13912345678",
            "8613912345678",
            "(+86)13912345678",
            "１３９１２３４５６７８",
            "013912345678",
            "13912345678.0",
            " 139\u{200b}12345678\t",
            "手机：13912345678",
            "13912345678(妈妈)",
            "86-139-1234-5678",
            "'13912345678",
        ] {
            check(text, "+8613912345678");
        }
    }

    #[test]
    fn land_lines_extensions_and_service_numbers() {
        check("010-85321234", "+861085321234");
        check("(010)8532 1234", "+861085321234");
        check("+86-10-85321234", "+861085321234");
        check("0086 010 85321234", "+861085321234");
        check("0571-8765432", "+865718765432");
        check("021-62345678转801", "+862162345678;ext=801");
        check("021-62345678 ext. 801", "+862162345678;ext=801");
        check("021-62345678,转801", "+862162345678;ext=801");
        check("021－62345678－分机８０１", "+862162345678;ext=801");
        check("400-810-1234", "+864008101234");
        check("1085321234", "+861085321234, phone_zero_restored → 01085321234");
        check("57187654321", "+8657187654321, phone_zero_restored → 057187654321");
    }

    #[test]
    fn several_numbers_in_a_cell() {
        check("13912345678/13812345678", "+8613912345678, +8613812345678");
        check("13912345678、010-85321234；13912345678", "+8613912345678, +861085321234");
        check("13912345678 13812345678", "+8613912345678, +8613812345678");
        check("13912345678\n13812345678", "+8613912345678, +8613812345678");
        check("13912345678/123", "+8613912345678, phone_too_short → 13912345678");
    }

    #[test]
    fn numbers_of_other_countries() {
        check("+44 20 7946 0958", "+442079460958");
        check("001-212-555-0123", "+12125550123");
        check("+852 2123 4567", "+85221234567");
    }

    #[test]
    fn a_field_holds_the_number_and_nothing_else() {
        let typed = |text: &str| clean_typed_phone(text).value().map(|phone| phone.to_string());
        for (text, expected) in [
            ("13955501234", "+8613955501234"),
            (" 139 5550-1234 ", "+8613955501234"),
            ("（+86）139 5550 1234", "+8613955501234"),
            ("'13955501234", "+8613955501234"),
            ("021-62345678 转 801", "+862162345678;ext=801"),
            ("021-62345678转分机801", "+862162345678;ext=801"),
            ("021-62345678 ext. 801", "+862162345678;ext=801"),
            ("+862162345678;ext=801", "+862162345678;ext=801"),
            ("+44 20 7946 0958", "+442079460958"),
        ] {
            assert_eq!(typed(text).as_deref(), Some(expected), "{text:?}");
        }
        for text in [
            "13955501234x",
            "x13955501234",
            "13955501234(妈妈)",
            "手机：13955501234",
            "13955501234*",
            "021-62345678转801找小王",
            "021-62345678转",
            "13955501234.0a",
            "1395550123",
            "无",
        ] {
            assert_eq!(typed(text), None, "{text:?}");
        }
    }

    #[test]
    fn what_is_no_number_says_why() {
        check("", "");
        check("无", "");
        check("1.38E+10", "phone_lost_digits");
        check("1.3912345678E+10", "phone_lost_digits → 13912345678");
        check("1391234567", "phone_too_short");
        check("85321234", "phone_too_short");
        check("139123456789012", "phone_too_long");
        check("1391234567813812345678", "phone_too_long → 13912345678 / 13812345678");
        check("12012345678", "phone_unreadable");
        check("139abcd5678", "phone_unreadable");
        check("打不通", "phone_unreadable");
        check("11111111111", "phone_is_placeholder");
        check("13800000000", "phone_is_placeholder");
    }
}
