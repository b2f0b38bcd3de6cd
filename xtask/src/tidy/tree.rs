//! The files that the rules look at: everything tracked or about to be.

use crate::program::{root, text_of};
use anyhow::Result;
use std::process::Command;

/// The files of the repository.
#[derive(Debug, Default)]
pub struct Tree {
    /// In path order.
    pub files: Vec<File>,
}

/// One text file.
#[derive(Debug)]
pub struct File {
    /// From the root, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
}

impl Tree {
    /// Reads the repository; files that are no text are left out.
    pub fn of_repository() -> Result<Self> {
        let listed = text_of(
            Command::new("git").args(["ls-files", "--cached", "--others", "--exclude-standard"]).current_dir(root()),
        )?;
        let mut files: Vec<File> = listed
            .lines()
            .filter_map(|path| {
                Some(File { path: path.to_owned(), text: std::fs::read_to_string(root().join(path)).ok()? })
            })
            .collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self { files })
    }

    /// A tree by value, for tests.
    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Self {
        let file = |(path, text): &(&str, &str)| File { path: (*path).to_owned(), text: (*text).to_owned() };
        Self { files: files.iter().map(file).collect() }
    }

    /// Files whose names end so, generated ones left out.
    pub fn ending(&self, end: &'static str) -> impl Iterator<Item = &File> {
        self.files.iter().filter(move |file| file.path.ends_with(end) && !file.path.contains("generated/"))
    }
}
