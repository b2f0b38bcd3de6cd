//! The session cookie: unreadable to scripts, sent to this very site only, and under TLS bound to this very host
//! (`__Host-`: no domain, whole path, secure; RFC 6265bis).

use super::super::{App, SecureCookie};
use axum::http::{HeaderMap, header};

const NAME: &str = "tend_session";
const NAME_UNDER_TLS: &str = "__Host-tend_session";

/// The `Set-Cookie` of a session.
pub fn session_cookie(app: &App, token: &str) -> String {
    with(app, token, "")
}

/// The `Set-Cookie` that takes the session away.
pub fn session_cookie_gone(app: &App) -> String {
    with(app, "", "; Max-Age=0")
}

fn with(app: &App, token: &str, more: &str) -> String {
    let secure = if app.config().secure_cookie == SecureCookie::Yes { "; Secure" } else { "" };
    format!("{}={token}; Path=/; HttpOnly; SameSite=Strict{secure}{more}", name(app))
}

fn name(app: &App) -> &'static str {
    match app.config().secure_cookie {
        SecureCookie::Yes => NAME_UNDER_TLS,
        SecureCookie::No => NAME,
    }
}

/// The session token of a request.
pub fn token_of<'h>(app: &App, headers: &'h HeaderMap) -> Option<&'h str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, _)| *found == name(app)).map(|(_, token)| token)
}
