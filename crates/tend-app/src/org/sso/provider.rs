//! What is known of the provider: its discovery document and its keys, fetched when first needed and kept for a while.
//! A token signed with a key that is not known makes the keys be fetched again, once and not often, so that the provider
//! may change them. Every call goes through `platform::outside`.

use super::Provider;
use crate::platform::App;
use crate::platform::outside::{Ask, Exempt, Outside, OutsideError, SystemResolver};
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};
use tend_rules::base::Instant;
use tend_rules::org::id_token::{PublishedKey, published_keys};

const KEPT_SECONDS: i64 = 3600;
/// However many tokens with unknown keys somebody sends, the provider is asked no more often.
const KEYS_ASKED_AFTER_SECONDS: i64 = 10;

/// Why a provider cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum ProviderFault {
    #[error("the provider cannot be called: {0}")]
    Outside(#[from] OutsideError),
    #[error("the provider answered {0}")]
    Status(u16),
    #[error("the provider's answer cannot be read")]
    Unreadable,
    #[error("the provider calls itself {0}")]
    OtherIssuer(String),
    #[error("the provider publishes no key that is taken")]
    NoKeys,
}

impl ProviderFault {
    /// The word for it on the wire.
    pub(super) fn word(&self) -> String {
        match self {
            Self::Outside(error) => error.word().to_owned(),
            Self::Status(status) => format!("status_{status}"),
            Self::Unreadable => "unreadable".into(),
            Self::OtherIssuer(_) => "other_issuer".into(),
            Self::NoKeys => "no_keys".into(),
        }
    }
}

/// The discovery document, as far as it is used (OpenID Connect Discovery 1.0).
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Discovery {
    pub(super) issuer: String,
    pub(super) authorization_endpoint: String,
    pub(super) token_endpoint: String,
    pub(super) jwks_uri: String,
    pub(super) userinfo_endpoint: Option<String>,
    pub(super) end_session_endpoint: Option<String>,
    #[serde(default)]
    pub(super) token_endpoint_auth_methods_supported: Vec<String>,
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) discovery: Arc<Discovery>,
    pub(super) keys: Arc<Vec<PublishedKey>>,
    at: Instant,
    keys_at: Instant,
}

#[derive(Debug, Default)]
struct Cache(Mutex<HashMap<String, Known>>);

#[derive(Debug, Default)]
struct Door(OnceLock<Outside>);

/// The way to the provider: to public addresses, and to what the operator names in `sso_hosts`.
pub(super) fn outside(app: &App) -> Result<Outside, OutsideError> {
    let door = app.kept::<Door>();
    if let Some(outside) = door.0.get() {
        return Ok(outside.clone());
    }
    let made = Outside::new(Exempt::read(&app.config().sso_hosts), Arc::new(SystemResolver))?;
    Ok(door.0.get_or_init(|| made).clone())
}

/// A JSON answer of the provider.
pub(super) async fn ask(app: &App, address: &str, ask: Ask) -> Result<Value, ProviderFault> {
    let (status, body) = outside(app)?.ask(address, ask).await?;
    if !status.is_success() {
        return Err(ProviderFault::Status(status.as_u16()));
    }
    serde_json::from_slice(&body).map_err(|_| ProviderFault::Unreadable)
}

/// What is known of the provider, asked where nothing fresh is.
pub(super) async fn known(app: &App, provider: &Provider) -> Result<Known, ProviderFault> {
    let kept = kept(app, &provider.issuer).filter(|known| is_within(app, known.at, KEPT_SECONDS));
    match kept {
        Some(known) => Ok(known),
        None => look(app, &provider.issuer).await,
    }
}

/// The same with the keys asked again, within reason.
pub(super) async fn known_with_fresh_keys(app: &App, provider: &Provider) -> Result<Known, ProviderFault> {
    let mut known = known(app, provider).await?;
    if !is_within(app, known.keys_at, KEYS_ASKED_AFTER_SECONDS) {
        known.keys = keys_at(app, &known.discovery.jwks_uri).await?;
        known.keys_at = app.now();
        keep(app, &known);
    }
    Ok(known)
}

/// Asks the provider for everything anew.
pub(super) async fn look(app: &App, issuer: &str) -> Result<Known, ProviderFault> {
    let url = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let document = ask(app, &url, Ask::Get { bearer: None }).await?;
    let discovery: Discovery = serde_json::from_value(document).map_err(|_| ProviderFault::Unreadable)?;
    if discovery.issuer != issuer {
        return Err(ProviderFault::OtherIssuer(discovery.issuer.chars().take(200).collect()));
    }
    // Browsers are sent to these two; no other scheme or inner address may stand there.
    let door = outside(app)?;
    door.target(&discovery.authorization_endpoint)?;
    discovery.end_session_endpoint.as_deref().map(|end| door.target(end)).transpose()?;
    let keys = keys_at(app, &discovery.jwks_uri).await?;
    let known = Known { discovery: Arc::new(discovery), keys, at: app.now(), keys_at: app.now() };
    keep(app, &known);
    Ok(known)
}

async fn keys_at(app: &App, url: &str) -> Result<Arc<Vec<PublishedKey>>, ProviderFault> {
    let keys = published_keys(&ask(app, url, Ask::Get { bearer: None }).await?);
    if keys.is_empty() { Err(ProviderFault::NoKeys) } else { Ok(Arc::new(keys)) }
}

fn is_within(app: &App, at: Instant, seconds: i64) -> bool {
    (0..seconds * 1000).contains(&(app.now().millis() - at.millis()))
}

fn kept(app: &App, issuer: &str) -> Option<Known> {
    let cache = app.kept::<Cache>();
    let known = cache.0.lock().expect("nobody panics while holding the cache");
    known.get(issuer).cloned()
}

fn keep(app: &App, known: &Known) {
    let cache = app.kept::<Cache>();
    let mut all = cache.0.lock().expect("nobody panics while holding the cache");
    // One provider is set; whatever was tried before it is forgotten.
    all.clear();
    all.insert(known.discovery.issuer.clone(), known.clone());
}
