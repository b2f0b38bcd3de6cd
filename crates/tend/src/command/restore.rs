//! `tend restore`: a backup becomes the database again, after it was looked through.

use crate::data;
use crate::failure::{Exit, Failure, chain};
use crate::output::Output;
use clap::Args;
use sea_orm::DbErr;
use serde_json::json;
use std::path::{Path, PathBuf};
use tend_app::platform::{Config, Db, Keyring, migrations_unknown, sql};
use tend_rules::base::CustomerId;

/// Put a backup back, after checking that it is whole and that the key fits.
///
/// Stop the program first. The master key must stand in DATA/master.key (or
/// where TEND_MASTER_KEY_FILE points) before a backup with customers is taken.
/// With --replace the present database is kept beside it under another name.
///
///   tend restore /backup/tend-2026-11-23.db --data /srv/tend
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Restore {
    /// The file that `tend backup` made.
    #[arg(value_name = "FILE")]
    from: PathBuf,
    /// Move a database that is there aside instead of refusing.
    #[arg(long)]
    replace: bool,
}

impl Restore {
    /// Checks the backup, then puts it in place.
    pub async fn run(self, folder: &Path, output: &Output) -> Result<(), Failure> {
        let config = data::configuration(folder)?;
        if config.database != "sqlite" {
            let line = format!("pg_restore --clean --if-exists --dbname={} FILE", data::shown_address(&config));
            return Err(Failure::refused("restore_by_pg_restore", json!({ "line": line })));
        }
        let database = folder.join("tend.db");
        if database.exists() && !self.replace {
            return Err(Failure::refused("database_stands", json!({ "path": database })));
        }
        if database.exists() && tokio::net::TcpStream::connect(&config.listen).await.is_ok() {
            return Err(Failure::refused("still_running", json!({ "address": config.listen })));
        }
        let unwritable = |error: &dyn std::fmt::Display| {
            Failure::new(Exit::Unreachable, "file_unwritable", json!({ "path": database })).because(error)
        };
        data::make_private_folder(folder)?;
        let part = folder.join("tend.db.part");
        std::fs::copy(&self.from, &part).map_err(|error| {
            Failure::new(Exit::Unreachable, "file_unreadable", json!({ "path": self.from })).because(error)
        })?;
        let customers = match self.looked_through(&part, &config).await {
            Ok(customers) => customers,
            Err(failure) => {
                remove_with_journals(&part);
                return Err(failure);
            }
        };
        let aside = set_aside(&database).map_err(|error| unwritable(&error))?;
        put(&part, &database).map_err(|error| unwritable(&error))?;
        output.say("restored", json!({ "path": database, "customers": customers }));
        if let Some(aside) = &aside {
            output.say("set_aside", json!({ "path": aside }));
        }
        output.finish(&json!({ "database": database, "customers": customers, "set_aside": aside }));
        Ok(())
    }

    /// The number of customers of a whole, known database whose key is here.
    async fn looked_through(&self, part: &Path, config: &Config) -> Result<i64, Failure> {
        let damaged = |why: String| Failure::refused("backup_damaged", json!({ "path": self.from })).because(why);
        let db = Db::connect(&format!("sqlite://{}", part.display())).await.map_err(|e| damaged(chain(&e)))?;
        let (verdict, customers) = async {
            let verdict: String = sql("PRAGMA integrity_check").value(db.read()).await?;
            let customers: i64 = sql("SELECT COUNT(*) FROM customer").value(db.read()).await?;
            Ok::<_, DbErr>((verdict, customers))
        }
        .await
        .map_err(|error| damaged(chain(&error)))?;
        if verdict != "ok" {
            return Err(damaged(verdict));
        }
        if migrations_unknown(&db).await.map_err(|error| damaged(chain(&error)))? > 0 {
            return Err(Failure::refused("backup_of_newer_version", json!({ "path": self.from })));
        }
        self.key_fits(&db, config).await?;
        Ok(customers)
    }

    async fn key_fits(&self, db: &Db, config: &Config) -> Result<(), Failure> {
        let sealed = sql("SELECT customer_id, wrapped FROM customer_key LIMIT 1");
        let sealed =
            sealed.one(db.read(), |row| Ok((row.get::<CustomerId>("customer_id")?, row.get::<Vec<u8>>("wrapped")?)));
        let Some((customer, wrapped)) = sealed.await? else { return Ok(()) };
        let path = data::key_file(&config.data);
        let fits = path.is_file() && Keyring::at(&path).is_ok_and(|keys| keys.customer_key(customer, &wrapped).is_ok());
        if fits { Ok(()) } else { Err(Failure::refused("key_does_not_fit", json!({ "path": path }))) }
    }
}

/// Moves a database that is there out of the way; answers its new name.
fn set_aside(database: &Path) -> std::io::Result<Option<PathBuf>> {
    if !database.exists() {
        return Ok(None);
    }
    let seconds = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_secs();
    let aside = database.with_file_name(format!("tend.db.before-{seconds}"));
    for journal in ["", "-wal", "-shm"] {
        let from = with_end(database, journal);
        if from.exists() {
            std::fs::rename(from, with_end(&aside, journal))?;
        }
    }
    Ok(Some(aside))
}

fn put(part: &Path, database: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let file = std::fs::File::open(part)?;
    file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    file.sync_all()?;
    std::fs::rename(part, database)?;
    remove_with_journals(part);
    Ok(())
}

fn remove_with_journals(part: &Path) {
    for journal in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(with_end(part, journal));
    }
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}
