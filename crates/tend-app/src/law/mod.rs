//! The door of laws and house rules: which packs the firm chose, and what was in force on a day. The rules themselves
//! are data of `tend_rules::law`; nothing here decides anything about a customer.

mod error;
mod http;
mod store;

pub use error::LawError;
pub use http::router;

use crate::journal;
use crate::org::{self, NewNotice, NoticeKind, Who};
use crate::platform::{App, LiveEvent, LiveScope, Tx};
use sea_orm::{ConnectionTrait, DbErr};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tend_rules::base::Day;
use tend_rules::journal::Fact;
use tend_rules::law::{Law, Pack, Record, Span, every_pack};
use tend_rules::org::{Permission, Scope};

/// What a firm that never chose lives by.
const USUAL: &str = "cn";

/// How many people an erasure takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Approval {
    /// The one who asks for it.
    One,
    /// Another one looks and agrees.
    Two,
}

/// What the firm chose.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// Keys of packs.
    pub packs: Vec<String>,
    /// Periods of its own, by record.
    pub keep: BTreeMap<Record, Span>,
    /// What an erasure takes.
    pub erasure: Approval,
}

/// What the firm chose, as it stands.
pub async fn chosen(db: &impl ConnectionTrait) -> Result<Chosen, DbErr> {
    let settings = store::settings(db).await?;
    let packs = settings.get("law_packs").map_or(USUAL, String::as_str);
    let packs = packs.split(',').filter(|key| !key.is_empty()).map(str::to_owned).collect();
    let own = |record: &Record| {
        let text = settings.get(&format!("keep.{}", record.word()))?;
        Some((*record, serde_json::from_str::<Span>(text).ok()?))
    };
    let two = settings.get("erasure_approval").is_some_and(|word| word == "two");
    Ok(Chosen {
        packs,
        keep: Record::ALL.iter().filter_map(own).collect(),
        erasure: if two { Approval::Two } else { Approval::One },
    })
}

impl Chosen {
    /// What was, is or will be in force on a day by the rules that are chosen now.
    pub fn law(&self, day: Day) -> Law {
        let mut law = Law::in_force(&self.packs, day);
        law.own = self.keep.iter().map(|(record, span)| (*record, *span)).collect();
        law
    }
}

/// What is in force on a day.
pub async fn in_force(db: &impl ConnectionTrait, day: Day) -> Result<Law, DbErr> {
    Ok(chosen(db).await?.law(day))
}

/// Chooses anew: packs that exist, periods of at least a day and at most a hundred years.
pub async fn choose(app: &App, tx: &Tx, who: &Who, wanted: &Chosen) -> Result<(), LawError> {
    let unknown = wanted.packs.iter().find(|key| pack(key).is_none());
    if let Some(key) = unknown {
        return Err(LawError::PackUnknown { key: key.clone() });
    }
    let fits = |span: &Span| {
        let parts = [span.years, span.months, span.days];
        parts.iter().all(|part| (0..=36_500).contains(part)) && span.years <= 100 && parts.iter().any(|part| *part > 0)
    };
    if !wanted.keep.iter().all(|(record, span)| record.goes_alone() && fits(span)) {
        return Err(LawError::Invalid { field: "keep", rule: "at least a day, at most a hundred years" });
    }
    let stood = chosen(&**tx).await?;
    if wanted.erasure == Approval::One && stood.erasure == Approval::Two {
        end_second_person(app, tx, who).await?;
    }
    // The house's pack holds whether it is named or not.
    let ends = |key: &&String| key.as_str() != "house" && !wanted.packs.contains(*key);
    let gone: Vec<&Pack> = stood.packs.iter().filter(ends).filter_map(|key| pack(key)).collect();
    if !gone.is_empty() {
        take_packs_away(app, tx, who, &gone).await?;
    }
    let now = app.now();
    store::set(&**tx, "law_packs", Some(&wanted.packs.join(",")), now).await?;
    store::set(&**tx, "erasure_approval", (wanted.erasure == Approval::Two).then_some("two"), now).await?;
    for record in Record::ALL {
        let text = wanted.keep.get(&record).map(|span| json!(span).to_string());
        store::set(&**tx, &format!("keep.{}", record.word()), text.as_deref(), now).await?;
    }
    let keep: BTreeMap<&str, Span> = wanted.keep.iter().map(|(record, span)| (record.word(), *span)).collect();
    let payload = json!({ "packs": wanted.packs, "keep": keep, "two": wanted.erasure == Approval::Two });
    journal::append(app, tx, who.doer(), Fact::of_firm("law", "chosen", payload)).await?;
    let scope = LiveScope::default();
    tx.tell(LiveEvent { seq: 0, room: "law", kind: "chosen".into(), id: None, customer_id: None, scope });
    Ok(())
}

fn pack(key: &str) -> Option<&'static Pack> {
    every_pack().iter().find(|pack| pack.key == key)
}

/// An erasure will take one person again. Those who may erase are bound by the rule: it is ended by an administrator, who
/// sees no customers, and everybody who watches over the rights of customers is told. A token that may less than its person
/// is bound like the person.
async fn end_second_person(app: &App, tx: &Tx, who: &Who) -> Result<(), LawError> {
    if who.role.may(Permission::ReadCustomers) {
        return Err(LawError::BoundByIt);
    }
    tell_guardians(app, tx, who, NoticeKind::ErasureByOne, json!({ "name": who.name })).await
}

/// Packs will hold no more. What they keep through an erasure binds those who may erase, so that it is ended like the rule
/// of the second person: otherwise one who may do both would take a pack away, erase, and put it back.
async fn take_packs_away(app: &App, tx: &Tx, who: &Who, gone: &[&Pack]) -> Result<(), LawError> {
    if who.role.may(Permission::ReadCustomers) {
        return Err(LawError::PackBinds);
    }
    let (zh, en): (Vec<&str>, Vec<&str>) =
        gone.iter().map(|pack| (pack.title.zh.as_str(), pack.title.en.as_str())).unzip();
    let params = json!({ "name": who.name, "packs_zh": zh.join("、"), "packs_en": en.join(", ") });
    tell_guardians(app, tx, who, NoticeKind::LawPackGone, params).await
}

/// Tells everybody else who watches over the rights of customers.
async fn tell_guardians(app: &App, tx: &Tx, who: &Who, kind: NoticeKind, params: Value) -> Result<(), LawError> {
    let mut people = org::every_staff(app, &Scope::Firm).await?;
    people.retain(|one| one.left_on.is_none() && one.id != who.id && one.role.may(Permission::ManageRights));
    let told = people.into_iter().map(|one| NewNotice {
        to: one.id,
        kind,
        params: params.clone(),
        link: None,
        customer: None,
        by: Some(who.id),
        once: None,
    });
    Ok(org::notify(app, tx, told.collect()).await?)
}
