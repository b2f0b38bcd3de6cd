//! Whom a provider's account belongs to. The link by the provider's own name of the person decides; a claim is compared
//! with login names only the first time, and people are added only where the firm said so.

use super::Provider;
use crate::journal;
use crate::org::notice::{NewNotice, NoticeKind, notify};
use crate::org::staff::{NewStaff, add_staff};
use crate::org::{OrgError, Who, session, store};
use crate::platform::{App, Tx, is_unique_violation, random};
use serde_json::json;
use tend_rules::base::StaffId;
use tend_rules::journal::{Doer, Fact};
use tend_rules::org::id_token::Claims;
use tend_rules::org::{Password, Role};

const DOER: Doer = Doer::Program("sso");

/// The person of an account. An administrator is never found by a claim: whoever rules the provider's directory would
/// rule this program too; their account is linked by themselves, and who becomes one loses the links that there were
/// (`change_staff`).
pub(super) async fn of(app: &App, provider: &Provider, claims: &Claims) -> Result<Who, OrgError> {
    if let Some(who) = store::sso_person(app.read(), &provider.issuer, claims.subject()).await? {
        return Ok(who);
    }
    // The account of somebody who left stays theirs, whatever the provider says of it now.
    if store::is_sso_linked(app.read(), &provider.issuer, claims.subject()).await? {
        return Err(OrgError::SsoUnknown);
    }
    let login = claims.login_by(&provider.claim).ok_or(OrgError::SsoUnknown)?;
    let id = match store::credentials(app.read(), &login).await? {
        Some(known) if known.who.role == Role::Admin => return Err(OrgError::SsoUnknown),
        Some(known) => {
            let tx = app.begin().await?;
            keep_link(app, &tx, provider, claims, known.who.id, DOER).await.map_err(unknown)?;
            tx.commit().await?;
            known.who.id
        }
        None => add(app, provider, claims, login).await?,
    };
    session::acting(app, id).await?.ok_or(OrgError::SsoUnknown)
}

/// Adds a person whom the provider knows and nobody here does yet.
async fn add(app: &App, provider: &Provider, claims: &Claims, login: String) -> Result<StaffId, OrgError> {
    let unit_id = provider.newcomer_unit_id.ok_or(OrgError::SsoUnknown)?;
    let name: String = claims.text("name").unwrap_or(&login).chars().take(100).collect();
    let password = random::<24>().iter().map(|b| format!("{b:02x}")).collect();
    let new = NewStaff {
        unit_id,
        login,
        name,
        role: Role::Maintainer,
        password,
        capacity_per_day: 60,
        languages: Vec::new(),
        skills: Vec::new(),
    };
    let new = new.hashed(app).await.map_err(unknown)?;
    let tx = app.begin().await?;
    // Nobody was told the password, so nobody else knows it.
    let staff = add_staff(app, &tx, DOER, new, Password::Own).await.map_err(unknown)?;
    keep_link(app, &tx, provider, claims, staff.id, DOER).await.map_err(unknown)?;
    tx.commit().await?;
    Ok(staff.id)
}

/// A stranger is not told why nobody here is theirs.
fn unknown(error: OrgError) -> OrgError {
    match error {
        OrgError::Database(error) => OrgError::Database(error),
        _ => OrgError::SsoUnknown,
    }
}

/// Links an account with the person who is signed in.
pub(super) async fn link(app: &App, provider: &Provider, claims: &Claims, who: &Who) -> Result<(), OrgError> {
    let tx = app.begin().await?;
    keep_link(app, &tx, provider, claims, who.id, who.doer()).await?;
    Ok(tx.commit().await?)
}

async fn keep_link(
    app: &App,
    tx: &Tx,
    provider: &Provider,
    claims: &Claims,
    staff: StaffId,
    doer: Doer,
) -> Result<(), OrgError> {
    match store::insert_sso_link(&**tx, &provider.issuer, claims.subject(), staff, app.now()).await {
        Err(error) if is_unique_violation(&error) => return Err(OrgError::SsoTaken),
        other => other?,
    };
    journal::append(app, tx, doer, Fact::of_firm("org", "sso_linked", json!({ "staff": staff }))).await?;
    let notice = NewNotice::about_security(staff, NoticeKind::FactorsChanged, json!({}));
    Ok(notify(app, tx, vec![notice]).await?)
}
