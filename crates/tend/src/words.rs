//! The sentences of the command line in both languages: `words/program.{zh,en}.toml`.

use serde_json::Value;
use std::sync::LazyLock;
use tend_app::platform::Words;
use tend_rules::base::Language;

static CHINESE: LazyLock<Words> = LazyLock::new(|| Words::of(&[include_str!("../words/program.zh.toml")]));
static ENGLISH: LazyLock<Words> = LazyLock::new(|| Words::of(&[include_str!("../words/program.en.toml")]));

/// The sentences of a language.
pub fn words(language: Language) -> &'static Words {
    match language {
        Language::Zh => &CHINESE,
        Language::En => &ENGLISH,
    }
}

/// The language of a locale such as `zh_CN.UTF-8`; English unless it is Chinese, because a bare machine says `C`.
pub fn language_of_locale(locale: &str) -> Language {
    if locale.to_ascii_lowercase().starts_with("zh") { Language::Zh } else { Language::En }
}

/// One sentence with its holes filled.
pub fn sentence(language: Language, key: &str, params: &Value) -> String {
    words(language).fill(&format!("{key}.text"), params)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_the_same_sentences() {
        assert_eq!(words(Language::Zh).keys(), words(Language::En).keys());
    }

    #[test]
    fn a_bare_machine_speaks_english() {
        assert_eq!(language_of_locale("zh_CN.UTF-8"), Language::Zh);
        assert_eq!(language_of_locale("C"), Language::En);
        assert_eq!(language_of_locale(""), Language::En);
    }
}
