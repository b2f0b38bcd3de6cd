//! Handlers of the room `contact`.

use crate::platform::App;
use utoipa_axum::router::OpenApiRouter;

/// The routes of this room.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
}
