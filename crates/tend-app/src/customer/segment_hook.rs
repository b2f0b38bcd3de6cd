//! Where the room of segments plugs in: it comes later in the order of rooms, so this room cannot call it, yet a list of
//! customers may be narrowed by a condition of the care language.

use crate::org::Who;
use crate::platform::{App, Problem};
use axum::http::StatusCode;
use futures::future::BoxFuture;
use std::sync::OnceLock;
use tend_rules::base::CustomerId;

/// Answers the customers, in the reader's scope, for whom a condition holds.
pub type SegmentReader = for<'a> fn(&'a App, &'a Who, &'a str) -> BoxFuture<'a, Result<Vec<CustomerId>, Problem>>;

static READER: OnceLock<SegmentReader> = OnceLock::new();

/// Names the reader of segments; called once where the rooms are put together.
pub fn read_segments_with(reader: SegmentReader) {
    // A second call comes with the same function, when a program builds its router twice.
    let _ = READER.set(reader);
}

pub(super) async fn customers_of(app: &App, who: &Who, expression: &str) -> Result<Vec<CustomerId>, Problem> {
    match READER.get() {
        Some(reader) => reader(app, who, expression).await,
        None => Err(Problem::new(StatusCode::NOT_IMPLEMENTED, "segment_not_ready")),
    }
}
