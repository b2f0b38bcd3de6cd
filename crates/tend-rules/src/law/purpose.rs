//! What customers are contacted for, as data: a consent or refusal names a purpose, a work order has one by its
//! business type.

use super::Both;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// A purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purpose {
    /// Its key.
    pub key: String,
    /// Its title.
    pub title: Both,
    /// The business types of work orders that serve it.
    pub business_types: Vec<String>,
    /// The version of the text.
    pub text_version: String,
    /// What is shown or read to the customer before a consent is noted.
    pub text: Both,
}

#[derive(Debug, Deserialize)]
struct File {
    purpose: Vec<Purpose>,
}

static PURPOSES: LazyLock<Vec<Purpose>> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("purposes.toml")).expect("the purposes are valid (tested)");
    file.purpose
});

/// The purpose of work orders whose business type no purpose names.
const USUAL: &str = "care";

/// Every purpose.
pub fn every_purpose() -> &'static [Purpose] {
    &PURPOSES
}

/// The purposes that work orders serve; to the others customers consent beside them.
pub fn purposes_of_work() -> impl Iterator<Item = &'static str> {
    PURPOSES.iter().filter(|purpose| !purpose.business_types.is_empty()).map(|purpose| purpose.key.as_str())
}

/// The purpose of a key, if there is one.
pub fn known_purpose(key: &str) -> Option<&'static str> {
    PURPOSES.iter().map(|purpose| purpose.key.as_str()).find(|known| *known == key)
}

/// The purpose that a business type serves.
pub fn purpose_of(business_type: &str) -> &'static str {
    let named = PURPOSES.iter().find(|purpose| purpose.business_types.iter().any(|known| known == business_type));
    named.map_or(USUAL, |purpose| purpose.key.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_business_type_has_one_purpose() {
        assert_eq!(purpose_of("renewal"), "contract");
        assert_eq!(purpose_of("campaign"), "marketing");
        assert_eq!(purpose_of("something new"), "care");
        let mut seen = std::collections::BTreeSet::new();
        for kind in every_purpose().iter().flat_map(|purpose| &purpose.business_types) {
            assert!(seen.insert(kind), "{kind} serves two purposes");
        }
    }

    #[test]
    fn every_work_order_serves_a_purpose_of_work() {
        let of_work: Vec<&str> = purposes_of_work().collect();
        for kind in every_purpose().iter().flat_map(|purpose| &purpose.business_types).map(String::as_str) {
            assert!(of_work.contains(&purpose_of(kind)), "{kind}");
        }
        assert!(of_work.contains(&purpose_of("something new")));
        assert!(!of_work.contains(&"sensitive"));
        assert_eq!((known_purpose("marketing"), known_purpose("every")), (Some("marketing"), None));
    }
}
