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
    let (head, levels) = log(db).await?.ok_or(LedgerError::NoEntry)?;
    let mut proofs = Vec::with_capacity(facts.len());
    for fact in facts {
        proofs.push(one(db, *fact, &head, &levels).await?);
    }
    Ok(proofs)
}

/// The same for the first so many of the facts that are sealed; what waits for its sealing is passed over.
pub async fn prove_sealed(db: &Db, facts: &[FactId], most: usize) -> Result<Vec<EntryProof>, LedgerError> {
    let Some((head, levels)) = log(db).await? else { return Ok(Vec::new()) };
    let mut proofs = Vec::new();
    for fact in facts {
        match one(db, *fact, &head, &levels).await {
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

/// The last signed head with the log under it, which is read from the first block on: once for all proofs that lead to it.
async fn log(db: &Db) -> Result<Option<(SignedHead, Levels)>, LedgerError> {
    let Some(head) = store::last_head(db.read()).await? else { return Ok(None) };
    let mut log = Check::default();
    store::each_block(db.read(), 0, |block| {
        if block.number < head.head.blocks {
            log.block(&block);
        }
    })
    .await?;
    let levels = log.levels();
    Ok(Some((head, levels)))
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
