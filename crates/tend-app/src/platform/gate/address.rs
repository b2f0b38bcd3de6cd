//! From which address a call comes, as far as it can be believed.

use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The other end of the connection; put into the request by whoever accepts connections.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

/// From where a call comes, as it is counted; for handlers that must know.
#[derive(Debug, Clone, Copy)]
pub struct CallerAddress(pub IpAddr);

impl<S: Send + Sync> FromRequestParts<S> for CallerAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().copied().unwrap_or(Self(IpAddr::V4(Ipv4Addr::UNSPECIFIED))))
    }
}

/// The address of a caller. What a proxy says is believed only of the proxies that the operator trusts, read from the
/// right: everything left of the first stranger can be written by the stranger.
pub(super) fn address_of(request: &Request, trusted: &[IpAddr]) -> IpAddr {
    let peer =
        request.extensions().get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.to_canonical());
    if !trusted.contains(&peer) {
        return peer;
    }
    let said = request.headers().get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let said: Vec<&str> = said.flat_map(|value| value.split(',')).collect();
    let mut found = peer;
    for text in said.iter().rev() {
        let Ok(address) = text.trim().parse::<IpAddr>() else { break };
        found = address.to_canonical();
        if !trusted.contains(&found) {
            break;
        }
    }
    found
}

/// The address as it is counted: of IPv6 the first 64 bits, because one subscriber has all the rest.
pub(super) fn counted(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(six) => {
            let [a, b, c, d, ..] = six.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        four => four,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    fn check(peer: &str, forwarded: &str, wanted: &str) {
        let trusted = ["10.0.0.1".parse().expect("an address"), "10.0.0.2".parse().expect("an address")];
        let mut request =
            Request::builder().header("x-forwarded-for", forwarded).body(Body::empty()).expect("a request");
        request.extensions_mut().insert(Peer(peer.parse().expect("an address")));
        assert_eq!(address_of(&request, &trusted).to_string(), wanted, "{peer} {forwarded}");
    }

    #[test]
    fn a_caller_cannot_choose_its_address() {
        check("203.0.113.9", "198.51.100.1", "203.0.113.9");
        check("10.0.0.1", "198.51.100.1", "198.51.100.1");
        check("10.0.0.1", "1.2.3.4, 198.51.100.1", "198.51.100.1");
        check("10.0.0.1", "1.2.3.4, 198.51.100.1, 10.0.0.2", "198.51.100.1");
        check("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1");
        check("10.0.0.1", "nonsense", "10.0.0.1");
    }

    #[test]
    fn a_subscriber_of_ipv6_is_counted_once() {
        let counted_text = |text: &str| counted(text.parse().expect("an address")).to_string();
        assert_eq!(counted_text("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(counted_text("203.0.113.9"), "203.0.113.9");
    }
}
