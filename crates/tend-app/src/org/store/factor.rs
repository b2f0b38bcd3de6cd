//! The SQL of passkeys, their ceremonies, code generators, recovery codes, known places and the firm's policy.

use super::{WHO, who};
use crate::org::ceremony::{Ceremony, Purpose};
use crate::org::passkey::{Kept, Passkey};
use crate::org::policy;
use crate::platform::sql;
use sea_orm::{ConnectionTrait, DbErr};
use tend_rules::base::{Instant, PasskeyId, StaffId};
use tend_rules::org::passkey::{Made, Used};
use tend_rules::org::{Entrance, SignInPolicy};

/// More than anybody has; a list always ends.
const LISTED_MAX: i64 = 100;

pub(in crate::org) async fn insert_ceremony(
    db: &impl ConnectionTrait,
    hash: &[u8],
    purpose: Purpose,
    ceremony: &Ceremony,
    ends: Instant,
) -> Result<u64, DbErr> {
    sql("INSERT INTO passkey_ceremony (challenge_hash, purpose, session_id, origin, expires_at_ms)
         VALUES ($1, $2, $3, $4, $5)")
    .bind(hash.to_vec())
    .bind(purpose.word())
    .bind(ceremony.session)
    .bind(&ceremony.origin)
    .bind(ends)
    .run(db)
    .await
}

pub(in crate::org) async fn ceremony(
    db: &impl ConnectionTrait,
    hash: &[u8],
    purpose: Purpose,
    now: Instant,
) -> Result<Option<Ceremony>, DbErr> {
    sql("SELECT session_id, origin FROM passkey_ceremony
         WHERE challenge_hash = $1 AND purpose = $2 AND expires_at_ms > $3")
    .bind(hash.to_vec())
    .bind(purpose.word())
    .bind(now)
    .one(db, |row| Ok(Ceremony { session: row.get("session_id")?, origin: row.get("origin")? }))
    .await
}

pub(in crate::org) async fn delete_ceremony(db: &impl ConnectionTrait, hash: &[u8]) -> Result<u64, DbErr> {
    sql("DELETE FROM passkey_ceremony WHERE challenge_hash = $1").bind(hash.to_vec()).run(db).await
}

pub(in crate::org) async fn forget_ceremonies_before(db: &impl ConnectionTrait, now: Instant) -> Result<u64, DbErr> {
    sql("DELETE FROM passkey_ceremony WHERE expires_at_ms <= $1").bind(now).run(db).await
}

pub(in crate::org) async fn insert_passkey(
    db: &impl ConnectionTrait,
    staff: StaffId,
    passkey: &Passkey,
    made: &Made,
) -> Result<u64, DbErr> {
    sql("INSERT INTO passkey (id, staff_id, credential_id, public_key, sign_count, name, synced, created_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
    .bind(passkey.id)
    .bind(staff)
    .bind(made.credential_id.clone())
    .bind(made.public_key.clone())
    .bind(made.sign_count)
    .bind(&passkey.name)
    .bind(i16::from(passkey.synced))
    .bind(passkey.created_at)
    .run(db)
    .await
}

/// A passkey by its name for the browser, with its person, who still works here.
pub(in crate::org) async fn passkey(db: &impl ConnectionTrait, credential_id: &[u8]) -> Result<Option<Kept>, DbErr> {
    sql(&format!(
        "SELECT {WHO}, p.id AS passkey_id, p.name AS passkey_name, p.public_key, p.sign_count
         FROM passkey p
         JOIN staff s ON s.id = p.staff_id
         LEFT JOIN staff_departure d ON d.staff_id = s.id
         WHERE p.credential_id = $1 AND d.staff_id IS NULL"
    ))
    .bind(credential_id.to_vec())
    .one(db, |row| {
        Ok(Kept {
            id: row.get("passkey_id")?,
            who: who(row)?,
            name: row.get("passkey_name")?,
            public_key: row.get("public_key")?,
            sign_count: row.get("sign_count")?,
        })
    })
    .await
}

pub(in crate::org) async fn credentials_of(db: &impl ConnectionTrait, staff: StaffId) -> Result<Vec<Vec<u8>>, DbErr> {
    sql("SELECT credential_id FROM passkey WHERE staff_id = $1 ORDER BY id LIMIT $2")
        .bind(staff)
        .bind(LISTED_MAX)
        .all(db, |row| row.get("credential_id"))
        .await
}

pub(in crate::org) async fn passkeys_of(db: &impl ConnectionTrait, staff: StaffId) -> Result<Vec<Passkey>, DbErr> {
    sql("SELECT id, name, synced, created_at_ms, used_at_ms
         FROM passkey
         WHERE staff_id = $1
         ORDER BY created_at_ms, id
         LIMIT $2")
    .bind(staff)
    .bind(LISTED_MAX)
    .all(db, |row| {
        Ok(Passkey {
            id: row.get("id")?,
            name: row.get("name")?,
            created_at: row.get("created_at_ms")?,
            used_at: row.get("used_at_ms")?,
            synced: row.get::<i16>("synced")? == 1,
        })
    })
    .await
}

/// Notes a use, if the count went on since, or if the authenticator does not count.
pub(in crate::org) async fn count_passkey(
    db: &impl ConnectionTrait,
    id: PasskeyId,
    used: Used,
    now: Instant,
) -> Result<u64, DbErr> {
    sql("UPDATE passkey SET sign_count = $1, synced = $2, used_at_ms = $3
         WHERE id = $4 AND (sign_count < $1 OR (sign_count = 0 AND $1 = 0))")
    .bind(used.sign_count)
    .bind(i16::from(used.backed_up))
    .bind(now)
    .bind(id)
    .run(db)
    .await
}

pub(in crate::org) async fn rename_passkey(
    db: &impl ConnectionTrait,
    staff: StaffId,
    id: PasskeyId,
    name: &str,
) -> Result<u64, DbErr> {
    sql("UPDATE passkey SET name = $1 WHERE staff_id = $2 AND id = $3").bind(name).bind(staff).bind(id).run(db).await
}

pub(in crate::org) async fn delete_passkey(
    db: &impl ConnectionTrait,
    staff: StaffId,
    id: PasskeyId,
) -> Result<u64, DbErr> {
    sql("DELETE FROM passkey WHERE staff_id = $1 AND id = $2").bind(staff).bind(id).run(db).await
}

pub(in crate::org) async fn delete_passkeys(db: &impl ConnectionTrait, staff: StaffId) -> Result<u64, DbErr> {
    sql("DELETE FROM passkey WHERE staff_id = $1").bind(staff).run(db).await
}

pub(in crate::org) async fn set_totp(
    db: &impl ConnectionTrait,
    id: StaffId,
    cell: Option<Vec<u8>>,
    step: i64,
) -> Result<u64, DbErr> {
    sql("UPDATE staff SET totp_cell = $1, totp_step = $2 WHERE id = $3").bind(cell).bind(step).bind(id).run(db).await
}

/// Spends the code of thirty seconds, if none as new was spent.
pub(in crate::org) async fn use_totp_step(db: &impl ConnectionTrait, id: StaffId, step: i64) -> Result<u64, DbErr> {
    sql("UPDATE staff SET totp_step = $1 WHERE id = $2 AND totp_step < $1").bind(step).bind(id).run(db).await
}

pub(in crate::org) async fn insert_recovery_code(
    db: &impl ConnectionTrait,
    hash: &[u8],
    staff: StaffId,
    now: Instant,
) -> Result<u64, DbErr> {
    sql("INSERT INTO recovery_code (code_hash, staff_id, made_at_ms) VALUES ($1, $2, $3)")
        .bind(hash.to_vec())
        .bind(staff)
        .bind(now)
        .run(db)
        .await
}

pub(in crate::org) async fn use_recovery_code(
    db: &impl ConnectionTrait,
    hash: &[u8],
    staff: StaffId,
    now: Instant,
) -> Result<u64, DbErr> {
    sql("UPDATE recovery_code SET used_at_ms = $1 WHERE code_hash = $2 AND staff_id = $3 AND used_at_ms IS NULL")
        .bind(now)
        .bind(hash.to_vec())
        .bind(staff)
        .run(db)
        .await
}

pub(in crate::org) async fn recovery_codes_left(db: &impl ConnectionTrait, staff: StaffId) -> Result<i64, DbErr> {
    sql("SELECT COUNT(*) FROM recovery_code WHERE staff_id = $1 AND used_at_ms IS NULL").bind(staff).value(db).await
}

pub(in crate::org) async fn delete_recovery_codes(db: &impl ConnectionTrait, staff: StaffId) -> Result<u64, DbErr> {
    sql("DELETE FROM recovery_code WHERE staff_id = $1").bind(staff).run(db).await
}

pub(in crate::org) async fn sign_in_places(db: &impl ConnectionTrait, staff: StaffId) -> Result<Vec<Vec<u8>>, DbErr> {
    sql("SELECT place_hash FROM sign_in_place WHERE staff_id = $1 LIMIT 1000")
        .bind(staff)
        .all(db, |row| row.get("place_hash"))
        .await
}

pub(in crate::org) async fn see_sign_in_place(
    db: &impl ConnectionTrait,
    staff: StaffId,
    hash: &[u8],
    now: Instant,
) -> Result<u64, DbErr> {
    sql("INSERT INTO sign_in_place (staff_id, place_hash, first_at_ms, seen_at_ms)
         VALUES ($1, $2, $3, $3)
         ON CONFLICT (staff_id, place_hash) DO UPDATE SET seen_at_ms = excluded.seen_at_ms")
    .bind(staff)
    .bind(hash.to_vec())
    .bind(now)
    .run(db)
    .await
}

pub(in crate::org) async fn sign_in_policy(db: &impl ConnectionTrait) -> Result<SignInPolicy, DbErr> {
    let settings = sql("SELECT key, value FROM setting WHERE key IN ($1, $2) LIMIT 2")
        .bind(policy::SECOND_FACTOR_ROLES)
        .bind(policy::ONLY_SSO)
        .all(db, |row| Ok((row.get::<String>("key")?, row.get::<String>("value")?)))
        .await?;
    let of = |key: &str| settings.iter().find(|(known, _)| known == key).map_or("", |(_, value)| value.as_str());
    Ok(SignInPolicy {
        second_factor_roles: SignInPolicy::roles_of(of(policy::SECOND_FACTOR_ROLES)),
        entrance: if of(policy::ONLY_SSO) == "1" { Entrance::OnlySso } else { Entrance::Every },
    })
}

pub(in crate::org) async fn set_setting(
    db: &impl ConnectionTrait,
    key: &str,
    value: &str,
    now: Instant,
) -> Result<u64, DbErr> {
    sql("INSERT INTO setting (key, value, set_at_ms) VALUES ($1, $2, $3)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value, set_at_ms = excluded.set_at_ms")
    .bind(key)
    .bind(value)
    .bind(now)
    .run(db)
    .await
}
