//! docs/security/asvs.md: every item of OWASP ASVS 5.0 on levels 1 and 2 has one line that names tests which exist, or
//! says why none is named; the figures at its head are those of its lines. Only numbers and levels of the items are
//! kept here (`asvs.ids`), none of their words.

use super::Finding;
use super::tree::Tree;
use std::collections::{BTreeMap, BTreeSet};

const PAGE: &str = "docs/security/asvs.md";
const IDS: &str = include_str!("asvs.ids");
/// How an item is kept, in the order of the figures at the head.
const WAYS: [&str; 4] = ["test", "absent", "reason", "open"];
/// Of a hundred items, so many are kept by a test at least.
const SHARE_MIN: usize = 80;

/// Lines, names and figures.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let Some(page) = tree.files.iter().find(|file| file.path == PAGE) else { return Vec::new() };
    judge(&page.text, IDS, &tests_of(tree))
}

/// The names of all tests: functions in Rust, titles in the desk (as far as they are written out).
fn tests_of(tree: &Tree) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for file in tree.ending(".rs") {
        let mut marked = false;
        for line in file.text.lines().map(str::trim) {
            if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
                marked = true;
            } else if let Some((_, rest)) = line.split_once("fn ").filter(|_| marked && !line.starts_with("//")) {
                names.extend(rest.split_once('(').map(|(name, _)| name.to_owned()));
                marked = false;
            }
        }
    }
    for file in tree.files.iter().filter(|file| file.path.starts_with("web/desk/") && file.path.contains(".test.")) {
        for line in file.text.lines().map(str::trim) {
            let title = ["test(", "it("].iter().find_map(|call| line.strip_prefix(call));
            let Some(mark) = title.and_then(|title| title.chars().next()).filter(|c| matches!(c, '"' | '`')) else {
                continue;
            };
            let title = title.unwrap_or_default()[1..].split(mark).next().unwrap_or_default();
            // The language in brackets, and what a loop fills in, are no part of the name.
            let title = title.split("${").next().unwrap_or_default().split(" (").next().unwrap_or_default();
            names.insert(title.trim().to_owned());
        }
    }
    names
}

fn judge(page: &str, ids: &str, tests: &BTreeSet<String>) -> Vec<Finding> {
    let wanted: BTreeMap<&str, &str> = ids.lines().filter_map(|line| line.split_once(' ')).collect();
    let mut seen = BTreeSet::new();
    let mut counts = BTreeMap::from(WAYS.map(|way| (way, 0_usize)));
    let mut findings = Vec::new();
    for (place, line) in page.lines().enumerate() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, id, level, way, words, named, _] = cells[..] else { continue };
        let Some(known) = wanted.get(id) else { continue };
        let mut told = |what: String| findings.push(Finding::new(PAGE, place + 1, format!("{id}: {what}")));
        if level != *known {
            told(format!("is of level {known}"));
        }
        if !seen.insert(id) {
            told("has two lines".into());
        }
        match counts.get_mut(way) {
            Some(count) => *count += 1,
            None => told(format!("{way} is none of {}", WAYS.join(", "))),
        }
        let names: Vec<&str> = named.split('`').skip(1).step_by(2).collect();
        if words.is_empty() {
            told("says nothing".into());
        }
        if matches!(way, "test" | "absent") && names.is_empty() {
            told("names no test".into());
        }
        for name in names.iter().filter(|name| !tests.contains(**name)) {
            told(format!("there is no test {name}"));
        }
    }
    findings.extend(wanted.keys().filter(|id| !seen.contains(**id)).map(|id| missing(id)));
    findings.extend(figures(page, &counts));
    findings
}

fn missing(id: &str) -> Finding {
    Finding::new(PAGE, 0, format!("{id} has no line"))
}

/// The head says `| test | 182 | …` for each way, and enough is kept by a test.
fn figures(page: &str, counts: &BTreeMap<&str, usize>) -> Vec<Finding> {
    let all: usize = counts.values().sum();
    let mut findings = Vec::new();
    for (way, count) in counts {
        if !page.contains(&format!("| {way} | {count} |")) {
            findings.push(Finding::new(PAGE, 0, format!("the head must say | {way} | {count} |")));
        }
    }
    let kept = counts["test"] + counts["absent"];
    if kept * 100 < all * SHARE_MIN {
        findings.push(Finding::new(PAGE, 0, format!("{kept} of {all} are kept by a test, fewer than {SHARE_MIN} %")));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "| test | 1 |\n| absent | 0 |\n| reason | 0 |\n| open | 0 |\n";

    fn told(page: &str) -> Vec<String> {
        let tests = BTreeSet::from(["a_test".to_owned()]);
        judge(&format!("{HEAD}{page}"), "1.1.1 2\n", &tests).into_iter().map(|finding| finding.what).collect()
    }

    #[test]
    fn an_item_without_line_test_or_words_is_found() {
        assert_eq!(told("| 1.1.1 | 2 | test | so it is | `a_test` |"), Vec::<String>::new());
        assert_eq!(told("| 1.1.1 | 2 | test | so it is | `no_test` |"), ["1.1.1: there is no test no_test"]);
        assert_eq!(told("| 1.1.1 | 2 | test | so it is | |"), ["1.1.1: names no test"]);
        assert_eq!(told("| 1.1.1 | 1 | test | so it is | `a_test` |"), ["1.1.1: is of level 2"]);
        assert!(told("").contains(&"1.1.1 has no line".to_owned()));
        assert!(told("| 1.1.1 | 2 | open | not yet | |").iter().any(|what| what.starts_with("the head must say")));
    }

    #[test]
    fn titles_of_the_desk_are_names_too() {
        let tree = Tree::of(&[
            ("web/desk/e2e/x.test.mjs", "  test(`25 in and out (${language})`, async () => {"),
            ("crates/a/tests/x.rs", "#[tokio::test]\nasync fn it_holds() {\nfn helper() {"),
        ]);
        assert_eq!(tests_of(&tree), BTreeSet::from(["25 in and out".to_owned(), "it_holds".to_owned()]));
    }
}
