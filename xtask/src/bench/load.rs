//! Load over HTTP with wrk: fifty clients, requests a second and the 99th percentile.

use crate::program::text_of;
use anyhow::{Context, Result};
use serde::Serialize;
use std::path::Path;
use std::process::Command;

const CLIENTS: &str = "50";
const SECONDS: &str = "8";

/// What was measured.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Load {
    /// Requests a second.
    pub per_second: f64,
    /// 99 of 100 answers came within this, milliseconds.
    pub p99_ms: f64,
    /// Answers that were no success.
    pub failed: u64,
}

/// Asks for `paths` in random order.
pub fn measure(address: &str, paths: &[String], cookie: &str, folder: &Path) -> Result<Load> {
    let script = folder.join("load.lua");
    std::fs::write(&script, lua(paths, cookie))?;
    let asked = |seconds: &str| {
        text_of(
            Command::new("wrk")
                .args(["--threads", "2", "--connections", CLIENTS, "--latency", "--duration", seconds, "--script"])
                .arg(&script)
                .arg(address),
        )
        .context("wrk (Debian package of that name)")
    };
    asked("2")?;
    parse(&asked(SECONDS)?)
}

fn lua(paths: &[String], cookie: &str) -> String {
    let listed: Vec<String> = paths.iter().map(|path| format!("{path:?}")).collect();
    format!(
        "local paths = {{ {} }}\n\
         local seeded = false\n\
         request = function()\n\
           if not seeded then math.randomseed(1) seeded = true end\n\
           return wrk.format('GET', paths[math.random(#paths)], {{ ['Cookie'] = {cookie:?} }})\n\
         end\n",
        listed.join(", ")
    )
}

fn parse(text: &str) -> Result<Load> {
    let number_after = |start: &str| {
        let line = text.lines().map(str::trim).find(|line| line.starts_with(start));
        line.and_then(|line| line.split_whitespace().last()).map(str::to_owned)
    };
    let per_second = number_after("Requests/sec:").and_then(|text| text.parse().ok()).context("wrk's requests/sec")?;
    let p99_ms = number_after("99%").and_then(|text| milliseconds(&text)).context("wrk's 99th percentile")?;
    let failed = number_after("Non-2xx or 3xx responses:").and_then(|text| text.parse().ok()).unwrap_or(0);
    Ok(Load { per_second, p99_ms, failed })
}

/// `1.25ms`, `870us`, `1.20s` in milliseconds.
fn milliseconds(text: &str) -> Option<f64> {
    let units = [("us", 0.001), ("ms", 1.0), ("s", 1000.0), ("m", 60_000.0)];
    units.iter().find_map(|(unit, factor)| Some(text.strip_suffix(unit)?.parse::<f64>().ok()? * factor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_of_wrk_is_read() {
        let text = "  Latency Distribution\n     50%    1.02ms\n     99%  870.00us\n  100 requests in 8.00s, 1MB read\n\
                    \x20 Non-2xx or 3xx responses: 3\nRequests/sec:  12345.67\n";
        let load = parse(text).expect("figures");
        assert_eq!((load.per_second, load.p99_ms, load.failed), (12345.67, 0.87, 3));
        assert_eq!(milliseconds("1.20s"), Some(1200.0));
    }
}
