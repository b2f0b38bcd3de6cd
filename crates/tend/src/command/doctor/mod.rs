//! `tend doctor`: looks at everything the program needs and says what is missing and what to do.

mod certificate;
mod trouble;

use crate::failure::{Exit, Failure, chain};
use crate::output::Output;
use crate::words::sentence;
use crate::{data, desk, space};
use clap::Args;
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use tend_app::platform::{Clock, Config, Db, KeySource, Keyring, Scanner, migrations_waiting};
use tend_rules::base::{Language, TimeZone};

/// Less free space than this is told.
const FREE_BYTES_MIN: u64 = 1 << 30;

/// How long the database may take to answer.
const ANSWER_WITHIN: std::time::Duration = std::time::Duration::from_secs(5);

/// Check that everything the program needs is there, and say what is missing.
///
/// Changes nothing. Exit code 5 when something is missing.
///
///   tend doctor --data /srv/tend
///   tend doctor --data /srv/tend --json
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Doctor {}

/// One thing that was looked at. The sentence stands under `doctor_NAME_VERDICT` in the words file.
struct Finding {
    name: &'static str,
    verdict: Verdict,
    params: Value,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Good,
    /// Works, but should be looked at.
    Warning,
    Missing,
}

impl Verdict {
    const fn word(self) -> &'static str {
        match self {
            Verdict::Good => "good",
            Verdict::Warning => "warning",
            Verdict::Missing => "missing",
        }
    }
}

impl Doctor {
    /// Looks at everything.
    pub async fn run(self, folder: &Path, output: &Output) -> Result<(), Failure> {
        let config = data::configuration(folder)?;
        let mut findings = vec![
            folder_rights(folder),
            disk_space(folder),
            master_key(&config, output.language),
            database(&config).await,
            clock(&config),
            port(&config).await,
            desk_built_in(),
        ];
        findings.extend(key_left(&config));
        findings.extend(certificate::look(&config));
        findings.extend(scanner(&config).await);
        // On a folder that holds nothing yet there is nothing to lose.
        if config.database != "sqlite" || folder.join("tend.db").exists() {
            findings.extend(trouble::look(&config).await);
        }
        for finding in &findings {
            let sign = match finding.verdict {
                Verdict::Good => "✓",
                Verdict::Warning => "!",
                Verdict::Missing => "✗",
            };
            output.line(&format!("{sign} {}", text(finding, output)));
        }
        let missing = findings.iter().filter(|finding| finding.verdict == Verdict::Missing).count();
        if missing > 0 {
            let found: Vec<Value> = findings.iter().map(|finding| shape(finding, output)).collect();
            return Err(Failure::new(
                Exit::Missing,
                "something_missing",
                json!({ "missing": missing, "findings": found }),
            ));
        }
        output.finish(
            &json!({ "missing": 0, "findings": findings.iter().map(|f| shape(f, output)).collect::<Vec<_>>() }),
        );
        Ok(())
    }
}

fn text(finding: &Finding, output: &Output) -> String {
    sentence(output.language, &format!("doctor_{}_{}", finding.name, finding.verdict.word()), &finding.params)
}

fn shape(finding: &Finding, output: &Output) -> Value {
    json!({ "name": finding.name, "verdict": finding.verdict.word(), "text": text(finding, output), "params": finding.params })
}

fn folder_rights(folder: &Path) -> Finding {
    let name = "folder";
    let params = json!({ "path": folder });
    let probe = folder.join(".tend-doctor");
    if !folder.exists() {
        return Finding { name, verdict: Verdict::Warning, params };
    }
    let writable = std::fs::write(&probe, b"").and_then(|()| std::fs::remove_file(&probe)).is_ok();
    Finding { name, verdict: if writable { Verdict::Good } else { Verdict::Missing }, params }
}

fn disk_space(folder: &Path) -> Finding {
    let place = folder.ancestors().find(|path| path.exists() && !path.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let free = space::free_bytes(place).ok();
    let bytes = free.unwrap_or(0);
    let verdict = if free.is_some() && bytes < FREE_BYTES_MIN { Verdict::Warning } else { Verdict::Good };
    Finding { name: "disk", verdict, params: json!({ "free_gb": bytes / (1 << 30) }) }
}

fn master_key(config: &Config, language: Language) -> Finding {
    match data::key_source(config) {
        Ok(KeySource::File(path)) => key_file(&config.data, &path),
        Ok(elsewhere) => {
            let place = elsewhere.place();
            let error = data::keyring(elsewhere).err().map(|failure| failure.cause().unwrap_or_default().to_owned());
            let verdict = if error.is_none() { Verdict::Good } else { Verdict::Missing };
            Finding { name: "key_elsewhere", verdict, params: json!({ "place": place, "error": error }) }
        }
        Err(failure) => {
            // Whatever is wrong with the place has its own sentence and next step.
            let body = failure.body(language);
            let params = json!({ "code": body["code"], "detail": body["detail"], "next": body["next"] });
            Finding { name: "key_place", verdict: Verdict::Missing, params }
        }
    }
}

/// A key file that lies in the data folder although the keys come from elsewhere.
fn key_left(config: &Config) -> Option<Finding> {
    let source = data::key_source(config).ok()?;
    let left = config.data.join("master.key");
    let is_left = source.file().is_none() && left.exists();
    is_left.then(|| Finding { name: "key_left", verdict: Verdict::Warning, params: json!({ "path": left }) })
}

fn key_file(folder: &Path, path: &Path) -> Finding {
    let params = json!({ "path": path });
    let verdict = match std::fs::metadata(path) {
        Err(_) if folder.join("tend.db").exists() => Verdict::Missing,
        Err(_) => return Finding { name: "new_key", verdict: Verdict::Good, params },
        Ok(_) if Keyring::at(path).is_err() => Verdict::Missing,
        Ok(found) if found.permissions().mode() & 0o077 != 0 => Verdict::Warning,
        Ok(_) => Verdict::Good,
    };
    Finding { name: "key", verdict, params }
}

async fn database(config: &Config) -> Finding {
    let address = data::shown_address(config);
    if config.database == "sqlite" && !config.data.join("tend.db").exists() {
        return Finding { name: "new_database", verdict: Verdict::Good, params: json!({ "database": address }) };
    }
    let looked = async { migrations_waiting(&Db::connect(&config.database_url()).await?).await };
    // A pool goes on trying for long; whoever asks the doctor wants an answer now.
    let answer = tokio::time::timeout(ANSWER_WITHIN, looked).await;
    match answer.unwrap_or_else(|_| Err(sea_orm::DbErr::Custom("no answer within five seconds".into()))) {
        Ok(0) => Finding { name: "database", verdict: Verdict::Good, params: json!({ "database": address }) },
        Ok(waiting) => Finding {
            name: "database",
            verdict: Verdict::Warning,
            params: json!({ "database": address, "waiting": waiting }),
        },
        Err(error) => Finding {
            name: "database",
            verdict: Verdict::Missing,
            params: json!({ "database": address, "error": chain(&error) }),
        },
    }
}

fn clock(config: &Config) -> Finding {
    let now = Clock::System.now();
    let Some(zone) = TimeZone::named(&config.time_zone) else {
        return Finding { name: "zone", verdict: Verdict::Missing, params: json!({ "zone": config.time_zone }) };
    };
    let day = zone.day_of(now);
    // A clock before the program was written cannot be right, and every due day would be wrong with it.
    let verdict = if day.year() < 2026 { Verdict::Missing } else { Verdict::Good };
    Finding { name: "clock", verdict, params: json!({ "day": day, "zone": config.time_zone }) }
}

async fn port(config: &Config) -> Finding {
    let free = tokio::net::TcpListener::bind(&config.listen).await.is_ok();
    let verdict = if free { Verdict::Good } else { Verdict::Warning };
    Finding { name: "port", verdict, params: json!({ "address": config.listen }) }
}

/// Nothing where the operator named no scanner.
async fn scanner(config: &Config) -> Option<Finding> {
    let scanner = Scanner::of(&config.virus_scanner)?;
    let asked = tokio::task::spawn_blocking(move || scanner.answers());
    let fault = match tokio::time::timeout(ANSWER_WITHIN, asked).await {
        Ok(Ok(Ok(()))) => None,
        Ok(Ok(Err(error))) => Some(error.to_string()),
        Ok(Err(error)) => Some(error.to_string()),
        Err(_) => Some("no answer within five seconds".to_owned()),
    };
    let verdict = if fault.is_none() { Verdict::Good } else { Verdict::Missing };
    Some(Finding { name: "scanner", verdict, params: json!({ "place": config.virus_scanner, "error": fault }) })
}

fn desk_built_in() -> Finding {
    let verdict = if desk::is_built_in() { Verdict::Good } else { Verdict::Warning };
    Finding { name: "desk", verdict, params: json!({}) }
}
