//! The firm's provider as an administrator sets it, tries it and takes it away.

use super::{Provider, RETURN_PATH, provider};
use crate::journal;
use crate::org::site::Site;
use crate::org::{OrgError, Who, policy, store};
use crate::platform::{App, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeSet;
use tend_rules::base::UnitId;
use tend_rules::journal::Fact;
use tend_rules::org::Entrance;
use utoipa::ToSchema;

const USUAL_SCOPES: &str = "openid profile email";

/// The provider as it is shown; its secret never is.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::org) struct ProviderShape {
    /// What stands on the button of the sign-in page.
    title: String,
    /// The issuer, exactly as the provider writes it.
    issuer: String,
    /// The name of this program at the provider.
    client_id: String,
    /// Whether a secret is kept.
    has_secret: bool,
    /// What is asked for, with spaces between.
    scopes: String,
    /// What is compared with login names the first time somebody comes; empty is nothing.
    claim: String,
    /// Where people are added whom nobody here knows yet; nobody is added if there is none.
    newcomer_unit_id: Option<UnitId>,
}

/// The settings of single sign-on.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::org) struct SsoSettings {
    /// The provider, if one is set.
    provider: Option<ProviderShape>,
    /// What the provider must know as the address of return; none where the desk does not know its own address.
    redirect_uri: Option<String>,
}

/// The provider as it is set.
#[derive(Debug, Deserialize, ToSchema)]
pub(in crate::org) struct NewProvider {
    /// What stands on the button of the sign-in page, 1..60 characters.
    title: String,
    /// The issuer, exactly as the provider writes it: https at a public address, or what the operator names in `sso_hosts`.
    issuer: String,
    /// The name of this program at the provider, 1..200 characters.
    client_id: String,
    /// The secret of this program there; the former one stays if it is left out, none is kept if it is empty.
    client_secret: Option<String>,
    /// What is asked for, with spaces between; `openid profile email` if left out.
    scopes: Option<String>,
    /// What is compared with login names the first time somebody comes, such as `preferred_username` or `email` (only
    /// where the provider verified it); nobody is found in this way if it is empty. It must be one that people cannot
    /// change themselves at the provider: who can, comes in as anybody whose account is not linked yet.
    #[serde(default)]
    claim: String,
    /// The unit in which people are added as maintainers whom nobody here knows yet; nobody is added if it is left out.
    newcomer_unit_id: Option<UnitId>,
}

/// What came of trying the provider.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(in crate::org) struct SsoTrial {
    /// Whether it can be used.
    fits: bool,
    /// Why not: a word such as `unreachable`, `not_public`, `other_issuer`, `no_keys` or `status_404`.
    why: Option<String>,
    /// How its tokens may be signed, of `RS256`, `ES256` and `EdDSA`.
    algorithms: Vec<&'static str>,
    /// Whether signing out here can end the session there too.
    signs_out: bool,
}

/// The settings as they stand.
pub(in crate::org) async fn settings(app: &App, site: &Site) -> Result<SsoSettings, OrgError> {
    let provider = store::sso_provider(app.read()).await?.map(|one| ProviderShape {
        has_secret: one.secret_cell.is_some(),
        title: one.title,
        issuer: one.issuer,
        client_id: one.client_id,
        scopes: one.scopes,
        claim: one.claim,
        newcomer_unit_id: one.newcomer_unit_id,
    });
    Ok(SsoSettings { provider, redirect_uri: site.origin().map(|origin| format!("{origin}{RETURN_PATH}")) })
}

/// Sets the provider. Sign-ins under way end: they were begun with what stood before.
pub(in crate::org) async fn set(app: &App, tx: &Tx, who: &Who, new: NewProvider) -> Result<(), OrgError> {
    let former = store::sso_provider(&**tx).await?;
    let provider = fit(app, tx, new, former).await?;
    store::set_sso_provider(&**tx, &provider, who.id, app.now()).await?;
    store::delete_sso_flows(&**tx).await?;
    let payload = json!({ "issuer": provider.issuer, "client_id": provider.client_id, "claim": provider.claim });
    Ok(journal::append(app, tx, who.doer(), Fact::of_firm("org", "sso_set", payload)).await?)
}

async fn fit(app: &App, tx: &Tx, new: NewProvider, former: Option<Provider>) -> Result<Provider, OrgError> {
    let text = |field, text: &str, rule, fits: fn(&str) -> bool| {
        let text = text.trim().to_owned();
        if fits(&text) { Ok(text) } else { Err(OrgError::Invalid { field, rule }) }
    };
    let issuer = text("issuer", &new.issuer, "an https address", |issuer| !issuer.contains(['?', '#']))?;
    let door = provider::outside(app).map_err(|_| OrgError::SsoUnreachable)?;
    door.target(&issuer).map_err(|error| OrgError::Invalid { field: "issuer", rule: error.word() })?;
    if let Some(unit) = new.newcomer_unit_id {
        let known = store::units(&**tx, None).await?;
        known.iter().find(|one| one.id == unit).ok_or(OrgError::UnitNotFound)?;
    }
    let id = app.new_free_id();
    let seal = |secret: &str| app.keys().seal_firm(store::SSO_SECRET, id, secret.as_bytes());
    let secret = match new.client_secret.as_deref().map(str::trim) {
        Some("") => None,
        Some(secret) if secret.len() > 500 => {
            return Err(OrgError::Invalid { field: "client_secret", rule: "1..500" });
        }
        Some(secret) => Some(secret.to_owned()),
        // A secret belongs to its issuer: told to another one, it would be given away.
        None => former.filter(|former| former.issuer == issuer).and_then(|former| former.secret(app)),
    };
    Ok(Provider {
        id,
        title: text("title", &new.title, "1..60", |title| (1..=60).contains(&title.chars().count()))?,
        issuer,
        client_id: text("client_id", &new.client_id, "1..200", |id| {
            (1..=200).contains(&id.len()) && id.chars().all(|c| c.is_ascii_graphic())
        })?,
        secret_cell: secret.as_deref().map(seal),
        scopes: text("scopes", new.scopes.as_deref().unwrap_or(USUAL_SCOPES), "with openid", |scopes| {
            scopes.len() <= 300 && scopes.is_ascii() && scopes.split(' ').any(|scope| scope == "openid")
        })?,
        claim: text("claim", &new.claim, "the name of a claim", |claim| {
            claim.len() <= 100 && claim.chars().all(|c| c.is_ascii_graphic())
        })?,
        newcomer_unit_id: new.newcomer_unit_id,
    })
}

/// Takes the provider away; who is linked stays linked.
pub(in crate::org) async fn remove(app: &App, tx: &Tx, who: &Who) -> Result<(), OrgError> {
    if policy::read(app).await?.entrance == Entrance::OnlySso {
        return Err(OrgError::SsoDemanded);
    }
    if store::delete_sso_provider(&**tx).await? == 0 {
        return Err(OrgError::SsoOff);
    }
    store::delete_sso_flows(&**tx).await?;
    Ok(journal::append(app, tx, who.doer(), Fact::of_firm("org", "sso_removed", json!({}))).await?)
}

/// Asks the provider for its document and keys, and tells what came of it.
pub(in crate::org) async fn trial(app: &App) -> Result<SsoTrial, OrgError> {
    let set = store::sso_provider(app.read()).await?.ok_or(OrgError::SsoOff)?;
    Ok(match provider::look(app, &set.issuer).await {
        Ok(known) => {
            let algorithms: BTreeSet<&str> = known.keys.iter().map(|one| one.key.algorithm()).collect();
            let signs_out = known.discovery.end_session_endpoint.is_some();
            SsoTrial { fits: true, why: None, algorithms: algorithms.into_iter().collect(), signs_out }
        }
        Err(fault) => {
            tracing::info!("single sign-on was tried: {fault}");
            SsoTrial { why: Some(fault.word()), ..SsoTrial::default() }
        }
    })
}
