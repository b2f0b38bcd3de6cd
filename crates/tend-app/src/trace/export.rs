//! The evidence file of a trace for a regulator. Taking it out is a fact of its own, told first, so that the file proves
//! its own journey too; then what waits is sealed, and every entry of the trace is proved to the head that was signed.

use super::case::{Loaded, load};
use super::open::reason;
use super::{TraceError, file, page, process};
use crate::customer;
use crate::journal::{self, StoredFact, ledger};
use crate::org::{Who, staff_names};
use crate::platform::{App, Keyring, nameless};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io::{BufWriter, Read, Seek, Write};
use tend_rules::base::*;
use tend_rules::journal::Fact;
use tend_rules::trace::FileType;
use tend_rules::trace::proof::{
    Account, AgreementAccount, Container, ContainerError, Crc, Manifest, ManifestFile, Person, StepAccount, sheet,
};

/// An evidence file to be handed on. It has no name on the disk any more: it holds everything about a sale in clear, and
/// goes with whoever holds it, also when the program is killed.
#[derive(Debug)]
pub struct Exported {
    /// Its bytes, from the beginning.
    pub file: File,
    /// What to call it.
    pub name: String,
    /// How many bytes.
    pub size: u64,
}

const BEGINS: &str = "out-";
const ENDS: &str = ".part";

/// Whether a file is an evidence file that a program killed at the wrong moment, or of an earlier version, left behind.
pub(super) fn is_left_over(name: &str) -> bool {
    name.starts_with(BEGINS) && name.ends_with(ENDS)
}

/// Facts of a trace that are read at once.
const FACTS_AT_ONCE: i64 = 500;
/// Another program may be sealing at the same moment; one of the two wins and the other tries again.
const SEAL_TRIES: usize = 5;

/// Takes the evidence file of a trace out of the house.
pub async fn export(app: &App, who: &Who, id: TraceId, why: &str) -> Result<Exported, TraceError> {
    let why = reason(why)?;
    let loaded = load(app, app.read(), &who.scope(), id).await?;
    let tx = app.begin().await?;
    let sealed = customer::sealed(&loaded.key, loaded.row.customer, why);
    let payload = json!({ "trace": id, "reason": sealed });
    journal::append(app, &tx, who.doer(), Fact::about(loaded.row.customer, "trace", "exported", payload)).await?;
    tx.commit().await?;
    seal(app).await?;
    let told = entries(app, &loaded).await?;
    let account = account(app, who, &loaded, told, why).await?;
    let proofs = ledger::prove_all(app.db(), &account.entries).await?;
    let text = process::process_text(app, &loaded.row.process_key, Some(loaded.row.process_version)).await?;
    let zone = app.zone();
    let mut small: Vec<(String, Vec<u8>)> = vec![
        ("index.html".into(), sheet(&account, Language::Zh, zone).into_bytes()),
        ("index.en.html".into(), sheet(&account, Language::En, zone).into_bytes()),
        ("trace.json".into(), serde_json::to_vec_pretty(&account).map_err(|_| TraceError::Damaged)?),
        ("process.toml".into(), text.into_bytes()),
    ];
    for (fact, proof) in account.entries.iter().zip(&proofs) {
        let text = serde_json::to_vec_pretty(proof).map_err(|_| TraceError::Damaged)?;
        small.push((format!("ledger/{fact}.json"), text));
    }
    let (app, keys) = (app.clone(), app.keys().clone());
    let written = tokio::task::spawn_blocking(move || write(&app, &keys, &loaded, &account, small)).await;
    written.map_err(|error| TraceError::Disk(std::io::Error::other(error)))?
}

async fn seal(app: &App) -> Result<(), TraceError> {
    let mut tries = 0;
    loop {
        tries += 1;
        match ledger::seal_now(app).await {
            Ok(_) => return Ok(()),
            Err(ledger::LedgerError::Database(error)) if tries < SEAL_TRIES => {
                tracing::info!("sealing for an evidence file once more: {error}");
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// What the journal tells of a trace.
struct Told {
    /// Oldest first.
    entries: Vec<FactId>,
    /// Whose journals it stands in besides the customer's own.
    others: Vec<CustomerId>,
}

/// The facts that tell of the trace, and of the contacts to which its evidence points. A contact may have been recorded
/// under a record that is one with the trace's by now, and bear an id of that record's bucket.
async fn entries(app: &App, loaded: &Loaded) -> Result<Told, TraceError> {
    let (id, own, whole) = (loaded.row.id.to_string(), loaded.row.customer, loaded.customer().id);
    let contact = |text: &str| text.parse::<ContactId>().ok().map(|contact| contact.moved_to(whole.bucket()));
    let pointed: Vec<ContactId> = loaded.given.iter().filter_map(|one| contact(&one.record.refers_to)).collect();
    let mut found = told(app, own, "trace").await?;
    found.retain(|fact| fact.payload["trace"].as_str() == Some(&id));
    let mut others = Vec::new();
    for part in customer::whole(app.read(), whole).await? {
        let mut contacts = told(app, part, "contact").await?;
        contacts
            .retain(|fact| fact.payload["contact"].as_str().and_then(contact).is_some_and(|id| pointed.contains(&id)));
        if part != own && !contacts.is_empty() {
            others.push(part);
        }
        found.append(&mut contacts);
    }
    found.sort_unstable_by_key(|fact| (fact.at, fact.id));
    Ok(Told { entries: found.into_iter().map(|fact| fact.id).collect(), others })
}

/// Everything that a room told of a customer.
async fn told(app: &App, customer: CustomerId, room: &str) -> Result<Vec<StoredFact>, TraceError> {
    let mut found: Vec<StoredFact> = Vec::new();
    loop {
        let before = found.last().map(|fact| fact.id);
        let facts = journal::story_of_kind(app, customer, before, Some(room), FACTS_AT_ONCE).await?;
        let whole = (facts.len() as i64) < FACTS_AT_ONCE;
        found.extend(facts);
        if whole {
            return Ok(found);
        }
    }
}

async fn account(app: &App, who: &Who, loaded: &Loaded, told: Told, why: &str) -> Result<Account, TraceError> {
    let turns = page::turns(app, loaded).await?;
    let names = staff_names(app.read()).await?;
    let evidence: Vec<_> = loaded.given.iter().map(|one| one.record.clone()).collect();
    let mut ids: Vec<StaffId> = turns.iter().map(|turn| turn.by).chain(evidence.iter().map(|one| one.by)).collect();
    ids.sort_unstable();
    ids.dedup();
    let person = |id: StaffId| Person { id, name: names.get(&id).cloned().unwrap_or_default() };
    let agreement = loaded.row.agreement.map(|id| {
        let held = loaded.sheet.agreement(id);
        AgreementAccount {
            id,
            number: held.map(|one| one.number.clone()).unwrap_or_default(),
            product: held.map(|one| one.product.clone()).unwrap_or_default(),
        }
    });
    let steps = loaded.process.steps.iter().zip(loaded.standing()?).map(|(step, stands)| StepAccount {
        key: step.key.clone(),
        title: step.title.clone(),
        needed: stands.needed,
        state: StepAccount::word(stands.state).into(),
        met_at: stands.met_at,
    });
    Ok(Account {
        format: Account::FORMAT,
        firm: app.config().firm.clone(),
        trace: loaded.row.id,
        customer: loaded.row.customer,
        others: told.others,
        customer_name: loaded.customer().name.clone(),
        agreement,
        product: loaded.row.product.clone(),
        process: loaded.row.process_key.clone(),
        process_version: loaded.row.process_version,
        process_title: loaded.process.title.clone(),
        law: loaded.process.law.clone(),
        state: loaded.row.state.clone(),
        turns,
        steps: steps.collect(),
        evidence,
        people: ids.into_iter().map(person).collect(),
        entries: told.entries,
        exported_by: Person { id: who.id, name: who.name.clone() },
        exported_at: app.now(),
        reason: why.to_owned(),
    })
}

/// A file of evidence on its way into the container.
struct Filed {
    name: String,
    evidence: EvidenceId,
    cell: Vec<u8>,
    size: u64,
    sha256: Digest,
}

/// Writes the container. Files of evidence are opened twice: for their checksums, and to be written.
fn write(
    app: &App,
    keys: &Keyring,
    loaded: &Loaded,
    account: &Account,
    small: Vec<(String, Vec<u8>)>,
) -> Result<Exported, TraceError> {
    let filed: Vec<Filed> = loaded
        .given
        .iter()
        .filter_map(|one| {
            let (file, cell) = (one.record.file.as_ref()?, one.file_key_cell.clone()?);
            let ending = FileType::from_content_type(&file.content_type).map_or("bin", FileType::word);
            let name = format!("files/{}.{ending}", one.record.id);
            Some(Filed { name, evidence: one.record.id, cell, size: file.size, sha256: file.sha256 })
        })
        .collect();
    let listed = |(name, bytes): &(String, Vec<u8>)| ManifestFile {
        name: name.clone(),
        size: bytes.len() as u64,
        sha256: Digest(Sha256::digest(bytes).into()),
    };
    let large = filed.iter().map(|one| ManifestFile { name: one.name.clone(), size: one.size, sha256: one.sha256 });
    let manifest = Manifest {
        trace: account.trace,
        watermark: account.watermark(),
        signer: keys.signer().id(),
        files: small.iter().map(listed).chain(large).collect(),
    };
    let list = serde_json::to_vec_pretty(&manifest).map_err(|_| TraceError::Damaged)?;
    let signature: String = keys.signer().sign(&list).iter().map(|byte| format!("{byte:02x}")).collect();
    let folder = file::folder(app);
    std::fs::create_dir_all(&folder)?;
    let path = folder.join(format!("{BEGINS}{}{ENDS}", app.new_free_id()));
    let mut container = Container::new(BufWriter::new(nameless(&path)?));
    container.add("manifest.json", &list).map_err(unwritten)?;
    container.add("manifest.sig", format!("{signature}\n").as_bytes()).map_err(unwritten)?;
    for (name, bytes) in &small {
        container.add(name, bytes).map_err(unwritten)?;
    }
    for one in &filed {
        let open = || file::opened(app, &loaded.key, (one.evidence, &one.cell), one.size);
        let (mut crc, mut hash) = (Crc::default(), Sha256::new());
        each_part(&mut open()?, |part| {
            crc.add(part);
            hash.update(part);
            Ok(())
        })?;
        if Digest(hash.finalize().into()) != one.sha256 {
            return Err(TraceError::Damaged);
        }
        let out = container.begin(&one.name, one.size, crc.sum()).map_err(unwritten)?;
        each_part(&mut open()?, |part| out.write_all(part))?;
    }
    let out = container.finish().map_err(unwritten)?;
    let mut file = out.into_inner().map_err(std::io::IntoInnerError::into_error)?;
    let size = file.metadata()?.len();
    file.rewind()?;
    Ok(Exported { file, name: format!("{}.zip", account.trace), size })
}

fn each_part(reader: &mut impl Read, mut take: impl FnMut(&[u8]) -> std::io::Result<()>) -> Result<(), TraceError> {
    let mut part = vec![0; 1 << 16];
    loop {
        match reader.read(&mut part)? {
            0 => return Ok(()),
            count => take(&part[..count])?,
        }
    }
}

fn unwritten(error: ContainerError) -> TraceError {
    match error {
        ContainerError::Write(error) => TraceError::Disk(error),
        ContainerError::TooLarge | ContainerError::OutOfForm { .. } => TraceError::TooMuch,
    }
}
