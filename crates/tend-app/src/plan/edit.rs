//! What editors do with plans: draft, publish with a reason, pause and resume.

use super::library::{Checked, check_text, publishable};
use super::store::plans::{self, NewVersion, On, PlanRecord};
use super::texts::spare_retired;
use super::{PlanError, gifts};
use crate::journal;
use crate::platform::{App, LiveEvent, LiveScope, Tx, is_unique_violation};
use crate::segment::catalogue;
use serde_json::json;
use tend_rules::base::{Day, Language, PlanId};
use tend_rules::journal::{Doer, Fact};
use tend_rules::plan::CarePlan;

pub(super) async fn record(app: &App, id: PlanId) -> Result<PlanRecord, PlanError> {
    plans::one(app.read(), id, On::today(app.today())).await?.ok_or(PlanError::NotFound)
}

async fn in_tx(app: &App, tx: &Tx, id: PlanId) -> Result<PlanRecord, PlanError> {
    plans::one(&**tx, id, On::today(app.today())).await?.ok_or(PlanError::NotFound)
}

pub(super) fn tell(tx: &Tx, kind: &str, id: PlanId) {
    let scope = LiveScope::default();
    tx.tell(LiveEvent { seq: 0, room: "plan", kind: kind.into(), id: Some(id.to_string()), customer_id: None, scope });
}

/// That there is such a plan.
pub async fn exists(app: &App, id: PlanId) -> Result<(), PlanError> {
    record(app, id).await.map(drop)
}

/// Begins a plan of the firm's own: a draft whose text must at least be readable.
pub async fn begin(app: &App, tx: &Tx, doer: Doer, text: &str) -> Result<PlanId, PlanError> {
    let catalogue = catalogue(app).await?;
    let plan = CarePlan::parse("plan", text, &catalogue).map_err(|faults| PlanError::Faulty { faults })?;
    let id = PlanId(app.new_free_id());
    match plans::insert(&**tx, id, &plan.key, "", Some(text), app.now()).await {
        Err(error) if is_unique_violation(&error) => return Err(PlanError::KeyTaken { key: plan.key }),
        other => other?,
    };
    let payload = json!({ "plan": id, "key": plan.key });
    journal::append(app, tx, doer, Fact::of_firm("plan", "begun", payload)).await?;
    tell(tx, "begun", id);
    Ok(id)
}

/// Keeps a draft, faults and all, and says what is wrong with it. `version` is what the editor last saw, where it says.
pub async fn draft(
    app: &App,
    tx: &Tx,
    doer: Doer,
    id: PlanId,
    (text, version): (&str, Option<i64>),
    language: Language,
) -> Result<Checked, PlanError> {
    if text.trim().is_empty() || text.len() > 200_000 {
        return Err(PlanError::Invalid { field: "text", rule: "1..200000" });
    }
    let seen = match version {
        Some(version) => version,
        None => in_tx(app, tx, id).await?.version,
    };
    if plans::set_draft(&**tx, id, text, seen).await? == 0 {
        in_tx(app, tx, id).await?;
        return Err(PlanError::VersionStale);
    }
    let payload = json!({ "plan": id, "version": seen + 1, "characters": text.chars().count() });
    journal::append(app, tx, doer, Fact::of_firm("plan", "drafted", payload)).await?;
    tell(tx, "drafted", id);
    check_text(app, text, language).await
}

/// How far ahead a version may be published.
const DAYS_AHEAD_MOST: i32 = 366;

/// Publishes the draft as the next version, from the next night on or from a day to come; until that day the version
/// before it runs, and nothing else can be published. With `seen`, only what its reader saw.
pub async fn publish(
    app: &App,
    tx: &Tx,
    doer: Doer,
    (id, seen): (PlanId, Option<i64>),
    (reason, from): (&str, Option<Day>),
) -> Result<(), PlanError> {
    let (reason, today) = (reason.trim(), app.today());
    if reason.is_empty() || reason.chars().count() > 500 {
        return Err(PlanError::Invalid { field: "reason", rule: "1..500" });
    }
    let from = from.unwrap_or(today);
    if !(today..=today + DAYS_AHEAD_MOST).contains(&from) {
        return Err(PlanError::Invalid { field: "from", rule: "today..today+366" });
    }
    let record = in_tx(app, tx, id).await?;
    if seen.is_some_and(|seen| seen != record.version) {
        return Err(PlanError::VersionStale);
    }
    if let Some(waiting) = &record.waiting {
        return Err(PlanError::VersionWaits { version: waiting.version, from: waiting.from });
    }
    let Some(text) = record.draft.as_deref() else { return Err(PlanError::NothingToPublish) };
    let plan = publishable(&record, text, &catalogue(app).await?)?;
    spare_retired(&**tx, &plan).await?;
    gifts::check(&**tx, &record.key, &plan).await?;
    publish_text(app, tx, doer, &record, text, (reason, from)).await
}

/// Publishes a text that was checked.
pub(super) async fn publish_text(
    app: &App,
    tx: &Tx,
    doer: Doer,
    record: &PlanRecord,
    text: &str,
    (reason, from): (&str, Day),
) -> Result<(), PlanError> {
    let number = plans::next_number(&**tx, record.id).await?;
    let by = doer.to_string();
    let new = NewVersion { plan: record.id, number, text, by: &by, reason, at: app.now(), from };
    if plans::publish(&**tx, new, record.version).await? == 0 {
        return Err(PlanError::VersionStale);
    }
    let payload = json!({ "plan": record.id, "key": record.key, "version": number, "reason": reason, "from": from });
    journal::append(app, tx, doer, Fact::of_firm("plan", "published", payload)).await?;
    tell(tx, "published", record.id);
    Ok(())
}

/// Takes back the version that waits for its day. Its text is the draft again where there is no other.
pub async fn withdraw(app: &App, tx: &Tx, doer: Doer, id: PlanId) -> Result<(), PlanError> {
    let record = in_tx(app, tx, id).await?;
    let Some(waiting) = record.waiting else { return Err(PlanError::NothingWaits) };
    let draft = record.draft.as_deref().unwrap_or(&waiting.text);
    if plans::set_draft(&**tx, id, draft, record.version).await? == 0 {
        return Err(PlanError::VersionStale);
    }
    plans::withdraw(&**tx, id, waiting.version, &doer.to_string(), app.now()).await?;
    let payload = json!({ "plan": id, "key": record.key, "version": waiting.version, "from": waiting.from });
    journal::append(app, tx, doer, Fact::of_firm("plan", "withdrawn", payload)).await?;
    tell(tx, "withdrawn", id);
    Ok(())
}

/// Stops making touches; those already made stay. A plan that rests already goes on resting.
pub async fn pause(app: &App, tx: &Tx, doer: Doer, id: PlanId, reason: &str) -> Result<(), PlanError> {
    let record = in_tx(app, tx, id).await?;
    if plans::pause(&**tx, id, reason.trim(), &doer.to_string(), app.now()).await? == 1 {
        plans::grow(&**tx, id).await?;
        let payload = json!({ "plan": id, "key": record.key, "reason": reason.trim() });
        journal::append(app, tx, doer, Fact::of_firm("plan", "paused", payload)).await?;
        tell(tx, "paused", id);
    }
    Ok(())
}

/// Lets a resting plan run again.
pub async fn resume(app: &App, tx: &Tx, doer: Doer, id: PlanId) -> Result<(), PlanError> {
    let record = in_tx(app, tx, id).await?;
    if plans::resume(&**tx, id).await? == 1 {
        plans::grow(&**tx, id).await?;
        let payload = json!({ "plan": id, "key": record.key });
        journal::append(app, tx, doer, Fact::of_firm("plan", "resumed", payload)).await?;
        tell(tx, "resumed", id);
    }
    Ok(())
}
