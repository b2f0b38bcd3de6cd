//! Where the desk stands, as a browser writes an origin: from the configuration, or `http://localhost` and the like
//! where nothing is set. A host that a caller merely claims is never believed for more than this very machine.

use super::OrgError;
use crate::platform::App;
use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use std::convert::Infallible;
use std::net::IpAddr;

/// The origin of the desk; none where it is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Site(Option<String>);

impl Site {
    fn of(public_url: &str, host: Option<&str>) -> Self {
        let set = public_url.trim().trim_end_matches('/');
        if !set.is_empty() {
            return Self(Some(set.to_lowercase()));
        }
        let local = host.filter(|host| matches!(host_of(host), "localhost" | "127.0.0.1" | "[::1]"));
        Self(local.map(|host| format!("http://{}", host.to_lowercase())))
    }

    /// Scheme, host and port.
    pub(super) fn origin(&self) -> Option<&str> {
        self.0.as_deref()
    }

    /// The origin and the host to which passkeys are bound. An address of digits can have none, nor can plain HTTP away
    /// from this machine.
    pub(super) fn for_passkeys(&self) -> Result<(&str, &str), OrgError> {
        let origin = self.origin().ok_or(OrgError::PasskeysOff)?;
        passkey_host(origin).map(|host| (origin, host)).ok_or(OrgError::PasskeysOff)
    }
}

/// The host to which the passkeys of an origin are bound.
pub(super) fn passkey_host(origin: &str) -> Option<&str> {
    let (scheme, rest) = origin.split_once("://")?;
    let host = host_of(rest);
    let named = !host.is_empty() && host.parse::<IpAddr>().is_err() && !host.starts_with('[');
    (named && (scheme == "https" || host == "localhost")).then_some(host)
}

fn host_of(authority: &str) -> &str {
    let authority = authority.split('/').next().unwrap_or_default();
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    }
}

impl FromRequestParts<App> for Site {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let host = parts.headers.get(header::HOST).and_then(|value| value.to_str().ok());
        let host = host.or_else(|| parts.uri.authority().map(|known| known.as_str()));
        Ok(Self::of(&app.config().public_url, host))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(public_url: &str, host: &str, origin: Option<&str>, passkey_host: Option<&str>) {
        let site = Site::of(public_url, Some(host));
        assert_eq!(site.origin(), origin, "{public_url} {host}");
        assert_eq!(
            site.for_passkeys().ok().map(|(_, host)| host.to_owned()).as_deref(),
            passkey_host,
            "{public_url} {host}"
        );
    }

    #[test]
    fn only_this_machine_is_believed_without_a_configured_address() {
        check("", "localhost:8420", Some("http://localhost:8420"), Some("localhost"));
        check("", "127.0.0.1:8420", Some("http://127.0.0.1:8420"), None);
        check("", "evil.example", None, None);
        check(
            "https://tend.firm.example/",
            "evil.example",
            Some("https://tend.firm.example"),
            Some("tend.firm.example"),
        );
        check("https://Tend.firm.example:8443", "x", Some("https://tend.firm.example:8443"), Some("tend.firm.example"));
        check("http://tend.firm.example", "x", Some("http://tend.firm.example"), None);
        check("https://192.0.2.1", "x", Some("https://192.0.2.1"), None);
    }
}
