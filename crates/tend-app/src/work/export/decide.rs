//! The second person's word, and the first person's second thought. Nobody decides about their own.

use super::{Export, ExportState, one, queue, tell};
use crate::journal;
use crate::org::Who;
use crate::platform::{App, SealedPlace, Tx};
use crate::work::WorkError;
use crate::work::store::export as store;
use serde_json::json;
use tend_rules::base::ExportId;
use tend_rules::journal::Fact;

/// Agrees to an export of somebody else; its file is made then.
pub async fn agree(app: &App, tx: &Tx, who: &Who, id: ExportId, reason: &str) -> Result<(), WorkError> {
    let export = others(app, who, id).await?;
    decided(app, tx, who, &export, ExportState::Agreed, reason).await?;
    queue(app, tx, id).await
}

/// Does not agree, and says why.
pub async fn refuse(app: &App, tx: &Tx, who: &Who, id: ExportId, reason: &str) -> Result<(), WorkError> {
    let export = others(app, who, id).await?;
    if reason.trim().chars().count() < 2 {
        return Err(WorkError::Invalid { field: "reason", rule: "2 to 500 characters" });
    }
    decided(app, tx, who, &export, ExportState::Refused, reason).await
}

/// Takes one's own export back while it waits.
pub async fn withdraw(app: &App, tx: &Tx, who: &Who, id: ExportId) -> Result<(), WorkError> {
    let export = one(app, who, id).await?;
    if export.by != who.id {
        return Err(WorkError::ExportNotFound);
    }
    decided(app, tx, who, &export, ExportState::Withdrawn, "").await
}

async fn others(app: &App, who: &Who, id: ExportId) -> Result<Export, WorkError> {
    let export = one(app, who, id).await?;
    if export.by == who.id { Err(WorkError::OwnExport) } else { Ok(export) }
}

async fn decided(
    app: &App,
    tx: &Tx,
    who: &Who,
    export: &Export,
    to: ExportState,
    reason: &str,
) -> Result<(), WorkError> {
    let reason: String = reason.trim().chars().take(500).collect();
    let reason = app.keys().seal_typed(SealedPlace::ExportDecision, export.id.0, &reason);
    let decision = store::Decision { to, by: who.id, reason: &reason, at: app.now() };
    if store::decide(&**tx, export.id, decision).await? == 0 {
        return Err(WorkError::ExportState { state: export.state });
    }
    let kind = match to {
        ExportState::Agreed => "export_agreed",
        ExportState::Refused => "export_refused",
        _ => "export_withdrawn",
    };
    let told = json!({ "export": export.id, "reason": reason });
    journal::append(app, tx, who.doer(), Fact::of_firm("work", kind, told)).await?;
    tell(tx, export, to.word());
    Ok(())
}
