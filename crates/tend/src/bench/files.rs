//! The plan files of a measurement: those that are there, the first of them, or more than there are.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tend_rules::plan::CarePlan;
use tend_rules::segment::Catalogue;

/// The plans of a folder or a file, in the order of their names. With `count`, so many: the first ones, or all of them
/// again and again with other days, labels and areas, so that each asks something of its own.
pub fn plans(path: &Path, catalogue: &Arc<Catalogue>, count: Option<usize>) -> Result<Vec<Arc<CarePlan>>> {
    let mut files = vec![path.to_owned()];
    if path.is_dir() {
        let entries = std::fs::read_dir(path)?.map(|entry| Ok(entry?.path()));
        files = entries.collect::<Result<Vec<PathBuf>>>()?;
        files.retain(|file| file.extension().is_some_and(|kind| kind == "toml"));
        files.sort();
    }
    if files.is_empty() {
        bail!("{} holds no plan (*.toml)", path.display());
    }
    let read = |file: &PathBuf| {
        let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
        Ok((file.display().to_string(), text))
    };
    let files: Vec<(String, String)> = files.iter().map(read).collect::<Result<_>>()?;
    let plans = (0..count.unwrap_or(files.len())).map(|number| {
        let (name, text) = &files[number % files.len()];
        let text = moved(text, number / files.len());
        let plan = CarePlan::parse(name, &text, catalogue);
        plan.map(Arc::new).map_err(|faults| anyhow::anyhow!("{name}: {faults:?}"))
    });
    plans.collect()
}

/// The plan with another key and other numbers of days, labels and areas.
fn moved(text: &str, steps: usize) -> String {
    if steps == 0 {
        return text.to_owned();
    }
    let line = |line: &str| {
        if let Some(key) = line.strip_prefix("key = \"") {
            return format!("key = \"{}_{steps}\"", key.trim_end_matches('"'));
        }
        let line = with_numbers(line, "days(", |number| number + steps);
        let line = with_numbers(&line, "\"l", |label| (label + 7 * steps) % 63);
        with_numbers(&line, "area < ", |area| area + steps)
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// The text with every number that follows `mark` changed.
fn with_numbers(text: &str, mark: &str, change: impl Fn(usize) -> usize) -> String {
    let mut parts = text.split(mark);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = part.split_at(digits);
        out.push_str(mark);
        match number.parse() {
            Ok(number) => out.push_str(&change(number).to_string()),
            Err(_) => out.push_str(number),
        }
        out.push_str(rest);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moved_plan_asks_something_of_its_own() {
        let text = "key = \"camp\"\nwho = \"l5\" in labels && area < 20 && joined == today - days(3)";
        let wanted = "key = \"camp_2\"\nwho = \"l19\" in labels && area < 22 && joined == today - days(5)";
        assert_eq!(moved(text, 2), wanted);
        assert_eq!(moved(text, 0), text);
    }
}
