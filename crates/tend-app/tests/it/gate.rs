//! The gate before every room: headers, origin, pace, sizes, cookies. What holds for one route holds for all of them,
//! and for the next one too: the routes are read from the document of the API.

use serde_json::{Value, json};
use tend_app::platform::SecureCookie;
use tend_testkit::{Answer, PASSWORD, World, each_store};

/// Every served route as method and path, `{…}` filled with something that is nobody's.
pub fn routes() -> Vec<(String, String)> {
    let document = serde_json::to_value(tend_app::openapi()).expect("a document");
    let mut routes = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        let filled: Vec<&str> = path.split('/').map(|part| if part.starts_with('{') { "1" } else { part }).collect();
        for method in item.as_object().expect("methods").keys().filter(|key| key.len() < 7) {
            routes.push((method.to_uppercase(), filled.join("/")));
        }
    }
    assert!(routes.len() > 50, "the document lists the routes");
    routes
}

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
}

/// Asked without a session only, so that the others still have theirs.
fn ends_sessions(method: &str, path: &str) -> bool {
    method == "DELETE" && path == "/api/session"
}

fn fault(answer: &Answer) -> Option<&'static str> {
    let policy = header(answer, "content-security-policy");
    let is = |name, value: &str| header(answer, name) == value;
    let wanted = [
        (policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "policy"),
        (!policy.contains("unsafe"), "policy without unsafe-*"),
        (is("x-content-type-options", "nosniff"), "x-content-type-options"),
        (is("x-frame-options", "DENY"), "x-frame-options"),
        (is("referrer-policy", "same-origin"), "referrer-policy"),
        (is("cross-origin-opener-policy", "same-origin"), "cross-origin-opener-policy"),
        (is("cross-origin-resource-policy", "same-origin"), "cross-origin-resource-policy"),
        (header(answer, "permissions-policy").contains("camera=()"), "permissions-policy"),
        (is("cache-control", "no-store"), "cache-control"),
        (answer.headers.get("access-control-allow-origin").is_none(), "no other origin let in"),
    ];
    wanted.into_iter().find(|(holds, _)| !holds).map(|(_, name)| name)
}

#[tokio::test]
async fn every_route_keeps_the_headers_of_the_gate() {
    let world = World::on_sqlite().await;
    let (nobody, hq) = (world.client(), world.sign_in("hq").await);
    let mut faults = Vec::new();
    for (method, path) in routes() {
        let mut answers = vec![nobody.send(&method, &path, None, None, None).await];
        if path != "/api/events" && !ends_sessions(&method, &path) {
            answers.push(hq.send(&method, &path, None, None, None).await);
        }
        faults.extend(answers.iter().filter_map(fault).map(|name| format!("{method} {path}: {name}")));
    }
    for path in ["/api/openapi.json", "/api/gone", "/api"] {
        faults.extend(fault(&nobody.get(path).await).map(|name| format!("{path}: {name}")));
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[tokio::test]
async fn no_route_that_changes_something_answers_another_site() {
    let world = World::on_sqlite().await;
    let hq = world.sign_in("hq").await;
    let from_elsewhere: [&[(&str, &str)]; 3] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("host", "tend.firm"), ("origin", "https://evil.example")],
    ];
    for (method, path) in routes().into_iter().filter(|(method, _)| method != "GET") {
        for headers in from_elsewhere {
            let answer = hq.send_with(&method, &path, headers, json!({})).await;
            let refused = (answer.status, answer.body["code"].as_str());
            assert_eq!(refused, (403, Some("other_site")), "{method} {path} from {headers:?}");
            assert_eq!(fault(&answer), None, "a refusal has the headers too");
        }
    }
    assert_eq!(hq.get("/api/me").await.status, 200, "nothing of it signed the person out");
    let own = [("host", "tend.firm"), ("origin", "https://tend.firm"), ("sec-fetch-site", "same-origin")];
    assert_eq!(hq.send_with("DELETE", "/api/session", &own, Value::Null).await.status, 204);
}

#[tokio::test]
async fn the_session_cookie_is_bound_to_this_host_under_tls() {
    let world = World::on_sqlite().await;
    let sign_in = json!({ "login": "wang", "password": PASSWORD });
    let plain = world.client().send("POST", "/api/session", None, None, Some(&sign_in)).await;
    let cookie = header(&plain, "set-cookie").to_owned();
    assert!(cookie.starts_with("tend_session=") && cookie.contains("HttpOnly; SameSite=Strict"), "{cookie}");
    assert_eq!(header(&plain, "strict-transport-security"), "");

    let behind_tls = world.reopened(|config| config.secure_cookie = SecureCookie::Yes).await;
    let client = world.client_at(&behind_tls);
    let answer = client.send("POST", "/api/session", None, None, Some(&sign_in)).await;
    let cookie = header(&answer, "set-cookie").to_owned();
    assert!(cookie.starts_with("__Host-tend_session="), "{cookie}");
    assert!(cookie.contains("; Path=/; HttpOnly; SameSite=Strict; Secure") && !cookie.contains("Domain"), "{cookie}");
    assert!(header(&answer, "strict-transport-security").starts_with("max-age=63072000"));
    let token = cookie.split(['=', ';']).nth(1).expect("a token");
    let unbound = format!("tend_session={token}");
    let bound = format!("__Host-tend_session={token}");
    let me = async |cookie: &str| client.send_with("GET", "/api/me", &[("cookie", cookie)], Value::Null).await.status;
    assert_eq!(me(&unbound).await, 401, "a cookie that another host could have set is nobody's");
    assert_eq!(me(&bound).await, 200);
}

#[tokio::test]
async fn a_session_that_hurries_waits_and_the_others_do_not() {
    let world = World::on_sqlite().await;
    let app = world.reopened(|config| config.requests_per_minute = 60).await;
    let (mut wang, mut zhao) = (world.client_at(&app), world.client_at(&app));
    assert_eq!(wang.sign_in("wang", PASSWORD).await.status, 200);
    assert_eq!(zhao.sign_in("zhao", PASSWORD).await.status, 200);
    let mut refused = None;
    for _ in 0..40 {
        let answer = wang.get("/api/me").await;
        if answer.status != 200 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("forty at once are more than a quarter of sixty");
    assert_eq!((refused.status, refused.body["code"].as_str()), (429, Some("too_many_requests")));
    let seconds: u64 = header(&refused, "retry-after").parse().expect("seconds");
    assert!((1..=2).contains(&seconds), "{seconds}");
    assert_eq!(fault(&refused), None);
    assert_eq!(zhao.get("/api/me").await.status, 200);
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    assert_eq!(wang.get("/api/me").await.status, 200, "after the told time it goes on");
}

#[tokio::test]
async fn an_address_that_hurries_waits_whatever_cookies_it_makes_up() {
    let world = World::on_sqlite().await;
    let app = world.reopened(|config| config.requests_per_minute_from_address = 60).await;
    let client = world.client_at(&app);
    let mut statuses = Vec::new();
    for number in 0..40 {
        let cookie = format!("tend_session={number}");
        statuses.push(client.send_with("GET", "/api/me", &[("cookie", &cookie)], Value::Null).await.status);
    }
    assert_eq!(statuses[..15], [401; 15]);
    assert!(statuses[17..].iter().all(|status| *status == 429), "{statuses:?}");
}

#[tokio::test]
async fn fifty_failures_from_one_address_lock_it_out_and_no_other() {
    each_store(async |world| {
        let proxied = world.reopened(|config| config.trusted_proxies = "0.0.0.0".into()).await;
        let client = world.client_at(&proxied);
        let attempt = async |address: &str, login: &str, password: &str| {
            let body = json!({ "login": login, "password": password });
            client.send_with("POST", "/api/session", &[("x-forwarded-for", address)], body).await
        };
        for number in 0..50 {
            let answer = attempt("203.0.113.7", &format!("guess{number}"), "123456789").await;
            assert_eq!(answer.status, 401, "{number}");
        }
        let locked = attempt("203.0.113.7", "wang", PASSWORD).await;
        assert_eq!((locked.status, locked.body["code"].as_str()), (429, Some("locked_out")));
        assert_eq!(header(&locked, "retry-after"), "960");
        assert_eq!(attempt("198.51.100.1", "wang", PASSWORD).await.status, 200);
        world.set_clock("2026-11-23", 9 * 60 + 16);
        assert_eq!(attempt("203.0.113.7", "wang", PASSWORD).await.status, 200, "a quarter of an hour later");
    })
    .await;
}

#[tokio::test]
async fn a_known_and_an_unknown_name_answer_alike() {
    let world = World::on_sqlite().await;
    let attempt = async |login: &str| world.client().sign_in(login, "not-the-password").await;
    let (known, unknown) = (attempt("wang").await, attempt("nobody-here").await);
    assert_eq!((known.status, &known.body), (unknown.status, &unknown.body));
}

#[tokio::test]
async fn what_is_too_large_is_refused_before_it_is_read() {
    let world = World::on_sqlite().await;
    let admin = world.sign_in("admin").await;
    let code = |answer: &Answer| (answer.status, answer.body["code"].as_str().unwrap_or("").to_owned());
    let long = format!("/api/staff?q={}", "a".repeat(9_000));
    assert_eq!(code(&admin.get(&long).await), (414, "address_too_long".into()));
    let wide = "a".repeat(17_000);
    let answer = admin.send_with("GET", "/api/me", &[("x-wide", &wide)], Value::Null).await;
    assert_eq!(code(&answer), (431, "headers_too_large".into()));
    let many = [("x-many", "1"); 70];
    assert_eq!(code(&admin.send_with("GET", "/api/me", &many, Value::Null).await), (431, "headers_too_large".into()));
    // With and without a key that lets the call be repeated: the body is read in different places.
    let body = json!({ "name": "a".repeat(5 << 20), "kind": "team" });
    for key in [None, Some("key-1")] {
        assert_eq!(code(&admin.send("POST", "/api/units", key, None, Some(&body)).await).0, 413, "{key:?}");
    }
}

/// What stands in headers is read before anybody is known. Nothing in it ends in a server error, is taken for somebody,
/// or leaves the process worse than before.
#[tokio::test]
async fn no_header_whatever_ends_in_a_server_error() {
    const NAMES: [&str; 9] = [
        "x-forwarded-for",
        "origin",
        "sec-fetch-site",
        "cookie",
        "authorization",
        "idempotency-key",
        "accept-language",
        "if-match",
        "content-type",
    ];
    const PIECES: [&str; 24] = [
        "127.0.0.1",
        "::1",
        "::ffff:10.0.0.1",
        "999.1.1.1",
        ",",
        ";",
        "=",
        " ",
        "tend_session",
        "__Host-tend_session",
        "Bearer ",
        "tend_",
        "\"",
        "7",
        "-1",
        "9223372036854775808",
        "zh",
        "*",
        "https://",
        "null",
        "same-origin",
        "application/json",
        "é",
        "%00",
    ];
    let world = World::on_sqlite().await;
    let nobody = world.client();
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed >> 33).expect("small") % below
    };
    for _ in 0..2_000 {
        let values: Vec<(&'static str, String)> = (0..1 + next(4))
            .map(|_| (NAMES[next(NAMES.len())], (0..next(6)).map(|_| PIECES[next(PIECES.len())]).collect()))
            .collect();
        let headers: Vec<(&'static str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let (method, path) = [("GET", "/api/me"), ("POST", "/api/staff"), ("PATCH", "/api/me")][next(3)];
        let answer = nobody.send_with(method, path, &headers, serde_json::Value::Null).await;
        assert!((400..500).contains(&answer.status), "{method} {path} {headers:?}: {}", answer.status);
    }
    assert_eq!(world.sign_in("wang").await.get("/api/me").await.status, 200);
}
