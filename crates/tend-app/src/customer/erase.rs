//! A customer is erased: the key goes, and with it every word that was sealed; the rows go; the journal keeps that there
//! was somebody, never who. Refused numbers stay, so that nobody calls again.

use super::CustomerError;
use super::change::news;
use super::hold::hold_on;
use super::merge;
use super::read::one_for_change;
use super::store::{dossier, erase as store, holds, kin, merge as merged};
use crate::journal;
use crate::platform::{App, Tx};
use sea_orm::{ConnectionTrait, DbErr};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use tend_rules::base::*;
use tend_rules::customer::Customer;
use tend_rules::journal::Doer;
use tend_rules::law::Law;
use tend_rules::org::Scope;

/// Merges of one record that are looked at.
const MERGES_MAX: i64 = 1000;

/// Erases a customer in scope with every record that was merged into it, unless a legal hold binds it. What other rooms keep of the customer is theirs to erase, in
/// the same transaction and before this.
pub async fn erase(app: &App, tx: &Tx, doer: Doer, scope: &Scope, id: CustomerId) -> Result<(), CustomerError> {
    let customer = one_for_change(tx, scope, id).await?;
    if hold_on(app, tx, id).await?.is_some() {
        return Err(CustomerError::Held);
    }
    let parts = merge::whole(&**tx, id).await?;
    let homes = homes(tx, &customer, &parts).await?;
    kin::hold_households(&**tx, &homes.values().copied().collect()).await?;
    for part in &parts {
        let others = kin::every_relation(&**tx, *part).await?.into_iter().map(|(_, other, _)| other);
        store::traces(&**tx, *part, &others.collect::<Vec<_>>(), homes.get(part).copied()).await?;
        holds::blank(&**tx, *part).await?;
    }
    let lent = lent(tx, &parts).await?;
    merged::forget(&**tx, &parts).await?;
    store::customers(&**tx, &parts).await?;
    crate::org::forget_notices_about(tx, &parts).await?;
    for part in parts {
        journal::ledger::forget(app, tx, doer, part).await?;
    }
    for (other, facts) in lent {
        journal::ledger::forget_facts(app, tx, doer, other, &Vec::from_iter(facts)).await?;
    }
    tx.tell(news(&customer, "erased"));
    Ok(())
}

/// Where the records live, and where those of them lived that were merged: a household that was kept for one to return to
/// goes with it.
async fn homes(tx: &Tx, customer: &Customer, parts: &[CustomerId]) -> Result<BTreeMap<CustomerId, HouseholdId>, DbErr> {
    let merged = merged::merged(&**tx, &Scope::Firm, parts).await?.into_iter().map(|row| row.file);
    let files = merged.chain([customer.clone()]);
    Ok(files.filter_map(|file| Some((file.id, file.household_id?))).collect())
}

/// The facts about others that hold values of these records, by whom they are about: those of merges into records of
/// which one of these was part, directly or along with another, and from which it was parted since.
async fn lent(tx: &Tx, parts: &[CustomerId]) -> Result<BTreeMap<CustomerId, BTreeSet<FactId>>, DbErr> {
    let always = [i64::MIN, i64::MAX].map(Instant::from_millis);
    let mut lent: BTreeMap<CustomerId, BTreeSet<FactId>> = BTreeMap::new();
    let (mut ways, mut gone) = (Vec::from_iter(parts.iter().map(|part| (*part, always))), BTreeSet::new());
    while let Some((from, [since, until])) = ways.pop() {
        // A record that is reached once more was part of another one for another while.
        if !gone.insert((from, since, until)) {
            continue;
        }
        let off = journal::told(&**tx, from, "customer.split_off", MERGES_MAX).await?;
        for away in journal::told(&**tx, from, "customer.merged_away", MERGES_MAX).await? {
            let Ok(into) = serde_json::from_value::<CustomerId>(away.payload["into"].clone()) else { continue };
            if away.at < since || away.at > until {
                continue;
            }
            let parted = off.iter().filter(|off| off.payload["from"] == json!(into) && off.at >= away.at);
            ways.push((into, [away.at, parted.map(|off| off.at).min().unwrap_or(always[1])]));
            if !parts.contains(&into) {
                let merged = journal::told(&**tx, into, "customer.merged", MERGES_MAX).await?;
                let with = merged.into_iter().filter(|fact| fact.payload["other"] == json!(from));
                lent.entry(into).or_default().extend(with.map(|fact| fact.id));
            }
        }
    }
    Ok(lent)
}

/// Customers whose file may go today by the law: every contract ended and kept long enough, none held. `after` is the
/// last one of the step before.
pub async fn due_files(
    db: &impl ConnectionTrait,
    law: &Law,
    after: Option<CustomerId>,
    limit: i64,
) -> Result<(Vec<CustomerId>, Option<CustomerId>), DbErr> {
    let ended = dossier::ended_files(db, dossier::Whose::After(after), law.day, limit).await?;
    let last = (ended.len() as i64 == limit).then(|| ended.last().map(|(id, _)| *id)).flatten();
    Ok((ended.into_iter().filter(|(_, contracts)| is_over(law, contracts)).map(|(id, _)| id).collect(), last))
}

/// Whether the file of one customer may go today.
pub async fn file_is_due(db: &impl ConnectionTrait, law: &Law, id: CustomerId) -> Result<bool, DbErr> {
    let ended = dossier::ended_files(db, dossier::Whose::Only(id), law.day, 1).await?;
    Ok(ended.iter().any(|(_, contracts)| is_over(law, contracts)))
}

fn is_over(law: &Law, contracts: &[(Option<Day>, Option<Day>)]) -> bool {
    law.file_kept_until(contracts).is_some_and(|day| day <= law.day)
}
