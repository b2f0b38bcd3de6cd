//! Handlers of outcomes and of the page on which they are given; of outcome codes in a file of their own.

mod codes;

use super::page::Said;
use super::{Outcome, TouchPage};
use crate::org::{Actor, HeadOffice, grant};
use crate::plan::{SaidScript, SaidTemplate};
use crate::platform::{App, IfMatch, Problem, Validated};
use crate::work::{Origin, TouchShape};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tend_rules::base::*;
use tend_rules::contact::{Known, NextStep, NoteRule, OutcomeCode, Reached, RemarkFault, Result as Fate};
use tend_rules::plan::{RemarkForm, RemarkPart};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this room.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read_touch))
        .routes(routes!(create_outcome, delete_outcome))
        .routes(routes!(list_remark_forms))
        .routes(routes!(put_remark_form, delete_remark_form))
        .routes(routes!(check_remark))
        .merge(codes::router())
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

/// The hand-out of a batch.
#[derive(Debug, Serialize, ToSchema)]
struct OriginShape {
    batch: BatchId,
    batch_name: String,
    /// Why these customers need care, as the batch says.
    reason: String,
    /// Who handed it out; nobody where the journal of the customer does not tell, as after a merge.
    by_id: Option<StaffId>,
    by_name: Option<String>,
    at: Instant,
}

impl OriginShape {
    fn of(origin: Origin, language: Language) -> Self {
        let (by_id, by_name) = origin.by.unzip();
        let reason = origin.reason.of(language).to_owned();
        Self { batch: origin.batch, batch_name: origin.batch_name, reason, by_id, by_name, at: origin.at }
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
    /// The gift that goes with it, if its plan names one.
    gift: Option<String>,
    /// The codes with which it may end.
    outcome_codes: Vec<CodeShape>,
    /// The customer's last contacts, newest first.
    history: Vec<SaidShape>,
    /// The hand-out of a batch from which it comes, if it comes from one: why this customer is on the list.
    origin: Option<OriginShape>,
}

/// The page of a work order.
#[utoipa::path(get, path = "/touches/{id}", tag = "contact", params(("id" = TouchId, Path)), responses((status = 200, body = TouchPageShape)))]
async fn read_touch(
    who: Actor<grant::ReadWork>,
    State(app): State<App>,
    Path(id): Path<TouchId>,
) -> Result<Json<TouchPageShape>, Problem> {
    let TouchPage { touch, phone_masked, words, codes, history, origin } = super::touch_page(&app, &who, id).await?;
    Ok(Json(TouchPageShape {
        touch: TouchShape::of(&app, touch, who.language, app.today()),
        phone_masked,
        script: words.script,
        templates: words.templates,
        gift: words.gift,
        outcome_codes: codes_shape(codes, who.language),
        history: history.into_iter().map(SaidShape::from).collect(),
        origin: origin.map(|origin| OriginShape::of(origin, who.language)),
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
    /// When it happened, where it is told later; within the last 72 hours.
    happened_at: Option<Instant>,
    /// Answers to the script's questions: fact to value. Other facts need the right to change customers too.
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

/// Records the outcome of a work order on the own list. With `If-Match`, only if nobody changed the work order since.
#[utoipa::path(post, path = "/touches/{id}/outcome", tag = "contact", request_body = OutcomeBody, params(("id" = TouchId, Path)), responses((status = 201, body = RecordedShape)))]
async fn create_outcome(
    who: Actor<grant::DoWork>,
    State(app): State<App>,
    Path(id): Path<TouchId>,
    seen: Option<IfMatch>,
    Validated(body): Validated<OutcomeBody>,
) -> Result<(StatusCode, Json<RecordedShape>), Problem> {
    let outcome = Outcome {
        version: seen.map(|IfMatch(version)| version),
        code: body.code,
        note: body.note,
        next: NextStep { day: body.next_day, minute: body.next_minute },
        facts: body.facts,
        happened_at: body.happened_at,
    };
    let tx = who.begin(&app).await?;
    let recorded = super::record(&app, &tx, &who, id, outcome).await?;
    tx.commit().await?;
    let touch = TouchShape::of(&app, recorded.touch, who.language, app.today());
    Ok((StatusCode::CREATED, Json(RecordedShape { id: recorded.id, touch, follow_up: recorded.follow_up })))
}

/// Takes the last outcome back, within ten seconds.
#[utoipa::path(delete, path = "/touches/{id}/outcome", tag = "contact", params(("id" = TouchId, Path)), responses((status = 200, body = TouchShape)))]
async fn delete_outcome(
    who: Actor<grant::DoWork>,
    State(app): State<App>,
    Path(id): Path<TouchId>,
) -> Result<Json<TouchShape>, Problem> {
    let tx = who.begin(&app).await?;
    let touch = super::take_back(&app, &tx, &who, id).await?;
    tx.commit().await?;
    Ok(Json(TouchShape::of(&app, touch, who.language, app.today())))
}

/// A form of remarks.
#[derive(Debug, Serialize, ToSchema)]
struct RemarkFormShape {
    /// The business type; `any` for every type without a form of its own.
    business_type: String,
    /// The playbook that brought it; empty for the firm's own.
    playbook: String,
    /// Its parts in order.
    #[schema(value_type = Vec<Object>)]
    parts: Vec<RemarkPart>,
}

/// The word on the wire for every business type that has no form of its own.
const ANY: &str = "any";

fn type_of(word: String) -> String {
    if word == ANY { String::new() } else { word }
}

/// The forms in which remarks are written.
#[utoipa::path(get, path = "/remark-forms", tag = "contact", responses((status = 200, body = Vec<RemarkFormShape>)))]
async fn list_remark_forms(
    _: Actor<grant::ReadWork>,
    State(app): State<App>,
) -> Result<Json<Vec<RemarkFormShape>>, Problem> {
    let forms = super::remark_forms(app.read()).await?.into_iter().map(|(playbook, form)| RemarkFormShape {
        business_type: if form.business_type.is_empty() { ANY.into() } else { form.business_type },
        playbook,
        parts: form.parts,
    });
    Ok(Json(forms.collect()))
}

#[derive(Debug, Deserialize, ToSchema)]
struct RemarkFormBody {
    /// The parts in order: `{key, title: {zh, en}, kind, need, choices, fill}`.
    #[schema(value_type = Vec<Object>)]
    parts: Vec<RemarkPart>,
}

/// Sets the firm's own form of a business type; `any` for all that have none.
#[utoipa::path(put, path = "/remark-forms/{business_type}", tag = "contact", request_body = RemarkFormBody, params(("business_type" = String, Path)), responses((status = 204)))]
async fn put_remark_form(
    who: HeadOffice<grant::ManageCatalogue>,
    State(app): State<App>,
    Path(business_type): Path<String>,
    Validated(body): Validated<RemarkFormBody>,
) -> Result<StatusCode, Problem> {
    let form = RemarkForm { business_type: type_of(business_type), parts: body.parts };
    let tx = who.begin(&app).await?;
    super::set_remark_form(&app, &tx, who.doer(), &form.business_type.clone(), Some(form)).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes the form of a business type away: its remarks are free again.
#[utoipa::path(delete, path = "/remark-forms/{business_type}", tag = "contact", params(("business_type" = String, Path)), responses((status = 204)))]
async fn delete_remark_form(
    who: HeadOffice<grant::ManageCatalogue>,
    State(app): State<App>,
    Path(business_type): Path<String>,
) -> Result<StatusCode, Problem> {
    let tx = who.begin(&app).await?;
    super::set_remark_form(&app, &tx, who.doer(), &type_of(business_type), None).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, ToSchema)]
struct RemarkBody {
    /// Whose form is meant.
    business_type: String,
    /// The text.
    text: String,
    /// The channel over which the customer was spoken to.
    channel: Option<Channel>,
    /// The day of the next step.
    next_day: Option<Day>,
}

/// Whether a remark is in its form.
#[derive(Debug, Serialize, ToSchema)]
struct RemarkShape {
    /// Whether it is, or has no form to keep to.
    fits: bool,
    /// What is wrong, part by part.
    #[schema(value_type = Vec<Object>)]
    faults: Vec<RemarkFault>,
    /// The text in the form.
    proposal: Option<String>,
}

/// Holds a remark against its form and says how it would look in it. Writes nothing.
#[utoipa::path(post, path = "/remarks/check", tag = "contact", request_body = RemarkBody, responses((status = 200, body = RemarkShape)))]
async fn check_remark(
    _: Actor<grant::ReadWork>,
    State(app): State<App>,
    Validated(body): Validated<RemarkBody>,
) -> Result<Json<RemarkShape>, Problem> {
    let known = Known { today: app.today(), channel: body.channel, next: body.next_day };
    let form = super::remark_form(app.read(), &body.business_type).await?;
    let misfit = form.and_then(|form| tend_rules::contact::check_remark(&form, &body.text, known).err());
    let (faults, proposal) = misfit.map_or((Vec::new(), None), |misfit| (misfit.faults, Some(misfit.proposal)));
    Ok(Json(RemarkShape { fits: proposal.is_none(), faults, proposal }))
}
