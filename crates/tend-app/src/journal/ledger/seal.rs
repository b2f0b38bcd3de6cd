//! Sealing: the job that turns waiting facts into blocks and signs a head over them.
//!
//! Each step is one transaction that writes entries and blocks and takes the facts from the list of what waits: a kill
//! in between leaves it done or not begun, and a second run finds nothing to do. Two sealers at once cannot both win:
//! the number of a block is a primary key.

use super::{LedgerError, nodes, store};
use crate::platform::{App, Claimed, JobRequest, Tx, enqueue, finish, forget_done, renew};
use sea_orm::DbErr;
use serde_json::json;
use std::collections::HashMap;
use std::sync::Mutex;
use tend_rules::base::Bucket;
use tend_rules::journal::ledger::{Block, BucketTree, Digest, Head, Salt, SignedHead, Tip, Tree, commitment};

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
    let tx = begin(app, job).await?;
    sign(app, &tx).await?;
    if let Some(job) = job {
        finish(&*tx, job, app.now()).await?;
    }
    tx.commit().await?;
    Ok(sealed)
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
    let newest = store::newest(&**tx, &buckets).await?;
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
    Ok(Sealed { entries: facts.len() as i64, blocks: blocks.len() as i64 })
}

fn salts(count: usize) -> Vec<Salt> {
    let mut bytes = vec![0; 32 * count];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes.chunks_exact(32).filter_map(Digest::from_bytes).collect()
}

/// The log up to the last head, kept in memory so that a head costs only what is new. Any process may do without.
#[derive(Debug, Default, Clone)]
struct Log {
    tree: Tree,
    buckets: BucketTree,
    entries: i64,
}

impl Log {
    fn push(&mut self, block: &Block) {
        let hash = block.hash();
        self.tree.push(hash);
        self.buckets.put(block.bucket, hash);
        self.entries += block.entries;
    }
}

/// Signs a head over the blocks that are new since the last one. It is not signed if what was there before is no longer
/// what the last head says.
async fn sign(app: &App, tx: &Tx) -> Result<Option<SignedHead>, LedgerError> {
    let last = store::last_head(&**tx).await?;
    let known = last.as_ref().map_or(0, |last| last.head.blocks);
    let memory = app.kept::<Mutex<Log>>();
    let remembered = memory.lock().expect("nobody panics while holding the log").clone();
    let fits = last.as_ref().is_some_and(|last| says(last, &remembered));
    let mut log = if fits { remembered } else { Log::default() };
    let mut new = Vec::new();
    store::each_block(&**tx, log.tree.size() as i64, |block| {
        if block.number < known { log.push(&block) } else { new.push(block) }
    })
    .await?;
    if let Some(last) = &last
        && !says(last, &log)
    {
        return Err(LedgerError::Damaged { place: format!("head {}", last.head.number) });
    }
    if new.is_empty() {
        return Ok(None);
    }
    new.iter().for_each(|block| log.push(block));
    let signer = app.keys().signer();
    let head = Head {
        number: last.as_ref().map_or(0, |last| last.head.number + 1),
        at_ms: app.now().millis(),
        blocks: log.tree.size() as i64,
        entries: log.entries,
        log_root: log.tree.root(),
        buckets_root: log.buckets.root(),
        before: last.as_ref().map_or(Digest::NONE, |last| last.head.hash()),
        signer: signer.id(),
    };
    let signed = head.sign(signer);
    store::insert_head(&**tx, &signed).await?;
    nodes::grow(tx, signed.head.blocks).await?;
    *memory.lock().expect("nobody panics while holding the log") = log;
    Ok(Some(signed))
}

fn says(last: &SignedHead, log: &Log) -> bool {
    let head = &last.head;
    (head.blocks, head.entries, head.log_root, head.buckets_root)
        == (log.tree.size() as i64, log.entries, log.tree.root(), log.buckets.root())
}
