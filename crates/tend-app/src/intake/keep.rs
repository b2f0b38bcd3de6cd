//! What this room lets go when its time is over: uploaded files and the problems that were found in them. A file with a
//! held customer, or one that an import still reads, stays.

use super::stream::{upload_path, uploads};
use super::{FileError, is_unfinished, store};
use crate::platform::{App, Retire};
use sea_orm::{ConnectionTrait, DbErr};
use std::collections::HashSet;
use std::time::{Duration, SystemTime};
use tend_rules::base::{Day, Instant, UploadId};

/// A file that nobody wrote to for so long is not arriving any more: its program was killed.
const ARRIVING: Duration = Duration::from_secs(3600);

/// Uploads of before an instant: their files first and then their rows, so that a kill in between leaves no file that
/// nobody knows of.
pub async fn retire_uploads(
    app: &App,
    db: &impl ConnectionTrait,
    how: Retire,
    before: Instant,
    today: Day,
) -> Result<i64, FileError> {
    let old = store::keep::old_uploads(db, before, today).await?;
    if how == Retire::Delete {
        for id in &old {
            match std::fs::remove_file(upload_path(app, *id)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        store::keep::delete_uploads(db, &old).await?;
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
    store::keep::retire_problems(db, how, before, today).await
}

/// Takes files from the disk that a killed program left: half of an upload, or a whole one that nobody knows of. Answers
/// how many. Another program may share the folder, so what was written lately stays.
pub async fn sweep_uploads(app: &App) -> Result<u64, FileError> {
    let Ok(folder) = std::fs::read_dir(uploads(app)) else { return Ok(0) };
    let (mut whole, mut swept): (Vec<UploadId>, u64) = (Vec::new(), 0);
    for entry in folder {
        let entry = entry?;
        let written = entry.metadata()?.modified()?;
        if SystemTime::now().duration_since(written).unwrap_or_default() < ARRIVING {
            continue;
        }
        let name = entry.file_name();
        let name = name.to_str().unwrap_or_default();
        if is_unfinished(name) {
            std::fs::remove_file(entry.path())?;
            swept += 1;
        }
        whole.extend(name.parse::<UploadId>().ok());
    }
    for some in whole.chunks(1000) {
        let known: HashSet<UploadId> = store::uploads::known_uploads(app.read(), some).await?.into_iter().collect();
        for id in some.iter().filter(|id| !known.contains(id)) {
            std::fs::remove_file(upload_path(app, *id))?;
            swept += 1;
        }
    }
    Ok(swept)
}
