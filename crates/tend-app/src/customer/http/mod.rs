//! Handlers of the customer file.

mod batches;
mod catalogue;
mod edits;
mod holdings;
mod lists;
mod merges;
mod pages;
mod uploads;

use crate::platform::App;
use utoipa_axum::router::OpenApiRouter;

/// The routes of this room.
pub fn router() -> OpenApiRouter<App> {
    lists::router()
        .merge(pages::router())
        .merge(edits::router())
        .merge(merges::router())
        .merge(holdings::router())
        .merge(catalogue::router())
        .merge(uploads::router())
        .merge(batches::router())
}
