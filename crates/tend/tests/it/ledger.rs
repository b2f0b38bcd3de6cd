//! The ledger at the command line: exported, checked against what is kept outside, a single entry proved elsewhere.

use crate::drive::{firm, json};
use serde_json::Value;
use std::path::Path;

fn kinds(refused: &Value) -> Vec<&str> {
    let named = refused["error"]["params"]["faults"]["named"].as_array().expect("findings");
    named.iter().map(|fault| fault["kind"].as_str().expect("a kind")).collect()
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}

#[test]
fn a_ledger_is_exported_and_checked_by_whoever_has_the_public_key() {
    let place = tempfile::tempdir().expect("a folder");
    let (data, outside, copy) = (place.path().join("data"), place.path().join("outside"), place.path().join("copy"));
    firm(&data, 40);
    let (code, exported) = json(&data, &["ledger", "export", text(&outside)]);
    assert_eq!(code, 0, "{exported}");
    assert!(exported["entries"].as_i64() > Some(100), "{exported}");
    let (code, whole) = json(&data, &["verify", "--against", text(&outside)]);
    assert_eq!((code, &whole["valid"], &whole["signer_trusted"]), (0, &true.into(), &true.into()), "{whole}");
    assert_eq!((&whole["entries"], &whole["waiting"]), (&exported["entries"], &0.into()));

    // At the regulator's desk: the files, the public key, no data folder.
    let public = data.join("ledger.pub");
    let files = ["verify", "--files", text(&outside), "--key", text(&public)];
    let (code, of_files) = json(&copy, &files);
    assert_eq!((code, &of_files["entries"]), (0, &exported["entries"]), "{of_files}");
    assert!(!copy.exists(), "a check makes nothing");

    // A database without its keys is enough.
    std::fs::create_dir(&copy).expect("a folder");
    let copied = copy.join("tend.db");
    assert_eq!(json(&data, &["backup", text(&copied)]).0, 0);
    let (code, of_copy) = json(&copy, &["verify", "--key", text(&public)]);
    assert_eq!((code, &of_copy["entries"]), (0, &exported["entries"]), "{of_copy}");
    assert!(!copy.join("master.key").exists() && !copy.join("ledger.key").exists());

    // Another firm's key is not trusted.
    let other = place.path().join("other.pub");
    std::fs::write(&other, "11".repeat(32)).expect("a key");
    let (code, refused) = json(&copy, &["verify", "--key", text(&other)]);
    assert_eq!((code, kinds(&refused)), (3, vec!["signer_unknown"]), "{refused}");
}

#[test]
fn one_entry_is_proved_elsewhere_and_a_changed_proof_is_refused() {
    let place = tempfile::tempdir().expect("a folder");
    let (data, outside) = (place.path().join("data"), place.path().join("outside"));
    firm(&data, 40);
    assert_eq!(json(&data, &["ledger", "export", text(&outside)]).0, 0);
    let mut files = std::fs::read_dir(&outside).expect("files").map(|entry| entry.expect("a file").path());
    let segment = files.find(|path| path.extension().is_some_and(|end| end == "jsonl")).expect("the blocks");
    let lines = std::fs::read_to_string(segment).expect("the file");
    let entry: Value = lines
        .lines()
        .find(|line| line.starts_with("{\"entry\""))
        .map_or(Value::Null, |line| serde_json::from_str(line).expect("a line"));
    let id = entry["entry"]["id"].as_str().expect("an id");
    let (code, proved) = json(&data, &["verify", "--entry", id]);
    assert_eq!((code, proved["proof"]["entry"]["id"].as_str()), (0, Some(id)), "{proved}");

    let (proof, elsewhere) = (place.path().join("proof.json"), place.path().join("elsewhere"));
    std::fs::write(&proof, proved.to_string()).expect("the proof");
    let check = ["verify", "--proof", text(&proof), "--against", text(&outside)];
    assert_eq!(json(&elsewhere, &check).0, 0);
    let forged = proved.to_string().replace("\\\"", "\\\" ");
    assert_ne!(forged, proved.to_string());
    std::fs::write(&proof, forged).expect("the proof");
    let (code, refused) = json(&elsewhere, &check);
    assert_eq!((code, kinds(&refused)), (3, vec!["words_changed"]), "{refused}");
}
