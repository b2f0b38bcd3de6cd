//! Opening the trace of a sale: for a customer, about an agreement or product, pinned to the newest version of a process
//! that is for them.

use super::store::{self, TraceRow};
use super::{TraceError, case, process};
use crate::customer;
use crate::journal;
use crate::org::Who;
use crate::platform::{App, CustomerKey, SealedPlace, Tx};
use serde_json::json;
use tend_rules::base::*;
use tend_rules::journal::Fact;
use tend_rules::trace::TurnRecord;

/// A trace about to be opened.
#[derive(Debug)]
pub struct NewTrace {
    /// The customer.
    pub customer: CustomerId,
    /// The key of the process.
    pub process: String,
    /// The agreement, where the process is about one.
    pub agreement: Option<AgreementId>,
    /// What is sold, in a few words; the agreement's product where it is left out.
    pub product: String,
}

const PRODUCT_CHARS_MAX: usize = 200;
const REASON_CHARS_MAX: usize = 2000;

/// Opens a trace.
pub async fn open(app: &App, tx: &Tx, who: &Who, new: NewTrace) -> Result<TraceId, TraceError> {
    if new.product.chars().count() > PRODUCT_CHARS_MAX {
        return Err(TraceError::Invalid { field: "product", rule: "at most 200 characters" });
    }
    customer::one_for_change(tx, &who.scope(), new.customer).await?;
    let sheet = case::Sheet::read(app, &who.scope(), new.customer).await?;
    let rows = process::processes(app).await?;
    let unknown = || TraceError::ProcessUnknown { key: new.process.clone() };
    let row = rows.into_iter().find(|row| row.process.key == new.process).ok_or_else(unknown)?;
    if row.retired_at.is_some() {
        return Err(TraceError::ProcessRetired { key: new.process });
    }
    let process = row.process;
    let subjects = sheet.subjects_of(&process);
    let wanted =
        if process.for_each.is_some() { Some(new.agreement.ok_or(TraceError::AgreementNeeded)?) } else { None };
    let subject = subjects.into_iter().find(|(agreement, _)| *agreement == wanted);
    let (agreement, subject) = subject.ok_or(TraceError::AgreementNeeded)?;
    if !sheet.applies(&process, subject, app.today()) {
        return Err(TraceError::ProcessUnfit { key: new.process });
    }
    let sold = agreement.and_then(|id| sheet.agreement(id)).map(|agreement| agreement.product.clone());
    let product = if new.product.trim().is_empty() { sold.unwrap_or_default() } else { new.product.trim().to_owned() };
    let row = TraceRow {
        id: TraceId(app.new_id(new.customer.bucket())),
        customer: new.customer,
        agreement,
        product,
        process_key: process.key.clone(),
        process_version: process.version,
        state: "open".into(),
        opened_by: who.id,
        opened_at: app.now(),
        closed_at: None,
        gap_count: 0,
        due_at: None,
    };
    store::insert(&**tx, &row).await?;
    let key = customer::key(app, &**tx, new.customer).await?;
    let hash = put_turn(app, tx, who, &key, Turn { trace: row.id, kind: "opened", reason: "" }).await?;
    let payload = json!({
        "trace": row.id, "hash": hash, "process": process.key, "version": process.version,
        "process_sha256": process::text_hash(&process.source), "agreement": agreement,
    });
    journal::append(app, tx, who.doer(), Fact::about(new.customer, "trace", "opened", payload)).await?;
    case::load(app, &**tx, &who.scope(), row.id).await?.recount(tx, "opened").await?;
    Ok(row.id)
}

/// A turn about to be written.
pub(super) struct Turn<'a> {
    pub trace: TraceId,
    pub kind: &'static str,
    pub reason: &'a str,
}

/// Keeps a turn, sealed; its hash is for the journal.
pub(super) async fn put_turn(
    app: &App,
    tx: &Tx,
    who: &Who,
    key: &CustomerKey,
    turn: Turn<'_>,
) -> Result<Digest, TraceError> {
    let record = TurnRecord {
        trace: turn.trace,
        kind: turn.kind.into(),
        at: app.now(),
        by: who.id,
        reason: turn.reason.to_owned(),
        salt: Digest(crate::platform::random()),
    };
    let id = app.new_id(turn.trace.bucket());
    let text = serde_json::to_string(&record).map_err(|_| TraceError::Damaged)?;
    store::insert_turn(&**tx, turn.trace, id, record.at, key.seal(SealedPlace::TraceTurn, id, &text)).await?;
    Ok(record.hash())
}

/// A reason that says something.
pub(super) fn reason(text: &str) -> Result<&str, TraceError> {
    let text = text.trim();
    if text.chars().count() < 2 {
        return Err(TraceError::ReasonMissing);
    }
    if text.chars().count() > REASON_CHARS_MAX {
        return Err(TraceError::Invalid { field: "reason", rule: "at most 2000 characters" });
    }
    Ok(text)
}
