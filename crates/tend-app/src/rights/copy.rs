//! Everything about one customer in one file: as JSON for programs, as pages in Chinese and English for people, with the
//! hash of each part and proofs of the ledger for the newest entries.

use super::page::Part;
use super::{RightsError, page, request};
use crate::journal::ledger::prove_sealed;
use crate::platform::App;
use crate::{contact, customer, journal, trace, work};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::io::{Cursor, Write};
use tend_rules::base::*;
use tend_rules::journal::{Doer, Fact};
use tend_rules::org::Scope;
use zip::write::SimpleFileOptions;

/// Entries whose way into the signed head is told.
const PROOFS: usize = 20;

/// A copy of everything.
#[derive(Debug)]
pub struct Copy {
    /// The packed file.
    pub zip: Vec<u8>,
    /// Its hash.
    pub sha256: String,
}

/// Packs everything about a customer in scope and notes that it was done. Nobody waits for the writer while it is read and
/// packed.
pub async fn copy(app: &App, doer: Doer, scope: &Scope, id: CustomerId) -> Result<Copy, RightsError> {
    let file = customer::dossier(app, scope, id).await?;
    let story = customer::opened_story(app, id).await?;
    let ledger = proofs(app, &story).await?;
    // One list for programs and for people: what is in the JSON is on the pages.
    let told: Vec<Part> = vec![
        ("file", json!(file)),
        ("work_orders", json!(work::told_of(app, id).await?)),
        ("contacts", json!(contact::told_of(app, id).await?)),
        ("sales", json!(trace::told_of(app, id).await?)),
        ("requests", json!(request::of(app, scope, id).await?)),
        ("story", json!(story)),
    ];
    let made_at = app.now();
    let mut everything = json!({ "made_at": made_at, "firm": app.config().firm });
    for (name, part) in &told {
        everything[*name] = part.clone();
    }
    let page = |language| page::page(&app.config().firm, made_at, &told, language);
    let parts = [
        ("customer.json", pretty(&everything)),
        ("customer.zh.html", page(Language::Zh)),
        ("customer.en.html", page(Language::En)),
        ("ledger.json", pretty(&ledger)),
    ];
    let hashes: Vec<Value> = parts
        .iter()
        .map(|(name, text)| json!({ "name": name, "bytes": text.len(), "sha256": hash(text.as_bytes()) }))
        .collect();
    let manifest = json!({ "customer": id, "made_at": made_at, "made_by": doer.to_string(), "files": hashes });
    let mut packed: Vec<(&str, String)> = parts.into();
    packed.push(("manifest.json", pretty(&manifest)));
    let zip = pack(&packed).map_err(RightsError::Unpacked)?;
    let sha256 = hash(&zip);
    let payload = json!({ "sha256": sha256, "bytes": zip.len() });
    let tx = app.begin().await?;
    journal::append(app, &tx, doer, Fact::about(id, "rights", "copied", payload)).await?;
    tx.commit().await?;
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
    let facts = story.iter().rev().filter_map(|entry| entry["fact"].as_str().and_then(|text| text.parse().ok()));
    let facts: Vec<FactId> = facts.collect();
    Ok(json!({ "proofs": prove_sealed(app.db(), &facts, PROOFS).await? }))
}

fn pack(parts: &[(&str, String)]) -> std::io::Result<Vec<u8>> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).map_err(std::io::Error::other)?;
        zip.write_all(text.as_bytes())?;
    }
    Ok(zip.finish().map_err(std::io::Error::other)?.into_inner())
}
