//! The SQL of units and people, and the one predicate by which every other room keeps a reader in scope.

mod access;
mod factor;
mod handed;
pub(super) mod keep;
pub(super) mod notice;
pub(super) mod presence;
mod session;
mod sso;

pub(super) use access::*;
pub(super) use factor::*;
pub(super) use handed::*;
pub(super) use session::*;
pub(super) use sso::*;

use super::{Seat, Staff, Unit, Who, session::preferred_language};
use crate::platform::{FromColumn, Row, Sql, literally, sql};
use sea_orm::{ConnectionTrait, DbErr};
use std::collections::HashMap;
use std::hash::Hash;
use tend_rules::base::{Day, Instant, StaffId, UnitId};
use tend_rules::org::{Duty, Role, Scope};

/// Appends the predicate of a scope to a statement: `unit` and `owner` are the columns of the row in question, such as
/// `c.unit_id` and `c.owner_id`. Every query over customer rows ends with it.
#[must_use]
pub fn scope_predicate(statement: Sql, scope: &Scope, unit: &str, owner: &str) -> Sql {
    match scope {
        Scope::Firm => statement.text("TRUE"),
        Scope::Subtree(root) => statement
            .text(unit)
            .text(" IN (SELECT descendant_id FROM unit_closure WHERE ancestor_id = ")
            .arg(*root)
            .text(")"),
        Scope::Own(staff) => statement.text(owner).text(" = ").arg(*staff),
        Scope::Nothing => statement.text("FALSE"),
    }
}

const WHO: &str = "s.id, s.name, s.login, s.role, s.unit_id, s.preferences";

fn who(row: &Row) -> Result<Who, DbErr> {
    Ok(Who {
        id: row.get("id")?,
        name: row.get("name")?,
        login: row.get("login")?,
        role: role(row)?,
        unit_id: row.get("unit_id")?,
        language: preferred_language(&row.get::<String>("preferences")?),
        session: None,
        token: None,
        duty: Duty::None,
        idempotency_key: None,
    })
}

fn role(row: &Row) -> Result<Role, DbErr> {
    let word: String = row.get("role")?;
    Role::from_word(&word).ok_or_else(|| DbErr::Type(format!("{word} is no role")))
}

/// Where somebody sits whose unit it is.
pub(super) async fn seat(db: &impl ConnectionTrait, unit: UnitId) -> Result<Seat, DbErr> {
    let roots: i64 = sql("SELECT COUNT(*) FROM unit WHERE id = $1 AND parent_id IS NULL").bind(unit).value(db).await?;
    Ok(if roots > 0 { Seat::HeadOffice } else { Seat::Below })
}

/// A person who works here.
pub(super) async fn working(db: &impl ConnectionTrait, id: StaffId) -> Result<Option<Who>, DbErr> {
    sql(&format!(
        "SELECT {WHO}
         FROM staff s
         LEFT JOIN staff_departure d ON d.staff_id = s.id
         WHERE s.id = $1 AND d.staff_id IS NULL"
    ))
    .bind(id)
    .one(db, who)
    .await
}

pub(super) async fn units(db: &impl ConnectionTrait, within: Option<UnitId>) -> Result<Vec<Unit>, DbErr> {
    let statement = sql("SELECT u.id, u.parent_id, u.kind, u.name, u.region, u.version,
           (SELECT COUNT(*) FROM staff s LEFT JOIN staff_departure d ON d.staff_id = s.id
            WHERE s.unit_id = u.id AND d.staff_id IS NULL) AS staff_count
         FROM unit u WHERE ");
    let statement = match within {
        Some(root) => {
            statement.text("u.id IN (SELECT descendant_id FROM unit_closure WHERE ancestor_id = ").arg(root).text(")")
        }
        None => statement.text("TRUE"),
    };
    statement
        .text(" ORDER BY u.id LIMIT 10000")
        .all(db, |row| {
            Ok(Unit {
                id: row.get("id")?,
                parent_id: row.get("parent_id")?,
                kind: row.get("kind")?,
                name: row.get("name")?,
                region: row.get("region")?,
                staff_count: row.get("staff_count")?,
                version: row.get("version")?,
            })
        })
        .await
}

pub(super) async fn insert_unit(db: &impl ConnectionTrait, unit: &Unit, now: Instant) -> Result<(), DbErr> {
    sql("INSERT INTO unit (id, parent_id, kind, name, region, created_at_ms) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(unit.id)
        .bind(unit.parent_id)
        .bind(&unit.kind)
        .bind(&unit.name)
        .bind(&unit.region)
        .bind(now)
        .run(db)
        .await?;
    sql("INSERT INTO unit_closure (ancestor_id, descendant_id, depth)
         SELECT ancestor_id, $1, CAST(depth + 1 AS SMALLINT) FROM unit_closure WHERE descendant_id = $2")
    .bind(unit.id)
    .bind(unit.parent_id)
    .run(db)
    .await?;
    sql("INSERT INTO unit_closure (ancestor_id, descendant_id, depth) VALUES ($1, $1, 0)")
        .bind(unit.id)
        .run(db)
        .await?;
    Ok(())
}

pub(super) async fn update_unit(
    db: &impl ConnectionTrait,
    id: UnitId,
    name: &str,
    region: &str,
    version: i64,
) -> Result<u64, DbErr> {
    sql("UPDATE unit SET name = $1, region = $2, version = version + 1 WHERE id = $3 AND version = $4")
        .bind(name)
        .bind(region)
        .bind(id)
        .bind(version)
        .run(db)
        .await
}

/// People of a list at most, where it is not paged.
const STAFF_MAX: i64 = 100_000;

/// Which people are wanted.
#[derive(Debug, Default)]
pub(super) struct StaffFilter<'a> {
    pub within: Option<UnitId>,
    pub id: Option<StaffId>,
    pub login: Option<&'a str>,
    pub unit: Option<UnitId>,
    pub role: Option<Role>,
    /// Part of a name or login.
    pub part: &'a str,
}

impl StaffFilter<'_> {
    /// Appends the conditions of the filter.
    fn narrow(&self, mut statement: Sql) -> Sql {
        if let Some(root) = self.within {
            statement = statement
                .text(" AND s.unit_id IN (SELECT descendant_id FROM unit_closure WHERE ancestor_id = ")
                .arg(root)
                .text(")");
        }
        if let Some(id) = self.id {
            statement = statement.text(" AND s.id = ").arg(id);
        }
        if let Some(login) = self.login {
            statement = statement.text(" AND s.login = ").arg(login);
        }
        if let Some(unit) = self.unit {
            statement = statement.text(" AND s.unit_id = ").arg(unit);
        }
        if let Some(role) = self.role {
            statement = statement.text(" AND s.role = ").arg(role.word());
        }
        if !self.part.is_empty() {
            let escaped = literally(self.part);
            // As it was typed too: SQLite knows the small letters of English only.
            let (typed, small) = (format!("%{escaped}%"), format!("%{}%", escaped.to_lowercase()));
            let ways = [
                (" AND (s.name LIKE ", typed),
                (" OR LOWER(s.name) LIKE ", small.clone()),
                (" OR s.login LIKE ", small),
            ];
            for (text, pattern) in ways {
                statement = statement.text(text).arg(pattern).text(" ESCAPE '\\'");
            }
            statement = statement.text(")");
        }
        statement
    }
}

/// How many people there are.
pub(super) async fn count_staff(db: &impl ConnectionTrait, filter: &StaffFilter<'_>) -> Result<i64, DbErr> {
    filter.narrow(sql("SELECT COUNT(*) FROM staff s WHERE TRUE")).value(db).await
}

/// People in the order of their ids.
pub(super) async fn staff(db: &impl ConnectionTrait, filter: StaffFilter<'_>) -> Result<Vec<Staff>, DbErr> {
    staff_behind(db, &filter, None, STAFF_MAX).await
}

/// Those behind somebody of the list, or its first ones.
pub(super) async fn staff_behind(
    db: &impl ConnectionTrait,
    filter: &StaffFilter<'_>,
    behind: Option<StaffId>,
    limit: i64,
) -> Result<Vec<Staff>, DbErr> {
    let mut statement = filter.narrow(sql(PEOPLE));
    if let Some(behind) = behind {
        statement = statement.text(" AND s.id > ").arg(behind);
    }
    statement.text(" ORDER BY s.id LIMIT ").arg(limit).all(db, person).await
}

/// Those who work here and of whose name or login the filter's part is a part: whole names first, then those that begin so.
pub(super) async fn staff_met(
    db: &impl ConnectionTrait,
    filter: &StaffFilter<'_>,
    limit: i64,
) -> Result<Vec<Staff>, DbErr> {
    let statement = filter.narrow(sql(PEOPLE)).text(" AND d.left_on_day IS NULL ORDER BY CASE WHEN s.name = ");
    let statement = statement.arg(filter.part).text(" THEN 0 WHEN s.name LIKE ");
    let statement =
        statement.arg(format!("{}%", literally(filter.part))).text(" ESCAPE '\\' THEN 1 ELSE 2 END, s.id LIMIT ");
    statement.arg(limit).all(db, person).await
}

const PEOPLE: &str = "SELECT s.id, s.unit_id, u.name AS unit_name, s.login, s.name, s.role, s.capacity_per_day,
       s.languages, s.skills, s.version, s.preferences, d.left_on_day, d.heir_id,
       CASE WHEN s.totp_cell IS NOT NULL OR EXISTS (SELECT 1 FROM passkey p WHERE p.staff_id = s.id)
         THEN 1 ELSE 0 END AS second_factors
     FROM staff s
     JOIN unit u ON u.id = s.unit_id
     LEFT JOIN staff_departure d ON d.staff_id = s.id
     WHERE TRUE";

fn person(row: &Row) -> Result<Staff, DbErr> {
    Ok(Staff {
        id: row.get("id")?,
        unit_id: row.get("unit_id")?,
        unit_name: row.get("unit_name")?,
        login: row.get("login")?,
        name: row.get("name")?,
        role: role(row)?,
        capacity_per_day: row.get("capacity_per_day")?,
        languages: words_in(&row.get::<String>("languages")?),
        skills: words_in(&row.get::<String>("skills")?),
        left_on: row.get("left_on_day")?,
        heir_id: row.get("heir_id")?,
        second_factor: row.get::<i32>("second_factors")? == 1,
        preferences: row.get("preferences")?,
        version: row.get("version")?,
    })
}

fn words_in(list: &str) -> Vec<String> {
    list.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The names of people by id, for shaping lists.
pub async fn staff_names(db: &impl ConnectionTrait) -> Result<HashMap<StaffId, String>, DbErr> {
    names(db, sql("SELECT id, name FROM staff LIMIT 100000")).await
}

/// The names of some people.
pub async fn staff_names_of(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = StaffId>,
) -> Result<HashMap<StaffId, String>, DbErr> {
    names(db, sql("SELECT id, name FROM staff WHERE id IN ").list(ids)).await
}

/// The names of some units.
pub async fn unit_names_of(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = UnitId>,
) -> Result<HashMap<UnitId, String>, DbErr> {
    names(db, sql("SELECT id, name FROM unit WHERE id IN ").list(ids)).await
}

async fn names<Id: FromColumn + Eq + Hash>(
    db: &impl ConnectionTrait,
    wanted: Sql,
) -> Result<HashMap<Id, String>, DbErr> {
    let rows = wanted.all(db, |row| Ok((row.get("id")?, row.get("name")?))).await?;
    Ok(rows.into_iter().collect())
}

pub(super) async fn insert_staff(
    db: &impl ConnectionTrait,
    staff: &Staff,
    password_hash: &str,
    now: Instant,
) -> Result<u64, DbErr> {
    sql("INSERT INTO staff (id, unit_id, login, name, role, capacity_per_day, languages, skills, password_hash, created_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
    .bind(staff.id)
    .bind(staff.unit_id)
    .bind(&staff.login)
    .bind(&staff.name)
    .bind(staff.role.word())
    .bind(staff.capacity_per_day)
    .bind(staff.languages.join(","))
    .bind(staff.skills.join(","))
    .bind(password_hash)
    .bind(now)
    .run(db)
    .await
}

pub(super) async fn update_staff(db: &impl ConnectionTrait, staff: &Staff, version: i64) -> Result<u64, DbErr> {
    sql("UPDATE staff SET unit_id = $1, name = $2, role = $3, capacity_per_day = $4, languages = $5, skills = $6,
           version = version + 1
         WHERE id = $7 AND version = $8")
    .bind(staff.unit_id)
    .bind(&staff.name)
    .bind(staff.role.word())
    .bind(staff.capacity_per_day)
    .bind(staff.languages.join(","))
    .bind(staff.skills.join(","))
    .bind(staff.id)
    .bind(version)
    .run(db)
    .await
}

pub(super) async fn set_password(db: &impl ConnectionTrait, id: StaffId, hash: &str) -> Result<u64, DbErr> {
    sql("UPDATE staff SET password_hash = $1 WHERE id = $2").bind(hash).bind(id).run(db).await
}

pub(super) async fn set_preferences(db: &impl ConnectionTrait, id: StaffId, text: &str) -> Result<u64, DbErr> {
    sql("UPDATE staff SET preferences = $1 WHERE id = $2").bind(text).bind(id).run(db).await
}

/// Who took over from a person who left, if anybody.
pub(super) async fn heir(db: &impl ConnectionTrait, id: StaffId) -> Result<Option<StaffId>, DbErr> {
    let found = sql("SELECT heir_id FROM staff_departure WHERE staff_id = $1").bind(id);
    Ok(found.one(db, |row| row.get::<Option<StaffId>>("heir_id")).await?.flatten())
}

pub(super) async fn insert_departure(
    db: &impl ConnectionTrait,
    id: StaffId,
    left_on: Day,
    heir: Option<StaffId>,
    by: StaffId,
    now: Instant,
) -> Result<u64, DbErr> {
    sql("INSERT INTO staff_departure (staff_id, left_on_day, heir_id, recorded_by, at_ms) VALUES ($1, $2, $3, $4, $5)")
        .bind(id)
        .bind(left_on)
        .bind(heir)
        .bind(by)
        .bind(now)
        .run(db)
        .await
}

pub(super) async fn delete_departure(db: &impl ConnectionTrait, id: StaffId) -> Result<u64, DbErr> {
    sql("DELETE FROM staff_departure WHERE staff_id = $1").bind(id).run(db).await
}

/// Whether one of two units lies above the other, or they are the same.
pub async fn is_in_line(db: &impl ConnectionTrait, one: UnitId, other: UnitId) -> Result<bool, DbErr> {
    let found: i64 = sql("SELECT COUNT(*) FROM unit_closure
         WHERE (ancestor_id = $1 AND descendant_id = $2) OR (ancestor_id = $2 AND descendant_id = $1)")
    .bind(one)
    .bind(other)
    .value(db)
    .await?;
    Ok(found > 0)
}

/// Whether a unit is `ancestor` or below it.
pub async fn is_within(db: &impl ConnectionTrait, unit: UnitId, ancestor: UnitId) -> Result<bool, DbErr> {
    let found: i64 = sql("SELECT COUNT(*) FROM unit_closure WHERE ancestor_id = $1 AND descendant_id = $2")
        .bind(ancestor)
        .bind(unit)
        .value(db)
        .await?;
    Ok(found > 0)
}

/// The channel to which a unit belongs; head office and what belongs to no channel is its own.
pub async fn channel_of(app: &crate::platform::App, unit: UnitId) -> Result<UnitId, DbErr> {
    let found = sql("SELECT channel_id FROM unit_channel WHERE unit_id = $1 LIMIT 1")
        .bind(unit)
        .one(app.read(), |row| row.get::<UnitId>("channel_id"))
        .await?;
    Ok(found.unwrap_or(unit))
}
