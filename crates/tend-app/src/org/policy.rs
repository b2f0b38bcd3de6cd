//! What the firm demands of those who sign in, kept as settings of the firm.

use super::notice::{NewNotice, NoticeKind, notify};
use super::{OrgError, Who, store};
use crate::journal;
use crate::platform::{App, Tx};
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tend_rules::journal::Fact;
use tend_rules::org::{Entrance, Role, SecondFactor, SignInPolicy};
use utoipa::ToSchema;

/// Words of roles, with commas between.
pub(super) const SECOND_FACTOR_ROLES: &str = "second_factor_roles";
/// `1` while people come in by single sign-on only.
pub(super) const ONLY_SSO: &str = "only_sso";

/// The policy as the desk shows and changes it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct PolicyShape {
    /// Words of the roles that work with a second factor only.
    second_factor_roles: Vec<String>,
    /// Whether people come in by single sign-on only. Administrators with a second factor still come in by their own,
    /// which is noted and told to all administrators.
    #[serde(default)]
    only_sso: bool,
}

impl std::convert::From<&SignInPolicy> for PolicyShape {
    fn from(policy: &SignInPolicy) -> Self {
        let words = policy.second_factor_roles.iter().map(|role| role.word().to_owned());
        Self { second_factor_roles: words.collect(), only_sso: policy.entrance == Entrance::OnlySso }
    }
}

/// The firm's policy.
pub(super) async fn read(app: &App) -> Result<SignInPolicy, DbErr> {
    store::sign_in_policy(app.read()).await
}

/// Changes the policy. Whoever owes a second factor from now on sets it before anything else, also in a session that
/// is open already.
pub(super) async fn set(app: &App, tx: &Tx, who: &Who, shape: PolicyShape) -> Result<PolicyShape, OrgError> {
    let unknown = OrgError::Invalid { field: "second_factor_roles", rule: "words of roles" };
    let roles: Option<Vec<Role>> = shape.second_factor_roles.iter().map(|word| Role::from_word(word)).collect();
    let entrance = if shape.only_sso { Entrance::OnlySso } else { Entrance::Every };
    if entrance == Entrance::OnlySso {
        check_break_glass(tx, who).await?;
    }
    let policy = SignInPolicy { second_factor_roles: roles.ok_or(unknown)?, entrance };
    let words: Vec<&str> = policy.second_factor_roles.iter().map(|role| role.word()).collect();
    store::set_setting(&**tx, SECOND_FACTOR_ROLES, &words.join(","), app.now()).await?;
    store::set_setting(&**tx, ONLY_SSO, if shape.only_sso { "1" } else { "0" }, app.now()).await?;
    let payload = json!({ "second_factor_roles": words, "only_sso": shape.only_sso });
    journal::append(app, tx, who.doer(), Fact::of_firm("org", "sign_in_policy_changed", payload)).await?;
    Ok((&policy).into())
}

/// Before the other doors are shut there is a provider, and whoever shuts them can come in without it.
async fn check_break_glass(tx: &Tx, who: &Who) -> Result<(), OrgError> {
    let known = store::credentials(&**tx, &who.login).await?;
    let guarded = known.is_some_and(|known| known.second_factor() == SecondFactor::Set);
    let provider = store::sso_provider(&**tx).await?;
    if provider.is_none() || who.role != Role::Admin || !guarded {
        return Err(OrgError::BreakGlassMissing);
    }
    Ok(())
}

/// Opens every door again, as the command line does for the last administrator.
pub(super) async fn open_every_door(app: &App, tx: &Tx) -> Result<(), DbErr> {
    store::set_setting(&**tx, ONLY_SSO, "0", app.now()).await?;
    Ok(())
}

/// Notes that an administrator came past single sign-on, and tells every administrator.
pub(super) async fn note_broken_glass(app: &App, policy: &SignInPolicy, who: &Who) -> Result<(), OrgError> {
    if policy.entrance == Entrance::Every {
        return Ok(());
    }
    let tx = app.begin().await?;
    let fact = Fact::of_firm("org", "glass_broken", json!({ "staff": who.id }));
    journal::append(app, &tx, who.doer(), fact).await?;
    let params = json!({ "name": who.name });
    let people = store::notice::of_role(&*tx, Role::Admin).await?.into_iter();
    let told = people.map(|to| NewNotice::about_security(to, NoticeKind::GlassBroken, params.clone()));
    notify(app, &tx, told.collect()).await?;
    Ok(tx.commit().await?)
}
