//! Handlers of what guards an account: password, code generator, passkeys, recovery codes; and the firm's demands.

use crate::org::actor::{Actor, Arriving, Asking, HeadOffice, Securing, grant};
use crate::org::factor::{self, Security};
use crate::org::new_password;
use crate::org::passkey::{self, Assertion, NewPasskey, Passkey, PasskeyOffer};
use crate::org::policy::{self, PolicyShape};
use crate::org::proof::{Proof, prove};
use crate::org::site::Site;
use crate::org::staff::one_staff;
use crate::org::totp;
use crate::platform::{App, Problem, Validated};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use tend_rules::base::{PasskeyId, StaffId};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read_security))
        .routes(routes!(begin_totp, confirm_totp, drop_totp))
        .routes(routes!(change_password))
        .routes(routes!(offer_passkey))
        .routes(routes!(create_passkey))
        .routes(routes!(rename_passkey, take_back_passkey))
        .routes(routes!(renew_recovery_codes))
        .routes(routes!(reset_second_factors))
        .routes(routes!(read_policy, put_policy))
}

/// What guards one's own account.
#[utoipa::path(get, path = "/me/security", tag = "org", responses((status = 200, body = Security)))]
async fn read_security(Securing(who): Securing, State(app): State<App>, site: Site) -> Result<Json<Security>, Problem> {
    let passkeys_possible = site.for_passkeys().is_ok();
    Ok(Json(Security { passkeys_possible, ..factor::security(&app, &who).await? }))
}

#[derive(Debug, Serialize, ToSchema)]
struct TotpOffer {
    /// The secret in base 32, for typing.
    secret: String,
    /// The address for a QR code.
    url: String,
}

/// Offers a secret for the second factor; nothing is kept until it is confirmed.
#[utoipa::path(post, path = "/me/totp", tag = "org", responses((status = 200, body = TotpOffer)))]
async fn begin_totp(Securing(who): Securing, State(app): State<App>) -> Json<TotpOffer> {
    let secret = totp::new_secret();
    let url = totp::address(&secret, &who.login, &app.config().firm);
    Json(TotpOffer { secret, url })
}

#[derive(Debug, Deserialize, ToSchema)]
struct TotpProof {
    /// The offered secret.
    secret: String,
    /// A code made from it.
    code: String,
    /// The present password, or else:
    password: Option<String>,
    /// A passkey, used for this.
    passkey: Option<Assertion>,
}

/// Codes for the day the second factor is lost, told only here; none if the person has some already.
#[derive(Debug, Serialize, ToSchema)]
struct RecoveryCodes {
    recovery_codes: Vec<String>,
}

/// Sets the code generator, proved by a first code and by the password.
#[utoipa::path(put, path = "/me/totp", tag = "org", request_body = TotpProof, responses((status = 200, body = RecoveryCodes)))]
async fn confirm_totp(
    Securing(who): Securing,
    State(app): State<App>,
    Validated(body): Validated<TotpProof>,
) -> Result<Json<RecoveryCodes>, Problem> {
    prove(&app, &who, Proof { password: body.password, passkey: body.passkey }).await?;
    let recovery_codes = factor::set_totp(&app, &who, &body.secret, &body.code).await?;
    Ok(Json(RecoveryCodes { recovery_codes }))
}

/// Removes the code generator, proved by the password.
#[utoipa::path(delete, path = "/me/totp", tag = "org", request_body = Proof, responses((status = 204)))]
async fn drop_totp(
    Asking(who): Asking,
    State(app): State<App>,
    Validated(body): Validated<Proof>,
) -> Result<StatusCode, Problem> {
    prove(&app, &who, body).await?;
    let tx = who.begin(&app).await?;
    factor::drop_totp(&app, &tx, &who).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, ToSchema)]
struct PasswordChange {
    /// The present password, or else:
    present: Option<String>,
    /// A passkey, used for this.
    passkey: Option<Assertion>,
    /// The new one, at least 8 characters.
    new: String,
}

/// Changes one's own password; all sessions end, this one too. Whoever came in with a password that somebody else set
/// does it before anything else.
#[utoipa::path(put, path = "/me/password", tag = "org", request_body = PasswordChange, responses((status = 204)))]
async fn change_password(
    Arriving(who): Arriving,
    State(app): State<App>,
    Validated(body): Validated<PasswordChange>,
) -> Result<StatusCode, Problem> {
    prove(&app, &who, Proof { password: body.present, passkey: body.passkey }).await?;
    let staff = one_staff(&app, &tend_rules::org::Scope::Own(who.id), who.id).await?;
    let password = new_password::own_password(&app, &staff, body.new).await?;
    let tx = who.begin(&app).await?;
    new_password::set_own_password(&app, &tx, &who, &staff, password).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Begins the making of a passkey, proved by the password or another passkey.
#[utoipa::path(post, path = "/me/passkeys/offer", tag = "org", request_body = Proof, responses((status = 200, body = PasskeyOffer)))]
async fn offer_passkey(
    Securing(who): Securing,
    State(app): State<App>,
    site: Site,
    Validated(body): Validated<Proof>,
) -> Result<Json<PasskeyOffer>, Problem> {
    site.for_passkeys()?;
    prove(&app, &who, body).await?;
    Ok(Json(passkey::offer(&app, &who, &site).await?))
}

/// A passkey that was kept, and recovery codes if the person had none.
#[derive(Debug, Serialize, ToSchema)]
struct MadePasskey {
    passkey: Passkey,
    recovery_codes: Vec<String>,
}

/// Keeps a passkey that the browser made.
#[utoipa::path(post, path = "/me/passkeys", tag = "org", request_body = NewPasskey, responses((status = 201, body = MadePasskey)))]
async fn create_passkey(
    Securing(who): Securing,
    State(app): State<App>,
    Validated(body): Validated<NewPasskey>,
) -> Result<(StatusCode, Json<MadePasskey>), Problem> {
    let (passkey, recovery_codes) = passkey::register(&app, &who, body).await?;
    Ok((StatusCode::CREATED, Json(MadePasskey { passkey, recovery_codes })))
}

#[derive(Debug, Deserialize, ToSchema)]
struct PasskeyName {
    /// 1..60 characters.
    name: String,
}

/// Gives one of one's own passkeys another name.
#[utoipa::path(patch, path = "/me/passkeys/{id}", tag = "org", request_body = PasskeyName, params(("id" = PasskeyId, Path)), responses((status = 204)))]
async fn rename_passkey(
    Asking(who): Asking,
    State(app): State<App>,
    Path(id): Path<PasskeyId>,
    Validated(body): Validated<PasskeyName>,
) -> Result<StatusCode, Problem> {
    let tx = who.begin(&app).await?;
    passkey::rename(&app, &tx, &who, id, &body.name).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes one of one's own passkeys back, proved by the password or a passkey.
#[utoipa::path(delete, path = "/me/passkeys/{id}", tag = "org", request_body = Proof, params(("id" = PasskeyId, Path)), responses((status = 204)))]
async fn take_back_passkey(
    Asking(who): Asking,
    State(app): State<App>,
    Path(id): Path<PasskeyId>,
    Validated(body): Validated<Proof>,
) -> Result<StatusCode, Problem> {
    prove(&app, &who, body).await?;
    let tx = who.begin(&app).await?;
    passkey::take_back(&app, &tx, &who, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// New recovery codes in place of all former ones, proved by the password or a passkey.
#[utoipa::path(post, path = "/me/recovery-codes", tag = "org", request_body = Proof, responses((status = 201, body = RecoveryCodes)))]
async fn renew_recovery_codes(
    Asking(who): Asking,
    State(app): State<App>,
    Validated(body): Validated<Proof>,
) -> Result<(StatusCode, Json<RecoveryCodes>), Problem> {
    prove(&app, &who, body).await?;
    // The answer of a repeatable call is kept for a while, and this one is a secret: the call is not repeatable.
    let tx = app.begin().await?;
    let recovery_codes = factor::renew_codes(&app, &tx, &who).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(RecoveryCodes { recovery_codes })))
}

#[derive(Debug, Deserialize, ToSchema)]
struct FactorReset {
    /// Why, 1..300 characters; kept in the journal.
    reason: String,
}

/// Takes all second factors of a person away and ends all access.
#[utoipa::path(post, path = "/staff/{id}/second-factor-reset", tag = "org", request_body = FactorReset, params(("id" = StaffId, Path)), responses((status = 204)))]
async fn reset_second_factors(
    who: Actor<grant::ManageStaff>,
    State(app): State<App>,
    Path(id): Path<StaffId>,
    Validated(body): Validated<FactorReset>,
) -> Result<StatusCode, Problem> {
    let staff = one_staff(&app, &who.tree(), id).await?;
    let tx = who.begin(&app).await?;
    factor::reset(&app, &tx, &who, &staff, &body.reason).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What the firm demands of those who sign in.
#[utoipa::path(get, path = "/sign-in-policy", tag = "org", responses((status = 200, body = PolicyShape)))]
async fn read_policy(_: Actor<grant::ManageStaff>, State(app): State<App>) -> Result<Json<PolicyShape>, Problem> {
    Ok(Json((&policy::read(&app).await?).into()))
}

/// Changes what the firm demands of those who sign in.
#[utoipa::path(put, path = "/sign-in-policy", tag = "org", request_body = PolicyShape, responses((status = 200, body = PolicyShape)))]
async fn put_policy(
    who: HeadOffice<grant::ManageStaff>,
    State(app): State<App>,
    Validated(body): Validated<PolicyShape>,
) -> Result<Json<PolicyShape>, Problem> {
    let tx = who.begin(&app).await?;
    let policy = policy::set(&app, &tx, &who, body).await?;
    tx.commit().await?;
    Ok(Json(policy))
}
