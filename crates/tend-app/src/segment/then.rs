//! What goes past while the columns of one customer are filled, put back to what was known at an earlier moment.

use crate::customer::{SweptAgreement, SweptPerson};
use tend_rules::base::*;
use tend_rules::customer::{Customer, Known};
use uuid::Uuid;

/// Whether nobody knew of the thing yet.
pub(super) fn is_unknown(then: Option<&Known>, thing: Uuid) -> bool {
    then.is_some_and(|then| then.not_yet.contains(&thing))
}

/// A record as it stood. `facts` are the firm's own, as JSON.
pub(super) fn person_then<'r>(file: &'r Customer, facts: &'r str) -> SweptPerson<'r> {
    SweptPerson {
        id: file.id,
        unit_id: file.unit_id,
        owner_id: file.owner_id,
        consented: file.consented,
        refused: file.refused,
        joined: file.joined,
        lifecycle: &file.lifecycle,
        name: &file.name,
        gender: &file.gender,
        occupation: &file.occupation,
        region: &file.region,
        language: &file.language,
        tier: &file.tier,
        class: &file.class,
        birthday: file.birthday,
        wedding_day: file.wedding_day,
        annual_value_minor: file.annual_value_minor,
        churn_risk: file.churn_risk,
        last_contact: file.last_contact,
        facts,
    }
}

/// An agreement as it read, and as it was paid.
pub(super) fn agreement_then<'r>(then: &'r Known, now: &SweptAgreement<'r>) -> SweptAgreement<'r> {
    let mut was = *now;
    if let Some(terms) = then.terms.get(&AgreementId(now.id)) {
        (was.kind, was.product, was.status) = (&terms.kind, &terms.product, &terms.status);
        (was.start, was.end, was.due) = (terms.start, terms.end, terms.due);
        (was.signed, was.delivered) = (terms.signed, terms.delivered);
        was.premium_minor = Some(terms.premium.minor).filter(|_| terms.premium.currency == Currency::CNY);
        was.pay_every_months = Some(terms.pay_every_months.into());
        was.grace_days = Some(terms.grace_days.into());
    }
    if let Some(settled) = then.settled.get(&now.id) {
        (was.paid_on, was.paid_for) = (settled.on, settled.due);
    }
    was
}
