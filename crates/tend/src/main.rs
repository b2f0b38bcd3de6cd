//! The program: reads the command line, opens the data folder, runs one command, says how it went.
//!
//! Exit codes: 0 done · 1 something unexpected · 2 the command line was not understood · 3 refused: the input or the
//! state does not allow it · 4 something outside cannot be reached (folder, database, port) · 5 `doctor` found
//! something missing.

mod bench;
mod command;
mod connections;
mod continuous;
mod data;
mod demo;
mod desk;
mod failure;
mod files;
mod first_run;
mod memory;
mod output;
mod patient;
mod sound;
mod space;
mod tls;
mod words;
mod workers;

use clap::Parser;
use output::Output;
use std::process::ExitCode;

/// Imports and nights make and drop millions of small values on one thread and another.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    memory::keep_to_itself();
    data::take_key_from_environment();
    let asked = command::Tend::parse();
    let output = Output::new(asked.json);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return output.fail(&failure::Failure::unexpected(error)),
    };
    let result = runtime.block_on(command::run(asked, &output));
    // Whatever still runs in the background must not hold the program back; the database is safe at any instant.
    runtime.shutdown_background();
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => output.fail(&failure),
    }
}
