//! `tend demo`: a whole sample firm to look at, to show and to measure.

use crate::command::serve::Serve;
use crate::data;
use crate::demo::{self, PASSWORD, Wish};
use crate::failure::Failure;
use crate::output::Output;
use clap::Args;
use serde_json::json;
use std::path::Path;

/// Make a sample firm and serve it.
///
/// The same seed gives the same firm. A data folder that has a firm already is
/// left as it is and only served.
///
///   tend demo
///   tend demo --data /tmp/firm --seed 7 --customers 100000 --no-serve --json
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Demo {
    /// Which firm.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many customers.
    #[arg(long, default_value_t = 20_000)]
    customers: usize,
    /// Make the firm and stop.
    #[arg(long)]
    no_serve: bool,
    #[command(flatten)]
    serve: Serve,
}

impl Demo {
    /// Carries it out.
    pub async fn run(self, folder: &Path, output: &Output) -> Result<(), Failure> {
        let app = data::open(folder).await?;
        if demo::stands(&app).await? {
            if self.no_serve {
                return Err(Failure::refused("demo_not_empty", json!({ "path": folder })));
            }
        } else {
            let counts = demo::make(&app, Wish { seed: self.seed, customers: self.customers }, output).await?;
            let counts = serde_json::to_value(counts).map_err(Failure::unexpected)?;
            output.say("demo_made", counts.clone());
            output.say("demo_people", json!({ "password": PASSWORD }));
            if self.no_serve {
                output.finish(&counts);
                return Ok(());
            }
        }
        drop(app);
        self.serve.run(folder, output).await
    }
}
