//! Where the room of work plugs in: a refusal that comes in by a file, a shared number or a merge ends what is queued, in
//! the transaction that brings it. Said by hand it goes through `rights`.

use super::CustomerError;
use crate::platform::{App, Tx};
use futures::future::BoxFuture;
use std::sync::OnceLock;
use tend_rules::base::CustomerId;
use tend_rules::journal::Doer;

/// Ends the queued work orders of customers who may no longer be contacted so.
pub type RefusalHeeder =
    for<'a> fn(&'a App, &'a Tx, Doer, &'a [CustomerId]) -> BoxFuture<'a, Result<(), CustomerError>>;

static HEEDER: OnceLock<RefusalHeeder> = OnceLock::new();

/// Names who heeds refusals; called once where the rooms are put together.
pub fn heed_refusals_with(heeder: RefusalHeeder) {
    // A second call comes with the same function.
    let _ = HEEDER.set(heeder);
}

pub(super) async fn heed(app: &App, tx: &Tx, doer: Doer, customers: &[CustomerId]) -> Result<(), CustomerError> {
    match HEEDER.get() {
        Some(heeder) if !customers.is_empty() => heeder(app, tx, doer, customers).await,
        _ => Ok(()),
    }
}
