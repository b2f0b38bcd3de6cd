//! Uploads and batches as other rooms use them: thin verbs over the tables of this room.

use super::store::{batches, problems, uploads};
use super::stream::{FilePlace, upload_path};
use super::vault::{VaultWriter, discard_file};
use super::{Batch, FileError, ProblemRow, Tally, Upload};
use crate::platform::{App, Db, Keyring, Tx};
use sea_orm::{ConnectionTrait, DbErr};
use sha2::{Digest, Sha256};
use std::io::Read;
use std::path::Path;
use tend_rules::base::*;
use tend_rules::intake::{Mapping, Problem, heading_fingerprint};
use tend_rules::org::Scope;
use uuid::Uuid;

/// The largest upload.
pub const UPLOAD_BYTES_MAX: u64 = 200 * 1024 * 1024;

/// An upload that is arriving.
#[derive(Debug)]
pub struct Arriving {
    /// Its id.
    pub id: UploadId,
    writer: VaultWriter,
    hash: Sha256,
    size: u64,
}

impl Arriving {
    /// Begins to keep a file.
    pub fn begin(app: &App) -> Result<Self, FileError> {
        let id = UploadId(app.new_free_id());
        let path = upload_path(app, id);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let writer = VaultWriter::create(&path, app.keys().clone(), id)?;
        Ok(Self { id, writer, hash: Sha256::new(), size: 0 })
    }

    /// Adds bytes as they come.
    pub fn add(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        self.size += bytes.len() as u64;
        if self.size > UPLOAD_BYTES_MAX {
            return Err(FileError::TooLarge { megabytes_max: UPLOAD_BYTES_MAX >> 20 });
        }
        self.hash.update(bytes);
        Ok(self.writer.add(bytes)?)
    }

    /// The file is complete: its size and hash.
    pub fn finish(self) -> Result<(u64, String), FileError> {
        self.writer.finish()?;
        Ok((self.size, hex(&self.hash.finalize())))
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Forgets the file of an upload that did not become one.
pub fn discard(app: &App, id: UploadId) {
    if let Err(error) = discard_file(&upload_path(app, id)) {
        tracing::warn!("discarding the upload {id}: {error}");
    }
}

/// The uploads of a database whose files in a data folder are missing or are not what was kept. Reads every file.
pub async fn uploads_without_file(db: &Db, keys: &Keyring, data: &Path) -> Result<Vec<UploadId>, FileError> {
    let mut unfit = Vec::new();
    for (upload, size, sha256) in uploads::every_upload(db.read()).await? {
        let path = data.join("uploads").join(upload.to_string());
        let place = FilePlace::Sealed { path, upload, size: size.unsigned_abs(), keys: keys.clone() };
        let fits = tokio::task::spawn_blocking(move || hash_of(&place).is_ok_and(|hash| hash == sha256)).await;
        if !fits.unwrap_or(false) {
            unfit.push(upload);
        }
    }
    Ok(unfit)
}

/// The hash of a file. Blocks.
pub fn hash_of(place: &FilePlace) -> Result<String, FileError> {
    let (mut bytes, mut hash) = (place.open()?, Sha256::new());
    let mut buffer = vec![0; 1 << 16];
    loop {
        match bytes.read(&mut buffer)? {
            0 => return Ok(hex(&hash.finalize())),
            count => hash.update(&buffer[..count]),
        }
    }
}

/// Keeps an upload.
pub async fn keep_upload(app: &App, tx: &Tx, upload: &Upload) -> Result<(), FileError> {
    uploads::insert_upload(&**tx, upload, app.now()).await?;
    Ok(())
}

/// An upload within a scope.
pub async fn upload(app: &App, scope: &Scope, id: UploadId) -> Result<Upload, FileError> {
    uploads::upload(app.read(), scope, id).await?.ok_or(FileError::UploadNotFound)
}

/// Begins a check; whatever an earlier one of the upload still finds is not kept.
pub async fn begin_check(tx: &Tx, id: UploadId, check: CheckId, result: &serde_json::Value) -> Result<(), DbErr> {
    uploads::begin_check(&**tx, id, check, &result.to_string()).await.map(drop)
}

/// Keeps what a check found, unless another one took its place. The first thing in its transaction: who begins another
/// one meanwhile waits until this one is kept.
pub async fn keep_check(tx: &Tx, id: UploadId, check: CheckId, result: &serde_json::Value) -> Result<Step, DbErr> {
    Ok(Step::of(uploads::set_check(&**tx, id, check, &result.to_string()).await?))
}

/// The mapping that was last used for a file with these headings.
pub async fn remembered(app: &App, headings: &[String]) -> Result<Option<Mapping>, FileError> {
    let text = uploads::mapping(app.read(), &heading_fingerprint(headings)).await?;
    Ok(text.and_then(|text| Mapping::read(&text).ok()))
}

/// Remembers a mapping for files with these headings.
pub async fn remember(app: &App, tx: &Tx, headings: &[String], mapping: &Mapping) -> Result<(), FileError> {
    uploads::remember_mapping(&**tx, &heading_fingerprint(headings), &mapping.to_toml(), app.now()).await?;
    Ok(())
}

/// Makes a batch.
pub async fn open_batch(tx: &Tx, batch: &Batch) -> Result<(), DbErr> {
    batches::insert_batch(&**tx, batch).await.map(drop)
}

/// A batch by id.
pub async fn batch(db: &impl ConnectionTrait, id: BatchId) -> Result<Option<Batch>, DbErr> {
    batches::batch(db, id).await
}

/// A batch by name.
pub async fn batch_named(db: &impl ConnectionTrait, name: &str) -> Result<Option<Batch>, DbErr> {
    batches::batch_named(db, name).await
}

/// Batches behind one whose options say something with these words: for what an earlier version kept in them.
pub async fn batches_saying(app: &App, words: &str, behind: BatchId, limit: i64) -> Result<Vec<Batch>, DbErr> {
    batches::batches_saying(app.read(), words, behind, limit).await
}

/// Writes options and repairs of a batch anew, unless its options changed meanwhile.
pub async fn reword_batch(tx: &Tx, batch: &Batch, options: &str, repairs: &str) -> Result<Step, DbErr> {
    Ok(Step::of(batches::reword(&**tx, batch, options, repairs).await?))
}

/// The batches of the units above and below a unit, newest first.
pub async fn batches_in_line(
    app: &App,
    unit: UnitId,
    before: Option<BatchId>,
    limit: i64,
) -> Result<Vec<Batch>, DbErr> {
    batches::batches_in_line(app.read(), unit, before, limit).await
}

/// Whether a step of a batch was ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It was taken.
    Taken,
    /// Somebody else moved the batch meanwhile.
    Lost,
}

impl Step {
    const fn of(rows: u64) -> Self {
        if rows == 1 { Step::Taken } else { Step::Lost }
    }
}

/// Moves a batch on by a chunk, in the transaction that writes it.
pub async fn advance(tx: &Tx, id: BatchId, rows_done: i64, tally: Tally) -> Result<Step, DbErr> {
    Ok(Step::of(batches::advance(&**tx, id, rows_done, tally).await?))
}

/// Moves a batch from one state to another.
pub async fn turn(
    tx: &Tx,
    id: BatchId,
    (from, to): (&str, &str),
    failure: Option<&str>,
    finished_at: Option<Instant>,
) -> Result<Step, DbErr> {
    Ok(Step::of(batches::turn(&**tx, id, from, to, failure, finished_at).await?))
}

/// Notes how far the taking back has come.
pub async fn wind_back(tx: &Tx, id: BatchId, (from, to): (i64, i64)) -> Result<Step, DbErr> {
    Ok(Step::of(batches::wind_back(&**tx, id, from, to).await?))
}

/// Keeps the problems of rows. `of` is the batch, or the upload that is checked.
pub async fn keep_problems(
    app: &App,
    tx: &Tx,
    of: Uuid,
    rows: impl Iterator<Item = (u32, &[Problem])>,
) -> Result<(), DbErr> {
    let shaped: Vec<ProblemRow> = rows
        .flat_map(|(row, problems)| {
            problems.iter().enumerate().map(move |(place, problem)| ProblemRow {
                row: i64::from(row),
                place: place as i32,
                column: problem.heading.clone(),
                code: problem.code.word().into(),
                severity: problem.severity.word().into(),
                text: problem.text.clone(),
                suggestion: problem.suggestion.clone(),
                reason: String::new(),
            })
        })
        .collect();
    problems::insert_problems(&**tx, app.keys(), of, &shaped).await
}

/// Forgets the problems of an earlier check.
pub async fn forget_problems(tx: &Tx, of: Uuid) -> Result<(), DbErr> {
    problems::delete_problems(&**tx, of).await.map(drop)
}

/// Problems behind a row and place, in the order of the file; only of a code and of a column where those are named.
pub async fn problems(
    app: &App,
    of: Uuid,
    kind: (Option<&str>, Option<&str>),
    behind: (i64, i32),
    limit: i64,
) -> Result<Vec<ProblemRow>, DbErr> {
    problems::problems(app.read(), app.keys(), of, kind, behind, limit).await
}

/// How many problems there are of each kind: code, column, severity, count.
pub async fn problem_kinds(app: &App, of: Uuid) -> Result<Vec<(String, String, String, i64)>, DbErr> {
    problems::problem_kinds(app.read(), of).await
}
