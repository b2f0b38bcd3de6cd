//! Who is asking, with proof of permission in the handler's signature: a handler without `Actor<…>` has no scope to
//! hand to a query, so it cannot read a customer.

use super::{OrgError, session, store, token};
use crate::platform::{App, Caller, Problem, RowPlace, behind_wall, gate};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::Response;
use sea_orm::DbErr;
use serde::Serialize;
use std::marker::PhantomData;
use std::ops::Deref;
use tend_rules::base::{ApiTokenId, Language, SessionId, StaffId, UnitId};
use tend_rules::journal::Doer;
use tend_rules::org::{Duty, Permission, Role, Scope};
use utoipa::ToSchema;

/// A signed-in person.
#[derive(Debug, Clone)]
pub struct Who {
    /// The person.
    pub id: StaffId,
    /// The name, as colleagues know it.
    pub name: String,
    /// The login name.
    pub login: String,
    /// The role.
    pub role: Role,
    /// The unit the person sits in.
    pub unit_id: UnitId,
    /// The language of the answer.
    pub language: Language,
    /// The session of the call; none for the program itself.
    pub session: Option<SessionId>,
    /// The token of the call, where it comes from a program and not from the desk.
    pub token: Option<Token>,
    /// What the person must do before anything else.
    pub duty: Duty,
    /// The key of this call, if it may be repeated.
    pub idempotency_key: Option<String>,
}

/// With what a program calls in the name of a person.
#[derive(Debug, Clone)]
pub struct Token {
    /// The token.
    pub id: ApiTokenId,
    /// What the token may do, as far as its person may.
    pub scopes: Vec<Permission>,
}

impl Who {
    /// Whether the person may do it, and the token of the call too.
    pub fn may(&self, permission: Permission) -> bool {
        self.role.may(permission) && self.token.as_ref().is_none_or(|token| token.scopes.contains(&permission))
    }

    /// Whose rows this person may see.
    pub fn scope(&self) -> Scope {
        self.role.scope(self.id, self.unit_id)
    }

    /// The part of the tree of units and people that this person administers or works in. An administrator sees no
    /// customers, yet every unit below the own one.
    pub fn tree(&self) -> Scope {
        match self.role {
            Role::Maintainer => Scope::Own(self.id),
            _ => Scope::Subtree(self.unit_id),
        }
    }

    /// Where the person sits.
    pub async fn seat(&self, app: &App) -> Result<Seat, DbErr> {
        store::seat(app.read(), self.unit_id).await
    }

    /// As the doer of a fact.
    pub fn doer(&self) -> Doer {
        Doer::Staff(self.id)
    }

    /// Begins the transaction of this call; see [`App::begin_once`].
    pub async fn begin(&self, app: &App) -> Result<crate::platform::Tx, DbErr> {
        app.begin_once(self.id, self.idempotency_key.as_deref()).await
    }
}

impl From<Scope> for RowPlace {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::Firm => RowPlace::Firm,
            Scope::Subtree(unit) => RowPlace::Subtree(unit.0),
            Scope::Own(staff) => RowPlace::Own(staff.0),
            Scope::Nothing => RowPlace::Nothing,
        }
    }
}

/// A permission as a type, for signatures.
pub trait Grant: Send + Sync + 'static {
    /// The permission that the type stands for.
    const PERMISSION: Permission;
}

/// The permissions as types: `Actor<grant::EditPlans>`.
pub mod grant {
    use super::{Grant, Permission};

    macro_rules! grants {
        ($($name:ident),*) => {$(
            #[doc = concat!("Stands for [`Permission::", stringify!($name), "`].")]
            #[derive(Debug)]
            pub struct $name;
            impl Grant for $name {
                const PERMISSION: Permission = Permission::$name;
            }
        )*};
    }
    grants!(
        ReadCustomers,
        EditCustomers,
        UnmaskFields,
        ExportCustomers,
        ApproveExports,
        ReadBatches,
        ImportBatches,
        HandOutWork,
        ReadWork,
        DoWork,
        VerifyWork,
        ReadStatements,
        ReadPlans,
        EditPlans,
        ReadTraces,
        RunTraces,
        JudgeTraces,
        ReadStaff,
        ManageStaff,
        ManageCatalogue,
        ManageRights
    );
}

/// A signed-in person who holds the permission `G`.
#[derive(Debug)]
pub struct Actor<G> {
    who: Who,
    granted: PhantomData<G>,
}

impl<G> Deref for Actor<G> {
    type Target = Who;
    fn deref(&self) -> &Who {
        &self.who
    }
}

impl<G: Grant> FromRequestParts<App> for Actor<G> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        let who = at_work(parts)?;
        if !who.may(G::PERMISSION) {
            return Err(OrgError::NotPermitted { permission: G::PERMISSION.word() }.into());
        }
        Ok(Self { who, granted: PhantomData })
    }
}

/// Where a person sits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Seat {
    /// In head office, the unit above all others.
    HeadOffice,
    /// In a channel or a team.
    Below,
}

impl Seat {
    /// Refuses whoever sits below: what holds in the whole firm is head office's to change.
    pub fn in_head_office(self) -> Result<(), OrgError> {
        match self {
            Seat::HeadOffice => Ok(()),
            Seat::Below => Err(OrgError::HeadOfficeNeeded),
        }
    }
}

/// A signed-in person of head office who holds the permission `G`: for what holds in the whole firm. A role says what
/// somebody does, not for how much of the firm: an administrator of a branch rules the branch.
#[derive(Debug)]
pub struct HeadOffice<G>(Actor<G>);

impl<G> Deref for HeadOffice<G> {
    type Target = Who;
    fn deref(&self) -> &Who {
        &self.0
    }
}

impl<G: Grant> FromRequestParts<App> for HeadOffice<G> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let actor = Actor::from_request_parts(parts, app).await?;
        actor.seat(app).await.map_err(OrgError::from)?.in_head_office()?;
        Ok(Self(actor))
    }
}

/// A signed-in person, whatever the role: for one's own session and settings only, which no token reaches.
#[derive(Debug)]
pub struct Asking(pub Who);

impl FromRequestParts<App> for Asking {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        let who = at_work(parts)?;
        if who.token.is_some() {
            return Err(OrgError::SessionNeeded.into());
        }
        Ok(Self(who))
    }
}

/// A signed-in person, whatever is still owed: for setting a password, and for leaving.
#[derive(Debug)]
pub struct Arriving(pub Who);

impl FromRequestParts<App> for Arriving {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        let who = known(parts)?;
        if who.token.is_some() {
            return Err(OrgError::SessionNeeded.into());
        }
        Ok(Self(who))
    }
}

/// A signed-in person who may still owe the firm a second factor, yet no password: for the few routes by which it is
/// set. Whoever handed a password over must not set the factor in the person's place.
#[derive(Debug)]
pub struct Securing(pub Who);

impl FromRequestParts<App> for Securing {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &App) -> Result<Self, Problem> {
        let Arriving(who) = Arriving::from_request_parts(parts, state).await?;
        match who.duty {
            Duty::SetPassword => Err(OrgError::PasswordOwed.into()),
            Duty::None | Duty::SetSecondFactor => Ok(Self(who)),
        }
    }
}

/// The person of a call, who owes nothing.
fn at_work(parts: &Parts) -> Result<Who, Problem> {
    let who = known(parts)?;
    match who.duty {
        Duty::None => Ok(who),
        Duty::SetPassword => Err(OrgError::PasswordOwed.into()),
        Duty::SetSecondFactor => Err(OrgError::SecondFactorOwed.into()),
    }
}

/// The person of a call. Whoever could not be looked up is not told to sign in: a desk would throw its work away because
/// the database was gone for a second.
fn known(parts: &Parts) -> Result<Who, Problem> {
    if let Some(who) = parts.extensions.get::<Who>() {
        return Ok(who.clone());
    }
    let unknown = parts.extensions.get::<NotLookedUp>();
    Err(unknown.map_or_else(|| OrgError::NotSignedIn.into(), |NotLookedUp(why)| why.clone()))
}

/// Stands in a request whose caller could not be looked up.
#[derive(Debug, Clone)]
struct NotLookedUp(Problem);

/// Middleware: finds the person of the token (`Authorization: Bearer tend_…`) or else of the session cookie and puts
/// [`Who`] into the request.
pub async fn find_caller(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let (bearer, token, locale, key) = {
        let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
        (
            gate::bearer_of(request.headers()).map(str::to_owned),
            gate::token_of(&app, request.headers()).map(str::to_owned),
            header(header::ACCEPT_LANGUAGE).unwrap_or("").to_owned(),
            header(header::HeaderName::from_static("idempotency-key")).map(str::to_owned),
        )
    };
    let found = match (&bearer, &token) {
        (Some(bearer), _) => token::resume(&app, bearer).await,
        (None, Some(token)) => session::resume(&app, token).await,
        (None, None) => Ok(None),
    };
    match found {
        Ok(Some(mut who)) => {
            who.language = Language::of_locale(&locale);
            who.idempotency_key = key;
            let session = who.session.map(|session| session.0).or(who.token.as_ref().map(|token| token.id.0));
            request.extensions_mut().insert(Caller { staff: who.id, session: session.unwrap_or(who.id.0) });
            let (staff, scope) = (who.id, who.scope());
            let call = (request.method().clone(), request.uri().clone());
            request.extensions_mut().insert(who);
            let answer = behind_wall(scope, next.run(request)).await;
            if answer.status() == StatusCode::FORBIDDEN {
                note_refusal(staff, &call, &answer);
            }
            return answer;
        }
        Ok(None) => {}
        Err(error) => {
            tracing::error!("looking up a session: {error}");
            request.extensions_mut().insert(NotLookedUp(OrgError::from(error).into()));
        }
    }
    next.run(request).await
}

/// Somebody known tried what the role, the token or a duty forbids: the desk offers nothing of the kind, so whoever reads
/// the log should see it. The query is left out, as it may hold what was searched for.
fn note_refusal(staff: StaffId, (method, uri): &(Method, Uri), answer: &Response) {
    let code = answer.extensions().get::<Problem>().map_or("forbidden", |problem| problem.code);
    tracing::warn!(%staff, %method, path = uri.path(), code, "refused");
}
