//! What browser and authenticator say, read from their bytes: every length is checked, nothing is taken on trust.

use super::{Expected, PasskeyFault};
use ciborium::Value;
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// The two ceremonies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A passkey is made.
    Create,
    /// A passkey is used.
    Get,
}

/// What the browser says it asked the authenticator.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    /// The challenge, base64url without padding.
    pub challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
    top_origin: Option<String>,
}

impl ClientData {
    /// Reads it from JSON.
    pub fn read(bytes: &[u8]) -> Result<Self, PasskeyFault> {
        serde_json::from_slice(bytes).map_err(|_| PasskeyFault::Unreadable)
    }

    pub(super) fn is(&self, kind: Kind, expected: Expected<'_>) -> Result<(), PasskeyFault> {
        let wanted = match kind {
            Kind::Create => "webauthn.create",
            Kind::Get => "webauthn.get",
        };
        if self.kind != wanted {
            return Err(PasskeyFault::WrongKind);
        }
        if self.challenge != expected.challenge {
            return Err(PasskeyFault::WrongChallenge);
        }
        if self.origin != expected.origin || self.cross_origin || self.top_origin.is_some() {
            return Err(PasskeyFault::WrongOrigin);
        }
        Ok(())
    }
}

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const MAY_BE_BACKED_UP: u8 = 0x08;
const BACKED_UP: u8 = 0x10;
const WITH_CREDENTIAL: u8 = 0x40;
const WITH_EXTENSIONS: u8 = 0x80;

/// What the authenticator says of itself.
#[derive(Debug)]
pub(super) struct Authenticator<'a> {
    host_hash: &'a [u8],
    flags: u8,
    pub(super) sign_count: u32,
    pub(super) backed_up: bool,
    pub(super) credential: Option<Credential<'a>>,
}

/// The passkey that was made.
#[derive(Debug)]
pub(super) struct Credential<'a> {
    pub(super) id: &'a [u8],
    pub(super) public_key: &'a [u8],
}

impl<'a> Authenticator<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, PasskeyFault> {
        let mut rest = bytes;
        let host_hash = take(&mut rest, 32)?;
        let flags = take(&mut rest, 1)?[0];
        let counted = take(&mut rest, 4)?;
        let sign_count = u32::from_be_bytes([counted[0], counted[1], counted[2], counted[3]]);
        if flags & BACKED_UP != 0 && flags & MAY_BE_BACKED_UP == 0 {
            return Err(PasskeyFault::Unreadable);
        }
        let credential = if flags & WITH_CREDENTIAL != 0 { Some(Credential::read(&mut rest)?) } else { None };
        // Extensions were not asked for; what a browser adds is one map, and it is not read.
        if flags & WITH_EXTENSIONS != 0 {
            take_item(&mut rest)?;
        }
        if !rest.is_empty() {
            return Err(PasskeyFault::Unreadable);
        }
        Ok(Self { host_hash, flags, sign_count, backed_up: flags & BACKED_UP != 0, credential })
    }

    pub(super) fn answers_for(&self, rp_id: &str) -> Result<(), PasskeyFault> {
        if self.host_hash != Sha256::digest(rp_id.as_bytes()).as_slice() {
            return Err(PasskeyFault::WrongHost);
        }
        if self.flags & PRESENT == 0 {
            return Err(PasskeyFault::NobodyPresent);
        }
        if self.flags & VERIFIED == 0 {
            return Err(PasskeyFault::NobodyVerified);
        }
        Ok(())
    }
}

impl<'a> Credential<'a> {
    fn read(rest: &mut &'a [u8]) -> Result<Self, PasskeyFault> {
        let _model = take(rest, 16)?;
        let length = take(rest, 2)?;
        let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
        if !(1..=1023).contains(&length) {
            return Err(PasskeyFault::Unreadable);
        }
        Ok(Self { id: take(rest, length)?, public_key: take_item(rest)? })
    }
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Result<&'a [u8], PasskeyFault> {
    let (taken, left) = rest.split_at_checked(length).ok_or(PasskeyFault::Unreadable)?;
    *rest = left;
    Ok(taken)
}

/// Takes one item of CBOR, as its bytes.
fn take_item<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8], PasskeyFault> {
    let whole = *rest;
    let mut reader = whole;
    let _: Value = ciborium::from_reader(&mut reader).map_err(|_| PasskeyFault::Unreadable)?;
    let taken = whole.len() - reader.len();
    take(rest, taken)
}

/// How an authenticator vouches for a new passkey.
#[derive(Debug)]
pub(super) struct Attestation {
    pub(super) authenticator: Vec<u8>,
    /// The signature by the new key itself, where there is one.
    pub(super) by_itself: Option<Vec<u8>>,
}

impl Attestation {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, PasskeyFault> {
        let value: Value = ciborium::from_reader(bytes).map_err(|_| PasskeyFault::Unreadable)?;
        let map = value.into_map().map_err(|_| PasskeyFault::Unreadable)?;
        let field = |name: &str| field(&map, name).ok_or(PasskeyFault::Unreadable);
        let authenticator = field("authData")?.as_bytes().cloned().ok_or(PasskeyFault::Unreadable)?;
        let statement = field("attStmt")?.as_map().ok_or(PasskeyFault::Unreadable)?;
        let by_itself = match field("fmt")?.as_text() {
            Some("none") if statement.is_empty() => None,
            Some("packed") if self::field(statement, "x5c").is_none() => {
                let signature = self::field(statement, "sig").and_then(Value::as_bytes);
                Some(signature.cloned().ok_or(PasskeyFault::AttestationNotTaken)?)
            }
            _ => return Err(PasskeyFault::AttestationNotTaken),
        };
        Ok(Self { authenticator, by_itself })
    }
}

fn field<'m>(map: &'m [(Value, Value)], name: &str) -> Option<&'m Value> {
    map.iter().find(|(key, _)| key.as_text() == Some(name)).map(|(_, value)| value)
}
