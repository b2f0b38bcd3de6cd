//! Lists and search.

use crate::customer::list::{CustomerRow, ListAsk, find_ids, list, rows};
use crate::customer::{CustomerError, Narrow, Order, OrphansOnly, heads, segment_hook};
use crate::org::{Actor, grant};
use crate::platform::{App, Page, PageQuery, Problem};
use axum::Json;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use tend_rules::base::{BatchId, StaffId, UnitId};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_customers)).routes(routes!(search))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct CustomersQuery {
    /// A name, its pinyin or initials, a phone or its last digits (four or more), a plate, a contract number, a label.
    q: Option<String>,
    /// A condition in the care language.
    segment: Option<String>,
    /// Only this person's customers; `none` for orphans.
    owner: Option<String>,
    /// Only this unit and those below.
    #[param(value_type = Option<String>)]
    unit: Option<UnitId>,
    tier: Option<String>,
    class: Option<String>,
    lifecycle: Option<String>,
    /// Only with this label.
    label: Option<String>,
    /// Only brought by this batch.
    #[param(value_type = Option<String>)]
    batch: Option<BatchId>,
    /// `newest` (usual) or `name`.
    sort: Option<String>,
    cursor: Option<String>,
    limit: Option<u32>,
}

/// The customers in the reader's scope.
#[utoipa::path(get, path = "/customers", tag = "customer", params(CustomersQuery), responses((status = 200, body = Page<CustomerRow>)))]
async fn list_customers(
    who: Actor<grant::ReadCustomers>,
    State(app): State<App>,
    Query(query): Query<CustomersQuery>,
) -> Result<Json<Page<CustomerRow>>, Problem> {
    let limit = PageQuery { cursor: None, limit: query.limit }.rows();
    let orphans_only = (query.owner.as_deref() == Some("none")).then_some(OrphansOnly);
    let ids = match query.segment.filter(|text| !text.trim().is_empty()) {
        Some(expression) => Some(segment_hook::customers_of(&app, &who, &expression).await?),
        None => None,
    };
    let owner = query.owner.filter(|text| text != "none").map(|text| text.parse::<StaffId>());
    let invalid = |_| CustomerError::Invalid { field: "owner", rule: "the id of a person, or none" };
    let narrow = Narrow {
        ids,
        owner: owner.transpose().map_err(invalid)?,
        orphans_only,
        unit: query.unit,
        tier: query.tier,
        class: query.class,
        lifecycle: query.lifecycle,
        label: query.label,
        batch: query.batch,
    };
    let order = if query.sort.as_deref() == Some("name") { Order::Name } else { Order::Newest };
    let ask = ListAsk { q: query.q, narrow, order, cursor: query.cursor, limit };
    let listed = list(&app, &who.scope(), ask).await?;
    Ok(Json(Page { items: listed.rows, next: listed.next, about: listed.about }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct SearchQuery {
    /// What was typed.
    q: String,
}

/// A hit of the search.
#[derive(Debug, Serialize, ToSchema)]
struct Hit {
    /// `customer`.
    kind: &'static str,
    id: String,
    title: String,
    subtitle: String,
}

/// Finds people by whatever somebody typed; at most twenty.
#[utoipa::path(get, path = "/search", tag = "customer", params(SearchQuery), responses((status = 200, body = Vec<Hit>)))]
async fn search(
    who: Actor<grant::ReadCustomers>,
    State(app): State<App>,
    Query(query): Query<SearchQuery>,
) -> Result<Json<Vec<Hit>>, Problem> {
    let mut ids = find_ids(&app, &who.scope(), &query.q).await?;
    ids.truncate(20);
    let mut found = heads(&app, &who.scope(), &ids).await?;
    let customers = ids.iter().filter_map(|id| found.remove(id)).collect();
    let hits = rows(&app, customers).await?.into_iter().map(|row| {
        let parts = [row.phone_masked, row.owner.map(|owner| owner.name), row.unit.map(|unit| unit.name)];
        let subtitle = parts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
        Hit { kind: "customer", id: row.id.to_string(), title: row.name, subtitle }
    });
    Ok(Json(hits.collect()))
}
