//! `tend ledger`: the signed ledger goes into files outside the database.

use crate::data;
use crate::failure::{Exit, Failure, chain};
use crate::output::Output;
use clap::{Args, Subcommand};
use serde_json::json;
use std::path::{Path, PathBuf};
use tend_app::journal::ledger::{LedgerError, export};

/// Write the ledger of who did and saw what into files that prove it.
///
/// Each export adds one file with what is new; files that are there are never
/// touched. They hold no words and nothing personal but ids. Keep them where
/// nobody of the firm can change them: `tend verify --against DIR` then finds
/// a rewritten history. See docs/security/ledger.md.
///
///   tend ledger export /outside/ledger --data /srv/tend
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Ledger {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Seal what waits and add what is new to a folder.
    Export {
        /// The folder; made if it is not there.
        #[arg(value_name = "DIR")]
        to: PathBuf,
    },
}

impl Ledger {
    /// Carries it out.
    pub async fn run(self, folder: &Path, output: &Output) -> Result<(), Failure> {
        let What::Export { to } = self.what;
        let app = data::open_existing(folder).await?;
        let exported = export(&app, &to).await.map_err(|error| failure(&error))?;
        let head = &exported.head.head;
        let told = json!({
            "folder": to, "blocks": exported.blocks, "entries": head.entries, "head": head.number,
            "file": exported.file, "head_file": exported.head_file, "log_root": head.log_root, "signer": head.signer,
        });
        output.say("ledger_exported", told.clone());
        output.finish(&told);
        Ok(())
    }
}

/// What the ledger says in the words of the program.
pub fn failure(error: &LedgerError) -> Failure {
    let (code, params) = match error {
        LedgerError::Damaged { place } => ("ledger_damaged", json!({ "place": place })),
        LedgerError::Contradicted { path } => ("ledger_contradicted", json!({ "path": path })),
        LedgerError::NoHead { path } => ("ledger_no_head", json!({ "path": path })),
        LedgerError::NoEntry => ("ledger_no_entry", json!({})),
        LedgerError::File { path, .. } => {
            return Failure::new(Exit::Unreachable, "file_unwritable", json!({ "path": path })).because(chain(error));
        }
        LedgerError::Queue(_) | LedgerError::Database(_) => return Failure::unexpected(chain(error)),
    };
    Failure::refused(code, params)
}
