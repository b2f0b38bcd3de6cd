//! A customer is erased from every room in one transaction; the journal still verifies. Where the firm wants it, one
//! person asks and another approves. A legal hold refuses, with its days.

use super::request::{NewRequest, open, settle, standing};
use super::{RightsError, store};
use crate::customer;
use crate::law::{self, Approval};
use crate::org::Who;
use crate::platform::{App, Tx, blank_answers, forget_answers};
use crate::{contact, journal, trace, work};
use serde_json::json;
use tend_rules::base::*;
use tend_rules::journal::{Doer, Fact};
use tend_rules::law::Request;
use tend_rules::org::Scope;

/// The keys of repeatable calls are needed a few minutes; older ones go with their answers.
const ANSWERS_KEPT_SECONDS: i64 = 600;

/// What came of asking for an erasure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Erasure {
    /// The customer is erased.
    Done(RightsRequestId),
    /// A second person is to approve.
    Waiting(RightsRequestId),
}

/// Asks that a customer be erased, for a reason. With one person it is done at once; with two it waits for the other.
/// `request` is the customer's own, where it stands in the register.
pub async fn ask_erasure(
    app: &App,
    tx: &Tx,
    who: &Who,
    id: CustomerId,
    (reason, request): (&str, Option<RightsRequestId>),
) -> Result<Erasure, RightsError> {
    customer::one_for_change(tx, &who.scope(), id).await?;
    let reason = reason.trim();
    if reason.chars().count() < 2 {
        return Err(RightsError::ReasonMissing);
    }
    spare_held(app, tx, id).await?;
    let request = match request {
        Some(request) => request,
        None => {
            let new = NewRequest { customer: id, kind: Request::Erasure, received: app.today(), note: "" };
            open(app, tx, who.doer(), &who.scope(), new).await?
        }
    };
    let row = standing(tx, &who.scope(), request).await?;
    if row.customer_id != id || row.kind != Request::Erasure || row.state != "open" {
        return Err(RightsError::RequestState { state: row.state });
    }
    if law::chosen(&**tx).await?.erasure == Approval::Two {
        settle(app, tx, who.doer(), &row, ("waiting", reason)).await?;
        return Ok(Erasure::Waiting(request));
    }
    settle(app, tx, who.doer(), &row, ("done", reason)).await?;
    erase_now(app, tx, who.doer(), &who.scope(), id, "request").await?;
    Ok(Erasure::Done(request))
}

/// Erases a customer for whoever has the machine: asked for and done, with its row in the register. Where the firm wants
/// two people this is refused.
pub async fn erase_by_program(
    app: &App,
    tx: &Tx,
    doer: Doer,
    id: CustomerId,
    reason: &str,
) -> Result<RightsRequestId, RightsError> {
    let reason = reason.trim();
    if reason.chars().count() < 2 {
        return Err(RightsError::ReasonMissing);
    }
    if law::chosen(&**tx).await?.erasure == Approval::Two {
        return Err(RightsError::SamePerson);
    }
    spare_held(app, tx, id).await?;
    let new = NewRequest { customer: id, kind: Request::Erasure, received: app.today(), note: "" };
    let request = open(app, tx, doer, &Scope::Firm, new).await?;
    let row = standing(tx, &Scope::Firm, request).await?;
    settle(app, tx, doer, &row, ("done", reason)).await?;
    erase_now(app, tx, doer, &Scope::Firm, id, "request").await?;
    Ok(request)
}

/// Another person agrees, and the customer is erased.
pub async fn approve(app: &App, tx: &Tx, who: &Who, request: RightsRequestId) -> Result<(), RightsError> {
    let row = standing(tx, &who.scope(), request).await?;
    if row.state != "waiting" {
        return Err(RightsError::RequestState { state: row.state });
    }
    if row.decided_by.as_deref() == Some(who.doer().to_string().as_str()) {
        return Err(RightsError::SamePerson);
    }
    spare_held(app, tx, row.customer_id).await?;
    settle(app, tx, who.doer(), &row, ("done", "")).await?;
    erase_now(app, tx, who.doer(), &who.scope(), row.customer_id, "request").await
}

/// Refuses while a hold binds the customer, or while a law demands that the evidence of a sale be kept (PIPL 47: until
/// then the firm does nothing with it but store it).
async fn spare_held(app: &App, tx: &Tx, id: CustomerId) -> Result<(), RightsError> {
    if let Some(hold) = customer::hold_on(app, tx, id).await? {
        return Err(RightsError::HeldBack { until: hold.until });
    }
    let law = law::in_force(&**tx, app.today()).await?;
    match trace::kept_until(app, &**tx, &law, id).await? {
        Some(until) if until > app.today() => Err(RightsError::SaleKept { until }),
        _ => Ok(()),
    }
}

/// Erases a customer in scope from every room. The uploaded files that brought the customer go by their own period.
pub async fn erase_now(
    app: &App,
    tx: &Tx,
    doer: Doer,
    scope: &Scope,
    id: CustomerId,
    why: &'static str,
) -> Result<(), RightsError> {
    customer::one_for_change(tx, scope, id).await?;
    spare_held(app, tx, id).await?;
    contact::erase(tx, id).await?;
    work::erase(app, tx, id).await?;
    trace::erase(tx, id).await?;
    store::forget_words(&**tx, id).await?;
    customer::erase(app, tx, doer, scope, id).await?;
    forget_answers(&**tx, app.now().plus_seconds(-ANSWERS_KEPT_SECONDS)).await?;
    blank_answers(&**tx).await?;
    journal::append(app, tx, doer, Fact::about(id, "rights", "erased", json!({ "why": why }))).await?;
    Ok(())
}
