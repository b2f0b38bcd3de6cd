//! Lists and search.

use crate::customer::keepers::Keepers;
use crate::customer::list::{CustomerRow, ListAsk, find_ids, find_met, list};
use crate::customer::read::masked_phones;
use crate::customer::{CustomerError, Narrow, Order, OrphansOnly, heads, segment_hook};
use crate::org::{Actor, Asking, Staff, Who, grant, staff_with};
use crate::platform::{App, Page, PageRows, Problem};
use axum::Json;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use tend_rules::base::{BatchId, CustomerId, StaffId, UnitId};
use tend_rules::customer::Customer;
use tend_rules::org::Permission;
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
    unit: Option<UnitId>,
    tier: Option<String>,
    class: Option<String>,
    lifecycle: Option<String>,
    /// Only with this label.
    label: Option<String>,
    /// Only brought by this batch.
    batch: Option<BatchId>,
    /// `newest` (usual) or `name`.
    sort: Option<String>,
    cursor: Option<String>,
    #[param(inline)]
    limit: Option<PageRows>,
}

/// The customers in the reader's scope.
#[utoipa::path(get, path = "/customers", tag = "customer", params(CustomersQuery), responses((status = 200, body = Page<CustomerRow>)))]
async fn list_customers(
    who: Actor<grant::ReadCustomers>,
    State(app): State<App>,
    Query(query): Query<CustomersQuery>,
) -> Result<Json<Page<CustomerRow>>, Problem> {
    let limit = PageRows::asked(query.limit);
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
    let found = match query.q.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) => Some(find_ids(&app, &who, text).await?),
        None => None,
    };
    let ask = ListAsk { found, narrow, order, cursor: query.cursor, limit };
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
    /// `customer` or `staff`.
    kind: &'static str,
    id: String,
    title: String,
    subtitle: String,
    /// What was met: `name`, `pinyin`, `initials`, `phone`, `id_number`, `plate`, `agreement`, `outside_id`, `mail`,
    /// `label` or `id`; of people `name` or `login`.
    matched: &'static str,
}

/// Hits of each kind.
const HITS_OF_A_KIND: usize = 8;

/// Finds people by whatever somebody typed, best first, at most eight of each kind: customers for those who may read
/// customers, colleagues for those who may read staff, both within the reader's own part of the firm.
#[utoipa::path(get, path = "/search", tag = "customer", params(SearchQuery), responses((status = 200, body = Vec<Hit>)))]
async fn search(
    Asking(who): Asking,
    State(app): State<App>,
    Query(query): Query<SearchQuery>,
) -> Result<Json<Vec<Hit>>, Problem> {
    let typed = query.q.trim();
    let mut hits = Vec::new();
    if typed.is_empty() {
        return Ok(Json(hits));
    }
    // Somebody may be on the line: side by side.
    let (customers, people) = futures::try_join!(customers_met(&app, &who, typed), people_met(&app, &who, typed))?;
    hits.extend(customers);
    hits.extend(people);
    Ok(Json(hits))
}

async fn customers_met(app: &App, who: &Who, typed: &str) -> Result<Vec<Hit>, CustomerError> {
    if !who.may(Permission::ReadCustomers) {
        return Ok(Vec::new());
    }
    let mut met = find_met(app, who, typed).await?;
    met.truncate(HITS_OF_A_KIND);
    let ids: Vec<CustomerId> = met.iter().map(|met| met.customer).collect();
    let scope = who.scope();
    let (mut found, mut phones) = futures::try_join!(heads(app, &scope, &ids), masked_phones(app, &ids))?;
    let met: HashMap<CustomerId, &'static str> = met.into_iter().map(|met| (met.customer, met.by)).collect();
    let customers: Vec<Customer> = ids.iter().filter_map(|id| found.remove(id)).collect();
    let keepers = Keepers::of(app, &customers).await?;
    let hits = customers.into_iter().map(|customer| {
        let (owner, unit) = (keepers.owner(&customer), keepers.unit(&customer));
        let parts = [phones.remove(&customer.id), owner.map(|owner| owner.name), unit.map(|unit| unit.name)];
        let subtitle = parts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
        let matched = met.get(&customer.id).copied().unwrap_or("name");
        Hit { kind: "customer", id: customer.id.to_string(), title: customer.name, subtitle, matched }
    });
    Ok(hits.collect())
}

/// Those who work here, whose name holds what was typed or whose login begins with it; whole names first.
async fn people_met(app: &App, who: &Who, typed: &str) -> Result<Vec<Hit>, CustomerError> {
    if !who.may(Permission::ReadStaff) {
        return Ok(Vec::new());
    }
    let needle = typed.to_lowercase();
    let people = staff_with(app, &who.tree(), typed).await?;
    let hit = |one: Staff| {
        let name = one.name.to_lowercase();
        let matched = match (name.contains(&needle), one.login.starts_with(&needle)) {
            (true, _) => "name",
            (false, true) => "login",
            (false, false) => return None,
        };
        Some(((name != needle, !name.starts_with(&needle)), matched, one))
    };
    let mut met: Vec<_> = people.into_iter().filter_map(hit).collect();
    met.sort_by_key(|(rank, _, _)| *rank);
    met.truncate(HITS_OF_A_KIND);
    let shape = |(_, matched, one): (_, &'static str, Staff)| Hit {
        kind: "staff",
        id: one.id.to_string(),
        title: one.name,
        subtitle: one.unit_name,
        matched,
    };
    Ok(met.into_iter().map(shape).collect())
}
