//! TLS from a certificate and a key in files: 1.2 and 1.3, ring's cipher suites, taken up anew without a restart when
//! the files change. What renews the certificate is not known here: certbot, lego or the firm's own authority write the
//! files. A pair that cannot be read leaves the one in use as it is, and says so in the log.

use crate::failure::{Exit, Failure};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};
use std::time::{Duration, SystemTime};
use tend_app::platform::Config;
use tokio::net::TcpStream;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{ServerConfig, crypto};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(5);
/// How long a greeting may take.
const GREETING: Duration = Duration::from_secs(10);

/// The certificate in use and where it comes from.
#[derive(Debug)]
pub struct Tls {
    certificate: PathBuf,
    key: PathBuf,
    in_use: RwLock<Arc<ServerConfig>>,
}

/// When a file was written, and its length.
type Stamp = Option<(SystemTime, u64)>;

impl Tls {
    /// As the configuration says; none where it names no certificate.
    pub fn of(config: &Config) -> Result<Option<Arc<Self>>, Failure> {
        if !config.speaks_tls() {
            return Ok(None);
        }
        let (certificate, key) = (PathBuf::from(&config.tls_certificate), PathBuf::from(&config.tls_key));
        let read = read(&certificate, &key).map_err(|why| {
            let params = json!({ "certificate": certificate, "key": key });
            Failure::new(Exit::Refused, "certificate_unusable", params).because(why)
        })?;
        Ok(Some(Arc::new(Self { certificate, key, in_use: RwLock::new(Arc::new(read)) })))
    }

    /// Takes up what the files say whenever they change; never ends.
    pub async fn watch(self: Arc<Self>) {
        let stamps = || [stamp(&self.certificate), stamp(&self.key)];
        let mut seen = stamps();
        loop {
            tokio::time::sleep(LOOK).await;
            let now = stamps();
            if now == seen {
                continue;
            }
            // The pair is written file by file: what does not fit yet is looked at again.
            match read(&self.certificate, &self.key) {
                Ok(read) => {
                    seen = now;
                    *self.in_use.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = Arc::new(read);
                    tracing::info!("the certificate in {} was taken up", self.certificate.display());
                }
                Err(why) => tracing::warn!("the certificate in {} stays unused: {why}", self.certificate.display()),
            }
        }
    }

    /// Greets a caller; none where it speaks no TLS of ours.
    pub async fn greet(&self, stream: TcpStream) -> Option<TlsStream<TcpStream>> {
        let in_use = Arc::clone(&self.in_use.read().unwrap_or_else(|poisoned| poisoned.into_inner()));
        match tokio::time::timeout(GREETING, TlsAcceptor::from(in_use).accept(stream)).await {
            Ok(Ok(stream)) => Some(stream),
            Ok(Err(error)) => {
                tracing::debug!("a greeting failed: {error}");
                None
            }
            Err(_) => None,
        }
    }
}

fn stamp(path: &Path) -> Stamp {
    let found = std::fs::metadata(path).ok()?;
    Some((found.modified().ok()?, found.len()))
}

fn read(certificate: &Path, key: &Path) -> Result<ServerConfig, String> {
    let said = |error: &dyn std::fmt::Display| error.to_string();
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(certificate)
        .map_err(|e| said(&e))?
        .collect::<Result<_, _>>()
        .map_err(|e| said(&e))?;
    let key = PrivateKeyDer::from_pem_file(key).map_err(|e| said(&e))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|e| said(&e))?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|e| said(&e))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
