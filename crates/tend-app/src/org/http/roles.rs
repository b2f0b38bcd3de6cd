//! What each role may do, as the signatures of the handlers demand it.

use crate::org::actor::{Actor, grant};
use crate::platform::App;
use axum::Json;
use serde::Serialize;
use tend_rules::base::{StaffId, UnitId};
use tend_rules::org::{Role, Scope};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_roles))
}

/// A role and what comes with it.
#[derive(Debug, Serialize, ToSchema)]
struct RoleShape {
    role: Role,
    /// Whose customers it sees: those of the `unit` and below, its `own`, or `none`.
    sees: &'static str,
    /// Words of what it may do, such as `customers.read`.
    permissions: Vec<&'static str>,
}

/// The roles and what each may do.
#[utoipa::path(get, path = "/roles", tag = "org", responses((status = 200, body = Vec<RoleShape>)))]
async fn list_roles(_: Actor<grant::ReadStaff>) -> Json<Vec<RoleShape>> {
    let sees = |role: Role| match role.scope(StaffId(uuid::Uuid::nil()), UnitId(uuid::Uuid::nil())) {
        Scope::Firm | Scope::Subtree(_) => "unit",
        Scope::Own(_) => "own",
        Scope::Nothing => "none",
    };
    let shaped = |role: Role| RoleShape {
        role,
        sees: if role.may(tend_rules::org::Permission::ReadCustomers) { sees(role) } else { "none" },
        permissions: role.permissions().iter().map(|permission| permission.word()).collect(),
    };
    Json(Role::ALL.into_iter().map(shaped).collect())
}
