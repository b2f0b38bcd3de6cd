//! A phone number in one form, whatever it looked like.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A phone number in the form of E.164 (`+8613912345678`, `+861085321234`) with an extension if it has one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Phone {
    number: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    extension: Option<String>,
}

impl Phone {
    /// From digits with country code, 6..15 of them.
    pub(crate) fn international(digits: &str, extension: Option<String>) -> Self {
        Self { number: format!("+{digits}"), extension }
    }

    /// The number with `+` and country code, without the extension.
    pub fn e164(&self) -> &str {
        &self.number
    }

    /// The digits to dial after the connection, if any.
    pub fn extension(&self) -> Option<&str> {
        self.extension.as_deref()
    }

    /// Whether it is a mobile number of mainland China, that is, one that takes short messages.
    pub fn is_mobile(&self) -> bool {
        self.number.strip_prefix("+86").is_some_and(|rest| rest.len() == 11 && rest.starts_with('1'))
    }

    /// As dialled inside China: `13912345678`, `01085321234`; other countries with `+`.
    pub fn national(&self) -> String {
        match self.number.strip_prefix("+86") {
            Some(mobile) if self.is_mobile() => mobile.to_owned(),
            Some(service) if service.starts_with("400") || service.starts_with("800") => service.to_owned(),
            Some(land_line) => format!("0{land_line}"),
            None => self.number.clone(),
        }
    }

    /// The last `count` digits of the number, for look-up by fragment.
    pub fn last_digits(&self, count: usize) -> &str {
        let digits = &self.number[1..];
        &digits[digits.len().saturating_sub(count)..]
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.number)?;
        self.extension.as_ref().map_or(Ok(()), |extension| write!(f, ";ext={extension}"))
    }
}
