//! Every shape of the API has a name of its own: the document knows shapes by name only, and of two with one name it
//! silently keeps one.

use super::Finding;
use super::tree::Tree;
use std::collections::BTreeMap;

/// Two types that are described under one name.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    let mut findings = Vec::new();
    for file in tree.ending(".rs").filter(|file| file.path.starts_with("crates/") && file.path.contains("/src/")) {
        for (line, name) in shapes(&file.text) {
            if let Some(other) = known.insert(name.clone(), file.path.clone()) {
                let what = format!("the shape {name} is in {other} too: the API's document keeps only one of them");
                findings.push(Finding::new(&file.path, line, what));
            }
        }
    }
    findings
}

/// Names of plain types that derive `ToSchema`, with their lines. Generic ones are named with what they hold.
fn shapes(text: &str) -> Vec<(usize, String)> {
    let mut described = false;
    let mut found = Vec::new();
    for (place, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.starts_with("#[derive(") {
            described = line.contains("ToSchema");
        }
        let mut words = line.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '<')).filter(|w| !w.is_empty());
        let kind = words.find(|word| !matches!(*word, "pub" | "crate" | "super" | "in"));
        if matches!(kind, Some("struct" | "enum"))
            && (line.starts_with("pub") || line.starts_with("struct") || line.starts_with("enum"))
        {
            if let Some(name) = words.next().filter(|name| described && !name.contains('<')) {
                found.push((place + 1, name.to_owned()));
            }
            described = false;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(files: &[(&str, &str)]) -> usize {
        check(&Tree::of(files)).len()
    }

    #[test]
    fn two_shapes_of_one_name_are_found() {
        let one = "#[derive(Debug, ToSchema)]\npub struct BatchShape {\n";
        let generic = "#[derive(Debug, ToSchema)]\npub struct Page<T> {\n";
        let plain = "#[derive(Debug)]\nstruct BatchShape {\n";
        assert_eq!(findings(&[("crates/a/src/x.rs", one), ("crates/a/src/y.rs", one)]), 1);
        assert_eq!(findings(&[("crates/a/src/x.rs", one), ("crates/a/src/y.rs", plain)]), 0);
        assert_eq!(findings(&[("crates/a/src/x.rs", generic), ("crates/a/src/y.rs", generic)]), 0);
    }
}
