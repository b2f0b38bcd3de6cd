//! What is kept in `DATA/acme`, readable by its owner only: the account with its key, the certificate with its key, and
//! how the last try went. Certificate and key stand in one file, so that one never lies there without the other. None of
//! it is in a backup: after a restore on another machine both are asked for anew.

use crate::tls::certificate::{Life, Pair};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// The folder.
#[derive(Debug)]
pub struct Kept(PathBuf);

/// The account at an authority.
#[derive(Debug, Serialize, Deserialize)]
pub struct KeptAccount {
    /// Whose it is.
    pub directory: String,
    pub contact: Vec<String>,
    /// With the private key, as the library writes it.
    pub credentials: Value,
}

/// How the last try went, and for what.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    pub directory: String,
    pub domains: Vec<String>,
    /// When the authority was asked last, in milliseconds since 1970.
    pub tried_ms: u64,
    /// Tries without success since the last that had one.
    pub failures: u32,
    /// Why the last failed: a word that the sentences know, and what the other side said.
    pub fault: Option<(String, String)>,
}

const ACCOUNT: &str = "account.json";
const CERTIFICATE: &str = "certificate.pem";
const STATE: &str = "state.json";

impl Kept {
    /// In the data folder; nothing is made yet.
    pub fn at(data: &Path) -> Self {
        Self(data.join("acme"))
    }

    /// The account, if one can be read.
    pub fn account(&self) -> Option<KeptAccount> {
        self.read(ACCOUNT)
    }

    /// The certificate with its key, if it can be read.
    pub fn certificate(&self) -> Option<(Pair, Life)> {
        let text = fs::read(self.0.join(CERTIFICATE)).ok()?;
        let pair = Pair::of(&text, &text).ok()?;
        let life = pair.life().ok()?;
        Some((pair, life))
    }

    /// How the last try went.
    pub fn state(&self) -> State {
        self.read(STATE).unwrap_or_default()
    }

    /// Whether others than the owner may read or go into it.
    pub fn is_open_to_others(&self) -> bool {
        let paths = [self.0.clone(), self.0.join(ACCOUNT), self.0.join(CERTIFICATE)];
        paths.iter().any(|path| fs::metadata(path).is_ok_and(|found| found.permissions().mode() & 0o077 != 0))
    }

    pub(super) fn set_account(&self, account: &KeptAccount) -> io::Result<()> {
        self.write(ACCOUNT, &serde_json::to_vec_pretty(account)?)
    }

    pub(super) fn forget_account(&self) -> io::Result<()> {
        fs::remove_file(self.0.join(ACCOUNT))
    }

    pub(super) fn set_certificate(&self, pem: &str) -> io::Result<()> {
        self.write(CERTIFICATE, pem.as_bytes())
    }

    pub(super) fn set_state(&self, state: &State) -> io::Result<()> {
        self.write(STATE, &serde_json::to_vec_pretty(state)?)
    }

    fn read<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        serde_json::from_slice(&fs::read(self.0.join(name)).ok()?).ok()
    }

    /// Whole or not at all.
    fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.0)?;
        let part = self.0.join(format!("{name}.part"));
        // One that a kill left behind may have other rights.
        let _ = fs::remove_file(&part);
        let mut file = File::options().write(true).create_new(true).mode(0o600).open(&part)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&part, self.0.join(name))?;
        File::open(&self.0)?.sync_all()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_for_its_owner_only() {
        let place = tempfile::tempdir().expect("a folder");
        let kept = Kept::at(place.path());
        assert_eq!(kept.state(), State::default());
        let state = State { failures: 2, domains: vec!["a.example".into()], ..State::default() };
        kept.set_state(&state).expect("written");
        kept.set_certificate("nothing").expect("written");
        assert_eq!(kept.state(), state);
        assert!(kept.certificate().is_none(), "what is no certificate is none");
        for path in ["acme", "acme/state.json", "acme/certificate.pem"] {
            let mode = fs::metadata(place.path().join(path)).expect("there").permissions().mode() & 0o777;
            assert_eq!(mode & 0o077, 0, "{path}: {mode:o}");
        }
        assert!(!kept.is_open_to_others());
        fs::set_permissions(place.path().join("acme"), fs::Permissions::from_mode(0o750)).expect("set");
        assert!(kept.is_open_to_others());
    }
}
