//! `tend version`.

use crate::desk;
use crate::failure::Failure;
use crate::output::Output;
use clap::Args;
use serde_json::json;

/// Say which version this is.
#[derive(Debug, Args)]
pub struct Version {}

impl Version {
    /// Prints the version.
    pub fn run(self, output: &Output) -> Result<(), Failure> {
        let version = env!("CARGO_PKG_VERSION");
        output.line(&format!("tend {version}"));
        output.finish(&json!({ "version": version, "desk": desk::is_built_in() }));
        Ok(())
    }
}
