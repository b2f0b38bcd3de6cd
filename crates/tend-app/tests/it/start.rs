//! A start while the server of the database is restarted.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tend_testkit::World;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::{TcpListener, TcpStream};

/// Bytes of answers after which the server is gone once: a start asks for far more.
const GONE_AFTER: u64 = 3_000;

/// Stands between a program and a server, and breaks every line once.
struct Between {
    address: String,
    answered: Arc<AtomicU64>,
}

impl Between {
    async fn of(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let answered = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&answered);
        tokio::spawn(async move {
            while let Ok((line, _)) = listener.accept().await {
                tokio::spawn(pass(line, server.clone(), Arc::clone(&counted)));
            }
        });
        Self { address, answered }
    }
}

/// Hands on both ways. A line that began before the break ends with it.
async fn pass(line: TcpStream, server: String, answered: Arc<AtomicU64>) {
    let is_first = answered.load(Ordering::SeqCst) < GONE_AFTER;
    let server = TcpStream::connect(server).await.expect("the test server answers");
    let (mut asked, mut asks) = line.into_split();
    let (mut answers, mut told) = server.into_split();
    let asking = tokio::spawn(async move { copy(&mut asked, &mut told).await });
    let mut bytes = [0; 512];
    while let Ok(count @ 1..) = answers.read(&mut bytes).await {
        let so_far = answered.fetch_add(count as u64, Ordering::SeqCst);
        if is_first && so_far >= GONE_AFTER || asks.write_all(&bytes[..count]).await.is_err() {
            break;
        }
    }
    asking.abort();
}

#[tokio::test]
async fn a_start_outlives_a_restart_of_the_database() {
    let Ok(server) = std::env::var("TEND_TEST_POSTGRES") else {
        assert!(std::env::var("CI").is_err(), "CI runs the store tests on PostgreSQL: use `make test`");
        return;
    };
    let world = World::on_postgres(&server).await;
    let database = world.app.config().database.clone();
    let (user, place) = database.split_once('@').expect("an address with a user");
    let (host, name) = place.split_once('/').expect("an address with a database");
    let between = Between::of(host.to_owned()).await;
    let through = format!("{user}@{}/{name}", between.address);
    let app = world.reopened(|config| config.database = through).await;
    assert!(between.answered.load(Ordering::SeqCst) > GONE_AFTER, "the line broke in the midst of the start");
    assert_eq!(app.today(), world.app.today());
}
