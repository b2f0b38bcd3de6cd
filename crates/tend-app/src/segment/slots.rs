//! Where the facts stand in the columns that are filled.

use tend_planner::{ColumnsBuilder, Slot};
use tend_rules::segment::{Catalogue, CollectionId};

/// Where the facts stand.
pub(super) struct Slots {
    pub texts: [Slot; 8],
    pub dates: [Slot; 3],
    pub birthday: Slot,
    pub annual_value: Slot,
    pub churn_risk: Slot,
    pub labels: Slot,
    pub consents: Slot,
    pub billed: [Slot; 3],
    pub agreements: CollectionId,
    pub of_agreement: OfAgreement,
    pub bills: CollectionId,
    pub of_bill: [Slot; 5],
    pub payments: CollectionId,
    pub of_payment: [Slot; 3],
    pub orders: CollectionId,
    pub of_order: [Slot; 3],
}

pub(super) struct OfAgreement {
    pub texts: [Slot; 5],
    pub dates: [Slot; 6],
    pub premium: Slot,
    pub pay_every_months: Slot,
    pub grace_days: Slot,
    pub paid: Slot,
}

impl Slots {
    pub fn of(builder: &ColumnsBuilder, catalogue: &Catalogue) -> Self {
        let fact = |key| builder.slot(key);
        let collection = |key| catalogue.collection(key).expect("the collection is built in");
        let of = |collection| move |key| builder.item_slot(collection, key);
        let [agreements, bills, payments, orders] = ["agreements", "bills", "payments", "orders"].map(collection);
        let agreement = of(agreements);
        Self {
            texts: ["name", "gender", "occupation", "region", "language", "tier", "class", "lifecycle"].map(fact),
            dates: ["wedding_day", "joined", "last_contact"].map(fact),
            birthday: fact("birthday"),
            annual_value: fact("annual_value"),
            churn_risk: fact("churn_risk"),
            labels: fact("labels"),
            consents: fact("consents"),
            billed: ["bill_m1", "bill_m2", "bill_m3"].map(fact),
            of_agreement: OfAgreement {
                texts: ["kind", "number", "product", "status", "plate"].map(agreement),
                dates: ["start", "end", "due", "paid_on", "signed", "delivered"].map(agreement),
                premium: agreement("premium"),
                pay_every_months: agreement("pay_every_months"),
                grace_days: agreement("grace_days"),
                paid: agreement("paid"),
            },
            of_bill: ["period", "due", "amount", "paid", "paid_on"].map(of(bills)),
            of_payment: ["paid_on", "amount", "kind"].map(of(payments)),
            of_order: ["placed", "amount", "status"].map(of(orders)),
            agreements,
            bills,
            payments,
            orders,
        }
    }
}
