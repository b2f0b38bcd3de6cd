//! The fuzzer: builds `fuzz/` with coverage instrumentation and runs its programs. Stable Rust is enough: libFuzzer
//! needs LLVM's counters, which are codegen options, and no sanitizer, because nothing in the targets is `unsafe`.
//!
//! What is found lies in `target/fuzz/found`; put it into `fuzz/seeds/TARGET` with the fix, and the tests replay it.

use crate::program::{cargo, root, run as must};
use anyhow::{Context, Result, bail};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use tend_fuzz::TARGETS;

const INSTRUMENTED: [&str; 7] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=1",
    "--cfg=fuzzing",
];
/// Naming the machine keeps the flags away from build scripts and macros.
const MACHINE: &str = "x86_64-unknown-linux-gnu";
/// A single input may take so long, on a machine that does other work too.
const HANG_SECONDS: u32 = 5;
const MEMORY_MB: u32 = 1_024;

/// Runs the named targets, all if none is named, for so many seconds each.
pub fn run(seconds: u64, together: usize, only: &[String]) -> Result<()> {
    if let Some(name) = only.iter().find(|name| TARGETS.iter().all(|target| target.name != **name)) {
        bail!("there is no target {name}; there are {}", TARGETS.map(|target| target.name).join(", "));
    }
    let built = root().join("target/fuzz/build");
    let mut build = cargo();
    build.args(["build", "--release", "--manifest-path", "fuzz/Cargo.toml", "--target", MACHINE, "--target-dir"]);
    must(build.arg(&built).env("RUSTFLAGS", INSTRUMENTED.join(" ")))?;
    let programs = built.join(MACHINE).join("release");
    let wanted =
        TARGETS.iter().map(|target| target.name).filter(|name| only.is_empty() || only.iter().any(|o| o == name));
    let waiting = Mutex::new(wanted.collect::<Vec<_>>().into_iter());
    let failed = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..together.max(1) {
            scope.spawn(|| {
                loop {
                    let next = waiting.lock().ok().and_then(|mut names| names.next());
                    let Some(name) = next else { return };
                    match one(&programs, name, seconds) {
                        Ok(told) => println!("{name}: {told}"),
                        Err(error) => {
                            println!("{name}: {error:#}");
                            failed.lock().map(|mut names| names.push(name)).ok();
                        }
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap_or_default();
    if failed.is_empty() { Ok(()) } else { bail!("findings in {}: see target/fuzz/found", failed.join(", ")) }
}

/// Runs one target; answers its last figures.
fn one(programs: &std::path::Path, name: &str, seconds: u64) -> Result<String> {
    let folder = |kind: &str| -> Result<PathBuf> {
        let path = root().join("target/fuzz").join(kind).join(name);
        std::fs::create_dir_all(&path)?;
        Ok(path)
    };
    let (corpus, found) = (folder("corpus")?, folder("found")?);
    let output = Command::new(programs.join(name))
        .arg(&corpus)
        .arg(root().join("fuzz/seeds").join(name))
        .arg(format!("-artifact_prefix={}/", found.display()))
        .arg(format!("-max_total_time={seconds}"))
        .args(["-max_len=8192", "-print_final_stats=1", "-report_slow_units=1"])
        .arg(format!("-timeout={HANG_SECONDS}"))
        .arg(format!("-rss_limit_mb={MEMORY_MB}"))
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("starting {name}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    let figure = |key: &str| said.lines().find_map(|line| line.split_once(key)).map_or("?", |(_, rest)| rest.trim());
    if !output.status.success() {
        let why = said.lines().rfind(|line| line.contains("panicked") || line.contains("ERROR:"));
        std::fs::write(found.join("log.txt"), said.as_bytes())?;
        bail!("{}", why.unwrap_or("ended with an error"));
    }
    Ok(format!(
        "{} executions, {} new inputs kept, {} MB, slowest {} s",
        figure("stat::number_of_executed_units:"),
        figure("stat::new_units_added:"),
        figure("stat::peak_rss_mb:"),
        figure("stat::slowest_unit_time_sec:"),
    ))
}
