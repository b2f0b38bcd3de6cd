//! Kills during a rotation of keys: the same command carries it to its end, and everything sealed can still be opened.

use super::Drill;
use anyhow::{Result, ensure};
use std::process::Stdio;
use std::time::Duration;

/// The rotations so far.
#[derive(Debug, Default)]
pub struct Rotations {
    turn: u64,
    acknowledged: usize,
    usual: Option<Duration>,
}

impl Rotations {
    /// How many rotations were acknowledged before the kill.
    pub fn acknowledged(&self) -> usize {
        self.acknowledged
    }

    /// One rotation, of the customers' keys and of the master key by turns, killed somewhere, then given again.
    pub fn kill_one(&mut self, drill: &mut Drill) -> Result<()> {
        self.turn += 1;
        let words: &[&str] = if self.turn % 2 == 1 { &["keys", "rotate", "--customers"] } else { &["keys", "rotate"] };
        let mut child = drill.command(words).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let done = match self.usual {
            Some(usual) => drill.kill_within(&mut child, usual)?,
            None => drill.let_through(&mut child)?,
        };
        self.usual = done.or(self.usual);
        self.acknowledged += usize::from(done.is_some());
        self.all_open(drill)?;
        drill.json(words)?;
        self.all_open(drill)
    }

    /// Every customer's sealed fields are opened to be shown masked: an answer at all tells that they could be.
    fn all_open(&self, drill: &mut Drill) -> Result<()> {
        let serving = drill.serve()?;
        let hq = drill.hq(&serving)?;
        let page = hq.get("/customers?limit=50")?;
        let ids: Vec<&str> =
            page["items"].as_array().into_iter().flatten().filter_map(|one| one["id"].as_str()).collect();
        ensure!(!ids.is_empty(), "there are no customers to look at");
        for id in ids.iter().step_by(7) {
            if hq.get(&format!("/customers/{id}")).is_err() {
                drill.found.lost += 1;
            }
        }
        Ok(())
    }
}
