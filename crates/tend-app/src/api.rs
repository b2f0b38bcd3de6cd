//! The whole API: the rooms' routes under `/api`, the live stream, the health check, and the layers around them.

use crate::classes::class_of;
use crate::org::find_caller;
use crate::platform::{App, BODY_BYTES_MAX, Problem, gate, localise, refusing, remember_answers};
use crate::{contact, customer, events, health, intake, law, org, plan, report, rights, segment, trace, webhook, work};
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::{Json, Router};
use sea_orm::DbErr;
use std::sync::LazyLock;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;

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
    let program = events::router().merge(health::router());
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

/// Made when somebody first asks for it: a start need not wait for it.
static DOCUMENT: LazyLock<utoipa::openapi::OpenApi> = LazyLock::new(openapi);

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
    customer::learn_work_with(work::TELLS_WORK);
    customer::end_batches_with(work::ENDS_WITH_BATCHES);
}

fn api(app: &App) -> Router<App> {
    join_rooms();
    let (rooms, _) = rooms().split_for_parts();
    let rooms = rooms
        .route("/openapi.json", axum::routing::get(async || Json(&*DOCUMENT)))
        .route_layer(from_fn_with_state(app.clone(), remember_answers))
        // Behind that layer: an address that is not there, or does not take the method, says so whatever the key.
        .method_not_allowed_fallback(async || Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"))
        .fallback(|| async { Problem::new(StatusCode::NOT_FOUND, "no_such_address") })
        .layer(from_fn_with_state(app.clone(), gate::keep_room))
        .layer(from_fn_with_state(app.clone(), gate::note_the_caller))
        .layer(from_fn_with_state(app.clone(), find_caller))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX));
    gate::guard_calls(app, class_of, rooms).layer(from_fn(localise))
}
