//! What the customer said about channels. A refusal acts at once; a given consent does not lift it: the customer takes
//! it back first, with proof of its own.

use super::CustomerError;
use super::change::news;
use super::create::phone_digest;
use super::read::{one_for_change, points};
use super::store::cells::{self, ConsentRow};
use super::store::people;
use crate::journal;
use crate::platform::{App, Tx};
use serde_json::json;
use tend_rules::base::*;
use tend_rules::customer::{Consent, Customer, PointKind, Verdict};
use tend_rules::journal::{Doer, Fact};
use tend_rules::org::Scope;

/// What the customer said.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// About which channel.
    pub channel: Channel,
    /// The state from now on. `Unknown` takes a refusal or a consent back.
    pub state: Consent,
    /// How it can be proved: a call, a form, a message.
    pub proof: &'a str,
}

/// Records what the customer said about a channel.
pub async fn set_consent(
    app: &App,
    tx: &Tx,
    doer: Doer,
    scope: &Scope,
    id: CustomerId,
    said: Said<'_>,
) -> Result<Customer, CustomerError> {
    let mut customer = one_for_change(tx, scope, id).await?;
    let before = Consent::of(said.channel, customer.consented, customer.refused);
    let lifts = before == Consent::Refused && said.state != Consent::Refused;
    if said.proof.trim().is_empty() && (lifts || said.state == Consent::Given) {
        return Err(CustomerError::Invalid { field: "proof", rule: "how the customer said so" });
    }
    let mut verdicts = Vec::new();
    match said.state {
        Consent::Refused => {
            customer.refused = customer.refused.with(said.channel);
            customer.consented = customer.consented.without(said.channel);
            verdicts.push(Verdict::Refused);
        }
        Consent::Given => {
            customer.consented = customer.consented.with(said.channel);
            verdicts.extend(lifts.then_some(Verdict::WithdrawnRefusal));
            verdicts.push(Verdict::Given);
        }
        Consent::Unknown => {
            customer.consented = customer.consented.without(said.channel);
            verdicts.push(Verdict::WithdrawnRefusal);
        }
    }
    if lifts {
        customer.refused = customer.refused.without(said.channel);
    }
    customer.version += 1;
    customer.updated_at = app.now();
    people::update(&**tx, std::slice::from_ref(&customer)).await?;
    cells::insert_consents(&**tx, verdicts.iter().map(|v| proof_row(app, doer, id, said, *v)).collect()).await?;
    keep_number(app, tx, &customer, said).await?;
    let payload = json!({
        "channel": said.channel, "from": before, "to": said.state, "proof": said.proof,
        "consented": customer.consented.bits(), "refused": customer.refused.bits(),
    });
    journal::append(app, tx, doer, Fact::about(id, "customer", "consent_set", payload)).await?;
    tx.tell(news(&customer, "consent_set"));
    Ok(customer)
}

fn proof_row(app: &App, doer: Doer, id: CustomerId, said: Said<'_>, verdict: Verdict) -> ConsentRow {
    ConsentRow {
        id: app.new_id(id.bucket()),
        customer_id: id,
        channel: said.channel,
        verdict: verdict.word(),
        proof: said.proof.trim().to_owned(),
        actor: doer.to_string(),
        at: app.now(),
    }
}

/// A number that refuses calls or short messages is remembered whoever holds it later.
async fn keep_number(app: &App, tx: &Tx, customer: &Customer, said: Said<'_>) -> Result<(), CustomerError> {
    if !matches!(said.channel, Channel::Phone | Channel::Sms) {
        return Ok(());
    }
    let held = points(app, &**tx, &[customer.id]).await?.remove(&customer.id).unwrap_or_default();
    let phones = held.iter().filter(|point| point.kind == PointKind::Phone);
    let digests: Vec<i64> = phones.map(|point| phone_digest(app, &point.value)).collect();
    if customer.refused.has(said.channel) {
        let only = ChannelSet::NONE.with(said.channel);
        let numbers = digests.into_iter().map(|digest| (digest, only)).collect();
        cells::refuse_numbers(&**tx, numbers, said.proof, app.now()).await?;
    } else {
        cells::permit_numbers(&**tx, &digests, said.channel).await?;
    }
    Ok(())
}
