//! Handlers of processes: what the firm's sales must show.

use crate::org::{Actor, grant};
use crate::platform::{App, Problem, Validated};
use crate::trace;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use tend_rules::plan::Fault;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_processes, create_process))
        .routes(routes!(check_process))
        .routes(routes!(read_process))
}

/// A process of a list.
#[derive(Debug, Serialize, ToSchema)]
struct ProcessShape {
    /// Its key.
    key: String,
    /// Its newest version.
    version: i32,
    /// Its name in the reader's language.
    title: String,
    /// The law that demands it.
    law: Option<String>,
    /// The playbook that brought it; empty for the firm's own.
    playbook: String,
    /// The titles of its steps in order.
    steps: Vec<String>,
}

/// The newest version of every process.
#[utoipa::path(get, path = "/processes", tag = "trace", responses((status = 200, body = Vec<ProcessShape>)))]
async fn list_processes(
    who: Actor<grant::ReadPlans>,
    State(app): State<App>,
) -> Result<Json<Vec<ProcessShape>>, Problem> {
    let shape = |row: trace::ProcessRow| ProcessShape {
        key: row.process.key.clone(),
        version: row.process.version,
        title: row.process.title.of(who.language).to_owned(),
        law: row.process.law.as_ref().map(|law| law.of(who.language).to_owned()),
        playbook: row.playbook,
        steps: row.process.steps.iter().map(|step| step.title.of(who.language).to_owned()).collect(),
    };
    trace::take_up(&app).await?;
    Ok(Json(trace::processes(&app).await?.into_iter().map(shape).collect()))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct VersionQuery {
    /// The version; the newest if it is not said.
    version: Option<i32>,
}

/// The text of a process.
#[derive(Debug, Serialize, ToSchema)]
struct ProcessTextShape {
    text: String,
}

/// The text of a version of a process.
#[utoipa::path(get, path = "/processes/{key}", tag = "trace", params(("key" = String, Path), VersionQuery), responses((status = 200, body = ProcessTextShape)))]
async fn read_process(
    _: Actor<grant::ReadPlans>,
    State(app): State<App>,
    Path(key): Path<String>,
    Query(query): Query<VersionQuery>,
) -> Result<Json<ProcessTextShape>, Problem> {
    Ok(Json(ProcessTextShape { text: trace::process_text(&app, &key, query.version).await? }))
}

#[derive(Debug, Deserialize, ToSchema)]
struct ProcessBody {
    /// The text of a process file.
    text: String,
}

/// A slip in the text of a process.
#[derive(Debug, Serialize, ToSchema)]
struct SlipShape {
    line: u32,
    column: u32,
    code: &'static str,
    /// In the reader's language.
    message: String,
    suggestion: Option<String>,
}

/// What is wrong with the text of a process, its examples included. Writes nothing.
#[utoipa::path(post, path = "/processes/check", tag = "trace", request_body = ProcessBody, responses((status = 200, body = Vec<SlipShape>)))]
async fn check_process(
    who: Actor<grant::ReadPlans>,
    State(app): State<App>,
    Validated(body): Validated<ProcessBody>,
) -> Result<Json<Vec<SlipShape>>, Problem> {
    let shape = |fault: Fault| SlipShape {
        line: fault.place.line,
        column: fault.place.column,
        code: fault.code,
        message: fault.words(who.language).to_owned(),
        suggestion: fault.suggestion,
    };
    Ok(Json(trace::check_process(&app, &body.text).await?.into_iter().map(shape).collect()))
}

/// A version that was added.
#[derive(Debug, Serialize, ToSchema)]
struct AddedShape {
    key: String,
    version: i32,
}

/// Adds a version of a process. Open traces stay with theirs.
#[utoipa::path(post, path = "/processes", tag = "trace", request_body = ProcessBody, responses((status = 201, body = AddedShape)))]
async fn create_process(
    who: Actor<grant::EditPlans>,
    State(app): State<App>,
    Validated(body): Validated<ProcessBody>,
) -> Result<(StatusCode, Json<AddedShape>), Problem> {
    let tx = who.begin(&app).await?;
    let process = trace::add_process(&app, &tx, &who, &body.text).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(AddedShape { key: process.key.clone(), version: process.version })))
}
