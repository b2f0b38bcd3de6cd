//! Facts edited one by one: each change is told to the journal with what stood before, personal values sealed.

use super::create::{number_refusals, phone_digest, point_row, sealed};
use super::merge::former_numbers;
use super::read::{Point, keys, one_for_change, points};
use super::refusal_hook::heed;
use super::store::holdings::{self, Whose};
use super::store::{cells, people};
use super::{CustomerError, catalogue};
use crate::journal;
use crate::platform::{App, CustomerKey, LiveEvent, LiveScope, Tx};
use serde_json::{Map, Value, json};
use tend_rules::base::*;
use tend_rules::customer::*;
use tend_rules::intake::{self, CellKind};
use tend_rules::journal::{Doer, Fact};
use tend_rules::org::Scope;

/// What is changed, and on whose word.
#[derive(Debug)]
pub struct FactChange<'a> {
    /// The customer.
    pub customer: CustomerId,
    /// The version that was read; `None` for changes that a rule makes.
    pub version: Option<i64>,
    /// Where the facts were learnt: `desk`, `call`, `customer` …
    pub source: &'a str,
    /// Key to value; null empties a fact. Contact points take a text or a list of texts.
    pub facts: &'a Map<String, Value>,
}

/// Changes facts of a customer in the caller's transaction. Answers the changed record; nothing is written where
/// nothing changes.
pub async fn change_facts(
    app: &App,
    tx: &Tx,
    doer: Doer,
    scope: &Scope,
    change: FactChange<'_>,
) -> Result<Customer, CustomerError> {
    let mut customer = one_for_change(tx, scope, change.customer).await?;
    if change.version.is_some_and(|version| version != customer.version) {
        return Err(CustomerError::VersionStale);
    }
    let firm = catalogue::firm_facts(&**tx).await?;
    let key = keys(app, &**tx, &[customer.id]).await?.remove(&customer.id).ok_or(CustomerError::NotFound)?;
    let held = points(app, &**tx, &[customer.id]).await?.remove(&customer.id).unwrap_or_default();
    let mut facts = Vec::new();
    let refused = customer.refused;
    for (fact, value) in change.facts {
        let refused = customer.refused.bits();
        let told = if let Some(kind) = PointKind::from_word(fact) {
            let old: Vec<&Point> = held.iter().filter(|point| point.kind == kind).collect();
            change_points(app, tx, &mut customer, &key, kind, &old, value, change.source).await?
        } else if let Some(kind) = firm.get(fact) {
            change_firm_fact(&mut customer, fact, *kind, value, change.source, app.today())?
        } else {
            change_built_in(&mut customer, fact, value)?
        };
        let Some((from, to)) = told else { continue };
        if !firm.contains_key(fact) {
            customer.noted.insert(fact.clone(), Noted { source: change.source.into(), on: app.today() });
        }
        let mut payload = json!({ "fact": fact, "from": from, "to": to, "source": change.source });
        if fact == PointKind::Phone.word() {
            payload["refused_before"] = json!(refused);
        }
        facts.push(Fact::about(customer.id, "customer", "fact_changed", payload));
    }
    if facts.is_empty() {
        return Ok(customer);
    }
    customer.version += 1;
    customer.updated_at = app.now();
    people::update(&**tx, std::slice::from_ref(&customer)).await?;
    refresh_lookups(app, tx, &customer).await?;
    journal::append_all(app, tx, doer, facts).await?;
    if customer.refused != refused {
        heed(app, tx, doer, &[customer.id]).await?;
    }
    tx.tell(news(&customer, "changed"));
    Ok(customer)
}

type Told = Option<(Value, Value)>;

fn change_built_in(customer: &mut Customer, fact: &str, value: &Value) -> Result<Told, CustomerError> {
    let before = read_fact(customer, fact).ok_or_else(|| CustomerError::FactUnknown { key: fact.to_owned() })?;
    write_fact(customer, fact, value)?;
    let after = read_fact(customer, fact).unwrap_or(Value::Null);
    Ok((before != after).then_some((before, after)))
}

fn change_firm_fact(
    customer: &mut Customer,
    fact: &str,
    kind: intake::FactKind,
    value: &Value,
    source: &str,
    today: Day,
) -> Result<Told, CustomerError> {
    fit(fact, kind, value)?;
    let before = customer.facts.get(fact).map_or(Value::Null, |entry| entry.value.clone());
    if before == *value {
        return Ok(None);
    }
    if value.is_null() {
        customer.facts.remove(fact);
    } else {
        let entry = FactEntry { value: value.clone(), source: source.into(), on: today };
        customer.facts.insert(fact.to_owned(), entry);
    }
    Ok(Some((before, value.clone())))
}

#[expect(clippy::too_many_arguments, reason = "one step of change_facts, with its state")]
async fn change_points(
    app: &App,
    tx: &Tx,
    customer: &mut Customer,
    key: &CustomerKey,
    kind: PointKind,
    held: &[&Point],
    value: &Value,
    source: &str,
) -> Result<Told, CustomerError> {
    let wanted = cleaned_points(kind, value)?;
    let before: Vec<&str> = held.iter().map(|point| point.value.as_str()).collect();
    if before == wanted {
        return Ok(None);
    }
    let gone: Vec<ContactPointId> = held.iter().map(|point| point.id).collect();
    cells::delete_points(&**tx, customer.id, &gone).await?;
    let rows = wanted.iter().enumerate().map(|(place, value)| {
        let id = ContactPointId(app.new_id(customer.id.bucket()));
        point_row(customer.id, id, kind, value, place as i16, source, app.now(), key)
    });
    cells::insert_points(&**tx, rows.collect()).await?;
    if kind == PointKind::Phone {
        share_refusals(app, tx, customer, &wanted).await?;
    }
    let told = |values: &[&str]| match values {
        [] => Value::Null,
        values => sealed(key, customer.id, &values.join("\n")),
    };
    let after: Vec<&str> = wanted.iter().map(String::as_str).collect();
    Ok(Some((told(&before), told(&after))))
}

/// A number that refused before makes its holder's refusals, and the holder's refusals those of the number.
pub(super) async fn share_refusals(
    app: &App,
    tx: &Tx,
    customer: &mut Customer,
    phones: &[String],
) -> Result<(), CustomerError> {
    let digests: Vec<i64> = phones.iter().map(|phone| phone_digest(app, phone)).collect();
    for (_, channels) in cells::refused_numbers(&**tx, &digests).await? {
        customer.refused = merged_refusals(customer.refused, channels);
    }
    let refused = number_refusals(customer.refused);
    if refused != ChannelSet::NONE {
        let numbers = digests.into_iter().map(|digest| (digest, refused)).collect();
        cells::refuse_numbers(&**tx, numbers, "desk", app.now()).await?;
    }
    Ok(())
}

/// Reads contact points as a person types them, by the cleaners that read files; of a phone nothing but the number.
pub(super) fn cleaned_points(kind: PointKind, value: &Value) -> Result<Vec<String>, CustomerError> {
    let texts: Vec<&str> = match value {
        Value::Null => Vec::new(),
        Value::String(text) => vec![text.as_str()],
        Value::Array(texts) if texts.len() <= 10 => texts.iter().filter_map(Value::as_str).collect(),
        _ => return Err(unfit_point(kind)),
    };
    let mut cleaned: Vec<String> = Vec::new();
    for text in texts.into_iter().filter(|text| !text.trim().is_empty()) {
        let one = match kind {
            PointKind::Phone => intake::clean_typed_phone(text).value().map(|phone| phone.to_string()),
            PointKind::Mail => intake::clean_mail(text).value().map(|mail| mail.as_str().to_owned()),
            PointKind::Wechat => intake::clean_wechat(text).value(),
            PointKind::Address => intake::clean_text(text, 500).value(),
            PointKind::IdNumber => intake::clean_id_number(text, CellKind::Text).value().map(|id| id.number),
        };
        let one = one.ok_or_else(|| unfit_point(kind))?;
        if !cleaned.contains(&one) {
            cleaned.push(one);
        }
    }
    Ok(cleaned)
}

fn unfit_point(kind: PointKind) -> CustomerError {
    let expected = match kind {
        PointKind::Phone => return CustomerError::PhoneUnfit,
        PointKind::Mail => "a mail address such as name@example.com",
        PointKind::Wechat => "a WeChat id",
        PointKind::Address => "an address of at most 500 characters",
        PointKind::IdNumber => "an identity number with a right check digit",
    };
    CustomerError::FactUnfit { key: kind.word().into(), expected: expected.into() }
}

/// Writes the look-ups of a customer afresh from everything that is on file.
pub(super) async fn refresh_lookups(app: &App, tx: &Tx, customer: &Customer) -> Result<(), CustomerError> {
    let mut wanted = Vec::new();
    for point in points(app, &**tx, &[customer.id]).await?.remove(&customer.id).unwrap_or_default() {
        wanted.extend(contact_keys(point.kind, &point.value));
    }
    wanted.extend(kind_keys("outside_id", customer.outside_id.as_deref().unwrap_or("")));
    // A record that was merged into this one is still named by its number in files of other systems.
    for number in former_numbers(&**tx, &[customer.id]).await?.into_values().flatten() {
        wanted.extend(kind_keys("outside_id", &number));
    }
    for agreement in holdings::agreements(&**tx, Whose::Customers(&[customer.id])).await? {
        wanted.extend(kind_keys("agreement", &agreement.number));
        wanted.extend(kind_keys("plate", &agreement.plate));
    }
    cells::delete_lookups(&**tx, customer.id).await?;
    let digests = wanted.iter().map(|(kind, value)| (app.keys().digest(kind, value), customer.id));
    cells::insert_lookups(&**tx, digests.collect()).await?;
    Ok(())
}

/// News of a customer for those who see it.
pub(super) fn news(customer: &Customer, kind: &str) -> LiveEvent {
    LiveEvent {
        seq: 0,
        room: "customer",
        kind: kind.into(),
        id: Some(customer.id.to_string()),
        customer_id: Some(customer.id),
        scope: LiveScope { unit_id: Some(customer.unit_id), owner_id: customer.owner_id, former_owner_id: None },
    }
}
