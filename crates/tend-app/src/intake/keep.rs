//! What this room lets go when its time is over: uploaded files and the problems that were found in them. A file with a
//! held customer, or one that an import still reads, stays.

use super::stream::upload_path;
use super::{FileError, store};
use crate::platform::{App, Retire};
use sea_orm::{ConnectionTrait, DbErr};
use tend_rules::base::{Day, Instant};

/// Uploads of before an instant: their files first and then their rows, so that a kill in between leaves no file that
/// nobody knows of.
pub async fn retire_uploads(
    app: &App,
    db: &impl ConnectionTrait,
    how: Retire,
    before: Instant,
    today: Day,
) -> Result<i64, FileError> {
    let old = store::old_uploads(db, before, today).await?;
    if how == Retire::Delete {
        for id in &old {
            match std::fs::remove_file(upload_path(app, *id)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        store::delete_uploads(db, &old).await?;
    }
    Ok(old.len() as i64)
}

/// Problems of batches that ended, and of uploads that came, before an instant.
pub async fn retire_problems(
    db: &impl ConnectionTrait,
    how: Retire,
    before: Instant,
    today: Day,
) -> Result<i64, DbErr> {
    store::retire_problems(db, how, before, today).await
}
