//! Handlers of presence: who else has this customer, plan, work order or batch open. What a reader may not see is not
//! found, here as everywhere.

use crate::customer;
use crate::org::presence::{self, Hand, Open, Other};
use crate::org::{self, Asking, OrgError, Who};
use crate::platform::{App, LiveScope, Problem, Validated};
use crate::work::WorkError;
use crate::{intake, plan, work};
use axum::Json;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use tend_rules::base::*;
use tend_rules::org::Permission;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read_presence, put_presence))
}

#[derive(Debug, Deserialize, ToSchema)]
struct PresenceBody {
    /// The browser tab: any text of its own, at most 60 characters.
    tab: String,
    /// The customer, work order, batch or plan that it shows; none when it shows none.
    on: Option<String>,
    /// Whether the person is changing it.
    #[serde(default)]
    editing: bool,
}

#[derive(Debug, Serialize, ToSchema)]
struct PresenceShape {
    /// The colleagues who have it open.
    others: Vec<Other>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PresenceQuery {
    /// The thing's id.
    on: String,
}

/// Who else has a thing open.
#[utoipa::path(get, path = "/presence", tag = "work", params(PresenceQuery), responses((status = 200, body = PresenceShape)))]
async fn read_presence(
    Asking(who): Asking,
    State(app): State<App>,
    Query(query): Query<PresenceQuery>,
) -> Result<Json<PresenceShape>, Problem> {
    let open = opened(&app, &who, &query.on).await?;
    Ok(Json(PresenceShape { others: presence::others(&app, who.id, &open.thing).await? }))
}

/// Says what a tab shows; to be repeated every half minute, and forgotten after a minute of silence.
#[utoipa::path(put, path = "/presence", tag = "work", request_body = PresenceBody, responses((status = 200, body = PresenceShape)))]
async fn put_presence(
    Asking(who): Asking,
    State(app): State<App>,
    Validated(body): Validated<PresenceBody>,
) -> Result<Json<PresenceShape>, Problem> {
    let open = match &body.on {
        Some(on) => Some(opened(&app, &who, on).await?),
        None => None,
    };
    let thing = open.as_ref().map(|open| open.thing.clone());
    let hand = if body.editing { Hand::Editing } else { Hand::Reading };
    // Said again and again: no answer needs to be remembered.
    let tx = app.begin().await?;
    presence::be_at(&app, &tx, &who, &body.tab, open, hand).await?;
    tx.commit().await?;
    let others = match thing {
        Some(thing) => presence::others(&app, who.id, &thing).await?,
        None => Vec::new(),
    };
    Ok(Json(PresenceShape { others }))
}

/// The thing of an id, if the reader may see it, and whose screens it concerns.
async fn opened(app: &App, who: &Who, on: &str) -> Result<Open, Problem> {
    let may = |permission| match who.may(permission) {
        true => Ok(()),
        false => Err(OrgError::NotPermitted { permission: permission.word() }),
    };
    let open = |heard, customer| Open { thing: on.to_owned(), heard, customer };
    if let Ok(id) = on.parse::<CustomerId>() {
        may(Permission::ReadCustomers)?;
        let found = customer::one(app, &who.scope(), id).await?;
        let scope = LiveScope { unit_id: Some(found.unit_id), owner_id: found.owner_id, former_owner_id: None };
        return Ok(open(scope, Some(id)));
    }
    if let Ok(id) = on.parse::<TouchId>() {
        may(Permission::ReadWork)?;
        let found = work::one(app, &who.scope(), id).await?;
        let scope = LiveScope { unit_id: Some(found.unit_id), owner_id: found.owner_id, former_owner_id: None };
        return Ok(open(scope, Some(found.customer.id)));
    }
    if let Ok(id) = on.parse::<BatchId>() {
        may(Permission::ReadBatches)?;
        let found = intake::batch(app.read(), id).await?.ok_or(WorkError::BatchNotFound)?;
        if !org::is_in_line(app.read(), found.unit_id, who.unit_id).await? {
            return Err(WorkError::BatchNotFound.into());
        }
        return Ok(open(LiveScope::default(), None));
    }
    if let Ok(id) = on.parse::<PlanId>() {
        may(Permission::ReadPlans)?;
        plan::exists(app, id).await?;
        return Ok(open(LiveScope::default(), None));
    }
    Err(WorkError::Invalid { field: "on", rule: "the id of a customer, a work order, a batch or a plan" }.into())
}
