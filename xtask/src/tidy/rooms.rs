//! Knowledge runs one way: a room uses the doors of earlier rooms only, in `tend-rules` and `tend-app` alike.
//! `platform` knows no room; `tend-channels` and `tend-phone` know only `tend_rules::base`.

use super::Finding;
use super::tree::Tree;
use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit::Visit;

/// Reading order and import order (ARCHITECTURE.md).
const ROOMS: [&str; 21] = [
    "base",
    "journal",
    "org",
    "law",
    "product",
    "intake",
    "customer",
    "insight",
    "segment",
    "plan",
    "work",
    "contact",
    "trace",
    "knowledge",
    "case",
    "club",
    "quality",
    "learning",
    "report",
    "rights",
    "webhook",
];
/// What stands behind a room's door.
const BEHIND_THE_DOOR: [&str; 3] = ["store", "http", "jobs"];

/// Who imports whom.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.ending(".rs") {
        let Some((house, inside)) = place(&file.path) else { continue };
        let Ok(parsed) = syn::parse_file(&file.text) else {
            findings.push(Finding::new(&file.path, 0, "cannot be parsed"));
            continue;
        };
        let mut paths = Paths { module: inside.clone(), found: Vec::new() };
        paths.visit_file(&parsed);
        for (path, line) in paths.found {
            findings.extend(judge(house, &inside, &path).map(|what| Finding::new(&file.path, line, what)));
        }
    }
    findings
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum House {
    Rules,
    App,
    Seam,
}

/// The crate and the module path of a file.
fn place(path: &str) -> Option<(House, Vec<String>)> {
    let rest = path.strip_prefix("crates/")?;
    let (name, rest) = rest.split_once("/src/")?;
    let house = match name {
        "tend-rules" => House::Rules,
        "tend-app" => House::App,
        "tend-channels" | "tend-phone" => House::Seam,
        _ => return None,
    };
    let mut module: Vec<String> = rest.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if module.last().is_some_and(|last| last == "mod" || last == "lib") {
        module.pop();
    }
    Some((house, module))
}

fn order(room: &str) -> Option<usize> {
    ROOMS.iter().position(|known| *known == room)
}

/// What is wrong with using `path` in `module`, if anything. `path` begins with `crate` or `tend_rules`.
fn judge(house: House, module: &[String], path: &[String]) -> Option<String> {
    let target = path.get(1)?.as_str();
    let to_rules = path[0] == "tend_rules";
    if house == House::Seam {
        let foreign = to_rules && order(target).is_some() && target != "base";
        return foreign.then(|| format!("a seam to the world knows only tend_rules::base, not {target}"));
    }
    let here = module.first().map_or("", String::as_str);
    if here == "platform" {
        let knows = order(target).is_some() && target != "base";
        return knows.then(|| format!("platform knows no room, not even {target}"));
    }
    let (own, other) = (order(here)?, order(target)?);
    if other > own {
        return Some(format!("{here} uses {target}, which comes later: tell it by a fact in the journal instead"));
    }
    let behind = path.get(2).filter(|part| BEHIND_THE_DOOR.contains(&part.as_str()));
    match behind {
        Some(part) if other != own && house == House::App && !to_rules => {
            Some(format!("{here} reaches behind the door of {target} ({part}): add a verb to its mod.rs"))
        }
        _ => None,
    }
}

/// Collects every path that leads to the crate's root or to `tend_rules`, with its line.
struct Paths {
    module: Vec<String>,
    found: Vec<(Vec<String>, usize)>,
}

impl Paths {
    fn note(&mut self, path: &[String], line: usize) {
        let first = path.first().map(String::as_str);
        let absolute = match first {
            Some("crate" | "tend_rules") => path.to_vec(),
            Some("super") => {
                let up = path.iter().take_while(|part| *part == "super").count();
                let kept = self.module.len().saturating_sub(up);
                let mut absolute = vec!["crate".to_owned()];
                absolute.extend_from_slice(&self.module[..kept]);
                absolute.extend_from_slice(&path[up..]);
                absolute
            }
            _ => return,
        };
        self.found.push((absolute, line));
    }

    fn walk(&mut self, tree: &syn::UseTree, before: &[String], line: usize) {
        match tree {
            syn::UseTree::Path(path) => {
                let mut longer = before.to_vec();
                longer.push(path.ident.to_string());
                self.walk(&path.tree, &longer, line);
            }
            syn::UseTree::Group(group) => group.items.iter().for_each(|item| self.walk(item, before, line)),
            syn::UseTree::Name(name) => self.leaf(before, name.ident.to_string(), line),
            syn::UseTree::Rename(rename) => self.leaf(before, rename.ident.to_string(), line),
            syn::UseTree::Glob(_) => self.note(before, line),
        }
    }

    fn leaf(&mut self, before: &[String], last: String, line: usize) {
        let mut path = before.to_vec();
        path.push(last);
        self.note(&path, line);
    }

    /// Paths inside macros, which the parser leaves as tokens.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let (mut colons, mut line) = (0, 0);
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.note(&std::mem::take(&mut path), line);
                        line = ident.span().start().line;
                    }
                    path.push(ident.to_string());
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' && colons < 2 => colons += 1,
                other => {
                    self.note(&std::mem::take(&mut path), line);
                    colons = 0;
                    if let TokenTree::Group(group) = other {
                        self.tokens(group.stream());
                    }
                }
            }
        }
        self.note(&path, line);
    }
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.walk(&item.tree, &[], item.span().start().line);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let parts: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.note(&parts, path.span().start().line);
        syn::visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, found: &'ast syn::Macro) {
        self.tokens(found.tokens.clone());
        syn::visit::visit_macro(self, found);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        self.module.push(item.ident.to_string());
        syn::visit::visit_item_mod(self, item);
        self.module.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str) -> Vec<String> {
        check(&Tree::of(&[(path, text)])).into_iter().map(|finding| finding.what).collect()
    }

    #[test]
    fn an_earlier_rooms_door_is_open() {
        assert!(findings("crates/tend-app/src/plan/mod.rs", "use crate::customer::{self, import_rows};").is_empty());
        assert!(findings("crates/tend-rules/src/plan/due.rs", "use crate::{base::Day, customer::Tier};").is_empty());
        assert!(findings("crates/tend-app/src/api.rs", "use crate::report; use crate::platform::App;").is_empty());
        assert!(findings("crates/tend-app/src/plan/http.rs", "use super::store; use tend_rules::base::*;").is_empty());
    }

    #[test]
    fn a_later_room_is_closed_in_both_houses() {
        let app = findings("crates/tend-app/src/customer/mod.rs", "use crate::plan;");
        assert!(app[0].contains("customer uses plan"), "{app:?}");
        let rules = findings("crates/tend-rules/src/customer/mod.rs", "use crate::{base::Day, work::Touch};");
        assert!(rules[0].contains("customer uses work"), "{rules:?}");
        let across = findings("crates/tend-app/src/customer/mod.rs", "use tend_rules::plan::Plan;");
        assert!(across[0].contains("customer uses plan"), "{across:?}");
    }

    #[test]
    fn a_later_room_is_closed_by_any_road() {
        let by_super = findings("crates/tend-app/src/customer/store.rs", "use super::super::work::claim;");
        assert_eq!(by_super.len(), 1, "{by_super:?}");
        let in_body = findings("crates/tend-app/src/customer/mod.rs", "fn f() { crate::work::claim(); }");
        assert_eq!(in_body.len(), 1, "{in_body:?}");
        let in_macro = findings("crates/tend-app/src/customer/mod.rs", "fn f() { vec![crate::work::claim()]; }");
        assert_eq!(in_macro.len(), 1, "{in_macro:?}");
    }

    #[test]
    fn nobody_reaches_behind_a_door() {
        let found = findings("crates/tend-app/src/plan/mod.rs", "use crate::customer::store;");
        assert!(found[0].contains("behind the door"), "{found:?}");
        let found = findings("crates/tend-app/src/plan/mod.rs", "fn f() { crate::org::http::router(); }");
        assert!(found[0].contains("behind the door"), "{found:?}");
        assert!(findings("crates/tend-app/src/plan/mod.rs", "use crate::plan::store::rows;").is_empty());
    }

    #[test]
    fn the_platform_knows_no_room() {
        let found = findings("crates/tend-app/src/platform/queue.rs", "use crate::org::Who;");
        assert!(found[0].contains("platform knows no room"), "{found:?}");
        assert!(findings("crates/tend-app/src/platform/queue.rs", "use tend_rules::base::Day;").is_empty());
    }

    #[test]
    fn a_seam_knows_only_base() {
        assert_eq!(findings("crates/tend-channels/src/sms.rs", "use tend_rules::customer::Tier;").len(), 1);
        assert!(findings("crates/tend-channels/src/sms.rs", "use tend_rules::base::Instant;").is_empty());
    }
}
