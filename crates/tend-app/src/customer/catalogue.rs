//! What the firm agreed on: its own facts with their types, and its labels.

use super::CustomerError;
use super::store::facts::DefinitionRow;
use super::store::labels::LabelRow;
use super::store::{facts, labels};
use crate::journal;
use crate::platform::{App, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::HashMap;
use tend_rules::base::LabelId;
use tend_rules::customer::BUILT_IN;
use tend_rules::intake::FactKind;
use tend_rules::journal::{Doer, Fact};
use utoipa::ToSchema;

/// A fact that customers can have.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FactShape {
    /// The key, as care plans use it.
    pub key: String,
    /// `string`, `int`, `double`, `bool`, `date`, `money`; built-in also `words`, `birthday`, `contact`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The Chinese title.
    pub title_zh: String,
    /// The English title.
    pub title_en: String,
    /// `built-in` or `firm`.
    pub origin: &'static str,
}

/// A fact to be defined.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct NewFact {
    /// `[a-z][a-z0-9_]*`, at most 60 characters.
    pub key: String,
    /// `string`, `int`, `double`, `bool`, `date`, `money`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The Chinese title.
    pub title_zh: String,
    /// The English title.
    pub title_en: String,
}

/// A label of the catalogue.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Label {
    /// The key, as care plans use it.
    pub key: String,
    /// The group: children, age band, interest …
    #[serde(default)]
    pub family: String,
    /// A colour such as `#00897B`.
    #[serde(default)]
    pub colour: String,
    /// The Chinese title.
    pub title_zh: String,
    /// The English title.
    pub title_en: String,
    /// Roles who may set it, comma separated, or `anyone`.
    #[serde(default = "anyone")]
    pub set_by: String,
}

fn anyone() -> String {
    "anyone".into()
}

/// Every fact, built-in first.
pub async fn every_fact(app: &App) -> Result<Vec<FactShape>, CustomerError> {
    let built_in = BUILT_IN.iter().map(|fact| (fact.key, fact.kind, fact.zh, fact.en));
    let contact = [
        ("phone", "contact", "电话", "Phone"),
        ("mail", "contact", "邮箱", "Mail"),
        ("wechat", "contact", "微信", "WeChat"),
        ("address", "contact", "地址", "Address"),
        ("id_number", "contact", "证件号", "Identity number"),
    ];
    let mut every: Vec<FactShape> = built_in
        .chain(contact)
        .map(|(key, kind, zh, en)| FactShape {
            key: key.into(),
            kind: kind.into(),
            title_zh: zh.into(),
            title_en: en.into(),
            origin: "built-in",
        })
        .collect();
    every.extend(facts::all(app.read()).await?.into_iter().map(|row| FactShape {
        key: row.key,
        kind: row.value_type,
        title_zh: row.title_zh,
        title_en: row.title_en,
        origin: "firm",
    }));
    Ok(every)
}

/// The types of the firm's own facts by key.
pub async fn firm_facts(db: &impl sea_orm::ConnectionTrait) -> Result<HashMap<String, FactKind>, CustomerError> {
    let rows = facts::all(db).await?.into_iter();
    Ok(rows.filter_map(|row| Some((row.key, FactKind::from_word(&row.value_type)?))).collect())
}

/// Defines facts; those that exist already stay as they are, whatever their type. Answers how many are new.
pub async fn define_facts(app: &App, tx: &Tx, doer: Doer, new: &[NewFact]) -> Result<u64, CustomerError> {
    for fact in new {
        check_key(&fact.key)?;
        if FactKind::from_word(&fact.kind).is_none() {
            return Err(CustomerError::Invalid { field: "type", rule: "string, int, double, bool, date or money" });
        }
        if every_built_in().any(|key| key == fact.key) {
            return Err(CustomerError::KeyTaken { key: fact.key.clone() });
        }
    }
    let rows: Vec<DefinitionRow> = new
        .iter()
        .map(|fact| DefinitionRow {
            key: fact.key.clone(),
            value_type: fact.kind.clone(),
            title_zh: fact.title_zh.clone(),
            title_en: fact.title_en.clone(),
        })
        .collect();
    let added = facts::define(&**tx, &rows, app.now()).await?;
    if added > 0 {
        let keys: Vec<&str> = new.iter().map(|fact| fact.key.as_str()).collect();
        let fact = Fact::of_firm("customer", "facts_defined", json!({ "keys": keys }));
        journal::append(app, tx, doer, fact).await?;
    }
    Ok(added)
}

/// Words that care plans give a meaning of their own: no fact may take them.
fn every_built_in() -> impl Iterator<Item = &'static str> {
    const MORE: [&str; 24] = [
        "phone",
        "mail",
        "wechat",
        "address",
        "id_number",
        "age",
        "birthday_calendar",
        "last_contact",
        "contacts_30d",
        "labels",
        "consents",
        "owner",
        "unit",
        "owner_left",
        "orphan",
        "churn_risk",
        "arrears_months",
        "bill_m1",
        "bill_m2",
        "bill_m3",
        "agreements",
        "bills",
        "payments",
        "orders",
    ];
    BUILT_IN.iter().map(|fact| fact.key).chain(MORE)
}

fn check_key(key: &str) -> Result<(), CustomerError> {
    let first = key.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
    let rest = key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if first && rest && key.len() <= 60 {
        Ok(())
    } else {
        Err(CustomerError::Invalid { field: "key", rule: "a-z, 0-9 and _, beginning with a letter" })
    }
}

/// The label catalogue.
pub async fn every_label(app: &App) -> Result<Vec<Label>, CustomerError> {
    let rows = labels::catalogue(app.read()).await?.into_iter();
    Ok(rows
        .map(|row| Label {
            key: row.key,
            family: row.family,
            colour: row.colour,
            title_zh: row.title_zh,
            title_en: row.title_en,
            set_by: row.set_by,
        })
        .collect())
}

/// Adds labels to the catalogue; those that exist already stay as they are. Answers how many are new.
pub async fn define_labels(app: &App, tx: &Tx, doer: Doer, new: &[Label]) -> Result<u64, CustomerError> {
    if new.iter().any(|label| label.key.trim().is_empty() || label.key.chars().count() > 60) {
        return Err(CustomerError::Invalid { field: "key", rule: "1 to 60 characters" });
    }
    let rows: Vec<LabelRow> = new
        .iter()
        .map(|label| LabelRow {
            id: LabelId(app.new_free_id()),
            key: label.key.trim().to_owned(),
            family: label.family.clone(),
            colour: label.colour.clone(),
            title_zh: label.title_zh.clone(),
            title_en: label.title_en.clone(),
            set_by: label.set_by.clone(),
        })
        .collect();
    let added = labels::define(&**tx, &rows).await?;
    if added > 0 {
        let keys: Vec<&str> = new.iter().map(|label| label.key.as_str()).collect();
        journal::append(app, tx, doer, Fact::of_firm("customer", "labels_defined", json!({ "keys": keys }))).await?;
    }
    Ok(added)
}
