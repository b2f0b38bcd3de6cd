//! The SQL of presence: rows that live for a minute, and what people say of being reachable.

use crate::org::presence::Reachable;
use crate::platform::{Row, sql};
use sea_orm::{ConnectionTrait, DbErr};
use tend_rules::base::{Instant, StaffId, UnitId};

/// One tab of a person.
#[derive(Debug, Clone)]
pub(in crate::org) struct PresenceRow {
    pub staff: StaffId,
    pub tab: String,
    pub thing: String,
    pub editing: String,
    pub heard: String,
    pub since: Instant,
    pub seen_at: Instant,
}

const COLUMNS: &str = "staff_id, tab, thing, editing, heard, since_ms, seen_at_ms";

fn shaped(row: &Row) -> Result<PresenceRow, DbErr> {
    Ok(PresenceRow {
        staff: row.get("staff_id")?,
        tab: row.get("tab")?,
        thing: row.get("thing")?,
        editing: row.get("editing")?,
        heard: row.get("heard")?,
        since: row.get("since_ms")?,
        seen_at: row.get("seen_at_ms")?,
    })
}

pub(in crate::org) async fn of_tab(
    db: &impl ConnectionTrait,
    staff: StaffId,
    tab: &str,
) -> Result<Option<PresenceRow>, DbErr> {
    let text = format!("SELECT {COLUMNS} FROM presence WHERE staff_id = $1 AND tab = $2");
    sql(&text).bind(staff).bind(tab).one(db, shaped).await
}

pub(in crate::org) async fn keep(db: &impl ConnectionTrait, row: &PresenceRow) -> Result<u64, DbErr> {
    sql(&format!(
        "INSERT INTO presence ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (staff_id, tab) DO UPDATE SET thing = excluded.thing, editing = excluded.editing,
           heard = excluded.heard, since_ms = excluded.since_ms, seen_at_ms = excluded.seen_at_ms"
    ))
    .bind(row.staff)
    .bind(&row.tab)
    .bind(&row.thing)
    .bind(&row.editing)
    .bind(&row.heard)
    .bind(row.since)
    .bind(row.seen_at)
    .run(db)
    .await
}

pub(in crate::org) async fn forget(db: &impl ConnectionTrait, staff: StaffId, tab: &str) -> Result<u64, DbErr> {
    sql("DELETE FROM presence WHERE staff_id = $1 AND tab = $2").bind(staff).bind(tab).run(db).await
}

/// Says of every row of one name that it is still alive; answers how many there are.
pub(in crate::org) async fn renew(db: &impl ConnectionTrait, tab: &str, now: Instant) -> Result<u64, DbErr> {
    sql("UPDATE presence SET seen_at_ms = $1 WHERE tab = $2").bind(now).bind(tab).run(db).await
}

/// Tabs that nobody heard of since an instant, each with the unit of its person.
pub(in crate::org) async fn silent(
    db: &impl ConnectionTrait,
    before: Instant,
) -> Result<Vec<(PresenceRow, UnitId)>, DbErr> {
    sql("SELECT p.staff_id, p.tab, p.thing, p.editing, p.heard, p.since_ms, p.seen_at_ms, s.unit_id
         FROM presence p
         JOIN staff s ON s.id = p.staff_id
         WHERE p.seen_at_ms < $1
         LIMIT 1000")
    .bind(before)
    .all(db, |row| Ok((shaped(row)?, row.get("unit_id")?)))
    .await
}

/// Who has a thing open: person, name, whether editing, since when.
pub(in crate::org) async fn at_thing(
    db: &impl ConnectionTrait,
    thing: &str,
    since: Instant,
) -> Result<Vec<(StaffId, String, bool, Instant)>, DbErr> {
    sql("SELECT p.staff_id, s.name, p.editing, p.since_ms
         FROM presence p
         JOIN staff s ON s.id = p.staff_id
         WHERE p.thing = $1 AND p.seen_at_ms >= $2
         ORDER BY p.since_ms, p.staff_id
         LIMIT 200")
    .bind(thing)
    .bind(since)
    .all(db, |row| {
        let editing = row.get::<String>("editing")? == "yes";
        Ok((row.get("staff_id")?, row.get("name")?, editing, row.get("since_ms")?))
    })
    .await
}

pub(in crate::org) async fn state_of(
    db: &impl ConnectionTrait,
    staff: StaffId,
) -> Result<Option<(Reachable, Instant)>, DbErr> {
    sql("SELECT state, since_ms FROM staff_state WHERE staff_id = $1")
        .bind(staff)
        .one(db, |row| Ok((Reachable::from_word(&row.get::<String>("state")?), row.get("since_ms")?)))
        .await
}

pub(in crate::org) async fn keep_state(
    db: &impl ConnectionTrait,
    staff: StaffId,
    state: Reachable,
    now: Instant,
) -> Result<u64, DbErr> {
    sql("INSERT INTO staff_state (staff_id, state, since_ms) VALUES ($1, $2, $3)
         ON CONFLICT (staff_id) DO UPDATE SET state = excluded.state, since_ms = excluded.since_ms")
    .bind(staff)
    .bind(state.word())
    .bind(now)
    .run(db)
    .await
}

/// A live tab with what its person said.
#[derive(Debug)]
pub(in crate::org) struct TabRow {
    pub staff: StaffId,
    pub thing: String,
    pub since: Instant,
    pub state: Option<Reachable>,
    pub state_since: Option<Instant>,
}

/// The live tabs of the people of a unit and below, oldest first.
pub(in crate::org) async fn of_unit(
    db: &impl ConnectionTrait,
    unit: UnitId,
    since: Instant,
) -> Result<Vec<TabRow>, DbErr> {
    sql("SELECT p.staff_id, p.thing, p.since_ms, t.state, t.since_ms AS state_since_ms
         FROM presence p
         JOIN staff s ON s.id = p.staff_id
         LEFT JOIN staff_state t ON t.staff_id = p.staff_id
         WHERE p.seen_at_ms >= $1
           AND s.unit_id IN (SELECT descendant_id FROM unit_closure WHERE ancestor_id = $2)
         ORDER BY p.since_ms
         LIMIT 20000")
    .bind(since)
    .bind(unit)
    .all(db, |row| {
        Ok(TabRow {
            staff: row.get("staff_id")?,
            thing: row.get("thing")?,
            since: row.get("since_ms")?,
            state: row.get::<Option<String>>("state")?.map(|word| Reachable::from_word(&word)),
            state_since: row.get("state_since_ms")?,
        })
    })
    .await
}
