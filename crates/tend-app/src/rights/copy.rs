//! Everything about one customer in one file: as JSON for programs, as pages in Chinese and English for people, with the
//! hash of each part and proofs of the ledger for the newest entries.

use super::{RightsError, page, request};
use crate::journal::ledger::{LedgerError, prove};
use crate::platform::{App, Tx};
use crate::{contact, customer, journal, trace, work};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::io::{Cursor, Write};
use tend_rules::base::*;
use tend_rules::journal::{Doer, Fact};
use tend_rules::org::Scope;
use zip::write::SimpleFileOptions;

/// Entries whose way into the signed head is told; each costs a walk over the blocks.
const PROOFS: usize = 20;

/// A copy of everything.
#[derive(Debug)]
pub struct Copy {
    /// The packed file.
    pub zip: Vec<u8>,
    /// Its hash.
    pub sha256: String,
}

/// Packs everything about a customer in scope and notes that it was done.
pub async fn copy(app: &App, tx: &Tx, doer: Doer, scope: &Scope, id: CustomerId) -> Result<Copy, RightsError> {
    let file = customer::dossier(app, scope, id).await?;
    let story = customer::opened_story(app, id).await?;
    let ledger = proofs(app, &story).await?;
    let everything = json!({
        "made_at": app.now(),
        "firm": app.config().firm,
        "file": file,
        "work_orders": work::told_of(app, id).await?,
        "contacts": contact::told_of(app, id).await?,
        "sales": trace::told_of(app, id).await?,
        "requests": request::of(app, scope, id).await?,
        "story": story,
    });
    let parts = [
        ("customer.json", pretty(&everything)),
        ("customer.zh.html", page::page(&everything, Language::Zh)),
        ("customer.en.html", page::page(&everything, Language::En)),
        ("ledger.json", pretty(&ledger)),
    ];
    let hashes: Vec<Value> = parts
        .iter()
        .map(|(name, text)| json!({ "name": name, "bytes": text.len(), "sha256": hash(text.as_bytes()) }))
        .collect();
    let manifest = json!({ "customer": id, "made_at": app.now(), "made_by": doer.to_string(), "files": hashes });
    let mut packed: Vec<(&str, String)> = parts.into();
    packed.push(("manifest.json", pretty(&manifest)));
    let zip = pack(&packed).map_err(RightsError::Unpacked)?;
    let sha256 = hash(&zip);
    let payload = json!({ "sha256": sha256, "bytes": zip.len() });
    journal::append(app, tx, doer, Fact::about(id, "rights", "copied", payload)).await?;
    Ok(Copy { zip, sha256 })
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// How the newest sealed entries about the customer lead to the last signed head. What waits for its sealing has none.
async fn proofs(app: &App, story: &[Value]) -> Result<Value, RightsError> {
    let mut told = Vec::new();
    for entry in story.iter().rev() {
        if told.len() == PROOFS {
            break;
        }
        let Some(fact) = entry["fact"].as_str().and_then(|text| text.parse().ok()) else { continue };
        match prove(app.db(), fact).await {
            Ok(proof) => told.push(json!(proof)),
            Err(LedgerError::NoEntry) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(json!({ "proofs": told }))
}

fn pack(parts: &[(&str, String)]) -> std::io::Result<Vec<u8>> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).map_err(std::io::Error::other)?;
        zip.write_all(text.as_bytes())?;
    }
    Ok(zip.finish().map_err(std::io::Error::other)?.into_inner())
}
