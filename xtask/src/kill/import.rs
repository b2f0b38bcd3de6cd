//! Kills during an import: a batch that was acknowledged is whole; one that was cut off is not there at all, or is
//! carried on to its end by itself.

use super::Drill;
use crate::serving::{Visitor, tend_command};
use anyhow::{Result, bail};
use serde_json::Value;
use std::process::Stdio;
use std::time::{Duration, Instant};

const ROWS: usize = 600;
/// A dead worker's job is visible again within half a minute; then it has to be done.
const PATIENCE: Duration = Duration::from_secs(120);

/// The batches that were begun.
#[derive(Debug, Default)]
pub struct Imports {
    batches: Vec<Batch>,
    usual: Option<Duration>,
}

#[derive(Debug)]
struct Batch {
    name: String,
    /// Begins the name of each of its customers and of nobody else.
    mark: String,
    acknowledged: Acknowledged,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Acknowledged {
    Yes,
    CutOff,
}

impl Imports {
    /// How many imports were acknowledged before the kill.
    pub fn acknowledged(&self) -> usize {
        self.batches.iter().filter(|batch| batch.acknowledged == Acknowledged::Yes).count()
    }

    /// One import, killed somewhere.
    pub fn kill_one(&mut self, drill: &mut Drill, turn: u64) -> Result<()> {
        let (name, mark) = (format!("drill {turn}"), format!("Drill{turn}x"));
        let file = drill.folder.path().join("rows.csv");
        std::fs::write(&file, rows(&mark, turn))?;
        let file_text = file.display().to_string();
        let words = ["import", &file_text, "--batch", &name, "--yes"];
        let mut child =
            tend_command(&drill.program, &drill.data(), &words).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        // The first is let through, to learn how long an import takes.
        let usual = self.usual.unwrap_or(Duration::from_secs(600));
        let done = drill.kill_within(&mut child, usual)?;
        self.usual = self.usual.or(done);
        let acknowledged = if done.is_some() { Acknowledged::Yes } else { Acknowledged::CutOff };
        self.batches.push(Batch { name, mark, acknowledged });
        drill.serve().map(drop)
    }

    /// Waits until every batch that was begun is at its end, then counts.
    pub fn settle(&self, drill: &mut Drill) -> Result<()> {
        let serving = drill.serve()?;
        let hq = drill.hq(&serving)?;
        let end = Instant::now() + PATIENCE;
        let mut known = batches(&hq)?;
        while known.iter().any(|batch| batch["state"] == "importing") {
            if Instant::now() > end {
                bail!("an import that was cut off did not go on: {known:?}");
            }
            std::thread::sleep(Duration::from_millis(500));
            known = batches(&hq)?;
        }
        for batch in &self.batches {
            let found = customers(&hq, &batch.mark)?;
            let listed = known.iter().filter(|known| known["name"] == batch.name.as_str()).count();
            let expected = if listed == 0 { 0 } else { ROWS as u64 };
            drill.found.doubled += found.saturating_sub(expected) + listed.saturating_sub(1) as u64;
            if batch.acknowledged == Acknowledged::Yes {
                drill.found.lost += (ROWS as u64).saturating_sub(found);
            } else {
                drill.found.half += expected.saturating_sub(found);
            }
        }
        Ok(())
    }
}

fn rows(mark: &str, turn: u64) -> String {
    let row =
        |row: usize| format!("{mark}{row:04},{mark}{row:04},139{:08},女\n", turn as usize * ROWS + row + 50_000_000);
    let rows: String = (0..ROWS).map(row).collect();
    format!("客户编号,姓名,手机号,性别\n{rows}")
}

fn batches(hq: &Visitor) -> Result<Vec<Value>> {
    hq.every("/batches")
}

fn customers(hq: &Visitor, mark: &str) -> Result<u64> {
    let expression = format!("name.startsWith(\"{mark}\")").replace('"', "%22").replace('(', "%28").replace(')', "%29");
    let counted = hq.get(&format!("/customers/count?segment={expression}"))?;
    counted["count"].as_u64().ok_or_else(|| anyhow::anyhow!("no count in {counted}"))
}
