//! Touches come into being, once for each cause, customer, subject and day, and vanish with their cause.

use super::store::write;
use super::touch::{NewTouch, Touch};
use super::{Place, WorkError, tell};
use crate::customer::{self, WorkWith};
use crate::journal;
use crate::platform::{App, LiveEvent, LiveScope, Tx};
use serde_json::json;
use std::collections::{BTreeSet, HashSet};
use tend_rules::base::*;
use tend_rules::journal::{Doer, Fact};
use tend_rules::work::{Deed, may_move};

/// Writes touches in the caller's transaction; answers how many were new. Those that exist by cause, customer, subject
/// and due day, and were not withdrawn, are left as they are, so that a second run changes nothing. An owner puts the
/// touch on that person's list at once; without one it waits in its unit.
pub async fn create_touches(app: &App, tx: &Tx, doer: Doer, touches: Vec<NewTouch>) -> Result<usize, WorkError> {
    Ok(made(app, tx, doer, touches).await?.len())
}

/// As [`create_touches`]; answers the ids of the new touches.
pub(super) async fn made(
    app: &App,
    tx: &Tx,
    doer: Doer,
    touches: Vec<NewTouch>,
) -> Result<HashSet<TouchId>, WorkError> {
    let rows: Vec<(TouchId, NewTouch)> =
        touches.into_iter().map(|touch| (TouchId(app.new_id(touch.customer.bucket())), touch)).collect();
    let new: HashSet<TouchId> = write::insert(&**tx, &rows, app.now()).await?.into_iter().collect();
    let mut facts = Vec::with_capacity(new.len());
    let mut places = BTreeSet::new();
    for (id, touch) in rows.iter().filter(|(id, _)| new.contains(id)) {
        facts.push(Fact::about(
            touch.customer,
            "work",
            "touch_made",
            json!({
                "touch": id, "cause": touch.cause.id(), "due": touch.due, "channel": touch.channel,
                "title_zh": touch.title.zh, "title_en": touch.title.en, "unit": touch.unit, "owner": touch.owner,
            }),
        ));
        places.insert((touch.unit, touch.owner));
    }
    journal::append_all(app, tx, doer, facts).await?;
    let work = rows.iter().filter(|(id, _)| new.contains(id)).map(|(id, touch)| WorkWith {
        customer: touch.customer,
        touch: *id,
        unit: touch.unit,
        person: touch.owner,
        until: touch.not_after,
    });
    customer::take_on(app, tx, doer, work.collect()).await?;
    // One piece of news for each list that grew: a night makes hundreds of thousands of touches.
    for (unit, owner) in places {
        let scope = LiveScope { unit_id: Some(unit), owner_id: owner, former_owner_id: None };
        tx.tell(LiveEvent { seq: 0, room: "touch", kind: "made".into(), id: None, customer_id: None, scope });
    }
    Ok(new)
}

/// Takes back open touches whose cause vanished; answers how many. Those already closed stay.
pub async fn withdraw(app: &App, tx: &Tx, doer: Doer, touches: Vec<Touch>, reason: &str) -> Result<usize, WorkError> {
    let mut withdrawn = 0;
    for before in touches {
        let Ok(state) = may_move(before.state, Deed::Withdraw) else { continue };
        let after = Touch { state, finished_at: Some(app.now()), snoozed_until: None, ..before.clone() };
        if write::save(&**tx, &before, &after).await? == 0 {
            continue;
        }
        withdrawn += 1;
        let payload = json!({ "touch": before.id, "reason": reason });
        journal::append(app, tx, doer, Fact::about(before.customer.id, "work", "withdrawn", payload)).await?;
        tell(tx, "withdrawn", before.id, before.customer.id, Place::of(&after), Place::of(&before));
    }
    Ok(withdrawn)
}
