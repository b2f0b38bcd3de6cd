//! Proves single entries to somebody who has only a head.

use super::store::Stretch;
use super::{LedgerError, store};
use crate::platform::Db;
use tend_rules::base::FactId;
use tend_rules::journal::ledger::{Check, EntryProof, Levels, SignedHead};

/// Everything that leads from a fact's words to the last signed head.
pub async fn prove(db: &Db, fact: FactId) -> Result<EntryProof, LedgerError> {
    prove_all(db, &[fact]).await?.pop().ok_or(LedgerError::NoEntry)
}

/// The same for several facts, in their order and to one and the same head.
pub async fn prove_all(db: &Db, facts: &[FactId]) -> Result<Vec<EntryProof>, LedgerError> {
    let head = store::last_head(db.read()).await?.ok_or(LedgerError::NoEntry)?;
    let mut log = Check::default();
    store::each_block(db.read(), 0, |block| {
        if block.number < head.head.blocks {
            log.block(&block);
        }
    })
    .await?;
    let levels = log.levels();
    let mut proofs = Vec::with_capacity(facts.len());
    for fact in facts {
        proofs.push(one(db, *fact, &head, &levels).await?);
    }
    Ok(proofs)
}

async fn one(db: &Db, fact: FactId, head: &SignedHead, levels: &Levels) -> Result<EntryProof, LedgerError> {
    let db = db.read();
    let position = store::position_of(db, fact).await?.ok_or(LedgerError::NoEntry)?;
    let block = store::block_of(db, fact.bucket(), position).await?.ok_or(LedgerError::NoEntry)?;
    let stretch = Stretch { bucket: fact.bucket(), from: block.first, to: block.first + block.entries };
    let mut kept = Vec::new();
    store::each_entry(db, stretch, |entry| kept.push(entry)).await?;
    let damaged = || LedgerError::Damaged { place: format!("block {}", block.number) };
    let kept = kept.into_iter().collect::<Result<Vec<_>, _>>()?;
    let leaves = kept.iter().map(|entry| entry.told.as_ref().map(|told| told.entry.leaf())).collect::<Option<Vec<_>>>();
    let place = usize::try_from(position - block.first).map_err(|_| damaged())?;
    let entry_path = Levels::over(leaves.ok_or_else(damaged)?).inclusion(place).ok_or_else(damaged)?;
    let number = usize::try_from(block.number).map_err(|_| damaged())?;
    let block_path = levels.inclusion(number).ok_or(LedgerError::NoEntry)?;
    let one = kept.into_iter().nth(place).ok_or_else(damaged)?;
    let told = one.told.ok_or_else(damaged)?;
    let payload = one.salt.is_some().then_some(told.payload);
    let place = place as i64;
    let head = head.clone();
    Ok(EntryProof { entry: told.entry, payload, salt: one.salt, block, place, entry_path, block_path, head })
}
