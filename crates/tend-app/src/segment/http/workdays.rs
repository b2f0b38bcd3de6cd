//! The working calendar as the settings show and change it.

use crate::org::{Actor, HeadOffice, grant};
use crate::platform::{App, Problem, Validated};
use crate::segment::workdays::{self, Worked, WorkingDay};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use tend_rules::base::Day;
use utoipa::openapi::schema::Type;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_working_days)).routes(routes!(put_working_day, delete_working_day))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct YearQuery {
    /// The year; this one where it is left out.
    #[param(inline)]
    year: Option<Year>,
}

/// A year of the calendar, 1..9999.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "i16")]
struct Year(i16);

impl TryFrom<i16> for Year {
    type Error = &'static str;

    fn try_from(year: i16) -> Result<Self, Self::Error> {
        if (1..=YEARS_MAX).contains(&year) { Ok(Self(year)) } else { Err("a year is 1..9999") }
    }
}

impl PartialSchema for Year {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).maximum(Some(YEARS_MAX)).into()
    }
}

impl ToSchema for Year {}

const YEARS_MAX: i16 = 9999;

/// The days of a year that are not as their weekday says: holidays and make-up days of the state and of the firm.
#[utoipa::path(get, path = "/working-days", tag = "segment", params(YearQuery), responses((status = 200, body = Vec<WorkingDay>)))]
async fn list_working_days(
    _who: Actor<grant::ManageCatalogue>,
    State(app): State<App>,
    Query(query): Query<YearQuery>,
) -> Result<Json<Vec<WorkingDay>>, Problem> {
    Ok(Json(workdays::working_days(&app, query.year.map_or_else(|| app.today().year(), |year| year.0)).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
struct WorkingDayBody {
    worked: Worked,
    /// What the day is called; at most 60 characters.
    #[serde(default)]
    title: String,
}

/// Says that a day is worked, or not, in this firm; the word goes before that of the state.
#[utoipa::path(put, path = "/working-days/{day}", tag = "segment", request_body = WorkingDayBody, params(("day" = Day, Path)), responses((status = 204)))]
async fn put_working_day(
    who: HeadOffice<grant::ManageCatalogue>,
    State(app): State<App>,
    Path(day): Path<Day>,
    Validated(body): Validated<WorkingDayBody>,
) -> Result<StatusCode, Problem> {
    let tx = who.begin(&app).await?;
    workdays::set_working_day(&app, &tx, who.doer(), day, (body.worked, &body.title)).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes the firm's own word about a day away: that of the state holds again.
#[utoipa::path(delete, path = "/working-days/{day}", tag = "segment", params(("day" = Day, Path)), responses((status = 204)))]
async fn delete_working_day(
    who: HeadOffice<grant::ManageCatalogue>,
    State(app): State<App>,
    Path(day): Path<Day>,
) -> Result<StatusCode, Problem> {
    let tx = who.begin(&app).await?;
    workdays::unset_working_day(&app, &tx, who.doer(), day).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
