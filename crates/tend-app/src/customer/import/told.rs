//! The person who brought a batch in is told how it ended, also when the page was left long ago.

use crate::customer::CustomerError;
use crate::intake;
use crate::org::{self, NewNotice, NoticeKind};
use crate::platform::{App, Tx};
use serde_json::json;
use tend_rules::base::BatchId;

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
    Ok(())
}
