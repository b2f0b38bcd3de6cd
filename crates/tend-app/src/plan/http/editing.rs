//! Plans and playbooks as editors see them.

use crate::org::{Actor, HeadOffice, grant, staff_names};
use crate::plan::PlanError;
use crate::plan::edit::{self, record};
use crate::plan::library::{Checked, check_text};
use crate::plan::playbook::{Installed, PlaybookRow, install_playbook, playbooks};
use crate::plan::store::plans::{self, On, Pause, PlanRecord, VersionHead};
use crate::platform::{App, IfMatch, Problem, Validated, etag};
use crate::segment::catalogue;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tend_rules::base::*;
use tend_rules::journal::Doer;
use tend_rules::plan::CarePlan;
use tend_rules::segment::Catalogue;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_plans, begin_plan))
        .routes(routes!(read_plan))
        .routes(routes!(put_draft))
        .routes(routes!(publish_plan, withdraw_plan))
        .routes(routes!(pause_plan, resume_plan))
        .routes(routes!(read_version))
        .routes(routes!(check_plan))
        .routes(routes!(list_playbooks))
        .routes(routes!(install))
}

/// A plan in a list.
#[derive(Debug, Serialize, ToSchema)]
struct PlanRow {
    id: PlanId,
    key: String,
    /// The playbook it came with, or empty.
    playbook: String,
    title: String,
    /// `draft`, `waiting`, `published` or `paused`.
    state: &'static str,
    /// Grows with each change; the entity tag.
    version: i64,
    /// The version that is in force today, if there is one.
    published: Option<i32>,
    /// The version that was published for a day to come, if there is one.
    waiting: Option<WaitingShape>,
    /// Whether a draft waits to be published.
    has_draft: bool,
    priority: u8,
    #[schema(value_type = Vec<String>)]
    channels: Vec<Channel>,
    business_type: String,
    /// Touches due today.
    due_today: i64,
}

/// A version that waits for its day.
#[derive(Debug, Serialize, ToSchema)]
struct WaitingShape {
    version: i32,
    /// The first day on which it is in force.
    from: Day,
}

#[derive(Debug, Serialize, ToSchema)]
struct PlanList {
    items: Vec<PlanRow>,
}

/// A person by name.
#[derive(Debug, Serialize, ToSchema)]
struct NamedPerson {
    id: StaffId,
    name: String,
}

/// A published version.
#[derive(Debug, Serialize, ToSchema)]
struct VersionRow {
    version: i32,
    at: Instant,
    /// Who published it; none for the playbook itself.
    by: Option<NamedPerson>,
    reason: String,
    /// The first day on which it is in force.
    from: Day,
    /// `in_force`, `waiting` for its day, `withdrawn` before it, or `past`.
    state: &'static str,
}

/// A plan with its text and history.
#[derive(Debug, Serialize, ToSchema)]
struct PlanPage {
    #[serde(flatten)]
    row: PlanRow,
    /// The draft, else what will run, else what runs.
    text: String,
    versions: Vec<VersionRow>,
}

fn row_of(record: &PlanRecord, catalogue: &Arc<Catalogue>, language: Language, due_today: i64) -> PlanRow {
    let plan = CarePlan::parse(&record.key, record.text(), catalogue).ok();
    let state = match (record.pause, &record.published) {
        (_, None) if record.waiting.is_some() => "waiting",
        (_, None) => "draft",
        (Pause::Paused, _) => "paused",
        (Pause::Running, _) => "published",
    };
    PlanRow {
        id: record.id,
        key: record.key.clone(),
        playbook: record.playbook.clone(),
        title: plan
            .as_ref()
            .map_or(&record.key, |plan| match language {
                Language::Zh => &plan.title.zh,
                Language::En => &plan.title.en,
            })
            .clone(),
        state,
        version: record.version,
        published: record.published.as_ref().map(|one| one.version),
        waiting: record.waiting.as_ref().map(|one| WaitingShape { version: one.version, from: one.from }),
        has_draft: record.draft.is_some(),
        priority: plan.as_ref().map_or(0, |plan| plan.limits.priority),
        channels: plan.as_ref().map(|plan| plan.channels.clone()).unwrap_or_default(),
        business_type: plan.map(|plan| plan.business_type).unwrap_or_default(),
        due_today,
    }
}

fn state_of(head: &VersionHead, record: &PlanRecord, today: Day) -> &'static str {
    match head.withdrawn_at {
        Some(_) => "withdrawn",
        None if head.from > today => "waiting",
        None if record.published.as_ref().is_some_and(|one| one.version == head.version) => "in_force",
        None => "past",
    }
}

async fn page_of(app: &App, id: PlanId, language: Language) -> Result<PlanPage, PlanError> {
    let record = record(app, id).await?;
    let due = plans::due_on(app.read(), app.today()).await?;
    let names = staff_names(app.read()).await?;
    let versions = plans::versions(app.read(), id).await?.into_iter().map(|head| {
        let by = Doer::staff_in(&head.by);
        let named = |id: StaffId| NamedPerson { id, name: names.get(&id).cloned().unwrap_or_default() };
        let state = state_of(&head, &record, app.today());
        VersionRow {
            version: head.version,
            at: head.at,
            by: by.map(named),
            reason: head.reason,
            from: head.from,
            state,
        }
    });
    let versions = versions.collect();
    let row = row_of(&record, &catalogue(app).await?, language, due.get(&id).copied().unwrap_or(0));
    Ok(PlanPage { text: record.text().to_owned(), row, versions })
}

/// Every plan of the firm.
#[utoipa::path(get, path = "/plans", tag = "plan", responses((status = 200, body = PlanList)))]
async fn list_plans(who: Actor<grant::ReadPlans>, State(app): State<App>) -> Result<Json<PlanList>, Problem> {
    let due = plans::due_on(app.read(), app.today()).await?;
    let catalogue = catalogue(&app).await?;
    let records = plans::every(app.read(), On::today(app.today())).await?;
    let row = |record: &PlanRecord| row_of(record, &catalogue, who.language, due.get(&record.id).copied().unwrap_or(0));
    Ok(Json(PlanList { items: records.iter().map(row).collect() }))
}

#[derive(Debug, Deserialize, ToSchema)]
struct TextBody {
    /// The plan as TOML.
    text: String,
}

/// Begins a plan of the firm's own as a draft.
#[utoipa::path(post, path = "/plans", tag = "plan", request_body = TextBody, responses((status = 201, body = PlanPage)))]
async fn begin_plan(
    who: HeadOffice<grant::EditPlans>,
    State(app): State<App>,
    Validated(body): Validated<TextBody>,
) -> Result<impl IntoResponse, Problem> {
    let tx = who.begin(&app).await?;
    let id = edit::begin(&app, &tx, who.doer(), &body.text).await?;
    tx.commit().await?;
    let page = page_of(&app, id, who.language).await?;
    Ok((StatusCode::CREATED, [(header::ETAG, etag(page.row.version))], Json(page)))
}

/// A plan with its text and versions.
#[utoipa::path(get, path = "/plans/{id}", tag = "plan", params(("id" = PlanId, Path)), responses((status = 200, body = PlanPage)))]
async fn read_plan(
    who: Actor<grant::ReadPlans>,
    State(app): State<App>,
    Path(id): Path<PlanId>,
) -> Result<impl IntoResponse, Problem> {
    let page = page_of(&app, id, who.language).await?;
    Ok(([(header::ETAG, etag(page.row.version))], Json(page)))
}

/// Keeps a draft and says what is wrong with it. With `If-Match`, only if nobody changed the plan since.
#[utoipa::path(put, path = "/plans/{id}/draft", tag = "plan", params(("id" = PlanId, Path)), request_body = TextBody, responses((status = 200, body = Checked)))]
async fn put_draft(
    who: HeadOffice<grant::EditPlans>,
    State(app): State<App>,
    Path(id): Path<PlanId>,
    seen: Option<IfMatch>,
    Validated(body): Validated<TextBody>,
) -> Result<Json<Checked>, Problem> {
    let version = seen.map(|IfMatch(version)| version);
    let tx = who.begin(&app).await?;
    let checked = edit::draft(&app, &tx, who.doer(), id, (&body.text, version), who.language).await?;
    tx.commit().await?;
    Ok(Json(checked))
}

#[derive(Debug, Default, Deserialize, ToSchema)]
struct ReasonBody {
    /// Why; kept with the version.
    #[serde(default)]
    reason: String,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
struct PublicationBody {
    /// Why; kept with the version.
    #[serde(default)]
    reason: String,
    /// The first day on which it is in force; today where it is left out.
    #[serde(default)]
    from: Option<Day>,
}

/// Publishes the draft as the next version, from today or a day to come; until then the version before it runs. With
/// `If-Match`, only if nobody changed the plan since.
#[utoipa::path(post, path = "/plans/{id}/publication", tag = "plan", params(("id" = PlanId, Path)), request_body = PublicationBody, responses((status = 201, body = PlanPage)))]
async fn publish_plan(
    who: HeadOffice<grant::EditPlans>,
    State(app): State<App>,
    Path(id): Path<PlanId>,
    seen: Option<IfMatch>,
    Validated(body): Validated<PublicationBody>,
) -> Result<impl IntoResponse, Problem> {
    let tx = who.begin(&app).await?;
    let seen = seen.map(|IfMatch(version)| version);
    edit::publish(&app, &tx, who.doer(), (id, seen), (&body.reason, body.from)).await?;
    tx.commit().await?;
    let page = page_of(&app, id, who.language).await?;
    Ok((StatusCode::CREATED, [(header::ETAG, etag(page.row.version))], Json(page)))
}

/// Takes back the version that waits for its day; its text is the draft again where there is no other.
#[utoipa::path(delete, path = "/plans/{id}/publication", tag = "plan", params(("id" = PlanId, Path)), responses((status = 200, body = PlanPage)))]
async fn withdraw_plan(
    who: HeadOffice<grant::EditPlans>,
    State(app): State<App>,
    Path(id): Path<PlanId>,
) -> Result<impl IntoResponse, Problem> {
    let tx = who.begin(&app).await?;
    edit::withdraw(&app, &tx, who.doer(), id).await?;
    tx.commit().await?;
    let page = page_of(&app, id, who.language).await?;
    Ok(([(header::ETAG, etag(page.row.version))], Json(page)))
}

/// Stops making new touches; those already made stay.
#[utoipa::path(post, path = "/plans/{id}/pause", tag = "plan", params(("id" = PlanId, Path)), request_body = ReasonBody, responses((status = 201, body = PlanPage)))]
async fn pause_plan(
    who: HeadOffice<grant::EditPlans>,
    State(app): State<App>,
    Path(id): Path<PlanId>,
    Validated(body): Validated<ReasonBody>,
) -> Result<impl IntoResponse, Problem> {
    let tx = who.begin(&app).await?;
    edit::pause(&app, &tx, who.doer(), id, &body.reason).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(page_of(&app, id, who.language).await?)))
}

/// Lets a paused plan run again.
#[utoipa::path(delete, path = "/plans/{id}/pause", tag = "plan", params(("id" = PlanId, Path)), responses((status = 200, body = PlanPage)))]
async fn resume_plan(
    who: HeadOffice<grant::EditPlans>,
    State(app): State<App>,
    Path(id): Path<PlanId>,
) -> Result<Json<PlanPage>, Problem> {
    let tx = who.begin(&app).await?;
    edit::resume(&app, &tx, who.doer(), id).await?;
    tx.commit().await?;
    Ok(Json(page_of(&app, id, who.language).await?))
}

#[derive(Debug, Serialize, ToSchema)]
struct VersionText {
    version: i32,
    text: String,
}

/// The text of a published version.
#[utoipa::path(get, path = "/plans/{id}/versions/{n}", tag = "plan", params(("id" = PlanId, Path), ("n" = i32, Path)), responses((status = 200, body = VersionText)))]
async fn read_version(
    _: Actor<grant::ReadPlans>,
    State(app): State<App>,
    Path((id, n)): Path<(PlanId, i32)>,
) -> Result<Json<VersionText>, Problem> {
    let text = plans::version_text(app.read(), id, n).await?.ok_or(PlanError::NotFound)?;
    Ok(Json(VersionText { version: n, text }))
}

/// Checks the text of a plan and runs its examples.
#[utoipa::path(post, path = "/plans/check", tag = "plan", request_body = TextBody, responses((status = 200, body = Checked)))]
async fn check_plan(
    who: Actor<grant::ReadPlans>,
    State(app): State<App>,
    Validated(body): Validated<TextBody>,
) -> Result<Json<Checked>, Problem> {
    Ok(Json(check_text(&app, &body.text, who.language).await?))
}

#[derive(Debug, Serialize, ToSchema)]
struct PlaybookList {
    items: Vec<PlaybookRow>,
}

/// The playbooks that come with the program.
#[utoipa::path(get, path = "/playbooks", tag = "plan", responses((status = 200, body = PlaybookList)))]
async fn list_playbooks(who: Actor<grant::ReadPlans>, State(app): State<App>) -> Result<Json<PlaybookList>, Problem> {
    Ok(Json(PlaybookList { items: playbooks(&app, who.language).await? }))
}

/// Installs a playbook, or brings it up to date; what the firm has edited stays.
#[utoipa::path(post, path = "/playbooks/{key}/installation", tag = "plan", params(("key" = String, Path)), responses((status = 201, body = Installed)))]
async fn install(
    who: HeadOffice<grant::EditPlans>,
    State(app): State<App>,
    Path(key): Path<String>,
) -> Result<(StatusCode, Json<Installed>), Problem> {
    let tx = who.begin(&app).await?;
    let installed = install_playbook(&app, &tx, who.doer(), &key).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(installed)))
}
