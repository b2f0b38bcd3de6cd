//! The commands, one file each.

mod backup;
mod bench;
mod demo;
mod doctor;
mod dump;
mod import;
mod keys;
mod ledger;
mod openapi;
mod plan;
mod playbook;
mod restore;
mod retention;
mod rights;
mod serve;
mod trace;
mod user;
mod verify;
mod version;
mod why;

use crate::failure::Failure;
use crate::output::Output;
use clap::{Parser, Subcommand};
use std::path::PathBuf;

/// Tells every customer manager whom to care for today, and why.
///
/// One program, one data folder, one browser tab.
///
///   tend demo                      a whole sample firm, served at http://127.0.0.1:8420
///   tend serve --data /srv/tend    the desk and the API
///
/// Exit codes: 0 done, 1 something unexpected, 2 command line not understood,
/// 3 refused by the input or the state, 4 folder, database or port not
/// reachable, 5 doctor found something missing.
///
/// Environment: LANG (zh or en) chooses the language of messages. TEND_LISTEN,
/// TEND_DATABASE, TEND_FIRM, TEND_TIME_ZONE, TEND_PLAN_AT_MINUTE and
/// TEND_SECURE_COOKIE, TEND_BACKUP_TO and so on override DATA/tend.toml. TEND_MASTER_KEY_FILE names the
/// master key's file, TEND_MASTER_KEY holds the key itself, TEND_LEDGER_KEY_FILE names the ledger's. TEND_LOG sets the log: error, warn, info or debug.
#[derive(Debug, Parser)]
#[command(name = "tend", version, verbatim_doc_comment, disable_help_subcommand = true)]
pub struct Tend {
    /// The data folder: database, master key, uploads, tend.toml.
    #[arg(long, global = true, default_value = ".data", value_name = "DIR")]
    pub data: PathBuf,
    /// Print one JSON object on the last line of standard output.
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Demo),
    Serve(serve::Serve),
    Import(import::Import),
    Plan(plan::Plan),
    Why(why::Why),
    Playbook(playbook::Playbook),
    User(user::User),
    Backup(backup::Backup),
    Restore(restore::Restore),
    Doctor(doctor::Doctor),
    Keys(keys::Keys),
    Ledger(ledger::Ledger),
    Trace(trace::Trace),
    Verify(verify::Verify),
    Rights(rights::Rights),
    Retention(retention::Retention),
    Bench(bench::Bench),
    Version(version::Version),
    #[command(hide = true)]
    Openapi(openapi::Openapi),
}

/// Runs what was asked.
pub async fn run(asked: Tend, output: &Output) -> Result<(), Failure> {
    let data = asked.data;
    match asked.command {
        Command::Demo(demo) => demo.run(&data, output).await,
        Command::Serve(serve) => serve.run(&data, output).await,
        Command::Import(import) => import.run(&data, output).await,
        Command::Plan(plan) => plan.run(&data, output).await,
        Command::Why(why) => why.run(&data, output).await,
        Command::Playbook(playbook) => playbook.run(&data, output).await,
        Command::User(user) => user.run(&data, output).await,
        Command::Backup(backup) => backup.run(&data, output).await,
        Command::Restore(restore) => restore.run(&data, output).await,
        Command::Doctor(doctor) => doctor.run(&data, output).await,
        Command::Keys(keys) => keys.run(&data, output).await,
        Command::Ledger(ledger) => ledger.run(&data, output).await,
        Command::Trace(trace) => trace.run(&data, output).await,
        Command::Verify(verify) => verify.run(&data, output).await,
        Command::Rights(rights) => rights.run(&data, output).await,
        Command::Retention(retention) => retention.run(&data, output).await,
        Command::Bench(bench) => bench.run(&data).await,
        Command::Version(version) => version.run(output),
        Command::Openapi(openapi) => openapi.run(output),
    }
}
