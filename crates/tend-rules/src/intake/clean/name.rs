//! Names of people and firms: width, inner spaces, forms of address.

use super::text::{is_missing, tidy};
use crate::intake::problem::{Cleaned, Finding, ProblemCode};
use crate::intake::sound;
use crate::intake::standing::Gender;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// The name of a customer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct PersonName {
    /// The whole name as it is shown.
    pub full: String,
    /// The surname, where it could be told.
    #[serde(default)]
    pub surname: Option<String>,
    /// The given name, where it could be told.
    #[serde(default)]
    pub given: Option<String>,
    /// What a form of address (先生, Mrs) says of the gender.
    #[serde(default)]
    pub gender: Option<Gender>,
}

const CHARS_MAX: usize = 80;

/// Forms of address behind a Chinese name.
const TITLES_BEHIND: [(&str, Option<Gender>); 9] = [
    ("先生", Some(Gender::Male)),
    ("女士", Some(Gender::Female)),
    ("小姐", Some(Gender::Female)),
    ("太太", Some(Gender::Female)),
    ("夫人", Some(Gender::Female)),
    ("阿姨", Some(Gender::Female)),
    ("老师", None),
    ("经理", None),
    ("医生", None),
];

/// Forms of address before a Western name, in lower case.
const TITLES_BEFORE: [(&str, Option<Gender>); 6] = [
    ("mrs", Some(Gender::Female)),
    ("miss", Some(Gender::Female)),
    ("ms", Some(Gender::Female)),
    ("mr", Some(Gender::Male)),
    ("dr", None),
    ("prof", None),
];

const PLACEHOLDERS: [&str; 14] =
    ["测试", "test", "xxx", "xx", "匿名", "anonymous", "无名", "无名氏", "客户", "用户", "姓名", "name", "某某", "tbd"];

/// A name. 王先生 stays whole, because the surname alone is no name to greet by; 王芳女士 becomes 王芳.
pub fn clean_name(text: &str) -> Cleaned<PersonName> {
    let tidied = tidy(text);
    if is_missing(&tidied) {
        return Cleaned::Missing;
    }
    if tidied.contains('\u{fffd}') {
        return Cleaned::refused(ProblemCode::TextGarbled);
    }
    if tidied.chars().count() > CHARS_MAX {
        return Cleaned::refused(ProblemCode::TextTooLong);
    }
    let lower = tidied.to_lowercase();
    if PLACEHOLDERS.contains(&lower.as_str()) {
        return Cleaned::refused(ProblemCode::NameIsPlaceholder);
    }
    if !tidied.chars().any(char::is_alphabetic) {
        return Cleaned::refused(ProblemCode::NameUnreadable);
    }
    let (bare, remark) = without_remark(&tidied);
    let joined = without_inner_spaces(bare);
    let (untitled, gender) = without_title(&joined);
    let name = named(untitled, gender);
    match remark {
        None => Cleaned::Value(name),
        Some(_) => Cleaned::Doubtful(name, Finding { code: ProblemCode::NameRemarkRemoved, suggestion: None }),
    }
}

/// Puts a name together from the columns of surname and given name.
pub fn join_name(surname: &PersonName, given: &PersonName) -> PersonName {
    let chinese = is_chinese(&surname.full) && is_chinese(&given.full);
    let full =
        if chinese { format!("{}{}", surname.full, given.full) } else { format!("{} {}", given.full, surname.full) };
    let gender = surname.gender.or(given.gender);
    PersonName { full, surname: Some(surname.full.clone()), given: Some(given.full.clone()), gender }
}

fn named(full: &str, gender: Option<Gender>) -> PersonName {
    let (surname, given) = match is_chinese(full).then(|| sound::split_name(full)) {
        Some(Some((surname, given))) if !TITLES_BEHIND.iter().any(|(title, _)| *title == given) => {
            (Some(surname.to_owned()), Some(given.to_owned()))
        }
        Some(Some((surname, _))) => (Some(surname.to_owned()), None),
        _ => (None, None),
    };
    PersonName { full: full.to_owned(), surname, given, gender }
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{323af}' | '〇')
}

fn is_chinese(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| is_han(c) || c == '·')
}

/// Splits off a remark in brackets at the end: `张三(妈妈)`.
fn without_remark(text: &str) -> (&str, Option<&str>) {
    let opened = text.ends_with(')').then(|| text.find('(')).flatten();
    match opened {
        Some(at) if at > 0 => (text[..at].trim_end(), Some(&text[at..])),
        _ => (text, None),
    }
}

/// 张 三 is 张三; spaces in Western names stay.
fn without_inner_spaces(text: &str) -> Cow<'_, str> {
    if !text.contains(' ') || !text.chars().all(|c| c == ' ' || is_han(c)) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter(|c| *c != ' ').collect())
}

fn without_title(name: &str) -> (&str, Option<Gender>) {
    for (title, gender) in TITLES_BEHIND {
        if let Some(rest) = name.strip_suffix(title) {
            let alone = rest.chars().count() < 2;
            return (if alone { name } else { rest }, gender);
        }
    }
    if let Some((first, rest)) = name.split_once([' ', '.']) {
        let first = first.to_ascii_lowercase();
        let rest = rest.trim_start_matches([' ', '.']);
        if let Some((_, gender)) = TITLES_BEFORE.iter().find(|(title, _)| *title == first)
            && !rest.is_empty()
        {
            return (rest, *gender);
        }
    }
    (name, None)
}
