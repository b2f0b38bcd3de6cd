//! Number plates of mainland China: seven characters, or eight for new-energy cars.

use super::text::{is_missing, tidy};
use crate::intake::problem::{Cleaned, ProblemCode};

const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领";
const ENDINGS: &str = "学警港澳挂领使试超";

/// A plate in capitals without dots and spaces: `京A12345`, `粤BD12345`.
pub fn clean_plate(text: &str) -> Cleaned<String> {
    let tidied = tidy(text);
    if is_missing(&tidied) {
        return Cleaned::Missing;
    }
    let plate: String = tidied
        .chars()
        .filter(|c| !matches!(c, ' ' | '·' | '•' | '.' | '-' | '・'))
        .flat_map(char::to_uppercase)
        .collect();
    if is_plate(&plate) {
        return Cleaned::Value(plate);
    }
    let swapped: String = plate
        .chars()
        .enumerate()
        .map(|(place, c)| match c {
            'O' if place > 1 => '0',
            'I' if place > 1 => '1',
            _ => c,
        })
        .collect();
    match is_plate(&swapped) {
        true => Cleaned::refused_with(ProblemCode::PlateUnreadable, swapped),
        false => Cleaned::refused(ProblemCode::PlateUnreadable),
    }
}

fn is_plate(plate: &str) -> bool {
    let chars: Vec<char> = plate.chars().collect();
    let [province, office, serial @ ..] = chars.as_slice() else { return false };
    let Some((last, first)) = serial.split_last() else { return false };
    let sign = |c: &char| c.is_ascii_digit() || (c.is_ascii_uppercase() && *c != 'I' && *c != 'O');
    let body = first.iter().all(sign);
    let digits = serial.iter().filter(|c| c.is_ascii_digit()).count();
    let ordinary = serial.len() == 5 && body && (sign(last) || ENDINGS.contains(*last)) && digits >= 2;
    // GA 36-2018: small cars carry a letter first, large ones a letter last.
    let new_energy = serial.len() == 6
        && body
        && sign(last)
        && (serial[0].is_ascii_uppercase() || last.is_ascii_uppercase())
        && digits >= 4;
    PROVINCES.contains(*province) && office.is_ascii_uppercase() && (ordinary || new_energy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let told = match clean_plate(text) {
            Cleaned::Value(plate) => plate,
            Cleaned::Refused(finding) => format!("bad → {}", finding.suggestion.unwrap_or_default()),
            _ => String::new(),
        };
        assert_eq!(told, expected, "{text:?}");
    }

    #[test]
    fn plates() {
        check("京A12345", "京A12345");
        check("京a·12345", "京A12345");
        check("粤Ｂ １２３４５", "粤B12345");
        check("粤BD12345", "粤BD12345");
        check("沪A12345D", "沪A12345D");
        check("京A1234学", "京A1234学");
        check("苏EO1234", "bad → 苏E01234");
        check("京A1234", "bad → ");
        check("A12345", "bad → ");
        check("", "");
    }
}
