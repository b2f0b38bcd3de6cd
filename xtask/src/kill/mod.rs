//! The kill drill: `kill -9` at random points of an import, an upload in the program's own queue, a night's plan, outcome
//! entry, a rotation of keys and a backup, on the real program with a small sample firm. After each kill the program is
//! started again, and every acknowledged change must be there, none half, none twice. On PostgreSQL the database is
//! killed too. The last line is one JSON object.

mod backup;
mod database;
mod import;
mod outcome;
mod plan;
mod rotation;
mod upload;

use crate::postgres::Cluster;
use crate::program::built;
use crate::serving::{Serving, Visitor, read_json, tend_command};
use anyhow::{Result, ensure};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::{Child, Command};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The password of everybody in the sample firm.
const PASSWORD: &str = "tend-demo";
const CUSTOMERS: &str = "400";
/// After so many kills a fresh firm: imports make it grow, and a large firm only makes each kill slower.
const KILLS_OF_A_FIRM: u64 = 40;

/// Which database is killed upon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Upon {
    /// A file in the data folder.
    Sqlite,
    /// A server of its own, that is killed as well.
    Postgres,
}

/// The firm under the drill, and what went wrong so far.
struct Drill {
    program: PathBuf,
    folder: TempDir,
    chance: Chance,
    found: Found,
    hq: Option<Visitor>,
    ready_ms_max: u128,
    /// Every start after a kill that was not held up by the database, in milliseconds.
    ready_ms: Vec<u128>,
    cluster: Option<Cluster>,
}

/// What must stay at nought.
#[derive(Debug, Default)]
struct Found {
    lost: u64,
    half: u64,
    doubled: u64,
}

/// What was killed, and what of it had been acknowledged.
#[derive(Debug, Default)]
struct Turns {
    imports: import::Imports,
    nights: plan::Nights,
    uploads: upload::Uploads,
    outcomes: outcome::Outcomes,
    rotations: rotation::Rotations,
    backups: backup::Backups,
    restarts: database::Restarts,
}

/// Sums over all firms.
#[derive(Debug, Default)]
struct Sums {
    acknowledged: [u64; 7],
    ledger_entries: u64,
}

/// Kills `kills` times; fails when anything was lost, half done or done twice, or when a start took longer than
/// `ready_within` milliseconds.
pub fn run(kills: u64, seed: u64, upon: Upon, ready_within: Option<u64>) -> Result<()> {
    let program = built()?;
    let folder = tempfile::Builder::new().prefix("tend-kill-").tempdir()?;
    let cluster = match upon {
        Upon::Postgres => Some(Cluster::start_safe()?),
        Upon::Sqlite => None,
    };
    let mut drill = Drill {
        program,
        folder,
        chance: Chance(seed),
        found: Found::default(),
        hq: None,
        ready_ms_max: 0,
        ready_ms: Vec::new(),
        cluster,
    };
    let (mut turns, mut sums) = (Turns::default(), Sums::default());
    for turn in 0..kills {
        if turn % KILLS_OF_A_FIRM == 0 {
            if turn > 0 {
                drill.end_firm(&turns, &mut sums)?;
            }
            (turns, drill.hq) = (Turns::default(), None);
            drill.begin_firm(turn)?;
        }
        let what = turns.kill_one(&mut drill, turn)?;
        eprintln!("{} of {kills} kills ({what}): {:?}, ready within {} ms", turn + 1, drill.found, drill.ready_ms_max);
    }
    drill.end_firm(&turns, &mut sums)?;
    let Found { lost, half, doubled } = drill.found;
    let [imports, nights, uploads, uploads_whole, outcomes, rotations, backups] = sums.acknowledged;
    drill.ready_ms.sort_unstable();
    let middle = drill.ready_ms.get(drill.ready_ms.len() / 2).copied().unwrap_or_default();
    println!(
        "{}",
        json!({
            "kills": kills, "database": if upon == Upon::Postgres { "postgresql" } else { "sqlite" },
            "lost": lost, "half": half, "doubled": doubled,
            "ready_ms_max": drill.ready_ms_max as u64, "ready_ms_median": middle as u64, "seed": seed,
            "imports": imports, "nights": nights, "uploads": uploads, "uploads_whole": uploads_whole,
            "outcomes": outcomes, "rotations": rotations, "backups": backups,
            "ledger_entries": sums.ledger_entries,
        })
    );
    ensure!(lost + half + doubled == 0, "{lost} lost, {half} half done, {doubled} doubled (seed {seed})");
    let slowest = drill.ready_ms_max;
    ensure!(ready_within.is_none_or(|most| slowest <= u128::from(most)), "ready only after {slowest} ms");
    Ok(())
}

impl Turns {
    /// One kill of the kind whose turn it is; answers what it was.
    fn kill_one(&mut self, drill: &mut Drill, turn: u64) -> Result<&'static str> {
        let on_server = drill.cluster.is_some();
        // An upload that was cut off waits for the dead worker's lease: one in ten is enough.
        Ok(match (turn % 10, on_server) {
            (0, true) => (self.uploads.kill_one(drill, turn)?, "upload").1,
            (1 | 6, true) => (self.restarts.kill_one(drill, &mut self.outcomes)?, "database").1,
            (0, false) => (self.imports.kill_one(drill, turn)?, "import").1,
            (4, false) => (self.uploads.kill_one(drill, turn)?, "upload").1,
            (2, _) => (self.nights.kill_one(drill)?, "night").1,
            (6, false) => (self.rotations.kill_one(drill)?, "rotation").1,
            (8, false) => (self.backups.kill_one(drill)?, "backup").1,
            (8, true) => (self.rotations.kill_one(drill)?, "rotation").1,
            _ => (self.outcomes.kill_one(drill)?, "outcome").1,
        })
    }

    fn acknowledged(&self) -> [u64; 7] {
        let (uploads, whole) = self.uploads.acknowledged();
        let outcomes = self.outcomes.acknowledged();
        [
            self.imports.acknowledged(),
            self.nights.acknowledged(),
            uploads,
            whole,
            outcomes,
            self.rotations.acknowledged(),
            self.backups.acknowledged(),
        ]
        .map(|count| count as u64)
    }
}

impl Drill {
    /// A fresh sample firm.
    fn begin_firm(&mut self, turn: u64) -> Result<()> {
        if self.data().exists() {
            std::fs::remove_dir_all(self.folder.path())?;
            std::fs::create_dir(self.folder.path())?;
        }
        if let Some(cluster) = &mut self.cluster {
            cluster.fresh_database(&format!("firm{turn}"))?;
        }
        self.json(&["demo", "--no-serve", "--seed", "1", "--customers", CUSTOMERS])?;
        for playbook in ["insurance", "telecom"] {
            self.json(&["playbook", "install", playbook])?;
        }
        self.json(&["plan"])?;
        Ok(())
    }

    /// Sealing went on all the while and was killed too: nothing may be missing in the ledger, nothing twice.
    fn end_firm(&mut self, turns: &Turns, sums: &mut Sums) -> Result<()> {
        let outside = self.folder.path().join("outside").display().to_string();
        self.json(&["ledger", "export", &outside])?;
        let ledger = self.json(&["verify"])?;
        sums.ledger_entries += ledger["entries"].as_u64().unwrap_or_default();
        for (sum, more) in sums.acknowledged.iter_mut().zip(turns.acknowledged()) {
            *sum += more;
        }
        Ok(())
    }

    /// A command of the program on the firm under the drill.
    fn command(&self, words: &[&str]) -> Command {
        let mut command = tend_command(&self.program, &self.data(), words);
        command.envs(self.settings());
        command
    }

    /// Runs it to its end and reads its last line.
    fn json(&self, words: &[&str]) -> Result<Value> {
        read_json(self.command(words), words)
    }

    /// Kills the database server and starts it again, beside.
    fn restart_database(&self) -> std::thread::JoinHandle<Result<()>> {
        let restart = self.cluster.as_ref().map(Cluster::restarting);
        std::thread::spawn(move || restart.map_or(Ok(()), |restart| restart()))
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        self.cluster.iter().map(|cluster| ("TEND_DATABASE", cluster.address())).collect()
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Starts the program again and notes how long it took.
    fn serve(&mut self) -> Result<Serving> {
        self.serve_with(&[])
    }

    /// The same with more settings.
    fn serve_with(&mut self, more: &[(&str, &str)]) -> Result<Serving> {
        let serving = self.serve_whenever(more)?;
        self.ready_ms_max = self.ready_ms_max.max(serving.ready.as_millis());
        self.ready_ms.push(serving.ready.as_millis());
        Ok(serving)
    }

    /// Starts the program, however long the database may hold it up.
    fn serve_whenever(&self, more: &[(&str, &str)]) -> Result<Serving> {
        let settings = self.settings();
        let own = settings.iter().map(|(name, value)| (*name, value.as_str()));
        let all: Vec<(&str, &str)> = own.chain(more.iter().copied()).collect();
        Serving::tend_with(&self.program, &self.data(), &all)
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
