//! The headers that keep a browser safe: OWASP ASVS 5.0, V3.4; facts/trust.md. Set on every answer, refusals included.

use super::super::{App, SecureCookie};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

/// Scripts and styles come from the program, or carry the nonce of this very answer: antd writes its styles at run time.
/// Text becomes markup only through the one policy `default` (web/desk/src/frame/trusted.ts), which lets no `<` pass.
const PAGE: &str = "default-src 'self'; script-src 'self'{nonce} 'report-sample'; \
    style-src 'self'{nonce} 'report-sample'; \
    img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; media-src 'self' blob:; \
    worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types default";

/// An answer of the API is data: nothing in it is loaded or run, should a browser ever show it as a page.
const DATA: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Two years, as the preload lists of browsers want it.
const STRICT_TRANSPORT: &str = "max-age=63072000; includeSubDomains";

const FIXED: [(HeaderName, &str); 8] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), payment=(), usb=(), display-capture=()",
    ),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("origin-agent-cluster"), "?1"),
    (HeaderName::from_static("x-permitted-cross-domain-policies"), "none"),
];

/// The content security policy of a page whose own scripts and styles carry `nonce`; without one for other files.
pub fn page_policy(nonce: Option<&str>) -> HeaderValue {
    let nonce = nonce.map_or_else(String::new, |nonce| format!(" 'nonce-{nonce}'"));
    HeaderValue::from_str(&PAGE.replace("{nonce}", &nonce))
        .expect("a policy with a hexadecimal nonce is a valid header")
}

/// Middleware: see the module. An answer that brings a policy of its own (the first page with its nonce) keeps it.
pub(super) async fn give_headers(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let of_api = path == "/api" || path.starts_with("/api/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        let policy = if of_api { HeaderValue::from_static(DATA) } else { page_policy(None) };
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if app.config().secure_cookie == SecureCookie::Yes {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(STRICT_TRANSPORT));
    }
    if of_api && !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}
