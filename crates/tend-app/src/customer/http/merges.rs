//! Likely duplicates, merging, and parting again.

use crate::customer::merge::{self, Likely, MergeOrder, MergePreview, Merger, SplitPreview};
use crate::org::{Actor, grant};
use crate::platform::{App, IfMatch, Problem, Validated, before_wall};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use tend_rules::base::CustomerId;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_duplicates))
        .routes(routes!(preview_merge))
        .routes(routes!(list_merges, create_merge))
        .routes(routes!(preview_split))
        .routes(routes!(create_split))
}

/// Who on file is likely the same person, likeliest first; at most ten.
#[utoipa::path(get, path = "/customers/{id}/duplicates", tag = "customer", params(("id" = CustomerId, Path)), responses((status = 200, body = Vec<Likely>)))]
async fn list_duplicates(
    who: Actor<grant::EditCustomers>,
    State(app): State<App>,
    Path(id): Path<CustomerId>,
) -> Result<Json<Vec<Likely>>, Problem> {
    Ok(Json(merge::likely(&app, &who, id).await?))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OtherQuery {
    /// The other record.
    other_id: CustomerId,
}

/// Two records side by side, and what a merge would make of them. Changes nothing.
#[utoipa::path(get, path = "/customers/{id}/merge-preview", tag = "customer", params(("id" = CustomerId, Path), OtherQuery), responses((status = 200, body = MergePreview), (status = 409), (status = 429)))]
async fn preview_merge(
    who: Actor<grant::EditCustomers>,
    State(app): State<App>,
    Path(id): Path<CustomerId>,
    Query(query): Query<OtherQuery>,
) -> Result<Json<MergePreview>, Problem> {
    Ok(Json(merge::preview(&app, &who, id, query.other_id).await?))
}

/// The records that were merged into a customer, last first.
#[utoipa::path(get, path = "/customers/{id}/merges", tag = "customer", params(("id" = CustomerId, Path)), responses((status = 200, body = Vec<Merger>)))]
async fn list_merges(
    who: Actor<grant::ReadCustomers>,
    State(app): State<App>,
    Path(id): Path<CustomerId>,
) -> Result<Json<Vec<Merger>>, Problem> {
    Ok(Json(merge::mergers(&app, &who, id).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
struct MergeBody {
    /// The record that is merged into this one.
    other_id: CustomerId,
    /// Its version as it was seen.
    other_version: i64,
    /// Keys of the fields that are taken from the other record, as the preview names them; without it the other record
    /// fills what this one does not know.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    take: Option<BTreeSet<String>>,
    /// Why they are one person; at most 400 characters.
    #[serde(default)]
    reason: String,
}

/// What became of a merge or a split.
#[derive(Debug, Serialize, ToSchema)]
struct Together {
    /// The record that stays.
    id: CustomerId,
    /// The record that was merged into it, or parted from it.
    other_id: CustomerId,
    /// The version of the record that stays.
    version: i64,
}

/// Merges another record into this one; `If-Match` names the version of this one that was seen.
#[utoipa::path(post, path = "/customers/{id}/merges", tag = "customer", request_body = MergeBody, params(("id" = CustomerId, Path), ("If-Match" = String, Header)), responses((status = 201, body = Together)))]
async fn create_merge(
    who: Actor<grant::EditCustomers>,
    State(app): State<App>,
    Path(id): Path<CustomerId>,
    IfMatch(version): IfMatch,
    Validated(body): Validated<MergeBody>,
) -> Result<(StatusCode, Json<Together>), Problem> {
    // Relations lead to customers of others too; both records are held against the scope.
    let tx = before_wall(who.begin(&app)).await?;
    let order = MergeOrder {
        kept: (id, version),
        other: (body.other_id, body.other_version),
        take: body.take.as_ref(),
        reason: &body.reason,
    };
    let kept = merge::merge(&app, &tx, &who, order).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(Together { id, other_id: body.other_id, version: kept.version })))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct MergedQuery {
    /// The record that was merged in.
    merged_id: CustomerId,
}

/// What a split would bring back and what would stay. Changes nothing.
#[utoipa::path(get, path = "/customers/{id}/split-preview", tag = "customer", params(("id" = CustomerId, Path), MergedQuery), responses((status = 200, body = SplitPreview), (status = 409)))]
async fn preview_split(
    who: Actor<grant::EditCustomers>,
    State(app): State<App>,
    Path(id): Path<CustomerId>,
    Query(query): Query<MergedQuery>,
) -> Result<Json<SplitPreview>, Problem> {
    Ok(Json(merge::split_preview(&app, &who, id, query.merged_id).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
struct SplitBody {
    /// The record that was merged into this one.
    merged_id: CustomerId,
    /// Why they are two people after all; 2 to 400 characters.
    reason: String,
}

/// Takes a merge back; `If-Match` names the version of this record that was seen.
#[utoipa::path(post, path = "/customers/{id}/splits", tag = "customer", request_body = SplitBody, params(("id" = CustomerId, Path), ("If-Match" = String, Header)), responses((status = 201, body = Together)))]
async fn create_split(
    who: Actor<grant::EditCustomers>,
    State(app): State<App>,
    Path(id): Path<CustomerId>,
    IfMatch(version): IfMatch,
    Validated(body): Validated<SplitBody>,
) -> Result<(StatusCode, Json<Together>), Problem> {
    // Relations lead to customers of others too; both records are held against the scope.
    let tx = before_wall(who.begin(&app)).await?;
    let (other, reason) = (body.merged_id, body.reason.as_str());
    let kept = merge::split(&app, &tx, &who, (id, version), (other, reason)).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(Together { id, other_id: other, version: kept.version })))
}
