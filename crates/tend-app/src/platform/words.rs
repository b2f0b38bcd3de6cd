//! Texts that users read, by code, in both languages: `words/ROOM.{zh,en}.toml`, one table for each code.

use serde_json::Value;
use std::borrow::Cow;
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
    /// What fields take, by how rooms say it in English with `#` for each number; empty for English.
    rules: HashMap<String, String>,
}

static CHINESE: LazyLock<Words> = LazyLock::new(|| Words { rules: rules(), ..Words::of(ZH) });
static ENGLISH: LazyLock<Words> = LazyLock::new(|| Words::of(EN));

/// The placeholders that hold what a field takes, which rooms say in English.
const RULES: [&str; 2] = ["rule", "expected"];

fn rules() -> HashMap<String, String> {
    toml::from_str(include_str!("../../words/rules.toml")).expect("the rules are valid (tested)")
}

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
        Self { texts, rules: HashMap::new() }
    }

    /// The text of a key with its `{placeholders}` filled from a JSON object; the empty text if there is none.
    pub fn fill(&self, key: &str, params: &Value) -> String {
        let mut text = self.texts.get(key).cloned().unwrap_or_default();
        for (name, value) in params.as_object().into_iter().flatten() {
            let said = value.as_str().map_or_else(|| Cow::Owned(value.to_string()), Cow::Borrowed);
            let shown = if RULES.contains(&name.as_str()) { self.rule(&said) } else { said };
            text = text.replace(&format!("{{{name}}}"), &shown);
        }
        text
    }

    /// What a field takes, in this language; as it was said where no words are known for it.
    fn rule<'r>(&self, said: &'r str) -> Cow<'r, str> {
        let (pattern, numbers) = numberless(said);
        let Some(known) = self.rules.get(&pattern) else { return Cow::Borrowed(said) };
        let mut numbers = numbers.into_iter();
        let part = |part: &str| format!("{part}{}", numbers.next().unwrap_or_default());
        Cow::Owned(known.split('#').map(part).collect())
    }

    /// Every key, sorted.
    pub fn keys(&self) -> Vec<&str> {
        let mut keys: Vec<&str> = self.texts.keys().map(String::as_str).collect();
        keys.sort_unstable();
        keys
    }
}

/// A text with `#` for each number, and the numbers.
fn numberless(text: &str) -> (String, Vec<&str>) {
    let (mut pattern, mut numbers, mut rest) = (String::new(), Vec::new(), text);
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let digits = &rest[start..];
        let end = digits.find(|c: char| !c.is_ascii_digit() && c != ',').unwrap_or(digits.len());
        let number = digits[..end].trim_end_matches(',');
        pattern.push_str(&rest[..start]);
        pattern.push('#');
        numbers.push(number);
        rest = &digits[number.len()..];
    }
    pattern.push_str(rest);
    (pattern, numbers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::path::Path;

    #[test]
    fn what_a_field_takes_is_said_in_the_readers_language() {
        let said =
            |language, rule| words(language).fill("field_invalid.detail", &json!({ "field": "n", "rule": rule }));
        assert_eq!(said(Language::Zh, "at most 200,000 customers at once"), "“n”不符合要求：一次最多 200,000 位客户。");
        assert!(said(Language::En, "at most 20").contains("at most 20"));
        assert_eq!(words(Language::Zh).rule("1..500"), "1..500", "figures need no words");
        assert_eq!(words(Language::Zh).rule("0.01 to 1,000,000,000.00"), "0.01 到 1,000,000,000.00");
        assert_eq!(words(Language::Zh).rule("a day such as 2026-11-23"), "日期，如 2026-11-23");
    }

    /// Every rule that a room says stands in the sources as a text behind one of these.
    const SAID: [&str; 6] =
        ["rule: \"", "unfit(\"", ".is_some(), \"", "=> invalid(\"", "return invalid(\"", "(invalid(\""];

    #[test]
    fn every_rule_that_a_room_says_has_chinese_words() {
        let known = words(Language::Zh);
        let (mut missing, mut met) = (Vec::new(), 0);
        for source in ["src", "../tend-rules/src/customer"] {
            for_each_source(&Path::new(env!("CARGO_MANIFEST_DIR")).join(source), &mut |text| {
                for start in SAID.iter().flat_map(|opening| text.match_indices(opening).map(|(at, one)| at + one.len()))
                {
                    // Where a field is named before the rule, the rule is the second text.
                    let mut parts = text[start..].split('"');
                    let (first, between, second) = (parts.next(), parts.next(), parts.next());
                    let Some(rule) = (if between == Some(", ") { second } else { first }) else { continue };
                    met += 1;
                    let is_figures = !rule.contains(|c: char| c.is_alphabetic());
                    if !is_figures && !known.rules.contains_key(&numberless(rule).0) {
                        missing.push(rule.to_owned());
                    }
                }
            });
        }
        assert!(met > 80, "{met} rules");
        assert_eq!(missing, Vec::<String>::new());
    }

    fn for_each_source(folder: &Path, seen: &mut dyn FnMut(&str)) {
        for entry in std::fs::read_dir(folder).expect("the sources").map(|entry| entry.expect("an entry").path()) {
            if entry.is_dir() {
                for_each_source(&entry, seen);
            } else if entry.extension().is_some_and(|end| end == "rs") && !entry.ends_with("platform/words.rs") {
                seen(&std::fs::read_to_string(&entry).expect("a source"));
            }
        }
    }

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
