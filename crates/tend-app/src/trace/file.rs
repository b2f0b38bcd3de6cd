//! Files of evidence: looked at by their bytes, sealed at rest each with a key of its own, which is sealed with the
//! customer's. Who erases the customer's key has erased the files.

use super::case::load;
use super::{TraceError, store};
use crate::intake::{FileError, VaultReader, VaultWriter, discard_file};
use crate::journal;
use crate::org::Who;
use crate::platform::{App, CustomerKey, Keyring, Scanned, Scanner, SealedPlace, before_wall};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::path::{Path, PathBuf};
use tend_rules::base::*;
use tend_rules::journal::Fact;
use tend_rules::trace::{Content, FileRecord, content_of};

/// The largest file of evidence.
pub const EVIDENCE_BYTES_MAX: u64 = 64 * 1024 * 1024;

pub(super) fn folder(app: &App) -> PathBuf {
    app.config().data.join("evidence")
}

/// The place of a file in a data folder.
pub(super) fn path_in(data: &Path, id: EvidenceId) -> PathBuf {
    data.join("evidence").join(id.to_string())
}

fn path(app: &App, id: EvidenceId) -> PathBuf {
    path_in(&app.config().data, id)
}

/// Whether the file of evidence is on the disk.
pub(super) fn is_kept(app: &App, id: EvidenceId) -> bool {
    path(app, id).is_file()
}

/// A file that is arriving.
#[derive(Debug)]
pub struct Keeping {
    /// The evidence that it will be.
    pub id: EvidenceId,
    key: [u8; 32],
    writer: VaultWriter,
    hash: Sha256,
    size: u64,
}

/// A file that was kept and looked at.
#[derive(Debug)]
pub struct Kept {
    /// The evidence that it will be.
    pub id: EvidenceId,
    /// As the person called it.
    pub name: String,
    /// What it is.
    pub content: Content,
    /// Bytes.
    pub size: u64,
    /// Of its bytes.
    pub sha256: Digest,
    key: [u8; 32],
}

impl Kept {
    /// The key of the file as it is sealed.
    pub(super) fn key_text(&self) -> String {
        Digest(self.key).to_string()
    }
}

impl Keeping {
    /// Begins to keep a file for a trace.
    pub fn begin(app: &App, trace: TraceId) -> Result<Self, TraceError> {
        let (id, key) = (EvidenceId(app.new_id(trace.bucket())), crate::platform::random());
        std::fs::create_dir_all(folder(app))?;
        // The vault binds its blocks to an id of 128 bits, whatever it is the id of.
        let writer = VaultWriter::create(&path(app, id), Keyring::of(key), UploadId(id.0))?;
        Ok(Self { id, key, writer, hash: Sha256::new(), size: 0 })
    }

    /// Adds bytes as they come.
    pub fn add(&mut self, bytes: &[u8]) -> Result<(), TraceError> {
        self.size += bytes.len() as u64;
        if self.size > EVIDENCE_BYTES_MAX {
            return Err(FileError::TooLarge { megabytes_max: EVIDENCE_BYTES_MAX >> 20 }.into());
        }
        self.hash.update(bytes);
        Ok(self.writer.add(bytes)?)
    }

    /// The file is complete: it is safe on the disk, and what it is is known. Blocks for as long as a disk takes.
    ///
    /// # Errors
    /// A type that is not taken; something that the scanner knows, or a scanner that does not answer.
    pub fn finish(self, app: &App, name: &str) -> Result<Kept, TraceError> {
        self.writer.finish()?;
        let again = || VaultReader::open(&path(app, self.id), Keyring::of(self.key), UploadId(self.id.0), self.size);
        let content = content_of(&mut again()?)?.ok_or(TraceError::FileRefused)?;
        scan(app, &mut again()?)?;
        // What a file is called is shown to people: no path, no control characters.
        let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
        let name = name.chars().filter(|c| !c.is_control()).take(120).collect();
        let sha256 = Digest(self.hash.finalize().into());
        Ok(Kept { id: self.id, name, content, size: self.size, sha256, key: self.key })
    }
}

/// Shows a file to the scanner, if the operator named one.
fn scan(app: &App, file: &mut VaultReader) -> Result<(), TraceError> {
    let Some(scanner) = Scanner::of(&app.config().virus_scanner) else { return Ok(()) };
    match scanner.scan(file) {
        Ok(Scanned::Clean) => Ok(()),
        Ok(Scanned::Infected(name)) => {
            tracing::warn!("a file that was to be evidence holds {name} and is not kept");
            Err(TraceError::FileInfected { name })
        }
        Err(error) => Err(TraceError::ScannerAway(error)),
    }
}

/// Forgets a file that did not become evidence. The answer to a commit may be lost although it took effect: a file whose
/// row stands, or of which that cannot be said now, stays; the sweep of the night takes what is nobody's.
pub async fn discard(app: &App, id: EvidenceId) {
    // Whoever sent it may have lost the customer meanwhile, and would not see the row.
    match before_wall(store::known_evidence(app.read(), &[id])).await {
        Ok(known) if known.is_empty() => take_away(app, id),
        Ok(_) => tracing::warn!("{id} became evidence although its commit was not answered"),
        Err(error) => tracing::warn!("whether {id} became evidence is not known: {error}"),
    }
}

/// Takes a file from the disk.
pub(super) fn take_away(app: &App, id: EvidenceId) {
    if let Err(error) = discard_file(&path(app, id)) {
        tracing::warn!("discarding the file of {id}: {error}");
    }
}

/// Opens a file of evidence.
pub(super) fn opened(
    app: &App,
    key: &CustomerKey,
    (id, cell): (EvidenceId, &[u8]),
    size: u64,
) -> Result<VaultReader, TraceError> {
    let key = key_of(key, id, cell)?;
    VaultReader::open(&path(app, id), Keyring::of(key), UploadId(id.0), size).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => TraceError::FileGone,
        _ => TraceError::Disk(error),
    })
}

/// The key of a file, which is sealed with the customer's.
pub(super) fn key_of(key: &CustomerKey, id: EvidenceId, cell: &[u8]) -> Result<[u8; 32], TraceError> {
    let text = key.open(SealedPlace::EvidenceFileKey, id.0, cell)?;
    let key: Digest = serde_json::from_value(json!(text)).map_err(|_| TraceError::Damaged)?;
    Ok(key.0)
}

/// A file of evidence, for a reader in scope. That it was read is a fact of the ledger.
pub async fn read_file(
    app: &App,
    who: &Who,
    id: TraceId,
    evidence: EvidenceId,
) -> Result<(FileRecord, VaultReader), TraceError> {
    let loaded = load(app, app.read(), &who.scope(), id).await?;
    let given = loaded.given.iter().find(|one| one.record.id == evidence).ok_or(TraceError::EvidenceUnknown)?;
    let (Some(file), Some(cell)) = (&given.record.file, &given.file_key_cell) else {
        return Err(TraceError::EvidenceUnknown);
    };
    let reader = opened(app, &loaded.key, (evidence, cell), file.size)?;
    let tx = app.begin().await?;
    let payload = json!({ "trace": id, "evidence": evidence });
    journal::append(app, &tx, who.doer(), Fact::about(loaded.row.customer, "trace", "file_read", payload)).await?;
    tx.commit().await?;
    Ok((file.clone(), reader))
}
