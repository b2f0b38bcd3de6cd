//! The kill drill: `kill -9` at random points of an import, an upload in the program's own queue, a
//! night's plan and outcome entry, on the real program with
//! a small sample firm. After each kill the program is started again, and every acknowledged change must be there,
//! none half, none twice. The last line is one JSON object.

mod import;
mod outcome;
mod plan;
mod upload;

use crate::program::built;
use crate::serving::{Serving, Visitor, tend_json};
use anyhow::{Result, ensure};
use serde_json::json;
use std::path::PathBuf;
use std::process::Child;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The password of everybody in the sample firm.
const PASSWORD: &str = "tend-demo";
const CUSTOMERS: &str = "400";
/// How long the program may take to serve again.
const READY_MS_MAX: u128 = 2_000;

/// The firm under the drill, and what went wrong so far.
struct Drill {
    program: PathBuf,
    folder: TempDir,
    chance: Chance,
    found: Found,
    hq: Option<Visitor>,
    ready_ms_max: u128,
}

/// What must stay at nought.
#[derive(Debug, Default)]
struct Found {
    lost: u64,
    half: u64,
    doubled: u64,
}

/// Kills `kills` times; fails when anything was lost, half done or done twice, or when the start took too long.
pub fn run(kills: u64, seed: u64) -> Result<()> {
    let program = built()?;
    let folder = tempfile::Builder::new().prefix("tend-kill-").tempdir()?;
    let mut drill = Drill { program, folder, chance: Chance(seed), found: Found::default(), hq: None, ready_ms_max: 0 };
    tend_json(&drill.program, &drill.data(), &["demo", "--no-serve", "--seed", "1", "--customers", CUSTOMERS])?;
    for playbook in ["insurance", "telecom"] {
        tend_json(&drill.program, &drill.data(), &["playbook", "install", playbook])?;
    }
    tend_json(&drill.program, &drill.data(), &["plan"])?;
    let mut imports = import::Imports::default();
    let mut nights = plan::Nights::default();
    let mut uploads = upload::Uploads::default();
    let mut outcomes = outcome::Outcomes::default();
    for turn in 0..kills {
        // An upload that was cut off waits for the dead worker's lease: one in eight is enough.
        match turn % 8 {
            0 | 4 => imports.kill_one(&mut drill, turn)?,
            1 | 5 => nights.kill_one(&mut drill)?,
            2 => uploads.kill_one(&mut drill, turn)?,
            _ => outcomes.kill_one(&mut drill)?,
        }
        eprintln!("{} of {kills} kills: {:?}, ready within {} ms", turn + 1, drill.found, drill.ready_ms_max);
    }
    // Sealing went on all the while and was killed too: nothing may be missing in the ledger, nothing twice.
    tend_json(
        &drill.program,
        &drill.data(),
        &["ledger", "export", &drill.folder.path().join("outside").display().to_string()],
    )?;
    let ledger = tend_json(&drill.program, &drill.data(), &["verify"])?;
    let done = (imports.acknowledged(), nights.acknowledged(), outcomes.acknowledged());
    let Found { lost, half, doubled } = drill.found;
    println!(
        "{}",
        json!({
            "kills": kills, "lost": lost, "half": half, "doubled": doubled, "ready_ms_max": drill.ready_ms_max as u64,
            "seed": seed, "imports": done.0, "nights": done.1, "outcomes": done.2,
            "ledger_entries": ledger["entries"], "ledger_blocks": ledger["blocks"],
            "uploads": uploads.acknowledged().0, "uploads_whole": uploads.acknowledged().1,
        })
    );
    ensure!(lost + half + doubled == 0, "{lost} lost, {half} half done, {doubled} doubled (seed {seed})");
    ensure!(drill.ready_ms_max <= READY_MS_MAX, "ready only after {} ms", drill.ready_ms_max);
    Ok(())
}

impl Drill {
    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Starts the program again and notes how long it took.
    fn serve(&mut self) -> Result<Serving> {
        let serving = Serving::tend(&self.program, &self.data())?;
        self.ready_ms_max = self.ready_ms_max.max(serving.ready.as_millis());
        Ok(serving)
    }

    /// Head office, signed in once; the session outlives the kills.
    fn hq(&mut self, serving: &Serving) -> Result<Visitor> {
        let hq = match &self.hq {
            Some(hq) => hq.at(&serving.address),
            None => Visitor::sign_in(&serving.address, "hq", PASSWORD)?,
        };
        self.hq = Some(hq.clone());
        Ok(hq)
    }

    /// Lets a child work to its end; answers how long it took.
    fn let_through(&mut self, child: &mut Child) -> Result<Option<Duration>> {
        let started = Instant::now();
        let status = child.wait()?;
        ensure!(status.success(), "the program failed by itself: {status}");
        Ok(Some(started.elapsed()))
    }

    /// Lets a child work for a random part of one and a half times `usual`, then kills it: about one in three is done
    /// first, so that what was acknowledged is put to the proof as often as what was cut off. Answers how long it took if it was done first.
    fn kill_within(&mut self, child: &mut Child, usual: Duration) -> Result<Option<Duration>> {
        let started = Instant::now();
        let end = started + usual.mul_f64(self.chance.part() * 1.5);
        while Instant::now() < end {
            if let Some(status) = child.try_wait()? {
                ensure!(status.success(), "the program failed by itself: {status}");
                return Ok(Some(started.elapsed()));
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        child.kill()?;
        let status = child.wait()?;
        Ok(status.success().then(|| started.elapsed()))
    }
}

/// Chance from a seed, so that a drill can be repeated (splitmix64).
#[derive(Debug)]
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// 0.0 to 1.0.
    fn part(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}
