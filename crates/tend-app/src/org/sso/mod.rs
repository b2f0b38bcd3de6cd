//! Single sign-on with OpenID Connect: authorisation code with PKCE, state bound to the browser, nonce. The provider says
//! who somebody is; whether that person works here and what they may do is decided here alone.

mod person;
mod provider;
mod setup;

pub(super) use setup::{NewProvider, SsoSettings, SsoTrial, remove, set, settings, trial};

use super::lockout::{Tries, refuse, refuse_locked_out, refuse_uncounted};
use super::session::{Came, From, SignedIn, open_session};
use super::signature::token_signed;
use super::site::Site;
use super::{OrgError, Who, store};
use crate::platform::outside::Ask;
use crate::platform::{App, random};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use provider::{Discovery, Known, ProviderFault, ask, known, known_with_fresh_keys};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::time::Duration;
use tend_rules::base::{Instant, StaffId, UnitId};
use tend_rules::org::Way;
use tend_rules::org::id_token::{Claims, TokenFault, Wanted, believed};
use url::form_urlencoded::{Serializer, byte_serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// How long a person may take at the provider.
const LIFE_SECONDS: i64 = 10 * 60;
/// How long ago the provider may have seen a person who is to show once more who they are.
const AGE_SECONDS_MAX: &str = "600";
/// How far the provider's clock may run ahead.
const SKEW_SECONDS: i64 = 120;
/// The page of the desk to which the provider sends the browser back.
const RETURN_PATH: &str = "/sign-in/sso";
/// Nobody who leaves waits longer for a provider that does not answer.
const PATIENCE_AT_LEAVING: Duration = Duration::from_secs(2);

/// The provider as it is kept.
#[derive(Debug, Clone)]
pub(super) struct Provider {
    /// Under which the secret is sealed.
    pub(super) id: Uuid,
    pub(super) title: String,
    pub(super) issuer: String,
    pub(super) client_id: String,
    pub(super) secret_cell: Option<Vec<u8>>,
    pub(super) scopes: String,
    pub(super) claim: String,
    pub(super) newcomer_unit_id: Option<UnitId>,
}

impl Provider {
    fn secret(&self, app: &App) -> Option<String> {
        let opened = app.keys().open_firm(store::SSO_SECRET, self.id, self.secret_cell.as_ref()?);
        opened.ok().and_then(|bytes| String::from_utf8(bytes).ok())
    }
}

/// A sign-in that is under way.
#[derive(Debug)]
pub(super) struct Flow {
    pub(super) browser_hash: Vec<u8>,
    pub(super) nonce: String,
    pub(super) verifier: String,
    pub(super) redirect_uri: String,
    pub(super) staff: Option<StaffId>,
}

/// Whether the provider is to see the person itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seeing {
    /// A session that stands there is enough.
    AsItStands,
    /// The person shows once more who they are, and the provider says when that was.
    Anew,
}

/// Where the browser goes, and what it keeps meanwhile.
#[derive(Debug)]
pub(super) struct Begun {
    pub(super) url: String,
    /// For a cookie: the answer counts in this browser only.
    pub(super) browser: String,
}

/// An account at a provider that is linked with the person.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SsoLink {
    /// Who the provider is.
    pub(super) issuer: String,
    /// Since when.
    pub(super) linked_at: Instant,
    /// When it was last used.
    pub(super) used_at: Option<Instant>,
}

/// What the provider sends the browser back with.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Return {
    state: String,
    code: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

/// What came of a return: somebody came in, or an account was linked.
#[derive(Debug)]
pub(super) enum Arrival {
    /// A session was opened.
    SignedIn(SignedIn),
    /// The account now belongs to the person who asked.
    Linked,
}

/// What stands on the button of the sign-in page; nothing where single sign-on is not set up.
pub(super) async fn title(app: &App) -> Result<Option<String>, OrgError> {
    Ok(store::sso_provider(app.read()).await?.map(|provider| provider.title))
}

/// Begins a sign-in at the provider, or the linking of an account there with `whose`.
pub(super) async fn begin(app: &App, site: &Site, whose: Option<&Who>, seeing: Seeing) -> Result<Begun, OrgError> {
    let provider = store::sso_provider(app.read()).await?.ok_or(OrgError::SsoOff)?;
    let redirect_uri = format!("{}{RETURN_PATH}", site.origin().ok_or(OrgError::SsoOff)?);
    let known = known(app, &provider).await.map_err(unreachable)?;
    let [state, nonce, verifier, browser] = [(); 4].map(|()| BASE64_URL_SAFE_NO_PAD.encode(random::<32>()));
    let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    let mut query: Vec<(&str, &str)> = vec![
        ("response_type", "code"),
        ("client_id", &provider.client_id),
        ("redirect_uri", &redirect_uri),
        ("scope", &provider.scopes),
        ("state", &state),
        ("nonce", &nonce),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    if seeing == Seeing::Anew {
        // The first asks for it; whoever sits at the browser can take it away. The second has the provider say when it was,
        // under its signature, and only that is believed.
        query.extend([("prompt", "login"), ("max_age", AGE_SECONDS_MAX)]);
    }
    let url = with_query(&known.discovery.authorization_endpoint, &query);
    let staff = whose.map(|who| who.id);
    let flow = Flow { browser_hash: hash_of(&browser), nonce, verifier, redirect_uri, staff };
    let now = app.now();
    let tx = app.begin().await?;
    store::forget_sso_flows_before(&*tx, now).await?;
    store::insert_sso_flow(&*tx, &hash_of(&state), &flow, now.plus_seconds(LIFE_SECONDS)).await?;
    tx.commit().await?;
    Ok(Begun { url, browser })
}

/// Ends what was begun: the browser is back from the provider. Towards a lock-out of the address counts only what somebody
/// makes up: a state that is not known, or one of another browser. What the provider itself refuses or gets wrong (a secret
/// that was changed, a person who said no, a clock) is noted and counts for nothing: it would shut every other door of the
/// address, also the one that stands open for such a day.
pub(super) async fn finish(
    app: &App,
    back: Return,
    browser: &str,
    asking: Option<&Who>,
    from: From<'_>,
) -> Result<Arrival, OrgError> {
    let tries = Tries { login: "", address: from.address };
    refuse_locked_out(app, tries).await?;
    let Some(flow) = take(app, &back.state).await?.filter(|flow| flow.browser_hash == hash_of(browser)) else {
        return refuse(app, tries, OrgError::SsoRefused).await;
    };
    let provider = store::sso_provider(app.read()).await?.ok_or(OrgError::SsoOff)?;
    let (claims, seen_at) = match vouched(app, &provider, &flow, back).await {
        Ok(vouched) => vouched,
        Err(Unvouched::Fault(fault)) => return Err(unreachable(fault)),
        Err(Unvouched::Refused(why)) => {
            tracing::warn!("single sign-on was refused: {why}");
            return refuse_uncounted(app, OrgError::SsoRefused, &why).await;
        }
    };
    match (flow.staff, asking) {
        (Some(staff), Some(who)) if who.id == staff => {
            person::link(app, &provider, &claims, who).await?;
            Ok(Arrival::Linked)
        }
        (Some(_), _) => refuse_uncounted(app, OrgError::SsoRefused, "who asked for the link is not signed in").await,
        (None, _) => {
            let who = person::of(app, &provider, &claims).await?;
            store::use_sso_link(app.db().writer(), &provider.issuer, claims.subject(), app.now()).await?;
            Ok(Arrival::SignedIn(open_session(app, who, Came { way: Way::Sso, seen_at }, from).await?))
        }
    }
}

/// Takes a flow; a second time there is none, whatever came of the first.
async fn take(app: &App, state: &str) -> Result<Option<Flow>, OrgError> {
    let hash = hash_of(state);
    let tx = app.begin().await?;
    let found = store::sso_flow(&*tx, &hash, app.now()).await?;
    let taken = store::delete_sso_flow(&*tx, &hash).await?;
    tx.commit().await?;
    Ok(found.filter(|_| taken == 1))
}

/// Why nobody was vouched for.
enum Unvouched {
    Fault(ProviderFault),
    Refused(String),
}

impl std::convert::From<ProviderFault> for Unvouched {
    fn from(fault: ProviderFault) -> Self {
        match fault {
            // The provider was reached and did not want the code.
            ProviderFault::Status(status) if status < 500 => Self::Refused(format!("the code was refused: {status}")),
            other => Self::Fault(other),
        }
    }
}

/// Whom the provider vouches for, and when it last saw the person itself, if it says so.
async fn vouched(
    app: &App,
    provider: &Provider,
    flow: &Flow,
    back: Return,
) -> Result<(Claims, Option<Instant>), Unvouched> {
    let refused = |why: &str| Unvouched::Refused(why.to_owned());
    let Known { discovery, keys, .. } = known(app, provider).await?;
    let other_issuer = back.iss.as_ref().is_some_and(|iss| *iss != provider.issuer);
    if other_issuer || (back.iss.is_none() && discovery.authorization_response_iss_parameter_supported) {
        return Err(refused("the answer is by another issuer"));
    }
    if let Some(error) = back.error {
        return Err(Unvouched::Refused(error.chars().filter(|c| !c.is_control()).take(60).collect()));
    }
    let code = back.code.ok_or_else(|| refused("the answer has no code"))?;
    let answer = ask(app, &discovery.token_endpoint, exchange(app, provider, &discovery, flow, code)).await?;
    let token = answer["id_token"].as_str().ok_or_else(|| refused("the answer has no ID token"))?;
    let wanted =
        Wanted { issuer: &provider.issuer, client_id: &provider.client_id, nonce: &flow.nonce, now: app.now() };
    let claims = match believed(token, &keys, wanted, &token_signed) {
        Err(TokenFault::KeyUnknown) => {
            let fresh = known_with_fresh_keys(app, provider).await?;
            believed(token, &fresh.keys, wanted, &token_signed)
        }
        other => other,
    };
    let claims = claims.map_err(|fault| Unvouched::Refused(fault.to_string()))?;
    let now = app.now();
    let seen_at = claims.authenticated_at().filter(|at| *at <= now.plus_seconds(SKEW_SECONDS)).map(|at| at.min(now));
    Ok((completed(app, provider, &discovery, claims, answer["access_token"].as_str()).await, seen_at))
}

/// Many providers keep addresses and login names out of the token and tell them when asked.
async fn completed(
    app: &App,
    provider: &Provider,
    discovery: &Discovery,
    claims: Claims,
    access: Option<&str>,
) -> Claims {
    let (Some(url), Some(access)) = (&discovery.userinfo_endpoint, access) else { return claims };
    if provider.claim.is_empty() || claims.text(&provider.claim).is_some() {
        return claims;
    }
    let told = ask(app, url, Ask::Get { bearer: Some(access.to_owned()) }).await.ok().and_then(Claims::read);
    told.filter(|told| told.subject() == claims.subject()).unwrap_or(claims)
}

fn exchange(app: &App, provider: &Provider, discovery: &Discovery, flow: &Flow, code: String) -> Ask {
    let mut fields = vec![
        ("grant_type", "authorization_code".to_owned()),
        ("code", code),
        ("redirect_uri", flow.redirect_uri.clone()),
        ("code_verifier", flow.verifier.clone()),
    ];
    let methods = &discovery.token_endpoint_auth_methods_supported;
    let by_header = methods.is_empty() || methods.iter().any(|method| method == "client_secret_basic");
    let mut basic = None;
    match provider.secret(app) {
        Some(secret) if by_header => basic = Some((encoded(&provider.client_id), encoded(&secret))),
        secret => {
            fields.push(("client_id", provider.client_id.clone()));
            fields.extend(secret.map(|secret| ("client_secret", secret)));
        }
    }
    Ask::Form { fields, basic }
}

/// Where the browser goes to end the session at the provider too (OpenID Connect RP-Initiated Logout 1.0); nowhere for
/// who did not come from there.
pub(super) async fn end_url(app: &App, who: &Who, site: &Site) -> Result<Option<String>, OrgError> {
    let Some(session) = who.session else { return Ok(None) };
    let begun = store::session_begun(app.read(), session).await?;
    if !begun.is_some_and(|begun| begun.way == Way::Sso) {
        return Ok(None);
    }
    let (Some(provider), Some(origin)) = (store::sso_provider(app.read()).await?, site.origin()) else {
        return Ok(None);
    };
    let known = tokio::time::timeout(PATIENCE_AT_LEAVING, known(app, &provider)).await;
    let Ok(Ok(known)) = known else { return Ok(None) };
    let back = format!("{origin}/sign-in");
    let query = [("client_id", provider.client_id.as_str()), ("post_logout_redirect_uri", &back)];
    Ok(known.discovery.end_session_endpoint.as_deref().map(|end| with_query(end, &query)))
}

fn unreachable(fault: ProviderFault) -> OrgError {
    tracing::error!("single sign-on: {fault}");
    OrgError::SsoUnreachable
}

fn with_query(address: &str, pairs: &[(&str, &str)]) -> String {
    let query = Serializer::new(String::new()).extend_pairs(pairs).finish();
    format!("{address}{}{query}", if address.contains('?') { '&' } else { '?' })
}

/// As names and secrets are written before they are put into the header (RFC 6749, 2.3.1).
fn encoded(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}

fn hash_of(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}
