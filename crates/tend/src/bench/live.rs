//! `tend bench live`: what an editor asks while a condition is typed, over customers in memory.

use super::columns::{Folder, Holiday, catalogue, columns};
use anyhow::{Result, anyhow};
use serde_json::json;
use std::path::Path;
use std::time::Instant;
use tend_planner::{Needs, members};
use tend_rules::segment::{Catalogue, Expression, Scalar, compile_kind};

/// Counts the members of so many different conditions. The last line is one JSON object.
pub fn run(folder: &Path, counts: usize, threads: usize) -> Result<()> {
    let catalogue = catalogue()?;
    let folder = Folder::open(folder)?;
    let needs = Needs::of(condition(&catalogue, 0)?.reads);
    let columns = columns(&folder, &catalogue, needs, Holiday::No)?;
    let (mut each, mut found) = (Vec::new(), 0);
    for place in 0..counts {
        let began = Instant::now();
        found += members(&columns, &condition(&catalogue, place)?, folder.today, threads).len();
        each.push(began.elapsed().as_secs_f64() * 1e3);
    }
    each.sort_by(f64::total_cmp);
    let at = |share: f64| each.get((each.len().saturating_sub(1) as f64 * share).round() as usize).copied();
    let answer = json!({ "customers": folder.rows, "counts": counts, "found": found, "median_ms": at(0.5),
        "p99_ms": at(0.99) });
    println!("{answer}");
    Ok(())
}

fn condition(catalogue: &Catalogue, place: usize) -> Result<Expression> {
    let text = format!(
        "annual_value >= yuan({}) && (tier == \"gold\" || \"l{}\" in labels) && !(today - last_contact <= days({place}))",
        1000 + place * 7 % 5000,
        place % 63
    );
    compile_kind(&text, catalogue, None, Scalar::Bool).map_err(|problems| anyhow!("{text}: {problems:?}"))
}
