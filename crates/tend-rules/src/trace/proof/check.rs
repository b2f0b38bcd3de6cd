//! Checks an evidence file with nothing but its bytes and a public key.

use super::account::{Account, Manifest};
use super::container::{Entry, entries};
use crate::base::{Digest, FactId, SignerId};
use crate::journal::ledger::{Entry as LedgerEntry, EntryProof};
use crate::trace::{EvidenceKind, FileType};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// What is wrong with an evidence file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EvidenceFault {
    /// What.
    pub kind: EvidenceFaultKind,
    /// Where: a file, an entry, a piece of evidence.
    pub place: String,
}

/// What can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceFaultKind {
    /// The container is not in its form: bytes were changed, added or cut off.
    Container,
    /// A file is missing, cannot be read, or is not on the list.
    File,
    /// A file's bytes are not those of the list.
    Bytes,
    /// The list was not signed by the key that it names.
    Signature,
    /// The key is not the trusted one.
    Signer,
    /// An entry of the journal does not lead to the signed head of the ledger.
    Proof,
    /// A record is not the one whose hash the journal keeps.
    Record,
    /// The journal tells of evidence or a turn that is not in the account.
    LeftOut,
    /// The process is not the one to which the trace was pinned.
    Process,
}

impl EvidenceFaultKind {
    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Container => "container",
            Self::File => "file",
            Self::Bytes => "bytes",
            Self::Signature => "signature",
            Self::Signer => "signer",
            Self::Proof => "proof",
            Self::Record => "record",
            Self::LeftOut => "left_out",
            Self::Process => "process",
        }
    }
}

/// What a check found.
#[derive(Debug, Clone)]
pub struct CheckedFile {
    /// The account, as far as it can be read.
    pub account: Option<Account>,
    /// Files on the list.
    pub files: usize,
    /// Entries of the journal that were proved.
    pub entries: usize,
    /// The number of the head to which they lead.
    pub head: Option<i64>,
    /// The signer.
    pub signer: Option<SignerId>,
    /// What is wrong; nothing if the file is whole.
    pub faults: Vec<EvidenceFault>,
}

/// Whether the file is whole.
pub fn verdict_of(checked: &CheckedFile) -> bool {
    checked.faults.is_empty() && checked.account.is_some()
}

impl CheckedFile {
    fn note(&mut self, kind: EvidenceFaultKind, place: impl Into<String>) {
        self.faults.push(EvidenceFault { kind, place: place.into() });
    }
}

/// Checks every step from the bytes to the signatures. `trusted` is the key that the reader has from elsewhere; without
/// one only that everything was signed by one and the same key is known.
pub fn check_evidence_file(file: &[u8], trusted: Option<SignerId>) -> CheckedFile {
    let (account, files, found, head, signer) = (None, 0, 0, None, None);
    let mut checked = CheckedFile { account, files, entries: found, head, signer, faults: Vec::new() };
    let entries = match entries(file) {
        Ok(entries) => entries,
        Err(error) => {
            checked.note(EvidenceFaultKind::Container, error.to_string());
            return checked;
        }
    };
    check_list(&entries, trusted, &mut checked);
    let bytes = |name: &str| entries.iter().find(|entry| entry.name == name).map(|entry| entry.bytes);
    let account = bytes("trace.json").and_then(|bytes| serde_json::from_slice::<Account>(bytes).ok());
    let Some(account) = account else {
        checked.note(EvidenceFaultKind::File, "trace.json");
        return checked;
    };
    let told = check_proofs(&account, &entries, &mut checked);
    check_records(&account, &told, &mut checked);
    check_files(&account, &entries, &mut checked);
    let pinned = told.values().find(|entry| entry["kind"] == "opened").map(|entry| &entry["payload"]["process_sha256"]);
    let text = bytes("process.toml").map(|bytes| hash(bytes).to_string());
    if text.is_none() || pinned.and_then(Value::as_str) != text.as_deref() {
        checked.note(EvidenceFaultKind::Process, "process.toml");
    }
    checked.account = Some(account);
    checked
}

fn hash(bytes: &[u8]) -> Digest {
    Digest(Sha256::digest(bytes).into())
}

fn check_list(entries: &[Entry<'_>], trusted: Option<SignerId>, checked: &mut CheckedFile) {
    let [list, signature, rest @ ..] = entries else {
        return checked.note(EvidenceFaultKind::File, "manifest.json");
    };
    let manifest = serde_json::from_slice::<Manifest>(list.bytes).ok();
    let Some(manifest) = manifest.filter(|_| (list.name, signature.name) == ("manifest.json", "manifest.sig")) else {
        return checked.note(EvidenceFaultKind::File, "manifest.json");
    };
    let signed = read_signature(signature.bytes).is_some_and(|bytes| manifest.signer.signed(list.bytes, &bytes));
    if !signed {
        checked.note(EvidenceFaultKind::Signature, "manifest.sig");
    }
    if trusted.is_some_and(|trusted| trusted != manifest.signer) {
        checked.note(EvidenceFaultKind::Signer, manifest.signer.to_string());
    }
    let names: Vec<&str> = rest.iter().map(|entry| entry.name).collect();
    let listed: Vec<&str> = manifest.files.iter().map(|file| file.name.as_str()).collect();
    if names != listed {
        checked.note(EvidenceFaultKind::File, "manifest.json");
    }
    for (entry, file) in rest.iter().zip(&manifest.files) {
        if entry.bytes.len() as u64 != file.size || hash(entry.bytes) != file.sha256 {
            checked.note(EvidenceFaultKind::Bytes, entry.name);
        }
    }
    checked.files = manifest.files.len();
    checked.signer = Some(manifest.signer);
}

/// 128 lower-case hexadecimal digits and the end of the line.
fn read_signature(bytes: &[u8]) -> Option<[u8; 64]> {
    let text = std::str::from_utf8(bytes).ok()?.strip_suffix('\n')?;
    let (first, second) = text.split_at_checked(64)?;
    let half = |half: &str| serde_json::from_value::<Digest>(Value::String(half.to_owned())).ok();
    let mut signature = [0; 64];
    signature[..32].copy_from_slice(&half(first)?.0);
    signature[32..].copy_from_slice(&half(second)?.0);
    Some(signature)
}

/// The entries of the journal that are proved, with what they tell.
fn check_proofs(account: &Account, entries: &[Entry<'_>], checked: &mut CheckedFile) -> BTreeMap<FactId, Value> {
    let mut told = BTreeMap::new();
    for id in &account.entries {
        let name = format!("ledger/{id}.json");
        let proof = entries.iter().find(|entry| entry.name == name);
        let proof = proof.and_then(|entry| serde_json::from_slice::<EntryProof>(entry.bytes).ok());
        let Some(proof) = proof else {
            checked.note(EvidenceFaultKind::File, name);
            continue;
        };
        let words = proof.payload.as_ref().and_then(|text| serde_json::from_str::<Value>(text).ok());
        let whole = proof.check().is_ok()
            && proof.entry.id == *id
            && is_about(account, &proof.entry)
            && Some(proof.head.head.signer) == checked.signer;
        let Some(words) = words.filter(|_| whole) else {
            checked.note(EvidenceFaultKind::Proof, id.to_string());
            continue;
        };
        checked.head = checked.head.max(Some(proof.head.head.number));
        let entry = serde_json::json!({ "room": proof.entry.room, "kind": proof.entry.kind, "payload": words });
        told.insert(*id, entry);
    }
    checked.entries = told.len();
    told
}

/// Whether an entry is about the customer of the sale. Of a record that is one with it by now only contacts are taken.
fn is_about(account: &Account, entry: &LedgerEntry) -> bool {
    let of_other = || entry.room == "contact" && account.others.contains(&entry.customer);
    entry.customer == account.customer || of_other()
}

fn check_records(account: &Account, told: &BTreeMap<FactId, Value>, checked: &mut CheckedFile) {
    let trace = account.trace.to_string();
    let own: Vec<&Value> = told
        .values()
        .filter(|entry| entry["room"] == "trace" && entry["payload"]["trace"].as_str() == Some(&trace))
        .filter(|entry| !entry["payload"]["hash"].is_null())
        .collect();
    let says = |hash: Digest, id: Option<String>| {
        let hash = hash.to_string();
        own.iter().any(|entry| {
            entry["payload"]["hash"].as_str() == Some(&hash) && entry["payload"]["evidence"].as_str() == id.as_deref()
        })
    };
    for record in &account.evidence {
        if record.trace != account.trace || !says(record.hash(), Some(record.id.to_string())) {
            checked.note(EvidenceFaultKind::Record, record.id.to_string());
        }
    }
    for turn in &account.turns {
        if turn.trace != account.trace || !says(turn.hash(), None) {
            checked.note(EvidenceFaultKind::Record, turn.kind.clone());
        }
    }
    // As many as the journal tells of: nothing was left out.
    if own.len() != account.evidence.len() + account.turns.len() {
        checked.note(EvidenceFaultKind::LeftOut, account.trace.to_string());
    }
}

fn check_files(account: &Account, entries: &[Entry<'_>], checked: &mut CheckedFile) {
    for record in account.evidence.iter().filter(|record| record.kind != EvidenceKind::Withdrawal) {
        let Some(file) = &record.file else { continue };
        let ending = FileType::from_content_type(&file.content_type).map_or("bin", FileType::word);
        let name = format!("files/{}.{ending}", record.id);
        let found = entries.iter().find(|entry| entry.name == name);
        let same = found.is_some_and(|entry| entry.bytes.len() as u64 == file.size && hash(entry.bytes) == file.sha256);
        if !same {
            checked.note(EvidenceFaultKind::Bytes, name);
        }
    }
}
