//! Backup of PostgreSQL by its own tools, with our checks around them: `pg_dump` of one moment and a note beside it of
//! what that moment held; the way back goes through a scratch database that must hold the same before it takes the name.

use crate::data;
use crate::failure::{Exit, Failure, chain};
use crate::output::Output;
use sea_orm::{AccessMode, ConnectionTrait, DbErr, IsolationLevel, TransactionTrait};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::Command;
use tend_app::platform::{Config, Db, migrations_unknown, sql};

/// What a moment held; stands beside the dump as `FILE.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    program: String,
    server: String,
    at: String,
    sha256: String,
    held: Held,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Held {
    customers: i64,
    touches: i64,
    facts: i64,
    /// The newest head of the ledger.
    ledger: Option<String>,
}

const HEAD: &str =
    "SELECT number || ':' || upper(encode(signature, 'hex')) FROM ledger_head ORDER BY number DESC LIMIT 1";

async fn held(db: &impl ConnectionTrait) -> Result<Held, DbErr> {
    Ok(Held {
        customers: sql("SELECT COUNT(*) FROM customer").value(db).await?,
        touches: sql("SELECT COUNT(*) FROM touch").value(db).await?,
        facts: sql("SELECT COUNT(*) FROM journal_fact").value(db).await?,
        ledger: sql(HEAD).one(db, |row| row.get::<String>(0)).await?,
    })
}

/// Dumps the database of `config` into a file, whole or not at all.
pub async fn dump(config: &Config, to: &Path, output: &Output) -> Result<(), Failure> {
    if to.exists() {
        return Err(Failure::refused("file_exists", json!({ "path": to })));
    }
    let key = data::key_source(config)?.place();
    let db = connect(config, &config.database).await?;
    // Everything of one moment: what is counted here is what the dump holds.
    let moment = db
        .read()
        .begin_with_config(Some(IsolationLevel::RepeatableRead), Some(AccessMode::ReadOnly))
        .await
        .map_err(Failure::from)?;
    let snapshot: String = sql("SELECT pg_export_snapshot()").value(&moment).await?;
    let server: String = sql("SELECT current_setting('server_version')").value(&moment).await?;
    let held = held(&moment).await?;
    let part = with_end(to, ".part");
    let mut command = tool("pg_dump", &config.database);
    command.args(["--format=custom", "--no-owner", "--snapshot", &snapshot, "--file"]).arg(&part);
    command.arg(data::shown_address(config));
    run(command).await.inspect_err(|_| drop(std::fs::remove_file(&part)))?;
    moment.rollback().await?;
    let unwritable = |error: std::io::Error| {
        Failure::new(Exit::Unreachable, "file_unwritable", json!({ "path": to })).because(error)
    };
    let (sha256, bytes) = hash_of(&part).map_err(unwritable)?;
    let at = tend_app::platform::Clock::System.now().to_string();
    let note = Note { program: env!("CARGO_PKG_VERSION").into(), server, at, sha256, held };
    write_note(&with_end(to, ".json"), &note).map_err(unwritable)?;
    std::fs::File::open(&part).and_then(|file| file.sync_all()).map_err(unwritable)?;
    std::fs::rename(&part, to).map_err(unwritable)?;
    output.say("backup_made", json!({ "path": to, "bytes": bytes, "key": key }));
    output.finish(&json!({ "file": to, "bytes": bytes, "master_key_included": false, "held": note.held }));
    Ok(())
}

/// Brings a dump back: into a scratch database, compared there, then given the name. A database that holds something is
/// kept under another name, and only where `replace` was said.
pub async fn bring_back(config: &Config, from: &Path, replace: bool, output: &Output) -> Result<(), Failure> {
    let damaged = |why: &str| Failure::refused("backup_damaged", json!({ "path": from })).because(why);
    let text = std::fs::read(with_end(from, ".json")).map_err(|error| damaged(&format!("its note: {error}")))?;
    let note: Note = serde_json::from_slice(&text).map_err(|error| damaged(&format!("its note: {error}")))?;
    let (sha256, _) = hash_of(from).map_err(|error| damaged(&error.to_string()))?;
    if sha256 != note.sha256 {
        return Err(damaged("it does not fit the hash in its note"));
    }
    let target = name_in(&config.database).ok_or_else(|| damaged("the address names no database"))?.to_owned();
    let present = connect(config, &config.database).await?;
    let holds: i64 = sql("SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'public'")
        .value(present.read())
        .await?;
    if holds > 0 && !replace {
        return Err(Failure::refused("database_stands", json!({ "path": data::shown_address(config) })));
    }
    present.close().await?;
    let root = connect(config, &renamed(&config.database, "postgres")).await?;
    let seconds = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_secs();
    let scratch = format!("tend_scratch_{seconds}");
    root.writer().execute_unprepared(&format!("CREATE DATABASE {scratch}")).await?;
    let filled = fill(config, &scratch, from, &note).await;
    if let Err(failure) = filled {
        root.writer().execute_unprepared(&format!("DROP DATABASE IF EXISTS {scratch} WITH (FORCE)")).await?;
        return Err(failure);
    }
    let aside = format!("{target}_before_{seconds}");
    let turn = async {
        root.writer().execute_unprepared(&format!("ALTER DATABASE \"{target}\" RENAME TO \"{aside}\"")).await?;
        root.writer().execute_unprepared(&format!("ALTER DATABASE {scratch} RENAME TO \"{target}\"")).await
    };
    // Somebody is connected: stop the program first.
    turn.await.map_err(|error| {
        Failure::refused("still_running", json!({ "address": data::shown_address(config) })).because(chain(&error))
    })?;
    if holds == 0 {
        root.writer().execute_unprepared(&format!("DROP DATABASE \"{aside}\"")).await?;
    }
    let database = data::shown_address(config);
    output.say("restored", json!({ "path": database, "customers": note.held.customers }));
    let aside = (holds > 0).then_some(aside);
    if let Some(aside) = &aside {
        output.say("set_aside", json!({ "path": aside }));
    }
    output.finish(
        &json!({ "database": database, "customers": note.held.customers, "set_aside": aside, "held": note.held }),
    );
    Ok(())
}

/// Fills the scratch database and compares it with the note.
async fn fill(config: &Config, scratch: &str, from: &Path, note: &Note) -> Result<(), Failure> {
    let address = renamed(&config.database, scratch);
    let shown = renamed(&data::shown_address(config), scratch);
    let mut command = tool("pg_restore", &config.database);
    command.args(["--exit-on-error", "--no-owner", "--jobs=4", "--dbname", &shown]).arg(from);
    run(command).await?;
    let db = connect(config, &address).await?;
    let found = held(db.read()).await?;
    let unknown = migrations_unknown(&db).await?;
    db.close().await?;
    if unknown > 0 {
        return Err(Failure::refused("backup_of_newer_version", json!({ "path": from })));
    }
    if found != note.held {
        let why = format!("it holds {found:?}, and its note says {:?}", note.held);
        return Err(Failure::refused("backup_damaged", json!({ "path": from })).because(why));
    }
    Ok(())
}

async fn connect(config: &Config, address: &str) -> Result<Db, Failure> {
    Db::connect(address).await.map_err(|error| {
        let database = data::shown_address(config);
        Failure::new(Exit::Unreachable, "database_unreachable", json!({ "database": database })).because(chain(&error))
    })
}

/// A tool of PostgreSQL; the password goes by the environment, where other users of the machine do not see it.
fn tool(name: &str, address: &str) -> Command {
    let mut command = Command::new(name);
    let user = address.split("://").nth(1).and_then(|rest| rest.rsplit_once('@')).map_or("", |(user, _)| user);
    if let Some((_, password)) = user.split_once(':') {
        command.env("PGPASSWORD", password);
    }
    command
}

async fn run(mut command: Command) -> Result<(), Failure> {
    let name = command.get_program().to_string_lossy().into_owned();
    let ended = tokio::task::spawn_blocking(move || command.output()).await.map_err(Failure::unexpected)?;
    let failed = |why: String| Failure::new(Exit::Unreachable, "tool_failed", json!({ "tool": name })).because(why);
    match ended {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(failed(String::from_utf8_lossy(&output.stderr).trim().to_owned())),
        Err(error) => Err(failed(error.to_string())),
    }
}

/// The database that an address names.
fn name_in(address: &str) -> Option<&str> {
    let (_, name) = address.split("://").nth(1)?.split_once('/')?;
    name.split('?').next().filter(|name| !name.is_empty())
}

/// The same address with another database.
fn renamed(address: &str, name: &str) -> String {
    match name_in(address) {
        Some(old) => {
            // The name ends the address, but for parameters.
            let (base, rest) = address.split_once('?').map_or((address, String::new()), |(a, b)| (a, format!("?{b}")));
            format!("{}{name}{rest}", &base[..base.len() - old.len()])
        }
        None => format!("{}/{name}", address.trim_end_matches('/')),
    }
}

fn write_note(path: &Path, note: &Note) -> std::io::Result<()> {
    use std::io::Write;
    let mut file = std::fs::File::create(path)?;
    file.write_all(serde_json::to_string_pretty(note)?.as_bytes())?;
    file.sync_all()
}

/// Hash and size of a file.
fn hash_of(path: &Path) -> std::io::Result<(String, u64)> {
    tend_backup::hash_of_file(path)
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_database_of_the_same_server_is_named() {
        assert_eq!(renamed("postgres://a:b@h:5/tend?x=1", "other"), "postgres://a:b@h:5/other?x=1");
        assert_eq!(renamed("postgres://tend@h/tend", "other"), "postgres://tend@h/other");
        assert_eq!(name_in("postgres://tend@h"), None);
    }
}
