//! Where a work order of a batch comes from: who handed the batch out to this customer, and when. Told by the journal, as
//! everything that somebody did.

use super::WorkError;
use super::touch::{Both, Cause, Touch};
use crate::journal;
use crate::org::staff_names_of;
use crate::platform::App;
use serde_json::json;
use tend_rules::base::*;

/// Facts that are looked through: one for each work order that the customer ever had.
const FACTS_MAX: i64 = 500;

/// How a batch was handed out to a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The batch.
    pub batch: BatchId,
    /// Its name.
    pub batch_name: String,
    /// Why these customers need care, as the batch says.
    pub reason: Both,
    /// Who handed it out; none where the journal tells of nobody, as after a merge.
    pub by: Option<(StaffId, String)>,
    /// When.
    pub at: Instant,
}

/// The hand-out of a batch from which a work order comes; none for the work of plans and people. The next step of an
/// outcome comes from the same hand-out.
pub async fn origin(app: &App, touch: &Touch) -> Result<Option<Origin>, WorkError> {
    let Cause::Batch(batch) = touch.cause else { return Ok(None) };
    let cause = json!(touch.cause.id());
    let made = journal::told(app.read(), touch.customer.id, "work.touch_made", FACTS_MAX).await?;
    let first = made.into_iter().rev().find(|fact| fact.payload["cause"] == cause);
    let by = first.as_ref().and_then(|fact| fact.actor.parse::<StaffId>().ok());
    let names = staff_names_of(app.read(), by).await?;
    Ok(Some(Origin {
        batch,
        batch_name: touch.batch_name.clone().unwrap_or_default(),
        reason: touch.title.clone(),
        by: by.and_then(|id| Some((id, names.get(&id)?.clone()))),
        at: first.map_or(touch.created_at, |fact| fact.at),
    }))
}
