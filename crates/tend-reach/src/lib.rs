//! HTTPS to the services that the operator's settings name: the authority that gives certificates, the store of the
//! backup.
//!
//! Not the way to an address that a person typed at the desk: that is `platform::outside`, which calls public addresses
//! only. Whoever writes `tend.toml` owns the machine already, and both services stand inside the firm's own network as
//! often as not, so no address is refused here. What stays: certificates are judged by the roots that the machine trusts,
//! nothing is followed that redirects, no proxy of the environment is asked, and a connection takes ten seconds at most.

use hyper::body::Body;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use std::sync::Arc;
use std::time::Duration;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};

const CONNECT: Duration = Duration::from_secs(10);
/// How long a connection is kept that nobody uses. Services drop theirs after a minute or so.
const IDLE: Duration = Duration::from_secs(20);

/// Keeps its connections; cheap to clone.
pub type Client<B> = legacy::Client<HttpsConnector<HttpConnector>, B>;

/// What is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speech {
    /// TLS alone.
    Tls,
    /// Plain HTTP too, where the operator wrote an `http://` address.
    PlainToo,
}

/// TLS cannot be made ready.
#[derive(Debug, thiserror::Error)]
#[error("making TLS ready")]
pub struct NotReady(#[from] tokio_rustls::rustls::Error);

/// A client for requests with a body of this kind. Its connections live in the runtime of the call.
pub fn client<B>(speech: Speech) -> Result<Client<B>, NotReady>
where
    B: Body + Send,
    B::Data: Send,
{
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let tls = ClientConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    tcp.set_connect_timeout(Some(CONNECT));
    let spoken = HttpsConnectorBuilder::new().with_tls_config(tls);
    let spoken = match speech {
        Speech::Tls => spoken.https_only(),
        Speech::PlainToo => spoken.https_or_http(),
    };
    Ok(legacy::Client::builder(TokioExecutor::new())
        .pool_idle_timeout(IDLE)
        .pool_timer(TokioTimer::new())
        .build(spoken.enable_http1().wrap_connector(tcp)))
}
