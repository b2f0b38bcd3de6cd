//! Rows of a file, washed on a thread of their own and handed over in chunks: reading, cleaning and writing overlap,
//! and memory holds a few chunks whatever the length of the file.

use super::FileError;
use super::vault::VaultReader;
use crate::platform::{App, Keyring};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::PathBuf;
use tend_rules::base::UploadId;
use tend_rules::intake::*;
use tokio::sync::mpsc;

/// Something that can be read at any place.
pub trait ReadSeek: Read + Seek + Send {}
impl<T: Read + Seek + Send> ReadSeek for T {}

/// Where the bytes of a file are.
#[derive(Debug, Clone)]
pub enum FilePlace {
    /// A plain file of the command line.
    Plain(PathBuf),
    /// A sealed upload.
    Sealed {
        /// The sealed file.
        path: PathBuf,
        /// Its upload.
        upload: UploadId,
        /// Plain bytes.
        size: u64,
        /// The firm's keys.
        keys: Keyring,
    },
}

impl FilePlace {
    /// The place of an upload.
    pub fn of_upload(app: &App, upload: UploadId, size: u64) -> Self {
        Self::Sealed { path: upload_path(app, upload), upload, size, keys: app.keys().clone() }
    }

    /// Opens the bytes.
    pub fn open(&self) -> Result<Box<dyn ReadSeek>, FileError> {
        Ok(match self {
            Self::Plain(path) => Box::new(BufReader::with_capacity(1 << 16, File::open(path)?)),
            Self::Sealed { path, upload, size, keys } => {
                Box::new(VaultReader::open(path, keys.clone(), *upload, *size)?)
            }
        })
    }
}

/// The folder of the sealed files.
pub fn uploads(app: &App) -> PathBuf {
    app.config().data.join("uploads")
}

/// The sealed file of an upload.
pub(super) fn upload_path(app: &App, upload: UploadId) -> PathBuf {
    uploads(app).join(upload.to_string())
}

/// How a file is to be washed.
#[derive(Debug, Clone)]
pub struct WashPlan {
    /// The file.
    pub place: FilePlace,
    /// How it is opened.
    pub options: OpenOptions,
    /// What its columns mean.
    pub mapping: Mapping,
    /// Fixes and edits.
    pub repairs: Repairs,
    /// The day of the file.
    pub rules: CleanRules,
    /// Rows that are settled already.
    pub skip_rows: u64,
    /// Rows in a chunk.
    pub chunk_rows: usize,
}

/// A row after washing.
#[derive(Debug, Clone)]
pub struct WashedRow<T> {
    /// Row number in the source.
    pub row: u32,
    /// The clean row; none if it was refused or left out.
    pub clean: Option<T>,
    /// What was found.
    pub problems: Vec<Problem>,
}

/// Washes a file; chunks arrive in order, an error is the last thing that does.
pub fn wash<T: Send + 'static>(
    plan: WashPlan,
    clean: fn(&Row, &BoundMapping, &CleanRules) -> Washed<T>,
) -> mpsc::Receiver<Result<Vec<WashedRow<T>>, FileError>> {
    let (sender, receiver) = mpsc::channel(2);
    tokio::task::spawn_blocking(move || {
        if let Err(error) = pour(&plan, clean, &sender) {
            // Nobody listens any more when the import was dropped; then there is nobody to tell.
            let _ = sender.blocking_send(Err(error));
        }
    });
    receiver
}

fn pour<T>(
    plan: &WashPlan,
    clean: fn(&Row, &BoundMapping, &CleanRules) -> Washed<T>,
    sender: &mpsc::Sender<Result<Vec<WashedRow<T>>, FileError>>,
) -> Result<(), FileError> {
    let mut source = Source::open(plan.place.open()?, plan.options.clone())?;
    let mut table = source.table()?;
    let mapping = plan.mapping.bind(table.headings())?;
    let repairs = plan.repairs.ready_for(table.headings());
    let mut row = Row::default();
    for _ in 0..plan.skip_rows {
        if !table.read(&mut row)? {
            return Ok(());
        }
    }
    let mut chunk = Vec::with_capacity(plan.chunk_rows);
    while table.read(&mut row)? {
        chunk.push(washed(row.number(), repairs.wash(&row, &mapping, |row| clean(row, &mapping, &plan.rules))));
        if chunk.len() == plan.chunk_rows {
            let full = std::mem::replace(&mut chunk, Vec::with_capacity(plan.chunk_rows));
            if sender.blocking_send(Ok(full)).is_err() {
                return Ok(());
            }
        }
    }
    if !chunk.is_empty() {
        let _ = sender.blocking_send(Ok(chunk));
    }
    Ok(())
}

fn washed<T>(row: u32, repaired: Repaired<T>) -> WashedRow<T> {
    let (clean, problems) = match repaired {
        Repaired::Accepted { clean, problems } => (Some(clean), problems),
        Repaired::Refused { problems } => (None, problems),
        Repaired::Skipped { problem } => (None, vec![problem]),
    };
    WashedRow { row, clean, problems }
}

/// Some rows of a file, washed, in its order: it is read up to the last of them. Blocks: call it on a thread of its own.
pub fn rows_of<T>(
    plan: &WashPlan,
    wanted: &BTreeSet<u32>,
    clean: fn(&Row, &BoundMapping, &CleanRules) -> Washed<T>,
) -> Result<Vec<WashedRow<T>>, FileError> {
    let mut source = Source::open(plan.place.open()?, plan.options.clone())?;
    let mut table = source.table()?;
    let mapping = plan.mapping.bind(table.headings())?;
    let repairs = plan.repairs.ready_for(table.headings());
    let (mut found, mut row) = (Vec::with_capacity(wanted.len()), Row::default());
    while found.len() < wanted.len() && table.read(&mut row)? {
        if wanted.contains(&row.number()) {
            found.push(washed(row.number(), repairs.wash(&row, &mapping, |row| clean(row, &mapping, &plan.rules))));
        }
    }
    Ok(found)
}

/// What a first look at a file tells.
#[derive(Debug)]
pub struct Glance {
    /// The format.
    pub shape: Shape,
    /// The row of the headings.
    pub heading_row: Option<u32>,
    /// The first rows.
    pub preview: Vec<Vec<String>>,
    /// What its columns look like.
    pub survey: Survey,
    /// Whether the rows are customers or order lines, by the headings.
    pub kind: RowKind,
    /// Rows in all, estimated from the size where the file is long.
    pub rows_about: u64,
}

const PREVIEW_ROWS: usize = 20;

/// Looks at the beginning of a file. Blocks: call it on a thread of its own.
pub fn glance(place: &FilePlace, options: OpenOptions, today: tend_rules::base::Day) -> Result<Glance, FileError> {
    let mut source = Source::open(place.open()?, options)?;
    let shape = source.shape().clone();
    let mut table = source.table()?;
    let (headings, heading_row) = (table.headings().to_vec(), table.heading_row());
    let mut survey = Survey::new(&headings, today);
    let (mut preview, mut row) = (Vec::new(), Row::default());
    let mut whole = true;
    while table.read(&mut row)? {
        if preview.len() < PREVIEW_ROWS {
            preview.push((0..headings.len()).map(|index| row.cell(index).chars().take(200).collect()).collect());
        }
        survey.see(&row);
        if survey.rows as usize >= SURVEY_ROWS {
            whole = !table.read(&mut row)?;
            break;
        }
    }
    drop(table);
    let kind = kind_of_rows(&headings);
    let rows_about = if whole { u64::from(survey.rows) } else { count_rows(&mut source)? };
    Ok(Glance { shape, heading_row, preview, survey, kind, rows_about })
}

/// Counts the rows of a long file: a pass without cleaning, so that progress can be told in shares.
fn count_rows<R: Read + Seek>(source: &mut Source<R>) -> Result<u64, FileError> {
    let mut table = source.table()?;
    let (mut rows, mut row) = (0, Row::default());
    while table.read(&mut row)? {
        rows += 1;
    }
    Ok(rows)
}
