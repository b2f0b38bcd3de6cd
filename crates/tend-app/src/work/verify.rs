//! Head office draws a sample of results, agrees with them or sends them back with a reason (MISSION D1); within a minute
//! a verdict is taken back.

use super::store::read::{Sampled, TouchFilter};
use super::store::{read, verification};
use super::take::{in_hand, one_for_change, permitted, save};
use super::touch::Touch;
use super::{Place, WorkError, tell};
use crate::customer;
use crate::journal;
use crate::org::{self, NewNotice, NoticeKind, Who};
use crate::platform::{App, SealedPlace, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tend_rules::base::*;
use tend_rules::journal::Fact;
use tend_rules::work::{Deed, State, may_unjudge, reopened_until, sample};
use utoipa::ToSchema;
use uuid::Uuid;

/// Results that are read at once.
const READ_AT_ONCE: i64 = 50_000;
/// A sample is at most so large: somebody is to look at each of them.
const SAMPLE_MAX: usize = 200_000;

/// From what a sample is drawn.
#[derive(Debug, Clone, Copy)]
pub struct SampleOf {
    /// Of this batch.
    pub batch: Option<BatchId>,
    /// Of this unit and everything below it.
    pub unit: Option<UnitId>,
    /// 1..100.
    pub percent: u8,
    /// The same seed draws the same from the same results.
    pub seed: u64,
}

/// What head office says of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It was done, and done well.
    Accepted,
    /// It must be mended.
    Returned,
}

/// What stood in a touch before a verdict: enough to put it back. The reason with which it came back before stands with
/// that verdict.
#[derive(Debug, Serialize, Deserialize)]
struct Unjudged {
    state: State,
    not_after: Day,
    finished_at: Option<Instant>,
    /// Who drew it into the sample that it left, and when.
    sampled: Option<(StaffId, Instant)>,
    /// The version that the verdict made; a touch that moved on since is not put back.
    version_after: i64,
}

/// Draws a sample of results that nobody judged yet and that were not drawn before, by lot among all of them; answers the
/// drawn touches. At least one, if there is any such result.
pub async fn draw_sample(app: &App, tx: &Tx, who: &Who, of: SampleOf) -> Result<Vec<Touch>, WorkError> {
    if !(1..=100).contains(&of.percent) {
        return Err(WorkError::Invalid { field: "percent", rule: "1..100" });
    }
    let filter = TouchFilter {
        batch: of.batch,
        unit: of.unit,
        states: vec![State::Done, State::Failed],
        sampled: Some(Sampled::Not),
        ..TouchFilter::default()
    };
    let mut population: Vec<TouchId> = Vec::new();
    loop {
        let more = read::ids(&**tx, &who.scope(), &filter, population.last().copied(), READ_AT_ONCE).await?;
        let is_last = (more.len() as i64) < READ_AT_ONCE;
        population.extend(more);
        if is_last {
            break;
        }
    }
    let drawn = sample(population, of.percent, of.seed, |id: TouchId| id.0.into_bytes());
    if drawn.len() > SAMPLE_MAX {
        return Err(WorkError::Invalid { field: "percent", rule: "at most 200,000 results in a sample" });
    }
    verification::insert_sample(&**tx, &drawn, who.id, app.now()).await?;
    let payload = json!({
        "batch": of.batch, "unit": of.unit, "percent": of.percent, "seed": of.seed, "touches": drawn.len(),
    });
    journal::append(app, tx, who.doer(), Fact::of_firm("work", "sample_drawn", payload)).await?;
    let mut touches = read::several(&**tx, &who.scope(), &drawn).await?;
    touches.sort_by_key(|touch| (touch.due, touch.id));
    Ok(touches)
}

/// Agrees with a result, or sends it back: it is then open again on its owner's list, with the reason.
pub async fn verify(
    app: &App,
    tx: &Tx,
    who: &Who,
    id: TouchId,
    verdict: Verdict,
    reason: &str,
) -> Result<Touch, WorkError> {
    let before = one_for_change(tx, &who.scope(), id).await?;
    let reason = reason.trim();
    let (after, word) = match verdict {
        Verdict::Accepted => {
            let state = permitted(&before, Deed::Verify)?;
            (Touch { state, return_reason: String::new(), ..before.clone() }, "verified")
        }
        Verdict::Returned => {
            let state = permitted(&before, Deed::Return)?;
            if reason.is_empty() {
                return Err(WorkError::ReturnReasonMissing);
            }
            let not_after = reopened_until(before.not_after, app.today());
            let return_reason = app.keys().seal_typed(SealedPlace::ReturnReason, id.0, reason);
            (Touch { state, not_after, return_reason, finished_at: None, ..before.clone() }, "returned")
        }
    };
    save(tx, &before, &after).await?;
    let row = app.new_id(id.bucket());
    let undo = Unjudged {
        state: before.state,
        not_after: before.not_after,
        finished_at: before.finished_at,
        sampled: verification::sample_of(&**tx, id).await?,
        version_after: before.version + 1,
    };
    let verdict_row = verification::Verdict {
        id: row,
        touch: id,
        customer: before.customer.id,
        word,
        reason: &app.keys().seal_typed(SealedPlace::VerdictReason, row, reason),
        by: who.id,
        at: app.now(),
        undo: &serde_json::to_string(&undo).unwrap_or_default(),
    };
    verification::insert_verdict(&**tx, verdict_row).await?;
    if verdict == Verdict::Returned {
        // Its last day may be a later one now.
        customer::show_to(app, tx, &[after.as_work()]).await?;
        verification::remove_from_sample(&**tx, id).await?;
        tell_owner(app, tx, who, &after, row).await?;
    }
    let told = match reason {
        "" => json!(""),
        reason => customer::sealed(&customer::key(app, &**tx, before.customer.id).await?, before.customer.id, reason),
    };
    let payload = json!({ "touch": id, "reason": told, "owner": before.owner_id });
    journal::append(app, tx, who.doer(), Fact::about(before.customer.id, "work", word, payload)).await?;
    tell(tx, word, id, before.customer.id, Place::of(&after), Place::of(&before));
    Ok(Touch { version: before.version + 1, ..after })
}

/// The person whose result came back is told. The reason stands with the work order: it may say what a customer said.
async fn tell_owner(app: &App, tx: &Tx, who: &Who, touch: &Touch, verdict: Uuid) -> Result<(), WorkError> {
    let Some(owner) = touch.owner_id else { return Ok(()) };
    let notice = NewNotice {
        to: owner,
        kind: NoticeKind::Returned,
        params: json!({
            "title_zh": touch.title.zh, "title_en": touch.title.en, "customer": touch.customer.name,
            "by": who.name,
        }),
        link: Some(("touch", touch.id.to_string())),
        customer: Some(touch.customer.id),
        by: Some(who.id),
        once: Some(told_as(verdict)),
    };
    Ok(org::notify(app, tx, vec![notice]).await?)
}

/// Under which key the owner is told of a verdict.
fn told_as(verdict: Uuid) -> String {
    format!("verdict {verdict}")
}

/// Takes one's own last verdict back within its minute: the result waits for a verdict as before, in the sample too if it
/// stood there, and the owner's notice is gone.
pub async fn take_verdict_back(app: &App, tx: &Tx, who: &Who, id: TouchId) -> Result<Touch, WorkError> {
    let now = one_for_change(tx, &who.scope(), id).await?;
    let last = verification::last_of(&**tx, id).await?.filter(|last| last.by == who.id);
    let last = last.ok_or(WorkError::NoVerdict)?;
    if !may_unjudge(last.at, app.now()) {
        return Err(WorkError::VerdictTooOld);
    }
    let before: Unjudged = serde_json::from_str(&last.undo).map_err(|_| WorkError::NoVerdict)?;
    if now.version != before.version_after || verification::delete_verdict(&**tx, id, last.id).await? == 0 {
        return Err(WorkError::ChangedMeanwhile);
    }
    let (state, not_after, finished_at) = (before.state, before.not_after, before.finished_at);
    let return_reason = former_reason(app, tx, id).await?;
    let after = Touch { state, not_after, finished_at, return_reason, ..now.clone() };
    save(tx, &now, &after).await?;
    customer::show_to(app, tx, &[after.as_work()]).await?;
    if let Some((by, at)) = before.sampled {
        verification::insert_sample(&**tx, &[id], by, at).await?;
    }
    if let Some(owner) = now.owner_id {
        org::take_notice_back(tx, owner, &told_as(last.id)).await?;
    }
    let payload = json!({ "touch": id, "verdict": last.word, "owner": now.owner_id });
    journal::append(app, tx, who.doer(), Fact::about(now.customer.id, "work", "verdict_taken_back", payload)).await?;
    tell(tx, "restored", id, now.customer.id, Place::of(&after), Place::of(&now));
    in_hand(tx, &who.scope(), id).await
}

/// Why a touch came back the last time, as it is kept with the touch; empty if it never did.
async fn former_reason(app: &App, tx: &Tx, id: TouchId) -> Result<String, WorkError> {
    let former = verification::last_of(&**tx, id).await?.filter(|former| former.word == "returned");
    let Some(former) = former else { return Ok(String::new()) };
    let reason = app.keys().typed_in(SealedPlace::VerdictReason, former.id, &former.reason)?;
    Ok(app.keys().seal_typed(SealedPlace::ReturnReason, id.0, &reason))
}
