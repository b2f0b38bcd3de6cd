//! Which passwords are guessed first. A short list of our own in place of a borrowed one: what people choose is a few
//! hundred words, names and walks over the keyboard, dressed up in a few ways; the dress is taken off before the look-up
//! (ASVS 5.0, 6.2.4 and 6.2.11).

use std::collections::HashSet;
use std::sync::LazyLock;

static COMMON: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let lines = include_str!("data/common_passwords.txt").lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(str::split_whitespace).collect()
});

/// Walks over the keyboard and the alphabet, forwards; backwards counts too.
const WALKS: [&str; 8] = [
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "a1b2c3d4e5f6g7h8i9j0",
];

/// A password of digits alone is a telephone number, a day or a PIN; below this length all of them are tried.
const DIGITS_MIN: usize = 13;

/// Whether `password` is among those that are tried first. `names` are words that everybody knows of the person: login,
/// name, firm.
pub fn is_guessed_first(password: &str, names: &[&str]) -> bool {
    let plain: String = password.to_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
    let digits = plain.chars().all(|c| c.is_ascii_digit());
    if digits && plain.len() < DIGITS_MIN || is_repetition(&plain) || is_walk(&plain) || is_walk(&unshifted(&plain)) {
        return true;
    }
    let bare = plain.trim_matches(|c: char| !c.is_alphabetic()).to_owned();
    [undisguised(&plain), undisguised(&bare), bare, plain].iter().any(|core| {
        let word = core.trim_matches(|c: char| !c.is_alphabetic());
        COMMON.contains(core.as_str()) || COMMON.contains(word) || is_name(core, names) || is_name(word, names)
    })
}

fn is_name(core: &str, names: &[&str]) -> bool {
    let squeezed = |text: &str| text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let core = squeezed(core);
    names.iter().map(|name| squeezed(name)).any(|name| !name.is_empty() && core == name)
}

/// Letters in place of the signs that stand for them.
fn undisguised(text: &str) -> String {
    let letter = |c| match c {
        '@' | '4' => 'a',
        '3' => 'e',
        '1' | '!' => 'i',
        '0' => 'o',
        '$' | '5' => 's',
        '7' => 't',
        other => other,
    };
    text.chars().map(letter).collect()
}

/// Digits in place of the signs that stand over them on the keyboard.
fn unshifted(text: &str) -> String {
    let digit = |c| ")!@#$%^&*(".chars().position(|sign| sign == c).and_then(|at| char::from_digit(at as u32, 10));
    text.chars().map(|c| digit(c).unwrap_or(c)).collect()
}

/// Whether the text is one piece of up to four characters again and again: `aaaaaaaa`, `abcabcabc`.
fn is_repetition(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    (1..=4).any(|piece| chars.len() >= piece * 2 && chars.iter().enumerate().all(|(at, c)| *c == chars[at % piece]))
}

/// Whether the text, without what is hung on at its end, is a walk of at least six keys.
fn is_walk(text: &str) -> bool {
    let backwards: String = text.chars().rev().collect();
    let found = |text: &str| {
        (6..=text.len()).rev().filter(|end| text.is_char_boundary(*end)).any(|end| {
            let rest_is_short = text.len() - end <= 4;
            rest_is_short && WALKS.iter().any(|walk| walk.contains(&text[..end]))
        })
    };
    found(text) || found(&backwards)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(password: &str, guessed: bool) {
        assert_eq!(is_guessed_first(password, &["wang.fang", "王芳", "Tend"]), guessed, "{password}");
    }

    #[test]
    fn what_everybody_tries_is_known_in_every_dress() {
        for password in [
            "password",
            "Password1",
            "P@ssw0rd",
            "p@$$w0rd!",
            "password123",
            "123456789",
            "12345678",
            "87654321",
            "qwertyui",
            "Qwerty123",
            "1qaz2wsx",
            "!QAZ2wsx",
            "1q2w3e4r",
            "aaaaaaaa",
            "abcabcabc",
            "abcd1234",
            "iloveyou",
            "ILoveYou2",
            "woaini1314",
            "woaini520",
            "5201314520",
            "13800138000",
            "19900101",
            "admin123",
            "Admin@123",
            "root1234",
            "welcome1",
            "Huawei@123",
            "letmein!",
            "a1b2c3d4",
            "wang.fang1",
            "WangFang2026",
            "tend2026",
            "changeme",
            "zxcvbnm1",
            "00000000",
            "taiping1",
            "baoxian88",
            "王芳123456",
        ] {
            check(password, true);
        }
    }

    #[test]
    fn what_a_person_thinks_of_alone_is_taken() {
        for password in [
            "tend-test-1",
            "a good one",
            "long enough",
            "correct horse battery staple",
            "蓝色自行车在下雨",
            "k7#fPq2x",
            "the wang house",
            "9041 7733 2280 5",
            "mountain-river-9",
            "passwords are hard",
        ] {
            check(password, false);
        }
    }
}
