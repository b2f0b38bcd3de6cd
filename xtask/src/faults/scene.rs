//! What is played on the failing disk, and what must hold afterwards.

use crate::drill::tables::answered_keys;
use crate::serving::{Serving, Visitor, read_json, tend_command, tend_json};
use anyhow::{Context, Result, ensure};
use rusqlite::Connection;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

/// What is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scene {
    /// `tend import`.
    Import,
    /// `tend plan`.
    Plan,
    /// Results entered at the desk.
    Outcomes,
}

/// All of it.
pub const SCENES: [Scene; 3] = [Scene::Import, Scene::Plan, Scene::Outcomes];

/// How the disk fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The operation fails.
    Error,
    /// There is no room for it.
    Full,
    /// The power is cut: what was not synced is lost, but for some percent of it.
    Cut {
        /// Percent that reached the disk all the same.
        keep: u8,
    },
}

impl Kind {
    /// Which of the four it is.
    pub fn turn(self) -> u64 {
        match self {
            Kind::Error => 0,
            Kind::Full => 1,
            Kind::Cut { keep: 0 } => 2,
            Kind::Cut { .. } => 3,
        }
    }
}

/// One fault.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    /// The operation, from 1; 0 is none.
    pub at: u64,
    /// How.
    pub kind: Kind,
    /// Chooses what a power cut lets through.
    pub seed: u64,
}

/// Tables that must have the same number of rows as without a fault, once the work was carried to its end.
const COUNTED: [&str; 5] = ["customer", "customer_lookup", "batch", "batch_entry", "touch"];
const ROWS: u32 = 40;
const OUTCOMES: usize = 12;

/// A firm as it is before each scene.
pub struct Stage {
    program: PathBuf,
    folder: TempDir,
    disk: PathBuf,
    day: String,
}

impl Stage {
    /// Makes the firm.
    pub fn set(program: PathBuf, folder: TempDir, disk: PathBuf) -> Result<Self> {
        let day = Command::new("date").env("TZ", "Asia/Shanghai").args(["+%Y-%m-%d", "-d", "2 days"]).output()?.stdout;
        let stage = Self { program, folder, disk, day: String::from_utf8(day)?.trim().to_owned() };
        let firm = stage.at("firm");
        tend_json(&stage.program, &firm, &["demo", "--no-serve", "--seed", "1", "--customers", "60"])?;
        tend_json(&stage.program, &firm, &["playbook", "install", "insurance"])?;
        tend_json(&stage.program, &firm, &["plan"])?;
        let row = |row: u32| format!("Fault{row:04},Fault{row:04},139{:08},女\n", row + 60_000_000);
        let rows: String = (0..ROWS).map(row).collect();
        std::fs::write(stage.at("rows.csv"), format!("客户编号,姓名,手机号,性别\n{rows}"))?;
        for scene in [Scene::Import, Scene::Plan] {
            stage.copy(&format!("whole-{scene:?}"))?;
            let words = stage.words(scene);
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            tend_json(&stage.program, &stage.at(&format!("whole-{scene:?}")), &words)?;
        }
        Ok(stage)
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn copy(&self, name: &str) -> Result<PathBuf> {
        let to = self.at(name);
        if to.exists() {
            std::fs::remove_dir_all(&to)?;
        }
        std::fs::create_dir(&to)?;
        for entry in std::fs::read_dir(self.at("firm"))? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                std::fs::copy(entry.path(), to.join(entry.file_name()))?;
            }
        }
        Ok(to)
    }

    fn words(&self, scene: Scene) -> Vec<String> {
        let rows = self.at("rows.csv").display().to_string();
        match scene {
            Scene::Plan => ["plan", "--day", &self.day].map(str::to_owned).to_vec(),
            _ => ["import", &rows, "--batch", "faults", "--yes"].map(str::to_owned).to_vec(),
        }
    }

    fn settings(&self, data: &Path, fault: Fault) -> Vec<(&'static str, String)> {
        let kind = match fault.kind {
            Kind::Error => "eio",
            Kind::Full => "enospc",
            Kind::Cut { .. } => "cut",
        };
        let keep = if let Kind::Cut { keep } = fault.kind { keep } else { 0 };
        vec![
            ("LD_PRELOAD", self.disk.display().to_string()),
            ("FAULT_FOLDER", data.display().to_string()),
            ("FAULT_AT", fault.at.to_string()),
            ("FAULT_KIND", kind.into()),
            ("FAULT_KEEP", keep.to_string()),
            ("FAULT_SEED", (fault.seed + fault.at).to_string()),
            ("FAULT_COUNT", self.at("count").display().to_string()),
            // What watches the disk is not what is tried here.
            ("TEND_BALLAST_MB", "0".into()),
        ]
    }

    /// How many operations a scene has when nothing fails.
    pub fn count(&self, scene: Scene) -> Result<u64> {
        let _ = std::fs::remove_file(self.at("count"));
        self.play(scene, Fault { at: 0, kind: Kind::Error, seed: 0 })?;
        let text = std::fs::read_to_string(self.at("count")).context("the number of operations")?;
        Ok(text.trim().parse()?)
    }

    /// Plays a scene on a failing disk and checks what must hold.
    pub fn play(&self, scene: Scene, fault: Fault) -> Result<()> {
        let data = self.copy("data")?;
        if scene == Scene::Outcomes {
            let acknowledged = self.enter_outcomes(&data, fault)?;
            sound(&data)?;
            let there = answered_keys(&data.join("tend.db"))?;
            let lost = acknowledged.iter().filter(|key| !there.contains(*key)).count();
            ensure!(lost == 0, "{lost} of {} acknowledged results are lost", acknowledged.len());
            return Ok(());
        }
        let words = self.words(scene);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut command = tend_command(&self.program, &data, &words);
        command.envs(self.settings(&data, fault));
        let acknowledged = read_json(command, &words).is_ok();
        sound(&data)?;
        let expected = counts(&self.at(&format!("whole-{scene:?}")))?;
        if acknowledged {
            ensure!(counts(&data)? == expected, "acknowledged, and not all there: {:?}", counts(&data)?);
        }
        tend_json(&self.program, &data, &words).context("the same command once more")?;
        ensure!(counts(&data)? == expected, "not whole after the same command: {:?}, not {expected:?}", counts(&data)?);
        sound(&data)
    }

    /// Enters results until all are taken or the program is gone; answers the keys of those that were acknowledged.
    fn enter_outcomes(&self, data: &Path, fault: Fault) -> Result<Vec<String>> {
        let settings = self.settings(data, fault);
        let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
        // A start that fails acknowledges nothing.
        let Ok(mut serving) = Serving::tend_with(&self.program, data, &settings) else { return Ok(Vec::new()) };
        let mut acknowledged = Vec::new();
        let _ = enter(&serving, &mut acknowledged);
        serving.ask_to_stop(Duration::from_secs(8))?;
        Ok(acknowledged)
    }
}

/// Any error ends it: the disk failed, or the program is gone.
fn enter(serving: &Serving, acknowledged: &mut Vec<String>) -> Result<()> {
    let hq = Visitor::sign_in(&serving.address, "hq", "tend-demo")?;
    let customers = hq.get("/customers?limit=50")?;
    let ids: Vec<&str> =
        customers["items"].as_array().into_iter().flatten().filter_map(|one| one["id"].as_str()).collect();
    for (place, id) in ids.iter().cycle().take(OUTCOMES).enumerate() {
        let key = format!("00000000-0000-4000-b000-{place:012}");
        let answer = hq.post(&format!("/customers/{id}/notes"), &key, &json!({ "text": "fault" }), None)?;
        if answer.status < 300 {
            acknowledged.push(key);
        }
    }
    Ok(())
}

/// The database is as SQLite wants it.
fn sound(data: &Path) -> Result<()> {
    let db = Connection::open(data.join("tend.db"))?;
    let verdict: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    ensure!(verdict == "ok", "the database is damaged: {verdict}");
    Ok(())
}

fn counts(data: &Path) -> Result<Vec<i64>> {
    let db = Connection::open(data.join("tend.db"))?;
    let count = |table: &&str| Ok(db.query_row(&format!("SELECT COUNT(*) FROM {table}"), [], |row| row.get(0))?);
    COUNTED.iter().map(count).collect()
}
