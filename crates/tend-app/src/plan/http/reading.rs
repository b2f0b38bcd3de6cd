//! What plans come to: counts, nights that ran, and why.

use crate::org::{Actor, HeadOffice, grant};
use crate::plan::PlanError;
use crate::plan::rehearsal::{DAYS_MOST, LoadDifference, Rehearsal, load_difference, rehearsal};
use crate::plan::store::nights;
use crate::plan::why::{FutureItem, WhyPage, future, why};
use crate::platform::{App, Problem, Validated};
use crate::segment::{Count, catalogue, count, count_by, threads};
use axum::Json;
use axum::extract::{Path, Query, State};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;
use std::time::Instant as Stopwatch;
use tend_planner::{Columns, meant};
use tend_rules::base::{CustomerId, Day, Instant};
use tend_rules::plan::CarePlan;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(count_plan))
        .routes(routes!(rehearse_plans))
        .routes(routes!(compare_load))
        .routes(routes!(list_runs))
        .routes(routes!(why_customer))
        .routes(routes!(future_of_customer))
}

#[derive(Debug, Deserialize, ToSchema)]
struct CountBody {
    /// A whole plan as TOML.
    text: Option<String>,
    /// Or a condition only.
    expression: Option<String>,
}

/// How many customers in the reader's scope a plan or condition is about today, before consent, caps and capacity.
#[utoipa::path(post, path = "/plans/count", tag = "plan", request_body = CountBody, responses((status = 200, body = Count)))]
async fn count_plan(
    who: Actor<grant::ReadCustomers>,
    State(app): State<App>,
    Validated(body): Validated<CountBody>,
) -> Result<Json<Count>, Problem> {
    let began = Stopwatch::now();
    let Some(text) = body.text else {
        let expression = body.expression.ok_or(PlanError::Invalid { field: "text", rule: "text or expression" })?;
        return Ok(Json(count(&app, &who.scope(), &expression, who.language).await?));
    };
    let catalogue = catalogue(&app).await?;
    let plan = CarePlan::parse("plan", &text, &catalogue).map_err(|faults| PlanError::Faulty { faults })?;
    let mut reads = plan.reads();
    reads.facts.extend(catalogue.find("lifecycle"));
    let known = catalogue.clone();
    let ask = move |columns: &Columns, day: Day| meant(columns, &Arc::new(plan), &known, day, threads());
    Ok(Json(count_by(&app, &who.scope(), &catalogue, &reads, ask, began).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
struct RehearsalBody {
    /// A whole plan as TOML, taken as if it were published; without it, the plans that run.
    text: Option<String>,
    /// How many days from today on, at most 90.
    #[serde(default = "all_days")]
    days: u16,
}

fn all_days() -> u16 {
    DAYS_MOST
}

/// The load of each person on each of the coming days, as the plans would make it. Writes nothing.
#[utoipa::path(post, path = "/plans/rehearsal", tag = "plan", request_body = RehearsalBody, responses((status = 200, body = Rehearsal)))]
async fn rehearse_plans(
    who: HeadOffice<grant::EditPlans>,
    State(app): State<App>,
    Validated(body): Validated<RehearsalBody>,
) -> Result<Json<Rehearsal>, Problem> {
    Ok(Json(rehearsal(&app, who.id, body.text.as_deref(), body.days).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
struct DifferenceBody {
    /// A whole plan as TOML, taken as if it were published for today.
    text: String,
    /// How many days from today on, at most 14.
    #[serde(default = "first_days")]
    days: u16,
}

const fn first_days() -> u16 {
    7
}

/// What publishing a text would change in the load of each person over the first days, against the plans as they run
/// today. Writes nothing.
#[utoipa::path(post, path = "/plans/load-difference", tag = "plan", request_body = DifferenceBody, responses((status = 200, body = LoadDifference)))]
async fn compare_load(
    who: HeadOffice<grant::EditPlans>,
    State(app): State<App>,
    Validated(body): Validated<DifferenceBody>,
) -> Result<Json<LoadDifference>, Problem> {
    Ok(Json(load_difference(&app, who.id, &body.text, body.days).await?))
}

/// A night that ran.
#[derive(Debug, Serialize, ToSchema)]
struct RunShape {
    day: Day,
    first_at: Instant,
    last_at: Instant,
    /// How often it was run.
    runs: i32,
    /// The counts of the last run.
    counts: Value,
}

#[derive(Debug, Serialize, ToSchema)]
struct RunList {
    items: Vec<RunShape>,
}

/// The last nights that ran, the newest first.
#[utoipa::path(get, path = "/plan-runs", tag = "plan", responses((status = 200, body = RunList)))]
async fn list_runs(_: Actor<grant::ReadPlans>, State(app): State<App>) -> Result<Json<RunList>, Problem> {
    let rows = nights::runs(app.read(), 60).await?;
    let shape = |row: nights::RunRow| RunShape {
        day: row.day,
        first_at: row.first_at,
        last_at: row.last_at,
        runs: row.runs,
        counts: serde_json::from_str(&row.counts).unwrap_or_default(),
    };
    Ok(Json(RunList { items: rows.into_iter().map(shape).collect() }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct WhyQuery {
    /// The day; today if not said.
    day: Option<Day>,
}

/// Why a customer is touched on a day, or not: for every plan the first condition that decided.
#[utoipa::path(get, path = "/customers/{id}/why", tag = "plan", params(("id" = CustomerId, Path), WhyQuery), responses((status = 200, body = WhyPage)))]
async fn why_customer(
    who: Actor<grant::ReadCustomers>,
    State(app): State<App>,
    Path(id): Path<CustomerId>,
    Query(query): Query<WhyQuery>,
) -> Result<Json<WhyPage>, Problem> {
    let day = query.day.unwrap_or_else(|| app.today());
    Ok(Json(why(&app, &who.scope(), id, day, who.language).await?))
}

/// The days ahead on which plans would speak to a customer if nothing but the date changed.
#[utoipa::path(get, path = "/customers/{id}/future", tag = "plan", params(("id" = CustomerId, Path)), responses((status = 200, body = Vec<FutureItem>)))]
async fn future_of_customer(
    who: Actor<grant::ReadCustomers>,
    State(app): State<App>,
    Path(id): Path<CustomerId>,
) -> Result<Json<Vec<FutureItem>>, Problem> {
    Ok(Json(future(&app, &who.scope(), id, who.language).await?))
}
