//! PostgreSQL by its own tools: a dump comes back through a scratch database, and only if it holds what its note says.

use crate::drive::{last_object, tend};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

fn at(database: &str, data: &Path, words: &[&str]) -> (i32, Value) {
    let output =
        tend(data).env("TEND_DATABASE", database).args(words).arg("--json").output().expect("the program starts");
    (output.status.code().unwrap_or(-1), last_object(&output))
}

fn ask(server: &str, text: &str) -> String {
    let answer = Command::new("psql").args([server, "--tuples-only", "--no-align", "--command", text]).output();
    let answer = answer.expect("psql is installed");
    assert!(answer.status.success(), "{text}: {}", String::from_utf8_lossy(&answer.stderr));
    String::from_utf8_lossy(&answer.stdout).trim().to_owned()
}

#[test]
fn a_dump_comes_back_only_if_it_holds_what_its_note_says() {
    let Ok(server) = std::env::var("TEND_TEST_POSTGRES") else {
        eprintln!("TEND_TEST_POSTGRES is not set: the backup of PostgreSQL is not tried");
        return;
    };
    let place = tempfile::tempdir().expect("a folder");
    let (data, file) = (place.path().join("data"), place.path().join("firm.dump"));
    let name = format!("dump_{}", std::process::id());
    let database = format!("{}/{name}", server.rsplit_once('/').expect("an address").0);
    ask(&server, &format!("CREATE DATABASE {name}"));
    let demo = ["demo", "--no-serve", "--seed", "1", "--customers", "40"];
    assert_eq!(at(&database, &data, &demo).0, 0);
    let path = file.display().to_string();
    let (code, made) = at(&database, &data, &["backup", &path]);
    assert_eq!(code, 0, "{made}");
    assert_eq!(made["held"]["customers"], 40 + 240);

    let (code, stands) = at(&database, &data, &["restore", &path]);
    assert_eq!((code, stands["error"]["code"].as_str()), (3, Some("database_stands")), "{stands}");
    ask(&database, "DELETE FROM ledger_waiting; DELETE FROM journal_fact");
    let (code, back) = at(&database, &data, &["restore", &path, "--replace"]);
    assert_eq!((code, back["customers"].as_i64()), (0, Some(280)), "{back}");
    assert_ne!(ask(&database, "SELECT COUNT(*) FROM journal_fact"), "0", "it is the dump that stands there now");
    let aside = back["set_aside"].as_str().expect("the former one is kept").to_owned();
    assert_eq!(at(&database, &data, &["user", "list"]).0, 0);

    let note_path = place.path().join("firm.dump.json");
    let note = std::fs::read_to_string(&note_path).expect("a note");
    std::fs::write(&note_path, note.replace("\"customers\": 280", "\"customers\": 281")).expect("a note that lies");
    let (code, refused) = at(&database, &data, &["restore", &path, "--replace"]);
    assert_eq!((code, refused["error"]["code"].as_str()), (3, Some("backup_damaged")), "{refused}");
    let scratch = ask(&server, "SELECT COUNT(*) FROM pg_database WHERE datname LIKE 'tend_scratch_%'");
    assert_eq!(scratch, "0", "nothing is left behind");
    for name in [name, aside] {
        ask(&server, &format!("DROP DATABASE \"{name}\" WITH (FORCE)"));
    }
}
