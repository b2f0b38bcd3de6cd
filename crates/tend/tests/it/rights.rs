//! A copy of everything, an erasure and the deletions, from the command line.

use crate::drive::json;

const ROWS: &str = "姓名,手机号,备注\n李秀英,13900000001,甲\n王芳芳,13900000002,乙\n";

#[test]
fn a_customer_gets_a_copy_and_is_erased_and_the_ledger_stays_valid() {
    let place = tempfile::tempdir().expect("a folder");
    let (data, file, out) = (place.path().join("data"), place.path().join("rows.csv"), place.path().join("copy.zip"));
    std::fs::write(&file, ROWS).expect("a file");
    let (file, zip) = (file.display().to_string(), out.display().to_string());
    assert_eq!(json(&data, &["import", &file, "--batch", "first", "--yes"]).0, 0);
    let export = ["rights", "export", "13900000001", "--out", &zip];
    let (code, told) = json(&data, &export);
    assert_eq!((code, told["bytes"].as_u64()), (0, std::fs::metadata(&out).ok().map(|file| file.len())), "{told}");
    let (code, again) = json(&data, &export);
    assert_eq!((code, again["error"]["code"].as_str()), (4, Some("file_unwritable")), "nothing is written over");

    let erase = ["rights", "erase", "13900000001", "--reason", "asked in writing"];
    let (code, asked) = json(&data, &erase);
    assert_eq!((code, asked["error"]["code"].as_str()), (3, Some("erase_unconfirmed")), "{asked}");
    let (code, erased) = json(&data, &[&erase[..], &["--yes"]].concat());
    assert_eq!(code, 0, "{erased}");
    let (code, gone) = json(&data, &erase);
    assert_eq!((code, gone["error"]["code"].as_str()), (3, Some("nobody_found")), "{gone}");
    let (code, whole) = json(&data, &["verify"]);
    assert_eq!((code, &whole["valid"]), (0, &true.into()), "{whole}");

    let (code, due) = json(&data, &["retention", "--dry-run"]);
    assert_eq!((code, &due["dry_run"], &due["records"]), (0, &true.into(), &serde_json::json!([])), "{due}");
    assert_eq!(json(&data, &["retention"]).0, 0);
}
