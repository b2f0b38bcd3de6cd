//! Handlers of the board: columns and lanes, the team strip, moves by hand, levelling.

use super::{DayQuery, TouchQuery, TouchShape};
use crate::org::{Actor, Reachable, grant};
use crate::platform::{App, Problem, Refusal, Validated, words};
use crate::work::board::{Column, Columns, Trial, unit_in_tree};
use crate::work::moves::{Goal, Moved, Wish};
use crate::work::store::read::PersonLoad;
use crate::work::team::TeamMate;
use crate::work::{self, Touch, WorkError};
use axum::Json;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use tend_rules::base::*;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read_board))
        .routes(routes!(read_load))
        .routes(routes!(read_team))
        .routes(routes!(create_moves))
        .routes(routes!(create_balance))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct BoardQuery {
    /// `state` (if not said) or `person`.
    group: Option<String>,
    /// Rows of a column, 1..100; 20 if not said.
    rows: Option<i64>,
}

#[derive(Debug, Serialize, ToSchema)]
struct BoardColumn {
    /// A state, or a person's id; empty for what waits.
    key: String,
    /// The person's name, where the columns are people.
    name: Option<String>,
    /// How many there are.
    count: i64,
    /// The first of them.
    rows: Vec<TouchShape>,
    /// The cursor for `GET /touches` behind these rows, with the column's `state` or `owner`; none if these are all.
    next: Option<String>,
    /// Open and due today or before, where the column is a person.
    load: Option<i64>,
    /// Work orders a day, where the column is a person.
    capacity: Option<i64>,
    /// Of the load, due before today.
    overdue: Option<i64>,
}

/// The board of a unit: columns with counts and their first rows. With people as columns everybody of the unit who does
/// work is a column, also with nothing to do.
#[utoipa::path(get, path = "/board", tag = "work", params(BoardQuery, TouchQuery), responses((status = 200, body = Vec<BoardColumn>)))]
async fn read_board(
    who: Actor<grant::ReadWork>,
    State(app): State<App>,
    Query(query): Query<BoardQuery>,
    Query(touches): Query<TouchQuery>,
) -> Result<Json<Vec<BoardColumn>>, Problem> {
    let columns = if query.group.as_deref() == Some("person") { Columns::Person } else { Columns::State };
    let rows = query.rows.unwrap_or(20).clamp(1, 100);
    let filter = touches.filter()?;
    let board = work::board(&app, &who.scope(), &filter, columns, rows).await?;
    let mut people: Vec<PersonLoad> = Vec::new();
    if columns == Columns::Person && who.may(tend_rules::org::Permission::HandOutWork) {
        let unit = unit_in_tree(&app, &who, filter.unit).await?;
        people = work::loads(&app, unit, app.today()).await?;
        people.retain(|person| filter.owner.is_none_or(|owner| owner == person.id));
    }
    let (today, language) = (app.today(), who.language);
    let shape = |column: Column, person: Option<&PersonLoad>| BoardColumn {
        name: person.map(|person| person.name.clone()).or_else(|| {
            let owner = column.rows.first().filter(|_| columns == Columns::Person)?;
            owner.owner_name.clone()
        }),
        next: column.rows.last().filter(|_| column.count > column.rows.len() as i64).map(Touch::cursor),
        key: column.key,
        count: column.count,
        rows: column.rows.into_iter().map(|touch| TouchShape::of(&app, touch, language, today)).collect(),
        load: person.map(|person| person.load),
        capacity: person.map(|person| person.capacity),
        overdue: person.map(|person| person.overdue),
    };
    let mut shaped = Vec::with_capacity(board.len() + people.len());
    for column in board {
        let place = people.iter().position(|person| person.id.to_string() == column.key);
        let person = place.map(|place| people.swap_remove(place));
        shaped.push(shape(column, person.as_ref()));
    }
    people.sort_by_key(|person| person.id);
    for person in people {
        let column = Column { key: person.id.to_string(), count: 0, rows: Vec::new() };
        shaped.push(shape(column, Some(&person)));
    }
    Ok(Json(shaped))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct UnitQuery {
    /// The unit; the own one if not said.
    unit: Option<UnitId>,
}

#[derive(Debug, Serialize, ToSchema)]
struct LoadShape {
    staff_id: StaffId,
    name: String,
    unit_id: UnitId,
    /// Work orders a day.
    capacity: i64,
    /// Open and due.
    load: i64,
    /// Of these, due before the day.
    overdue: i64,
    /// Closed on the day.
    done: i64,
}

impl From<PersonLoad> for LoadShape {
    fn from(person: PersonLoad) -> Self {
        Self {
            staff_id: person.id,
            name: person.name,
            unit_id: person.unit_id,
            capacity: person.capacity,
            load: person.load,
            overdue: person.overdue,
            done: person.done,
        }
    }
}

/// How busy everybody of a unit and below is.
#[utoipa::path(get, path = "/board/load", tag = "work", params(UnitQuery, DayQuery), responses((status = 200, body = Vec<LoadShape>)))]
async fn read_load(
    who: Actor<grant::HandOutWork>,
    State(app): State<App>,
    Query(query): Query<UnitQuery>,
    Query(day): Query<DayQuery>,
) -> Result<Json<Vec<LoadShape>>, Problem> {
    let unit = unit_in_tree(&app, &who, query.unit).await?;
    let loads = work::loads(&app, unit, day.day.unwrap_or(app.today())).await?;
    Ok(Json(loads.into_iter().map(LoadShape::from).collect()))
}

/// A person of the team strip.
#[derive(Debug, Serialize, ToSchema)]
struct TeamShape {
    #[serde(flatten)]
    load: LoadShape,
    /// `ready`, `busy`, `wrap_up`, `away`; `offline` without an open desk.
    state: &'static str,
    /// Since when.
    since: Option<Instant>,
    /// The id of what the person has open.
    on: Option<String>,
    /// When the person last recorded an outcome today.
    last_deed_at: Option<Instant>,
    /// Minutes since the person did anything; none for those who are not here.
    idle_minutes: Option<i64>,
}

impl TeamShape {
    fn of(mate: TeamMate, now: Instant) -> Self {
        let idle_minutes = mate.idle_minutes(now);
        let state = match mate.seen.as_ref().and_then(|seen| seen.state) {
            None => "offline",
            Some(Reachable::Ready) => "ready",
            Some(Reachable::Busy) => "busy",
            Some(Reachable::WrapUp) => "wrap_up",
            Some(Reachable::Away) => "away",
        };
        let (since, on) = mate.seen.map_or((None, None), |seen| (seen.since, seen.on));
        Self { load: mate.load.into(), state, since, on, last_deed_at: mate.last_deed, idle_minutes }
    }
}

/// Who of a unit and below is here, on what, how full the list is, and who is idle.
#[utoipa::path(get, path = "/board/team", tag = "work", params(UnitQuery), responses((status = 200, body = Vec<TeamShape>)))]
async fn read_team(
    who: Actor<grant::HandOutWork>,
    State(app): State<App>,
    Query(query): Query<UnitQuery>,
) -> Result<Json<Vec<TeamShape>>, Problem> {
    let unit = unit_in_tree(&app, &who, query.unit).await?;
    let (team, now) = (work::team(&app, unit).await?, app.now());
    Ok(Json(team.into_iter().map(|mate| TeamShape::of(mate, now)).collect()))
}

#[derive(Debug, Deserialize, ToSchema)]
struct MoveBody {
    /// The work order.
    touch_id: TouchId,
    /// The version that was seen.
    version: i64,
    /// To this person's list,
    staff_id: Option<StaffId>,
    /// or to this unit, where it waits.
    unit_id: Option<UnitId>,
}

#[derive(Debug, Deserialize, ToSchema)]
struct MovesBody {
    /// 1 to 500 moves.
    moves: Vec<MoveBody>,
}

/// A move that was not made.
#[derive(Debug, Serialize, ToSchema)]
struct RefusedMove {
    touch_id: TouchId,
    /// The stable code of the reason.
    code: &'static str,
    /// The reason in the reader's language.
    title: String,
    /// The work order as it stands.
    touch: Option<TouchShape>,
}

/// What came of moves.
#[derive(Debug, Serialize, ToSchema)]
struct MovesShape {
    /// The work orders that moved.
    moved: Vec<TouchShape>,
    /// Those that did not.
    refused: Vec<RefusedMove>,
}

/// Moves work orders to people or units: a drag is one move, a proposal that was agreed to is many. What changed since
/// it was seen stays where it is.
#[utoipa::path(post, path = "/board/moves", tag = "work", request_body = MovesBody, responses((status = 200, body = MovesShape)))]
async fn create_moves(
    who: Actor<grant::HandOutWork>,
    State(app): State<App>,
    Validated(body): Validated<MovesBody>,
) -> Result<Json<MovesShape>, Problem> {
    let wish = |one: MoveBody| match (one.staff_id, one.unit_id) {
        (Some(person), None) => Ok(Wish { touch: one.touch_id, version: one.version, to: Goal::Person(person) }),
        (None, Some(unit)) => Ok(Wish { touch: one.touch_id, version: one.version, to: Goal::Unit(unit) }),
        _ => Err(WorkError::NoTaker),
    };
    let wishes = body.moves.into_iter().map(wish).collect::<Result<Vec<_>, _>>()?;
    let tx = who.begin(&app).await?;
    let Moved { moved, refused } = work::make_moves(&app, &tx, &who, &wishes).await?;
    tx.commit().await?;
    let (today, language) = (app.today(), who.language);
    let shape = |touch: Touch| TouchShape::of(&app, touch, language, today);
    let refused = refused.into_iter().map(|one| RefusedMove {
        touch_id: one.touch,
        code: one.code(),
        title: words(language).fill(&format!("{}.title", one.code()), &one.why.params()),
        touch: one.stands.map(shape),
    });
    Ok(Json(MovesShape { refused: refused.collect(), moved: moved.into_iter().map(shape).collect() }))
}

#[derive(Debug, Deserialize, ToSchema)]
struct BalanceBody {
    /// The unit; the own one if not said.
    unit_id: Option<UnitId>,
    /// The day; today if not said.
    day: Option<Day>,
    /// `true` shows the moves, `false` makes them at once.
    dry_run: bool,
}

/// The customer of a move.
#[derive(Debug, Serialize, ToSchema)]
struct MoveCustomer {
    id: CustomerId,
    name: String,
}

/// A move of the proposal; `POST /board/moves` takes it as it is shown.
#[derive(Debug, Serialize, ToSchema)]
struct MoveShape {
    touch_id: TouchId,
    /// The version that was seen.
    version: i64,
    /// What the work order is, in the reader's language.
    title: String,
    customer: MoveCustomer,
    from: StaffId,
    from_name: String,
    to: StaffId,
    to_name: String,
}

/// Proposes how to level a unit's day: from the fullest lists to the emptiest, only what nobody has begun.
#[utoipa::path(post, path = "/board/balance", tag = "work", request_body = BalanceBody, responses((status = 200, body = Vec<MoveShape>)))]
async fn create_balance(
    who: Actor<grant::HandOutWork>,
    State(app): State<App>,
    Validated(body): Validated<BalanceBody>,
) -> Result<Json<Vec<MoveShape>>, Problem> {
    let unit = unit_in_tree(&app, &who, body.unit_id).await?;
    let trial = if body.dry_run { Trial::Dry } else { Trial::Real };
    let tx = who.begin(&app).await?;
    let moves = work::balance(&app, &tx, &who, unit, body.day.unwrap_or(app.today()), trial).await?;
    tx.commit().await?;
    let ids: Vec<TouchId> = moves.iter().map(|one| one.order).collect();
    let touches = work::several(&app, &who.scope(), &ids).await?;
    let touches: HashMap<TouchId, Touch> = touches.into_iter().map(|touch| (touch.id, touch)).collect();
    let names = crate::org::staff_names(app.read()).await?;
    let name = |id: StaffId| names.get(&id).cloned().unwrap_or_default();
    let shape = |one: tend_rules::work::Move<TouchId, StaffId>| {
        let touch = touches.get(&one.order)?;
        Some(MoveShape {
            touch_id: one.order,
            version: touch.version,
            title: touch.title.of(who.language).to_owned(),
            customer: MoveCustomer { id: touch.customer.id, name: touch.customer.name.clone() },
            from: one.from,
            from_name: name(one.from),
            to: one.to,
            to_name: name(one.to),
        })
    };
    Ok(Json(moves.into_iter().filter_map(shape).collect()))
}
