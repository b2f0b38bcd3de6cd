//! Passkeys: made by a person who is signed in, used to come in and to prove a second factor (W3C Web Authentication).
//! What is believed of a browser's answer stands in `tend_rules::org::passkey`.

use super::ceremony::{self, Purpose};
use super::lockout::{Tries, refuse};
use super::notice::{NewNotice, NoticeKind, notify};
use super::signature::passkey_signed;
use super::site::{Site, passkey_host};
use super::{OrgError, Who, factor, store};
use crate::journal;
use crate::platform::{App, Tx, is_unique_violation};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tend_rules::base::{Instant, PasskeyId};
use tend_rules::journal::{Doer, Fact};
use tend_rules::org::passkey::{self as rules, ALGORITHMS, Answer, ClientData, Expected, PasskeyFault};
use utoipa::ToSchema;

const PASSKEYS_MAX: usize = 20;

/// A passkey as its person sees it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Passkey {
    /// The passkey.
    pub(super) id: PasskeyId,
    /// What the person calls it.
    pub(super) name: String,
    /// When it was made.
    pub(super) created_at: Instant,
    /// When it was last used.
    pub(super) used_at: Option<Instant>,
    /// Whether its maker keeps it on several devices.
    pub(super) synced: bool,
}

/// What a browser needs to make a passkey. Bytes are in base64url.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PasskeyOffer {
    challenge: String,
    /// The host to which it is bound.
    rp_id: String,
    /// The firm.
    rp_name: String,
    /// The person, in a form that says nothing of them.
    user_id: String,
    user_name: String,
    user_display_name: String,
    /// Passkeys that the person has already.
    known: Vec<String>,
    /// COSE's numbers of the algorithms, best first.
    algorithms: Vec<i64>,
    timeout_ms: i64,
}

/// What a browser needs to use a passkey.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PasskeyQuestion {
    challenge: String,
    /// The host to which it is bound.
    rp_id: String,
    timeout_ms: i64,
}

/// A passkey that a browser made. Bytes are in base64url.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewPasskey {
    /// What the person calls it, 1..60 characters.
    name: String,
    /// `clientDataJSON`.
    client_data: String,
    /// `attestationObject`.
    attestation: String,
}

/// A passkey that a browser used. Bytes are in base64url.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Assertion {
    /// `rawId`.
    id: String,
    /// `clientDataJSON`.
    client_data: String,
    /// `authenticatorData`.
    authenticator_data: String,
    /// `signature`.
    signature: String,
    /// `userHandle`.
    user_handle: Option<String>,
}

/// A passkey as it is kept, with its person.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) id: PasskeyId,
    pub(super) who: Who,
    pub(super) name: String,
    pub(super) public_key: Vec<u8>,
    pub(super) sign_count: i64,
}

/// Asks a browser to make a passkey. The person was proved just before.
pub(super) async fn offer(app: &App, who: &Who, site: &Site) -> Result<PasskeyOffer, OrgError> {
    let (origin, host) = site.for_passkeys()?;
    let known = store::credentials_of(app.read(), who.id).await?;
    if known.len() >= PASSKEYS_MAX {
        return Err(OrgError::Invalid { field: "passkeys", rule: "at most 20" });
    }
    Ok(PasskeyOffer {
        challenge: ceremony::begin(app, Purpose::Register, Some(who), origin).await?,
        rp_id: host.to_owned(),
        rp_name: app.config().firm.clone(),
        user_id: BASE64_URL_SAFE_NO_PAD.encode(who.id.0.as_bytes()),
        user_name: who.login.clone(),
        user_display_name: who.name.clone(),
        known: known.iter().map(|id| BASE64_URL_SAFE_NO_PAD.encode(id)).collect(),
        algorithms: ALGORITHMS.to_vec(),
        timeout_ms: ceremony::LIFE_SECONDS * 1000,
    })
}

/// Keeps a passkey that a browser made for the session that asked for it.
pub(super) async fn register(app: &App, who: &Who, new: NewPasskey) -> Result<(Passkey, Vec<String>), OrgError> {
    let name = name_of(&new.name)?;
    let unfit = |fault| OrgError::PasskeyUnfit { fault };
    let client_data = bytes_of(&new.client_data).map_err(unfit)?;
    let challenge = ClientData::read(&client_data).map_err(unfit)?.challenge;
    let begun = ceremony::take(app, Purpose::Register, &challenge).await?;
    let begun = begun.filter(|begun| begun.session == who.session).ok_or(unfit(PasskeyFault::WrongChallenge))?;
    let rp_id = passkey_host(&begun.origin).ok_or(OrgError::PasskeysOff)?;
    let expected = Expected { rp_id, origin: &begun.origin, challenge: &challenge };
    let attestation = bytes_of(&new.attestation).map_err(unfit)?;
    let made = rules::made(expected, &client_data, &attestation, &passkey_signed).map_err(unfit)?;
    let passkey = Passkey {
        id: PasskeyId(app.new_free_id()),
        name,
        created_at: app.now(),
        used_at: None,
        synced: made.backed_up,
    };
    let tx = app.begin().await?;
    match store::insert_passkey(&*tx, who.id, &passkey, &made).await {
        Err(error) if is_unique_violation(&error) => return Err(OrgError::PasskeyKnown),
        other => other?,
    };
    let codes = factor::codes_if_none(app, &tx, who).await?;
    let payload = json!({ "staff": who.id, "passkey": passkey.id, "name": passkey.name });
    journal::append(app, &tx, who.doer(), Fact::of_firm("org", "passkey_made", payload)).await?;
    notify(app, &tx, vec![told(who, NoticeKind::PasskeyAdded, json!({ "name": passkey.name }))]).await?;
    tx.commit().await?;
    Ok((passkey, codes))
}

/// Asks a browser to use a passkey, whosever it is: before sign-in nothing is said of who has one.
pub(super) async fn question(app: &App, site: &Site) -> Result<PasskeyQuestion, OrgError> {
    let (origin, host) = site.for_passkeys()?;
    Ok(PasskeyQuestion {
        challenge: ceremony::begin(app, Purpose::SignIn, None, origin).await?,
        rp_id: host.to_owned(),
        timeout_ms: ceremony::LIFE_SECONDS * 1000,
    })
}

/// The passkey that was used, and its person. Every failure is refused in the same words.
pub(super) async fn identify(app: &App, assertion: &Assertion, address: &str) -> Result<Kept, OrgError> {
    match identified(app, assertion).await? {
        Ok(kept) => Ok(kept),
        Err(why) => {
            tracing::warn!("a passkey was refused: {why}");
            refuse(app, Tries { login: "", address }, OrgError::PasskeyRefused).await
        }
    }
}

async fn identified(app: &App, shown: &Assertion) -> Result<Result<Kept, PasskeyFault>, OrgError> {
    let read = || -> Result<_, PasskeyFault> {
        let client_data = bytes_of(&shown.client_data)?;
        let challenge = ClientData::read(&client_data)?.challenge;
        let (authenticator, signature) = (bytes_of(&shown.authenticator_data)?, bytes_of(&shown.signature)?);
        let handle = shown.user_handle.as_deref().map(bytes_of).transpose()?;
        Ok((bytes_of(&shown.id)?, client_data, challenge, authenticator, signature, handle))
    };
    let (id, client_data, challenge, authenticator, signature, handle) = match read() {
        Ok(read) => read,
        Err(fault) => return Ok(Err(fault)),
    };
    let Some(begun) = ceremony::take(app, Purpose::SignIn, &challenge).await? else {
        return Ok(Err(PasskeyFault::WrongChallenge));
    };
    let Some(kept) = store::passkey(app.read(), &id).await? else { return Ok(Err(PasskeyFault::KeyNotTaken)) };
    if handle.is_some_and(|handle| handle != kept.who.id.0.as_bytes()) {
        return Ok(Err(PasskeyFault::KeyNotTaken));
    }
    let rp_id = passkey_host(&begun.origin).ok_or(OrgError::PasskeysOff)?;
    let expected = Expected { rp_id, origin: &begun.origin, challenge: &challenge };
    let answer = Answer { client_data: &client_data, authenticator: &authenticator, signature: &signature };
    let used = match rules::used(expected, answer, &kept.public_key, kept.sign_count, &passkey_signed) {
        Err(PasskeyFault::CounterWentBack) => return Ok(Err(cloned(app, &kept).await?)),
        Err(fault) => return Ok(Err(fault)),
        Ok(used) => used,
    };
    if store::count_passkey(app.db().writer(), kept.id, used, app.now()).await? == 0 {
        return Ok(Err(cloned(app, &kept).await?));
    }
    Ok(Ok(kept))
}

/// Somebody has a copy of the passkey: it is refused, and the person hears of it.
async fn cloned(app: &App, kept: &Kept) -> Result<PasskeyFault, OrgError> {
    let tx = app.begin().await?;
    let payload = json!({ "staff": kept.who.id, "passkey": kept.id, "name": kept.name });
    let fact = Fact::of_firm("org", "passkey_clone_suspected", payload);
    journal::append(app, &tx, Doer::Program("sign-in"), fact).await?;
    notify(app, &tx, vec![told(&kept.who, NoticeKind::PasskeyCloned, json!({ "name": kept.name }))]).await?;
    tx.commit().await?;
    Ok(PasskeyFault::CounterWentBack)
}

/// Gives a passkey another name.
pub(super) async fn rename(app: &App, tx: &Tx, who: &Who, id: PasskeyId, name: &str) -> Result<(), OrgError> {
    let name = name_of(name)?;
    if store::rename_passkey(&**tx, who.id, id, &name).await? == 0 {
        return Err(OrgError::PasskeyNotFound);
    }
    let payload = json!({ "staff": who.id, "passkey": id, "name": name });
    Ok(journal::append(app, tx, who.doer(), Fact::of_firm("org", "passkey_renamed", payload)).await?)
}

/// Takes a passkey back: it lets nobody in any more.
pub(super) async fn take_back(app: &App, tx: &Tx, who: &Who, id: PasskeyId) -> Result<(), OrgError> {
    if store::delete_passkey(&**tx, who.id, id).await? == 0 {
        return Err(OrgError::PasskeyNotFound);
    }
    let payload = json!({ "staff": who.id, "passkey": id });
    journal::append(app, tx, who.doer(), Fact::of_firm("org", "passkey_taken_back", payload)).await?;
    Ok(notify(app, tx, vec![told(who, NoticeKind::FactorsChanged, json!({}))]).await?)
}

fn told(who: &Who, kind: NoticeKind, params: serde_json::Value) -> NewNotice {
    NewNotice::about_security(who.id, kind, params)
}

fn name_of(name: &str) -> Result<String, OrgError> {
    let name = name.trim();
    if (1..=60).contains(&name.chars().count()) {
        return Ok(name.to_owned());
    }
    Err(OrgError::Invalid { field: "name", rule: "1..60" })
}

fn bytes_of(text: &str) -> Result<Vec<u8>, PasskeyFault> {
    BASE64_URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).map_err(|_| PasskeyFault::Unreadable)
}
