//! Handlers of coming in and going out: by password and second factor, or by passkey.

use super::{Me, OrgError, me_of};
use crate::org::actor::Arriving;
use crate::org::passkey::{self, Assertion, PasskeyQuestion};
use crate::org::session::{self, SignedIn};
use crate::org::sign_in::{self as verbs, Entry, Second};
use crate::org::site::Site;
use crate::org::{policy, sso};
use crate::platform::gate::CallerAddress;
use crate::platform::{App, Problem, Validated, gate};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use serde::{Deserialize, Serialize};
use tend_rules::org::Entrance;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(sign_in_ways))
        .routes(routes!(sign_in, sign_out))
        .routes(routes!(ask_for_passkey))
        .routes(routes!(sign_in_with_passkey))
}

#[derive(Debug, Serialize, ToSchema)]
struct SignInWays {
    /// Whether passkeys work at this address.
    passkeys: bool,
    /// What stands on the button of single sign-on; none where it is not set up.
    sso: Option<String>,
    /// Whether the firm lets people in by single sign-on only.
    only_sso: bool,
}

/// By which ways people come in here; the same for everybody.
#[utoipa::path(get, path = "/session/ways", tag = "org", security(()), responses((status = 200, body = SignInWays)))]
async fn sign_in_ways(State(app): State<App>, site: Site) -> Result<Json<SignInWays>, Problem> {
    Ok(Json(SignInWays {
        passkeys: site.for_passkeys().is_ok(),
        sso: sso::title(&app).await?,
        only_sso: policy::read(&app).await.map_err(OrgError::from)?.entrance == Entrance::OnlySso,
    }))
}

#[derive(Debug, Deserialize, ToSchema)]
struct SignInBody {
    login: String,
    password: String,
    /// The six digits of the second factor, when one is set.
    code: Option<String>,
    /// Instead of it: one of the codes that were kept for the day it is lost.
    recovery_code: Option<String>,
    /// Instead of it: a passkey of the person.
    passkey: Option<Assertion>,
}

impl SignInBody {
    fn entry(self) -> Entry {
        let typed = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        let second = match (self.passkey, typed(self.recovery_code), typed(self.code)) {
            (Some(passkey), _, _) => Some(Second::Passkey(Box::new(passkey))),
            (None, Some(code), _) => Some(Second::Recovery(code)),
            (None, None, Some(code)) => Some(Second::Code(code)),
            (None, None, None) => None,
        };
        Entry { login: self.login, password: self.password, second }
    }
}

/// From where a call comes, as a session keeps it.
pub(super) struct Caller {
    address: String,
    agent: String,
    former: Option<String>,
}

impl Caller {
    pub(super) fn of(app: &App, address: CallerAddress, headers: &HeaderMap) -> Self {
        let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or("");
        let former = gate::token_of(app, headers).map(str::to_owned);
        Self { address: address.0.to_string(), agent: agent.to_owned(), former }
    }

    pub(super) fn from(&self) -> session::From<'_> {
        session::From { address: &self.address, agent: &self.agent, former: self.former.as_deref() }
    }
}

/// The answer to a sign-in: who came in, and the cookie of the session.
pub(super) async fn welcome(app: &App, signed: SignedIn) -> Result<impl IntoResponse + use<>, Problem> {
    let cookie = gate::session_cookie(app, &signed.token);
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), Json(me_of(app, &signed.who).await?)))
}

/// Signs in; the session travels as a cookie.
#[utoipa::path(post, path = "/session", tag = "org", security(()), request_body = SignInBody, responses((status = 200, body = Me)))]
async fn sign_in(
    State(app): State<App>,
    address: CallerAddress,
    headers: HeaderMap,
    Validated(body): Validated<SignInBody>,
) -> Result<impl IntoResponse, Problem> {
    let caller = Caller::of(&app, address, &headers);
    welcome(&app, verbs::sign_in(&app, body.entry(), caller.from()).await?).await
}

/// Asks for a passkey, whosever: before a sign-in, as a second factor, or as a proof before something grave.
#[utoipa::path(post, path = "/session/passkey-question", tag = "org", security(()), responses((status = 200, body = PasskeyQuestion)))]
async fn ask_for_passkey(State(app): State<App>, site: Site) -> Result<Json<PasskeyQuestion>, Problem> {
    Ok(Json(passkey::question(&app, &site).await?))
}

/// Signs in with a passkey, without name or password.
#[utoipa::path(post, path = "/session/passkey", tag = "org", security(()), request_body = Assertion, responses((status = 200, body = Me)))]
async fn sign_in_with_passkey(
    State(app): State<App>,
    address: CallerAddress,
    headers: HeaderMap,
    Validated(body): Validated<Assertion>,
) -> Result<impl IntoResponse, Problem> {
    let caller = Caller::of(&app, address, &headers);
    welcome(&app, verbs::sign_in_with_passkey(&app, &body, caller.from()).await?).await
}

/// Where a session ends too.
#[derive(Debug, Serialize, ToSchema)]
struct SignedOut {
    /// The provider's address at which the browser ends its session there.
    end_url: String,
}

/// Signs out and ends this session. Who came by single sign-on is told where it ends at the provider.
#[utoipa::path(delete, path = "/session", tag = "org", responses((status = 200, body = SignedOut), (status = 204)))]
async fn sign_out(
    Arriving(who): Arriving,
    State(app): State<App>,
    site: Site,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let end_url = sso::end_url(&app, &who, &site).await?;
    session::sign_out(&app, &who, gate::token_of(&app, &headers).unwrap_or("")).await?;
    let cookie = gate::session_cookie_gone(&app);
    let gone = AppendHeaders([(header::SET_COOKIE, cookie)]);
    Ok(match end_url {
        Some(end_url) => (gone, Json(SignedOut { end_url })).into_response(),
        None => (StatusCode::NO_CONTENT, gone).into_response(),
    })
}
