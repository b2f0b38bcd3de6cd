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

/// The thirty seconds to which `code` belongs, if it is a code of the secret around this time. No code counts twice:
/// the caller spends the step (RFC 6238, 5.2).
pub fn step_of(secret: &str, code: &str, now: Instant) -> Option<i64> {
    let totp = Secret::try_from_base32(secret).ok().and_then(maker)?;
    let step = totp.check(code.trim(), (now.millis() / 1000) as u64)?;
    i64::try_from(step).ok()
}

/// Random bytes in letters and digits that nobody mistakes for others.
pub fn base32(bytes: Vec<u8>) -> String {
    Secret::from(bytes).to_base32()
}

/// The address that an authenticator app reads from a QR code.
pub fn address(secret: &str, login: &str, firm: &str) -> String {
    let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric() || "@._-".contains(*c)).collect::<String>();
    format!("otpauth://totp/{0}:{1}?secret={secret}&issuer={0}", plain(firm), plain(login))
}
