//! The gate before every room: what a browser may do with our answers, who may call from where, how much, how often
//! and how long. One place for all routes; a room adds nothing and can leave nothing out
//! (`every_route_keeps_the_headers_of_the_gate`).

mod address;
mod cookie;
mod headers;
mod origin;
mod pace;
mod place;
mod room;
mod size;

pub use address::{CallerAddress, Peer};
pub use cookie::{
    TOKEN_PREFIX, bearer_of, session_cookie, session_cookie_gone, sso_browser_of, sso_cookie, sso_cookie_gone, token_of,
};
pub use headers::page_policy;
pub use pace::Limiter;
pub(crate) use pace::{ClassOf, keep_the_pace, note_the_caller};
pub use place::{Class, OpenStream, Places, bulk_connections, on_thread};

pub(crate) use room::keep_room;

use super::App;
use axum::Router;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use std::any::Any;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::RequestBodyTimeoutLayer;

/// How long a sender may be silent within a body.
const SILENCE: Duration = Duration::from_secs(30);

/// The gate around everything that the program serves, the desk and the API: headers last, so that refusals have them.
pub(crate) fn guard_answers(app: &App, router: Router) -> Router {
    router.layer(CatchPanicLayer::custom(after_a_panic)).layer(from_fn_with_state(app.clone(), headers::give_headers))
}

fn after_a_panic(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!("a handler panicked: {}", text.unwrap_or("no message"));
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

/// The gate before the API: size, origin, pace, a place, patience. Refusals are problems; [`super::localise`] must stand
/// around it.
pub(crate) fn guard_calls(app: &App, class_of: ClassOf, router: Router<App>) -> Router<App> {
    router
        .layer(RequestBodyTimeoutLayer::new(SILENCE))
        .layer(from_fn(size::keep_patience))
        .layer(from_fn_with_state((app.clone(), class_of), keep_the_pace))
        .layer(from_fn(origin::refuse_other_sites))
        .layer(from_fn(size::refuse_oversize))
}
