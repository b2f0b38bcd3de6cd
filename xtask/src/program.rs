//! Where the repository is, and how the tools around it are called.

use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The root of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// The cargo that runs this. What it told us about our own package is taken away again: build scripts that look at it
/// would think that it changed, and everything above them would be built anew.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    let ours = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    for (name, _) in std::env::vars().filter(|(name, _)| ours(name)) {
        command.env_remove(name);
    }
    command
}

/// Runs a command that must succeed.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("starting {command:?}"))?;
    ensure!(status.success(), "{command:?} ended with {status}");
    Ok(())
}

/// The standard output of a command that must succeed.
pub fn text_of(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("starting {command:?}"))?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{command:?} ended with {}: {errors}", output.status);
    String::from_utf8(output.stdout).with_context(|| format!("the output of {command:?}"))
}

/// Builds the program as it is tested (development profile, whole workspace features) and answers its path; or answers
/// the one that `TEND_PROGRAM` names.
pub fn built() -> Result<PathBuf> {
    if let Some(program) = std::env::var_os("TEND_PROGRAM") {
        return std::fs::canonicalize(&program).with_context(|| format!("TEND_PROGRAM={}", program.display()));
    }
    run(cargo().args(["build", "--quiet", "--workspace", "--bins"]))?;
    Ok(target().join("debug/tend"))
}

/// The folder of build outputs.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}
