//! Evidence supplied, corrected, taken back. Nothing is changed or deleted: a correction and a withdrawal are evidence of
//! their own that names the former.

use super::case::Loaded;
use super::close::hold;
use super::open::reason;
use super::store::{self, Sealed};
use super::{Kept, TraceError, say};
use crate::contact::check_remark_of;
use crate::journal;
use crate::org::Who;
use crate::platform::{App, SealedPlace, Tx};
use serde_json::json;
use tend_rules::base::*;
use tend_rules::contact::Known;
use tend_rules::journal::Fact;
use tend_rules::trace::{EvidenceKind, EvidenceRecord, FileRecord};

/// Evidence about to be supplied.
#[derive(Debug)]
pub struct NewEvidence {
    /// The step.
    pub step: String,
    /// The kind.
    pub kind: EvidenceKind,
    /// The record to which it points: a contact's id, a fact's key, a channel, an agreement's id.
    pub refers_to: String,
    /// What the person writes.
    pub remark: String,
    /// When the thing happened; the contact's own time for a contact, now where it is left out.
    pub happened_at: Option<Instant>,
    /// The evidence that it corrects.
    pub corrects: Option<EvidenceId>,
    /// The file that was kept for it.
    pub file: Option<Kept>,
}

const REMARK_CHARS_MAX: usize = 4000;
/// Pieces of evidence of one trace.
const PIECES_MAX: usize = 200;
/// Bytes of all files of one trace.
const BYTES_MAX: u64 = 256 * 1024 * 1024;

/// Supplies evidence for a step of an open trace.
pub async fn supply(app: &App, tx: &Tx, who: &Who, id: TraceId, new: NewEvidence) -> Result<EvidenceId, TraceError> {
    let mut held = hold(app, tx, who, id, "open").await?;
    fits_in(&held, &new)?;
    let remark = new.remark.trim();
    let happened_at = happened_at(app, tx, &held, &new).await?;
    let known = Known { today: app.today(), channel: None, next: None };
    check_remark_of(&**tx, &held.process.business_type, remark, known).await?;
    if let Some(former) = new.corrects {
        let former = held.in_force(former).ok_or(TraceError::EvidenceUnknown)?;
        if former.record.step != new.step {
            return Err(TraceError::Invalid { field: "corrects", rule: "evidence of the same step" });
        }
    }
    let record = EvidenceRecord {
        id: new.file.as_ref().map_or_else(|| EvidenceId(app.new_id(id.bucket())), |kept| kept.id),
        trace: id,
        step: new.step.clone(),
        kind: new.kind,
        refers_to: new.refers_to.clone(),
        happened_at,
        given_at: app.now(),
        by: who.id,
        role: who.role,
        corrects: new.corrects,
        file: new.file.as_ref().map(file_record),
        remark: remark.to_owned(),
        salt: Digest(crate::platform::random()),
    };
    let step = held.process.step(&new.step).ok_or_else(|| TraceError::StepUnknown { step: new.step.clone() })?.clone();
    held.add(app, &**tx, record.clone()).await?;
    let supplied = held.supplied.last().ok_or(TraceError::Damaged)?;
    step.takes(supplied, held.opened).map_err(|unfit| {
        let because = say::unfit(&unfit, who.language);
        TraceError::EvidenceUnfit { step: step.title.of(who.language).to_owned(), unfit, because }
    })?;
    put(app, tx, who, &held, record, new.file, "evidence_given").await
}

/// Takes evidence back. The file stays: what was once shown can be asked for.
pub async fn withdraw(
    app: &App,
    tx: &Tx,
    who: &Who,
    id: TraceId,
    evidence: EvidenceId,
    why: &str,
) -> Result<EvidenceId, TraceError> {
    let why = reason(why)?;
    let mut held = hold(app, tx, who, id, "open").await?;
    let former = held.in_force(evidence).ok_or(TraceError::EvidenceUnknown)?;
    let record = EvidenceRecord {
        id: EvidenceId(app.new_id(id.bucket())),
        trace: id,
        step: former.record.step.clone(),
        kind: EvidenceKind::Withdrawal,
        refers_to: String::new(),
        happened_at: app.now(),
        given_at: app.now(),
        by: who.id,
        role: who.role,
        corrects: Some(evidence),
        file: None,
        remark: why.to_owned(),
        salt: Digest(crate::platform::random()),
    };
    held.add(app, &**tx, record.clone()).await?;
    put(app, tx, who, &held, record, None, "evidence_withdrawn").await
}

fn fits_in(held: &Loaded, new: &NewEvidence) -> Result<(), TraceError> {
    if new.remark.chars().count() > REMARK_CHARS_MAX {
        return Err(TraceError::Invalid { field: "remark", rule: "at most 4000 characters" });
    }
    if new.refers_to.len() > 200 {
        return Err(TraceError::Invalid { field: "refers_to", rule: "at most 200 bytes" });
    }
    if new.kind == EvidenceKind::Withdrawal {
        return Err(TraceError::Invalid { field: "kind", rule: "a kind that a step accepts" });
    }
    if new.kind.has_file() != new.file.is_some() {
        return Err(TraceError::Invalid { field: "kind", rule: "file or recording with a file, no other kind" });
    }
    let bytes: u64 = held.given.iter().filter_map(|one| one.record.file.as_ref()).map(|file| file.size).sum();
    if held.given.len() >= PIECES_MAX || bytes + new.file.as_ref().map_or(0, |kept| kept.size) > BYTES_MAX {
        return Err(TraceError::TooMuch);
    }
    Ok(())
}

/// A contact has its own time; of a file or a remark the person says when the thing happened.
async fn happened_at(app: &App, tx: &Tx, held: &Loaded, new: &NewEvidence) -> Result<Instant, TraceError> {
    match new.kind {
        EvidenceKind::Contact | EvidenceKind::Message => {
            let ids: Vec<ContactId> = new.refers_to.parse().into_iter().collect();
            let contacts = crate::contact::recorded(&**tx, held.customer().id, &ids).await?;
            Ok(contacts.first().map_or(app.now(), |contact| contact.at))
        }
        EvidenceKind::File | EvidenceKind::Recording | EvidenceKind::Note => {
            let at = new.happened_at.unwrap_or(app.now());
            // Clocks of two machines differ by seconds.
            if at > app.now().plus_seconds(60) {
                return Err(TraceError::Invalid { field: "happened_at", rule: "not in the future" });
            }
            Ok(at)
        }
        _ => Ok(app.now()),
    }
}

fn file_record(kept: &Kept) -> FileRecord {
    FileRecord {
        name: kept.name.clone(),
        content_type: kept.content.file_type.content_type().to_owned(),
        size: kept.size,
        sha256: kept.sha256,
        seconds: kept.content.seconds,
    }
}

async fn put(
    app: &App,
    tx: &Tx,
    who: &Who,
    held: &Loaded,
    record: EvidenceRecord,
    file: Option<Kept>,
    kind: &'static str,
) -> Result<EvidenceId, TraceError> {
    let text = serde_json::to_string(&record).map_err(|_| TraceError::Damaged)?;
    let seal_key = |kept: &Kept| held.key.seal(SealedPlace::EvidenceFileKey, record.id.0, &kept.key_text());
    let sealed = Sealed {
        id: record.id.0,
        cell: held.key.seal(SealedPlace::Evidence, record.id.0, &text),
        file_key_cell: file.as_ref().map(seal_key),
    };
    store::insert_evidence(&**tx, record.trace, record.given_at, sealed).await?;
    let payload = json!({
        "trace": record.trace, "evidence": record.id, "step": record.step, "kind": record.kind, "hash": record.hash(),
        "corrects": record.corrects,
    });
    journal::append(app, tx, who.doer(), Fact::about(held.row.customer, "trace", kind, payload)).await?;
    held.recount(tx, kind).await?;
    Ok(record.id)
}

/// Whether a person may supply evidence for a trace, asked before a file is taken in.
pub async fn may_supply(app: &App, who: &Who, id: TraceId) -> Result<(), TraceError> {
    let held = super::case::load(app, app.read(), &who.scope(), id).await?;
    if held.row.state != "open" {
        return Err(TraceError::Closed { state: held.row.state });
    }
    Ok(())
}
