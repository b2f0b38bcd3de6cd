//! Proof that it is still the same person at the desk, before something grave: another key to the account, a token, a
//! new password (ASVS 5.0, 7.5.1 and 7.5.3).

use super::passkey::{self, Assertion};
use super::{OrgError, Who, sign_in, store};
use crate::platform::App;
use serde::Deserialize;
use tend_rules::org::{Duty, Way};
use utoipa::ToSchema;

/// How long it proves by itself who is there that somebody came in, where the person has no password of this program's.
const FRESH_SECONDS: i64 = 10 * 60;

/// What a person shows once more: the password or a passkey. Who showed it to the firm's provider in the last ten minutes
/// and came in from there (`POST /session/sso?again=true`), or is just setting the password or the second factor that is
/// owed, shows nothing.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(super) struct Proof {
    /// The present password.
    pub(super) password: Option<String>,
    /// A passkey, used for this.
    pub(super) passkey: Option<Assertion>,
}

/// Demands the proof.
pub(super) async fn prove(app: &App, who: &Who, proof: Proof) -> Result<(), OrgError> {
    if let Some(assertion) = proof.passkey {
        let shown = passkey::identify(app, &assertion, "").await?;
        return if shown.who.id == who.id { Ok(()) } else { Err(OrgError::PasskeyRefused) };
    }
    if let Some(password) = proof.password.filter(|typed| !typed.is_empty()) {
        return sign_in::prove_password(app, who, password).await;
    }
    let session = who.session.ok_or(OrgError::ProofNeeded)?;
    let begun = store::session_begun(app.read(), session).await?.ok_or(OrgError::NotSignedIn)?;
    // That a session was begun proves nothing of who came from a provider: another one may just have stood open there.
    let shown = match begun.way {
        Way::Sso => begun.seen_at,
        _ => Some(begun.at).filter(|_| who.duty != Duty::None),
    };
    let fresh = shown.is_some_and(|at| app.now().millis() - at.millis() < FRESH_SECONDS * 1000);
    if fresh { Ok(()) } else { Err(OrgError::ProofNeeded) }
}
