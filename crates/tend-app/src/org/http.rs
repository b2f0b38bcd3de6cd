//! Handlers of the person who asks, of units and of people.

mod access;
mod desk;
mod roles;
mod security;
mod sign_in;
mod sso;

use super::actor::{Actor, Arriving, Seat, grant};
use super::staff::{NewStaff, Staff, StaffChange, one_staff, staff_page};
use super::store::StaffFilter;
use super::unit::{NewUnit, Unit};
use super::{OrgError, Who, store};
use crate::platform::{App, IfMatch, Page, PageRows, Problem, Validated};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tend_rules::base::{Day, StaffId, UnitId};
use tend_rules::org::{Password, Role};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this room.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(me, change_me))
        .routes(routes!(list_units, create_unit))
        .routes(routes!(update_unit))
        .routes(routes!(list_staff, create_staff))
        .routes(routes!(read_staff, update_staff))
        .routes(routes!(create_departure, delete_departure))
        .routes(routes!(create_password_reset))
        .merge(access::router())
        .merge(desk::router())
        .merge(roles::router())
        .merge(security::router())
        .merge(sign_in::router())
        .merge(sso::router())
}

/// The signed-in person, what the person may do, and where the desk opens.
#[derive(Debug, Serialize, ToSchema)]
struct Me {
    id: StaffId,
    name: String,
    login: String,
    role: Role,
    unit_id: UnitId,
    unit_name: String,
    /// Where the person sits: what holds in the whole firm is changed from head office only.
    seat: Seat,
    /// Words of what the person may do, such as `customers.read`.
    permissions: Vec<&'static str>,
    /// The screen on which the role lands.
    landing: &'static str,
    second_factor: bool,
    /// What the person must do before anything else: `set_password`, `set_second_factor`, or nothing.
    duty: Option<&'static str>,
    /// Language, theme and density as the desk keeps them.
    preferences: Value,
    /// The firm's local day.
    today: Day,
    firm: String,
    time_zone: String,
}

async fn me_of(app: &App, who: &Who) -> Result<Me, OrgError> {
    let staff = one_staff(app, &tend_rules::org::Scope::Own(who.id), who.id).await?;
    Ok(Me {
        id: who.id,
        name: staff.name,
        login: staff.login,
        role: who.role,
        unit_id: staff.unit_id,
        unit_name: staff.unit_name,
        seat: who.seat(app).await?,
        permissions: who.role.permissions().iter().map(|p| p.word()).collect(),
        landing: who.role.landing(),
        second_factor: staff.second_factor,
        duty: who.duty.word(),
        preferences: serde_json::from_str(&staff.preferences).unwrap_or_else(|_| json!({})),
        today: app.today(),
        firm: app.config().firm.clone(),
        time_zone: app.config().time_zone.clone(),
    })
}

/// Who is signed in.
#[utoipa::path(get, path = "/me", tag = "org", responses((status = 200, body = Me)))]
async fn me(Arriving(who): Arriving, State(app): State<App>) -> Result<Json<Me>, Problem> {
    Ok(Json(me_of(&app, &who).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
struct MeChange {
    /// `zh` or `en`.
    language: Option<String>,
    /// `light`, `dark` or `system`.
    theme: Option<String>,
    /// `comfortable` or `compact`.
    density: Option<String>,
}

/// Keeps the person's language, theme and density.
#[utoipa::path(patch, path = "/me", tag = "org", request_body = MeChange, responses((status = 200, body = Me)))]
async fn change_me(
    Arriving(who): Arriving,
    State(app): State<App>,
    Validated(body): Validated<MeChange>,
) -> Result<Json<Me>, Problem> {
    let mut kept = me_of(&app, &who).await?.preferences;
    for (key, allowed, value) in [
        ("language", &["zh", "en"][..], body.language),
        ("theme", &["light", "dark", "system"], body.theme),
        ("density", &["comfortable", "compact"], body.density),
    ] {
        let Some(value) = value else { continue };
        if !allowed.contains(&value.as_str()) {
            return Err(OrgError::Invalid { field: key, rule: "see documentation" }.into());
        }
        kept[key] = Value::String(value);
    }
    let tx = who.begin(&app).await?;
    store::set_preferences(&*tx, who.id, &kept.to_string()).await?;
    tx.commit().await?;
    Ok(Json(me_of(&app, &who).await?))
}

/// The units in the reader's part of the tree, parents first.
#[utoipa::path(get, path = "/units", tag = "org", responses((status = 200, body = Vec<Unit>)))]
async fn list_units(who: Actor<grant::ReadStaff>, State(app): State<App>) -> Result<Json<Vec<Unit>>, Problem> {
    Ok(Json(super::every_unit(&app, &who.tree()).await?))
}

/// Adds a unit.
#[utoipa::path(post, path = "/units", tag = "org", request_body = NewUnit, responses((status = 201, body = Unit)))]
async fn create_unit(
    who: Actor<grant::ManageStaff>,
    State(app): State<App>,
    Validated(body): Validated<NewUnit>,
) -> Result<(StatusCode, Json<Unit>), Problem> {
    if let Some(parent) = body.parent_id {
        super::unit::within(&app, &who.tree(), parent).await?;
    }
    let tx = who.begin(&app).await?;
    let unit = super::add_unit(&app, &tx, who.doer(), body).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(unit)))
}

#[derive(Debug, Deserialize, ToSchema)]
struct UnitChange {
    name: String,
    #[serde(default)]
    region: String,
}

/// Changes a unit's name and region.
#[utoipa::path(patch, path = "/units/{id}", tag = "org", request_body = UnitChange, params(("id" = UnitId, Path), ("If-Match" = String, Header)), responses((status = 200, body = Unit)))]
async fn update_unit(
    who: Actor<grant::ManageStaff>,
    State(app): State<App>,
    Path(id): Path<UnitId>,
    IfMatch(version): IfMatch,
    Validated(body): Validated<UnitChange>,
) -> Result<Json<Unit>, Problem> {
    super::unit::within(&app, &who.tree(), id).await?;
    let tx = who.begin(&app).await?;
    let unit = super::rename_unit(&app, &tx, who.doer(), id, &body.name, &body.region, version).await?;
    tx.commit().await?;
    Ok(Json(unit))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct StaffQuery {
    /// Only people of this unit.
    unit: Option<UnitId>,
    /// Only people of this role.
    role: Option<Role>,
    /// Part of a name or login.
    q: Option<String>,
    /// The cursor that the previous page gave.
    cursor: Option<String>,
    /// Rows on a page, 1..200; 50 if not said.
    #[param(inline)]
    limit: Option<PageRows>,
}

/// The people in the reader's part of the tree, those who left included, in the order of their ids.
#[utoipa::path(get, path = "/staff", tag = "org", params(StaffQuery), responses((status = 200, body = Page<Staff>)))]
async fn list_staff(
    who: Actor<grant::ReadStaff>,
    State(app): State<App>,
    Query(query): Query<StaffQuery>,
) -> Result<Json<Page<Staff>>, Problem> {
    let part = query.q.unwrap_or_default();
    let invalid = |_| OrgError::Invalid { field: "cursor", rule: "as the previous page gave it" };
    let behind = query.cursor.as_deref().map(str::parse::<StaffId>).transpose().map_err(invalid)?;
    let filter = StaffFilter { unit: query.unit, role: query.role, part: part.trim(), ..StaffFilter::default() };
    Ok(Json(staff_page(&app, &who.tree(), filter, (behind, PageRows::asked(query.limit))).await?))
}

/// Adds a person.
#[utoipa::path(post, path = "/staff", tag = "org", request_body = NewStaff, responses((status = 201, body = Staff)))]
async fn create_staff(
    who: Actor<grant::ManageStaff>,
    State(app): State<App>,
    Validated(body): Validated<NewStaff>,
) -> Result<(StatusCode, Json<Staff>), Problem> {
    super::unit::within(&app, &who.tree(), body.unit_id).await?;
    let new = body.hashed(&app).await?;
    let tx = who.begin(&app).await?;
    let staff = super::add_staff(&app, &tx, who.doer(), new, Password::Handed).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(staff)))
}

/// One person.
#[utoipa::path(get, path = "/staff/{id}", tag = "org", params(("id" = StaffId, Path)), responses((status = 200, body = Staff)))]
async fn read_staff(
    who: Actor<grant::ReadStaff>,
    State(app): State<App>,
    Path(id): Path<StaffId>,
) -> Result<Json<Staff>, Problem> {
    Ok(Json(one_staff(&app, &who.tree(), id).await?))
}

/// Changes a person.
#[utoipa::path(patch, path = "/staff/{id}", tag = "org", request_body = StaffChange, params(("id" = StaffId, Path), ("If-Match" = String, Header)), responses((status = 200, body = Staff)))]
async fn update_staff(
    who: Actor<grant::ManageStaff>,
    State(app): State<App>,
    Path(id): Path<StaffId>,
    IfMatch(version): IfMatch,
    Validated(body): Validated<StaffChange>,
) -> Result<Json<Staff>, Problem> {
    let before = one_staff(&app, &who.tree(), id).await?;
    if let Some(unit) = body.unit_id {
        super::unit::within(&app, &who.tree(), unit).await?;
    }
    let tx = who.begin(&app).await?;
    let staff = super::change_staff(&app, &tx, who.doer(), before, body, version).await?;
    tx.commit().await?;
    Ok(Json(staff))
}

#[derive(Debug, Deserialize, ToSchema)]
struct Departure {
    /// The last day.
    left_on: Day,
    /// Who takes over the customers; without one they become orphans.
    heir_id: Option<StaffId>,
}

/// Records that a person leaves.
#[utoipa::path(post, path = "/staff/{id}/departure", tag = "org", request_body = Departure, params(("id" = StaffId, Path)), responses((status = 201, body = Staff)))]
async fn create_departure(
    who: Actor<grant::ManageStaff>,
    State(app): State<App>,
    Path(id): Path<StaffId>,
    Validated(body): Validated<Departure>,
) -> Result<(StatusCode, Json<Staff>), Problem> {
    one_staff(&app, &who.tree(), id).await?;
    if let Some(heir) = body.heir_id {
        one_staff(&app, &who.tree(), heir).await?;
    }
    let tx = who.begin(&app).await?;
    super::depart(&app, &tx, who.id, id, body.left_on, body.heir_id).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(one_staff(&app, &who.tree(), id).await?)))
}

/// Takes a departure back: the person works here again. Sessions and tokens that ended stay ended, customers who were
/// handed over stay with whoever has them. Nothing happens if the person works here.
#[utoipa::path(delete, path = "/staff/{id}/departure", tag = "org", params(("id" = StaffId, Path)), responses((status = 200, body = Staff)))]
async fn delete_departure(
    who: Actor<grant::ManageStaff>,
    State(app): State<App>,
    Path(id): Path<StaffId>,
) -> Result<Json<Staff>, Problem> {
    one_staff(&app, &who.tree(), id).await?;
    let tx = who.begin(&app).await?;
    super::staff::come_back(&app, &tx, who.id, id).await?;
    tx.commit().await?;
    Ok(Json(one_staff(&app, &who.tree(), id).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
struct NewPassword {
    /// The new password, at least 8 characters.
    password: String,
}

/// Sets a new password for a person and ends all of the person's sessions. It lets in for 72 hours, and an hour after its
/// first use; the person sets one of their own before anything else.
#[utoipa::path(post, path = "/staff/{id}/password-reset", tag = "org", request_body = NewPassword, params(("id" = StaffId, Path)), responses((status = 204)))]
async fn create_password_reset(
    who: Actor<grant::ManageStaff>,
    State(app): State<App>,
    Path(id): Path<StaffId>,
    Validated(body): Validated<NewPassword>,
) -> Result<StatusCode, Problem> {
    let staff = one_staff(&app, &who.tree(), id).await?;
    let password = super::HashedPassword::of(&app, &staff.login, &staff.name, body.password).await?;
    let tx = who.begin(&app).await?;
    super::reset_password(&app, &tx, who.doer(), &staff, password).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
