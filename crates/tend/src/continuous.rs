//! The continuous backup beside the server: a thread that copies what is committed to `backup_to`, and tells how far it is.

use crate::failure::{Exit, Failure, chain};
use serde_json::json;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;
use tend_app::App;
use tend_app::platform::{BackupSeen, BackupStyle, Config, Standing};
use tend_backup::{Copier, Credentials, Folder, S3, S3Settings, Settings, Store, Style};

/// Folders of the data folder whose files are named by rows.
pub const FOLDERS: [&str; 4] = ["uploads", "recordings", "evidence", "attachments"];

/// The newest head of the ledger: a restored database must hold it.
pub const MARK: &str = "SELECT number || ':' || hex(signature) FROM ledger_head ORDER BY number DESC LIMIT 1";

const LOOK_EVERY: Duration = Duration::from_millis(300);
const SNAPSHOT_EVERY: Duration = Duration::from_secs(24 * 3600);
const RETENTION: Duration = Duration::from_secs(7 * 24 * 3600);
/// After something went wrong: until the next try.
const BREATH: Duration = Duration::from_secs(1);

/// A backup that runs; to be stopped before the program ends, so that the last commits go too.
#[derive(Debug)]
pub struct Continuous {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

/// How the name of a bucket begins.
const BUCKET: &str = "s3://";

/// Whether a second place is a bucket, not a folder.
pub fn is_bucket(named: &str) -> bool {
    named.starts_with(BUCKET)
}

/// The second place of that name: a folder, or `s3://BUCKET/PREFIX` at the server of the settings. Nobody is asked yet.
pub fn store(named: &str, config: &Config) -> Result<Arc<dyn Store>, Failure> {
    let Some(place) = named.strip_prefix(BUCKET) else { return Ok(Arc::new(Folder::at(Path::new(named)))) };
    let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
    let endpoint = config.backup_endpoint.trim();
    let is_address = endpoint.is_empty() || endpoint.starts_with("https://") || endpoint.starts_with("http://");
    let unusable = || Failure::refused("backup_place_unusable", json!({ "place": named, "endpoint": endpoint }));
    if bucket.is_empty() || !is_address {
        return Err(unusable());
    }
    let credentials = if !config.backup_credentials_command.is_empty() {
        Credentials::Command(config.backup_credentials_command.clone())
    } else if !config.backup_credentials_file.is_empty() {
        Credentials::File(config.data.join(&config.backup_credentials_file))
    } else {
        Credentials::Environment
    };
    credentials.check().map_err(|error| {
        Failure::new(Exit::Refused, "backup_credentials_unusable", json!({ "place": named })).because(error)
    })?;
    let style = match config.backup_style {
        BackupStyle::Path => Style::Path,
        BackupStyle::Host => Style::Host,
    };
    let settings = S3Settings {
        bucket: bucket.to_owned(),
        prefix: prefix.to_owned(),
        endpoint: endpoint.to_owned(),
        region: config.backup_region.clone(),
        style,
        credentials,
    };
    let s3 = S3::at(&settings).map_err(|error| unusable().because(error))?;
    Ok(Arc::new(s3))
}

/// Begins, if the settings name a second place and the database is a file.
pub fn start(app: &App) -> Result<Option<Continuous>, Failure> {
    let config = app.config();
    if config.backup_to.is_empty() || config.database != "sqlite" {
        return Ok(None);
    }
    let store = store(&config.backup_to, config)?;
    let settings = Settings {
        database: config.data.join("tend.db"),
        data: config.data.clone(),
        folders: FOLDERS.map(str::to_owned).to_vec(),
        mark: Some(MARK),
        look_every: LOOK_EVERY,
        snapshot_every: SNAPSHOT_EVERY,
        retention: RETENTION,
    };
    let standing = app.kept::<Standing>();
    standing.set_backup(BackupSeen::default());
    let stop = Arc::new(AtomicBool::new(false));
    let stopping = Arc::clone(&stop);
    let work = move || copy(&settings, &store, &standing, &stopping);
    let thread = std::thread::Builder::new().name("backup".into()).spawn(work).map_err(Failure::unexpected)?;
    Ok(Some(Continuous { stop, thread }))
}

impl Continuous {
    /// Copies what was committed last and ends.
    pub fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        let _ = self.thread.join();
    }
}

fn copy(settings: &Settings, store: &Arc<dyn Store>, told: &Standing, stop: &AtomicBool) {
    let reached = Arc::new(Mutex::new(tend_backup::Standing::default()));
    let mut copier = None;
    let mut was_well = true;
    loop {
        let ends = stop.load(Ordering::Relaxed);
        let looked = match &mut copier {
            Some(copier) => Copier::look(copier),
            None => Copier::begin(settings.clone(), Arc::clone(store), Arc::clone(&reached))
                .map(|begun| copier = Some(begun)),
        };
        let error = looked.err().map(|error| chain(&error));
        if let (Some(error), true) = (&error, was_well) {
            tracing::error!("the backup to {}: {error}", store.title());
        }
        let is_well = error.is_none();
        if is_well && !was_well {
            tracing::warn!("the backup to {} goes on", store.title());
        }
        was_well = is_well;
        let reached = reached.lock().map(|reached| reached.clone()).unwrap_or_default();
        let (whole_at_ms, snapshot_at_ms) = (reached.whole_at_ms, reached.snapshot_at_ms);
        told.set_backup(BackupSeen { whole_at_ms, snapshot_at_ms, error });
        if ends {
            return;
        }
        std::thread::sleep(if is_well { settings.look_every } else { BREATH });
    }
}
