//! How large a request may be and how long an answer may take. The body is limited where it is read. No address holds
//! the character NUL: no text on file has one, and PostgreSQL does not take it.

use super::super::{BODY_BYTES_MAX, Problem};
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::time::Duration;

/// Bytes of a path with its query: the desk's longest conditions have a fifth of it.
const ADDRESS_BYTES_MAX: usize = 8 * 1024;
/// Bytes of all names and values of headers.
const HEADER_BYTES_MAX: usize = 16 * 1024;
const HEADERS_MAX: usize = 64;
/// Until the head of an answer; streams then go on.
const PATIENCE: Duration = Duration::from_secs(60);
/// Until the whole of a small body is there.
const BODY_WITHIN: Duration = Duration::from_secs(10);
/// A file of two gigabytes over a branch's slow line.
const PATIENCE_WITH_FILES: Duration = Duration::from_secs(3600);

/// Middleware: refuses what no caller of ours sends.
pub(super) async fn refuse_oversize(request: Request, next: Next) -> Response {
    if request.uri().path_and_query().is_some_and(|known| known.as_str().len() > ADDRESS_BYTES_MAX) {
        return Problem::new(StatusCode::URI_TOO_LONG, "address_too_long").into_response();
    }
    if request.uri().path_and_query().is_some_and(|known| known.as_str().contains("%00")) {
        let params = json!({ "where": "U+0000" });
        return Problem { params, ..Problem::new(StatusCode::BAD_REQUEST, "malformed_request") }.into_response();
    }
    let headers = request.headers();
    let bytes: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if bytes > HEADER_BYTES_MAX || headers.len() > HEADERS_MAX {
        return Problem::new(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "headers_too_large").into_response();
    }
    next.run(request).await
}

/// Reads the body of a call that will need a place among few: whoever sends slowly must not hold one.
pub(super) async fn read_ahead(request: Request) -> Result<Request, Problem> {
    let (parts, body) = request.into_parts();
    match tokio::time::timeout(BODY_WITHIN, to_bytes(body, BODY_BYTES_MAX)).await {
        Ok(Ok(bytes)) => Ok(Request::from_parts(parts, Body::from(bytes))),
        Ok(Err(_)) => Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large")),
        Err(_) => Err(Problem::new(StatusCode::GATEWAY_TIMEOUT, "too_slow")),
    }
}

/// Middleware: gives up on an answer that does not come; its transaction is rolled back.
pub(super) async fn keep_patience(request: Request, next: Next) -> Response {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let patience = if kind.starts_with("multipart/form-data") { PATIENCE_WITH_FILES } else { PATIENCE };
    match tokio::time::timeout(patience, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::new(StatusCode::GATEWAY_TIMEOUT, "too_slow").into_response(),
    }
}
