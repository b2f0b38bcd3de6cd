//! SQL as it stands in string literals of Rust and in migrations, cut into words.

use super::tree::Tree;
use proc_macro2::{TokenStream, TokenTree};
use syn::visit::Visit;

/// A piece of SQL and where it stands.
#[derive(Debug)]
pub struct Piece {
    /// The file.
    pub path: String,
    /// Its first line.
    pub line: usize,
    /// The text.
    pub text: String,
}

/// Every piece of SQL of the program: literals that read like SQL, and migrations.
pub fn pieces(tree: &Tree) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for file in tree.ending(".sql") {
        pieces.push(Piece { path: file.path.clone(), line: 1, text: file.text.clone() });
    }
    for file in tree.ending(".rs").filter(|file| file.path.starts_with("crates/") && file.path.contains("/src/")) {
        let Ok(parsed) = syn::parse_file(&file.text) else { continue };
        let mut literals = Literals { found: Vec::new() };
        literals.visit_file(&parsed);
        for (text, line) in literals.found {
            if reads_like_sql(&text) {
                pieces.push(Piece { path: file.path.clone(), line, text });
            }
        }
    }
    pieces
}

fn reads_like_sql(text: &str) -> bool {
    let words = text.trim_start();
    ["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WITH ", "CREATE ", "MERGE ", "SELECT\n"]
        .iter()
        .any(|start| words.starts_with(start))
        || [" JOIN ", " FROM ", " EXISTS (", "JOIN "].iter().any(|inner| text.contains(inner))
}

struct Literals {
    found: Vec<(String, usize)>,
}

impl<'ast> Visit<'ast> for Literals {
    fn visit_lit_str(&mut self, literal: &'ast syn::LitStr) {
        self.found.push((literal.value(), literal.span().start().line));
    }

    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {
        // Doc comments are attributes; they are no SQL.
    }

    fn visit_macro(&mut self, found: &'ast syn::Macro) {
        self.tokens(found.tokens.clone());
    }
}

impl Literals {
    fn tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Literal(literal) => {
                    if let Ok(literal) = syn::parse_str::<syn::LitStr>(&literal.to_string()) {
                        self.found.push((literal.value(), literal.span().start().line));
                    }
                }
                _ => {}
            }
        }
    }
}

/// Words, brackets, commas and signs of a statement; comments and quoted texts are left out.
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = text.chars().peekable();
    while let Some(sign) = rest.next() {
        match sign {
            '-' if rest.peek() == Some(&'-') => while rest.next_if(|c| *c != '\n').is_some() {},
            '/' if rest.peek() == Some(&'*') => {
                let mut last = ' ';
                for next in rest.by_ref() {
                    if last == '*' && next == '/' {
                        break;
                    }
                    last = next;
                }
            }
            '\'' => {
                for next in rest.by_ref() {
                    if next == '\'' {
                        break;
                    }
                }
                words.push("''".into());
            }
            c if c.is_alphanumeric() || matches!(c, '_' | '$' | '{') => {
                let mut word = String::from(c);
                while let Some(next) = rest.next_if(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '}')) {
                    word.push(next);
                }
                // `c.*` is one word with its star.
                if word.ends_with('.') {
                    word.extend(rest.next_if_eq(&'*'));
                }
                words.push(word);
            }
            c if c.is_whitespace() => {}
            c => words.push(c.to_string()),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_cut_into_words() {
        let cut = words("SELECT c.*, 'a b' -- why\n FROM customer c /* x */ WHERE c.id = $1");
        assert_eq!(cut, ["SELECT", "c.*", ",", "''", "FROM", "customer", "c", "WHERE", "c.id", "=", "$1"]);
    }

    #[test]
    fn literals_are_found_in_macros_too() {
        let text =
            "//! A.\n/// SELECT * is no SQL here.\nfn f() { sql(\"SELECT 1 FROM a\"); vec![\"DELETE FROM b\"]; }";
        let found = pieces(&Tree::of(&[("crates/a/src/store.rs", text)]));
        let texts: Vec<&str> = found.iter().map(|piece| piece.text.as_str()).collect();
        assert_eq!(texts, ["SELECT 1 FROM a", "DELETE FROM b"]);
    }
}
