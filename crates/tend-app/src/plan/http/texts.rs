//! Scripts and templates as the settings show and change them.

use crate::org::{Actor, HeadOffice, grant, staff_names};
use crate::plan::naming::TextUser;
use crate::plan::texts::{self, FirmText, TextBody, TextKind};
use crate::plan::words::{Question, Script, Stage};
use crate::plan::{library, text_history};
use crate::platform::{App, IfMatch, Problem, Validated};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tend_rules::base::*;
use tend_rules::segment::Words;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_templates, create_template))
        .routes(routes!(check_template))
        .routes(routes!(change_template))
        .routes(routes!(retire_template, resume_template))
        .routes(routes!(template_history))
        .routes(routes!(list_scripts, create_script))
        .routes(routes!(check_script))
        .routes(routes!(change_script))
        .routes(routes!(retire_script, resume_script))
        .routes(routes!(script_history))
}

/// Words in both languages, with `{placeholders}`.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct BothWords {
    zh: String,
    en: String,
}

impl From<BothWords> for Words {
    fn from(words: BothWords) -> Self {
        Self::new(words.zh, words.en)
    }
}

impl From<Words> for BothWords {
    fn from(words: Words) -> Self {
        Self { zh: words.zh, en: words.en }
    }
}

/// A plan that names a text.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TextUserShape {
    id: PlanId,
    title: String,
}

impl TextUserShape {
    pub fn of(user: &TextUser, language: Language) -> Self {
        Self { id: user.id, title: user.title.of(language).to_owned() }
    }
}

/// What the settings show of every text.
#[derive(Debug, Serialize, ToSchema)]
struct TextHead {
    key: String,
    /// The playbook that brought it; empty for the firm's own.
    playbook: String,
    /// The entity tag to be named in a change.
    version: i64,
    /// Whether the firm wrote or edited it: updates of playbooks leave it alone.
    edited: bool,
    /// Since when nobody is to use it.
    retired_at: Option<Instant>,
    /// The plans that name it.
    plans: Vec<TextUserShape>,
}

fn head(text: &FirmText, language: Language) -> TextHead {
    TextHead {
        key: text.key.clone(),
        playbook: text.playbook.clone(),
        version: text.version,
        edited: text.edited,
        retired_at: text.retired_at,
        plans: text.users.iter().map(|user| TextUserShape::of(user, language)).collect(),
    }
}

/// A message template.
#[derive(Debug, Serialize, ToSchema)]
struct TemplateShape {
    #[serde(flatten)]
    head: TextHead,
    #[schema(value_type = String)]
    channel: Channel,
    /// Taken in turn, so that nobody reads the same words twice in a row.
    wordings: Vec<BothWords>,
}

/// A part of a script.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
struct StageShape {
    /// `opening`, `confirm`, `objections`, `agreement`, or another word.
    key: String,
    title: BothWords,
    body: BothWords,
}

/// A question of a script.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
struct QuestionShape {
    text: BothWords,
    /// The fact that the answer fills.
    #[serde(default)]
    fact: Option<String>,
}

/// A script.
#[derive(Debug, Serialize, ToSchema)]
struct ScriptShape {
    #[serde(flatten)]
    head: TextHead,
    title: BothWords,
    stages: Vec<StageShape>,
    questions: Vec<QuestionShape>,
}

#[derive(Debug, Deserialize, ToSchema)]
struct TemplateBody {
    /// The key by which plans name it; only small letters, digits and `_`.
    key: String,
    #[schema(value_type = String)]
    channel: Channel,
    wordings: Vec<BothWords>,
}

#[derive(Debug, Deserialize, ToSchema)]
struct ScriptBody {
    /// The key by which plans name it; only small letters, digits and `_`.
    key: String,
    title: BothWords,
    stages: Vec<StageShape>,
    #[serde(default)]
    questions: Vec<QuestionShape>,
}

impl From<TemplateBody> for TextBody {
    fn from(body: TemplateBody) -> Self {
        Self::Template { channel: body.channel, wordings: body.wordings.into_iter().map(Words::from).collect() }
    }
}

impl From<ScriptBody> for TextBody {
    fn from(body: ScriptBody) -> Self {
        let stage = |one: StageShape| Stage { key: one.key, title: one.title.into(), body: one.body.into() };
        let question = |one: QuestionShape| Question { text: one.text.into(), fact: one.fact };
        Self::Script(Script {
            title: body.title.into(),
            stages: body.stages.into_iter().map(stage).collect(),
            questions: body.questions.into_iter().map(question).collect(),
        })
    }
}

/// What is wrong with a text, and where.
#[derive(Debug, Serialize, ToSchema)]
struct WordingProblem {
    /// Which words: `wordings.1.zh`, `stages.0.body.en` …
    place: String,
    line: u32,
    column: u32,
    code: &'static str,
    message: String,
    suggestion: Option<String>,
}

async fn checked(
    app: &App,
    key: &str,
    body: &TextBody,
    language: Language,
) -> Result<Json<Vec<WordingProblem>>, Problem> {
    let faults = texts::check(app, key, body).await?;
    let shown = library::shown(&faults, language);
    let problem = |(fault, shown): (&tend_rules::plan::Fault, crate::segment::TextProblem)| WordingProblem {
        place: fault.file.clone(),
        line: shown.line,
        column: shown.column,
        code: shown.code,
        message: shown.message,
        suggestion: shown.suggestion,
    };
    Ok(Json(faults.iter().zip(shown).map(problem).collect()))
}

/// What became of a text.
#[derive(Debug, Serialize, ToSchema)]
struct TextTurnShape {
    at: Instant,
    /// Who; empty for the program itself.
    by: String,
    /// `added`, `changed`, `retired`, `resumed`.
    deed: String,
    /// The version that it made, where it made one.
    version: Option<i64>,
    /// What the text said from then on, where it was written.
    #[schema(value_type = Object)]
    body: Value,
}

async fn turns(app: &App, kind: TextKind, key: &str) -> Result<Json<Vec<TextTurnShape>>, Problem> {
    let names = staff_names(app.read()).await?;
    let turns = text_history::history(app, kind, key).await?.into_iter().map(|turn| TextTurnShape {
        at: turn.at,
        by: turn.by.and_then(|id| names.get(&id).cloned()).unwrap_or_default(),
        deed: turn.deed,
        version: turn.version,
        body: turn.body,
    });
    Ok(Json(turns.collect()))
}

macro_rules! one_transaction {
    ($app:ident, $who:ident, |$tx:ident| $deed:expr) => {{
        let $tx = $who.begin(&$app).await?;
        $deed.await?;
        $tx.commit().await?;
        Ok(StatusCode::NO_CONTENT)
    }};
}

/// The message templates of the firm and its playbooks.
#[utoipa::path(get, path = "/templates", tag = "plan", responses((status = 200, body = Vec<TemplateShape>)))]
async fn list_templates(
    who: Actor<grant::ManageCatalogue>,
    State(app): State<App>,
) -> Result<Json<Vec<TemplateShape>>, Problem> {
    let shaped = |text: FirmText| {
        let head = head(&text, who.language);
        let TextBody::Template { channel, wordings } = text.body else { return None };
        Some(TemplateShape { head, channel, wordings: wordings.into_iter().map(BothWords::from).collect() })
    };
    Ok(Json(texts::every(&app, TextKind::Template).await?.into_iter().filter_map(shaped).collect()))
}

/// Adds a message template of the firm's own.
#[utoipa::path(post, path = "/templates", tag = "plan", request_body = TemplateBody, responses((status = 204)))]
async fn create_template(
    who: HeadOffice<grant::ManageCatalogue>,
    State(app): State<App>,
    Validated(body): Validated<TemplateBody>,
) -> Result<StatusCode, Problem> {
    let (key, body) = (body.key.clone(), TextBody::from(body));
    one_transaction!(app, who, |tx| texts::add(&app, &tx, who.doer(), &key, &body))
}

/// What is wrong with a message template as it is being written. Changes nothing.
#[utoipa::path(post, path = "/templates/check", tag = "plan", request_body = TemplateBody, responses((status = 200, body = Vec<WordingProblem>)))]
async fn check_template(
    who: Actor<grant::ManageCatalogue>,
    State(app): State<App>,
    Validated(body): Validated<TemplateBody>,
) -> Result<Json<Vec<WordingProblem>>, Problem> {
    let (key, body) = (body.key.clone(), TextBody::from(body));
    checked(&app, &key, &body, who.language).await
}

/// Changes a message template; `If-Match` names the version that was seen. The key in the body is that of the path.
#[utoipa::path(patch, path = "/templates/{key}", tag = "plan", request_body = TemplateBody, params(("key" = String, Path), ("If-Match" = String, Header)), responses((status = 204)))]
async fn change_template(
    who: HeadOffice<grant::ManageCatalogue>,
    State(app): State<App>,
    Path(key): Path<String>,
    IfMatch(version): IfMatch,
    Validated(body): Validated<TemplateBody>,
) -> Result<StatusCode, Problem> {
    let body = TextBody::from(body);
    one_transaction!(app, who, |tx| texts::change(&app, &tx, who.doer(), (&key, version), &body))
}

/// Retires a message template that no published plan uses.
#[utoipa::path(post, path = "/templates/{key}/retirement", tag = "plan", params(("key" = String, Path)), responses((status = 204)))]
async fn retire_template(
    who: HeadOffice<grant::ManageCatalogue>,
    State(app): State<App>,
    Path(key): Path<String>,
) -> Result<StatusCode, Problem> {
    one_transaction!(app, who, |tx| texts::retire(&app, &tx, who.doer(), TextKind::Template, &key))
}

/// Takes a retired message template back into use.
#[utoipa::path(delete, path = "/templates/{key}/retirement", tag = "plan", params(("key" = String, Path)), responses((status = 204)))]
async fn resume_template(
    who: HeadOffice<grant::ManageCatalogue>,
    State(app): State<App>,
    Path(key): Path<String>,
) -> Result<StatusCode, Problem> {
    one_transaction!(app, who, |tx| texts::resume(&app, &tx, who.doer(), TextKind::Template, &key))
}

/// What became of a message template, newest first.
#[utoipa::path(get, path = "/templates/{key}/history", tag = "plan", params(("key" = String, Path)), responses((status = 200, body = Vec<TextTurnShape>)))]
async fn template_history(
    _who: Actor<grant::ManageCatalogue>,
    State(app): State<App>,
    Path(key): Path<String>,
) -> Result<Json<Vec<TextTurnShape>>, Problem> {
    turns(&app, TextKind::Template, &key).await
}

/// The scripts of the firm and its playbooks.
#[utoipa::path(get, path = "/scripts", tag = "plan", responses((status = 200, body = Vec<ScriptShape>)))]
async fn list_scripts(
    who: Actor<grant::ManageCatalogue>,
    State(app): State<App>,
) -> Result<Json<Vec<ScriptShape>>, Problem> {
    let shaped = |text: FirmText| {
        let head = head(&text, who.language);
        let TextBody::Script(script) = text.body else { return None };
        let stage = |one: Stage| StageShape { key: one.key, title: one.title.into(), body: one.body.into() };
        let question = |one: Question| QuestionShape { text: one.text.into(), fact: one.fact };
        Some(ScriptShape {
            head,
            title: script.title.into(),
            stages: script.stages.into_iter().map(stage).collect(),
            questions: script.questions.into_iter().map(question).collect(),
        })
    };
    Ok(Json(texts::every(&app, TextKind::Script).await?.into_iter().filter_map(shaped).collect()))
}

/// Adds a script of the firm's own.
#[utoipa::path(post, path = "/scripts", tag = "plan", request_body = ScriptBody, responses((status = 204)))]
async fn create_script(
    who: HeadOffice<grant::ManageCatalogue>,
    State(app): State<App>,
    Validated(body): Validated<ScriptBody>,
) -> Result<StatusCode, Problem> {
    let (key, body) = (body.key.clone(), TextBody::from(body));
    one_transaction!(app, who, |tx| texts::add(&app, &tx, who.doer(), &key, &body))
}

/// What is wrong with a script as it is being written. Changes nothing.
#[utoipa::path(post, path = "/scripts/check", tag = "plan", request_body = ScriptBody, responses((status = 200, body = Vec<WordingProblem>)))]
async fn check_script(
    who: Actor<grant::ManageCatalogue>,
    State(app): State<App>,
    Validated(body): Validated<ScriptBody>,
) -> Result<Json<Vec<WordingProblem>>, Problem> {
    let (key, body) = (body.key.clone(), TextBody::from(body));
    checked(&app, &key, &body, who.language).await
}

/// Changes a script; `If-Match` names the version that was seen. The key in the body is that of the path.
#[utoipa::path(patch, path = "/scripts/{key}", tag = "plan", request_body = ScriptBody, params(("key" = String, Path), ("If-Match" = String, Header)), responses((status = 204)))]
async fn change_script(
    who: HeadOffice<grant::ManageCatalogue>,
    State(app): State<App>,
    Path(key): Path<String>,
    IfMatch(version): IfMatch,
    Validated(body): Validated<ScriptBody>,
) -> Result<StatusCode, Problem> {
    let body = TextBody::from(body);
    one_transaction!(app, who, |tx| texts::change(&app, &tx, who.doer(), (&key, version), &body))
}

/// Retires a script that no published plan uses.
#[utoipa::path(post, path = "/scripts/{key}/retirement", tag = "plan", params(("key" = String, Path)), responses((status = 204)))]
async fn retire_script(
    who: HeadOffice<grant::ManageCatalogue>,
    State(app): State<App>,
    Path(key): Path<String>,
) -> Result<StatusCode, Problem> {
    one_transaction!(app, who, |tx| texts::retire(&app, &tx, who.doer(), TextKind::Script, &key))
}

/// Takes a retired script back into use.
#[utoipa::path(delete, path = "/scripts/{key}/retirement", tag = "plan", params(("key" = String, Path)), responses((status = 204)))]
async fn resume_script(
    who: HeadOffice<grant::ManageCatalogue>,
    State(app): State<App>,
    Path(key): Path<String>,
) -> Result<StatusCode, Problem> {
    one_transaction!(app, who, |tx| texts::resume(&app, &tx, who.doer(), TextKind::Script, &key))
}

/// What became of a script, newest first.
#[utoipa::path(get, path = "/scripts/{key}/history", tag = "plan", params(("key" = String, Path)), responses((status = 200, body = Vec<TextTurnShape>)))]
async fn script_history(
    _who: Actor<grant::ManageCatalogue>,
    State(app): State<App>,
    Path(key): Path<String>,
) -> Result<Json<Vec<TextTurnShape>>, Problem> {
    turns(&app, TextKind::Script, &key).await
}
