//! Checks of our own rules, generated files, the private test database, the kill drill and the benches.
//! `cargo xtask --help` lists them; the Makefile calls them.

mod bench;
mod kill;
mod openapi;
mod postgres;
mod program;
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
    /// Kill the program at random points of import, plan and outcome entry: nothing may be lost, half or doubled.
    Kill {
        /// How often.
        #[arg(long, default_value_t = 100)]
        n: u64,
        /// The same seed gives the same points, as far as the machine allows.
        #[arg(long, default_value_t = 1)]
        seed: u64,
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
        What::Kill { n, seed } => kill::run(n, seed),
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
