//! The SQL of credentials, sessions and failed sign-ins.

use super::{WHO, who};
use crate::org::Who;
use crate::org::session::Came;
use crate::platform::{Row, sql};
use sea_orm::{ConnectionTrait, DbErr};
use tend_rules::base::{Instant, SessionId, StaffId};
use tend_rules::org::{Password, SecondFactor, SignInPolicy, Way};
use uuid::Uuid;

pub(in crate::org) struct Credentials {
    pub who: Who,
    pub password_hash: String,
    pub totp_cell: Option<Vec<u8>>,
    pub passkeys: i64,
    pub recovery_codes: i64,
    /// Until when the password lets in, where somebody else set it.
    pub handed_until: Option<Instant>,
}

impl Credentials {
    pub(in crate::org) fn second_factor(&self) -> SecondFactor {
        if self.totp_cell.is_some() || self.passkeys > 0 { SecondFactor::Set } else { SecondFactor::Missing }
    }

    /// Whether the password lets nobody in any more.
    pub(in crate::org) fn password_ended(&self, now: Instant) -> bool {
        self.handed_until.is_some_and(|until| until <= now)
    }

    /// By what the second factor may be shown.
    pub(in crate::org) fn ways(&self) -> Vec<&'static str> {
        let ways =
            [("code", self.totp_cell.is_some()), ("passkey", self.passkeys > 0), ("recovery", self.recovery_codes > 0)];
        ways.into_iter().filter(|(_, there)| *there).map(|(way, _)| way).collect()
    }
}

pub(in crate::org) async fn credentials(db: &impl ConnectionTrait, login: &str) -> Result<Option<Credentials>, DbErr> {
    sql(&format!(
        "SELECT {WHO}, s.password_hash, s.totp_cell,
           (SELECT ends_at_ms FROM handed_password h WHERE h.staff_id = s.id) AS handed_until_ms,
           (SELECT COUNT(*) FROM passkey p WHERE p.staff_id = s.id) AS passkeys,
           (SELECT COUNT(*) FROM recovery_code r WHERE r.staff_id = s.id AND r.used_at_ms IS NULL) AS recovery_codes
         FROM staff s
         LEFT JOIN staff_departure d ON d.staff_id = s.id
         WHERE s.login = $1 AND d.staff_id IS NULL"
    ))
    .bind(login)
    .one(db, |row| {
        Ok(Credentials {
            who: who(row)?,
            password_hash: row.get("password_hash")?,
            totp_cell: row.get("totp_cell")?,
            passkeys: row.get("passkeys")?,
            recovery_codes: row.get("recovery_codes")?,
            handed_until: row.get("handed_until_ms")?,
        })
    })
    .await
}

/// What stands in a session besides its person: how it was begun, whose password it is, and what the firm and the person
/// have of second factors, so that one read at every call tells what is still owed.
const DUTY: &str = "t.id AS session_id, t.seen_at_ms, t.way,
           COALESCE((SELECT value FROM setting WHERE key = 'second_factor_roles'), '') AS demanding,
           CASE WHEN EXISTS (SELECT 1 FROM handed_password h WHERE h.staff_id = s.id) THEN 1 ELSE 0 END AS handed,
           CASE WHEN s.totp_cell IS NOT NULL OR EXISTS (SELECT 1 FROM passkey p WHERE p.staff_id = s.id)
             THEN 1 ELSE 0 END AS second_factors";

fn in_session(row: &Row) -> Result<Who, DbErr> {
    let who = who(row)?;
    let roles = SignInPolicy::roles_of(&row.get::<String>("demanding")?);
    let policy = SignInPolicy { second_factor_roles: roles, ..SignInPolicy::default() };
    let set = row.get::<i32>("second_factors")? == 1;
    let factor = if set { SecondFactor::Set } else { SecondFactor::Missing };
    let password = if row.get::<i32>("handed")? == 1 { Password::Handed } else { Password::Own };
    let duty = policy.duty(who.role, factor, password, way(row)?);
    Ok(Who { session: row.get("session_id")?, duty, ..who })
}

fn way(row: &Row) -> Result<Way, DbErr> {
    let word: String = row.get("way")?;
    Way::from_word(&word).ok_or_else(|| DbErr::Type(format!("{word} is no way to sign in")))
}

pub(in crate::org) async fn session(
    db: &impl ConnectionTrait,
    hash: &[u8],
    now: Instant,
    idle_since: Instant,
) -> Result<Option<(Who, Instant)>, DbErr> {
    sql(&format!(
        "SELECT {WHO}, {DUTY}
         FROM staff_session t
         JOIN staff s ON s.id = t.staff_id
         LEFT JOIN staff_departure d ON d.staff_id = s.id
         WHERE t.token_hash = $1 AND t.expires_at_ms > $2 AND t.seen_at_ms > $3 AND d.staff_id IS NULL"
    ))
    .bind(hash.to_vec())
    .bind(now)
    .bind(idle_since)
    .one(db, |row| Ok((in_session(row)?, row.get("seen_at_ms")?)))
    .await
}

/// The person of a session that lives, by its id.
pub(in crate::org) async fn session_by_id(
    db: &impl ConnectionTrait,
    id: SessionId,
    now: Instant,
) -> Result<Option<Who>, DbErr> {
    sql(&format!(
        "SELECT {WHO}, {DUTY}
         FROM staff_session t
         JOIN staff s ON s.id = t.staff_id
         LEFT JOIN staff_departure d ON d.staff_id = s.id
         WHERE t.id = $1 AND t.expires_at_ms > $2 AND d.staff_id IS NULL"
    ))
    .bind(id)
    .bind(now)
    .one(db, in_session)
    .await
}

/// How and when a session was begun.
pub(in crate::org) struct SessionBegun {
    pub way: Way,
    pub at: Instant,
    /// When the firm's provider last saw the person itself, where it said so.
    pub seen_at: Option<Instant>,
}

pub(in crate::org) async fn session_begun(
    db: &impl ConnectionTrait,
    id: SessionId,
) -> Result<Option<SessionBegun>, DbErr> {
    sql("SELECT way, created_at_ms, seen_by_provider_at_ms FROM staff_session WHERE id = $1")
        .bind(id)
        .one(db, |row| {
            let (at, seen_at) = (row.get("created_at_ms")?, row.get("seen_by_provider_at_ms")?);
            Ok(SessionBegun { way: way(row)?, at, seen_at })
        })
        .await
}

pub(in crate::org) async fn touch_session(db: &impl ConnectionTrait, hash: &[u8], now: Instant) -> Result<u64, DbErr> {
    sql("UPDATE staff_session SET seen_at_ms = $1 WHERE token_hash = $2").bind(now).bind(hash.to_vec()).run(db).await
}

/// A session about to be kept.
pub(in crate::org) struct NewSession {
    pub id: SessionId,
    pub staff: StaffId,
    pub begun: Instant,
    pub ends: Instant,
    pub came: Came,
}

pub(in crate::org) async fn insert_session(
    db: &impl ConnectionTrait,
    hash: &[u8],
    new: NewSession,
    agent: &str,
) -> Result<u64, DbErr> {
    sql("INSERT INTO staff_session (token_hash, id, staff_id, created_at_ms, seen_at_ms, expires_at_ms, agent, way,
           seen_by_provider_at_ms)
         VALUES ($1, $2, $3, $4, $4, $5, $6, $7, $8)")
    .bind(hash.to_vec())
    .bind(new.id)
    .bind(new.staff)
    .bind(new.begun)
    .bind(new.ends)
    .bind(agent.chars().take(200).collect::<String>())
    .bind(new.came.way.word())
    .bind(new.came.seen_at)
    .run(db)
    .await
}

pub(in crate::org) async fn delete_session(db: &impl ConnectionTrait, hash: &[u8]) -> Result<u64, DbErr> {
    sql("DELETE FROM staff_session WHERE token_hash = $1").bind(hash.to_vec()).run(db).await
}

pub(in crate::org) async fn delete_sessions_of(db: &impl ConnectionTrait, staff: StaffId) -> Result<u64, DbErr> {
    sql("DELETE FROM staff_session WHERE staff_id = $1").bind(staff).run(db).await
}

/// Ends the sessions of a person that were begun in one way.
pub(in crate::org) async fn delete_sessions_by(
    db: &impl ConnectionTrait,
    staff: StaffId,
    way: Way,
) -> Result<u64, DbErr> {
    sql("DELETE FROM staff_session WHERE staff_id = $1 AND way = $2").bind(staff).bind(way.word()).run(db).await
}

pub(in crate::org) async fn failures(
    db: &impl ConnectionTrait,
    login: &str,
    since: Instant,
) -> Result<(i64, Option<Instant>), DbErr> {
    let found =
        sql("SELECT COUNT(*) AS failures, MIN(at_ms) AS oldest FROM sign_in_failure WHERE login = $1 AND at_ms > $2")
            .bind(login)
            .bind(since)
            .one(db, |row| Ok((row.get("failures")?, row.get("oldest")?)))
            .await?;
    Ok(found.unwrap_or((0, None)))
}

pub(in crate::org) async fn failures_from(
    db: &impl ConnectionTrait,
    address: &str,
    since: Instant,
) -> Result<(i64, Option<Instant>), DbErr> {
    let found =
        sql("SELECT COUNT(*) AS failures, MIN(at_ms) AS oldest FROM sign_in_failure WHERE address = $1 AND at_ms > $2")
            .bind(address)
            .bind(since)
            .one(db, |row| Ok((row.get("failures")?, row.get("oldest")?)))
            .await?;
    Ok(found.unwrap_or((0, None)))
}

pub(in crate::org) async fn insert_failure(
    db: &impl ConnectionTrait,
    id: Uuid,
    login: &str,
    address: &str,
    now: Instant,
) -> Result<u64, DbErr> {
    sql("INSERT INTO sign_in_failure (login, at_ms, id, address) VALUES ($1, $2, $3, $4)")
        .bind(login.chars().take(200).collect::<String>())
        .bind(now)
        .bind(id)
        .bind(address)
        .run(db)
        .await
}

pub(in crate::org) async fn forget_failures_before(db: &impl ConnectionTrait, instant: Instant) -> Result<u64, DbErr> {
    sql("DELETE FROM sign_in_failure WHERE at_ms <= $1").bind(instant).run(db).await
}

pub(in crate::org) async fn forget_failure(db: &impl ConnectionTrait, id: Uuid) -> Result<u64, DbErr> {
    sql("DELETE FROM sign_in_failure WHERE id = $1").bind(id).run(db).await
}

pub(in crate::org) async fn forget_failures(db: &impl ConnectionTrait, login: &str) -> Result<u64, DbErr> {
    sql("DELETE FROM sign_in_failure WHERE login = $1").bind(login).run(db).await
}
