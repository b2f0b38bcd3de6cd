//! How a name sounds: pinyin and its initials, with the readings that characters have as surnames.
//!
//! 单 is shàn as a surname and dān elsewhere; the list stands in `data/surnames.toml`. Characters come from the crate
//! `pinyin`.

use pinyin::ToPinyin as _;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// How a name sounds, in lower-case ASCII letters and digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct NameSound {
    /// Without spaces: `wangfang`; for a Western name its letters.
    pub pinyin: String,
    /// First letters: `wf`.
    pub initials: String,
}

#[derive(Deserialize)]
struct Surnames {
    compound: HashSet<String>,
    common: String,
    readings: HashMap<String, String>,
}

static SURNAMES: LazyLock<Surnames> =
    LazyLock::new(|| toml::from_str(include_str!("data/surnames.toml")).expect("the built-in surnames are TOML"));

/// Surname and given name of a Chinese name of two to four characters (a compound surname is known by a list);
/// `None` if it is no such name.
pub fn split_name(name: &str) -> Option<(&str, &str)> {
    let ends: Vec<usize> = name.char_indices().map(|(at, c)| at + c.len_utf8()).take(5).collect();
    if !(2..=4).contains(&ends.len()) {
        return None;
    }
    let compound = ends.len() >= 3 && SURNAMES.compound.contains(&name[..ends[1]]);
    let at = if compound { ends[1] } else { ends[0] };
    Some((&name[..at], &name[at..]))
}

/// Whether a text is very likely the name of a Chinese person: two to four characters that begin with a surname.
pub(super) fn is_person_name(text: &str) -> bool {
    let characters = text.chars().count();
    let han = text.chars().all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    (2..=4).contains(&characters)
        && han
        && split_name(text)
            .is_some_and(|(surname, _)| SURNAMES.compound.contains(surname) || SURNAMES.common.contains(surname))
}

/// How a name sounds. Characters that are neither Chinese nor ASCII letters or digits make no sound.
pub fn sound_of_name(name: &str) -> NameSound {
    let mut sound = NameSound::default();
    let mut rest = name;
    let surname = split_name(name).map(|(surname, _)| surname).unwrap_or_default();
    if let Some(reading) = SURNAMES.readings.get(surname) {
        reading.split(' ').for_each(|syllable| sound.say(syllable));
        rest = &name[surname.len()..];
    }
    let mut starts_word = true;
    for c in rest.chars().map(super::clean::narrow) {
        if let Some(syllable) = c.to_pinyin() {
            sound.say(&syllable.plain().replace('ü', "v"));
            starts_word = true;
        } else if c.is_ascii_alphanumeric() {
            let letter = c.to_ascii_lowercase();
            sound.pinyin.push(letter);
            if starts_word {
                sound.initials.push(letter);
            }
            starts_word = false;
        } else {
            starts_word = true;
        }
    }
    sound
}

impl NameSound {
    fn say(&mut self, syllable: &str) {
        self.pinyin.push_str(syllable);
        self.initials.extend(syllable.chars().next());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, pinyin: &str, initials: &str) {
        let sound = sound_of_name(name);
        assert_eq!((sound.pinyin.as_str(), sound.initials.as_str()), (pinyin, initials), "{name}");
    }

    #[test]
    fn names_sound_as_their_bearers_say_them() {
        check("王芳", "wangfang", "wf");
        check("单田芳", "shantianfang", "stf");
        check("曾国藩", "zengguofan", "zgf");
        check("仇英", "qiuying", "qy");
        check("解晓东", "xiexiaodong", "xxd");
        check("欧阳娜娜", "ouyangnana", "oynn");
        check("尉迟恭", "yuchigong", "ycg");
        check("万俟卨", "moqixie", "mqx");
        check("吕布", "lvbu", "lb");
        check("John Smith", "johnsmith", "js");
        check("王Lisa", "wanglisa", "wl");
        check("", "", "");
    }

    #[test]
    fn compound_surnames_are_kept_whole() {
        assert_eq!(split_name("欧阳娜"), Some(("欧阳", "娜")));
        assert_eq!(split_name("欧阳"), Some(("欧", "阳")));
        assert_eq!(split_name("王小明"), Some(("王", "小明")));
        assert_eq!(split_name("上海某某有限公司"), None);
    }
}
