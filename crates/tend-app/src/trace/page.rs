//! One trace as its reader sees it: steps with what they accept and lack, evidence opened, turns, and the customer's
//! last contacts to point to.

use super::case::{Loaded, load};
use super::store;
use super::{TraceError, say};
use crate::contact::{self, Said};
use crate::journal;
use crate::org::{Who, staff_names};
use crate::platform::{App, CustomerKey, SealedPlace};
use sea_orm::ConnectionTrait;
use serde_json::json;
use std::collections::HashMap;
use tend_rules::base::*;
use tend_rules::journal::Fact;
use tend_rules::trace::{EvidenceRecord, Gap, Process, StepStanding, TurnRecord};

/// A trace with everything that its page shows.
pub struct TracePage {
    /// Its customer.
    pub customer: (CustomerId, String),
    /// The agreement with its number and product.
    pub agreement: Option<(AgreementId, String, String)>,
    /// What is sold.
    pub product: String,
    /// The process it is pinned to.
    pub process: std::sync::Arc<Process>,
    /// `open`, `sold`, `abandoned`.
    pub state: String,
    /// When it was opened.
    pub opened_at: Instant,
    /// When it was closed.
    pub closed_at: Option<Instant>,
    /// Its steps in order.
    pub steps: Vec<StepLine>,
    /// Everything that was supplied, oldest first.
    pub evidence: Vec<EvidenceLine>,
    /// What was done with it, oldest first.
    pub turns: Vec<TurnLine>,
    /// What keeps it from being closed as sold.
    pub gaps: Vec<Gap>,
    /// The customer's last contacts, newest first.
    pub contacts: Vec<Said>,
}

/// A step with how it stands.
pub struct StepLine {
    /// How it stands.
    pub stands: StepStanding,
    /// Why it is not shown, in the reader's language.
    pub because: Option<String>,
}

/// A piece of evidence.
pub struct EvidenceLine {
    /// As it was supplied.
    pub record: EvidenceRecord,
    /// Who supplied it.
    pub by: String,
    /// Later evidence that takes its place or takes it back.
    pub named_by: Option<EvidenceId>,
}

/// A turn.
pub struct TurnLine {
    /// As it was taken.
    pub record: TurnRecord,
    /// Who took it.
    pub by: String,
}

/// The page of a trace. Reading it is itself a fact of the ledger, once an hour and reader.
pub async fn page(app: &App, who: &Who, id: TraceId) -> Result<TracePage, TraceError> {
    let loaded = load(app, app.read(), &who.scope(), id).await?;
    let names = staff_names(app.read()).await?;
    let contacts = contact::history(app, who.language, loaded.customer().id).await?;
    let turns = turns(app, &loaded).await?;
    note_seen(app, who, &loaded).await?;
    let steps = loaded.standing()?.into_iter().map(|stands| StepLine {
        because: stands.lack.as_ref().map(|lack| say::lack(&loaded.process, lack, who.language)),
        stands,
    });
    let steps = steps.collect();
    let gaps = if loaded.row.state == "open" { loaded.gaps()? } else { Vec::new() };
    let agreement = loaded.row.agreement.and_then(|id| loaded.sheet.agreement(id));
    let agreement = agreement.map(|one| (one.id, one.number.clone(), one.product.clone()));
    let named = |id: &StaffId, names: &HashMap<StaffId, String>| names.get(id).cloned().unwrap_or_default();
    let evidence = loaded.given.iter().map(|one| EvidenceLine {
        by: named(&one.record.by, &names),
        named_by: loaded.given.iter().find(|later| later.record.corrects == Some(one.record.id)).map(|l| l.record.id),
        record: one.record.clone(),
    });
    Ok(TracePage {
        customer: (loaded.customer().id, loaded.customer().name.clone()),
        agreement,
        evidence: evidence.collect(),
        turns: turns.into_iter().map(|record| TurnLine { by: named(&record.by, &names), record }).collect(),
        product: loaded.row.product,
        process: loaded.process,
        state: loaded.row.state,
        opened_at: loaded.row.opened_at,
        closed_at: loaded.row.closed_at,
        steps,
        gaps,
        contacts,
    })
}

/// The turns of a trace, opened, oldest first.
pub(super) async fn turns(app: &App, loaded: &Loaded) -> Result<Vec<TurnRecord>, TraceError> {
    turns_of(app.read(), &loaded.key, loaded.row.id).await
}

/// The turns of a trace, opened with the key of its record, oldest first.
pub(super) async fn turns_of(
    db: &impl ConnectionTrait,
    key: &CustomerKey,
    id: TraceId,
) -> Result<Vec<TurnRecord>, TraceError> {
    let open = |sealed: store::Sealed| {
        let text = key.open(SealedPlace::TraceTurn, sealed.id, &sealed.cell)?;
        serde_json::from_str(&text).map_err(|_| TraceError::Damaged)
    };
    store::turns(db, id).await?.into_iter().map(open).collect()
}

async fn note_seen(app: &App, who: &Who, loaded: &Loaded) -> Result<(), TraceError> {
    let hour = Instant::from_millis(app.now().millis() / 3_600_000 * 3_600_000);
    let customer = loaded.row.customer;
    if journal::happened_since(app.read(), who.doer(), customer, "trace", "seen", hour).await? {
        return Ok(());
    }
    let tx = app.begin().await?;
    let payload = json!({ "trace": loaded.row.id });
    journal::append(app, &tx, who.doer(), Fact::about(customer, "trace", "seen", payload)).await?;
    tx.commit().await?;
    Ok(())
}
