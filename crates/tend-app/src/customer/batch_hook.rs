//! Where the room of work plugs in: work orders that a batch asked for end with it, in the transaction that takes the rows
//! of their customers back. Told by the journal alone, somebody would still be called about a list that was a mistake.

use super::CustomerError;
use crate::platform::{App, Tx};
use futures::future::BoxFuture;
use std::sync::OnceLock;
use tend_rules::base::{BatchId, CustomerId};
use tend_rules::journal::Doer;

/// Ends the open work orders that a batch asked for with some of its customers.
pub type BatchEnder =
    for<'a> fn(&'a App, &'a Tx, Doer, BatchId, &'a [CustomerId]) -> BoxFuture<'a, Result<(), CustomerError>>;

static ENDER: OnceLock<BatchEnder> = OnceLock::new();

/// Names who ends work with its batch; called once where the rooms are put together.
pub fn end_batches_with(ender: BatchEnder) {
    // A second call comes with the same function.
    let _ = ENDER.set(ender);
}

pub(super) async fn end_work(
    app: &App,
    tx: &Tx,
    doer: Doer,
    batch: BatchId,
    customers: &[CustomerId],
) -> Result<(), CustomerError> {
    match ENDER.get() {
        Some(ender) if !customers.is_empty() => ender(app, tx, doer, batch, customers).await,
        _ => Ok(()),
    }
}
