//! Handlers of processes: what the firm's sales must show.

use super::shape::AcceptShape;
use crate::org::{Actor, HeadOffice, grant, staff_names};
use crate::platform::{App, Problem, Validated};
use crate::trace::{self, ProcessPage, ProcessTurn};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use tend_rules::base::{Instant, Language, StaffId};
use tend_rules::plan::Fault;
use tend_rules::trace::{Anchor, Need, Process, Step};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_processes, create_process))
        .routes(routes!(check_process))
        .routes(routes!(read_process))
        .routes(routes!(retire_process, resume_process))
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
    /// Since when no sale is begun by it.
    retired_at: Option<Instant>,
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
        retired_at: row.retired_at,
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

/// A version of a process.
#[derive(Debug, Serialize, ToSchema)]
struct ProcessPageShape {
    /// Its key.
    key: String,
    /// The version.
    version: i32,
    /// Its name in the reader's language; the key where the text cannot be read any more.
    title: String,
    /// The law that demands it.
    law: Option<String>,
    /// Whose form of remarks holds.
    business_type: String,
    /// For whom it is, as an expression; none for everybody.
    applies_if: Option<String>,
    /// The text.
    text: String,
    /// Its steps in order; none where the text cannot be read any more, as when a fact is gone.
    steps: Vec<ProcessStepShape>,
    /// Every version, the newest first.
    versions: Vec<ProcessTurnShape>,
    /// Since when no sale is begun by it.
    retired_at: Option<Instant>,
}

/// A step as the process says it.
#[derive(Debug, Serialize, ToSchema)]
struct ProcessStepShape {
    key: String,
    title: String,
    /// What to do.
    help: Option<String>,
    /// `always`, `if`, or `never` where it may be shown and need not.
    need: &'static str,
    /// When it is needed, as an expression.
    needed_if: Option<String>,
    /// The titles of earlier steps that come before it.
    after: Vec<String>,
    /// How many hours it may take.
    within_hours: Option<i64>,
    /// The title of the step since which they are counted; none for the opening of the trace.
    within_of: Option<String>,
    /// The evidence that it accepts; any one will do.
    accepts: Vec<AcceptShape>,
    /// Words that the remark must hold.
    phrases: Vec<String>,
}

/// How a version came.
#[derive(Debug, Serialize, ToSchema)]
struct ProcessTurnShape {
    version: i32,
    /// The playbook that brought it; empty for the firm's own.
    playbook: String,
    at: Instant,
    /// Who added it; empty for a playbook.
    by: String,
}

fn step_shape(process: &Process, step: &Step, language: Language) -> ProcessStepShape {
    let title_of = |key: &String| process.step(key).map_or_else(|| key.clone(), |step| step.title.of(language).into());
    let (need, needed_if) = match &step.need {
        Need::Always => ("always", None),
        Need::If(condition) => ("if", Some(condition.source.to_string())),
        Need::Never => ("never", None),
    };
    let within_of = step.within.as_ref().and_then(|within| match &within.of {
        Anchor::Opening => None,
        Anchor::Step(key) => Some(title_of(key)),
    });
    ProcessStepShape {
        key: step.key.clone(),
        title: step.title.of(language).to_owned(),
        help: step.help.as_ref().map(|help| help.of(language).to_owned()),
        need,
        needed_if,
        after: step.after.iter().map(title_of).collect(),
        within_hours: step.within.as_ref().map(|within| within.hours),
        within_of,
        accepts: step.accepts.iter().map(AcceptShape::from).collect(),
        phrases: step.phrases.iter().map(|phrase| phrase.words.of(language).to_owned()).collect(),
    }
}

impl ProcessPageShape {
    fn of(page: ProcessPage, names: &HashMap<StaffId, String>, language: Language) -> Self {
        let process = page.process.as_ref();
        let name = |id: StaffId| names.get(&id).cloned();
        let turn = |turn: ProcessTurn| ProcessTurnShape {
            version: turn.version,
            playbook: turn.playbook,
            at: turn.at,
            by: turn.by.and_then(name).unwrap_or_default(),
        };
        Self {
            title: process.map_or_else(|| page.key.clone(), |process| process.title.of(language).to_owned()),
            law: process.and_then(|process| process.law.as_ref()).map(|law| law.of(language).to_owned()),
            business_type: process.map(|process| process.business_type.clone()).unwrap_or_default(),
            applies_if: process.and_then(|process| process.applies_if.as_ref()).map(|one| one.source.to_string()),
            steps: process.map_or_else(Vec::new, |process| {
                process.steps.iter().map(|step| step_shape(process, step, language)).collect()
            }),
            versions: page.turns.into_iter().map(turn).collect(),
            retired_at: page.retired_at,
            key: page.key,
            version: page.version,
            text: page.text,
        }
    }
}

/// A version of a process: its text, what its steps demand, and its other versions.
#[utoipa::path(get, path = "/processes/{key}", tag = "trace", params(("key" = String, Path), VersionQuery), responses((status = 200, body = ProcessPageShape)))]
async fn read_process(
    who: Actor<grant::ReadPlans>,
    State(app): State<App>,
    Path(key): Path<String>,
    Query(query): Query<VersionQuery>,
) -> Result<Json<ProcessPageShape>, Problem> {
    let page = trace::process_page(&app, &key, query.version).await?;
    Ok(Json(ProcessPageShape::of(page, &staff_names(app.read()).await?, who.language)))
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
    who: HeadOffice<grant::EditPlans>,
    State(app): State<App>,
    Validated(body): Validated<ProcessBody>,
) -> Result<(StatusCode, Json<AddedShape>), Problem> {
    let tx = who.begin(&app).await?;
    let process = trace::add_process(&app, &tx, &who, &body.text).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(AddedShape { key: process.key.clone(), version: process.version })))
}

/// Retires a process: no sale is begun by it, and those that are open go on by their version.
#[utoipa::path(post, path = "/processes/{key}/retirement", tag = "trace", params(("key" = String, Path)), responses((status = 204)))]
async fn retire_process(
    who: HeadOffice<grant::EditPlans>,
    State(app): State<App>,
    Path(key): Path<String>,
) -> Result<StatusCode, Problem> {
    let tx = who.begin(&app).await?;
    trace::retire_process(&app, &tx, &who, &key).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a retired process back into use.
#[utoipa::path(delete, path = "/processes/{key}/retirement", tag = "trace", params(("key" = String, Path)), responses((status = 204)))]
async fn resume_process(
    who: HeadOffice<grant::EditPlans>,
    State(app): State<App>,
    Path(key): Path<String>,
) -> Result<StatusCode, Problem> {
    let tx = who.begin(&app).await?;
    trace::resume_process(&app, &tx, &who, &key).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
