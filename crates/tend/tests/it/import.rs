//! A file comes in from the command line: its sums add up, and the same command again changes nothing.

use crate::drive::{code, json, last_object, tend};

const ROWS: &str = "姓名,手机号,备注\n李秀英,13900000001,甲\n,13900000002,\n王芳,139,\n李秀英,13900000001,甲\n";

#[test]
fn every_row_is_accepted_refused_or_a_duplicate() {
    let place = tempfile::tempdir().expect("a folder");
    let (data, file) = (place.path().join("data"), place.path().join("rows.csv"));
    std::fs::write(&file, ROWS).expect("a file");
    let file = file.display().to_string();
    let (code, sums) = json(&data, &["import", &file, "--batch", "first", "--yes"]);
    assert_eq!(code, 0, "{sums}");
    let sum = |key: &str| sums[key].as_i64().unwrap_or_else(|| panic!("{key} in {sums}"));
    assert_eq!(sum("rows"), 4, "{sums}");
    assert_eq!(sum("rows"), sum("accepted") + sum("rejected") + sum("duplicates"), "{sums}");
    assert!(sum("duplicates") >= 1, "{sums}");
    let (code, again) = json(&data, &["import", &file, "--batch", "first", "--yes"]);
    assert_eq!((code, &again), (0, &sums), "the same command changes nothing");
}

#[test]
fn what_was_wrong_with_cells_is_told_though_no_row_is_refused() {
    let place = tempfile::tempdir().expect("a folder");
    let (data, file) = (place.path().join("data"), place.path().join("rows.csv"));
    std::fs::write(&file, "姓名,手机号,生日\n李秀英,13900000001,1980-13-40\n").expect("a file");
    let file = file.display().to_string();
    let told = tend(&data).args(["import", &file, "--batch", "first", "--yes"]).env("LC_ALL", "en_GB.UTF-8").output();
    let told = String::from_utf8(told.expect("it runs").stdout).expect("text");
    assert!(told.contains("1 accepted + 0 rejected"), "{told}");
    assert!(told.contains("1 × 生日: ") && told.contains("batch first"), "{told}");
    let (_, again) = json(&data, &["import", &file, "--batch", "first", "--yes"]);
    let problem = &again["problems"][0];
    assert_eq!((problem["severity"].as_str(), problem["count"].as_i64()), (Some("warning"), Some(1)), "{again}");
}

#[test]
fn nothing_is_imported_unasked() {
    let place = tempfile::tempdir().expect("a folder");
    let (data, file) = (place.path().join("data"), place.path().join("rows.csv"));
    std::fs::write(&file, ROWS).expect("a file");
    let file = file.display().to_string();
    let (code_, refused) = json(&data, &["import", &file, "--batch", "first"]);
    assert_eq!((code_, refused["error"]["code"].as_str()), (3, Some("import_not_agreed")), "{refused}");
    let shown = tend(&data).args(["import", &file, "--batch", "first", "--show-mapping"]).output().expect("it runs");
    assert_eq!(code(&shown), 0);
    let mapping = place.path().join("columns.toml");
    std::fs::write(&mapping, &shown.stdout).expect("a mapping");
    let mapping = mapping.display().to_string();
    let taken = tend(&data).args(["import", &file, "--batch", "first", "--mapping", &mapping, "--json"]).output();
    let taken = taken.expect("it runs");
    assert_eq!((code(&taken), last_object(&taken)["rows"].as_i64()), (0, Some(4)));
}

#[test]
fn a_slip_in_the_name_of_the_file_makes_nothing() {
    let place = tempfile::tempdir().expect("a folder");
    let data = place.path().join("data");
    let (code, told) = json(&data, &["import", "nowhere.csv", "--batch", "first", "--yes"]);
    assert_eq!((code, told["error"]["code"].as_str()), (4, Some("file_unreadable")), "{told}");
    assert!(!data.exists());
}
