//! Checks of our own rules, generated files, the private test database, the kill drill and the benches.
//! `cargo xtask --help` lists them; the Makefile calls them.

mod openapi;
mod postgres;
mod program;
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
}

fn main() -> ExitCode {
    let result = match Xtask::parse().what {
        What::Tidy => tidy::run(),
        What::Openapi { check } => openapi::run(check),
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
