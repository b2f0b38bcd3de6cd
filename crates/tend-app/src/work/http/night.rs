//! Running the night by hand, for any day, dry or real.

use crate::org::{HeadOffice, grant};
use crate::plan::DayReport;
use crate::platform::{App, Problem, Validated};
use crate::work::{Trial, night};
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use tend_rules::base::Day;
use utoipa::ToSchema;

#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct RunBody {
    /// The day; today if not said.
    day: Option<Day>,
    /// Only tried: nothing is written.
    #[serde(default)]
    dry_run: bool,
}

/// Plans a day for the whole firm and makes its touches; dry, it writes nothing. A second run makes nothing new.
#[utoipa::path(post, path = "/plan-runs", tag = "plan", request_body = RunBody, responses((status = 200, body = DayReport)))]
pub(super) async fn create_run(
    _: HeadOffice<grant::EditPlans>,
    State(app): State<App>,
    Validated(body): Validated<RunBody>,
) -> Result<Json<DayReport>, Problem> {
    let trial = if body.dry_run { Trial::Dry } else { Trial::Real };
    let day = body.day.unwrap_or_else(|| app.today());
    Ok(Json(night(&app, day, trial, &|_, _| {}).await?))
}
