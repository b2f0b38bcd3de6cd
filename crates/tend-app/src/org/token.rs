//! Tokens with which a program calls in the name of a person: told once, kept as a hash, with an end, and with no more
//! rights than were given to it. What the person loses, the token loses with the next call.

use super::passkey::Assertion;
use super::session::hash_of;
use super::{OrgError, Who, store};
use crate::journal;
use crate::platform::gate::TOKEN_PREFIX;
use crate::platform::{App, Tx, random};
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tend_rules::base::{ApiTokenId, Instant};
use tend_rules::journal::Fact;
use tend_rules::org::Permission;
use utoipa::ToSchema;

/// Days that a token may live.
const DAYS_MAX: i64 = 366;
const TOKENS_MAX: usize = 20;

/// A token as its person sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiToken {
    /// The token.
    pub id: ApiTokenId,
    /// What it is for.
    pub name: String,
    /// Words of permissions, such as `customers.read`.
    pub scopes: Vec<String>,
    /// When it was made.
    pub created_at: Instant,
    /// When it was last used, to the minute.
    pub used_at: Option<Instant>,
    /// When it ends.
    pub expires_at: Instant,
}

/// A token to be made.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewToken {
    /// What it is for, 1..100 characters.
    pub name: String,
    /// Words of permissions that the person has.
    pub scopes: Vec<String>,
    /// Days that it lives, 1..366.
    pub days: i64,
    /// The person's password, or else:
    pub password: Option<String>,
    /// A passkey, used for this.
    pub passkey: Option<Assertion>,
}

pub(super) struct Found {
    pub(super) who: Who,
    pub(super) used_at: Option<Instant>,
}

/// The tokens of a person, newest first.
pub(super) async fn tokens(app: &App, who: &Who) -> Result<Vec<ApiToken>, OrgError> {
    Ok(store::tokens_of(app.read(), who.id).await?)
}

/// Makes a token. Its text is answered once and never again.
pub(super) async fn make(app: &App, tx: &Tx, who: &Who, new: NewToken) -> Result<(ApiToken, String), OrgError> {
    let name = new.name.trim().to_owned();
    if !(1..=100).contains(&name.chars().count()) {
        return Err(OrgError::Invalid { field: "name", rule: "1..100" });
    }
    if !(1..=DAYS_MAX).contains(&new.days) {
        return Err(OrgError::Invalid { field: "days", rule: "1..366" });
    }
    let held = |word: &String| Permission::from_word(word).is_some_and(|permission| who.role.may(permission));
    if new.scopes.is_empty() || !new.scopes.iter().all(held) {
        return Err(OrgError::Invalid { field: "scopes", rule: "permissions of the person" });
    }
    if store::tokens_of(&**tx, who.id).await?.len() >= TOKENS_MAX {
        return Err(OrgError::Invalid { field: "tokens", rule: "at most 20" });
    }
    let now = app.now();
    let token = ApiToken {
        id: ApiTokenId(app.new_free_id()),
        name,
        scopes: new.scopes,
        created_at: now,
        used_at: None,
        expires_at: now.plus_seconds(new.days * 24 * 3600),
    };
    let secret = random::<32>().iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let text = format!("{TOKEN_PREFIX}{secret}");
    store::insert_token(&**tx, &hash_of(&text), who.id, &token).await?;
    let payload = json!({ "staff": who.id, "token": token.id, "name": token.name, "scopes": token.scopes });
    journal::append(app, tx, who.doer(), Fact::of_firm("org", "token_made", payload)).await?;
    Ok((token, text))
}

/// Takes a token back.
pub(super) async fn take_back(app: &App, tx: &Tx, who: &Who, id: ApiTokenId) -> Result<(), OrgError> {
    if store::delete_token_of(&**tx, who.id, id).await? == 0 {
        return Err(OrgError::TokenNotFound);
    }
    let payload = json!({ "staff": who.id, "token": id });
    Ok(journal::append(app, tx, who.doer(), Fact::of_firm("org", "token_taken_back", payload)).await?)
}

/// The person of a token, if it lives and the person still works here.
pub(super) async fn resume(app: &App, text: &str) -> Result<Option<Who>, DbErr> {
    let now = app.now();
    let Some(Found { who, used_at }) = store::token(app.read(), &hash_of(text), now).await? else { return Ok(None) };
    let old = used_at.is_none_or(|used| now.millis() - used.millis() > 60_000);
    if let Some(token) = who.token.as_ref().filter(|_| old) {
        let stamped = store::touch_token(app.db().writer(), token.id, now).await;
        if let Err(error) = stamped {
            tracing::warn!("when a token was last used was not written down: {error}");
        }
    }
    Ok(Some(who))
}
