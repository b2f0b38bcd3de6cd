//! What the firm demands of those who sign in, kept as settings of the firm.

use super::{OrgError, Who, store};
use crate::journal;
use crate::platform::{App, Tx};
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tend_rules::journal::Fact;
use tend_rules::org::{Role, SignInPolicy};
use utoipa::ToSchema;

/// Words of roles, with commas between.
pub(super) const SECOND_FACTOR_ROLES: &str = "second_factor_roles";

/// The policy as the desk shows and changes it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct PolicyShape {
    /// Words of the roles that work with a second factor only.
    second_factor_roles: Vec<String>,
}

impl std::convert::From<&SignInPolicy> for PolicyShape {
    fn from(policy: &SignInPolicy) -> Self {
        let words = policy.second_factor_roles.iter().map(|role| role.word().to_owned());
        Self { second_factor_roles: words.collect() }
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
    let policy = SignInPolicy { second_factor_roles: roles.ok_or(unknown)?, ..read(app).await? };
    let words: Vec<&str> = policy.second_factor_roles.iter().map(|role| role.word()).collect();
    store::set_setting(&**tx, SECOND_FACTOR_ROLES, &words.join(","), app.now()).await?;
    let payload = json!({ "second_factor_roles": words });
    journal::append(app, tx, who.doer(), Fact::of_firm("org", "sign_in_policy_changed", payload)).await?;
    Ok((&policy).into())
}
