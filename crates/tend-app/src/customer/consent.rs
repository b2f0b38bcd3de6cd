//! What the customer said about being contacted, by channel and purpose. A refusal acts at once; a given consent does
//! not lift it: the customer takes it back first, with proof of its own.

use super::CustomerError;
use super::change::news;
use super::consent_proof;
use super::create::{phone_digest, sealed};
use super::read::{key, one, one_for_change, points};
use super::store::cells::{self, ConsentRow};
use super::store::{consents, people};
use crate::platform::{App, CustomerKey, Tx, before_wall};
use crate::{journal, law};
use serde::Serialize;
use serde_json::json;
use std::collections::{BTreeMap, HashMap};
use tend_rules::base::*;
use tend_rules::customer::{self, Consent, Customer, EVERY_PURPOSE, How, OnFile, PointKind, SaidBy, Stated, Verdict};
use tend_rules::journal::{Doer, Fact};
use tend_rules::law::{Blocked, Law, Stance, every_purpose, may_contact};
use tend_rules::org::Scope;
use utoipa::ToSchema;

const PROOF_CHARS_MAX: usize = 400;
const VERSION_CHARS_MAX: usize = 60;

/// What the customer said.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// About which channel.
    pub channel: Channel,
    /// About which purpose; [`EVERY_PURPOSE`] for all at once.
    pub purpose: &'a str,
    /// The state from now on. `Unknown` takes a refusal or a consent back.
    pub state: Consent,
    /// How it can be proved: where the recording, form or message lies.
    pub proof: &'a str,
    /// By what way it was said.
    pub how: How,
    /// Who said it.
    pub by: SaidBy,
    /// The version of the text that the customer was shown or read; empty if none was.
    pub text_version: &'a str,
}

impl<'a> Said<'a> {
    /// About every purpose, said by the customer when asked.
    pub const fn of(channel: Channel, state: Consent, proof: &'a str) -> Self {
        Self { channel, purpose: EVERY_PURPOSE, state, proof, how: How::Call, by: SaidBy::Customer, text_version: "" }
    }
}

/// Records what the customer said about a channel. Work orders are the later rooms' to take back.
pub async fn set_consent(
    app: &App,
    tx: &Tx,
    doer: Doer,
    scope: &Scope,
    id: CustomerId,
    said: Said<'_>,
) -> Result<Customer, CustomerError> {
    let said = Said { proof: said.proof.trim(), text_version: said.text_version.trim(), ..said };
    let mut customer = one_for_change(tx, scope, id).await?;
    fits(said)?;
    let stances = consents::of(&**tx, &[id]).await?;
    let before = state_before(&customer, &stances, said);
    let lifts = before == Consent::Refused && said.state != Consent::Refused;
    if said.proof.is_empty() && (lifts || said.state == Consent::Given) {
        return Err(CustomerError::Invalid { field: "proof", rule: "how the customer said so" });
    }
    permitted_by_law(app, tx, &customer, said, lifts).await?;
    let (consented, refused) = (customer.consented.bits(), customer.refused.bits());
    if said.purpose == EVERY_PURPOSE {
        for_every_purpose(app, tx, &mut customer, said, lifts).await?;
    } else {
        for_one_purpose(app, tx, &mut customer, &stances, said).await?;
    }
    customer.version += 1;
    customer.updated_at = app.now();
    people::update(&**tx, std::slice::from_ref(&customer)).await?;
    let key = key(app, &**tx, id).await?;
    let rows = verdicts(said.state, lifts).into_iter().map(|verdict| proof_row(app, doer, (id, &key), said, verdict));
    cells::insert_consents(&**tx, rows.collect()).await?;
    if said.purpose == EVERY_PURPOSE {
        keep_number(app, tx, id, (said, lifts)).await?;
    }
    let of_channel = stances.iter().filter(|row| row.channel == said.channel);
    let said_before: BTreeMap<&str, Stance> = of_channel.map(|row| (row.purpose.as_str(), row.stance)).collect();
    let proof = if said.proof.is_empty() { json!("") } else { sealed(&key, id, said.proof) };
    let payload = json!({
        "channel": said.channel, "purpose": said.purpose, "from": before, "to": said.state, "proof": proof,
        "how": said.how, "by": said.by, "text_version": said.text_version,
        "consented": customer.consented.bits(), "refused": customer.refused.bits(),
        "consented_before": consented, "refused_before": refused, "said_before": said_before,
    });
    journal::append(app, tx, doer, Fact::about(id, "customer", "consent_set", payload)).await?;
    tx.tell(news(&customer, "consent_set"));
    Ok(customer)
}

fn fits(said: Said<'_>) -> Result<(), CustomerError> {
    let known = said.purpose == EVERY_PURPOSE || every_purpose().iter().any(|purpose| purpose.key == said.purpose);
    if !known {
        return Err(CustomerError::Invalid { field: "purpose", rule: "a purpose of the list, or every" });
    }
    if said.proof.chars().count() > PROOF_CHARS_MAX {
        return Err(CustomerError::Invalid { field: "proof", rule: "at most 400 characters" });
    }
    if said.text_version.chars().count() > VERSION_CHARS_MAX {
        return Err(CustomerError::Invalid { field: "text_version", rule: "at most 60 characters" });
    }
    Ok(())
}

fn verdicts(state: Consent, lifts: bool) -> Vec<Verdict> {
    match state {
        Consent::Refused => vec![Verdict::Refused],
        Consent::Given => lifts.then_some(Verdict::WithdrawnRefusal).into_iter().chain([Verdict::Given]).collect(),
        Consent::Unknown if lifts => vec![Verdict::WithdrawnRefusal],
        Consent::Unknown => vec![Verdict::Withdrawn],
    }
}

fn state_before(customer: &Customer, stances: &[consents::StanceRow], said: Said<'_>) -> Consent {
    let one = stances.iter().find(|row| row.purpose == said.purpose && row.channel == said.channel);
    match (said.purpose == EVERY_PURPOSE, one.map(|row| row.stance)) {
        (false, Some(Stance::Refused)) => Consent::Refused,
        (false, Some(Stance::Given)) => Consent::Given,
        (false, _) => Consent::Unknown,
        (true, _) => Consent::of(said.channel, customer.consented, customer.refused),
    }
}

/// What a law demands of a consent itself: a guardian for the young, and that nobody talks a customer out of a refusal
/// within its period.
async fn permitted_by_law(
    app: &App,
    tx: &Tx,
    customer: &Customer,
    said: Said<'_>,
    lifts: bool,
) -> Result<(), CustomerError> {
    let today = app.today();
    let law = law::in_force(&**tx, today).await?;
    if let (Consent::Given, SaidBy::Customer, Some(below)) = (said.state, said.by, law.guardian_below_years())
        && customer.age_on(today).is_some_and(|age| age < below)
    {
        return Err(CustomerError::GuardianNeeded { below });
    }
    if let (true, true, Some(period)) = (lifts, said.how.was_asked(), law.refusal(said.channel)) {
        let since = consents::refused_at(&**tx, customer.id, said.channel, said.purpose).await?;
        let until = since.map(|at| period.after(app.zone().day_of(at)));
        if let Some(until) = until.filter(|until| today < *until) {
            return Err(CustomerError::RefusalHolds { until });
        }
    }
    Ok(())
}

/// Every purpose at once: what was said about single ones gives way, except that a refusal of one stays when all are
/// consented to.
async fn for_every_purpose(
    app: &App,
    tx: &Tx,
    customer: &mut Customer,
    said: Said<'_>,
    lifts: bool,
) -> Result<(), CustomerError> {
    match said.state {
        Consent::Refused => {
            customer.refused = customer.refused.with(said.channel);
            customer.consented = customer.consented.without(said.channel);
        }
        Consent::Given => customer.consented = customer.consented.with(said.channel),
        Consent::Unknown => customer.consented = customer.consented.without(said.channel),
    }
    if lifts {
        customer.refused = customer.refused.without(said.channel);
    }
    consents::forget_given(&**tx, customer.id, said.channel).await?;
    let blanket = match said.state {
        Consent::Given => Stance::Given,
        Consent::Refused => Stance::Refused,
        Consent::Unknown => Stance::Unknown,
    };
    consents::put(&**tx, customer.id, (EVERY_PURPOSE, said.channel, blanket), app.now()).await?;
    Ok(())
}

/// One purpose: the channel counts as consented as soon as one purpose is, and which ones is asked at the moment of use.
async fn for_one_purpose(
    app: &App,
    tx: &Tx,
    customer: &mut Customer,
    stances: &[consents::StanceRow],
    said: Said<'_>,
) -> Result<(), CustomerError> {
    let stance = match said.state {
        Consent::Given => Stance::Given,
        Consent::Refused => Stance::Refused,
        Consent::Unknown => Stance::Unknown,
    };
    let of_channel = |row: &&consents::StanceRow| row.channel == said.channel;
    let narrow = is_narrow(stances.iter().filter(of_channel), customer.consented.has(said.channel));
    let blanket = customer.consented.has(said.channel) && !narrow;
    consents::put(&**tx, customer.id, (said.purpose, said.channel, stance), app.now()).await?;
    if blanket {
        return Ok(());
    }
    let mut others = stances.iter().filter(of_channel).filter(|row| row.purpose != said.purpose);
    let some = stance == Stance::Given || others.any(|row| row.purpose != EVERY_PURPOSE && row.stance == Stance::Given);
    if some {
        customer.consented = customer.consented.with(said.channel);
        consents::put(&**tx, customer.id, (EVERY_PURPOSE, said.channel, Stance::Unknown), app.now()).await?;
    } else {
        customer.consented = customer.consented.without(said.channel);
    }
    Ok(())
}

/// Whether the consent of a channel speaks of single purposes only.
pub(super) fn is_narrow<'a>(of_channel: impl Iterator<Item = &'a consents::StanceRow>, consented: bool) -> bool {
    customer::is_narrow(of_channel.map(consents::StanceRow::stated), consented)
}

fn proof_row(
    app: &App,
    doer: Doer,
    (id, key): (CustomerId, &CustomerKey),
    said: Said<'_>,
    verdict: Verdict,
) -> ConsentRow {
    let row = app.new_id(id.bucket());
    ConsentRow {
        id: row,
        customer_id: id,
        channel: said.channel,
        verdict: verdict.word(),
        proof: consent_proof::kept(key, row, said.proof),
        purpose: said.purpose.to_owned(),
        how: said.how.word(),
        said_by: said.by.word(),
        text_version: said.text_version.to_owned(),
        actor: doer.to_string(),
        at: app.now(),
    }
}

/// A number that refuses calls or short messages is remembered whoever holds it later. It is free again once the last of
/// those who bear it and refused took that back; a consent of somebody who never refused says nothing about it.
async fn keep_number(app: &App, tx: &Tx, id: CustomerId, (said, lifts): (Said<'_>, bool)) -> Result<(), CustomerError> {
    let refuses = said.state == Consent::Refused;
    if !matches!(said.channel, Channel::Phone | Channel::Sms) || !(refuses || lifts) {
        return Ok(());
    }
    let held = points(app, &**tx, &[id]).await?.remove(&id).unwrap_or_default();
    let phones = held.iter().filter(|point| point.kind == PointKind::Phone);
    let mut digests: Vec<i64> = phones.map(|point| phone_digest(app, &point.value)).collect();
    if refuses {
        let only = ChannelSet::NONE.with(said.channel);
        let numbers = digests.into_iter().map(|digest| (digest, only)).collect();
        cells::refuse_numbers(&**tx, numbers, "customer", app.now()).await?;
        return Ok(());
    }
    cells::hold_numbers(&**tx, &digests).await?;
    // Whoever shares the number may be of another part of the firm.
    let refused = before_wall(cells::refused_by_others(app.read(), &digests, said.channel, id)).await?;
    digests.retain(|digest| !refused.contains(digest));
    cells::permit_numbers(&**tx, &digests, said.channel).await?;
    Ok(())
}

/// A contact that is about to happen.
#[derive(Debug, Clone, Copy)]
pub struct Intent {
    /// With whom.
    pub customer: CustomerId,
    /// Over which channel.
    pub channel: Channel,
    /// For which purpose.
    pub purpose: &'static str,
}

/// What speaks against contacts now, in the transaction that makes, hands out or uses them; in the order of `intents`.
/// A customer who is gone is nobody to contact. The customers stay locked until the end of the transaction, so that a
/// refusal comes before the question or after what is made of its answer, and then finds it.
pub async fn blocked(tx: &Tx, law: &Law, intents: &[Intent]) -> Result<Vec<Option<Blocked>>, CustomerError> {
    let mut ids: Vec<CustomerId> = intents.iter().map(|intent| intent.customer).collect();
    ids.sort_unstable();
    ids.dedup();
    people::lock_many(&**tx, &ids).await?;
    let heads: HashMap<CustomerId, consents::ReachRow> =
        consents::reach(&**tx, &ids).await?.into_iter().map(|row| (row.id, row)).collect();
    let rows = consents::of(&**tx, &ids).await?;
    let mut said: HashMap<CustomerId, Vec<Stated<'_>>> = HashMap::new();
    for row in &rows {
        said.entry(row.customer_id).or_default().push(row.stated());
    }
    let judged = intents.iter().map(|intent| {
        let Some(head) = heads.get(&intent.customer) else { return Some(Blocked::Forbidden) };
        let stated = said.get(&intent.customer).map_or(&[][..], Vec::as_slice);
        let file = OnFile { consented: head.consented, refused: head.refused, stated };
        may_contact(law, file.wanted(intent.channel, intent.purpose, &head.lifecycle)).err()
    });
    Ok(judged.collect())
}

/// The minute of the day where a customer is: by the fact `time_zone` if the firm keeps one, else by its own zone.
pub async fn local_minute(app: &App, tx: &Tx, id: CustomerId, at: Instant) -> Result<u16, CustomerError> {
    let file = people::read(&**tx, &Scope::Firm, &[id]).await?.pop();
    let named = file.as_ref().and_then(|file| file.facts.get("time_zone")?.value.as_str().and_then(TimeZone::named));
    Ok(named.as_ref().unwrap_or(app.zone()).minute_of(at))
}

/// One thing that a customer said, with its proof.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ConsentEntry {
    /// The channel.
    pub channel: String,
    /// The purpose; `every` for all at once.
    pub purpose: String,
    /// `given`, `refused`, `withdrawn` (a consent was taken back), `withdrawn_refusal`.
    pub verdict: String,
    /// How it can be proved.
    pub proof: String,
    /// By what way it was said; empty where nobody noted it.
    pub how: String,
    /// `customer` or `guardian`.
    pub said_by: String,
    /// The version of the text that was shown.
    pub text_version: String,
    /// Who noted it.
    pub noted_by: String,
    /// When.
    pub at: Instant,
}

/// What holds now for one purpose and channel.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StanceShape {
    /// The channel.
    pub channel: Channel,
    /// The purpose; `every` for all at once.
    pub purpose: String,
    /// `given`, `refused` or `unknown`.
    pub state: &'static str,
    /// Since when, where it was said.
    pub since: Option<Instant>,
}

/// Everything that a customer said about being contacted.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ConsentPage {
    /// What holds now.
    pub now: Vec<StanceShape>,
    /// What was said, newest first.
    pub history: Vec<ConsentEntry>,
}

/// What holds now and what was said, newest first.
pub async fn consents_of(app: &App, scope: &Scope, id: CustomerId) -> Result<ConsentPage, CustomerError> {
    let customer = one(app, scope, id).await?;
    let stances = consents::of(app.read(), &[id]).await?;
    let mut history = Vec::new();
    let rows = consents::history(app.read(), id).await?;
    let key = key(app, app.read(), id).await?;
    for (row, entry) in rows {
        history.push(ConsentEntry { proof: consent_proof::opened(&key, row, &entry.proof)?, ..entry });
    }
    let mut now = Vec::new();
    for channel in Channel::ALL {
        let of_channel = || stances.iter().filter(|row| row.channel == channel);
        let narrow = is_narrow(of_channel(), customer.consented.has(channel));
        let consented = if narrow { ChannelSet::NONE } else { customer.consented };
        let since = history.iter().find(|entry| entry.channel == channel.word() && entry.purpose == EVERY_PURPOSE);
        now.push(StanceShape {
            channel,
            purpose: EVERY_PURPOSE.to_owned(),
            state: Consent::of(channel, consented, customer.refused).word(),
            since: since.map(|entry| entry.at),
        });
        for row in of_channel().filter(|row| row.purpose != EVERY_PURPOSE && row.stance != Stance::Unknown) {
            let state = if row.stance == Stance::Given { "given" } else { "refused" };
            now.push(StanceShape { channel, purpose: row.purpose.clone(), state, since: Some(row.since) });
        }
    }
    Ok(ConsentPage { now, history })
}
