//! The whole API tried with made-up calls: schemathesis reads the document that the program serves and calls every
//! operation with good and bad values, as several people, on SQLite and on PostgreSQL. A server error, an answer that is
//! not described, a shape that does not fit, bad data that is taken: each fails.
//!
//! The tool is of PyPI and stands in a virtual environment of its own in `target/schemathesis`, where `.ci/install` puts it;
//! its version and those of what it needs are fixed in `xtask/schemathesis/requirements.txt`.

use crate::postgres::Cluster;
use crate::program::{built, root, run as must, target};
use crate::serving::{Serving, Visitor, tend_command};
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

const PASSWORD: &str = "tend-demo";
const CUSTOMERS: &str = "300";

/// Who calls, on which database, and the share of the time in hundredths.
const RUNS: [(&str, Store, u64); 7] = [
    ("hq", Store::Sqlite, 26),
    ("admin", Store::Sqlite, 14),
    ("wang", Store::Sqlite, 12),
    ("lead", Store::Sqlite, 10),
    ("qa", Store::Sqlite, 6),
    ("hq", Store::Postgres, 20),
    ("admin", Store::Postgres, 12),
];

/// What ends the caller's own session or never ends itself: tried once more at the very end, or by other tests.
const SPARED: &str =
    r"^/api/(session|me/password|me/sessions.*|events|staff/\{id\}/(departure|password-reset|sessions))$";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Store {
    Sqlite,
    Postgres,
}

/// Tries everything within so many seconds; without a number each run takes what it needs.
pub fn run(seconds: Option<u64>, seed: u64) -> Result<()> {
    let tool = tool()?;
    let program = built()?;
    let mut failed = Vec::new();
    for (login, store, share) in RUNS {
        let firm = Firm::make(&program, store)?;
        let visitor = Visitor::sign_in(&firm.serving.address, login, PASSWORD)?;
        let budget = seconds.map(|all| (all * share / 100).max(10));
        let on = if store == Store::Sqlite { "SQLite" } else { "PostgreSQL" };
        println!("--- {login} on {on}");
        let mut calls = calls(&tool, &firm.serving.address, seed);
        calls.args(["--exclude-path-regex", SPARED, "--header"]).arg(format!("Cookie: {}", visitor.cookie));
        if let Some(budget) = budget {
            calls.args(["--max-time", &budget.to_string()]);
        }
        if must(&mut calls).is_err() {
            failed.push(format!("{login} on {on}"));
        }
        // Nobody's session: what is spared above meets its refusals.
        if login == "admin" {
            let mut calls = self::calls(&tool, &firm.serving.address, seed);
            calls.args(["--phases", "coverage", "--include-path-regex", SPARED, "--exclude-path", "/api/events"]);
            if must(&mut calls).is_err() {
                failed.push(format!("nobody on {on}"));
            }
        }
    }
    if failed.is_empty() { Ok(()) } else { bail!("schemathesis found something as {}", failed.join(", ")) }
}

fn calls(tool: &Path, address: &str, seed: u64) -> Command {
    let mut command = Command::new(tool);
    command
        .arg("--config-file")
        .arg(root().join("xtask/schemathesis/schemathesis.toml"))
        .args(["run", "--url", address, "--seed", &seed.to_string(), "--no-color", "--continue-on-failure"])
        .args(["--generation-database", "none", "--warnings", "off", "--request-timeout", "60"])
        .arg(format!("{address}/api/openapi.json"))
        .current_dir(target());
    command
}

/// The tool; `.ci/install` installs it where it is missing or of other versions.
fn tool() -> Result<PathBuf> {
    must(Command::new(root().join(".ci/install")).current_dir(root()))?;
    Ok(target().join("schemathesis/bin/schemathesis"))
}

/// A sample firm that is served.
struct Firm {
    serving: Serving,
    _folder: TempDir,
    _cluster: Option<Cluster>,
}

impl Firm {
    fn make(program: &Path, store: Store) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("tend-schemathesis-").tempdir()?;
        let cluster = if store == Store::Postgres { Some(Cluster::start()?) } else { None };
        let database = cluster.as_ref().map_or_else(|| "sqlite".to_owned(), Cluster::address);
        let mut demo =
            tend_command(program, folder.path(), &["demo", "--no-serve", "--seed", "1", "--customers", CUSTOMERS]);
        must(demo.env("TEND_DATABASE", &database).stdout(std::process::Stdio::null()))?;
        let serving = Serving::tend_on(program, folder.path(), &database)?;
        Ok(Self { serving, _folder: folder, _cluster: cluster })
    }
}
