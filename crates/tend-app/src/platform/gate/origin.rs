//! Calls that another site makes a browser send are refused (cross-site request forgery; ASVS 5.0, 3.5.1). The session
//! cookie is `SameSite=Strict` already; this is the second wall, on every method that may change something.
//!
//! The rule is that of Filippo Valsorda's survey as Go 1.25 ships it: `Sec-Fetch-Site` decides where the browser sends
//! it; else `Origin` must name this very host; a caller that sends neither is no browser and carries nobody's cookie.

use super::super::Problem;
use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Middleware: see the module.
pub(super) async fn refuse_other_sites(request: Request, next: Next) -> Response {
    let harmless = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if harmless || is_of_this_site(request.headers(), request.uri()) {
        return next.run(request).await;
    }
    tracing::warn!(path = request.uri().path(), "a call from another site was refused");
    Problem::new(StatusCode::FORBIDDEN, "other_site").into_response()
}

fn is_of_this_site(headers: &HeaderMap, uri: &Uri) -> bool {
    let text = |name| headers.get(name).map(|value: &header::HeaderValue| value.to_str().unwrap_or("?"));
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => {
            let here = uri.authority().map(|known| known.as_str()).or_else(|| text("host"));
            origin.split_once("://").is_some_and(|(_, there)| here.is_some_and(|here| here.eq_ignore_ascii_case(there)))
        }
        (None, None) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(headers: &[(&'static str, &str)], wanted: bool) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().expect("a value"));
        }
        assert_eq!(is_of_this_site(&map, &Uri::from_static("/api/me")), wanted, "{headers:?}");
    }

    #[test]
    fn only_this_very_origin_passes() {
        check(&[("host", "tend.firm")], true);
        check(&[("host", "tend.firm"), ("sec-fetch-site", "same-origin")], true);
        check(&[("host", "tend.firm"), ("sec-fetch-site", "none")], true);
        check(&[("host", "tend.firm"), ("sec-fetch-site", "same-site")], false);
        check(&[("host", "tend.firm"), ("sec-fetch-site", "cross-site")], false);
        check(&[("host", "tend.firm"), ("sec-fetch-site", "cross-site"), ("origin", "https://tend.firm")], false);
        check(&[("host", "tend.firm:8420"), ("origin", "http://tend.firm:8420")], true);
        check(&[("host", "TEND.firm"), ("origin", "https://tend.firm")], true);
        check(&[("host", "tend.firm:8420"), ("origin", "http://tend.firm")], false);
        check(&[("host", "tend.firm"), ("origin", "https://tend.firm.evil.example")], false);
        check(&[("host", "tend.firm"), ("origin", "null")], false);
        check(&[("origin", "https://tend.firm")], false);
    }
}
