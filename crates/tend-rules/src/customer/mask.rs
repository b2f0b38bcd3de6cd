//! What a reader sees of a personal field before giving a reason.

use serde::{Deserialize, Serialize};

/// The kinds of contact points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PointKind {
    /// A phone number.
    Phone,
    /// A mail address.
    Mail,
    /// A WeChat id.
    Wechat,
    /// A postal address.
    Address,
    /// An identity number.
    IdNumber,
}

impl PointKind {
    /// Every kind.
    pub const ALL: [PointKind; 5] =
        [PointKind::Phone, PointKind::Mail, PointKind::Wechat, PointKind::Address, PointKind::IdNumber];

    /// The word in the table and on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            PointKind::Phone => "phone",
            PointKind::Mail => "mail",
            PointKind::Wechat => "wechat",
            PointKind::Address => "address",
            PointKind::IdNumber => "id_number",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// The masked form of a value. Enough stays to recognise it, never enough to use it.
pub fn mask(kind: PointKind, value: &str) -> String {
    match kind {
        PointKind::Phone => mask_phone(value),
        PointKind::Mail => match value.split_once('@') {
            Some((user, host)) => format!("{}***@{host}", first(user, 1)),
            None => "***".into(),
        },
        PointKind::Wechat => keep_ends(value, 1, 1),
        PointKind::Address => format!("{}***", first(value, (value.chars().count() / 2).min(6))),
        PointKind::IdNumber => keep_ends(value, 3, 4),
    }
}

fn mask_phone(value: &str) -> String {
    let number = value.split(';').next().unwrap_or(value);
    let mainland = number.strip_prefix("+86").unwrap_or(number);
    let shown: String = mainland.chars().filter(|c| c.is_ascii_digit()).collect();
    match shown.len() {
        11 => format!("{}****{}", &shown[..3], &shown[7..]),
        0..=4 => "****".into(),
        n => format!("{}****{}", &shown[..(n - 4) / 3], &shown[n - 4..]),
    }
}

fn first(text: &str, count: usize) -> String {
    text.chars().take(count).collect()
}

fn keep_ends(text: &str, head: usize, tail: usize) -> String {
    let count = text.chars().count();
    if count <= 2 * (head + tail) {
        return format!("{}***", first(text, count / 4));
    }
    let end: String = text.chars().skip(count - tail).collect();
    format!("{}{}{end}", first(text, head), "*".repeat((count - head - tail).min(11)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(kind: PointKind, value: &str, shown: &str) {
        assert_eq!(mask(kind, value), shown, "{value}");
    }

    #[test]
    fn a_mask_shows_the_ends_only() {
        check(PointKind::Phone, "+8613800001234", "138****1234");
        check(PointKind::Phone, "+8613800001234;ext=12", "138****1234");
        check(PointKind::Phone, "+861085321234", "10****1234");
        check(PointKind::Phone, "123", "****");
        check(PointKind::Mail, "lixiuying@example.com", "l***@example.com");
        check(PointKind::Mail, "not a mail", "***");
        check(PointKind::IdNumber, "440305196811301245", "440***********1245");
        check(PointKind::Wechat, "xiuying68", "x*******8");
        check(PointKind::Wechat, "ab", "***");
        check(PointKind::Address, "深圳市南山区科技园一路8号", "深圳市南山区***");
        check(PointKind::Address, "", "***");
    }
}
