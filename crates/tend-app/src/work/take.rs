//! One person and one touch: taken by one conditional update, handed back, laid aside and taken up again.

use super::reach::{self, Wish};
use super::store::read::TouchFilter;
use super::store::{read, write};
use super::touch::Touch;
use super::{Place, WorkError, tell};
use crate::customer;
use crate::journal;
use crate::org::Who;
use crate::platform::{App, Page, PageQuery, Tx};
use serde_json::json;
use tend_rules::base::*;
use tend_rules::journal::Fact;
use tend_rules::org::Scope;
use tend_rules::work::{Deed, Refused, State, may_move};

/// Counting stops here: beyond it a list says "about".
const COUNT_MAX: i64 = 10_000;

/// One touch in scope.
pub async fn one(app: &App, scope: &Scope, id: TouchId) -> Result<Touch, WorkError> {
    read::one(app.read(), scope, id).await?.ok_or(WorkError::TouchNotFound)
}

/// One touch in scope, read in the transaction that will change it.
pub async fn in_hand(tx: &Tx, scope: &Scope, id: TouchId) -> Result<Touch, WorkError> {
    read::one(&**tx, scope, id).await?.ok_or(WorkError::TouchNotFound)
}

/// One touch in scope for a change that goes on to its customer, who is locked first.
pub async fn one_for_change(tx: &Tx, scope: &Scope, id: TouchId) -> Result<Touch, WorkError> {
    lock_customer_of(tx, id).await?;
    in_hand(tx, scope, id).await
}

async fn lock_customer_of(tx: &Tx, id: TouchId) -> Result<(), WorkError> {
    if let Some(customer) = read::customer_of(&**tx, id).await? {
        customer::lock_first(tx, &[customer]).await?;
    }
    Ok(())
}

/// Several touches in scope, in no order.
pub async fn several(app: &App, scope: &Scope, ids: &[TouchId]) -> Result<Vec<Touch>, WorkError> {
    Ok(read::several(app.read(), scope, ids).await?)
}

/// A page of touches, oldest due day first.
pub async fn page(app: &App, scope: &Scope, filter: &TouchFilter, query: &PageQuery) -> Result<Page<Touch>, WorkError> {
    let after = query.cursor.as_deref().map(|text| place_in(text).ok_or(bad_cursor())).transpose()?;
    let rows = query.rows();
    let mut items = read::page(app.read(), scope, filter, after, rows + 1).await?;
    let next = (items.len() as i64 > rows).then(|| {
        items.truncate(rows as usize);
        items.last().map(Touch::cursor)
    });
    let about = read::count(app.read(), scope, filter, COUNT_MAX).await?;
    Ok(Page { items, next: next.flatten(), about: Some(about) })
}

/// The place in a list that a cursor names.
pub(super) fn place_in(text: &str) -> Option<(Day, TouchId)> {
    let (day, id) = text.split_once('.')?;
    Some((day.parse().ok()?, id.parse().ok()?))
}

fn bad_cursor() -> WorkError {
    WorkError::Invalid { field: "cursor", rule: "as the previous page gave it" }
}

/// Takes a touch for `who`. One conditional update decides: of many who try at once, one gets it and the others learn
/// who did. Taking what one has already taken changes nothing. Whether the customer may still be contacted, and at this
/// hour, is asked in the same transaction.
pub async fn claim(app: &App, tx: &Tx, who: &Who, id: TouchId, wish: Wish) -> Result<Touch, WorkError> {
    lock_customer_of(tx, id).await?;
    let Some(row) = write::claim(&**tx, &who.scope(), who.id, id, app.today()).await? else {
        return unclaimed(tx, who, id, app.today()).await;
    };
    let taken = in_hand(tx, &Scope::Firm, id).await?;
    reach::may_contact(app, tx, &taken).await?;
    reach::within_hours(app, tx, &taken, app.now(), wish).await?;
    let payload = json!({ "touch": id, "staff": who.id, "customer_asked": wish == Wish::Customer });
    journal::append(app, tx, who.doer(), Fact::about(row.customer_id, "work", "accepted", payload)).await?;
    customer::take_on(app, tx, who.doer(), vec![taken.as_work()]).await?;
    let place = Place { unit: row.unit_id, owner: Some(who.id) };
    tell(tx, "accepted", id, row.customer_id, place, Place { owner: None, ..place });
    in_hand(tx, &who.scope(), id).await
}

/// Why a claim moved nothing.
async fn unclaimed(tx: &Tx, who: &Who, id: TouchId, today: Day) -> Result<Touch, WorkError> {
    // A maintainer loses sight of a touch in the moment somebody else takes it, and should still learn who did: the
    // place where the touch was visible is the customer, who is asked for instead.
    let touch = match read::one(&**tx, &who.scope(), id).await? {
        Some(touch) => touch,
        None => {
            let hidden = read::one(&**tx, &Scope::Firm, id).await?;
            hidden.filter(|touch| touch.customer.owner_id == Some(who.id)).ok_or(WorkError::TouchNotFound)?
        }
    };
    match (touch.state, touch.owner_id) {
        (State::Accepted, Some(owner)) if owner == who.id => Ok(touch),
        (state, _) if !state.is_open() => Err(WorkError::Unfit { state, refused: Refused::Closed }),
        (_, Some(owner)) if owner != who.id => Err(WorkError::Taken { owner: touch.owner_name.unwrap_or_default() }),
        // Its last day ended a moment ago, and the clock has not closed it yet.
        _ if touch.not_after < today => Err(WorkError::Unfit { state: State::Expired, refused: Refused::Closed }),
        _ => Err(WorkError::ChangedMeanwhile),
    }
}

/// Puts a touch back for others in its unit.
pub async fn hand_back(app: &App, tx: &Tx, who: &Who, id: TouchId) -> Result<Touch, WorkError> {
    let before = one_for_change(tx, &who.scope(), id).await?;
    let state = permitted(&before, Deed::HandBack)?;
    let after = Touch { state, owner_id: None, owner_name: None, snoozed_until: None, ..before.clone() };
    save(tx, &before, &after).await?;
    // Whoever hands the work back no longer sees the customer of another for it.
    customer::show_to(app, tx, &[after.as_work()]).await?;
    let payload = json!({ "touch": id, "from": before.owner_id });
    journal::append(app, tx, who.doer(), Fact::about(before.customer.id, "work", "handed_back", payload)).await?;
    tell(tx, "handed_back", id, before.customer.id, Place::of(&after), Place::of(&before));
    Ok(Touch { version: before.version + 1, ..after })
}

/// Lays a touch aside until an instant: after now, not beyond its last day.
pub async fn snooze(app: &App, tx: &Tx, who: &Who, id: TouchId, until: Instant) -> Result<Touch, WorkError> {
    let before = in_hand(tx, &who.scope(), id).await?;
    let state = permitted(&before, Deed::Snooze)?;
    if until <= app.now() || app.zone().day_of(until) > before.not_after {
        return Err(WorkError::SnoozeUnfit { not_after: before.not_after });
    }
    reach::may_contact(app, tx, &before).await?;
    reach::within_hours(app, tx, &before, until, Wish::Firm).await?;
    let after = Touch { state, snoozed_until: Some(until), ..before.clone() };
    save(tx, &before, &after).await?;
    let payload = json!({ "touch": id, "until": until });
    journal::append(app, tx, who.doer(), Fact::about(before.customer.id, "work", "snoozed", payload)).await?;
    tell(tx, "snoozed", id, before.customer.id, Place::of(&after), Place::of(&before));
    Ok(Touch { version: before.version + 1, ..after })
}

/// Takes up again what was laid aside: it is back on its list at once. What is not laid aside stays as it is.
pub async fn take_up(app: &App, tx: &Tx, who: &Who, id: TouchId) -> Result<Touch, WorkError> {
    let before = in_hand(tx, &who.scope(), id).await?;
    let state = permitted(&before, Deed::Snooze)?;
    let Some(until) = before.snoozed_until else { return Ok(before) };
    let after = Touch { state, snoozed_until: None, ..before.clone() };
    save(tx, &before, &after).await?;
    let payload = json!({ "touch": id, "until": until });
    journal::append(app, tx, who.doer(), Fact::about(before.customer.id, "work", "taken_up", payload)).await?;
    tell(tx, "taken_up", id, before.customer.id, Place::of(&after), Place::of(&before));
    Ok(Touch { version: before.version + 1, ..after })
}

/// The state after a deed, or the refusal as this room's error.
pub(super) fn permitted(touch: &Touch, deed: Deed) -> Result<State, WorkError> {
    may_move(touch.state, deed).map_err(|refused| WorkError::Unfit { state: touch.state, refused })
}

/// Writes a change, or says that somebody was faster.
pub(super) async fn save(tx: &Tx, before: &Touch, after: &Touch) -> Result<(), WorkError> {
    match write::save(&**tx, before, after).await? {
        1 => Ok(()),
        _ => Err(WorkError::ChangedMeanwhile),
    }
}
