//! The two calendars by which days of the year are kept.

use serde::{Deserialize, Serialize};

/// The calendar by which a birthday or another anniversary is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Calendar {
    /// The common calendar.
    #[default]
    Solar,
    /// The Chinese lunar calendar.
    Lunar,
}

impl Calendar {
    /// `solar` or `lunar`.
    pub const fn word(self) -> &'static str {
        match self {
            Calendar::Solar => "solar",
            Calendar::Lunar => "lunar",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Calendar::Solar, Calendar::Lunar].into_iter().find(|calendar| calendar.word() == word)
    }
}
