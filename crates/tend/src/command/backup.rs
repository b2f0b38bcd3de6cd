//! `tend backup`: the whole database in one file, while the program runs.

use crate::data;
use crate::failure::{Exit, Failure, chain};
use crate::output::Output;
use clap::Args;
use serde_json::json;
use std::path::{Path, PathBuf};
use tend_app::platform::{Db, sql};

/// Copy the whole database to one file, also while Tend runs.
///
/// The master key is not in it, on purpose: keep DATA/master.key, or the key
/// from where else it comes, in another safe place. Without the key nobody, you included, can read phones,
/// addresses and notes of the backup.
///
/// On PostgreSQL it runs pg_dump, which must be installed, and writes what the
/// dump holds to FILE.json beside it.
///
///   tend backup /backup/tend-2026-11-23.db --data /srv/tend
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Backup {
    /// The file to be made; it must not be there yet.
    #[arg(value_name = "FILE")]
    to: PathBuf,
}

impl Backup {
    /// Makes the backup, complete or not at all.
    pub async fn run(self, folder: &Path, output: &Output) -> Result<(), Failure> {
        let config = data::configuration(folder)?;
        let key = data::key_source(&config)?.place();
        if config.database != "sqlite" {
            return super::dump::dump(&config, &self.to, output).await;
        }
        let database = folder.join("tend.db");
        if !database.is_file() {
            return Err(Failure::refused("no_data_here", json!({ "path": folder })));
        }
        if self.to.exists() {
            return Err(Failure::refused("file_exists", json!({ "path": self.to })));
        }
        let unwritable = |error: &dyn std::fmt::Display| {
            Failure::new(Exit::Unreachable, "file_unwritable", json!({ "path": self.to })).because(error)
        };
        // Begun under another name, so that a file with the right name is always a whole backup.
        let part = self.to.with_extension("part");
        let _ = std::fs::remove_file(&part);
        let db = Db::connect(&config.database_url()).await.map_err(|error| unwritable(&chain(&error)))?;
        let copied = sql("VACUUM INTO $1").bind(part.display().to_string()).run(db.read()).await;
        copied.map_err(|error| unwritable(&chain(&error)))?;
        let bytes = finished(&part, &self.to).map_err(|error| unwritable(&error))?;
        output.say("backup_made", json!({ "path": self.to, "bytes": bytes, "key": key }));
        output.finish(&json!({ "file": self.to, "bytes": bytes, "master_key_included": false }));
        Ok(())
    }
}

/// Makes sure that the copy is on the disk, then gives it its name.
fn finished(part: &Path, to: &Path) -> std::io::Result<u64> {
    use std::os::unix::fs::PermissionsExt;
    let file = std::fs::File::open(part)?;
    file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    file.sync_all()?;
    std::fs::rename(part, to)?;
    Ok(file.metadata()?.len())
}
