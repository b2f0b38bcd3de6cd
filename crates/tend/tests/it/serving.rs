//! The served program: first start, desk addresses, headers, a graceful end.

use crate::drive::Serving;

fn get(address: &str) -> (u16, String, String) {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut answer = agent.get(address).call().expect("an answer");
    let header = |name: &str| answer.headers().get(name).and_then(|v| v.to_str().ok()).unwrap_or("").to_owned();
    let headers = ["content-security-policy", "content-type", "cross-origin-opener-policy"].map(header).join("|");
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
    assert!(headers.contains("text/html"), "{headers}");
    assert_eq!(get(&format!("{}/assets/gone.js", serving.address)).0, 404);
    let (status, headers, body) = get(&format!("{}/api/gone", serving.address));
    assert_eq!(status, 404);
    assert!(headers.contains("application/problem+json"), "{headers}: {body}");
}

/// The whole policy of a page; `{nonce}` is what its own scripts and styles carry.
const POLICY: [&str; 14] = [
    "default-src 'self'",
    "script-src 'self'{nonce} 'report-sample'",
    "style-src 'self'{nonce} 'report-sample'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "media-src 'self' blob:",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types default",
];

/// ASVS 3.4.3: what a browser may load and run for the desk, word for word.
#[test]
fn the_first_page_keeps_the_browser_to_its_policy_with_a_nonce_of_its_own() {
    let place = tempfile::tempdir().expect("a folder");
    let serving = Serving::start(place.path());
    let mut nonces = Vec::new();
    for path in ["/", "/customers/cus_1"] {
        let (_, headers, body) = get(&format!("{}{path}", serving.address));
        let (policy, others) = headers.split_once('|').expect("several headers");
        assert!(others.ends_with("|same-origin"), "no other window holds on to this one: {headers}");
        assert!(!policy.contains("unsafe"), "{policy}");
        let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next());
        let written = nonce.map_or_else(String::new, |nonce| format!(" 'nonce-{nonce}'"));
        let wanted: Vec<String> = POLICY.iter().map(|one| one.replace("{nonce}", &written)).collect();
        let found: Vec<&str> = policy.split(';').map(str::trim).collect();
        assert_eq!(found, wanted);
        // A program without the desk has one page of text, which runs nothing.
        let is_built = !body.contains("npm run build");
        assert_eq!(nonce.is_some(), is_built, "{policy}");
        let Some(nonce) = nonce else { continue };
        assert!(nonce.len() >= 22, "128 bits at least: {nonce}");
        let named: Vec<&str> = body.split("nonce=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(!named.is_empty() && named.iter().all(|one| *one == nonce), "{nonce}: {named:?}");
        let mut scripts = body.split("<script").skip(1).filter_map(|rest| rest.split('>').next());
        assert!(scripts.all(|tag| tag.contains(nonce)), "every script of the page carries it: {body}");
        nonces.push(nonce.to_owned());
    }
    assert!(nonces.len() < 2 || nonces[0] != nonces[1], "each answer has its own");
}
