//! Opens the data folder: configuration, master key, database.
//!
//! The master key stands in `DATA/master.key` unless `TEND_MASTER_KEY_FILE` names another place, `TEND_MASTER_KEY` holds
//! it or `master_key_command` prints it; and the key that signs the ledger in `ledger.key` beside that file, unless
//! `TEND_LEDGER_KEY_FILE` names another place. Neither ever stands in the database or in a backup.

use crate::failure::{Exit, Failure, chain};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use tend_app::App;
use tend_app::platform::{Clock, Config, ConfigError, KeySource, Keyring, OpenError};

/// What the environment may override, `TEND_LISTEN` and so on; other `TEND_…` names belong to tests and logs.
const OVERRIDABLE: [&str; 30] = [
    "LISTEN",
    "DATABASE",
    "FIRM",
    "TIME_ZONE",
    "PLAN_AT_MINUTE",
    "SECURE_COOKIE",
    "REQUESTS_PER_MINUTE",
    "REQUESTS_PER_MINUTE_FROM_ADDRESS",
    "PUBLIC_URL",
    "BREACHED_PASSWORDS_FILE",
    "TRUSTED_PROXIES",
    "BACKUP_TO",
    "BACKUP_ENDPOINT",
    "BACKUP_REGION",
    "BACKUP_STYLE",
    "BACKUP_CREDENTIALS_FILE",
    "BACKUP_CREDENTIALS_COMMAND",
    "BALLAST_MB",
    "TLS_CERTIFICATE",
    "TLS_KEY",
    "ACME_DOMAINS",
    "ACME_DIRECTORY",
    "ACME_CONTACT",
    "ACME_TERMS",
    "ACME_KEY_ID",
    "ACME_KEY_FILE",
    "SSO_HOSTS",
    "WEBHOOK_HOSTS",
    "MASTER_KEY_COMMAND",
    "VIRUS_SCANNER",
];

/// The configuration of a data folder, overridden by the environment.
pub fn configuration(data: &Path) -> Result<Config, Failure> {
    let environment = OVERRIDABLE
        .into_iter()
        .filter_map(|name| std::env::var(format!("TEND_{name}")).ok().map(|value| (name.to_owned(), value)));
    Config::read(data, environment).map_err(|error| {
        let (code, exit) = match &error {
            ConfigError::Unreadable { .. } => ("config_unreadable", Exit::Unreachable),
            ConfigError::Invalid { .. } => ("config_invalid", Exit::Refused),
            ConfigError::ZoneUnknown { zone } => return zone_unknown(zone),
        };
        Failure::new(exit, code, json!({ "path": data.join("tend.toml") })).because(chain(&error))
    })
}

fn zone_unknown(zone: &str) -> Failure {
    Failure::refused("time_zone_unknown", json!({ "zone": zone }))
}

const KEY_GIVEN: &str = "TEND_MASTER_KEY";
const KEY_FILE: &str = "TEND_MASTER_KEY_FILE";
const KEY_COMMAND: &str = "master_key_command";

/// The master key that came with the environment.
static GIVEN: OnceLock<String> = OnceLock::new();

/// Takes the master key out of the environment, so that nothing which this program starts inherits it. Must be called
/// before there is a second thread.
#[expect(unsafe_code, reason = "the environment is changed before anybody else could read it")]
pub fn take_key_from_environment() {
    let Some(text) = std::env::var_os(KEY_GIVEN) else { return };
    let _ = GIVEN.set(text.to_string_lossy().into_owned());
    // SAFETY: there is one thread yet.
    unsafe { std::env::remove_var(KEY_GIVEN) };
}

/// Where the master keys come from: the one place that was named, or else the file in the data folder.
pub fn key_source(config: &Config) -> Result<KeySource, Failure> {
    let file = std::env::var_os(KEY_FILE);
    let (given, line) = (GIVEN.get(), config.master_key_command.trim());
    let named = [(file.is_some(), KEY_FILE), (given.is_some(), KEY_GIVEN), (!line.is_empty(), KEY_COMMAND)];
    let named: Vec<&str> = named.into_iter().filter_map(|(is_named, name)| is_named.then_some(name)).collect();
    if named.len() > 1 {
        return Err(Failure::refused("master_key_named_twice", json!({ "places": named.join(", ") })));
    }
    if let Some(text) = given {
        return Ok(KeySource::Given { name: KEY_GIVEN, text: text.clone() });
    }
    if !line.is_empty() {
        let unreadable = || Failure::refused("master_key_command_unreadable", json!({ "places": KEY_COMMAND }));
        return KeySource::command(KEY_COMMAND, line).ok_or_else(unreadable);
    }
    Ok(KeySource::File(key_file(&config.data)))
}

/// The master keys of a place.
pub fn keyring(source: KeySource) -> Result<Keyring, Failure> {
    let (place, code) = (source.place(), unusable_code(&source));
    Keyring::of_source(source)
        .map_err(|error| Failure::new(Exit::Unreachable, code, json!({ "path": place })).because(chain(&error)))
}

const fn unusable_code(source: &KeySource) -> &'static str {
    match source {
        KeySource::File(_) => "key_unusable",
        KeySource::Given { .. } => "given_key_unusable",
        KeySource::Command { .. } => "key_command_failed",
    }
}

/// The file of the master keys, where they stand in one.
pub fn key_file(data: &Path) -> PathBuf {
    std::env::var_os(KEY_FILE).map_or_else(|| data.join("master.key"), PathBuf::from)
}

/// Where the key stands that signs the heads of the ledger: beside the file of the master keys, or in its place.
pub fn ledger_key_file(data: &Path) -> PathBuf {
    std::env::var_os("TEND_LEDGER_KEY_FILE").map_or_else(|| key_file(data).with_file_name("ledger.key"), PathBuf::from)
}

/// Opens the data folder, making it if it is not there.
pub async fn open(data: &Path) -> Result<App, Failure> {
    make_private_folder(data)?;
    open_with(configuration(data)?).await
}

/// Opens a data folder that must be there already: for commands that make no sense on an empty one.
pub async fn open_existing(data: &Path) -> Result<App, Failure> {
    let config = configuration(data)?;
    if config.database == "sqlite" && !data.join("tend.db").is_file() {
        return Err(Failure::refused("no_data_here", json!({ "path": data })));
    }
    open_with(config).await
}

/// Opens with a configuration in hand.
pub async fn open_with(config: Config) -> Result<App, Failure> {
    let source = key_source(&config)?;
    let place = source.place();
    let keys = keyring(source)?;
    let path = ledger_key_file(&config.data);
    let keys = keys.signing_at(&path).map_err(|error| {
        Failure::new(Exit::Unreachable, "key_unusable", json!({ "path": path })).because(chain(&error))
    })?;
    let database = shown_address(&config);
    tend_app::join_rooms();
    App::open(config, keys, Clock::System).await.map_err(|error| match &error {
        OpenError::KeyRotated { id } => {
            Failure::new(Exit::Unreachable, "master_key_rotated", json!({ "path": place, "key": id.to_string() }))
        }
        OpenError::Key(inner) => {
            Failure::new(Exit::Unreachable, "master_key_wrong", json!({ "path": place })).because(chain(inner))
        }
        OpenError::ZoneUnknown { zone } => zone_unknown(zone),
        OpenError::Database(inner) => {
            Failure::new(Exit::Unreachable, "database_unreachable", json!({ "database": database }))
                .because(chain(inner))
        }
    })
}

/// The database as it may be shown: without a password.
pub fn shown_address(config: &Config) -> String {
    if config.database == "sqlite" {
        return config.data.join("tend.db").display().to_string();
    }
    match (config.database.find("://"), config.database.rfind('@')) {
        (Some(scheme), Some(at)) => {
            let user = &config.database[scheme + 3..at];
            let user = user.split(':').next().unwrap_or_default();
            format!("{}{user}{}", &config.database[..scheme + 3], &config.database[at..])
        }
        _ => config.database.clone(),
    }
}

/// Makes the data folder, for its owner only.
pub fn make_private_folder(data: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(data).map_err(|error| {
        Failure::new(Exit::Unreachable, "data_folder_unusable", json!({ "path": data })).because(error)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_its_password() {
        let config = Config { database: "postgres://tend:s3cr:et@db.firm/tend".into(), ..Config::default() };
        assert_eq!(shown_address(&config), "postgres://tend@db.firm/tend");
    }
}
