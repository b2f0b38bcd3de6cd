//! A bulk edit as a job of the queue: the customers are written down once, then dealt with in parts, each in a
//! transaction of its own with the rows it settles. A killed run goes on with the rows that still wait.

use super::prepare::Prepared;
use super::{BulkEdit, BulkState, gather, perform, read_by, read_id, revert, tell};
use crate::journal;
use crate::org::{self, NewNotice, NoticeKind, OrgError, Who};
use crate::platform::{App, Claimed, Refusal, Tx, finish, holding};
use crate::work::WorkError;
use crate::work::store::bulk as store;
use serde_json::json;
use tend_rules::base::*;
use tend_rules::journal::{Doer, Fact};

/// The queue of bulk edits.
pub const BULK_QUEUE: &str = "bulk";
/// Customers of one transaction.
pub(super) const PART: i64 = 500;
/// Rows that are written down in one transaction.
const WRITTEN: usize = 5_000;

/// Carries out a claimed job of [`BULK_QUEUE`] and finishes it. What can never go right ends the edit at once; anything
/// else is tried again, and the edit fails with the last try.
pub async fn do_bulk(app: &App, job: &Claimed) -> Result<(), WorkError> {
    let id = read_id(&job.payload)?;
    let work = async {
        job.still_to_try()?;
        carry_out(app, job, id).await
    };
    if let Err(error) = holding(app, job, work).await? {
        let is_final = error.status().is_client_error();
        if is_final || job.is_last_try() {
            give_up(app, id, &error).await?;
        }
        if !is_final {
            return Err(error);
        }
    }
    finish(app.db().writer(), job, app.now()).await?;
    Ok(())
}

async fn carry_out(app: &App, job: &Claimed, id: BulkEditId) -> Result<(), WorkError> {
    let edit = store::one(app, app.read(), id).await?.ok_or(WorkError::BulkEditNotFound)?;
    let by = read_by(&job.payload).unwrap_or(edit.by);
    let who = org::acting(app, by).await?.ok_or(OrgError::StaffNotFound)?;
    if job.kind == "bulk_undo" { revert::undo(app, &who, &edit).await } else { run(app, &who, &edit).await }
}

async fn run(app: &App, who: &Who, edit: &BulkEdit) -> Result<(), WorkError> {
    let prepared = Prepared::of(app, who.clone(), edit.deed.clone()).await?;
    let before = [BulkState::Waiting, BulkState::Gathering];
    if before.contains(&edit.state) {
        write_down(app, &prepared, edit, &before).await?;
    }
    loop {
        let tx = app.begin().await?;
        let now = store::one(app, &*tx, edit.id).await?.ok_or(WorkError::BulkEditNotFound)?;
        let ids = store::waiting(&*tx, edit.id, PART).await?;
        let end = match now.state {
            BulkState::Stopping => Some(BulkState::Stopped),
            BulkState::Running if ids.is_empty() => Some(BulkState::Done),
            BulkState::Running => None,
            _ => return Ok(()),
        };
        if let Some(end) = end {
            close(app, &tx, &now, end, NoticeKind::BulkEditDone).await?;
            return Ok(tx.commit().await?);
        }
        let turn = usize::try_from(now.changed).unwrap_or_default();
        let settled = perform::perform(app, &tx, &prepared, &ids, turn).await?;
        store::settle(&*tx, edit.id, &settled).await?;
        tell(&tx, edit, "progress");
        tx.commit().await?;
    }
}

/// Writes down whom the edit is about.
async fn write_down(app: &App, prepared: &Prepared, edit: &BulkEdit, before: &[BulkState]) -> Result<(), WorkError> {
    let tx = app.begin().await?;
    store::turn(&*tx, edit.id, before, BulkState::Gathering, None).await?;
    tell(&tx, edit, "progress");
    tx.commit().await?;
    let ids = gather::ids_of(app, &prepared.who, &edit.whom).await?;
    for piece in ids.chunks(WRITTEN) {
        let tx = app.begin().await?;
        store::add_rows(&*tx, edit.id, piece).await?;
        tx.commit().await?;
    }
    let tx = app.begin().await?;
    store::count_rows(&*tx, edit.id).await?;
    store::turn(&*tx, edit.id, &[BulkState::Gathering], BulkState::Running, None).await?;
    tell(&tx, edit, "progress");
    tx.commit().await?;
    Ok(())
}

/// Ends a bulk edit: its person is told on the screen and by a notice.
pub(super) async fn close(
    app: &App,
    tx: &Tx,
    edit: &BulkEdit,
    end: BulkState,
    kind: NoticeKind,
) -> Result<(), WorkError> {
    let now = store::one(app, &**tx, edit.id).await?.ok_or(WorkError::BulkEditNotFound)?;
    if store::turn(&**tx, edit.id, &[now.state], end, Some(app.now())).await? == 0 {
        return Ok(());
    }
    let figures = json!({
        "bulk_edit": now.id, "state": end.word(), "changed": now.changed, "unchanged": now.unchanged,
        "refused": now.refused, "undone": now.undone, "kept": now.kept,
    });
    journal::append(app, tx, Doer::Program("bulk_edit"), Fact::of_firm("work", "bulk_edit_ended", figures)).await?;
    let notice = NewNotice {
        to: now.by,
        kind,
        params: json!({ "title": now.title, "changed": now.changed, "refused": now.refused }),
        link: Some(("bulk_edit", now.id.to_string())),
        customer: None,
        by: None,
        once: Some(format!("bulk_edit {} {}", now.id, end.word())),
    };
    if end != BulkState::Undone {
        org::notify(app, tx, vec![notice]).await?;
    }
    tell(tx, edit, end.word());
    Ok(())
}

/// What is done stays, and can be taken back.
async fn give_up(app: &App, id: BulkEditId, error: &WorkError) -> Result<(), WorkError> {
    let Some(edit) = store::one(app, app.read(), id).await? else { return Ok(()) };
    let tx = app.begin().await?;
    store::keep_failure(&*tx, id, error.code()).await?;
    close(app, &tx, &edit, BulkState::Failed, NoticeKind::BulkEditFailed).await?;
    tx.commit().await?;
    Ok(())
}
