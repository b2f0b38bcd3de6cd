//! `tend verify`: checks the ledger offline, whole or a single entry, in a database or in exported files.
//!
//! Needs no key but the public one, starts nothing and changes nothing.

use super::ledger::failure;
use crate::data;
use crate::failure::{Exit, Failure, chain};
use crate::output::Output;
use crate::words::sentence;
use clap::Args;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use tend_app::journal::ledger::{Audit, audit, audit_files, outside_head, prove, public_key};
use tend_app::platform::{Db, migrations_waiting};
use tend_rules::base::FactId;
use tend_rules::journal::ledger::{EntryProof, FaultKind, Faults, SignedHead, SignerId};
use tend_rules::trace::proof::{check_evidence_file, verdict_of};

/// Check that the ledger of who did and saw what is whole and unchanged.
///
/// Every fact is compared with its entry, every block and head is computed
/// anew, every signature is checked. With --against the ledger must also be a
/// continuation of a head that was kept outside. Exit code 3 when anything is
/// wrong. See docs/security/ledger.md.
///
///   tend verify --data /srv/tend --against /outside/ledger
///   tend verify --files /outside/ledger --key ledger.pub
///   tend verify --entry fac_01ka… --json > proof.json
///   tend verify --proof proof.json --against head-0000000042.json
///   tend verify --evidence sale.zip --key ledger.pub
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Verify {
    /// A head kept outside: a file, or the newest in an exported folder.
    #[arg(long, value_name = "FILE_OR_DIR")]
    against: Option<PathBuf>,
    /// Prove this one fact instead of checking everything.
    #[arg(long, value_name = "ID", conflicts_with_all = ["files", "proof"])]
    entry: Option<FactId>,
    /// Check an exported folder instead of a database.
    #[arg(long, value_name = "DIR", conflicts_with = "proof")]
    files: Option<PathBuf>,
    /// Check what --entry --json printed.
    #[arg(long, value_name = "FILE")]
    proof: Option<PathBuf>,
    /// Check the evidence file of a sale, as `tend trace export` makes it.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["entry", "files", "proof", "against"])]
    evidence: Option<PathBuf>,
    /// The public key to trust; otherwise ledger.pub of --against, --files or the data folder.
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

impl Verify {
    /// Checks what was asked.
    pub async fn run(self, folder: &Path, output: &Output) -> Result<(), Failure> {
        let outside = match &self.against {
            Some(path) => Some(outside_head(path).map_err(|error| failure(&error))?),
            None => None,
        };
        let trusted = self.trusted(folder)?;
        if let Some(path) = &self.evidence {
            return evidence_holds(path, trusted, output);
        }
        if let Some(path) = &self.proof {
            return proof_holds(&read_proof(path)?, trusted, outside.as_ref(), output);
        }
        if let Some(files) = &self.files {
            let audit = audit_files(files, trusted, outside.as_ref()).map_err(|error| failure(&error))?;
            return said(&audit, trusted, output);
        }
        let db = database(folder).await?;
        if let Some(entry) = self.entry {
            let proof = prove(&db, entry).await.map_err(|error| failure(&error))?;
            return proof_holds(&proof, trusted, outside.as_ref(), output);
        }
        let audit = audit(&db, trusted, outside.as_ref()).await.map_err(|error| failure(&error))?;
        said(&audit, trusted, output)
    }

    /// The key that is trusted: what was named, or what stands outside, or what stands beside the database.
    fn trusted(&self, folder: &Path) -> Result<Option<SignerId>, Failure> {
        let beside = data::ledger_key_file(folder).with_extension("pub");
        let outside = self.against.iter().filter(|path| path.is_dir()).map(|folder| folder.join("ledger.pub"));
        let files = self.files.iter().map(|folder| folder.join("ledger.pub"));
        let places: Vec<PathBuf> = match &self.key {
            Some(key) => vec![key.clone()],
            None => outside.chain(files).chain([beside]).filter(|path| path.exists()).collect(),
        };
        let Some(place) = places.into_iter().next() else { return Ok(None) };
        let unusable = || Failure::refused("ledger_key_unusable", json!({ "path": place }));
        public_key(&place).map(Some).ok_or_else(unusable)
    }
}

/// The database as it stands, read only; a key or a migration is not needed for reading.
async fn database(folder: &Path) -> Result<Db, Failure> {
    let config = data::configuration(folder)?;
    if config.database == "sqlite" && !folder.join("tend.db").is_file() {
        return Err(Failure::refused("no_data_here", json!({ "path": folder })));
    }
    let address = data::shown_address(&config);
    let unreachable = |error: &sea_orm::DbErr| {
        Failure::new(Exit::Unreachable, "database_unreachable", json!({ "database": address })).because(chain(error))
    };
    let db = Db::connect(&config.database_url()).await.map_err(|error| unreachable(&error))?;
    match migrations_waiting(&db).await.map_err(|error| unreachable(&error))? {
        0 => Ok(db),
        waiting => Err(Failure::refused("ledger_of_older_version", json!({ "waiting": waiting }))),
    }
}

fn read_proof(path: &Path) -> Result<EntryProof, Failure> {
    let unreadable = || Failure::refused("ledger_proof_unreadable", json!({ "path": path }));
    let text = std::fs::read_to_string(path).map_err(|error| unreadable().because(error))?;
    let value: Value = serde_json::from_str(&text).map_err(|error| unreadable().because(error))?;
    let proof = value.get("proof").cloned().unwrap_or(value);
    serde_json::from_value(proof).map_err(|error| unreadable().because(error))
}

fn evidence_holds(path: &Path, trusted: Option<SignerId>, output: &Output) -> Result<(), Failure> {
    let unreadable = |error| Failure::refused("evidence_file_unreadable", json!({ "path": path })).because(error);
    let checked = check_evidence_file(&std::fs::read(path).map_err(unreadable)?, trusted);
    let account = checked.account.as_ref();
    let told = json!({
        "valid": verdict_of(&checked), "signer_trusted": trusted.is_some(), "signer": checked.signer,
        "trace": account.map(|account| account.trace), "state": account.map(|account| account.state.clone()),
        "files": checked.files, "entries": checked.entries, "head": checked.head, "faults": checked.faults,
    });
    if !verdict_of(&checked) {
        for fault in &checked.faults {
            let key = format!("evidence_fault_{}", fault.kind.word());
            output.line(&format!("✗ {}", sentence(output.language, &key, &json!({ "place": fault.place }))));
        }
        let mut params = told;
        params["found"] = json!(checked.faults.len());
        return Err(Failure::refused("evidence_file_faulty", params));
    }
    output.say("evidence_file_whole", told.clone());
    if trusted.is_none() {
        output.say("ledger_signer_untrusted", json!({}));
    }
    output.finish(&told);
    Ok(())
}

fn proof_holds(
    proof: &EntryProof,
    trusted: Option<SignerId>,
    outside: Option<&SignedHead>,
    output: &Output,
) -> Result<(), Failure> {
    let mut faults = Faults::default();
    if let Err(kind) = proof.check() {
        faults.note(kind, proof.entry.id);
    }
    let place = format!("head {}", proof.head.head.number);
    if trusted.is_some_and(|trusted| trusted != proof.head.head.signer) {
        faults.note(FaultKind::SignerUnknown, &place);
    }
    // A proof leads to one head: only that very head says anything about it.
    if outside.is_some_and(|outside| *outside != proof.head) {
        faults.note(FaultKind::HistoryRewritten, &place);
    }
    let told = json!({
        "valid": faults.found == 0, "signer_trusted": trusted.is_some(), "proof": proof, "faults": faults,
    });
    if faults.found > 0 {
        return Err(faulty(&faults, told, output));
    }
    let at = tend_rules::base::Instant::from_millis(proof.entry.at_ms);
    let said = json!({
        "id": proof.entry.id, "at": at, "actor": proof.entry.actor, "room": proof.entry.room,
        "kind": proof.entry.kind, "head": proof.head.head.number, "signer": proof.head.head.signer,
    });
    output.say("ledger_entry_proved", said);
    output.finish(&told);
    Ok(())
}

fn said(audit: &Audit, trusted: Option<SignerId>, output: &Output) -> Result<(), Failure> {
    let mut told = serde_json::to_value(audit).map_err(Failure::unexpected)?;
    told["valid"] = json!(audit.faults.found == 0);
    told["signer_trusted"] = json!(trusted.is_some());
    if audit.faults.found > 0 {
        return Err(faulty(&audit.faults, told, output));
    }
    output.say("ledger_whole", told.clone());
    if let Some(against) = &audit.against {
        let hashes = against.proof.len();
        output.say("ledger_continues", json!({ "head": against.head, "blocks": against.blocks, "hashes": hashes }));
    }
    if trusted.is_none() {
        output.say("ledger_signer_untrusted", json!({}));
    }
    output.finish(&told);
    Ok(())
}

fn faulty(faults: &Faults, told: Value, output: &Output) -> Failure {
    for fault in &faults.named {
        let key = format!("ledger_fault_{}", fault.kind.word());
        output.line(&format!("✗ {}", sentence(output.language, &key, &json!({ "place": fault.place }))));
    }
    let mut params = told;
    params["found"] = json!(faults.found);
    Failure::refused("ledger_faulty", params)
}
