//! All Rust tests, with a private PostgreSQL cluster beside SQLite.

use crate::postgres::Cluster;
use crate::program;
use anyhow::Result;
use std::process::{Command, Stdio};

/// Starts a cluster, runs the tests, stops the cluster, also when they fail. `rest` goes to the runner.
pub fn run(rest: &[String]) -> Result<()> {
    let cluster = Cluster::start()?;
    let runner: &[&str] = if has_nextest() { &["nextest", "run"] } else { &["test"] };
    let mut command = program::cargo();
    command.args(runner).arg("--workspace").args(rest).env("TEND_TEST_POSTGRES", cluster.address());
    program::run(&mut command)
}

fn has_nextest() -> bool {
    let asked = Command::new("cargo-nextest").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    asked.is_ok_and(|status| status.success())
}
