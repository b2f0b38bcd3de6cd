//! `tend openapi`: the description of the API, for `cargo xtask openapi`.

use crate::failure::Failure;
use crate::output::Output;
use clap::Args;

/// Print the OpenAPI description of the API.
#[derive(Debug, Args)]
pub struct Openapi {}

impl Openapi {
    /// Prints the document.
    pub fn run(self, _: &Output) -> Result<(), Failure> {
        let document = tend_app::openapi().to_pretty_json().map_err(Failure::unexpected)?;
        println!("{document}");
        Ok(())
    }
}
