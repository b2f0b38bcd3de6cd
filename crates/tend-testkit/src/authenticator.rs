//! A security key made of software: makes and uses passkeys as a browser with a key would, and lies wherever a test
//! wants it to.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ciborium::Value as Cbor;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use totp_rs::{Builder, Secret};

/// The code that a code generator with this secret shows at a second since 1970.
pub fn code_of(secret: &str, second: i64) -> String {
    let secret = Secret::try_from_base32(secret).expect("a secret in base 32");
    let generator = Builder::new().with_secret(secret).build().expect("a code generator");
    generator.generate(second as u64).to_string()
}

/// The flags of presence and verification.
const PERSON_THERE: u8 = 0x05;

enum Key {
    Es256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key")
    }
}

/// See the module. It holds one passkey.
#[derive(Debug)]
pub struct Authenticator {
    key: Key,
    id: Vec<u8>,
    user_id: String,
    counter: u32,
}

/// What is about to be said in an answer; a test changes it to lie.
#[derive(Debug, Clone)]
pub struct Said {
    /// `webauthn.create` or `webauthn.get`.
    pub kind: String,
    /// In base64url.
    pub challenge: String,
    /// Where the page stands.
    pub origin: String,
    /// Whether the page is in a frame of another site.
    pub cross_origin: bool,
    /// The host that the authenticator answers for.
    pub rp_id: String,
    /// Bit 0: somebody was there. Bit 2: it was checked who.
    pub flags: u8,
    /// What the authenticator has counted.
    pub counter: u32,
}

impl Authenticator {
    /// With a key on the curve P-256.
    pub fn es256() -> Self {
        let random = SystemRandom::new();
        let kind = &ECDSA_P256_SHA256_ASN1_SIGNING;
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(kind, &random).expect("a key");
        Self::with(Key::Es256(EcdsaKeyPair::from_pkcs8(kind, pkcs8.as_ref(), &random).expect("a key")))
    }

    /// With a key on Ed25519.
    pub fn ed25519() -> Self {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).expect("a key");
        Self::with(Key::Ed25519(Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).expect("a key")))
    }

    fn with(key: Key) -> Self {
        Self { key, id: uuid::Uuid::now_v7().as_bytes().to_vec(), user_id: String::new(), counter: 0 }
    }

    /// Makes its passkey: the body of `POST /me/passkeys`.
    pub fn make(&mut self, offer: &Value, origin: &str, name: &str) -> Value {
        self.make_saying(offer, origin, name, |_| ())
    }

    /// Makes its passkey and lies.
    pub fn make_saying(&mut self, offer: &Value, origin: &str, name: &str, lie: impl FnOnce(&mut Said)) -> Value {
        self.user_id = offer["user_id"].as_str().unwrap_or_default().to_owned();
        let mut said = Said::of("webauthn.create", offer, origin, self.counter);
        lie(&mut said);
        let mut authenticator = said.authenticator(0x40);
        authenticator.extend([0; 16]);
        authenticator.extend((self.id.len() as u16).to_be_bytes());
        authenticator.extend(&self.id);
        authenticator.extend(written(&self.public_key()));
        let text = |name: &str| Cbor::Text(name.into());
        let attestation = Cbor::Map(vec![
            (text("fmt"), text("none")),
            (text("attStmt"), Cbor::Map(Vec::new())),
            (text("authData"), Cbor::Bytes(authenticator)),
        ]);
        json!({ "name": name, "client_data": encode(&said.client_data()), "attestation": encode(&written(&attestation)) })
    }

    /// Uses its passkey: the body of `POST /session/passkey`.
    pub fn show(&mut self, question: &Value, origin: &str) -> Value {
        self.show_saying(question, origin, |_| ())
    }

    /// Uses its passkey and lies; what it says is signed all the same.
    pub fn show_saying(&mut self, question: &Value, origin: &str, lie: impl FnOnce(&mut Said)) -> Value {
        self.counter += 1;
        let mut said = Said::of("webauthn.get", question, origin, self.counter);
        lie(&mut said);
        let (client_data, authenticator) = (said.client_data(), said.authenticator(0));
        let signature = self.sign(&[&authenticator[..], &Sha256::digest(&client_data)].concat());
        json!({
            "id": encode(&self.id),
            "client_data": encode(&client_data),
            "authenticator_data": encode(&authenticator),
            "signature": encode(&signature),
            "user_handle": self.user_id,
        })
    }

    fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        match &self.key {
            Key::Es256(key) => key.sign(&SystemRandom::new(), bytes).expect("signed").as_ref().to_vec(),
            Key::Ed25519(key) => key.sign(bytes).as_ref().to_vec(),
        }
    }

    fn public_key(&self) -> Cbor {
        let number = |label: i64, value: i64| (Cbor::from(label), Cbor::from(value));
        let bytes = |label: i64, bytes: &[u8]| (Cbor::from(label), Cbor::Bytes(bytes.to_vec()));
        match &self.key {
            Key::Es256(key) => {
                let point = key.public_key().as_ref();
                let (x, y) = (bytes(-2, &point[1..33]), bytes(-3, &point[33..]));
                Cbor::Map(vec![number(1, 2), number(3, -7), number(-1, 1), x, y])
            }
            Key::Ed25519(key) => {
                Cbor::Map(vec![number(1, 1), number(3, -8), number(-1, 6), bytes(-2, key.public_key().as_ref())])
            }
        }
    }
}

impl Said {
    fn of(kind: &str, asked: &Value, origin: &str, counter: u32) -> Self {
        let text = |name: &str| asked[name].as_str().unwrap_or_default().to_owned();
        Self {
            kind: kind.into(),
            challenge: text("challenge"),
            origin: origin.into(),
            cross_origin: false,
            rp_id: text("rp_id"),
            flags: PERSON_THERE,
            counter,
        }
    }

    fn client_data(&self) -> Vec<u8> {
        json!({ "type": self.kind, "challenge": self.challenge, "origin": self.origin, "crossOrigin": self.cross_origin })
            .to_string()
            .into_bytes()
    }

    fn authenticator(&self, more_flags: u8) -> Vec<u8> {
        let mut bytes = Sha256::digest(self.rp_id.as_bytes()).to_vec();
        bytes.push(self.flags | more_flags);
        bytes.extend(self.counter.to_be_bytes());
        bytes
    }
}

fn written(value: &Cbor) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).expect("written to memory");
    bytes
}

fn encode(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}
