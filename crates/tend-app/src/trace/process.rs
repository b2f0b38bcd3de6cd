//! Processes: what the installed playbooks bring, what the firm adds itself, each version kept as it was.

use super::store::{self, ProcessText};
use super::{TraceError, case};
use crate::journal;
use crate::org::Who;
use crate::plan::installed_files;
use crate::platform::{App, Tx};
use crate::segment::catalogue;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use tend_rules::base::{AgreementId, CustomerId, Digest, Instant, StaffId};
use tend_rules::journal::{Doer, Fact};
use tend_rules::plan::Fault;
use tend_rules::trace::{Process, failed_examples};

/// Who adds what the playbooks bring.
const DOER: Doer = Doer::Program("playbook");
const FOLDER: &str = "processes";

/// A process as a list shows it.
#[derive(Debug, Clone)]
pub struct ProcessRow {
    /// Its newest version.
    pub process: Arc<Process>,
    /// The playbook that brought it; empty for the firm's own.
    pub playbook: String,
    /// Since when no sale is begun by it.
    pub retired_at: Option<Instant>,
}

/// The newest version of every process that can be read, retired ones too.
pub async fn processes(app: &App) -> Result<Vec<ProcessRow>, TraceError> {
    let known = catalogue(app).await?;
    let mut rows = Vec::new();
    for stored in store::newest_processes(app.read()).await? {
        match Process::parse(&stored.key, &stored.text, &known) {
            Ok(process) => rows.push(ProcessRow {
                process: Arc::new(process),
                playbook: stored.playbook,
                retired_at: stored.retired_at,
            }),
            Err(faults) => tracing::warn!("the process {} cannot be used: {:?}", stored.key, faults.first()),
        }
    }
    Ok(rows)
}

/// One version of a process, read; the newest if none is named.
pub(super) async fn process(app: &App, key: &str, version: Option<i32>) -> Result<Arc<Process>, TraceError> {
    let (stored, known) = (process_text(app, key, version).await?, catalogue(app).await?);
    let broken = |_| TraceError::ProcessBroken { key: key.to_owned() };
    Process::parse(key, &stored, &known).map(Arc::new).map_err(broken)
}

/// A version of a process as its page shows it.
#[derive(Debug, Clone)]
pub struct ProcessPage {
    /// Its key.
    pub key: String,
    /// The version.
    pub version: i32,
    /// The text of the version.
    pub text: String,
    /// What the text says; none where the catalogue of facts does not bear it any more.
    pub process: Option<Process>,
    /// Every version, the newest first.
    pub turns: Vec<ProcessTurn>,
    /// Since when no sale is begun by it.
    pub retired_at: Option<Instant>,
}

/// How a version came.
#[derive(Debug, Clone)]
pub struct ProcessTurn {
    /// The version.
    pub version: i32,
    /// The playbook that brought it; empty for the firm's own.
    pub playbook: String,
    /// When.
    pub at: Instant,
    /// Who, if it was a person.
    pub by: Option<StaffId>,
}

/// A version of a process with what it says and its other versions; the newest if none is named.
pub async fn process_page(app: &App, key: &str, version: Option<i32>) -> Result<ProcessPage, TraceError> {
    let unknown = || TraceError::ProcessUnknown { key: key.to_owned() };
    let stored = store::process(app.read(), key, version).await?.ok_or_else(unknown)?;
    let process = Process::parse(key, &stored.text, &catalogue(app).await?).ok();
    let turn = |text: ProcessText| ProcessTurn {
        version: text.version,
        playbook: text.playbook,
        at: text.added_at,
        by: Doer::staff_in(&text.added_by),
    };
    let turns = store::versions_of(app.read(), key).await?.into_iter().map(turn).collect();
    let ProcessText { key, version, text, retired_at, .. } = stored;
    Ok(ProcessPage { key, version, text, process, turns, retired_at })
}

/// The text of a version of a process; of the newest if none is named.
pub(super) async fn process_text(app: &App, key: &str, version: Option<i32>) -> Result<String, TraceError> {
    let unknown = || TraceError::ProcessUnknown { key: key.to_owned() };
    Ok(store::process(app.read(), key, version).await?.ok_or_else(unknown)?.text)
}

/// The hash of a process' text, as the journal keeps it.
pub(super) fn text_hash(text: &str) -> Digest {
    Digest(Sha256::digest(text.as_bytes()).into())
}

/// Takes up what the installed playbooks bring and is not here yet. Running it again changes nothing; a version that was
/// taken up stays as it was, whatever the playbook says under that number later. Writes in a transaction of its own:
/// to be called before another is begun.
pub async fn take_up(app: &App) -> Result<(), TraceError> {
    let here = store::versions(app.read()).await?;
    let known = catalogue(app).await?;
    let mut new = Vec::new();
    for (playbook, path, text) in installed_files(app, FOLDER).await? {
        match Process::parse(&path, &text, &known) {
            Ok(process) if here.iter().any(|(key, version)| (key, *version) == (&process.key, process.version)) => {}
            Ok(process) => new.push(stored(app, &process, &playbook, DOER)),
            Err(faults) => tracing::warn!("{playbook}/{path} cannot be used: {:?}", faults.first()),
        }
    }
    if new.is_empty() {
        return Ok(());
    }
    let tx = app.begin().await?;
    for process in new {
        put(app, &tx, DOER, &process).await?;
    }
    tx.commit().await?;
    Ok(())
}

fn stored(app: &App, process: &Process, playbook: &str, doer: Doer) -> ProcessText {
    ProcessText {
        key: process.key.clone(),
        version: process.version,
        playbook: playbook.to_owned(),
        title_zh: process.title.zh.clone(),
        title_en: process.title.en.clone(),
        text: process.source.clone(),
        added_at: app.now(),
        added_by: doer.to_string(),
        retired_at: None,
    }
}

async fn put(app: &App, tx: &Tx, doer: Doer, process: &ProcessText) -> Result<bool, TraceError> {
    let new = store::put_process(&**tx, process).await?;
    if new {
        let payload = json!({ "process": process.key, "version": process.version, "sha256": text_hash(&process.text) });
        journal::append(app, tx, doer, Fact::of_firm("trace", "process_added", payload)).await?;
    }
    Ok(new)
}

/// What is wrong with the text of a process, its examples included; nothing if it could be added.
pub async fn check_process(app: &App, text: &str) -> Result<Vec<Fault>, TraceError> {
    let known = catalogue(app).await?;
    Ok(match Process::parse("process", text, &known) {
        Ok(process) => failed_examples(&process, "process"),
        Err(faults) => faults,
    })
}

/// Adds a version of a process. New traces take the newest; open ones stay with theirs.
pub async fn add_process(app: &App, tx: &Tx, who: &Who, text: &str) -> Result<Arc<Process>, TraceError> {
    let faults = check_process(app, text).await?;
    if !faults.is_empty() {
        return Err(TraceError::Faulty { faults });
    }
    let known = catalogue(app).await?;
    let process = Process::parse("process", text, &known).map_err(|faults| TraceError::Faulty { faults })?;
    if !put(app, tx, who.doer(), &stored(app, &process, "", who.doer())).await? {
        return Err(TraceError::VersionTaken { key: process.key, version: process.version });
    }
    Ok(Arc::new(process))
}

/// Retires a process, whatever the version: no sale is begun by it, and those that are open go on.
pub async fn retire_process(app: &App, tx: &Tx, who: &Who, key: &str) -> Result<(), TraceError> {
    process_text(app, key, None).await?;
    if store::retire(&**tx, key, app.now()).await? {
        told(app, tx, who, key, "process_retired").await?;
    }
    Ok(())
}

/// Takes a retired process back into use.
pub async fn resume_process(app: &App, tx: &Tx, who: &Who, key: &str) -> Result<(), TraceError> {
    process_text(app, key, None).await?;
    if store::resume(&**tx, key).await? {
        told(app, tx, who, key, "process_resumed").await?;
    }
    Ok(())
}

async fn told(app: &App, tx: &Tx, who: &Who, key: &str, kind: &'static str) -> Result<(), TraceError> {
    journal::append(app, tx, who.doer(), Fact::of_firm("trace", kind, json!({ "process": key }))).await?;
    Ok(())
}

/// The processes in use that are for a customer now, each with the agreements about which it can be opened; no agreement where
/// it is about none.
pub async fn fitting(
    app: &App,
    who: &Who,
    customer: CustomerId,
) -> Result<Vec<(ProcessRow, Vec<Option<AgreementId>>)>, TraceError> {
    let sheet = case::Sheet::read(app, &who.scope(), customer).await?;
    let mut fitting = Vec::new();
    take_up(app).await?;
    for row in processes(app).await?.into_iter().filter(|row| row.retired_at.is_none()) {
        let subjects = sheet.subjects_of(&row.process);
        let fits = subjects.into_iter().filter(|(_, subject)| sheet.applies(&row.process, *subject, app.today()));
        let fits: Vec<Option<AgreementId>> = fits.map(|(agreement, _)| agreement).collect();
        if !fits.is_empty() {
            fitting.push((row, fits));
        }
    }
    Ok(fitting)
}
