//! Files of others shown to a scanner for viruses before they are kept: the daemon of ClamAV, or whatever else speaks its
//! `INSTREAM` (clamd(8)). Where the operator names none, nothing is asked. A scanner that cannot be reached or says
//! something else lets nothing through.
//!
//! Blocks; for threads that may wait.

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::Duration;

/// How long the scanner may take to be reached, and to say something about one file.
const REACH: Duration = Duration::from_secs(5);
const ANSWER: Duration = Duration::from_secs(60);
/// Bytes of one chunk on the way.
const CHUNK: usize = 64 * 1024;
/// An answer is a line.
const ANSWER_BYTES_MAX: u64 = 4_096;

/// Where the scanner is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scanner {
    /// `host:port`.
    Port(String),
    /// A socket of this machine.
    Socket(PathBuf),
}

/// What it says of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scanned {
    /// Nothing that it knows.
    Clean,
    /// Something that it knows, by its name.
    Infected(String),
}

trait Line: Read + Write {}
impl<T: Read + Write> Line for T {}

impl Scanner {
    /// As the setting says: a path, or `host:port`; none if it is empty.
    pub fn of(setting: &str) -> Option<Self> {
        match setting.trim() {
            "" => None,
            path if path.starts_with('/') => Some(Self::Socket(path.into())),
            port => Some(Self::Port(port.to_owned())),
        }
    }

    fn reach(&self) -> io::Result<Box<dyn Line>> {
        match self {
            Self::Socket(path) => {
                let line = UnixStream::connect(path)?;
                line.set_read_timeout(Some(ANSWER))?;
                line.set_write_timeout(Some(ANSWER))?;
                Ok(Box::new(line))
            }
            Self::Port(place) => {
                let address = place.to_socket_addrs()?.next().ok_or(io::ErrorKind::AddrNotAvailable)?;
                let line = TcpStream::connect_timeout(&address, REACH)?;
                line.set_read_timeout(Some(ANSWER))?;
                line.set_write_timeout(Some(ANSWER))?;
                Ok(Box::new(line))
            }
        }
    }

    /// Whether it answers.
    pub fn answers(&self) -> io::Result<()> {
        let mut line = self.reach()?;
        line.write_all(b"zPING\0")?;
        match answer(&mut *line)?.as_str() {
            "PONG" => Ok(()),
            other => Err(unknown(other)),
        }
    }

    /// What it says of the bytes.
    pub fn scan(&self, file: &mut dyn Read) -> io::Result<Scanned> {
        let mut line = self.reach()?;
        match send(&mut *line, file) {
            Ok(()) => {}
            // It hangs up on a file that is too long for it, and says so first.
            Err(error) if matches!(error.kind(), io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset) => {}
            Err(error) => return Err(error),
        }
        let said = answer(&mut *line)?;
        let told = said.strip_prefix("stream: ").unwrap_or(&said);
        match (told, told.strip_suffix(" FOUND")) {
            ("OK", _) => Ok(Scanned::Clean),
            (_, Some(name)) => Ok(Scanned::Infected(name.to_owned())),
            _ => Err(unknown(&said)),
        }
    }
}

/// Each chunk with its length before it, and one of no length at the end.
fn send(line: &mut dyn Line, file: &mut dyn Read) -> io::Result<()> {
    line.write_all(b"zINSTREAM\0")?;
    let mut chunk = vec![0; CHUNK];
    loop {
        let count = match file.read(&mut chunk) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            count => count?,
        };
        line.write_all(&u32::try_from(count).unwrap_or_default().to_be_bytes())?;
        line.write_all(&chunk[..count])?;
        if count == 0 {
            return line.flush();
        }
    }
}

fn answer(line: &mut dyn Line) -> io::Result<String> {
    let mut said = Vec::new();
    line.take(ANSWER_BYTES_MAX).read_to_end(&mut said)?;
    Ok(String::from_utf8_lossy(&said).trim_end_matches(['\0', '\n']).to_owned())
}

fn unknown(said: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the scanner says {said:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_setting_is_a_path_or_a_port() {
        assert_eq!(Scanner::of("  "), None);
        assert_eq!(Scanner::of("/run/clamav/clamd.ctl"), Some(Scanner::Socket("/run/clamav/clamd.ctl".into())));
        assert_eq!(Scanner::of("127.0.0.1:3310"), Some(Scanner::Port("127.0.0.1:3310".into())));
    }
}
