//! A running `tend` (or the yardstick server) under our hands: started, asked, killed by its own process id.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A server process; killed when it goes out of scope.
#[derive(Debug)]
pub struct Serving {
    child: Child,
    /// `http://127.0.0.1:…`
    pub address: String,
    /// From the start of the process to its ready message.
    pub ready: Duration,
}

impl Serving {
    /// Starts `tend serve` at a free port.
    pub fn tend(program: &Path, data: &Path) -> Result<Self> {
        Self::tend_with(program, data, &[])
    }

    /// The same on a database by its address.
    pub fn tend_on(program: &Path, data: &Path, database: &str) -> Result<Self> {
        Self::tend_with(program, data, &[("TEND_DATABASE", database)])
    }

    /// The same with settings of the environment.
    pub fn tend_with(program: &Path, data: &Path, settings: &[(&str, &str)]) -> Result<Self> {
        let mut command = Command::new(program);
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(data).env("LC_ALL", "C");
        command.env("TEND_DATABASE", "sqlite");
        // A drill is one session that calls as fast as it can.
        command.env("TEND_REQUESTS_PER_MINUTE", "0").env("TEND_REQUESTS_PER_MINUTE_FROM_ADDRESS", "0");
        command.envs(settings.iter().copied());
        Self::of(command)
    }

    /// Starts a server that prints its address when it is ready.
    pub fn of(mut command: Command) -> Result<Self> {
        let started = Instant::now();
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("starting {command:?}"))?;
        let lines = BufReader::new(child.stdout.take().context("a pipe")?).lines();
        for line in lines.map_while(Result::ok) {
            if let Some(at) = line.find("http://") {
                return Ok(Self { child, address: line[at..].trim().to_owned(), ready: started.elapsed() });
            }
        }
        bail!("{command:?} ended before it was ready: {}", child.wait()?)
    }

    /// `kill -9`.
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill().context("killing the server")?;
        self.child.wait().context("waiting for the killed server")?;
        Ok(())
    }

    /// Asks it to stop and waits so long for it; then kills it.
    pub fn ask_to_stop(&mut self, patience: Duration) -> Result<()> {
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).stderr(Stdio::null()).status();
        let until = Instant::now() + patience;
        while Instant::now() < until {
            if self.child.try_wait()?.is_some() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        self.kill()
    }

    /// Resident memory in bytes.
    pub fn memory_bytes(&self) -> Option<u64> {
        memory(self.child.id(), "VmRSS:")
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A line of `/proc/PID/status` in bytes.
pub fn memory(process: u32, name: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with(name))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
}

/// A person at a browser without a screen: keeps the session, sends idempotency keys.
#[derive(Debug, Clone)]
pub struct Visitor {
    agent: ureq::Agent,
    /// The server.
    pub address: String,
    /// `tend_session=…`
    pub cookie: String,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The JSON body; null when there is none.
    pub body: Value,
}

impl Visitor {
    /// Signs in.
    pub fn sign_in(address: &str, login: &str, password: &str) -> Result<Self> {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(30)))
            .build()
            .into();
        let body = serde_json::json!({ "login": login, "password": password });
        let answer = agent.post(format!("{address}/api/session")).send_json(&body)?;
        let cookie = answer.headers().get("set-cookie").and_then(|value| value.to_str().ok());
        let Some(cookie) = cookie.and_then(|cookie| cookie.split(';').next()) else {
            bail!("{login} cannot sign in: {}", answer.status());
        };
        Ok(Self { agent, address: address.to_owned(), cookie: cookie.to_owned() })
    }

    /// The same session, waiting so long for an answer.
    pub fn patient(self, longest: Duration) -> Self {
        let agent = ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(longest)).build();
        Self { agent: agent.into(), ..self }
    }

    /// The same session at a server that was started anew.
    pub fn at(&self, address: &str) -> Self {
        Self { address: address.to_owned(), ..self.clone() }
    }

    /// `GET` that must succeed.
    pub fn get(&self, path: &str) -> Result<Value> {
        let answer = self.agent.get(format!("{}/api{path}", self.address)).header("cookie", &self.cookie).call();
        let answer = read(answer.with_context(|| format!("GET {path}"))?);
        if answer.status != 200 {
            bail!("GET {path}: {} {}", answer.status, answer.body);
        }
        Ok(answer.body)
    }

    /// Every item of a list, page by page.
    pub fn every(&self, path: &str) -> Result<Vec<Value>> {
        let joint = if path.contains('?') { '&' } else { '?' };
        let (mut items, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self.get(&format!("{path}{cursor}"))?;
            let listed = page.as_array().or_else(|| page["items"].as_array());
            items.extend(listed.into_iter().flatten().cloned());
            match page["next"].as_str() {
                Some(next) => cursor = format!("{joint}cursor={next}"),
                None => return Ok(items),
            }
        }
    }

    /// `POST` with an idempotency key and, where people edit, the version that was seen. An error means that nobody
    /// answered: the change is in doubt.
    pub fn post(&self, path: &str, key: &str, body: &Value, version: Option<i64>) -> Result<Answer> {
        let mut request = self
            .agent
            .post(format!("{}/api{path}", self.address))
            .header("cookie", &self.cookie)
            .header("idempotency-key", key);
        if let Some(version) = version {
            request = request.header("if-match", format!("\"{version}\""));
        }
        Ok(read(request.send_json(body)?))
    }
}

impl Visitor {
    /// `POST` of a text file as a form; must succeed.
    pub fn upload(&self, path: &str, name: &str, text: &str) -> Result<Value> {
        const EDGE: &str = "----tend-drill";
        let form = format!(
            "--{EDGE}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: text/csv\r\n\r\n{text}\r\n--{EDGE}--\r\n"
        );
        let request = self
            .agent
            .post(format!("{}/api{path}", self.address))
            .header("cookie", &self.cookie)
            .header("content-type", format!("multipart/form-data; boundary={EDGE}"));
        let answer = read(request.send(form.as_bytes())?);
        if answer.status != 201 {
            bail!("POST {path}: {} {}", answer.status, answer.body);
        }
        Ok(answer.body)
    }
}

fn read(mut answer: ureq::http::Response<ureq::Body>) -> Answer {
    let status = answer.status().as_u16();
    Answer { status, body: answer.body_mut().read_json().unwrap_or_default() }
}

/// Runs the program with `--json` and reads the object of its last line.
pub fn tend_json(program: &Path, data: &Path, words: &[&str]) -> Result<Value> {
    read_json(tend_command(program, data, words), words)
}

/// Runs a command of the program and reads the object of its last line.
pub fn read_json(mut command: Command, words: &[&str]) -> Result<Value> {
    let output = command.output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let last = text.lines().last().unwrap_or_default();
    if !output.status.success() {
        bail!("tend {}: {} {last} {}", words.join(" "), output.status, String::from_utf8_lossy(&output.stderr));
    }
    serde_json::from_str(last).with_context(|| format!("the last line of tend {}: {last:?}", words.join(" ")))
}

/// The program with `--data` and `--json`.
pub fn tend_command(program: &Path, data: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(words).arg("--json").arg("--data").arg(data).env("LC_ALL", "C");
    command
}
