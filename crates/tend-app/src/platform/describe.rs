//! Describes in the API's document with which refusals an operation answers: from the tables of the rooms' errors, the
//! shape of the operation and the gate before it. One mechanism for every operation; a room names its error type in
//! `api.rs`; the test client refuses an answer that is not described where `TEND_TEST_DESCRIBED` is set, and so does
//! `cargo xtask schemathesis`.

use super::problem::Refusal;
use axum::http::StatusCode;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::schema::{AllOfBuilder, Components, ObjectBuilder, Type};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr, Required, Response, ResponseBuilder};
use utoipa_axum::router::OpenApiRouter;

/// What went wrong, as every refusal tells it (RFC 9457).
#[derive(Debug, serde::Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemShape {
    /// `/problems/` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// The HTTP status once more.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// What went wrong, for programs; stable.
    pub code: String,
    /// What went wrong, in the reader's language.
    pub title: String,
    /// The sentence behind the title.
    pub detail: String,
    /// What to do next.
    pub next: String,
    /// The values in the sentences.
    #[schema(value_type = Object)]
    pub params: serde_json::Value,
    /// Single problems, where there are several (cells of a file, lines of a plan).
    #[schema(value_type = Vec<Object>, required = false)]
    pub problems: Option<serde_json::Value>,
}

/// A code with its status.
type Told = (StatusCode, &'static str);

/// What an operation asks for, as far as refusals depend on it.
struct Shape {
    changes: bool,
    open: bool,
    path: bool,
    query: bool,
    body: bool,
    version: bool,
}

impl Shape {
    fn of(operation: &Operation, changes: bool) -> Self {
        let parameters = operation.parameters.iter().flatten().filter_map(|known| match known {
            RefOr::T(parameter) => Some(parameter),
            RefOr::Ref(_) => None,
        });
        let has = |wanted: fn(&Parameter) -> bool| parameters.clone().any(wanted);
        Self {
            changes,
            open: operation.security.is_some(),
            path: has(|p| p.parameter_in == ParameterIn::Path),
            query: has(|p| p.parameter_in == ParameterIn::Query),
            body: operation.request_body.is_some(),
            version: has(|p| p.name.eq_ignore_ascii_case("if-match")),
        }
    }

    /// Whether a refusal of the room can be met here. Reading without a question meets nothing but the gate.
    fn meets(&self, status: StatusCode) -> bool {
        match status {
            StatusCode::UNAUTHORIZED => self.body && self.changes,
            StatusCode::FORBIDDEN | StatusCode::CONFLICT | StatusCode::TOO_MANY_REQUESTS => self.changes,
            StatusCode::PRECONDITION_FAILED => self.version || self.body && self.path,
            StatusCode::PAYLOAD_TOO_LARGE => self.body,
            StatusCode::NOT_FOUND | StatusCode::UNPROCESSABLE_ENTITY => self.path || self.query || self.body,
            other => !other.is_server_error() || other == StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// What the gate, the session and the reading of the request can answer.
    fn gate(&self) -> Vec<Told> {
        let mut told = vec![
            (StatusCode::BAD_REQUEST, "malformed_request"),
            (StatusCode::URI_TOO_LONG, "address_too_long"),
            (StatusCode::TOO_MANY_REQUESTS, "too_many_requests"),
            (StatusCode::TOO_MANY_REQUESTS, "too_many_at_once"),
            (StatusCode::TOO_MANY_REQUESTS, "too_busy"),
            (StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "headers_too_large"),
            (StatusCode::SERVICE_UNAVAILABLE, "database_busy"),
            (StatusCode::GATEWAY_TIMEOUT, "too_slow"),
        ];
        let mut add = |when: bool, more: &[Told]| told.extend(when.then_some(more).into_iter().flatten());
        add(
            !self.open,
            &[
                (StatusCode::UNAUTHORIZED, "not_signed_in"),
                (StatusCode::FORBIDDEN, "not_permitted"),
                (StatusCode::FORBIDDEN, "session_needed"),
                (StatusCode::FORBIDDEN, "password_owed"),
                (StatusCode::FORBIDDEN, "second_factor_owed"),
            ],
        );
        add(self.path, &[(StatusCode::NOT_FOUND, "no_such_address")]);
        add(
            self.changes,
            &[
                (StatusCode::FORBIDDEN, "other_site"),
                (StatusCode::CONFLICT, "already_carried_out"),
                (StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused"),
                (StatusCode::BAD_REQUEST, "idempotency_key_malformed"),
                (StatusCode::PAYLOAD_TOO_LARGE, "body_too_large"),
            ],
        );
        add(
            self.body,
            &[
                (StatusCode::BAD_REQUEST, "body_not_json"),
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, "wrong_content_type"),
                (StatusCode::UNPROCESSABLE_ENTITY, "body_not_understood"),
            ],
        );
        add(self.version, &[(StatusCode::PRECONDITION_REQUIRED, "version_missing")]);
        told
    }
}

/// The router of a room, its operations described with the refusals of the room's error `E`.
pub fn refusing<E: Refusal, S: Clone + Send + Sync + 'static>(
    room: &str,
    mut router: OpenApiRouter<S>,
) -> OpenApiRouter<S> {
    describe(router.get_openapi_mut(), room, &E::every());
    router
}

fn describe(document: &mut OpenApi, room: &str, every: &[Told]) {
    let mut answers = Answers { room, known: BTreeMap::new(), made: BTreeMap::new() };
    for item in document.paths.paths.values_mut() {
        for (operation, changes) in operations(item) {
            let shape = Shape::of(operation, changes);
            describe_version(operation);
            if changes {
                operation.parameters.get_or_insert_default().push(RefOr::T(key_parameter()));
            }
            let mut by_status: BTreeMap<u16, BTreeSet<&str>> = BTreeMap::new();
            // What an operation names itself it can meet, whatever its shape: a reading that is refused as a change is.
            let named: BTreeSet<String> = operation.responses.responses.keys().cloned().collect();
            let meets = |status: StatusCode| shape.meets(status) || named.contains(status.as_str());
            let own = every.iter().filter(|(status, _)| meets(*status)).copied();
            for (status, code) in shape.gate().into_iter().chain(own) {
                by_status.entry(status.as_u16()).or_default().insert(code);
            }
            for (status, codes) in by_status {
                let answer = RefOr::Ref(Ref::from_response_name(answers.name(status, codes)));
                operation.responses.responses.insert(status.to_string(), answer);
            }
        }
    }
    let made = std::mem::take(&mut answers.made);
    let components = document.components.get_or_insert_with(Components::new);
    components.responses.extend(made);
    components.schemas.entry("Problem".into()).or_insert_with(<ProblemShape as utoipa::PartialSchema>::schema);
}

/// Every operation of a path, and whether it changes something.
fn operations(item: &mut PathItem) -> impl Iterator<Item = (&mut Operation, bool)> {
    let reads = [item.get.as_mut(), item.head.as_mut()].into_iter().flatten().map(|operation| (operation, false));
    let changes = [item.put.as_mut(), item.post.as_mut(), item.delete.as_mut(), item.patch.as_mut()];
    reads.chain(changes.into_iter().flatten().map(|operation| (operation, true)))
}

/// Answers that operations of a room share.
struct Answers<'r> {
    room: &'r str,
    known: BTreeMap<(u16, BTreeSet<&'static str>), String>,
    made: BTreeMap<String, RefOr<Response>>,
}

impl Answers<'_> {
    /// The name of the shared answer with that status and these codes.
    fn name(&mut self, status: u16, codes: BTreeSet<&'static str>) -> String {
        if let Some(name) = self.known.get(&(status, codes.clone())) {
            return name.clone();
        }
        let others = self.known.keys().filter(|(known, _)| *known == status).count();
        let name = format!("{}_{status}_{}", self.room, others + 1);
        self.made.insert(name.clone(), RefOr::T(answer(status, &codes)));
        self.known.insert((status, codes), name.clone());
        name
    }
}

fn answer(status: u16, codes: &BTreeSet<&str>) -> Response {
    let code = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(codes.iter().copied()));
    let shape = AllOfBuilder::new()
        .item(Ref::from_schema_name("Problem"))
        .item(ObjectBuilder::new().property("code", code).required("code"));
    let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or("refused");
    ResponseBuilder::new()
        .description(reason)
        .content("application/problem+json", ContentBuilder::new().schema(Some(shape)).build())
        .build()
}

/// The form of the version that an edit must name.
fn describe_version(operation: &mut Operation) {
    for parameter in operation.parameters.iter_mut().flatten() {
        if let RefOr::T(parameter) = parameter
            && parameter.name.eq_ignore_ascii_case("if-match")
        {
            let form = ObjectBuilder::new().schema_type(Type::String).pattern(Some("^\"[0-9]{1,18}\"$"));
            parameter.schema = Some(form.into());
            parameter.description = Some("The version that was seen, in quotes.".into());
        }
    }
}

/// The header by which a call may be repeated without being carried out twice.
fn key_parameter() -> Parameter {
    let text = ObjectBuilder::new().schema_type(Type::String).pattern(Some("^[!-~]{1,200}$"));
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some("The same key gives the same answer and changes nothing the second time."))
        .schema(Some(text))
        .build()
}
