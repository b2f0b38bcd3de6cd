//! What people look at: my day, the board of a unit, who is how busy, and a proposal to level it.

use super::WorkError;
use super::hand_out::{Handing, give};
use super::store::read;
use super::store::read::{PersonLoad, TouchFilter};
use super::touch::Touch;
use crate::org::{self, OrgError, Who};
use crate::platform::{App, Tx};
use std::collections::HashMap;
use tend_rules::base::*;
use tend_rules::org::Scope;
use tend_rules::work::{self, Desk, Movable, Move, State, by_turn};

/// A person's list of a day.
#[derive(Debug)]
pub struct MyDay {
    /// The day.
    pub day: Day,
    /// In the order in which they are to be done.
    pub items: Vec<Touch>,
    /// How many of them were due before the day.
    pub overdue: i64,
    /// Closed on the day.
    pub done: i64,
}

/// The list of `who` on a day, in order: overdue, fixed time, priority × value, oldest.
pub async fn my_day(app: &App, who: &Who, day: Day) -> Result<MyDay, WorkError> {
    // What is laid aside until later today is shown today; it comes back by itself in its place.
    let end = app.zone().instant_at(day + 1, 0);
    let mut items = read::list_of(app.read(), who.id, day, end).await?;
    let turn = by_turn(day);
    items.sort_by(|a, b| turn(&a.listed(), &b.listed()).then(a.id.cmp(&b.id)));
    let overdue = items.iter().filter(|touch| touch.due < day).count() as i64;
    let done = read::closed_by(app.read(), who.id, (app.zone().instant_at(day, 0), end)).await?;
    Ok(MyDay { day, items, overdue, done })
}

/// How a board is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Columns {
    /// A column for each state.
    State,
    /// A column for each person, and one for what waits.
    Person,
}

/// A column of a board.
#[derive(Debug)]
pub struct Column {
    /// A state's word, or a person's id; empty for what waits.
    pub key: String,
    /// How many touches there are.
    pub count: i64,
    /// The first of them.
    pub rows: Vec<Touch>,
}

/// The columns of a board.
pub async fn board(
    app: &App,
    scope: &Scope,
    filter: &TouchFilter,
    columns: Columns,
    rows: i64,
) -> Result<Vec<Column>, WorkError> {
    let db = app.read();
    let mut board = Vec::new();
    match columns {
        Columns::State => {
            let counts: HashMap<String, i64> = counts_by_state(app, scope, filter).await?.into_iter().collect();
            for state in State::ALL {
                let Some(many) = counts.get(state.word()) else { continue };
                let column = TouchFilter { states: vec![state], ..filter.clone() };
                let found = read::page(db, scope, &column, None, rows).await?;
                board.push(Column { key: state.word().to_owned(), count: *many, rows: found });
            }
        }
        Columns::Person => {
            let open = TouchFilter { states: State::OPEN.to_vec(), ..filter.clone() };
            let mut counts = read::counted_by::<Option<StaffId>>(db, scope, &open, "owner_id").await?;
            counts.sort();
            for (owner, many) in counts {
                let column = match owner {
                    Some(owner) => TouchFilter { owner: Some(owner), ..open.clone() },
                    None => TouchFilter { states: vec![State::Planned], ..open.clone() },
                };
                let key = owner.map_or_else(String::new, |owner| owner.to_string());
                board.push(Column { key, count: many, rows: read::page(db, scope, &column, None, rows).await? });
            }
        }
    }
    Ok(board)
}

/// How many touches of a filter stand in which state.
pub async fn counts_by_state(app: &App, scope: &Scope, filter: &TouchFilter) -> Result<Vec<(String, i64)>, WorkError> {
    Ok(read::counted_by::<String>(app.read(), scope, filter, "state").await?)
}

/// The unit that was asked for if it lies in the reader's tree, else the reader's own.
pub(super) async fn unit_in_tree(app: &App, who: &Who, unit: Option<UnitId>) -> Result<UnitId, WorkError> {
    let Some(unit) = unit else { return Ok(who.unit_id) };
    let seen = org::every_unit(app, &who.tree()).await?.iter().any(|one| one.id == unit);
    if seen { Ok(unit) } else { Err(OrgError::UnitNotFound.into()) }
}

/// The open work of everybody in a unit and below on a day.
pub async fn loads(app: &App, unit: UnitId, day: Day) -> Result<Vec<PersonLoad>, WorkError> {
    let (from, until) = (app.zone().instant_at(day, 0), app.zone().instant_at(day + 1, 0));
    Ok(read::loads(app.read(), unit, day, from, until).await?)
}

/// Whether a proposal is only shown or carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trial {
    /// Only shown.
    Dry,
    /// Carried out.
    Real,
}

/// Levels the day of a unit: moves what is assigned and not begun from the fullest lists to the emptiest.
pub async fn balance(
    app: &App,
    tx: &Tx,
    who: &Who,
    unit: UnitId,
    day: Day,
    trial: Trial,
) -> Result<Vec<Move<TouchId, StaffId>>, WorkError> {
    let people = loads(app, unit, day).await?;
    let desks: Vec<Desk<StaffId>> =
        people.iter().map(|person| Desk { id: person.id, load: person.load, capacity: person.capacity }).collect();
    let filter =
        TouchFilter { unit: Some(unit), states: vec![State::Assigned], due_until: Some(day), ..TouchFilter::default() };
    let touches = read::page(&**tx, &who.scope(), &filter, None, 20_000).await?;
    let movable: Vec<Movable<TouchId, StaffId>> = touches
        .iter()
        .filter_map(|touch| Some(Movable { id: touch.id, on: touch.owner_id?, urgency: touch.urgency() }))
        .collect();
    let moves = work::balance(&desks, &movable);
    if trial == Trial::Real {
        let units: HashMap<StaffId, UnitId> = people.iter().map(|person| (person.id, person.unit_id)).collect();
        let by_id: HashMap<TouchId, &Touch> = touches.iter().map(|touch| (touch.id, touch)).collect();
        let handings = moves
            .iter()
            .filter_map(|a_move| {
                let touch = (*by_id.get(&a_move.order)?).clone();
                Some(Handing { touch, to: Some(a_move.to), unit: *units.get(&a_move.to)? })
            })
            .collect();
        give(app, tx, who.doer(), handings).await?;
    }
    Ok(moves)
}
