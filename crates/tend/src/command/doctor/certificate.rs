//! The certificate: whether it can be used, how long it still lasts, and whether its renewal goes well.

use super::{Finding, Verdict};
use crate::tls::acme::{Kept, Settings, breath_ms};
use crate::tls::certificate::{Life, Pair};
use serde_json::json;
use std::path::Path;
use tend_app::platform::{Config, ends_soon};
use tend_backup::now_ms;
use tend_rules::base::Language;

const DAY_MS: u64 = 86_400_000;

/// Nothing where the program speaks no TLS itself.
pub(super) fn look(config: &Config) -> Vec<Finding> {
    if !config.acme_domains.trim().is_empty() {
        by_authority(config)
    } else if config.speaks_tls() {
        vec![from_files(config)]
    } else {
        Vec::new()
    }
}

fn from_files(config: &Config) -> Finding {
    let read = Pair::read(Path::new(&config.tls_certificate), Path::new(&config.tls_key));
    match read.and_then(|pair| pair.life()) {
        Ok(life) => lasting(&life, now_ms()),
        Err(why) => {
            let params = json!({ "path": config.tls_certificate, "error": why });
            Finding { name: "certificate_files", verdict: Verdict::Missing, params }
        }
    }
}

fn by_authority(config: &Config) -> Vec<Finding> {
    if let Err(failure) = Settings::of(config) {
        let body = failure.body(Language::En);
        return vec![Finding {
            name: "acme_settings",
            verdict: Verdict::Missing,
            params: json!({ "code": body["code"] }),
        }];
    }
    let kept = Kept::at(&config.data);
    let state = kept.state();
    let mut findings = vec![match kept.certificate() {
        Some((_, life)) => lasting(&life, now_ms()),
        None => {
            let params = json!({ "domains": config.acme_domains, "directory": config.acme_directory });
            Finding { name: "acme_none", verdict: Verdict::Warning, params }
        }
    }];
    if let Some((_, error)) = &state.fault {
        let next = (state.tried_ms + breath_ms(state.failures)).saturating_sub(now_ms()) / 60_000;
        let params = json!({ "failures": state.failures, "error": error, "minutes": next });
        findings.push(Finding { name: "acme_try", verdict: Verdict::Warning, params });
    }
    if kept.is_open_to_others() {
        let path = config.data.join("acme");
        findings.push(Finding { name: "acme_rights", verdict: Verdict::Warning, params: json!({ "path": path }) });
    }
    findings
}

fn lasting(life: &Life, now_ms: u64) -> Finding {
    let left = life.to_ms.saturating_sub(now_ms);
    let params = json!({ "names": life.names.join(", "), "days": left / DAY_MS });
    let (name, verdict) = match left {
        0 => ("certificate_over", Verdict::Missing),
        _ if ends_soon(&(life.from_ms..life.to_ms), now_ms) => ("certificate", Verdict::Warning),
        _ => ("certificate", Verdict::Good),
    };
    Finding { name, verdict, params }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_told_of_three_weeks_before_its_end_or_in_its_last_quarter() {
        let verdict = |whole: u64, left: u64| {
            let life = Life { from_ms: 0, to_ms: whole * DAY_MS, names: Vec::new() };
            lasting(&life, (whole - left) * DAY_MS).verdict.word()
        };
        for (whole, left, told) in [
            (90, 30, "good"),
            (90, 20, "warning"),
            (398, 22, "good"),
            (8, 3, "good"),
            (8, 1, "warning"),
            (8, 0, "missing"),
        ] {
            assert_eq!(verdict(whole, left), told, "{left} of {whole} days left");
        }
    }
}
