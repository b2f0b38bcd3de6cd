//! The rows behind a statement as a file. They are customers by name, so what one person may take out alone in an export
//! holds for them too: where something speaks against it, or the person may not export, the file goes out without the
//! names. Who wants them then asks for an export.

use super::count_in;
use crate::journal;
use crate::org::Who;
use crate::platform::{App, Tx};
use crate::work::WorkError;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tend_rules::base::CustomerId;
use tend_rules::journal::Fact;
use tend_rules::org::Permission;
use tend_rules::work::ExportColumn;

/// Whether a file names its customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// It does; they are counted among what the person took out today.
    Named,
    /// It does not: what speaks against it is for a second person to weigh, in an export.
    Unnamed,
    /// It does not: the person may not export customers at all.
    Unpermitted,
}

/// Customers of whom the journal is told in one statement.
const PIECE: usize = 2_000;

/// Tells the journal that somebody takes a statement out with `rows` work orders of these customers behind it; `asked`
/// says for what. Answers whether the file may name them: then the story of each tells of it, as that of an export does.
pub async fn take_statement(
    app: &App,
    tx: &Tx,
    who: &Who,
    (rows, customers): (usize, &BTreeSet<CustomerId>),
    asked: Value,
) -> Result<Naming, WorkError> {
    let may = who.may(Permission::ReadCustomers) && who.may(Permission::ExportCustomers);
    let named = may && count_in(app, tx, who, &[ExportColumn::Name], customers.len() as i64).await?.is_empty();
    let told = json!({ "asked": asked, "rows": rows, "customers": customers.len(), "named": named });
    journal::append(app, tx, who.doer(), Fact::of_firm("work", "statement_taken", told)).await?;
    if named {
        tell_each(app, tx, who, customers).await?;
    }
    Ok(match (may, named) {
        (false, _) => Naming::Unpermitted,
        (true, false) => Naming::Unnamed,
        (true, true) => Naming::Named,
    })
}

async fn tell_each(app: &App, tx: &Tx, who: &Who, customers: &BTreeSet<CustomerId>) -> Result<(), WorkError> {
    let customers: Vec<CustomerId> = customers.iter().copied().collect();
    let told = |customer: &CustomerId| Fact::about(*customer, "work", "named_in_statement", json!({}));
    for piece in customers.chunks(PIECE) {
        journal::append_all(app, tx, who.doer(), piece.iter().map(told).collect()).await?;
    }
    Ok(())
}
