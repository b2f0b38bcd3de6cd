//! Whether an answer is one of those that the API's document describes: asked of every answer that a test gets, where
//! `TEND_TEST_DESCRIBED` is set.

use serde_json::Value;
use std::sync::LazyLock;

static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::to_value(tend_app::openapi()).expect("the document is JSON"));

/// Panics if an operation of the document answered as it is not described. What is no operation (an address that does
/// not exist, a method that is not taken) is passed over.
pub(crate) fn check(method: &str, path: &str, status: u16, body: &Value) {
    if std::env::var_os("TEND_TEST_DESCRIBED").is_none() {
        return;
    }
    let path = path.split('?').next().unwrap_or(path);
    let Some(operation) = operation(method, path) else { return };
    let code = body["code"].as_str().unwrap_or("");
    if status >= 500 && status != 503 || matches!(code, "no_such_address" | "method_not_allowed") {
        return;
    }
    let answer = &operation["responses"][status.to_string()];
    assert!(!answer.is_null(), "{method} {path} answered {status} {code}, which its description does not have");
    if status < 400 {
        return;
    }
    let name = answer["$ref"].as_str().and_then(|name| name.rsplit('/').next()).unwrap_or_default();
    let shape = &DOCUMENT["components"]["responses"][name]["content"]["application/problem+json"]["schema"];
    let codes = shape["allOf"][1]["properties"]["code"]["enum"].as_array().cloned().unwrap_or_default();
    assert!(codes.iter().any(|known| known == code), "{method} {path} answered {status} {code}; described: {codes:?}");
}

/// The operation at an address; an address without holes comes before one with them.
fn operation(method: &str, path: &str) -> Option<&'static Value> {
    let paths = DOCUMENT["paths"].as_object()?;
    let fits = |template: &str| {
        let (mut wanted, mut found) = (template.split('/'), path.split('/'));
        loop {
            match (wanted.next(), found.next()) {
                (None, None) => return true,
                (Some(hole), Some(part)) if hole.starts_with('{') && !part.is_empty() => {}
                (Some(word), Some(part)) if word == part => {}
                _ => return false,
            }
        }
    };
    let mut known: Vec<&String> = paths.keys().filter(|template| fits(template)).collect();
    known.sort_by_key(|template| template.matches('{').count());
    paths[*known.first()?].get(method.to_lowercase())
}
