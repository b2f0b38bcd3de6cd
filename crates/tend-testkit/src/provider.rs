//! An identity provider of OpenID Connect on this machine, written from the specification (OpenID Connect Core 1.0,
//! Discovery 1.0, RFC 7636, RFC 9207), honest until a test makes it lie.

use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD as BASE64URL};
use ring::hmac;
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::process::Command;
use std::sync::{Arc, Mutex};
use tend_app::platform::Clock;

const CLIENT_ID: &str = "tend-desk";
const SECRET: &str = "a secret between two programs";
const ACCESS: &str = "an access token";

/// How the provider lies.
#[derive(Debug, Clone, Copy, Default)]
pub enum Lie {
    /// Not at all.
    #[default]
    Nothing,
    /// Its token is not signed.
    Unsigned,
    /// Its token is signed with the public key as a shared secret.
    PublicKeyAsSecret,
    /// Its token is signed by a key that it does not publish, under the name of one that it does; the token brings the
    /// strange key along.
    StrangeKey,
    /// Its token says something else.
    Claims(fn(&mut Value)),
    /// Its token's header says something else.
    Header(fn(&mut Value)),
    /// Its token's signature has one bit more or less.
    FlippedBit,
    /// It answers with `iss` of another.
    OtherIssuer,
    /// Its document names another issuer.
    OtherDocument,
    /// It sends browsers somewhere else.
    Endpoint(&'static str),
}

/// With which kind of key it signs.
#[derive(Debug, Clone, Copy)]
pub enum Signs {
    /// `EdDSA`.
    Ed25519,
    /// `ES256`.
    Es256,
    /// `RS256`; the key is made by openssl.
    Rs256,
}

#[derive(Debug)]
struct Code {
    nonce: String,
    challenge: String,
    redirect_uri: String,
    /// When the person was last seen, where that was asked.
    seen: Option<i64>,
}

enum Key {
    Ed25519(Ed25519KeyPair),
    Es256(EcdsaKeyPair),
    Rs256(RsaKeyPair),
}

struct Inner {
    issuer: String,
    key: Key,
    kid: String,
    codes: HashMap<String, Code>,
    person: Value,
    /// When the person showed who they are, in seconds.
    seen: i64,
    clock: Clock,
    lie: Lie,
    keys_told: usize,
}

/// See the module. It stops with the test.
#[derive(Clone)]
pub struct Provider {
    inner: Arc<Mutex<Inner>>,
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Provider")
    }
}

impl Provider {
    /// Starts one that shares a clock with the firm.
    pub async fn start(clock: Clock) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let issuer = format!("http://{}", listener.local_addr().expect("an address"));
        let (key, kid) = (Key::new(Signs::Ed25519), "first".into());
        let inner = Inner {
            issuer,
            key,
            kid,
            codes: HashMap::new(),
            person: json!({}),
            seen: clock.now().millis() / 1000,
            clock,
            lie: Lie::Nothing,
            keys_told: 0,
        };
        let provider = Self { inner: Arc::new(Mutex::new(inner)) };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .route("/userinfo", get(userinfo))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        provider
    }

    fn with<T>(&self, act: impl FnOnce(&mut Inner) -> T) -> T {
        act(&mut self.inner.lock().expect("nobody panics while holding the provider"))
    }

    /// Host and port, for the operator's exemption.
    pub fn host(&self) -> String {
        self.with(|inner| inner.issuer.trim_start_matches("http://").to_owned())
    }

    /// What an administrator types; `claim` finds people the first time.
    pub fn settings(&self, claim: &str) -> Value {
        let issuer = self.with(|inner| inner.issuer.clone());
        json!({ "title": "公司登录", "issuer": issuer, "client_id": CLIENT_ID, "client_secret": SECRET, "claim": claim })
    }

    /// The secret that nobody may ever see again.
    pub fn secret(&self) -> &'static str {
        SECRET
    }

    /// Who is at the provider's page from now on: `sub`, `email`, `email_verified`, `preferred_username` and the like.
    pub fn signs_in(&self, person: Value) {
        self.with(|inner| (inner.person, inner.seen) = (person, inner.now()));
    }

    /// Lies from now on.
    pub fn lie(&self, lie: Lie) {
        self.with(|inner| inner.lie = lie);
    }

    /// Signs with a new key of a kind from now on, and publishes no other.
    pub fn change_keys(&self, signs: Signs, kid: &str) {
        let key = Key::new(signs);
        self.with(|inner| (inner.key, inner.kid) = (key, kid.to_owned()));
    }

    /// How often the keys were asked for.
    pub fn keys_told(&self) -> usize {
        self.with(|inner| inner.keys_told)
    }

    /// What a browser does that is sent to `url`: the person signs in there and comes back with the body of
    /// `POST /session/sso/return`.
    pub fn visit(&self, url: &str) -> Value {
        let (_, query) = url.split_once('?').expect("a query");
        let asked: HashMap<String, String> =
            query.split('&').filter_map(|pair| pair.split_once('=')).map(|(k, v)| (k.into(), plain(v))).collect();
        let of = |name: &str| asked.get(name).cloned().unwrap_or_default();
        assert_eq!((of("response_type").as_str(), of("client_id").as_str()), ("code", CLIENT_ID));
        assert_eq!(of("code_challenge_method"), "S256");
        assert!(of("scope").split(' ').any(|scope| scope == "openid"));
        self.with(|inner| {
            let code = uuid::Uuid::now_v7().simple().to_string();
            if of("prompt") == "login" {
                inner.seen = inner.now();
            }
            let kept = Code {
                nonce: of("nonce"),
                challenge: of("code_challenge"),
                redirect_uri: of("redirect_uri"),
                seen: (!of("max_age").is_empty()).then_some(inner.seen),
            };
            inner.codes.insert(code.clone(), kept);
            let iss =
                if matches!(inner.lie, Lie::OtherIssuer) { "https://evil.example" } else { inner.issuer.as_str() };
            json!({ "state": of("state"), "code": code, "iss": iss })
        })
    }
}

async fn discovery(State(provider): State<Provider>) -> Json<Value> {
    let (issuer, lie) = provider.with(|inner| (inner.issuer.clone(), inner.lie));
    let mut document = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "userinfo_endpoint": format!("{issuer}/userinfo"),
        "end_session_endpoint": format!("{issuer}/end"),
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "authorization_response_iss_parameter_supported": true,
    });
    match lie {
        Lie::OtherDocument => document["issuer"] = json!("https://evil.example"),
        Lie::Endpoint(url) => document["authorization_endpoint"] = json!(url),
        _ => {}
    }
    Json(document)
}

async fn keys(State(provider): State<Provider>) -> Json<Value> {
    provider.with(|inner| {
        inner.keys_told += 1;
        let mut key = inner.key.published();
        key["kid"] = json!(inner.kid);
        key["use"] = json!("sig");
        Json(json!({ "keys": [{ "kty": "oct", "k": "AAAA" }, key] }))
    })
}

async fn token(
    State(provider): State<Provider>,
    headers: HeaderMap,
    Form(asked): Form<HashMap<String, String>>,
) -> Result<Json<Value>, StatusCode> {
    let login = BASE64_STANDARD.encode(format!("{CLIENT_ID}:{}", SECRET.replace(' ', "+")));
    let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if shown != Some(&format!("Basic {login}")) {
        return Err(StatusCode::UNAUTHORIZED);
    }
    let of = |name: &str| asked.get(name).map(String::as_str).unwrap_or_default();
    provider.with(|inner| {
        let code = inner.codes.remove(of("code")).ok_or(StatusCode::BAD_REQUEST)?;
        let verified = BASE64URL.encode(Sha256::digest(of("code_verifier").as_bytes())) == code.challenge;
        let fits = of("grant_type") == "authorization_code" && of("redirect_uri") == code.redirect_uri;
        if !verified || !fits {
            return Err(StatusCode::BAD_REQUEST);
        }
        Ok(Json(json!({ "access_token": ACCESS, "token_type": "Bearer", "id_token": inner.id_token(&code) })))
    })
}

async fn userinfo(State(provider): State<Provider>, headers: HeaderMap) -> Result<Json<Value>, StatusCode> {
    let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if shown != Some(&format!("Bearer {ACCESS}")) {
        return Err(StatusCode::UNAUTHORIZED);
    }
    Ok(Json(provider.with(|inner| inner.person.clone())))
}

impl Inner {
    fn now(&self) -> i64 {
        self.clock.now().millis() / 1000
    }

    fn id_token(&self, code: &Code) -> String {
        let algorithm = match self.lie {
            Lie::Unsigned => "none",
            Lie::PublicKeyAsSecret => "HS256",
            _ => self.key.algorithm(),
        };
        let now = self.now();
        let mut head = json!({ "alg": algorithm, "typ": "JWT", "kid": self.kid });
        let mut claims = json!({
            "iss": self.issuer, "aud": CLIENT_ID, "nonce": code.nonce, "iat": now, "exp": now + 300,
            "sub": self.person["sub"],
        });
        if let Some(seen) = code.seen {
            claims["auth_time"] = json!(seen);
        }
        let strange = Key::new(Signs::Ed25519);
        match self.lie {
            Lie::Claims(change) => change(&mut claims),
            Lie::Header(change) => change(&mut head),
            Lie::StrangeKey => {
                head["jwk"] = strange.published();
                head["jku"] = json!("https://evil.example/keys");
            }
            _ => {}
        }
        let part = |value: &Value| BASE64URL.encode(value.to_string());
        let signed = format!("{}.{}", part(&head), part(&claims));
        let mut signature = match self.lie {
            Lie::Unsigned => Vec::new(),
            Lie::PublicKeyAsSecret => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, self.key.public());
                hmac::sign(&key, signed.as_bytes()).as_ref().to_vec()
            }
            Lie::StrangeKey => strange.sign(signed.as_bytes()),
            _ => self.key.sign(signed.as_bytes()),
        };
        if matches!(self.lie, Lie::FlippedBit) {
            signature[7] ^= 1;
        }
        format!("{signed}.{}", BASE64URL.encode(signature))
    }
}

impl Key {
    fn new(signs: Signs) -> Self {
        let random = SystemRandom::new();
        match signs {
            Signs::Ed25519 => {
                let pkcs8 = Ed25519KeyPair::generate_pkcs8(&random).expect("a key");
                Key::Ed25519(Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).expect("a key"))
            }
            Signs::Es256 => {
                let kind = &ECDSA_P256_SHA256_FIXED_SIGNING;
                let pkcs8 = EcdsaKeyPair::generate_pkcs8(kind, &random).expect("a key");
                Key::Es256(EcdsaKeyPair::from_pkcs8(kind, pkcs8.as_ref(), &random).expect("a key"))
            }
            Signs::Rs256 => {
                let made = Command::new("openssl")
                    .args(["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-outform", "DER"])
                    .output()
                    .expect("openssl runs");
                // Some versions of openssl write the bare key and no wrapping.
                let key = RsaKeyPair::from_pkcs8(&made.stdout).or_else(|_| RsaKeyPair::from_der(&made.stdout));
                Key::Rs256(key.expect("a key"))
            }
        }
    }

    const fn algorithm(&self) -> &'static str {
        match self {
            Key::Ed25519(_) => "EdDSA",
            Key::Es256(_) => "ES256",
            Key::Rs256(_) => "RS256",
        }
    }

    fn published(&self) -> Value {
        let text = |bytes: &[u8]| BASE64URL.encode(bytes);
        match self {
            Key::Ed25519(key) => {
                json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "x": text(key.public_key().as_ref()) })
            }
            Key::Es256(key) => {
                let point = key.public_key().as_ref();
                json!({ "kty": "EC", "crv": "P-256", "alg": "ES256", "x": text(&point[1..33]), "y": text(&point[33..]) })
            }
            Key::Rs256(key) => {
                let parts: PublicKeyComponents<Vec<u8>> = key.public().into();
                json!({ "kty": "RSA", "alg": "RS256", "n": text(&parts.n), "e": text(&parts.e) })
            }
        }
    }

    fn public(&self) -> &[u8] {
        match self {
            Key::Ed25519(key) => key.public_key().as_ref(),
            Key::Es256(key) => key.public_key().as_ref(),
            Key::Rs256(key) => key.public().as_ref(),
        }
    }

    fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Key::Ed25519(key) => key.sign(bytes).as_ref().to_vec(),
            Key::Es256(key) => key.sign(&random, bytes).expect("signed").as_ref().to_vec(),
            Key::Rs256(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, bytes, &mut signature).expect("signed");
                signature
            }
        }
    }
}

/// Undoes the encoding of a form (`application/x-www-form-urlencoded`).
fn plain(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let hex = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16)).unwrap_or_default() as u8;
        bytes.push(match byte {
            b'%' => hex(rest.next()) * 16 + hex(rest.next()),
            b'+' => b' ',
            other => other,
        });
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
