//! Who hears of files and batches: open screens how far they are, and the person who brought a batch in how it ended,
//! also when the page was left long ago.

use crate::customer::CustomerError;
use crate::intake::{self, Batch, Upload};
use crate::org::{self, NewNotice, NoticeKind};
use crate::platform::{App, LiveEvent, LiveScope, Tx};
use serde_json::json;
use std::time::Duration;
use tend_rules::base::BatchId;
use tokio::time::Instant;

/// The least time between two pieces of news of one progress: nobody reads faster, and every open screen asks anew.
const APART: Duration = Duration::from_millis(500);

/// Keeps news of progress apart; a chunk may take some milliseconds only.
#[derive(Debug, Default)]
pub(super) struct Pace {
    told: Option<Instant>,
}

impl Pace {
    /// Whether it is time to tell again; then it counts as told.
    pub(super) fn is_time(&mut self) -> bool {
        let now = Instant::now();
        let due = self.told.is_none_or(|told| now.duration_since(told) >= APART);
        if due {
            self.told = Some(now);
        }
        due
    }
}

/// News of a batch for those who may see it.
pub(super) fn news(batch: &Batch, kind: &str) -> LiveEvent {
    let scope = LiveScope { unit_id: Some(batch.unit_id), owner_id: None, former_owner_id: None };
    LiveEvent { seq: 0, room: "batch", kind: kind.into(), id: Some(batch.id.to_string()), customer_id: None, scope }
}

/// Tells the person who brought a file how far its check is: nobody else has it before them.
pub(super) fn tell_checked(tx: &Tx, upload: &Upload, kind: &str) {
    let (id, scope) = (Some(upload.id.to_string()), LiveScope::default());
    let event = LiveEvent { seq: 0, room: "upload", kind: kind.into(), id, customer_id: None, scope };
    tx.tell_person(upload.uploaded_by, event);
}

/// Tells how a batch ended, once for each ending.
pub(super) async fn tell_end(app: &App, tx: &Tx, id: BatchId, kind: NoticeKind) -> Result<(), CustomerError> {
    let batch = intake::batch(&**tx, id).await?.ok_or(CustomerError::BatchNotFound)?;
    let notice = NewNotice {
        to: batch.created_by,
        kind,
        params: json!({
            "name": batch.name, "accepted": batch.accepted, "rejected": batch.rejected,
            "duplicates": batch.duplicates,
        }),
        link: Some(("batch", id.to_string())),
        customer: None,
        by: None,
        once: Some(format!("{} {id}", kind.word())),
    };
    org::notify(app, tx, vec![notice]).await?;
    if kind == NoticeKind::ImportFailed {
        tx.tell(news(&batch, "failed"));
    }
    Ok(())
}
