//! Repairs that a person decides on the preview: a fix for every problem of a kind, and new texts for single cells.
//!
//! Applied to the row as it came, before it is cleaned again; the file itself is never changed.

use super::mapping::BoundMapping;
use super::problem::{Problem, ProblemCode, Severity};
use super::row::Washed;
use super::source::Row;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What a fix does with a cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FixDeed {
    /// Takes the row as it is and stops speaking of the problem. Does nothing for a refused row.
    Accept,
    /// Empties the cell. Does nothing for a doubtful refusal: a refusal is never weakened by leaving it out.
    DropCell,
    /// Puts the suggestion into the cell; does nothing where there is none.
    TakeSuggestion,
    /// Puts this text into the cell.
    SetValue(String),
    /// Leaves the row out.
    SkipRow,
}

/// One fix for all problems of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    /// The kind of problem.
    pub code: ProblemCode,
    /// Only in this column; in every column if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heading: Option<String>,
    /// What to do.
    pub deed: FixDeed,
}

/// A new text for one cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// Row number in the source, 1-based.
    pub row: u32,
    /// Heading of the column.
    pub heading: String,
    /// The new text.
    pub text: String,
}

/// All repairs of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Repairs {
    /// Fixes by kind; for one problem the first that fits counts.
    pub fixes: Vec<Fix>,
    /// New texts for single cells; they come before the fixes.
    pub edits: Vec<Edit>,
}

/// Repairs made ready for a file: edits found by row.
#[derive(Debug, Clone, Default)]
pub struct RepairBook {
    fixes: Vec<Fix>,
    edits: HashMap<u32, Vec<(usize, String)>>,
}

/// What became of a row after its repairs.
#[derive(Debug, Clone, PartialEq)]
pub enum Repaired<T> {
    /// The row is taken in; problems that remain are warnings and dropped cells.
    Accepted {
        /// The clean row.
        clean: T,
        /// What is still to be said about it.
        problems: Vec<Problem>,
    },
    /// The row is refused.
    Refused {
        /// Why.
        problems: Vec<Problem>,
    },
    /// A fix left the row out.
    Skipped {
        /// The problem whose fix said so.
        problem: Problem,
    },
}

/// Fixes may uncover a second problem in a cell, hardly a third.
const PASSES_MAX: usize = 4;

impl Repairs {
    /// Makes the repairs ready for a table with these headings; edits of headings it does not have are left out.
    pub fn ready_for(&self, headings: &[String]) -> RepairBook {
        let mut edits: HashMap<u32, Vec<(usize, String)>> = HashMap::new();
        for edit in &self.edits {
            if let Some(index) = headings.iter().position(|heading| *heading == edit.heading) {
                edits.entry(edit.row).or_default().push((index, edit.text.clone()));
            }
        }
        RepairBook { fixes: self.fixes.clone(), edits }
    }
}

impl RepairBook {
    /// Cleans a row with its repairs: `clean` is `clean_row` or `clean_order_line` under `mapping`.
    pub fn wash<T>(&self, row: &Row, mapping: &BoundMapping, clean: impl Fn(&Row) -> Washed<T>) -> Repaired<T> {
        let edited = self
            .edits
            .get(&row.number())
            .map(|edits| edits.iter().fold(row.clone(), |row, (index, text)| row.with(*index, text)));
        let mut washed = clean(edited.as_ref().unwrap_or(row));
        if washed.problems.is_empty() || self.fixes.is_empty() {
            return outcome(washed);
        }
        let mut current = edited.unwrap_or_else(|| row.clone());
        for _ in 0..PASSES_MAX {
            let mut changed = false;
            for problem in &washed.problems {
                match self.deed_for(problem) {
                    Some(FixDeed::SkipRow) => return Repaired::Skipped { problem: problem.clone() },
                    Some(deed) => {
                        let text = replacement(deed, problem);
                        let index = mapping.columns.iter().find(|c| c.heading == problem.heading).map(|c| c.index);
                        if let (Some(text), Some(index)) = (text, index)
                            && current.cell(index) != text
                        {
                            current = current.with(index, text);
                            changed = true;
                        }
                    }
                    None => {}
                }
            }
            if !changed {
                break;
            }
            washed = clean(&current);
        }
        washed.problems.retain(|problem| {
            problem.severity == Severity::RowRejected || self.deed_for(problem) != Some(&FixDeed::Accept)
        });
        outcome(washed)
    }

    fn deed_for(&self, problem: &Problem) -> Option<&FixDeed> {
        let fits = |fix: &&Fix| {
            fix.code == problem.code && fix.heading.as_ref().is_none_or(|heading| *heading == problem.heading)
        };
        self.fixes.iter().find(fits).map(|fix| &fix.deed)
    }
}

fn replacement<'t>(deed: &'t FixDeed, problem: &'t Problem) -> Option<&'t str> {
    match deed {
        FixDeed::DropCell if problem.code != ProblemCode::RefusalAssumed => Some(""),
        FixDeed::TakeSuggestion => problem.suggestion.as_deref(),
        FixDeed::SetValue(text) => Some(text),
        _ => None,
    }
}

fn outcome<T>(washed: Washed<T>) -> Repaired<T> {
    match washed.clean {
        Some(clean) => Repaired::Accepted { clean, problems: washed.problems },
        None => Repaired::Refused { problems: washed.problems },
    }
}
