//! Handlers of the room `plan`.

use crate::platform::App;
use utoipa_axum::router::OpenApiRouter;

/// The routes of this room.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
}
