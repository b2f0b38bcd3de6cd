//! Runs the program and reads what it says.

use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

/// The program with a data folder; speaks English.
pub fn tend(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tend"));
    command.arg("--data").arg(data).env("LC_ALL", "C").env_remove("TEND_DATABASE").env("TEND_LISTEN", "127.0.0.1:0");
    command
}

/// Runs it with `--json` and reads the object of its last line.
pub fn json(data: &Path, words: &[&str]) -> (i32, Value) {
    json_with(data, &[], words)
}

/// The same with settings in its environment.
pub fn json_with(data: &Path, settings: &[(&str, &str)], words: &[&str]) -> (i32, Value) {
    let mut command = tend(data);
    command.env_remove("TEND_MASTER_KEY").envs(settings.iter().copied());
    let output = command.args(words).arg("--json").output().expect("the program starts");
    (code(&output), last_object(&output))
}

/// The exit code.
pub fn code(output: &Output) -> i32 {
    output.status.code().expect("the program ends by itself")
}

/// The object of the last line of standard output.
pub fn last_object(output: &Output) -> Value {
    let text = String::from_utf8_lossy(&output.stdout);
    let last =
        text.lines().last().unwrap_or_else(|| panic!("nothing said; {}", String::from_utf8_lossy(&output.stderr)));
    serde_json::from_str(last).unwrap_or_else(|error| panic!("{error}: {last}"))
}

/// A small sample firm.
pub fn firm(data: &Path, customers: u32) -> Value {
    let (code, counts) = json(data, &["demo", "--no-serve", "--seed", "1", "--customers", &customers.to_string()]);
    assert_eq!(code, 0, "{counts}");
    counts
}

/// A setting of these tests: where the log goes; nowhere without it.
pub const LOG_FILE: &str = "LOG_FILE_OF_TEST";

/// A running program; killed when it goes out of scope.
pub struct Serving {
    child: Child,
    /// Its address, `http://127.0.0.1:…`.
    pub address: String,
    /// What it said before it was ready.
    pub said: Vec<String>,
}

impl Serving {
    /// Serves a data folder at a free port and waits until it is ready.
    pub fn start(data: &Path) -> Self {
        Self::start_with(data, &[])
    }

    /// The same with settings in its environment.
    pub fn start_with(data: &Path, settings: &[(&str, &str)]) -> Self {
        Self::start_at(data, 0, settings)
    }

    /// The same at a port.
    pub fn start_at(data: &Path, port: u16, settings: &[(&str, &str)]) -> Self {
        let mut child = tend(data)
            .args(["serve", "--listen", &format!("127.0.0.1:{port}")])
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .stderr(settings.iter().find(|(name, _)| *name == LOG_FILE).map_or_else(Stdio::null, |(_, path)| {
                Stdio::from(std::fs::File::create(path).expect("a file for the log"))
            }))
            .spawn()
            .expect("the program starts");
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let mut serving = Self { child, address: String::new(), said: Vec::new() };
        for line in lines.map_while(Result::ok) {
            if let Some(at) = line.find("http://").or_else(|| line.find("https://")) {
                serving.address = line[at..].to_owned();
            }
            serving.said.push(line);
            if !serving.address.is_empty() {
                return serving;
            }
        }
        panic!("the program ended before it was ready: {:?}", serving.said);
    }

    /// The process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Lets it crash by a signal, and answers how it ended.
    pub fn crash(mut self, signal: &str) -> std::process::ExitStatus {
        let asked = Command::new("kill").args([signal, &self.child.id().to_string()]).status();
        assert!(asked.expect("kill runs").success());
        self.child.wait().expect("it ends")
    }

    /// Asks it to stop, and answers its exit code.
    pub fn stop(mut self) -> Option<i32> {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(asked.expect("kill runs").success());
        self.child.wait().expect("it ends").code()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
