//! Everything that the page of one customer shows, personal values masked.

use super::keepers::Keepers;
use super::list::{Named, NextDue, next_due};
use super::read::{self, CareFile, care_files_of, one, points};
use super::store::{cells, facts, labels};
use super::{CustomerError, kin, remark};
use crate::org::Who;
use crate::platform::App;
use serde::Serialize;
use serde_json::Value;
use tend_rules::base::*;
use tend_rules::customer::{Agreement, BUILT_IN, Bill, Consent, Customer, Order, Payment, freshness, read_fact};
use utoipa::ToSchema;

/// The page of a customer.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomerPage {
    /// The customer.
    pub id: CustomerId,
    /// The name.
    pub name: String,
    /// `female`, `male` or empty.
    pub gender: String,
    /// Whole years.
    pub age: Option<i32>,
    /// Region.
    pub region: String,
    /// The language to speak.
    pub language: String,
    /// Tier.
    pub tier: String,
    /// Class.
    pub class: String,
    /// Stage.
    pub lifecycle: String,
    /// Customer since.
    pub joined: Option<Day>,
    /// The number in the firm's other systems.
    pub outside_id: Option<String>,
    /// The customer manager.
    pub owner: Option<Named<StaffId>>,
    /// The unit.
    pub unit: Option<Named<UnitId>>,
    /// The day of the last contact.
    pub last_contact_at: Option<Day>,
    /// What is due next and unpaid.
    pub next_due: Option<NextDue>,
    /// Phones, mail, chat ids, address, identity number; masked.
    pub contact_points: Vec<PointShape>,
    /// Every fact, known or not.
    pub facts: Vec<FactLine>,
    /// Labels.
    pub labels: Vec<LabelLine>,
    /// What the customer said about each channel.
    pub consents: Vec<ConsentLine>,
    /// The household, if there is one.
    pub household: Option<HouseholdShape>,
    /// Related people.
    pub relations: Vec<kin::Kin>,
    /// What the customer holds.
    #[schema(value_type = Vec<Object>)]
    pub agreements: Vec<Agreement>,
    /// Bills, newest first, at most 60.
    #[schema(value_type = Vec<Object>)]
    pub bills: Vec<Bill>,
    /// Payments, newest first, at most 60.
    #[schema(value_type = Vec<Object>)]
    pub payments: Vec<Payment>,
    /// Orders, newest first, at most 60.
    #[schema(value_type = Vec<Object>)]
    pub orders: Vec<Order>,
    /// How complete and fresh the file is, 0..100.
    pub freshness_percent: u32,
    /// Keys of the facts to ask for next.
    pub ask_next: Vec<&'static str>,
    /// Grows with each change; goes into `If-Match`.
    pub version: i64,
}

/// A contact point.
#[derive(Debug, Serialize, ToSchema)]
pub struct PointShape {
    /// The id, for opening it with a reason.
    pub id: ContactPointId,
    /// `phone`, `mail`, `wechat`, `address`, `id_number`.
    pub kind: &'static str,
    /// The masked value.
    pub masked: String,
    /// 0 is preferred.
    pub rank: i16,
    /// Where it was learnt.
    pub source: String,
    /// When.
    pub noted_at: Instant,
}

/// A fact with its value.
#[derive(Debug, Serialize, ToSchema)]
pub struct FactLine {
    /// The key.
    pub key: String,
    /// Its title in the reader's language.
    pub title: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// The value; null if it is unknown.
    pub value: Value,
    /// Where it was learnt.
    pub source: Option<String>,
    /// When.
    pub noted_on: Option<Day>,
    /// `built-in` or `firm`.
    pub origin: &'static str,
}

/// A label on a customer.
#[derive(Debug, Serialize, ToSchema)]
pub struct LabelLine {
    /// The key.
    pub key: String,
    /// The title in the reader's language.
    pub title: String,
    /// The colour.
    pub colour: String,
    /// The remark.
    pub remark: String,
}

/// What the customer said about a channel.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConsentLine {
    /// The channel.
    pub channel: Channel,
    /// `given`, `refused` or `unknown`.
    pub state: &'static str,
    /// Since when.
    pub since: Option<Instant>,
}

/// A household.
#[derive(Debug, Serialize, ToSchema)]
pub struct HouseholdShape {
    /// The household.
    pub id: HouseholdId,
    /// What it is called; empty if it has no name.
    pub name: String,
    /// Its members in the reader's scope.
    pub members: Vec<Named<CustomerId>>,
}

const SHOWN_MAX: usize = 60;

/// Reads the page of a customer.
pub async fn page(app: &App, who: &Who, id: CustomerId) -> Result<CustomerPage, CustomerError> {
    let scope = who.scope();
    one(app, &scope, id).await?;
    let file = care_files_of(app, &scope, &[id]).await?.pop().ok_or(CustomerError::NotFound)?;
    let held = points(app, app.read(), &[id]).await?.remove(&id).unwrap_or_default();
    let kinds: Vec<&str> = held.iter().map(|point| point.kind.word()).collect();
    let fresh = freshness(&file.customer, &kinds, app.today());
    let household = match file.customer.household_id {
        Some(household) => Some(household_shape(app, who, household).await?),
        None => None,
    };
    let contact_points = held.iter().map(|point| PointShape {
        id: point.id,
        kind: point.kind.word(),
        masked: point.masked(),
        rank: point.place,
        source: point.source.clone(),
        noted_at: point.noted_at,
    });
    let keepers = Keepers::of(app, std::slice::from_ref(&file.customer)).await?;
    let CareFile { customer, agreements, bills, payments, orders, .. } = file;
    Ok(CustomerPage {
        id,
        age: customer.age_on(app.today()),
        owner: keepers.owner(&customer),
        unit: keepers.unit(&customer),
        next_due: next_due(&agreements),
        contact_points: contact_points.collect(),
        facts: fact_lines(app, who.language, &customer).await?,
        labels: label_lines(app, who.language, id).await?,
        consents: consent_lines(app, &customer).await?,
        household,
        relations: kin::relations(app, &scope, id).await?,
        agreements,
        bills: newest(bills),
        payments: newest(payments),
        orders: newest(orders),
        freshness_percent: fresh.percent,
        ask_next: fresh.ask_next,
        version: customer.version,
        last_contact_at: customer.last_contact,
        name: customer.name,
        gender: customer.gender,
        region: customer.region,
        language: customer.language,
        tier: customer.tier,
        class: customer.class,
        lifecycle: customer.lifecycle,
        joined: customer.joined,
        outside_id: customer.outside_id,
    })
}

fn newest<T>(mut oldest_first: Vec<T>) -> Vec<T> {
    oldest_first.reverse();
    oldest_first.truncate(SHOWN_MAX);
    oldest_first
}

async fn household_shape(app: &App, who: &Who, id: HouseholdId) -> Result<HouseholdShape, CustomerError> {
    let (name, members) = kin::household(app, &who.scope(), id).await?;
    Ok(HouseholdShape { id, name, members: members.into_iter().map(|(id, name)| Named { id, name }).collect() })
}

async fn fact_lines(app: &App, language: Language, customer: &Customer) -> Result<Vec<FactLine>, CustomerError> {
    let in_words = |zh: &str, en: &str| if language == Language::Zh { zh.to_owned() } else { en.to_owned() };
    let built_in = BUILT_IN.iter().map(|fact| {
        let noted = customer.noted.get(fact.key);
        FactLine {
            key: fact.key.into(),
            title: in_words(fact.zh, fact.en),
            kind: fact.kind.into(),
            value: read_fact(customer, fact.key).unwrap_or(Value::Null),
            source: noted.map(|noted| noted.source.clone()),
            noted_on: noted.map(|noted| noted.on),
            origin: "built-in",
        }
    });
    let firm = facts::all(app.read()).await?.into_iter().map(|row| {
        let entry = customer.facts.get(&row.key);
        FactLine {
            title: in_words(&row.title_zh, &row.title_en),
            kind: row.value_type,
            value: entry.map_or(Value::Null, |entry| entry.value.clone()),
            source: entry.map(|entry| entry.source.clone()),
            noted_on: entry.map(|entry| entry.on),
            origin: "firm",
            key: row.key,
        }
    });
    Ok(built_in.chain(firm).collect())
}

async fn label_lines(app: &App, language: Language, id: CustomerId) -> Result<Vec<LabelLine>, CustomerError> {
    let catalogue = labels::catalogue(app.read()).await?;
    let on = labels::of(app.read(), &[id]).await?;
    let seal = read::key(app, app.read(), id).await?;
    let on = on.into_iter().map(|(_, key, remark)| {
        let known = catalogue.iter().find(|label| label.key == key);
        let title = known.map(|label| if language == Language::Zh { &label.title_zh } else { &label.title_en });
        Ok(LabelLine {
            title: title.cloned().unwrap_or_else(|| key.clone()),
            colour: known.map(|label| label.colour.clone()).unwrap_or_default(),
            remark: remark::opened(&seal, id, &key, &remark)?,
            key,
        })
    });
    on.collect()
}

async fn consent_lines(app: &App, customer: &Customer) -> Result<Vec<ConsentLine>, CustomerError> {
    let since = cells::consents_since(app.read(), customer.id).await?;
    let line = |channel: Channel| ConsentLine {
        channel,
        state: Consent::of(channel, customer.consented, customer.refused).word(),
        since: since.iter().find(|(word, _)| word == channel.word()).map(|(_, at)| *at),
    };
    Ok(Channel::ALL.into_iter().map(line).collect())
}
