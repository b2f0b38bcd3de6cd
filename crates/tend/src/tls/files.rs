//! A certificate from files that somebody else renews: certbot, lego or the firm's own authority write them. They are
//! looked at every few seconds; a pair that cannot be read leaves the one in use as it is, and says so in the log.

use super::Tls;
use super::certificate::{Life, Pair};
use crate::failure::{Exit, Failure};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tend_app::platform::Config;
use tokio_rustls::rustls::ServerConfig;

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(5);

/// The two files.
#[derive(Debug)]
pub(super) struct Files {
    certificate: PathBuf,
    key: PathBuf,
}

/// When a file was written, and its length.
type Stamp = Option<(SystemTime, u64)>;

impl Files {
    /// As the configuration says, with what they hold.
    pub fn of(config: &Config) -> Result<(Self, Arc<ServerConfig>), Failure> {
        let files = Self { certificate: config.tls_certificate.clone().into(), key: config.tls_key.clone().into() };
        let (ready, _) = files.read().map_err(|why| {
            let params = json!({ "certificate": files.certificate, "key": files.key });
            Failure::new(Exit::Refused, "certificate_unusable", params).because(why)
        })?;
        Ok((files, ready))
    }

    fn read(&self) -> Result<(Arc<ServerConfig>, Option<Life>), String> {
        let pair = Pair::read(&self.certificate, &self.key)?;
        let life = pair.life().ok();
        Ok((pair.ready()?, life))
    }

    /// Takes up what the files say whenever they change; never ends.
    pub async fn watch(&self, tls: &Tls) {
        let stamps = || [stamp(&self.certificate), stamp(&self.key)];
        let mut seen = stamps();
        let mut lasts = self.read().ok().and_then(|(_, life)| life);
        tls.tell(lasts.clone(), None);
        loop {
            tokio::time::sleep(LOOK).await;
            let now = stamps();
            if now == seen {
                continue;
            }
            // The pair is written file by file: what does not fit yet is looked at again.
            match self.read() {
                Ok((ready, life)) => {
                    seen = now;
                    tls.take_up(ready);
                    lasts = life;
                    tls.tell(lasts.clone(), None);
                    tracing::info!("the certificate in {} was taken up", self.certificate.display());
                }
                Err(why) => {
                    tracing::warn!("the certificate in {} stays unused: {why}", self.certificate.display());
                    tls.tell(lasts.clone(), Some(why));
                }
            }
        }
    }
}

fn stamp(path: &Path) -> Stamp {
    let found = std::fs::metadata(path).ok()?;
    Some((found.modified().ok()?, found.len()))
}
