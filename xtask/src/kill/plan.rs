//! Kills during a night's plan: after it was run again, exactly the touches of a whole night are there, once each.

use super::Drill;
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::collections::HashSet;
use std::process::Stdio;
use std::time::Duration;

/// The nights so far.
#[derive(Debug, Default)]
pub struct Nights {
    /// Days after today, each planned once.
    planned: u32,
    acknowledged: usize,
    usual: Option<Duration>,
}

impl Nights {
    /// How many nights were acknowledged before the kill.
    pub fn acknowledged(&self) -> usize {
        self.acknowledged
    }

    /// One night, killed somewhere, then run to its end.
    pub fn kill_one(&mut self, drill: &mut Drill) -> Result<()> {
        self.planned += 1;
        let day = day_after_today(self.planned)?;
        let whole = drill.json(&["plan", "--day", &day, "--dry-run"])?;
        let mut child = drill.command(&["plan", "--day", &day]).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        // The first is let through, to learn how long a night takes.
        let done = match self.usual {
            Some(usual) => drill.kill_within(&mut child, usual)?,
            None => drill.let_through(&mut child)?,
        };
        self.usual = done.or(self.usual);
        let serving = drill.serve()?;
        let before = written(drill, &serving, &day)?;
        drop(serving);
        let again = drill.json(&["plan", "--day", &day])?;
        let once_more = drill.json(&["plan", "--day", &day])?;
        let serving = drill.serve()?;
        let after = written(drill, &serving, &day)?;
        let expected = number(&whole, "touches")?;
        ensure!(expected > 0, "nothing is due on {day}: the drill would prove nothing");
        if done.is_some() {
            self.acknowledged += 1;
            drill.found.lost += number(&again, "new")?;
        }
        drill.found.lost += before.difference(&after).count() as u64;
        drill.found.half += expected.saturating_sub(after.len() as u64);
        drill.found.doubled += (after.len() as u64).saturating_sub(expected) + number(&once_more, "new")?;
        Ok(())
    }
}

/// The touches that a day's plan made: their ids.
fn written(drill: &mut Drill, serving: &crate::serving::Serving, day: &str) -> Result<HashSet<String>> {
    let touches = drill.hq(serving)?.every(&format!("/touches?due={day}"))?;
    let planned = touches.iter().filter(|touch| !touch["plan_key"].is_null() && touch["due_day"] == day);
    Ok(planned.filter_map(|touch| touch["id"].as_str().map(str::to_owned)).collect())
}

fn number(object: &Value, key: &str) -> Result<u64> {
    object[key].as_u64().with_context(|| format!("no number {key} in {object}"))
}

/// A day of the firm's calendar, counted from this machine's day.
fn day_after_today(days: u32) -> Result<String> {
    let text = crate::program::text_of(std::process::Command::new("date").env("TZ", "Asia/Shanghai").args([
        "+%Y-%m-%d",
        "-d",
        &format!("{days} days"),
    ]))?;
    Ok(text.trim().to_owned())
}
