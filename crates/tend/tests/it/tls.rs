//! TLS from files, judged by OpenSSL, which shares no code with the program.

use crate::drive::Serving;
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
