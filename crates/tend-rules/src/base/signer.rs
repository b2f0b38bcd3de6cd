//! Who signs heads: Ed25519 (RFC 8032), from `ed25519-dalek`.

use super::digest::{deserialize_hex, from_hex, serialize_hex, to_hex};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// The secret that signs heads.
#[derive(Clone)]
pub struct Signer(SigningKey);

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({}…)", self.id())
    }
}

impl Signer {
    /// From 32 random bytes.
    pub fn of(seed: [u8; 32]) -> Self {
        Self(SigningKey::from_bytes(&seed))
    }

    /// From its file: 64 lower-case hexadecimal digits.
    pub fn from_text(text: &str) -> Option<Self> {
        from_hex(text.trim()).map(Self::of)
    }

    /// As its file keeps it.
    pub fn to_text(&self) -> String {
        to_hex(&self.0.to_bytes())
    }

    /// The public half.
    pub fn id(&self) -> SignerId {
        SignerId(self.0.verifying_key().to_bytes())
    }

    /// Signs.
    pub fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        self.0.sign(bytes).to_bytes()
    }
}

/// The public key of a signer.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SignerId(pub [u8; 32]);

impl SignerId {
    /// From its file or the command line: 64 lower-case hexadecimal digits.
    pub fn from_text(text: &str) -> Option<Self> {
        from_hex(text.trim()).map(Self)
    }

    /// Whether this key signed those bytes. Strict: a signature has one valid form.
    pub fn signed(&self, bytes: &[u8], signature: &[u8; 64]) -> bool {
        VerifyingKey::from_bytes(&self.0)
            .is_ok_and(|key| key.verify_strict(bytes, &Signature::from_bytes(signature)).is_ok())
    }
}

impl fmt::Display for SignerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&to_hex(&self.0))
    }
}

impl fmt::Debug for SignerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for SignerId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_hex(&self.0, serializer)
    }
}

impl<'de> Deserialize<'de> for SignerId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize_hex(deserializer).map(Self)
    }
}
