//! The SQL of single sign-on: the provider, who is who there, and sign-ins under way.

use super::{WHO, who};
use crate::org::Who;
use crate::org::sso::{Flow, Provider, SsoLink};
use crate::platform::{SealedPlace, sql};
use sea_orm::{ConnectionTrait, DbErr};
use tend_rules::base::{Instant, StaffId};

/// Where a client's secret is sealed.
pub(in crate::org) const SSO_SECRET: SealedPlace = SealedPlace::SsoSecret;

pub(in crate::org) async fn sso_provider(db: &impl ConnectionTrait) -> Result<Option<Provider>, DbErr> {
    sql("SELECT id, title, issuer, client_id, secret_cell, scopes, claim, newcomer_unit_id
         FROM sso_provider
         WHERE only_one = 1")
    .one(db, |row| {
        Ok(Provider {
            id: row.get("id")?,
            title: row.get("title")?,
            issuer: row.get("issuer")?,
            client_id: row.get("client_id")?,
            secret_cell: row.get("secret_cell")?,
            scopes: row.get("scopes")?,
            claim: row.get("claim")?,
            newcomer_unit_id: row.get("newcomer_unit_id")?,
        })
    })
    .await
}

pub(in crate::org) async fn set_sso_provider(
    db: &impl ConnectionTrait,
    provider: &Provider,
    by: StaffId,
    now: Instant,
) -> Result<u64, DbErr> {
    sql("INSERT INTO sso_provider
           (only_one, id, title, issuer, client_id, secret_cell, scopes, claim, newcomer_unit_id, set_by_id, set_at_ms)
         VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (only_one) DO UPDATE SET
           id = excluded.id, title = excluded.title, issuer = excluded.issuer, client_id = excluded.client_id,
           secret_cell = excluded.secret_cell, scopes = excluded.scopes, claim = excluded.claim,
           newcomer_unit_id = excluded.newcomer_unit_id, set_by_id = excluded.set_by_id,
           set_at_ms = excluded.set_at_ms")
    .bind(provider.id)
    .bind(&provider.title)
    .bind(&provider.issuer)
    .bind(&provider.client_id)
    .bind(provider.secret_cell.clone())
    .bind(&provider.scopes)
    .bind(&provider.claim)
    .bind(provider.newcomer_unit_id)
    .bind(by)
    .bind(now)
    .run(db)
    .await
}

pub(in crate::org) async fn delete_sso_provider(db: &impl ConnectionTrait) -> Result<u64, DbErr> {
    sql("DELETE FROM sso_provider WHERE only_one = 1").run(db).await
}

pub(in crate::org) async fn insert_sso_flow(
    db: &impl ConnectionTrait,
    state_hash: &[u8],
    flow: &Flow,
    ends: Instant,
) -> Result<u64, DbErr> {
    sql("INSERT INTO sso_flow (state_hash, browser_hash, nonce, verifier, redirect_uri, staff_id, expires_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7)")
    .bind(state_hash.to_vec())
    .bind(flow.browser_hash.clone())
    .bind(&flow.nonce)
    .bind(&flow.verifier)
    .bind(&flow.redirect_uri)
    .bind(flow.staff)
    .bind(ends)
    .run(db)
    .await
}

pub(in crate::org) async fn sso_flow(
    db: &impl ConnectionTrait,
    state_hash: &[u8],
    now: Instant,
) -> Result<Option<Flow>, DbErr> {
    sql("SELECT browser_hash, nonce, verifier, redirect_uri, staff_id
         FROM sso_flow
         WHERE state_hash = $1 AND expires_at_ms > $2")
    .bind(state_hash.to_vec())
    .bind(now)
    .one(db, |row| {
        Ok(Flow {
            browser_hash: row.get("browser_hash")?,
            nonce: row.get("nonce")?,
            verifier: row.get("verifier")?,
            redirect_uri: row.get("redirect_uri")?,
            staff: row.get("staff_id")?,
        })
    })
    .await
}

pub(in crate::org) async fn delete_sso_flow(db: &impl ConnectionTrait, state_hash: &[u8]) -> Result<u64, DbErr> {
    sql("DELETE FROM sso_flow WHERE state_hash = $1").bind(state_hash.to_vec()).run(db).await
}

pub(in crate::org) async fn delete_sso_flows(db: &impl ConnectionTrait) -> Result<u64, DbErr> {
    sql("DELETE FROM sso_flow").run(db).await
}

pub(in crate::org) async fn forget_sso_flows_before(db: &impl ConnectionTrait, now: Instant) -> Result<u64, DbErr> {
    sql("DELETE FROM sso_flow WHERE expires_at_ms <= $1").bind(now).run(db).await
}

/// The person who is linked with a provider's account and works here.
pub(in crate::org) async fn sso_person(
    db: &impl ConnectionTrait,
    issuer: &str,
    subject: &str,
) -> Result<Option<Who>, DbErr> {
    sql(&format!(
        "SELECT {WHO}
         FROM sso_link l
         JOIN staff s ON s.id = l.staff_id
         LEFT JOIN staff_departure d ON d.staff_id = s.id
         WHERE l.issuer = $1 AND l.subject = $2 AND d.staff_id IS NULL"
    ))
    .bind(issuer)
    .bind(subject)
    .one(db, who)
    .await
}

/// Whether a provider's account is linked with anybody, also with somebody who left.
pub(in crate::org) async fn is_sso_linked(
    db: &impl ConnectionTrait,
    issuer: &str,
    subject: &str,
) -> Result<bool, DbErr> {
    let found = sql("SELECT linked_at_ms FROM sso_link WHERE issuer = $1 AND subject = $2")
        .bind(issuer)
        .bind(subject)
        .one(db, |row| row.get::<Instant>("linked_at_ms"))
        .await?;
    Ok(found.is_some())
}

pub(in crate::org) async fn insert_sso_link(
    db: &impl ConnectionTrait,
    issuer: &str,
    subject: &str,
    staff: StaffId,
    now: Instant,
) -> Result<u64, DbErr> {
    sql("INSERT INTO sso_link (issuer, subject, staff_id, linked_at_ms) VALUES ($1, $2, $3, $4)")
        .bind(issuer)
        .bind(subject)
        .bind(staff)
        .bind(now)
        .run(db)
        .await
}

pub(in crate::org) async fn use_sso_link(
    db: &impl ConnectionTrait,
    issuer: &str,
    subject: &str,
    now: Instant,
) -> Result<u64, DbErr> {
    sql("UPDATE sso_link SET used_at_ms = $1 WHERE issuer = $2 AND subject = $3")
        .bind(now)
        .bind(issuer)
        .bind(subject)
        .run(db)
        .await
}

pub(in crate::org) async fn sso_links_of(db: &impl ConnectionTrait, staff: StaffId) -> Result<Vec<SsoLink>, DbErr> {
    sql("SELECT issuer, linked_at_ms, used_at_ms FROM sso_link WHERE staff_id = $1 ORDER BY issuer LIMIT 100")
        .bind(staff)
        .all(db, |row| {
            Ok(SsoLink {
                issuer: row.get("issuer")?,
                linked_at: row.get("linked_at_ms")?,
                used_at: row.get("used_at_ms")?,
            })
        })
        .await
}

pub(in crate::org) async fn delete_sso_links(db: &impl ConnectionTrait, staff: StaffId) -> Result<u64, DbErr> {
    sql("DELETE FROM sso_link WHERE staff_id = $1").bind(staff).run(db).await
}
