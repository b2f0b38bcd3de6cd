//! Sealing: the job that turns waiting facts into blocks and signs a head over them.
//!
//! Each step is one transaction that writes entries and blocks and takes the facts from the list of what waits: a kill
//! in between leaves it done or not begun, and a second run finds nothing to do. Two sealers at once cannot both win:
//! the number of a block is a primary key.

use super::log::Log;
use super::{LedgerError, Reads, nodes, store};
use crate::platform::{App, Claimed, JobRequest, Tx, enqueue, finish, forget_done, holding, renew};
use sea_orm::DbErr;
use serde_json::json;
use std::collections::HashMap;
use tend_rules::base::Bucket;
use tend_rules::journal::ledger::{Block, Digest, Salt, SignedHead, Tip, Tree, commitment};

/// The queue of the sealing.
pub const QUEUE: &str = "ledger";

/// How often facts are sealed. Shorter means more blocks for the same facts; until then a fact could be changed
/// unnoticed by somebody who writes to the database directly.
const EVERY_SECONDS: i64 = 600;

/// Facts of one transaction, so that nobody waits long for the writer.
const FACTS_MAX: i64 = 1000;

/// What a run of the sealing did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sealed {
    /// Facts that were sealed.
    pub entries: i64,
    /// Blocks that were written.
    pub blocks: i64,
    /// What was read of the log for the head: what is new, and hardly more.
    pub reads: Reads,
}

/// Puts the next sealing in its queue if facts wait; once in ten minutes however often it is called.
pub async fn call_seal(app: &App) -> Result<(), DbErr> {
    if !store::something_waits(app.read()).await? {
        return Ok(());
    }
    let slot = app.now().millis() / (1000 * EVERY_SECONDS);
    let tx = app.begin().await?;
    forget_done(&*tx, QUEUE, app.now().plus_seconds(-86_400)).await?;
    let dedup_key = format!("ledger:{slot}");
    enqueue(app, &tx, JobRequest { queue: QUEUE, kind: "seal", dedup_key, payload: json!({}) }).await?;
    tx.commit().await
}

/// Carries the job out.
pub async fn seal(app: &App, job: &Claimed) -> Result<Sealed, LedgerError> {
    job.still_to_try()?;
    run(app, Some(job)).await
}

/// Seals what waits at once: for the command line.
pub async fn seal_now(app: &App) -> Result<Sealed, LedgerError> {
    run(app, None).await
}

async fn run(app: &App, job: Option<&Claimed>) -> Result<Sealed, LedgerError> {
    let mut sealed = Sealed::default();
    loop {
        let tx = begin(app, job).await?;
        let step = step(app, &tx).await?;
        tx.commit().await?;
        sealed.entries += step.entries;
        sealed.blocks += step.blocks;
        if step.entries < FACTS_MAX {
            break;
        }
    }
    loop {
        let ready = match job {
            Some(job) => holding(app, job, Ready::make(app)).await??,
            None => Ready::make(app).await?,
        };
        let tx = begin(app, job).await?;
        let Some(reads) = sign(app, &tx, ready).await? else { continue };
        if let Some(job) = job {
            finish(&*tx, job, app.now()).await?;
        }
        tx.commit().await?;
        return Ok(Sealed { reads, ..sealed });
    }
}

/// A transaction that holds on to the job, if there is one.
async fn begin(app: &App, job: Option<&Claimed>) -> Result<Tx, LedgerError> {
    let tx = app.begin().await?;
    if let Some(job) = job {
        renew(&*tx, job, app.now()).await?;
    }
    Ok(tx)
}

/// Seals some of what waits: a block for each bucket.
async fn step(app: &App, tx: &Tx) -> Result<Sealed, LedgerError> {
    let mut facts = store::waiting(&**tx, FACTS_MAX).await?;
    if facts.is_empty() {
        return Ok(Sealed::default());
    }
    let salts = salts(facts.len());
    for (fact, salt) in facts.iter_mut().zip(&salts) {
        fact.entry.commitment = commitment(*salt, &fact.payload);
    }
    let mut buckets: Vec<Bucket> = facts.iter().map(|fact| fact.bucket).collect();
    buckets.dedup();
    let newest = store::newest(&**tx, &buckets, i64::MAX).await?;
    let tips: HashMap<i16, Tip> = newest.iter().map(|block| (block.bucket, Tip::after(block))).collect();
    let mut number = store::count_blocks(&**tx).await?;
    let (mut blocks, mut entries, mut salts) = (Vec::new(), Vec::with_capacity(facts.len()), salts.into_iter());
    for facts in facts.chunk_by(|one, next| one.bucket == next.bucket) {
        let bucket = facts[0].bucket.number();
        let tip = tips.get(&bucket).copied().unwrap_or_default();
        blocks.push(Block {
            number,
            bucket,
            height: tip.height,
            first: tip.first,
            entries: facts.len() as i64,
            before: tip.newest,
            root: facts.iter().map(|fact| fact.entry.leaf()).collect::<Tree>().root(),
            at_ms: app.now().millis(),
        });
        let places = tip.first..;
        entries.extend(places.zip(salts.by_ref()).zip(facts).map(|((place, salt), fact)| (place, salt, fact)));
        number += 1;
    }
    store::insert_entries(&**tx, &entries).await?;
    store::insert_blocks(&**tx, &blocks).await?;
    store::no_longer_waiting(&**tx, &facts).await?;
    Ok(Sealed { entries: facts.len() as i64, blocks: blocks.len() as i64, reads: Reads::default() })
}

fn salts(count: usize) -> Vec<Salt> {
    let mut bytes = vec![0; 32 * count];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes.chunks_exact(32).filter_map(Digest::from_bytes).collect()
}

/// The log as it is before a head is signed, read while others write.
struct Ready {
    last: Option<SignedHead>,
    log: Log,
    reads: Reads,
}

impl Ready {
    async fn make(app: &App) -> Result<Self, LedgerError> {
        let mut reads = Reads::default();
        let last = store::last_head(app.read()).await?;
        let mut log = Log::at(app, last.as_ref(), &mut reads).await?;
        log.go_on(app.read(), i64::MAX, &mut reads).await?;
        Ok(Self { last, log, reads })
    }
}

/// Signs a head over the blocks that are new since the last one. Nothing is signed on top of a log that is not what the
/// last head says ([`Log::at`]). Answers what was read of the log; none if another sealer signed since it was made ready.
async fn sign(app: &App, tx: &Tx, ready: Ready) -> Result<Option<Reads>, LedgerError> {
    let Ready { last, mut log, mut reads } = ready;
    if store::last_head(&**tx).await? != last {
        return Ok(None);
    }
    log.go_on(&**tx, i64::MAX, &mut reads).await?;
    if log.size() == last.as_ref().map_or(0, |last| last.head.blocks) {
        return Ok(Some(reads));
    }
    let signed = log.head(last.as_ref(), app.now().millis(), app.keys().signer());
    store::insert_head(&**tx, &signed).await?;
    nodes::grow(tx, signed.head.blocks).await?;
    log.remember(app);
    Ok(Some(reads))
}
