//! Handlers of what belongs to a person at the desk: notices, being reachable, colleagues by name.

use crate::org::notice::{self, Mark, Notice, Wanted};
use crate::org::{Asking, OrgError, Reachable, presence};
use crate::platform::{App, PageRows, Problem, Validated};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use tend_rules::base::{Instant, NoticeId, StaffId};
use tend_rules::org::{Role, Scope};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Colleagues that the picker offers at once.
const COLLEAGUES_MAX: usize = 20;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_notices))
        .routes(routes!(count_unread))
        .routes(routes!(mark_read, mark_unread))
        .routes(routes!(mark_all_read))
        .routes(routes!(read_reachable, put_reachable))
        .routes(routes!(list_colleagues))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct NoticesQuery {
    /// Only those not read yet.
    #[serde(default)]
    unread: bool,
    /// The cursor that the previous page gave.
    cursor: Option<String>,
    /// Rows on a page, 1..200; 50 if not said.
    #[param(inline)]
    limit: Option<PageRows>,
}

#[derive(Debug, Serialize, ToSchema)]
struct NoticeList {
    /// Newest first.
    items: Vec<Notice>,
    /// The cursor of the next page.
    next: Option<String>,
    /// How many are not read yet, in all.
    unread: i64,
}

/// The reader's own notices, newest first.
#[utoipa::path(get, path = "/notices", tag = "org", params(NoticesQuery), responses((status = 200, body = NoticeList)))]
async fn list_notices(
    Asking(who): Asking,
    State(app): State<App>,
    Query(query): Query<NoticesQuery>,
) -> Result<Json<NoticeList>, Problem> {
    let rows = PageRows::asked(query.limit);
    let wanted = if query.unread { Wanted::Unread } else { Wanted::All };
    let invalid = |_| OrgError::Invalid { field: "cursor", rule: "as the previous page gave it" };
    let before = query.cursor.as_deref().map(str::parse::<NoticeId>).transpose().map_err(invalid)?;
    let mut items = notice::notices(&app, &who, wanted, before, rows + 1).await?;
    let more = items.len() as i64 > rows;
    items.truncate(rows as usize);
    let next = items.last().filter(|_| more).map(|last| last.id.to_string());
    Ok(Json(NoticeList { items, next, unread: notice::unread(&app, &who).await? }))
}

#[derive(Debug, Serialize, ToSchema)]
struct Unread {
    unread: i64,
}

/// How many notices the reader has not read.
#[utoipa::path(get, path = "/notices/unread", tag = "org", responses((status = 200, body = Unread)))]
async fn count_unread(Asking(who): Asking, State(app): State<App>) -> Result<Json<Unread>, Problem> {
    Ok(Json(Unread { unread: notice::unread(&app, &who).await? }))
}

/// Marks a notice as read, on every screen of the reader.
#[utoipa::path(put, path = "/notices/{id}/read", tag = "org", params(("id" = NoticeId, Path)), responses((status = 204)))]
async fn mark_read(
    Asking(who): Asking,
    State(app): State<App>,
    Path(id): Path<NoticeId>,
) -> Result<StatusCode, Problem> {
    let tx = who.begin(&app).await?;
    notice::mark(&app, &tx, &who, Some(id), Mark::Read).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Marks a notice as not read.
#[utoipa::path(delete, path = "/notices/{id}/read", tag = "org", params(("id" = NoticeId, Path)), responses((status = 204)))]
async fn mark_unread(
    Asking(who): Asking,
    State(app): State<App>,
    Path(id): Path<NoticeId>,
) -> Result<StatusCode, Problem> {
    let tx = who.begin(&app).await?;
    notice::mark(&app, &tx, &who, Some(id), Mark::Unread).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Marks all notices as read.
#[utoipa::path(put, path = "/notices/read", tag = "org", responses((status = 204)))]
async fn mark_all_read(Asking(who): Asking, State(app): State<App>) -> Result<StatusCode, Problem> {
    let tx = who.begin(&app).await?;
    notice::mark(&app, &tx, &who, None, Mark::Read).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, ToSchema)]
struct ReachableBody {
    /// `ready`, `busy`, `wrap_up` or `away`.
    state: Reachable,
}

#[derive(Debug, Serialize, ToSchema)]
struct ReachableShape {
    state: Reachable,
    /// Since when; none if nothing was said yet.
    since: Option<Instant>,
}

/// What the person last said of being reachable.
#[utoipa::path(get, path = "/me/presence", tag = "org", responses((status = 200, body = ReachableShape)))]
async fn read_reachable(Asking(who): Asking, State(app): State<App>) -> Result<Json<ReachableShape>, Problem> {
    let (state, since) = presence::reachable(&app, who.id).await?;
    Ok(Json(ReachableShape { state, since }))
}

/// Says how reachable the person is; the team's lead sees it.
#[utoipa::path(put, path = "/me/presence", tag = "org", request_body = ReachableBody, responses((status = 200, body = ReachableShape)))]
async fn put_reachable(
    Asking(who): Asking,
    State(app): State<App>,
    Validated(body): Validated<ReachableBody>,
) -> Result<Json<ReachableShape>, Problem> {
    let tx = who.begin(&app).await?;
    let since = presence::set_reachable(&app, &tx, &who, body.state).await?;
    tx.commit().await?;
    Ok(Json(ReachableShape { state: body.state, since: Some(since) }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ColleaguesQuery {
    /// Part of a name or login.
    #[serde(default)]
    q: String,
}

#[derive(Debug, Serialize, ToSchema)]
struct Colleague {
    id: StaffId,
    name: String,
    unit_name: String,
    role: Role,
}

/// Colleagues who work here, for naming them in a note: those of the own unit first, at most twenty.
#[utoipa::path(get, path = "/colleagues", tag = "org", params(ColleaguesQuery), responses((status = 200, body = Vec<Colleague>)))]
async fn list_colleagues(
    Asking(who): Asking,
    State(app): State<App>,
    Query(query): Query<ColleaguesQuery>,
) -> Result<Json<Vec<Colleague>>, Problem> {
    let needle = query.q.trim().to_lowercase();
    let lead_of = crate::org::channel_of(&app, who.unit_id).await?;
    let mut found = crate::org::every_staff(&app, &Scope::Subtree(lead_of)).await?;
    found.retain(|staff| {
        staff.left_on.is_none()
            && staff.id != who.id
            && (staff.login.contains(&needle) || staff.name.to_lowercase().contains(&needle))
    });
    found.sort_by_key(|staff| staff.unit_id != who.unit_id);
    found.truncate(COLLEAGUES_MAX);
    let shape = |staff: crate::org::Staff| Colleague {
        id: staff.id,
        name: staff.name,
        unit_name: staff.unit_name,
        role: staff.role,
    };
    Ok(Json(found.into_iter().map(shape).collect()))
}
