//! Shapes that all handlers share: pages by cursor, bodies that explain what is wrong with them, entity tags.

use super::Problem;
use axum::body::{Body, Bytes};
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, FromRequestParts, OptionalFromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Json, RequestExt};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// The cursor of the next page; none on the last.
    pub next: Option<String>,
    /// How many there are in all, exact up to 10,000, rounded above; none where counting costs too much.
    pub about: Option<i64>,
}

/// Which page of a list is wanted.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// The cursor that the previous page gave.
    pub cursor: Option<String>,
    /// Rows on a page; 50 if not said.
    #[param(inline)]
    pub limit: Option<PageRows>,
}

impl PageQuery {
    /// The number of rows.
    pub fn rows(&self) -> i64 {
        PageRows::asked(self.limit)
    }
}

/// Rows on a page, 1..200.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "u32")]
pub struct PageRows(u32);

const ROWS_USUAL: u32 = 50;
const ROWS_MAX: u32 = 200;

impl PageRows {
    /// The number that was asked for, or the usual one.
    pub fn asked(limit: Option<Self>) -> i64 {
        i64::from(limit.map_or(ROWS_USUAL, |rows| rows.0))
    }
}

impl TryFrom<u32> for PageRows {
    type Error = String;

    fn try_from(rows: u32) -> Result<Self, String> {
        if (1..=ROWS_MAX).contains(&rows) { Ok(Self(rows)) } else { Err(format!("1..{ROWS_MAX} rows on a page")) }
    }
}

impl utoipa::PartialSchema for PageRows {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        let whole = utoipa::openapi::ObjectBuilder::new().schema_type(utoipa::openapi::schema::Type::Integer);
        whole.minimum(Some(1)).maximum(Some(ROWS_MAX)).description(Some("Rows on a page.")).into()
    }
}

impl ToSchema for PageRows {
    fn name() -> std::borrow::Cow<'static, str> {
        "PageRows".into()
    }
}

/// A JSON body. What is wrong with it is told with the place of the mistake.
#[derive(Debug)]
pub struct Validated<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + 'static> FromRequest<S> for Validated<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let bytes = Bytes::from_request(Request::from_parts(parts.clone(), body), &()).await;
        let bytes = bytes.map_err(|rejection| unreadable(&JsonRejection::BytesRejection(rejection)))?;
        if holds_nul(&bytes) {
            let params = json!({ "where": "U+0000" });
            let (status, code) = (StatusCode::UNPROCESSABLE_ENTITY, "body_not_understood");
            return Err(Problem { status, code, params, problems: None });
        }
        match Request::from_parts(parts, Body::from(bytes)).extract::<Json<T>, _>().await {
            Ok(Json(body)) => Ok(Self(body)),
            Err(rejection) => Err(unreadable(&rejection)),
        }
    }
}

/// Whether a text of a JSON body holds the character NUL, which no text on file may: PostgreSQL does not take it, and
/// programs behind exports end there.
fn holds_nul(bytes: &[u8]) -> bool {
    fn within(value: &Value) -> bool {
        match value {
            Value::String(text) => text.contains('\0'),
            Value::Array(values) => values.iter().any(within),
            Value::Object(pairs) => pairs.iter().any(|(name, value)| name.contains('\0') || within(value)),
            _ => false,
        }
    }
    // A NUL stands in JSON only in this escape; the body is looked at closely only where it may be one.
    bytes.windows(6).any(|six| six == b"\\u0000") && serde_json::from_slice(bytes).is_ok_and(|value| within(&value))
}

fn unreadable(rejection: &JsonRejection) -> Problem {
    let (status, code) = match rejection {
        JsonRejection::JsonDataError(_) => (StatusCode::UNPROCESSABLE_ENTITY, "body_not_understood"),
        JsonRejection::MissingJsonContentType(_) => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "wrong_content_type"),
        JsonRejection::BytesRejection(_) => (StatusCode::PAYLOAD_TOO_LARGE, "body_too_large"),
        _ => (StatusCode::BAD_REQUEST, "body_not_json"),
    };
    Problem { status, code, params: json!({ "where": rejection.body_text() }), problems: None }
}

/// The version that the caller last read, from `If-Match: "7"`. Demanded wherever people edit.
#[derive(Debug, Clone, Copy)]
pub struct IfMatch(pub i64);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts
            .headers
            .get(header::IF_MATCH)
            .and_then(|value| value.to_str().ok())
            .and_then(|text| text.trim_matches('"').parse().ok())
            .map(Self)
            .ok_or_else(|| Problem::new(StatusCode::PRECONDITION_REQUIRED, "version_missing"))
    }
}

/// Where a caller may say what it saw, and need not.
impl<S: Send + Sync> OptionalFromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Problem> {
        match parts.headers.contains_key(header::IF_MATCH) {
            true => <Self as FromRequestParts<S>>::from_request_parts(parts, state).await.map(Some),
            false => Ok(None),
        }
    }
}

/// The entity tag of a version.
pub fn etag(version: i64) -> HeaderValue {
    HeaderValue::from_str(&format!("\"{version}\"")).expect("a number is a valid header")
}

/// An answer of 202 with a body: the work goes on.
#[derive(Debug)]
pub struct Accepted<T>(pub T);

impl<T: Serialize> IntoResponse for Accepted<T> {
    fn into_response(self) -> Response {
        (StatusCode::ACCEPTED, Json(self.0)).into_response()
    }
}
