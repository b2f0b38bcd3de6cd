//! Handlers of outcomes and of the page on which they are given.

use super::page::Said;
use super::{Outcome, TouchPage};
use crate::org::{Actor, grant};
use crate::plan::{SaidScript, SaidTemplate};
use crate::platform::{App, Problem, Validated};
use crate::work::TouchShape;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use tend_rules::base::*;
use tend_rules::contact::{NextStep, NoteRule, OutcomeCode, Reached, Result as Fate};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this room.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read_touch))
        .routes(routes!(create_outcome, delete_outcome))
        .routes(routes!(list_outcome_codes))
}

/// A button of the page.
#[derive(Debug, Serialize, ToSchema)]
struct CodeShape {
    code: String,
    /// In the reader's language.
    title: String,
    /// Whether the customer was reached: `yes` or `no`.
    #[schema(value_type = String)]
    reached: Reached,
    /// `done`, `again` or `failed`.
    #[schema(value_type = String)]
    result: Fate,
    /// Whether a note must be written.
    needs_note: bool,
    /// Days until the next step that the code proposes.
    next_days: Option<i32>,
    /// The number key, 1..9.
    key: Option<usize>,
}

fn codes_shape(codes: Vec<OutcomeCode>, language: Language) -> Vec<CodeShape> {
    let shape = |(place, code): (usize, OutcomeCode)| CodeShape {
        title: code.title(language).to_owned(),
        reached: code.reached,
        result: code.result,
        needs_note: code.note == NoteRule::Needed,
        next_days: code.next_days,
        key: (place < 9).then_some(place + 1),
        code: code.code,
    };
    codes.into_iter().enumerate().map(shape).collect()
}

/// A contact of the past.
#[derive(Debug, Serialize, ToSchema)]
struct SaidShape {
    id: ContactId,
    at: Instant,
    staff_id: StaffId,
    staff_name: String,
    channel: String,
    code: String,
    /// The code's title in the reader's language.
    title: String,
    note: Option<String>,
    next_day: Option<Day>,
}

impl From<Said> for SaidShape {
    fn from(said: Said) -> Self {
        Self {
            id: said.id,
            at: said.at,
            staff_id: said.staff,
            staff_name: said.staff_name,
            channel: said.channel,
            code: said.code,
            title: said.title,
            note: said.note,
            next_day: said.next_day,
        }
    }
}

/// Everything a person needs to carry out a work order.
#[derive(Debug, Serialize, ToSchema)]
struct TouchPageShape {
    touch: TouchShape,
    /// The masked first phone of the customer.
    phone_masked: Option<String>,
    /// What to say, filled in for this customer.
    script: Option<SaidScript>,
    /// Messages, filled in for this customer.
    templates: Vec<SaidTemplate>,
    /// The codes with which it may end.
    outcome_codes: Vec<CodeShape>,
    /// The customer's last contacts, newest first.
    history: Vec<SaidShape>,
}

/// The page of a work order.
#[utoipa::path(get, path = "/touches/{id}", tag = "contact", params(("id" = String, Path)), responses((status = 200, body = TouchPageShape)))]
async fn read_touch(
    who: Actor<grant::ReadWork>,
    State(app): State<App>,
    Path(id): Path<TouchId>,
) -> Result<Json<TouchPageShape>, Problem> {
    let TouchPage { touch, phone_masked, words, codes, history } = super::touch_page(&app, &who, id).await?;
    Ok(Json(TouchPageShape {
        touch: TouchShape::of(touch, who.language, app.today()),
        phone_masked,
        script: words.script,
        templates: words.templates,
        outcome_codes: codes_shape(codes, who.language),
        history: history.into_iter().map(SaidShape::from).collect(),
    }))
}

#[derive(Debug, Deserialize, ToSchema)]
struct OutcomeBody {
    /// One of the work order's outcome codes.
    code: String,
    /// A note; some codes ask for one.
    #[serde(default)]
    note: String,
    /// The day on which to go on.
    next_day: Option<Day>,
    /// Minutes after midnight, if a time was agreed.
    next_minute: Option<u16>,
    /// Answers to the script's questions: fact to value.
    #[serde(default)]
    #[schema(value_type = Object)]
    facts: Map<String, Value>,
}

/// What an outcome did.
#[derive(Debug, Serialize, ToSchema)]
struct RecordedShape {
    /// The contact.
    id: ContactId,
    /// The work order as it stands now.
    touch: TouchShape,
    /// The next work order of the matter, if one was made.
    follow_up: Option<TouchId>,
}

/// Records the outcome of a work order on the own list.
#[utoipa::path(post, path = "/touches/{id}/outcome", tag = "contact", request_body = OutcomeBody, params(("id" = String, Path)), responses((status = 201, body = RecordedShape)))]
async fn create_outcome(
    who: Actor<grant::DoWork>,
    State(app): State<App>,
    Path(id): Path<TouchId>,
    Validated(body): Validated<OutcomeBody>,
) -> Result<(StatusCode, Json<RecordedShape>), Problem> {
    let outcome = Outcome {
        code: body.code,
        note: body.note,
        next: NextStep { day: body.next_day, minute: body.next_minute },
        facts: body.facts,
    };
    let tx = who.begin(&app).await?;
    let recorded = super::record(&app, &tx, &who, id, outcome).await?;
    tx.commit().await?;
    let touch = TouchShape::of(recorded.touch, who.language, app.today());
    Ok((StatusCode::CREATED, Json(RecordedShape { id: recorded.id, touch, follow_up: recorded.follow_up })))
}

/// Takes the last outcome back, within ten seconds.
#[utoipa::path(delete, path = "/touches/{id}/outcome", tag = "contact", params(("id" = String, Path)), responses((status = 200, body = TouchShape)))]
async fn delete_outcome(
    who: Actor<grant::DoWork>,
    State(app): State<App>,
    Path(id): Path<TouchId>,
) -> Result<Json<TouchShape>, Problem> {
    let tx = who.begin(&app).await?;
    let touch = super::take_back(&app, &tx, &who, id).await?;
    tx.commit().await?;
    Ok(Json(TouchShape::of(touch, who.language, app.today())))
}

/// The outcome codes by business type; the usual ones stand under the empty key.
#[utoipa::path(get, path = "/outcome-codes", tag = "contact", responses((status = 200, body = BTreeMap<String, Vec<CodeShape>>)))]
async fn list_outcome_codes(
    who: Actor<grant::ReadWork>,
    State(app): State<App>,
) -> Result<Json<BTreeMap<String, Vec<CodeShape>>>, Problem> {
    let codes = super::every_code(app.read()).await?;
    Ok(Json(codes.into_iter().map(|(kind, codes)| (kind, codes_shape(codes, who.language))).collect()))
}
