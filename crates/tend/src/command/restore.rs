//! `tend restore`: a backup becomes the database again, after it was checked.
//!
//! The pieces of a continuous backup carry their hashes, each that of the one before too: what is put together from them is
//! to the byte what was there. So the database takes its place as soon as hashes, key and head of the ledger agree, and
//! only then is looked through, which takes ten times as long; work goes on meanwhile. A single file has no hash, so it is
//! looked through first.

use crate::failure::{Exit, Failure, chain};
use crate::output::Output;
use crate::{continuous, data, sound};
use clap::Args;
use sea_orm::DbErr;
use serde_json::json;
use std::path::{Path, PathBuf};
use tend_app::platform::{Config, Db, migrations_unknown, sql};
use tend_app::{intake, trace};
use tend_backup::{BackupError, Restored, Until, restore};
use tend_rules::base::CustomerId;

/// Put a backup back, after checking that it is whole and that the key fits.
///
/// Stop the program first. The master key must stand in DATA/master.key (or
/// come from where TEND_MASTER_KEY_FILE, TEND_MASTER_KEY or master_key_command
/// say) before a backup with customers is taken.
/// With --replace the present database is kept beside it under another name.
///
/// On PostgreSQL the dump goes through pg_restore into a scratch database, is
/// compared with the note beside it, and then takes the name.
///
/// From the folder or the bucket of the continuous backup (`backup_to`) any second
/// of the last seven days comes back, with the files that its rows name. As soon
/// as it says that the database is restored the program may be started; the
/// command goes on to look through every page and index, and says if one is not
/// sound.
///
///   tend restore /backup/tend-2026-11-23.db --data /srv/tend
///   tend restore /backup/continuous --latest --data /srv/tend
///   tend restore /backup/continuous --to-time "2026-11-29 10:15:00" --data /tmp/try
///   tend restore s3://firm-backup/tend --latest --data /tmp/try
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Restore {
    /// The file that `tend backup` made, or the folder or bucket (`s3://BUCKET/PREFIX`) of the continuous backup.
    #[arg(value_name = "FILE_OR_PLACE")]
    from: PathBuf,
    /// From a continuous backup: the last that it has.
    #[arg(long, conflicts_with = "to_time")]
    latest: bool,
    /// From a continuous backup: what was committed by this time of the firm's zone, or with an offset.
    #[arg(long, value_name = "TIME")]
    to_time: Option<String>,
    /// Move a database that is there aside instead of refusing.
    #[arg(long)]
    replace: bool,
}

impl Restore {
    /// Checks the backup, then puts it in place.
    pub async fn run(self, folder: &Path, output: &Output) -> Result<(), Failure> {
        let config = data::configuration(folder)?;
        if config.database != "sqlite" {
            return super::dump::bring_back(&config, &self.from, self.replace, output).await;
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
        // A restore that was killed leaves its own: SQLite would play an old log into what is brought now.
        remove_with_journals(&part);
        let begun = std::time::Instant::now();
        let brought = match self.bring(&part, folder, &config).await {
            Ok(brought) => brought,
            Err(failure) => {
                remove_with_journals(&part);
                return Err(failure);
            }
        };
        let brought_ms = begun.elapsed().as_millis() as u64;
        let customers = match self.checked(&part, &config, brought.as_ref()).await {
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
        let ready_ms = begun.elapsed().as_millis() as u64;
        let mut told = json!({
            "database": database, "customers": customers, "set_aside": aside,
            "brought_ms": brought_ms, "ready_ms": ready_ms,
        });
        if let Some(brought) = brought {
            let as_of = tend_rules::base::Instant::from_millis(brought.as_of_ms as i64);
            output.say("restored_as_of", json!({ "as_of": as_of, "files": brought.files }));
            told["as_of"] = json!(as_of);
            told["segments"] = json!(brought.segments);
            told["bytes"] = json!(brought.bytes);
            told["files"] = json!(brought.files);
            output.say("restored_look", json!({}));
            let db = self.opened(&database).await?;
            let flaw = sound::flaw(&db).await.map_err(|error| self.damaged(chain(&error)))?;
            told["looked_ms"] = json!(begun.elapsed().as_millis() as u64 - ready_ms);
            if let Some(flaw) = flaw {
                let path = json!({ "path": database, "as_of": as_of });
                return Err(Failure::refused("restored_unsound", path).because(flaw));
            }
            // So that `tend doctor` knows that it was tried; a second place that may only be read is no failure.
            if let Ok(store) = continuous::store(&self.place(), &config) {
                let _ = tend_backup::note_drill(&*store);
            }
        }
        output.finish(&told);
        Ok(())
    }

    fn place(&self) -> String {
        self.from.display().to_string()
    }

    /// Makes the database file, and brings the files beside it; what the continuous backup tells of itself.
    async fn bring(&self, part: &Path, folder: &Path, config: &Config) -> Result<Option<Restored>, Failure> {
        let is_bucket = continuous::is_bucket(&self.place());
        if !is_bucket && !self.from.is_dir() {
            std::fs::copy(&self.from, part).map_err(|error| {
                Failure::new(Exit::Unreachable, "file_unreadable", json!({ "path": self.from })).because(error)
            })?;
            return Ok(None);
        }
        let until = match (&self.to_time, self.latest) {
            (Some(text), _) => Until::Time(time_of(text, config)?),
            (None, true) => Until::Latest,
            (None, false) => return Err(Failure::refused("say_how_far", json!({ "path": self.from }))),
        };
        let store = continuous::store(&self.place(), config)?;
        let (part, folder) = (part.to_owned(), folder.to_owned());
        let brought = tokio::task::spawn_blocking(move || restore(&*store, until, &part, &folder)).await;
        let brought = brought.map_err(Failure::unexpected)?;
        brought.map(Some).map_err(|error| {
            let path = json!({ "path": self.from });
            match &error {
                BackupError::NothingThere => Failure::refused("backup_reaches_not_back", path),
                BackupError::Damaged { .. } => Failure::refused("backup_damaged", path).because(chain(&error)),
                _ => {
                    let code = if is_bucket { "backup_store_unreachable" } else { "file_unreadable" };
                    Failure::new(Exit::Unreachable, code, path).because(chain(&error))
                }
            }
        })
    }

    fn damaged(&self, why: impl std::fmt::Display) -> Failure {
        Failure::refused("backup_damaged", json!({ "path": self.from })).because(why)
    }

    async fn opened(&self, database: &Path) -> Result<Db, Failure> {
        let db = Db::connect(&format!("sqlite://{}", database.display())).await;
        db.map_err(|error| self.damaged(chain(&error)))
    }

    /// The number of customers of a known database whose key is here; a single file is looked through too.
    async fn checked(&self, part: &Path, config: &Config, brought: Option<&Restored>) -> Result<i64, Failure> {
        let db = self.opened(part).await?;
        let (flaw, customers) = async {
            let flaw = if brought.is_none() { sound::flaw(&db).await? } else { None };
            let customers: i64 = sql("SELECT COUNT(*) FROM customer").value(db.read()).await?;
            Ok::<_, DbErr>((flaw, customers))
        }
        .await
        .map_err(|error| self.damaged(chain(&error)))?;
        if let Some(flaw) = flaw {
            return Err(self.damaged(flaw));
        }
        if migrations_unknown(&db).await.map_err(|error| self.damaged(chain(&error)))? > 0 {
            return Err(Failure::refused("backup_of_newer_version", json!({ "path": self.from })));
        }
        self.key_fits(&db, config).await?;
        if let Some(brought) = brought {
            self.ledger_goes_on(&db, brought).await?;
            self.files_fit(&db, config).await?;
        }
        Ok(customers)
    }

    /// The head of the ledger that was noted outside with the last segment must stand in the database.
    async fn ledger_goes_on(&self, db: &Db, brought: &Restored) -> Result<(), Failure> {
        let Some(mark) = &brought.mark else { return Ok(()) };
        let stands = sql("SELECT COUNT(*) FROM ledger_head WHERE number || ':' || hex(signature) = $1");
        let stands: i64 = stands.bind(mark.as_str()).value(db.read()).await?;
        let unfit = || Failure::refused("backup_damaged", json!({ "path": self.from })).because(mark);
        if stands == 1 { Ok(()) } else { Err(unfit()) }
    }

    /// Every row that names a file has it, with the same content.
    async fn files_fit(&self, db: &Db, config: &Config) -> Result<(), Failure> {
        let source = data::key_source(config)?;
        if source.file().is_some_and(|path| !path.is_file()) {
            return Ok(());
        }
        let keys = data::keyring(source)?;
        let keys = tend_app::platform::firm_keys(db, keys).await.map_err(Failure::unexpected)?;
        let uploads = intake::uploads_without_file(db, &keys, &config.data).await?;
        let evidence = trace::evidence_without_file(db, &keys, &config.data).await?;
        let unfit = uploads.iter().map(ToString::to_string).chain(evidence.iter().map(ToString::to_string));
        let unfit: Vec<String> = unfit.collect();
        if unfit.is_empty() {
            return Ok(());
        }
        let named = unfit[..unfit.len().min(10)].join(", ");
        let files = json!({ "path": self.from, "files": unfit.len() });
        Err(Failure::refused("backup_files_missing", files).because(named))
    }

    async fn key_fits(&self, db: &Db, config: &Config) -> Result<(), Failure> {
        let sealed = sql("SELECT customer_id, wrapped FROM customer_key LIMIT 1");
        let sealed =
            sealed.one(db.read(), |row| Ok((row.get::<CustomerId>("customer_id")?, row.get::<Vec<u8>>("wrapped")?)));
        let Some((customer, wrapped)) = sealed.await? else { return Ok(()) };
        let source = data::key_source(config)?;
        let place = source.place();
        // A file that is not there would be made.
        let is_missing = source.file().is_some_and(|path| !path.is_file());
        let keys = if is_missing { None } else { Some(data::keyring(source)?) };
        let fits = keys.is_some_and(|keys| keys.customer_key(customer, &wrapped).is_ok());
        if fits { Ok(()) } else { Err(Failure::refused("key_does_not_fit", json!({ "path": place }))) }
    }
}

/// A time of the firm's zone, or one with an offset, in milliseconds since 1970.
fn time_of(text: &str, config: &Config) -> Result<u64, Failure> {
    let unreadable = || Failure::refused("time_unreadable", json!({ "time": text }));
    if let Ok(instant) = text.parse::<jiff::Timestamp>() {
        return Ok(instant.as_millisecond().unsigned_abs());
    }
    let civil: jiff::civil::DateTime = text.parse().map_err(|_| unreadable())?;
    let zoned = civil.in_tz(&config.time_zone).map_err(|_| unreadable())?;
    Ok(zoned.timestamp().as_millisecond().unsigned_abs())
}

/// Moves a database that is there out of the way; answers its new name. A log without its database goes too, left by a
/// crash between these renames or by somebody who moved the database alone: SQLite would play it into what comes here.
fn set_aside(database: &Path) -> std::io::Result<Option<PathBuf>> {
    let seconds = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_secs();
    let aside = database.with_file_name(format!("tend.db.before-{seconds}"));
    let mut first = None;
    for journal in ["", "-wal", "-shm"] {
        let (from, to) = (with_end(database, journal), with_end(&aside, journal));
        if from.exists() {
            std::fs::rename(from, &to)?;
            first.get_or_insert(to);
        }
    }
    Ok(first)
}

fn put(part: &Path, database: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let file = std::fs::File::open(part)?;
    file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    file.sync_all()?;
    std::fs::rename(part, database)?;
    remove_with_journals(part);
    // The disk may write renames in another order: what was moved aside must not come back beside the new file.
    let folder = database.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::File::open(folder)?.sync_all()
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
