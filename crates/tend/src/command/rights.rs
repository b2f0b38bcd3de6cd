//! `tend rights`: a copy of everything about one customer, or their erasure.

use super::why::the_one;
use crate::data;
use crate::failure::{Exit, Failure};
use crate::output::Output;
use clap::{Args, Subcommand};
use serde_json::json;
use std::path::{Path, PathBuf};
use tend_app::{rights, segment};
use tend_rules::journal::Doer;
use tend_rules::org::Scope;

const DOER: Doer = Doer::Program("cli");

/// Give a customer a copy of everything, or erase a customer.
///
/// The customer is given by id, name, phone, outside id or agreement number.
/// The copy is a zip: JSON, pages in Chinese and English, hashes, proofs of
/// the ledger. An erasure destroys the customer's key and rows, cannot be
/// taken back, and is refused while a legal hold stands; `tend verify` stays
/// valid. Where the firm wants two people to erase, do it on the desk.
///
///   tend rights export 李秀英 --out 李秀英.zip --data /srv/tend
///   tend rights erase cus_01ka… --reason "asked in writing" --yes
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Rights {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Write a copy of everything about a customer.
    Export {
        /// Id, name, phone, outside id or agreement number.
        customer: String,
        /// The zip file; never written over.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Erase a customer for good.
    Erase {
        /// Id, name, phone, outside id or agreement number.
        customer: String,
        /// Why; kept in the register.
        #[arg(long)]
        reason: String,
        /// Really do it.
        #[arg(long)]
        yes: bool,
    },
}

impl Rights {
    /// Carries it out.
    pub async fn run(self, folder: &Path, output: &Output) -> Result<(), Failure> {
        let app = data::open_existing(folder).await?;
        match self.what {
            What::Export { customer, out } => {
                let id = the_one(&app, customer.trim()).await?;
                let copy = rights::copy(&app, DOER, &Scope::Firm, id).await?;
                write_new(&out, &copy.zip)?;
                let told = json!({ "customer": id, "file": out, "bytes": copy.zip.len(), "sha256": copy.sha256 });
                output.say("rights_exported", told.clone());
                output.finish(&told);
            }
            What::Erase { customer, reason, yes } => {
                let id = the_one(&app, customer.trim()).await?;
                if !yes {
                    return Err(Failure::refused("erase_unconfirmed", json!({ "customer": id })));
                }
                let tx = app.begin().await?;
                let request = rights::erase_by_program(&app, &tx, DOER, id, &reason).await?;
                tx.commit().await?;
                segment::forget_kept(&app);
                let told = json!({ "customer": id, "request": request });
                output.say("rights_erased", told.clone());
                output.finish(&told);
            }
        }
        Ok(())
    }
}

/// Writes a file that is not there yet, readable by its owner alone.
fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let unwritable = |error: std::io::Error| {
        Failure::new(Exit::Unreachable, "file_unwritable", json!({ "path": path })).because(error)
    };
    let file = std::fs::File::options().write(true).create_new(true).mode(0o600).open(path);
    let mut file = file.map_err(unwritable)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(unwritable)
}
