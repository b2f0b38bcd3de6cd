//! ID tokens of OpenID Connect: what must hold before a provider's word about a person is believed (OpenID Connect Core
//! 1.0, 3.1.3.7; RFC 8725). Only three algorithms are taken, each with its own kind of key, so that neither `none` nor a
//! public key used as a shared secret can pass; keys that a token brings along (`jwk`, `jku`, `x5u`) are never looked at.

use crate::base::Instant;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Map, Value};

/// How far the clocks of provider and firm may differ.
const SKEW_SECONDS: i64 = 120;
/// No token is believed that was made longer ago.
const AGE_SECONDS_MAX: i64 = 15 * 60;
/// Longer than any provider's token, so that nobody makes us read for long.
const TOKEN_BYTES_MAX: usize = 64 * 1024;
/// The longest subject that a provider may give (OpenID Connect Core 1.0, 2).
const SUBJECT_BYTES_MAX: usize = 255;
/// Bytes of an RSA modulus of 2,048 bits.
const MODULUS_BYTES_MIN: usize = 256;

/// A provider's public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenKey {
    /// RSA with PKCS #1 padding and SHA-256.
    Rs256 {
        /// The modulus, big end first.
        modulus: Vec<u8>,
        /// The exponent, big end first.
        exponent: Vec<u8>,
    },
    /// ECDSA on P-256 with SHA-256: the point uncompressed, 65 bytes. Signatures are 64 bytes.
    Es256(Vec<u8>),
    /// Ed25519: 32 bytes.
    EdDsa(Vec<u8>),
}

impl TokenKey {
    /// The name of its algorithm in the header of a token.
    pub const fn algorithm(&self) -> &'static str {
        match self {
            TokenKey::Rs256 { .. } => "RS256",
            TokenKey::Es256(_) => "ES256",
            TokenKey::EdDsa(_) => "EdDSA",
        }
    }
}

/// A key as the provider publishes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedKey {
    /// Its name, if it has one.
    pub kid: Option<String>,
    /// The key.
    pub key: TokenKey,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

/// The keys of a key set (RFC 7517) by which tokens may be signed; all others are passed over.
pub fn published_keys(set: &Value) -> Vec<PublishedKey> {
    let keys = set["keys"].as_array().map(Vec::as_slice).unwrap_or_default();
    keys.iter().filter_map(published).collect()
}

fn published(value: &Value) -> Option<PublishedKey> {
    let jwk: Jwk = serde_json::from_value(value.clone()).ok()?;
    if jwk.purpose.as_deref().is_some_and(|purpose| purpose != "sig") {
        return None;
    }
    let bytes = |text: Option<String>| BASE64_URL_SAFE_NO_PAD.decode(text?).ok();
    let key = match (jwk.kty.as_str(), jwk.crv.as_deref()) {
        ("RSA", _) => {
            let (modulus, exponent) = (bytes(jwk.n)?, bytes(jwk.e)?);
            if modulus.len() < MODULUS_BYTES_MIN {
                return None;
            }
            TokenKey::Rs256 { modulus, exponent }
        }
        ("EC", Some("P-256")) => TokenKey::Es256([&[4], &bytes(jwk.x)?[..], &bytes(jwk.y)?[..]].concat()),
        ("OKP", Some("Ed25519")) => TokenKey::EdDsa(bytes(jwk.x)?),
        _ => return None,
    };
    if jwk.alg.is_some_and(|alg| alg != key.algorithm()) {
        return None;
    }
    Some(PublishedKey { kid: jwk.kid, key })
}

/// Why a token is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenFault {
    /// It is no signed token.
    #[error("the token cannot be read")]
    Unreadable,
    /// It is a token for something else, such as an access or a logout token.
    #[error("the token is of another kind")]
    WrongKind,
    /// It is signed in a way that is not taken, or not at all.
    #[error("the token's algorithm is not taken")]
    AlgorithmNotTaken,
    /// The provider publishes no such key.
    #[error("the token's key is not known")]
    KeyUnknown,
    /// The signature is not by that key.
    #[error("the token's signature does not fit")]
    WrongSignature,
    /// Somebody else made it.
    #[error("the token is by another issuer")]
    WrongIssuer,
    /// It was made for somebody else.
    #[error("the token is for another audience")]
    WrongAudience,
    /// It is over.
    #[error("the token is over")]
    Expired,
    /// It was made in the future, or too long ago.
    #[error("the token was made at another time")]
    WrongTime,
    /// It answers another question.
    #[error("the token answers another question")]
    WrongNonce,
    /// It names nobody.
    #[error("the token names nobody")]
    NoSubject,
}

/// What a token must say.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Who made it.
    pub issuer: &'a str,
    /// For whom.
    pub client_id: &'a str,
    /// What was asked with it.
    pub nonce: &'a str,
    /// The present.
    pub now: Instant,
}

/// What a provider says of a person.
#[derive(Debug, Clone, PartialEq)]
pub struct Claims(Map<String, Value>);

impl Claims {
    /// Reads what was said; it must name somebody.
    pub fn read(value: Value) -> Option<Self> {
        let Value::Object(said) = value else { return None };
        let claims = Self(said);
        let fits = (1..=SUBJECT_BYTES_MAX).contains(&claims.subject().len());
        fits.then_some(claims)
    }

    /// The provider's own name of the person, which never changes and is never given to another.
    pub fn subject(&self) -> &str {
        self.text("sub").unwrap_or_default()
    }

    /// A claim that is a text, without spaces around it; nothing where it is empty.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str().map(str::trim).filter(|text| !text.is_empty())
    }

    /// When the provider last saw the person itself; nothing where it does not say.
    pub fn authenticated_at(&self) -> Option<Instant> {
        let seconds = self.0.get("auth_time")?.as_f64()? as i64;
        Some(Instant::from_millis(seconds.saturating_mul(1000)))
    }

    /// What a claim says of the person's login name here: an address counts only where the provider verified it.
    pub fn login_by(&self, claim: &str) -> Option<String> {
        let verified = || matches!(self.0.get("email_verified"), Some(Value::Bool(true)));
        let text = self.text(claim).filter(|_| claim != "email" || verified())?;
        Some(text.to_lowercase())
    }
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    typ: Option<String>,
    kid: Option<String>,
    crit: Option<Value>,
}

/// Whether a signature over some bytes is by a key.
pub type TokenProves<'a> = &'a dyn Fn(&TokenKey, &[u8], &[u8]) -> bool;

/// The claims of a token, if everything about it is as it should be.
pub fn believed(
    token: &str,
    keys: &[PublishedKey],
    wanted: Wanted<'_>,
    proves: TokenProves<'_>,
) -> Result<Claims, TokenFault> {
    if token.len() > TOKEN_BYTES_MAX {
        return Err(TokenFault::Unreadable);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(TokenFault::Unreadable)?;
    let (header, payload) = signed.split_once('.').ok_or(TokenFault::Unreadable)?;
    let decode = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| TokenFault::Unreadable);
    let header: Header = serde_json::from_slice(&decode(header)?).map_err(|_| TokenFault::Unreadable)?;
    if header.typ.as_ref().is_some_and(|kind| !kind.eq_ignore_ascii_case("JWT")) {
        return Err(TokenFault::WrongKind);
    }
    if !matches!(header.alg.as_str(), "RS256" | "ES256" | "EdDSA") || header.crit.is_some() {
        return Err(TokenFault::AlgorithmNotTaken);
    }
    let key = key_of(keys, &header).ok_or(TokenFault::KeyUnknown)?;
    if !proves(key, signed.as_bytes(), &decode(signature)?) {
        return Err(TokenFault::WrongSignature);
    }
    let payload: Value = serde_json::from_slice(&decode(payload)?).map_err(|_| TokenFault::Unreadable)?;
    holds(&payload, wanted)?;
    Claims::read(payload).ok_or(TokenFault::NoSubject)
}

fn key_of<'k>(keys: &'k [PublishedKey], header: &Header) -> Option<&'k TokenKey> {
    let mut fitting = keys.iter().filter(|known| known.key.algorithm() == header.alg);
    match &header.kid {
        Some(kid) => fitting.find(|known| known.kid.as_ref() == Some(kid)).map(|known| &known.key),
        // Without a name it must be clear which key is meant.
        None => fitting.next().filter(|_| fitting.next().is_none()).map(|known| &known.key),
    }
}

fn holds(payload: &Value, wanted: Wanted<'_>) -> Result<(), TokenFault> {
    if payload["iss"] != wanted.issuer {
        return Err(TokenFault::WrongIssuer);
    }
    is_for(payload, wanted.client_id)?;
    let now = wanted.now.millis() / 1000;
    let seconds = |name: &str| payload[name].as_f64().map(|seconds| seconds as i64);
    if seconds("exp").is_none_or(|end| now >= end.saturating_add(SKEW_SECONDS)) {
        return Err(TokenFault::Expired);
    }
    let made = seconds("iat").ok_or(TokenFault::WrongTime)?;
    let begins = seconds("nbf").unwrap_or(made);
    if made.max(begins) > now + SKEW_SECONDS || now.saturating_sub(made) > AGE_SECONDS_MAX {
        return Err(TokenFault::WrongTime);
    }
    if payload["nonce"] != wanted.nonce {
        return Err(TokenFault::WrongNonce);
    }
    Ok(())
}

fn is_for(payload: &Value, client_id: &str) -> Result<(), TokenFault> {
    let audience: Vec<&str> = match &payload["aud"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let party = payload["azp"].as_str();
    let named = audience.contains(&client_id) && (audience.len() == 1 || party.is_some());
    let ours = party.is_none_or(|party| party == client_id);
    if named && ours { Ok(()) } else { Err(TokenFault::WrongAudience) }
}
