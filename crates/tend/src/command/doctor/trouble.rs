//! What will be trouble before it is: a backup that lags, was never tried or holds a key, a disk that fills, a log that
//! grows, too few files, settings of PostgreSQL that lose what was acknowledged.

use super::{Finding, Verdict};
use crate::failure::chain;
use crate::{continuous, files, space};
use serde_json::json;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tend_app::platform::{Config, Db, sql};
use tend_backup::{last_drill, now_ms, spans};
use tend_rules::base::Language;

/// The backup may be so far behind the last write.
const LAG_MS_MAX: u64 = 10_000;
/// A restore should have been tried within this.
const DRILL_DAYS_MAX: u64 = 90;
/// A log of this size is not written back any more.
const LOG_BYTES_MAX: u64 = 512 << 20;
/// The disk is told of so many days before it is full.
const DAYS_LEFT_MIN: u64 = 14;

const DAY_MS: u64 = 86_400_000;

/// Everything of this file that fits the database.
pub(super) async fn look(config: &Config) -> Vec<Finding> {
    let mut findings = vec![trend(&config.data), open_files()];
    if config.database == "sqlite" {
        findings.extend(continuous_backup(config));
        findings.push(log(&config.data));
    } else {
        findings.extend(postgres(config).await);
    }
    findings
}

fn finding(name: &'static str, good: bool, params: serde_json::Value) -> Finding {
    Finding { name, verdict: if good { Verdict::Good } else { Verdict::Warning }, params }
}

/// How long the disk lasts at the pace of the last week, from what the server noted each hour.
fn trend(data: &Path) -> Finding {
    let left = space::days_left(data);
    let good = left.is_none_or(|days| days >= DAYS_LEFT_MIN);
    match left {
        Some(days) if !good => finding("trend", false, json!({ "days": days })),
        _ => finding("trend", true, json!({})),
    }
}

/// `tend serve` takes all that it may have.
fn open_files() -> Finding {
    let most = files::most();
    finding("open_files", most >= files::FILES_MIN, json!({ "files": most, "least": files::FILES_MIN }))
}

/// When a file was last written, in milliseconds since 1970.
fn written_ms(path: &Path) -> u64 {
    let modified = std::fs::metadata(path).and_then(|file| file.modified()).unwrap_or(UNIX_EPOCH);
    modified.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).as_millis() as u64
}

fn continuous_backup(config: &Config) -> Vec<Finding> {
    if config.backup_to.is_empty() {
        return vec![finding("backup", false, json!({}))];
    }
    let place = json!({ "path": config.backup_to });
    let missing = |name, params| vec![Finding { name, verdict: Verdict::Missing, params }];
    let store = match continuous::store(&config.backup_to, config) {
        Ok(store) => store,
        Err(failure) => {
            let code = failure.body(Language::En)["code"].clone();
            return missing("backup_settings", json!({ "path": config.backup_to, "code": code }));
        }
    };
    let spans = match spans(&*store) {
        Ok(spans) => spans,
        Err(error) if continuous::is_bucket(&config.backup_to) => {
            return missing("backup_store", json!({ "path": config.backup_to, "error": chain(&error) }));
        }
        Err(_) => return missing("backup_place", place),
    };
    let reaches = spans.iter().map(|(_, to)| *to).max();
    let written = written_ms(&config.data.join("tend.db-wal")).max(written_ms(&config.data.join("tend.db")));
    let behind = reaches.map_or(u64::MAX, |to| written.saturating_sub(to));
    // A write of this very moment is not behind yet.
    let fresh = now_ms().saturating_sub(written) < LAG_MS_MAX;
    let lag = json!({ "path": config.backup_to, "seconds": behind / 1000 });
    let mut findings = match reaches {
        None => vec![finding("backup_place", false, place.clone())],
        Some(_) => vec![finding("backup_lag", behind <= LAG_MS_MAX || fresh, lag)],
    };
    let names = store.list("").unwrap_or_default();
    let has_key = names.iter().any(|name| name.ends_with(".key") || name.contains("master.key"));
    let verdict = if has_key { Verdict::Missing } else { Verdict::Good };
    findings.push(Finding { name: "backup_keys", verdict, params: place });
    findings.extend(bucket(config));
    let days = last_drill(&*store).map(|at| now_ms().saturating_sub(at) / DAY_MS);
    findings.push(match days {
        None => finding("drill_never", false, json!({})),
        Some(days) => finding("drill", days <= DRILL_DAYS_MAX, json!({ "days": days })),
    });
    findings
}

/// What would let others read along on the way to a bucket, or ask it in our name.
fn bucket(config: &Config) -> Vec<Finding> {
    if !continuous::is_bucket(&config.backup_to) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    if is_plain_and_far(&config.backup_endpoint) {
        findings.push(finding("backup_plain", false, json!({ "address": config.backup_endpoint })));
    }
    let file = config.data.join(&config.backup_credentials_file);
    if !config.backup_credentials_file.is_empty()
        && std::fs::metadata(&file).is_ok_and(|found| found.permissions().mode() & 0o077 != 0)
    {
        findings.push(finding("backup_credentials", false, json!({ "path": file })));
    }
    findings
}

/// Whether an address is of plain HTTP and not of this machine.
fn is_plain_and_far(address: &str) -> bool {
    let Some(rest) = address.strip_prefix("http://") else { return false };
    let place = rest.split('/').next().unwrap_or_default();
    let host = place.rsplit_once(':').map_or(place, |(host, _)| host);
    !matches!(host, "127.0.0.1" | "localhost" | "[::1]")
}

fn log(data: &Path) -> Finding {
    let bytes = std::fs::metadata(data.join("tend.db-wal")).map_or(0, |file| file.len());
    finding("log", bytes <= LOG_BYTES_MAX, json!({ "mb": bytes >> 20 }))
}

/// Settings that lose what was acknowledged, and an archive of the log that stands still.
async fn postgres(config: &Config) -> Vec<Finding> {
    let asked = tokio::time::timeout(super::ANSWER_WITHIN, async {
        let db = Db::connect(&config.database_url()).await?;
        let text = "SELECT current_setting('fsync') || ' ' || current_setting('synchronous_commit') || ' ' ||
            current_setting('full_page_writes') || ' ' || current_setting('archive_mode') || ' ' ||
            COALESCE(CAST(EXTRACT(EPOCH FROM (SELECT last_archived_time FROM pg_stat_archiver)) AS BIGINT), 0)";
        sql(text).value::<String>(db.read()).await
    })
    .await;
    // That it does not answer is told elsewhere.
    let Ok(Ok(text)) = asked else { return Vec::new() };
    let words: Vec<&str> = text.split(' ').collect();
    let [fsync, commit, pages, archive, archived] = words[..] else { return Vec::new() };
    let safe = fsync == "on" && commit != "off" && pages == "on";
    let params = json!({ "fsync": fsync, "synchronous_commit": commit, "full_page_writes": pages });
    let mut findings = vec![finding("postgres", safe, params)];
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let minutes = now.saturating_sub(archived.parse().unwrap_or(0)) / 60;
    findings.push(if archive == "off" {
        finding("archive_off", false, json!({}))
    } else {
        finding("archive", minutes <= 60, json!({ "minutes": minutes }))
    });
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_a_server_on_this_machine() {
        for near in ["", "https://s3.firm", "http://127.0.0.1:9000", "http://localhost/", "http://[::1]:9000"] {
            assert!(!is_plain_and_far(near), "{near}");
        }
        for far in ["http://s3.firm", "http://10.0.0.7:9000/", "http://127.0.0.1.firm"] {
            assert!(is_plain_and_far(far), "{far}");
        }
    }
}
