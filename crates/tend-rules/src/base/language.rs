//! The two languages in which Tend speaks.

use serde::{Deserialize, Serialize};

/// A language of the screens and of texts to customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Chinese.
    #[default]
    Zh,
    /// English.
    En,
}

impl Language {
    /// `zh` or `en`.
    pub const fn word(self) -> &'static str {
        match self {
            Language::Zh => "zh",
            Language::En => "en",
        }
    }

    /// The language of an HTTP `Accept-Language` value or a locale name; Chinese unless it begins with `en`.
    pub fn of_locale(locale: &str) -> Self {
        if locale.trim_start().to_ascii_lowercase().starts_with("en") { Language::En } else { Language::Zh }
    }
}
