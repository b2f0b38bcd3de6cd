//! The second place as a bucket of an S3 server: the firm's own, or one that is hired.
//!
//! What the seam asks for, a bucket gives: an object is there whole or not at all, also one that was sent in parts, and what
//! was put is in the next listing (Amazon since 2020, MinIO, Ceph and the large clouds of China alike). The signing, the
//! parts and the retries are those of the library `object_store`; here stand how a piece is cut, and the bridge between
//! the threads of the copier and a library that waits in tasks of its own.

mod credentials;
mod wire;

pub use credentials::Credentials;

use crate::Store;
use credentials::Keeper;
use futures::{StreamExt, TryStreamExt, stream};
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::{
    BackoffConfig, Error, GetOptions, MultipartUpload, ObjectStore, PutMultipartOptions, PutOptions, PutPayload,
    RetryConfig,
};
use std::collections::VecDeque;
use std::future::Future;
use std::io::{self, Read};
use std::sync::{Arc, mpsc};
use std::time::{Duration, SystemTime};
use tokio::runtime::Runtime;
use wire::Wire;

/// Bytes of a part. Ten thousand are the most that a server takes for one object: 80 GB.
const PART: usize = 8 << 20;
/// Parts on the way at once.
const PARTS_AT_ONCE: usize = 3;
/// One piece of work of the library, with its retries; a listing may have many pages.
const WHOLE: Duration = Duration::from_secs(300);
/// The copier tries again by itself, and says meanwhile that it does not get on.
const RETRY: Duration = Duration::from_secs(10);
/// What is told of an error: a line that a screen takes.
const TOLD_CHARS_MAX: usize = 400;

/// Where the bucket is.
#[derive(Debug, Clone)]
pub struct S3Settings {
    /// The name of the bucket. It must be there already.
    pub bucket: String,
    /// What all names begin with; may be empty.
    pub prefix: String,
    /// The address of the server; empty is Amazon's for the region.
    pub endpoint: String,
    /// The region that is signed for.
    pub region: String,
    /// Where the name of the bucket stands in an address.
    pub style: Style,
    /// Who asks.
    pub credentials: Credentials,
}

/// Where the name of the bucket stands in an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// `https://server/bucket/name`: MinIO, Ceph, Amazon.
    Path,
    /// `https://bucket.server/name`: what the clouds of China ask for.
    Host,
}

/// See the module. Cheap to clone.
#[derive(Debug, Clone)]
pub struct S3(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    library: AmazonS3,
    prefix: String,
    title: String,
    /// Taken away when it ends.
    runtime: Option<Runtime>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        // May end within a task of another runtime, where nobody may wait.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl S3 {
    /// A bucket; nobody is asked yet.
    pub fn at(settings: &S3Settings) -> io::Result<Self> {
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.worker_threads(1).thread_name("backup-s3").enable_all().build()?;
        let backoff =
            BackoffConfig { init_backoff: Duration::from_millis(100), max_backoff: Duration::from_secs(2), base: 2.0 };
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&settings.bucket)
            .with_region(&settings.region)
            .with_virtual_hosted_style_request(settings.style == Style::Host)
            .with_credentials(Arc::new(Keeper::of(settings.credentials.clone())))
            // One object at a time is what every server knows.
            .with_disable_bulk_delete(true)
            .with_allow_http(settings.endpoint.starts_with("http://"))
            .with_retry(RetryConfig { backoff, max_retries: 4, retry_timeout: RETRY })
            .with_http_connector(Wire::to(&settings.endpoint)?);
        if let Some(endpoint) = endpoint(settings) {
            builder = builder.with_endpoint(endpoint);
        }
        let library = builder.build().map_err(told)?;
        let prefix = settings.prefix.trim_matches('/').to_owned();
        let title = format!("s3://{}/{prefix}", settings.bucket);
        Ok(Self(Arc::new(Inner { library, prefix, title, runtime: Some(runtime) })))
    }

    fn path(&self, name: &str) -> io::Result<Path> {
        let whole = format!("{}/{name}", self.0.prefix);
        Path::parse(whole.trim_matches('/')).map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))
    }

    /// Begins work in the library's own threads, so that whoever calls may be in a task or not.
    fn begin<T: Send + 'static>(
        &self,
        work: impl Future<Output = object_store::Result<T>> + Send + 'static,
    ) -> Under<T> {
        let (tell, hear) = mpsc::channel();
        let work = async move {
            let done = match tokio::time::timeout(WHOLE, work).await {
                Ok(done) => done.map_err(told),
                Err(_) => Err(io::ErrorKind::TimedOut.into()),
            };
            let _ = tell.send(done);
        };
        if let Some(runtime) = &self.0.runtime {
            runtime.spawn(work);
        }
        Under(hear)
    }

    fn library(&self) -> AmazonS3 {
        self.0.library.clone()
    }

    fn put_parts(&self, path: Path, first: Vec<u8>, from: &mut dyn Read) -> io::Result<u64> {
        let library = self.library();
        let mut upload =
            self.begin(async move { library.put_multipart_opts(&path, PutMultipartOptions::default()).await }).end()?;
        match self.send_parts(&mut *upload, first, from) {
            Ok(bytes) => {
                let complete = async move {
                    let completed = upload.complete().await;
                    if completed.is_err() {
                        let _ = upload.abort().await;
                    }
                    completed
                };
                self.begin(complete).end().map(|_| bytes)
            }
            Err(error) => {
                // Parts without an end would be paid for and never seen.
                let _ = self.begin(async move { upload.abort().await }).end();
                Err(error)
            }
        }
    }

    fn send_parts(&self, upload: &mut dyn MultipartUpload, first: Vec<u8>, from: &mut dyn Read) -> io::Result<u64> {
        let (mut part, mut bytes, mut under) = (first, 0, VecDeque::new());
        while !part.is_empty() {
            bytes += part.len() as u64;
            under.push_back(self.begin(upload.put_part(PutPayload::from(part))));
            if under.len() >= PARTS_AT_ONCE
                && let Some(oldest) = under.pop_front()
            {
                oldest.end()?;
            }
            part = read_part(from)?;
        }
        under.into_iter().try_for_each(Under::end)?;
        Ok(bytes)
    }
}

/// Work that was begun.
struct Under<T>(mpsc::Receiver<io::Result<T>>);

impl<T> Under<T> {
    fn end(self) -> io::Result<T> {
        self.0.recv().unwrap_or_else(|_| Err(io::ErrorKind::Interrupted.into()))
    }
}

/// The address as the library wants it; none for Amazon's own.
fn endpoint(settings: &S3Settings) -> Option<String> {
    let endpoint = settings.endpoint.trim_end_matches('/');
    match (settings.style, endpoint.split_once("://")) {
        (_, None) => None,
        (Style::Path, _) => Some(endpoint.to_owned()),
        (Style::Host, Some((scheme, host))) => Some(format!("{scheme}://{}.{host}", settings.bucket)),
    }
}

/// As many bytes as make a part; fewer at the end.
fn read_part(from: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut part = Vec::new();
    from.take(PART as u64).read_to_end(&mut part)?;
    Ok(part)
}

/// What is told of an error: the server's code and sentence where it gave them, for the rest of its answer may repeat what
/// was signed; else everything that led to it, the cause behind all of it above all.
fn told(error: Error) -> io::Error {
    let kind = match &error {
        Error::NotFound { .. } => io::ErrorKind::NotFound,
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => io::ErrorKind::PermissionDenied,
        _ => io::ErrorKind::Other,
    };
    let mut text = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(inner) = source {
        let said = inner.to_string();
        // The library's errors repeat what caused them.
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        source = inner.source();
    }
    let said = match (element(&text, "Code"), element(&text, "Message")) {
        (Some(code), Some(sentence)) => format!("the server says {code}: {sentence}"),
        (Some(code), None) => format!("the server says {code}"),
        (None, _) => text,
    };
    io::Error::new(kind, in_one_line(&said))
}

/// What stands in the first element of that name.
fn element<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    Some(rest.split_once(&format!("</{name}>"))?.0.trim()).filter(|said| !said.is_empty())
}

/// One line. Of a long one the middle is left out: what was wanted stands at its beginning, why it failed at its end.
fn in_one_line(text: &str) -> String {
    let line: Vec<char> = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().collect();
    let (before, behind) = (TOLD_CHARS_MAX / 4, TOLD_CHARS_MAX / 4 * 3);
    if line.len() <= TOLD_CHARS_MAX {
        return line.into_iter().collect();
    }
    let (begin, end) = (&line[..before], &line[line.len() - behind..]);
    begin.iter().chain(&[' ', '…', ' ']).chain(end).collect()
}

impl Store for S3 {
    fn put(&self, name: &str, from: &mut dyn Read) -> io::Result<u64> {
        let path = self.path(name)?;
        let part = read_part(from)?;
        if part.len() == PART {
            return self.put_parts(path, part, from);
        }
        let (library, bytes) = (self.library(), part.len() as u64);
        self.begin(async move { library.put_opts(&path, PutPayload::from(part), PutOptions::default()).await })
            .end()?;
        Ok(bytes)
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn Read + Send>> {
        let path = self.path(name)?;
        let (library, at) = (self.library(), path.clone());
        let begin = async move {
            let got = library.get_opts(&at, GetOptions::default()).await?;
            let (size, tag) = (got.meta.size, got.meta.e_tag.clone());
            // A large one is fetched part by part, as it is read.
            let ready = if size <= PART as u64 { got.bytes().await?.to_vec() } else { Vec::new() };
            Ok((size, tag, ready))
        };
        let (size, tag, ready) = self.begin(begin).end()?;
        let fetched = ready.len() as u64;
        Ok(Box::new(Piece { s3: self.clone(), path, tag, size, fetched, ready: io::Cursor::new(ready) }))
    }

    fn list(&self, under: &str) -> io::Result<Vec<String>> {
        let (library, below) = (self.library(), self.path(under)?);
        let list = async move {
            let below = (!below.is_root()).then_some(below);
            library.list(below.as_ref()).map_ok(|found| found.location.to_string()).try_collect::<Vec<_>>().await
        };
        let mut names = self.begin(list).end()?;
        if !self.0.prefix.is_empty() {
            let own = format!("{}/", self.0.prefix);
            names = names.iter().filter_map(|name| name.strip_prefix(&own)).map(str::to_owned).collect();
        }
        names.sort();
        Ok(names)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let (library, path) = (self.library(), self.path(name)?);
        match self.begin(library.delete_stream(stream::iter([Ok(path)]).boxed()).try_collect::<Vec<_>>()).end() {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn age(&self, name: &str) -> Option<Duration> {
        let (library, path) = (self.library(), self.path(name).ok()?);
        let found = self.begin(async move {
            let options = GetOptions { head: true, ..GetOptions::default() };
            Ok(library.get_opts(&path, options).await?.meta)
        });
        let found = found.end().ok()?;
        SystemTime::now().duration_since(SystemTime::from(found.last_modified)).ok()
    }

    fn title(&self) -> String {
        self.0.title.clone()
    }
}

/// An object that is read part by part; each is asked for anew, so that a broken line costs a part and not the whole.
struct Piece {
    s3: S3,
    path: Path,
    /// What it was when it was opened: parts of another would not fit.
    tag: Option<String>,
    size: u64,
    fetched: u64,
    ready: io::Cursor<Vec<u8>>,
}

impl Read for Piece {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.ready.read(buffer)?;
        if count > 0 || buffer.is_empty() || self.fetched >= self.size {
            return Ok(count);
        }
        let range = self.fetched..self.size.min(self.fetched + PART as u64);
        let (library, path, if_match) = (self.s3.library(), self.path.clone(), self.tag.clone());
        let options = GetOptions { range: Some(range.clone().into()), if_match, ..GetOptions::default() };
        let fetch = async move { library.get_opts(&path, options).await?.bytes().await };
        let bytes = self.s3.begin(fetch).end()?;
        if bytes.len() as u64 != range.end - range.start {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.fetched = range.end;
        self.ready = io::Cursor::new(bytes.to_vec());
        self.ready.read(buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(endpoint: &str, style: Style) -> S3Settings {
        S3Settings {
            bucket: "firm".into(),
            prefix: "/tend/".into(),
            endpoint: endpoint.into(),
            region: "cn-north-1".into(),
            style,
            credentials: Credentials::Environment,
        }
    }

    #[test]
    fn the_bucket_stands_where_the_server_wants_it() {
        let address = |endpoint: &str, style| endpoint_of(endpoint, style);
        assert_eq!(address("https://s3.firm:9000/", Style::Path).as_deref(), Some("https://s3.firm:9000"));
        assert_eq!(address("https://oss.example", Style::Host).as_deref(), Some("https://firm.oss.example"));
        assert_eq!(address("", Style::Path), None);
    }

    fn endpoint_of(text: &str, style: Style) -> Option<String> {
        endpoint(&settings(text, style))
    }

    #[test]
    fn names_stay_below_the_prefix() {
        let s3 = S3::at(&settings("https://s3.firm", Style::Path)).expect("made");
        assert_eq!(s3.path("drill.json").expect("a path").to_string(), "tend/drill.json");
        assert_eq!(s3.path("").expect("a path").to_string(), "tend");
        assert!(s3.path("files/../../other").is_err());
        assert_eq!(s3.title(), "s3://firm/tend");
    }

    #[test]
    fn an_error_tells_the_code_and_nothing_that_was_signed() {
        let body = "<Error><Code>SignatureDoesNotMatch</Code><StringToSign>AKIA…</StringToSign></Error>";
        let said = told(Error::PermissionDenied { path: "a".into(), source: body.into() });
        assert_eq!(said.kind(), io::ErrorKind::PermissionDenied);
        assert_eq!(said.to_string(), "the server says SignatureDoesNotMatch");
        let body = "<Error><Code>NoSuchBucket</Code><Message>The specified bucket\n does not exist</Message>\
             <BucketName>firm</BucketName></Error>";
        let said = told(Error::NotFound { path: "a".into(), source: body.into() });
        assert_eq!(said.to_string(), "the server says NoSuchBucket: The specified bucket does not exist");
    }

    #[test]
    fn a_long_error_keeps_what_was_wanted_and_why_it_failed() {
        let address = format!("http://s3.firm:9000/firm/tend/{}", "0123456789/".repeat(60));
        let refused = io::Error::new(io::ErrorKind::ConnectionRefused, "connection refused (os error 111)");
        let source = format!("error performing PUT {address} in 10.2s, after 4 retries: {refused}");
        let said = told(Error::Generic { store: "S3", source: source.into() }).to_string();
        assert!(said.starts_with("Generic S3 error: error performing PUT http://s3.firm:9000/firm/tend/"), "{said}");
        assert!(said.ends_with("after 4 retries: connection refused (os error 111)"), "{said}");
        assert!(said.chars().count() <= TOLD_CHARS_MAX + 3, "{said}");
        assert_eq!(said.matches("after 4 retries").count(), 1, "{said}");
        let answer = "502 from the proxy:\n\n  no\r\n host 主机不在";
        let said = told(Error::Generic { store: "S3", source: answer.into() }).to_string();
        assert_eq!(said, "Generic S3 error: 502 from the proxy: no host 主机不在");
    }
}
