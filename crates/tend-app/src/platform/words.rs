//! Texts that users read, by code, in both languages: `words/ROOM.{zh,en}.toml`, one table for each code.

use serde_json::Value;
use std::collections::HashMap;
use std::sync::LazyLock;
use tend_rules::base::Language;

macro_rules! rooms {
    ($($room:literal),*) => {
        const ZH: &[&str] = &[$(include_str!(concat!("../../words/", $room, ".zh.toml"))),*];
        const EN: &[&str] = &[$(include_str!(concat!("../../words/", $room, ".en.toml"))),*];
    };
}
rooms!(
    "platform", "org", "law", "customer", "intake", "segment", "plan", "work", "contact", "trace", "report", "rights",
    "webhook"
);

/// The texts of one language.
#[derive(Debug)]
pub struct Words {
    texts: HashMap<String, String>,
}

static CHINESE: LazyLock<Words> = LazyLock::new(|| Words::of(ZH));
static ENGLISH: LazyLock<Words> = LazyLock::new(|| Words::of(EN));

/// The texts of a language.
pub fn words(language: Language) -> &'static Words {
    match language {
        Language::Zh => &CHINESE,
        Language::En => &ENGLISH,
    }
}

impl Words {
    /// The texts of some files of the program itself; each holds one table for each code.
    pub fn of(files: &[&str]) -> Self {
        let mut texts = HashMap::new();
        for file in files {
            let table: toml::Table = toml::from_str(file).expect("the words of the program are valid (tested)");
            for (code, parts) in table {
                for (part, text) in parts.as_table().into_iter().flatten() {
                    texts.insert(format!("{code}.{part}"), text.as_str().unwrap_or_default().to_owned());
                }
            }
        }
        Self { texts }
    }

    /// The text of a key with its `{placeholders}` filled from a JSON object; the empty text if there is none.
    pub fn fill(&self, key: &str, params: &Value) -> String {
        let mut text = self.texts.get(key).cloned().unwrap_or_default();
        for (name, value) in params.as_object().into_iter().flatten() {
            let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            text = text.replace(&format!("{{{name}}}"), &shown);
        }
        text
    }

    /// Every key, sorted.
    pub fn keys(&self) -> Vec<&str> {
        let mut keys: Vec<&str> = self.texts.keys().map(String::as_str).collect();
        keys.sort_unstable();
        keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_the_same_words() {
        let (zh, en) = (words(Language::Zh), words(Language::En));
        assert_eq!(zh.keys(), en.keys());
        for key in zh.keys() {
            let holes = |words: &Words| {
                let mut holes: Vec<String> = words.texts[key]
                    .split('{')
                    .skip(1)
                    .filter_map(|p| p.split('}').next().map(str::to_owned))
                    .collect();
                holes.sort();
                holes
            };
            assert_eq!(holes(zh), holes(en), "placeholders of {key}");
            assert!(!zh.texts[key].is_empty() && !en.texts[key].is_empty(), "{key} is empty");
        }
    }
}
