//! The restore drill: the real program serves and copies itself away, people write, the program is killed. Then a second
//! in between and the latest are restored, every table is compared by its hash, the ledger with the head that was kept
//! outside, and the newest acknowledged change that is missing tells how much a lost disk would cost. The last line is
//! one JSON object.

pub mod tables;

use crate::program::built;
use crate::serving::{Serving, Visitor, tend_json};
use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::{Duration, Instant, SystemTime};
use tables::{answered_keys, hash_of_tables};

const PASSWORD: &str = "tend-demo";
/// What a lost disk may cost.
const RPO: Duration = Duration::from_secs(1);
/// How long people write before the kill.
const WRITING: Duration = Duration::from_secs(4);
const ROWS: u32 = 1200;

struct Drill {
    program: PathBuf,
    folder: tempfile::TempDir,
}

/// Runs it; fails when anything differs.
pub fn run() -> Result<()> {
    let started = Instant::now();
    let drill = Drill { program: built()?, folder: tempfile::Builder::new().prefix("tend-drill-").tempdir()? };
    tend_json(&drill.program, &drill.at("data"), &["demo", "--no-serve", "--seed", "1", "--customers", "120"])?;
    let outside = drill.at("outside").display().to_string();

    let mut serving = drill.serve()?;
    let hq = Visitor::sign_in(&serving.address, "hq", PASSWORD)?;
    bring_a_batch(&hq)?;
    tend_json(&drill.program, &drill.at("data"), &["ledger", "export", &outside])?;
    let (middle_ms, middle) = drill.quiet()?;
    let written = write_until_killed(&hq, &mut serving)?;

    let latest = drill.restore("latest", &["--latest"])?;
    let lost = missing(&drill.at("latest"), &written)?;
    ensure!(lost <= RPO, "what was acknowledged {lost:?} before the kill is missing");
    let in_between = drill.restore("middle", &["--to-time", &rfc3339(middle_ms)])?;
    compare("the second in between", &middle, &hash_of_tables(&drill.at("middle").join("tend.db"))?)?;

    // The killed program goes on, and its copy too, without a new snapshot.
    let mut serving = drill.serve()?;
    let hq = hq.at(&serving.address);
    bring_a_batch(&hq)?;
    let (_, end) = drill.quiet()?;
    serving.kill()?;
    let after = drill.restore("after", &["--latest"])?;
    compare("the latest", &end, &hash_of_tables(&drill.at("after").join("tend.db"))?)?;
    let generations = std::fs::read_dir(drill.at("backup").join("generations"))?.count();
    ensure!(generations == 1, "the copy began anew after the kill: {generations} generations");
    for folder in ["latest", "middle", "after"] {
        let verdict = tend_json(&drill.program, &drill.at(folder), &["verify", "--against", &outside])?;
        ensure!(verdict["valid"] == true, "the ledger of {folder}: {verdict}");
    }
    println!(
        "{}",
        json!({
            "acknowledged": written.acknowledged.len(), "lost_ms": lost.as_millis() as u64,
            "tables": end.len(), "segments": after["segments"], "files": after["files"],
            "latest": latest["as_of"], "middle": in_between["as_of"],
            "restore_ms": after["ready_ms"], "look_ms": after["looked_ms"],
            "seconds": started.elapsed().as_secs(),
        })
    );
    Ok(())
}

impl Drill {
    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Serves with the copy on, and waits until it is whole once.
    fn serve(&self) -> Result<Serving> {
        let to = self.at("backup").display().to_string();
        let serving = Serving::tend_with(&self.program, &self.at("data"), &[("TEND_BACKUP_TO", &to)])?;
        let until = Instant::now() + Duration::from_secs(20);
        while Instant::now() < until {
            let health: Value = ureq::get(format!("{}/api/health", serving.address)).call()?.body_mut().read_json()?;
            let made = health["backup"]["snapshot_seconds"].is_u64();
            if health["backup"]["ok"] == true && made {
                return Ok(serving);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        bail!("the copy is not whole after twenty seconds")
    }

    /// Waits for a second and a half in which nothing changes; answers its middle and the hashes of all tables.
    fn quiet(&self) -> Result<(u64, Vec<(String, String)>)> {
        let database = self.at("data").join("tend.db");
        let mut before = hash_of_tables(&database)?;
        for _ in 0..20 {
            let from = now_ms();
            std::thread::sleep(Duration::from_millis(1500));
            let after = hash_of_tables(&database)?;
            if before == after {
                return Ok((from + 1200, after));
            }
            before = after;
        }
        bail!("the program never rests")
    }

    fn restore(&self, into: &str, how: &[&str]) -> Result<Value> {
        let folder = self.at(into);
        std::fs::create_dir(&folder)?;
        for key in ["master.key", "ledger.pub"] {
            std::fs::copy(self.at("data").join(key), folder.join(key))
                .with_context(|| format!("carrying {key} over"))?;
        }
        let from = self.at("backup").display().to_string();
        let words: Vec<&str> = ["restore", from.as_str()].iter().chain(how).copied().collect();
        tend_json(&self.program, &folder, &words)
    }
}

fn bring_a_batch(hq: &Visitor) -> Result<()> {
    let mark = now_ms();
    let row = |row: u32| format!("D{mark}x{row},Drill{row},138{:08},女\n", (mark + u64::from(row)) % 100_000_000);
    let text: String = (0..ROWS).map(row).collect();
    let upload = hq.upload("/uploads", "rows.csv", &format!("客户编号,姓名,手机号,性别\n{text}"))?;
    let columns = upload["suggested_mapping"]["columns"].as_array().context("a suggested mapping")?;
    let column = |column: &Value| json!({ "heading": column["heading"], "target": column["target"] });
    let mapping = json!({ "columns": columns.iter().map(column).collect::<Vec<_>>() });
    let order = json!({ "upload_id": upload["id"], "name": format!("drill {mark}"), "mapping": mapping });
    let accepted = hq.post("/batches", &key(mark), &order, None)?;
    ensure!(accepted.status == 202, "the batch was refused: {} {}", accepted.status, accepted.body);
    let until = Instant::now() + Duration::from_secs(30);
    while Instant::now() < until {
        let batches = hq.every("/batches")?;
        let mine = batches.iter().find(|batch| batch["name"] == order["name"]);
        if mine.is_some_and(|batch| batch["state"] == "imported") {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    bail!("the batch was not imported")
}

/// What people had acknowledged, and when the program was killed.
struct Written {
    acknowledged: Vec<(String, Instant)>,
    killed: Instant,
}

/// Notes on customers, one after the other, until the program is killed in the middle of it.
fn write_until_killed(hq: &Visitor, serving: &mut Serving) -> Result<Written> {
    let customers = hq.get("/customers?limit=100")?;
    let ids: Vec<String> = customers["items"]
        .as_array()
        .context("customers")?
        .iter()
        .filter_map(|customer| customer["id"].as_str().map(str::to_owned))
        .collect();
    let (told, heard) = mpsc::channel();
    let writer = hq.clone();
    let hand = std::thread::spawn(move || {
        for (turn, id) in ids.iter().cycle().enumerate() {
            let key = key(1_000_000 + turn as u64);
            let answer = writer.post(&format!("/customers/{id}/notes"), &key, &json!({ "text": "drill" }), None);
            match answer {
                Ok(answer) if answer.status < 300 => drop(told.send(Ok((key, Instant::now())))),
                Ok(answer) => return drop(told.send(Err(format!("{} {}", answer.status, answer.body)))),
                Err(_) => return,
            }
        }
    });
    std::thread::sleep(WRITING);
    let killed = Instant::now();
    serving.kill()?;
    let _ = hand.join();
    let acknowledged: Result<Vec<_>, String> = heard.into_iter().collect();
    let acknowledged = acknowledged.map_err(|why| anyhow::anyhow!("a note was refused: {why}"))?;
    ensure!(acknowledged.len() > 20, "only {} notes were written", acknowledged.len());
    Ok(Written { acknowledged, killed })
}

/// How long before the kill the oldest acknowledged change was answered that is not in the restored database.
fn missing(restored: &Path, written: &Written) -> Result<Duration> {
    let there = answered_keys(&restored.join("tend.db"))?;
    let gone = written.acknowledged.iter().filter(|(key, _)| !there.contains(key));
    Ok(gone.map(|(_, at)| written.killed.saturating_duration_since(*at)).max().unwrap_or_default())
}

fn compare(what: &str, was: &[(String, String)], is: &[(String, String)]) -> Result<()> {
    let other: Vec<&str> = was.iter().zip(is).filter(|(was, is)| was != is).map(|(was, _)| was.0.as_str()).collect();
    ensure!(was.len() == is.len() && other.is_empty(), "{what} came back otherwise: {other:?}");
    Ok(())
}

fn key(number: u64) -> String {
    format!("00000000-0000-4000-a000-{:012}", number % 1_000_000_000_000)
}

fn now_ms() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis() as u64
}

/// `2026-11-29T08:15:00.123Z`, by `date`.
fn rfc3339(ms: u64) -> String {
    let seconds = format!("@{}.{:03}", ms / 1000, ms % 1000);
    let text = crate::program::text_of(std::process::Command::new("date").args(["-u", "-d", &seconds, "+%FT%T.%3NZ"]));
    text.unwrap_or_default().trim().to_owned()
}
