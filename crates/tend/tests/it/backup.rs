//! A backup is whole, keeps the key out, and comes back only with the right key.

use crate::drive::{Serving, firm, json};
use std::path::PathBuf;

#[test]
fn a_backup_comes_back_only_with_its_key() {
    let place = tempfile::tempdir().expect("a folder");
    let (old, new, file) = (place.path().join("old"), place.path().join("new"), place.path().join("firm.db"));
    firm(&old, 40);
    let file_text = file.display().to_string();
    let (code, made) = json(&old, &["backup", &file_text]);
    assert_eq!((code, made["master_key_included"].as_bool()), (0, Some(false)), "{made}");

    let (code, refused) = json(&new, &["restore", &file_text]);
    assert_eq!((code, refused["error"]["code"].as_str()), (3, Some("key_does_not_fit")), "{refused}");
    assert!(!new.join("tend.db").exists());
    assert!(!new.join("master.key").exists(), "a look at the key must not make one");

    std::fs::copy(old.join("master.key"), new.join("master.key")).expect("the key is carried over");
    let (code, restored) = json(&new, &["restore", &file_text]);
    assert_eq!(
        (code, restored["customers"].as_i64()),
        (0, Some(40 + 240)),
        "forty, and those of the sample list: {restored}"
    );
    let (_, staff) = json(&new, &["user", "list"]);
    assert!(staff["staff"].as_array().expect("a list").iter().any(|one| one["login"] == "wang"));
}

#[test]
fn nothing_is_overwritten_unasked_and_a_torn_backup_changes_nothing() {
    let place = tempfile::tempdir().expect("a folder");
    let (data, file) = (place.path().join("data"), place.path().join("firm.db"));
    firm(&data, 40);
    let file_text = file.display().to_string();
    assert_eq!(json(&data, &["backup", &file_text]).0, 0);
    let (code, again) = json(&data, &["backup", &file_text]);
    assert_eq!((code, again["error"]["code"].as_str()), (3, Some("file_exists")), "{again}");
    let (code, stands) = json(&data, &["restore", &file_text]);
    assert_eq!((code, stands["error"]["code"].as_str()), (3, Some("database_stands")), "{stands}");

    let whole = std::fs::read(&file).expect("the backup");
    let torn: PathBuf = place.path().join("torn.db");
    std::fs::write(&torn, &whole[..whole.len() / 2]).expect("half a backup");
    let (code, damaged) = json(&data, &["restore", &torn.display().to_string(), "--replace"]);
    assert_eq!((code, damaged["error"]["code"].as_str()), (3, Some("backup_damaged")), "{damaged}");
    assert_eq!(json(&data, &["user", "list"]).0, 0, "the database is still in its place");

    let (code, replaced) = json(&data, &["restore", &file_text, "--replace"]);
    assert_eq!(code, 0, "{replaced}");
    assert!(PathBuf::from(replaced["set_aside"].as_str().expect("a path")).exists());
}

#[test]
fn no_log_of_another_database_is_played_into_a_restored_one() {
    let place = tempfile::tempdir().expect("a folder");
    let (data, file) = (place.path().join("data"), place.path().join("firm.db"));
    firm(&data, 40);
    let file_text = file.display().to_string();
    assert_eq!(json(&data, &["backup", &file_text]).0, 0);
    let (database, log) = (data.join("tend.db"), data.join("tend.db-wal"));
    let serving = Serving::start(&data);
    let (code, added) = json(&data, &["user", "add", "later", "--role", "maintainer"]);
    assert_eq!(code, 0, "{added}");
    serving.crash("-KILL");
    let stale = std::fs::read(&log).expect("a log that was not written back");
    assert!(stale.len() > 4096, "{} bytes", stale.len());

    // Killed after the first rename of setting aside; and an earlier restore, killed with its own half way.
    std::fs::rename(&database, data.join("moved.db")).expect("moved");
    for left in ["tend.db.part-wal", "tend.db.part"] {
        std::fs::write(data.join(left), &stale).expect("left");
    }
    let (code, restored) = json(&data, &["restore", &file_text]);
    assert_eq!(code, 0, "{restored}");
    let aside = PathBuf::from(restored["set_aside"].as_str().expect("the log is kept"));
    assert_eq!(std::fs::read(&aside).expect("readable"), stale);
    let (code, staff) = json(&data, &["user", "list"]);
    assert_eq!(code, 0, "{staff}");
    let staff = staff["staff"].as_array().expect("a list");
    let is_there = |login: &str| staff.iter().any(|one| one["login"] == login);
    assert!(is_there("wang") && !is_there("later"), "{staff:?}");
    let left: Vec<_> = std::fs::read_dir(&data).expect("a folder").map(|entry| entry.expect("a file").path()).collect();
    assert!(!left.iter().any(|path| path.display().to_string().contains(".part")), "{left:?}");
}
