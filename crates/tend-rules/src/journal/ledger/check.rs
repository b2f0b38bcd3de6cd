//! The check of a whole ledger: blocks in the order of the log, and the heads between them.
//!
//! Whether a block's entries are those that were sealed is checked by whoever reads them ([`Block::root`]).

use super::{Block, BucketTree, Digest, FaultKind, Faults, Levels, SignedHead, SignerId, Tree};
use super::{consistency_holds, head::Head};
use std::collections::HashMap;
use std::iter::Peekable;
use std::slice::Iter;

/// Where a bucket's chain ends: what the next block must say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tip {
    /// The height of the next block.
    pub height: i64,
    /// The place of its first entry.
    pub first: i64,
    /// The hash of the newest block.
    pub newest: Digest,
}

impl Tip {
    /// The tip once `block` is the newest.
    pub fn after(block: &Block) -> Self {
        Self { height: block.height + 1, first: block.first + block.entries, newest: block.hash() }
    }
}

/// A check on its way through the log.
#[derive(Debug)]
pub struct Check {
    tree: Tree,
    /// The hash of every block, where something is to be proved.
    leaves: Option<Vec<Digest>>,
    tips: HashMap<i16, Tip>,
    buckets: BucketTree,
    entries: i64,
    heads: i64,
    last: Option<SignedHead>,
    /// What was found so far.
    pub faults: Faults,
}

impl Default for Check {
    fn default() -> Self {
        Self { leaves: Some(Vec::new()), ..Self::without_proofs() }
    }
}

impl Check {
    /// A check that keeps nothing of the blocks, however many there are: it proves nothing to anybody ([`Self::levels`],
    /// [`Self::against`]).
    pub fn without_proofs() -> Self {
        Self {
            tree: Tree::default(),
            leaves: None,
            tips: HashMap::new(),
            buckets: BucketTree::default(),
            entries: 0,
            heads: 0,
            last: None,
            faults: Faults::default(),
        }
    }

    /// Takes the next block of the log.
    pub fn block(&mut self, block: &Block) {
        let tip = self.tips.get(&block.bucket).copied().unwrap_or_default();
        let follows = block.number == self.tree.size() as i64
            && block.height == tip.height
            && block.first == tip.first
            && block.before == tip.newest
            && block.entries > 0;
        if !follows {
            self.faults.note(FaultKind::ChainBroken, format!("block {}", block.number));
        }
        let after = Tip::after(block);
        self.tips.insert(block.bucket, after);
        self.buckets.put(block.bucket, after.newest);
        self.tree.push(after.newest);
        if let Some(leaves) = &mut self.leaves {
            leaves.push(after.newest);
        }
        self.entries = self.entries.saturating_add(block.entries);
    }

    /// Takes the next head; all blocks that it tells of, and no more, must have been taken.
    pub fn head(&mut self, signed: &SignedHead) {
        let head = &signed.head;
        let place = format!("head {}", head.number);
        let (number, before) = self.last.as_ref().map_or((0, Digest::NONE), |l| (l.head.number + 1, l.head.hash()));
        if head.number != number || head.before != before {
            self.faults.note(FaultKind::HeadChainBroken, &place);
        }
        let told = (head.blocks, head.entries, head.log_root, head.buckets_root);
        if told != (self.tree.size() as i64, self.entries, self.tree.root(), self.buckets.root()) {
            self.faults.note(FaultKind::HeadContradicted, &place);
        }
        if !signed.is_signed() {
            self.faults.note(FaultKind::SignatureWrong, &place);
        }
        self.heads += 1;
        self.last = Some(signed.clone());
    }

    /// Says whether the last head is signed by the trusted key.
    pub fn trust(&mut self, trusted: SignerId) {
        if let Some(last) = &self.last
            && last.head.signer != trusted
        {
            let place = format!("head {}", last.head.number);
            self.faults.note(FaultKind::SignerUnknown, place);
        }
    }

    /// The proof that this ledger continues a head that was kept outside; a fault is noted if it does not.
    ///
    /// A head that is kept outside and is no older than the last one here must be that one.
    pub fn against(&mut self, outside: &SignedHead) -> Option<Vec<Digest>> {
        let old = &outside.head;
        let path = usize::try_from(old.blocks).ok().and_then(|size| self.levels().consistency(size));
        let holds = path.as_ref().is_some_and(|path| self.continues(old, path)) && self.has_head(outside);
        if !outside.is_signed() {
            self.faults.note(FaultKind::SignatureWrong, format!("outside head {}", old.number));
        } else if !holds {
            self.faults.note(FaultKind::HistoryRewritten, format!("outside head {}", old.number));
        }
        path.filter(|_| holds)
    }

    fn continues(&self, old: &Head, path: &[Digest]) -> bool {
        let new = (self.tree.size(), self.tree.root());
        consistency_holds((old.blocks.unsigned_abs(), old.log_root), new, path)
    }

    /// A head of the same number or a later one is here; of the same number it is the very same.
    fn has_head(&self, outside: &SignedHead) -> bool {
        self.last.as_ref().is_some_and(|last| {
            last.head.number > outside.head.number
                || last.head.number == outside.head.number && last.head == outside.head
        })
    }

    /// The whole tree over the blocks, for proofs.
    pub fn levels(&self) -> Levels {
        Levels::over(self.leaves.clone().unwrap_or_default())
    }

    /// The log as it stands.
    pub fn log(&self) -> &Tree {
        &self.tree
    }

    /// The root over the buckets as it stands.
    pub fn buckets_root(&self) -> Digest {
        self.buckets.root()
    }

    /// Where each bucket's chain ends.
    pub fn tips(&self) -> &HashMap<i16, Tip> {
        &self.tips
    }

    /// How many entries the blocks hold.
    pub fn entries(&self) -> i64 {
        self.entries
    }

    /// How many heads were taken.
    pub fn heads(&self) -> i64 {
        self.heads
    }

    /// The last head.
    pub fn last_head(&self) -> Option<&SignedHead> {
        self.last.as_ref()
    }
}

/// Blocks and heads on their way into a check as they are kept, each in their order: a head is taken once all blocks that
/// it tells of were.
#[derive(Debug)]
pub struct Walk<'h> {
    check: Check,
    heads: Peekable<Iter<'h, SignedHead>>,
}

impl<'h> Walk<'h> {
    /// Begins with the first block.
    pub fn begin(check: Check, heads: &'h [SignedHead]) -> Self {
        Self { check, heads: heads.iter().peekable() }
    }

    /// Takes the next block.
    pub fn block(&mut self, block: &Block) {
        let taken = self.check.tree.size() as i64;
        while let Some(head) = self.heads.next_if(|head| head.head.blocks <= taken) {
            self.check.head(head);
        }
        self.check.block(block);
    }

    /// Takes the heads that are left.
    pub fn end(mut self) -> Check {
        self.heads.for_each(|head| self.check.head(head));
        self.check
    }
}
