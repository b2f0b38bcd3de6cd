//! Fetching the file: by the person who asked only, each time a fact of the journal. And whose a found file is.

use super::{Export, ExportState, SEALED, one, path_of, store, tell};
use crate::customer::CustomerError;
use crate::journal;
use crate::org::Who;
use crate::platform::{App, Tx};
use crate::work::WorkError;
use serde_json::json;
use tend_rules::base::ExportId;
use tend_rules::journal::Fact;
use tend_rules::work::watermarks_in;

/// The export and the bytes of its file, opened. The journal is written before a byte goes out.
pub async fn fetch(app: &App, tx: &Tx, who: &Who, id: ExportId) -> Result<(Export, Vec<u8>), WorkError> {
    let export = one(app, who, id).await?;
    if export.by != who.id {
        return Err(WorkError::ExportNotFound);
    }
    if store::fetched(&**tx, id, app.now()).await? == 0 {
        let over = export.state == ExportState::Ready;
        return Err(WorkError::ExportState { state: if over { ExportState::Expired } else { export.state } });
    }
    let sealed =
        tokio::fs::read(path_of(app, id)).await.map_err(|error| WorkError::FileUnwritable(error.to_string()))?;
    let bytes = app.keys().open_firm(SEALED, id.0, &sealed).map_err(CustomerError::from)?;
    let told = json!({ "export": id, "sha256": export.file_sha256 });
    journal::append(app, tx, who.doer(), Fact::of_firm("work", "export_fetched", told)).await?;
    tell(tx, &export, "fetched");
    Ok((export, bytes))
}

/// The exports whose watermarks stand in a text: for the command line, all of the firm.
pub async fn find_marked(app: &App, text: &str) -> Result<Vec<Export>, WorkError> {
    let mut found = Vec::new();
    for mark in watermarks_in(text) {
        found.extend(store::by_mark(app, app.read(), mark).await?);
    }
    Ok(found)
}
