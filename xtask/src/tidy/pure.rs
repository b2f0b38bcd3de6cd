//! `tend-rules` computes and does not fetch: nothing asynchronous, no clock, no files, no network, no chance, no SQL.
//! The other pure crates and the seams keep away from the app.

use super::Finding;
use super::tree::Tree;
use syn::spanned::Spanned;
use syn::visit::Visit;

/// Crates that would bring the world into the rules.
const WORLDLY: [&str; 10] =
    ["tokio", "sea-orm", "sqlx", "axum", "ureq", "getrandom", "rand", "futures", "hyper", "tend-app"];
/// Paths by which the standard library brings it.
const WORLDLY_PATHS: [(&str, &str); 5] =
    [("std", "fs"), ("std", "net"), ("std", "env"), ("std", "process"), ("time", "SystemTime")];

/// Purity of the pure crates.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files.iter() {
        let Some((name, rest)) = file.path.strip_prefix("crates/").and_then(|rest| rest.split_once('/')) else {
            continue;
        };
        let pure = matches!(name, "tend-rules" | "tend-planner" | "tend-insight");
        let seam = matches!(name, "tend-channels" | "tend-phone");
        if rest == "Cargo.toml" && (pure || seam) {
            let forbidden: &[&str] = if pure { &WORLDLY } else { &["tend-app", "sea-orm", "sqlx"] };
            findings.extend(dependencies(&file.path, &file.text, forbidden));
        }
        if pure && rest.starts_with("src/") && rest.ends_with(".rs") {
            let Ok(parsed) = syn::parse_file(&file.text) else { continue };
            let mut worldly = Worldly { path: &file.path, findings: Vec::new() };
            worldly.visit_file(&parsed);
            findings.extend(worldly.findings);
        }
    }
    findings
}

fn dependencies(path: &str, text: &str, forbidden: &[&str]) -> Vec<Finding> {
    let Ok(table) = text.parse::<toml::Table>() else { return vec![Finding::new(path, 0, "cannot be parsed")] };
    let listed = table.get("dependencies").and_then(toml::Value::as_table);
    let found = listed.into_iter().flat_map(|table| table.keys()).filter(|name| forbidden.contains(&name.as_str()));
    found.map(|name| Finding::new(path, 0, format!("{name} brings the world into a pure crate"))).collect()
}

struct Worldly<'a> {
    path: &'a str,
    findings: Vec<Finding>,
}

impl Worldly<'_> {
    fn told(&mut self, span: proc_macro2::Span, what: &str) {
        self.findings.push(Finding::new(self.path, span.start().line, what));
    }
}

impl<'ast> Visit<'ast> for Worldly<'_> {
    fn visit_signature(&mut self, signature: &'ast syn::Signature) {
        if let Some(word) = &signature.asyncness {
            self.told(word.span, "a rule is not async: pass in what it needs");
        }
        syn::visit::visit_signature(self, signature);
    }

    fn visit_expr_await(&mut self, found: &'ast syn::ExprAwait) {
        self.told(found.span(), "a rule does not wait: pass in what it needs");
    }

    fn visit_expr_async(&mut self, found: &'ast syn::ExprAsync) {
        self.told(found.span(), "a rule is not async: pass in what it needs");
    }

    fn visit_use_path(&mut self, path: &'ast syn::UsePath) {
        let first = path.ident.to_string();
        let mut names = Vec::new();
        heads(&path.tree, &mut names);
        for name in names {
            if WORLDLY_PATHS.contains(&(first.as_str(), name.as_str())) {
                self.told(path.span(), &format!("a rule does not use {first}::{name}: pass in what it needs"));
            }
        }
        syn::visit::visit_use_path(self, path);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let parts: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        for pair in parts.windows(2) {
            if WORLDLY_PATHS.contains(&(pair[0].as_str(), pair[1].as_str()))
                || pair == ["Instant", "now"] && parts.len() == 2
            {
                self.told(path.span(), &format!("a rule does not use {}: pass in what it needs", parts.join("::")));
            }
        }
        syn::visit::visit_path(self, path);
    }
}

fn heads(tree: &syn::UseTree, names: &mut Vec<String>) {
    match tree {
        syn::UseTree::Path(path) => names.push(path.ident.to_string()),
        syn::UseTree::Name(name) => names.push(name.ident.to_string()),
        syn::UseTree::Rename(rename) => names.push(rename.ident.to_string()),
        syn::UseTree::Group(group) => group.items.iter().for_each(|item| heads(item, names)),
        syn::UseTree::Glob(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str) -> usize {
        check(&Tree::of(&[(path, text)])).len()
    }

    #[test]
    fn a_rule_computes() {
        assert_eq!(findings("crates/tend-rules/src/plan/due.rs", "fn due(today: i32) -> i32 { today }"), 0);
    }

    #[test]
    fn a_rule_does_not_wait() {
        assert_eq!(findings("crates/tend-rules/src/plan/due.rs", "async fn due() {}"), 1);
        assert_eq!(findings("crates/tend-rules/src/plan/due.rs", "impl A { async fn due(&self) { b().await; } }"), 2);
    }

    #[test]
    fn a_rule_does_not_look_at_the_world() {
        assert_eq!(findings("crates/tend-rules/src/plan/due.rs", "use std::fs::read;"), 1);
        assert_eq!(findings("crates/tend-rules/src/plan/due.rs", "use std::{env, fmt};"), 1);
        assert_eq!(findings("crates/tend-rules/src/a.rs", "fn f() { std::time::SystemTime::now(); }"), 1);
        assert_eq!(findings("crates/tend-app/src/a.rs", "use std::fs::read;"), 0);
    }

    #[test]
    fn a_pure_crate_depends_on_nothing_worldly() {
        assert_eq!(findings("crates/tend-rules/Cargo.toml", "[dependencies]\ntokio.workspace = true\n"), 1);
        assert_eq!(findings("crates/tend-phone/Cargo.toml", "[dependencies]\ntend-app.workspace = true\n"), 1);
        assert_eq!(findings("crates/tend-rules/Cargo.toml", "[dependencies]\nserde.workspace = true\n"), 0);
    }
}
