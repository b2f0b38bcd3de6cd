//! The job that makes the file of an export, in the scope of the person who asked as it is now, and the end of what is
//! over. A killed job begins anew: the file is named by the export and takes its place as a whole, in the transaction that
//! makes the export ready. Until then it bears the fence of its job, so that two workers never write one file.

use super::file::ExportFile;
use super::{Export, ExportState, cells, path_of, store, tell};
use crate::customer::wholes_of;
use crate::journal;
use crate::org::{self, NewNotice, NoticeKind, OrgError, Who};
use crate::platform::{App, Claimed, Refusal, finish, holding, renew};
use crate::work::WorkError;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use tend_rules::base::*;
use tend_rules::journal::{Doer, Fact};

/// The queue of exports.
pub const EXPORT_QUEUE: &str = "export";
/// Rows of one statement.
const PIECE: i64 = 2_000;

/// Carries out a claimed job of [`EXPORT_QUEUE`] and finishes it. What can never go right ends the export at once;
/// anything else is tried again, and the export fails with the last try. Who lost the job meanwhile changes nothing.
pub async fn do_export(app: &App, job: &Claimed) -> Result<(), WorkError> {
    let id: ExportId = serde_json::from_value(job.payload["export"].clone()).map_err(|_| WorkError::ExportNotFound)?;
    let made = match job.still_to_try() {
        Ok(()) => holding(app, job, make(app, job, id)).await?,
        Err(lost) => Err(lost.into()),
    };
    if let Err(error) = made {
        let is_final = error.status().is_client_error();
        if is_final || job.is_last_try() {
            give_up(app, job, id, &error).await?;
        }
        if !is_final {
            return Err(error);
        }
    }
    finish(app.db().writer(), job, app.now()).await?;
    Ok(())
}

async fn make(app: &App, job: &Claimed, id: ExportId) -> Result<(), WorkError> {
    let export = store::one(app, app.read(), id).await?.ok_or(WorkError::ExportNotFound)?;
    if export.state != ExportState::Agreed {
        return Ok(());
    }
    let who = org::acting(app, export.by).await?.ok_or(OrgError::StaffNotFound)?;
    remove_halves(app, id).await;
    let (file, customers) = written(app, &who, &export).await?;
    let made = put_away(app, job, id, file).await?;
    let ready = make_ready(app, job, &who, &export, &made, &customers).await;
    // Not there any more once it took its place.
    let _ = tokio::fs::remove_file(&made.half).await;
    ready
}

/// Makes an export ready, if the job is still this worker's.
async fn make_ready(
    app: &App,
    job: &Claimed,
    who: &Who,
    export: &Export,
    made: &Made,
    customers: &[CustomerId],
) -> Result<(), WorkError> {
    let (id, sha256) = (export.id, &made.sha256);
    let tx = app.begin().await?;
    renew(&*tx, job, app.now()).await?;
    if store::made(&*tx, id, customers.len() as i64, made.bytes, sha256).await? == 0 {
        return Ok(());
    }
    let path = path_of(app, id);
    tokio::fs::rename(&made.half, &path).await.map_err(unwritable)?;
    sync_folder_of(&path).await.map_err(unwritable)?;
    let told = |customer: &CustomerId| Fact::about(*customer, "work", "exported", json!({ "export": id }));
    for piece in customers.chunks(PIECE as usize) {
        journal::append_all(app, &tx, who.doer(), piece.iter().map(told).collect()).await?;
    }
    let figures = json!({ "export": id, "customers": customers.len(), "sha256": sha256 });
    journal::append(app, &tx, Doer::Program("export"), Fact::of_firm("work", "export_made", figures)).await?;
    org::notify(app, &tx, vec![ready(export, customers.len())]).await?;
    tell(&tx, export, "ready");
    tx.commit().await?;
    Ok(())
}

fn unwritable(error: io::Error) -> WorkError {
    WorkError::FileUnwritable(error.to_string())
}

fn ready(export: &Export, rows: usize) -> NewNotice {
    NewNotice {
        to: export.by,
        kind: NoticeKind::ExportReady,
        params: json!({ "customers": rows }),
        link: Some(("export", export.id.to_string())),
        customer: None,
        by: None,
        once: Some(format!("export {} ready", export.id)),
    }
}

/// The file, and whose rows it holds. A record that was merged since it was asked for is the same person as
/// the one that it is part of: that one stands in its place, once.
async fn written(app: &App, who: &Who, export: &Export) -> Result<(ExportFile, Vec<CustomerId>), WorkError> {
    let whose = super::whose(app, who, &export.id.to_string());
    let mut file = ExportFile::begin(&export.format, &whose, &export.columns, who.language)?;
    let (mut last, mut customers, mut wholes) = (None, Vec::new(), BTreeSet::new());
    loop {
        let ids = store::rows(app.read(), export.id, last, PIECE).await?;
        let Some(end) = ids.last() else { break };
        last = Some(*end);
        wholes.extend(wholes_of(app.read(), &ids).await?);
        add(app, who, export, &ids, (&mut file, &mut customers)).await?;
    }
    let there: HashSet<CustomerId> = customers.iter().copied().collect();
    let wholes: Vec<CustomerId> = wholes.into_iter().filter(|whole| !there.contains(whole)).collect();
    for ids in wholes.chunks(PIECE as usize) {
        add(app, who, export, ids, (&mut file, &mut customers)).await?;
    }
    Ok((file, customers))
}

async fn add(
    app: &App,
    who: &Who,
    export: &Export,
    ids: &[CustomerId],
    (file, customers): (&mut ExportFile, &mut Vec<CustomerId>),
) -> Result<(), WorkError> {
    for (customer, cells) in cells::rows(app, &who.scope(), ids, &export.columns, export.mark).await? {
        file.line(&cells)?;
        customers.push(customer);
    }
    Ok(())
}

/// A file that waits for its place.
struct Made {
    half: PathBuf,
    bytes: usize,
    sha256: String,
}

/// Seals the file and writes it beside its place. A large sheet takes seconds, in which others get on.
async fn put_away(app: &App, job: &Claimed, id: ExportId, file: ExportFile) -> Result<Made, WorkError> {
    let sealing = app.clone();
    let seal = move || {
        let bytes = file.finish()?;
        let sha256 = format!("{:x}", Sha256::digest(&bytes));
        Ok::<_, WorkError>((sealing.keys().seal_firm(super::SEALED, id.0, &bytes), bytes.len(), sha256))
    };
    let (sealed, bytes, sha256) =
        tokio::task::spawn_blocking(seal).await.map_err(|error| unwritable(io::Error::other(error)))??;
    let path = path_of(app, id);
    let half = path.with_extension(format!("{}.half", job.fence));
    let write = async {
        tokio::fs::create_dir_all(path.parent().unwrap_or(&path)).await?;
        tokio::fs::write(&half, sealed).await?;
        tokio::fs::File::open(&half).await?.sync_all().await
    };
    write.await.map_err(unwritable)?;
    Ok(Made { half, bytes, sha256 })
}

async fn sync_folder_of(path: &Path) -> io::Result<()> {
    tokio::fs::File::open(path.parent().unwrap_or(path)).await?.sync_all().await
}

/// Removes what workers left who were killed, or lost the job, while they wrote.
async fn remove_halves(app: &App, id: ExportId) {
    let path = path_of(app, id);
    let Some(folder) = path.parent() else { return };
    let Ok(mut entries) = tokio::fs::read_dir(folder).await else { return };
    let begin = format!("{id}.");
    while let Ok(Some(entry)) = entries.next_entry().await {
        let name = entry.file_name();
        if name.to_str().is_some_and(|name| name.starts_with(&begin) && name.ends_with(".half")) {
            let _ = tokio::fs::remove_file(entry.path()).await;
        }
    }
}

async fn give_up(app: &App, job: &Claimed, id: ExportId, error: &WorkError) -> Result<(), WorkError> {
    let Some(export) = store::one(app, app.read(), id).await? else { return Ok(()) };
    let tx = app.begin().await?;
    renew(&*tx, job, app.now()).await?;
    store::failed(&*tx, id, error.code()).await?;
    let told = json!({ "export": id, "code": error.code() });
    journal::append(app, &tx, Doer::Program("export"), Fact::of_firm("work", "export_failed", told)).await?;
    tell(&tx, &export, "failed");
    tx.commit().await?;
    Ok(())
}

/// Ends exports whose time is over and removes their files. Answers how many. One that cannot be removed holds up none of
/// the others and is tried again; it is told after them.
pub async fn expire_exports(app: &App) -> Result<usize, WorkError> {
    let over = store::overdue(app.read(), app.now()).await?;
    let (mut many, mut kept) = (0, None);
    for id in over {
        remove_halves(app, id).await;
        match tokio::fs::remove_file(&path_of(app, id)).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                kept.get_or_insert(WorkError::FileUnwritable(format!("{id}: {error}")));
                continue;
            }
            _ => {}
        }
        let tx = app.begin().await?;
        if store::expire(&*tx, id).await? > 0 {
            let told = Fact::of_firm("work", "export_expired", json!({ "export": id }));
            journal::append(app, &tx, Doer::Program("export"), told).await?;
        }
        tx.commit().await?;
        many += 1;
    }
    kept.map_or(Ok(many), Err)
}
