//! Plain texts and identifiers, and the tidying that every other cleaner starts with.

use crate::intake::problem::{Cleaned, ProblemCode};
use std::borrow::Cow;

/// The ASCII form of a full-width letter, digit or sign; any kind of space as a space; other characters unchanged.
pub fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\t' | '\r' | '\n' => ' ',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        _ => c,
    }
}

/// Characters that take no room and carry no meaning in a cell: zero-width spaces, marks of direction, soft hyphens.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
        || (c.is_control() && !c.is_whitespace())
}

/// The text in ASCII width, without invisible characters, outer spaces and runs of spaces.
pub fn tidy(text: &str) -> Cow<'_, str> {
    squeeze(text, narrow)
}

/// Like [`tidy`], but full-width punctuation stays, as it is right in Chinese prose.
fn tidy_prose(text: &str) -> Cow<'_, str> {
    squeeze(text, |c| {
        let narrowed = narrow(c);
        if narrowed.is_ascii_alphanumeric() || narrowed == ' ' { narrowed } else { c }
    })
}

fn squeeze(text: &str, form: impl Fn(char) -> char) -> Cow<'_, str> {
    let trimmed = text.trim_matches(|c: char| c.is_ascii_whitespace());
    let plain = trimmed.bytes().all(|b| (b' '..0x7f).contains(&b)) && !trimmed.contains("  ");
    if plain {
        return Cow::Borrowed(trimmed);
    }
    let mut tidied = String::with_capacity(trimmed.len());
    for c in trimmed.chars().filter(|c| !is_invisible(*c)).map(form) {
        if c != ' ' || !(tidied.is_empty() || tidied.ends_with(' ')) {
            tidied.push(c);
        }
    }
    if tidied.ends_with(' ') {
        tidied.pop();
    }
    Cow::Owned(tidied)
}

/// Whether a tidied text stands for "nothing": empty, dashes, `N/A`, `NULL`, 无, 不详 …
pub(super) fn is_missing(tidied: &str) -> bool {
    if tidied.len() > 12 {
        return false;
    }
    let words = [
        "n/a", "na", "#n/a", "null", "nil", "none", "nan", "<na>", "(null)", "unknown", "无", "暂无", "没有", "不详",
        "未知", "空", "(空)", "未填", "不明",
    ];
    tidied.chars().all(|c| matches!(c, '-' | '/' | '.' | '*' | '_' | '?' | '\\')) || {
        let lower = tidied.to_lowercase();
        words.contains(&lower.as_str())
    }
}

/// A text for reading, at most `max_chars` characters.
pub fn clean_text(text: &str, max_chars: usize) -> Cleaned<String> {
    let tidied = tidy_prose(text);
    if tidied.is_empty() {
        return Cleaned::Missing;
    }
    if tidied.contains('\u{fffd}') {
        return Cleaned::refused(ProblemCode::TextGarbled);
    }
    if tidied.len() > max_chars && tidied.chars().count() > max_chars {
        return Cleaned::refused_with(ProblemCode::TextTooLong, tidied.chars().take(max_chars).collect::<String>());
    }
    Cleaned::Value(tidied.into_owned())
}

/// A number or code that names something (customer number, policy number, article): at most 64 characters.
///
/// `17850.0`, which is how a spreadsheet library writes a number, is `17850`; `1.23E+17` has lost its end and is refused.
pub fn clean_identifier(text: &str) -> Cleaned<String> {
    let tidied = tidy(text);
    if is_missing(&tidied) {
        return Cleaned::Missing;
    }
    if tidied.contains('\u{fffd}') {
        return Cleaned::refused(ProblemCode::TextGarbled);
    }
    if let Some(digits) = scientific(&tidied) {
        return digits.map_or(Cleaned::refused(ProblemCode::NumberLostDigits), |digits| {
            Cleaned::refused_with(ProblemCode::NumberLostDigits, digits)
        });
    }
    if tidied.chars().count() > 64 {
        return Cleaned::refused(ProblemCode::TextTooLong);
    }
    let whole =
        tidied.strip_suffix(".0").filter(|whole| whole.bytes().all(|b| b.is_ascii_digit()) && !whole.is_empty());
    let bare = tidied.strip_prefix('\'').unwrap_or(&tidied);
    Cleaned::Value(whole.unwrap_or(bare).to_owned())
}

/// Reads `1.38E+10`: `None` if the text is no such number, `Some(None)` if its last digits are gone, `Some(Some(digits))`
/// if all of them are there.
pub(super) fn scientific(text: &str) -> Option<Option<String>> {
    let at = text.find(['e', 'E'])?;
    let (mantissa, exponent) = (&text[..at], text[at + 1..].strip_prefix('+').unwrap_or(&text[at + 1..]));
    let (whole, fraction) = mantissa.split_once('.')?;
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if whole.len() != 1 || !all_digits(whole) || !all_digits(fraction) || !all_digits(exponent) {
        return None;
    }
    let exponent: usize = exponent.parse().ok()?;
    Some((fraction.len() == exponent).then(|| format!("{whole}{fraction}")))
}
