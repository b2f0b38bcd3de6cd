//! The served program: first start, desk addresses, headers, a graceful end.

use crate::drive::Serving;

fn get(address: &str) -> (u16, String, String) {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut answer = agent.get(address).call().expect("an answer");
    let header = |name: &str| answer.headers().get(name).and_then(|v| v.to_str().ok()).unwrap_or("").to_owned();
    let headers = format!("{}|{}", header("content-security-policy"), header("content-type"));
    let status = answer.status().as_u16();
    (status, headers, answer.body_mut().read_to_string().unwrap_or_default())
}

#[test]
fn an_empty_folder_gets_an_administrator_once() {
    let place = tempfile::tempdir().expect("a folder");
    let first = Serving::start(place.path());
    let told = first.said.join("\n");
    let password =
        told.split("password ").nth(1).and_then(|rest| rest.split(' ').next()).expect("a password").to_owned();
    let answer = ureq::post(format!("{}/api/session", first.address))
        .send_json(serde_json::json!({ "login": "admin", "password": password }))
        .expect("the administrator signs in");
    assert_eq!(answer.status().as_u16(), 200);
    assert_eq!(first.stop(), Some(0), "a graceful end");
    let second = Serving::start(place.path());
    assert!(!second.said.join("\n").contains("password"), "{:?}", second.said);
}

#[test]
fn every_address_of_the_desk_answers_and_guards_the_browser() {
    let place = tempfile::tempdir().expect("a folder");
    let serving = Serving::start(place.path());
    let (status, headers, _) = get(&format!("{}/customers/cus_1", serving.address));
    assert_eq!(status, 200, "an address of the desk is its first page");
    assert!(headers.contains("default-src 'self'") && headers.contains("text/html"), "{headers}");
    assert_eq!(get(&format!("{}/assets/gone.js", serving.address)).0, 404);
    let (status, headers, body) = get(&format!("{}/api/gone", serving.address));
    assert_eq!(status, 404);
    assert!(headers.contains("application/problem+json"), "{headers}: {body}");
}
