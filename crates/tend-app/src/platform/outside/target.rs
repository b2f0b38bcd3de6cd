//! Where a call goes, judged before any name is looked up.

use super::is_public;
use std::net::IpAddr;
use url::{Host, Url};

/// Ports that a public service answers on.
const PORTS: [u16; 2] = [443, 8443];
const ADDRESS_BYTES_MAX: usize = 500;
/// Ends of names that are not of the public internet.
const INNER_NAMES: [&str; 8] =
    ["localhost", "local", "localdomain", "internal", "intranet", "home.arpa", "lan", "onion"];

/// Why a call is not made, or failed.
#[derive(Debug, thiserror::Error)]
pub enum OutsideError {
    /// The text is no address of the web.
    #[error("no address of the web")]
    NoAddress,
    /// Only https is called, and no address with a name and password in it.
    #[error("only https without a name and password in the address")]
    NotHttps,
    /// Only the usual ports are called.
    #[error("the port {0} is not called")]
    Port(u16),
    /// The address is not one of the public internet.
    #[error("{0} is not an address of the public internet")]
    NotPublic(String),
    /// The name has no address.
    #[error("the name is not known")]
    Unresolved,
    /// The other end does not take the connection, or breaks it.
    #[error("no connection: {0}")]
    Unreachable(String),
    /// The answer is longer than any that is expected.
    #[error("the answer is too long")]
    TooLong,
    /// The other end did not answer in time.
    #[error("no answer in time")]
    TooSlow,
}

impl OutsideError {
    /// The word for it that is kept and shown.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::NoAddress => "no_address",
            Self::NotHttps => "not_https",
            Self::Port(_) => "port_closed",
            Self::NotPublic(_) => "not_public",
            Self::Unresolved => "name_unknown",
            Self::Unreachable(_) => "unreachable",
            Self::TooLong => "too_long",
            Self::TooSlow => "too_slow",
        }
    }
}

/// Hosts with their ports that the operator lets be called although they are not public.
#[derive(Debug, Clone, Default)]
pub struct Exempt(Vec<(String, u16)>);

impl Exempt {
    /// From the setting: `host:port` with commas between; what is none is passed over.
    pub fn read(text: &str) -> Self {
        let pairs = text.split(',').filter_map(|pair| pair.trim().rsplit_once(':'));
        Self(pairs.filter_map(|(host, port)| Some((host.to_lowercase(), port.parse().ok()?))).collect())
    }

    fn has(&self, host: &str, port: u16) -> bool {
        self.0.iter().any(|(known, open)| known == host && *open == port)
    }
}

/// An address that may be called, as far as can be said before its name is looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The name or the address, as it stands in the certificate.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The address, where no name needs to be looked up.
    pub literal: Option<IpAddr>,
    /// Path and query.
    pub path: String,
    /// Whether TLS is spoken.
    pub tls: bool,
    /// Whether the operator lets it be called wherever it leads.
    pub exempt: bool,
}

impl Target {
    /// Judges an address as somebody typed it. The text is read as browsers read it, so that no spelling of an address
    /// (octal, hexadecimal, one number, wide digits) is taken for a name.
    pub fn read(text: &str, exempt: &Exempt) -> Result<Self, OutsideError> {
        if text.len() > ADDRESS_BYTES_MAX || text.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
            return Err(OutsideError::NoAddress);
        }
        let url = Url::parse(text).map_err(|_| OutsideError::NoAddress)?;
        let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
            return Err(OutsideError::NoAddress);
        };
        let name = match &host {
            Host::Domain(name) => name.trim_end_matches('.').to_owned(),
            Host::Ipv4(four) => four.to_string(),
            Host::Ipv6(six) => six.to_string(),
        };
        let exempt = exempt.has(&name, port);
        let plain = url.scheme() == "http" && exempt;
        if url.scheme() != "https" && !plain || !url.username().is_empty() || url.password().is_some() {
            return Err(OutsideError::NotHttps);
        }
        let literal = match host {
            Host::Domain(_) => None,
            Host::Ipv4(four) => Some(IpAddr::V4(four)),
            Host::Ipv6(six) => Some(IpAddr::V6(six)),
        };
        if !exempt {
            if !literal.map_or_else(|| is_public_name(&name), is_public) {
                return Err(OutsideError::NotPublic(name));
            }
            if !PORTS.contains(&port) {
                return Err(OutsideError::Port(port));
            }
        }
        let query = url.query().map_or_else(String::new, |query| format!("?{query}"));
        let path = format!("{}{query}", url.path());
        Ok(Self { host: name, port, literal, path, tls: !plain, exempt })
    }

    /// The authority as it stands in `Host`.
    pub fn authority(&self) -> String {
        let host = match self.literal {
            Some(IpAddr::V6(six)) => format!("[{six}]"),
            _ => self.host.clone(),
        };
        if self.port == 443 && self.tls { host } else { format!("{host}:{}", self.port) }
    }
}

/// A name of one word, or of an inner zone, means something only inside a network.
fn is_public_name(name: &str) -> bool {
    let is_inner = |end: &str| name == end || name.strip_suffix(end).is_some_and(|rest| rest.ends_with('.'));
    name.contains('.') && !INNER_NAMES.iter().any(|end| is_inner(end))
}
