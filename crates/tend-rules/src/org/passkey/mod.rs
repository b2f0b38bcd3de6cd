//! Passkeys: what a firm must check before it believes a browser's answer (W3C Web Authentication, level 2 and 3,
//! sections 7.1 and 7.2). Signatures are made true or false by the caller's `proves`: this crate knows no cryptography
//! of its own, and no check can be left out by forgetting to call it.
//!
//! Deliberately narrow: attestation `none` or by the key itself, ES256, EdDSA and RS256, no extensions.

mod key;
mod said;

pub use key::{ALGORITHMS, PasskeyKey};
pub use said::{ClientData, Kind};

use said::Authenticator;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// What a ceremony was begun with.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The host name to which passkeys are bound.
    pub rp_id: &'a str,
    /// Scheme, host and port of the desk, as a browser writes an origin.
    pub origin: &'a str,
    /// The challenge in base64url, as it was given out.
    pub challenge: &'a str,
}

/// Why an answer is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PasskeyFault {
    /// It is not what a browser sends.
    #[error("the answer cannot be read")]
    Unreadable,
    /// A sign-in where a registration was expected, or the other way round.
    #[error("the answer belongs to another kind of ceremony")]
    WrongKind,
    /// The challenge is not the one that was given out.
    #[error("the challenge is another one")]
    WrongChallenge,
    /// The page stands at another address, or in a frame of one.
    #[error("the page stands at another address")]
    WrongOrigin,
    /// The authenticator answered for another host.
    #[error("the passkey is bound to another host")]
    WrongHost,
    /// Nobody touched the authenticator.
    #[error("nobody was there")]
    NobodyPresent,
    /// The authenticator did not check who was there.
    #[error("the person was not verified")]
    NobodyVerified,
    /// The key is of a kind that is not taken, or no key at all.
    #[error("the key is of a kind that is not taken")]
    KeyNotTaken,
    /// The authenticator vouches in a way that is not taken.
    #[error("the attestation is of a kind that is not taken")]
    AttestationNotTaken,
    /// The signature is not by this key over these bytes.
    #[error("the signature does not fit")]
    WrongSignature,
    /// The authenticator has counted less than before: there are two of it.
    #[error("the counter did not go on")]
    CounterWentBack,
}

/// A passkey as it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Its name for the browser, 1..1023 bytes.
    pub credential_id: Vec<u8>,
    /// The public key as COSE writes it.
    pub public_key: Vec<u8>,
    /// What the authenticator has counted.
    pub sign_count: i64,
    /// Whether it is kept in more than one place.
    pub backed_up: bool,
}

/// A passkey as it was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Used {
    /// What the authenticator has counted.
    pub sign_count: i64,
    /// Whether it is kept in more than one place.
    pub backed_up: bool,
}

/// Whether a signature over some bytes is by a key.
pub type Proves<'a> = &'a dyn Fn(&PasskeyKey, &[u8], &[u8]) -> bool;

/// The passkey that a browser made, if everything about it is as it should be. Source: Web Authentication, 7.1.
pub fn made(
    expected: Expected<'_>,
    client_data: &[u8],
    attestation: &[u8],
    proves: Proves<'_>,
) -> Result<Made, PasskeyFault> {
    ClientData::read(client_data)?.is(Kind::Create, expected)?;
    let attestation = said::Attestation::read(attestation)?;
    let authenticator = Authenticator::read(&attestation.authenticator)?;
    authenticator.answers_for(expected.rp_id)?;
    let credential = authenticator.credential.ok_or(PasskeyFault::Unreadable)?;
    let key = PasskeyKey::from_cose(credential.public_key)?;
    if let Some(signature) = attestation.by_itself {
        let signed = signed_bytes(&attestation.authenticator, client_data);
        if !proves(&key, &signed, &signature) {
            return Err(PasskeyFault::WrongSignature);
        }
    }
    Ok(Made {
        credential_id: credential.id.to_vec(),
        public_key: credential.public_key.to_vec(),
        sign_count: i64::from(authenticator.sign_count),
        backed_up: authenticator.backed_up,
    })
}

/// What a browser answers when a passkey is used.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    /// What the browser says it asked.
    pub client_data: &'a [u8],
    /// What the authenticator says of itself.
    pub authenticator: &'a [u8],
    /// Its signature over both.
    pub signature: &'a [u8],
}

/// The use of a passkey whose key is `public_key` and which had counted to `sign_count`. Source: Web Authentication, 7.2.
pub fn used(
    expected: Expected<'_>,
    answer: Answer<'_>,
    public_key: &[u8],
    sign_count: i64,
    proves: Proves<'_>,
) -> Result<Used, PasskeyFault> {
    ClientData::read(answer.client_data)?.is(Kind::Get, expected)?;
    let authenticator = Authenticator::read(answer.authenticator)?;
    authenticator.answers_for(expected.rp_id)?;
    let key = PasskeyKey::from_cose(public_key)?;
    if !proves(&key, &signed_bytes(answer.authenticator, answer.client_data), answer.signature) {
        return Err(PasskeyFault::WrongSignature);
    }
    let now = i64::from(authenticator.sign_count);
    // An authenticator that does not count says nought for ever.
    if (now != 0 || sign_count != 0) && now <= sign_count {
        return Err(PasskeyFault::CounterWentBack);
    }
    Ok(Used { sign_count: now, backed_up: authenticator.backed_up })
}

fn signed_bytes(authenticator: &[u8], client_data: &[u8]) -> Vec<u8> {
    [authenticator, &Sha256::digest(client_data)].concat()
}
