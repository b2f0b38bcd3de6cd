//! How the program stands, as its watchmen saw it last: whether it may write, how far the backup is, how long the
//! certificate lasts. In memory only; the program fills it, the API tells it. Knows neither disks nor backups.

use serde::Serialize;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::watch;
use utoipa::ToSchema;

/// Whether changes are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Writes {
    /// As always.
    Open,
    /// The disk is full: reading and sign-in go on, changes are refused until there is room.
    DiskFull,
}

/// What the continuous backup reached.
#[derive(Debug, Clone, Default)]
pub struct BackupSeen {
    /// When everything committed was in the second place, in milliseconds since 1970; 0 if never.
    pub whole_at_ms: u64,
    /// When the newest snapshot was made; 0 if none was yet.
    pub snapshot_at_ms: u64,
    /// Why it does not go on.
    pub error: Option<String>,
}

/// The disk of the data folder.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct DiskSeen {
    /// Bytes that may still be written.
    pub free_bytes: u64,
    /// Days until it is full at the pace of the last week; none if there is no such pace.
    pub days_left: Option<u64>,
}

/// The certificate with which the program speaks.
#[derive(Debug, Clone)]
pub struct CertificateSeen {
    /// The names it is for.
    pub names: Vec<String>,
    /// From when to when it holds, in milliseconds since 1970; none until there is one.
    pub life_ms: Option<Range<u64>>,
    /// Who brings the next one.
    pub renewed_by: RenewedBy,
    /// Why the last try to renew it failed.
    pub error: Option<String>,
}

/// Who brings the next certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RenewedBy {
    /// Somebody else writes the files.
    Files,
    /// The program asks an authority (ACME).
    Authority,
}

const DAY_MS: u64 = 86_400_000;
/// A certificate is told of so long before its end; one with a short life in its last quarter.
const LEFT_MS_MIN: u64 = 21 * DAY_MS;

/// Whether a certificate should have been renewed by now.
pub fn ends_soon(life_ms: &Range<u64>, now_ms: u64) -> bool {
    let whole = life_ms.end.saturating_sub(life_ms.start);
    life_ms.end.saturating_sub(now_ms) < LEFT_MS_MIN.min(whole / 4)
}

/// The one of a program: `app.kept::<Standing>()`.
#[derive(Debug)]
pub struct Standing {
    writes: watch::Sender<Writes>,
    no_room: AtomicBool,
    backup: Mutex<Option<BackupSeen>>,
    disk: Mutex<Option<DiskSeen>>,
    certificate: Mutex<Option<CertificateSeen>>,
}

impl Default for Standing {
    fn default() -> Self {
        Self {
            writes: watch::Sender::new(Writes::Open),
            no_room: AtomicBool::new(false),
            backup: Mutex::default(),
            disk: Mutex::default(),
            certificate: Mutex::default(),
        }
    }
}

const NOBODY_PANICS: &str = "nobody panics while holding what was seen";

impl Standing {
    /// Whether changes are taken.
    pub fn writes(&self) -> Writes {
        *self.writes.borrow()
    }

    /// Hears of every change of it.
    pub fn follow_writes(&self) -> watch::Receiver<Writes> {
        self.writes.subscribe()
    }

    /// Says whether changes are taken from now on.
    pub fn set_writes(&self, writes: Writes) {
        self.writes.send_if_modified(|now| std::mem::replace(now, writes) != writes);
    }

    /// A write found no room: whoever watches the disk should look at once.
    pub fn note_no_room(&self) {
        self.no_room.store(true, Ordering::Relaxed);
    }

    /// Whether a write found no room since this was asked last.
    pub fn found_no_room(&self) -> bool {
        self.no_room.swap(false, Ordering::Relaxed)
    }

    /// What the backup reached; none where none is kept.
    pub fn backup(&self) -> Option<BackupSeen> {
        self.backup.lock().expect(NOBODY_PANICS).clone()
    }

    /// The disk as it was seen last.
    pub fn disk(&self) -> Option<DiskSeen> {
        *self.disk.lock().expect(NOBODY_PANICS)
    }

    /// Notes how the disk is.
    pub fn set_disk(&self, seen: DiskSeen) {
        *self.disk.lock().expect(NOBODY_PANICS) = Some(seen);
    }

    /// The certificate; none where the program speaks no TLS.
    pub fn certificate(&self) -> Option<CertificateSeen> {
        self.certificate.lock().expect(NOBODY_PANICS).clone()
    }

    /// Notes how the certificate is.
    pub fn set_certificate(&self, seen: CertificateSeen) {
        *self.certificate.lock().expect(NOBODY_PANICS) = Some(seen);
    }

    /// Notes what the backup reached.
    pub fn set_backup(&self, seen: BackupSeen) {
        *self.backup.lock().expect(NOBODY_PANICS) = Some(seen);
    }
}
