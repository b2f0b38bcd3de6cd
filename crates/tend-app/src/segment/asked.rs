//! What is read of the database for the facts that are needed: which column stands behind which fact.

use crate::customer::Asked;
use std::sync::Arc;
use tend_planner::{Needs, Roster};
use tend_rules::base::*;
use tend_rules::customer::Known;
use tend_rules::journal::Parts;
use tend_rules::segment::Catalogue;

/// Facts whose columns in the database have another name than they.
const PERSON: [(&str, &[&str]); 15] = [
    ("name", &["customer.name"]),
    ("gender", &["customer.gender"]),
    ("occupation", &["customer.occupation"]),
    ("region", &["customer.region"]),
    ("language", &["customer.language"]),
    ("tier", &["customer.tier"]),
    ("class", &["customer.class"]),
    ("wedding_day", &["customer.wedding_day"]),
    ("annual_value", &["customer.annual_value_minor"]),
    ("churn_risk", &["customer.churn_risk"]),
    ("last_contact", &["customer.last_contact_day"]),
    ("birthday", &["customer.birthday_calendar", "customer.birth_year", "customer.birth_month", "customer.birth_dom"]),
    ("joined", &[]),
    ("lifecycle", &[]),
    ("consents", &[]),
];
const ITEM: [(&str, &str, &[&str]); 22] = [
    ("agreements", "kind", &["agreement.kind"]),
    ("agreements", "number", &["agreement.number"]),
    ("agreements", "product", &["agreement.product"]),
    ("agreements", "status", &["agreement.status"]),
    ("agreements", "plate", &["agreement.plate"]),
    ("agreements", "start", &["agreement.start_day"]),
    ("agreements", "end", &["agreement.end_day"]),
    ("agreements", "due", &["agreement.due_day"]),
    ("agreements", "paid_on", &["agreement.paid_on_day"]),
    ("agreements", "paid", &["agreement.due_day", "agreement.paid_for_day"]),
    ("agreements", "signed", &["agreement.signed_day"]),
    ("agreements", "delivered", &["agreement.delivered_day"]),
    ("agreements", "premium", &["agreement.premium_minor", "agreement.currency"]),
    ("agreements", "pay_every_months", &["agreement.pay_every_months"]),
    ("agreements", "grace_days", &["agreement.grace_days"]),
    ("bills", "due", &["bill.due_day"]),
    ("bills", "paid", &["bill.paid_on_day"]),
    ("bills", "paid_on", &["bill.paid_on_day"]),
    ("payments", "amount", &["payment.amount_minor"]),
    ("payments", "kind", &["payment.kind"]),
    ("orders", "amount", &["purchase.amount_minor", "purchase.currency"]),
    ("orders", "status", &["purchase.status"]),
];

/// What is read and for which day: the same for every thread.
#[derive(Debug, Clone)]
pub(super) struct Columned {
    pub catalogue: Arc<Catalogue>,
    pub needs: Needs,
    /// What is read of the customers; `needs` asks for nothing that is not made of it.
    pub parts: Parts,
    pub roster: Roster,
    pub day: Day,
    /// The one customer as known at an earlier moment, where that is what is asked.
    pub then: Option<Arc<Known>>,
}

impl Columned {
    /// The columns of the database behind the facts that are needed.
    pub fn asked(&self) -> Asked {
        let mut asked = Asked::default();
        let (catalogue, needs) = (&self.catalogue, &self.needs);
        let wanted = PERSON.iter().filter(|(key, _)| needs.has_fact(catalogue, key));
        wanted.flat_map(|(_, columns)| columns.iter()).for_each(|column| asked.ask(column));
        let wanted = ITEM.iter().filter(|(collection, key, _)| needs.has_item_fact(catalogue, collection, key));
        wanted.flat_map(|(_, _, columns)| columns.iter()).for_each(|column| asked.ask(column));
        if needs.has_item_fact(catalogue, "orders", "placed") {
            asked.ask("purchase.placed_day");
        }
        if self.reads_firm_facts() {
            asked.ask("customer.facts");
        }
        asked
    }

    fn reads_firm_facts(&self) -> bool {
        let builtin = Catalogue::builtin();
        let firm = self.catalogue.facts().iter().filter(|fact| builtin.find(&fact.key).is_none());
        firm.into_iter().any(|fact| self.needs.has_fact(&self.catalogue, &fact.key))
    }
}
