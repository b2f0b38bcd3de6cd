//! New customers, one or thousands, by the same way: key, sealed points, look-ups, proof of consent, journal.

use super::CustomerError;
use super::store::cells::{ConsentRow, PointRow};
use super::store::{cells, holdings, labels, people};
use crate::journal;
use crate::platform::{App, CustomerKey, SealedPlace, Tx};
use base64::Engine as _;
use serde_json::{Value, json};
use tend_rules::base::*;
use tend_rules::customer::{
    Agreement, Customer, EVERY_PURPOSE, Noted, PointKind, Verdict, contact_keys, kind_keys, merged_refusals,
};
use tend_rules::journal::{Doer, Fact};

/// A customer about to be written, with everything that comes along.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The record. Pinyin and notes of sources are filled in when it is written.
    pub file: Customer,
    /// Contact points in order of preference, normalised: phones as `+8613800001234`.
    pub points: Vec<(PointKind, String)>,
    /// What the customer holds.
    pub agreements: Vec<Agreement>,
    /// Keys of labels of the catalogue.
    pub labels: Vec<String>,
    /// A remark, kept sealed in the story.
    pub note: Option<String>,
}

impl Draft {
    /// An empty record in a unit, with an id of its own.
    pub fn blank(app: &App, unit: UnitId) -> Self {
        let now = app.now();
        let file = Customer {
            id: CustomerId(app.new_free_id()),
            outside_id: None,
            name: String::new(),
            pinyin: String::new(),
            initials: String::new(),
            gender: String::new(),
            birthday: None,
            wedding_day: None,
            occupation: String::new(),
            region: String::new(),
            language: "zh".into(),
            tier: "ordinary".into(),
            class: String::new(),
            lifecycle: "active".into(),
            joined: None,
            annual_value_minor: 0,
            churn_risk: None,
            unit_id: unit,
            owner_id: None,
            household_id: None,
            consented: ChannelSet::NONE,
            refused: ChannelSet::NONE,
            facts: Default::default(),
            noted: Default::default(),
            last_contact: None,
            first_batch_id: None,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        Self { file, points: Vec::new(), agreements: Vec::new(), labels: Vec::new(), note: None }
    }

    /// An agreement of this customer with usual terms: active, yearly, sixty days of grace.
    pub fn agreement(&self, app: &App, kind: &str) -> Agreement {
        new_agreement(app, self.file.id, kind)
    }
}

/// An agreement with usual terms: active, yearly, sixty days of grace.
pub fn new_agreement(app: &App, customer: CustomerId, kind: &str) -> Agreement {
    Agreement {
        id: AgreementId(app.new_id(customer.bucket())),
        customer_id: customer,
        kind: kind.into(),
        number: String::new(),
        product: String::new(),
        status: "active".into(),
        start: None,
        end: None,
        due: None,
        premium: Money::fen(0),
        pay_every_months: 12,
        paid_on: None,
        paid_for: None,
        grace_days: 60,
        signed: None,
        delivered: None,
        plate: String::new(),
        version: 1,
    }
}

/// Writes one new customer in the caller's transaction.
pub async fn create(app: &App, tx: &Tx, doer: Doer, source: &str, draft: Draft) -> Result<CustomerId, CustomerError> {
    let id = draft.file.id;
    create_many(app, tx, doer, source, vec![draft]).await?;
    Ok(id)
}

/// Writes new customers in the caller's transaction, a few statements for all of them together. A number on the list
/// of refused numbers makes its new owner's refusals at once.
pub async fn create_many(
    app: &App,
    tx: &Tx,
    doer: Doer,
    source: &str,
    mut drafts: Vec<Draft>,
) -> Result<(), CustomerError> {
    inherit_refusals(app, tx, &mut drafts).await?;
    let now = app.now();
    let mut parts = Parts::default();
    for draft in &mut drafts {
        sound(&mut draft.file);
        note_sources(draft, source, app.today());
        let (key, wrapped) = app.keys().new_customer_key(draft.file.id);
        parts.keys.push((draft.file.id, wrapped));
        for (place, (kind, value)) in draft.points.iter().enumerate() {
            let id = ContactPointId(app.new_id(draft.file.id.bucket()));
            parts.points.push(point_row(draft.file.id, id, *kind, value, place as i16, source, now, &key));
        }
        parts.lookups.extend(digests(app, draft).into_iter().map(|digest| (digest, draft.file.id)));
        parts.consents.extend(consent_rows(app, &draft.file, doer, source));
        parts.facts.push(Fact::about(draft.file.id, "customer", "created", created(&draft.file, source)));
        if let Some(note) = draft.note.as_deref().filter(|note| !note.trim().is_empty()) {
            let payload = json!({ "text": sealed(&key, draft.file.id, note), "source": source });
            parts.facts.push(Fact::about(draft.file.id, "customer", "note_written", payload));
        }
        parts.agreements.append(&mut draft.agreements);
        parts.labels.extend(draft.labels.iter().map(|label| (draft.file.id, label.clone())));
        parts.people.push(draft.file.clone());
    }
    parts.write(app, tx, doer, source, &drafts).await
}

/// The rows of many new customers, table by table.
#[derive(Default)]
struct Parts {
    people: Vec<Customer>,
    keys: Vec<(CustomerId, Vec<u8>)>,
    points: Vec<PointRow>,
    lookups: Vec<(i64, CustomerId)>,
    consents: Vec<ConsentRow>,
    agreements: Vec<Agreement>,
    labels: Vec<(CustomerId, String)>,
    facts: Vec<Fact>,
}

impl Parts {
    async fn write(self, app: &App, tx: &Tx, doer: Doer, source: &str, drafts: &[Draft]) -> Result<(), CustomerError> {
        let (db, now) = (&**tx, app.now());
        people::insert(db, &self.people).await?;
        cells::insert_keys(db, app.keys(), self.keys).await?;
        cells::insert_points(db, self.points).await?;
        cells::insert_lookups(db, self.lookups).await?;
        cells::insert_consents(db, self.consents).await?;
        let refused = drafts.iter().flat_map(|draft| phone_refusals(app, draft));
        cells::refuse_numbers(db, refused.collect(), source, now).await?;
        holdings::put_agreements(db, &self.agreements, now).await?;
        labels::insert(db, self.labels, &doer.to_string(), now).await?;
        journal::append_all(app, tx, doer, self.facts).await?;
        Ok(())
    }
}

fn created(file: &Customer, source: &str) -> Value {
    match file.first_batch_id {
        Some(batch) => json!({ "source": source, "batch": batch }),
        None => json!({ "source": source }),
    }
}

async fn inherit_refusals(app: &App, tx: &Tx, drafts: &mut [Draft]) -> Result<(), CustomerError> {
    let phones: Vec<i64> = drafts.iter().flat_map(|draft| phone_digests(app, draft)).collect();
    if phones.is_empty() {
        return Ok(());
    }
    let known: std::collections::HashMap<i64, ChannelSet> =
        cells::refused_numbers(&**tx, &phones).await?.into_iter().collect();
    if known.is_empty() {
        return Ok(());
    }
    for draft in drafts {
        for digest in phone_digests(app, draft) {
            if let Some(channels) = known.get(&digest) {
                draft.file.refused = merged_refusals(draft.file.refused, *channels);
            }
        }
    }
    Ok(())
}

fn phone_digests(app: &App, draft: &Draft) -> Vec<i64> {
    let phones = draft.points.iter().filter(|(kind, _)| *kind == PointKind::Phone);
    phones.map(|(_, phone)| phone_digest(app, phone)).collect()
}

/// The digest of a whole phone number without its extension.
pub(super) fn phone_digest(app: &App, phone: &str) -> i64 {
    app.keys().digest("phone", phone.split(';').next().unwrap_or(phone))
}

/// The channels that a phone number itself carries: a mail or WeChat refusal says nothing about the number.
pub(super) fn number_refusals(refused: ChannelSet) -> ChannelSet {
    [Channel::Phone, Channel::Sms].into_iter().filter(|channel| refused.has(*channel)).collect()
}

fn phone_refusals(app: &App, draft: &Draft) -> Vec<(i64, ChannelSet)> {
    let refused = number_refusals(draft.file.refused);
    if refused == ChannelSet::NONE {
        return Vec::new();
    }
    phone_digests(app, draft).into_iter().map(|digest| (digest, refused)).collect()
}

/// Fills in how the name sounds.
pub(super) fn sound(file: &mut Customer) {
    let sound = tend_rules::intake::sound_of_name(&file.name);
    (file.pinyin, file.initials) = (sound.pinyin, sound.initials);
}

fn note_sources(draft: &mut Draft, source: &str, today: Day) {
    let file = &mut draft.file;
    let known = [
        ("name", !file.name.is_empty()),
        ("gender", !file.gender.is_empty()),
        ("birthday", file.birthday.is_some()),
        ("wedding_day", file.wedding_day.is_some()),
        ("occupation", !file.occupation.is_empty()),
        ("region", !file.region.is_empty()),
    ];
    let known = known.into_iter().filter(|(_, known)| *known).map(|(key, _)| key);
    let points = draft.points.iter().map(|(kind, _)| kind.word());
    for key in known.chain(points) {
        file.noted.entry(key.to_owned()).or_insert_with(|| Noted { source: source.to_owned(), on: today });
    }
}

/// The digests by which a draft is found.
pub(super) fn digests(app: &App, draft: &Draft) -> Vec<i64> {
    let mut keys: Vec<_> = draft.points.iter().flat_map(|(kind, value)| contact_keys(*kind, value)).collect();
    keys.extend(kind_keys("outside_id", draft.file.outside_id.as_deref().unwrap_or("")));
    for agreement in &draft.agreements {
        keys.extend(kind_keys("agreement", &agreement.number));
        keys.extend(kind_keys("plate", &agreement.plate));
    }
    keys.iter().map(|(kind, value)| app.keys().digest(kind, value)).collect()
}

#[expect(clippy::too_many_arguments, reason = "one column each")]
pub(super) fn point_row(
    customer: CustomerId,
    id: ContactPointId,
    kind: PointKind,
    value: &str,
    place: i16,
    source: &str,
    now: Instant,
    key: &CustomerKey,
) -> PointRow {
    PointRow {
        id,
        customer_id: customer,
        kind: kind.word().into(),
        cell: key.seal(SealedPlace::ContactPoint, id.0, value),
        place,
        source: source.into(),
        noted_at: now,
    }
}

fn consent_rows(app: &App, file: &Customer, doer: Doer, source: &str) -> Vec<ConsentRow> {
    let row = |channel, verdict: Verdict| ConsentRow {
        id: app.new_id(file.id.bucket()),
        customer_id: file.id,
        channel,
        verdict: verdict.word(),
        proof: source.to_owned(),
        purpose: EVERY_PURPOSE.to_owned(),
        how: "import",
        said_by: "customer",
        text_version: String::new(),
        actor: doer.to_string(),
        at: app.now(),
    };
    let given = file.consented.iter().map(|channel| row(channel, Verdict::Given));
    given.chain(file.refused.iter().map(|channel| row(channel, Verdict::Refused))).collect()
}

/// A personal value for a payload of the journal: sealed with the customer's key, so that erasing the customer leaves
/// the journal whole and the value unreadable.
pub fn sealed(key: &CustomerKey, customer: CustomerId, value: &str) -> Value {
    let cell = key.seal(SealedPlace::JournalWords, customer.0, value);
    json!({ "sealed": base64::engine::general_purpose::STANDARD.encode(cell) })
}

/// Opens what [`sealed`] closed; `None` if it cannot be opened (any more).
pub(super) fn unsealed(key: &CustomerKey, customer: CustomerId, value: &Value) -> Option<String> {
    let cell = base64::engine::general_purpose::STANDARD.decode(value["sealed"].as_str()?).ok()?;
    key.open(SealedPlace::JournalWords, customer.0, &cell).ok()
}
