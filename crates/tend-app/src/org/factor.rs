//! The second factor as a whole: the code generator, codes for the day it is lost, what a person has, and an
//! administrator's taking of it all away.

use super::notice::{NewNotice, NoticeKind, notify};
use super::passkey::Passkey;
use super::sso::SsoLink;
use super::{OrgError, Staff, Who, policy, session, store, totp};
use crate::journal;
use crate::platform::{App, SealedPlace, Tx, random};
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use tend_rules::base::StaffId;
use tend_rules::journal::Fact;
use utoipa::ToSchema;

const CODES: usize = 10;

/// What guards a person's account.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Security {
    /// Whether a code generator is set.
    pub(super) code_generator: bool,
    /// The person's passkeys, oldest first.
    pub(super) passkeys: Vec<Passkey>,
    /// Whether passkeys can be made at this address.
    pub(super) passkeys_possible: bool,
    /// The person's accounts at identity providers.
    pub(super) sso: Vec<SsoLink>,
    /// Recovery codes that are not used yet.
    pub(super) recovery_codes_left: i64,
    /// Whether the firm demands a second factor of the person.
    pub(super) second_factor_demanded: bool,
}

/// What guards the account of `who`.
pub(super) async fn security(app: &App, who: &Who) -> Result<Security, OrgError> {
    let known = store::credentials(app.read(), &who.login).await?.ok_or(OrgError::NotSignedIn)?;
    Ok(Security {
        code_generator: known.totp_cell.is_some(),
        passkeys: store::passkeys_of(app.read(), who.id).await?,
        passkeys_possible: false,
        sso: store::sso_links_of(app.read(), who.id).await?,
        recovery_codes_left: store::recovery_codes_left(app.read(), who.id).await?,
        second_factor_demanded: policy::read(app).await?.second_factor_roles.contains(&who.role),
    })
}

/// Sets the code generator, proved by a first code, which is spent by it. Recovery codes come with it if there are none.
pub(super) async fn set_totp(app: &App, who: &Who, secret: &str, code: &str) -> Result<Vec<String>, OrgError> {
    let step = totp::step_of(secret, code, app.now()).ok_or(OrgError::WrongCode)?;
    let cell = app.keys().seal_firm(SealedPlace::TotpSecret, who.id.0, secret.as_bytes());
    let tx = app.begin().await?;
    store::set_totp(&*tx, who.id, Some(cell), step).await?;
    let codes = codes_if_none(app, &tx, who).await?;
    changed(app, &tx, who, "code_generator_set").await?;
    tx.commit().await?;
    Ok(codes)
}

/// Removes the code generator.
pub(super) async fn drop_totp(app: &App, tx: &Tx, who: &Who) -> Result<(), OrgError> {
    store::set_totp(&**tx, who.id, None, 0).await?;
    changed(app, tx, who, "code_generator_removed").await
}

async fn changed(app: &App, tx: &Tx, who: &Who, kind: &'static str) -> Result<(), OrgError> {
    let payload = json!({ "staff": who.id });
    journal::append(app, tx, who.doer(), Fact::of_firm("org", kind, payload)).await?;
    let notice = NewNotice::about_security(who.id, NoticeKind::FactorsChanged, json!({}));
    Ok(notify(app, tx, vec![notice]).await?)
}

/// New recovery codes in place of all former ones. Told once, kept as hashes.
pub(super) async fn renew_codes(app: &App, tx: &Tx, who: &Who) -> Result<Vec<String>, OrgError> {
    store::delete_recovery_codes(&**tx, who.id).await?;
    let codes: Vec<String> = (0..CODES).map(|_| new_code()).collect();
    for code in &codes {
        store::insert_recovery_code(&**tx, &hash_of(code), who.id, app.now()).await?;
    }
    changed(app, tx, who, "recovery_codes_made").await?;
    Ok(codes)
}

/// Recovery codes for a person who has none; else nothing.
pub(super) async fn codes_if_none(app: &App, tx: &Tx, who: &Who) -> Result<Vec<String>, OrgError> {
    if store::recovery_codes_left(&**tx, who.id).await? > 0 {
        return Ok(Vec::new());
    }
    renew_codes(app, tx, who).await
}

/// Spends a recovery code.
pub(super) async fn use_recovery_code(app: &App, who: &Who, code: &str) -> Result<(), OrgError> {
    let tx = app.begin().await?;
    if store::use_recovery_code(&*tx, &hash_of(code), who.id, app.now()).await? == 0 {
        return Err(OrgError::WrongCode);
    }
    let left = store::recovery_codes_left(&*tx, who.id).await?;
    let payload = json!({ "staff": who.id, "left": left });
    journal::append(app, &tx, who.doer(), Fact::of_firm("org", "recovery_code_used", payload)).await?;
    let notice = NewNotice::about_security(who.id, NoticeKind::RecoveryUsed, json!({ "left": left }));
    notify(app, &tx, vec![notice]).await?;
    Ok(tx.commit().await?)
}

/// Takes every second factor of a person away, with a reason, and ends all access: a telephone lost, a key in strange
/// hands.
pub(super) async fn reset(app: &App, tx: &Tx, by: &Who, staff: &Staff, reason: &str) -> Result<(), OrgError> {
    let reason = reason.trim();
    if !(1..=300).contains(&reason.chars().count()) {
        return Err(OrgError::Invalid { field: "reason", rule: "1..300" });
    }
    if staff.id == by.id {
        return Err(OrgError::Invalid { field: "id", rule: "another person" });
    }
    take_all(tx, staff.id).await?;
    session::end_all_access(tx, staff.id).await?;
    let reason = app.keys().seal_typed(SealedPlace::FirmWords, staff.id.0, reason);
    let payload = json!({ "staff": staff.id, "reason": reason });
    journal::append(app, tx, by.doer(), Fact::of_firm("org", "second_factors_reset", payload)).await?;
    let mut notice = NewNotice::about_security(staff.id, NoticeKind::FactorsChanged, json!({}));
    notice.by = Some(by.id);
    Ok(notify(app, tx, vec![notice]).await?)
}

/// Takes every second factor of a person away, as the command line does for the last administrator. Where the
/// firm let people in by single sign-on only, every other way is open again.
pub async fn forget_second_factors(app: &App, tx: &Tx, staff: StaffId) -> Result<(), OrgError> {
    take_all(tx, staff).await?;
    policy::open_every_door(app, tx).await?;
    session::end_all_access(tx, staff).await?;
    let fact = Fact::of_firm("org", "second_factors_reset", json!({ "staff": staff, "reason": "command line" }));
    Ok(journal::append(app, tx, tend_rules::journal::Doer::Program("cli"), fact).await?)
}

async fn take_all(tx: &Tx, staff: StaffId) -> Result<(), OrgError> {
    store::set_totp(&**tx, staff, None, 0).await?;
    store::delete_passkeys(&**tx, staff).await?;
    store::delete_recovery_codes(&**tx, staff).await?;
    store::delete_sso_links(&**tx, staff).await?;
    Ok(())
}

/// 120 random bits in six groups of four letters and digits.
fn new_code() -> String {
    let text = totp::base32(random::<15>().to_vec());
    let groups: Vec<String> =
        text.as_bytes().chunks(4).map(|four| String::from_utf8_lossy(four).into_owned()).collect();
    groups.join("-")
}

fn hash_of(code: &str) -> Vec<u8> {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).map(|one| one.to_ascii_uppercase()).collect();
    Sha256::digest(plain.as_bytes()).to_vec()
}
