//! Words of closed lists (gender, tier, language …) as files spell them. The spellings stand in `data/choices.toml`.

use super::text::{is_missing, tidy};
use crate::intake::birthday::Calendar;
use crate::intake::problem::{Cleaned, ProblemCode};
use crate::intake::standing::{AgreementKind, AgreementStatus, Class, Gender, Lifecycle, Tier};
use std::collections::HashMap;
use std::sync::LazyLock;

type Tables = HashMap<String, HashMap<String, Vec<String>>>;

static TABLES: LazyLock<Tables> =
    LazyLock::new(|| toml::from_str(include_str!("../data/choices.toml")).expect("the built-in choices are TOML"));

/// One list: folded spelling to word.
pub(super) struct Choices(HashMap<String, &'static str>);

impl Choices {
    /// The list of this name in the data file.
    pub(super) fn named(name: &str) -> Self {
        let mut spellings = HashMap::new();
        for (word, spelled) in TABLES.get(name).into_iter().flatten() {
            spellings.insert(fold(word), word.as_str());
            spelled.iter().for_each(|spelling| {
                spellings.insert(fold(spelling), word.as_str());
            });
        }
        Self(spellings)
    }

    /// The word for a spelling.
    pub(super) fn find(&self, text: &str) -> Option<&'static str> {
        self.0.get(&fold(text)).copied()
    }
}

fn fold(text: &str) -> String {
    text.chars()
        .map(super::text::narrow)
        .filter(|c| !matches!(c, ' ' | '_' | '-'))
        .flat_map(char::to_lowercase)
        .collect()
}

/// Yes or no.
pub(super) fn flag_of(text: &str) -> Option<bool> {
    static WORDS: LazyLock<Choices> = LazyLock::new(|| Choices::named("flag"));
    WORDS.find(text).map(|word| word == "yes")
}

fn choose<T>(text: &str, words: &Choices, read: fn(&str) -> Option<T>, code: ProblemCode) -> Cleaned<T> {
    let tidied = tidy(text);
    match words.find(&tidied).and_then(read) {
        Some(value) => Cleaned::Value(value),
        None if is_missing(&tidied) => Cleaned::Missing,
        None => Cleaned::refused(code),
    }
}

/// 男, 女, M, F, male, female, 先生, 女士; in coded files 1 is male and 2 female.
pub fn clean_gender(text: &str) -> Cleaned<Gender> {
    static WORDS: LazyLock<Choices> = LazyLock::new(|| Choices::named("gender"));
    choose(text, &WORDS, Gender::from_word, ProblemCode::GenderUnknown)
}

/// 金, 金卡, VIP, gold …
pub fn clean_tier(text: &str) -> Cleaned<Tier> {
    static WORDS: LazyLock<Choices> = LazyLock::new(|| Choices::named("tier"));
    choose(text, &WORDS, Tier::from_word, ProblemCode::TierUnknown)
}

/// A, B, C, A类 …
pub fn clean_class(text: &str) -> Cleaned<Class> {
    static WORDS: LazyLock<Choices> = LazyLock::new(|| Choices::named("class"));
    choose(text, &WORDS, Class::from_word, ProblemCode::ClassUnknown)
}

/// 潜在, 新客, 在用, 流失, 停用, 已故 …
pub fn clean_lifecycle(text: &str) -> Cleaned<Lifecycle> {
    static WORDS: LazyLock<Choices> = LazyLock::new(|| Choices::named("lifecycle"));
    choose(text, &WORDS, Lifecycle::from_word, ProblemCode::LifecycleUnknown)
}

/// 公历, 阳历, 农历, 阴历, lunar …
pub fn clean_calendar(text: &str) -> Cleaned<Calendar> {
    static WORDS: LazyLock<Choices> = LazyLock::new(|| Choices::named("calendar"));
    let read = |word: &str| if word == "lunar" { Some(Calendar::Lunar) } else { Some(Calendar::Solar) };
    choose(text, &WORDS, read, ProblemCode::CalendarUnknown)
}

/// The code of a language (`zh`, `en`, `yue` …); a code of two or three letters stands for itself.
pub fn clean_language(text: &str) -> Cleaned<String> {
    static WORDS: LazyLock<Choices> = LazyLock::new(|| Choices::named("language"));
    let code = |word: &str| Some(word.to_owned());
    match choose(text, &WORDS, code, ProblemCode::LanguageUnknown) {
        Cleaned::Refused(finding) => {
            let lower = tidy(text).to_ascii_lowercase();
            let coded = matches!(lower.len(), 2 | 3) && lower.bytes().all(|b| b.is_ascii_lowercase());
            if coded { Cleaned::Value(lower) } else { Cleaned::Refused(finding) }
        }
        other => other,
    }
}

/// 保单, 车险, 套餐, 贷款, 会员 …
pub fn clean_agreement_kind(text: &str) -> Cleaned<AgreementKind> {
    static WORDS: LazyLock<Choices> = LazyLock::new(|| Choices::named("agreement_kind"));
    choose(text, &WORDS, AgreementKind::from_word, ProblemCode::AgreementKindUnknown)
}

/// 有效, 失效, 终止, 待生效 …
pub fn clean_agreement_status(text: &str) -> Cleaned<AgreementStatus> {
    static WORDS: LazyLock<Choices> = LazyLock::new(|| Choices::named("agreement_status"));
    choose(text, &WORDS, AgreementStatus::from_word, ProblemCode::AgreementStatusUnknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_lists_is_a_word_of_the_type() {
        fn all<T>(list: &str, read: fn(&str) -> Option<T>) {
            for word in TABLES[list].keys() {
                assert!(read(word).is_some(), "{list}: {word}");
            }
        }
        all("gender", Gender::from_word);
        all("tier", Tier::from_word);
        all("class", Class::from_word);
        all("lifecycle", Lifecycle::from_word);
        all("agreement_kind", AgreementKind::from_word);
        all("agreement_status", AgreementStatus::from_word);
        all("channel", crate::base::Channel::from_word);
    }

    #[test]
    fn no_spelling_means_two_words() {
        for (list, words) in TABLES.iter() {
            let mut seen = HashMap::new();
            for (word, spellings) in words {
                for spelling in spellings {
                    let before = seen.insert(fold(spelling), word);
                    assert!(before.is_none_or(|before| before == word), "{list}: {spelling}");
                }
            }
        }
    }

    #[test]
    fn spellings() {
        assert_eq!(clean_gender("Ｆ"), Cleaned::Value(Gender::Female));
        assert_eq!(clean_gender("女性"), Cleaned::Value(Gender::Female));
        assert_eq!(clean_gender("1"), Cleaned::Value(Gender::Male));
        assert_eq!(clean_gender("未知"), Cleaned::Missing);
        assert_eq!(clean_gender("小明"), Cleaned::refused(ProblemCode::GenderUnknown));
        assert_eq!(clean_tier("金卡会员"), Cleaned::Value(Tier::Gold));
        assert_eq!(clean_class("a类"), Cleaned::Value(Class::A));
        assert_eq!(clean_lifecycle("流失"), Cleaned::Value(Lifecycle::Lost));
        assert_eq!(clean_calendar("阴历"), Cleaned::Value(Calendar::Lunar));
        assert_eq!(clean_language("普通话").value().as_deref(), Some("zh"));
        assert_eq!(clean_language("de").value().as_deref(), Some("de"));
        assert_eq!(clean_agreement_kind("寿险"), Cleaned::Value(AgreementKind::Policy));
        assert_eq!(clean_agreement_status("退保"), Cleaned::Value(AgreementStatus::Ended));
    }
}
