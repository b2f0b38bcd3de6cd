//! By which keys a customer is found, and what a person who types into the search means. The keys are digested before
//! they are stored: the table of look-ups holds no value (DESIGN: Data).

use super::PointKind;

/// A kind and a normalised value, ready to be digested.
pub type LookupKey = (String, String);

/// How many last digits of a phone are look-up keys of their own.
pub const PHONE_TAILS: std::ops::RangeInclusive<usize> = 4..=8;

/// The look-up keys of a contact point. Addresses and chat ids have none.
pub fn contact_keys(kind: PointKind, value: &str) -> Vec<LookupKey> {
    match kind {
        PointKind::Phone => {
            let number = value.split(';').next().unwrap_or(value);
            let digits: String = number.chars().filter(char::is_ascii_digit).collect();
            let tails = PHONE_TAILS.filter(|n| digits.len() >= *n).map(|n| tail_key(&digits, n));
            std::iter::once(("phone".into(), number.to_owned())).chain(tails).collect()
        }
        PointKind::Mail => kind_keys("mail", value),
        PointKind::IdNumber => kind_keys("id_number", value),
        PointKind::Wechat | PointKind::Address => Vec::new(),
    }
}

/// The look-up key of a plain number: `outside_id`, `agreement`, `plate`, `mail`, `id_number`. Empty values have none.
pub fn kind_keys(kind: &str, value: &str) -> Vec<LookupKey> {
    let folded: String = value.chars().filter(|c| !c.is_whitespace() && !matches!(c, '·' | '-')).collect();
    if folded.is_empty() { Vec::new() } else { vec![(kind.to_owned(), folded.to_uppercase())] }
}

fn tail_key(digits: &str, count: usize) -> LookupKey {
    (format!("phone_tail_{count}"), digits[digits.len() - count..].to_owned())
}

/// What somebody typed into the search, read in every way that makes sense.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Asked {
    /// Look-up keys to try.
    pub keys: Vec<LookupKey>,
    /// Digits that the phone must end with, if digits were typed; checked after opening a hit found by a tail.
    pub phone_ends: Option<String>,
    /// The beginning of a name.
    pub name: Option<String>,
    /// The beginning of its pinyin or initials, lower case without spaces.
    pub letters: Option<String>,
}

/// Reads what somebody typed: digits are the end of a phone number and perhaps a contract, letters are a sound, a plate
/// or a number, everything else is a name.
pub fn asked(text: &str) -> Asked {
    let text = text.trim();
    let mut asked = Asked::default();
    if text.is_empty() {
        return asked;
    }
    for kind in ["outside_id", "agreement", "plate", "id_number"] {
        asked.keys.extend(kind_keys(kind, text));
    }
    if text.contains('@') {
        asked.keys.extend(kind_keys("mail", text));
        return asked;
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let only_digits = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '(' | ')'));
    if only_digits {
        if digits.len() >= *PHONE_TAILS.start() {
            let ends = digits.strip_prefix("86").filter(|rest| rest.len() == 11).unwrap_or(&digits).to_owned();
            // A land line is typed with the zero of its area, which the international form leaves out.
            let ends = ends.strip_prefix('0').map(str::to_owned).unwrap_or(ends);
            if ends.len() >= *PHONE_TAILS.start() {
                asked.keys.push(tail_key(&ends, ends.len().min(*PHONE_TAILS.end())));
                asked.phone_ends = Some(ends);
            }
        }
        return asked;
    }
    let letters: String = text.chars().filter(|c| !matches!(c, ' ' | '\'')).collect();
    if letters.chars().all(|c| c.is_ascii_alphanumeric()) {
        asked.letters = Some(letters.to_ascii_lowercase());
    }
    asked.name = Some(text.to_owned());
    asked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_is_found_whole_and_by_its_last_digits() {
        let keys = contact_keys(PointKind::Phone, "+8613800001234;ext=5");
        assert_eq!(keys[0], ("phone".into(), "+8613800001234".into()));
        assert_eq!(keys[1], ("phone_tail_4".into(), "1234".into()));
        assert_eq!(keys[5], ("phone_tail_8".into(), "00001234".into()));
        assert_eq!(keys.len(), 6);
    }

    #[test]
    fn typed_digits_are_read_as_the_end_of_a_phone() {
        for (typed, ends) in [
            ("1234", "1234"),
            ("138 0000 1234", "13800001234"),
            ("+86 138-0000-1234", "13800001234"),
            ("010 8532 1234", "1085321234"),
        ] {
            let asked = asked(typed);
            assert_eq!(asked.phone_ends.as_deref(), Some(ends), "{typed}");
            assert_eq!(asked.name, None);
        }
        assert_eq!(asked("123").phone_ends, None);
    }

    #[test]
    fn typed_letters_are_a_sound_and_perhaps_a_plate() {
        let sound = asked("Li xiu");
        assert_eq!(sound.letters.as_deref(), Some("lixiu"));
        let plate = asked("粤B·D12345");
        assert!(plate.keys.contains(&("plate".into(), "粤BD12345".into())));
        assert_eq!(plate.letters, None);
        assert_eq!(asked(" "), Asked::default());
    }
}
