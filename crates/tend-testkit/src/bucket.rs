//! A bucket of an S3 server that is not ours: moto (Python, Apache-2.0), which judges every signature with code of its own.
//! `.ci/install` puts it into `target/moto`. Between it and whoever asks stands a gate, so that a test can take the server
//! away and bring it back with everything that it held.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// The server with one bucket, ended when it goes out of scope.
#[derive(Debug)]
pub struct Bucket {
    server: Child,
    gate: Gate,
    /// Who may ask.
    pub key_id: String,
    /// And how that is proved.
    pub secret: String,
}

/// What is asked before every call must be signed: a bucket, a person, what that person may do, and a key.
const UNSIGNED: &str = "4";
const READY: Duration = Duration::from_secs(30);
const HELD: &str = "nobody panics while holding the connections";

impl Bucket {
    /// Its name.
    pub const NAME: &'static str = "firm";

    /// None where moto is not installed, which CI does not let pass.
    ///
    /// # Panics
    /// Where the server does not come up or speaks otherwise than expected.
    pub fn start() -> Option<Self> {
        let program = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/moto/bin/moto_server"));
        if !program.exists() {
            assert!(std::env::var_os("CI").is_none(), "moto is installed by .ci/install");
            eprintln!("passed over: moto is not installed (.ci/install)");
            return None;
        }
        let port = free_port();
        let server = Command::new(program)
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .env("INITIAL_NO_AUTH_ACTION_COUNT", UNSIGNED)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("moto starts");
        let mut bucket = Self { server, gate: Gate::before(port), key_id: String::new(), secret: String::new() };
        let until = Instant::now() + READY;
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < until, "moto answers");
            std::thread::sleep(Duration::from_millis(50));
        }
        ask(port, "PUT", &format!("/{}", Self::NAME), "");
        let may = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C\
            %22Action%22%3A%22s3%3A*%22%2C%22Resource%22%3A%22*%22%7D%5D%7D";
        ask(port, "POST", "/", "Action=CreateUser&UserName=tend");
        ask(port, "POST", "/", &format!("Action=PutUserPolicy&UserName=tend&PolicyName=s3&PolicyDocument={may}"));
        let key = ask(port, "POST", "/", "Action=CreateAccessKey&UserName=tend");
        bucket.key_id = between(&key, "AccessKeyId");
        bucket.secret = between(&key, "SecretAccessKey");
        Some(bucket)
    }

    /// Its address.
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.gate.port)
    }

    /// Nobody reaches it from now on.
    pub fn take_away(&self) {
        self.gate.open.store(false, Ordering::Relaxed);
        for stream in self.gate.through.lock().expect(HELD).drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// It can be reached again.
    pub fn bring_back(&self) {
        self.gate.open.store(true, Ordering::Relaxed);
    }
}

impl Drop for Bucket {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port()
}

/// One call that need not be signed; answers all that comes back.
fn ask(port: u16, method: &str, path: &str, form: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("moto answers");
    // Whom a call is for, moto reads from the scope of the signature.
    let service = if method == "POST" { "iam" } else { "s3" };
    let signed = format!("AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/{service}/aws4_request, SignedHeaders=host");
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nAuthorization: {signed}, Signature=0\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    );
    stream.write_all(head.as_bytes()).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200"), "{method} {path}: {answer}");
    answer
}

fn between(text: &str, element: &str) -> String {
    let inner =
        text.split_once(&format!("<{element}>")).and_then(|(_, rest)| rest.split_once(&format!("</{element}>")));
    inner.expect("moto tells it").0.to_owned()
}

/// A port that hands everything on to another, unless it is shut.
#[derive(Debug)]
struct Gate {
    port: u16,
    open: Arc<AtomicBool>,
    through: Arc<Mutex<Vec<TcpStream>>>,
}

impl Gate {
    fn before(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let gate = Self {
            port: listener.local_addr().expect("an address").port(),
            open: Arc::new(AtomicBool::new(true)),
            through: Arc::default(),
        };
        let (open, through) = (Arc::clone(&gate.open), Arc::clone(&gate.through));
        std::thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                let far = TcpStream::connect(("127.0.0.1", port));
                let (true, Ok(far)) = (open.load(Ordering::Relaxed), far) else { continue };
                let ends = [near.try_clone(), far.try_clone()];
                through.lock().expect(HELD).extend(ends.into_iter().flatten());
                hand_on(&near, &far);
                hand_on(&far, &near);
            }
        });
        gate
    }
}

fn hand_on(from: &TcpStream, to: &TcpStream) {
    let (Ok(mut from), Ok(mut to)) = (from.try_clone(), to.try_clone()) else { return };
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Write);
    });
}
