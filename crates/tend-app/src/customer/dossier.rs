//! Everything that the file holds about one customer, opened: for a copy that the customer asked for. Of other people
//! only what they are to the customer, never who.

use super::consent::{ConsentEntry, consents_of};
use super::create::unsealed;
use super::read::{CareFile, care_files_of, key, points};
use super::store::{dossier as store, kin, labels};
use super::{CustomerError, import, merge, remark};
use crate::journal;
use crate::org::staff_names;
use crate::platform::{App, CustomerKey};
use serde::Serialize;
use serde_json::{Value, json};
use tend_rules::base::*;
use tend_rules::customer::{Agreement, BUILT_IN, Bill, FactEntry, Noted, Order, Payment, read_fact};
use tend_rules::journal::Doer;
use tend_rules::org::Scope;

/// Everything in the file.
#[derive(Debug, Serialize)]
pub struct Dossier {
    /// The customer.
    pub id: CustomerId,
    /// Built-in facts: key, value, where and when it was learnt.
    pub facts: Vec<Value>,
    /// Facts that the firm defined.
    pub firm_facts: std::collections::BTreeMap<String, FactEntry>,
    /// Phones, addresses and the like, in clear.
    pub contact_points: Vec<Value>,
    /// Labels with their remarks.
    pub labels: Vec<Value>,
    /// What was said about being contacted, with proof.
    pub consents: Vec<ConsentEntry>,
    /// What holds now.
    pub consents_now: Vec<super::StanceShape>,
    /// What others are to the customer.
    pub relations: Vec<Value>,
    /// Contracts.
    pub agreements: Vec<Agreement>,
    /// What else is kept of contracts.
    pub agreement_details: Vec<Value>,
    /// Bills.
    pub bills: Vec<Bill>,
    /// Payments.
    pub payments: Vec<Payment>,
    /// Orders with their lines.
    pub orders: Vec<Order>,
    /// What imports did, and what stood there before.
    pub imports: Vec<Value>,
    /// Who looks after the customer.
    pub looked_after_by: Option<String>,
    /// Value in a year and the risk of leaving, as the firm reckons them.
    pub reckoned: Value,
    /// Since when the customer is on file.
    pub on_file_since: Instant,
}

/// Everything in the file of one customer in scope.
pub async fn dossier(app: &App, scope: &Scope, id: CustomerId) -> Result<Dossier, CustomerError> {
    let file = care_files_of(app, scope, &[id]).await?.pop().ok_or(CustomerError::NotFound)?;
    let db = app.read();
    let mut imports = Vec::new();
    for part in merge::whole(db, id).await? {
        imports.extend(import::of_customer(db, &key(app, db, part).await?, part).await?);
    }
    let points = points(app, db, &[id]).await?.remove(&id).unwrap_or_default();
    let contact_points = points.into_iter().map(|point| {
        json!({ "kind": point.kind.word(), "value": point.value, "source": point.source, "noted_at": point.noted_at })
    });
    let on = labels::of(db, &[id]).await?;
    let seal = key(app, db, id).await?;
    let labels = on
        .into_iter()
        .map(|(_, label, remark)| Ok(json!({ "label": label, "remark": remark::opened(&seal, id, &label, &remark)? })));
    let labels = labels.collect::<Result<Vec<Value>, CustomerError>>()?;
    let consents = consents_of(app, scope, id).await?;
    let relations = kin::every_relation(db, id).await?.into_iter().map(|(_, _, kind)| json!({ "kind": kind }));
    let relations: Vec<Value> = relations.collect();
    let names = staff_names(db).await?;
    let CareFile { customer, agreements, bills, payments, orders, .. } = file;
    let fact = |fact: &tend_rules::customer::BuiltIn| {
        let noted: Option<&Noted> = customer.noted.get(fact.key);
        json!({
            "key": fact.key, "title_zh": fact.zh, "title_en": fact.en,
            "value": read_fact(&customer, fact.key).unwrap_or(Value::Null), "noted": noted,
        })
    };
    Ok(Dossier {
        id,
        facts: BUILT_IN.iter().map(fact).collect(),
        contact_points: contact_points.collect(),
        labels,
        consents: consents.history,
        consents_now: consents.now,
        relations,
        agreement_details: store::agreement_details(db, id).await?,
        imports,
        looked_after_by: customer.owner_id.and_then(|owner| names.get(&owner).cloned()),
        reckoned: json!({ "annual_value_minor": customer.annual_value_minor, "churn_risk": customer.churn_risk }),
        on_file_since: customer.created_at,
        firm_facts: customer.facts,
        agreements,
        bills,
        payments,
        orders,
    })
}

/// The customer's whole story with every sealed word opened, oldest first; also that of records that were merged into
/// it, each with its own key.
pub async fn opened_story(app: &App, id: CustomerId) -> Result<Vec<Value>, CustomerError> {
    let mut told: Vec<(FactId, Value)> = Vec::new();
    for part in merge::whole(app.read(), id).await? {
        told.extend(story_of_one(app, part).await?);
    }
    told.sort_by_key(|(fact, _)| *fact);
    Ok(told.into_iter().map(|(_, entry)| entry).collect())
}

async fn story_of_one(app: &App, id: CustomerId) -> Result<Vec<(FactId, Value)>, CustomerError> {
    const PAGE: i64 = 2000;
    let key = key(app, app.read(), id).await?;
    let names = staff_names(app.read()).await?;
    let (mut before, mut told) = (None, Vec::new());
    loop {
        let facts = journal::story(app, id, before, PAGE).await?;
        let whole = facts.len() as i64 == PAGE;
        before = facts.last().map(|fact| fact.id);
        for fact in facts {
            let by = Doer::staff_in(&fact.actor).and_then(|staff| names.get(&staff).cloned());
            let entry = json!({
                "fact": fact.id, "at": fact.at, "room": fact.room, "kind": fact.kind,
                "by": by.unwrap_or(fact.actor), "payload": opened(fact.payload, id, &key),
            });
            told.push((fact.id, entry));
        }
        if !whole {
            break;
        }
    }
    Ok(told)
}

/// Opens every sealed value, however deep it stands.
fn opened(value: Value, id: CustomerId, key: &CustomerKey) -> Value {
    match value {
        Value::Object(fields) if fields.contains_key("sealed") => {
            let sealed = Value::Object(fields);
            unsealed(key, id, &sealed).map_or(Value::Null, Value::String)
        }
        Value::Object(fields) => {
            Value::Object(fields.into_iter().map(|(name, value)| (name, opened(value, id, key))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(|item| opened(item, id, key)).collect()),
        plain => plain,
    }
}
