//! The end of a trace: sold, which no sale with a gap becomes; abandoned; and opened again by compliance.

use super::case::{Loaded, load};
use super::open::{Turn, put_turn, reason};
use super::{TraceError, store};
use crate::customer::{self, CustomerError};
use crate::journal;
use crate::org::Who;
use crate::platform::{App, Tx};
use serde_json::json;
use tend_rules::base::*;
use tend_rules::journal::Fact;
use tend_rules::trace::Gap;

/// What came of the wish to close a sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Closing {
    /// It is closed.
    Sold,
    /// It stays open: this is missing.
    Refused(Vec<Gap>),
}

/// Closes a trace as sold, if no required step has a gap. Whoever takes evidence or a consent back at the same time comes
/// before or after, never in between: the customer and the trace are held from here to the commit.
pub async fn sell(app: &App, tx: &Tx, who: &Who, id: TraceId) -> Result<Closing, TraceError> {
    let held = hold(app, tx, who, id, "open").await?;
    let gaps = held.gaps()?;
    if !gaps.is_empty() {
        return Ok(Closing::Refused(gaps));
    }
    end(app, tx, who, &held, Turn { trace: id, kind: "sold", reason: "" }).await?;
    Ok(Closing::Sold)
}

/// Gives a sale up.
pub async fn abandon(app: &App, tx: &Tx, who: &Who, id: TraceId, why: &str) -> Result<(), TraceError> {
    let why = reason(why)?;
    let held = hold(app, tx, who, id, "open").await?;
    end(app, tx, who, &held, Turn { trace: id, kind: "abandoned", reason: why }).await
}

/// Opens a closed trace again.
pub async fn reopen(app: &App, tx: &Tx, who: &Who, id: TraceId, why: &str) -> Result<(), TraceError> {
    let why = reason(why)?;
    hold_customer_first(tx, who, id).await?;
    let held = load(app, &**tx, &who.scope(), id).await?;
    if held.row.state == "open" {
        return Err(TraceError::StillOpen);
    }
    store::turn(&**tx, id, "open", None).await?;
    let hash = put_turn(app, tx, who, &held.key, Turn { trace: id, kind: "reopened", reason: why }).await?;
    told(app, tx, who, &held, "reopened", hash).await?;
    load(app, &**tx, &who.scope(), id).await?.recount(tx, "reopened").await?;
    Ok(())
}

/// Holds the customer of a trace and then the trace: an erasure, which takes them in this order too, comes before or after
/// and leaves nothing behind of what is added here.
async fn hold_customer_first(tx: &Tx, who: &Who, id: TraceId) -> Result<(), TraceError> {
    let row = store::one(&**tx, id).await?.ok_or(TraceError::NotFound)?;
    let whose = customer::whole_of(&**tx, row.customer).await?;
    customer::one_for_change(tx, &who.scope(), whose).await.map_err(|error| match error {
        CustomerError::NotFound => TraceError::NotFound,
        error => error.into(),
    })?;
    store::hold(&**tx, id).await?;
    Ok(())
}

/// Holds a trace in a state, with its customer, and reads it.
pub(super) async fn hold(
    app: &App,
    tx: &Tx,
    who: &Who,
    id: TraceId,
    state: &'static str,
) -> Result<Loaded, TraceError> {
    hold_customer_first(tx, who, id).await?;
    let held = load(app, &**tx, &who.scope(), id).await?;
    if held.row.state != state {
        return Err(TraceError::Closed { state: held.row.state });
    }
    Ok(held)
}

async fn end(app: &App, tx: &Tx, who: &Who, held: &Loaded, turn: Turn<'_>) -> Result<(), TraceError> {
    let kind = turn.kind;
    store::turn(&**tx, held.row.id, kind, Some(app.now())).await?;
    let hash = put_turn(app, tx, who, &held.key, turn).await?;
    told(app, tx, who, held, kind, hash).await?;
    held.tell(tx, kind);
    Ok(())
}

async fn told(
    app: &App,
    tx: &Tx,
    who: &Who,
    held: &Loaded,
    kind: &'static str,
    hash: Digest,
) -> Result<(), TraceError> {
    let payload = json!({ "trace": held.row.id, "hash": hash });
    journal::append(app, tx, who.doer(), Fact::about(held.row.customer, "trace", kind, payload)).await?;
    Ok(())
}

/// A refusal with sentences in the reader's language.
pub(super) async fn refusal(app: &App, who: &Who, id: TraceId, gaps: Vec<Gap>) -> Result<TraceError, TraceError> {
    Ok(load(app, app.read(), &who.scope(), id).await?.refused(gaps, who.language))
}
