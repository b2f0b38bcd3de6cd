//! One call: resolve once, connect to that very address, speak, judge the status, hang up.

use super::{Exempt, OutsideError, Target, is_public};
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Method, Request, StatusCode, header};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use futures::future::BoxFuture;
use hyper::client::conn::http1::SendRequest;
use hyper_util::rt::TokioIo;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};
use url::form_urlencoded::Serializer;

const AGENT: &str = concat!("Tend/", env!("CARGO_PKG_VERSION"));
const CONNECT: Duration = Duration::from_secs(5);
/// From the first look at the name to the head of the answer.
const WHOLE: Duration = Duration::from_secs(10);
/// Bytes of the head of an answer.
const HEAD_BYTES_MAX: usize = 16 * 1024;
/// Bytes of a body that is read.
const BODY_BYTES_MAX: usize = 512 * 1024;

/// Looks a name up.
pub trait Resolve: Send + Sync + std::fmt::Debug {
    /// The addresses of a host at a port.
    fn addresses<'a>(&'a self, host: &'a str, port: u16) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>>;
}

/// The names as the machine knows them.
#[derive(Debug)]
pub struct SystemResolver;

impl Resolve for SystemResolver {
    fn addresses<'a>(&'a self, host: &'a str, port: u16) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>> {
        Box::pin(async move { Ok(tokio::net::lookup_host((host, port)).await?.collect()) })
    }
}

/// What is asked of a service that answers with a document.
#[derive(Debug)]
pub enum Ask {
    /// A document, perhaps with a token.
    Get {
        /// The token.
        bearer: Option<String>,
    },
    /// An answer to a form; `basic` is a name and a secret, where they travel in the header.
    Form {
        /// Names and values.
        fields: Vec<(&'static str, String)>,
        /// Name and secret.
        basic: Option<(String, String)>,
    },
}

impl Ask {
    fn request(self, target: &Target) -> Result<Request<Body>, OutsideError> {
        let request = Request::builder()
            .uri(&target.path)
            .header(header::HOST, target.authority())
            .header(header::ACCEPT, "application/json")
            .header(header::USER_AGENT, AGENT);
        let request = match self {
            Self::Get { bearer: None } => request.body(Body::empty()),
            Self::Get { bearer: Some(token) } => {
                request.header(header::AUTHORIZATION, format!("Bearer {token}")).body(Body::empty())
            }
            Self::Form { fields, basic } => {
                let form = Serializer::new(String::new()).extend_pairs(fields).finish();
                let mut request = request
                    .method(Method::POST)
                    .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                    .header(header::CONTENT_LENGTH, form.len());
                if let Some((name, secret)) = basic {
                    let login = BASE64_STANDARD.encode(format!("{name}:{secret}"));
                    request = request.header(header::AUTHORIZATION, format!("Basic {login}"));
                }
                request.body(Body::from(form))
            }
        };
        request.map_err(|_| OutsideError::NoAddress)
    }
}

/// How much of an answer is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// The status; the body is not read at all.
    Status,
    /// The body too.
    Whole,
}

/// See the module. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Outside {
    exempt: Exempt,
    resolver: Arc<dyn Resolve>,
    tls: Arc<ClientConfig>,
}

impl Outside {
    /// The way out with what the operator exempts. Certificates are judged by the roots that the machine trusts.
    pub fn new(exempt: Exempt, resolver: Arc<dyn Resolve>) -> Result<Self, OutsideError> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let config = ClientConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| OutsideError::Unreachable(error.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { exempt, resolver, tls: Arc::new(config) })
    }

    /// Judges an address without calling it.
    pub fn target(&self, address: &str) -> Result<Target, OutsideError> {
        Target::read(address, &self.exempt)
    }

    /// Posts a JSON body; answers the status. A redirection is a status like any other: it is not followed.
    pub async fn post(
        &self,
        address: &str,
        headers: &[(&'static str, String)],
        body: String,
    ) -> Result<StatusCode, OutsideError> {
        let target = self.target(address)?;
        let mut request = Request::post(&target.path)
            .header(header::HOST, target.authority())
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::USER_AGENT, AGENT);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let request = request.body(Body::from(body)).map_err(|_| OutsideError::NoAddress)?;
        Ok(self.within_time(&target, request, Reading::Status).await?.0)
    }

    /// Asks a service and reads its answer, up to half a megabyte. A redirection is a status like any other.
    pub async fn ask(&self, address: &str, ask: Ask) -> Result<(StatusCode, Bytes), OutsideError> {
        let target = self.target(address)?;
        let request = ask.request(&target)?;
        self.within_time(&target, request, Reading::Whole).await
    }

    async fn within_time(
        &self,
        target: &Target,
        request: Request<Body>,
        reading: Reading,
    ) -> Result<(StatusCode, Bytes), OutsideError> {
        let speaking = self.speak(target, request, reading);
        tokio::time::timeout(WHOLE, speaking).await.map_err(|_| OutsideError::TooSlow)?
    }

    async fn speak(
        &self,
        target: &Target,
        request: Request<Body>,
        reading: Reading,
    ) -> Result<(StatusCode, Bytes), OutsideError> {
        let stream = self.connect(target).await?;
        if !target.tls {
            return exchange(stream, request, reading).await;
        }
        let name = ServerName::try_from(target.host.clone()).map_err(|_| OutsideError::NoAddress)?;
        let stream = TlsConnector::from(Arc::clone(&self.tls)).connect(name, stream).await.map_err(unreachable)?;
        exchange(stream, request, reading).await
    }

    /// A connection to an address that was judged. The name is looked up once: what it leads to a moment later does not
    /// matter any more. Where one of its addresses is not public, none is called.
    async fn connect(&self, target: &Target) -> Result<TcpStream, OutsideError> {
        let addresses = match target.literal {
            Some(address) => vec![SocketAddr::new(address, target.port)],
            None => self.resolver.addresses(&target.host, target.port).await.map_err(|_| OutsideError::Unresolved)?,
        };
        if let Some(inner) = addresses.iter().find(|address| !target.exempt && !is_public(address.ip())) {
            return Err(OutsideError::NotPublic(inner.ip().to_string()));
        }
        let first = addresses.first().ok_or(OutsideError::Unresolved)?;
        let connecting = TcpStream::connect(SocketAddr::new(first.ip(), target.port));
        tokio::time::timeout(CONNECT, connecting).await.map_err(|_| OutsideError::TooSlow)?.map_err(unreachable)
    }
}

fn unreachable(error: impl std::fmt::Display) -> OutsideError {
    OutsideError::Unreachable(error.to_string())
}

async fn exchange<S>(stream: S, request: Request<Body>, reading: Reading) -> Result<(StatusCode, Bytes), OutsideError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut http = hyper::client::conn::http1::Builder::new();
    http.max_buf_size(HEAD_BYTES_MAX);
    let (mut sender, connection) = http.handshake(TokioIo::new(stream)).await.map_err(unreachable)?;
    let connection = tokio::spawn(connection);
    let answer = answer(&mut sender, request, reading).await;
    connection.abort();
    answer
}

async fn answer(
    sender: &mut SendRequest<Body>,
    request: Request<Body>,
    reading: Reading,
) -> Result<(StatusCode, Bytes), OutsideError> {
    let answer = sender.send_request(request).await.map_err(unreachable)?;
    let status = answer.status();
    let body = match reading {
        Reading::Status => Bytes::new(),
        Reading::Whole => {
            to_bytes(Body::new(answer.into_body()), BODY_BYTES_MAX).await.map_err(|_| OutsideError::TooLong)?
        }
    };
    Ok((status, body))
}
