//! A private PostgreSQL cluster in a temporary folder: never one that happens to run. It listens on a free loopback
//! port, and is stopped by its own process id when it is dropped, also when a test fails.

use crate::program::{run, text_of};
use anyhow::{Context, Result, bail};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

/// A running cluster.
#[derive(Debug)]
pub struct Cluster {
    folder: TempDir,
    port: u16,
    programs: PathBuf,
    user: User,
    safety: Safety,
    database: String,
}

/// Whether a commit waits for the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Safety {
    /// It does not: a test database may lose everything, and speed is all that counts.
    None,
    /// It does, as where people work.
    Full,
}

/// PostgreSQL refuses to run as root; then it runs as the user that Debian's package makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum User {
    Me,
    Postgres,
}

impl Cluster {
    /// Makes and starts a cluster that is quick and keeps nothing.
    pub fn start() -> Result<Self> {
        Self::start_with(Safety::None)
    }

    /// Makes and starts a cluster that keeps what it acknowledged, to be killed.
    pub fn start_safe() -> Result<Self> {
        Self::start_with(Safety::Full)
    }

    fn start_with(safety: Safety) -> Result<Self> {
        let programs = programs().context("PostgreSQL is not installed: apt-get install postgresql")?;
        let root = text_of(Command::new("id").arg("-u"))?.trim() == "0";
        let user = if root { User::Postgres } else { User::Me };
        let folder = tempfile::Builder::new().prefix("tend-pg-").tempdir()?;
        if user == User::Postgres {
            run(Command::new("chown").arg("postgres").arg(folder.path()))?;
        }
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let cluster = Self { folder, port, programs, user, safety, database: "postgres".into() };
        cluster.begin()?;
        Ok(cluster)
    }

    /// The address of its database.
    pub fn address(&self) -> String {
        format!("postgres://tend@127.0.0.1:{}/{}", self.port, self.database)
    }

    /// Makes an empty database, which the address names from then on.
    pub fn fresh_database(&mut self, name: &str) -> Result<()> {
        let port = self.port.to_string();
        run(self.command("createdb").args(["--host=127.0.0.1", "--username=tend", "--port", &port, name]))?;
        name.clone_into(&mut self.database);
        Ok(())
    }

    /// What kills the server (no time to write anything back) and starts it again.
    pub fn restarting(&self) -> impl FnOnce() -> Result<()> + Send + use<> {
        let mut stop = self.command("pg_ctl");
        stop.args(["stop", "--mode=immediate", "--silent", "--pgdata"]).arg(self.data());
        let (mut start, log) = (self.starting(), self.folder.path().join("log"));
        move || {
            run(stop.stdout(std::process::Stdio::null()))?;
            // While it was away a call of somebody else may have been given its port: that ends soon.
            for _ in 0..20 {
                if run(&mut start).is_ok() {
                    return Ok(());
                }
                std::thread::sleep(Duration::from_millis(500));
            }
            bail!("it does not start again: {}", std::fs::read_to_string(&log).unwrap_or_default())
        }
    }

    fn begin(&self) -> Result<()> {
        let data = self.data();
        run(self
            .command("initdb")
            .args(["--auth=trust", "--username=tend", "--encoding=UTF8", "--locale=C.UTF-8", "--pgdata"])
            .arg(&data)
            .stdout(std::process::Stdio::null()))?;
        run(&mut self.starting())
    }

    fn starting(&self) -> Command {
        let safety = match self.safety {
            Safety::None => "-c fsync=off -c full_page_writes=off -c synchronous_commit=off",
            Safety::Full => "",
        };
        let options = format!(
            "-c listen_addresses=127.0.0.1 -c port={} -c unix_socket_directories={} -c max_connections=300 {safety}",
            self.port,
            self.folder.path().display()
        );
        let mut command = self.command("pg_ctl");
        command.args(["start", "--wait", "--silent", "--pgdata"]).arg(self.data());
        command.arg("--log").arg(self.folder.path().join("log")).args(["--options", &options]);
        command.stdout(std::process::Stdio::null());
        command
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn command(&self, program: &str) -> Command {
        let path = self.programs.join(program);
        let mut command = match self.user {
            User::Me => Command::new(path),
            User::Postgres => {
                let mut command = Command::new("runuser");
                command.args(["-u", "postgres", "--"]).arg(path);
                command
            }
        };
        command.current_dir(self.folder.path());
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // `pg_ctl` reads the process id from the cluster's own folder.
        let stopped = run(self
            .command("pg_ctl")
            .args(["stop", "--mode=immediate", "--silent", "--pgdata"])
            .arg(self.data())
            .stdout(std::process::Stdio::null()));
        if let Err(error) = stopped {
            eprintln!("the test cluster in {} was not stopped: {error:#}", self.folder.path().display());
        }
    }
}

/// The folder of the newest installed server programs.
fn programs() -> Result<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(_, path)| path.join("initdb").exists())
        .collect();
    versions.sort();
    if let Some((_, path)) = versions.pop() {
        return Ok(path);
    }
    match text_of(Command::new("pg_config").arg("--bindir")) {
        Ok(path) if Path::new(path.trim()).join("initdb").exists() => Ok(path.trim().into()),
        _ => bail!("no initdb found"),
    }
}
