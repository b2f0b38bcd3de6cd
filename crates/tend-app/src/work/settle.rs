//! What `contact` does with a touch when an outcome is recorded, and when it is taken back within its seconds.

use super::store::{read, write};
use super::take::{permitted, save};
use super::touch::{NewTouch, Touch};
use super::{Place, WorkError, create, tell};
use crate::customer;
use crate::journal;
use crate::platform::{App, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tend_rules::base::*;
use tend_rules::journal::{Doer, Fact};
use tend_rules::work::{Deed, State};

/// What becomes of a touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settlement {
    /// Carried out.
    Done,
    /// Given up.
    Failed,
    /// To be tried again then.
    Again {
        /// When it comes back.
        until: Instant,
    },
}

/// What stood in a touch before an outcome: enough to put it back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Settled {
    state: State,
    snoozed_until: Option<Instant>,
    outcome_code: String,
    finished_at: Option<Instant>,
    /// The version that the outcome made; a touch that moved on since is not put back.
    version_after: i64,
}

/// Moves a touch as its outcome says. The journal fact is the contact's, told by its room.
pub async fn settle(
    app: &App,
    tx: &Tx,
    before: &Touch,
    code: &str,
    settlement: Settlement,
) -> Result<Settled, WorkError> {
    let now = app.now();
    let (state, snoozed_until, finished_at) = match settlement {
        Settlement::Done => (permitted(before, Deed::Finish)?, None, Some(now)),
        Settlement::Failed => (permitted(before, Deed::Fail)?, None, Some(now)),
        Settlement::Again { until } => {
            permitted(before, Deed::Snooze)?;
            (State::Accepted, Some(until), None)
        }
    };
    let after = Touch { state, snoozed_until, finished_at, outcome_code: code.to_owned(), ..before.clone() };
    save(tx, before, &after).await?;
    tell(tx, "settled", before.id, before.customer.id, Place::of(&after), Place::of(before));
    Ok(Settled {
        state: before.state,
        snoozed_until: before.snoozed_until,
        outcome_code: before.outcome_code.clone(),
        finished_at: before.finished_at,
        version_after: before.version + 1,
    })
}

/// Puts a touch back as it stood before its outcome, if nobody moved it since.
pub async fn restore(app: &App, tx: &Tx, now: &Touch, settled: &Settled) -> Result<(), WorkError> {
    if now.version != settled.version_after {
        return Err(WorkError::ChangedMeanwhile);
    }
    let before = Touch {
        state: settled.state,
        snoozed_until: settled.snoozed_until,
        outcome_code: settled.outcome_code.clone(),
        finished_at: settled.finished_at,
        ..now.clone()
    };
    if write::save(&**tx, now, &before).await? == 0 {
        return Err(WorkError::ChangedMeanwhile);
    }
    // Whoever has it again may have been given somebody else's customer meanwhile.
    customer::show_to(app, tx, &[before.as_work()]).await?;
    tell(tx, "restored", now.id, now.customer.id, Place::of(&before), Place::of(now));
    Ok(())
}

/// Whether open work of the same matter stands on a day.
pub async fn stands_open(tx: &Tx, touch: &Touch, due: Day) -> Result<bool, WorkError> {
    Ok(read::is_open_on(&**tx, touch, due).await?)
}

/// Makes the next touch of the same matter on `due`, on the same list. None if there is one already, open or not.
pub async fn follow_up(
    app: &App,
    tx: &Tx,
    doer: Doer,
    touch: &Touch,
    due: Day,
    at_minute: Option<u16>,
) -> Result<Option<TouchId>, WorkError> {
    let next = NewTouch {
        customer: touch.customer.id,
        cause: touch.cause.clone(),
        subject: touch.subject,
        due,
        not_after: due + (touch.not_after - touch.due).max(0),
        at_minute,
        business_type: touch.business_type.clone(),
        title: touch.title.clone(),
        reason: touch.reason.clone(),
        script_key: touch.script_key.clone(),
        template_keys: touch.template_keys.clone(),
        attention: touch.attention,
        channel: touch.channel,
        priority: touch.priority,
        worth_minor: touch.worth_minor,
        unit: touch.unit_id,
        owner: touch.owner_id,
    };
    let made = create::made(app, tx, doer, vec![next]).await?.into_iter().next();
    if let Some(next) = made {
        let payload = json!({ "touch": touch.id, "next": next, "due": due });
        journal::append(app, tx, doer, Fact::about(touch.customer.id, "work", "followed_up", payload)).await?;
    }
    Ok(made)
}
