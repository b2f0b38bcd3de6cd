//! Changes need room on the disk. While there is none, whoever wants to change something is told so at once and nothing is
//! begun; reading and signing in go on.

use super::super::{App, Problem, Standing, Writes};
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Signing in and out, and what only looks although it is sent.
const GO_ON: [&str; 2] = ["/session", "/presence"];

/// Middleware: refuses changes while the disk is full, and notes when a change found it full.
pub(crate) async fn keep_room(State(app): State<App>, request: Request, next: Next) -> Response {
    let standing = app.kept::<Standing>();
    let path = request.uri().path();
    let path = path.strip_prefix("/api").unwrap_or(path);
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let goes_on = reads || GO_ON.iter().any(|begin| path.starts_with(begin));
    if !goes_on && standing.writes() == Writes::DiskFull {
        return Problem::new(StatusCode::INSUFFICIENT_STORAGE, "disk_full").into_response();
    }
    let answer = next.run(request).await;
    if answer.status() == StatusCode::INSUFFICIENT_STORAGE {
        standing.note_no_room();
    }
    answer
}
