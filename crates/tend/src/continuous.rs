//! The continuous backup beside the server: a thread that copies what is committed to `backup_to`, and tells how far it is.

use crate::failure::chain;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;
use tend_app::App;
use tend_app::platform::{BackupSeen, Standing};
use tend_backup::{Copier, Folder, Settings, Store};

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

/// The second place as the settings name it.
pub fn store(named: &str) -> Arc<dyn Store> {
    Arc::new(Folder::at(std::path::Path::new(named)))
}

/// Begins, if the settings name a second place and the database is a file.
pub fn start(app: &App) -> Option<Continuous> {
    let config = app.config();
    if config.backup_to.is_empty() || config.database != "sqlite" {
        return None;
    }
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
    let (store, stop) = (store(&config.backup_to), Arc::new(AtomicBool::new(false)));
    let stopping = Arc::clone(&stop);
    let work = move || copy(&settings, &store, &standing, &stopping);
    match std::thread::Builder::new().name("backup".into()).spawn(work) {
        Ok(thread) => Some(Continuous { stop, thread }),
        Err(error) => {
            tracing::error!("starting the backup: {error}");
            None
        }
    }
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
