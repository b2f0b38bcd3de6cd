//! The answer to the challenge tls-alpn-01 (RFC 8737): a certificate made for the question, shown on the port that serves
//! the desk to nobody but a caller who asks for `acme-tls/1` alone.

use crate::tls::certificate::TLS;
use rcgen::{CertificateParams, CustomExtension, KeyPair};
use std::collections::HashMap;
use std::sync::{Arc, RwLock};
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::sign::any_supported_type;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::server::ClientHello;
use tokio_rustls::rustls::sign::{CertifiedKey, SingleCertAndKey};

/// The protocol that only an authority names.
const PROTOCOL: &[u8] = b"acme-tls/1";

/// The answers that stand at the moment, by name.
#[derive(Debug, Default)]
pub struct Challenges(RwLock<HashMap<String, Arc<ServerConfig>>>);

const NOBODY_PANICS: &str = "nobody panics while holding the answers";

/// The name that an authority asks about; none where the caller is anybody else.
pub fn challenged(hello: &ClientHello<'_>) -> Option<String> {
    let mut named = hello.alpn()?;
    let alone = named.next() == Some(PROTOCOL) && named.next().is_none();
    alone.then(|| hello.server_name().unwrap_or_default().to_lowercase())
}

/// The usual way compares key and certificate, and for that refuses a critical extension that it does not know: the very
/// one that is the answer.
fn ready(certificate: CertificateDer<'static>, key: &PrivateKeyDer<'static>) -> Result<Arc<ServerConfig>, String> {
    let key = any_supported_type(key).map_err(|error| error.to_string())?;
    let shown = SingleCertAndKey::from(CertifiedKey::new(vec![certificate], key));
    let mut config = ServerConfig::builder_with_provider(Arc::clone(&TLS))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(shown));
    config.alpn_protocols = vec![PROTOCOL.to_vec()];
    Ok(Arc::new(config))
}

impl Challenges {
    /// The answer for a name.
    pub fn answer(&self, name: &str) -> Option<Arc<ServerConfig>> {
        self.0.read().expect(NOBODY_PANICS).get(name).cloned()
    }

    /// Has the answer ready from now on: `digest` is the SHA-256 of the key authorisation.
    pub(super) fn show(&self, name: &str, digest: &[u8]) -> Result<(), String> {
        let said = |error: rcgen::Error| error.to_string();
        let key = KeyPair::generate().map_err(said)?;
        let mut wanted = CertificateParams::new(vec![name.to_owned()]).map_err(said)?;
        wanted.custom_extensions = vec![CustomExtension::new_acme_identifier(digest)];
        let made = wanted.self_signed(&key).map_err(said)?;
        let ready = ready(made.der().clone(), &PrivatePkcs8KeyDer::from(key.serialize_der()).into())?;
        self.0.write().expect(NOBODY_PANICS).insert(name.to_lowercase(), ready);
        Ok(())
    }

    /// Takes all answers away.
    pub(super) fn clear(&self) {
        self.0.write().expect(NOBODY_PANICS).clear();
    }
}
