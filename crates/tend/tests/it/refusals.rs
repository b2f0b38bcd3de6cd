//! Failures say what happened and what to do, in the reader's language, with a code and an exit code for scripts.

use crate::drive::{code, json, last_object, tend};

#[test]
fn a_failure_speaks_the_language_of_the_machine() {
    let place = tempfile::tempdir().expect("a folder");
    let told = |locale: &str| {
        let output = tend(&place.path().join("none")).args(["user", "list"]).env("LC_ALL", locale).output();
        let output = output.expect("the program starts");
        assert_eq!(code(&output), 3);
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert!(told("C").contains("No data here"), "{}", told("C"));
    assert!(told("zh_CN.UTF-8").contains("这里没有数据"), "{}", told("zh_CN.UTF-8"));
    assert!(told("zh_CN.UTF-8").contains("[no_data_here]"));
}

#[test]
fn a_bad_configuration_names_file_and_line() {
    let place = tempfile::tempdir().expect("a folder");
    std::fs::write(place.path().join("tend.toml"), "firm = \"A\"\nlisten_at = \"x\"\n").expect("a file");
    let output = tend(place.path()).args(["doctor"]).output().expect("the program starts");
    assert_eq!(code(&output), 3);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("config_invalid") && told.contains("listen_at"), "{told}");
}

#[test]
fn a_time_zone_with_a_slip_is_refused_with_an_example() {
    let place = tempfile::tempdir().expect("a folder");
    let output = tend(place.path()).args(["user", "list"]).env("TEND_TIME_ZONE", "Asia/Shangai").output();
    let output = output.expect("the program starts");
    assert_eq!(code(&output), 3);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(
        ["time_zone_unknown", "Asia/Shangai", "TEND_TIME_ZONE", "Asia/Shanghai"].iter().all(|word| told.contains(word)),
        "{told}"
    );
}

#[test]
fn an_unreachable_database_is_told_without_its_password() {
    let place = tempfile::tempdir().expect("a folder");
    let output = tend(place.path())
        .args(["doctor", "--json"])
        .env("TEND_DATABASE", "postgres://tend:hidden@127.0.0.1:1/tend")
        .output()
        .expect("the program starts");
    assert_eq!(code(&output), 5);
    let (told, errors) = (last_object(&output), String::from_utf8_lossy(&output.stderr).into_owned());
    assert_eq!(told["error"]["code"], "something_missing");
    assert!(errors.contains("postgres://tend@127.0.0.1:1/tend"), "{errors}");
    assert!(!errors.contains("hidden") && !told.to_string().contains("hidden"));
}

#[test]
fn a_person_is_added_once() {
    let place = tempfile::tempdir().expect("a folder");
    let (code, refused) = json(place.path(), &["user", "add", "li", "--role", "maintainer"]);
    assert_eq!((code, refused["error"]["code"].as_str()), (3, Some("no_such_unit")), "{refused}");
    crate::drive::Serving::start(place.path()).stop();
    let (code, added) = json(place.path(), &["user", "add", "li", "--role", "maintainer"]);
    assert_eq!(code, 0, "{added}");
    assert!(added["password"].as_str().is_some_and(|password| password.len() >= 16));
    let (code, again) = json(place.path(), &["user", "add", "li", "--role", "maintainer"]);
    assert_eq!((code, again["error"]["code"].as_str()), (3, Some("login_taken")), "{again}");
}
