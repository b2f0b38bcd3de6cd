//! The second factor: time-based codes of RFC 6238 (six digits, thirty seconds, one step of tolerance).

use tend_rules::base::Instant;
use totp_rs::{Builder, Secret, Totp};

/// A code's maker and checker for one person's secret.
fn maker(secret: Secret) -> Option<Totp> {
    Builder::new().with_secret(secret).with_skew(1).build().ok()
}

/// A fresh secret in base 32, 160 bits.
pub fn new_secret() -> String {
    Secret::from(crate::platform::random::<20>().to_vec()).to_base32()
}

/// Whether `code` belongs to the secret at this time.
pub fn code_fits(secret: &str, code: &str, now: Instant) -> bool {
    let totp = Secret::try_from_base32(secret).ok().and_then(maker);
    totp.is_some_and(|totp| totp.check(code.trim(), (now.millis() / 1000) as u64).is_some())
}

/// The address that an authenticator app reads from a QR code.
pub fn address(secret: &str, login: &str, firm: &str) -> String {
    let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric() || "@._-".contains(*c)).collect::<String>();
    format!("otpauth://totp/{0}:{1}?secret={secret}&issuer={0}", plain(firm), plain(login))
}
