//! One idea a file: length, the opening paragraph, names of folders, unfinished notes.

use super::Finding;
use super::tree::{File, Tree};

const LINES_AIM: usize = 300;
const LINES_MAX: usize = 800;
/// Names behind which a missing noun hides.
const NO_NOUNS: [&str; 5] = ["utils", "common", "helpers", "manager", "misc"];
const SOURCES: [&str; 8] = [".rs", ".ts", ".tsx", ".sql", ".css", ".sh", ".toml", "Makefile"];

/// Length, opening paragraph, names, unfinished notes.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in sources(tree) {
        let lines = file.text.lines().count();
        if lines > LINES_MAX {
            findings.push(Finding::new(&file.path, 0, format!("{lines} lines: split it (at most {LINES_MAX})")));
        }
        if file.path.ends_with(".rs") && !file.text.starts_with("//!") {
            findings.push(Finding::new(&file.path, 1, "begin with a //! paragraph: what this is and what it is not"));
        }
        findings.extend(unfinished(file));
    }
    for file in &tree.files {
        findings.extend(
            nameless(&file.path).map(|name| {
                Finding::new(&file.path, 0, format!("{name:?} says nothing: find the noun that is missing"))
            }),
        );
    }
    findings
}

/// Files that are longer than we aim for.
pub fn long(tree: &Tree) -> Vec<(String, usize)> {
    let lengths = sources(tree).map(|file| (file.path.clone(), file.text.lines().count()));
    let code = |path: &str| path.ends_with(".rs") || path.ends_with(".ts") || path.ends_with(".tsx");
    lengths.filter(|(path, lines)| code(path) && *lines > LINES_AIM).collect()
}

fn sources(tree: &Tree) -> impl Iterator<Item = &File> {
    tree.files.iter().filter(|file| {
        SOURCES.iter().any(|end| file.path.ends_with(end))
            && !file.path.contains("generated/")
            && !file.path.contains("/data/")
    })
}

fn nameless(path: &str) -> Option<&str> {
    path.split('/').map(|part| part.split('.').next().unwrap_or(part)).find(|part| NO_NOUNS.contains(part))
}

/// A note of unfinished work must name its issue: `TODO(#12)`.
fn unfinished(file: &File) -> Vec<Finding> {
    let notes = [["TO", "DO"].concat(), ["FIX", "ME"].concat()];
    let mut findings = Vec::new();
    for (place, line) in file.text.lines().enumerate() {
        for note in &notes {
            let Some((before, after)) = line.split_once(note.as_str()) else { continue };
            let whole = !before.ends_with(|c: char| c.is_alphanumeric() || c == '_')
                && !after.starts_with(|c: char| c.is_alphanumeric() || c == '_');
            let numbered = after
                .trim_start_matches(['(', ' ', ':'])
                .strip_prefix('#')
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
            if whole && !numbered {
                findings.push(Finding::new(&file.path, place + 1, format!("{note} without an issue number")));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str) -> Vec<String> {
        check(&Tree::of(&[(path, text)])).into_iter().map(|finding| finding.what).collect()
    }

    #[test]
    fn a_good_file_passes() {
        assert!(findings("crates/a/src/plan/mod.rs", "//! What this is.\n").is_empty());
    }

    #[test]
    fn a_file_without_opening_paragraph_fails() {
        assert!(findings("crates/a/src/lib.rs", "fn main() {}\n")[0].contains("//!"));
    }

    #[test]
    fn a_file_of_801_lines_fails_and_one_of_301_is_told() {
        let text = format!("//! Long.\n{}", "// line\n".repeat(800));
        assert!(findings("crates/a/src/lib.rs", &text)[0].contains("801 lines"));
        let text = format!("//! Long.\n{}", "// line\n".repeat(300));
        let tree = Tree::of(&[("crates/a/src/lib.rs", &text)]);
        assert!(check(&tree).is_empty());
        assert_eq!(long(&tree), [("crates/a/src/lib.rs".to_owned(), 301)]);
    }

    #[test]
    fn an_unfinished_note_needs_its_issue() {
        let note = ["//! A.\n// TO", "DO: later\n"].concat();
        assert_eq!(findings("a.rs", &note).len(), 1);
        let note = ["//! A.\n// TO", "DO(#12): later\n"].concat();
        assert!(findings("a.rs", &note).is_empty());
    }

    #[test]
    fn folders_and_files_have_nouns() {
        assert_eq!(findings("web/desk/src/utils/day.ts", "").len(), 1);
        assert_eq!(findings("crates/a/src/helpers.rs", "//! A.\n").len(), 1);
        assert!(findings("crates/a/src/managers_desk.rs", "//! A.\n").is_empty());
    }
}
