//! The whole API: the rooms' routes under `/api`, the live stream, the health check, and the layers around them.

use crate::org::{Asking, Who, find_caller};
use crate::platform::{
    App, BODY_BYTES_MAX, News, Problem, Standing, Writes, gate, localise, refusing, remember_answers,
};
use crate::{contact, customer, health, intake, law, org, plan, report, rights, segment, trace, webhook, work};
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::{Json, Router};
use futures::stream::Stream;
use sea_orm::DbErr;
use serde::Deserialize;
use serde_json::json;
use std::convert::Infallible;
use std::time::Duration;
use tend_rules::base::{StaffId, UnitId};
use tend_rules::org::Scope;
use tokio::sync::broadcast::error::RecvError;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::{IntoParams, Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Tend",
        description = "Customer care: whom to care for today, why, and proof that it was done.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    security(("session" = []), ("token" = [])),
    modifiers(&Doors)
)]
struct Document;

/// How a caller shows who it is.
struct Doors;

impl Modify for Doors {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let cookie = ApiKey::Cookie(ApiKeyValue::new("tend_session"));
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
        components.add_security_scheme("token", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    }
}

/// The rooms, each described with the refusals that its handlers can answer with.
fn rooms() -> OpenApiRouter<App> {
    let program = OpenApiRouter::new().routes(routes!(events)).merge(health::router());
    OpenApiRouter::with_openapi(Document::openapi())
        .merge(refusing::<org::OrgError, _>("org", org::router()))
        .merge(refusing::<law::LawError, _>("law", law::router()))
        .merge(intake::router())
        .merge(refusing::<customer::ImportError, _>("customer", customer::router()))
        .merge(refusing::<segment::SegmentError, _>("segment", segment::router()))
        .merge(refusing::<plan::PlanError, _>("plan", plan::router()))
        .merge(refusing::<work::WorkError, _>("work", work::router()))
        .merge(refusing::<contact::ContactError, _>("contact", contact::router()))
        .merge(refusing::<trace::TraceError, _>("trace", trace::router()))
        .merge(refusing::<report::ReportError, _>("report", report::router()))
        .merge(refusing::<rights::RightsError, _>("rights", rights::router()))
        .merge(refusing::<webhook::WebhookError, _>("webhook", webhook::router()))
        .merge(refusing::<DbErr, _>("program", program))
}

/// The OpenAPI 3.1 description of the API, with paths as they stand under `/api`.
pub fn openapi() -> utoipa::openapi::OpenApi {
    OpenApiRouter::<App>::new().nest("/api", rooms()).into_openapi()
}

/// The API as a service, alone.
pub fn api_router(app: App) -> Router {
    program_router(app, Router::new())
}

/// Everything that the program serves: the API, and the desk for every other address, behind one gate.
pub fn program_router(app: App, desk: Router) -> Router {
    let api = Router::new().nest("/api", api(&app)).with_state(app.clone());
    gate::guard_answers(&app, api.fallback_service(desk))
}

/// Who takes along what they keep about customers that are merged, in the order of the rooms.
static FOLLOWERS: [customer::Follower; 4] =
    [work::FOLLOWS_MERGES, contact::FOLLOWS_MERGES, trace::FOLLOWS_MERGES, rights::FOLLOWS_MERGES];

/// Names the later rooms to the customer file, which comes before them and knows none. Each program does it once before
/// it works, whether it serves or not.
pub fn join_rooms() {
    customer::read_segments_with(segment::read_segment);
    customer::follow_merges_with(&FOLLOWERS);
    customer::heed_refusals_with(work::HEEDS_REFUSALS);
}

fn api(app: &App) -> Router<App> {
    join_rooms();
    let document = openapi();
    let (rooms, _) = rooms().split_for_parts();
    let rooms = rooms
        .route("/openapi.json", axum::routing::get(move || async move { Json(document) }))
        .fallback(|| async { Problem::new(StatusCode::NOT_FOUND, "no_such_address") })
        .layer(from_fn_with_state(app.clone(), remember_answers))
        .layer(from_fn_with_state(app.clone(), gate::keep_room))
        .layer(from_fn_with_state(app.clone(), gate::keep_the_pace))
        .layer(from_fn_with_state(app.clone(), find_caller))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX));
    gate::guard_calls(app, rooms).layer(from_fn(localise))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct EventsQuery {
    /// The number of the last event that was seen.
    after: Option<u64>,
    /// The browser tab as it says itself in `PUT /presence`: what it shows is forgotten when the stream ends.
    tab: Option<String>,
}

/// News as server-sent events: first `hello` with the present number and whether a gap demands a fresh read, then
/// everything in the reader's scope. The browser's own `Last-Event-ID` works as `after`. Numbers go on across a restart
/// and are the same from every server process. The stream ends when the session does, or when the person's role or
/// place changes.
#[utoipa::path(get, path = "/events", tag = "program", params(EventsQuery), responses((status = 200, content_type = "text/event-stream", body = String)))]
async fn events(
    Asking(who): Asking,
    State(app): State<App>,
    Query(query): Query<EventsQuery>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let last = headers.get("last-event-id").and_then(|v| v.to_str().ok()).and_then(|text| text.parse().ok());
    let hears = Hears::of(&app, &who).await?;
    let mut news = app.live().subscribe(last.or(query.after)).await?;
    let mut writes = app.kept::<Standing>().follow_writes();
    let leaves = query.tab.map(|tab| Leaves { app: app.clone(), who: who.clone(), tab });
    let stream = async_stream::stream! {
        let _leaves = leaves;
        yield Ok(hello(news.seq, news.gap));
        let now = newest(&mut writes);
        if now != Writes::Open {
            yield Ok(said_of_writes(now));
        }
        let mut seen = news.seq;
        for event in news.missed.iter().filter(|event| hears.hears(event)) {
            yield Ok(shaped(event));
        }
        let mut looks = tokio::time::interval(SESSION_LOOK);
        looks.tick().await;
        loop {
            let heard = tokio::select! {
                Ok(()) = writes.changed() => {
                    let now = newest(&mut writes);
                    yield Ok(said_of_writes(now));
                    continue;
                }
                heard = news.receiver.recv() => heard,
                _ = looks.tick() => match org::is_signed_in(&app, &who).await {
                    Ok(true) => continue,
                    // The desk comes back with its present rights, or learns that it must sign in.
                    _ => break,
                },
            };
            match heard {
                Ok(event) if event.seq > seen => {
                    seen = event.seq;
                    if org::says_rights_changed(&event, &who) {
                        match org::is_signed_in(&app, &who).await {
                            Ok(true) => continue,
                            _ => break,
                        }
                    }
                    if hears.hears(&event) {
                        yield Ok(shaped(&event));
                    }
                }
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => yield Ok(hello(seen, true)),
                Err(RecvError::Closed) => break,
            }
        }
    };
    Ok(Sse::new(stream).keep_alive(KeepAlive::default()))
}

/// Forgets what a tab shows when its stream ends.
struct Leaves {
    app: App,
    who: Who,
    tab: String,
}

impl Drop for Leaves {
    fn drop(&mut self) {
        let (app, who, tab) = (self.app.clone(), self.who.clone(), std::mem::take(&mut self.tab));
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        runtime.spawn(async move {
            if let Err(error) = org::presence::leave(&app, &who, &tab).await {
                tracing::warn!("forgetting a tab: {error}");
            }
        });
    }
}

/// How often an open stream looks whether its session still lives.
const SESSION_LOOK: Duration = Duration::from_secs(20);

/// What a reader hears, by scope.
struct Hears {
    me: StaffId,
    scope: Scope,
    units: Vec<UnitId>,
}

impl Hears {
    async fn of(app: &App, who: &Who) -> Result<Self, Problem> {
        let units = org::every_unit(app, &who.tree()).await?.into_iter().map(|unit| unit.id).collect();
        Ok(Self { me: who.id, scope: who.scope(), units })
    }

    fn hears(&self, event: &News) -> bool {
        if let Some(person) = event.to {
            return person == self.me;
        }
        let in_tree = |unit: UnitId| self.units.contains(&unit);
        match self.scope {
            Scope::Firm => true,
            Scope::Subtree(_) => event.scope.unit_id.is_none_or(in_tree),
            Scope::Own(me) if event.customer_id.is_some() || event.scope.unit_id.is_some() => {
                [event.scope.owner_id, event.scope.former_owner_id].contains(&Some(me))
            }
            Scope::Own(_) => true,
            Scope::Nothing => event.customer_id.is_none() && event.scope.unit_id.is_none_or(in_tree),
        }
    }
}

fn hello(seq: u64, gap: bool) -> Event {
    Event::default().event("hello").data(json!({ "seq": seq, "gap": gap }).to_string())
}

/// The newest value; the guard of the channel must not live across a pause.
fn newest(writes: &mut tokio::sync::watch::Receiver<Writes>) -> Writes {
    *writes.borrow_and_update()
}

/// Whether changes are taken; has no number, as it is of this moment only.
fn said_of_writes(writes: Writes) -> Event {
    Event::default().event("program").data(json!({ "writes": writes }).to_string())
}

fn shaped(event: &News) -> Event {
    let data = serde_json::to_string(event).unwrap_or_default();
    Event::default().event(&event.room).id(event.seq.to_string()).data(data)
}
