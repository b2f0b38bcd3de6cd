//! Coming in: password and second factor, or a passkey, which is both (ASVS 5.0, V6). The answers tell a stranger
//! nothing: a name that nobody has takes as long and is refused in the same words.

use super::lockout::{Tries, count, refuse_locked_out};
use super::passkey::{self, Assertion};
use super::session::{From, SignedIn, open_session};
use super::store::Credentials;
use super::{OrgError, Who, factor, password, policy, store, totp};
use crate::platform::{App, SealedPlace};
use std::sync::LazyLock;
use tend_rules::org::{SecondFactor, Way};
use tokio::sync::{Semaphore, SemaphorePermit};

/// Passwords that are compared at once: each takes 19 MiB.
const COMPARED_AT_ONCE: usize = 8;

/// Compared against when there is no such person, so that both cases take as long.
static NOBODY: LazyLock<String> = LazyLock::new(|| password::hash_password("nobody has this password"));

static COMPARING: Semaphore = Semaphore::const_new(COMPARED_AT_ONCE);

/// What a person types to come in.
#[derive(Debug)]
pub(super) struct Entry {
    /// The login name.
    pub(super) login: String,
    /// The password.
    pub(super) password: String,
    /// The second factor, where one is shown.
    pub(super) second: Option<Second>,
}

/// A second factor as it is shown.
#[derive(Debug)]
pub(super) enum Second {
    /// Six digits.
    Code(String),
    /// A recovery code.
    Recovery(String),
    /// A passkey.
    Passkey(Box<Assertion>),
}

/// Signs a person in. A right password does not help while the name or the address is locked.
pub(super) async fn sign_in(app: &App, entry: Entry, from: From<'_>) -> Result<SignedIn, OrgError> {
    let login = entry.login.trim().to_lowercase();
    // Taken before the try is counted: a branch that signs in at nine o'clock has eight tries under way and not eighty.
    let _place = place().await;
    let counted = count(app, Tries { login: &login, address: from.address }).await?;
    match vouched(app, &login, entry, from).await {
        Ok(who) => open_session(app, who, Way::Password, from).await,
        Err(error @ (OrgError::WrongCredentials | OrgError::HandedPasswordEnded | OrgError::WrongCode)) => {
            counted.fail(app, error).await
        }
        Err(error) => {
            counted.forget(app).await?;
            Err(error)
        }
    }
}

/// Whose the password and the second factor are.
async fn vouched(app: &App, login: &str, entry: Entry, from: From<'_>) -> Result<Who, OrgError> {
    let found = store::credentials(app.read(), login).await?;
    let hash = found.as_ref().map_or_else(|| NOBODY.clone(), |known| known.password_hash.clone());
    let fits = compared(entry.password, hash).await;
    let known = found.filter(|_| fits).ok_or(OrgError::WrongCredentials)?;
    if known.password_ended(app.now()) {
        return Err(OrgError::HandedPasswordEnded);
    }
    let policy = policy::read(app).await?;
    if !policy.lets_in_without_sso(known.who.role, known.second_factor()) {
        return Err(OrgError::SsoNeeded);
    }
    if known.second_factor() == SecondFactor::Set {
        second_fits(app, &known, entry.second, from).await?;
    }
    policy::note_broken_glass(app, &policy, &known.who).await?;
    Ok(known.who)
}

async fn second_fits(app: &App, known: &Credentials, second: Option<Second>, from: From<'_>) -> Result<(), OrgError> {
    match second {
        None => Err(OrgError::CodeNeeded { ways: known.ways() }),
        Some(Second::Code(code)) => code_fits(app, known, &code).await,
        Some(Second::Recovery(code)) => factor::use_recovery_code(app, &known.who, &code).await,
        Some(Second::Passkey(assertion)) => {
            let shown = passkey::identify(app, &assertion, from.address).await?;
            if shown.who.id == known.who.id { Ok(()) } else { Err(OrgError::WrongCode) }
        }
    }
}

async fn code_fits(app: &App, known: &Credentials, code: &str) -> Result<(), OrgError> {
    let Some(cell) = &known.totp_cell else { return Err(OrgError::WrongCode) };
    let opened = app.keys().open_firm(SealedPlace::TotpSecret, known.who.id.0, cell);
    let secret = opened.ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
    let step = totp::step_of(&secret, code, app.now()).ok_or(OrgError::WrongCode)?;
    // One conditional change: of two that show the same code at once, one is late.
    match store::use_totp_step(app.db().writer(), known.who.id, step).await? {
        0 => Err(OrgError::WrongCode),
        _ => Ok(()),
    }
}

/// Signs a person in with a passkey, which says who it is and that the person was verified. Guessing at a name's
/// password does not lock its passkeys: nobody guesses those.
pub(super) async fn sign_in_with_passkey(
    app: &App,
    assertion: &Assertion,
    from: From<'_>,
) -> Result<SignedIn, OrgError> {
    refuse_locked_out(app, Tries { login: "", address: from.address }).await?;
    let known = passkey::identify(app, assertion, from.address).await?;
    let policy = policy::read(app).await?;
    if !policy.lets_in_without_sso(known.who.role, SecondFactor::Set) {
        return Err(OrgError::SsoNeeded);
    }
    policy::note_broken_glass(app, &policy, &known.who).await?;
    open_session(app, known.who, Way::Passkey, from).await
}

/// Demands the password of a person who is signed in; a wrong one is counted as at the door.
pub(super) async fn prove_password(app: &App, who: &Who, password: String) -> Result<(), OrgError> {
    let _place = place().await;
    let counted = count(app, Tries { login: &who.login, address: "" }).await?;
    let known = store::credentials(app.read(), &who.login).await?.ok_or(OrgError::NotSignedIn)?;
    let ended = known.password_ended(app.now());
    if !compared(password, known.password_hash).await {
        return counted.fail(app, OrgError::WrongCredentials).await;
    }
    counted.forget(app).await?;
    if ended { Err(OrgError::HandedPasswordEnded) } else { Ok(()) }
}

/// A place among those whose passwords are compared: a flood of sign-ins waits here and does not fill the memory.
async fn place() -> Option<SemaphorePermit<'static>> {
    COMPARING.acquire().await.ok()
}

/// Whether a secret fits, in its turn.
pub(super) async fn fits(secret: String, hash: String) -> bool {
    let _place = place().await;
    compared(secret, hash).await
}

/// Compares off the async threads. The caller has a place.
async fn compared(secret: String, hash: String) -> bool {
    tokio::task::spawn_blocking(move || password::password_fits(&secret, &hash)).await.unwrap_or(false)
}
