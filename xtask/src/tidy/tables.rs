//! Every table belongs to one room, and only that room's SQL names it (`tables.txt`): what a path of Rust cannot show.

use super::Finding;
use super::sql_text::{pieces, words};
use super::tree::Tree;
use std::collections::{BTreeMap, BTreeSet};

const LIST: &str = "xtask/src/tidy/tables.txt";
const HOUSE: &str = "crates/tend-app/src/";
/// What stands before the name of a table.
const BEFORE: [&str; 4] = ["FROM", "JOIN", "INTO", "UPDATE"];

/// What the list says.
#[derive(Debug, Default)]
struct Owners<'t> {
    room_of: BTreeMap<&'t str, &'t str>,
    open: BTreeSet<&'t str>,
    /// Room and table, with the line that allows it.
    guests: BTreeMap<(&'t str, &'t str), usize>,
}

impl<'t> Owners<'t> {
    fn read(text: &'t str) -> Self {
        let mut owners = Owners::default();
        for (line, said) in (1..).zip(text.lines()).filter(|(_, said)| !said.starts_with('#')) {
            let Some((who, rest)) = said.split_once(": ") else { continue };
            match who {
                "open" => owners.open.extend(rest.split(' ')),
                "guest" => {
                    let named = rest.split_once(':').and_then(|(named, _)| named.split_once(' '));
                    owners.guests.extend(named.map(|guest| (guest, line)));
                }
                room => owners.room_of.extend(rest.split(' ').map(|table| (table, room))),
            }
        }
        owners
    }

    fn knows(&self, table: &str) -> bool {
        self.room_of.contains_key(table) || self.open.contains(table)
    }
}

/// Which room names whose table.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let Some(list) = tree.files.iter().find(|file| file.path == LIST) else { return Vec::new() };
    let owners = Owners::read(&list.text);
    let mut findings = Vec::new();
    let tables = tables(tree);
    for table in tables.iter().filter(|table| !owners.knows(table)) {
        findings.push(Finding::new(LIST, 0, format!("{table} belongs to no room: say whose it is")));
    }
    let mut seen = BTreeSet::new();
    for piece in pieces(tree) {
        let Some(inside) = piece.path.strip_prefix(HOUSE) else { continue };
        let room = inside.split(['/', '.']).next().unwrap_or_default();
        let said = words(&piece.text);
        let named = said.windows(2).filter(|pair| BEFORE.contains(&pair[0].as_str())).map(|pair| pair[1].as_str());
        for table in named.filter(|table| tables.contains(*table)).collect::<BTreeSet<_>>() {
            let owner = owners.room_of.get(table).copied();
            if owner == Some(room) || owners.open.contains(table) {
                continue;
            }
            if let Some(line) = owners.guests.get(&(room, table)) {
                seen.insert(*line);
                continue;
            }
            let owner = owner.unwrap_or("nobody");
            let what = format!("{room} names {table}, which is {owner}'s: ask by a verb of its door, or read a view");
            findings.push(Finding::new(&piece.path, piece.line, what));
        }
    }
    for ((room, table), line) in owners.guests.iter().filter(|(_, line)| !seen.contains(*line)) {
        findings.push(Finding::new(LIST, *line, format!("{room} is no guest of {table} any more: take the line out")));
    }
    findings
}

/// The tables and views of the migrations.
fn tables(tree: &Tree) -> BTreeSet<&str> {
    let made = |text: &'static str| {
        tree.ending(".sql").flat_map(move |file| {
            let names = file.text.split(text).skip(1);
            names.filter_map(|rest| rest.split([' ', '(', '\n']).find(|word| !word.is_empty()))
        })
    };
    made("CREATE TABLE ").chain(made("CREATE VIEW ")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLES: &str =
        "CREATE TABLE touch (id UUID);\nCREATE TABLE contact (id UUID);\nCREATE VIEW head AS SELECT id FROM touch;";

    fn findings(list: &str, path: &str, statement: &str) -> Vec<String> {
        let code = format!("//! A.\nfn f() {{ sql({statement:?}); }}");
        let files = [(LIST, list), ("crates/tend-app/migrations/m1.sql", TABLES), (path, code.as_str())];
        check(&Tree::of(&files)).into_iter().map(|finding| finding.what).collect()
    }

    const OWN: &str = "# Whose.\nwork: touch\ncontact: contact\nopen: head\n";

    #[test]
    fn a_room_names_its_own_tables_and_open_views() {
        assert!(findings(OWN, "crates/tend-app/src/work/store.rs", "SELECT id FROM touch").is_empty());
        assert!(
            findings(OWN, "crates/tend-app/src/contact/store.rs", "SELECT c.id FROM contact c JOIN head h").is_empty()
        );
    }

    #[test]
    fn a_room_that_names_anothers_table_is_found() {
        let found = findings(
            OWN,
            "crates/tend-app/src/contact/store.rs",
            "SELECT c.id FROM contact c JOIN touch t ON t.id = c.id",
        );
        assert!(found[0].contains("contact names touch, which is work's"), "{found:?}");
        let found = findings(OWN, "crates/tend-app/src/work/store.rs", "UPDATE contact SET id = $1");
        assert_eq!(found.len(), 1, "{found:?}");
    }

    #[test]
    fn a_guest_is_let_in_as_long_as_it_comes() {
        let list = format!("{OWN}guest: contact touch: shown together\n");
        assert!(findings(&list, "crates/tend-app/src/contact/store.rs", "SELECT id FROM touch").is_empty());
        let found = findings(&list, "crates/tend-app/src/contact/store.rs", "SELECT id FROM contact");
        assert!(found[0].contains("no guest of touch any more"), "{found:?}");
    }

    #[test]
    fn a_table_of_nobody_is_found() {
        let found = findings("work: touch\nopen: head\n", "crates/tend-app/src/work/store.rs", "SELECT id FROM touch");
        assert!(found[0].contains("contact belongs to no room"), "{found:?}");
    }
}
