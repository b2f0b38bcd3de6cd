//! Labels, notes, opened fields, relations, households, who looks after the customer.

use crate::customer::{CustomerError, Joined, Keeper, Related, entrust, kin, label, one_for_change, story};
use crate::org::{Actor, every_unit, grant, who_works};
use crate::platform::{App, Problem, Validated};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use tend_rules::base::*;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(put_label, take_label))
        .routes(routes!(create_note))
        .routes(routes!(create_unmasking))
        .routes(routes!(create_relation))
        .routes(routes!(delete_relation))
        .routes(routes!(create_household, delete_household))
        .routes(routes!(put_keeper))
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
struct LabelBody {
    /// At most 200 characters.
    remark: String,
}

/// Puts a label on.
#[utoipa::path(put, path = "/customers/{id}/labels/{key}", tag = "customer", request_body = LabelBody, params(("id" = CustomerId, Path), ("key" = String, Path)), responses((status = 204)))]
async fn put_label(
    who: Actor<grant::EditCustomers>,
    State(app): State<App>,
    Path((id, key)): Path<(CustomerId, String)>,
    Validated(body): Validated<LabelBody>,
) -> Result<StatusCode, Problem> {
    let tx = who.begin(&app).await?;
    label::put_label(&app, &tx, &who, id, &key, &body.remark).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a label off.
#[utoipa::path(delete, path = "/customers/{id}/labels/{key}", tag = "customer", params(("id" = CustomerId, Path), ("key" = String, Path)), responses((status = 204)))]
async fn take_label(
    who: Actor<grant::EditCustomers>,
    State(app): State<App>,
    Path((id, key)): Path<(CustomerId, String)>,
) -> Result<StatusCode, Problem> {
    let tx = who.begin(&app).await?;
    label::take_label(&app, &tx, &who, id, &key).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, ToSchema)]
struct NoteBody {
    /// 1 to 4000 characters.
    text: String,
}

/// Keeps a note.
#[utoipa::path(post, path = "/customers/{id}/notes", tag = "customer", request_body = NoteBody, params(("id" = CustomerId, Path)), responses((status = 201)))]
async fn create_note(
    who: Actor<grant::EditCustomers>,
    State(app): State<App>,
    Path(id): Path<CustomerId>,
    Validated(body): Validated<NoteBody>,
) -> Result<StatusCode, Problem> {
    let tx = who.begin(&app).await?;
    story::write_note(&app, &tx, who.doer(), &who.scope(), id, &body.text).await?;
    tx.commit().await?;
    Ok(StatusCode::CREATED)
}

#[derive(Debug, Deserialize, ToSchema)]
struct UnmaskingBody {
    /// The hidden field.
    contact_point_id: ContactPointId,
    /// What it is needed for.
    #[serde(default)]
    reason: String,
}

/// An opened field.
#[derive(Debug, Serialize, ToSchema)]
struct Unmasked {
    /// The value in clear.
    value: String,
}

/// Opens a hidden field; the opening and its reason are kept.
#[utoipa::path(post, path = "/customers/{id}/unmasking", tag = "customer", request_body = UnmaskingBody, params(("id" = CustomerId, Path)), responses((status = 200, body = Unmasked)))]
async fn create_unmasking(
    who: Actor<grant::UnmaskFields>,
    State(app): State<App>,
    Path(id): Path<CustomerId>,
    Validated(body): Validated<UnmaskingBody>,
) -> Result<Json<Unmasked>, Problem> {
    let tx = app.begin().await?;
    let value = story::unmask(&app, &tx, &who, id, body.contact_point_id, &body.reason).await?;
    tx.commit().await?;
    Ok(Json(Unmasked { value }))
}

#[derive(Debug, Deserialize, ToSchema)]
struct RelationBody {
    /// The other customer.
    other_id: CustomerId,
    /// What the other is to this one: `spouse`, `child`, `parent`, `referrer`, `referred`, `employer`, `employee`,
    /// `insured`, `payer`.
    kind: String,
}

/// Relates two customers; both pages show it.
#[utoipa::path(post, path = "/customers/{id}/relations", tag = "customer", request_body = RelationBody, params(("id" = CustomerId, Path)), responses((status = 201, body = Related)))]
async fn create_relation(
    who: Actor<grant::EditCustomers>,
    State(app): State<App>,
    Path(id): Path<CustomerId>,
    Validated(body): Validated<RelationBody>,
) -> Result<(StatusCode, Json<Related>), Problem> {
    let tx = who.begin(&app).await?;
    let related = kin::relate(&app, &tx, who.doer(), &who.scope(), id, body.other_id, &body.kind).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(related)))
}

/// Takes a relation away, on both pages; nothing happens if it is not there.
#[utoipa::path(delete, path = "/customers/{id}/relations/{relation}", tag = "customer", params(("id" = CustomerId, Path), ("relation" = RelationId, Path)), responses((status = 204)))]
async fn delete_relation(
    who: Actor<grant::EditCustomers>,
    State(app): State<App>,
    Path((id, relation)): Path<(CustomerId, RelationId)>,
) -> Result<StatusCode, Problem> {
    let tx = who.begin(&app).await?;
    kin::unrelate(&app, &tx, who.doer(), &who.scope(), id, relation).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, ToSchema)]
struct HouseholdBody {
    /// A name for it, such as the family's.
    #[serde(default)]
    name: String,
    /// The other members.
    members: Vec<CustomerId>,
}

/// Puts customers into one household; one that any of them shares is joined. Refused if they share more than one.
#[utoipa::path(post, path = "/customers/{id}/household", tag = "customer", request_body = HouseholdBody, params(("id" = CustomerId, Path)), responses((status = 201, body = Joined)))]
async fn create_household(
    who: Actor<grant::EditCustomers>,
    State(app): State<App>,
    Path(id): Path<CustomerId>,
    Validated(body): Validated<HouseholdBody>,
) -> Result<(StatusCode, Json<Joined>), Problem> {
    if body.members.is_empty() || body.members.len() > 50 || body.name.chars().count() > 100 {
        return Err(CustomerError::Invalid { field: "members", rule: "1 to 50 customers" }.into());
    }
    let others: BTreeSet<CustomerId> = body.members.into_iter().filter(|member| *member != id).collect();
    let members: Vec<CustomerId> = std::iter::once(id).chain(others).collect();
    let tx = who.begin(&app).await?;
    let made = kin::join_household(&app, &tx, who.doer(), &who.scope(), &body.name, &members).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Takes the customer out of the household.
#[utoipa::path(delete, path = "/customers/{id}/household", tag = "customer", params(("id" = CustomerId, Path)), responses((status = 204)))]
async fn delete_household(
    who: Actor<grant::EditCustomers>,
    State(app): State<App>,
    Path(id): Path<CustomerId>,
) -> Result<StatusCode, Problem> {
    let tx = who.begin(&app).await?;
    kin::leave_household(&app, &tx, who.doer(), &who.scope(), id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, ToSchema)]
struct KeeperBody {
    /// The person; none leaves the customer with the unit.
    owner_id: Option<StaffId>,
    /// The unit; the person's own if it is not said.
    unit_id: Option<UnitId>,
}

/// Gives the customer to another person or unit of the own part of the firm.
#[utoipa::path(put, path = "/customers/{id}/keeper", tag = "customer", request_body = KeeperBody, params(("id" = CustomerId, Path)), responses((status = 204)))]
async fn put_keeper(
    who: Actor<grant::HandOutWork>,
    State(app): State<App>,
    Path(id): Path<CustomerId>,
    Validated(body): Validated<KeeperBody>,
) -> Result<StatusCode, Problem> {
    let owner = match body.owner_id {
        Some(owner) => {
            let found = who_works(&app, &who.tree()).await?.into_iter().find(|one| one.id == owner);
            Some(found.ok_or(crate::org::OrgError::StaffNotFound)?)
        }
        None => None,
    };
    let units = every_unit(&app, &who.tree()).await?;
    let tx = who.begin(&app).await?;
    let before = one_for_change(&tx, &who.scope(), id).await?;
    let unit_id = body.unit_id.or(owner.as_ref().map(|owner| owner.unit_id)).unwrap_or(before.unit_id);
    if !units.iter().any(|unit| unit.id == unit_id) {
        return Err(crate::org::OrgError::UnitNotFound.into());
    }
    let keeper = Keeper { unit_id, owner_id: owner.map(|owner| owner.id) };
    entrust(&app, &tx, who.doer(), &who.scope(), &[id], keeper).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
