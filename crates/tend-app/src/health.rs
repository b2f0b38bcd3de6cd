//! How the program is, for whoever watches it: a short answer for anybody, the details for administrators.

use crate::org::{Actor, grant};
use crate::platform::{
    App, CertificateSeen, DiskSeen, GivenUp, Problem, RenewedBy, Standing, Writes, ends_soon, given_up, sql,
};
use axum::Json;
use axum::extract::State;
use sea_orm::DbBackend;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this file.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(health)).routes(routes!(health_details))
}

#[derive(Debug, Serialize, ToSchema)]
struct Health {
    ok: bool,
    version: &'static str,
    database: &'static str,
    /// `open`, or `disk_full` while changes are refused.
    writes: Writes,
    /// How far the continuous backup is; none where none is kept.
    backup: Option<BackupHealth>,
}

#[derive(Debug, Serialize, ToSchema)]
struct BackupHealth {
    /// Seconds since everything committed was in the second place; none before the first time.
    behind_seconds: Option<u64>,
    /// Seconds since the newest snapshot; none before the first.
    snapshot_seconds: Option<u64>,
    /// Whether it goes on.
    ok: bool,
}

/// The certificate with which the program speaks TLS.
#[derive(Debug, Serialize, ToSchema)]
struct CertificateHealth {
    /// The names it is for.
    names: Vec<String>,
    /// Whole days until it is over; none until there is one.
    days_left: Option<u64>,
    /// Who brings the next one.
    renewed_by: RenewedBy,
    /// Why the last try to renew it failed.
    error: Option<String>,
    /// Whether nobody needs to look at it.
    ok: bool,
}

fn certificate_health(app: &App) -> Option<CertificateHealth> {
    let CertificateSeen { names, life_ms, renewed_by, error } = app.kept::<Standing>().certificate()?;
    let now = app.now().millis().unsigned_abs();
    let days_left = life_ms.as_ref().map(|life| life.end.saturating_sub(now) / 86_400_000);
    let ok = error.is_none() && life_ms.is_some_and(|life| !ends_soon(&life, now));
    Some(CertificateHealth { names, days_left, renewed_by, error, ok })
}

/// Older than this, the second place misses something.
const BEHIND_SECONDS_MAX: u64 = 10;

fn backup_health(app: &App) -> Option<BackupHealth> {
    let seen = app.kept::<Standing>().backup()?;
    let now = app.now().millis().unsigned_abs();
    let since = |at: u64| (at > 0).then(|| now.saturating_sub(at) / 1000);
    let behind_seconds = since(seen.whole_at_ms);
    let ok = seen.error.is_none() && behind_seconds.is_some_and(|seconds| seconds <= BEHIND_SECONDS_MAX);
    Some(BackupHealth { behind_seconds, snapshot_seconds: since(seen.snapshot_at_ms), ok })
}

fn database(app: &App) -> &'static str {
    match app.db().backend() {
        DbBackend::Postgres => "postgresql",
        _ => "sqlite",
    }
}

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Whether the program serves and its database answers.
#[utoipa::path(get, path = "/health", tag = "program", security(()), responses((status = 200, body = Health)))]
async fn health(State(app): State<App>) -> Result<Json<Health>, Problem> {
    sql("SELECT 1").value::<i32>(app.read()).await?;
    let writes = app.kept::<Standing>().writes();
    Ok(Json(Health { ok: true, version: VERSION, database: database(&app), writes, backup: backup_health(&app) }))
}

#[derive(Debug, Serialize, ToSchema)]
struct HealthDetails {
    version: &'static str,
    database: &'static str,
    writes: Writes,
    backup: Option<BackupHealth>,
    /// Why the backup does not go on.
    backup_error: Option<String>,
    /// The disk of the data folder; none where it is not watched.
    disk: Option<DiskSeen>,
    /// Bytes of the log beside an SQLite database.
    log_bytes: Option<u64>,
    /// The certificate; none where the program speaks no TLS itself.
    certificate: Option<CertificateHealth>,
    /// Jobs that used up their tries, newest first, twenty at most.
    given_up: Vec<GivenUp>,
}

/// The same with what an administrator must know to act before there is trouble; `tend doctor` looks at more.
#[utoipa::path(get, path = "/health/details", tag = "program", responses((status = 200, body = HealthDetails)))]
async fn health_details(_: Actor<grant::ManageStaff>, State(app): State<App>) -> Result<Json<HealthDetails>, Problem> {
    let standing = app.kept::<Standing>();
    Ok(Json(HealthDetails {
        version: VERSION,
        database: database(&app),
        writes: standing.writes(),
        backup: backup_health(&app),
        backup_error: standing.backup().and_then(|seen| seen.error),
        disk: standing.disk(),
        log_bytes: app.db().log_bytes(),
        certificate: certificate_health(&app),
        given_up: given_up(app.read()).await?,
    }))
}
