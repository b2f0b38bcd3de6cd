//! `tend bench ledger`: how long sealing, checking and exporting take, over made-up facts in a database of their own.

use anyhow::{Context, Result, ensure};
use serde_json::json;
use std::path::Path;
use std::time::Instant;
use tend_app::App;
use tend_app::journal::{append_all, ledger};
use tend_app::platform::{Clock, Config, Keyring};
use tend_rules::base::CustomerId;
use tend_rules::journal::{Doer, Fact};

/// Facts of one transaction.
const AT_ONCE: usize = 2_000;
/// Facts of one customer.
const EACH: usize = 10;

/// Writes, seals, checks and exports `entries` facts; the last line is one JSON object.
pub async fn run(entries: usize, folder: &Path) -> Result<()> {
    ensure!(!folder.exists(), "{} is there already", folder.display());
    std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    let config = Config { data: folder.to_owned(), ..Config::default() };
    let keys = Keyring::at(&folder.join("master.key"))?.signing_at(&folder.join("ledger.key"))?;
    let app = App::open(config, keys, Clock::System).await?;
    let write = Instant::now();
    write_facts(&app, entries).await?;
    let write_ms = ms(write);
    let seal = Instant::now();
    let sealed = ledger::seal_now(&app).await?;
    let seal_ms = ms(seal);
    let trusted = Some(app.keys().signer().id());
    let mut verify_ms = Vec::new();
    let mut audit = ledger::Audit::default();
    for _ in 0..3 {
        let verify = Instant::now();
        audit = ledger::audit(app.db(), trusted, None).await?;
        verify_ms.push(ms(verify));
        ensure!(audit.faults.found == 0 && audit.entries >= entries as i64, "the ledger is not whole: {audit:?}");
    }
    let outside = folder.join("outside");
    let export = Instant::now();
    ledger::export(&app, &outside).await?;
    let export_ms = ms(export);
    let files = Instant::now();
    let of_files = ledger::audit_files(&outside, trusted, None)?;
    let verify_files_ms = ms(files);
    ensure!(of_files.faults.found == 0 && of_files.entries == audit.entries, "the files are not whole: {of_files:?}");
    println!(
        "{}",
        json!({
            "entries": audit.entries, "blocks": sealed.blocks, "write_ms": write_ms, "seal_ms": seal_ms,
            "verify_ms": verify_ms, "export_ms": export_ms, "verify_files_ms": verify_files_ms,
        })
    );
    Ok(())
}

async fn write_facts(app: &App, entries: usize) -> Result<()> {
    let mut written = 0;
    while written < entries {
        let tx = app.begin().await?;
        let count = AT_ONCE.min(entries - written);
        let mut facts = Vec::with_capacity(count);
        let mut customer = CustomerId(app.new_free_id());
        for place in 0..count {
            if place % EACH == 0 {
                customer = CustomerId(app.new_free_id());
            }
            let payload =
                json!({ "fact": "occupation", "from": "teacher", "to": "nurse", "source": "import", "n": place });
            facts.push(Fact::about(customer, "customer", "fact_changed", payload));
        }
        append_all(app, &tx, Doer::Program("bench"), facts).await?;
        tx.commit().await?;
        written += count;
    }
    Ok(())
}

fn ms(since: Instant) -> u64 {
    since.elapsed().as_millis() as u64
}
