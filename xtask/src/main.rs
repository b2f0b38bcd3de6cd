//! Checks of our own rules, generated files, the private test database, the kill drill and the benches.
//! `cargo xtask --help` lists them; the Makefile calls them.

mod bench;
mod drill;
mod faults;
mod fuzz;
mod kill;
mod openapi;
mod postgres;
mod program;
mod sbom;
mod schemathesis;
mod serving;
mod test;
mod tidy;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[derive(Debug, Parser)]
#[command(name = "cargo xtask")]
struct Xtask {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Check the rules of the house that no compiler knows: who may import whom, file lengths, SQL, words, paths.
    Tidy,
    /// Write docs/openapi.json from the program; with --check only say whether it is fresh.
    Openapi {
        /// Change nothing; fail when the file is stale.
        #[arg(long)]
        check: bool,
    },
    /// Run all Rust tests with a private PostgreSQL cluster beside SQLite.
    Test {
        /// Passed on to the test runner, for instance a filter.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        rest: Vec<String>,
    },
    /// Kill the program at random points of imports, plans, outcome entry, rotations of keys and backups: nothing may be
    /// lost, half or doubled.
    Kill {
        /// How often.
        #[arg(long, default_value_t = 100)]
        n: u64,
        /// The same seed gives the same points, as far as the machine allows.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// On a PostgreSQL server of its own, which is killed too.
        #[arg(long)]
        postgres: bool,
        /// Fail when a start after a kill takes longer than so many milliseconds (a figure of a release build).
        #[arg(long)]
        ready_within: Option<u64>,
    },
    /// Serve with the continuous backup on, write, kill, restore a second in between and the latest, compare.
    Drill,
    /// Let the disk fail at its n-th operation, or the power, in an import, a plan and outcome entry: nothing corrupt,
    /// nothing acknowledged lost.
    Faults {
        /// How many operations of each are tried; 0 is every one.
        #[arg(long, default_value_t = 4)]
        points: u64,
        /// Chooses which, and what a power cut lets through.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Try the whole API with made-up calls (schemathesis) against the program over a sample firm, as several people, on
    /// both databases: no server error, no answer that is not described.
    Schemathesis {
        /// Seconds in all for the calls; all of them without one.
        #[arg(long)]
        seconds: Option<u64>,
        /// The same seed makes the same calls.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Write a bill of materials (CycloneDX 1.5) of what the program is made of, and check the licences.
    Sbom {
        /// Write it here; without it only the licences are checked.
        #[arg(long)]
        to: Option<std::path::PathBuf>,
    },
    /// Build the fuzzer's programs (`fuzz/`) and let each read made-up bytes for a while; a finding fails.
    Fuzz {
        /// How long each target runs.
        #[arg(long, default_value_t = 600)]
        seconds: u64,
        /// How many run at once.
        #[arg(long, default_value_t = 2)]
        together: usize,
        /// Only these targets.
        targets: Vec<String>,
    },
    /// Measure the release build and write docs/benchmarks.md.
    Bench {
        /// Leave out the million customers.
        #[arg(long)]
        quick: bool,
    },
}

fn main() -> ExitCode {
    let result = match Xtask::parse().what {
        What::Tidy => tidy::run(),
        What::Openapi { check } => openapi::run(check),
        What::Kill { n, seed, postgres, ready_within } => {
            kill::run(n, seed, if postgres { kill::Upon::Postgres } else { kill::Upon::Sqlite }, ready_within)
        }
        What::Drill => drill::run(),
        What::Faults { points, seed } => faults::run(points, seed),
        What::Schemathesis { seconds, seed } => schemathesis::run(seconds, seed),
        What::Sbom { to } => sbom::run(to.as_deref()),
        What::Fuzz { seconds, together, targets } => fuzz::run(seconds, together, &targets),
        What::Bench { quick } => bench::run(if quick { bench::Depth::Quick } else { bench::Depth::Full }),
        What::Test { rest } => test::run(&rest),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
