//! What a customer holds and did: agreements, bills, payments, orders.

use crate::base::*;
use serde::{Deserialize, Serialize};

/// Whatever binds the customer: a policy, a vehicle cover, a telecom plan, a loan, a membership.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Agreement {
    /// The id, in the customer's bucket.
    pub id: AgreementId,
    /// Whose it is.
    pub customer_id: CustomerId,
    /// `policy`, `vehicle_cover`, `telecom_plan`, `loan`, `membership`.
    pub kind: String,
    /// The number of the contract.
    pub number: String,
    /// The product.
    pub product: String,
    /// `pending`, `active`, `lapsed`, `ended`.
    pub status: String,
    /// First day in force.
    pub start: Option<Day>,
    /// Last day in force.
    pub end: Option<Day>,
    /// The day on which the next premium or fee is due.
    pub due: Option<Day>,
    /// The premium or fee of one period.
    pub premium: Money,
    /// Months between two payments; 0 for a single one.
    pub pay_every_months: i16,
    /// The day of the last payment.
    pub paid_on: Option<Day>,
    /// The due day that the last payment settled.
    pub paid_for: Option<Day>,
    /// Days after `due` during which the agreement stays in force.
    pub grace_days: i16,
    /// The day of signing.
    pub signed: Option<Day>,
    /// The day on which the contract reached the customer.
    pub delivered: Option<Day>,
    /// Number plate of a vehicle; empty if there is none.
    pub plate: String,
    /// Grows with each change.
    pub version: i64,
}

impl Agreement {
    /// Whether the bill of `due` is settled.
    pub fn is_paid(&self) -> bool {
        self.due.is_some() && self.paid_for >= self.due
    }
}

/// How an agreement reads, without what names it: its number and plate are looked up where it lies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each field is that of the agreement")]
pub struct Terms {
    pub kind: String,
    pub product: String,
    pub status: String,
    pub start: Option<Day>,
    pub end: Option<Day>,
    pub due: Option<Day>,
    pub premium: Money,
    pub pay_every_months: i16,
    pub paid_on: Option<Day>,
    pub paid_for: Option<Day>,
    pub grace_days: i16,
    pub signed: Option<Day>,
    pub delivered: Option<Day>,
}

impl Terms {
    /// Those of an agreement.
    pub fn of(agreement: &Agreement) -> Self {
        Self {
            kind: agreement.kind.clone(),
            product: agreement.product.clone(),
            status: agreement.status.clone(),
            start: agreement.start,
            end: agreement.end,
            due: agreement.due,
            premium: agreement.premium,
            pay_every_months: agreement.pay_every_months,
            paid_on: agreement.paid_on,
            paid_for: agreement.paid_for,
            grace_days: agreement.grace_days,
            signed: agreement.signed,
            delivered: agreement.delivered,
        }
    }
}

/// A bill.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bill {
    /// The id.
    pub id: BillId,
    /// Whose it is.
    pub customer_id: CustomerId,
    /// The agreement it belongs to.
    pub agreement_id: Option<AgreementId>,
    /// First day of the period.
    pub period: Day,
    /// The day on which it is due.
    pub due: Day,
    /// The amount.
    pub amount: Money,
    /// The day of payment.
    pub paid_on: Option<Day>,
}

/// A payment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Payment {
    /// The id.
    pub id: PaymentId,
    /// Whose it is.
    pub customer_id: CustomerId,
    /// The agreement it was for.
    pub agreement_id: Option<AgreementId>,
    /// The bill it was for.
    pub bill_id: Option<BillId>,
    /// The day.
    pub paid_on: Day,
    /// The amount.
    pub amount: Money,
    /// Kind of the agreement, or empty.
    pub kind: String,
}

/// An order of goods.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// The id.
    pub id: OrderId,
    /// Whose it is.
    pub customer_id: CustomerId,
    /// The number in the shop's system.
    pub number: String,
    /// The local day.
    pub placed: Day,
    /// The instant.
    pub placed_at: Instant,
    /// The sum of its lines.
    pub amount: Money,
    /// `placed`, `paid`, `shipped`, `delivered`, `cancelled`, `returned`.
    pub status: String,
}

/// A line of an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderLine {
    /// The order.
    pub order_id: OrderId,
    /// Row number in the file it came from, or the place in the order.
    pub line: i32,
    /// Article number.
    pub sku: String,
    /// Description.
    pub title: String,
    /// Quantity; negative for a return.
    pub quantity: i64,
    /// Price of one piece, minor units.
    pub unit_price_minor: i64,
}
