//! `docs/openapi.json`: written from the program itself; the desk's client is generated from it.

use crate::program::{built, root, text_of};
use anyhow::{Context, Result, bail};
use std::process::Command;

/// Writes the file, or with `check` only compares it.
pub fn run(check: bool) -> Result<()> {
    let fresh = text_of(Command::new(built()?).arg("openapi"))?;
    let path = root().join("docs/openapi.json");
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    if kept == fresh {
        return Ok(());
    }
    if check {
        bail!("docs/openapi.json is stale: run `make client` and commit what it writes");
    }
    std::fs::create_dir_all(root().join("docs"))?;
    std::fs::write(&path, fresh).with_context(|| format!("writing {}", path.display()))
}
