//! A certificate with its key: read from PEM, made ready to be spoken with, and asked how long it lasts and for whom.

use std::path::Path;
use std::sync::{Arc, LazyLock};
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use x509_cert::Certificate;
use x509_cert::der::Decode;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

/// What TLS is made of: ring's suites.
pub static TLS: LazyLock<Arc<CryptoProvider>> = LazyLock::new(|| Arc::new(ring::default_provider()));

/// What is spoken on a connection that was greeted (RFC 7301).
const HTTP: &[u8] = b"http/1.1";

/// A certificate, those above it, and its key.
#[derive(Debug)]
pub struct Pair {
    pub chain: Vec<CertificateDer<'static>>,
    pub key: PrivateKeyDer<'static>,
}

/// From when to when, in milliseconds since 1970, and for which names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Life {
    pub from_ms: u64,
    pub to_ms: u64,
    pub names: Vec<String>,
}

impl Life {
    /// Milliseconds from the first moment to the last.
    pub fn whole_ms(&self) -> u64 {
        self.to_ms.saturating_sub(self.from_ms)
    }
}

impl Pair {
    /// From two files.
    pub fn read(certificate: &Path, key: &Path) -> Result<Self, String> {
        let said = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
        let chain = std::fs::read(certificate).map_err(|error| said(certificate, error))?;
        let key = std::fs::read(key).map_err(|error| said(key, error))?;
        Self::of(&chain, &key)
    }

    /// From the PEM of a chain and of a key; both may stand in one text.
    pub fn of(chain: &[u8], key: &[u8]) -> Result<Self, String> {
        let chain: Vec<_> =
            CertificateDer::pem_slice_iter(chain).collect::<Result<_, _>>().map_err(|e| e.to_string())?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|error| error.to_string())?;
        Ok(Self { chain, key })
    }

    /// Ready to be spoken with; an error where certificate and key do not belong together.
    pub fn ready(self) -> Result<Arc<ServerConfig>, String> {
        let mut config = ServerConfig::builder_with_provider(Arc::clone(&TLS))
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_no_client_auth()
            .with_single_cert(self.chain, self.key)
            .map_err(|error| error.to_string())?;
        config.alpn_protocols = vec![HTTP.to_vec()];
        Ok(Arc::new(config))
    }

    /// How long the certificate lasts.
    pub fn life(&self) -> Result<Life, String> {
        let first = self.chain.first().ok_or("there is no certificate")?;
        let read = Certificate::from_der(first).map_err(|error| error.to_string())?;
        let validity = &read.tbs_certificate.validity;
        let ms = |time: x509_cert::time::Time| u64::try_from(time.to_unix_duration().as_millis()).unwrap_or(u64::MAX);
        let names = read.tbs_certificate.get::<SubjectAltName>().map_err(|error| error.to_string())?;
        let names = names.map(|(_, names)| names.0).unwrap_or_default();
        let names = names.into_iter().filter_map(|name| match name {
            GeneralName::DnsName(name) => Some(name.to_string()),
            _ => None,
        });
        Ok(Life { from_ms: ms(validity.not_before), to_ms: ms(validity.not_after), names: names.collect() })
    }
}
