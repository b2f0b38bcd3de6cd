//! `tend playbook`: the working method of a trade, installed with one command.

use crate::data;
use crate::failure::Failure;
use crate::output::Output;
use clap::{Args, Subcommand};
use serde_json::json;
use std::path::Path;
use tend_app::plan;
use tend_rules::journal::Doer;

/// List and install playbooks: plans, scripts, templates, labels and results of a trade.
///
/// Installing again brings plans up to date and leaves alone those that the
/// firm has edited.
///
///   tend playbook list
///   tend playbook install insurance
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Playbook {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The playbooks that this program brings along.
    List,
    /// Install a playbook, or bring it up to date.
    Install {
        /// Its key, as `list` shows it.
        key: String,
    },
}

impl Playbook {
    /// Carries it out.
    pub async fn run(self, folder: &Path, output: &Output) -> Result<(), Failure> {
        let app = data::open_existing(folder).await?;
        match self.what {
            What::List => {
                let rows = plan::playbooks(&app, output.language).await?;
                for row in &rows {
                    let sign = if row.installed { "●" } else { "○" };
                    output.line(&format!("{sign} {:<12} {} ({})", row.key, row.title, row.plans));
                }
                output.finish(&json!({ "playbooks": rows }));
            }
            What::Install { key } => {
                let tx = app.begin().await?;
                let done = plan::install_playbook(&app, &tx, Doer::Program("cli"), &key).await?;
                tx.commit().await?;
                let said = json!({ "key": key, "added": done.added, "updated": done.updated, "unchanged": done.unchanged, "kept": done.kept.len() });
                output.say("playbook_installed", said);
                output.finish(&serde_json::to_value(&done).map_err(Failure::unexpected)?);
            }
        }
        Ok(())
    }
}
