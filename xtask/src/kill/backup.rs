//! Kills during a backup: a file with the right name is whole; and the continuous copy, killed with the program that makes
//! it, comes back as the database is once it has caught up.

use super::Drill;
use crate::drill::tables::hash_of_tables;
use anyhow::{Result, bail, ensure};
use serde_json::Value;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// The backups so far.
#[derive(Debug, Default)]
pub struct Backups {
    turn: u64,
    acknowledged: usize,
    usual: Option<Duration>,
}

impl Backups {
    /// How many backups were whole before the kill.
    pub fn acknowledged(&self) -> usize {
        self.acknowledged
    }

    /// A whole backup and the continuous one by turns.
    pub fn kill_one(&mut self, drill: &mut Drill) -> Result<()> {
        self.turn += 1;
        if self.turn % 2 == 1 { self.whole(drill) } else { self.continuous(drill) }
    }

    fn whole(&mut self, drill: &mut Drill) -> Result<()> {
        let file = drill.folder.path().join(format!("backup{}.db", self.turn));
        let path = file.display().to_string();
        let words = ["backup", path.as_str()];
        let mut child = drill.command(&words).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let done = match self.usual {
            Some(usual) => drill.kill_within(&mut child, usual)?,
            None => drill.let_through(&mut child)?,
        };
        self.usual = done.or(self.usual);
        if done.is_some() {
            self.acknowledged += 1;
            drill.found.lost += u64::from(!file.exists());
        }
        if file.exists() {
            self.comes_back(drill, &path, &[])?;
            std::fs::remove_file(&file)?;
        }
        Ok(())
    }

    fn continuous(&mut self, drill: &mut Drill) -> Result<()> {
        let to = drill.folder.path().join("continuous").display().to_string();
        let settings = [("TEND_BACKUP_TO", to.as_str())];
        let mut serving = drill.serve_with(&settings)?;
        std::thread::sleep(Duration::from_millis(700).mul_f64(drill.chance.part()));
        serving.kill()?;
        let serving = drill.serve_with(&settings)?;
        let hashes = quiet(drill, &serving.address)?;
        drop(serving);
        let restored = self.comes_back(drill, &to, &["--latest"])?;
        ensure!(restored == hashes, "the continuous copy differs from the database");
        self.acknowledged += 1;
        Ok(())
    }

    /// Restores into an empty folder and answers the hashes of the tables there.
    fn comes_back(&self, drill: &Drill, from: &str, how: &[&str]) -> Result<Vec<(String, String)>> {
        let into = tempfile::Builder::new().prefix("tend-back-").tempdir()?;
        std::fs::copy(drill.data().join("master.key"), into.path().join("master.key"))?;
        let words: Vec<&str> = ["restore", from].iter().chain(how).copied().collect();
        crate::serving::tend_json(&drill.program, into.path(), &words)?;
        hash_of_tables(&into.path().join("tend.db"))
    }
}

/// The hashes of all tables, once the copy is whole and nothing changes for a while.
fn quiet(drill: &Drill, address: &str) -> Result<Vec<(String, String)>> {
    let database = drill.data().join("tend.db");
    let until = Instant::now() + Duration::from_secs(60);
    let mut before = hash_of_tables(&database)?;
    while Instant::now() < until {
        std::thread::sleep(Duration::from_millis(1300));
        let health: Value = ureq::get(format!("{address}/api/health")).call()?.body_mut().read_json()?;
        let after = hash_of_tables(&database)?;
        let whole = health["backup"]["ok"] == true && health["backup"]["snapshot_seconds"].is_u64();
        if whole && before == after {
            return Ok(after);
        }
        before = after;
    }
    bail!("the program never rests, or its copy is never whole")
}
