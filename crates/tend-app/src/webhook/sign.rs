//! Signatures after the Standard Webhooks specification: HMAC-SHA-256 over `id.timestamp.body`, so that a receiver can
//! refuse what others made up, what was changed on the way, and what is old.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use sha2::Sha256;

const PREFIX: &str = "whsec_";

/// A secret as its receiver keeps it.
pub(super) fn secret_text(secret: &[u8]) -> String {
    format!("{PREFIX}{}", STANDARD.encode(secret))
}

/// The headers of a message, signed with each secret that lives.
pub(super) fn signed_headers(
    secrets: &[Vec<u8>],
    id: &str,
    at_seconds: i64,
    body: &str,
) -> Vec<(&'static str, String)> {
    let signatures: Vec<String> = secrets.iter().map(|secret| signature(secret, id, at_seconds, body)).collect();
    vec![
        ("webhook-id", id.to_owned()),
        ("webhook-timestamp", at_seconds.to_string()),
        ("webhook-signature", signatures.join(" ")),
    ]
}

fn signature(secret: &[u8], id: &str, at_seconds: i64, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes a key of any length");
    mac.update(format!("{id}.{at_seconds}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The values were computed with Python's own hmac and base64.
    #[test]
    fn the_signature_is_that_of_the_standard() {
        let secret: Vec<u8> = (0..32).collect();
        assert_eq!(secret_text(&secret), "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
        let headers = signed_headers(&[secret.clone(), secret], "evt_7", 1_763_860_800, r#"{"type":"touch.settled"}"#);
        let (_, both) = &headers[2];
        let (first, second) = both.split_once(' ').expect("two signatures");
        assert_eq!(first, second);
        assert_eq!(first, "v1,JotJFfgoi98m0j2NXb+phjVjG3IA2nNeUgAgpAHuT40=");
    }
}
