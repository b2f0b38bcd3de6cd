//! The rows behind a statement as a file. They are customers by name, so what one person may take out alone in an export
//! holds for them too: where something speaks against it, or the person may not export, the file goes out without the
//! names. Who wants them then asks for an export.

use super::count_in;
use crate::journal;
use crate::org::Who;
use crate::platform::{App, Tx};
use crate::work::WorkError;
use serde_json::{Value, json};
use tend_rules::journal::Fact;
use tend_rules::org::Permission;
use tend_rules::work::ExportColumn;

/// Whether a file names its customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// It does; they are counted among what the person took out today.
    Named,
    /// It does not.
    Unnamed,
}

/// Tells the journal that somebody takes a statement out with `rows` work orders of `customers` different people behind
/// it; `asked` says for what. Answers whether the file may name them.
pub async fn take_statement(
    app: &App,
    tx: &Tx,
    who: &Who,
    (rows, customers): (usize, usize),
    asked: Value,
) -> Result<Naming, WorkError> {
    let may = who.may(Permission::ReadCustomers) && who.may(Permission::ExportCustomers);
    let named = may && count_in(app, tx, who, &[ExportColumn::Name], customers as i64).await?.is_empty();
    let told = json!({ "asked": asked, "rows": rows, "customers": customers, "named": named });
    journal::append(app, tx, who.doer(), Fact::of_firm("work", "statement_taken", told)).await?;
    Ok(if named { Naming::Named } else { Naming::Unnamed })
}
