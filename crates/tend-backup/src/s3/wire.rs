//! How the library's requests reach the server: by the one TLS of the program.

use futures::future::BoxFuture;
use http_body_util::BodyExt;
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpRequestBody, HttpResponse, HttpResponseBody,
    HttpService,
};
use std::io;
use std::time::Duration;
use tend_reach::{Client, Speech};

/// From the first byte sent to the head of the answer: a part over a slow line.
const ANSWER: Duration = Duration::from_secs(30);

/// Connections to one server.
#[derive(Debug, Clone)]
pub(super) struct Wire(Client<HttpRequestBody>);

impl Wire {
    /// Plain HTTP only where the operator's address says so.
    pub fn to(endpoint: &str) -> io::Result<Self> {
        let speech = if endpoint.starts_with("http://") { Speech::PlainToo } else { Speech::Tls };
        tend_reach::client(speech).map(Self).map_err(io::Error::other)
    }
}

impl HttpConnector for Wire {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

impl HttpService for Wire {
    fn call<'a, 'b>(&'a self, request: HttpRequest) -> BoxFuture<'b, Result<HttpResponse, HttpError>>
    where
        'a: 'b,
        Self: 'b,
    {
        let asked = self.0.request(request);
        Box::pin(async move {
            let answered = tokio::time::timeout(ANSWER, asked).await;
            let answered = answered.map_err(|late| HttpError::new(HttpErrorKind::Timeout, late))?;
            let answered = answered.map_err(|error| {
                let kind = if error.is_connect() { HttpErrorKind::Connect } else { HttpErrorKind::Interrupted };
                HttpError::new(kind, error)
            })?;
            let broken = |error| HttpError::new(HttpErrorKind::Interrupted, error);
            Ok(answered.map(|body| HttpResponseBody::new(body.map_err(broken))))
        })
    }
}
