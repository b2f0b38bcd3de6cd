//! Properties that OWASP ASVS 5.0 asks for and that belong to no room alone. docs/security/asvs.md names for each of its
//! items the tests; those of the rooms stand with the rooms.

use crate::gate::routes;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use tend_app::platform::sql;
use tend_testkit::{Answer, Client, PASSWORD, World, each_store};
use tracing::Level;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn root_file(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
}

async fn person(world: &World, login: &str) -> Client {
    world.sign_in(login).await
}

/// What the list asks of directories, XPath, LaTeX, mail, caches, GraphQL, sockets, SAML and media does not apply as
/// long as nothing here speaks those; the day somebody adds it, the page must say how it is done.
#[test]
fn asvs_absent_nothing_here_speaks_what_the_page_calls_absent() {
    let rust = root_file("Cargo.lock");
    let known: Vec<&str> =
        rust.lines().filter_map(|line| line.strip_prefix("name = ")).map(|n| n.trim_matches('"')).collect();
    let desk: Value = serde_json::from_str(&root_file("web/desk/package.json")).expect("the desk's packages");
    // Whatever the sources name is bundled, whichever list it stands in. These are tools, which the sources do not name.
    let tools = [
        "@types/react",
        "@types/react-dom",
        "@vitejs/plugin-react",
        "axe-core",
        "oidc-provider",
        "openapi-typescript",
        "playwright-core",
        "typescript",
        "vite",
        "vitest",
    ];
    let lists = ["dependencies", "devDependencies"].map(|list| desk[list].as_object().expect("a list of packages"));
    let desk: Vec<&String> =
        lists.into_iter().flat_map(|list| list.keys()).filter(|name| !tools.contains(&name.as_str())).collect();
    for file in files_below(&root().join("web/desk/src")) {
        let text = std::fs::read_to_string(&file).expect("a source");
        let named = tools.iter().find(|tool| text.contains(&format!("from \"{tool}\"")));
        assert_eq!(named, None, "{}: a tool is bundled", file.display());
    }
    let absent = [
        "ldap",
        "xpath",
        "sxd",
        "libxml",
        "latex",
        "tectonic",
        "memcache",
        "redis",
        "lettre",
        "imap",
        "graphql",
        "juniper",
        "tungstenite",
        "websocket",
        "saml",
        "samael",
        "webrtc",
        "srtp",
        "oxide-auth",
        "handlebars",
        "askama",
        "minijinja",
        "rhai",
        "mlua",
        "deno_core",
        "boa_engine",
        "bincode",
        "serde_yaml",
        "serde_pickle",
    ];
    for word in absent {
        assert!(!known.iter().any(|name| name.contains(word)), "{word} came in with Cargo.lock");
        assert!(!desk.iter().any(|name| name.contains(word)), "{word} came in with the desk");
    }
    assert!(
        !desk.iter().any(|name| ["dompurify", "marked", "sanitize-html", "quill", "jquery"].contains(&name.as_str()))
    );
}

/// ASVS 6.4.2, 6.6.1, 10.4, 10.5.5, 10.6, 10.7: no hints, no questions, no codes by telephone, no authorisation server.
#[test]
fn asvs_absent_no_route_belongs_to_what_the_page_calls_absent() {
    let absent = [
        "oauth",
        "openid",
        "authoriz",
        "authoris",
        "introspect",
        "userinfo",
        "well-known",
        "jwks",
        "logout",
        "consent-screen",
        "device-code",
        "sms-code",
        "sms",
        "hint",
        "question",
        "secret-word",
    ];
    let document = serde_json::to_value(tend_app::openapi()).expect("a document");
    for path in document["paths"].as_object().expect("paths").keys() {
        // The question that a passkey answers is no question to a person.
        let asked =
            absent.iter().find(|word| path.contains(**word)).filter(|_| path != "/api/session/passkey-question");
        assert_eq!(asked, None, "{path}: the page says that there is none");
    }
}

/// ASVS 4.1.1, 4.1.2, 3.7.2: every answer says what it is, and none sends anybody away from here.
#[tokio::test]
async fn asvs_4_1_1_every_body_says_what_it_is_and_nothing_redirects() {
    let document = serde_json::to_value(tend_app::openapi()).expect("a document");
    let mut leads_on = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, call) in item.as_object().expect("methods") {
            let answers = call["responses"].as_object().into_iter().flatten();
            leads_on.extend(answers.filter(|(status, _)| status.starts_with('3')).map(|_| format!("{method} {path}")));
        }
    }
    assert_eq!(leads_on, ["get /api/customers/{id}"], "a merged record alone leads on, to the record on file");

    let world = World::on_sqlite().await;
    let hq = person(&world, "hq").await;
    for (method, path) in routes() {
        if path == "/api/events" || (method == "DELETE" && path == "/api/session") {
            continue;
        }
        let answer = hq.send(&method, &path, None, None, None).await;
        assert!(!(300..400).contains(&answer.status) || answer.status == 304, "{method} {path}: {}", answer.status);
        if answer.bytes.is_empty() {
            continue;
        }
        let kind = header(&answer, "content-type");
        match kind {
            "application/json" | "application/problem+json" => assert!(!answer.body.is_string(), "{method} {path}"),
            other => assert!(
                other.contains("charset=utf-8") || other.starts_with("application/"),
                "{method} {path}: {other}"
            ),
        }
        assert!(answer.status < 400 || kind == "application/problem+json", "{method} {path}: {} {kind}", answer.status);
    }
}

/// ASVS 16.5.1, 13.4.2: whatever is wrong, nothing of the inside is told.
#[tokio::test]
async fn asvs_16_5_1_a_refusal_tells_nothing_of_the_inside() {
    let world = World::on_sqlite().await;
    let hq = person(&world, "hq").await;
    let inside =
        ["panicked", "SELECT ", "INSERT ", "sqlx", "sqlite", ".rs:", "serde", "/crates/", "backtrace", "RUST_"];
    let bodies = [json!([]), json!({ "limit": "x" }), json!({ "id": { "a": 1 } }), json!("text"), json!(1e300)];
    for (method, path) in routes().into_iter().filter(|(method, _)| method != "GET" && method != "DELETE") {
        for body in &bodies {
            let answer = hq.send(&method, &path, None, None, Some(body)).await;
            let told = answer.body.to_string();
            assert!(answer.status < 500, "{method} {path}: {told}");
            let leak = inside.iter().find(|word| told.contains(**word));
            assert_eq!(leak, None, "{method} {path}: {told}");
        }
    }
    let broken = hq.send_raw("POST", "/api/segments", "application/json", b"{\"a\": \xff".to_vec()).await;
    assert!((400..500).contains(&broken.status), "{}", broken.body);
}

/// ASVS 13.4.4, 4.1.4: methods that no route has are refused, `TRACE` among them.
#[tokio::test]
async fn asvs_13_4_4_methods_that_nobody_needs_are_refused() {
    let world = World::on_sqlite().await;
    let hq = person(&world, "hq").await;
    for method in ["TRACE", "TRACK", "CONNECT", "PROPFIND"] {
        let answer = hq.send(method, "/api/me", None, None, None).await;
        assert_eq!(answer.status, 405, "{method}");
        assert!(!answer.body.to_string().contains("tend_session"), "{method} gives nothing back");
    }
}

/// ASVS 6.2.1, 6.2.5, 6.2.8, 6.2.9, 6.2.10: a password of eight to 128 characters of any kind is taken exactly as it is.
#[tokio::test]
async fn asvs_6_2_1_a_password_is_taken_as_it_is_typed() {
    each_store(async |world| {
        let admin = person(&world, "admin").await;
        let path = format!("/api/staff/{}/password-reset", world.staff("wang"));
        let set = async |password: &str| admin.post(&path, json!({ "password": password })).await.status;
        assert_eq!(set("k7#pQ2x").await, 422, "seven characters");
        assert_eq!(set(&"长".repeat(129)).await, 422, "129 characters");
        let long = format!("{}!", "Ab 9长🦀".repeat(18));
        for good in ["quiet!77", "          spaced out          ", "只有中文的一句口令", long.as_str()] {
            assert_eq!(set(good).await, 204, "{good}");
            let mut browser = world.client();
            assert_eq!(browser.sign_in("wang", good).await.status, 200, "{good}");
            let shorter = good.chars().take(good.chars().count() - 1).collect();
            let changed = if good.contains("quiet") { good.to_uppercase() } else { shorter };
            assert_eq!(browser.sign_in("wang", &changed).await.status, 401, "{good} in another dress");
        }
        let (mut browser, own) = (world.client(), format!("{long}?"));
        assert_eq!(browser.sign_in("wang", &long).await.status, 200);
        assert_eq!(browser.put("/api/me/password", json!({ "new": own })).await.status, 204);
        world.set_clock("2027-11-22", 9 * 60);
        assert_eq!(world.client().sign_in("wang", &own).await.status, 200, "a year later one's own still counts");
    })
    .await;
}

/// ASVS 7.3.1, 7.3.2, 7.1.1: twelve hours without use, or seven days in all, end a session.
#[tokio::test]
async fn asvs_7_3_1_a_session_ends_by_rest_and_by_age() {
    each_store(async |world| {
        let rests = person(&world, "wang").await;
        world.set_clock("2026-11-23", 20 * 60 + 59);
        assert_eq!(rests.get("/api/me").await.status, 200);
        world.set_clock("2026-11-24", 9 * 60);
        assert_eq!(rests.get("/api/me").await.status, 401, "rested for more than twelve hours");
        let busy = person(&world, "wang").await;
        for day in 24..=30 {
            for hour in [10, 16, 22] {
                world.set_clock(&format!("2026-11-{day}"), hour * 60);
                assert_eq!(busy.get("/api/me").await.status, 200, "day {day}, hour {hour}");
            }
            world.set_clock(&format!("2026-11-{day}"), 23 * 60 + 50);
            assert_eq!(busy.get("/api/me").await.status, 200);
            if day < 30 {
                world.set_clock(&format!("2026-11-{}", day + 1), 8 * 60);
                assert_eq!(busy.get("/api/me").await.status, 200);
            }
        }
        world.set_clock("2026-12-01", 9 * 60 + 1);
        assert_eq!(busy.get("/api/me").await.status, 401, "seven days old");
        let operations = root_file("docs/operations.md");
        assert!(operations.contains("12 hours without use, 7 days in all"), "and the page says so");
    })
    .await;
}

/// ASVS 7.2.1 to 7.2.3, 11.5.1: a session is a random number of 256 bits that only the database knows to be one.
#[tokio::test]
async fn asvs_7_2_3_a_session_is_256_random_bits_and_only_its_hash_is_kept() {
    each_store(async |world| {
        let mut seen = HashSet::new();
        for _ in 0..20 {
            let signed = world.client().sign_in("wang", PASSWORD).await;
            let cookie = header(&signed, "set-cookie");
            let token = cookie.split(['=', ';']).nth(1).expect("a token").to_owned();
            assert_eq!(token.len(), 64);
            assert!(token.bytes().all(|byte| byte.is_ascii_hexdigit()));
            assert!(!signed.body.to_string().contains(&token), "it travels as a cookie only");
            assert!(seen.insert(token));
        }
        let kept = sql("SELECT token_hash FROM staff_session LIMIT 100")
            .all(world.app.read(), |row| row.get::<Vec<u8>>("token_hash"))
            .await
            .expect("sessions");
        let shown = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        assert!(kept.iter().all(|hash| hash.len() == 32 && !seen.contains(&shown(hash))));
    })
    .await;
}

/// ASVS 11.4.2, 6.3.2: passwords are argon2id with 19 MiB and two passes; nobody has one that the program chose.
#[tokio::test]
async fn asvs_11_4_2_passwords_are_kept_as_argon2id() {
    let world = World::on_sqlite().await;
    let hashes = sql("SELECT password_hash FROM staff LIMIT 100")
        .all(world.app.read(), |row| row.get::<String>("password_hash"))
        .await
        .expect("hashes");
    let different: HashSet<&String> = hashes.iter().collect();
    assert_eq!(different.len(), hashes.len(), "everybody has the same password and another salt");
    assert!(hashes.iter().all(|hash| hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")));
}

/// ASVS 15.3.3, 8.2.3: what a form does not offer is not taken from it.
#[tokio::test]
async fn asvs_15_3_3_fields_that_are_not_offered_change_nothing() {
    each_store(async |world| {
        let wang = person(&world, "wang").await;
        let before = wang.get("/api/me").await.body;
        let body = json!({ "theme": "dark", "role": "admin", "unit_id": world.unit("hq"), "permissions": ["staff.manage"],
            "id": world.staff("admin"), "login": "root", "__proto__": { "role": "admin" } });
        let _ = wang.patch("/api/me", 1, body).await;
        let after = wang.get("/api/me").await.body;
        for field in ["id", "login", "role", "unit_id", "permissions"] {
            assert_eq!(before[field], after[field], "{field}");
        }
        assert_eq!(wang.get("/api/staff").await.status, 403);
    })
    .await;
}

/// ASVS 15.3.7, 15.3.5, 1.4.2: a name said twice, a value of another type and a number beyond bounds are refused.
#[tokio::test]
async fn asvs_15_3_7_doubled_names_strange_types_and_huge_numbers_are_refused() {
    let world = World::on_sqlite().await;
    let hq = person(&world, "hq").await;
    for query in ["limit=1&limit=2", "limit=99999999999999999999", "limit=-1", "limit=1e3", "limit=0x10", "limit[]=1"] {
        let answer = hq.get(&format!("/api/customers?{query}")).await;
        assert!(answer.status < 500, "{query}: {}", answer.body);
        assert!(query == "limit[]=1" || (400..500).contains(&answer.status), "{query}: {}", answer.status);
    }
    let twice = br#"{"login":"wang","login":"admin","password":"x"}"#.to_vec();
    let answer = world.client().send_raw("POST", "/api/session", "application/json", twice).await;
    assert!((400..500).contains(&answer.status) && answer.body["code"] != "wrong_credentials", "{}", answer.body);
    for body in [
        json!({ "login": ["wang"], "password": PASSWORD }),
        json!({ "login": "wang", "password": true }),
        json!({ "login": { "$ne": null }, "password": { "$ne": null } }),
    ] {
        let answer = world.client().post("/api/session", body).await;
        assert!((400..500).contains(&answer.status) && answer.status != 401, "{}", answer.body);
    }
    let admin = person(&world, "admin").await;
    let new = |capacity: Value| {
        json!({ "unit_id": world.unit("hq"), "login": "numbers", "name": "N", "role": "hq",
        "password": "river stone lamp", "capacity_per_day": capacity })
    };
    for capacity in [json!(65_536), json!(-1), json!(i64::MAX), json!(2.5), json!("60")] {
        let answer = admin.post("/api/staff", new(capacity.clone())).await;
        assert!((400..500).contains(&answer.status), "{capacity}: {}", answer.body);
    }
}

/// ASVS 14.2.1, 7.2.1: nothing secret is ever part of an address, and an address carries no session.
#[tokio::test]
async fn asvs_14_2_1_no_address_carries_a_secret() {
    let document = serde_json::to_value(tend_app::openapi()).expect("a document");
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, route) in item.as_object().expect("methods") {
            for parameter in route["parameters"].as_array().into_iter().flatten() {
                let name = parameter["name"].as_str().unwrap_or("").to_lowercase();
                let secret =
                    ["token", "password", "secret", "session", "api_key"].iter().any(|word| name.contains(word));
                assert!(!secret || parameter["in"] != "query", "{method} {path} has {name} in its address");
            }
        }
    }
    let world = World::on_sqlite().await;
    let signed = world.client().sign_in("wang", PASSWORD).await;
    let token = header(&signed, "set-cookie").split(['=', ';']).nth(1).expect("a token").to_owned();
    assert_eq!(world.client().get(&format!("/api/me?tend_session={token}&token={token}")).await.status, 401);
}

/// ASVS 16.3.1, 16.2.1, 16.2.5: coming in, failing and leaving are in the journal with who, when and how, without a secret.
#[tokio::test]
async fn asvs_16_3_1_every_sign_in_is_in_the_journal() {
    each_store(async |world| {
        let mut browser = world.client();
        browser.sign_in("wang", "a wrong secret").await;
        browser.sign_in("wang", PASSWORD).await;
        browser.delete("/api/session").await;
        let kept = sql("SELECT kind, payload, at_ms FROM journal_fact
             WHERE room = 'org' AND kind IN ('sign_in_failed', 'signed_in', 'signed_out') LIMIT 10")
        .all(world.app.read(), |row| {
            Ok((row.get::<String>("kind")?, row.get::<String>("payload")?, row.get::<i64>("at_ms")?))
        })
        .await
        .expect("facts");
        let mut kinds: Vec<&str> = kept.iter().map(|(kind, ..)| kind.as_str()).collect();
        kinds.sort_unstable();
        assert_eq!(kinds, ["sign_in_failed", "signed_in", "signed_out"]);
        assert!(kept.iter().all(|(.., at)| *at == world.app.now().millis()));
        let all: String = kept.iter().map(|(_, payload, _)| payload.as_str()).collect();
        assert!(all.contains("\"way\":\"password\"") && all.contains("wrong_credentials"), "{all}");
        assert!(!all.contains("a wrong secret") && !all.contains(PASSWORD), "{all}");
    })
    .await;
}

/// ASVS 5.3.2, 5.4.1, 5.4.2: the name of an uploaded file is a word to show; it leads nowhere and stands in no header.
#[tokio::test]
async fn asvs_5_3_2_the_name_of_a_file_leads_nowhere() {
    each_store(async |world| {
        let hq = person(&world, "hq").await;
        let names =
            ["../../evil.csv", "..\\\\..\\\\evil.csv", "/etc/cron.d/evil.csv", "a%0d%0aset-cookie: x=1.csv", "CON.csv"];
        for name in names {
            let body = format!(
                "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
                 Content-Type: text/html\r\n\r\n姓名,手机\r\n王一,13900010001\r\n\r\n--edge--\r\n"
            );
            let answer =
                hq.send_raw("POST", "/api/uploads", "multipart/form-data; boundary=edge", body.into_bytes()).await;
            assert!(answer.status < 500, "{name}: {}", answer.body);
            assert!(answer.headers.get("set-cookie").is_none(), "{name}");
        }
        let kept = std::fs::read_dir(world.folder().join("uploads")).expect("the folder of uploads");
        let mut count = 0;
        for entry in kept.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            assert!(!name.contains("evil") && !name.contains("CON"), "{name}");
            count += 1;
        }
        assert!(count > 0, "they lie under names of our own");
        assert!(!world.folder().join("evil.csv").exists() && !Path::new("/etc/cron.d/evil.csv").exists());
    })
    .await;
}

/// ASVS 5.2.2: a file is what its bytes say it is, whatever its name.
#[tokio::test]
async fn asvs_5_2_2_a_file_is_what_its_bytes_say() {
    let world = World::on_sqlite().await;
    let hq = person(&world, "hq").await;
    let disguised: [(&str, &[u8]); 4] = [
        ("list.csv", b"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x3e\x00"),
        ("list.xlsx", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"),
        ("list.xlsx", b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00\x00\x01"),
        ("list.csv", b"PK\x03\x04 no archive at all"),
    ];
    for (name, bytes) in disguised {
        let mut body = format!("--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n")
            .into_bytes();
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--edge--\r\n");
        let answer = hq.send_raw("POST", "/api/uploads", "multipart/form-data; boundary=edge", body).await;
        assert!((400..500).contains(&answer.status), "{name}: {} {}", answer.status, answer.body);
    }
}

/// ASVS 13.4.3, 13.4.1, 13.4.5: no list of files, no metadata of a repository, no way into the data folder; what the
/// program tells of its health to strangers is that it lives.
#[tokio::test]
async fn asvs_13_4_3_nothing_of_the_folder_is_served() {
    let world = World::on_sqlite().await;
    let nobody = world.client();
    for path in [
        "/api/.git/config",
        "/api/../tend.db",
        "/api/uploads/",
        "/api/evidence/",
        "/api/%2e%2e/master.key",
        "/api/metrics",
    ] {
        let answer = nobody.get(path).await;
        assert!(matches!(answer.status, 401 | 404), "{path}: {}", answer.status);
    }
    assert_eq!(nobody.get("/api/health/details").await.status, 401);
    let health = nobody.get("/api/health").await.body.to_string();
    for inside in ["/tmp", "tend.db", "postgres://", "master.key"] {
        assert!(!health.contains(inside), "{health}");
    }
}

/// What the program logs, kept for the test.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("whole").extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn asvs_16_3_2_what_a_person_may_not_do_is_in_the_log() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber =
        tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).with_max_level(Level::WARN);
    let _guard = tracing::subscriber::set_default(subscriber.finish());
    let world = World::on_sqlite().await;
    let wang = person(&world, "wang").await;
    assert_eq!(wang.get("/api/webhooks?name=138").await.status, 403);
    assert_eq!(wang.get("/api/me").await.status, 200);
    let told = String::from_utf8(log.0.lock().expect("whole").clone()).expect("text");
    let lines: Vec<&str> = told.lines().filter(|line| line.contains("refused")).collect();
    let [line] = lines[..] else { panic!("one refusal, one line: {told}") };
    for part in [world.staff("wang").to_string().as_str(), "GET", "/webhooks", "not_permitted"] {
        assert!(line.contains(part), "{part} in {line}");
    }
    assert!(!line.contains("138"), "the query is nobody's business: {line}");
}
