//! Challenges for passkeys: random, given out once, taken once, soon over.

use super::{Who, store};
use crate::platform::{App, random};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sea_orm::DbErr;
use sha2::{Digest, Sha256};
use tend_rules::base::SessionId;

/// How long a person may take at the authenticator.
pub(super) const LIFE_SECONDS: i64 = 5 * 60;

/// What a challenge is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To show a passkey.
    SignIn,
    /// To make one.
    Register,
}

impl Purpose {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Purpose::SignIn => "sign_in",
            Purpose::Register => "register",
        }
    }
}

/// A challenge that was given out.
#[derive(Debug)]
pub(super) struct Ceremony {
    /// The session that began it.
    pub(super) session: Option<SessionId>,
    /// Where the desk stood.
    pub(super) origin: String,
}

/// Gives a challenge out, in base64url.
pub(super) async fn begin(app: &App, purpose: Purpose, who: Option<&Who>, origin: &str) -> Result<String, DbErr> {
    let challenge = BASE64_URL_SAFE_NO_PAD.encode(random::<32>());
    let (now, ceremony) = (app.now(), Ceremony { session: who.and_then(|who| who.session), origin: origin.to_owned() });
    let tx = app.begin().await?;
    store::forget_ceremonies_before(&*tx, now).await?;
    store::insert_ceremony(&*tx, &hash_of(&challenge), purpose, &ceremony, now.plus_seconds(LIFE_SECONDS)).await?;
    tx.commit().await?;
    Ok(challenge)
}

/// Takes a challenge; a second time there is none, whatever came of the first.
pub(super) async fn take(app: &App, purpose: Purpose, challenge: &str) -> Result<Option<Ceremony>, DbErr> {
    let hash = hash_of(challenge);
    let tx = app.begin().await?;
    let found = store::ceremony(&*tx, &hash, purpose, app.now()).await?;
    let taken = store::delete_ceremony(&*tx, &hash).await?;
    tx.commit().await?;
    Ok(found.filter(|_| taken == 1))
}

fn hash_of(challenge: &str) -> Vec<u8> {
    Sha256::digest(challenge.as_bytes()).to_vec()
}
