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
    let (certificate, key) = (folder.join("tls.crt"), folder.join("tls.key"));
    let made = openssl(&[
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
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
    let place = serving.address.trim_start_matches("https://");
    let said = openssl(&["s_client", "-connect", place, "-servername", "localhost", version]);
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
