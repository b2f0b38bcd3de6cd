//! Traces at the command line: listed, shown, taken out, and checked elsewhere by whoever has the public key.

use crate::drive::{firm, json};
use std::path::Path;

fn text(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}

#[test]
fn a_trace_is_taken_out_and_checked_by_whoever_has_the_public_key() {
    let place = tempfile::tempdir().expect("a folder");
    let (data, file, elsewhere) =
        (place.path().join("data"), place.path().join("sale.zip"), place.path().join("elsewhere"));
    let counts = firm(&data, 1500);
    // Who can be sold what today depends on the day.
    assert!(counts["traces"].as_i64() >= Some(3), "{counts}");
    let (code, listed) = json(&data, &["trace", "list", "--by", "qa"]);
    assert_eq!((code, listed["traces"].as_array().map(Vec::len)), (0, counts["traces"].as_u64().map(|n| n as usize)));
    assert_eq!(json(&data, &["trace", "list"]).0, 3, "nobody reads in nobody's name");
    let traces = listed["traces"].as_array().expect("traces");
    let sold = traces.iter().find(|one| one["state"] == "sold").expect("a sale")["id"].as_str().expect("an id");
    let (code, shown) = json(&data, &["trace", "show", sold, "--by", "qa"]);
    assert_eq!((code, &shown["state"]), (0, &"sold".into()), "{shown}");
    assert!(shown["steps"].as_array().expect("steps").iter().all(|step| step["state"] == "met"), "{shown}");

    let out = ["trace", "export", sold, text(&file), "--reason", "the regulator asks"];
    assert_eq!(json(&data, &[&out[..], &["--by", "wang"]].concat()).0, 3, "not hers to take out");
    let (code, made) = json(&data, &[&out[..], &["--by", "qa"]].concat());
    assert_eq!(code, 0, "{made}");
    let public = data.join("ledger.pub");
    let check = ["verify", "--evidence", text(&file), "--key", text(&public)];
    let (code, whole) = json(&elsewhere, &check);
    assert_eq!((code, &whole["valid"], &whole["trace"]), (0, &true.into(), &sold.into()), "{whole}");
    assert!(!elsewhere.exists(), "a check makes nothing");

    let mut bytes = std::fs::read(&file).expect("the file");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 4;
    std::fs::write(&file, bytes).expect("the file");
    assert_eq!(json(&elsewhere, &check).0, 3, "a flipped bit");
}
