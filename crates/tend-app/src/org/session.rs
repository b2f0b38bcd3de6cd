//! Sign-in with password and second factor, lock-out, and opaque sessions: the browser holds a random token, the
//! database only its hash (ASVS 5.0, V6 and V7).

use super::{OrgError, Who, password, store, totp};
use crate::journal;
use crate::platform::{App, LiveEvent, LiveScope, News, Tx, random};
use sea_orm::DbErr;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;
use tend_rules::base::{Instant, Language, SessionId, StaffId};
use tend_rules::journal::{Doer, Fact};
use tokio::sync::Semaphore;
use utoipa::ToSchema;

const IDLE_SECONDS: i64 = 12 * 3600;
const LIFE_SECONDS: i64 = 7 * 24 * 3600;
const FAILURES_MAX: i64 = 5;
/// Failures from one address: a branch behind one address mistypes, a machine that guesses does nothing else.
const FAILURES_FROM_ADDRESS_MAX: i64 = 50;
/// Passwords that are compared at once: each takes 19 MiB.
const COMPARED_AT_ONCE: usize = 8;
const FAILURE_WINDOW_SECONDS: i64 = 15 * 60;

/// Compared against when there is no such person, so that both cases take as long.
static NOBODY: LazyLock<String> = LazyLock::new(|| password::hash_password("nobody has this password"));

static COMPARING: Semaphore = Semaphore::const_new(COMPARED_AT_ONCE);

/// From where somebody signs in.
#[derive(Debug, Clone, Copy)]
pub struct From<'a> {
    /// The network address, as it is counted.
    pub address: &'a str,
    /// The browser as it calls itself.
    pub agent: &'a str,
}

/// A fresh session.
#[derive(Debug)]
pub struct SignedIn {
    /// The person.
    pub who: Who,
    /// The token for the cookie; told once.
    pub token: String,
}

/// Signs a person in. Five failures within a quarter of an hour lock the name out for the rest of it, whether or not
/// it exists, and fifty from one address lock out the address; a right password does not help while locked out.
pub async fn sign_in(
    app: &App,
    login: &str,
    secret: &str,
    code: Option<&str>,
    from: From<'_>,
) -> Result<SignedIn, OrgError> {
    let (login, now) = (login.trim().to_lowercase(), app.now());
    refuse_locked_out(app, &login, from.address, now).await?;
    let found = store::credentials(app.read(), &login).await?;
    let hash = found.as_ref().map_or_else(|| NOBODY.clone(), |c| c.password_hash.clone());
    let fits = fits(secret.to_owned(), hash).await;
    let Some(known) = found.filter(|_| fits) else {
        return refuse(app, &login, from.address, OrgError::WrongCredentials).await;
    };
    if let Some(cell) = &known.totp_cell {
        let opened = app.keys().open_firm("staff.totp_cell", known.who.id.0, cell);
        let secret = opened.ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
        let Some(code) = code.filter(|code| !code.trim().is_empty()) else {
            return Err(OrgError::CodeNeeded);
        };
        if !totp::code_fits(&secret, code, now) {
            return refuse(app, &login, from.address, OrgError::CodeNeeded).await;
        }
    }
    open_session(app, known.who, from.agent).await
}

/// Compares off the async threads, a few at a time: a flood of sign-ins waits here and does not fill the memory.
async fn fits(secret: String, hash: String) -> bool {
    let _place = COMPARING.acquire().await;
    tokio::task::spawn_blocking(move || password::password_fits(&secret, &hash)).await.unwrap_or(false)
}

async fn open_session(app: &App, who: Who, agent: &str) -> Result<SignedIn, OrgError> {
    let token = random::<32>().iter().map(|b| format!("{b:02x}")).collect::<String>();
    let now = app.now();
    let tx = app.begin().await?;
    store::forget_failures(&*tx, &who.login).await?;
    store::insert_session(
        &*tx,
        &hash_of(&token),
        SessionId(app.new_free_id()),
        who.id,
        now,
        now.plus_seconds(LIFE_SECONDS),
        agent,
    )
    .await?;
    journal::append(app, &tx, Doer::Staff(who.id), Fact::of_firm("org", "signed_in", json!({ "staff": who.id })))
        .await?;
    tx.commit().await?;
    Ok(SignedIn { who, token })
}

/// Demands the present password of a signed-in person before something grave.
pub(super) async fn prove_password(app: &App, who: &Who, password: String) -> Result<(), OrgError> {
    refuse_locked_out(app, &who.login, "", app.now()).await?;
    let known = store::credentials(app.read(), &who.login).await?.ok_or(OrgError::NotSignedIn)?;
    if fits(password, known.password_hash).await {
        return Ok(());
    }
    refuse(app, &who.login, "", OrgError::WrongCredentials).await
}

/// Ends the session of a token.
pub async fn sign_out(app: &App, who: &Who, token: &str) -> Result<(), OrgError> {
    let tx = app.begin().await?;
    store::delete_session(&*tx, &hash_of(token)).await?;
    tell_rights_changed(&tx, who.id);
    journal::append(app, &tx, who.doer(), Fact::of_firm("org", "signed_out", json!({ "staff": who.id }))).await?;
    Ok(tx.commit().await?)
}

/// A session as its person sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Session {
    /// The session.
    pub id: SessionId,
    /// The browser as it called itself.
    pub agent: String,
    /// When the person signed in.
    pub created_at: Instant,
    /// When it was last used, to the minute.
    pub seen_at: Instant,
    /// When it ends by itself, used or not.
    pub expires_at: Instant,
    /// Whether it is the one that asks.
    pub this: bool,
}

/// The living sessions of a person, last used first.
pub async fn sessions(app: &App, who: &Who) -> Result<Vec<Session>, OrgError> {
    let now = app.now();
    let mut found = store::sessions_of(app.read(), who.id, now, now.plus_seconds(-IDLE_SECONDS)).await?;
    for session in &mut found {
        session.this = Some(session.id) == who.session;
    }
    Ok(found)
}

/// Ends one session of the person.
pub async fn end_session(app: &App, tx: &Tx, who: &Who, id: SessionId) -> Result<(), OrgError> {
    if store::delete_session_of(&**tx, who.id, id).await? == 0 {
        return Err(OrgError::SessionNotFound);
    }
    ended(app, tx, who, who.id, json!({ "session": id })).await
}

/// Ends every session of the person but the one that asks.
pub async fn end_other_sessions(app: &App, tx: &Tx, who: &Who) -> Result<(), OrgError> {
    store::delete_sessions_but(&**tx, who.id, who.session).await?;
    ended(app, tx, who, who.id, json!({})).await
}

/// Ends every session of a person and takes back every token: a browser left open, a telephone lost.
pub async fn end_access_of(app: &App, tx: &Tx, by: &Who, staff: StaffId) -> Result<(), OrgError> {
    end_all_access(tx, staff).await?;
    ended(app, tx, by, staff, json!({})).await
}

async fn ended(app: &App, tx: &Tx, by: &Who, staff: StaffId, mut payload: Value) -> Result<(), OrgError> {
    tell_rights_changed(tx, staff);
    payload["staff"] = json!(staff);
    Ok(journal::append(app, tx, by.doer(), Fact::of_firm("org", "sessions_ended", payload)).await?)
}

pub(super) async fn end_all_access(tx: &Tx, staff: StaffId) -> Result<(), DbErr> {
    store::delete_sessions_of(&**tx, staff).await?;
    store::delete_tokens_of(&**tx, staff).await?;
    tell_rights_changed(tx, staff);
    Ok(())
}

const RIGHTS_CHANGED: &str = "rights_changed";

/// Wakes the person's open streams, so that each looks whether it may go on.
pub(super) fn tell_rights_changed(tx: &Tx, staff: StaffId) {
    let scope = LiveScope::default();
    let kind = RIGHTS_CHANGED.to_owned();
    tx.tell_person(staff, LiveEvent { seq: 0, room: "org", kind, id: None, customer_id: None, scope });
}

/// Whether a piece of news means that the person must be looked up again.
pub fn says_rights_changed(news: &News, who: &Who) -> bool {
    news.to == Some(who.id) && news.kind == RIGHTS_CHANGED
}

/// The person of a token, if its session lives and the person still works here. Read afresh at every call, so that a
/// changed role or a departure takes effect at once.
pub(super) async fn resume(app: &App, token: &str) -> Result<Option<Who>, DbErr> {
    let (hash, now) = (hash_of(token), app.now());
    let found = store::session(app.read(), &hash, now, now.plus_seconds(-IDLE_SECONDS)).await?;
    let Some((who, seen_at)) = found else { return Ok(None) };
    if now.millis() - seen_at.millis() > 60_000 {
        store::touch_session(app.db().writer(), &hash, now).await?;
    }
    Ok(Some(who))
}

/// Whether the session of a call still lives and its person still has the same role and place: asked by streams that
/// stay open.
pub async fn is_signed_in(app: &App, who: &Who) -> Result<bool, DbErr> {
    let Some(session) = who.session else { return Ok(true) };
    let found = store::session_by_id(app.read(), session, app.now()).await?;
    Ok(found.is_some_and(|now| (now.role, now.unit_id) == (who.role, who.unit_id)))
}

/// The person for whom a job works, with the role and place of today; none who left.
pub async fn acting(app: &App, id: tend_rules::base::StaffId) -> Result<Option<Who>, DbErr> {
    store::working(app.read(), id).await
}

async fn refuse_locked_out(app: &App, login: &str, address: &str, now: Instant) -> Result<(), OrgError> {
    let since = now.plus_seconds(-FAILURE_WINDOW_SECONDS);
    let (failures, mut oldest) = store::failures(app.read(), login, since).await?;
    if failures < FAILURES_MAX {
        let (from_there, oldest_there) = match address {
            "" => (0, None),
            address => store::failures_from(app.read(), address, since).await?,
        };
        if from_there < FAILURES_FROM_ADDRESS_MAX {
            return Ok(());
        }
        oldest = oldest_there;
    }
    let left_ms = oldest.map_or(0, |at| at.plus_seconds(FAILURE_WINDOW_SECONDS).millis() - now.millis());
    Err(OrgError::LockedOut { minutes: (left_ms / 60_000).max(0) + 1 })
}

async fn refuse<T>(app: &App, login: &str, address: &str, error: OrgError) -> Result<T, OrgError> {
    let tx = app.begin().await?;
    store::forget_failures_before(&*tx, app.now().plus_seconds(-FAILURE_WINDOW_SECONDS)).await?;
    store::insert_failure(&*tx, app.new_free_id(), login, address, app.now()).await?;
    journal::append(
        app,
        &tx,
        Doer::Program("sign-in"),
        Fact::of_firm("org", "sign_in_failed", json!({ "login": login })),
    )
    .await?;
    tx.commit().await?;
    Err(error)
}

pub(super) fn hash_of(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// The language of a person's preferences, Chinese if none is set.
pub(super) fn preferred_language(preferences: &str) -> Language {
    let chosen = serde_json::from_str::<serde_json::Value>(preferences).ok();
    let chosen = chosen.as_ref().and_then(|p| p["language"].as_str());
    chosen.map_or(Language::Zh, Language::of_locale)
}
