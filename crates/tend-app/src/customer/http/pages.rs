//! The page of a customer, its story, and new customers.

use crate::customer::create::{Draft, create};
use crate::customer::merge;
use crate::customer::page::{CustomerPage, page};
use crate::customer::story::{self, StoryEntry};
use crate::customer::{CustomerError, FactChange, Keeper, change_facts};
use crate::org::{Actor, OrgError, Who, every_unit, grant, who_works};
use crate::platform::{App, IfMatch, Page, PageRows, Problem, Validated, etag};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, Value};
use tend_rules::base::{CustomerId, FactId, StaffId, UnitId};
use tend_rules::org::{Role, Scope};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create_customer))
        .routes(routes!(read_customer, change_customer))
        .routes(routes!(read_timeline))
}

async fn shown(app: &App, who: &Who, id: CustomerId) -> Result<impl IntoResponse + use<>, Problem> {
    let page = page(app, who, id).await?;
    Ok((AppendHeaders([(header::ETAG, etag(page.version))]), Json(page)))
}

/// The page of a customer. Reading it is itself a fact of the ledger, once an hour and reader. A record that was merged
/// into another one points to that one.
#[utoipa::path(get, path = "/customers/{id}", tag = "customer", params(("id" = CustomerId, Path)), responses((status = 200, body = CustomerPage), (status = 307, description = "merged into the customer that `Location` names")))]
async fn read_customer(
    who: Actor<grant::ReadCustomers>,
    State(app): State<App>,
    Path(id): Path<CustomerId>,
) -> Result<Response, Problem> {
    if let Some(survivor) = merge::survivor(&app, &who.scope(), id).await? {
        let to = HeaderValue::from_str(&survivor.to_string()).expect("an id is a valid header");
        return Ok((StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, to)]).into_response());
    }
    let answer = shown(&app, &who, id).await?;
    story::note_seen(&app, &who, id).await?;
    Ok(answer.into_response())
}

#[derive(Debug, Deserialize, ToSchema)]
struct NewCustomerBody {
    /// Facts by key, contact points among them: `{"name": "李秀英", "phone": "138 0000 1234"}`.
    #[schema(value_type = Object)]
    facts: Map<String, Value>,
    /// The unit; the maker's own if it is not said.
    unit_id: Option<UnitId>,
    /// The customer manager; a maintainer makes customers of the own.
    owner_id: Option<StaffId>,
}

/// A keeper in the person's own part of the firm: a unit, and somebody there to whom customers may be given.
async fn keeper_in(app: &App, who: &Who, unit: UnitId, owner: Option<StaffId>) -> Result<Keeper, OrgError> {
    if !every_unit(app, &who.tree()).await?.iter().any(|one| one.id == unit) {
        return Err(OrgError::UnitNotFound);
    }
    if let Some(owner) = owner {
        let works = who_works(app, &who.tree()).await?.iter().any(|one| one.id == owner);
        works.then_some(()).ok_or(OrgError::StaffNotFound)?;
    }
    Ok(Keeper { unit_id: unit, owner_id: owner })
}

/// Adds a customer.
#[utoipa::path(post, path = "/customers", tag = "customer", request_body = NewCustomerBody, responses((status = 201, body = CustomerPage)))]
async fn create_customer(
    who: Actor<grant::EditCustomers>,
    State(app): State<App>,
    Validated(body): Validated<NewCustomerBody>,
) -> Result<impl IntoResponse, Problem> {
    let keeper = match who.role {
        Role::Maintainer => Keeper { unit_id: who.unit_id, owner_id: Some(who.id) },
        _ => keeper_in(&app, &who, body.unit_id.unwrap_or(who.unit_id), body.owner_id).await?,
    };
    let mut draft = Draft::blank(&app, keeper.unit_id);
    draft.file.owner_id = keeper.owner_id;
    let tx = who.begin(&app).await?;
    let id = create(&app, &tx, who.doer(), "desk", draft).await?;
    if !["name", "phone", "outside_id"].iter().any(|key| body.facts.get(*key).is_some_and(|value| !value.is_null())) {
        return Err(CustomerError::Invalid { field: "facts", rule: "a name, a phone or an outside_id" }.into());
    }
    let change = FactChange { customer: id, version: None, source: "desk", facts: &body.facts };
    change_facts(&app, &tx, who.doer(), &Scope::Firm, change).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, shown(&app, &who, id).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
struct FactsBody {
    /// Facts by key; null empties a fact; contact points take a text or a list of texts.
    #[schema(value_type = Object)]
    facts: Map<String, Value>,
    /// Where they were learnt: `desk` (usual), `call`, `customer` …
    source: Option<String>,
}

/// Changes facts of a customer.
#[utoipa::path(patch, path = "/customers/{id}", tag = "customer", request_body = FactsBody, params(("id" = CustomerId, Path), ("If-Match" = String, Header)), responses((status = 200, body = CustomerPage)))]
async fn change_customer(
    who: Actor<grant::EditCustomers>,
    State(app): State<App>,
    Path(id): Path<CustomerId>,
    IfMatch(version): IfMatch,
    Validated(body): Validated<FactsBody>,
) -> Result<impl IntoResponse, Problem> {
    let tx = who.begin(&app).await?;
    let source = body.source.as_deref().unwrap_or("desk");
    let change = FactChange { customer: id, version: Some(version), source, facts: &body.facts };
    change_facts(&app, &tx, who.doer(), &who.scope(), change).await?;
    tx.commit().await?;
    shown(&app, &who, id).await
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct TimelineQuery {
    /// Only of a room (`contact`) or a kind (`customer.note_written`); several with commas between.
    kind: Option<String>,
    cursor: Option<String>,
    #[param(inline)]
    limit: Option<PageRows>,
}

/// The story of a customer, newest first.
#[utoipa::path(get, path = "/customers/{id}/timeline", tag = "customer", params(("id" = CustomerId, Path), TimelineQuery), responses((status = 200, body = Page<StoryEntry>)))]
async fn read_timeline(
    who: Actor<grant::ReadCustomers>,
    State(app): State<App>,
    Path(id): Path<CustomerId>,
    Query(query): Query<TimelineQuery>,
) -> Result<Json<Page<StoryEntry>>, Problem> {
    let limit = PageRows::asked(query.limit);
    let invalid = |_| CustomerError::Invalid { field: "cursor", rule: "the cursor that the page before gave" };
    let before = query.cursor.map(|text| text.parse::<FactId>()).transpose().map_err(invalid)?;
    let (items, next) = story::timeline(&app, &who, id, before, query.kind.as_deref(), limit).await?;
    Ok(Json(Page { items, next: next.map(|id| id.to_string()), about: None }))
}
