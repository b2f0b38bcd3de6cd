//! New passwords: those that people set for themselves, and those that somebody sets for them, which let in for a while
//! and are then replaced (ASVS 5.0, 6.2 and 6.4.1). They are looked at, compared and hashed before a transaction begins:
//! whoever waited for that with the writer in hand would wait for those who compare passwords and wait for the writer.

use super::notice::{NewNotice, NoticeKind, notify};
use super::password::{hash_password, is_acceptable};
use super::{OrgError, Staff, Who, breached, session, sign_in, store};
use crate::journal;
use crate::platform::{App, Tx};
use sea_orm::DbErr;
use serde_json::json;
use tend_rules::base::StaffId;
use tend_rules::journal::{Doer, Fact};
use tend_rules::org::{HANDED_PASSWORD_HOURS, is_guessed_first};

/// A password that may be set, as its hash. Made before the transaction that sets it.
#[derive(Debug)]
pub struct HashedPassword(String);

impl HashedPassword {
    /// Looks whether the password may be that of a person of this name, and hashes it, which takes tens of milliseconds.
    pub async fn of(app: &App, login: &str, name: &str, password: String) -> Result<Self, OrgError> {
        check_password(app, &password, login, name).await?;
        let hash = tokio::task::spawn_blocking(move || hash_password(&password)).await;
        Ok(Self(hash.expect("hashing does not panic")))
    }

    pub(super) fn text(&self) -> &str {
        &self.0
    }
}

/// A password of one's own, and what it was held against.
#[derive(Debug)]
pub(super) struct OwnPassword {
    hash: HashedPassword,
    former_hash: String,
}

/// Sets a password for somebody else, ends all sessions of the person and takes back all tokens. The person hears of it,
/// and sets one of their own at the next sign-in.
pub async fn reset_password(
    app: &App,
    tx: &Tx,
    doer: Doer,
    staff: &Staff,
    password: HashedPassword,
) -> Result<(), OrgError> {
    // One's own is changed with proof of who sits there.
    if doer == Doer::Staff(staff.id) {
        return Err(OrgError::Invalid { field: "id", rule: "another person" });
    }
    replace(app, tx, doer, staff, &password).await?;
    Ok(note_handed(app, tx, doer, staff.id).await?)
}

/// Looks at a password that a person chose. What was handed over does not become one's own.
pub(super) async fn own_password(app: &App, staff: &Staff, password: String) -> Result<OwnPassword, OrgError> {
    let known = store::credentials(app.read(), &staff.login).await?.ok_or(OrgError::NotSignedIn)?;
    let former_hash = known.password_hash;
    if known.handed_until.is_some() && sign_in::fits(password.clone(), former_hash.clone()).await {
        return Err(OrgError::PasswordUnchanged);
    }
    let hash = HashedPassword::of(app, &staff.login, &staff.name, password).await?;
    Ok(OwnPassword { hash, former_hash })
}

/// Sets one's own password.
pub(super) async fn set_own_password(
    app: &App,
    tx: &Tx,
    who: &Who,
    staff: &Staff,
    password: OwnPassword,
) -> Result<(), OrgError> {
    let known = store::credentials(&**tx, &staff.login).await?.ok_or(OrgError::NotSignedIn)?;
    // Somebody set another one meanwhile, which ended this session too.
    if known.password_hash != password.former_hash {
        return Err(OrgError::NotSignedIn);
    }
    replace(app, tx, who.doer(), staff, &password.hash).await?;
    store::delete_handed_password(&**tx, staff.id).await?;
    Ok(())
}

async fn replace(app: &App, tx: &Tx, doer: Doer, staff: &Staff, password: &HashedPassword) -> Result<(), OrgError> {
    store::set_password(&**tx, staff.id, password.text()).await?;
    session::end_all_access(tx, staff.id).await?;
    journal::append(app, tx, doer, Fact::of_firm("org", "password_reset", json!({ "staff": staff.id }))).await?;
    let notice = NewNotice::about_security(staff.id, NoticeKind::PasswordChanged, json!({}));
    Ok(notify(app, tx, vec![notice]).await?)
}

/// Writes down that somebody else knows the person's password.
pub(super) async fn note_handed(app: &App, tx: &Tx, doer: Doer, staff: StaffId) -> Result<(), DbErr> {
    let now = app.now();
    store::delete_handed_password(&**tx, staff).await?;
    store::insert_handed_password(&**tx, staff, doer, now, now.plus_seconds(HANDED_PASSWORD_HOURS * 3600)).await?;
    Ok(())
}

async fn check_password(app: &App, password: &str, login: &str, name: &str) -> Result<(), OrgError> {
    if !is_acceptable(password, &login.trim().to_lowercase()) {
        return Err(OrgError::WeakPassword);
    }
    if is_guessed_first(password, &[login.trim(), name.trim(), &app.config().firm]) {
        return Err(OrgError::CommonPassword);
    }
    if is_breached(app, password.to_owned()).await {
        return Err(OrgError::BreachedPassword);
    }
    Ok(())
}

/// Whether the firm's list of stolen passwords holds it. A list that cannot be read must not keep people from changing
/// a password: it is told in the log, and by `tend doctor`.
async fn is_breached(app: &App, password: String) -> bool {
    let Some(list) = app.config().breached_passwords() else { return false };
    let searched = tokio::task::spawn_blocking(move || breached::is_listed(&list, &password)).await;
    match searched {
        Ok(Ok(found)) => found,
        Ok(Err(error)) => {
            tracing::error!("the list of breached passwords cannot be read: {error}");
            false
        }
        Err(_) => false,
    }
}
