//! A browser without a screen: talks to the real router, keeps its cookie, sends an idempotency key.

use crate::described;
use axum::Router;
use axum::body::{Body, BodyDataStream, to_bytes};
use axum::http::{HeaderMap, Request, Response, header};
use futures::StreamExt;
use serde_json::{Value, json};
use std::time::Duration;
use tend_app::{App, api_router};
use tower::ServiceExt;

/// See the module.
#[derive(Debug, Clone)]
pub struct Client {
    router: Router,
    cookie: Option<String>,
    language: &'static str,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The entity tag, if there was one.
    pub etag: Option<String>,
    /// The JSON body; null if it was empty, a string if it was no JSON.
    pub body: Value,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as it came.
    pub bytes: Vec<u8>,
}

impl Client {
    pub(crate) fn new(app: App) -> Self {
        Self::of(api_router(app))
    }

    /// A browser that calls a router which others call too.
    pub(crate) fn of(router: Router) -> Self {
        Self { router, cookie: None, language: "en" }
    }

    /// The same browser asking in another language, `zh` or `en`.
    #[must_use]
    pub fn in_language(mut self, language: &'static str) -> Self {
        self.language = language;
        self
    }

    /// Signs in with a password and keeps the cookie.
    pub async fn sign_in(&mut self, login: &str, password: &str) -> Answer {
        self.sign_in_with(json!({ "login": login, "password": password })).await
    }

    /// Signs in with a whole body (for the second factor) and keeps the cookie.
    pub async fn sign_in_with(&mut self, body: Value) -> Answer {
        self.sign_in_at("/api/session", body).await
    }

    /// Signs in by any of the ways in and keeps the cookie.
    pub async fn sign_in_at(&mut self, path: &str, body: Value) -> Answer {
        let request = self.request("POST", path, None, None, Some(&body));
        let response = self.router.clone().oneshot(request).await.expect("the router always answers");
        let cookie = response.headers().get(header::SET_COOKIE).and_then(|v| v.to_str().ok());
        if let Some(cookie) = cookie {
            self.cookie = cookie.split(';').next().map(str::to_owned);
        }
        read("POST", "/api/session", response).await
    }

    /// `GET`.
    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None, None, None).await
    }

    /// `POST` with a JSON body and a fresh idempotency key.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send("POST", path, Some(&fresh_key()), None, Some(&body)).await
    }

    /// `PUT` with a JSON body.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send("PUT", path, Some(&fresh_key()), None, Some(&body)).await
    }

    /// `PATCH` with a JSON body and the version that was read.
    pub async fn patch(&self, path: &str, version: i64, body: Value) -> Answer {
        self.send("PATCH", path, Some(&fresh_key()), Some(version), Some(&body)).await
    }

    /// `DELETE`.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, Some(&fresh_key()), None, None).await
    }

    /// Opens a stream of server-sent events.
    pub async fn listen(&self, path: &str) -> Listener {
        let request = self.request("GET", path, None, None, None);
        let response = self.router.clone().oneshot(request).await.expect("the router always answers");
        assert_eq!(response.status().as_u16(), 200, "the stream {path} opens");
        Listener { body: response.into_body().into_data_stream(), unread: String::new() }
    }

    /// Any request.
    pub async fn send(
        &self,
        method: &str,
        path: &str,
        key: Option<&str>,
        version: Option<i64>,
        body: Option<&Value>,
    ) -> Answer {
        let request = self.request(method, path, key, version, body);
        read(method, path, self.router.clone().oneshot(request).await.expect("the router always answers")).await
    }

    /// Any request with headers of its own, as a browser or a proxy would add them.
    pub async fn send_with(&self, method: &str, path: &str, headers: &[(&'static str, &str)], body: Value) -> Answer {
        let mut request = self.request(method, path, None, None, (!body.is_null()).then_some(&body));
        for (name, value) in headers {
            request.headers_mut().append(*name, value.parse().expect("a value of a header"));
        }
        read(method, path, self.router.clone().oneshot(request).await.expect("the router always answers")).await
    }

    /// Sends a request made by hand (an upload), with this browser's cookie and language.
    pub async fn send_raw(&self, method: &str, path: &str, content_type: &str, body: Vec<u8>) -> Answer {
        let mut request = self.request(method, path, None, None, None);
        request.headers_mut().insert(header::CONTENT_TYPE, content_type.parse().expect("a content type"));
        *request.body_mut() = Body::from(body);
        read(method, path, self.router.clone().oneshot(request).await.expect("the router always answers")).await
    }

    fn request(
        &self,
        method: &str,
        path: &str,
        key: Option<&str>,
        version: Option<i64>,
        body: Option<&Value>,
    ) -> Request<Body> {
        let mut request = Request::builder().method(method).uri(path).header(header::ACCEPT_LANGUAGE, self.language);
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        if let Some(version) = version {
            request = request.header(header::IF_MATCH, format!("\"{version}\""));
        }
        let body = match body {
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        request.body(body).expect("a well-formed request")
    }
}

/// A reader of a stream of server-sent events.
#[derive(Debug)]
pub struct Listener {
    body: BodyDataStream,
    unread: String,
}

/// One event of a stream.
#[derive(Debug, Clone)]
pub struct Heard {
    /// Its name.
    pub name: String,
    /// Its number, if it has one.
    pub seq: Option<u64>,
    /// What it says.
    pub data: Value,
}

impl Listener {
    /// The next event; none when nothing comes for `patience`, or when the stream ended.
    pub async fn next_within(&mut self, patience: Duration) -> Option<Heard> {
        let end = tokio::time::Instant::now() + patience;
        loop {
            if let Some((event, rest)) = self.unread.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.unread = rest;
                if let Some(heard) = heard(&event) {
                    return Some(heard);
                }
                continue;
            }
            let bytes = tokio::time::timeout_at(end, self.body.next()).await.ok()??.ok()?;
            self.unread.push_str(&String::from_utf8_lossy(&bytes));
        }
    }

    /// The next event; it must come within five seconds.
    pub async fn next(&mut self) -> Heard {
        self.next_within(Duration::from_secs(5)).await.expect("an event within five seconds")
    }
}

fn heard(event: &str) -> Option<Heard> {
    let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    Some(Heard {
        name: field("event:")?.to_owned(),
        seq: field("id:").and_then(|id| id.parse().ok()),
        data: serde_json::from_str(field("data:")?).unwrap_or(Value::Null),
    })
}

fn fresh_key() -> String {
    uuid::Uuid::now_v7().to_string()
}

async fn read(method: &str, path: &str, response: Response<Body>) -> Answer {
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let etag = response.headers().get(header::ETAG).and_then(|v| v.to_str().ok()).map(str::to_owned);
    let bytes = to_bytes(response.into_body(), usize::MAX).await.expect("a readable body").to_vec();
    let body = if bytes.is_empty() {
        Value::Null
    } else {
        serde_json::from_slice(&bytes).unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned()))
    };
    described::check(method, path, status, &body);
    Answer { status, etag, body, headers, bytes }
}
