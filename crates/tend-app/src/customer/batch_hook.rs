//! Where the room of work plugs in: work orders that a batch asked for end with it, in the transaction that takes the rows
//! of their customers back. Told by the journal alone, somebody would still be called about a list that was a mistake.

use super::CustomerError;
use crate::platform::{App, Tx};
use futures::future::BoxFuture;
use std::sync::OnceLock;
use tend_rules::base::{BatchId, CustomerId};
use tend_rules::journal::Doer;

/// Ends the open work orders that a batch asked for with some of its customers.
pub type EndWork = for<'a> fn(&'a App, &'a Tx, Doer, BatchId, &'a [CustomerId]) -> Ended<'a, ()>;

/// What comes of it, awaited.
pub type Ended<'a, T> = BoxFuture<'a, Result<T, CustomerError>>;

/// What ends with a batch.
#[derive(Clone, Copy)]
pub struct BatchEnder {
    /// How many open work orders a batch asked for: those that its undo withdraws.
    pub count: for<'a> fn(&'a App, BatchId) -> Ended<'a, i64>,
    /// Ends those of some of its customers.
    pub end: EndWork,
}

static ENDER: OnceLock<BatchEnder> = OnceLock::new();

/// Names who ends work with its batch; called once where the rooms are put together.
pub fn end_batches_with(ender: BatchEnder) {
    // A second call comes with the same functions.
    let _ = ENDER.set(ender);
}

pub(super) async fn count_work(app: &App, batch: BatchId) -> Result<i64, CustomerError> {
    match ENDER.get() {
        Some(ender) => (ender.count)(app, batch).await,
        None => Ok(0),
    }
}

pub(super) async fn end_work(
    app: &App,
    tx: &Tx,
    doer: Doer,
    batch: BatchId,
    customers: &[CustomerId],
) -> Result<(), CustomerError> {
    match ENDER.get() {
        Some(ender) if !customers.is_empty() => (ender.end)(app, tx, doer, batch, customers).await,
        _ => Ok(()),
    }
}
