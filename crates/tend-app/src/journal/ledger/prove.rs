//! Proves single entries to somebody who has only a head. A proof reads the block of its entry and the roots of a few
//! subtrees of the log beside it, however many blocks there are.

use super::nodes::LEVEL_MIN;
use super::store::Stretch;
use super::{LedgerError, nodes, store};
use crate::platform::Db;
use std::collections::HashMap;
use std::ops::Range;
use tend_rules::base::FactId;
use tend_rules::journal::ledger::{
    Block, Check, Digest, EntryProof, Levels, SignedHead, Subtree, Tree, root_by_inclusion, root_over, siblings,
    subtrees,
};

/// Everything that leads from a fact's words to the last signed head.
pub async fn prove(db: &Db, fact: FactId) -> Result<EntryProof, LedgerError> {
    prove_all(db, &[fact]).await?.pop().ok_or(LedgerError::NoEntry)
}

/// The same for several facts, in their order and to one and the same head.
pub async fn prove_all(db: &Db, facts: &[FactId]) -> Result<Vec<EntryProof>, LedgerError> {
    let mut proving = Proving::begin(db).await?.ok_or(LedgerError::NoEntry)?;
    let mut proofs = Vec::with_capacity(facts.len());
    for fact in facts {
        proofs.push(proving.prove(*fact).await?);
    }
    Ok(proofs)
}

/// The same for the first so many of the facts that are sealed; what waits for its sealing is passed over.
pub async fn prove_sealed(db: &Db, facts: &[FactId], most: usize) -> Result<Vec<EntryProof>, LedgerError> {
    let Some(mut proving) = Proving::begin(db).await? else { return Ok(Vec::new()) };
    let mut proofs = Vec::new();
    for fact in facts {
        match proving.prove(*fact).await {
            Ok(proof) => proofs.push(proof),
            Err(LedgerError::NoEntry) => continue,
            Err(error) => return Err(error),
        }
        if proofs.len() == most {
            break;
        }
    }
    Ok(proofs)
}

/// What proofs read of the log, besides the block of the entry itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reads {
    /// Blocks.
    pub blocks: u64,
    /// Kept roots of subtrees.
    pub nodes: u64,
}

/// Proofs that lead to one and the same head; what one of them read the next does not read again.
#[derive(Debug)]
pub struct Proving {
    db: Db,
    head: SignedHead,
    known: HashMap<Subtree, Digest>,
    whole: Option<Levels>,
    reads: Reads,
}

impl Proving {
    /// Proofs to the last signed head; none before the first.
    pub async fn begin(db: &Db) -> Result<Option<Self>, LedgerError> {
        let head = store::last_head(db.read()).await?;
        let begun = |head| Self { db: db.clone(), head, known: HashMap::new(), whole: None, reads: Reads::default() };
        Ok(head.map(begun))
    }

    /// What was read so far.
    pub const fn reads(&self) -> Reads {
        self.reads
    }

    /// Everything that leads from a fact's words to the head.
    pub async fn prove(&mut self, fact: FactId) -> Result<EntryProof, LedgerError> {
        let db = self.db.clone();
        let db = db.read();
        let position = store::position_of(db, fact).await?.ok_or(LedgerError::NoEntry)?;
        let block = store::block_of(db, fact.bucket(), position).await?.ok_or(LedgerError::NoEntry)?;
        let stretch = Stretch { bucket: fact.bucket(), from: block.first, to: block.first + block.entries };
        let mut kept = Vec::new();
        store::each_entry(db, stretch, |entry| kept.push(entry)).await?;
        let damaged = || LedgerError::Damaged { place: format!("block {}", block.number) };
        let kept = kept.into_iter().collect::<Result<Vec<_>, _>>()?;
        let leaves =
            kept.iter().map(|entry| entry.told.as_ref().map(|told| told.entry.leaf())).collect::<Option<Vec<_>>>();
        let place = usize::try_from(position - block.first).map_err(|_| damaged())?;
        let entry_path = Levels::over(leaves.ok_or_else(damaged)?).inclusion(place).ok_or_else(damaged)?;
        let block_path = self.path(&block).await?;
        let one = kept.into_iter().nth(place).ok_or_else(damaged)?;
        let told = one.told.ok_or_else(damaged)?;
        let payload = one.salt.is_some().then_some(told.payload);
        let place = place as i64;
        let head = self.head.clone();
        Ok(EntryProof { entry: told.entry, payload, salt: one.salt, block, place, entry_path, block_path, head })
    }

    /// The path of a block to the head: by the kept nodes, or by all blocks where those do not lead to the head's root,
    /// because somebody changed a node, or a block.
    async fn path(&mut self, block: &Block) -> Result<Vec<Digest>, LedgerError> {
        let (number, size) = (block.number.unsigned_abs(), self.head.head.blocks.unsigned_abs());
        let stretches = siblings(number, size).ok_or(LedgerError::NoEntry)?;
        if self.whole.is_none() {
            let path = self.by_nodes(&stretches).await?;
            if root_by_inclusion(block.hash(), number, size, &path) == Some(self.head.head.log_root) {
                return Ok(path);
            }
            self.whole = Some(self.by_blocks().await?);
        }
        let place = usize::try_from(number).unwrap_or(usize::MAX);
        self.whole.as_ref().and_then(|levels| levels.inclusion(place)).ok_or(LedgerError::NoEntry)
    }

    async fn by_nodes(&mut self, stretches: &[Range<u64>]) -> Result<Vec<Digest>, LedgerError> {
        let mut path = Vec::with_capacity(stretches.len());
        let needed: Vec<Subtree> = stretches.iter().flat_map(subtrees).collect();
        let missing = needed.iter().filter(|node| node.level >= LEVEL_MIN && !self.known.contains_key::<Subtree>(node));
        let missing: Vec<Subtree> = missing.copied().collect();
        let kept = nodes::read(self.db.read(), &missing).await?;
        self.reads.nodes += kept.len() as u64;
        self.known.extend(kept);
        for stretch in stretches {
            let mut roots = Vec::new();
            for node in subtrees(stretch) {
                roots.push(self.root(node).await?);
            }
            path.extend(root_over(&roots));
        }
        Ok(path)
    }

    /// The root of a subtree: known, or computed from its blocks where it is small or its node is not kept yet.
    async fn root(&mut self, node: Subtree) -> Result<Digest, LedgerError> {
        if let Some(known) = self.known.get(&node) {
            return Ok(*known);
        }
        let (leaves, mut tree) = (node.leaves(), Tree::default());
        let numbers = leaves.start as i64..leaves.end as i64;
        store::blocks_between(self.db.read(), numbers, |block| tree.push(block.hash())).await?;
        self.reads.blocks += tree.size();
        self.known.insert(node, tree.root());
        Ok(tree.root())
    }

    /// The whole log, which is read from the first block on.
    async fn by_blocks(&mut self) -> Result<Levels, LedgerError> {
        let (mut log, blocks) = (Check::default(), self.head.head.blocks);
        store::each_block(self.db.read(), 0..blocks, |block| log.block(&block)).await?;
        self.reads.blocks += log.log().size();
        Ok(log.levels())
    }
}
