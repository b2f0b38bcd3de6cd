//! `tend retention`: what has been kept long enough is deleted, or only told.

use crate::data;
use crate::failure::Failure;
use crate::output::Output;
use clap::Args;
use serde_json::json;
use std::path::Path;
use tend_app::rights;

/// Delete what has been kept long enough by the rules of the firm.
///
/// `tend serve` does this by itself once a day. Nothing goes before its
/// period is over, and nothing that a legal hold binds.
///
///   tend retention --dry-run --data /srv/tend
///   tend retention --json
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Retention {
    /// Only say what would go.
    #[arg(long)]
    dry_run: bool,
}

impl Retention {
    /// Carries it out.
    pub async fn run(self, folder: &Path, output: &Output) -> Result<(), Failure> {
        let app = data::open_existing(folder).await?;
        let found = if self.dry_run { rights::due(&app).await? } else { rights::carry_out(&app).await? };
        let key = if self.dry_run { "retention_would_go" } else { "retention_gone" };
        for due in &found {
            output.say(key, json!({ "record": due.record, "count": due.count }));
        }
        if found.is_empty() {
            output.say("retention_nothing", json!({}));
        }
        output.finish(&json!({ "day": app.today(), "dry_run": self.dry_run, "records": found }));
        Ok(())
    }
}
