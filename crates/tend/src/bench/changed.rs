//! `tend bench plan --changed SHARE`: some customers change, and the day is brought up to date.

use super::columns::{Folder, catalogue, columns, customer, fill, label_names};
use super::files::plans;
use super::made::make;
use super::plan::{Job, checksum, cpu_ms};
use anyhow::Result;
use serde_json::json;
use std::collections::BTreeSet;
use std::io::{BufRead, Write};
use std::time::Instant;
use tend_planner::{DayBook, LostCustomers, Outline, Settings, compile};

/// Loads the customers and works the day out, says READY, then for each line of standard input lets a share of the
/// customers become others and brings the day up to date. The whole day is worked out too, to compare.
pub fn run(job: &Job, share: f64) -> Result<()> {
    let catalogue = catalogue()?;
    let compiled = compile(plans(&job.plans, &catalogue, job.count)?, &catalogue)?;
    let folder = Folder::open(&job.folder)?;
    let day = job.day.unwrap_or(folder.today);
    let mut columns = columns(&folder, &catalogue, compiled.needs(), job.holiday)?;
    let settings = Settings { threads: job.threads, lost: LostCustomers::LikeOthers, ..Settings::default() };
    let mut whole = Outline::default();
    whole.work_out(&compiled, &columns, day, &settings);
    let mut book = DayBook::new(&whole, columns.len());
    let labels = label_names();
    let mut out = std::io::stdout().lock();
    writeln!(out, "READY")?;
    out.flush()?;
    for (time, line) in (1..).zip(std::io::stdin().lock().lines()) {
        line?;
        let rows = some_rows(folder.rows, share, time);
        let others = make(rows.len(), folder.seed.wrapping_add(time), day);
        let mut patch = columns.patch(compiled.needs());
        for (at, row) in rows.iter().enumerate() {
            patch.customer(customer(*row as usize), |facts| {
                fill(facts, &others, at, &labels);
                facts.truth("holiday", job.holiday.is_one());
            });
        }
        let patch = patch.finish()?;
        let (wall, cpu) = (Instant::now(), cpu_ms());
        let lists = book.change(&compiled, &patch, &rows, day, &settings).len();
        let (wall_ms, cpu_change) = (wall.elapsed().as_secs_f64() * 1e3, cpu_ms() - cpu);
        let wall = Instant::now();
        columns.take_over(&patch, &rows);
        let columns_ms = wall.elapsed().as_secs_f64() * 1e3;
        let wall = Instant::now();
        whole.work_out(&compiled, &columns, day, &settings);
        let whole_ms = wall.elapsed().as_secs_f64() * 1e3;
        let found = checksum(&compiled, book.order(), book.contacts());
        let same = found == checksum(&compiled, whole.order(), whole.contacts());
        let answer = json!({ "changed": rows.len(), "lists": lists, "wall_ms": wall_ms, "cpu_ms": cpu_change,
            "columns_ms": columns_ms, "whole_ms": whole_ms, "checksum": found, "same": same });
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
    Ok(())
}

/// A share of the rows, each once, others each time.
fn some_rows(rows: usize, share: f64, time: u64) -> Vec<u32> {
    let wanted = (rows as f64 * share.clamp(0.0, 1.0)) as usize;
    let mut chosen = BTreeSet::new();
    let mut number = time.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    while chosen.len() < wanted {
        number = number.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(0x1405_7B7E_F767_814F);
        chosen.insert(((number >> 33) % rows as u64) as u32);
    }
    chosen.into_iter().collect()
}
