//! Kills while the program imports an upload from its own queue: a batch that was accepted is imported to its end by
//! the next start, whole and once, and a batch that was in doubt is there once after it was asked for again.

use super::Drill;
use super::import::{ROWS, customers, rows};
use crate::serving::Visitor;
use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// How long a batch may take on a slow machine after the program is back: a dead worker's lease has to run out first.
const PATIENCE: Duration = Duration::from_secs(120);

/// The uploads so far.
#[derive(Debug, Default)]
pub struct Uploads {
    acknowledged: usize,
    finished: usize,
    usual: Option<Duration>,
}

impl Uploads {
    /// How many batches were accepted, and how many were imported whole, before the kill.
    pub fn acknowledged(&self) -> (usize, usize) {
        (self.acknowledged, self.finished)
    }

    /// One upload, killed while its batch is asked for or imported.
    pub fn kill_one(&mut self, drill: &mut Drill, turn: u64) -> Result<()> {
        let (name, mark) = (format!("drill {turn}"), format!("Drill{turn}x"));
        let mut serving = drill.serve()?;
        let hq = drill.hq(&serving)?;
        let upload = hq.upload("/uploads", "rows.csv", &rows(&mark, turn))?;
        let order = json!({ "upload_id": upload["id"], "name": name, "mapping": mapping(&upload)? });
        let key = format!("00000000-0000-4000-9000-{turn:012x}");
        let asked = Instant::now();
        let accepted = hq.post("/batches", &key, &order, None)?;
        ensure!(accepted.status == 202, "the batch was refused: {} {}", accepted.status, accepted.body);
        self.acknowledged += 1;
        let done = match self.usual {
            None => Some(ended(&hq, &name)?),
            Some(usual) => {
                std::thread::sleep(usual.mul_f64(drill.chance.part() * 1.5));
                state_of(&hq, &name)?.filter(|batch| batch["state"] == "imported")
            }
        };
        if done.is_some() {
            self.finished += 1;
            self.usual = Some(asked.elapsed());
        }
        serving.kill()?;
        let serving = drill.serve()?;
        let hq = drill.hq(&serving)?;
        check(drill, &hq, &Asked { name: &name, mark: &mark, key: &key, order: &order })
    }
}

fn check(drill: &mut Drill, hq: &Visitor, asked: &Asked<'_>) -> Result<()> {
    if state_of(hq, asked.name)?.is_none() {
        drill.found.lost += 1;
        return Ok(());
    }
    let again = hq.post("/batches", asked.key, asked.order, None)?;
    let repeated = again.status == 202 || again.body["code"] == "already_carried_out";
    ensure!(repeated, "the repeat was refused: {} {}", again.status, again.body);
    let batch = ended(hq, asked.name)?;
    let found = customers(hq, asked.mark)?;
    let listed = hq.every("/batches")?.iter().filter(|batch| batch["name"] == asked.name).count() as u64;
    drill.found.half += ROWS.saturating_sub(found) + u64::from(batch["accepted"].as_u64() != Some(ROWS));
    drill.found.doubled += found.saturating_sub(ROWS) + listed.saturating_sub(1);
    Ok(())
}

/// A batch as it was asked for.
struct Asked<'a> {
    name: &'a str,
    mark: &'a str,
    key: &'a str,
    order: &'a Value,
}

/// The suggested mapping as a batch takes it.
fn mapping(upload: &Value) -> Result<Value> {
    let columns = upload["suggested_mapping"]["columns"].as_array().context("a suggested mapping")?;
    let column = |column: &Value| json!({ "heading": column["heading"], "target": column["target"] });
    Ok(json!({ "columns": columns.iter().map(column).collect::<Vec<_>>() }))
}

fn state_of(hq: &Visitor, name: &str) -> Result<Option<Value>> {
    Ok(hq.every("/batches")?.into_iter().find(|batch| batch["name"] == name))
}

/// Waits until the batch is imported.
fn ended(hq: &Visitor, name: &str) -> Result<Value> {
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        let batch = state_of(hq, name)?.with_context(|| format!("no batch {name}"))?;
        match batch["state"].as_str() {
            Some("imported") => return Ok(batch),
            Some("importing") => std::thread::sleep(Duration::from_millis(50)),
            _ => bail!("the batch {name} ended as {}", batch["state"]),
        }
    }
    bail!("the batch {name} is not imported after {PATIENCE:?}")
}
