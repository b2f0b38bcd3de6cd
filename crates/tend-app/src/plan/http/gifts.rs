//! The catalogue of gifts as the settings show and change it.

use super::texts::{BothWords, TextUserShape};
use crate::org::{Actor, HeadOffice, grant};
use crate::plan::gifts::{self, FirmGift, Gift, GiftKind};
use crate::platform::{App, IfMatch, Problem, Validated};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use tend_rules::base::*;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_gifts, create_gift))
        .routes(routes!(change_gift))
        .routes(routes!(retire_gift, resume_gift))
}

/// A gift that care plans may name.
#[derive(Debug, Serialize, ToSchema)]
struct GiftShape {
    /// The code by which plans name it.
    key: String,
    title: BothWords,
    kind: GiftKind,
    /// What one costs, minor units of the firm's currency.
    cost_minor: i64,
    /// How many there are for a month of the calendar, if that is said.
    per_month: Option<i32>,
    /// The entity tag to be named in a change.
    version: i64,
    /// Since when no plan may name it anew.
    retired_at: Option<Instant>,
    /// The plans that name it.
    plans: Vec<TextUserShape>,
    /// Touches of these plans that are due this month so far.
    this_month: i64,
}

#[derive(Debug, Deserialize, ToSchema)]
struct GiftBody {
    /// The code by which plans name it; only small letters, digits and `_`.
    key: String,
    title: BothWords,
    kind: GiftKind,
    /// What one costs, minor units of the firm's currency.
    cost_minor: i64,
    /// How many there are for a month of the calendar; as many as are wanted where it is left out.
    #[serde(default)]
    per_month: Option<i32>,
}

impl From<GiftBody> for Gift {
    fn from(body: GiftBody) -> Self {
        let GiftBody { title, kind, cost_minor, per_month, .. } = body;
        Self { title: title.into(), kind, cost_minor, per_month }
    }
}

/// The gifts of the firm.
#[utoipa::path(get, path = "/gifts", tag = "plan", responses((status = 200, body = Vec<GiftShape>)))]
async fn list_gifts(who: Actor<grant::ReadPlans>, State(app): State<App>) -> Result<Json<Vec<GiftShape>>, Problem> {
    let shaped = |one: FirmGift| GiftShape {
        key: one.key,
        title: one.gift.title.into(),
        kind: one.gift.kind,
        cost_minor: one.gift.cost_minor,
        per_month: one.gift.per_month,
        version: one.version,
        retired_at: one.retired_at,
        plans: one.users.iter().map(|user| TextUserShape::of(user, who.language)).collect(),
        this_month: one.this_month,
    };
    Ok(Json(gifts::every(&app).await?.into_iter().map(shaped).collect()))
}

/// Adds a gift.
#[utoipa::path(post, path = "/gifts", tag = "plan", request_body = GiftBody, responses((status = 204)))]
async fn create_gift(
    who: HeadOffice<grant::ManageCatalogue>,
    State(app): State<App>,
    Validated(body): Validated<GiftBody>,
) -> Result<StatusCode, Problem> {
    let tx = who.begin(&app).await?;
    gifts::add(&app, &tx, who.doer(), &body.key.clone(), &body.into()).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Changes a gift; `If-Match` names the version that was seen. The key in the body is that of the path.
#[utoipa::path(patch, path = "/gifts/{key}", tag = "plan", request_body = GiftBody, params(("key" = String, Path), ("If-Match" = String, Header)), responses((status = 204)))]
async fn change_gift(
    who: HeadOffice<grant::ManageCatalogue>,
    State(app): State<App>,
    Path(key): Path<String>,
    IfMatch(version): IfMatch,
    Validated(body): Validated<GiftBody>,
) -> Result<StatusCode, Problem> {
    let tx = who.begin(&app).await?;
    gifts::change(&app, &tx, who.doer(), (&key, version), &body.into()).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Retires a gift that no published plan names.
#[utoipa::path(post, path = "/gifts/{key}/retirement", tag = "plan", params(("key" = String, Path)), responses((status = 204)))]
async fn retire_gift(
    who: HeadOffice<grant::ManageCatalogue>,
    State(app): State<App>,
    Path(key): Path<String>,
) -> Result<StatusCode, Problem> {
    let tx = who.begin(&app).await?;
    gifts::retire(&app, &tx, who.doer(), &key).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a retired gift back into use.
#[utoipa::path(delete, path = "/gifts/{key}/retirement", tag = "plan", params(("key" = String, Path)), responses((status = 204)))]
async fn resume_gift(
    who: HeadOffice<grant::ManageCatalogue>,
    State(app): State<App>,
    Path(key): Path<String>,
) -> Result<StatusCode, Problem> {
    let tx = who.begin(&app).await?;
    gifts::resume(&app, &tx, who.doer(), &key).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
