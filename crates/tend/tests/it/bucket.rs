//! The continuous backup to a bucket, by the real program: copied while it serves, told when the server is away, and brought
//! back; the secret is nowhere.

use crate::drive::{Serving, firm, last_object, tend};
use serde_json::Value;
use std::path::Path;
use std::time::{Duration, Instant};
use tend_testkit::Bucket;

const PLACE: &str = "s3://firm/branch/one";

fn settings(bucket: &Bucket) -> [(&'static str, String); 4] {
    [
        ("TEND_BACKUP_TO", PLACE.to_owned()),
        ("TEND_BACKUP_ENDPOINT", bucket.endpoint()),
        ("AWS_ACCESS_KEY_ID", bucket.key_id.clone()),
        ("AWS_SECRET_ACCESS_KEY", bucket.secret.clone()),
    ]
}

fn ask(data: &Path, bucket: &Bucket, words: &[&str]) -> Value {
    last_object(&tend(data).args(words).arg("--json").envs(settings(bucket)).output().expect("the program starts"))
}

fn verdict(doctor: &Value, name: &str) -> Option<String> {
    let findings = doctor["findings"].as_array().or_else(|| doctor["error"]["params"]["findings"].as_array())?;
    let found = findings.iter().find(|finding| finding["name"] == name)?;
    Some(format!("{}: {}", found["verdict"].as_str()?, found["text"].as_str()?))
}

fn health(serving: &Serving) -> Value {
    let asked = ureq::get(format!("{}/api/health", serving.address)).call();
    asked.expect("it answers").body_mut().read_json::<Value>().expect("JSON")["backup"].clone()
}

/// What fails to sign in is noted: there is something to copy.
fn write_something(serving: &Serving) {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let tried = serde_json::json!({ "login": "nobody", "password": "not a password" });
    let answer = agent.post(format!("{}/api/session", serving.address)).send_json(tried).expect("an answer");
    assert_eq!(answer.status().as_u16(), 401);
}

fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(40);
    while !holds() {
        assert!(Instant::now() < end, "{what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn a_firm_is_copied_to_a_bucket_and_comes_back_from_it() {
    let Some(bucket) = Bucket::start() else { return };
    let place = tempfile::tempdir().expect("a folder");
    let (old, new) = (place.path().join("old"), place.path().join("new"));
    firm(&old, 40);
    let with = settings(&bucket);
    let with: Vec<(&str, &str)> = with.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let serving = Serving::start_with(&old, &with);
    until("the copy is whole", || {
        let backup = health(&serving);
        backup["ok"] == true && backup["snapshot_seconds"].is_u64()
    });
    let lag = verdict(&ask(&old, &bucket, &["doctor"]), "backup_lag").expect("looked at");
    assert!(lag.starts_with("good"), "{lag}");

    bucket.take_away();
    write_something(&serving);
    until("health tells that the store is away", || health(&serving)["ok"] == false);
    let away = verdict(&ask(&old, &bucket, &["doctor"]), "backup_store").expect("looked at");
    assert!(away.starts_with("missing") && !away.contains(&bucket.secret), "{away}");
    let refused = ask(&new, &bucket, &["restore", PLACE, "--latest"]);
    assert_eq!(refused["error"]["code"], "backup_store_unreachable", "{refused}");
    bucket.bring_back();
    until("the copy catches up", || health(&serving)["ok"] == true);
    assert_eq!(serving.stop(), Some(0));

    std::fs::create_dir_all(&new).expect("made");
    std::fs::copy(old.join("master.key"), new.join("master.key")).expect("the key is carried over");
    let restored = ask(&new, &bucket, &["restore", PLACE, "--latest"]);
    assert_eq!(restored["customers"], 40 + 240, "forty, and those of the sample list: {restored}");
    let drill = verdict(&ask(&old, &bucket, &["doctor"]), "drill").expect("looked at");
    assert!(drill.starts_with("good"), "{drill}");
}

#[test]
fn without_an_access_key_the_server_says_at_its_start_what_is_missing() {
    let place = tempfile::tempdir().expect("a folder");
    let output = tend(place.path())
        .args(["serve", "--json"])
        .env("TEND_BACKUP_TO", PLACE)
        .env_remove("AWS_ACCESS_KEY_ID")
        .output()
        .expect("the program starts");
    assert_eq!(last_object(&output)["error"]["code"], "backup_credentials_unusable");
}
