//! Forgets a customer's words: the one place where the journal is written over.

use super::store;
use crate::platform::{App, Tx, sql};
use sea_orm::DbErr;
use serde_json::json;
use tend_rules::base::{CustomerId, FactId};
use tend_rules::journal::ledger::ERASED;
use tend_rules::journal::{Doer, Fact};

/// Destroys the words of all facts about a customer and the salts of their commitments, and says so in a new fact.
///
/// That the facts were, when, of what kind and by whom stays, and every block and head stays valid. The customer's key
/// and fields are the customer room's to destroy.
pub async fn forget(app: &App, tx: &Tx, doer: Doer, customer: CustomerId) -> Result<(), DbErr> {
    // A sealer who holds some of them is waited for: only then are the salts there that are destroyed here.
    store::hold_facts(&**tx, customer).await?;
    sql("UPDATE ledger_entry SET salt = NULL
         WHERE bucket = $1 AND fact_id IN (SELECT id FROM journal_fact WHERE bucket = $2 AND customer_id = $3)")
    .bind(customer.bucket())
    .bind(customer.bucket())
    .bind(customer)
    .run(&**tx)
    .await?;
    sql("UPDATE journal_fact SET payload = $1 WHERE bucket = $2 AND customer_id = $3")
        .bind(ERASED)
        .bind(customer.bucket())
        .bind(customer)
        .run(&**tx)
        .await?;
    crate::journal::append(app, tx, doer, Fact::about(customer, "journal", "forgotten", json!({}))).await
}

/// The same for single facts about a customer who stays: they hold words of somebody who is forgotten.
pub async fn forget_facts(app: &App, tx: &Tx, doer: Doer, customer: CustomerId, facts: &[FactId]) -> Result<(), DbErr> {
    if facts.is_empty() {
        return Ok(());
    }
    store::hold_facts(&**tx, customer).await?;
    sql("UPDATE ledger_entry SET salt = NULL WHERE bucket = ")
        .arg(customer.bucket())
        .text(" AND fact_id IN ")
        .list(facts.iter().copied())
        .run(&**tx)
        .await?;
    sql("UPDATE journal_fact SET payload = ")
        .arg(ERASED)
        .text(" WHERE bucket = ")
        .arg(customer.bucket())
        .text(" AND customer_id = ")
        .arg(customer)
        .text(" AND id IN ")
        .list(facts.iter().copied())
        .run(&**tx)
        .await?;
    let said = Fact::about(customer, "journal", "forgotten", json!({ "facts": facts }));
    crate::journal::append(app, tx, doer, said).await
}
