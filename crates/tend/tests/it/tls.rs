//! TLS from files, judged by OpenSSL, which shares no code with the program.

use crate::drive::{Serving, firm};
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

fn openssl(words: &[&str]) -> Output {
    Command::new("openssl").args(words).stdin(Stdio::null()).output().expect("openssl is installed (.ci/install)")
}

/// A key and a certificate of its own for `localhost`.
fn make(folder: &Path, name: &str) {
    make_of(folder, name, "ec", "ec_paramgen_curve:prime256v1");
}

fn make_of(folder: &Path, name: &str, kind: &str, option: &str) {
    let (certificate, key) = (folder.join("tls.crt"), folder.join("tls.key"));
    let made = openssl(&[
        "req",
        "-x509",
        "-newkey",
        kind,
        "-pkeyopt",
        option,
        "-nodes",
        "-days",
        "2",
        "-subj",
        &format!("/CN={name}"),
        "-addext",
        "subjectAltName=DNS:localhost",
        "-keyout",
        &key.display().to_string(),
        "-out",
        &certificate.display().to_string(),
    ]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

/// What OpenSSL tells of a greeting under a version of TLS.
fn greeting(serving: &Serving, version: &str) -> String {
    greeting_with(serving, &[version])
}

fn greeting_with(serving: &Serving, words: &[&str]) -> String {
    let place = serving.address.trim_start_matches("https://");
    let mut asked = vec!["s_client", "-connect", place, "-servername", "localhost"];
    asked.extend(words);
    let said = openssl(&asked);
    String::from_utf8_lossy(&said.stdout).into_owned() + &String::from_utf8_lossy(&said.stderr)
}

/// An administrator at curl, who trusts the certificate that lies there.
struct Admin<'a> {
    folder: &'a Path,
    address: String,
}

impl<'a> Admin<'a> {
    fn sign_in(folder: &'a Path, serving: &Serving) -> Self {
        let admin = Self { folder, address: serving.address.replace("127.0.0.1", "localhost") };
        std::fs::copy(folder.join("tls.crt"), folder.join("trusted.crt")).expect("copied");
        let body = r#"{"login":"admin","password":"tend-demo"}"#;
        admin.ask("session", &["-H", "content-type: application/json", "-d", body]);
        admin
    }

    fn ask(&self, path: &str, words: &[&str]) -> Value {
        let cookies = self.folder.join("cookies");
        let said = Command::new("curl")
            .args(["-sS", "--fail-with-body", "-b"])
            .arg(&cookies)
            .arg("-c")
            .arg(&cookies)
            .arg("--cacert")
            .arg(self.folder.join("trusted.crt"))
            .args(words)
            .arg(format!("{}/api/{path}", self.address))
            .output()
            .expect("curl is installed (.ci/install)");
        assert!(said.status.success(), "{path}: {}", String::from_utf8_lossy(&[said.stdout, said.stderr].concat()));
        serde_json::from_slice(&said.stdout).expect("JSON")
    }

    fn certificate(&self) -> Value {
        self.ask("health/details", &[])["certificate"].clone()
    }
}

#[test]
fn the_program_tells_how_long_its_certificate_lasts_and_why_the_next_one_was_not_taken() {
    let place = tempfile::tempdir().expect("a folder");
    firm(place.path(), 8);
    make(place.path(), "first");
    let (certificate, key) = (place.path().join("tls.crt"), place.path().join("tls.key"));
    let settings = [
        ("TEND_TLS_CERTIFICATE", certificate.to_str().expect("a path")),
        ("TEND_TLS_KEY", key.to_str().expect("a path")),
    ];
    let serving = Serving::start_with(place.path(), &settings);
    let admin = Admin::sign_in(place.path(), &serving);
    let told = admin.certificate();
    assert_eq!((&told["names"][0], &told["renewed_by"]), (&"localhost".into(), &"files".into()), "{told}");
    assert_eq!((&told["days_left"], &told["ok"], &told["error"]), (&1.into(), &true.into(), &Value::Null), "{told}");

    std::fs::write(&certificate, "nothing").expect("written");
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        let told = admin.certificate();
        if told["error"].is_string() {
            assert_eq!((&told["ok"], &told["days_left"]), (&false.into(), &1.into()), "{told}");
            break;
        }
        assert!(Instant::now() < until, "a pair that cannot be read is told: {told}");
        std::thread::sleep(Duration::from_millis(500));
    }
    make(place.path(), "second");
    std::fs::copy(&certificate, place.path().join("trusted.crt")).expect("copied");
    let until = Instant::now() + Duration::from_secs(20);
    while !greeting(&serving, "-tls1_3").contains("CN = second") {
        assert!(Instant::now() < until, "the mended pair is taken up");
        std::thread::sleep(Duration::from_millis(500));
    }
    assert_eq!(admin.certificate()["ok"], true);
}

#[test]
fn the_program_speaks_tls_and_takes_up_a_renewed_certificate() {
    let place = tempfile::tempdir().expect("a folder");
    make(place.path(), "first");
    let (certificate, key) = (place.path().join("tls.crt"), place.path().join("tls.key"));
    let settings = [
        ("TEND_TLS_CERTIFICATE", certificate.to_str().expect("a path")),
        ("TEND_TLS_KEY", key.to_str().expect("a path")),
    ];
    let serving = Serving::start_with(place.path(), &settings);
    assert!(serving.address.starts_with("https://"), "{}", serving.address);
    assert!(greeting(&serving, "-tls1_3").contains("CN = first"));
    assert!(greeting(&serving, "-tls1_2").contains("CN = first"));
    let old = greeting(&serving, "-tls1_1");
    assert!(!old.contains("CN = first"), "TLS 1.1 is refused: {old}");

    let fetched = Command::new("curl")
        .args([
            "-sS",
            "-i",
            "--cacert",
            settings[0].1,
            &format!("{}/api/health", serving.address.replace("127.0.0.1", "localhost")),
        ])
        .output();
    if let Ok(fetched) = fetched {
        let head = String::from_utf8_lossy(&fetched.stdout).to_lowercase();
        assert!(head.contains("200 ok") && head.contains("strict-transport-security: max-age="), "{head}");
    }

    make(place.path(), "second");
    let until = Instant::now() + Duration::from_secs(20);
    while !greeting(&serving, "-tls1_3").contains("CN = second") {
        assert!(Instant::now() < until, "the renewed certificate is taken up without a restart");
        std::thread::sleep(Duration::from_millis(500));
    }
    // A broken pair leaves the last good one in use.
    std::fs::write(&certificate, "nothing").expect("written");
    std::thread::sleep(Duration::from_secs(6));
    assert!(greeting(&serving, "-tls1_3").contains("CN = second"));
}

/// ASVS 12.1.2: with a key of RSA there are suites in which the session's key is sent under the certificate's; whoever gets
/// that one day reads everything that was kept. Nobody is spoken to in them.
#[test]
fn a_suite_without_forward_secrecy_is_not_spoken() {
    let place = tempfile::tempdir().expect("a folder");
    make_of(place.path(), "first", "rsa", "rsa_keygen_bits:2048");
    let (certificate, key) = (place.path().join("tls.crt"), place.path().join("tls.key"));
    let settings = [
        ("TEND_TLS_CERTIFICATE", certificate.to_str().expect("a path")),
        ("TEND_TLS_KEY", key.to_str().expect("a path")),
    ];
    let serving = Serving::start_with(place.path(), &settings);
    let with = |suite: &str| greeting_with(&serving, &["-tls1_2", "-cipher", suite]);
    assert!(with("ECDHE-RSA-AES128-GCM-SHA256").contains("CN = first"), "the same with forward secrecy is spoken");
    for suite in ["AES128-GCM-SHA256", "AES256-GCM-SHA384", "AES128-SHA256"] {
        let said = with(suite);
        assert!(!said.contains("CN = first") && said.contains("alert"), "{suite}: {said}");
    }
}
