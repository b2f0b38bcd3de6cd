//! A customer as they were known at an earlier moment: what the journal tells since is taken back, the newest first
//! (DESIGN section 4, "The past").
//!
//! What the journal does not tell is not invented: where a fact does not say what stood before it, as facts of older
//! versions of the program do not, the present stands in and [`Learnt::is_told`] is no.

use super::{Consent, Customer, EVERY_PURPOSE, FactEntry, PointKind, Terms, write_fact};
use crate::base::{AgreementId, BillId, Channel, ChannelSet, Day, Instant, OrderId, PaymentId, StaffId, UnitId};
use crate::law::Stance;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A fact of the journal about a customer.
#[derive(Debug, Clone)]
pub struct Told {
    /// When it was told.
    pub at: Instant,
    /// The firm's day of that moment.
    pub day: Day,
    /// The room that told it.
    pub room: String,
    /// The room's word for it.
    pub kind: String,
    /// What the room kept.
    pub payload: Value,
}

/// Something that was learnt after the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Learnt {
    /// When for the first time.
    pub at: Instant,
    /// Whether the journal tells what stood before. If not, the present stands in.
    pub is_told: bool,
}

/// What a bill or an agreement said about its payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// The day of the last payment.
    pub on: Option<Day>,
    /// The due day that it settled; of agreements only.
    pub due: Option<Day>,
}

/// What was said about purposes, by channel and purpose; [`EVERY_PURPOSE`] for all at once.
pub type Stances = BTreeMap<(Channel, String), Stance>;

/// What was known of a customer at a moment.
#[derive(Debug, Clone)]
pub struct Known {
    /// The moment.
    pub at: Instant,
    /// The record as it stood.
    pub file: Customer,
    /// The labels that were on, by key.
    pub labels: BTreeSet<String>,
    /// What was said about purposes.
    pub stances: Stances,
    /// Agreements, bills, payments and orders that nobody knew of yet.
    pub not_yet: BTreeSet<Uuid>,
    /// Agreements that read otherwise.
    pub terms: BTreeMap<AgreementId, Terms>,
    /// Bills and agreements of which payments were told later.
    pub settled: BTreeMap<Uuid, Settled>,
    /// Days of contacts that came later.
    pub contacts_later: Vec<Day>,
    /// What was learnt later, by the key of the fact or collection; `owner` for who keeps the customer, `import` for
    /// what a batch brought, `record` for what this version of the program has no word for.
    pub learnt_later: BTreeMap<String, Learnt>,
}

/// Kinds of facts of the customer file that change nothing a plan asks.
const SILENT: [&str; 12] = [
    "created",
    "note_written",
    "seen",
    "unmasked",
    "compared",
    "related",
    "unrelated",
    "relation_turned",
    "household_joined",
    "household_left",
    "held",
    "hold_released",
];

/// The customer as they were known at `at`, from the record, the labels and what was said about purposes as they are
/// now. `told` are the facts of the journal, the newest first, those before the moment too: they tell which labels were
/// on and which orders were there.
pub fn as_known((file, labels, stances): (Customer, BTreeSet<String>, Stances), told: &[Told], at: Instant) -> Known {
    let (not_yet, terms, settled, contacts_later, learnt_later) = Default::default();
    let mut known = Known { at, file, labels, stances, not_yet, terms, settled, contacts_later, learnt_later };
    let split = told.partition_point(|fact| fact.at > at);
    let (later, earlier) = told.split_at(split);
    let (mut taken_back, mut unmade, mut unpaid) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for fact in later {
        let contact = || fact.payload["contact"].to_string();
        let agreement = || fact.payload["agreement"].to_string();
        let payment = || fact.payload["payment"].to_string();
        match (fact.room.as_str(), fact.kind.as_str()) {
            ("contact", "outcome_taken_back") => _ = taken_back.insert(contact()),
            // A contact that was taken back within its ten seconds left nothing behind.
            ("contact", "outcome_recorded") if !taken_back.remove(&contact()) => known.uncontact(fact),
            ("customer", "agreement_taken_back") => _ = unmade.insert(agreement()),
            // Nor did an agreement that was taken back soon after, whatever was put right in between.
            ("customer", "agreement_put") if unmade.contains(&agreement()) => {
                _ = fact.payload["before"].is_null() && unmade.remove(&agreement());
            }
            ("customer", "payment_taken_back") => _ = unpaid.insert(payment()),
            ("customer", kind) => {
                if kind == "payment_added" {
                    unpaid.remove(&payment());
                }
                known.take_back(fact, kind, earlier);
            }
            _ => {}
        }
    }
    if let Some(fact) = later.last().filter(|_| !taken_back.is_empty()) {
        known.learn("last_contact", fact, Before::Untold);
    }
    if let Some(fact) = later.last().filter(|_| !unmade.is_empty()) {
        known.learn("agreements", fact, Before::Untold);
    }
    if let Some(fact) = later.last().filter(|_| !unpaid.is_empty()) {
        // The payment was on file, and with it what it settled.
        ["payments", "bills", "agreements"].into_iter().for_each(|key| known.learn(key, fact, Before::Untold));
    }
    known
}

/// Whether a fact says what stood before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    Told,
    Untold,
}

impl Before {
    fn of<T>(found: &Option<T>) -> Self {
        if found.is_some() { Self::Told } else { Self::Untold }
    }
}

impl Known {
    /// Whether the customer was on file.
    pub fn was_on_file(&self) -> bool {
        self.file.created_at <= self.at
    }

    /// Whether everything that changed since tells what stood before.
    pub fn is_certain(&self) -> bool {
        self.learnt_later.values().all(|learnt| learnt.is_told)
    }

    /// The journal was not read down to the moment: more may have changed than is known here.
    pub fn doubt_all(&mut self) {
        self.learnt_later.insert("record".into(), Learnt { at: self.at, is_told: false });
    }

    /// Facts come newest first: the time that stays is the first one.
    fn learn(&mut self, key: &str, fact: &Told, before: Before) {
        let was_told = self.learnt_later.get(key).is_none_or(|learnt| learnt.is_told);
        let learnt = Learnt { at: fact.at, is_told: was_told && before == Before::Told };
        self.learnt_later.insert(key.to_owned(), learnt);
    }

    fn take_back(&mut self, fact: &Told, kind: &str, earlier: &[Told]) {
        match kind {
            "fact_changed" => self.unlearn(fact),
            "label_put" | "label_taken" => self.relabel(fact, kind == "label_taken", earlier),
            "consent_set" => self.unsay(fact),
            "entrusted" => self.give_back(fact, &fact.payload["from"]),
            "bill_added" => self.forget(fact, "bills", id_in::<BillId>(fact, "bill").map(|id| id.0)),
            "payment_added" => self.unpay(fact),
            "order_added" => self.unorder(fact, earlier),
            "agreement_put" => self.reword(fact),
            "imported" => self.unimport(fact),
            kind if SILENT.contains(&kind) => {}
            "import_undone" => self.learn("import", fact, Before::Untold),
            _ => self.learn("record", fact, Before::Untold),
        }
    }

    fn unlearn(&mut self, fact: &Told) {
        let Some(key) = fact.payload["fact"].as_str() else { return self.learn("record", fact, Before::Untold) };
        match PointKind::from_word(key) {
            // A new number may bring the refusals of whoever had it before.
            Some(PointKind::Phone) => match channels_in(fact, "refused_before") {
                Some(before) if before == self.file.refused => {}
                before => {
                    self.learn("consents", fact, Before::of(&before));
                    self.file.refused = before.unwrap_or(self.file.refused);
                }
            },
            Some(_) => {}
            None => self.rewrite(fact, key, &fact.payload["from"]),
        }
    }

    fn rewrite(&mut self, fact: &Told, key: &str, before: &Value) {
        let written = write_fact(&mut self.file, key, before);
        match written {
            Ok(true) | Err(_) => {}
            Ok(false) if before.is_null() => _ = self.file.facts.remove(key),
            Ok(false) => {
                let entry = FactEntry { value: before.clone(), source: String::new(), on: fact.day };
                self.file.facts.insert(key.to_owned(), entry);
            }
        }
        self.learn(key, fact, Before::of(&written.ok()));
    }

    /// A label that was put on later may have been on already: putting it on again changes its remark. Facts of older
    /// versions do not say which it was, and the customer may have come with the label.
    fn relabel(&mut self, fact: &Told, was_on: bool, earlier: &[Told]) {
        let Some(key) = fact.payload["label"].as_str() else { return };
        let told = fact.payload["again"].as_bool().or(was_on.then_some(true));
        let was_on = told.or_else(|| earlier.iter().find_map(|told| label_after(told, key)));
        match was_on {
            Some(true) => _ = self.labels.insert(key.to_owned()),
            Some(false) => _ = self.labels.remove(key),
            None => {}
        }
        self.learn("labels", fact, Before::of(&was_on));
    }

    /// The sets of channels are told as they were; older facts tell the one channel, and of a single purpose nothing
    /// that the sets could be rebuilt from.
    fn unsay(&mut self, fact: &Told) {
        let before = (channels_in(fact, "consented_before"), channels_in(fact, "refused_before"));
        if let (Some(consented), Some(refused)) = before {
            (self.file.consented, self.file.refused) = (consented, refused);
            let of_purposes = self.unsay_purposes(fact);
            return self.learn("consents", fact, of_purposes);
        }
        let of_all = fact.payload.get("purpose").is_none_or(|purpose| purpose == EVERY_PURPOSE);
        let said = read::<Channel>(&fact.payload["channel"]).zip(read::<Consent>(&fact.payload["from"]));
        let said = said.filter(|_| of_all);
        if let Some((channel, before)) = said {
            let (consented, refused) = (self.file.consented.without(channel), self.file.refused.without(channel));
            (self.file.consented, self.file.refused) = match before {
                Consent::Given => (consented.with(channel), refused),
                Consent::Refused => (consented, refused.with(channel)),
                Consent::Unknown => (consented, refused),
            };
        }
        self.learn("consents", fact, Before::of(&said));
    }

    /// What was said about purposes over the channel. Older facts tell that of the one purpose; of what was said about
    /// all, that no consent to single ones was there to be forgotten, where the channel had none.
    fn unsay_purposes(&mut self, fact: &Told) -> Before {
        let Some(channel) = read::<Channel>(&fact.payload["channel"]) else { return Before::Untold };
        if let Some(before) = read::<BTreeMap<String, Stance>>(&fact.payload["said_before"]) {
            self.stances.retain(|(of, _), _| *of != channel);
            self.stances.extend(before.into_iter().map(|(purpose, stance)| ((channel, purpose), stance)));
            return Before::Told;
        }
        let purpose = fact.payload["purpose"].as_str().unwrap_or(EVERY_PURPOSE);
        match read::<Stance>(&fact.payload["from"]) {
            Some(before) if purpose != EVERY_PURPOSE => {
                self.stances.insert((channel, purpose.to_owned()), before);
                Before::Told
            }
            Some(_) if !self.file.consented.has(channel) => {
                self.stances.remove(&(channel, EVERY_PURPOSE.to_owned()));
                Before::Told
            }
            _ => Before::Untold,
        }
    }

    fn give_back(&mut self, fact: &Told, before: &Value) {
        let kept = read::<UnitId>(&before["unit"]).zip(read::<Option<StaffId>>(&before["owner"]));
        if let Some(kept) = kept {
            (self.file.unit_id, self.file.owner_id) = kept;
        }
        self.learn("owner", fact, Before::of(&kept));
    }

    fn forget(&mut self, fact: &Told, collection: &str, item: Option<Uuid>) {
        self.not_yet.extend(item);
        self.learn(collection, fact, Before::of(&item));
    }

    /// A file may add lines to an order that was there: what it came to before is not told.
    fn unorder(&mut self, fact: &Told, earlier: &[Told]) {
        let was_there = |told: &Told| told.kind == "order_added" && told.payload["order"] == fact.payload["order"];
        match id_in::<OrderId>(fact, "order") {
            Some(order) if !earlier.iter().any(was_there) => self.forget(fact, "orders", Some(order.0)),
            _ => self.learn("orders", fact, Before::Untold),
        }
    }

    fn unpay(&mut self, fact: &Told) {
        self.forget(fact, "payments", id_in::<PaymentId>(fact, "payment").map(|id| id.0));
        let settled = read::<Settled>(&fact.payload["before"]);
        for (key, id) in [
            ("bills", id_in::<BillId>(fact, "bill").map(|id| id.0)),
            ("agreements", id_in::<AgreementId>(fact, "agreement").map(|id| id.0)),
        ] {
            if let Some(id) = id {
                self.settled.extend(settled.map(|settled| (id, settled)));
                self.learn(key, fact, Before::of(&settled));
            }
        }
        if fact.payload.get("before").is_none() {
            // What an older fact paid is not told.
            ["bills", "agreements"].into_iter().for_each(|key| self.learn(key, fact, Before::Untold));
        }
    }

    fn reword(&mut self, fact: &Told) {
        let id = id_in::<AgreementId>(fact, "agreement");
        match (id, fact.payload.get("before")) {
            (Some(id), Some(Value::Null)) => self.forget(fact, "agreements", Some(id.0)),
            (Some(id), Some(before)) => self.restate(fact, id, before),
            _ => self.learn("agreements", fact, Before::Untold),
        }
    }

    fn restate(&mut self, fact: &Told, id: AgreementId, before: &Value) {
        let terms = read::<Terms>(before);
        self.learn("agreements", fact, Before::of(&terms));
        if let Some(terms) = terms {
            self.settled.insert(id.0, Settled { on: terms.paid_on, due: terms.paid_for });
            self.terms.insert(id, terms);
        }
    }

    fn unimport(&mut self, fact: &Told) {
        let before = &fact.payload["before"];
        for (key, change) in fact.payload["changes"].as_object().into_iter().flatten() {
            self.rewrite(fact, key, &change["from"]);
        }
        let bits = |key: &str| before[key].as_i64().map(|bits| ChannelSet::from_bits(bits as i16));
        let labels = read::<Vec<String>>(&fact.payload["labels"]);
        let added = read::<Vec<AgreementId>>(&before["agreements_added"]);
        let changed = read::<BTreeMap<AgreementId, Value>>(&before["agreements"]);
        let told = bits("consented").zip(bits("refused")).zip(labels).zip(added).zip(changed);
        self.learn("import", fact, Before::of(&told));
        let Some(((((consented, refused), labels), added), changed)) = told else { return };
        (self.file.consented, self.file.refused) = (consented, refused);
        self.labels.retain(|label| !labels.contains(label));
        self.not_yet.extend(added.iter().map(|id| id.0));
        changed.iter().for_each(|(id, before)| self.restate(fact, *id, before));
        if !before["keeper"].is_null() {
            self.give_back(fact, &before["keeper"]);
        }
    }

    fn uncontact(&mut self, fact: &Told) {
        if fact.payload["reached"] != "yes" {
            return;
        }
        self.contacts_later.push(fact.day);
        let before = fact.payload.get("last_contact");
        if let Some(before) = before {
            self.file.last_contact = day_in(before);
        }
        self.learn("last_contact", fact, Before::of(&before));
    }
}

/// Whether a label was on after a fact; `None` if the fact does not speak of it.
fn label_after(told: &Told, key: &str) -> Option<bool> {
    let listed = |of: &Value| of.as_array().is_some_and(|keys| keys.iter().any(|one| one == key));
    match told.kind.as_str() {
        "label_put" => (told.payload["label"] == key).then_some(true),
        "label_taken" => (told.payload["label"] == key).then_some(false),
        "imported" | "created" => listed(&told.payload["labels"]).then_some(true),
        _ => None,
    }
}

fn read<T: DeserializeOwned>(value: &Value) -> Option<T> {
    serde_json::from_value(value.clone()).ok()
}

fn day_in(value: &Value) -> Option<Day> {
    value.as_str()?.parse().ok()
}

fn channels_in(fact: &Told, key: &str) -> Option<ChannelSet> {
    Some(ChannelSet::from_bits(i16::try_from(fact.payload.get(key)?.as_i64()?).ok()?))
}

fn id_in<I: DeserializeOwned>(fact: &Told, item: &str) -> Option<I> {
    read(&fact.payload[item])
}
