//! The roots of the full subtrees of the log, kept beside it so that a proof need not read every block. Derived from the
//! blocks and never trusted: what is proved with them is held against the head.

use super::{LedgerError, store};
use crate::platform::Bind;
use crate::platform::{Row, Tx, insert_many, sql};
use sea_orm::{ConnectionTrait, DbErr};
use std::collections::HashMap;
use tend_rules::journal::ledger::{Digest, Subtree, Tree, node_hash};

/// Smaller subtrees are computed from their blocks, of which there are at most 63 then.
pub(super) const LEVEL_MIN: u32 = 6;

/// How many of the smallest kept subtrees one sealing adds: a ledger that was there before them is caught up with bit by
/// bit, so that nobody waits for the writer.
const AT_ONCE: i64 = 2048;

/// Keeps the nodes over the first so many blocks, as far as one sealing goes.
pub(super) async fn grow(tx: &Tx, blocks: i64) -> Result<(), LedgerError> {
    let kept = kept(&**tx).await?;
    let full = (blocks >> LEVEL_MIN).min(kept + AT_ONCE);
    if full <= kept {
        return Ok(());
    }
    let (mut fresh, mut tree, mut place) = (Fresh::default(), Tree::default(), kept as u64);
    let mut leaves = Vec::new();
    store::blocks_between(&**tx, (kept << LEVEL_MIN)..(full << LEVEL_MIN), |block| leaves.push(block.hash())).await?;
    for leaf in leaves {
        tree.push(leaf);
        if tree.size() == 1 << LEVEL_MIN {
            let root = std::mem::take(&mut tree).root();
            fresh.put(tx, Subtree { level: LEVEL_MIN, place }, root).await?;
            place += 1;
        }
    }
    let rows = fresh.0.into_iter().map(|(node, hash)| {
        vec![(node.level as i16).into_value(), (node.place as i64).into_value(), hash.to_vec().into_value()]
    });
    insert_many(&**tx, "ledger_node", &["level", "place", "hash"], rows.collect(), "").await?;
    Ok(())
}

/// How many of the smallest kept subtrees there are, from the first on.
pub(super) async fn kept(db: &impl ConnectionTrait) -> Result<i64, DbErr> {
    let kept = sql("SELECT COALESCE(MAX(place) + 1, 0) FROM ledger_node WHERE level = ").arg(LEVEL_MIN as i16);
    kept.value(db).await
}

#[derive(Default)]
struct Fresh(HashMap<Subtree, Digest>);

impl Fresh {
    /// Keeps a node, and those above it that it makes full.
    async fn put(&mut self, tx: &Tx, node: Subtree, hash: Digest) -> Result<(), DbErr> {
        let (mut node, mut hash) = (node, hash);
        self.0.insert(node, hash);
        while node.place & 1 == 1 {
            let left = Subtree { place: node.place - 1, ..node };
            let left = match self.0.get(&left) {
                Some(left) => Some(*left),
                None => read(&**tx, &[left]).await?.get(&left).copied(),
            };
            let Some(left) = left else { return Ok(()) };
            hash = node_hash(left, hash);
            node = Subtree { level: node.level + 1, place: node.place >> 1 };
            self.0.insert(node, hash);
        }
        Ok(())
    }
}

/// Those of the nodes that are kept.
pub(super) async fn read(db: &impl ConnectionTrait, nodes: &[Subtree]) -> Result<HashMap<Subtree, Digest>, DbErr> {
    let mut found = HashMap::new();
    for nodes in nodes.chunks(100) {
        let mut statement = sql("SELECT level, place, hash FROM ledger_node WHERE (level, place) IN (VALUES ");
        for (at, node) in nodes.iter().enumerate() {
            let open = if at > 0 { ", (" } else { "(" };
            statement = statement.text(open).arg(node.level as i16).text(", ").arg(node.place as i64).text(")");
        }
        found.extend(statement.text(")").all(db, shaped).await?);
    }
    Ok(found)
}

fn shaped(row: &Row) -> Result<(Subtree, Digest), DbErr> {
    let (level, place): (i16, i64) = (row.get(0)?, row.get(1)?);
    let node = Subtree { level: u32::from(level.unsigned_abs()), place: place.unsigned_abs() };
    Ok((node, store::digest(row, 2)?))
}
