//! The firm's own facts and its labels.

use crate::customer::CustomerError;
use crate::customer::catalogue::{self, FactShape, Label, NewFact};
use crate::org::{Asking, HeadOffice, grant};
use crate::platform::{App, Problem, Validated};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_facts, create_fact)).routes(routes!(list_labels, create_label))
}

/// Every fact that customers can have.
#[utoipa::path(get, path = "/facts", tag = "customer", responses((status = 200, body = Vec<FactShape>)))]
async fn list_facts(_who: Asking, State(app): State<App>) -> Result<Json<Vec<FactShape>>, Problem> {
    Ok(Json(catalogue::every_fact(&app).await?))
}

/// Defines a fact of the firm's own.
#[utoipa::path(post, path = "/facts", tag = "customer", request_body = NewFact, responses((status = 201, body = NewFact)))]
async fn create_fact(
    who: HeadOffice<grant::ManageCatalogue>,
    State(app): State<App>,
    Validated(body): Validated<NewFact>,
) -> Result<(StatusCode, Json<NewFact>), Problem> {
    let tx = who.begin(&app).await?;
    if catalogue::define_facts(&app, &tx, who.doer(), std::slice::from_ref(&body)).await? == 0 {
        return Err(CustomerError::KeyTaken { key: body.key }.into());
    }
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(body)))
}

/// The label catalogue.
#[utoipa::path(get, path = "/labels", tag = "customer", responses((status = 200, body = Vec<Label>)))]
async fn list_labels(_who: Asking, State(app): State<App>) -> Result<Json<Vec<Label>>, Problem> {
    Ok(Json(catalogue::every_label(&app).await?))
}

/// Adds a label to the catalogue.
#[utoipa::path(post, path = "/labels", tag = "customer", request_body = Label, responses((status = 201, body = Label)))]
async fn create_label(
    who: HeadOffice<grant::ManageCatalogue>,
    State(app): State<App>,
    Validated(body): Validated<Label>,
) -> Result<(StatusCode, Json<Label>), Problem> {
    let tx = who.begin(&app).await?;
    if catalogue::define_labels(&app, &tx, who.doer(), std::slice::from_ref(&body)).await? == 0 {
        return Err(CustomerError::KeyTaken { key: body.key }.into());
    }
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(body)))
}
