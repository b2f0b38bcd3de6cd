//! Handlers of the room `intake`.

use crate::platform::App;
use utoipa_axum::router::OpenApiRouter;

/// The routes of this room.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
}
