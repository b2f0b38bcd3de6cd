//! The log as a sealer needs it: the roots of its full subtrees, the newest block of every bucket, how many entries.
//!
//! It stays in memory, so that a head costs only what is new. A program that starts anew makes it of the kept nodes, of the
//! blocks that no node covers and of the newest block of each bucket, however long the ledger is. None of that is
//! believed: it is held against the last signed head, and made of all blocks where it does not fit.

use super::nodes::LEVEL_MIN;
use super::{LedgerError, Reads, nodes, store};
use crate::platform::App;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, StreamTrait};
use std::sync::Mutex;
use tend_rules::base::Bucket;
use tend_rules::journal::ledger::{Block, BucketTree, Digest, Head, SignedHead, Signer, Tree, subtrees};

const HELD: &str = "nobody panics while holding the log";

/// The log up to a block.
#[derive(Debug, Default, Clone)]
pub(super) struct Log {
    tree: Tree,
    buckets: BucketTree,
    entries: i64,
}

impl Log {
    /// The log that a head tells of: what this program remembers, or made anew; empty before the first head. An error if
    /// even all blocks together are not what the head says.
    pub(super) async fn at(app: &App, head: Option<&SignedHead>, reads: &mut Reads) -> Result<Self, LedgerError> {
        let Some(head) = head else { return Ok(Self::default()) };
        let remembered = app.kept::<Mutex<Log>>().lock().expect(HELD).clone();
        if remembered.is_told_by(head) {
            return Ok(remembered);
        }
        let db = app.read();
        if let Some(log) = Self::of_nodes(db, head, reads).await?.filter(|log| log.is_told_by(head)) {
            return Ok(log);
        }
        let mut log = Self::default();
        log.go_on(db, head.head.blocks, reads).await?;
        let damaged = || LedgerError::Damaged { place: format!("head {}", head.head.number) };
        if log.is_told_by(head) { Ok(log) } else { Err(damaged()) }
    }

    /// Made without the blocks that kept nodes stand for; none if a node is missing.
    async fn of_nodes(
        db: &DatabaseConnection,
        head: &SignedHead,
        reads: &mut Reads,
    ) -> Result<Option<Self>, LedgerError> {
        let size = head.head.blocks.unsigned_abs();
        let covered = (nodes::kept(db).await?.unsigned_abs().min(size >> LEVEL_MIN)) << LEVEL_MIN;
        let needed = subtrees(&(0..covered));
        let found = nodes::read(db, &needed).await?;
        reads.nodes += found.len() as u64;
        let peaks: Option<Vec<Digest>> = needed.iter().map(|node| found.get(node).copied()).collect();
        let Some(mut tree) = peaks.and_then(|peaks| Tree::from_peaks(covered, peaks)) else { return Ok(None) };
        store::each_block(db, covered as i64..head.head.blocks, |block| tree.push(block.hash())).await?;
        let every: Vec<Bucket> = Bucket::all().collect();
        let newest = store::newest(db, &every, head.head.blocks).await?;
        reads.blocks += tree.size() - covered + newest.len() as u64;
        let (mut buckets, mut entries) = (BucketTree::default(), 0_i64);
        for block in &newest {
            buckets.put(block.bucket, block.hash());
            entries = entries.saturating_add(block.first.saturating_add(block.entries));
        }
        Ok(Some(Self { tree, buckets, entries }))
    }

    /// Takes the blocks that follow, up to before a number.
    pub(super) async fn go_on<C>(&mut self, db: &C, end: i64, reads: &mut Reads) -> Result<(), DbErr>
    where
        C: ConnectionTrait + StreamTrait,
    {
        let from = self.size();
        store::each_block(db, from..end, |block| self.push(&block)).await?;
        reads.blocks += self.size().abs_diff(from);
        Ok(())
    }

    fn push(&mut self, block: &Block) {
        let hash = block.hash();
        self.tree.push(hash);
        self.buckets.put(block.bucket, hash);
        self.entries = self.entries.saturating_add(block.entries);
    }

    /// How many blocks it has.
    pub(super) fn size(&self) -> i64 {
        self.tree.size() as i64
    }

    fn is_told_by(&self, head: &SignedHead) -> bool {
        let head = &head.head;
        (head.blocks, head.entries, head.log_root, head.buckets_root)
            == (self.size(), self.entries, self.tree.root(), self.buckets.root())
    }

    /// The head that follows on `last`.
    pub(super) fn head(&self, last: Option<&SignedHead>, at_ms: i64, signer: &Signer) -> SignedHead {
        let head = Head {
            number: last.map_or(0, |last| last.head.number + 1),
            at_ms,
            blocks: self.size(),
            entries: self.entries,
            log_root: self.tree.root(),
            buckets_root: self.buckets.root(),
            before: last.map_or(Digest::NONE, |last| last.head.hash()),
            signer: signer.id(),
        };
        head.sign(signer)
    }

    /// Remembers it for the next head of this program.
    pub(super) fn remember(self, app: &App) {
        *app.kept::<Mutex<Log>>().lock().expect(HELD) = self;
    }
}
