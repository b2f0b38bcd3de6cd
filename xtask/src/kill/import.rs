//! Kills during an import: a batch that was acknowledged is whole; one that was cut off is carried on to its end by the
//! same command, and the command once more changes nothing.

use super::Drill;
use crate::serving::Visitor;
use anyhow::Result;
use std::process::Stdio;
use std::time::Duration;

/// More than a chunk, so that a kill can fall between chunks.
pub(super) const ROWS: u64 = 4400;

/// The imports so far.
#[derive(Debug, Default)]
pub struct Imports {
    acknowledged: usize,
    usual: Option<Duration>,
}

impl Imports {
    /// How many imports were acknowledged before the kill.
    pub fn acknowledged(&self) -> usize {
        self.acknowledged
    }

    /// One import, killed somewhere, then the same command again to its end, and once more.
    pub fn kill_one(&mut self, drill: &mut Drill, turn: u64) -> Result<()> {
        let (name, mark) = (format!("drill {turn}"), format!("Drill{turn}x"));
        let file = drill.folder.path().join("rows.csv");
        std::fs::write(&file, rows(&mark, turn))?;
        let file_text = file.display().to_string();
        let words = ["import", &file_text, "--batch", &name, "--yes"];
        let mut child = drill.command(&words).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        // The first is let through, to learn how long an import takes.
        let done = match self.usual {
            Some(usual) => drill.kill_within(&mut child, usual)?,
            None => drill.let_through(&mut child)?,
        };
        self.usual = done.or(self.usual);
        let serving = drill.serve()?;
        let found = customers(&drill.hq(&serving)?, &mark)?;
        drop(serving);
        drill.found.doubled += found.saturating_sub(ROWS);
        if done.is_some() {
            self.acknowledged += 1;
            drill.found.lost += ROWS.saturating_sub(found);
        }
        let whole = drill.json(&words)?;
        let again = drill.json(&words)?;
        let serving = drill.serve()?;
        let hq = drill.hq(&serving)?;
        let found = customers(&hq, &mark)?;
        let listed = hq.every("/batches")?.iter().filter(|batch| batch["name"] == name.as_str()).count() as u64;
        drill.found.half += ROWS.saturating_sub(found) + u64::from(whole["accepted"].as_u64() != Some(ROWS));
        drill.found.doubled += found.saturating_sub(ROWS) + listed.saturating_sub(1) + u64::from(again != whole);
        Ok(())
    }
}

/// A file of [`ROWS`] new customers whose names begin with `mark`.
pub(super) fn rows(mark: &str, turn: u64) -> String {
    let row = |row: u64| format!("{mark}{row:04},{mark}{row:04},139{:08},女\n", turn * ROWS + row + 50_000_000);
    let rows: String = (0..ROWS).map(row).collect();
    format!("客户编号,姓名,手机号,性别\n{rows}")
}

/// How many customers have names that begin with `mark`.
pub(super) fn customers(hq: &Visitor, mark: &str) -> Result<u64> {
    let expression = format!("name.startsWith(\"{mark}\")").replace('"', "%22").replace('(', "%28").replace(')', "%29");
    let counted = hq.get(&format!("/customers/count?segment={expression}"))?;
    counted["count"].as_u64().ok_or_else(|| anyhow::anyhow!("no count in {counted}"))
}
