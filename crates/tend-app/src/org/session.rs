//! Opaque sessions: the browser holds a random token, the database only its hash (ASVS 5.0, V7).

use super::{OrgError, Who, lockout, place, store};
use crate::journal;
use crate::platform::{App, LiveEvent, LiveScope, News, Tx, random};
use sea_orm::DbErr;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tend_rules::base::{Instant, Language, SessionId, StaffId};
use tend_rules::journal::{Doer, Fact};
use tend_rules::org::{USED_PASSWORD_MINUTES, Way};
use utoipa::ToSchema;

const IDLE_SECONDS: i64 = 12 * 3600;
const LIFE_SECONDS: i64 = 7 * 24 * 3600;
/// From where somebody signs in.
#[derive(Debug, Clone, Copy)]
pub struct From<'a> {
    /// The network address, as it is counted.
    pub address: &'a str,
    /// The browser as it calls itself.
    pub agent: &'a str,
    /// The session that the browser showed.
    pub former: Option<&'a str>,
}

/// How somebody came in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Came {
    /// The way.
    pub(super) way: Way,
    /// When the firm's provider last saw the person itself, where it said so.
    pub(super) seen_at: Option<Instant>,
}

impl std::convert::From<Way> for Came {
    fn from(way: Way) -> Self {
        Self { way, seen_at: None }
    }
}

/// A fresh session.
#[derive(Debug)]
pub struct SignedIn {
    /// The person.
    pub who: Who,
    /// The token for the cookie; told once.
    pub token: String,
}

/// Opens a session with a token of its own; the one that the browser showed before, whoever's, ends with it, so that
/// nobody can lay a session under somebody else's sign-in (ASVS 5.0, 7.2.4).
pub(super) async fn open_session(
    app: &App,
    who: Who,
    came: impl Into<Came>,
    from: From<'_>,
) -> Result<SignedIn, OrgError> {
    let came: Came = came.into();
    let token = random::<32>().iter().map(|b| format!("{b:02x}")).collect::<String>();
    let tx = app.begin().await?;
    lockout::forget(app, &tx, &who.login).await?;
    if let Some(former) = from.former {
        store::delete_session(&*tx, &hash_of(former)).await?;
    }
    let (id, now) = (SessionId(app.new_free_id()), app.now());
    let new = store::NewSession { id, staff: who.id, begun: now, ends: now.plus_seconds(LIFE_SECONDS), came };
    store::insert_session(&*tx, &hash_of(&token), new, from.agent).await?;
    if came.way == Way::Password {
        store::use_handed_password(&*tx, who.id, now, now.plus_seconds(USED_PASSWORD_MINUTES * 60)).await?;
    }
    place::note(app, &tx, &who, from).await?;
    let payload = json!({ "staff": who.id, "way": came.way.word() });
    journal::append(app, &tx, Doer::Staff(who.id), Fact::of_firm("org", "signed_in", payload)).await?;
    tx.commit().await?;
    // What the person still owes is read afresh, as at every call.
    let who = store::session_by_id(app.read(), id, now).await?.ok_or(OrgError::NotSignedIn)?;
    Ok(SignedIn { who, token })
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
        // A full disk takes no stamps; the reader reads on.
        let stamped = store::touch_session(app.db().writer(), &hash, now).await;
        if let Err(error) = stamped {
            tracing::warn!("when a session was last used was not written down: {error}");
        }
    }
    Ok(Some(who))
}

/// Whether the session of a call still lives and its person still has the same role and place: asked by streams that
/// stay open.
pub async fn is_signed_in(app: &App, who: &Who) -> Result<bool, DbErr> {
    let Some(session) = who.session else { return Ok(true) };
    let found = store::session_by_id(app.read(), session, app.now()).await?;
    Ok(found.is_some_and(|now| (now.role, now.unit_id, now.duty) == (who.role, who.unit_id, who.duty)))
}

/// The person for whom a job works, with the role and place of today; none who left.
pub async fn acting(app: &App, id: tend_rules::base::StaffId) -> Result<Option<Who>, DbErr> {
    store::working(app.read(), id).await
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
