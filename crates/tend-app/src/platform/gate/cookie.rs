//! What a browser or program shows of who it is: a token of the API, or cookies. These are unreadable to scripts, sent to
//! this very site only, and under TLS bound to this very host (`__Host-`: no domain, whole path, secure; RFC 6265bis).
//! One is the session's; the other binds a sign-in that is under way at an identity provider to this browser.

use super::super::{App, SecureCookie};
use axum::http::{HeaderMap, header};

const SESSION: [&str; 2] = ["tend_session", "__Host-tend_session"];
const SSO: [&str; 2] = ["tend_sso", "__Host-tend_sso"];
const GONE: &str = "; Max-Age=0";
/// As long as a person may take at the provider.
const FOR_TEN_MINUTES: &str = "; Max-Age=600";

/// The `Set-Cookie` of a session.
pub fn session_cookie(app: &App, token: &str) -> String {
    with(app, SESSION, token, "")
}

/// The `Set-Cookie` that takes the session away.
pub fn session_cookie_gone(app: &App) -> String {
    with(app, SESSION, "", GONE)
}

/// The `Set-Cookie` that binds a sign-in at a provider to this browser.
pub fn sso_cookie(app: &App, browser: &str) -> String {
    with(app, SSO, browser, FOR_TEN_MINUTES)
}

/// The `Set-Cookie` that takes it away.
pub fn sso_cookie_gone(app: &App) -> String {
    with(app, SSO, "", GONE)
}

/// The session token of a request.
pub fn token_of<'h>(app: &App, headers: &'h HeaderMap) -> Option<&'h str> {
    cookie(app, SESSION, headers)
}

/// By this an API token is known wherever it turns up, also to scanners of source code.
pub const TOKEN_PREFIX: &str = "tend_";

/// The API token of a request.
pub fn bearer_of(headers: &HeaderMap) -> Option<&str> {
    let (scheme, text) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && text.starts_with(TOKEN_PREFIX)).then_some(text)
}

/// With what a request shows who calls: the API token, or else the session's.
pub(super) fn shown_by<'h>(app: &App, headers: &'h HeaderMap) -> Option<&'h str> {
    bearer_of(headers).or_else(|| token_of(app, headers))
}

/// What binds a sign-in at a provider to the browser of a request.
pub fn sso_browser_of<'h>(app: &App, headers: &'h HeaderMap) -> Option<&'h str> {
    cookie(app, SSO, headers)
}

fn with(app: &App, names: [&str; 2], value: &str, more: &str) -> String {
    let secure = if app.config().secure_cookie == SecureCookie::Yes { "; Secure" } else { "" };
    format!("{}={value}; Path=/; HttpOnly; SameSite=Strict{secure}{more}", name(app, names))
}

fn name<'n>(app: &App, [plain, under_tls]: [&'n str; 2]) -> &'n str {
    match app.config().secure_cookie {
        SecureCookie::Yes => under_tls,
        SecureCookie::No => plain,
    }
}

fn cookie<'h>(app: &App, names: [&str; 2], headers: &'h HeaderMap) -> Option<&'h str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let name = name(app, names);
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value)
}
