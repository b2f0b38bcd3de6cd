//! What an administrator may set: one TOML file in the data folder, overridden by environment variables.

use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use tend_rules::base::TimeZone;

/// The configuration of one Tend process. File: `DATA/tend.toml`; every key may be overridden by `TEND_KEY`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Address to listen on.
    pub listen: String,
    /// `sqlite` (a file in the data folder) or a `postgres://` address.
    pub database: String,
    /// Name of the firm as shown on the desk.
    pub firm: String,
    /// IANA time zone of the firm.
    pub time_zone: String,
    /// Local minute after midnight at which the daily plan runs.
    pub plan_at_minute: u16,
    /// Whether the session cookie demands TLS; set when Tend stands behind TLS.
    pub secure_cookie: SecureCookie,
    /// The address at which people open the desk, such as `https://tend.firm.example`. Passkeys are bound to its host,
    /// single sign-on returns to it. Without one both work at `http://localhost` only.
    pub public_url: String,
    /// A list of passwords that were stolen elsewhere, sorted by SHA-1, `HASH:COUNT` a line; none if empty. A path
    /// within the data folder or a whole one.
    pub breached_passwords_file: String,
    /// Requests a minute that one session may make, and all together from one address that show no session; a quarter of
    /// it at once. Nought is no limit.
    pub requests_per_minute: u32,
    /// Requests a minute from one address, everybody behind it together. Nought is no limit.
    pub requests_per_minute_from_address: u32,
    /// Addresses of proxies, with commas between, whose `X-Forwarded-For` is believed; this machine's own if not said.
    pub trusted_proxies: String,
    /// Hosts with their ports, with commas between, that webhooks may call although they are not public addresses, and
    /// also over plain HTTP; none if not said.
    pub webhook_hosts: String,
    /// Hosts with their ports, with commas between, at which the identity provider of single sign-on may stand although
    /// they are not public addresses, and also over plain HTTP; none if not said.
    pub sso_hosts: String,
    /// File with the certificate and those above it (PEM). With it Tend speaks TLS itself.
    pub tls_certificate: String,
    /// File with the key of the certificate (PEM).
    pub tls_key: String,
    /// Names, with commas between, for which Tend asks an authority for certificates by ACME and speaks TLS itself; the
    /// port 443 of each must lead to `listen`. None if empty.
    pub acme_domains: String,
    /// The directory of the authority.
    pub acme_directory: String,
    /// Mail addresses, with commas between, to which the authority may write; none if empty.
    pub acme_contact: String,
    /// Whether the operator agreed to the terms of the authority.
    pub acme_terms: Terms,
    /// The id of an account that was made at the authority by hand, where it asks for one (external account binding).
    pub acme_key_id: String,
    /// File with the key of that account in base64url, as the authority showed it.
    pub acme_key_file: String,
    /// Folder, or `s3://BUCKET/PREFIX`, to which everything that is committed is copied within a second; empty is nowhere.
    /// SQLite only.
    pub backup_to: String,
    /// Address of the S3 server; empty is Amazon's for the region.
    pub backup_endpoint: String,
    /// The region that is signed for.
    pub backup_region: String,
    /// Where the name of the bucket stands in an address.
    pub backup_style: BackupStyle,
    /// File with the access key and its secret; else the environment has them.
    pub backup_credentials_file: String,
    /// Command that prints them; it wins over the file.
    pub backup_credentials_command: String,
    /// Megabytes that are kept free in the data folder, so that people can still sign in and read when the disk is full.
    /// Nought is none.
    pub ballast_mb: u32,
    /// Command that prints the master keys, in place of a file or the variable `TEND_MASTER_KEY`; none if empty. Words
    /// with blanks between; no shell reads it.
    pub master_key_command: String,
    /// Where the scanner for viruses listens that is asked about each file of evidence: `host:port` or the path of a
    /// socket of ClamAV's daemon; none if empty.
    pub virus_scanner: String,
    /// The data folder. Not read from the file.
    #[serde(skip)]
    pub data: PathBuf,
}

/// Whether the session cookie may travel without TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SecureCookie {
    /// Only over TLS.
    Yes,
    /// Also over plain HTTP: for loopback and trials.
    #[default]
    No,
}

/// Where the name of a bucket stands in an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BackupStyle {
    /// `https://server/bucket/name`.
    #[default]
    Path,
    /// `https://bucket.server/name`.
    Host,
}

/// Whether the terms of the authority were agreed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Terms {
    /// The operator read them and agreed.
    Agreed,
    /// Not said.
    #[default]
    Open,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8420".into(),
            database: "sqlite".into(),
            firm: "Tend".into(),
            time_zone: "Asia/Shanghai".into(),
            plan_at_minute: 5 * 60,
            secure_cookie: SecureCookie::No,
            public_url: String::new(),
            breached_passwords_file: String::new(),
            requests_per_minute: 1_200,
            requests_per_minute_from_address: 30_000,
            trusted_proxies: "127.0.0.1,::1".into(),
            webhook_hosts: String::new(),
            sso_hosts: String::new(),
            tls_certificate: String::new(),
            tls_key: String::new(),
            acme_domains: String::new(),
            acme_directory: "https://acme-v02.api.letsencrypt.org/directory".into(),
            acme_contact: String::new(),
            acme_terms: Terms::Open,
            acme_key_id: String::new(),
            acme_key_file: String::new(),
            backup_to: String::new(),
            backup_endpoint: String::new(),
            backup_region: "us-east-1".into(),
            backup_style: BackupStyle::Path,
            backup_credentials_file: String::new(),
            backup_credentials_command: String::new(),
            ballast_mb: 64,
            master_key_command: String::new(),
            virus_scanner: String::new(),
            data: PathBuf::from(".data"),
        }
    }
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file exists and cannot be read.
    #[error("reading {path}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is no valid configuration.
    #[error("{path} is not a valid configuration: {source}")]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Where and what.
        source: Box<toml::de::Error>,
    },
    /// There is no such time zone: days would begin and end somewhere else.
    #[error("time_zone: no time zone is called {zone:?}")]
    ZoneUnknown {
        /// What was set.
        zone: String,
    },
}

impl Config {
    /// Reads `DATA/tend.toml` if it is there, then `environment` (name without `TEND_`, value).
    pub fn read(data: &Path, environment: impl IntoIterator<Item = (String, String)>) -> Result<Self, ConfigError> {
        let path = data.join("tend.toml");
        let mut table: toml::Table = match std::fs::read_to_string(&path) {
            Ok(text) => toml::from_str(&text)
                .map_err(|source| ConfigError::Invalid { path: path.clone(), source: Box::new(source) })?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => toml::Table::new(),
            Err(source) => return Err(ConfigError::Unreadable { path, source }),
        };
        let kinds = toml::Table::try_from(Config::default()).unwrap_or_default();
        for (name, value) in environment {
            let name = name.to_lowercase();
            // The environment knows text only. What is a number is said by the setting and not by the text: an id of
            // digits stays an id.
            let number = kinds.get(&name).filter(|kind| kind.is_integer()).and_then(|_| value.parse().ok());
            table.insert(name, number.map_or(toml::Value::String(value), toml::Value::Integer));
        }
        let mut config: Config =
            table.try_into().map_err(|source| ConfigError::Invalid { path, source: Box::new(source) })?;
        if TimeZone::named(&config.time_zone).is_none() {
            return Err(ConfigError::ZoneUnknown { zone: config.time_zone });
        }
        config.data = data.to_path_buf();
        if config.speaks_tls() {
            config.secure_cookie = SecureCookie::Yes;
        }
        Ok(config)
    }

    /// Whether Tend speaks TLS itself. The session cookie then demands it.
    pub fn speaks_tls(&self) -> bool {
        !self.tls_certificate.is_empty() || !self.acme_domains.trim().is_empty()
    }

    /// The proxies that are trusted; what is no address is passed over.
    pub fn trusted_proxies(&self) -> Vec<IpAddr> {
        self.trusted_proxies.split(',').filter_map(|text| text.trim().parse().ok()).collect()
    }

    /// The file of stolen passwords, if one is set.
    pub fn breached_passwords(&self) -> Option<PathBuf> {
        let set = self.breached_passwords_file.trim();
        (!set.is_empty()).then(|| self.data.join(set))
    }

    /// The address of the database as the driver wants it.
    pub fn database_url(&self) -> String {
        if self.database == "sqlite" {
            format!("sqlite://{}?mode=rwc", self.data.join("tend.db").display())
        } else {
            self.database.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, value: &str) -> Result<Config, ConfigError> {
        Config::read(Path::new("nowhere"), [(name.to_owned(), value.to_owned())])
    }

    #[test]
    fn digits_in_the_environment_are_a_number_only_where_a_number_is_asked_for() {
        assert_eq!(read("ACME_KEY_ID", "0012345").expect("an id of digits").acme_key_id, "0012345");
        assert_eq!(read("FIRM", "360").expect("a name of digits").firm, "360");
        assert_eq!(read("BALLAST_MB", "0").expect("a number").ballast_mb, 0);
        assert_eq!(read("PLAN_AT_MINUTE", "330").expect("a number").plan_at_minute, 330);
        for (name, value) in [("BALLAST_MB", "much"), ("PLAN_AT_MINUTE", "-1"), ("NO_SUCH_SETTING", "1")] {
            assert!(matches!(read(name, value), Err(ConfigError::Invalid { .. })), "{name}={value}");
        }
    }

    #[test]
    fn a_zone_that_nobody_knows_is_refused() {
        assert!(read("TIME_ZONE", "Europe/Berlin").is_ok());
        for zone in ["Asia/Shangai", "", "CST-8"] {
            let refused = read("TIME_ZONE", zone);
            assert!(matches!(&refused, Err(ConfigError::ZoneUnknown { zone: told }) if told == zone), "{refused:?}");
        }
    }
}
