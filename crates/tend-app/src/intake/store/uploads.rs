//! The SQL of uploads with their checks, and of remembered mappings.

use crate::org::scope_predicate;
use crate::platform::sql;
use sea_orm::{ConnectionTrait, DbErr};
use tend_rules::base::*;
use tend_rules::org::Scope;

/// An uploaded file.
#[derive(Debug, Clone)]
pub struct Upload {
    /// The upload.
    pub id: UploadId,
    /// The name that the file had.
    pub file_name: String,
    /// Its bytes.
    pub size_bytes: i64,
    /// Its hash.
    pub sha256: String,
    /// Who brought it.
    pub uploaded_by: StaffId,
    /// The part of the firm that it belongs to.
    pub unit_id: UnitId,
    /// What the first look told, as JSON.
    pub shape: String,
    /// What the check found, as JSON.
    pub check_result: String,
    /// The check that was asked for last.
    pub check_id: Option<CheckId>,
}

/// Keeps an upload.
pub(in crate::intake) async fn insert_upload(
    db: &impl ConnectionTrait,
    upload: &Upload,
    now: Instant,
) -> Result<u64, DbErr> {
    sql("INSERT INTO upload (id, file_name, size_bytes, sha256, uploaded_by, unit_id, at_ms, shape)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
    .bind(upload.id)
    .bind(&upload.file_name)
    .bind(upload.size_bytes)
    .bind(&upload.sha256)
    .bind(upload.uploaded_by)
    .bind(upload.unit_id)
    .bind(now)
    .bind(&upload.shape)
    .run(db)
    .await
}

/// Every upload: its id, plain bytes and hash. For the check of a backup, which belongs to nobody's scope.
pub(in crate::intake) async fn every_upload(db: &impl ConnectionTrait) -> Result<Vec<(UploadId, i64, String)>, DbErr> {
    sql("SELECT id, size_bytes, sha256 FROM upload ORDER BY id")
        .all(db, |row| Ok((row.get("id")?, row.get("size_bytes")?, row.get("sha256")?)))
        .await
}

/// Those of some uploads that are known. For the sweep of the folder, which belongs to nobody's scope.
pub(in crate::intake) async fn known_uploads(
    db: &impl ConnectionTrait,
    ids: &[UploadId],
) -> Result<Vec<UploadId>, DbErr> {
    sql("SELECT id FROM upload WHERE id IN ").list(ids.iter().copied()).all(db, |row| row.get("id")).await
}

/// An upload in a scope.
pub(in crate::intake) async fn upload(
    db: &impl ConnectionTrait,
    scope: &Scope,
    id: UploadId,
) -> Result<Option<Upload>, DbErr> {
    let statement =
        sql("SELECT u.id, u.file_name, u.size_bytes, u.sha256, u.uploaded_by, u.unit_id, u.shape, u.check_result,
           u.check_id
         FROM upload u WHERE u.id = ")
        .arg(id)
        .text(" AND ");
    scope_predicate(statement, scope, "u.unit_id", "u.uploaded_by")
        .one(db, |row| {
            Ok(Upload {
                id: row.get("id")?,
                file_name: row.get("file_name")?,
                size_bytes: row.get("size_bytes")?,
                sha256: row.get("sha256")?,
                uploaded_by: row.get("uploaded_by")?,
                unit_id: row.get("unit_id")?,
                shape: row.get("shape")?,
                check_result: row.get("check_result")?,
                check_id: row.get("check_id")?,
            })
        })
        .await
}

/// Begins a check of an upload in the place of any earlier one.
pub(in crate::intake) async fn begin_check(
    db: &impl ConnectionTrait,
    id: UploadId,
    check: CheckId,
    result: &str,
) -> Result<u64, DbErr> {
    sql("UPDATE upload SET check_result = $1, check_id = $2 WHERE id = $3")
        .bind(result)
        .bind(check)
        .bind(id)
        .run(db)
        .await
}

/// Keeps what a check of an upload found; 0 if another one took its place.
pub(in crate::intake) async fn set_check(
    db: &impl ConnectionTrait,
    id: UploadId,
    check: CheckId,
    result: &str,
) -> Result<u64, DbErr> {
    sql("UPDATE upload SET check_result = $1 WHERE id = $2 AND check_id = $3")
        .bind(result)
        .bind(id)
        .bind(check)
        .run(db)
        .await
}

/// The mapping remembered for a fingerprint of headings, as TOML.
pub(in crate::intake) async fn mapping(db: &impl ConnectionTrait, fingerprint: &str) -> Result<Option<String>, DbErr> {
    sql("SELECT mapping FROM remembered_mapping WHERE fingerprint = $1")
        .bind(fingerprint)
        .one(db, |row| row.get("mapping"))
        .await
}

/// Remembers a mapping.
pub(in crate::intake) async fn remember_mapping(
    db: &impl ConnectionTrait,
    fingerprint: &str,
    mapping: &str,
    now: Instant,
) -> Result<u64, DbErr> {
    sql("INSERT INTO remembered_mapping (fingerprint, mapping, used_at_ms) VALUES ($1, $2, $3)
         ON CONFLICT (fingerprint) DO UPDATE SET mapping = excluded.mapping, used_at_ms = excluded.used_at_ms")
    .bind(fingerprint)
    .bind(mapping)
    .bind(now)
    .run(db)
    .await
}
