//! A customer in the hands of an import: what is on file, what a row adds, and what stood there before.

use super::context::Context;
use crate::customer::create::Draft;
use crate::platform::{App, CustomerKey};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tend_rules::base::*;
use tend_rules::customer::*;
use tend_rules::intake::{CleanAgreement, CleanRow, FactValue, Traits};

/// Whether a customer was on file before the chunk.
#[derive(Debug)]
pub(super) enum Standing {
    /// Made by a row of this chunk.
    New,
    /// On file, with the own key.
    Known(Box<CustomerKey>),
}

/// See the module.
#[derive(Debug)]
pub(super) struct Slot {
    pub file: Customer,
    /// Numbers in other systems of records that are part of this customer by now: files go on naming them.
    pub former: Vec<String>,
    pub points: Vec<(PointKind, String)>,
    pub agreements: Vec<Agreement>,
    pub labels: Vec<String>,
    pub standing: Standing,
    pub added: Added,
}

/// What the rows of a chunk added to a known customer.
#[derive(Debug, Default)]
pub(super) struct Added {
    pub points: Vec<(ContactPointId, PointKind, String)>,
    pub agreements: Vec<AgreementId>,
    pub labels: Vec<String>,
    pub notes: Vec<String>,
    pub refused: ChannelSet,
    pub consented: ChannelSet,
    pub befores: Vec<Before>,
}

/// What stood before a row changed a customer, and what the row put there: the undo restores what nobody changed since.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(in crate::customer) struct Before {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, (Value, Value)>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub firm: BTreeMap<String, (Option<FactEntry>, Value)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keeper: Option<(Kept, Kept)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consented: Option<(i16, i16)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub points: Vec<ContactPointId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub agreements_added: Vec<AgreementId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub agreements_changed: Vec<(Agreement, i64)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
}

/// Unit and owner.
pub(in crate::customer) type Kept = (UnitId, Option<StaffId>);

impl Before {
    /// Whether the row changed nothing that an undo could restore.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Slot {
    /// A new customer from a row.
    pub fn of_row(app: &App, context: &Context, row: &CleanRow) -> Self {
        let draft = Draft::blank(app, context.unit);
        let id = CustomerId(app.new_id(context.bucket_of_row(row.row)));
        let mut slot = Self {
            file: Customer { id, ..draft.file },
            former: Vec::new(),
            points: Vec::new(),
            agreements: Vec::new(),
            labels: Vec::new(),
            standing: Standing::New,
            added: Added::default(),
        };
        slot.file.first_batch_id = Some(context.batch);
        slot.take(app, context, row);
        slot
    }

    /// What helps to recognise the customer.
    pub fn traits(&self) -> Traits<'_> {
        let of_kind = |kind: PointKind| {
            self.points.iter().filter(move |(held, _)| *held == kind).map(|(_, value)| value.as_str())
        };
        Traits {
            outside_id: self.file.outside_id.as_deref(),
            former_ids: self.former.iter().map(String::as_str).collect(),
            id_number: of_kind(PointKind::IdNumber).next(),
            name: Some(self.file.name.as_str()).filter(|name| !name.is_empty()),
            phones: of_kind(PointKind::Phone).map(|phone| phone.split(';').next().unwrap_or(phone)).collect(),
            mails: of_kind(PointKind::Mail).collect(),
            birthday: self.file.birthday,
            address: of_kind(PointKind::Address).next(),
        }
    }

    /// Takes a row in: what it says replaces what was known, what it does not say stays, a refusal is never weakened.
    /// Answers what stood before.
    pub fn take(&mut self, app: &App, context: &Context, row: &CleanRow) -> Before {
        let mut before = Before::default();
        self.take_facts(context, row, &mut before);
        self.take_keeper(context, row, &mut before);
        self.take_consents(row, &mut before);
        for (kind, value) in points_of(row) {
            self.take_point(app, kind, value, &mut before);
        }
        if let Some(agreement) = &row.agreement {
            self.take_agreement(app, agreement, &mut before);
        }
        for label in &row.labels {
            let key = context.label_key(label);
            if !self.labels.contains(&key) {
                self.labels.push(key.clone());
                self.added.labels.push(key.clone());
                before.labels.push(key);
            }
        }
        self.added.notes.extend(row.remark.clone());
        before
    }

    fn take_facts(&mut self, context: &Context, row: &CleanRow, before: &mut Before) {
        let noted = || Noted { source: "import".into(), on: context.today };
        for (key, value) in facts_of(row) {
            // The row names the customer by a former number; the one in use stays.
            if key == "outside_id" && self.former.iter().any(|number| value == number.as_str()) {
                continue;
            }
            let old = read_fact(&self.file, key).unwrap_or(Value::Null);
            // The cleaners give only values that fit; should one not, the fact stays as it was.
            if old != value && write_fact(&mut self.file, key, &value) == Ok(true) {
                before.facts.insert(key.into(), (old, value));
                self.file.noted.insert(key.into(), noted());
            }
        }
        for (key, value) in &row.facts {
            let value = json_of(value);
            let old = self.file.facts.get(key);
            if old.is_some_and(|entry| entry.says_the_same(&value)) {
                continue;
            }
            let entry = FactEntry { value: value.clone(), source: "import".into(), on: context.today };
            before.firm.insert(key.clone(), (old.cloned(), value));
            self.file.facts.insert(key.clone(), entry);
        }
    }

    fn take_keeper(&mut self, context: &Context, row: &CleanRow, before: &mut Before) {
        let old = (self.file.unit_id, self.file.owner_id);
        let owner = row.owner.as_deref().and_then(|name| context.owner(name));
        let unit = row.unit.as_deref().and_then(|name| context.unit_named(name));
        if let Some((owner, their_unit)) = owner {
            self.file.owner_id = Some(owner);
            self.file.unit_id = their_unit;
        }
        if let Some(unit) = unit.filter(|_| owner.is_none()) {
            self.file.unit_id = unit;
        }
        let new = (self.file.unit_id, self.file.owner_id);
        if old != new {
            before.keeper = Some((old, new));
        }
    }

    fn take_consents(&mut self, row: &CleanRow, before: &mut Before) {
        let refused = merged_refusals(self.file.refused, row.refusals);
        self.added.refused = self.added.refused_with(refused, self.file.refused);
        self.file.refused = refused;
        let old = self.file.consented;
        let new: ChannelSet =
            Channel::ALL.into_iter().filter(|c| old.has(*c) || (row.consents.has(*c) && !refused.has(*c))).collect();
        if old != new {
            // Each row adds to what earlier rows of the chunk brought: there is no consent without its proof.
            let fresh = new.iter().filter(|channel| !old.has(*channel));
            self.added.consented = self.added.consented.iter().chain(fresh).collect();
            self.file.consented = new;
            before.consented = Some((old.bits(), new.bits()));
        }
    }

    fn take_point(&mut self, app: &App, kind: PointKind, value: String, before: &mut Before) {
        if self.points.iter().any(|(held, known)| *held == kind && *known == value) {
            return;
        }
        let id = ContactPointId(app.new_id(self.file.id.bucket()));
        self.file.noted.insert(kind.word().into(), Noted { source: "import".into(), on: app.today() });
        self.points.push((kind, value.clone()));
        self.added.points.push((id, kind, value));
        before.points.push(id);
    }

    fn take_agreement(&mut self, app: &App, row: &CleanAgreement, before: &mut Before) {
        let found = self.agreements.iter_mut().find(|held| is_same_agreement(held, row));
        let Some(held) = found else {
            let kind = row.kind.map_or("policy", |kind| kind.word());
            let mut made = crate::customer::new_agreement(app, self.file.id, kind);
            fill(&mut made, row);
            before.agreements_added.push(made.id);
            self.added.agreements.push(made.id);
            self.agreements.push(made);
            return;
        };
        let old = held.clone();
        fill(held, row);
        if *held != old {
            held.version += 1;
            before.agreements_changed.push((old, held.version));
            self.added.agreements.push(held.id);
        }
    }
}

impl Added {
    fn refused_with(&self, now: ChannelSet, then: ChannelSet) -> ChannelSet {
        merged_refusals(self.refused, now.iter().filter(|channel| !then.has(*channel)).collect())
    }
}

fn is_same_agreement(held: &Agreement, row: &CleanAgreement) -> bool {
    let folded = |text: &str| kind_keys("agreement", text);
    match row.number.as_deref() {
        Some(number) => folded(&held.number) == folded(number),
        None => {
            let kind = row.kind.is_none_or(|kind| kind.word() == held.kind);
            let product = row.product.as_deref().is_none_or(|product| product == held.product);
            let plate = row.plate.as_deref().is_none_or(|plate| folded(plate) == folded(&held.plate));
            held.number.is_empty() && kind && product && plate
        }
    }
}

fn fill(agreement: &mut Agreement, row: &CleanAgreement) {
    if let Some(kind) = row.kind {
        agreement.kind = kind.word().into();
    }
    if let Some(status) = row.status {
        agreement.status = status.word().into();
    }
    if let Some(number) = &row.number {
        agreement.number.clone_from(number);
    }
    if let Some(product) = &row.product {
        agreement.product.clone_from(product);
    }
    if let Some(plate) = &row.plate {
        agreement.plate.clone_from(plate);
    }
    agreement.start = row.start.or(agreement.start);
    agreement.end = row.end.or(agreement.end);
    agreement.due = row.due.or(agreement.due);
    agreement.premium = row.premium.unwrap_or(agreement.premium);
    if let Some(months) = row.pay_every_months {
        agreement.pay_every_months = i16::try_from(months).unwrap_or(agreement.pay_every_months);
    }
}

/// The built-in facts that a row tells.
pub(super) fn facts_of(row: &CleanRow) -> Vec<(&'static str, Value)> {
    let mut facts = Vec::with_capacity(12);
    let mut tell = |key, value: Option<Value>| facts.extend(value.map(|value| (key, value)));
    let text = |text: &Option<String>| text.as_ref().map(|text| json!(text));
    tell("name", row.name.as_ref().map(|name| json!(name.full)));
    tell("gender", row.gender.map(|gender| json!(gender.word())));
    tell("birthday", row.birthday.map(|birthday| json!(birthday)));
    tell("wedding_day", row.wedding_day.map(|day| json!(day)));
    tell("occupation", text(&row.occupation));
    tell("region", text(&row.region));
    tell("language", text(&row.language));
    tell("tier", row.tier.map(|tier| json!(tier.word())));
    tell("class", row.class.map(|class| json!(class.word())));
    tell("lifecycle", row.lifecycle.map(|stage| json!(stage.word())));
    tell("joined", row.joined.map(|day| json!(day)));
    tell("annual_value", row.annual_value.map(|value| json!(Money::fen(value.minor))));
    tell("outside_id", text(&row.outside_id));
    facts
}

/// The contact points that a row tells, as they are stored.
pub(super) fn points_of(row: &CleanRow) -> Vec<(PointKind, String)> {
    let phones = row.phones.iter().map(|phone| (PointKind::Phone, phone.to_string()));
    let mails = row.mails.iter().map(|mail| (PointKind::Mail, mail.as_str().to_owned()));
    let chats = row.wechats.iter().map(|chat| (PointKind::Wechat, chat.clone()));
    let address = row.address.iter().map(|address| (PointKind::Address, address.clone()));
    let number = row.id_number.iter().map(|id| (PointKind::IdNumber, id.number.clone()));
    phones.chain(mails).chain(chats).chain(address).chain(number).collect()
}

fn json_of(value: &FactValue) -> Value {
    match value {
        FactValue::String(text) => json!(text),
        FactValue::Int(number) => json!(number),
        FactValue::Double(number) => json!(number),
        FactValue::Bool(truth) => json!(truth),
        FactValue::Date(day) => json!(day),
        FactValue::Money(money) => json!(money),
    }
}
