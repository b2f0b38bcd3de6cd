//! Coming in: password and second factor, or a passkey, which is both (ASVS 5.0, V6). The answers tell a stranger
//! nothing: a name that nobody has takes as long and is refused in the same words.

use super::lockout::{Tries, refuse, refuse_locked_out};
use super::passkey::{self, Assertion};
use super::session::{From, SignedIn, open_session};
use super::store::Credentials;
use super::{OrgError, factor, password, policy, store, totp};
use crate::platform::{App, SealedPlace};
use std::sync::LazyLock;
use tend_rules::org::{SecondFactor, Way};
use tokio::sync::Semaphore;

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
    let tries = Tries { login: &login, address: from.address };
    refuse_locked_out(app, tries).await?;
    let found = store::credentials(app.read(), &login).await?;
    let hash = found.as_ref().map_or_else(|| NOBODY.clone(), |known| known.password_hash.clone());
    let fits = fits(entry.password, hash).await;
    let Some(known) = found.filter(|_| fits) else {
        return refuse(app, tries, OrgError::WrongCredentials).await;
    };
    if known.password_ended(app.now()) {
        return refuse(app, tries, OrgError::HandedPasswordEnded).await;
    }
    let policy = policy::read(app).await?;
    if !policy.lets_in_without_sso(known.who.role, known.second_factor()) {
        return Err(OrgError::SsoNeeded);
    }
    if known.second_factor() == SecondFactor::Set {
        match second_fits(app, &known, entry.second, from).await {
            Err(OrgError::WrongCode) => return refuse(app, tries, OrgError::WrongCode).await,
            other => other?,
        }
    }
    policy::note_broken_glass(app, &policy, &known.who).await?;
    open_session(app, known.who, Way::Password, from).await
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

/// Compares off the async threads, a few at a time: a flood of sign-ins waits here and does not fill the memory.
pub(super) async fn fits(secret: String, hash: String) -> bool {
    let _place = COMPARING.acquire().await;
    tokio::task::spawn_blocking(move || password::password_fits(&secret, &hash)).await.unwrap_or(false)
}
