//! The check of an upload: its whole file is read under a mapping, its problems are kept, the rows that look like known
//! customers are counted and noted; nothing is imported.

use super::ImportError;
use super::choice::CHOICES_MAX;
use super::job::{QUEUE, open_options};
use super::repairs;
use super::settle::digests_of;
use super::told::{self, Pace};
use crate::customer::store::cells::{self, Few};
use crate::intake::{self, FileError, FilePlace, Step, Upload, WashPlan, WashedRow};
use crate::journal;
use crate::platform::{App, JobRequest, Refusal, Tx, enqueue};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::HashSet;
use tend_rules::base::*;
use tend_rules::intake::*;
use tend_rules::journal::{Doer, Fact};
use tend_rules::org::Scope;

/// Makes the job that checks an upload under a mapping, in the place of any earlier check. The journal of the firm tells
/// of it: how many rows are alike says of a file of one row whether its number is on file.
pub async fn start_check(
    app: &App,
    tx: &Tx,
    doer: Doer,
    upload: &Upload,
    mapping: &Mapping,
    repairs: &Repairs,
) -> Result<CheckId, ImportError> {
    let shape: Value = serde_json::from_str(&upload.shape).unwrap_or_default();
    let headings: Vec<String> = serde_json::from_value(shape["headings"].clone()).unwrap_or_default();
    mapping.bind(&headings).map_err(FileError::from)?;
    let state = json!({ "state": "running", "rows_done": 0, "rows_total": shape["rows_about"] });
    let check = CheckId(app.new_free_id());
    intake::begin_check(tx, upload.id, check, &state).await?;
    let sealed = repairs::for_check(app, check, repairs);
    let payload = json!({ "upload": upload.id, "check": check, "mapping": mapping, "repairs": sealed });
    let dedup_key = format!("check {} {check}", upload.id);
    enqueue(app, tx, JobRequest { queue: QUEUE, kind: "check", dedup_key, payload }).await?;
    let told = json!({
        "upload": upload.id, "file": upload.file_name, "rows_about": shape["rows_about"], "edits": repairs.edits.len(),
    });
    journal::append(app, tx, doer, Fact::of_firm("batch", "check_begun", told)).await?;
    Ok(check)
}

/// Whether a check is the last one of an upload, has ended and was of this mapping with these repairs.
pub(super) fn is_last(app: &App, upload: &Upload, check: CheckId, mapping: &Mapping, repairs: &Repairs) -> bool {
    let found: Value = serde_json::from_str(&upload.check_result).unwrap_or_default();
    upload.check_id == Some(check) && found["state"] == "done" && found["of"] == mark_of(app, mapping, repairs)
}

/// The rows that the last check of an upload noted, if it has ended and was of this mapping with these repairs.
pub(super) fn noted_rows(app: &App, upload: &Upload, mapping: &Mapping, repairs: &Repairs) -> Option<Vec<AlikeNote>> {
    let mut found: Value = serde_json::from_str(&upload.check_result).unwrap_or_default();
    let fits = found["state"] == "done" && found["of"] == mark_of(app, mapping, repairs);
    fits.then(|| serde_json::from_value(found["alike"].take()).unwrap_or_default())
}

/// What tells one check of a file from another. Keyed: of a bare digest over one typed number the number could be guessed.
fn mark_of(app: &App, mapping: &Mapping, repairs: &Repairs) -> String {
    format!("{:016x}", app.keys().digest("check", &json!([mapping, repairs]).to_string()))
}

pub(super) fn upload_id(payload: &Value) -> Result<UploadId, FileError> {
    serde_json::from_value(payload["upload"].clone()).map_err(|_| FileError::UploadNotFound)
}

pub(super) fn check_id(payload: &Value) -> Result<CheckId, FileError> {
    serde_json::from_value(payload["check"].clone()).map_err(|_| FileError::UploadNotFound)
}

pub(super) async fn check_job(app: &App, payload: &Value) -> Result<(), ImportError> {
    let read = |key: &str| payload[key].clone();
    let (upload, check) = (upload_id(payload)?, check_id(payload)?);
    let mapping: Mapping = serde_json::from_value(read("mapping")).map_err(|_| FileError::UploadNotFound)?;
    let repairs = repairs::of_check(app, check, payload)?;
    let upload = intake::upload(app, &Scope::Firm, upload).await?;
    let result = match check_upload(app, &upload, check, mapping, repairs).await {
        Err(ImportError::File(error)) => json!({ "state": "failed", "why": error.code() }),
        other => match other? {
            Some(result) => result,
            None => return Ok(()),
        },
    };
    let tx = app.begin().await?;
    if intake::keep_check(&tx, upload.id, check, &result).await? == Step::Taken {
        told::tell_checked(&tx, &upload, "checked");
        tx.commit().await?;
    }
    Ok(())
}

/// Reads a whole upload under a mapping: problems are kept, duplicates counted, nothing is imported. Answers what it
/// found, or nothing once another check of the upload was asked for.
async fn check_upload(
    app: &App,
    upload: &Upload,
    check: CheckId,
    mapping: Mapping,
    repairs: Repairs,
) -> Result<Option<Value>, ImportError> {
    let shape: Value = serde_json::from_str(&upload.shape).unwrap_or_default();
    let mut count = Counts::of(check, mark_of(app, &mapping, &repairs));
    let tx = app.begin().await?;
    if intake::keep_check(&tx, upload.id, check, &count.told("running", &shape)).await? == Step::Lost {
        return Ok(None);
    }
    intake::forget_problems(&tx, upload.id.0).await?;
    tx.commit().await?;
    let plan = WashPlan {
        place: FilePlace::of_upload(app, upload.id, upload.size_bytes.unsigned_abs()),
        options: open_options(&shape),
        mapping,
        repairs,
        rules: CleanRules::on(app.today()),
        skip_rows: 0,
        chunk_rows: 2000,
    };
    match plan.mapping.kind {
        RowKind::Customers => {
            let (mut seen, mut chunks) = (SeenInFile::default(), intake::wash(plan, clean_row));
            while let Some(rows) = chunks.recv().await {
                let rows: Vec<WashedRow<CleanRow>> = rows?;
                count.duplicates(app, &mut seen, &rows).await?;
                if count.keep(app, upload, &shape, &rows).await? == Step::Lost {
                    return Ok(None);
                }
            }
        }
        RowKind::Orders => {
            let mut chunks = intake::wash(plan, clean_order_line);
            while let Some(rows) = chunks.recv().await {
                if count.keep(app, upload, &shape, &rows?).await? == Step::Lost {
                    return Ok(None);
                }
            }
        }
    }
    Ok(Some(count.told("done", &shape)))
}

/// A row that looks like a known customer or repeats an earlier row. Only its place: what it says stays in the file.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct AlikeNote {
    pub row: u32,
    /// The earlier row.
    pub twin: Option<u32>,
}

#[derive(Debug)]
struct Counts {
    check: CheckId,
    of: String,
    rows: u64,
    rejected: u64,
    in_file: u64,
    in_database: u64,
    /// The first rows that are alike; a person looks at no more.
    alike: Vec<AlikeNote>,
    pace: Pace,
}

impl Counts {
    fn of(check: CheckId, of: String) -> Self {
        let (alike, pace) = Default::default();
        Self { check, of, rows: 0, rejected: 0, in_file: 0, in_database: 0, alike, pace }
    }

    async fn duplicates(
        &mut self,
        app: &App,
        seen: &mut SeenInFile,
        rows: &[WashedRow<CleanRow>],
    ) -> Result<(), ImportError> {
        let clean: Vec<&CleanRow> = rows.iter().filter_map(|row| row.clean.as_ref()).collect();
        let of_rows: Vec<Vec<i64>> = clean.iter().map(|row| digests_of(app, row)).collect();
        let all: Vec<i64> = of_rows.iter().flatten().copied().collect();
        let hits = cells::look_up(app.read(), &all, Few::Newest(1)).await?;
        let known: HashSet<i64> = hits.into_iter().map(|(digest, _)| digest).collect();
        for (row, digests) in clean.iter().zip(of_rows) {
            let twin = seen.see(row).map(|twin| twin.row);
            let is_known = digests.iter().any(|digest| known.contains(digest));
            if twin.is_some() {
                self.in_file += 1;
            } else if is_known {
                self.in_database += 1;
            }
            if (twin.is_some() || is_known) && self.alike.len() < CHOICES_MAX {
                self.alike.push(AlikeNote { row: row.row, twin });
            }
        }
        Ok(())
    }

    async fn keep<T>(
        &mut self,
        app: &App,
        upload: &Upload,
        shape: &Value,
        rows: &[WashedRow<T>],
    ) -> Result<Step, ImportError> {
        self.rows += rows.len() as u64;
        self.rejected += rows.iter().filter(|row| row.clean.is_none()).count() as u64;
        let problems = rows.iter().filter(|row| !row.problems.is_empty()).map(|row| (row.row, row.problems.as_slice()));
        let tx = app.begin().await?;
        if intake::keep_check(&tx, upload.id, self.check, &self.told("running", shape)).await? == Step::Lost {
            return Ok(Step::Lost);
        }
        intake::keep_problems(app, &tx, upload.id.0, problems).await?;
        if self.pace.is_time() {
            told::tell_checked(&tx, upload, "checking");
        }
        tx.commit().await?;
        Ok(Step::Taken)
    }

    fn told(&self, state: &str, shape: &Value) -> Value {
        let total = if state == "done" { json!(self.rows) } else { shape["rows_about"].clone() };
        json!({
            "of": self.of, "state": state, "rows_done": self.rows, "rows_total": total, "rejected": self.rejected,
            "duplicates": { "in_file": self.in_file, "in_database": self.in_database }, "alike": self.alike,
        })
    }
}
