//! A disk that fails at its n-th operation, and a power cut that loses what was not synced: for an import, a night's plan
//! and outcome entry, on the real program. After each the database must be sound, what was acknowledged must be there,
//! and the same command must carry the work to its end, once. The disk is `disk.c`, loaded between the program and the
//! system. The last line is one JSON object.

mod scene;

use crate::program::{built, root, run as run_command};
use anyhow::{Result, ensure};
use scene::{Fault, Kind, SCENES, Scene, Stage};
use serde_json::{Map, Value, json};
use std::process::Command;
use std::time::Instant;

/// Tries `points` operations of each scene, spread over all of them; 0 tries every one.
pub fn run(points: u64, seed: u64) -> Result<()> {
    let started = Instant::now();
    let folder = tempfile::Builder::new().prefix("tend-faults-").tempdir()?;
    let disk = folder.path().join("disk.so");
    run_command(
        Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .arg(&disk)
            .arg(root().join("xtask/src/faults/disk.c"))
            .args(["-ldl", "-lpthread"]),
    )?;
    let stage = Stage::set(built()?, folder, disk)?;
    let mut told = Map::new();
    let mut wrong = Vec::new();
    for scene in SCENES {
        let operations = stage.count(scene)?;
        ensure!(operations > 0, "{scene:?} does not write: the drill would prove nothing");
        let mut tried = 0u64;
        for at in chosen(operations, points, seed) {
            for kind in [Kind::Error, Kind::Full, Kind::Cut { keep: 0 }, Kind::Cut { keep: 50 }] {
                // All four at every tenth point, one of them by turns at the others.
                let turn = at % 4 == kind.turn() || at % 10 == 0;
                if points != 0 || turn {
                    tried += 1;
                    try_one(&stage, scene, Fault { at, kind, seed }, &mut wrong);
                }
            }
        }
        eprintln!("{scene:?}: {operations} operations, {tried} faults, {} wrong so far", wrong.len());
        told.insert(format!("{scene:?}").to_lowercase(), json!({ "operations": operations, "faults": tried }));
    }
    told.insert("wrong".into(), json!(wrong.len()));
    told.insert("seconds".into(), json!(started.elapsed().as_secs()));
    println!("{}", Value::Object(told));
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

fn try_one(stage: &Stage, scene: Scene, fault: Fault, wrong: &mut Vec<String>) {
    if let Err(error) = stage.play(scene, fault) {
        eprintln!("{scene:?} {fault:?}: {error:#}");
        wrong.push(format!("{scene:?} {fault:?}: {error:#}"));
    }
}

/// `points` numbers from 1 to `operations`, spread evenly from a start that the seed chooses; all of them for 0.
fn chosen(operations: u64, points: u64, seed: u64) -> Vec<u64> {
    if points == 0 || points >= operations {
        return (1..=operations).collect();
    }
    (0..points).map(|point| 1 + (point * operations / points + seed * 7) % operations).collect()
}
