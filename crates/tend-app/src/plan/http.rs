//! Handlers of care plans: playbooks, plans with their drafts and versions, counts, nights, and why.

mod editing;
mod form;
mod gifts;
mod reading;
mod texts;

use crate::platform::App;
use utoipa_axum::router::OpenApiRouter;

/// The routes of this room.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(editing::router())
        .merge(form::router())
        .merge(gifts::router())
        .merge(reading::router())
        .merge(texts::router())
}
