//! What customers hold and pay: agreements, bills, payments, orders. Each verb takes many at once, because they come in
//! files as often as one by one.

use super::CustomerError;
use super::store::{cells, holdings};
use crate::journal;
use crate::platform::{App, Tx};
use serde_json::json;
use tend_rules::base::*;
use tend_rules::customer::{Agreement, Bill, Order, OrderLine, Payment, kind_keys};
use tend_rules::journal::{Doer, Fact};

/// Writes agreements, new or changed, and makes their numbers and plates findable.
pub async fn put_agreements(app: &App, tx: &Tx, doer: Doer, agreements: &[Agreement]) -> Result<(), CustomerError> {
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

/// Records payments: a bill is settled by its payment, an agreement's due day by the payment of its premium.
pub async fn add_payments(app: &App, tx: &Tx, doer: Doer, payments: &[Payment]) -> Result<(), CustomerError> {
    holdings::insert_payments(&**tx, payments).await?;
    for payment in payments {
        match (payment.bill_id, payment.agreement_id) {
            (Some(bill), _) => {
                holdings::pay_bill(&**tx, payment.customer_id, bill, payment.paid_on).await?;
            }
            (None, Some(agreement)) => {
                holdings::pay_agreement(&**tx, payment.customer_id, agreement, payment.paid_on).await?;
            }
            _ => {}
        }
    }
    let facts = payments.iter().map(|payment| {
        let payload =
            json!({ "payment": payment.id, "on": payment.paid_on, "amount": payment.amount, "kind": payment.kind });
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
