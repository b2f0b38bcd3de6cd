//! What a user reads exists in both languages: every `X.zh.toml` has an `X.en.toml` with the same keys and the same
//! `{placeholders}`.

use super::Finding;
use super::tree::Tree;
use std::collections::BTreeMap;

/// Both languages hold the same words.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &tree.files {
        let (other, own) = match (file.path.strip_suffix(".zh.toml"), file.path.strip_suffix(".en.toml")) {
            (Some(stem), _) => (format!("{stem}.en.toml"), "zh"),
            (_, Some(stem)) => (format!("{stem}.zh.toml"), "en"),
            _ => continue,
        };
        let Some(twin) = tree.files.iter().find(|candidate| candidate.path == other) else {
            findings.push(Finding::new(&file.path, 0, format!("{other} is missing")));
            continue;
        };
        if own == "zh" {
            findings.extend(compare(&file.path, &file.text, &twin.text));
            findings.extend(compare(&twin.path, &twin.text, &file.text));
        }
    }
    findings
}

/// Keys of `text` that `other` lacks, and keys whose placeholders differ.
fn compare(path: &str, text: &str, other: &str) -> Vec<Finding> {
    let (Some(mine), Some(theirs)) = (entries(text), entries(other)) else {
        return vec![Finding::new(path, 0, "cannot be parsed")];
    };
    let mut findings = Vec::new();
    for (key, value) in mine {
        match theirs.get(&key) {
            None => findings.push(Finding::new(path, 0, format!("{key} is missing in the other language"))),
            Some(twin) if holes(twin) != holes(&value) => {
                findings.push(Finding::new(path, 0, format!("{key} has other placeholders in the other language")));
            }
            Some(_) => {}
        }
    }
    findings
}

fn entries(text: &str) -> Option<BTreeMap<String, String>> {
    let mut entries = BTreeMap::new();
    flatten("", &toml::Value::Table(text.parse().ok()?), &mut entries);
    Some(entries)
}

fn flatten(before: &str, value: &toml::Value, entries: &mut BTreeMap<String, String>) {
    match value {
        toml::Value::Table(table) => {
            for (key, value) in table {
                let key = if before.is_empty() { key.clone() } else { format!("{before}.{key}") };
                flatten(&key, value, entries);
            }
        }
        other => {
            entries.insert(before.to_owned(), other.as_str().map_or_else(|| other.to_string(), str::to_owned));
        }
    }
}

fn holes(text: &str) -> Vec<&str> {
    let mut holes: Vec<&str> = text.split('{').skip(1).filter_map(|part| part.split('}').next()).collect();
    holes.sort_unstable();
    holes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(zh: &str, en: &str) -> usize {
        check(&Tree::of(&[("words/a.en.toml", en), ("words/a.zh.toml", zh)])).len()
    }

    #[test]
    fn equal_words_pass_and_missing_ones_fail() {
        assert_eq!(findings("[a]\ntitle = \"甲{n}\"", "[a]\ntitle = \"A {n}\""), 0);
        assert_eq!(findings("[a]\ntitle = \"甲\"", "[b]\ntitle = \"B\""), 2);
        assert_eq!(findings("[a]\ntitle = \"甲{n}\"", "[a]\ntitle = \"A\""), 2);
        assert_eq!(check(&Tree::of(&[("words/a.zh.toml", "")])).len(), 1);
    }
}
