//! Checks the whole ledger of a database: every fact against its entry, every block, every head. Blocks are read twice,
//! along the log and along the chain of their bucket, and never held all at once.

use super::store::{Kept, Told};
use super::{LedgerError, store};
use crate::platform::{Db, Scan};
use sea_orm::DbErr;
use serde::Serialize;
use std::collections::{BTreeSet, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use tend_rules::base::{Bucket, CustomerId, FactId};
use tend_rules::journal::ledger::{
    Block, Check, Digest, ERASED, FaultKind, Faults, Forgotten, SignedHead, SignerId, Tree, Walk, commitment,
};
use tokio::runtime::Handle;

/// So many threads read at most, however many processors there are: the program has other work.
const READERS_MAX: usize = 6;

/// What a check of the ledger found.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Audit {
    /// Entries that were checked.
    pub entries: i64,
    /// Those whose words were erased.
    pub erased: i64,
    /// Blocks that were checked.
    pub blocks: i64,
    /// Heads that were checked.
    pub heads: i64,
    /// Blocks after the last head.
    pub blocks_since_head: i64,
    /// Facts that are not sealed yet.
    pub waiting: i64,
    /// The last head.
    pub last_head: Option<SignedHead>,
    /// That the ledger continues a head that was kept outside.
    pub against: Option<Continuation>,
    /// What is wrong.
    pub faults: Faults,
}

/// The proof that the ledger continues a head that was kept outside.
#[derive(Debug, Clone, Serialize)]
pub struct Continuation {
    /// The head's number.
    pub head: i64,
    /// How many blocks it tells of.
    pub blocks: i64,
    /// The consistency proof of RFC 9162 to the log as it stands.
    pub proof: Vec<Digest>,
}

impl Audit {
    /// Takes over what the check of the log found; says whether the ledger continues `outside`.
    pub(super) fn of_log(mut check: Check, trusted: Option<SignerId>, outside: Option<&SignedHead>) -> Self {
        if let Some(trusted) = trusted {
            check.trust(trusted);
        }
        let against = outside.and_then(|outside| {
            let proof = check.against(outside)?;
            Some(Continuation { head: outside.head.number, blocks: outside.head.blocks, proof })
        });
        let blocks = check.log().size() as i64;
        let headed = check.last_head().map_or(0, |last| last.head.blocks);
        Self {
            entries: check.entries(),
            blocks,
            heads: check.heads(),
            blocks_since_head: blocks.saturating_sub(headed),
            last_head: check.last_head().cloned(),
            against,
            faults: check.faults,
            ..Self::default()
        }
    }
}

/// Checks everything, with as many threads as there are processors. Needs no key but the public one.
pub async fn audit(db: &Db, trusted: Option<SignerId>, outside: Option<&SignedHead>) -> Result<Audit, LedgerError> {
    // Heads first: each tells of blocks that were there before it.
    let heads = store::heads(db.read()).await?;
    let end = store::count_blocks(db.read()).await?;
    let check = if outside.is_some() { Check::default() } else { Check::without_proofs() };
    let (mut walk, mut buckets) = (Walk::begin(check, &heads), BTreeSet::new());
    store::each_block(db.read(), 0..end, |block| {
        walk.block(&block);
        buckets.insert(block.bucket);
    })
    .await?;
    let mut audit = Audit::of_log(walk.end(), trusted, outside);
    let (erased, faults) = check_chains(db, buckets, end).await?;
    audit.erased = erased;
    audit.faults.join(faults);
    check_the_rest(db, &mut audit).await?;
    Ok(audit)
}

/// What the check of one bucket found. All facts about a customer are in one bucket, so that what says why words are gone
/// is found there too.
#[derive(Debug, Default)]
struct Chain {
    faults: Faults,
    /// The facts whose words are gone, and about whom they are.
    erased: Vec<(CustomerId, FactId)>,
    /// Of whom an entry says that the words of all facts were erased.
    forgotten: HashSet<CustomerId>,
    /// Of whom an entry says that the words of that fact were.
    forgotten_facts: HashSet<(CustomerId, FactId)>,
}

/// Checks the entries of all buckets, the next one on whichever thread is free; answers how many are erased, and the
/// faults. Each thread reads by itself: handed over from another one, a row costs more than its hashes. Each bucket is read
/// at a moment of its own: one that lasted for the whole check would keep the log of SQLite from beginning anew.
async fn check_chains(db: &Db, buckets: BTreeSet<i16>, end: i64) -> Result<(i64, Faults), DbErr> {
    let threads = std::thread::available_parallelism().map_or(2, usize::from).clamp(1, READERS_MAX);
    let left = Arc::new(Mutex::new(buckets.into_iter()));
    let check = |_| {
        let (db, left, runtime) = (db.clone(), Arc::clone(&left), Handle::current());
        tokio::task::spawn_blocking(move || {
            let next = || left.lock().unwrap_or_else(PoisonError::into_inner).next();
            let (mut erased, mut faults) = (0, Faults::default());
            while let Some(bucket) = next() {
                // Before the scan: nobody asks for a second connection while they hold one.
                let blocks = runtime.block_on(store::blocks_of(db.read(), bucket, end))?;
                let chain = check_chain(&mut Scan::open(&db, &runtime)?, &blocks)?;
                erased += chain.erased.len() as i64;
                faults.join(chain.faults);
            }
            Ok::<_, DbErr>((erased, faults))
        })
    };
    let (mut erased, mut faults) = (0, Faults::default());
    for part in futures::future::join_all((0..threads).map(check)).await {
        let part = part.map_err(|error| DbErr::Custom(format!("a part of the check broke off: {error}")))??;
        erased += part.0;
        faults.join(part.1);
    }
    Ok((erased, faults))
}

/// Checks the entries of a bucket against its blocks.
fn check_chain(scan: &mut Scan, blocks: &[Block]) -> Result<Chain, DbErr> {
    let mut chain = Chain::default();
    let (Some(first), Some(last)) = (blocks.first(), blocks.last()) else { return Ok(chain) };
    let bucket = Bucket::of(u64::from(first.bucket.unsigned_abs()));
    let mut rest = blocks.iter();
    let (mut block, mut tree, mut position) = (rest.next(), Tree::default(), 0);
    store::scan_entries(scan, bucket, last.first.saturating_add(last.entries), |kept| {
        tree.push(chain.leaf(kept, position));
        position += 1;
        if let Some(at) = block
            && tree.size() as i64 == at.entries
        {
            chain.close(at, &std::mem::take(&mut tree));
            block = rest.next();
        }
    })?;
    for at in block.into_iter().chain(rest) {
        chain.close(at, &std::mem::take(&mut tree));
    }
    chain.note_unsaid();
    Ok(chain)
}

impl Chain {
    fn close(&mut self, block: &Block, tree: &Tree) {
        if tree.root() != block.root || tree.size() as i64 != block.entries {
            self.faults.note(FaultKind::EntriesChanged, format!("block {}", block.number));
        }
    }

    /// The hash of an entry; what can be said about it alone is noted.
    fn leaf(&mut self, kept: Result<Kept, DbErr>, position: i64) -> Digest {
        let Ok(kept) = kept else {
            self.faults.note(FaultKind::Unreadable, format!("entry {position}"));
            return Digest::NONE;
        };
        let Some(told) = kept.told.filter(|_| kept.position == position) else {
            self.faults.note(FaultKind::FactMissing, kept.id);
            return Digest::NONE;
        };
        match kept.salt {
            Some(salt) if commitment(salt, &told.payload) == kept.commitment => self.hear(&told),
            None if told.payload == ERASED => self.erased.push((told.entry.customer, kept.id)),
            Some(_) | None => self.faults.note(FaultKind::WordsChanged, kept.id),
        }
        told.entry.leaf()
    }

    /// What an entry says was erased. Only one is heard whose own words are those that were sealed: else whoever holds the
    /// database could make of an entry about one fact one about all.
    fn hear(&mut self, told: &Told) {
        let customer = told.entry.customer;
        match told.entry.forgotten(&told.payload) {
            Some(Forgotten::Everything) => {
                self.forgotten.insert(customer);
            }
            Some(Forgotten::Facts(facts)) => {
                self.forgotten_facts.extend(facts.into_iter().map(|fact| (customer, fact)));
            }
            None => {}
        }
    }

    /// Notes the erased facts of which no entry says that they were.
    fn note_unsaid(&mut self) {
        for (customer, fact) in &self.erased {
            if !self.forgotten.contains(customer) && !self.forgotten_facts.contains(&(*customer, *fact)) {
                self.faults.note(FaultKind::ErasedUnsaid, fact);
            }
        }
    }
}

/// Facts that stand in the journal unsealed, or should and do not.
async fn check_the_rest(db: &Db, audit: &mut Audit) -> Result<(), DbErr> {
    let counts = store::counts(db.read()).await?;
    audit.waiting = counts.waiting;
    if counts.waiting != counts.waiting_there || counts.facts != counts.entries + counts.waiting_there {
        for id in store::strangers(db.read()).await? {
            audit.faults.note(FaultKind::FactAdded, id);
        }
        for id in store::waiting_in_vain(db.read()).await? {
            audit.faults.note(FaultKind::WaitingMissing, id);
        }
    }
    Ok(())
}
