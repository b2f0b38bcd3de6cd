//! Yes and no, and the columns of refusals and consents.
//!
//! A refusal is never weakened: a refusal cell that cannot be read counts as a refusal, with a warning.

use super::choice::{Choices, flag_of};
use super::text::{is_missing, tidy};
use crate::base::{Channel, ChannelSet};
use crate::intake::problem::{Cleaned, ProblemCode};
use std::sync::LazyLock;

/// Yes or no: 是/否, Y/N, √/×, 1/0, true/false, 有/无.
pub fn clean_flag(text: &str) -> Cleaned<bool> {
    let tidied = tidy(text);
    if tidied.is_empty() || tidied == "-" || tidied == "/" {
        return Cleaned::Missing;
    }
    match flag_of(&tidied) {
        Some(flag) => Cleaned::Value(flag),
        None if is_missing(&tidied) => Cleaned::Missing,
        None => Cleaned::refused(ProblemCode::FlagUnreadable),
    }
}

/// What a refusal column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The customer refuses.
    Refused,
    /// Nothing is refused. This lifts no earlier refusal.
    NotRefused,
}

/// A cell of a refusal column for one channel.
pub fn clean_refusal(text: &str) -> Cleaned<Refusal> {
    let tidied = tidy(text);
    if tidied.is_empty() || tidied == "-" || tidied == "/" {
        return Cleaned::Missing;
    }
    match refusal_word(&tidied) {
        Some(refusal) => Cleaned::Value(refusal),
        None if is_missing(&tidied) => Cleaned::Missing,
        None => Cleaned::doubtful(Refusal::Refused, ProblemCode::RefusalAssumed),
    }
}

fn refusal_word(tidied: &str) -> Option<Refusal> {
    static WORDS: LazyLock<Choices> = LazyLock::new(|| Choices::named("refusal"));
    match WORDS.find(tidied) {
        Some("refused") => Some(Refusal::Refused),
        Some(_) => Some(Refusal::NotRefused),
        None => flag_of(tidied).map(|flag| if flag { Refusal::Refused } else { Refusal::NotRefused }),
    }
}

/// Whether a cell of a consent column says that the customer refuses (拒绝, opted out), which is more than "no".
pub(in crate::intake) fn says_refused(text: &str) -> bool {
    let tidied = tidy(text);
    flag_of(&tidied).is_none() && refusal_word(&tidied) == Some(Refusal::Refused)
}

/// The channels named in a cell (`短信；电话`), every channel for a yes, none for a no.
pub fn clean_channels(text: &str) -> Cleaned<ChannelSet> {
    static WORDS: LazyLock<Choices> = LazyLock::new(|| Choices::named("channel"));
    let tidied = tidy(text);
    if tidied.is_empty() || tidied == "-" || tidied == "/" {
        return Cleaned::Missing;
    }
    match refusal_word(&tidied) {
        Some(Refusal::Refused) => return Cleaned::Value(ChannelSet::EVERY),
        Some(Refusal::NotRefused) => return Cleaned::Value(ChannelSet::NONE),
        None => {}
    }
    let mut channels = ChannelSet::NONE;
    for part in tidied.split([';', ',', '、', '/', '|', ' ', '+', '和']).filter(|part| !part.is_empty()) {
        match WORDS.find(part).and_then(Channel::from_word) {
            Some(channel) => channels = channels.with(channel),
            None if is_missing(&tidied) => return Cleaned::Missing,
            None => return Cleaned::refused(ProblemCode::FlagUnreadable),
        }
    }
    Cleaned::Value(channels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yes_and_no() {
        for text in ["是", "Y", "yes", "TRUE", "√", "1", "有", "１", "1.0", "对"] {
            assert_eq!(clean_flag(text), Cleaned::Value(true), "{text}");
        }
        for text in ["否", "N", "No", "false", "×", "0", "无", "没有", "不是"] {
            assert_eq!(clean_flag(text), Cleaned::Value(false), "{text}");
        }
        assert_eq!(clean_flag(""), Cleaned::Missing);
        assert_eq!(clean_flag("也许"), Cleaned::refused(ProblemCode::FlagUnreadable));
    }

    #[test]
    fn an_unreadable_refusal_counts_as_refusal() {
        assert_eq!(clean_refusal("是"), Cleaned::Value(Refusal::Refused));
        assert_eq!(clean_refusal("退订"), Cleaned::Value(Refusal::Refused));
        assert_eq!(clean_refusal("opted out"), Cleaned::Value(Refusal::Refused));
        assert_eq!(clean_refusal("否"), Cleaned::Value(Refusal::NotRefused));
        assert_eq!(clean_refusal("允许"), Cleaned::Value(Refusal::NotRefused));
        assert_eq!(clean_refusal(""), Cleaned::Missing);
        assert_eq!(clean_refusal("见备注"), Cleaned::doubtful(Refusal::Refused, ProblemCode::RefusalAssumed));
        assert!(says_refused("拒绝"));
        assert!(!says_refused("否"));
    }

    #[test]
    fn channels_by_name() {
        let set = |text: &str| {
            clean_channels(text).value().map(|set| set.iter().map(Channel::word).collect::<Vec<_>>().join("+"))
        };
        assert_eq!(set("短信；电话").as_deref(), Some("phone+sms"));
        assert_eq!(set("是").as_deref(), Some("phone+sms+wechat+mail+visit"));
        assert_eq!(set("否").as_deref(), Some(""));
        assert_eq!(set("email").as_deref(), Some("mail"));
        assert_eq!(set("烟火"), None);
    }
}
