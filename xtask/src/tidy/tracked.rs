//! What a public repository must not carry: addresses of package mirrors and paths of one machine.

use super::Finding;
use super::tree::{File, Tree};

/// The one source that a lock file of Cargo may name.
const CRATES: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Mirrors, machine paths, resolved addresses in lock files.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &tree.files {
        findings.extend(lines(file));
    }
    findings
}

fn lines(file: &File) -> Vec<Finding> {
    // Put together here, so that this file does not find itself.
    let hosts = [
        ["registry.", "npmjs"].concat(),
        ["registry.", "npmmirror"].concat(),
        ["index.", "crates.io"].concat(),
        ["static.", "crates.io"].concat(),
        ["deb.", "debian.org"].concat(),
        ["proxy.", "golang.org"].concat(),
        ["mirrors", "."].concat(),
    ];
    let paths = ["/ro", "/ho", "/wo"];
    let paths = [
        format!("{}ot/", paths[0]),
        format!("{}me/", paths[1]),
        format!("{}rk/main", paths[2]),
        format!("{}rk/wt", paths[2]),
        format!("{}rk/shared", paths[2]),
        format!("{}rk/bin", paths[2]),
    ];
    let resolved = ["\"reso", "lved\""].concat();
    let of_lock = file.path.ends_with("package-lock.json");
    let mut findings = Vec::new();
    for (place, line) in file.text.lines().enumerate() {
        let mut told = |what: String| findings.push(Finding::new(&file.path, place + 1, what));
        if let Some(host) = hosts.iter().find(|host| line.contains(host.as_str())) {
            told(format!("names the package host {host}"));
        }
        if let Some(path) = paths.iter().find(|path| names_path(line, path)) {
            told(format!("names a path of one machine ({path}…)"));
        }
        if of_lock && line.contains(&resolved) {
            told("says where a package came from: leave it out, the integrity hash is enough".into());
        }
        if file.path.ends_with("Cargo.lock") && line.starts_with("source = ") && !line.contains(CRATES) {
            told("a package that does not come from crates.io".into());
        }
    }
    findings
}

/// Whether the line names an absolute path that begins so: not in the middle of another path or address.
fn names_path(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | '}' | ')' | '~' | '$'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str) -> usize {
        check(&Tree::of(&[(path, text)])).len()
    }

    #[test]
    fn mirrors_and_machine_paths_are_found() {
        assert_eq!(findings("a.md", &["see /ro", "ot/x"].concat()), 1);
        assert_eq!(findings("a.ts", "import x from '../home/day'"), 0);
        assert_eq!(findings("a.toml", &["host = \"https://registry.", "npmjs.org/x\""].concat()), 1);
    }

    #[test]
    fn lock_files_keep_where_packages_came_from_to_themselves() {
        assert_eq!(findings("web/desk/package-lock.json", &["\"reso", "lved\": \"x\""].concat()), 1);
        assert_eq!(findings("web/desk/package-lock.json", "\"integrity\": \"sha512-x\""), 0);
        assert_eq!(findings("Cargo.lock", "source = \"git+https://example.org\""), 1);
    }
}
