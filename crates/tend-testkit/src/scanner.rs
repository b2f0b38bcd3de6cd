//! A scanner for viruses that speaks as ClamAV's daemon does and knows one virus: whatever holds [`FakeScanner::VIRUS`].

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Listens on a port of this machine for as long as the test runs.
#[derive(Debug, Clone)]
pub struct FakeScanner {
    /// `host:port`.
    pub place: String,
    seen: Arc<AtomicUsize>,
}

impl FakeScanner {
    /// What it knows as a virus.
    pub const VIRUS: &'static [u8] = b"a-virus-for-the-tests";
    /// What it cannot make out.
    pub const RIDDLE: &'static [u8] = b"a-riddle-for-the-tests";

    /// Begins to listen.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let place = listener.local_addr().expect("its address").to_string();
        let scanner = Self { place, seen: Arc::default() };
        let seen = Arc::clone(&scanner.seen);
        std::thread::spawn(move || {
            for line in listener.incoming().flatten() {
                if answer(line).is_ok_and(|was_file| was_file) {
                    seen.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
        scanner
    }

    /// How many files it looked at.
    pub fn seen(&self) -> usize {
        self.seen.load(Ordering::Relaxed)
    }
}

/// Answers one question; whether it was a file.
fn answer(mut line: TcpStream) -> std::io::Result<bool> {
    let mut command = Vec::new();
    while !command.ends_with(b"\0") {
        let mut byte = [0];
        line.read_exact(&mut byte)?;
        command.push(byte[0]);
    }
    if command == b"zPING\0" {
        line.write_all(b"PONG\0")?;
        return Ok(false);
    }
    let mut file = Vec::new();
    loop {
        let mut length = [0; 4];
        line.read_exact(&mut length)?;
        let length = u32::from_be_bytes(length) as usize;
        if length == 0 {
            break;
        }
        let from = file.len();
        file.resize(from + length, 0);
        line.read_exact(&mut file[from..])?;
    }
    let holds = |what: &[u8]| file.windows(what.len()).any(|window| window == what);
    line.write_all(match (holds(FakeScanner::VIRUS), holds(FakeScanner::RIDDLE)) {
        (true, _) => b"stream: Test.Virus FOUND\0",
        (_, true) => b"INSTREAM size limit exceeded. ERROR\0",
        _ => b"stream: OK\0",
    })?;
    Ok(true)
}
