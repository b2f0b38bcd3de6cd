//! The form beside a plan's text.

use crate::org::{Actor, grant};
use crate::plan::form::{PlanChoices, PlanForm, form_choices, form_of};
use crate::platform::{App, Problem, Validated};
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read_form)).routes(routes!(list_choices))
}

#[derive(Debug, Deserialize, ToSchema)]
struct FormBody {
    /// The plan as TOML.
    text: String,
}

/// The values of a plan's text with their places, sound or not: what a form beside the text shows and changes.
#[utoipa::path(post, path = "/plans/form", tag = "plan", request_body = FormBody, responses((status = 200, body = PlanForm)))]
async fn read_form(who: Actor<grant::ReadPlans>, Validated(body): Validated<FormBody>) -> Json<PlanForm> {
    Json(form_of(&body.text, who.language))
}

/// What the fields of that form may be set to: facts, scripts, templates and festivals by their names.
#[utoipa::path(get, path = "/plan-choices", tag = "plan", responses((status = 200, body = PlanChoices)))]
async fn list_choices(who: Actor<grant::ReadPlans>, State(app): State<App>) -> Result<Json<PlanChoices>, Problem> {
    Ok(Json(form_choices(&app, who.language).await?))
}
