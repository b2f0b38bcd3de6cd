//! SQL that both databases and a later spread over many nodes take: joins between customer tables include the bucket,
//! nothing that cannot be distributed, columns are named, the journal is only added to.
//!
//! A text check: it sees what stands in one literal. A join that must cross buckets says so in the statement:
//! `/* across buckets: why */`.

use super::Finding;
use super::sql_text::{Piece, pieces, words};
use super::tree::Tree;
use std::collections::BTreeSet;

const ACROSS: &str = "/* across buckets:";

/// Words that cannot be used, with the reason.
const FORBIDDEN: [(&[&str], &str); 12] = [
    (&["CREATE", "TRIGGER"], "a trigger does not work on distributed tables"),
    (&["MERGE", "INTO"], "MERGE is not in both databases"),
    (&["ROLLUP"], "ROLLUP does not work across buckets"),
    (&["GROUPING", "SETS"], "grouping sets do not work across buckets"),
    (&["CUBE", "("], "CUBE does not work across buckets"),
    (&["DELETE", "SET", "NULL"], "ON DELETE SET NULL does not work on distributed tables"),
    (&["RANDOM", "("], "bind chance from Rust"),
    (&["NOW", "("], "bind the time from Rust"),
    (&["CURRENT_TIMESTAMP"], "bind the time from Rust"),
    (&["GEN_RANDOM_UUID", "("], "ids are made in Rust"),
    (&["SELECT", "*"], "name the columns"),
    (
        &["FROM", "w", "JOIN"],
        "past a few hundred wanted rows SQLite reads the whole table: `FROM w CROSS JOIN … WHERE`",
    ),
];

/// The rules of facts about scale, as far as a text shows them.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let tables = customer_tables(tree);
    let mut findings = Vec::new();
    for piece in pieces(tree) {
        let said = words(&piece.text);
        let mut told = |what: String| findings.push(Finding::new(&piece.path, piece.line, what));
        for (sequence, why) in FORBIDDEN {
            if holds(&said, sequence) {
                told(format!("{}: {why}", sequence.join(" ")));
            }
        }
        if said.iter().any(|word| word.ends_with(".*")) {
            told("SELECT *: name the columns".into());
        }
        if piece.path.ends_with("journal/ledger/forget.rs") {
            // The one place where words are destroyed, because a customer is to be forgotten.
        } else if holds(&said, &["UPDATE", "journal_fact"]) || holds(&said, &["DELETE", "FROM", "journal_fact"]) {
            told("the journal is only added to".into());
        }
        if !piece.text.contains(ACROSS) && !is_definition(&piece) {
            let mut joins = Joins { tables: &tables, missing: BTreeSet::new() };
            joins.level(&said, Outside::Unknown);
            for table in joins.missing {
                told(format!("{table} is joined without bucket: say `… .bucket = … .bucket`"));
            }
        }
    }
    findings
}

fn is_definition(piece: &Piece) -> bool {
    piece.path.ends_with(".sql")
}

fn holds(said: &[String], sequence: &[&str]) -> bool {
    said.windows(sequence.len()).any(|window| window.iter().zip(sequence).all(|(a, b)| a.eq_ignore_ascii_case(b)))
}

/// Tables of the migrations that have a bucket.
fn customer_tables(tree: &Tree) -> BTreeSet<String> {
    let mut tables = BTreeSet::new();
    for file in tree.ending(".sql") {
        for piece in file.text.split("CREATE TABLE ").skip(1) {
            let body = piece.split(';').next().unwrap_or(piece);
            let name = body.split([' ', '(', '\n']).next().unwrap_or_default();
            if words(body).iter().any(|word| word == "bucket") {
                tables.insert(name.to_owned());
            }
        }
    }
    tables
}

/// Whether a customer table stands in the statement around a part.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outside {
    /// The part is the whole literal, which may itself be a part of something.
    Unknown,
    Customers,
    Others,
}

struct Joins<'a> {
    tables: &'a BTreeSet<String>,
    missing: BTreeSet<String>,
}

impl Joins<'_> {
    /// One level of brackets: its own tables and conditions, then the levels within.
    fn level(&mut self, said: &[String], outside: Outside) {
        let (own, inner) = split(said);
        let mut begun = 0;
        // The parts of a union know nothing of each other.
        for end in 0..=own.len() {
            let over = end == own.len() || matches!(own[end].as_str(), "UNION" | "EXCEPT" | "INTERSECT");
            if over {
                self.select(&own[begun..end], outside);
                begun = end + 1;
            }
        }
        let here = if outside == Outside::Customers || self.mentioned(&own).next().is_some() {
            Outside::Customers
        } else {
            Outside::Others
        };
        for part in inner {
            self.level(&part, here);
        }
    }

    fn select(&mut self, own: &[String], outside: Outside) {
        let joined = clauses(own);
        let from: Vec<String> =
            own.split(|word| is_join(word)).next().map(|head| self.listed(head)).unwrap_or_default();
        let bucketed = own.iter().any(|word| is_bucket(word));
        if outside == Outside::Customers && !bucketed {
            self.missing.extend(self.mentioned(own).map(str::to_owned).collect::<Vec<_>>());
        }
        if from.len() > 1 && !bucketed {
            self.missing.insert(from[1].clone());
        }
        let begins = own.iter().any(|word| matches!(word.as_str(), "FROM" | "UPDATE"));
        let mut customers = from.len() + usize::from(!begins && outside == Outside::Unknown);
        for clause in joined {
            let Some(table) = clause.first().and_then(|name| self.tables.get(name)).cloned() else { continue };
            if customers > 0 && !clause.iter().any(|word| is_bucket(word)) {
                self.missing.insert(table);
            }
            customers += 1;
        }
    }

    /// Customer tables after FROM and UPDATE, in a list with commas too.
    fn listed(&self, head: &[String]) -> Vec<String> {
        let mut found = Vec::new();
        let mut expecting = false;
        for word in head {
            match word.as_str() {
                "FROM" | "UPDATE" => expecting = true,
                "WHERE" | "SET" | "GROUP" | "ORDER" | "LIMIT" | "SELECT" => expecting = false,
                "," => {}
                name if expecting => found.extend(self.tables.get(name).cloned()),
                _ => {}
            }
        }
        found
    }

    fn mentioned<'b>(&'b self, own: &'b [String]) -> impl Iterator<Item = &'b str> {
        own.windows(2)
            .filter(|pair| matches!(pair[0].as_str(), "FROM" | "JOIN" | "UPDATE"))
            .filter_map(|pair| self.tables.get(&pair[1]).map(String::as_str))
    }
}

fn is_join(word: &str) -> bool {
    word == "JOIN"
}

fn is_bucket(word: &str) -> bool {
    word == "bucket" || word.ends_with(".bucket")
}

/// What follows each JOIN, up to the next clause.
fn clauses(own: &[String]) -> Vec<&[String]> {
    let ends = ["JOIN", "LEFT", "INNER", "CROSS", "WHERE", "GROUP", "ORDER", "LIMIT", "SET"];
    let starts = own.iter().enumerate().filter(|(_, word)| is_join(word)).map(|(place, _)| place + 1);
    starts
        .map(|start| {
            let length = own[start..].iter().position(|word| ends.contains(&word.as_str()));
            &own[start..length.map_or(own.len(), |length| start + length)]
        })
        .collect()
}

/// The words of a level, brackets without SELECT flattened into it, and the levels within that are selections.
fn split(said: &[String]) -> (Vec<String>, Vec<Vec<String>>) {
    let (mut own, mut inner) = (Vec::new(), Vec::new());
    let mut place = 0;
    while place < said.len() {
        if said[place] == "(" && said.get(place + 1).is_some_and(|word| word == "SELECT" || word == "WITH") {
            let mut depth = 1;
            let start = place + 1;
            place += 1;
            while place < said.len() && depth > 0 {
                match said[place].as_str() {
                    "(" => depth += 1,
                    ")" => depth -= 1,
                    _ => {}
                }
                place += 1;
            }
            inner.push(said[start..place.saturating_sub(usize::from(depth == 0))].to_vec());
        } else {
            own.push(said[place].clone());
            place += 1;
        }
    }
    (own, inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLES: &str = "-- Why: a test.\nCREATE TABLE customer (bucket SMALLINT, id TEXT);\n\
        CREATE TABLE touch (bucket SMALLINT, id TEXT);\nCREATE TABLE unit (id TEXT);";

    fn findings(statement: &str) -> Vec<String> {
        let code = format!("//! A.\nfn f() {{ sql({statement:?}); }}");
        let tree = Tree::of(&[("crates/a/migrations/m.sql", TABLES), ("crates/a/src/store.rs", &code)]);
        check(&tree).into_iter().map(|finding| finding.what).collect()
    }

    #[track_caller]
    fn passes(statement: &str) {
        assert_eq!(findings(statement), Vec::<String>::new(), "{statement}");
    }

    #[track_caller]
    fn fails(statement: &str) {
        assert_eq!(findings(statement).len(), 1, "{statement}: {:?}", findings(statement));
    }

    #[test]
    fn a_join_of_customer_tables_includes_the_bucket() {
        passes("SELECT t.id FROM touch t JOIN customer c ON c.bucket = t.bucket AND c.id = t.customer_id");
        passes("SELECT t.id FROM touch t JOIN unit u ON u.id = t.unit_id WHERE t.bucket = $1");
        passes("SELECT c.id FROM unit u JOIN customer c ON c.unit_id = u.id");
        fails("SELECT t.id FROM touch t JOIN customer c ON c.id = t.customer_id");
        fails("SELECT t.id FROM touch t JOIN unit u ON u.id = t.unit_id LEFT JOIN customer c ON c.id = t.customer_id");
        fails("SELECT t.id FROM touch t, customer c WHERE c.id = t.customer_id");
        fails(" JOIN customer c ON c.id = t.customer_id");
    }

    #[test]
    fn a_part_statement_includes_it_too() {
        passes(
            "SELECT c.id FROM customer c WHERE EXISTS (SELECT 1 FROM touch t WHERE t.bucket = c.bucket AND t.customer_id = c.id)",
        );
        fails("SELECT c.id FROM customer c WHERE EXISTS (SELECT 1 FROM touch t WHERE t.customer_id = c.id)");
        fails("SELECT c.id FROM customer c WHERE c.id IN (SELECT customer_id FROM touch)");
        passes("SELECT c.id FROM customer c WHERE c.unit_id IN (SELECT id FROM unit WHERE id = $1)");
        passes(
            "SELECT c.id FROM customer c WHERE c.id IN (SELECT customer_id FROM touch) /* across buckets: a test */",
        );
    }

    #[test]
    fn what_cannot_be_distributed_fails() {
        fails("CREATE TRIGGER a AFTER INSERT ON b");
        fails("MERGE INTO a USING b");
        fails("SELECT a FROM b GROUP BY ROLLUP (a)");
        fails("UPDATE touch SET at = NOW() WHERE id = $1");
        fails("SELECT id FROM unit ORDER BY random()");
    }

    #[test]
    fn columns_are_named_and_the_journal_is_only_added_to() {
        fails("SELECT * FROM unit");
        fails("SELECT u.* FROM unit u");
        passes("SELECT COUNT(*) FROM unit");
        fails("UPDATE journal_fact SET payload = ''");
        fails("DELETE FROM journal_fact WHERE bucket = 1");
    }
}
