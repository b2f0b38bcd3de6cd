//! Idempotency: a repeat of a mutating call with the same key gets the first answer and changes nothing.
//!
//! The key itself is written inside the verb's transaction (`App::begin_once`); this middleware keeps the answer
//! beside it. A repeat that finds the key without an answer (the first is still under way, or the program stopped
//! right after its commit) is told so and may read the thing afresh.

use super::{App, Problem, SealedPlace, sql};
use axum::body::{Body, Bytes, HttpBody, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use tend_rules::base::{Instant, StaffId};
use uuid::Uuid;

const ANSWER_BYTES_MAX: u64 = 256 * 1024;
/// What a JSON body may have, whether or not its call can be repeated.
pub const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;

/// The caller as the session layer found it; put into the request before this middleware runs.
#[derive(Debug, Clone, Copy)]
pub struct Caller {
    /// The person.
    pub staff: StaffId,
    /// The session or token of the call.
    pub session: Uuid,
}

/// Middleware: see the module.
pub async fn remember_answers(State(app): State<App>, request: Request, next: Next) -> Response {
    let key = request.headers().get("idempotency-key");
    let key = match key.map(|key| key.to_str().ok().filter(|key| is_key(key)).map(str::to_owned)) {
        Some(None) => return Problem::new(StatusCode::BAD_REQUEST, "idempotency_key_malformed").into_response(),
        Some(Some(key)) => Some(key),
        None => None,
    };
    let caller = request.extensions().get::<Caller>().copied();
    let (Some(key), Some(Caller { staff, .. })) = (key, caller) else {
        return next.run(request).await;
    };
    if matches!(*request.method(), Method::GET | Method::HEAD) || !is_json(&request) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_BYTES_MAX).await else {
        return Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large").into_response();
    };
    let hash = Sha256::new()
        .chain_update(parts.method.as_str())
        .chain_update(parts.uri.to_string())
        .chain_update(&body)
        .finalize()
        .to_vec();
    match given(&app, staff, &key, &hash).await {
        Ok(Some(response)) => return response,
        Ok(None) => {}
        Err(error) => return Problem::from(error).into_response(),
    }
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    keep(&app, staff, &key, hash, response).await
}

/// A key is kept and compared byte by byte: printable, without blanks, and not long.
fn is_key(text: &str) -> bool {
    (1..=200).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn is_json(request: &Request) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
    kind.is_none_or(|kind| kind.starts_with("application/json"))
}

/// An answer may hold an opened phone number: it is kept sealed.
const SEALED: SealedPlace = SealedPlace::GivenAnswer;

async fn given(app: &App, staff: StaffId, key: &str, hash: &[u8]) -> Result<Option<Response>, sea_orm::DbErr> {
    let found = sql("SELECT request_hash, status, body FROM given_answer WHERE staff_id = $1 AND key = $2")
        .bind(staff)
        .bind(key)
        .one(app.read(), |row| {
            Ok((row.get::<Vec<u8>>("request_hash")?, row.get::<i16>("status")?, row.get::<Vec<u8>>("body")?))
        })
        .await?;
    Ok(found.map(|(old_hash, status, body)| {
        if status <= 0 {
            return Problem::new(StatusCode::CONFLICT, "already_carried_out").into_response();
        }
        if old_hash != hash {
            return Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused").into_response();
        }
        let status = StatusCode::from_u16(status as u16).unwrap_or(StatusCode::OK);
        let Ok(body) = app.keys().open_firm(SEALED, staff.0, &body) else {
            return Problem::new(StatusCode::CONFLICT, "already_carried_out").into_response();
        };
        (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
    }))
}

async fn keep(app: &App, staff: StaffId, key: &str, hash: Vec<u8>, response: Response) -> Response {
    // A file that is handed out is no answer to be remembered: its call writes no key either.
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
    if !response.status().is_success() || kind.is_some_and(|kind| !kind.starts_with("application/json")) {
        return response;
    }
    // One that is larger is handed on and not kept: its call was carried out, and a repeat is told so.
    if response.body().size_hint().exact().is_none_or(|bytes| bytes > ANSWER_BYTES_MAX) {
        return response;
    }
    let (parts, body) = response.into_parts();
    let body: Bytes = match to_bytes(body, ANSWER_BYTES_MAX as usize).await {
        Ok(body) => body,
        Err(_) => return Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal").into_response(),
    };
    // Calls that only read write no key, and are many: those who count while somebody types do not wait for the writer.
    if !is_key_written(app, staff, key).await {
        return Response::from_parts(parts, Body::from(body));
    }
    let kept = sql("UPDATE given_answer SET request_hash = $1, status = $2, body = $3
                    WHERE staff_id = $4 AND key = $5 AND status = 0")
    .bind(hash)
    .bind(parts.status.as_u16() as i16)
    .bind(app.keys().seal_firm(SEALED, staff.0, &body))
    .bind(staff)
    .bind(key)
    .run(app.db().writer())
    .await;
    if let Err(error) = kept {
        tracing::warn!("the answer to a repeatable call was not kept: {error}");
    }
    Response::from_parts(parts, Body::from(body))
}

/// Whether the call wrote its key. In doubt it is taken to have.
async fn is_key_written(app: &App, staff: StaffId, key: &str) -> bool {
    let found = sql("SELECT status FROM given_answer WHERE staff_id = $1 AND key = $2")
        .bind(staff)
        .bind(key)
        .one(app.read(), |row| row.get::<i16>("status"))
        .await;
    !matches!(found, Ok(None))
}

/// Stands in place of the status of an answer that is not kept, and never will be.
const BLANK: i16 = -1;

/// Empties every answer: it may tell of a customer who is erased now. The keys stay, so that a repeat is not carried out.
pub async fn blank_answers(db: &impl sea_orm::ConnectionTrait) -> Result<u64, sea_orm::DbErr> {
    sql("UPDATE given_answer SET status = $1, body = $2, request_hash = $2 WHERE status <> $1")
        .bind(BLANK)
        .bind(Vec::<u8>::new())
        .run(db)
        .await
}

/// Forgets the answers that were given before an instant: they may tell of a customer who is erased now.
pub async fn forget_answers(db: &impl sea_orm::ConnectionTrait, before: Instant) -> Result<u64, sea_orm::DbErr> {
    sql("DELETE FROM given_answer WHERE given_at_ms < $1").bind(before).run(db).await
}
