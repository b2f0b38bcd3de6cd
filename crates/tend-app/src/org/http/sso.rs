//! Handlers of single sign-on: there and back, and its settings.

use super::sign_in::Caller;
use super::{Me, me_of};
use crate::org::actor::{Actor, Asking, HeadOffice, grant};
use crate::org::proof::{Proof, prove};
use crate::org::site::Site;
use crate::org::sso::{self, Arrival, NewProvider, Return, Seeing, SsoSettings, SsoTrial};
use crate::org::{OrgError, Who};
use crate::platform::gate::CallerAddress;
use crate::platform::{App, Problem, Validated, gate};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(begin_sso))
        .routes(routes!(finish_sso))
        .routes(routes!(link_sso))
        .routes(routes!(read_sso, put_sso, remove_sso))
        .routes(routes!(try_sso))
}

/// Where the browser goes.
#[derive(Debug, Serialize, ToSchema)]
struct SsoAway {
    url: String,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
struct SsoQuery {
    /// Has the provider ask the person once more, and say when it did: the session then proves who is there, like a password.
    again: bool,
}

/// Begins a sign-in at the firm's provider; the browser goes to the address in the answer.
#[utoipa::path(post, path = "/session/sso", tag = "org", security(()), params(SsoQuery), responses((status = 200, body = SsoAway)))]
async fn begin_sso(
    State(app): State<App>,
    site: Site,
    Query(query): Query<SsoQuery>,
) -> Result<impl IntoResponse, Problem> {
    let seeing = if query.again { Seeing::Anew } else { Seeing::AsItStands };
    Ok(away(&app, sso::begin(&app, &site, None, seeing).await?))
}

/// Begins the linking of an account at the provider with one's own, proved by the password or a passkey.
#[utoipa::path(post, path = "/me/sso", tag = "org", request_body = Proof, responses((status = 200, body = SsoAway)))]
async fn link_sso(
    Asking(who): Asking,
    State(app): State<App>,
    site: Site,
    Validated(body): Validated<Proof>,
) -> Result<impl IntoResponse, Problem> {
    prove(&app, &who, body).await?;
    Ok(away(&app, sso::begin(&app, &site, Some(&who), Seeing::AsItStands).await?))
}

fn away(app: &App, begun: sso::Begun) -> impl IntoResponse + use<> {
    let cookie = gate::sso_cookie(app, &begun.browser);
    (AppendHeaders([(header::SET_COOKIE, cookie)]), Json(SsoAway { url: begun.url }))
}

/// Ends what was begun at the provider: signs in, or links the account with who is signed in.
#[utoipa::path(post, path = "/session/sso/return", tag = "org", security(()), request_body = Return, responses((status = 200, body = Me)))]
async fn finish_sso(
    State(app): State<App>,
    address: CallerAddress,
    headers: HeaderMap,
    asking: Option<Extension<Who>>,
    Validated(body): Validated<Return>,
) -> Result<Response, Problem> {
    let caller = Caller::of(&app, address, &headers);
    let browser = gate::sso_browser_of(&app, &headers).unwrap_or("");
    let asking = asking.map(|Extension(who)| who).filter(|who| who.token.is_none());
    let gone = AppendHeaders([(header::SET_COOKIE, gate::sso_cookie_gone(&app))]);
    match sso::finish(&app, body, browser, asking.as_ref(), caller.from()).await? {
        Arrival::SignedIn(signed) => Ok((gone, super::sign_in::welcome(&app, signed).await?).into_response()),
        Arrival::Linked => {
            let who = asking.ok_or(OrgError::NotSignedIn)?;
            Ok((gone, Json(me_of(&app, &who).await?)).into_response())
        }
    }
}

/// The settings of single sign-on.
#[utoipa::path(get, path = "/sso", tag = "org", responses((status = 200, body = SsoSettings)))]
async fn read_sso(
    _: Actor<grant::ManageStaff>,
    State(app): State<App>,
    site: Site,
) -> Result<Json<SsoSettings>, Problem> {
    Ok(Json(sso::settings(&app, &site).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
struct SsoBody {
    /// The provider.
    provider: NewProvider,
    /// That it is still the same person at the desk.
    proof: Proof,
}

/// Sets the firm's provider, proved by the password or a passkey: whoever holds it can vouch for everybody.
#[utoipa::path(put, path = "/sso", tag = "org", request_body = SsoBody, responses((status = 200, body = SsoSettings)))]
async fn put_sso(
    who: HeadOffice<grant::ManageStaff>,
    State(app): State<App>,
    site: Site,
    Validated(body): Validated<SsoBody>,
) -> Result<Json<SsoSettings>, Problem> {
    prove(&app, &who, body.proof).await?;
    let tx = who.begin(&app).await?;
    sso::set(&app, &tx, &who, body.provider).await?;
    tx.commit().await?;
    Ok(Json(sso::settings(&app, &site).await?))
}

/// Takes the provider away.
#[utoipa::path(delete, path = "/sso", tag = "org", responses((status = 204)))]
async fn remove_sso(who: HeadOffice<grant::ManageStaff>, State(app): State<App>) -> Result<StatusCode, Problem> {
    let tx = who.begin(&app).await?;
    sso::remove(&app, &tx, &who).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Asks the provider for its document and keys, as a sign-in would.
#[utoipa::path(post, path = "/sso/trial", tag = "org", responses((status = 200, body = SsoTrial)))]
async fn try_sso(_: HeadOffice<grant::ManageStaff>, State(app): State<App>) -> Result<Json<SsoTrial>, Problem> {
    Ok(Json(sso::trial(&app).await?))
}
