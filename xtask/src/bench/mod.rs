//! `make bench`: what the program does in a second on this machine, and how that compares with a bare look-up server
//! in the same run. Written to `docs/benchmarks.md`; the last line is one JSON object.

mod load;
mod sheet;

use crate::program::{root, target};
use crate::serving::{Serving, Visitor, memory, tend_command, tend_json};
use anyhow::{Context, Result, bail};
use load::{Load, measure};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tend_rules::base::Day;

/// The password of everybody in the sample firm.
const PASSWORD: &str = "tend-demo";
const IMPORT_ROWS: usize = 100_000;
const FIRMS: [usize; 2] = [100_000, 1_000_000];
/// Live counts that are asked one after the other.
const LIVE_COUNTS: usize = 300;

/// How much is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// A hundred thousand and a million customers.
    Full,
    /// The hundred thousand only.
    Quick,
}

/// Measures everything.
pub fn run(depth: Depth) -> Result<()> {
    let program = target().join("release/tend");
    let bare = target().join("release/examples/bare");
    for path in [&program, &bare] {
        if !path.exists() {
            bail!("{} is not built: use `make bench`", path.display());
        }
    }
    let folder = tempfile::Builder::new().prefix("tend-bench-").tempdir()?;
    let mut figures = json!({ "machine": machine(), "binary_bytes": std::fs::metadata(&program)?.len() });
    figures["import"] = import(&program, folder.path())?;
    figures["plan"] = json!({});
    for customers in FIRMS.into_iter().take(if depth == Depth::Full { 2 } else { 1 }) {
        let data = folder.path().join(format!("firm-{customers}"));
        tend_json(&program, &data, &["demo", "--no-serve", "--customers", &customers.to_string()])?;
        if customers == FIRMS[0] {
            figures["http"] = http(&program, &bare, &data, folder.path())?;
        }
        figures["plan"][customers.to_string()] = plan(&program, &data)?;
        std::fs::remove_dir_all(&data)?;
    }
    let path = root().join("docs/benchmarks.md");
    std::fs::write(&path, sheet::sheet(&figures)).with_context(|| format!("writing {}", path.display()))?;
    println!("{figures}");
    Ok(())
}

/// Imports a made-up file into an empty firm; rows a second and the most memory it took.
fn import(program: &Path, folder: &Path) -> Result<Value> {
    let data = folder.join("import");
    tend_json(program, &data, &["demo", "--no-serve", "--customers", "10"])?;
    let file = folder.join("rows.csv");
    std::fs::write(&file, rows(IMPORT_ROWS))?;
    let started = Instant::now();
    let file_text = file.display().to_string();
    let mut child = tend_command(program, &data, &["import", &file_text, "--batch", "bench", "--yes"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let mut peak = 0;
    while child.try_wait()?.is_none() {
        peak = memory(child.id(), "VmHWM:").unwrap_or(peak);
        std::thread::sleep(Duration::from_millis(20));
    }
    let seconds = started.elapsed().as_secs_f64();
    let output = child.wait_with_output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let counts: Value = serde_json::from_str(text.lines().last().unwrap_or_default()).context("import's last line")?;
    if counts["accepted"].as_u64() != Some(IMPORT_ROWS as u64) {
        bail!("the import of {IMPORT_ROWS} good rows answered {counts}");
    }
    std::fs::remove_dir_all(&data)?;
    Ok(json!({
        "rows": IMPORT_ROWS, "seconds": rounded(seconds), "rows_per_second": (IMPORT_ROWS as f64 / seconds).round(),
        "memory_peak_bytes": peak,
    }))
}

fn rows(count: usize) -> String {
    let mut text = String::from("客户编号,姓名,手机号,性别,生日,地区\n");
    for row in 0..count {
        let (month, day) = (row % 12 + 1, row % 28 + 1);
        let gender = if row % 2 == 0 { "女" } else { "男" };
        text.push_str(&format!(
            "B{row:07},陈示例{row},139{row:08},{gender},19{}-{month:02}-{day:02},南山\n",
            50 + row % 50
        ));
    }
    text
}

/// A night over a whole firm, dry: what it would do, and how long it takes; live counts and a rehearsal; and nights in
/// earnest, the second and later ones after one customer in a hundred changed.
fn plan(program: &Path, data: &Path) -> Result<Value> {
    let started = Instant::now();
    let counts = tend_json(program, data, &["plan", "--dry-run"])?;
    let seconds = started.elapsed().as_secs_f64();
    let live = live(program, data)?;
    // Last, because it writes.
    let nights = tend_json(program, data, &["bench", "night", "--day", &day_after(&counts)?])?;
    Ok(json!({ "wall_ms": (seconds * 1000.0).round(), "counts": counts, "live": live, "nights": nights }))
}

/// The day after the one that was planned: on it nothing is made yet.
fn day_after(counts: &Value) -> Result<String> {
    let day: Day = counts["day"].as_str().and_then(|day| day.parse().ok()).context("the day of a plan")?;
    Ok((day + 1).to_string())
}

/// What an editor asks while a condition is typed, each time another one, and a rehearsal of ninety days.
fn live(program: &Path, data: &Path) -> Result<Value> {
    let serving = Serving::tend(program, data)?;
    let hq = Visitor::sign_in(&serving.address, "hq", PASSWORD)?.patient(Duration::from_secs(300));
    let asked = |path: &str, body: &Value, key: &str| -> Result<f64> {
        let started = Instant::now();
        let answer = hq.post(path, key, body, None)?;
        if answer.status != 200 {
            bail!("POST {path}: {} {}", answer.status, answer.body);
        }
        Ok(started.elapsed().as_secs_f64() * 1000.0)
    };
    let condition = |place: usize| {
        let text = format!(
            "age >= {} && (tier == \"gold\" || \"vip\" in labels) && !(today - last_contact <= days({place}))",
            20 + place % 50
        );
        json!({ "expression": text })
    };
    let first_ms = asked("/plans/count", &condition(0), "live-first")?;
    let mut each = Vec::new();
    for place in 1..=LIVE_COUNTS {
        each.push(asked("/plans/count", &condition(place), &format!("live-{place}"))?);
    }
    each.sort_by(f64::total_cmp);
    let at = |share: f64| rounded(each[((each.len() - 1) as f64 * share).round() as usize]);
    // The server gives up on a call after a minute; that is a figure too.
    let started = Instant::now();
    let rehearsed = hq.post("/plans/rehearsal", "rehearsal", &json!({ "days": 90 }), None)?;
    let rehearsal_ms = (rehearsed.status == 200).then(|| rounded(started.elapsed().as_secs_f64() * 1000.0));
    Ok(json!({ "counts": each.len(), "first_ms": rounded(first_ms), "median_ms": at(0.5), "p99_ms": at(0.99),
        "rehearsal_90_days_ms": rehearsal_ms }))
}

/// Fifty clients on the lists and pages that people open all day, and on the yardstick.
fn http(program: &Path, bare: &Path, data: &Path, folder: &Path) -> Result<Value> {
    let serving = Serving::tend(program, data)?;
    std::thread::sleep(Duration::from_secs(2));
    let idle = serving.memory_bytes();
    let hq = Visitor::sign_in(&serving.address, "hq", PASSWORD)?;
    let customers = hq.get("/customers?limit=200")?;
    let pages: Vec<String> = customers["items"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|row| Some(format!("/api/customers/{}", row["id"].as_str()?)))
        .collect();
    let lists: Vec<String> =
        ["assigned", "planned", "done"].map(|state| format!("/api/touches?state={state}&limit=50")).into();
    let list = measure(&serving.address, &lists, &hq.cookie, folder)?;
    let page = measure(&serving.address, &pages, &hq.cookie, folder)?;
    let busy = serving.memory_bytes();
    drop(serving);
    let yardstick_folder = folder.join("bare");
    std::fs::create_dir_all(&yardstick_folder)?;
    let mut command = Command::new(bare);
    command.arg(&yardstick_folder).arg("100000");
    let yardstick = Serving::of(command)?;
    let items: Vec<String> = (0..1000).map(|place| format!("/item/{}", place * 97)).collect();
    let measured = measure(&yardstick.address, &items, "", folder)?;
    Ok(json!({
        "idle_memory_bytes": idle, "busy_memory_bytes": busy, "bare": measured,
        "work_order_list": compared(list, measured), "customer_page": compared(page, measured),
    }))
}

fn compared(load: Load, bare: Load) -> Value {
    json!({
        "per_second": load.per_second, "p99_ms": load.p99_ms, "failed": load.failed,
        "of_bare": rounded(load.per_second / bare.per_second), "p99_of_bare": rounded(load.p99_ms / bare.p99_ms),
    })
}

fn rounded(number: f64) -> f64 {
    (number * 1000.0).round() / 1000.0
}

/// The machine by its processor, cores and memory.
fn machine() -> Value {
    let read = |path: &str| std::fs::read_to_string(PathBuf::from(path)).unwrap_or_default();
    let field = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        line.split(':').nth(1).unwrap_or_default().trim().to_owned()
    };
    let cpu = field(&read("/proc/cpuinfo"), "model name");
    let kilobytes: u64 = field(&read("/proc/meminfo"), "MemTotal").trim_end_matches(" kB").parse().unwrap_or(0);
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    json!({ "cpu": cpu, "cores": cores, "memory_gb": kilobytes / 1_048_576 })
}
