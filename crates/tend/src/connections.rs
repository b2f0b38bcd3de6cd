//! Connections: taken in, given a timetable, and ended in peace. What stands here and not in the gate is what happens
//! before there is a request, or after the answer: a head that never ends, a connection too many, a reader that takes
//! nothing.

use crate::patient::Patient;
use crate::tls::Tls;
use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tend_app::platform::gate::Peer;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tower::ServiceExt;

/// How long the head of a request may take, and how long a connection may rest between two.
const HEAD: Duration = Duration::from_secs(30);
/// Bytes of a head; the gate is stricter, and says so in words.
const HEAD_BYTES_MAX: usize = 64 * 1024;
const HEADERS_MAX: usize = 128;
/// After the system refused a connection (no more files): until the next try.
const BREATH: Duration = Duration::from_millis(100);

/// What connections are held to.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// At once; further ones wait in the queue of the system.
    pub connections: usize,
    /// How long an answer waits for its reader to take some of it.
    pub patience: Duration,
}

/// How long an answer waits for its reader.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Serves connections until `stop`, then waits for the answers that are under way. With `tls` nothing else is spoken.
pub async fn serve(
    listener: TcpListener,
    tls: Option<Arc<Tls>>,
    router: Router,
    limits: Limits,
    stop: impl Future<Output = ()>,
) {
    let places = Arc::new(Semaphore::new(limits.connections));
    let (stopping, stopped) = watch::channel(());
    let mut stop = pin!(stop);
    loop {
        let place = Arc::clone(&places).acquire_owned();
        let next = async { (place.await, listener.accept().await) };
        let (place, accepted) = tokio::select! {
            next = next => next,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let (tls, router, stopped) = (tls.clone(), router.clone(), stopped.clone());
                tokio::spawn(async move {
                    let _place = place;
                    greeted(stream, tls, peer, router, limits, stopped).await;
                });
            }
            Err(error) => {
                tracing::warn!("taking in a connection: {error}");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
    drop((listener, stopped));
    let _ = stopping.send(());
    stopping.closed().await;
}

async fn greeted(
    stream: TcpStream,
    tls: Option<Arc<Tls>>,
    peer: SocketAddr,
    router: Router,
    limits: Limits,
    stopped: watch::Receiver<()>,
) {
    let _ = stream.set_nodelay(true);
    let Some(tls) = tls else { return one(Patient::new(stream, limits.patience), peer, router, stopped).await };
    if let Some(stream) = tls.greet(stream).await {
        one(Patient::new(stream, limits.patience), peer, router, stopped).await;
    }
}

async fn one<S>(stream: S, peer: SocketAddr, router: Router, mut stopped: watch::Receiver<()>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let answer = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer.ip()));
        router.clone().oneshot(request.map(Body::new))
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(HEAD_BYTES_MAX).max_headers(HEADERS_MAX);
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), answer));
    tokio::select! {
        ended = connection.as_mut() => {
            if let Err(error) = ended {
                tracing::trace!("a connection ended: {error}");
            }
            return;
        }
        _ = stopped.changed() => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;

    /// More than the buffers of the system take.
    const BYTES: usize = 64 << 20;
    const SHORT: Duration = Duration::from_millis(400);

    /// What a client gets that asks for a long answer and reads after each of these pauses.
    async fn read_after(pauses: &[Duration]) -> usize {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let router = Router::new().route("/", get(|| async { vec![7_u8; BYTES] }));
        let limits = Limits { connections: 4, patience: SHORT };
        let serving = tokio::spawn(serve(listener, None, router, limits, std::future::pending()));
        let mut client = TcpStream::connect(address).await.expect("connected");
        client.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await.expect("sent");
        let (mut read, mut piece) = (0, vec![0; 1 << 20]);
        for pause in pauses {
            tokio::time::sleep(*pause).await;
            read += client.read(&mut piece).await.unwrap_or(0);
        }
        while let Ok(more @ 1..) = client.read(&mut piece).await {
            read += more;
        }
        serving.abort();
        read
    }

    #[tokio::test]
    async fn a_reader_that_never_reads_is_ended() {
        assert!(read_after(&[SHORT * 4]).await < BYTES, "the rest was never sent");
    }

    #[tokio::test]
    async fn a_slow_reader_gets_everything() {
        assert!(read_after(&[SHORT / 4; 8]).await > BYTES);
    }
}
