//! A customer is erased: the key goes, and with it every word that was sealed; the rows go; the journal keeps that there
//! was somebody, never who. Refused numbers stay, so that nobody calls again.

use super::CustomerError;
use super::change::news;
use super::hold::hold_on;
use super::merge;
use super::read::one_for_change;
use super::store::{dossier, erase as store, kin, merge as merged};
use crate::journal;
use crate::platform::{App, Tx};
use sea_orm::{ConnectionTrait, DbErr};
use tend_rules::base::*;
use tend_rules::journal::Doer;
use tend_rules::law::Law;
use tend_rules::org::Scope;

/// Erases a customer in scope with every record that was merged into it, unless a legal hold binds it. What other rooms keep of the customer is theirs to erase, in
/// the same transaction and before this.
pub async fn erase(app: &App, tx: &Tx, doer: Doer, scope: &Scope, id: CustomerId) -> Result<(), CustomerError> {
    let customer = one_for_change(tx, scope, id).await?;
    if hold_on(app, tx, id).await?.is_some() {
        return Err(CustomerError::Held);
    }
    let others: Vec<CustomerId> = kin::relations(&**tx, id).await?.into_iter().map(|(_, other, _)| other).collect();
    store::traces(&**tx, id, &others, customer.household_id).await?;
    let parts = merge::whole(&**tx, id).await?;
    for part in &parts[1..] {
        store::traces(&**tx, *part, &[], None).await?;
    }
    merged::forget(&**tx, &parts).await?;
    store::customers(&**tx, &parts).await?;
    crate::org::forget_notices_about(tx, &parts).await?;
    for part in parts {
        journal::ledger::forget(app, tx, doer, part).await?;
    }
    tx.tell(news(&customer, "erased"));
    Ok(())
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
