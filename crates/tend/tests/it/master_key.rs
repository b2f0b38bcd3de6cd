//! The master key from a file, from the environment or from a command: each opens the database again after a restart, is
//! rotated as its operator is told, and stands in nothing that the program says, writes or starts.

use crate::drive::{LOG_FILE, Serving, json_with, tend};
use serde_json::json;
use std::path::Path;

const ONE: &str = "1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f";
const TWO: &str = "2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e";
const THREE: &str = "3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d";

/// A key, and where it lies apart from the data.
struct Form {
    name: &'static str,
    setting: (&'static str, String),
}

/// The forms in which the key is handed over, with `keys` in each.
fn forms(apart: &Path, keys: &str) -> [Form; 3] {
    let file = apart.join("kept apart");
    std::fs::write(&file, keys).expect("written");
    let file = file.display().to_string();
    [
        Form { name: "file", setting: ("TEND_MASTER_KEY_FILE", file.clone()) },
        Form { name: "environment", setting: ("TEND_MASTER_KEY", keys.to_owned()) },
        Form { name: "command", setting: ("TEND_MASTER_KEY_COMMAND", format!("cat '{file}'")) },
    ]
}

impl Form {
    fn settings(&self) -> [(&str, &str); 1] {
        [(self.setting.0, self.setting.1.as_str())]
    }

    fn fill(&self, data: &Path) {
        let words = ["demo", "--no-serve", "--seed", "1", "--customers", "20"];
        let (code, made) = json_with(data, &self.settings(), &words);
        assert_eq!(code, 0, "{}: {made}", self.name);
    }
}

#[test]
fn each_form_opens_the_database_again_after_a_restart() {
    for at in 0..3 {
        let place = tempfile::tempdir().expect("a folder");
        let data = place.path().join("data");
        let form = &forms(place.path(), ONE)[at];
        form.fill(&data);
        assert!(!data.join("master.key").exists(), "{}: no key was made beside the one that was given", form.name);
        let log = place.path().join("log");
        let mut settings = form.settings().to_vec();
        let log_path = log.display().to_string();
        settings.extend([(LOG_FILE, log_path.as_str()), ("TEND_LOG", "debug")]);
        for _ in 0..2 {
            let serving = Serving::start_with(&data, &settings);
            assert!(!serving.said.join("\n").contains(ONE), "{}: the key is said", form.name);
            assert_eq!(serving.stop(), Some(0), "{}", form.name);
            assert!(!std::fs::read_to_string(&log).expect("a log").contains(ONE), "{}: the key is logged", form.name);
        }
        let (code, looked) = json_with(&data, &form.settings(), &["keys", "status"]);
        assert_eq!(code, 0, "{}: {looked}", form.name);

        let other = &forms(place.path(), TWO)[at];
        let (code, refused) = json_with(&data, &other.settings(), &["keys", "status"]);
        assert_eq!((code, &refused["error"]["code"]), (4, &json!("master_key_wrong")), "{}: {refused}", form.name);
    }
}

#[test]
fn a_key_is_named_once_and_told_plainly_when_it_is_none() {
    let place = tempfile::tempdir().expect("a folder");
    let data = place.path().join("data");
    let [file, given, command] = forms(place.path(), ONE);
    for pair in [[&file, &given], [&file, &command], [&given, &command]] {
        let both = [pair[0].settings()[0], pair[1].settings()[0]];
        let (code, refused) = json_with(&data, &both, &["demo", "--no-serve", "--customers", "1"]);
        assert_eq!((code, &refused["error"]["code"]), (3, &json!("master_key_named_twice")), "{refused}");
        assert!(!refused.to_string().contains(ONE), "{refused}");
        assert!(refused["error"]["next"].as_str().is_some_and(|next| next.contains("master_key_command")), "{refused}");
    }
    let short = &ONE[1..];
    for (setting, wanted) in [
        (("TEND_MASTER_KEY", short), (4, "given_key_unusable")),
        (("TEND_MASTER_KEY", ""), (4, "given_key_unusable")),
        (("TEND_MASTER_KEY_COMMAND", "false"), (4, "key_command_failed")),
        (("TEND_MASTER_KEY_COMMAND", "echo no key"), (4, "key_command_failed")),
        (("TEND_MASTER_KEY_COMMAND", "cat 'open"), (3, "master_key_command_unreadable")),
    ] {
        let (code, refused) = json_with(&data, &[setting], &["demo", "--no-serve", "--customers", "1"]);
        assert_eq!((code, &refused["error"]["code"]), (wanted.0, &json!(wanted.1)), "{setting:?}: {refused}");
        assert!(!refused.to_string().contains(short), "the value is not repeated");
        let (code, looked) = json_with(&data, &[setting], &["doctor"]);
        assert_eq!(code, 5, "the doctor misses it too: {looked}");
        let open = wanted.1 == "master_key_command_unreadable";
        assert_eq!(looked.to_string().contains("quotation mark that is not closed. Write it"), open, "{looked}");
    }
    assert!(!data.join("tend.db").exists() && !data.join("master.key").exists(), "nothing was begun without a key");
}

#[test]
fn what_the_program_starts_inherits_no_key() {
    let place = tempfile::tempdir().expect("a folder");
    let (data, seen) = (place.path().join("data"), place.path().join("seen"));
    let [_, given, _] = forms(place.path(), ONE);
    given.fill(&data);
    let command = format!("env > '{}'; exit 1", seen.display());
    let mut settings = given.settings().to_vec();
    settings.extend([
        ("TEND_BACKUP_TO", "s3://bucket/prefix"),
        ("TEND_BACKUP_ENDPOINT", "http://127.0.0.1:9"),
        ("TEND_BACKUP_CREDENTIALS_COMMAND", command.as_str()),
    ]);
    let (_, looked) = json_with(&data, &settings, &["doctor"]);
    let inherited = std::fs::read_to_string(&seen).unwrap_or_else(|_| panic!("the command was started: {looked}"));
    assert!(inherited.contains("TEND_BACKUP_TO="), "{inherited}");
    assert!(!inherited.contains("TEND_MASTER_KEY=") && !inherited.contains(ONE), "{inherited}");
}

#[test]
fn a_key_from_elsewhere_is_rotated_once_the_operator_brought_another() {
    for at in [1, 2] {
        let place = tempfile::tempdir().expect("a folder");
        let data = place.path().join("data");
        let form = &forms(place.path(), ONE)[at];
        form.fill(&data);
        let serving = Serving::start_with(&data, &form.settings());
        for words in [["keys", "rotate"], ["keys", "new"]] {
            let (code, refused) = json_with(&data, &form.settings(), &words);
            assert_eq!((code, &refused["error"]["code"]), (3, &json!("key_to_be_brought")), "{}: {refused}", form.name);
        }
        // A program that has the key from the environment is started anew with both; one that asks a command asks again.
        let both = &forms(place.path(), &format!("{ONE}\n{TWO}"))[at];
        let serving = match form.name {
            "command" => serving,
            _ => {
                assert_eq!(serving.stop(), Some(0));
                Serving::start_with(&data, &both.settings())
            }
        };
        for _ in 0..2 {
            let (code, done) = json_with(&data, &both.settings(), &["keys", "rotate"]);
            assert_eq!(code, 0, "{}: {done}", form.name);
            assert_eq!(done["take_out"].as_array().map(Vec::len), Some(1), "told to take the former out: {done}");
            assert!(!done.to_string().contains(ONE) && !done.to_string().contains(TWO), "{done}");
        }
        assert_eq!(page_of_a_customer(&serving), 200, "{}: the running program goes on", form.name);
        assert_eq!(serving.stop(), Some(0));

        let new = &forms(place.path(), TWO)[at];
        assert_eq!(Serving::start_with(&data, &new.settings()).stop(), Some(0), "{}", form.name);
        let old = &forms(place.path(), ONE)[at];
        let (code, refused) = json_with(&data, &old.settings(), &["keys", "status"]);
        assert_eq!((code, &refused["error"]["code"]), (4, &json!("master_key_rotated")), "{}: {refused}", form.name);
    }
}

#[test]
fn only_a_key_that_was_rotated_away_is_to_be_taken_out() {
    let place = tempfile::tempdir().expect("a folder");
    let data = place.path().join("data");
    forms(place.path(), ONE)[1].fill(&data);
    let every = &forms(place.path(), &[ONE, TWO, THREE].join("\n"))[1];
    let rotate = || {
        let (code, done) = json_with(&data, &every.settings(), &["keys", "rotate"]);
        assert_eq!(code, 0, "{done}");
        done
    };
    let january = rotate();
    assert_eq!(january["take_out"], json!([january["from"]]), "the third key waits: {january}");
    // The first key is still there when the third is turned to.
    let july = rotate();
    assert_eq!((&july["from"], &july["customers"]), (&january["to"], &january["customers"]), "{july}");
    assert_eq!(july["take_out"], json!([january["from"], january["to"]]), "{july}");
    let again = rotate();
    assert_eq!((&again["customers"], &again["take_out"]), (&json!(0), &july["take_out"]), "nothing waits: {again}");
}

/// Opens a customer's page, whose phones are opened with the key in use.
fn page_of_a_customer(serving: &Serving) -> u16 {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let login = json!({ "login": "wang", "password": "tend-demo" });
    let entry = agent.post(format!("{}/api/session", serving.address)).send_json(login).expect("an answer");
    let cookie =
        entry.headers()["set-cookie"].to_str().expect("a cookie").split(';').next().expect("its value").to_owned();
    let ask = |path: &str| agent.get(format!("{}/api{path}", serving.address)).header("cookie", &cookie).call();
    let mut listed = ask("/customers?limit=1").expect("a list");
    let rows: serde_json::Value = listed.body_mut().read_json().expect("JSON");
    let id = rows["items"][0]["id"].as_str().unwrap_or_else(|| panic!("a customer: {rows}")).to_owned();
    ask(&format!("/customers/{id}")).expect("a page").status().as_u16()
}

#[test]
fn the_doctor_says_where_the_key_comes_from() {
    let place = tempfile::tempdir().expect("a folder");
    let data = place.path().join("data");
    let [_, given, command] = forms(place.path(), ONE);
    given.fill(&data);
    for form in [&given, &command] {
        let output = tend(&data).arg("doctor").envs(form.settings()).output().expect("the program starts");
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        let named = if form.name == "command" { "master_key_command" } else { "TEND_MASTER_KEY" };
        assert!(told.contains(&format!("Master key: from {named}.")), "{told}");
        assert!(!told.contains(ONE) && !told.contains("lies at"), "{told}");
    }
    std::fs::write(data.join("master.key"), ONE).expect("left there");
    let output = tend(&data).arg("doctor").envs(given.settings()).output().expect("the program starts");
    assert!(String::from_utf8_lossy(&output.stdout).contains("although the master key comes from elsewhere"));
}
