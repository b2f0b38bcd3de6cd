//! Handlers of the customer file.

mod catalogue;
mod edits;
mod lists;
mod pages;

use crate::platform::App;
use utoipa_axum::router::OpenApiRouter;

/// The routes of this room.
pub fn router() -> OpenApiRouter<App> {
    lists::router().merge(pages::router()).merge(edits::router()).merge(catalogue::router())
}
