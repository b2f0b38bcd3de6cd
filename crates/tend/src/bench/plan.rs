//! `tend bench plan`: the daily plan of the benchmark, once for every line that is read.

use super::columns::{Folder, Holiday, catalogue, columns};
use super::files::plans;
use anyhow::Result;
use serde_json::json;
use std::io::{BufRead, Write};
use std::path::PathBuf;
use std::time::Instant;
use tend_planner::{Compiled, Contact, LostCustomers, Outline, PlanIndex, Room, Settings, compile};
use tend_rules::base::Day;

/// What is measured.
#[derive(Debug, Clone)]
pub struct Job {
    pub folder: PathBuf,
    pub plans: PathBuf,
    /// How many plans, if not all that are there.
    pub count: Option<usize>,
    pub threads: usize,
    pub day: Option<Day>,
    pub holiday: Holiday,
}

/// Loads the customers, says READY, then plans the day for each line of standard input and prints a JSON line.
pub fn run(job: &Job) -> Result<()> {
    let catalogue = catalogue()?;
    let compiled = compile(plans(&job.plans, &catalogue, job.count)?, &catalogue)?;
    let folder = Folder::open(&job.folder)?;
    let day = job.day.unwrap_or(folder.today);
    let columns = columns(&folder, &catalogue, compiled.needs(), job.holiday)?;
    let settings = Settings { threads: job.threads, lost: LostCustomers::LikeOthers, ..Settings::default() };
    let mut found = Outline::default();
    let mut out = std::io::stdout().lock();
    writeln!(out, "READY")?;
    out.flush()?;
    for line in std::io::stdin().lock().lines() {
        line?;
        let (wall, cpu) = (Instant::now(), cpu_ms());
        found.work_out(&compiled, &columns, day, &settings);
        let (wall_ms, cpu_ms) = (wall.elapsed().as_secs_f64() * 1e3, cpu_ms() - cpu);
        let checksum = checksum(&compiled, found.order(), found.contacts());
        let columns_bytes = columns.size();
        let answer =
            json!({ "wall_ms": wall_ms, "cpu_ms": cpu_ms, "checksum": checksum, "columns_bytes": columns_bytes });
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
    Ok(())
}

/// Count; deferred; id times place of the plan from 1; taker times rank; masks modulo 1,000,003; id modulo 9,973
/// times rank.
pub fn checksum<'c>(compiled: &Compiled, order: &[PlanIndex], contacts: impl Iterator<Item = Contact<'c>>) -> [i64; 6] {
    let mut places = vec![0i64; compiled.plans().len()];
    for (place, plan) in (1..).zip(order) {
        places[plan.0 as usize] = place;
    }
    let mut sums = [0i64; 6];
    for contact in contacts {
        let (id, rank) = (i64::from(contact.row), i64::from(contact.rank));
        sums[0] += 1;
        sums[1] += i64::from(contact.room == Room::Deferred);
        sums[2] += id * places[contact.plan.0 as usize];
        sums[3] += i64::from(contact.taker) * rank;
        sums[4] += (contact.plans.0 % 1_000_003) as i64;
        sums[5] += id % 9973 * rank;
    }
    sums
}

/// The time that this process has had of all processors.
pub fn cpu_ms() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6
}
