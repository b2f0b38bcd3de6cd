//! Errors on the wire: problem+json (RFC 9457) with a stable code and a sentence with the next step in the reader's
//! language. A room's error says its code, status and parameters; the words stand in `words/`.

use super::words::words;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sea_orm::DbErr;
use serde_json::{Value, json};
use tend_rules::base::Language;

/// What the framework says by itself is a sentence.
const BARE_BYTES_MAX: usize = 2_048;

/// An error of a room as its reader meets it. [`refusals!`] writes what every room says of its errors.
pub trait Refusal: std::error::Error {
    /// A stable code such as `customer_not_found`; its words stand in `words/ROOM.{zh,en}.toml`.
    fn code(&self) -> &'static str;
    /// The HTTP status.
    fn status(&self) -> StatusCode;
    /// Every answer that an error of this kind can become, for the description of the API.
    fn every() -> Vec<(StatusCode, &'static str)>
    where
        Self: Sized;
    /// Values for the `{placeholders}` of the words.
    fn params(&self) -> Value {
        json!({})
    }
    /// The single things that are wrong, when there are several (cells, lines of a plan).
    fn problems(&self) -> Option<Value> {
        None
    }
}

/// The errors of a room as one table: status, variants, codes; `..` names those that are told as they came from
/// elsewhere. Gives the functions `code`, `status` and `every` of [`Refusal`].
macro_rules! refusals {
    (
        $($status:ident { $($variant:pat => $code:literal),+ $(,)? })*
        $(.. $($inner:ident: $from:ty),+ $(,)?;)?
    ) => {
        fn code(&self) -> &'static str {
            match self {
                $($($variant => $code,)+)*
                $($(Self::$inner(error) => $crate::platform::Refusal::code(error),)+)?
            }
        }

        fn status(&self) -> ::axum::http::StatusCode {
            match self {
                $($($variant => ::axum::http::StatusCode::$status,)+)*
                $($(Self::$inner(error) => $crate::platform::Refusal::status(error),)+)?
            }
        }

        fn every() -> Vec<(::axum::http::StatusCode, &'static str)> {
            let own: &[(::axum::http::StatusCode, &'static str)] =
                &[$($((::axum::http::StatusCode::$status, $code),)+)*];
            let mut every = own.to_vec();
            $($(every.extend(<$from as $crate::platform::Refusal>::every());)+)?
            every
        }
    };
}
pub(crate) use refusals;

/// An answer that says what went wrong. Its words are chosen by [`localise`].
#[derive(Debug, Clone)]
pub struct Problem {
    /// The HTTP status.
    pub status: StatusCode,
    /// The stable code.
    pub code: &'static str,
    /// Values for the words.
    pub params: Value,
    /// Single problems, when there are several.
    pub problems: Option<Value>,
}

impl Problem {
    /// A problem without parameters.
    pub fn new(status: StatusCode, code: &'static str) -> Self {
        Self { status, code, params: json!({}), problems: None }
    }

    /// When to come back, where that is known.
    fn seconds_to_wait(&self) -> Option<u64> {
        if self.status != StatusCode::TOO_MANY_REQUESTS {
            return None;
        }
        let minutes = || self.params["minutes"].as_u64().map(|minutes| minutes * 60);
        self.params["seconds"].as_u64().or_else(minutes)
    }

    /// The JSON body in a language.
    pub fn body(&self, language: Language) -> Value {
        let words = words(language);
        let text = |part: &str| words.fill(&format!("{}.{part}", self.code), &self.params);
        let mut body = json!({
            "type": format!("/problems/{}", self.code),
            "status": self.status.as_u16(),
            "code": self.code,
            "title": text("title"),
            "detail": text("detail"),
            "next": text("next"),
            "params": self.params,
        });
        if let Some(problems) = &self.problems {
            body["problems"] = problems.clone();
        }
        body
    }
}

impl<E: Refusal> From<E> for Problem {
    fn from(error: E) -> Self {
        if error.status().is_server_error() {
            let mut chain = error.to_string();
            let mut source = std::error::Error::source(&error);
            while let Some(inner) = source {
                chain = format!("{chain}: {inner}");
                source = inner.source();
            }
            tracing::error!(code = error.code(), "{chain}");
        }
        Self { status: error.status(), code: error.code(), params: error.params(), problems: error.problems() }
    }
}

impl Refusal for DbErr {
    fn code(&self) -> &'static str {
        if super::database::is_repeated_call(self) {
            "already_carried_out"
        } else if super::is_disk_full(self) {
            "disk_full"
        } else if super::is_retryable(self) {
            "database_busy"
        } else {
            "internal"
        }
    }
    fn status(&self) -> StatusCode {
        match self.code() {
            "already_carried_out" => StatusCode::CONFLICT,
            "disk_full" => StatusCode::INSUFFICIENT_STORAGE,
            "database_busy" => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
    fn every() -> Vec<(StatusCode, &'static str)> {
        vec![
            (StatusCode::CONFLICT, "already_carried_out"),
            (StatusCode::INSUFFICIENT_STORAGE, "disk_full"),
            (StatusCode::SERVICE_UNAVAILABLE, "database_busy"),
            (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        ]
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status, Body::empty()).into_response();
        if let Some(wait) = self.seconds_to_wait() {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// Middleware: writes the words of a [`Problem`] in the language of the request, and gives bare error answers of the
/// framework (no route, wrong method, unreadable body) the same shape.
pub async fn localise(request: Request, next: Next) -> Response {
    let locale = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or("");
    let language = Language::of_locale(locale);
    let response = next.run(request).await;
    let status = response.status();
    let known = response.extensions().get::<Problem>().cloned();
    let shaped = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/problem+json"));
    if shaped || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let (mut parts, bare) = response.into_parts();
    let problem = match known {
        Some(problem) => problem,
        None => Problem { params: json!({ "where": words_of(bare).await }), ..Problem::new(status, bare_code(status)) },
    };
    let body = problem.body(language).to_string();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    Response::from_parts(parts, Body::from(body))
}

/// What the framework says of an address or query that it could not read; it names the field.
async fn words_of(bare: Body) -> String {
    let bytes = axum::body::to_bytes(bare, BARE_BYTES_MAX).await.unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn bare_code(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "no_such_address",
        StatusCode::METHOD_NOT_ALLOWED => "method_not_allowed",
        StatusCode::PAYLOAD_TOO_LARGE => "body_too_large",
        StatusCode::URI_TOO_LONG => "address_too_long",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "wrong_content_type",
        StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT => "too_slow",
        status if status.is_client_error() => "malformed_request",
        _ => "internal",
    }
}
