//! What the operator says about the authority, judged before anybody is asked.

use crate::failure::{Exit, Failure};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::json;
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::path::Path;
use tend_app::platform::{Config, Terms};

/// What is asked of whom.
#[derive(Debug)]
pub struct Settings {
    /// The address of the authority's directory.
    pub directory: String,
    /// The names that the certificate is for, in lower case and order.
    pub domains: Vec<String>,
    /// Whom the authority may write to, as `mailto:`.
    pub contact: Vec<String>,
    /// The account at the authority that the operator has already, if it wants one.
    pub binding: Option<Binding>,
}

/// An account that was made at the authority by hand (RFC 8555, 7.3.4).
pub struct Binding {
    pub id: String,
    pub key: Vec<u8>,
}

impl std::fmt::Debug for Binding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Binding({}, …)", self.id)
    }
}

/// Names in one certificate, as the large authorities allow.
const DOMAINS_MAX: usize = 100;

impl Settings {
    /// None where no domain is set.
    pub fn of(config: &Config) -> Result<Option<Self>, Failure> {
        if config.acme_domains.trim().is_empty() {
            return Ok(None);
        }
        if !config.tls_certificate.is_empty() {
            return Err(Failure::refused("acme_beside_files", json!({})));
        }
        if config.acme_terms != Terms::Agreed {
            return Err(Failure::refused("acme_terms_open", json!({ "directory": config.acme_directory })));
        }
        if !config.acme_directory.starts_with("https://") {
            return Err(Failure::refused("acme_directory_unusable", json!({ "directory": config.acme_directory })));
        }
        let domains: BTreeSet<String> = words(&config.acme_domains).map(str::to_lowercase).collect();
        if let Some(domain) = domains.iter().find(|domain| !may_be_named(domain)) {
            return Err(Failure::refused("acme_domain_unusable", json!({ "domain": domain })));
        }
        if domains.len() > DOMAINS_MAX {
            return Err(Failure::refused("acme_domains_too_many", json!({ "most": DOMAINS_MAX })));
        }
        let contact = words(&config.acme_contact).map(|mail| format!("mailto:{mail}")).collect();
        let (directory, domains) = (config.acme_directory.clone(), domains.into_iter().collect());
        Ok(Some(Self { directory, domains, contact, binding: binding(config)? }))
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|word| !word.is_empty())
}

/// A whole name: no `*`, which this challenge cannot prove, and no address of digits.
fn may_be_named(domain: &str) -> bool {
    let is_label = |label: &str| {
        let whole = !label.is_empty() && label.len() <= 63 && !label.starts_with('-') && !label.ends_with('-');
        whole && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    domain.len() <= 253 && domain.split('.').all(is_label) && domain.parse::<IpAddr>().is_err()
}

fn binding(config: &Config) -> Result<Option<Binding>, Failure> {
    if config.acme_key_id.is_empty() {
        return Ok(None);
    }
    let unusable = |why: String| {
        let params = json!({ "path": config.acme_key_file });
        Failure::new(Exit::Refused, "acme_key_unusable", params).because(why)
    };
    let text =
        std::fs::read_to_string(Path::new(&config.acme_key_file)).map_err(|error| unusable(error.to_string()))?;
    let key = BASE64_URL_SAFE_NO_PAD.decode(text.trim().trim_end_matches('='));
    // What it holds is not repeated.
    let key = key.map_err(|_| unusable("not in base64url".to_owned()))?;
    Ok(Some(Binding { id: config.acme_key_id.clone(), key }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(domains: &str) -> Config {
        Config { acme_domains: domains.into(), acme_terms: Terms::Agreed, ..Config::default() }
    }

    fn code(config: &Config) -> String {
        let refused = Settings::of(config).expect_err("refused");
        refused.body(tend_rules::base::Language::En)["code"].as_str().unwrap_or_default().to_owned()
    }

    #[test]
    fn names_are_taken_as_the_authority_would() {
        let read = Settings::of(&config("Tend.Firm.example, desk.firm.example, tend.firm.example,"))
            .expect("taken")
            .expect("set");
        assert_eq!(read.domains, ["desk.firm.example", "tend.firm.example"]);
        for wrong in ["*.firm.example", "10.0.0.1", "::1", "a..b", "-a.b", "a_b.c", "tend.firm.example:443"] {
            assert_eq!(code(&config(wrong)), "acme_domain_unusable", "{wrong}");
        }
        let many: Vec<String> = (0..101).map(|n| format!("a{n}.b")).collect();
        assert_eq!(code(&config(&many.join(","))), "acme_domains_too_many");
    }

    #[test]
    fn what_is_missing_or_does_not_fit_is_said_before_anybody_is_asked() {
        let good = || config("tend.firm.example");
        assert!(Settings::of(&Config::default()).expect("taken").is_none());
        let code_with = |change: fn(&mut Config)| {
            let mut config = good();
            change(&mut config);
            code(&config)
        };
        assert_eq!(code_with(|c| c.acme_terms = Terms::Open), "acme_terms_open");
        assert_eq!(code_with(|c| c.tls_certificate = "tls.crt".into()), "acme_beside_files");
        assert_eq!(code_with(|c| c.acme_directory = "http://ca.firm/dir".into()), "acme_directory_unusable");
        assert_eq!(code_with(|c| c.acme_key_id = "one".into()), "acme_key_unusable");
    }

    #[test]
    fn the_key_of_the_binding_is_read_and_never_shown() {
        let place = tempfile::tempdir().expect("a folder");
        let path = place.path().join("binding.key");
        let with = |text: &str| {
            std::fs::write(&path, text).expect("written");
            let named = path.display().to_string();
            Settings::of(&Config { acme_key_id: "kid-1".into(), acme_key_file: named, ..config("a.example") })
        };
        let read = with("c2VjcmV0LWtleQ==\n").expect("taken").expect("set");
        assert_eq!(read.binding.as_ref().map(|binding| binding.key.as_slice()), Some(&b"secret-key"[..]));
        assert!(!format!("{read:?}").contains("secret"), "{read:?}");
        let refused = with("not base64!").expect_err("refused");
        assert!(!format!("{refused:?}").contains("not base64!"), "{refused:?}");
    }
}
