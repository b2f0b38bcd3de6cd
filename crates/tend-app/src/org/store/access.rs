//! The SQL of sessions as their person sees them, and of tokens.

use super::{WHO, who};
use crate::org::session::Session;
use crate::org::token::{ApiToken, Found};
use crate::org::{Token, Who};
use crate::platform::sql;
use sea_orm::{ConnectionTrait, DbErr};
use tend_rules::base::*;
use tend_rules::org::Permission;

/// More than anybody has; a list always ends.
const LISTED_MAX: i64 = 500;

pub(in crate::org) async fn sessions_of(
    db: &impl ConnectionTrait,
    staff: StaffId,
    now: Instant,
    idle_since: Instant,
) -> Result<Vec<Session>, DbErr> {
    sql("SELECT id, agent, created_at_ms, seen_at_ms, expires_at_ms
         FROM staff_session
         WHERE staff_id = $1 AND expires_at_ms > $2 AND seen_at_ms > $3
         ORDER BY seen_at_ms DESC, id
         LIMIT $4")
    .bind(staff)
    .bind(now)
    .bind(idle_since)
    .bind(LISTED_MAX)
    .all(db, |row| {
        Ok(Session {
            id: row.get("id")?,
            agent: row.get("agent")?,
            created_at: row.get("created_at_ms")?,
            seen_at: row.get("seen_at_ms")?,
            expires_at: row.get("expires_at_ms")?,
            this: false,
        })
    })
    .await
}

pub(in crate::org) async fn delete_session_of(
    db: &impl ConnectionTrait,
    staff: StaffId,
    id: SessionId,
) -> Result<u64, DbErr> {
    sql("DELETE FROM staff_session WHERE staff_id = $1 AND id = $2").bind(staff).bind(id).run(db).await
}

pub(in crate::org) async fn delete_sessions_but(
    db: &impl ConnectionTrait,
    staff: StaffId,
    kept: Option<SessionId>,
) -> Result<u64, DbErr> {
    let kept = kept.unwrap_or(SessionId(staff.0));
    sql("DELETE FROM staff_session WHERE staff_id = $1 AND id <> $2").bind(staff).bind(kept).run(db).await
}

pub(in crate::org) async fn insert_token(
    db: &impl ConnectionTrait,
    hash: &[u8],
    staff: StaffId,
    token: &ApiToken,
) -> Result<u64, DbErr> {
    sql("INSERT INTO api_token (token_hash, id, staff_id, name, scopes, created_at_ms, expires_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7)")
    .bind(hash.to_vec())
    .bind(token.id)
    .bind(staff)
    .bind(&token.name)
    .bind(token.scopes.join(" "))
    .bind(token.created_at)
    .bind(token.expires_at)
    .run(db)
    .await
}

pub(in crate::org) async fn tokens_of(db: &impl ConnectionTrait, staff: StaffId) -> Result<Vec<ApiToken>, DbErr> {
    sql("SELECT id, name, scopes, created_at_ms, used_at_ms, expires_at_ms
         FROM api_token
         WHERE staff_id = $1
         ORDER BY created_at_ms DESC, id
         LIMIT $2")
    .bind(staff)
    .bind(LISTED_MAX)
    .all(db, |row| {
        Ok(ApiToken {
            id: row.get("id")?,
            name: row.get("name")?,
            scopes: row.get::<String>("scopes")?.split_whitespace().map(str::to_owned).collect(),
            created_at: row.get("created_at_ms")?,
            used_at: row.get("used_at_ms")?,
            expires_at: row.get("expires_at_ms")?,
        })
    })
    .await
}

pub(in crate::org) async fn token(
    db: &impl ConnectionTrait,
    hash: &[u8],
    now: Instant,
) -> Result<Option<Found>, DbErr> {
    sql(&format!(
        "SELECT {WHO}, t.id AS token_id, t.scopes, t.used_at_ms
         FROM api_token t
         JOIN staff s ON s.id = t.staff_id
         LEFT JOIN staff_departure d ON d.staff_id = s.id
         WHERE t.token_hash = $1 AND t.expires_at_ms > $2 AND d.staff_id IS NULL"
    ))
    .bind(hash.to_vec())
    .bind(now)
    .one(db, |row| {
        let scopes: String = row.get("scopes")?;
        let scopes = scopes.split_whitespace().filter_map(Permission::from_word).collect();
        let token = Token { id: row.get("token_id")?, scopes };
        Ok(Found { who: Who { token: Some(token), ..who(row)? }, used_at: row.get("used_at_ms")? })
    })
    .await
}

pub(in crate::org) async fn touch_token(db: &impl ConnectionTrait, id: ApiTokenId, now: Instant) -> Result<u64, DbErr> {
    sql("UPDATE api_token SET used_at_ms = $1 WHERE id = $2").bind(now).bind(id).run(db).await
}

pub(in crate::org) async fn delete_token_of(
    db: &impl ConnectionTrait,
    staff: StaffId,
    id: ApiTokenId,
) -> Result<u64, DbErr> {
    sql("DELETE FROM api_token WHERE staff_id = $1 AND id = $2").bind(staff).bind(id).run(db).await
}

pub(in crate::org) async fn delete_tokens_of(db: &impl ConnectionTrait, staff: StaffId) -> Result<u64, DbErr> {
    sql("DELETE FROM api_token WHERE staff_id = $1").bind(staff).run(db).await
}
