//! Handlers of sessions and tokens: one's own, and an administrator's ending of somebody else's.

use crate::org::actor::{Actor, Asking, grant};
use crate::org::proof::{Proof, prove};
use crate::org::session::{self, Session};
use crate::org::staff::one_staff;
use crate::org::token::{self, ApiToken, NewToken};
use crate::platform::{App, Problem, Validated};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Serialize;
use tend_rules::base::{ApiTokenId, SessionId, StaffId};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_sessions, end_other_sessions))
        .routes(routes!(end_session))
        .routes(routes!(end_sessions_of))
        .routes(routes!(list_tokens, create_token))
        .routes(routes!(take_back_token))
}

/// Where one is signed in, last used first.
#[utoipa::path(get, path = "/me/sessions", tag = "org", responses((status = 200, body = Vec<Session>)))]
async fn list_sessions(Asking(who): Asking, State(app): State<App>) -> Result<Json<Vec<Session>>, Problem> {
    Ok(Json(session::sessions(&app, &who).await?))
}

/// Ends every session but this one.
#[utoipa::path(delete, path = "/me/sessions", tag = "org", responses((status = 204)))]
async fn end_other_sessions(Asking(who): Asking, State(app): State<App>) -> Result<StatusCode, Problem> {
    let tx = who.begin(&app).await?;
    session::end_other_sessions(&app, &tx, &who).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends one of one's own sessions.
#[utoipa::path(delete, path = "/me/sessions/{id}", tag = "org", params(("id" = SessionId, Path)), responses((status = 204)))]
async fn end_session(
    Asking(who): Asking,
    State(app): State<App>,
    Path(id): Path<SessionId>,
) -> Result<StatusCode, Problem> {
    let tx = who.begin(&app).await?;
    session::end_session(&app, &tx, &who, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends every session of a person and takes back every token.
#[utoipa::path(delete, path = "/staff/{id}/sessions", tag = "org", params(("id" = StaffId, Path)), responses((status = 204)))]
async fn end_sessions_of(
    who: Actor<grant::ManageStaff>,
    State(app): State<App>,
    Path(id): Path<StaffId>,
) -> Result<StatusCode, Problem> {
    let staff = one_staff(&app, &who.tree(), id).await?;
    let tx = who.begin(&app).await?;
    session::end_access_of(&app, &tx, &who, staff.id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// One's own tokens for programs.
#[utoipa::path(get, path = "/me/tokens", tag = "org", responses((status = 200, body = Vec<ApiToken>)))]
async fn list_tokens(Asking(who): Asking, State(app): State<App>) -> Result<Json<Vec<ApiToken>>, Problem> {
    Ok(Json(token::tokens(&app, &who).await?))
}

/// A new token with its text, which is told only here.
#[derive(Debug, Serialize, ToSchema)]
struct MadeToken {
    token: ApiToken,
    /// For the header `Authorization: Bearer …`.
    text: String,
}

/// Makes a token with which a program calls in one's name, within the permissions named; proved by the password.
#[utoipa::path(post, path = "/me/tokens", tag = "org", request_body = NewToken, responses((status = 201, body = MadeToken)))]
async fn create_token(
    Asking(mut who): Asking,
    State(app): State<App>,
    Validated(mut body): Validated<NewToken>,
) -> Result<(StatusCode, Json<MadeToken>), Problem> {
    let proof = Proof { password: body.password.take(), passkey: body.passkey.take() };
    prove(&app, &who, proof).await?;
    // The answer of a repeatable call is kept for a while, and this one is a secret.
    who.idempotency_key = None;
    let tx = who.begin(&app).await?;
    let (token, text) = token::make(&app, &tx, &who, body).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(MadeToken { token, text })))
}

/// Takes one of one's own tokens back.
#[utoipa::path(delete, path = "/me/tokens/{id}", tag = "org", params(("id" = ApiTokenId, Path)), responses((status = 204)))]
async fn take_back_token(
    Asking(who): Asking,
    State(app): State<App>,
    Path(id): Path<ApiTokenId>,
) -> Result<StatusCode, Problem> {
    let tx = who.begin(&app).await?;
    token::take_back(&app, &tx, &who, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
