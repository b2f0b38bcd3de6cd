//! TLS 1.2 and 1.3 with ring's cipher suites, on the one port of the program. The certificate comes from files or, by
//! ACME, from an authority; either way a renewed one is taken up without a restart, and open connections keep the one with
//! which they began.

pub mod acme;
pub mod certificate;
mod files;

use crate::failure::Failure;
use crate::output::Output;
use acme::{Authority, Challenges};
use certificate::Life;
use files::Files;
use std::io;
use std::sync::{Arc, RwLock};
use std::time::Duration;
use tend_app::platform::{CertificateSeen, Config, RenewedBy, Standing};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::server::Acceptor;
use tokio_rustls::{LazyConfigAcceptor, server::TlsStream};

/// How long a greeting may take.
const GREETING: Duration = Duration::from_secs(10);

/// The certificate in use and where it comes from.
#[derive(Debug)]
pub struct Tls {
    /// None until the authority gave the first.
    in_use: RwLock<Option<Arc<ServerConfig>>>,
    challenges: Challenges,
    source: Source,
    /// Where it is told how the certificate is.
    told: Arc<Standing>,
}

#[derive(Debug)]
enum Source {
    Files(Files),
    Authority(Box<Authority>),
}

const NOBODY_PANICS: &str = "nobody panics while holding the certificate";

impl Tls {
    /// As the configuration says; none where it names no certificate and no authority.
    pub fn of(config: &Config, told: Arc<Standing>) -> Result<Option<Arc<Self>>, Failure> {
        let (in_use, source) = if let Some(authority) = Authority::of(config)? {
            (authority.kept(), Source::Authority(Box::new(authority)))
        } else if config.speaks_tls() {
            let (files, ready) = Files::of(config)?;
            (Some(ready), Source::Files(files))
        } else {
            return Ok(None);
        };
        Ok(Some(Arc::new(Self { in_use: RwLock::new(in_use), challenges: Challenges::default(), source, told })))
    }

    /// Keeps the certificate fresh; never ends.
    pub async fn keep(self: Arc<Self>, output: Output) {
        match &self.source {
            Source::Files(files) => files.watch(&self).await,
            Source::Authority(authority) => authority.keep(&self, &output).await,
        }
    }

    fn take_up(&self, ready: Arc<ServerConfig>) {
        *self.in_use.write().expect(NOBODY_PANICS) = Some(ready);
    }

    /// Tells how the certificate is, and why the last try to renew it failed.
    fn tell(&self, life: Option<Life>, error: Option<String>) {
        let renewed_by = match self.source {
            Source::Files(_) => RenewedBy::Files,
            Source::Authority(_) => RenewedBy::Authority,
        };
        let life_ms = life.as_ref().map(|life| life.from_ms..life.to_ms);
        let names = life.map(|life| life.names).unwrap_or_default();
        self.told.set_certificate(CertificateSeen { names, life_ms, renewed_by, error });
    }

    fn in_use(&self) -> Option<Arc<ServerConfig>> {
        self.in_use.read().expect(NOBODY_PANICS).clone()
    }

    /// Greets a caller; none where it speaks no TLS of ours, or only came to see the answer to a challenge.
    pub async fn greet(&self, stream: TcpStream) -> Option<TlsStream<TcpStream>> {
        match tokio::time::timeout(GREETING, self.greeting(stream)).await {
            Ok(Ok(greeted)) => greeted,
            Ok(Err(error)) => {
                tracing::debug!("a greeting failed: {error}");
                None
            }
            Err(_) => None,
        }
    }

    async fn greeting(&self, stream: TcpStream) -> io::Result<Option<TlsStream<TcpStream>>> {
        let begun = LazyConfigAcceptor::new(Acceptor::default(), stream).await?;
        let asked_about = acme::challenged(&begun.client_hello());
        if let Some(name) = asked_about {
            let Some(answer) = self.challenges.answer(&name) else { return Ok(None) };
            begun.into_stream(answer).await?.shutdown().await?;
            return Ok(None);
        }
        match self.in_use() {
            Some(in_use) => Ok(Some(begun.into_stream(in_use).await?)),
            None => Ok(None),
        }
    }
}
