//! By which keys a customer is found, and what a person who types into the search means. The keys are digested before
//! they are stored: the table of look-ups holds no value (DESIGN: Data).

use super::PointKind;

/// A kind and a normalised value, ready to be digested.
pub type LookupKey = (String, String);

/// How many last digits of a phone are look-up keys of their own.
pub const PHONE_TAILS: std::ops::RangeInclusive<usize> = 4..=8;

/// How many last digits of a phone its mask shows to everybody who sees the customer.
const SHOWN_TAIL: usize = 4;

/// How many digits a phone has that is typed whole.
const WHOLE_PHONE: usize = 11;

/// How far typed digits are followed. By more digits than a mask shows, what it hides could be read out digit by digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// The last four digits of a phone, which the mask shows.
    Shown,
    /// And a phone that is typed whole.
    WholePhones,
    /// Any end of a phone, and numbers of identity.
    Hidden,
}

/// Whether what was typed says more of a number than a mask shows.
pub fn goes_deep(text: &str) -> bool {
    !text.contains('@') && text.chars().filter(char::is_ascii_digit).count() > SHOWN_TAIL
}

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
    /// Whether more digits were typed than are followed: whoever is found is only near.
    pub is_cut: bool,
    /// The beginning of a name.
    pub name: Option<String>,
    /// The beginning of its pinyin or initials, lower case without spaces.
    pub letters: Option<String>,
}

/// Reads what somebody typed: digits are the end of a phone number and perhaps a contract, letters are a sound, a plate
/// or a number, everything else is a name. Digits are followed as far as `depth` allows.
pub fn asked(text: &str, depth: Depth) -> Asked {
    let text = text.trim();
    let mut asked = Asked::default();
    if text.is_empty() {
        return asked;
    }
    for kind in ["outside_id", "agreement", "plate"] {
        asked.keys.extend(kind_keys(kind, text));
    }
    if depth == Depth::Hidden {
        asked.keys.extend(kind_keys("id_number", text));
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
                let followed = followed(&ends, depth);
                asked.is_cut = followed.len() < ends.len();
                asked.keys.push(tail_key(followed, followed.len().min(*PHONE_TAILS.end())));
                asked.phone_ends = Some(followed.to_owned());
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

impl Asked {
    /// How many digits of a phone are asked for that a mask hides; none for its last four, nor for a phone typed whole, of
    /// which a hit tells nothing that was not typed.
    pub fn hidden_digits(&self) -> Option<usize> {
        let ends = self.phone_ends.as_ref()?.len();
        (SHOWN_TAIL + 1..WHOLE_PHONE).contains(&ends).then_some(ends)
    }
}

fn followed(ends: &str, depth: Depth) -> &str {
    match depth {
        Depth::Hidden => ends,
        Depth::WholePhones if ends.len() >= WHOLE_PHONE => ends,
        Depth::WholePhones | Depth::Shown => &ends[ends.len() - SHOWN_TAIL..],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_followed_no_further_than_allowed() {
        for (typed, depth, ends, hidden) in [
            ("00001234", Depth::Hidden, "0001234", Some(7)),
            ("00001234", Depth::WholePhones, "1234", None),
            ("00001234", Depth::Shown, "1234", None),
            ("13800001234", Depth::Hidden, "13800001234", None),
            ("13800001234", Depth::WholePhones, "13800001234", None),
            ("13800001234", Depth::Shown, "1234", None),
            ("1234", Depth::Hidden, "1234", None),
            ("0755-2671234", Depth::WholePhones, "1234", None),
        ] {
            let asked = asked(typed, depth);
            assert_eq!(asked.phone_ends.as_deref(), Some(ends), "{typed} {depth:?}");
            assert_eq!(asked.hidden_digits(), hidden, "{typed} {depth:?}");
            assert_eq!(asked.is_cut, typed.len() > 4 && ends.len() == 4, "{typed} {depth:?}");
        }
        let named = |depth| asked("440305196811301245", depth).keys.iter().any(|(kind, _)| kind == "id_number");
        assert!(named(Depth::Hidden) && !named(Depth::WholePhones) && !named(Depth::Shown));
        for (typed, deep) in [("1234", false), ("01234", true), ("李秀英", false), ("a12345@b.cn", false)] {
            assert_eq!(goes_deep(typed), deep, "{typed}");
        }
    }

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
            let asked = asked(typed, Depth::Hidden);
            assert_eq!(asked.phone_ends.as_deref(), Some(ends), "{typed}");
            assert_eq!(asked.name, None);
        }
        assert_eq!(asked("123", Depth::Hidden).phone_ends, None);
    }

    #[test]
    fn typed_letters_are_a_sound_and_perhaps_a_plate() {
        let sound = asked("Li xiu", Depth::Hidden);
        assert_eq!(sound.letters.as_deref(), Some("lixiu"));
        let plate = asked("粤B·D12345", Depth::Hidden);
        assert!(plate.keys.contains(&("plate".into(), "粤BD12345".into())));
        assert_eq!(plate.letters, None);
        assert_eq!(asked(" ", Depth::Hidden), Asked::default());
    }
}
