//! A payment entered by hand, and taken back soon after. What comes in files goes through [`super::import`]. A payment is
//! never changed: a wrong one is taken back and entered anew (MISSION.md A4).

use super::CustomerError;
use super::change::news;
use super::holding::add_payments;
use super::read::one_for_change;
use super::store::holdings::{self, Whose};
use crate::journal::{self, StoredFact};
use crate::platform::{App, Tx};
use serde_json::{Value, json};
use tend_rules::base::*;
use tend_rules::customer::{Agreement, Bill, Payment, Settled};
use tend_rules::journal::{Doer, Fact};
use tend_rules::org::Scope;

/// How long after it was entered a payment may be taken back, in milliseconds: long enough to see that it stands with the
/// wrong bill, too short for a night to have planned with it.
const TAKE_BACK_MS: i64 = 10 * 60 * 1000;
/// Payments of a customer that are looked through for what came after one.
const LOOKED_THROUGH: i64 = 200;

/// The largest amount that is entered by hand, in minor units: a thousand million yuan. Whoever types more mistyped, and
/// sums over many customers stay far from the bounds of a number.
pub(super) const AMOUNT_MINOR_MAX: i64 = 100_000_000_000;

/// A payment about to be recorded by hand.
#[derive(Debug, Clone, Copy)]
pub(super) struct NewPayment {
    /// The agreement whose present due day it settles.
    pub agreement_id: Option<AgreementId>,
    /// The bill that it settles.
    pub bill_id: Option<BillId>,
    /// The day.
    pub paid_on: Day,
    /// The amount, in the firm's currency.
    pub amount: Money,
}

/// Records a payment of one customer in scope for what the customer holds, in the firm's currency: no other is counted. The
/// customer is locked first: what is settled may be going over to another record just now.
pub(super) async fn pay(
    app: &App,
    tx: &Tx,
    doer: Doer,
    scope: &Scope,
    id: CustomerId,
    new: NewPayment,
) -> Result<Payment, CustomerError> {
    if !(1..=AMOUNT_MINOR_MAX).contains(&new.amount.minor) {
        return Err(CustomerError::Invalid { field: "amount", rule: "0.01 to 1,000,000,000.00" });
    }
    if new.amount.currency != Currency::CNY {
        return Err(CustomerError::Invalid { field: "amount", rule: "an amount in yuan (CNY)" });
    }
    let customer = one_for_change(tx, scope, id).await?;
    let whose = Whose::Customers(std::slice::from_ref(&id));
    let kind = match new.agreement_id {
        None => String::new(),
        Some(wanted) => {
            let held = holdings::agreements(&**tx, whose).await?.into_iter().find(|held| held.id == wanted);
            held.ok_or(CustomerError::PartNotFound { thing: "agreement" })?.kind
        }
    };
    if let Some(wanted) = new.bill_id
        && !holdings::bills(&**tx, whose).await?.iter().any(|bill| bill.id == wanted)
    {
        return Err(CustomerError::PartNotFound { thing: "bill" });
    }
    let NewPayment { agreement_id, bill_id, paid_on, amount } = new;
    let id_of_payment = PaymentId(app.new_id(id.bucket()));
    let payment = Payment { id: id_of_payment, customer_id: id, agreement_id, bill_id, paid_on, amount, kind };
    add_payments(app, tx, doer, std::slice::from_ref(&payment)).await?;
    tx.tell(news(&customer, "changed"));
    Ok(payment)
}

/// Takes back a payment that was entered a moment ago; what it settled stands as before. Nothing happens if it is not
/// there (any more). One after which the same was paid again stays, and so does one whose bill or agreement says
/// otherwise by now: what stood before it is not what should stand then.
pub(super) async fn take_back(
    app: &App,
    tx: &Tx,
    doer: Doer,
    scope: &Scope,
    (id, payment): (CustomerId, PaymentId),
) -> Result<(), CustomerError> {
    let customer = one_for_change(tx, scope, id).await?;
    let held = holdings::payments(&**tx, Whose::Customers(std::slice::from_ref(&id))).await?;
    let Some(paid) = held.iter().find(|held| held.id == payment) else { return Ok(()) };
    let told = journal::told(&**tx, id, "customer.payment_added", LOOKED_THROUGH).await?;
    let place = told.iter().position(|fact| fact.payload["payment"] == json!(payment));
    let place = place.ok_or(CustomerError::PaymentStays)?;
    let (later, fact) = (&told[..place], &told[place]);
    let is_new = (0..=TAKE_BACK_MS).contains(&(app.now().millis() - fact.at.millis()));
    let is_last = !later.iter().any(|other| settles_same(other, fact) && stands(other, &held));
    if !is_new || !is_last {
        return Err(CustomerError::PaymentStays);
    }
    let present = unsettle(tx, paid, &fact.payload["before"]).await?;
    holdings::delete_payment(&**tx, id, payment).await?;
    let payload = json!({
        "payment": payment, "on": paid.paid_on, "amount": paid.amount, "kind": paid.kind,
        "bill": fact.payload["bill"], "agreement": fact.payload["agreement"], "before": present,
    });
    journal::append(app, tx, doer, Fact::about(id, "customer", "payment_taken_back", payload)).await?;
    tx.tell(news(&customer, "changed"));
    Ok(())
}

/// Whether two payments settled the same bill, or the same agreement.
fn settles_same(one: &StoredFact, other: &StoredFact) -> bool {
    ["bill", "agreement"].into_iter().any(|key| !one.payload[key].is_null() && one.payload[key] == other.payload[key])
}

/// Whether the payment that a fact tells of is still there.
fn stands(fact: &StoredFact, held: &[Payment]) -> bool {
    held.iter().any(|payment| fact.payload["payment"] == json!(payment.id))
}

/// Gives the bill or agreement back what stood in it before the payment; answers what stands there now.
async fn unsettle(tx: &Tx, paid: &Payment, before: &Value) -> Result<Option<Settled>, CustomerError> {
    let whose = Whose::Customers(std::slice::from_ref(&paid.customer_id));
    let present = match (paid.bill_id, paid.agreement_id) {
        (Some(bill), _) => {
            let found = holdings::bills(&**tx, whose).await?.into_iter().find(|held| held.id == bill);
            found.map(|Bill { paid_on, .. }| Settled { on: paid_on, due: None })
        }
        (None, Some(agreement)) => {
            let found = holdings::agreements(&**tx, whose).await?.into_iter().find(|held| held.id == agreement);
            found.map(|Agreement { paid_on, paid_for, .. }| Settled { on: paid_on, due: paid_for })
        }
        (None, None) => return Ok(None),
    };
    let (Some(present), Ok(before)) = (present, serde_json::from_value::<Settled>(before.clone())) else {
        return Err(CustomerError::PaymentStays);
    };
    if present.on != Some(paid.paid_on) {
        return Err(CustomerError::PaymentStays);
    }
    match (paid.bill_id, paid.agreement_id) {
        (Some(bill), _) => holdings::settle_bill(&**tx, paid.customer_id, bill, before.on).await?,
        (None, Some(agreement)) => holdings::settle_agreement(&**tx, paid.customer_id, agreement, before).await?,
        (None, None) => 0,
    };
    Ok(Some(present))
}
