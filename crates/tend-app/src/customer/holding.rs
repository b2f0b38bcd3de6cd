//! What customers hold and pay: agreements, bills, payments, orders. Each verb takes many at once, because they come in
//! files as often as one by one. A payment by hand stands in [`super::payment`].

use super::CustomerError;
use super::store::cells;
use super::store::holdings::{self, Whose};
use crate::journal;
use crate::platform::{App, Tx};
use serde_json::json;
use std::collections::{BTreeSet, HashMap};
use tend_rules::base::*;
use tend_rules::customer::{Agreement, Bill, Order, OrderLine, Payment, Settled, Terms, kind_keys};
use tend_rules::journal::{Doer, Fact};
use uuid::Uuid;

/// Writes agreements, new or changed, and makes their numbers and plates findable. The journal hears how a changed one
/// read before.
pub async fn put_agreements(app: &App, tx: &Tx, doer: Doer, agreements: &[Agreement]) -> Result<(), CustomerError> {
    let before = present(tx, agreements.iter().map(|agreement| agreement.customer_id)).await?;
    holdings::put_agreements(&**tx, agreements, app.now()).await?;
    let lookups = agreements.iter().flat_map(|agreement| {
        let number = kind_keys("agreement", &agreement.number);
        let keys = number.into_iter().chain(kind_keys("plate", &agreement.plate));
        keys.map(|(kind, value)| (app.keys().digest(&kind, &value), agreement.customer_id)).collect::<Vec<_>>()
    });
    cells::insert_lookups(&**tx, lookups.collect()).await?;
    let facts = agreements.iter().map(|agreement| {
        let payload = json!({
            "agreement": agreement.id, "kind": agreement.kind, "product": agreement.product,
            "status": agreement.status, "due": agreement.due, "premium": agreement.premium,
            "before": before.get(&agreement.id).map(Terms::of),
        });
        Fact::about(agreement.customer_id, "customer", "agreement_put", payload)
    });
    journal::append_all(app, tx, doer, facts.collect()).await?;
    Ok(())
}

/// Writes new bills.
pub async fn add_bills(app: &App, tx: &Tx, doer: Doer, bills: &[Bill]) -> Result<(), CustomerError> {
    holdings::insert_bills(&**tx, bills).await?;
    let facts = bills.iter().map(|bill| {
        let payload = json!({ "bill": bill.id, "period": bill.period, "due": bill.due, "amount": bill.amount });
        Fact::about(bill.customer_id, "customer", "bill_added", payload)
    });
    journal::append_all(app, tx, doer, facts.collect()).await?;
    Ok(())
}

/// The agreements that customers hold now.
async fn present(
    tx: &Tx,
    customers: impl Iterator<Item = CustomerId>,
) -> Result<HashMap<AgreementId, Agreement>, CustomerError> {
    let ids: BTreeSet<CustomerId> = customers.collect();
    let ids: Vec<CustomerId> = ids.into_iter().collect();
    let held = holdings::agreements(&**tx, Whose::Customers(&ids)).await?;
    Ok(held.into_iter().map(|agreement| (agreement.id, agreement)).collect())
}

/// What stood in the bills and agreements that payments settle, before the first of them.
async fn settled_before(tx: &Tx, payments: &[Payment]) -> Result<HashMap<Uuid, Settled>, CustomerError> {
    let of_agreements = payments.iter().filter(|payment| payment.bill_id.is_none() && payment.agreement_id.is_some());
    let agreements = present(tx, of_agreements.map(|payment| payment.customer_id)).await?;
    let of_bills: BTreeSet<CustomerId> =
        payments.iter().filter(|payment| payment.bill_id.is_some()).map(|payment| payment.customer_id).collect();
    let bills = holdings::bills(&**tx, Whose::Customers(&of_bills.into_iter().collect::<Vec<_>>())).await?;
    let of_bill = bills.into_iter().map(|bill| (bill.id.0, Settled { on: bill.paid_on, due: None }));
    let of_agreement = agreements.into_values().map(|one| (one.id.0, Settled { on: one.paid_on, due: one.paid_for }));
    Ok(of_bill.chain(of_agreement).collect())
}

/// Records payments: a bill is settled by its payment, an agreement's due day by the payment of its premium. The journal
/// hears what stood before.
pub async fn add_payments(app: &App, tx: &Tx, doer: Doer, payments: &[Payment]) -> Result<(), CustomerError> {
    let before = settled_before(tx, payments).await?;
    holdings::insert_payments(&**tx, payments).await?;
    for payment in payments {
        match (payment.bill_id, payment.agreement_id) {
            (Some(bill), _) => {
                holdings::settle_bill(&**tx, payment.customer_id, bill, Some(payment.paid_on)).await?;
            }
            (None, Some(agreement)) => {
                holdings::pay_agreement(&**tx, payment.customer_id, agreement, payment.paid_on).await?;
            }
            _ => {}
        }
    }
    let facts = payments.iter().map(|payment| {
        let agreement = payment.agreement_id.filter(|_| payment.bill_id.is_none());
        let settles = payment.bill_id.map(|id| id.0).or(agreement.map(|id| id.0));
        let payload = json!({
            "payment": payment.id, "on": payment.paid_on, "amount": payment.amount, "kind": payment.kind,
            "bill": payment.bill_id, "agreement": agreement,
            "before": settles.and_then(|id| before.get(&id)),
        });
        Fact::about(payment.customer_id, "customer", "payment_added", payload)
    });
    journal::append_all(app, tx, doer, facts.collect()).await?;
    Ok(())
}

/// Writes new orders with their lines.
pub async fn add_orders(
    app: &App,
    tx: &Tx,
    doer: Doer,
    orders: &[Order],
    lines: &[(CustomerId, OrderLine)],
) -> Result<(), CustomerError> {
    holdings::put_orders(&**tx, orders, None).await?;
    holdings::insert_lines(&**tx, lines, None).await?;
    let facts = orders.iter().map(|order| {
        let payload =
            json!({ "order": order.id, "number": order.number, "amount": order.amount, "placed": order.placed });
        Fact::about(order.customer_id, "customer", "order_added", payload)
    });
    journal::append_all(app, tx, doer, facts.collect()).await?;
    Ok(())
}
