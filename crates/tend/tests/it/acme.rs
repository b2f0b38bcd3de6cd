//! Certificates by ACME, asked of Pebble (the Debian package `pebble`: the test server of the people of Let's Encrypt) and
//! judged by OpenSSL; neither shares code with the program. Names are answered by Pebble's own name server, everything on
//! loopback.

use crate::drive::{Serving, json};
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const NAME: &str = "tend.firm.test";
const SHORT: Duration = Duration::from_secs(30);
const KEY: &str = "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W";

/// A port that is free now.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port()
}

/// What the authority is like.
struct Wish {
    /// The port at which it looks at names.
    looks_at: u16,
    /// How long its certificates last.
    seconds: u32,
    /// Whether it wants an account made by hand.
    wants_binding: bool,
}

/// Pebble and its name server; ended when it goes out of scope.
struct Authority {
    children: Vec<Child>,
    folder: tempfile::TempDir,
    listens: u16,
    manages: u16,
}

impl Authority {
    /// None where Pebble is not installed, which CI does not let pass.
    fn start(wish: &Wish) -> Option<Self> {
        if Command::new("pebble").arg("-h").stderr(Stdio::null()).status().is_err() {
            assert!(std::env::var_os("CI").is_none(), "pebble is installed by .ci/install");
            eprintln!("passed over: pebble is not installed (.ci/install)");
            return None;
        }
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name).display().to_string();
        make_certificate(&at("wish.cnf"), &at("authority.crt"), &at("authority.key"));
        let (listens, manages, names) = (free_port(), free_port(), free_port());
        let config = serde_json::json!({ "pebble": {
            "listenAddress": format!("127.0.0.1:{listens}"),
            "managementListenAddress": format!("127.0.0.1:{manages}"),
            "certificate": at("authority.crt"), "privateKey": at("authority.key"),
            "httpPort": free_port(), "tlsPort": wish.looks_at, "ocspResponderURL": "",
            "certificateValidityPeriod": wish.seconds,
            "externalAccountBindingRequired": wish.wants_binding, "externalAccountMACKeys": { "kid-1": KEY },
        } });
        std::fs::write(at("pebble.json"), config.to_string()).expect("written");
        let quiet =
            |command: &mut Command| command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        let children = vec![
            quiet(
                Command::new("pebble-challtestsrv")
                    .args(["-defaultIPv6", "", "-http01", "", "-https01", "", "-tlsalpn01", ""])
                    .args([
                        "-dns01",
                        &format!("127.0.0.1:{names}"),
                        "-management",
                        &format!("127.0.0.1:{}", free_port()),
                    ]),
            ),
            quiet(
                Command::new("pebble")
                    .args(["-config", &at("pebble.json"), "-dnsserver", &format!("127.0.0.1:{names}")])
                    .env("PEBBLE_VA_NOSLEEP", "1"),
            ),
        ];
        let authority = Self { children, folder, listens, manages };
        until("the authority answers", || authority.fetch(authority.listens, "/dir").contains("newOrder"));
        Some(authority)
    }

    fn fetch(&self, port: u16, path: &str) -> String {
        let fetched = Command::new("curl").args(["-sk", &format!("https://127.0.0.1:{port}{path}")]).output();
        String::from_utf8_lossy(&fetched.expect("curl is installed (.ci/install)").stdout).into_owned()
    }

    /// The file with the root of what it signs.
    fn root(&self) -> String {
        let path = self.folder.path().join("root.pem");
        std::fs::write(&path, self.fetch(self.manages, "/roots/0")).expect("written");
        path.display().to_string()
    }

    /// Serves with certificates of this authority.
    fn serve(&self, data: &Path, port: u16, more: &[(&str, &str)]) -> Serving {
        let directory = format!("https://127.0.0.1:{}/dir", self.listens);
        let trusted = self.folder.path().join("authority.crt").display().to_string();
        let mut settings = vec![
            ("TEND_ACME_DOMAINS", NAME),
            ("TEND_ACME_DIRECTORY", directory.as_str()),
            ("TEND_ACME_TERMS", "agreed"),
            ("TEND_ACME_CONTACT", "it@firm.test"),
            ("SSL_CERT_FILE", trusted.as_str()),
        ];
        settings.extend_from_slice(more);
        Serving::start_at(data, port, &settings)
    }
}

impl Drop for Authority {
    fn drop(&mut self) {
        for child in &mut self.children {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// A certificate for the authority's own address.
fn make_certificate(wish: &str, certificate: &str, key: &str) {
    let text = "[req]\nprompt = no\ndistinguished_name = name\nx509_extensions = more\n[name]\nCN = authority\n\
        [more]\nbasicConstraints = critical, CA:FALSE\nsubjectAltName = IP:127.0.0.1\n";
    std::fs::write(wish, text).expect("written");
    let made = Command::new("openssl")
        .args(["req", "-x509", "-config", wish, "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"])
        .args(["-days", "2", "-out", certificate, "-keyout", key])
        .output()
        .expect("openssl is installed (.ci/install)");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + SHORT;
    while !holds() {
        assert!(Instant::now() < end, "{what}");
        std::thread::sleep(Duration::from_millis(200));
    }
}

fn visitor(port: u16, root: &str, words: &[&str]) -> Command {
    let mut command = Command::new("openssl");
    command
        .args(["s_client", "-connect", &format!("127.0.0.1:{port}"), "-servername", NAME, "-verify_hostname", NAME])
        .args(["-CAfile", root, "-verify_return_error"])
        .args(words);
    command
}

/// The certificate that a visitor is shown who trusts the authority's root alone; none where it is not taken.
fn shown(port: u16, root: &str) -> Option<String> {
    let said = visitor(port, root, &[]).stdin(Stdio::null()).output().expect("openssl is installed (.ci/install)");
    let text = String::from_utf8_lossy(&said.stdout).into_owned();
    let from = text.find("-----BEGIN CERTIFICATE-----")?;
    let to = text.find("-----END CERTIFICATE-----")?;
    said.status.success().then(|| text[from..to].to_owned())
}

/// A visitor whose connection stays open.
struct Staying {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Staying {
    fn at(port: u16, root: &str) -> Self {
        let mut child = visitor(port, root, &["-quiet"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("openssl is installed (.ci/install)");
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        Self { child, lines }
    }

    /// The first line of the answer.
    fn ask(&mut self) -> String {
        let request = format!("GET /api/health HTTP/1.1\r\nHost: {NAME}\r\n\r\n");
        self.child.stdin.as_mut().expect("a pipe").write_all(request.as_bytes()).expect("the connection is open");
        self.lines.by_ref().map_while(Result::ok).find(|line| line.contains("HTTP/1.1")).unwrap_or_default()
    }
}

impl Drop for Staying {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn state(data: &Path) -> Value {
    let text = std::fs::read(data.join("acme/state.json")).unwrap_or_default();
    serde_json::from_slice(&text).unwrap_or_default()
}

/// As if the wait after a failure were over.
fn let_the_wait_be_over(data: &Path) {
    let mut state = state(data);
    state["tried_ms"] = 0.into();
    std::fs::write(data.join("acme/state.json"), state.to_string()).expect("written");
}

/// The findings of the doctor with this name.
fn found(data: &Path, name: &str) -> Vec<Value> {
    let domains = format!("acme_domains = \"{NAME}\"\nacme_terms = \"agreed\"\n");
    std::fs::write(data.join("tend.toml"), domains).expect("written");
    let (_, said) = json(data, &["doctor"]);
    std::fs::remove_file(data.join("tend.toml")).expect("removed");
    let findings = if said["findings"].is_array() { &said["findings"] } else { &said["error"]["params"]["findings"] };
    findings.as_array().into_iter().flatten().filter(|finding| finding["name"] == name).cloned().collect()
}

#[test]
fn a_certificate_is_asked_for_and_renewed_while_connections_stay_open() {
    let (place, port) = (tempfile::tempdir().expect("a folder"), free_port());
    let wish = Wish { looks_at: port, seconds: 18, wants_binding: false };
    let Some(authority) = Authority::start(&wish) else { return };
    let root = authority.root();
    let _serving = authority.serve(place.path(), port, &[]);
    let mut first = None;
    until("the authority gave a certificate", || {
        first = shown(port, &root);
        first.is_some()
    });
    let mut staying = Staying::at(port, &root);
    assert!(staying.ask().contains("200 OK"), "the desk is served");
    until("it was renewed before its end", || shown(port, &root).is_some_and(|now| Some(now) != first));
    assert!(staying.ask().contains("200 OK"), "the connection from before goes on");
    for (name, rights) in [("acme", 0o700), ("acme/account.json", 0o600), ("acme/certificate.pem", 0o600)] {
        let found = std::fs::metadata(place.path().join(name)).expect(name).permissions().mode() & 0o777;
        assert_eq!(found, rights, "{name}: {found:o}");
    }
}

#[test]
fn a_certificate_that_is_kept_serves_at_once_and_without_its_authority() {
    let (place, port) = (tempfile::tempdir().expect("a folder"), free_port());
    let wish = Wish { looks_at: port, seconds: 90 * 86_400, wants_binding: true };
    let Some(authority) = Authority::start(&wish) else { return };
    let root = authority.root();
    let serving = authority.serve(place.path(), port, &[]);
    until("the authority says what it wants", || state(place.path())["fault"][0] == "binding");
    assert_eq!(serving.stop(), Some(0));

    let key = place.path().join("binding.key");
    std::fs::write(&key, KEY).expect("written");
    let binding = [("TEND_ACME_KEY_ID", "kid-1"), ("TEND_ACME_KEY_FILE", key.to_str().expect("a path"))];
    let_the_wait_be_over(place.path());
    let serving = authority.serve(place.path(), port, &binding);
    until("with the account made by hand it gives one", || shown(port, &root).is_some());
    let before = shown(port, &root);
    assert_eq!(serving.stop(), Some(0));
    assert_eq!(state(place.path())["failures"], 0);
    assert_eq!(found(place.path(), "certificate")[0]["verdict"], "good");

    let (listens, folder) = (authority.listens, authority.folder.path().join("root.pem"));
    let kept_root = place.path().join("root.pem");
    std::fs::copy(folder, &kept_root).expect("copied");
    drop(authority);
    let directory = format!("https://127.0.0.1:{listens}/dir");
    let settings =
        [("TEND_ACME_DOMAINS", NAME), ("TEND_ACME_DIRECTORY", directory.as_str()), ("TEND_ACME_TERMS", "agreed")];
    let _serving = Serving::start_at(place.path(), port, &[&settings[..], &binding[..]].concat());
    assert_eq!(shown(port, kept_root.to_str().expect("a path")), before);
}

#[test]
fn a_name_that_leads_elsewhere_is_told_and_not_asked_about_again_at_once() {
    let (place, port, elsewhere) = (tempfile::tempdir().expect("a folder"), free_port(), free_port());
    let wish = Wish { looks_at: elsewhere, seconds: 90 * 86_400, wants_binding: false };
    let Some(authority) = Authority::start(&wish) else { return };
    let root = authority.root();
    let serving = authority.serve(place.path(), port, &[]);
    until("the authority met nobody", || state(place.path())["fault"][0] == "port");
    assert_eq!(serving.stop(), Some(0));
    let tried = state(place.path())["tried_ms"].clone();
    let told = &found(place.path(), "acme_try")[0];
    assert_eq!((told["verdict"].as_str(), told["params"]["failures"].as_u64()), (Some("warning"), Some(1)), "{told}");
    assert_eq!(found(place.path(), "acme_none").len(), 1);

    // Begun anew, now where the authority looks: it still waits, and asks when the wait is over.
    let serving = authority.serve(place.path(), elsewhere, &[]);
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(state(place.path())["tried_ms"], tried);
    assert_eq!(shown(elsewhere, &root), None);
    assert_eq!(serving.stop(), Some(0));
    let_the_wait_be_over(place.path());
    let _serving = authority.serve(place.path(), elsewhere, &[]);
    until("the mended name gets its certificate", || shown(elsewhere, &root).is_some());
    assert_eq!(found(place.path(), "acme_try").len(), 0);
}

#[test]
fn settings_that_do_not_fit_are_refused_at_the_start_with_the_next_step() {
    let place = tempfile::tempdir().expect("a folder");
    std::fs::write(place.path().join("tend.toml"), "acme_domains = \"*.firm.test\"\nacme_terms = \"agreed\"\n")
        .expect("written");
    let (code, said) = json(place.path(), &["serve"]);
    assert_eq!((code, said["error"]["code"].as_str()), (3, Some("acme_domain_unusable")), "{said}");
    std::fs::write(place.path().join("tend.toml"), "acme_domains = \"tend.firm.test\"\n").expect("written");
    let (code, said) = json(place.path(), &["serve"]);
    assert_eq!((code, said["error"]["code"].as_str()), (3, Some("acme_terms_open")), "{said}");
    assert!(said["error"]["next"].as_str().is_some_and(|next| next.contains("acme_terms")), "{said}");
}
