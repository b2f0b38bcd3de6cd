//! Fetching the file: by the person who asked only, each time a fact of the journal. And whose a found file is. A backup
//! does not hold these files: an export that came back without its own is over.

use super::{Export, ExportState, SEALED, one, path_of, store, tell};
use crate::customer::CustomerError;
use crate::journal;
use crate::org::Who;
use crate::platform::App;
use crate::work::WorkError;
use serde_json::json;
use std::io::ErrorKind;
use tend_rules::base::ExportId;
use tend_rules::journal::{Doer, Fact};
use tend_rules::work::watermarks_in;

/// The export and the bytes of its file, opened. The journal is written before a byte goes out.
pub async fn fetch(app: &App, who: &Who, id: ExportId) -> Result<(Export, Vec<u8>), WorkError> {
    let export = one(app, who, id).await?;
    if export.by != who.id {
        return Err(WorkError::ExportNotFound);
    }
    if export.state != ExportState::Ready || export.expires_at <= app.now() {
        return Err(over(&export));
    }
    let bytes = opened(app, &export).await?;
    let tx = app.begin().await?;
    if store::fetched(&*tx, id, app.now()).await? == 0 {
        return Err(over(&export));
    }
    let told = json!({ "export": id, "sha256": export.file_sha256 });
    journal::append(app, &tx, who.doer(), Fact::of_firm("work", "export_fetched", told)).await?;
    tell(&tx, &export, "fetched");
    tx.commit().await?;
    Ok((export, bytes))
}

fn over(export: &Export) -> WorkError {
    let over = export.state == ExportState::Ready;
    WorkError::ExportState { state: if over { ExportState::Expired } else { export.state } }
}

/// The bytes of the file. Read and opened before anything is written: nobody waits for the writer meanwhile.
async fn opened(app: &App, export: &Export) -> Result<Vec<u8>, WorkError> {
    let sealed = match tokio::fs::read(path_of(app, export.id)).await {
        Ok(sealed) => sealed,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            end_without_file(app, export).await?;
            return Err(WorkError::ExportLost);
        }
        Err(error) => return Err(WorkError::FileUnwritable(error.to_string())),
    };
    let (opening, id) = (app.clone(), export.id);
    let open = move || opening.keys().open_firm(SEALED, id.0, &sealed);
    let opened = tokio::task::spawn_blocking(open).await;
    let opened = opened.map_err(|error| WorkError::FileUnwritable(error.to_string()))?;
    Ok(opened.map_err(CustomerError::from)?)
}

async fn end_without_file(app: &App, export: &Export) -> Result<(), WorkError> {
    let tx = app.begin().await?;
    if store::expire(&*tx, export.id).await? > 0 {
        let told = json!({ "export": export.id, "why": "file_missing" });
        journal::append(app, &tx, Doer::Program("export"), Fact::of_firm("work", "export_expired", told)).await?;
        tell(&tx, export, "expired");
    }
    Ok(tx.commit().await?)
}

/// The exports whose watermarks stand in a text: for the command line, all of the firm.
pub async fn find_marked(app: &App, text: &str) -> Result<Vec<Export>, WorkError> {
    let mut found = Vec::new();
    for mark in watermarks_in(text) {
        found.extend(store::by_mark(app, app.read(), mark).await?);
    }
    Ok(found)
}
