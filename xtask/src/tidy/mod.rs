//! The rules of STYLE.md and ARCHITECTURE.md that no compiler knows. Each rule is a function from the tree to
//! findings, so that its tests show it failing on a bad example.

mod asvs;
mod files;
mod pure;
mod rooms;
mod shapes;
mod sql;
mod sql_text;
mod tables;
mod tracked;
mod tree;
mod words;

use anyhow::{Result, bail};
use tree::Tree;

/// Something that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where.
    pub path: String,
    /// Line, from 1; 0 for the whole file.
    pub line: usize,
    /// What, and what to do instead.
    pub what: String,
}

impl Finding {
    fn new(path: &str, line: usize, what: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, what: what.into() }
    }
}

/// Checks the whole tree.
pub fn run() -> Result<()> {
    let tree = Tree::of_repository()?;
    let mut findings = Vec::new();
    for rule in [
        files::check,
        rooms::check,
        pure::check,
        shapes::check,
        sql::check,
        tables::check,
        words::check,
        tracked::check,
        asvs::check,
    ] {
        findings.extend(rule(&tree));
    }
    for (path, lines) in files::long(&tree) {
        eprintln!("note: {path} has {lines} lines (aim below 300)");
    }
    findings.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
    for finding in &findings {
        eprintln!("{}:{}: {}", finding.path, finding.line, finding.what);
    }
    if findings.is_empty() { Ok(()) } else { bail!("{} findings", findings.len()) }
}
