//! Who is here: which thing a colleague has open in which tab, and what a person says of being reachable. Short-lived
//! on purpose: a tab that is silent for a minute is forgotten, and nothing of it is kept in the journal. Whether the
//! reader may see the thing is the calling room's question.

use super::store::presence::{self as store, PresenceRow};
use super::{OrgError, Who};
use crate::platform::{App, LiveEvent, LiveScope, Tx};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use tend_rules::base::{CustomerId, Instant, StaffId, UnitId};
use utoipa::ToSchema;

/// A tab that was silent for so long is gone.
const SILENT_SECONDS: i64 = 60;

/// What a person says of being reachable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reachable {
    /// Ready for the next call.
    Ready,
    /// On a call or in a talk.
    Busy,
    /// Writing up the last one.
    WrapUp,
    /// Not at the desk.
    Away,
}

impl Reachable {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Reachable::Ready => "ready",
            Reachable::Busy => "busy",
            Reachable::WrapUp => "wrap_up",
            Reachable::Away => "away",
        }
    }

    pub(super) fn from_word(word: &str) -> Self {
        match word {
            "busy" => Reachable::Busy,
            "wrap_up" => Reachable::WrapUp,
            "away" => Reachable::Away,
            _ => Reachable::Ready,
        }
    }
}

/// Whether somebody only looks at a thing or is changing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hand {
    /// Looks at it.
    Reading,
    /// Is changing it.
    Editing,
}

impl Hand {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Hand::Reading => "no",
            Hand::Editing => "yes",
        }
    }
}

/// A thing that a tab has open, and whose screens it concerns.
#[derive(Debug, Clone)]
pub struct Open {
    /// The thing's id on the wire.
    pub thing: String,
    /// Who may hear of it.
    pub heard: LiveScope,
    /// Its customer.
    pub customer: Option<CustomerId>,
}

/// A colleague who has the same thing open.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Other {
    /// The person.
    pub staff: OtherPerson,
    /// Whether the person is changing it.
    pub editing: bool,
    /// Since when it is open.
    pub since: Instant,
}

/// A person by name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OtherPerson {
    /// The person.
    pub id: StaffId,
    /// The name.
    pub name: String,
}

/// Says that a tab of `who` has a thing open, or none; tells the others when that is news.
pub async fn be_at(app: &App, tx: &Tx, who: &Who, tab: &str, open: Option<Open>, hand: Hand) -> Result<(), OrgError> {
    if tab.is_empty() || tab.len() > 60 {
        return Err(OrgError::Invalid { field: "tab", rule: "1..60" });
    }
    let before = store::of_tab(&**tx, who.id, tab).await?;
    let now = app.now();
    let thing = open.as_ref().map_or("", |open| open.thing.as_str());
    let moved = before.as_ref().is_none_or(|row| row.thing != thing);
    let since = if moved { now } else { before.as_ref().map_or(now, |row| row.since) };
    let heard = open.as_ref().map_or_else(String::new, |open| heard_text(open.customer, &open.heard));
    let row = PresenceRow {
        staff: who.id,
        tab: tab.to_owned(),
        thing: thing.to_owned(),
        editing: hand.word().to_owned(),
        heard,
        since,
        seen_at: now,
    };
    store::keep(&**tx, &row).await?;
    if let Some(gone) = before.as_ref().filter(|row| moved && !row.thing.is_empty()) {
        tell_of(tx, "gone", gone);
    }
    let changed = before.as_ref().is_none_or(|row| row.editing != hand.word());
    if !thing.is_empty() && (moved || changed) {
        tell_of(tx, "here", &row);
    }
    if before.is_none() {
        tell_state(tx, who.id, who.unit_id);
    }
    Ok(())
}

/// Forgets a tab whose stream has ended.
pub async fn leave(app: &App, who: &Who, tab: &str) -> Result<(), OrgError> {
    let tx = app.begin().await?;
    let Some(row) = store::of_tab(&*tx, who.id, tab).await? else { return Ok(tx.roll_back().await?) };
    store::forget(&*tx, who.id, tab).await?;
    if !row.thing.is_empty() {
        tell_of(&tx, "gone", &row);
    }
    tell_state(&tx, who.id, who.unit_id);
    Ok(tx.commit().await?)
}

/// Forgets tabs that fell silent, and tells; answers how many.
pub async fn forget_silent(app: &App) -> Result<usize, OrgError> {
    let before = app.now().plus_seconds(-SILENT_SECONDS);
    if store::silent(app.read(), before).await?.is_empty() {
        return Ok(0);
    }
    let tx = app.begin().await?;
    let silent = store::silent(&*tx, before).await?;
    for (row, unit) in &silent {
        store::forget(&*tx, row.staff, &row.tab).await?;
        if !row.thing.is_empty() {
            tell_of(&tx, "gone", row);
        }
        // It may have been the last one of theirs: whoever looks at the team looks again.
        tell_state(&tx, row.staff, *unit);
    }
    tx.commit().await?;
    Ok(silent.len())
}

/// The colleagues who have a thing open, each once.
pub async fn others(app: &App, me: StaffId, thing: &str) -> Result<Vec<Other>, OrgError> {
    let since = app.now().plus_seconds(-SILENT_SECONDS);
    let mut others: Vec<Other> = Vec::new();
    for (staff, name, editing, at) in store::at_thing(app.read(), thing, since).await? {
        if staff == me {
            continue;
        }
        match others.iter_mut().find(|other| other.staff.id == staff) {
            Some(known) => {
                known.editing |= editing;
                known.since = known.since.min(at);
            }
            None => others.push(Other { staff: OtherPerson { id: staff, name }, editing, since: at }),
        }
    }
    Ok(others)
}

/// Says how reachable the person is.
pub async fn set_reachable(app: &App, tx: &Tx, who: &Who, state: Reachable) -> Result<Instant, OrgError> {
    if let Some((before, since)) = store::state_of(&**tx, who.id).await?
        && before == state
    {
        return Ok(since);
    }
    store::keep_state(&**tx, who.id, state, app.now()).await?;
    tell_state(tx, who.id, who.unit_id);
    Ok(app.now())
}

/// How reachable a person is, as the person said last; ready if nothing was said.
pub async fn reachable(app: &App, id: StaffId) -> Result<(Reachable, Option<Instant>), OrgError> {
    let found = store::state_of(app.read(), id).await?;
    Ok(found.map_or((Reachable::Ready, None), |(state, since)| (state, Some(since))))
}

/// A person as the team strip shows them.
#[derive(Debug, Clone)]
pub struct Seen {
    /// What the person said; none without a live tab.
    pub state: Option<Reachable>,
    /// Since when.
    pub since: Option<Instant>,
    /// What the person has open, on the wire.
    pub on: Option<String>,
}

/// Who of the people of a unit and below is here.
pub async fn seen_in(app: &App, unit: UnitId) -> Result<HashMap<StaffId, Seen>, OrgError> {
    let since = app.now().plus_seconds(-SILENT_SECONDS);
    let mut seen = HashMap::new();
    for row in store::of_unit(app.read(), unit, since).await? {
        let one = seen.entry(row.staff).or_insert(Seen {
            state: Some(row.state.unwrap_or(Reachable::Ready)),
            since: row.state_since.or(Some(row.since)),
            on: None,
        });
        if !row.thing.is_empty() {
            one.on = Some(row.thing);
        }
    }
    Ok(seen)
}

#[derive(Serialize, Deserialize)]
struct Heard {
    customer: Option<CustomerId>,
    scope: LiveScope,
}

fn heard_text(customer: Option<CustomerId>, scope: &LiveScope) -> String {
    serde_json::to_string(&Heard { customer, scope: scope.clone() }).unwrap_or_default()
}

fn tell_of(tx: &Tx, kind: &str, row: &PresenceRow) {
    let Ok(heard) = serde_json::from_str::<Heard>(&row.heard) else { return };
    tx.tell(LiveEvent {
        seq: 0,
        room: "presence",
        kind: kind.into(),
        id: Some(row.thing.clone()),
        customer_id: heard.customer,
        scope: heard.scope,
    });
}

/// Tells whoever looks at the team that somebody came, went, or says something else.
pub(super) fn tell_state(tx: &Tx, staff: StaffId, unit: UnitId) {
    let scope = LiveScope { unit_id: Some(unit), owner_id: Some(staff), former_owner_id: None };
    let id = Some(staff.to_string());
    tx.tell(LiveEvent { seq: 0, room: "presence", kind: "state".into(), id, customer_id: None, scope });
}
