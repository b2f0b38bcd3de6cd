//! Identity card numbers of mainland China: 18 characters with a check digit (GB 11643-1999), or the 15 of before 1999.

use super::text::{is_missing, scientific, tidy};
use crate::base::Day;
use crate::intake::problem::{Cleaned, ProblemCode};
use crate::intake::source::CellKind;
use crate::intake::standing::Gender;
use serde::{Deserialize, Serialize};

/// An id number that passed its check, always with 18 characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct IdNumber {
    /// The number, `X` in capitals; a number of 15 digits is lengthened.
    pub number: String,
    /// The day of birth in it.
    pub born: Day,
    /// The gender in it.
    pub gender: Gender,
}

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK: &[u8; 11] = b"10X98765432";

/// An id number; `kind` tells whether a spreadsheet kept it as a number and so cut it at 15 digits.
pub fn clean_id_number(text: &str, kind: CellKind) -> Cleaned<IdNumber> {
    let tidied = tidy(text);
    if is_missing(&tidied) {
        return Cleaned::Missing;
    }
    if scientific(&tidied).is_some() {
        return Cleaned::refused(ProblemCode::IdNumberLostDigits);
    }
    let bare = tidied.strip_suffix(".0").unwrap_or(&tidied);
    let mut number: String = bare.chars().filter(|c| !matches!(c, ' ' | '-' | '\'')).collect();
    number.make_ascii_uppercase();
    if number.len() == 18 && kind == CellKind::Number {
        return Cleaned::refused(ProblemCode::IdNumberLostDigits);
    }
    if number.len() == 15 && number.bytes().all(|b| b.is_ascii_digit()) {
        number.insert_str(6, "19");
        number.extend(check_digit(&number).map(char::from));
    }
    let bytes = number.as_bytes();
    let shaped = bytes.len() == 18
        && bytes[..17].iter().all(u8::is_ascii_digit)
        && (bytes[17].is_ascii_digit() || bytes[17] == b'X');
    if !shaped {
        return Cleaned::refused(ProblemCode::IdNumberLength);
    }
    let part = |from: usize, to: usize| number[from..to].parse::<i16>().unwrap_or(0);
    let Ok(born) = Day::of(part(6, 10), part(10, 12) as i8, part(12, 14) as i8) else {
        return Cleaned::refused(ProblemCode::IdNumberDay);
    };
    if check_digit(&number) != Some(bytes[17]) {
        return Cleaned::refused(ProblemCode::IdNumberCheckDigit);
    }
    let gender = if (bytes[16] - b'0') % 2 == 1 { Gender::Male } else { Gender::Female };
    Cleaned::Value(IdNumber { number, born, gender })
}

/// The check digit of the first 17 digits.
fn check_digit(number: &str) -> Option<u8> {
    let digits = number.bytes().take(17).filter(u8::is_ascii_digit).map(|b| u32::from(b - b'0'));
    let sum: u32 = digits.zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    CHECK.get((sum % 11) as usize).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let told = match clean_id_number(text, CellKind::Text) {
            Cleaned::Missing => "missing".to_owned(),
            Cleaned::Value(id) => format!("{} {} {}", id.number, id.born, id.gender.word()),
            Cleaned::Doubtful(_, finding) | Cleaned::Refused(finding) => finding.code.word().to_owned(),
        };
        assert_eq!(told, expected, "{text:?}");
    }

    #[test]
    fn numbers_of_18_and_15_characters() {
        // The example of the standard GB 11643-1999 and its female neighbour.
        check("11010519491231002X", "11010519491231002X 1949-12-31 female");
        check("11010519491231002x", "11010519491231002X 1949-12-31 female");
        check("440524188001010014", "440524188001010014 1880-01-01 male");
        check("1101 0519 4912 3100 2Ｘ", "11010519491231002X 1949-12-31 female");
        check("110105491231002", "11010519491231002X 1949-12-31 female");
        check("", "missing");
        check("无", "missing");
    }

    #[test]
    fn wrong_numbers_say_why() {
        check("110105194912310021", "id_number_check_digit");
        check("11010519491331002X", "id_number_day");
        check("1101051949123100", "id_number_length");
        check("G12345678", "id_number_length");
        check("1.10105194912E+17", "id_number_lost_digits");
        let cut = clean_id_number("110105194912310000", CellKind::Number);
        assert_eq!(cut, Cleaned::refused(ProblemCode::IdNumberLostDigits));
    }

    #[test]
    fn every_change_of_one_digit_is_noticed() {
        let good = "11010519491231002X";
        for place in 0..17 {
            for digit in b'0'..=b'9' {
                let mut bytes = good.as_bytes().to_vec();
                if bytes[place] != digit {
                    bytes[place] = digit;
                    let text = String::from_utf8(bytes).expect("digits");
                    assert!(matches!(clean_id_number(&text, CellKind::Text), Cleaned::Refused(_)), "{text}");
                }
            }
        }
    }
}
